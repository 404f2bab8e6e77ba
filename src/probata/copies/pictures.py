"""What the pictures of two files share: where A lies on B, which seconds of A are which seconds of B, and the proof.

Local features say where (`places`, `register`), the pictures of every moment say when (`align`), both are fitted
together (`spacetime`), and then every picture is asked for its partner (`residuals`). A scene that was filmed twice
from one spot agrees in space as well as a copy does: only what changes from picture to picture tells them apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from attrs import evolve, field, frozen
from numpy.typing import NDArray

from probata.copies.align import Side, Stretch, measured, stretches
from probata.copies.extract import Extract, Sight, Views
from probata.copies.places import PlacePair, matched
from probata.copies.register import Hypothesis, hypotheses, shared_cells
from probata.copies.residuals import InStep, in_step, points_of
from probata.copies.spacetime import Course, fitted

SCENE_PLACES = 14
"""Distinct places that must agree in one pair of pictures before a scene is called the same."""
LEAST_RANKED = 0.68
LEAST_AGREE = 0.42
_MORE_A_SECOND, _LONG_S = 0.08, 3.0
_LEAST_S = 0.9
_PROOF_S = 1.4  # a proof that rests on less time is none
_PROOF_PICTURES = 12
_LEAST_LOOKS = 0.3
_BESIDE_S = 20.0
_MOST_UNPROVEN = 2
_FEW = 8
_MOST_OF_A, _MOST_OF_B = 60, 240
_CLOSER_LOOKS, _CLOSE_S = 6, 3
_WINDOW_S = 60.0
_MOST_WINDOWS = 6
_SAME_LINE_S = 0.2

_Sights = tuple[Sequence[Sight], Sequence[Sight]]


@frozen(kw_only=True, eq=False)
class Shared:
    """One stretch of A that is a stretch of B in space and time; `proven` where its pictures follow in step.

    `places` is the most places that agree in a pair of pictures. `needed` is what the agreement in step must exceed:
    well above the most that any other line of time reaches in the same two files.
    """

    stretch: Stretch
    hypothesis: Hypothesis
    places: int
    step: InStep | None

    @property
    def needed(self) -> float:
        """The least agreement in step that proves it: more where little time, or few of the pictures, speak for it."""
        if self.step is None:
            return 1.0
        least = LEAST_AGREE + _MORE_A_SECOND * max(0.0, _LONG_S - self.stretch.lasts_s)
        return min(1.0, max(least / max(self.step.ranked, 0.1), 1.1 * self.step.wrong + 0.05))

    @property
    def proven(self) -> bool:
        """Whether nearly every picture of A has its partner on this line and no other, for long enough."""
        step = self.step
        if step is None or self.stretch.lasts_s < _PROOF_S or len(step.at_a) < _PROOF_PICTURES:
            return False
        return step.ranked >= LEAST_RANKED and step.agree > self.needed


@frozen(kw_only=True, eq=False)
class PictureComparison:
    """What the pictures share, the strongest first; where nothing, `why`. `could_not_look` where one has no pictures.

    `scene` is the transform on which most places of any pair of pictures agree, aligned in time or not.
    """

    shared: tuple[Shared, ...] = ()
    scene: Hypothesis | None = None
    could_not_look: bool = False
    why: str = field(default="")

    @property
    def scene_places(self) -> int:
        """The most places that agree in one pair of pictures."""
        return self.scene.places if self.scene is not None else 0


def compare_pictures(a: Extract, b: Extract) -> PictureComparison:
    """Every stretch that the pictures of both share, none covering the same moments of A twice."""
    for name, one in (("first", a), ("second", b)):
        if one.views is None or not one.sights:
            why = one.why or "it has no pictures"
            return PictureComparison(could_not_look=True, why=f"the {name} file cannot be compared: {why}")
    assert a.views is not None
    assert b.views is not None
    lively = tuple(sight for sight in a.sights if len(sight.points)), tuple(s for s in b.sights if len(s.points))
    for name, sights in zip(("first", "second"), lively, strict=True):
        if not sights:
            return PictureComparison(why=f"the pictures of the {name} file are flat: no place in them can be told")
    if len(lively[0]) > _FEW:
        lively = (
            lively[0][::2],
            lively[1],
        )  # as many of A as are needed; of B all, so that some are of nearly one moment
    ways = hypotheses(matched(*lively), *lively)
    if not ways:
        return PictureComparison(why="no two pictures agree on enough places")
    found: list[Shared] = []
    for way in ways:
        if _left_s(a, found) < _LEAST_S:
            break
        for part, views_a, views_b in _windows(way, lively, a.views, b.views):
            found += _along(part, lively, views_a, views_b, found)
    chosen = _without_overlap(found)
    return PictureComparison(
        shared=tuple(chosen),
        scene=max(ways, key=lambda way: way.places),
        why="" if chosen else "pictures agree on places, but no stretch of time runs alike",
    )


def _pairs(a: Sequence[Sight], b: Sequence[Sight]) -> list[PlacePair]:
    """Pairs of pictures on which places agree: of long footage first a few pictures of each, then all around those."""
    few_a, few_b = _spread(len(a), _MOST_OF_A), _spread(len(b), _MOST_OF_B)
    pairs = _matched(a, b, few_a, few_b)
    if len(few_a) == len(a) and len(few_b) == len(b):
        return pairs
    closer: dict[tuple[int, int], PlacePair] = {(pair.a, pair.b): pair for pair in pairs}
    for pair in sorted(pairs, key=lambda pair: -pair.places)[:_CLOSER_LOOKS]:
        near_a, near_b = (_around(sights, place) for sights, place in ((a, pair.a), (b, pair.b)))
        closer |= {(one.a, one.b): one for one in _matched(a, b, near_a, near_b)}
    return list(closer.values())


def _matched(a: Sequence[Sight], b: Sequence[Sight], of_a: Sequence[int], of_b: Sequence[int]) -> list[PlacePair]:
    found = matched([a[place] for place in of_a], [b[place] for place in of_b])
    return [evolve(pair, a=of_a[pair.a], b=of_b[pair.b]) for pair in found]


def _spread(count: int, most: int) -> list[int]:
    return sorted({round(place) for place in np.linspace(0, count - 1, min(count, most))})


def _around(sights: Sequence[Sight], place: int) -> list[int]:
    middle = sights[place].seconds
    return [index for index, sight in enumerate(sights) if abs(sight.seconds - middle) <= _CLOSE_S]


def _windows(way: Hypothesis, sights: _Sights, a: Views, b: Views) -> Iterator[tuple[Hypothesis, Views, Views]]:
    """The stretches in which a transform is followed: all of short footage, of long what is around its pairs."""
    waiting = sorted(way.pairs, key=lambda pair: -pair.places)
    for _turn in range(_MOST_WINDOWS):
        if not waiting:
            return
        at_a, at_b = (
            float(one[place].seconds) for one, place in zip(sights, (waiting[0].a, waiting[0].b), strict=True)
        )
        part_a, part_b = (one.part(at - _WINDOW_S, at + _WINDOW_S) for one, at in ((a, at_a), (b, at_b)))
        inside: list[PlacePair] = []
        rest: list[PlacePair] = []
        for pair in waiting:
            shown = _holds(part_a, sights[0][pair.a]) and _holds(part_b, sights[1][pair.b])
            (inside if shown else rest).append(pair)
        waiting = rest
        if inside:
            yield evolve(way, pairs=tuple(inside)), part_a, part_b


def _holds(views: Views, sight: Sight) -> bool:
    return bool(views.seconds[0] - 1e-6 <= float(sight.seconds) < float(views.end_s))


def _left_s(a: Extract, found: Sequence[Shared]) -> float:
    """How much of A no proven stretch explains yet."""
    return float(a.to_s - a.from_s) - sum(one.stretch.lasts_s for one in found if one.proven)


def _along(way: Hypothesis, sights: _Sights, a: Views, b: Views, known: Sequence[Shared]) -> Iterator[Shared]:
    """Every stretch along which this transform holds, fitted and asked for its partners."""
    sides = _sides(shared_cells(way, sights, a, b), a, b)
    if sides is None:
        return
    unproven = 0
    for rough in stretches(*sides):
        if rough.lasts_s < _LEAST_S or rough.looks < _LEAST_LOOKS or unproven >= _MOST_UNPROVEN:
            continue
        if any(one.proven and _covered_s([one], rough) > 0.5 * rough.lasts_s for one in known):
            continue
        one = _settled(rough, way, sights, a, b)
        unproven += not one.proven
        yield one


def _settled(rough: Stretch, way: Hypothesis, sights: _Sights, a: Views, b: Views) -> Shared:
    """The stretch and transform fitted together where that puts more pictures in step, with its ends measured anew."""
    course = Course(start_s=rough.a_start_s, end_s=rough.a_end_s, speed=rough.speed, offset_s=rough.offset_s)
    hypothesis, moved = fitted(way, course, a, b)
    tried = [_stepped(rough, way, a, b)]
    sides = _sides(shared_cells(hypothesis, sights, a, b), a, b)
    if sides is not None and moved.speed:
        laid = evolve(rough, speed=_even(moved.speed), offset_s=_offset(moved, rough))
        tried += [_stepped(laid, hypothesis, a, b)]
        longer = measured(*sides, laid)
        if longer.lasts_s != laid.lasts_s:
            tried += [_stepped(longer, hypothesis, a, b)]
    return max(tried, key=lambda one: (one.proven, _merit(one)))


def _even(speed: float) -> float:
    """The speed, even where it is within what so short a stretch can tell."""
    return float(np.sign(speed)) if abs(abs(speed) - 1) < 0.006 else speed


def _offset(moved: Course, rough: Stretch) -> float:
    middle = (rough.a_start_s + rough.a_end_s) / 2
    return moved.speed * middle + moved.offset_s - _even(moved.speed) * middle


def _merit(one: Shared) -> float:
    return one.stretch.lasts_s * (one.step.ranked * max(0.0, one.step.agree) if one.step is not None else 0.0)


def _stepped(stretch: Stretch, hypothesis: Hypothesis, a: Views, b: Views) -> Shared:
    """The stretch asked for its partners, among all pictures of B within twenty seconds."""
    low, high = sorted((stretch.b_at(stretch.a_start_s), stretch.b_at(stretch.a_end_s)))
    points = points_of(hypothesis, a, b, (low - _BESIDE_S, high + _BESIDE_S), (stretch.a_start_s, stretch.a_end_s))
    step = None
    if points is not None:
        step = in_step(
            points,
            start_s=stretch.a_start_s,
            end_s=stretch.a_end_s,
            speed=stretch.speed,
            offset_s=stretch.offset_s,
        )
    return Shared(stretch=stretch, hypothesis=hypothesis, places=hypothesis.places, step=step)


def _sides(
    cells: tuple[NDArray[np.float32], NDArray[np.float32]] | None, a: Views, b: Views
) -> tuple[Side, Side] | None:
    if cells is None:
        return None
    return (
        Side(seconds=a.seconds, end_s=float(a.end_s), cells=cells[0]),
        Side(seconds=b.seconds, end_s=float(b.end_s), cells=cells[1]),
    )


def _without_overlap(found: Sequence[Shared]) -> list[Shared]:
    """The strongest first; a weaker one that shares most of its seconds of A with a stronger one is left out."""
    chosen: list[Shared] = []
    for one in sorted(found, key=lambda one: (not one.proven, -_merit(one), -one.stretch.weight)):
        if _covered_s(chosen, one.stretch) < 0.3 * one.stretch.lasts_s:
            chosen.append(one)
    return chosen


def _covered_s(known: Sequence[Shared], stretch: Stretch) -> float:
    """How many seconds of a stretch of A are those of known ones too."""
    return sum(
        max(0.0, min(stretch.a_end_s, one.stretch.a_end_s) - max(stretch.a_start_s, one.stretch.a_start_s))
        for one in known
    )
