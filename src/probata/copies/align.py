"""Which seconds of A are which seconds of B: straight stretches of time that cells of both pictures follow together.

Both files lie on one grid (`probata.copies.register`). Along every line `b = speed * a + offset` two likenesses are
followed: how alike the pictures are (`looks`), and how alike they *change* (`moves`), which a still scene at another
moment does not share. The best stretch is taken, what it covers is taken out, and the search goes on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
from attrs import evolve, frozen
from numpy.typing import NDArray

STEP_S = 0.08
SPEEDS = (1.0, 1.25, 0.8, 1.1, 1 / 1.1, 1.04, 1 / 1.04, 1.5, 1 / 1.5, 2.0, 0.5, -1.0)
_WINDOW_S = 1.2
_SLOW_S = 1.0
_LEAST_S = 0.9
_BLOCK_S = 4.0
_MOST_STRETCHES = 8
_MOST_LINES = 160
_MOST_TRIED = 3
_LOOKS_BAR, _MOVES_BAR, _LEAST_LOOKS = 0.5, 0.3, 0.2
_NOISE = 0.35  # steps of brightness that coding alone moves a cell by
_CUT = 0.5
_FINE_S = 0.02
_AT_ONCE = 1 << 21  # steps of lines
_SURE = 0.6
_WORTH_S = 1.5


@frozen(kw_only=True)
class Stretch:
    """One stretch of A that runs along one line in B, in seconds, and how alike both are along it.

    Correlations from -1 to 1: `looks` of the pictures, `moves` of how their cells change within four seconds, `quick`
    of how they change within one. `energy` and `quick_energy` are how much changes at all, in steps of brightness a
    cell.
    """

    a_start_s: float
    a_end_s: float
    speed: float
    offset_s: float
    looks: float
    moves: float
    energy: float
    weight: float
    quick: float = 0.0
    quick_energy: float = 0.0

    def b_at(self, a_s: float) -> float:
        """Which moment of B this moment of A shows."""
        return self.speed * a_s + self.offset_s

    @property
    def lasts_s(self) -> float:
        """How long it is in A."""
        return self.a_end_s - self.a_start_s


@frozen(kw_only=True, eq=False)
class Side:
    """One file on the grid: when each picture is shown, when the last one ends, and its cells."""

    seconds: NDArray[np.float64]
    end_s: float
    cells: NDArray[np.float32]

    def at(self, moments: NDArray[np.float64]) -> NDArray[np.float32]:
        """The cells that are on screen at these moments."""
        shown = np.searchsorted(self.seconds, moments + 1e-6, side="right") - 1
        cells: NDArray[np.float32] = self.cells[np.clip(shown, 0, len(self.seconds) - 1)]
        return cells


def stretches(a: Side, b: Side, *, speeds: Sequence[float] = SPEEDS) -> list[Stretch]:
    """Every stretch that both share on this grid, the strongest first, none covering the same moments of A twice.

    Its own speed, and backwards, is tried first; others only for what of A is left unexplained.
    """
    taken: list[Stretch] = []
    sheets = [made for speed in (1.0, -1.0) if (made := _Sheet.of(a, b, speed)) is not None]
    _take(a, b, sheets, taken)
    if len(speeds) > len(sheets) and _unexplained_s(a, taken) >= _WORTH_S:
        taken = [one for one in taken if _holds(one)]
        known = {sheet.speed for sheet in sheets}
        sheets += [made for speed in speeds if speed not in known and (made := _Sheet.of(a, b, speed)) is not None]
        _take(a, b, sheets, taken)
    return taken


def _take(a: Side, b: Side, sheets: Sequence[_Sheet], taken: list[Stretch]) -> None:
    while len(taken) < _MOST_STRETCHES:
        tried = [_refined(a, b, rough, taken) for rough in _best(sheets, taken)]
        if not tried:
            break
        taken.append(max(tried, key=lambda one: one.lasts_s * _fit(one, one.speed)))


def _holds(one: Stretch) -> bool:
    """Whether both change so much alike that no other speed could explain it better."""
    return one.quick > _SURE and one.quick_energy > 1


def _unexplained_s(a: Side, taken: Sequence[Stretch]) -> float:
    return a.end_s - float(a.seconds[0]) - sum(one.lasts_s for one in taken if _holds(one))


@frozen(kw_only=True, eq=False)
class _Signals:
    """What is compared at each step: pictures of unit length, their cells around the middle, and what changes fast."""

    looks: NDArray[np.float32]
    level: NDArray[np.float32]
    quick: NDArray[np.float32]
    energy: NDArray[np.float32]


def _signals(side: Side, moments: NDArray[np.float64], slow_steps: int) -> _Signals:
    cells = side.at(moments)
    looks = cells - cells.mean(axis=1, keepdims=True)
    looks /= np.maximum(np.linalg.norm(looks, axis=1, keepdims=True), 1e-3)
    level = cells - np.median(
        cells, axis=1, keepdims=True
    )  # the whole picture's brightness says little: flicker, fades
    quick = np.clip(_without_slow(level, looks, slow_steps), -24, 24).astype(np.float32)
    return _Signals(
        looks=looks.astype(np.float32), level=level, quick=quick, energy=(quick**2).mean(axis=1).astype(np.float32)
    )


def _without_slow(level: NDArray[np.float32], looks: NDArray[np.float32], slow_steps: int) -> NDArray[np.float32]:
    """Each cell less its own slow mean, which never reaches over a cut."""
    cuts = np.flatnonzero((looks[1:] * looks[:-1]).sum(axis=1) < _CUT) + 1
    edges = [0, *cuts.tolist(), len(level)]
    made = np.empty_like(level)
    for start, end in pairwise(edges):
        made[start:end] = level[start:end] - _smoothed(level[start:end], min(slow_steps, end - start))
    return made


def _smoothed(values: NDArray[np.float32], steps: int) -> NDArray[np.float32]:
    half = max(1, steps // 2)
    padded = np.pad(values, ((half, half), (0, 0)), mode="edge")
    sums = np.cumsum(np.vstack([np.zeros((1, values.shape[1])), padded]), axis=0)
    width = 2 * half + 1
    means: NDArray[np.float32] = ((sums[width:] - sums[:-width]) / width).astype(np.float32)
    return means


@frozen(kw_only=True, eq=False)
class _Sheet:
    """Every line of one speed between two files, a row a line: steps of A are columns.

    Row `k` pairs step `i` of A with step `i + k + first` of B; `inside` says where both have a picture. Skewed once,
    sums along lines are sums along rows.
    """

    speed: float
    step_s: float
    at_a: NDArray[np.float64]
    at_b: NDArray[np.float64]
    one: _Signals
    other: _Signals
    looks: NDArray[np.float32]
    cross: NDArray[np.float32]
    starts: NDArray[np.intp]
    ends: NDArray[np.intp]
    first: int

    @classmethod
    def of(cls, a: Side, b: Side, speed: float) -> _Sheet | None:
        """The sheet of a speed, its steps `STEP_S` of the slower side apart; None where one file is too short."""
        step_a = STEP_S / max(1.0, abs(speed))
        at_a = np.arange(a.seconds[0], a.end_s, step_a)
        at_b = np.arange(b.seconds[0], b.end_s, step_a * abs(speed))
        if speed < 0:
            at_b = at_b[::-1]
        least = max(2, round(_LEAST_S / step_a))
        if min(len(at_a), len(at_b)) < least:
            return None
        one = _signals(a, at_a, round(_SLOW_S / step_a))
        other = _signals(b, at_b, round(_SLOW_S * abs(speed) / (step_a * abs(speed))))
        lines = np.arange(least - len(at_a), len(at_b) - least + 1)
        return cls(
            speed=speed,
            step_s=step_a,
            at_a=at_a,
            at_b=at_b,
            one=one,
            other=other,
            looks=_skewed(one.looks @ other.looks.T)[least - 1 : least - 1 + len(lines)],
            cross=_skewed(one.quick @ other.quick.T / one.quick.shape[1])[least - 1 : least - 1 + len(lines)],
            starts=np.maximum(0, -lines),
            ends=np.minimum(len(at_a), len(at_b) - lines),
            first=int(lines[0]),
        )

    def blocks(self) -> Iterator[slice]:
        """Rows in blocks that are handled at once."""
        size = max(1, _AT_ONCE // len(self.at_a))
        for start in range(0, len(self.starts), size):
            yield slice(start, min(start + size, len(self.starts)))

    def inside(self, rows: slice) -> NDArray[np.bool_]:
        """Where on these lines both files have a picture."""
        steps = np.arange(len(self.at_a))
        made: NDArray[np.bool_] = (steps >= self.starts[rows, None]) & (steps < self.ends[rows, None])
        return made

    def energy_b(self, rows: slice) -> NDArray[np.float32]:
        """How much B changes at each step of these lines."""
        steps = np.arange(len(self.at_a)) + np.arange(rows.start, rows.stop)[:, None] + self.first
        return self.other.energy[np.clip(steps, 0, len(self.at_b) - 1)]

    def merit(self, rows: slice, taken: NDArray[np.bool_]) -> NDArray[np.float32]:
        """What each step of these lines adds; far below 0 where there is nothing, or what is taken already."""
        inside = self.inside(rows)
        window = max(3, round(_WINDOW_S / self.step_s))
        energies = (
            np.where(inside, self.one.energy, 0),
            np.where(inside, self.energy_b(rows), 0),
            np.where(inside, self.cross[rows], 0),
        )
        spans = _Spans.of(self.starts[rows], self.ends[rows], len(self.at_a), window)
        of_a, of_b, along = (spans.means(values) for values in energies)
        both = np.sqrt(of_a * of_b)
        moves = along / np.maximum(both, _NOISE**2)
        weighs = np.clip(both / 4.0, 0, 1)  # a cell that changes by two steps of brightness says all it can
        looks = self.looks[rows]
        merit = (looks - _LOOKS_BAR) * (1 - 0.7 * weighs) + 1.5 * weighs * (moves - _MOVES_BAR)
        held: NDArray[np.float32] = np.minimum(merit, (looks - _LEAST_LOOKS) * 2).astype(np.float32)
        held[~inside | taken] = -1e3
        return held

    def offset_s(self, row: int) -> float:
        """Which second of B the second 0 of A would be on this line."""
        start = int(self.starts[row])
        return float(self.at_b[start + row + self.first] - self.speed * self.at_a[start])

    def taken(self, stretches_taken: Sequence[Stretch]) -> NDArray[np.bool_]:
        """Which steps of A are taken."""
        made = np.zeros(len(self.at_a), bool)
        for one in stretches_taken:
            made |= (self.at_a > one.a_start_s - self.step_s) & (self.at_a < one.a_end_s)
        return made

    def runs(self, stretches_taken: Sequence[Stretch]) -> list[_Run]:
        """The best run of the lines that have the best ones, clear of what is taken."""
        taken = self.taken(stretches_taken)
        found: list[_Run] = []
        for rows in self.blocks():
            merit = self.merit(rows, taken)
            sums = np.concatenate([np.zeros((len(merit), 1)), np.cumsum(merit, axis=1, dtype=np.float64)], axis=1)
            gains = sums - np.minimum.accumulate(sums, axis=1)
            highest = gains.max(axis=1)
            for place in np.argsort(-highest)[:_MOST_LINES]:
                end = int(gains[place].argmax())
                start = int(sums[place, : end + 1].argmin())
                if highest[place] <= 0 or (end - start) * self.step_s < _LEAST_S:
                    continue
                weight = float(highest[place]) * self.step_s
                found.append(_Run(sheet=self, row=rows.start + int(place), start=start, end=end, weight=weight))
        return found


@frozen(kw_only=True, eq=False)
class _Run:
    """A run of steps along one line of a sheet; `weight` is its merit in seconds."""

    sheet: _Sheet
    row: int
    start: int
    end: int
    weight: float

    def told(self) -> Stretch:
        """The run as a stretch; its weight is how long both look and change alike."""
        sheet = self.sheet
        on_b = slice(self.start + self.row + sheet.first, self.end + self.row + sheet.first)
        level_a, level_b = sheet.one.level[self.start : self.end], sheet.other.level[on_b]
        looks = float(sheet.looks[self.row, self.start : self.end].mean())
        moves, energy = centred(level_a, level_b, round(_BLOCK_S / sheet.step_s))
        quick, quick_energy = _quick(level_a, level_b, round(_SLOW_S / sheet.step_s))
        weighs, sharp = min(1.0, energy), min(1.0, quick_energy / 1.5)
        lasts_s = (self.end - self.start) * sheet.step_s
        alike = max(0.0, looks - _LOOKS_BAR) * (1 - 0.7 * weighs) + (0.2 + weighs) * max(0.0, moves)
        return Stretch(
            a_start_s=float(sheet.at_a[self.start]),
            a_end_s=float(sheet.at_a[self.end - 1] + sheet.step_s),
            speed=sheet.speed,
            offset_s=sheet.offset_s(self.row),
            looks=looks,
            moves=moves,
            energy=energy,
            quick=quick,
            quick_energy=quick_energy,
            weight=lasts_s * (alike + 1.5 * sharp * max(0.0, quick)),
        )


@frozen(kw_only=True, eq=False)
class _Spans:
    """For each step of each line the window around it, cut at the line's ends."""

    low: NDArray[np.intp]
    high: NDArray[np.intp]

    @classmethod
    def of(cls, starts: NDArray[np.intp], ends: NDArray[np.intp], steps: int, window: int) -> _Spans:
        half = window // 2
        places = np.arange(steps)
        low = np.clip(places - half, starts[:, None], ends[:, None])
        return cls(low=low, high=np.maximum(low + 1, np.clip(places + half + 1, starts[:, None], ends[:, None])))

    def means(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        sums = np.concatenate([np.zeros((len(values), 1)), np.cumsum(values, axis=1, dtype=np.float64)], axis=1)
        high = np.minimum(self.high, values.shape[1])
        means: NDArray[np.float32] = (
            (np.take_along_axis(sums, high, 1) - np.take_along_axis(sums, self.low, 1)) / np.maximum(1, high - self.low)
        ).astype(np.float32)
        return np.maximum(means, 0) if (values >= 0).all() else means


def _skewed(matrix: NDArray[np.float32]) -> NDArray[np.float32]:
    """Diagonals as rows: row `k` holds `matrix[i, i + k - (rows - 1)]`, 0 where that is outside."""
    rows, columns = matrix.shape
    padded = np.zeros((rows, columns + 2 * (rows - 1)), np.float32)
    padded[:, rows - 1 : rows - 1 + columns] = matrix
    down, right = padded.strides
    return np.lib.stride_tricks.as_strided(padded, (rows + columns - 1, rows), (right, down + right))


def centred(a: NDArray[np.float32], b: NDArray[np.float32], block: int) -> tuple[float, float]:
    """How alike the cells of both change, as a correlation, and how much they change, in steps of brightness.

    Each cell's mean over a block of steps is taken out of both, so that what stands still says nothing.
    """
    cross = var_a = var_b = 0.0
    count = max(1, -(-len(a) // block))
    for part_a, part_b in zip(np.array_split(a, count), np.array_split(b, count), strict=True):
        moved_a = np.clip(part_a - part_a.mean(axis=0), -40, 40)
        moved_b = np.clip(part_b - part_b.mean(axis=0), -40, 40)
        cross += float(np.vdot(moved_a, moved_b))
        var_a += float(np.vdot(moved_a, moved_a))
        var_b += float(np.vdot(moved_b, moved_b))
    energy = float(np.sqrt(min(var_a, var_b) / max(1, a.size)))
    return cross / (float(np.sqrt(var_a * var_b)) + _NOISE**2 * a.size), energy


def _best(sheets: Sequence[_Sheet], taken: Sequence[Stretch]) -> list[Stretch]:
    """Of the lines that look best, the few, apart from each other, along which both also change alike."""
    runs = sorted((run for sheet in sheets for run in sheet.runs(taken)), key=lambda run: -run.weight)
    told = sorted((run.told() for run in runs[:_MOST_LINES]), key=lambda one: -one.weight)
    chosen: list[Stretch] = []
    for one in told:
        if len(chosen) < _MOST_TRIED and all(_differ(one, other) for other in chosen):
            chosen.append(one)
    return chosen


def _differ(one: Stretch, other: Stretch) -> bool:
    middle = (one.a_start_s + one.a_end_s) / 2
    return abs(one.b_at(middle) - other.b_at(middle)) > 0.15 or abs(one.speed / other.speed - 1) > 0.05


def _refined(a: Side, b: Side, rough: Stretch, taken: Sequence[Stretch]) -> Stretch:
    """The same stretch with speed and offset to a fiftieth of a second, and with ends where the likeness ends."""
    middle = (rough.a_start_s + rough.a_end_s) / 2
    best = _along(a, b, rough)
    for reach_s, reach_speed in ((0.15, 0.04), (0.04, 0.01)):
        around = best
        for speed in np.linspace(around.speed - reach_speed, around.speed + reach_speed, 5):
            for shift in np.linspace(-reach_s, reach_s, 7):
                offset = around.b_at(middle) + shift - speed * middle
                tried = _along(a, b, evolve(around, speed=float(speed), offset_s=float(offset)))
                if _fit(tried, rough.speed) > _fit(best, rough.speed) + 1e-4:
                    best = tried
    if abs(abs(best.speed) - 1) < 0.012:  # within what so short a stretch can tell
        level = float(np.sign(best.speed))
        best = _along(a, b, evolve(best, speed=level, offset_s=best.b_at(middle) - level * middle))
    return _ended(a, b, best, taken)


def _fit(stretch: Stretch, nominal: float) -> float:
    """How well a line fits; a speed off the nominal one must earn it."""
    sharp = min(1.0, stretch.quick_energy / 1.5)
    return sharp * stretch.quick + stretch.moves + 0.5 * stretch.looks - 0.4 * abs(stretch.speed / nominal - 1)


def _along(a: Side, b: Side, stretch: Stretch) -> Stretch:
    """The stretch with its likenesses measured anew along its line."""
    at = np.arange(stretch.a_start_s, stretch.a_end_s, STEP_S / 2)
    on_b = stretch.speed * at + stretch.offset_s
    inside = (on_b >= b.seconds[0] - 0.02) & (on_b < b.end_s + 0.02)
    if inside.sum() < 8:
        return evolve(stretch, looks=-1.0, moves=-1.0, quick=-1.0)
    cells_a, cells_b = a.at(at[inside]), b.at(on_b[inside])
    level_a = cells_a - np.median(cells_a, axis=1, keepdims=True)
    level_b = cells_b - np.median(cells_b, axis=1, keepdims=True)
    moves, energy = centred(level_a, level_b, round(_BLOCK_S / STEP_S * 2))
    quick, quick_energy = _quick(level_a, level_b, round(_SLOW_S / STEP_S * 2))
    looks = float(likeness(cells_a, cells_b).mean())
    return evolve(stretch, looks=looks, moves=moves, energy=energy, quick=quick, quick_energy=quick_energy)


def _quick(a: NDArray[np.float32], b: NDArray[np.float32], steps: int) -> tuple[float, float]:
    moved_a = np.clip(a - _smoothed(a, steps), -24, 24)
    moved_b = np.clip(b - _smoothed(b, steps), -24, 24)
    var_a, var_b = float(np.vdot(moved_a, moved_a)), float(np.vdot(moved_b, moved_b))
    energy = float(np.sqrt(min(var_a, var_b) / max(1, a.size)))
    return float(np.vdot(moved_a, moved_b)) / (float(np.sqrt(var_a * var_b)) + _NOISE**2 * a.size), energy


def likeness(one: NDArray[np.float32], other: NDArray[np.float32]) -> NDArray[np.float32]:
    """How alike the pictures of each row are, from -1 to 1, whatever their brightness and contrast."""
    a = one - one.mean(axis=1, keepdims=True)
    b = other - other.mean(axis=1, keepdims=True)
    lengths = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
    alike: NDArray[np.float32] = (a * b).sum(axis=1) / np.maximum(lengths, 1e-3)
    return alike


def measured(a: Side, b: Side, stretch: Stretch) -> Stretch:
    """A stretch laid along a line found elsewhere: its likenesses measured anew, its ends where the likeness ends."""
    return _ended(a, b, _along(a, b, stretch), ())


def _ended(a: Side, b: Side, stretch: Stretch, taken: Sequence[Stretch]) -> Stretch:
    """The stretch with its ends moved out, or in, to where the pictures cease to be alike."""
    low = max([float(a.seconds[0]), *(one.a_end_s for one in taken if one.a_end_s <= stretch.a_start_s + _FINE_S)])
    high = min([a.end_s, *(one.a_start_s for one in taken if one.a_start_s >= stretch.a_end_s - _FINE_S)])
    at = np.arange(low, high, _FINE_S)
    on_b = stretch.speed * at + stretch.offset_s
    shown = (on_b >= b.seconds[0] - _FINE_S) & (on_b < b.end_s + _FINE_S)
    alike = np.where(shown, likeness(a.at(at), b.at(on_b)), -1.0)
    inside = (at >= stretch.a_start_s) & (at < stretch.a_end_s)
    if inside.sum() < 8:
        return stretch
    usual = float(np.median(alike[inside]))
    bar = usual - max(0.12, 5 * float(np.median(np.abs(alike[inside] - usual))))
    centre = int(np.flatnonzero(inside)[inside.sum() // 2])
    first, last = _reach(alike >= bar, centre, -1), _reach(alike >= bar, centre, 1)
    return _along(a, b, evolve(stretch, a_start_s=float(at[first]), a_end_s=float(at[last] + _FINE_S)))


def _reach(alike: NDArray[np.bool_], centre: int, way: int, patience: int = 12) -> int:
    """How far likeness goes from the centre; a few unlike steps on the way are passed over."""
    last, place, misses = centre, centre, 0
    while 0 <= place < len(alike) and misses <= patience:
        if alike[place]:
            last, misses = place, 0
        else:
            misses += 1
        place += way
    return last
