"""Assertions: who said what of which proposition, in which words, where, when, and from whom they have it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

from attrs import field, frozen

from probata.claims.stances import Stance
from probata.terms.digests import Sha256, sha256
from probata.terms.errors import InvalidValue
from probata.terms.ids import RecordId, record_id
from probata.terms.reading import fields, rows, text, whole_number, word
from probata.terms.spans import Span
from probata.terms.text import SafeText, Stated, safe_text
from probata.terms.times import TimeWithDoubt

_REQUIRED = {"proposition", "stance", "speaker", "words"}
_OPTIONAL = {"speaker_role", "via", "appears_in", "made_at", "basis", "derives_from", "hedges"}


class Basis(Enum):
    """How the speaker comes to know it, as they say themselves."""

    SAW = "saw"
    RECORDED = "recorded"
    TOLD_BY_NAMED = "told_by_named"
    TOLD_BY_UNNAMED = "told_by_unnamed"
    OWN_ANALYSIS = "own_analysis"
    OFFICIAL_RECORD = "official_record"
    UNKNOWN = "unknown"


@frozen(kw_only=True)
class Appearance:
    """Where the words stand: in an item, at bytes of a stored text or in a stretch of footage."""

    item: Sha256
    start: int | None = None
    end: int | None = field(default=None)
    segment: Span | None = field(default=None)

    @segment.validator
    def _one_place(self, _attribute: object, value: Span | None) -> None:
        if (self.start is None) != (self.end is None):
            raise InvalidValue(what="Where words stand", why="it takes both offsets, start and end")
        if self.start is not None and self.end is not None and not 0 <= self.start < self.end:
            raise InvalidValue(what=f"The offsets {self.start} to {self.end}", why="they hold nothing")
        if self.start is not None and value is not None:
            raise InvalidValue(what="Where words stand", why="it is in a text or in footage, not both")

    def as_json(self) -> dict[str, object]:
        """The place as plain data: `{item, start, end}` or `{item, segment}`."""
        told: dict[str, object] = {"item": self.item}
        if self.start is not None:
            told |= {"start": self.start, "end": self.end}
        if self.segment is not None:
            told["segment"] = self.segment.as_json()
        return told

    @classmethod
    def from_json(cls, untrusted: object) -> Appearance:
        """Read `as_json` back; raises `InvalidValue` for anything else."""
        names = {"start", "end", "segment"}
        given = fields(untrusted, what="Where words stand", required={"item"}, optional=names)
        return cls(
            item=sha256(text(given, "item")),
            start=whole_number(given, "start") if "start" in given else None,
            end=whole_number(given, "end") if "end" in given else None,
            segment=Span.from_json(given["segment"]) if "segment" in given else None,
        )


def _each_once(_assertion: object, attribute: Any, value: tuple[str, ...]) -> None:  # noqa: ANN401  attrs hands it over
    if len(set(value)) != len(value):
        raise InvalidValue(what=f"The field {attribute.name}", why="one record is named twice")


@frozen(kw_only=True)
class Assertion:
    """What one speaker said of one proposition, word for word; nothing here says whether it is so.

    `via` is the chain of those who passed it on, the last of whom we read, nearest to the speaker first. `derives_from`
    names what it was taken from: assertions by record id, or items of footage by `item:` and their digest.
    """

    proposition: RecordId = field(converter=record_id)
    stance: Stance
    speaker: RecordId = field(converter=record_id)
    words: Stated
    speaker_role: SafeText | None = None
    via: tuple[RecordId, ...] = field(default=(), validator=_each_once)
    appears_in: Appearance | None = None
    made_at: TimeWithDoubt | None = None
    basis: Basis = Basis.UNKNOWN
    derives_from: tuple[str, ...] = field(default=(), validator=_each_once)
    hedges: tuple[SafeText, ...] = ()

    def as_json(self) -> dict[str, object]:
        """The assertion as plain data; what is not known is null."""
        return {
            "proposition": self.proposition,
            "stance": self.stance.value,
            "speaker": self.speaker,
            "words": self.words.as_json(),
            "speaker_role": self.speaker_role,
            "via": list(self.via),
            "appears_in": None if self.appears_in is None else self.appears_in.as_json(),
            "made_at": None if self.made_at is None else self.made_at.as_json(),
            "basis": self.basis.value,
            "derives_from": list(self.derives_from),
            "hedges": list(self.hedges),
        }

    @classmethod
    def from_json(cls, untrusted: object) -> Assertion:
        """Read `as_json` back; raises `InvalidValue` for anything else."""
        given = fields(untrusted, what="An assertion", required=_REQUIRED, optional=_OPTIONAL)
        return cls(
            proposition=record_id(text(given, "proposition")),
            stance=word(given, "stance", Stance),
            speaker=record_id(text(given, "speaker")),
            words=Stated.from_json(given["words"]),
            speaker_role=None if given.get("speaker_role") is None else safe_text(text(given, "speaker_role")),
            via=tuple(record_id(one) for one in _texts(given, "via")),
            appears_in=None if given.get("appears_in") is None else Appearance.from_json(given["appears_in"]),
            made_at=None if given.get("made_at") is None else TimeWithDoubt.from_json(given["made_at"]),
            basis=word(given, "basis", Basis) if "basis" in given else Basis.UNKNOWN,
            derives_from=tuple(source_of(one) for one in _texts(given, "derives_from")),
            hedges=tuple(safe_text(one) for one in _texts(given, "hedges")),
        )


def source_of(untrusted: str) -> str:
    """What something was taken from: a record id, or `item:` and a SHA-256; raises `InvalidValue` for anything else."""
    kind, colon, digest = untrusted.partition(":")
    return f"item:{sha256(digest)}" if colon and kind == "item" else record_id(untrusted)


def _texts(given: Mapping[str, object], name: str) -> list[str]:
    untrusted = rows(given, name) if name in given else []
    texts = [one for one in untrusted if isinstance(one, str)]
    if len(texts) != len(untrusted):
        raise InvalidValue(what=f"The field {name}", why="it must hold texts only")
    return texts
