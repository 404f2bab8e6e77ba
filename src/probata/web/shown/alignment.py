"""How two items lie on each other, as a screen needs it: in time on both players' clocks, in the picture as shown."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from math import atan2, degrees
from typing import Any

from attrs import evolve, frozen
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from probata.copies import differences
from probata.copies.relations import Segment
from probata.copies.selectors import KnownRelation
from probata.web.served import renditions
from probata.web.templatetags.wording import media_time

Matrix = tuple[float, float, float, float, float, float]
"""An affine map, row by row: x' = p x + q y + r, y' = s x + t y + u."""

_SAME: Matrix = (1, 0, 0, 0, 1, 0)
# Half of a picture at 25 pictures a second: what is shorter is the rounding of an end to a picture, no gap.
LEAST_GAP_S = Fraction(1, 50)
_NEARLY_ALL = 0.98
_LEAST_TURN_DEGREES = 0.5


@frozen(kw_only=True)
class Gap:
    """Seconds of one item, on its player's clock, that are not found in the other."""

    start_s: Fraction
    end_s: Fraction

    @property
    def lasts_s(self) -> Fraction:
        """How long it is."""
        return self.end_s - self.start_s


def on_players(known: KnownRelation) -> tuple[Segment, ...]:
    """The stretches on the players' clocks, in order of A."""
    a_s, b_s = renditions.origin_s(known.a), renditions.origin_s(known.b)
    moved = (
        evolve(
            one,
            a_start_s=one.a_start_s - a_s,
            a_end_s=one.a_end_s - a_s,
            b_start_s=one.b_start_s - b_s,
            b_end_s=one.b_end_s - b_s,
        )
        for one in known.stretches
    )
    return tuple(sorted(moved, key=lambda one: one.a_start_s))


def as_json(known: KnownRelation) -> dict[str, Any]:
    """The alignment for a script; `laid` maps parts of A's picture as shown to parts of B's, None where nothing does.

    The seconds only lead from one clock to the other: what stands there is addressed by its frame.
    """
    return {
        "schema": "probata/alignment/1",
        "relation": known.id,
        "a": known.a,
        "b": known.b,
        "segments": [
            {
                "a": [float(one.a_start_s), float(one.a_end_s)],
                "b": [float(one.b_start_s), float(one.b_end_s)],
                "speed": float(one.speed),
                "laid": laid(known, one),
            }
            for one in on_players(known)
        ],
    }


def laid(known: KnownRelation, stretch: Segment) -> Matrix | None:
    """The map from parts of A's picture as players show it to parts of B's; None where only sound is shared.

    The record speaks of pictures as coded; players turn them as the files say, and so does the map.
    """
    if stretch.transform is None:
        return _SAME if known.kind == "same_bytes" else None
    a_shown, b_shown = _shown(renditions.facts(known.a)), _shown(renditions.facts(known.b))
    return _after(b_shown, _after(stretch.transform.matrix, _inverse(a_shown)))


def aspect(facts: dict[str, Any]) -> float | None:
    """Width to height in which a player shows the pictures; None where there are none."""
    picture = _picture(facts)
    if picture is None:
        return None
    wide = Fraction(picture["width_px"], picture["height_px"]) * (Fraction(picture["sample_aspect"]) or 1)
    return float(1 / wide if picture["turned_degrees"] in {90, 270} else wide)


def gaps(stretches: Sequence[Segment], side: str, lasts_s: Fraction | None) -> list[Gap]:
    """The seconds of one side that no stretch holds, from its start to its end."""
    spans = _spans(stretches, side)
    end_s = lasts_s if lasts_s is not None else max((end for _start, end in spans), default=Fraction(0))
    found = differences.left_over(spans, Fraction(0), end_s, least_s=LEAST_GAP_S)
    return [Gap(start_s=start, end_s=end) for start, end in found]


def edits(known: KnownRelation, stretch: Segment) -> list[str]:
    """How A differs along a stretch, in words: its speed, and its picture's mirroring, turning, crop, and frame."""
    return edits_of(stretch, laid(known, stretch), known.a, known.b)


def edits_of(stretch: Segment, matrix: Matrix | None, one: str, other: str) -> list[str]:
    """The same of any two items, the first of them told as A; `matrix` takes its picture to the other's, as shown.

    Told of the pictures as they are shown: a file that says itself how it is to be turned is not called turned.
    """
    told = [_(words) % figures for words, figures in differences.pace(stretch)]
    if matrix is None:
        return told
    a, b = aspect(renditions.facts(one)) or 1.0, aspect(renditions.facts(other)) or 1.0
    mirror, turned = _turned(matrix, a, b)
    if mirror:
        told.append(_(differences.MIRRORED))
    if abs(turned) >= _LEAST_TURN_DEGREES:
        told.append(_(differences.TURNED) % {"degrees": abs(turned)})
    crop, place = _box(matrix), _box(_inverse(matrix))
    for words, box in ((differences.CROPPED, crop), (differences.FRAMED, place)):
        if box[2] * box[3] < _NEARLY_ALL:
            told.append(_(words) % {"part": _(differences.PART) % differences.part(box)})
    return told


def one_after_another(matrices: Sequence[Matrix | None]) -> Matrix | None:
    """The map that does all of these, the first one first; None where one of them is not there."""
    made: Matrix | None = _SAME
    for matrix in matrices:
        made = None if made is None or matrix is None else _after(matrix, made)
    return made


def order(stretches: Sequence[Segment]) -> list[str]:
    """What is remarkable in how the stretches follow each other: out of order, or the same seconds more than once."""
    told = []
    for one, following in pairwise(stretches):
        if following.b_start_s < one.b_start_s:
            moments = {"at": media_time(following.a_start_s), "there": media_time(following.b_start_s)}
            told.append(_(differences.GOES_BACK) % moments)
    for side in ("a", "b"):
        twice = differences.held_twice(_spans(stretches, side))
        if twice > LEAST_GAP_S:
            told.append(_(differences.MORE_THAN_ONCE) % {"seconds": media_time(twice), "side": side.upper()})
    return told


def gaps_line(found: Sequence[Gap]) -> str:
    """How many gaps there are, and how long they are together."""
    together = sum((gap.lasts_s for gap in found), Fraction(0))
    return ngettext("%(count)d part, %(seconds)s", "%(count)d parts, %(seconds)s together", len(found)) % {
        "count": len(found),
        "seconds": media_time(together),
    }


def _spans(stretches: Sequence[Segment], side: str) -> list[tuple[Fraction, Fraction]]:
    return [(getattr(one, f"{side}_start_s"), getattr(one, f"{side}_end_s")) for one in stretches]


def _turned(matrix: Matrix, a_aspect: float, b_aspect: float) -> tuple[bool, float]:
    """Whether a map mirrors, and by how many degrees it turns what was mirrored first."""
    p, q, _r, s, t, _u = matrix
    mirror = p * t - q * s < 0
    across, down = p * b_aspect / a_aspect, s / a_aspect
    return mirror, degrees(atan2(-down if mirror else down, -across if mirror else across))


def _box(matrix: Matrix) -> tuple[float, float, float, float]:
    """The upright box around where a map takes the whole picture, as far as it lies in the other's."""
    p, q, r, s, t, u = matrix
    across = sorted(min(1.0, max(0.0, p * x + q * y + r)) for x in (0, 1) for y in (0, 1))
    down = sorted(min(1.0, max(0.0, s * x + t * y + u)) for x in (0, 1) for y in (0, 1))
    return across[0], down[0], across[-1] - across[0], down[-1] - down[0]


def _picture(facts: dict[str, Any]) -> dict[str, Any] | None:
    if facts.get("video") is None:
        return None
    picture: dict[str, Any] = facts["streams"][facts["video"]]["picture"]
    return picture


def _shown(facts: dict[str, Any]) -> Matrix:
    """From parts of the picture as coded to parts of it as shown: turned clockwise, and then mirrored."""
    picture = _picture(facts)
    if picture is None:
        return _SAME
    made = _SAME
    for _quarter in range(round(float(picture["turned_degrees"]) / 90) % 4):
        made = _after((0, -1, 1, 1, 0, 0), made)
    return _after((-1, 0, 1, 0, 1, 0), made) if picture.get("mirrored") else made


def _after(second: Matrix, first: Matrix) -> Matrix:
    """The map that does the first, then the second."""
    p, q, r, s, t, u = second
    a, b, c, d, e, f = first
    return (p * a + q * d, p * b + q * e, p * c + q * f + r, s * a + t * d, s * b + t * e, s * c + t * f + u)


def _inverse(matrix: Matrix) -> Matrix:
    p, q, r, s, t, u = matrix
    size = p * t - q * s
    return (t / size, -q / size, (q * u - t * r) / size, -s / size, p / size, (s * r - p * u) / size)
