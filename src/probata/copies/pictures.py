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

from probata.copies import hinted
from probata.copies.align import Side, Stretch, measured, stretches
from probata.copies.extract import Extract, Sight, Views
from probata.copies.moving import Moving, moving
from probata.copies.places import PlacePair, matched
from probata.copies.register import Hypothesis, alike_beside, hypotheses, shared_cells
from probata.copies.residuals import InStep, in_step, points_of
from probata.copies.seam import Hit
from probata.copies.spacetime import Course, fitted

SCENE_PLACES = 14
"""Distinct places that must agree in one pair of pictures before a scene is called the same."""
LEAST_RANKED = 0.68
LEAST_AGREE = 0.42
_MORE_A_SECOND, _LONG_S = 0.08, 3.0
# Measured on pairs of `benchmarks/copies.py`: of what moves in another moment of one camera 0.17 and more is left
# unexplained, in most copies 0.12 and less. Then less is asked of how well pictures rank, which what turns or swings
# spoils.
MOST_UNEXPLAINED = 0.1
_RANKED_EXPLAINED, _AGREE_EXPLAINED = 0.4, 0.3
_LEAST_S = 0.9
_PROOF_S = 1.4  # a proof that rests on less time is none
_PROOF_PICTURES = 12
_LEAST_LOOKS = 0.3
_FEW_PICTURES = 3
_LEAST_BESIDE, _LEAST_AGREE_BESIDE = 0.3, 0.2
_EVEN, _TELLS_S = 0.012, 0.03
_BESIDE_S = 20.0
_MOST_UNPROVEN = 2
_FEW = 8
_MOST_OF_A, _MOST_OF_B = 60, 240
_CLOSER_LOOKS, _CLOSE_S = 6, 3
_WINDOW_S = 60.0
_MOST_WINDOWS = 6
_SAME_LINE_S = 0.2
_NO_PLACES = "no two pictures agree on enough places"

_Sights = tuple[Sequence[Sight], Sequence[Sight]]


@frozen(kw_only=True, eq=False)
class Shared:
    """One stretch of A that is a stretch of B in space and time; `proven` where its pictures follow in step.

    `places` is the most places that agree in a pair of pictures. `needed` is what the agreement in step must exceed:
    well above the most that any other line of time reaches in the same two files. `moving` is asked of what follows in
    step: whether more than the turning of the camera does.
    """

    stretch: Stretch
    hypothesis: Hypothesis
    places: int
    step: InStep | None
    moving: Moving | None = None

    @property
    def needed(self) -> float:
        """The least agreement in step that proves it: more where little time, or few of the pictures, speak for it."""
        if self.step is None:
            return 1.0
        shorter = _MORE_A_SECOND * max(0.0, _LONG_S - self.stretch.lasts_s)
        least = (LEAST_AGREE + shorter) / max(self.step.ranked, 0.1)
        if self.explained:
            least = min(least, _AGREE_EXPLAINED + shorter)
        return min(1.0, max(least, 1.1 * self.step.wrong + 0.05))

    @property
    def explained(self) -> bool:
        """Whether what moves is the same in both but for what encoding leaves, picture by picture."""
        step = self.step
        return step is not None and step.unexplained <= MOST_UNEXPLAINED and step.ranked >= _RANKED_EXPLAINED

    @property
    def proven(self) -> bool:
        """Whether the same moment is shown: pictures follow in step, and not because the camera turns alike alone."""
        return self.follows and (self.moving is None or self.moving.tells)

    @property
    def follows(self) -> bool:
        """Whether nearly every picture of A has its partner on this line and no other, for long enough."""
        step = self.step
        if step is None or self.stretch.lasts_s < _PROOF_S or len(step.at_a) < _PROOF_PICTURES:
            return False
        return (step.ranked >= LEAST_RANKED or self.explained) and step.agree > self.needed


@frozen(kw_only=True, eq=False)
class PictureComparison:
    """What the pictures share, the strongest first; where nothing, `why`. `could_not_look` where one has no pictures.

    `scene` is the transform on which most places of any pair of pictures agree, aligned in time or not; none where all
    that agrees is a caption or logo before different scenes.
    """

    shared: tuple[Shared, ...] = ()
    scene: Hypothesis | None = None
    could_not_look: bool = False
    why: str = field(default="")

    @property
    def scene_places(self) -> int:
        """The most places that agree in one pair of pictures."""
        return self.scene.places if self.scene is not None else 0


def compare_pictures(a: Extract, b: Extract, hits: Sequence[Hit] = ()) -> PictureComparison:
    """Every stretch that the pictures of both share, none covering the same moments of A twice.

    `hits` are moments that another method holds alike: what lies there is tried with a lower bar.
    """
    unseen = _unseen(a, b)
    if unseen is not None:
        return unseen
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
    ways = hypotheses([*_pairs(*lively), *hinted.pairs(hits, *lively)], *lively)
    if not ways:
        return PictureComparison(why=_NO_PLACES)
    found: list[Shared] = []
    for way in ways:
        if _left_s(a, found) < _LEAST_S:
            break
        for part, views_a, views_b in _windows(way, lively, a.views, b.views):
            found += _along(part, lively, views_a, views_b, found)
    return _told(_without_overlap(found), max(ways, key=lambda way: way.places), lively, a.views, b.views)


def _unseen(a: Extract, b: Extract) -> PictureComparison | None:
    """The answer where one of them has no pictures to compare."""
    for name, one in (("first", a), ("second", b)):
        if one.long and one.views is None and not one.why:
            return PictureComparison(why=f"no key picture of the {name} file, which is long, is like one of the other")
        if one.views is None or not one.sights:
            why = one.why or "it has no pictures"
            return PictureComparison(could_not_look=True, why=f"the {name} file cannot be compared: {why}")
    return None


def _told(shared: Sequence[Shared], most: Hypothesis, sights: _Sights, a: Views, b: Views) -> PictureComparison:
    """The comparison, and where no moment is proven, why."""
    if any(one.proven for one in shared):
        return PictureComparison(shared=tuple(shared), scene=most)
    if not most.places:
        return PictureComparison(shared=tuple(shared), why=_NO_PLACES)
    beside = alike_beside(most, sights, a, b)
    if beside is not None and beside < _LEAST_BESIDE:
        why = "pictures agree on a part alone, such as a caption or logo; around it they are different"
        return PictureComparison(shared=tuple(shared), why=why)
    why = "pictures agree on places, but " + (
        "nothing proves the moment" if shared else "no stretch of time runs alike"
    )
    return PictureComparison(shared=tuple(shared), scene=most, why=why)


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
        if not (one.proven and _a_part_alone(one, sights, a, b)):
            yield one


def _a_part_alone(one: Shared, sights: _Sights, a: Views, b: Views) -> bool:
    """Whether all that follows is a ticker or moving logo, before pictures that are different ones."""
    beside = alike_beside(one.hypothesis, sights, a, b)
    if beside is None or beside >= _LEAST_BESIDE:
        return False
    rest = _stepped(one.stretch, one.hypothesis, a, b, beside=one.hypothesis.box)
    return rest.step is not None and rest.step.agree < _LEAST_AGREE_BESIDE


def _settled(rough: Stretch, way: Hypothesis, sights: _Sights, a: Views, b: Views) -> Shared:
    """The stretch and transform fitted together where that puts more pictures in step, with its ends measured anew."""
    course = Course(start_s=rough.a_start_s, end_s=rough.a_end_s, speed=rough.speed, offset_s=rough.offset_s)
    hypothesis, moved = fitted(way, course, a, b)
    tried = [_stepped(rough, way, a, b)]
    sides = _sides(shared_cells(hypothesis, sights, a, b), a, b)
    if sides is not None and moved.speed:
        laid = _laid(moved, rough)
        tried += [_stepped(laid, hypothesis, a, b)]
        longer = measured(*sides, laid)
        if longer.lasts_s != laid.lasts_s:
            tried += [_stepped(longer, hypothesis, a, b)]
    best = _trimmed(max(tried, key=lambda one: (one.proven, _merit(one))), a, b)
    return evolve(best, moving=moving(best.hypothesis, a, b, best.stretch)) if best.follows else best


def _trimmed(one: Shared, a: Views, b: Views) -> Shared:
    """The stretch without what looks alike at its ends but changes otherwise: the same scene at another moment."""
    if one.step is None or not one.follows:
        return one
    stretch, at = one.stretch, one.step.at_a
    first, last = (int(np.searchsorted(at, moment)) for moment in one.step.held_s())
    if first < _FEW_PICTURES and len(at) - 1 - last < _FEW_PICTURES:
        return one
    start = stretch.a_start_s if first < _FEW_PICTURES else float(at[first])
    end = stretch.a_end_s if len(at) - 1 - last < _FEW_PICTURES else float(at[last + 1])
    shorter = _stepped(evolve(stretch, a_start_s=start, a_end_s=end), one.hypothesis, a, b)
    return shorter if end - start >= _LEAST_S and shorter.step is not None else one


def _evened(speed: float, lasts_s: float) -> float:
    """The speed, even where what it is off comes to less than so short a stretch can tell."""
    off = abs(abs(speed) - 1)
    return float(np.sign(speed)) if off < _EVEN and off * lasts_s < _TELLS_S else speed


def _laid(moved: Course, rough: Stretch) -> Stretch:
    """The stretch on the course that was fitted, turned about its middle where the speed is evened."""
    middle = (rough.a_start_s + rough.a_end_s) / 2
    speed = _evened(moved.speed, rough.lasts_s)
    return evolve(rough, speed=speed, offset_s=moved.speed * middle + moved.offset_s - speed * middle)


def _merit(one: Shared) -> float:
    return one.stretch.lasts_s * (one.step.ranked * max(0.0, one.step.agree) if one.step is not None else 0.0)


def _stepped(
    stretch: Stretch,
    hypothesis: Hypothesis,
    a: Views,
    b: Views,
    beside: tuple[float, float, float, float] | None = None,
) -> Shared:
    """The stretch asked for its partners, among all pictures of B within twenty seconds."""
    low, high = sorted((stretch.b_at(stretch.a_start_s), stretch.b_at(stretch.a_end_s)))
    near_b, near_a = (low - _BESIDE_S, high + _BESIDE_S), (stretch.a_start_s, stretch.a_end_s)
    points = points_of(hypothesis, a, b, near_b, near_a, beside=beside)
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
    """The strongest first; a weaker one that shares most of its seconds of A with a stronger one is left out.

    Where two chosen ones overlap, the border is where most pictures of either follow.
    """
    chosen: list[Shared] = []
    for one in sorted(found, key=lambda one: (not one.proven, -_merit(one), -one.stretch.weight)):
        if _covered_s(chosen, one.stretch) < 0.3 * one.stretch.lasts_s:
            chosen = list(_parted(chosen, one))
    return chosen


def _parted(known: Sequence[Shared], new: Shared) -> Iterator[Shared]:
    """Known stretches and a new one, each ending where the next one's pictures follow better than its own."""
    for one in known:
        first = new.stretch.a_start_s < one.stretch.a_start_s
        early, late = (new, one) if first else (one, new)
        if late.stretch.a_start_s < early.stretch.a_end_s < late.stretch.a_end_s:
            border = _border(early, late)
            early = evolve(early, stretch=evolve(early.stretch, a_end_s=border))
            late = evolve(late, stretch=evolve(late.stretch, a_start_s=border))
        if min(early.stretch.lasts_s, late.stretch.lasts_s) < _LEAST_S:
            yield one  # too little would be left of one of them
            continue
        new = early if first else late
        yield late if first else early
    yield new


def _border(early: Shared, late: Shared) -> float:
    """Before which moment of A the pictures follow the earlier stretch, and from which on the later one."""
    start, end = late.stretch.a_start_s, early.stretch.a_end_s
    if early.step is None or late.step is None:
        return (start + end) / 2
    at = np.union1d(early.step.at_a, late.step.at_a)
    at = np.concatenate([[start], at[(at > start) & (at < end)], [end]])
    before, after = (np.interp(at[:-1], one.step.at_a, one.step.on_line) for one in (early, late) if one.step)
    gained = np.concatenate([[0.0], np.cumsum(before - after)])
    return float(at[int(gained.argmax())])


def _covered_s(known: Sequence[Shared], stretch: Stretch) -> float:
    """How many seconds of a stretch of A are those of known ones too."""
    return sum(
        max(0.0, min(stretch.a_end_s, one.stretch.a_end_s) - max(stretch.a_start_s, one.stretch.a_start_s))
        for one in known
    )
