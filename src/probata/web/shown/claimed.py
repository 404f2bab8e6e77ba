"""What is claimed about an item as screens show it: who says what, in their words; never whether it is so."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from functools import lru_cache

from attrs import frozen

from probata.cases.selectors import Sight
from probata.claims import selectors as claims
from probata.claims.assertions import Appearance
from probata.claims.selectors import Claims, KnownTranslation
from probata.custody import selectors as custody
from probata.terms.text import Stated
from probata.terms.times import TimeWithDoubt
from probata.web.served import renditions


@frozen(kw_only=True)
class Place:
    """Where words stand in the item: a stretch on the player's clock and its frame, or bytes of a text."""

    start_s: float | None = None
    end_s: float | None = None
    ordinal: int | None = None
    start: int | None = None
    end: int | None = None


@frozen(kw_only=True)
class Said:
    """One assertion: who says it, how they stand to it, in which words; and through whom it came."""

    id: str
    speaker: str
    role: str
    stance: str
    words: Stated
    proposition: str
    statement: str
    made: str
    basis: str
    via: tuple[str, ...]
    hedges: tuple[str, ...]
    place: Place | None
    translations: tuple[KnownTranslation, ...]
    by: str
    at: datetime


@frozen(kw_only=True)
class Claimed:
    """What is claimed about an item: `inside`, whose words stand in it; `of`, which was taken from it elsewhere."""

    inside: tuple[Said, ...]
    of: tuple[Said, ...]

    @property
    def count(self) -> int:
        """How many assertions."""
        return len(self.inside) + len(self.of)


def claimed(item: str, seen: Sight) -> Claimed:
    """Every standing assertion whose words stand in an item, and every one that is said to come from it."""
    size, _last = custody.size_and_time()
    every = _known_under(custody.root(size) if size else b"", seen)
    told = {name: known.thing.appears_in for name, known in every.assertions.items()}
    inside = [name for name, place in told.items() if place is not None and place.item == item]
    source = f"item:{item}"
    of = [name for name, one in every.sources.items() if source in one.derives_from and name not in inside]
    return Claimed(
        inside=tuple(_said(every, name, item) for name in inside),
        of=tuple(_said(every, name, item) for name in of),
    )


# What is on record changes with the ledger alone, and a ledger's root never comes back: so all claims of a workspace
# are read once between two writes, and not for each page that is opened.
@lru_cache(maxsize=4)
def _known_under(_root: bytes, seen: Sight) -> Claims:
    return seen.of_claims(claims.claims())


def _said(every: Claims, name: str, item: str) -> Said:
    known = every.assertions[name]
    told = known.thing
    return Said(
        id=name,
        speaker=every.parties[told.speaker].thing.shown_as,
        role=told.speaker_role or "",
        stance=told.stance.value,
        words=told.words,
        proposition=told.proposition,
        statement=every.propositions[told.proposition].thing.statement,
        made="" if told.made_at is None else when(told.made_at),
        basis=told.basis.value,
        via=tuple(every.parties[one].thing.shown_as for one in told.via),
        hedges=told.hedges,
        place=_place(told.appears_in, item),
        translations=tuple(claims.translations(name)),
        by=known.by,
        at=known.at,
    )


def _place(appears_in: Appearance | None, item: str) -> Place | None:
    if appears_in is None or appears_in.item != item:
        return None
    segment = appears_in.segment
    if segment is None:
        return None if appears_in.start is None else Place(start=appears_in.start, end=appears_in.end)
    origin_s: Fraction = renditions.origin_s(item)
    return Place(
        start_s=float(segment.start.seconds - origin_s),
        end_s=float(segment.end.seconds - origin_s),
        ordinal=renditions.shown_at(renditions.frames(item), segment.start.seconds),
    )


def when(made_at: TimeWithDoubt) -> str:
    """When it was said, as it was said; else the range it falls in, with what is not known in words."""
    if made_at.stated is not None:
        return made_at.stated.text
    known = made_at.precise or made_at.imprecise
    return "" if known is None else " – ".join(known.as_json())
