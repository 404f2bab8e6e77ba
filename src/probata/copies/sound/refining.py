"""A candidate made exact: its speed and place between the steps of the grid, and the frames between which it holds.

The ends follow from a likelihood ratio. Frame by frame, agreement as high as in the middle of the match is weighed
against none; the sum rises while the sounds run together and falls beyond, and the ends lie where it is highest. A
second that belongs to nothing ends the segment: what follows may be another one.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from attrs import evolve, frozen
from numpy.typing import NDArray

from probata.copies.sound.spectra import FRAMES_A_SECOND, Floats
from probata.copies.sound.tracing import BLOCK, Candidate
from probata.copies.sound.ways import Way, at_places

_SHIFTS: Final = 6  # half frames to either side
_SPEED_STEPS = np.arange(-5, 6)
_SPEED_STEP = 0.0025
_LOOKED_AT = 10 * FRAMES_A_SECOND
_REACH = 20 * FRAMES_A_SECOND  # at a time; a long path as far again as it is long
_ENDS_AFTER: Final = FRAMES_A_SECOND  # frames of no agreement
_ROUNDS = 16
_AS_GOOD = 0.99


@frozen(kw_only=True)
class Path:
    """The one sound's place `speed * (frame - offset)` is heard at each frame of the other, from `start` to `end`.

    `score` is the agreement in deviations of foreign sound; `agreement` its share, 1 being bit by bit the same.
    """

    way: Way
    offset: float
    start: int
    end: int
    score: float = 0.0
    agreement: float = 0.0

    def place(self, frame: float) -> float:
        """Where in the one sound, in frames, this frame of the other lies."""
        return (frame - self.offset) * self.way.speed

    def frame(self, place: float) -> float:
        """Where in the other sound, in frames, this place of the one lies."""
        return place / self.way.speed + self.offset


def refined(one: Floats, other: Floats, candidate: Candidate, deviations: Floats) -> Path | None:
    """The candidate as an exact path; None where nothing of it stands."""
    start = max(0, candidate.offset + candidate.start)
    end = min(len(other), candidate.offset + candidate.end)
    if end - start < BLOCK:
        return None
    path = Path(way=candidate.way, offset=float(candidate.offset), start=start, end=end)
    step = _SPEED_STEP
    for _ in range(_ROUNDS):
        path = _aligned(one, other, path, step)
        longer = _extended(one, other, path)
        if longer is None:
            return None
        grown = longer.end - longer.start > 1.3 * (path.end - path.start)
        path = longer
        step = min(_SPEED_STEP, 1.0 / (path.end - path.start))
        if not grown:
            break
    final = _extended(one, other, _aligned(one, other, path, step))
    return None if final is None else _scored(one, other, final, candidate.offset, deviations)


def _aligned(one: Floats, other: Floats, path: Path, step: float) -> Path:
    """The same path at the speed and offset where the two agree best; its own speed 1 is kept if as good."""
    middle = (path.start + path.end) / 2
    half = max(BLOCK, min(path.end - path.start, max(_LOOKED_AT, round(2 / step)))) / 2
    first, last = max(0, round(middle - half)), min(len(other), round(middle + half))
    beside, place = other[first:last], path.place(middle)
    speeds = [path.way.speed * (1 + float(steps) * step) for steps in _SPEED_STEPS]
    if min(speeds) <= 1 <= max(speeds):
        speeds.append(1.0)
    tried = []
    for speed in speeds:
        # Half frames, so that every shift is every second row.
        frames = first + (np.arange(2 * (last - first + _SHIFTS)) - _SHIFTS) / 2
        cells = at_places(one, place + (frames - middle) * speed, path.way.at(speed).shift)
        tried += [
            (_likeness(cells[shift : shift + 2 * len(beside) : 2], beside), speed, (shift - _SHIFTS) / 2)
            for shift in range(2 * _SHIFTS + 1)
        ]
    best = max(tried)
    plain = max((one_try for one_try in tried if one_try[1] == 1.0), default=best)
    _, speed, shift = plain if plain[0] >= _AS_GOOD * best[0] else best
    way = path.way.at(speed)
    return evolve(path, way=way, offset=float(middle - (place + shift * speed) / speed))


def _likeness(cells: Floats, beside: Floats) -> float:
    size = float(np.vdot(cells, cells)) * float(np.vdot(beside, beside))
    return float(np.vdot(cells, beside)) / np.sqrt(size) if size else 0.0


def _passing(one: Floats, path: Path, start: int, end: int) -> Floats:
    """The cells of the one as they pass along the path."""
    frames = np.arange(start, end, dtype=np.float64)
    return at_places(one, (frames - path.offset) * path.way.speed, path.way.shift)


def _agreements(one: Floats, other: Floats, path: Path, start: int, end: int) -> tuple[Floats, NDArray[np.bool_]]:
    """The sum of agreement of each frame, and which frames could be compared at all."""
    cells, beside = _passing(one, path, start, end), other[start:end]
    return (cells * beside).sum(axis=1), np.asarray(np.abs(cells).any(axis=1) & beside.any(axis=1))


def _extended(one: Floats, other: Floats, path: Path) -> Path | None:
    """The path from where to where it holds; None if nowhere."""
    reach = max(_REACH, path.end - path.start)
    first = max(0, path.start - reach, int(np.ceil(path.offset)))
    last = min(len(other), path.end + reach, int(np.floor(path.frame(len(one) - 1))) + 1)
    if last - first < BLOCK:
        return None
    sums, comparable = _agreements(one, other, path, first, last)
    span = slice(max(0, path.start - first), max(0, path.end - first))
    inside = sums[span][comparable[span]]
    if inside.size < BLOCK // 2 or inside.mean() <= 0:
        return None
    level = float(inside.mean())
    gains = np.where(comparable, sums - level / 2, 0.0)
    core = _highest_run(gains[span])
    middle = span.start + (core[0] + core[1]) // 2
    drop = _ENDS_AFTER * level / 2
    end = middle + _reach(gains[middle:], drop)
    start = middle - _reach(gains[:middle][::-1], drop)
    return None if end - start < BLOCK else evolve(path, start=first + start, end=first + end)


def _highest_run(gains: NDArray[np.float64]) -> tuple[int, int]:
    """From where to where the sum is highest (Kadane)."""
    running = np.concatenate([[0.0], np.cumsum(gains)])
    end = int(np.argmax(running - np.minimum.accumulate(running)))
    start = int(np.argmin(running[: end + 1]))
    return start, end


def _reach(gains: NDArray[np.float64], drop: float) -> int:
    """How many steps outward the sum is highest, before it has once fallen by `drop`."""
    running = np.concatenate([[0.0], np.cumsum(gains)])
    fallen = np.flatnonzero(np.maximum.accumulate(running) - running > drop)
    until = int(fallen[0]) if fallen.size else len(running)
    return int(np.argmax(running[:until]))


def _scored(one: Floats, other: Floats, path: Path, offset: int, deviations: Floats) -> Path:
    sums, comparable = _agreements(one, other, path, path.start, path.end)
    blocks = np.clip((np.arange(path.start, path.end) - offset) // BLOCK, 0, len(deviations) - 1)
    size = np.square(_passing(one, path, path.start, path.end)).sum(axis=1)
    variances = np.square(deviations[blocks], dtype=np.float64) * size
    counted = comparable & (variances > 0)
    variance = float(variances[counted].sum())
    if not variance:
        return path
    return evolve(
        path,
        score=float(sums[counted].sum() / np.sqrt(variance)),
        agreement=float(sums[counted].mean() / other.shape[1]),
    )
