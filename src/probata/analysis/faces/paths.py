"""Paths of faces over time: boxes on a few pictures joined, smoothed and widened, so that a mask leaves nothing out.

Boxes are joined by place and size alone. Nothing of what is in them is looked at: a path that ends and one that begins
are not held to be of one person.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from fractions import Fraction

import msgspec
from attrs import define, field, frozen

Sides = tuple[float, float, float, float]

_REACH = 0.8  # of its size, that a box may move from one look to the next
_REACH_A_SECOND = 1.2  # and more where more time has passed
_ALIKE = 2.2  # times larger or smaller
_MOST_PATHS = 2_000
MOST_POINTS = 400


class Found(msgspec.Struct):
    """A face on a picture, as `probata.analysis.jailed.facing` tells it: sides in parts of the picture as shown."""

    box: Sides
    score: float
    turned: int


class Look(msgspec.Struct):
    """A picture that the detector looked at, the same."""

    ordinal: int
    pts: int
    faces: list[Found]


@frozen(kw_only=True)
class Rules:
    """How long a face may be missed, how far a path is widened in time and place, and what a single look must reach."""

    gap_s: Fraction
    before_after_s: Fraction
    margin: float
    single: float


@frozen(kw_only=True)
class Path:
    """Where a mask is to lie: at each point's time its box (left, top, width, height), on a straight way in between."""

    points: tuple[tuple[int, Sides], ...]
    score: float
    looks: int
    turned: tuple[int, ...]
    first_ordinal: int
    last_ordinal: int

    @property
    def box(self) -> Sides:
        """All that the mask ever covers: left, top, width, height."""
        sides = _around((left, top, left + width, top + height) for _pts, (left, top, width, height) in self.points)
        return _placed(sides)


@define
class _Open:
    """A path as it grows."""

    looks: list[tuple[Look, Found]] = field(factory=list)

    @property
    def last(self) -> tuple[Look, Found]:
        return self.looks[-1]


def paths(looks: Sequence[Look], frames: Sequence[int], time_base: Fraction, rules: Rules) -> list[Path]:
    """The paths of all faces, in order of time; `frames` are the PTS of all pictures, in order of time."""
    done: list[_Open] = []
    live: list[_Open] = []
    for look in looks:
        stays = [one for one in live if (look.pts - one.last[0].pts) * time_base <= rules.gap_s]
        done += [one for one in live if one not in stays]
        live = _continued(stays, look, time_base)
    made = [_path(one, frames, time_base, rules) for one in done + live if _counts(one, rules)]
    return sorted(made, key=lambda path: (path.points[0][0], path.points[-1][0], path.box))[:_MOST_PATHS]


def _continued(live: list[_Open], look: Look, time_base: Fraction) -> list[_Open]:
    pairs = sorted(
        (
            (_apart(one.last[1].box, face.box), number, which)
            for number, one in enumerate(live)
            for which, face in enumerate(look.faces)
            if _may_follow(one, look, face, time_base)
        ),
    )
    taken: set[int] = set()
    used: set[int] = set()
    for _distance, number, which in pairs:
        if number not in used and which not in taken:
            live[number].looks.append((look, look.faces[which]))
            used.add(number)
            taken.add(which)
    fresh = [_Open([(look, face)]) for which, face in enumerate(look.faces) if which not in taken]
    return live + fresh


def _may_follow(one: _Open, look: Look, face: Found, time_base: Fraction) -> bool:
    before = one.last[1].box
    seconds = float((look.pts - one.last[0].pts) * time_base)
    if _apart(before, face.box) > _REACH + _REACH_A_SECOND * max(0.0, seconds):
        return False
    ours, theirs = _size(before), _size(face.box)
    return max(ours, theirs) <= _ALIKE * min(ours, theirs)


def _apart(one: Sides, other: Sides) -> float:
    """How far their middles are apart, in sizes of the larger: along each side, which is as parts of it."""
    wide, high = max(one[2] - one[0], other[2] - other[0]), max(one[3] - one[1], other[3] - other[1])
    if not wide or not high:
        return 1e9
    across = abs(one[0] + one[2] - other[0] - other[2]) / 2 / wide
    down = abs(one[1] + one[3] - other[1] - other[3]) / 2 / high
    return max(across, down)


def _size(box: Sides) -> float:
    return math.sqrt(max(1e-6, box[2] - box[0]) * max(1e-6, box[3] - box[1]))


def _counts(one: _Open, rules: Rules) -> bool:
    # A mask too many costs little, a face without one much: only what was seen once, and hardly, is left out.
    return len(one.looks) > 1 or one.looks[0][1].score >= rules.single


def _path(one: _Open, frames: Sequence[int], time_base: Fraction, rules: Rules) -> Path:
    boxes = _smoothed([face.box for _look, face in one.looks])
    points = [(look.pts, _widened(box, rules.margin)) for (look, _face), box in zip(one.looks, boxes, strict=True)]
    first, last = one.looks[0][0], one.looks[-1][0]
    wide = rules.before_after_s / time_base
    begins = next(pts for pts in frames if pts >= first.pts - wide)
    ends = next(pts for pts in reversed(frames) if pts <= last.pts + wide)
    if begins < points[0][0]:
        points.insert(0, (begins, points[0][1]))
    if ends > points[-1][0]:
        points.append((ends, points[-1][1]))
    return Path(
        points=tuple((pts, _placed(box)) for pts, box in _thinned(points)),
        score=max(face.score for _look, face in one.looks),
        looks=len(one.looks),
        turned=tuple(sorted({face.turned for _look, face in one.looks})),
        first_ordinal=first.ordinal,
        last_ordinal=last.ordinal,
    )


def _smoothed(boxes: Sequence[Sides]) -> list[Sides]:
    """Each box with its neighbours: what trembles is drawn together, and never made smaller than the box itself."""
    made = []
    for at, box in enumerate(boxes):
        near = [boxes[max(0, at - 1)], box, box, boxes[min(len(boxes) - 1, at + 1)]]
        mean = tuple(sum(one[side] for one in near) / len(near) for side in range(4))
        made.append(
            (min(mean[0], box[0]), min(mean[1], box[1]), max(mean[2], box[2]), max(mean[3], box[3])),
        )
    return made


def _widened(box: Sides, margin: float) -> Sides:
    across, down = (box[2] - box[0]) * margin, (box[3] - box[1]) * margin
    return box[0] - across, box[1] - down, box[2] + across, box[3] + down


def _thinned(points: list[tuple[int, Sides]]) -> list[tuple[int, Sides]]:
    """At most so many points; where some are left out, those beside them cover what they covered."""
    while len(points) > MOST_POINTS:
        kept = [points[0]]
        for at in range(2, len(points) - 1, 2):
            around = _around(box for _pts, box in points[at - 1 : at + 2])
            kept.append((points[at][0], around))
        points = [*kept, points[-1]]
    return points


def _around(boxes: Iterable[Sides]) -> Sides:
    sides = list(boxes)
    return (
        min(box[0] for box in sides),
        min(box[1] for box in sides),
        max(box[2] for box in sides),
        max(box[3] for box in sides),
    )


def _placed(sides: Sides) -> Sides:
    """Left, top, width and height, inside the picture."""
    left, top, right, bottom = (min(1.0, max(0.0, side)) for side in sides)
    return round(left, 5), round(top, 5), round(right - left, 5), round(bottom - top, 5)
