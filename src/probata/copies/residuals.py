"""Frame by frame: which picture of B is which picture of A, once both lie on each other exactly in space.

From every picture what stands still is taken out (the mean of the stretch), and what is smooth (light, grading, haze).
What is left changes from picture to picture, and agrees only between pictures of the same moment. For a copy nearly
every picture of A has its best partner in B exactly on one line of time; for the same scene at another moment the
partners lie anywhere.
"""

from __future__ import annotations

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from probata.copies.extract import Views
from probata.copies.register import Hypothesis, grid_of
from probata.copies.sampling import Spots, nearest

_MOST_SIDE = 64
_LEAST_POINTS = 150
_SMOOTH = 3  # points to either side over which what is smooth is taken out
_ROUNDS_OF_SMOOTHING = 2
_MOST_PICTURES = 150
_BESIDE_S = 0.6
_WITHIN_S = 0.05
_SPLICED, _JUST_BESIDE_S = 1.5, 0.5  # times the steps from picture to picture beside it
_REPEATED = 0.5
_NEARLY_ALL = 0.9
_LEAST_AGAIN = 0.2
_MOVES, _CODED = 0.1, 4.0  # a share of the places; encoders spend less on what moves than on what rests
_NOISE = 1.0  # steps of brightness: what coding alone leaves


@frozen(kw_only=True, eq=False)
class Points:
    """Both files on the same points of the scene, what is smooth taken out: one row a picture, one column a point."""

    at_a: NDArray[np.float64]
    at_b: NDArray[np.float64]
    a: NDArray[np.float32]
    b: NDArray[np.float32]


@frozen(kw_only=True, eq=False)
class InStep:
    """How the pictures of a stretch follow each other in both files.

    `agree` is the mean correlation along the line, `wrong` the most that any other line reaches over as long, and
    `ranked` the share of A's pictures whose best partner among all of B's near by lies on the line. `unexplained` is
    which share of that which changes, in the places where most changes, the partners do not show. For each picture
    of A that was looked at there is its moment, its correlation on the line, how much it and its partner change at all
    (0 to 1), and its best partner's moment.
    """

    agree: float
    wrong: float
    ranked: float
    changes: float
    unexplained: float
    at_a: NDArray[np.float64]
    on_line: NDArray[np.float32]
    changed: NDArray[np.float32]
    best_b: NDArray[np.float64]

    def held_s(self) -> tuple[float, float]:
        """The first and the last moment of A between which its pictures follow; outside, they change otherwise."""
        usual = float(np.median(self.on_line))
        worth = self.on_line - 0.5 * usual * self.changed + 0.05  # what hardly changes says little against it
        sums = np.concatenate([[0.0], np.cumsum(worth, dtype=np.float64)])
        last = int((sums - np.minimum.accumulate(sums)).argmax())
        first = int(sums[: last + 1].argmin())
        return float(self.at_a[first]), float(self.at_a[max(first, last - 1)])


def points_of(
    hypothesis: Hypothesis,
    a: Views,
    b: Views,
    near_b: tuple[float, float],
    near_a: tuple[float, float],
    *,
    beside: tuple[float, float, float, float] | None = None,
) -> Points | None:
    """Both files on the points that they share, pictures within these seconds; None where they share too little.

    What lies in the box `beside` of B's picture (left, top, right, bottom, in parts of it) is left out.
    """
    grid = grid_of(hypothesis, a, b, most=_MOST_SIDE)
    if grid is None:
        return None
    on_a, on_b, shape = grid
    chosen_a = np.flatnonzero((a.seconds >= near_a[0]) & (a.seconds < near_a[1]))
    chosen_b = np.flatnonzero((b.seconds >= near_b[0]) & (b.seconds < near_b[1]))
    if len(chosen_a) < 3 or len(chosen_b) < 3:
        return None
    shown: NDArray[np.bool_] = np.all((on_a >= 0) & (on_a < 1) & (on_b >= 0) & (on_b < 1), axis=0)
    if beside is not None:
        left, top, right, bottom = beside
        shown &= (on_b[0] < left) | (on_b[0] > right) | (on_b[1] < top) | (on_b[1] > bottom)
    if shown.sum() < _LEAST_POINTS:
        return None
    mask = shown.reshape(shape)
    one = _sharp(Spots.of(a.pictures.shape[1:], on_a).of_pictures(a.pictures, chosen_a).reshape(-1, *shape), mask)
    other = _sharp(Spots.of(b.pictures.shape[1:], on_b).of_pictures(b.pictures, chosen_b).reshape(-1, *shape), mask)
    return Points(at_a=a.seconds[chosen_a], at_b=b.seconds[chosen_b], a=one, b=other)


def in_step(points: Points, *, start_s: float, end_s: float, speed: float, offset_s: float) -> InStep | None:
    """How the pictures of A from `start_s` to `end_s` follow those of B along the line; None where too few do."""
    inside = np.flatnonzero((points.at_a >= start_s - 1e-6) & (points.at_a < end_s - 1e-6))
    if len(inside) > _MOST_PICTURES:
        inside = inside[np.linspace(0, len(inside) - 1, _MOST_PICTURES).astype(int)]
    at_a = points.at_a[inside]
    on_line = speed * at_a + offset_s
    partner = nearest(points.at_b, on_line)
    kept = np.abs(points.at_b[partner] - on_line) < 0.1
    inside, at_a, on_line, partner = inside[kept], at_a[kept], on_line[kept], partner[kept]
    if len(inside) < 6:
        return None
    votes = _votes(points.a[inside], points.b[partner])
    ours, changes = _residual(points.a[inside], points.a[inside].mean(axis=0), votes)
    theirs, changes_b = _residual(points.b, points.b[partner].mean(axis=0), votes)
    like = ours @ theirs.T
    along = like[np.arange(len(inside)), partner]
    like[_repeats(points, theirs, partner, on_line)] = -1
    best = points.at_b[like.argmax(axis=1)]
    # The longest that a picture usually stays: of uneven footage the one on screen may have begun that long before.
    frame_s = float(np.quantile(np.diff(points.at_b), 0.9)) if len(points.at_b) > 1 else 0.04
    ranked = float((np.abs(best - on_line) <= max(_WITHIN_S, 1.6 * frame_s * max(1.0, abs(speed)))).mean())
    return InStep(
        agree=float(along.mean()),
        wrong=_wrong(like, points.at_b, on_line),
        ranked=ranked,
        changes=min(changes, changes_b),
        unexplained=_unexplained(points.a[inside], points.b[partner]),
        at_a=at_a,
        on_line=along.astype(np.float32),
        changed=np.linalg.norm(ours, axis=1) * np.linalg.norm(theirs[partner], axis=1),
        best_b=best,
    )


def _unexplained(ours: NDArray[np.float32], theirs: NDArray[np.float32]) -> float:
    """Of what changes in the tenth of places where most changes, the share by which the partners differ: 0 to about 1.

    People who walk through one street twice look alike, and their differences are as large as they are. In a copy what
    is left comes from encoding and scaling, which do much the same where nothing moves: a few times that is taken off.
    """
    still_a, still_b = ours.mean(axis=0), theirs.mean(axis=0)
    gain = _spread(still_a) / max(_spread(still_b), 1e-3)
    a, b = ours - still_a, gain * (theirs - still_b)
    energy_a, energy_b = (a**2).mean(axis=0), (b**2).mean(axis=0)
    both = np.minimum(energy_a, energy_b)
    moves, rests = both >= np.quantile(both, 1 - _MOVES), both <= np.median(both)
    differs = ((a - b) ** 2).mean(axis=0)
    changes = max(float((energy_a + energy_b)[moves].mean()), 1e-6)
    return max(0.0, float(differs[moves].mean() - _CODED * differs[rests].mean())) / changes


def _spread(values: NDArray[np.float32]) -> float:
    return float(np.median(np.abs(values - np.median(values))))


def _repeats(
    points: Points, theirs: NDArray[np.float32], partner: NDArray[np.intp], on_line: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Which of B's pictures, for each on the line, are the same again: footage that was looped, with a splice between.

    A thing that swings shows the same again too, but nothing is spliced between: there, no line is the only one.
    """
    at_b = points.at_b
    again = np.zeros((len(on_line), len(at_b)), bool)
    cuts = _splices(points)
    if not len(cuts):
        return again
    like = theirs[partner] @ theirs.T
    step = float(np.median(np.diff(at_b)))
    cuts_before = np.searchsorted(cuts, at_b)
    for shift in np.arange(at_b[0] - on_line.max(), at_b[-1] - on_line.min(), step):
        shown = np.flatnonzero((on_line + shift >= at_b[0] - step) & (on_line + shift <= at_b[-1] + step))
        columns = nearest(at_b, on_line[shown] + shift)
        if abs(shift) < _BESIDE_S or len(shown) < max(6, _LEAST_AGAIN * len(on_line)):
            continue
        spliced = cuts_before[columns] != cuts_before[partner[shown]]
        if spliced.mean() > _NEARLY_ALL and float(np.median(like[shown, columns])) > _REPEATED:
            again[shown] |= np.abs(at_b - (on_line[shown, None] + shift)) < _BESIDE_S
    return again


def _splices(points: Points) -> NDArray[np.float64]:
    """When B jumps: a step from picture to picture that stands out from all within half a second."""
    steps = np.linalg.norm(np.diff(points.b, axis=0), axis=1)
    at = points.at_b[1:]
    alone = [
        place
        for place in np.flatnonzero(steps > _SPLICED * np.median(steps))
        if (steps[(np.abs(at - at[place]) < _JUST_BESIDE_S) & (at != at[place])] * _SPLICED < steps[place]).all()
    ]
    return at[alone] - 1e-3


def _wrong(like: NDArray[np.float32], at_b: NDArray[np.float64], on_line: NDArray[np.float64]) -> float:
    """The most that lines beside the true one reach, of its speed, and run backwards."""
    most = 0.0
    middle = float(on_line.mean())
    step = float(np.median(np.diff(at_b))) if len(at_b) > 1 else 0.04
    rows = np.arange(len(on_line))
    for turned in (1, -1):
        line = on_line if turned == 1 else 2 * middle - on_line
        for shift in np.arange(at_b[0] - line.max(), at_b[-1] - line.min(), step):
            if turned == 1 and abs(shift) < _BESIDE_S:
                continue
            moved = line + shift
            shown = (moved >= at_b[0] - step) & (moved <= at_b[-1] + step)
            if shown.sum() < max(6, 0.5 * len(rows)):
                continue
            most = max(most, float(like[rows[shown], nearest(at_b, moved[shown])].mean()))
    return most


def _residual(
    pictures: NDArray[np.float32], still: NDArray[np.float32], votes: NDArray[np.float32]
) -> tuple[NDArray[np.float32], float]:
    """What is left of pictures without what stands still, of unit length but for noise; and how much that is."""
    left = np.clip(pictures - still, -40, 40) * votes
    lengths = np.linalg.norm(left, axis=1, keepdims=True)
    energy = float(np.median(lengths)) / float(np.linalg.norm(votes))
    return (left / (lengths + _NOISE * np.linalg.norm(votes))).astype(np.float32), energy


def _votes(ours: NDArray[np.float32], theirs: NDArray[np.float32]) -> NDArray[np.float32]:
    """The weight of each point: those under a banner or logo, off all along, weigh little."""
    one, other = ours.mean(axis=0), theirs.mean(axis=0)
    gain = float(one @ other) / max(float(other @ other), 1.0)
    off = np.abs(one - gain * other)
    usual = max(float(np.median(off)), 1.0)
    weights: NDArray[np.float32] = (1 / (1 + (off / (4 * usual)) ** 4)).astype(np.float32)
    return np.sqrt(weights)


def _sharp(pictures: NDArray[np.float32], shown: NDArray[np.bool_]) -> NDArray[np.float32]:
    """What is not smooth, at the points that are shown: one row a picture."""
    weights = shown.astype(np.float32)[None]
    smooth: NDArray[np.float32] = pictures * weights
    weight = weights
    for _round in range(_ROUNDS_OF_SMOOTHING):
        smooth, weight = _boxed(smooth), _boxed(weight)
    return np.asarray((pictures - smooth / np.maximum(weight, np.float32(1e-6)))[:, shown], np.float32)


def _boxed(pictures: NDArray[np.float32]) -> NDArray[np.float32]:
    size = 2 * _SMOOTH + 1
    padded = np.pad(pictures, ((0, 0), (_SMOOTH + 1, _SMOOTH), (_SMOOTH + 1, _SMOOTH)))
    sums = padded.cumsum(axis=1, dtype=np.float32).cumsum(axis=2, dtype=np.float32)
    boxed: NDArray[np.float32] = (
        sums[:, size:, size:] - sums[:, :-size, size:] - sums[:, size:, :-size] + sums[:, :-size, :-size]
    )
    return boxed
