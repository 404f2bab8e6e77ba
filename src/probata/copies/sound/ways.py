"""The ways in which a copy may run: faster or slower, the pitch going along as on a tape, or kept as players do."""

from __future__ import annotations

from typing import Final

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from probata.copies.sound.soundprint import BITS
from probata.copies.sound.spectra import BAND_RATIO, Floats

SPEED_STEP: Final = 1.025
_STEPS = 9  # 0.80 to 1.25


@frozen(kw_only=True)
class Way:
    """`speed` seconds of the one sound pass in a second of the other; `pitched` if its pitch rises as much."""

    speed: float
    pitched: bool

    @property
    def shift(self) -> float:
        """How many bands higher the other sound lies."""
        return float(np.log(self.speed) / np.log(BAND_RATIO)) if self.pitched else 0.0

    def at(self, speed: float) -> Way:
        """The same way at another speed."""
        return Way(speed=speed, pitched=self.pitched)


def all_ways() -> tuple[Way, ...]:
    """Every speed of the grid both ways; at its own speed a sound has only one."""
    speeds = [SPEED_STEP**step for step in range(-_STEPS, _STEPS + 1)]
    ways = [Way(speed=speed, pitched=True) for speed in speeds]
    return (*ways, *(Way(speed=speed, pitched=False) for speed in speeds if abs(speed - 1) > SPEED_STEP - 1.01))


def at_places(cells: Floats, places: NDArray[np.float64], shift: float) -> Floats:
    """The cells at places between frames, moved up by `shift` bands; 0 where there are none."""
    count = len(cells)
    if not count:
        return np.zeros((len(places), BITS), dtype=np.float32)
    first = np.floor(places).astype(np.int64)
    share = (places - first).astype(np.float32)[:, None]
    inside = ((places >= 0) & (places <= count - 1))[:, None]
    before, after = np.clip(first, 0, count - 1), np.clip(first + 1, 0, count - 1)
    between = (cells[before] * (1 - share) + cells[after] * share) * inside
    return _shifted(between, shift)


def passing(count: int, way: Way) -> int:
    """How many of the other sound's frames pass while `count` frames of the one do."""
    return int((count - 1) / way.speed) + 1 if count else 0


def warped(cells: Floats, way: Way, start: int = 0, end: int | None = None) -> Floats:
    """A sound's cells as they would pass in the other sound's frames, from its frame `start` up to `end`."""
    until = passing(len(cells), way) if end is None else end
    return at_places(cells, np.arange(start, until, dtype=np.float64) * way.speed, way.shift)


def _shifted(cells: Floats, shift: float) -> Floats:
    if abs(shift) < 1e-6:
        return cells
    whole = int(np.floor(shift))
    share = np.float32(shift - whole)
    padded = np.pad(cells, ((0, 0), (BITS, BITS)))
    low = padded[:, BITS - whole : 2 * BITS - whole]
    lower = padded[:, BITS - whole - 1 : 2 * BITS - whole - 1]
    moved: Floats = low * (1 - share) + lower * share
    return moved
