"""Lays one picture on another by a transform, fits the light, and says where and how far they differ."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from probata.copies.relations import Transform

Grey = NDArray[np.uint8]
Floats = NDArray[np.float32]
Matrix = NDArray[np.float64]

COLUMNS, ROWS = 32, 18
"""The grid on A's picture by whose cells it is said where two pictures differ, and what moves."""
PLAINLY_STEPS = 20
SHOWN_STEPS = 64
"""A difference of so many steps of brightness, of 255, is drawn white; none is drawn black."""
_ROUNDS, _KEPT = 6, 0.7
_FITTINGS = 6
_MOST_GAIN = 3.0
_MOST_OFF, _PULLS = 24.0, 6.0
_WORST_CONDITION = 1e12
_LEAST_SHARED = 0.02
_SAMPLES = 3


@frozen(kw_only=True, eq=False)
class Laid:
    """B as laid on A: `seen` in A's light, 0 where B shows nothing (`shared` is false there), and the difference.

    `gain` and `bias` are the one change of light that fits most of the shared picture: A = gain * B + bias.
    `difference` is in steps of brightness, after both were smoothed over three pixels, so that an edge that lies half
    a pixel aside does not count as an edit.
    """

    seen: Grey
    shared: NDArray[np.bool_]
    difference: Floats
    gain: float
    bias: float

    @property
    def share(self) -> float:
        """Which part of A's picture could be compared."""
        return float(self.shared.mean())

    @property
    def median_steps(self) -> float:
        """Half of what could be compared differs by no more than this."""
        return self._quantile(0.5)

    @property
    def most_steps(self) -> float:
        """Nine tenths of what could be compared differ by no more than this."""
        return self._quantile(0.9)

    @property
    def plainly_other(self) -> float:
        """Which part of what could be compared differs by more than `PLAINLY_STEPS`."""
        return float((self.difference[self.shared] > PLAINLY_STEPS).mean()) if self.shared.any() else 0.0

    @property
    def clipped(self) -> float:
        """The mean difference of what could be compared, in which no place counts for more than 24 steps."""
        return float(np.minimum(self.difference[self.shared], _MOST_OFF).mean())

    def _quantile(self, part: float) -> float:
        return float(np.quantile(self.difference[self.shared], part)) if self.shared.any() else 0.0

    def drawn(self) -> Grey:
        """The difference as a picture: black where none, white from `SHOWN_STEPS` on, striped where not compared."""
        steps = np.clip(self.difference * (255 / SHOWN_STEPS), 0, 255).astype(np.uint8)
        return np.where(self.shared, steps, stripes(self.shared.shape))

    def laid(self) -> Grey:
        """B on A as a picture, striped where B shows nothing."""
        return np.where(self.shared, self.seen, stripes(self.shared.shape))

    def by_cell(self) -> Floats:
        """How much each cell of the grid differs; not a number where less than half of it could be compared."""
        return _by_cell(np.where(self.shared, self.difference, np.nan))


def stripes(shape: tuple[int, ...]) -> Grey:
    """Slanting stripes: there is nothing to see here."""
    rows, columns = np.mgrid[0 : shape[0], 0 : shape[1]]
    return np.where((rows + columns) // 5 % 2 == 0, 118, 138).astype(np.uint8)


def coarser(picture: Grey, side_px: int) -> Grey:
    """The picture with a long side below twice so many pixels: the mean of whole blocks of them."""
    times = max(1, max(picture.shape) // side_px)
    rows, columns = (size // times * times for size in picture.shape)
    if times == 1 or not rows or not columns:
        return picture
    blocks = picture[:rows, :columns].reshape(rows // times, times, columns // times, times)
    return np.asarray(blocks.mean(axis=(1, 3)).round(), np.uint8)


def matrix_of(transform: Transform) -> Matrix:
    """The transform as a matrix of two rows, from parts of A's picture to parts of B's."""
    return np.array(transform.matrix, np.float64).reshape(2, 3)


def lay(a: Grey, b: Grey, matrix: Matrix) -> Laid | None:
    """B's picture turned, mirrored, scaled onto A's; None where they share next to nothing."""
    places = matrix @ _grid(a.shape)
    shared = np.all((places >= 0) & (places < 1), axis=0).reshape(a.shape)
    if shared.mean() < _LEAST_SHARED:
        return None
    seen = _sampled(b, places).reshape(a.shape)
    one, other = _smoothed(a.astype(np.float32)), _smoothed(seen)
    gain, bias = _light(other[shared], one[shared])
    return Laid(
        seen=np.where(shared, np.clip(gain * seen + bias, 0, 255), 0).astype(np.uint8),
        shared=shared,
        difference=np.where(shared, np.abs(one - (gain * other + bias)), 0).astype(np.float32),
        gain=gain,
        bias=bias,
    )


def fitted_together(pairs: Sequence[tuple[Grey, Grey]], matrix: Matrix) -> Matrix:
    """The matrix moved so that B lies on A best in all these pairs: by Gauss and Newton (Lucas, Kanade 1981).

    Smooth pictures first, which lead from farther off, then sharp ones. What is farther off than most has no vote. One
    matrix for all pairs, since a single picture of an empty road would be led anywhere.
    """
    smooth = _led(pairs, matrix, smoothings=6, reach=0.1)
    return _led(pairs, smooth, smoothings=1, reach=0.04)


def fitted(a: Grey, b: Grey, matrix: Matrix) -> Matrix:
    """The matrix moved for this one pair, by a fiftieth of the picture at most."""
    return _led([(a, b)], matrix, smoothings=1, reach=0.02)


def _led(pairs: Sequence[tuple[Grey, Grey]], matrix: Matrix, *, smoothings: int, reach: float) -> Matrix:
    """The best matrix on the way; the one given where the way leads too far, or to no lesser difference."""
    fits = [_Fit.of(a, b, smoothings) for a, b in pairs]
    best, tried = matrix, matrix
    least = np.inf
    for _round in range(_FITTINGS + 1):
        steps = [fit.step(tried) for fit in fits]
        off = float(np.mean([one.off for one in steps]))
        if off < least:
            best, least = tried, off
        squares = np.sum([one.squares for one in steps], axis=0)
        if not np.isfinite(off) or np.linalg.cond(squares) > _WORST_CONDITION:
            break
        tried = tried + np.linalg.solve(squares, np.sum([one.leads for one in steps], axis=0)).reshape(2, 3)
        if corners_moved(tried, matrix, pairs[0][1].shape) > max(pairs[0][1].shape) * reach:
            break
    return best


@frozen(kw_only=True, eq=False)
class _Step:
    """How far off a matrix is in one pair, and the normal equations of the step that would lessen it."""

    off: float
    squares: Matrix
    leads: Matrix


@frozen(kw_only=True, eq=False)
class _Fit:
    """Both pictures smoothed, and how B's brightness slopes; every second pixel of A has a vote."""

    grid: Matrix
    one: Floats
    other: Floats
    across: Floats
    down: Floats

    @classmethod
    def of(cls, a: Grey, b: Grey, smoothings: int) -> _Fit:
        one, other = a.astype(np.float32), b.astype(np.float32)
        for _time in range(smoothings):
            one, other = _smoothed(one), _smoothed(other)
        down, across = np.gradient(other)
        grid = _grid(a.shape).reshape(3, *a.shape)[:, ::2, ::2].reshape(3, -1)
        return cls(
            grid=grid, one=one[::2, ::2].ravel(), other=other, across=across * b.shape[1], down=down * b.shape[0]
        )

    def step(self, matrix: Matrix) -> _Step:
        """What this pair says of the matrix; where A shows nothing of B the difference counts as great."""
        places = matrix @ self.grid
        shared = np.flatnonzero(np.all((places >= 0) & (places < 1), axis=0))
        if len(shared) < max(64.0, _LEAST_SHARED * len(self.one)):
            return _Step(off=np.inf, squares=np.zeros((6, 6)), leads=np.zeros(6))
        one, places, grid = self.one[shared], places[:, shared], self.grid[:, shared]
        other = _sampled(self.other, places)
        gain, bias = _light(other, one)
        off = one - (gain * other + bias)
        slopes = gain * np.stack([_sampled(self.across, places), _sampled(self.down, places)])
        rows = np.concatenate([grid * slopes[0], grid * slopes[1]])
        # Huber's weights: what is far off (a banner, but also an edge that lies aside) pulls no harder than the rest.
        voting = rows * np.minimum(1.0, _PULLS / np.maximum(np.abs(off), 1e-6))
        clipped = float(np.minimum(np.abs(off), _MOST_OFF).sum()) + _MOST_OFF * (len(self.one) - len(shared))
        return _Step(off=clipped / len(self.one), squares=voting @ rows.T, leads=voting @ off)


def corners_moved(one: Matrix, other: Matrix, shape: tuple[int, ...]) -> float:
    """How far apart two transforms put any corner of A, in pixels of B."""
    corners = np.array([[0, 0, 1], [1, 0, 1], [0, 1, 1], [1, 1, 1]], np.float64).T
    return float((np.abs((one - other) @ corners) * np.array([[shape[1]], [shape[0]]])).max())


def _grid(shape: tuple[int, ...]) -> Matrix:
    height, width = shape
    x, y = np.meshgrid((np.arange(width) + 0.5) / width, (np.arange(height) + 0.5) / height)
    return np.stack([x.ravel(), y.ravel(), np.ones(x.size)])


def _sampled(picture: Grey | Floats, places: Matrix) -> Floats:
    """The picture between its pixels, by straight lines."""
    height, width = picture.shape
    across = np.clip(places[0] * width - 0.5, 0, width - 1)
    down = np.clip(places[1] * height - 0.5, 0, height - 1)
    left, top = np.floor(across).astype(int), np.floor(down).astype(int)
    right, bottom = np.minimum(left + 1, width - 1), np.minimum(top + 1, height - 1)
    part_x, part_y = across - left, down - top
    values = picture.astype(np.float64)
    upper = values[top, left] * (1 - part_x) + values[top, right] * part_x
    lower = values[bottom, left] * (1 - part_x) + values[bottom, right] * part_x
    mixed: Floats = (upper * (1 - part_y) + lower * part_y).astype(np.float32)
    return mixed


def _smoothed(picture: Floats) -> Floats:
    padded = np.pad(picture, 1, mode="edge")
    height, width = picture.shape
    total = np.zeros_like(picture)
    for down in range(3):
        for across in range(3):
            total += padded[down : down + height, across : across + width]
    mean: Floats = total / np.float32(9)
    return mean


def _light(source: Floats, target: Floats) -> tuple[float, float]:
    """The gain and bias that fit most of it; what is farthest off (a banner, a logo) has no vote."""
    kept = np.ones(len(source), bool)
    gain, bias = 1.0, float(np.median(target) - np.median(source))
    for _round in range(_ROUNDS):
        if source[kept].std() < 2:  # flat: it says nothing of contrast
            return 1.0, float(np.median(target[kept] - source[kept]))
        gain, bias = _straight(source[kept], target[kept])
        off = np.abs(target - (gain * source + bias))
        kept = off <= max(float(np.quantile(off, _KEPT)), 1.0)
    return gain, bias


def _straight(source: Floats, target: Floats) -> tuple[float, float]:
    """The line of least squares through these."""
    mean, mean_target = float(source.mean()), float(target.mean())
    around = source - np.float32(mean)
    gain = float(around @ (target - np.float32(mean_target))) / float(around @ around)
    gain = min(max(gain, 1 / _MOST_GAIN), _MOST_GAIN)  # pictures of other things would be fitted by a flat grey
    return gain, mean_target - gain * mean


def _by_cell(values: Floats) -> Floats:
    rows = np.linspace(0, values.shape[0], ROWS + 1).astype(int)
    columns = np.linspace(0, values.shape[1], COLUMNS + 1).astype(int)
    cells = np.full((ROWS, COLUMNS), np.nan, np.float32)
    for row in range(ROWS):
        for column in range(COLUMNS):
            part = values[rows[row] : rows[row + 1], columns[column] : columns[column + 1]]
            if part.size and np.isfinite(part).mean() > 0.5:
                cells[row, column] = np.nanmean(part)
    return cells


def on_one_grid(a: Grey, b: Grey, matrix: Matrix) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Small pictures of both files on the cells of A's grid: a row a picture, a column a cell; and which are shared."""
    across, down = COLUMNS * _SAMPLES, ROWS * _SAMPLES
    x, y = np.meshgrid((np.arange(across) + 0.5) / across, (np.arange(down) + 0.5) / down)
    on_a = np.stack([x.ravel(), y.ravel(), np.ones(x.size)])
    on_b = matrix @ on_a
    shared = np.all((on_b >= 0) & (on_b < 1), axis=0)
    whole = _cells_of(shared[None].astype(np.float32))[0] > 0.99
    return _cells_of(_picked(a, on_a)), _cells_of(_picked(b, on_b)), whole


def _picked(pictures: Grey, places: Matrix) -> Floats:
    height, width = pictures.shape[1:]
    columns = np.clip((places[0] * width).astype(int), 0, width - 1)
    rows = np.clip((places[1] * height).astype(int), 0, height - 1)
    return pictures[:, rows, columns].astype(np.float32)


def _cells_of(samples: Floats) -> Floats:
    parts = samples.reshape(len(samples), ROWS, _SAMPLES, COLUMNS, _SAMPLES)
    means: Floats = parts.mean(axis=(2, 4)).reshape(len(samples), ROWS * COLUMNS)
    return means
