"""Captions from lines: what comes and goes together is one, and what was lost for a moment is one again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

import msgspec
from attrs import evolve, frozen

from probata.analysis.screen_text import scripts

_SAME_TEXT = 0.75  # likeness of two readings of one caption
_SAME_PLACE = 0.5
_PART = 0.7
_TOGETHER_S = Fraction(1, 4)  # two lines of one caption come and go within it
_NEXT_LINE = 1.0  # of a line's height, between the lines of one caption
_ALIKE = 0.6  # heights of the lines of one caption
_LEAST_PICTURES, _LEAST_LETTERS, _FEW_LETTERS = 2, 2, 3
_SURE_OF_IT = 0.85  # of the detector
Sides = tuple[float, float, float, float]


class Reading(msgspec.Struct):
    """What was read, as `probata.analysis.jailed.reading` tells it."""

    text: str
    language: str
    script: str
    preparation: str
    confidence: float
    weight: float
    alternatives: list[Reading] = msgspec.field(default_factory=list)
    doubts: list[str] = msgspec.field(default_factory=list)


class Line(msgspec.Struct):
    """One line, the same; sides are left, top, right and bottom in parts of the picture as shown."""

    start_pts: int
    end_pts: int
    start_ordinal: int
    end_ordinal: int
    box: Sides
    height: float
    pictures: int
    detector: float
    moves: bool
    read_ordinal: int
    read_digest: bytes
    read_from: int
    reading: Reading | None


@frozen(kw_only=True)
class Caption:
    """One caption: its span, its place, its lines from the top, and what was read."""

    lines: tuple[Line, ...]
    of_many: bool = True  # pictures: on one alone of them, nothing bears a reading out

    @property
    def start_pts(self) -> int:
        """When it is first seen."""
        return min(line.start_pts for line in self.lines)

    @property
    def end_pts(self) -> int:
        """When it is last seen."""
        return max(line.end_pts for line in self.lines)

    @property
    def box(self) -> Sides:
        """Left, top, width and height of all its lines together."""
        left, top, right, bottom = _around(line.box for line in self.lines)
        return round(left, 5), round(top, 5), round(right - left, 5), round(bottom - top, 5)

    @property
    def text(self) -> str:
        """What was read, a line each, in logical order."""
        return "\n".join(line.reading.text for line in self.lines if line.reading is not None)

    @property
    def confidence(self) -> float:
        """How sure the reader is of all of it, weighed by letters."""
        read = [line.reading for line in self.lines if line.reading is not None]
        letters = sum(len(one.text) for one in read)
        return sum(one.confidence * len(one.text) for one in read) / letters if letters else 0.0

    @property
    def doubts(self) -> tuple[str, ...]:
        """Why the reading is doubtful; empty where it is told as text."""
        told = [
            doubt
            for line in self.lines
            for doubt in (line.reading.doubts if line.reading is not None else ["no letter of it was made out"])
        ]
        if any(_is_little(line) for line in self.lines):
            told.append("a few letters, where the detector is not sure that it is text")
        if self.of_many and sum(line.pictures for line in self.lines) < _LEAST_PICTURES * len(self.lines):
            told.append("it is seen on one picture alone")
        return tuple(dict.fromkeys(told))

    def attributes(self) -> dict[str, Any]:
        """What else is told of it."""
        first = max(self.lines, key=lambda line: (line.pictures, -line.start_ordinal))
        read = [line.reading for line in self.lines if line.reading is not None]
        told: dict[str, Any] = {
            "script": ", ".join(dict.fromkeys(one.script for one in read)),
            "language_tried": ", ".join(dict.fromkeys(one.language for one in read)),
            "direction": scripts.direction(self.text),
            "lines": len(self.lines),
            "seen_on_pictures": max(line.pictures for line in self.lines),
            "start_ordinal": min(line.start_ordinal for line in self.lines),
            "end_ordinal": max(line.end_ordinal for line in self.lines),
            "moves": any(line.moves for line in self.lines),
            "detector": round(min(line.detector for line in self.lines), 4),
            "read": {
                "ordinal": first.read_ordinal,
                "blake3": first.read_digest.hex(),
                "pictures": first.read_from,
                "as": ", ".join(dict.fromkeys(one.preparation for one in read)),
            },
        }
        if others := [_other(one) for reading in read for one in reading.alternatives]:
            told["alternatives"] = others
        if self.doubts:
            told["doubts"] = list(self.doubts)
            told["guess"] = self.text
        return told


def joined(lines: Sequence[Line], time_base: Fraction, *, gap_s: float, pictures: int) -> list[Caption]:
    """The captions that these lines of so many pictures make, in order of time, then from the top."""
    whole = _rejoined([line for line in lines if _counts(line)], time_base, gap_s)
    whole = [line for line in whole if not any(_covers(other, line) for other in whole)]
    captions: list[Caption] = []
    for line in sorted(whole, key=lambda line: (line.start_pts, line.box[1], line.box[0])):
        under = next((one for one in captions if _goes_on(one, line, time_base)), None)
        if under is None:
            captions.append(Caption(lines=(line,), of_many=pictures > 1))
        else:
            below = sorted((*under.lines, line), key=lambda one: (one.box[1], one.box[0]))
            captions[captions.index(under)] = evolve(under, lines=tuple(below))
    return sorted(captions, key=lambda one: (one.start_pts, one.end_pts, one.box[1], one.box[0]))


def _counts(line: Line) -> bool:
    # The detector fires on arrows, leaves and window frames too: what it is unsure of must hold two letters.
    letters = sum(letter.isalnum() for letter in line.reading.text) if line.reading is not None else 0
    return letters >= _LEAST_LETTERS or (line.detector >= _SURE_OF_IT and line.pictures > _LEAST_PICTURES)


def _covers(other: Line, line: Line) -> bool:
    # A part of a line that was drowned for a moment, read by itself, says less than the line does.
    if line is other or _reads(line) or not _reads(other):
        return False
    within = other.start_pts <= line.start_pts and line.end_pts <= other.end_pts
    return within and _shared(other.box, line.box) >= _PART


def _is_little(line: Line) -> bool:
    letters = sum(letter.isalnum() for letter in line.reading.text) if line.reading is not None else 0
    return letters <= _FEW_LETTERS and line.detector < _SURE_OF_IT


def _rejoined(lines: Sequence[Line], time_base: Fraction, gap_s: float) -> list[Line]:
    kept: list[Line] = []
    for line in sorted(lines, key=lambda line: (line.start_pts, line.end_pts)):
        for number in range(len(kept) - 1, -1, -1):
            if _is_same(kept[number], line, time_base, gap_s):
                kept[number] = _together(kept[number], line)
                break
        else:
            kept.append(line)
    return kept


def _is_same(one: Line, other: Line, time_base: Fraction, gap_s: float) -> bool:
    gap = (other.start_pts - one.end_pts) * time_base
    if gap > gap_s or one.reading is None or other.reading is None:
        return False
    alike = scripts.alike(one.reading.text, other.reading.text)
    if one.moves or other.moves:
        return alike >= _SAME_TEXT
    return alike >= _SAME_TEXT and _shared(one.box, other.box) >= _SAME_PLACE


def _together(one: Line, other: Line) -> Line:
    assert one.reading is not None
    assert other.reading is not None
    better = one if one.reading.weight >= other.reading.weight else other
    return msgspec.structs.replace(
        better,
        start_pts=min(one.start_pts, other.start_pts),
        end_pts=max(one.end_pts, other.end_pts),
        start_ordinal=min(one.start_ordinal, other.start_ordinal),
        end_ordinal=max(one.end_ordinal, other.end_ordinal),
        box=_around((one.box, other.box)),
        pictures=one.pictures + other.pictures,
        moves=one.moves or other.moves,
    )


def _goes_on(caption: Caption, line: Line, time_base: Fraction) -> bool:
    last = min(caption.lines, key=lambda one: abs(one.box[1] - line.box[1]))
    if any(abs(ours - theirs) * time_base > _TOGETHER_S for ours, theirs in _spans(last, line)):
        return False
    if last.moves != line.moves or not (_reads(last) and _reads(line)):
        return False
    lower, higher = sorted((last.height, line.height))
    left, top, right, bottom = last.box
    gap = max(top, line.box[1]) - min(bottom, line.box[3])
    across = min(right, line.box[2]) - max(left, line.box[0])
    return lower >= _ALIKE * higher and -0.5 * lower <= gap <= _NEXT_LINE * higher and across > 0


def _spans(one: Line, other: Line) -> tuple[tuple[int, int], tuple[int, int]]:
    return (one.start_pts, other.start_pts), (one.end_pts, other.end_pts)


def _reads(line: Line) -> bool:
    return line.reading is not None and not line.reading.doubts


def _around(boxes: Iterable[Sides]) -> Sides:
    sides = list(boxes)
    return (
        max(0.0, min(box[0] for box in sides)),
        max(0.0, min(box[1] for box in sides)),
        min(1.0, max(box[2] for box in sides)),
        min(1.0, max(box[3] for box in sides)),
    )


def _shared(one: Sides, other: Sides) -> float:
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    least = min((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other))
    return max(0.0, across) * max(0.0, down) / least if least > 0 else 0.0


def _other(one: Reading) -> dict[str, Any]:
    return {
        "text": one.text,
        "language_tried": one.language,
        "script": one.script,
        "confidence": round(one.confidence, 4),
    }
