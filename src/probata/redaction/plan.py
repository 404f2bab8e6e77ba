"""What of one item is not to be seen or heard by others: areas filled with one solid tone, stretches made silent.

There is one way of masking, `fill`: the samples under it are gone from the rendition. A blur or a mosaic is not
offered, since what stands under either can be guessed back.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from enum import Enum
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor

from attrs import field, frozen

from probata.analysis.observations import CandidateOf
from probata.custody.canonical import Record, canonical
from probata.terms.digests import Sha256, sha256
from probata.terms.errors import InvalidValue
from probata.terms.reading import fields, rows, text, whole_number, word
from probata.terms.spans import Moment, Span
from probata.terms.text import safe_text

SCHEMA = "probata/redaction-plan/1"
MOST_PARTS, MOST_KEYS, MOST_WORDS = 500, 1000, 1000
_WHOLE = 1_000_000

Sides = tuple[Fraction, Fraction, Fraction, Fraction]
"""Left, top, right and bottom of an area, in shares of the picture as displayed."""


class Why(Enum):
    """Why something is not to be seen or heard, in one word of a fixed list."""

    BYSTANDER = "bystander"
    SOURCE = "source"
    MINOR = "minor"
    DWELLING = "dwelling"
    DIGNITY = "dignity"
    OTHER = "other"


SAID_OF_WHY = {
    Why.BYSTANDER: "a bystander's face or voice",
    Why.SOURCE: "a source at risk",
    Why.MINOR: "a minor",
    Why.DWELLING: "a private dwelling",
    Why.DIGNITY: "the dignity of somebody dead, injured or held",
    Why.OTHER: "another reason, which is on the record",
}
"""What whoever gets the rendition is told of each word; words of one's own stay in the workspace."""


class Mode(Enum):
    """How an area is masked: there is one way, and it cannot be undone."""

    FILL = "fill"


def _share(value: object) -> Fraction:
    """A share of the picture, to the millionth, however it was written."""
    if isinstance(value, Fraction):
        return Fraction(round(value * _WHOLE), _WHOLE)
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise InvalidValue(what="A side of a box", why="it is a number from 0 to 1")
    try:
        exact = Decimal(str(value))
    except InvalidOperation:
        exact = Decimal("NaN")
    if not exact.is_finite():
        raise InvalidValue(what=f"The side {value!r} of a box", why="it is a number from 0 to 1")
    if abs(exact) > 1:
        raise InvalidValue(what=f"The side {value} of a box", why="the picture goes from 0 to 1")
    return Fraction(round(Fraction(exact) * _WHOLE), _WHOLE)


def _written(share: Fraction) -> str:
    return f"{Decimal(int(share * _WHOLE)) / _WHOLE:f}"


@frozen(kw_only=True)
class Box:
    """A rectangle in the picture as displayed, in shares of its width and height to the millionth, origin top left."""

    left: Fraction = field(converter=_share)
    top: Fraction = field(converter=_share)
    width: Fraction = field(converter=_share)
    height: Fraction = field(converter=_share)

    def __attrs_post_init__(self) -> None:
        """Refuse a box that holds nothing, or that leaves the picture."""
        if self.width <= 0 or self.height <= 0:
            raise InvalidValue(what="A box", why="it holds nothing of the picture")
        if min(self.left, self.top) < 0 or self.left + self.width > 1 or self.top + self.height > 1:
            raise InvalidValue(what="A box", why="it leaves the picture, which goes from 0 to 1")

    @property
    def sides(self) -> Sides:
        """Left, top, right, bottom."""
        return self.left, self.top, self.left + self.width, self.top + self.height

    def as_json(self) -> list[str]:
        """Left, top, width and height as decimals, written so that they are read back as they were."""
        return [_written(side) for side in (self.left, self.top, self.width, self.height)]

    @classmethod
    def from_json(cls, untrusted: object) -> Box:
        """Read `as_json` back, or the same in numbers; raises `InvalidValue` for anything else."""
        if not isinstance(untrusted, list) or len(untrusted) != 4:
            raise InvalidValue(what="A box", why="it is left, top, width and height, in shares of the picture")
        left, top, width, height = untrusted
        return cls(left=left, top=top, width=width, height=height)

    @classmethod
    def clipped(cls, left: float, top: float, width: float, height: float) -> Box:
        """The part inside the picture of a rectangle that a program drew; raises `InvalidValue` where none is."""
        sides = [min(max(Fraction(side), Fraction(0)), Fraction(1)) for side in (left, top, left + width, top + height)]
        # Outwards to the millionth, so that rounding uncovers nothing.
        west, north = (Fraction(floor(side * _WHOLE), _WHOLE) for side in sides[:2])
        east, south = (Fraction(ceil(side * _WHOLE), _WHOLE) for side in sides[2:])
        return cls(left=west, top=north, width=east - west, height=south - north)


@frozen(kw_only=True)
class Key:
    """Where an area lies at one moment."""

    pts: int
    box: Box


def _line(untrusted: str) -> str:
    """Words of one's own as one safe line, or none."""
    return str(safe_text(untrusted)) if untrusted.strip() else ""


def _words_for_other(instance: Area | Mute, _attribute: object, value: str) -> None:
    if instance.why is Why.OTHER and not value:
        raise InvalidValue(what="Another reason than those of the list", why="it takes words")
    if len(value) > MOST_WORDS:
        raise InvalidValue(what="The words of a reason", why=f"they are longer than {MOST_WORDS} characters")


@frozen(kw_only=True)
class Area:
    """A part of the picture that is filled in every frame of a half-open stretch.

    With several `keys` it moves on a straight way from one to the next; before the first and after the last it rests.
    `candidate` is the machine's proposal that a person took over as this area.
    """

    segment: Span
    keys: tuple[Key, ...] = field()
    why: Why
    words: str = field(default="", converter=_line, validator=_words_for_other)
    candidate: CandidateOf | None = None

    @keys.validator
    def _in_order(self, _attribute: object, value: tuple[Key, ...]) -> None:
        if not 1 <= len(value) <= MOST_KEYS:
            raise InvalidValue(what="An area", why=f"it has from 1 to {MOST_KEYS} places")
        times = [key.pts for key in value]
        if any(later <= earlier for earlier, later in pairwise(times)):
            raise InvalidValue(what="The places of an area", why="each is later than the one before")
        if not self.segment.start_pts <= times[0] <= times[-1] < self.segment.end_pts:
            raise InvalidValue(what="The places of an area", why="they lie inside its stretch")

    def sides_at(self, moment: Moment) -> Sides:
        """Where it lies at a moment, exactly; whether the moment is inside the stretch is not asked."""
        ticks = moment.seconds / self.segment.time_base
        after = bisect_right([key.pts for key in self.keys], ticks)
        if after == 0 or after == len(self.keys):
            return self.keys[max(0, after - 1)].box.sides
        one, other = self.keys[after - 1], self.keys[after]
        share = (ticks - one.pts) / (other.pts - one.pts)
        left, top, right, bottom = (
            start + (end - start) * share for start, end in zip(one.box.sides, other.box.sides, strict=True)
        )
        return left, top, right, bottom

    def pixels_at(self, moment: Moment, width_px: int, height_px: int) -> tuple[int, int, int, int] | None:
        """The pixels that it touches in a picture shown at a moment: left, top, right, bottom; None outside it."""
        if not self.segment.contains(moment):
            return None
        left, top, right, bottom = self.sides_at(moment)
        return floor(left * width_px), floor(top * height_px), ceil(right * width_px), ceil(bottom * height_px)

    def as_json(self) -> Record:
        """The area as a record holds it."""
        keys = [{"pts": key.pts, "box": key.box.as_json()} for key in self.keys]
        told = {"segment": self.segment.as_json(), "keys": keys, "why": self.why.value, "words": self.words}
        return told if self.candidate is None else {**told, "candidate": self.candidate.as_json()}

    @classmethod
    def from_json(cls, untrusted: object) -> Area:
        """Read `as_json` back, or the same with one `box` in place of `keys`; raises `InvalidValue`."""
        optional = {"keys", "box", "words", "candidate"}
        given = fields(untrusted, what="An area", required={"segment", "why"}, optional=optional)
        segment = Span.from_json(given["segment"])
        if ("keys" in given) == ("box" in given):
            raise InvalidValue(what="An area", why="it has either one box, or keys with a box each")
        keys = [_key(one) for one in rows(given, "keys")] if "keys" in given else []
        if "box" in given:
            keys = [Key(pts=segment.start_pts, box=Box.from_json(given["box"]))]
        return cls(
            segment=segment,
            keys=tuple(keys),
            why=word(given, "why", Why),
            words=_words(given),
            candidate=CandidateOf.from_json(given["candidate"]) if "candidate" in given else None,
        )


def _key(untrusted: object) -> Key:
    given = fields(untrusted, what="A place of an area", required={"pts", "box"})
    return Key(pts=whole_number(given, "pts"), box=Box.from_json(given["box"]))


def _words(given: Mapping[str, object]) -> str:
    return text(given, "words") if "words" in given else ""


@frozen(kw_only=True)
class Mute:
    """A half-open stretch in which the sound is silence."""

    segment: Span
    why: Why
    words: str = field(default="", converter=_line, validator=_words_for_other)

    def as_json(self) -> Record:
        """The stretch as a record holds it."""
        return {"segment": self.segment.as_json(), "why": self.why.value, "words": self.words}

    @classmethod
    def from_json(cls, untrusted: object) -> Mute:
        """Read `as_json` back; raises `InvalidValue`."""
        given = fields(untrusted, what="A muted stretch", required={"segment", "why"}, optional={"words"})
        return cls(segment=Span.from_json(given["segment"]), why=word(given, "why", Why), words=_words(given))


@frozen(kw_only=True)
class RedactionPlan:
    """All that is masked and muted in one item; the same plan, the same digest."""

    item: Sha256
    areas: tuple[Area, ...] = field(default=())
    mutes: tuple[Mute, ...] = field(default=())
    mode: Mode = Mode.FILL

    def __attrs_post_init__(self) -> None:
        """Refuse a plan that hides nothing, or too much to be looked through by a person."""
        if not self.areas and not self.mutes:
            raise InvalidValue(what="A plan of redaction", why="it neither masks nor mutes anything")
        if max(len(self.areas), len(self.mutes)) > MOST_PARTS:
            raise InvalidValue(what="A plan of redaction", why=f"it has more than {MOST_PARTS} areas, or mutes")

    @property
    def sha256(self) -> Sha256:
        """The digest of its canonical form (RFC 8785)."""
        return sha256(hashlib.sha256(canonical(self.as_json())).hexdigest())

    def as_json(self) -> Record:
        """The plan as the ledger holds it."""
        return {
            "schema": SCHEMA,
            "item": str(self.item),
            "mode": self.mode.value,
            "areas": [one.as_json() for one in self.areas],
            "mutes": [one.as_json() for one in self.mutes],
        }

    @classmethod
    def from_json(cls, untrusted: object) -> RedactionPlan:
        """Read `as_json` back; what is left out is empty, and the mode `fill`. Raises `InvalidValue`."""
        given = fields(
            untrusted, what="A plan of redaction", required={"item"}, optional={"schema", "mode", "areas", "mutes"}
        )
        if given.get("schema", SCHEMA) != SCHEMA:
            raise InvalidValue(what="A plan of redaction", why=f"its schema is not {SCHEMA}")
        return cls(
            item=sha256(text(given, "item")),
            areas=tuple(Area.from_json(one) for one in (rows(given, "areas") if "areas" in given else [])),
            mutes=tuple(Mute.from_json(one) for one in (rows(given, "mutes") if "mutes" in given else [])),
            mode=word(given, "mode", Mode) if "mode" in given else Mode.FILL,
        )


def followed(
    path: Sequence[Sequence[float]],
    time_base: Fraction,
    *,
    why: Why,
    words: str = "",
    candidate: CandidateOf | None = None,
) -> Area:
    """An area along a way that a detector proposes: rows of PTS, left, top, width, height; raises `InvalidValue`."""
    keys = tuple(Key(pts=int(row[0]), box=Box.clipped(*row[1:5])) for row in path)
    if not keys:
        raise InvalidValue(what="A proposed way", why="it has no place")
    # The frame at the last place is masked too: the stretch ends one tick after it.
    segment = Span(start_pts=keys[0].pts, end_pts=keys[-1].pts + 1, time_base=time_base)
    return Area(segment=segment, keys=keys, why=why, words=words, candidate=candidate)
