"""What two files share: a relation of one of the record's kinds, its stretches, how they map, and the reasons.

Times are exact inside (`Fraction` seconds made of presentation timestamps); the JSON of `compare` and `copies` rounds
them for reading and says so by its keys (`…_s`).
"""

from __future__ import annotations

from fractions import Fraction
from math import isfinite
from typing import Any, Literal

from attrs import Attribute, field, frozen

from probata.terms.errors import InvalidValue

Kind = Literal[
    "same_bytes",
    "copy",
    "excerpt_of",
    "contains",
    "overlaps",
    "same_audio_other_picture",
    "same_picture_other_audio",
    "same_scene_other_camera",
    "same_scene_moment_unproven",
    "related_not_same",
]
By = Literal["frames", "sound", "both"]
_Box = tuple[float, float, float, float]
_Matrix = tuple[float, float, float, float, float, float]
KINDS_OF_COPY: frozenset[str] = frozenset({"same_bytes", "copy", "excerpt_of", "contains", "overlaps"})
"""Kinds that state that the same moments were seen or heard: they demand temporal proof."""


def _forward(segment: Segment, _attribute: Attribute[Fraction], value: Fraction) -> None:
    if value <= segment.a_start_s:
        raise InvalidValue(what=f"A stretch from {segment.a_start_s} to {value}", why="it ends where it starts")


def _lasting(segment: Segment, _attribute: Attribute[Fraction], value: Fraction) -> None:
    if value <= segment.b_start_s:
        raise InvalidValue(what=f"A stretch from {segment.b_start_s} to {value}", why="it ends where it starts")


def _not_zero(_instance: object, _attribute: object, value: Fraction) -> None:
    if value == 0:
        raise InvalidValue(what="A speed of 0", why="a still picture maps to no stretch of time")


def _finite(_transform: object, attribute: Attribute[float], value: float) -> None:
    if not isfinite(value) or (attribute.name == "scale" and value <= 0):
        raise InvalidValue(what=f"The {attribute.name} {value} of a transform", why="no picture lies so on another")


def _box(_transform: object, attribute: Attribute[_Box], value: _Box) -> None:
    if not all(0 <= part <= 1 for part in value):
        raise InvalidValue(what=f"The box {value} of a transform's {attribute.name}", why="it leaves the picture")


def _undone(_transform: object, _attribute: Attribute[_Matrix], value: _Matrix) -> None:
    a, b, _x, c, d, _y = value
    if not all(map(isfinite, value)) or a * d == b * c:
        raise InvalidValue(what=f"The matrix {value} of a transform", why="it cannot be undone")


@frozen(kw_only=True)
class Transform:
    """How the picture of A lies on the picture of B: scale, turning, mirroring, and the part of B that A shows.

    `crop` is (left, top, width, height) in parts of B's coded picture, from 0 to 1: the box around all that A shows of
    it. `place` is where that part lies in A's picture, in the same manner: smaller than the whole where A has bars, a
    banner, or B as a picture in its picture.
    """

    mirror: bool
    scale: float = field(validator=_finite)
    turned_degrees: float = field(validator=_finite)
    crop: _Box = field(validator=_box)
    place: _Box = field(validator=_box)
    matrix: _Matrix = field(validator=_undone)

    def as_json(self) -> dict[str, Any]:
        """The transform as plain data."""
        return {
            "mirror": self.mirror,
            "scale": round(self.scale, 4),
            "turned_degrees": round(self.turned_degrees, 2),
            "crop": [round(part, 4) for part in self.crop],
            "place": [round(part, 4) for part in self.place],
            "matrix": [round(part, 6) for part in self.matrix],
        }


@frozen(kw_only=True)
class Segment:
    """One stretch of A that is one stretch of B.

    `speed` is how many seconds of B pass in one second of A; below 0 where A runs backwards, and then the start of A
    is the end of B. `b_start_s` is always before `b_end_s`.
    """

    a_start_s: Fraction
    a_end_s: Fraction = field(validator=_forward)
    b_start_s: Fraction
    b_end_s: Fraction = field(validator=_lasting)
    speed: Fraction = field(default=Fraction(1), validator=_not_zero)
    transform: Transform | None = None

    @property
    def mirror(self) -> bool:
        """Whether A shows B mirrored left to right."""
        return self.transform is not None and self.transform.mirror

    @property
    def a_lasts_s(self) -> Fraction:
        """How long it is in A."""
        return self.a_end_s - self.a_start_s

    def turned_about(self) -> Segment:
        """The same stretch told from B to A; the picture's transform is dropped, since it speaks of A on B."""
        return Segment(
            a_start_s=self.b_start_s,
            a_end_s=self.b_end_s,
            b_start_s=self.a_start_s,
            b_end_s=self.a_end_s,
            speed=1 / self.speed,
        )

    def as_json(self) -> dict[str, Any]:
        """The stretch as the JSON contract of `compare` has it."""
        told: dict[str, Any] = {
            "a_start_s": _read(self.a_start_s),
            "a_end_s": _read(self.a_end_s),
            "b_start_s": _read(self.b_start_s),
            "b_end_s": _read(self.b_end_s),
            "speed": round(float(self.speed), 4),
            "mirror": self.mirror,
        }
        if self.transform is not None:
            told |= {"crop": [round(part, 4) for part in self.transform.crop], "transform": self.transform.as_json()}
        return told


@frozen(kw_only=True)
class Reason:
    """One statement for or against, with the figure that it rests on and the strongest wrong figure beside it."""

    code: str
    text: str
    value: float | None = None
    wrong: float | None = None
    threshold: float | None = None

    def as_json(self) -> dict[str, Any]:
        """The reason as plain data; figures that there are not are left out."""
        figures = {"value": self.value, "strongest_wrong": self.wrong, "threshold": self.threshold}
        told = {name: round(figure, 4) for name, figure in figures.items() if figure is not None}
        return {"code": self.code, "text": self.text, **told}


def _within_one(_instance: object, _attribute: object, value: float) -> None:
    if not 0 <= value <= 1:
        raise InvalidValue(what=f"The score {value}", why="scores are from 0 to 1")


@frozen(kw_only=True)
class Relation:
    """What A is to B, how far it stands out (`score`, 0 to 1, no probability), and why it is called so.

    A score of 0.5 is what was needed. `strongest_wrong` is the highest, on the same scale, that anything known to be
    wrong reached in the same search: other lines of time, pictures run backwards, foreign sound. A machine proposes; a
    person confirms.
    """

    kind: Kind
    score: float = field(validator=_within_one)
    by: By
    segments: tuple[Segment, ...] = ()
    why: tuple[Reason, ...] = ()
    strongest_wrong: float | None = None

    def as_json(self) -> dict[str, Any]:
        """The relation as the JSON contract of `compare` has it."""
        return {
            "kind": self.kind,
            "score": round(self.score, 4),
            "by": self.by,
            "segments": [segment.as_json() for segment in self.segments],
            "why": [reason.as_json() for reason in self.why],
            "strongest_wrong": None if self.strongest_wrong is None else round(self.strongest_wrong, 4),
        }


def _read(seconds: Fraction) -> float:
    return round(float(seconds), 6)
