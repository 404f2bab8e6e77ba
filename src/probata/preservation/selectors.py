"""Everything that is read about items."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache, reduce
from operator import or_
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

from django.conf import settings
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from probata.engines.blobs import FileStore
from probata.media.table import PtsTable
from probata.media.waveform import Waveform
from probata.preservation.models import Acquisition, FailedAttempt, Fixity, Item, Rendition
from probata.terms.digests import Sha256
from probata.terms.errors import NotFound, UsageError
from probata.terms.names import Names

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class _Added(TypedDict):
        """What `items` adds to each row: the first name it came under, how often it was acquired."""

        name: str
        acquisition_count: int

    ItemRow = WithAnnotations[Item, _Added]

_AT_ONCE = 500
_FEW = 2_000


# A row as others may hold it; what they would read of it goes through this room's functions.
RenditionRow = Rendition


class ItemNotFound(NotFound):
    """No item has that digest."""

    code = "item_not_found"
    template = "No item of this workspace begins with {digest}."


class ItemAmbiguous(UsageError):
    """Several items share a shortened digest."""

    code = "item_ambiguous"
    template = "{count} items begin with {digest}."
    advice = "Give more digits of the SHA-256."


def items() -> QuerySet[ItemRow]:
    """Every item, newest first, each with its first name and how often it was acquired."""
    first = Acquisition.objects.filter(item=OuterRef("pk")).order_by("seq")
    return Item.objects.annotate(
        name=Subquery(first.values("name")[:1]), acquisition_count=Count("acquisitions", distinct=True)
    ).order_by("-seq")


def item_or_none(sha256: str) -> Item | None:
    """The item of this digest, or None."""
    return Item.objects.filter(pk=sha256).first()


def item(untrusted_digest: str) -> ItemRow:
    """The one item whose digest begins so; raises `ItemNotFound` or `ItemAmbiguous`."""
    found = list(items().filter(sha256__startswith=untrusted_digest.lower())[:2]) if untrusted_digest else []
    if not found:
        raise ItemNotFound(digest=untrusted_digest or "nothing")
    if len(found) > 1:
        raise ItemAmbiguous(digest=untrusted_digest, count=items().filter(sha256__startswith=untrusted_digest).count())
    return found[0]


def acquisitions(sha256: str) -> list[Acquisition]:
    """Every time these bytes came in, oldest first."""
    return list(Acquisition.objects.filter(item_id=sha256).order_by("seq"))


def failed_attempts() -> list[FailedAttempt]:
    """Every acquisition that did not work, newest first."""
    return list(FailedAttempt.objects.order_by("-seq"))


def renditions(sha256: str) -> list[Rendition]:
    """Everything made from an item, oldest first."""
    return list(Rendition.objects.filter(item_id=sha256).order_by("seq"))


def rendition(sha256: str, kind: str) -> Rendition | None:
    """The newest rendition of one kind, or None."""
    return Rendition.objects.filter(item_id=sha256, kind=kind).order_by("-seq").first()


def rendition_bytes(row: Rendition) -> bytes:
    """A rendition's bytes, from the store."""
    with store().open(Sha256(row.sha256)) as stream:
        return stream.read()


def origin_s(sha256: str) -> Fraction | None:
    """The time of the file at which a player's clock says 0: the pictures' if there are any, else the sound's.

    None where nobody made a table of frames or a waveform. Raises `TableUnreadable` where that cannot be read.
    """
    if pictures := rendition(sha256, "pts_table"):
        return _pictures_origin_s(pictures.sha256)
    sound = rendition(sha256, "peaks")
    return _sound_origin_s(sound.sha256) if sound else None


def original(sha256: str) -> Path:
    """Where an evidentiary original stands, to be opened read-only."""
    return store().path(Sha256(sha256))


def store() -> FileStore:
    """The workspace's store."""
    return FileStore(root=settings.PROBATA.blobs)


def fixity_runs(sha256: str) -> list[Fixity]:
    """Every time an item's bytes were read again, oldest first."""
    return list(Fixity.objects.filter(item_id=sha256).order_by("seq"))


def known_digests() -> set[str]:
    """Every digest that some row speaks of: items and renditions."""
    return set(Item.objects.values_list("sha256", flat=True)) | set(Rendition.objects.values_list("sha256", flat=True))


def search(untrusted_words: str) -> QuerySet[ItemRow]:
    """Items whose digest, name or media type contain every word."""
    found = items()
    for word in untrusted_words.split():
        named = Acquisition.objects.filter(name__icontains=word).values("item_id")
        found = found.filter(Q(sha256__startswith=word.lower()) | Q(media_type__icontains=word) | Q(pk__in=named))
    return found


def plain() -> QuerySet[Item]:
    """Every item without what `items` adds, the oldest first: what lists of many thousands are cut from."""
    return Item.objects.order_by("at", "sha256")


def matching(untrusted_word: str) -> Names:
    """Items that begin with a word, or whose media type or a name that they came under contains it.

    Asked for one after the other: each is one walk through one table, whatever it finds.
    """
    itself = Q(sha256__startswith=untrusted_word.lower()) | Q(media_type__icontains=untrusted_word)
    return named(Item.objects.all(), itself) | _came_as(spelled(untrusted_word))


def named(rows: QuerySet[Any], asked: Q, *, column: str = "pk") -> Names:
    """What stands in a column of those of these rows that are as asked.

    Where that is in most rows, what stands in the others is read instead, since they are fewer.
    """
    names = rows.order_by().values_list(column, flat=True)
    most = max(_FEW, rows.count() // 2)
    some = list(names.filter(asked)[: most + 1])
    if len(some) <= most:
        return Names(listed=frozenset(some))
    return Names(listed=frozenset(names.exclude(asked)), but=True)


def _came_as(words: Sequence[str]) -> Names:
    """Items that came in, once or more, under a name that contains one of these words."""
    asked = reduce(or_, (Q(name__icontains=word) for word in words))
    every = Acquisition.objects.order_by()
    found = named(every, asked, column="item_id")
    if not found.but:
        return found
    others = set(found.listed)
    if others:
        # An item may have come under such a name and under another.
        often = every.values("item_id").annotate(times=Count("pk")).filter(times__gt=1)
        doubted = sorted(others.intersection(often.values_list("item_id", flat=True)))
        for start in range(0, len(doubted), _AT_ONCE):
            some = every.filter(item__in=doubted[start : start + _AT_ONCE])
            others.difference_update(some.filter(asked).values_list("item_id", flat=True))
    # Whatever has no name at all came under none of these.
    if every.aggregate(items=Count("item_id", distinct=True))["items"] != Item.objects.count():
        nameless = Item.objects.order_by().exclude(pk__in=every.values("item_id"))
        others.update(nameless.values_list("pk", flat=True))
    return Names(listed=frozenset(others), but=True)


def spelled(untrusted_word: str) -> list[str]:
    """A word as it may be written large or small: the database knows the two cases of Latin letters alone."""
    if untrusted_word.isascii():
        return [untrusted_word]
    return list(dict.fromkeys(change(untrusted_word) for change in (str, str.lower, str.upper, str.capitalize)))


def first_acquisitions(items: Sequence[str]) -> dict[str, Acquisition]:
    """The first time that each of these items came in, in one query."""
    rows = Acquisition.objects.filter(item__in=items).order_by("-seq")
    return {row.item_id: row for row in rows}


def with_sound(rows: QuerySet[ItemRow], *, known_by: str, looked_by: str) -> QuerySet[ItemRow]:
    """Those of these items that have sound, and recordings at which nobody has looked, which may have.

    `known_by`: the rendition that only items with sound have; `looked_by`: the one of all at which somebody looked.
    """
    made = Rendition.objects.order_by()
    heard = made.filter(kind=known_by).values("item")
    looked = made.filter(kind=looked_by).values("item")
    recordings = Q(media_type__startswith="audio/") | Q(media_type__startswith="video/")
    return rows.filter(Q(pk__in=heard) | (recordings & ~Q(pk__in=looked)))


def newest_renditions(items: Sequence[str], kinds: Sequence[str]) -> dict[tuple[str, str], Rendition]:
    """The newest rendition of each of these kinds of each of these items, in one query."""
    rows = Rendition.objects.filter(item__in=items, kind__in=kinds).order_by("seq")
    return {(row.item_id, row.kind): row for row in rows}


# Whoever opens an item asks for its table several times over, and reading it takes longer than all else.
@lru_cache(maxsize=8)
def table_of_frames(rendition_sha256: str) -> PtsTable:
    """A stored table of frames, read; raises `TableUnreadable`."""
    with store().open(Sha256(rendition_sha256)) as stream:
        return PtsTable.from_bytes(stream.read())


@lru_cache(maxsize=8)
def waveform(rendition_sha256: str) -> Waveform:
    """A stored waveform, read; raises what `Waveform.from_bytes` raises."""
    with store().open(Sha256(rendition_sha256)) as stream:
        return Waveform.from_bytes(stream.read())


# Bytes under a digest never change, and a list of hits asks for the same few items again and again.
@lru_cache(maxsize=10_000)
def _pictures_origin_s(rendition_sha256: str) -> Fraction:
    return table_of_frames(rendition_sha256).origin_s


@lru_cache(maxsize=10_000)
def _sound_origin_s(rendition_sha256: str) -> Fraction:
    return waveform(rendition_sha256).anchors[0].seconds
