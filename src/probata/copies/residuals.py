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
from probata.copies.register import Hypothesis, box_of
from probata.copies.sampling import Spots

_MOST_SIDE = 64
_LEAST_POINTS = 150
_SMOOTH = 3  # points to either side over which what is smooth is taken out
_ROUNDS_OF_SMOOTHING = 2
_MOST_PICTURES = 150
_BESIDE_S = 0.6
_WITHIN_S = 0.05
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
    `ranked` the share of A's pictures whose best partner among all of B's near by lies on the line. `line` has for
    each picture of A looked at its moment, its correlation on the line, and its best partner's moment.
    """

    agree: float
    wrong: float
    ranked: float
    changes: float
    at_a: NDArray[np.float64]
    on_line: NDArray[np.float32]
    best_b: NDArray[np.float64]


def points_of(
    hypothesis: Hypothesis, a: Views, b: Views, near_b: tuple[float, float], near_a: tuple[float, float]
) -> Points | None:
    """Both files on the points that they share, pictures within these seconds; None where they share too little."""
    grid = _grid(hypothesis, a, b)
    if grid is None:
        return None
    on_a, on_b, shape = grid
    chosen_a = np.flatnonzero((a.seconds >= near_a[0]) & (a.seconds < near_a[1]))
    chosen_b = np.flatnonzero((b.seconds >= near_b[0]) & (b.seconds < near_b[1]))
    if len(chosen_a) < 3 or len(chosen_b) < 3:
        return None
    shown: NDArray[np.bool_] = np.all((on_a >= 0) & (on_a < 1) & (on_b >= 0) & (on_b < 1), axis=0)
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
    partner = _nearest(points.at_b, on_line)
    kept = np.abs(points.at_b[partner] - on_line) < 0.1
    inside, at_a, on_line, partner = inside[kept], at_a[kept], on_line[kept], partner[kept]
    if len(inside) < 6:
        return None
    votes = _votes(points.a[inside], points.b[partner])
    ours, changes = _residual(points.a[inside], points.a[inside].mean(axis=0), votes)
    theirs, changes_b = _residual(points.b, points.b[partner].mean(axis=0), votes)
    like = ours @ theirs.T
    along = like[np.arange(len(inside)), partner]
    best = points.at_b[like.argmax(axis=1)]
    # The longest that a picture usually stays: of uneven footage the one on screen may have begun that long before.
    frame_s = float(np.quantile(np.diff(points.at_b), 0.9)) if len(points.at_b) > 1 else 0.04
    ranked = float((np.abs(best - on_line) <= max(_WITHIN_S, 1.6 * frame_s * max(1.0, abs(speed)))).mean())
    return InStep(
        agree=float(along.mean()),
        wrong=_wrong(like, points.at_b, at_a, on_line),
        ranked=ranked,
        changes=min(changes, changes_b),
        at_a=at_a,
        on_line=along.astype(np.float32),
        best_b=best,
    )


def _wrong(
    like: NDArray[np.float32],
    at_b: NDArray[np.float64],
    at_a: NDArray[np.float64],
    on_line: NDArray[np.float64],
) -> float:
    """The most that lines beside the true one reach, of its speed, and run backwards."""
    most = 0.0
    middle = float(on_line.mean())
    step = float(np.median(np.diff(at_b))) if len(at_b) > 1 else 0.04
    rows = np.arange(len(at_a))
    for turned in (1, -1):
        line = on_line if turned == 1 else 2 * middle - on_line
        for shift in np.arange(at_b[0] - line.max(), at_b[-1] - line.min(), step):
            if turned == 1 and abs(shift) < _BESIDE_S:
                continue
            moved = line + shift
            shown = (moved >= at_b[0] - step) & (moved <= at_b[-1] + step)
            if shown.sum() < max(6, 0.5 * len(rows)):
                continue
            most = max(most, float(like[rows[shown], _nearest(at_b, moved[shown])].mean()))
    return most


def _nearest(times: NDArray[np.float64], wanted: NDArray[np.float64]) -> NDArray[np.intp]:
    later = np.clip(np.searchsorted(times, wanted), 1, len(times) - 1)
    nearer = wanted - times[later - 1] < times[later] - wanted
    return np.where(nearer, later - 1, later)


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


def _grid(
    hypothesis: Hypothesis, a: Views, b: Views
) -> tuple[NDArray[np.float64], NDArray[np.float64], tuple[int, int]] | None:
    """Points evenly over the part of B that A shows, no denser than the coarser of both, as parts of either picture."""
    left, top, width, height = box_of(hypothesis.matrix)
    if width <= 0 or height <= 0:
        return None
    back = np.linalg.inv(np.vstack([hypothesis.matrix, (0, 0, 1)]))
    _left, _top, place_w, place_h = box_of(back[:2])
    wide = min(width * b.pictures.shape[2], place_w * a.pictures.shape[2], _MOST_SIDE)
    high = min(height * b.pictures.shape[1], place_h * a.pictures.shape[1], _MOST_SIDE)
    across, down = max(4, round(wide)), max(4, round(high))
    x, y = np.meshgrid((np.arange(across) + 0.5) / across * width + left, (np.arange(down) + 0.5) / down * height + top)
    on_b = np.stack([x.ravel(), y.ravel(), np.ones(x.size)])
    return (back @ on_b)[:2], on_b[:2], (down, across)


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
