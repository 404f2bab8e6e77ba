"""Lays the picture of A on the picture of B: transforms that many pictures agree on, and both on one grid of cells.

A transform is a hypothesis that holds over time: pairs of pictures with the same similarity are put together, and the
largest groups are tried. On the grid each cell is the same spot of the scene in A and in B, so that brightness can be
compared over time cell by cell.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from probata.copies.extract import Sight, Views
from probata.copies.places import PlacePair
from probata.copies.relations import Transform

_ALIKE = 0.06
_MOST_HYPOTHESES = 3
_GRID = 16
_SAMPLES = 3
_LEAST_SHOWN = 0.02
_MOST_PAIRS = 9
_COVERED = 0.6  # of the picture's own spread of brightness
_MOST_COVERED = 0.7
_LEAST_CELLS = 12
_BESIDE_SIDE, _MARGIN, _LEAST_BESIDE = 32, 0.08, 0.45
_FLAT = 4.0  # steps of brightness


@frozen(kw_only=True, eq=False)
class Hypothesis:
    """One way in which A lies on B, and the pairs of pictures that speak for it.

    `matrix` takes parts of A's picture (0 to 1 across and down, not mirrored) to parts of B's.
    """

    mirror: bool
    matrix: NDArray[np.float64]
    pairs: tuple[PlacePair, ...]

    @property
    def places(self) -> int:
        """The most places that agree in one pair."""
        return self.best.places

    @property
    def best(self) -> PlacePair:
        """The pair with the most places."""
        return max(self.pairs, key=lambda pair: pair.places)

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Where in B's picture they lie, and a little around: left, top, right, bottom, in parts of it."""
        left, top, right, bottom = self.best.box
        return left - _MARGIN, top - _MARGIN, right + _MARGIN, bottom + _MARGIN


def hypotheses(pairs: Sequence[PlacePair], a: Sequence[Sight], b: Sequence[Sight]) -> list[Hypothesis]:
    """The transforms with most places behind them, the strongest first."""
    groups: list[tuple[bool, NDArray[np.float64], list[PlacePair]]] = []
    for pair in sorted(pairs, key=lambda pair: -pair.places):
        matrix = _in_parts(pair, a[pair.a], b[pair.b])
        for mirror, known, members in groups:
            if mirror == pair.mirror and _apart(known, matrix) < _ALIKE:
                members.append(pair)
                break
        else:
            groups.append((pair.mirror, matrix, [pair]))
    weighed = sorted(groups, key=lambda group: -sum(min(pair.places, 60) for pair in group[2]))
    return [
        Hypothesis(mirror=mirror, matrix=matrix, pairs=tuple(members))
        for mirror, matrix, members in weighed[:_MOST_HYPOTHESES]
    ]


def _in_parts(pair: PlacePair, a: Sight, b: Sight) -> NDArray[np.float64]:
    whole = np.vstack([pair.matrix, (0, 0, 1)])
    if pair.mirror:
        whole = whole @ np.array([[-1, 0, a.width - 1], [0, 1, 0], [0, 0, 1]], np.float64)
    made: NDArray[np.float64] = (np.diag([1 / b.width, 1 / b.height, 1]) @ whole @ np.diag([a.width, a.height, 1]))[:2]
    return made


def _apart(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    corners = np.array([[0, 0, 1], [1, 0, 1], [0, 1, 1], [1, 1, 1]], np.float64).T
    size = max(1.0, float(np.abs(one[:, :2]).sum(axis=1).max()))
    return float(np.abs(one @ corners - other @ corners).max()) / size


def transform_of(hypothesis: Hypothesis, a: Sight, b: Sight) -> Transform:
    """The hypothesis as a transform for people and proofs: the part of B that A shows, and where in A it lies."""
    sized = np.diag([b.width, b.height]) @ hypothesis.matrix[:, :2] @ np.diag([1 / a.width, 1 / a.height])
    back = np.linalg.inv(np.vstack([hypothesis.matrix, (0, 0, 1)]))[:2]
    across, down = hypothesis.matrix.tolist()
    return Transform(
        mirror=hypothesis.mirror,
        scale=float(np.sqrt(abs(np.linalg.det(sized)))),
        turned_degrees=_turned(sized, mirror=hypothesis.mirror),
        crop=box_of(hypothesis.matrix),
        place=box_of(back),
        matrix=(across[0], across[1], across[2], down[0], down[1], down[2]),
    )


def _turned(sized: NDArray[np.float64], *, mirror: bool) -> float:
    x = -sized[0, 0] if mirror else sized[0, 0]
    y = -sized[1, 0] if mirror else sized[1, 0]
    return float(np.degrees(np.arctan2(y, x)))


def box_of(matrix: NDArray[np.float64]) -> tuple[float, float, float, float]:
    """The box around what a map of the unit square covers of the other unit square: left, top, width, height."""
    corners = matrix @ np.array([[0, 0, 1], [1, 0, 1], [0, 1, 1], [1, 1, 1]], np.float64).T
    low, high = np.clip(corners.min(axis=1), 0, 1), np.clip(corners.max(axis=1), 0, 1)
    return float(low[0]), float(low[1]), float(high[0] - low[0]), float(high[1] - low[1])


def grid_of(
    hypothesis: Hypothesis, a: Views, b: Views, *, most: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], tuple[int, int]] | None:
    """Points evenly over the part of B that A shows, as parts of either picture, and how many down and across.

    No denser than the coarser of both, `most` to a side; None where A shows nothing of B.
    """
    left, top, width, height = box_of(hypothesis.matrix)
    if width <= 0 or height <= 0:
        return None
    back = np.linalg.inv(np.vstack([hypothesis.matrix, (0, 0, 1)]))
    _left, _top, place_w, place_h = box_of(back[:2])
    wide = min(width * b.pictures.shape[2], place_w * a.pictures.shape[2], most)
    high = min(height * b.pictures.shape[1], place_h * a.pictures.shape[1], most)
    across, down = max(4, round(wide)), max(4, round(high))
    x, y = np.meshgrid((np.arange(across) + 0.5) / across * width + left, (np.arange(down) + 0.5) / down * height + top)
    on_b = np.stack([x.ravel(), y.ravel(), np.ones(x.size)])
    return (back @ on_b)[:2], on_b[:2], (down, across)


def shared_cells(
    hypothesis: Hypothesis, sights: tuple[Sequence[Sight], Sequence[Sight]], a: Views, b: Views
) -> tuple[NDArray[np.float32], NDArray[np.float32]] | None:
    """Both files on the cells that A truly shows of B: without those that a banner, logo or bar covers.

    A cell is covered where, in most of the pairs of pictures that speak for the transform, its brightness is not what
    B's would give under the one change of light that fits the others best.
    """
    made = grids(hypothesis, a, b)
    if made is None:
        return None
    off = []
    for pair in sorted(hypothesis.pairs, key=lambda pair: -pair.places)[:_MOST_PAIRS]:
        at_a = int(np.searchsorted(a.seconds, float(sights[0][pair.a].seconds) + 1e-6) - 1)
        at_b = int(np.searchsorted(b.seconds, float(sights[1][pair.b].seconds) + 1e-6) - 1)
        off.append(_off(made[0][max(0, at_a)], made[1][max(0, at_b)]))
    covered = np.median(np.stack(off), axis=0) > _COVERED
    if covered.mean() > _MOST_COVERED:
        return made
    return made[0][:, ~covered], made[1][:, ~covered]


def alike_beside(
    hypothesis: Hypothesis, sights: tuple[Sequence[Sight], Sequence[Sight]], a: Views, b: Views
) -> float | None:
    """How alike both are, from -1 to 1, beside the box in which their places agree: low where a caption is all.

    In the pair of pictures with most places. None where the box leaves too little, or what it leaves is flat.
    """
    pair = hypothesis.best
    grid = grid_of(hypothesis, a, b, most=_BESIDE_SIDE)
    if grid is None:
        return None
    on_a, on_b, _shape = grid
    left, top, right, bottom = hypothesis.box
    inside = (on_b[0] > left) & (on_b[0] < right) & (on_b[1] > top) & (on_b[1] < bottom)
    beside = np.flatnonzero(((on_a >= 0) & (on_a < 1)).all(axis=0) & ~inside)
    if len(beside) < _LEAST_BESIDE * on_a.shape[1]:
        return None
    one, other = (
        _shown(view, float(sight.seconds), places[:, beside])
        for view, sight, places in ((a, sights[0][pair.a], on_a), (b, sights[1][pair.b], on_b))
    )
    if min(one.std(), other.std()) < _FLAT:
        return None
    return float(np.corrcoef(one, other)[0, 1])


def _shown(views: Views, at_s: float, places: NDArray[np.float64]) -> NDArray[np.float32]:
    """What is on screen at a moment, at these places."""
    at = max(0, int(np.searchsorted(views.seconds, at_s + 1e-6)) - 1)
    return np.asarray(_sampled(views.pictures[at : at + 1], places)[0], np.float32)


def _off(one: NDArray[np.float32], other: NDArray[np.float32]) -> NDArray[np.float32]:
    """How far each cell is off the best change of light, in parts of the usual spread; the worst do not vote."""
    kept = np.ones(len(one), bool)
    off = np.zeros(len(one), np.float32)
    for _round in range(5):
        gain, bias = np.polyfit(other[kept], one[kept], 1) if other[kept].std() > 1 else (1.0, 0.0)
        off = np.abs(one - (gain * other + bias))
        kept = off <= np.quantile(off, 0.6)
    spread: NDArray[np.float32] = off / max(float(one.std()), 4.0)
    return spread


def grids(hypothesis: Hypothesis, a: Views, b: Views) -> tuple[NDArray[np.float32], NDArray[np.float32]] | None:
    """Both files on the cells that they share: one row a picture, one column a cell; None where they share too little.

    Cells lie evenly in the part of B that A shows; those that fall outside A's picture are left out.
    """
    left, top, width, height = box_of(hypothesis.matrix)
    if width * height < _LEAST_SHOWN:
        return None
    across, down = _cells(width * b.pictures.shape[2], height * b.pictures.shape[1])
    steps_x, steps_y = across * _SAMPLES, down * _SAMPLES
    x, y = np.meshgrid((np.arange(steps_x) + 0.5) / steps_x * width + left, (np.arange(steps_y) + 0.5) / steps_y)
    on_b = np.stack([x.ravel(), (y * height + top).ravel(), np.ones(x.size)])
    back = np.linalg.inv(np.vstack([hypothesis.matrix, (0, 0, 1)]))
    on_a = back @ on_b
    shown: NDArray[np.bool_] = np.all((on_a[:2] >= 0) & (on_a[:2] < 1), axis=0)
    whole = np.flatnonzero(_by_cell(shown[None].astype(np.float32), across, down)[0] > 0.99)
    if len(whole) < _LEAST_CELLS:
        return None
    return (
        _by_cell(_sampled(a.pictures, on_a), across, down)[:, whole],
        _by_cell(_sampled(b.pictures, on_b), across, down)[:, whole],
    )


def _cells(width: float, height: float) -> tuple[int, int]:
    scale = _GRID / max(width, height)
    return max(4, round(width * scale)), max(4, round(height * scale))


def _sampled(pictures: NDArray[np.uint8], places: NDArray[np.float64]) -> NDArray[np.float32]:
    height, width = pictures.shape[1:]
    columns = np.clip((places[0] * width).astype(int), 0, width - 1)
    rows = np.clip((places[1] * height).astype(int), 0, height - 1)
    return pictures[:, rows, columns].astype(np.float32)


def _by_cell(samples: NDArray[np.float32], across: int, down: int) -> NDArray[np.float32]:
    parts = samples.reshape(len(samples), down, _SAMPLES, across, _SAMPLES)
    means: NDArray[np.float32] = parts.mean(axis=(2, 4)).reshape(len(samples), down * across)
    return means
