"""When the frames of a made clip are shown: uneven, as telephones write them, and the same for the same seed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from probata.cli.demo_footage.encode import PICTURE_TIME_BASE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from fractions import Fraction

_TICKS_PER_SECOND = int(1 / PICTURE_TIME_BASE)


@frozen(kw_only=True)
class Rhythm:
    """How a recorder spaces its frames: gaps in ticks with their odds, and a jitter on each of `jitter_ticks`."""

    gaps_ticks: tuple[int, ...]
    odds: tuple[float, ...]
    jitter_ticks: int


# About 30 frames a second; now and then twice as fast, or one frame dropped, or held for a quarter of a second.
RESTLESS = Rhythm(gaps_ticks=(1000, 1500, 3000, 6000, 22_500), odds=(0.05, 0.1, 0.6, 0.2, 0.05), jitter_ticks=120)
# A telephone by day: 30 frames a second with jitter, a few dropped.
BY_DAY = Rhythm(gaps_ticks=(3000, 6000, 9000), odds=(0.9, 0.08, 0.02), jitter_ticks=90)
# A telephone in the shade: it wavers between 24 and 20 frames a second.
IN_SHADE = Rhythm(gaps_ticks=(3750, 4500, 7500), odds=(0.7, 0.25, 0.05), jitter_ticks=45)


def frame_times(rhythm: Rhythm, *, seed: int, frames: int) -> list[tuple[int, int]]:
    """Presentation time and duration of so many frames, in ticks of the demo's clock, from 0."""
    running = _endless(rhythm, seed)
    return [next(running) for _ in range(frames)]


def frame_times_until(rhythm: Rhythm, *, seed: int, end_s: Fraction) -> list[tuple[int, int]]:
    """The same for as many frames as start before `end_s`."""
    times: list[tuple[int, int]] = []
    for start, duration in _endless(rhythm, seed):
        if start >= end_s * _TICKS_PER_SECOND:
            return times
        times.append((start, duration))
    raise AssertionError("the rhythm never ends")


def _endless(rhythm: Rhythm, seed: int) -> Iterator[tuple[int, int]]:
    chance = np.random.default_rng(seed)
    start = 0
    while True:
        gap = int(chance.choice(rhythm.gaps_ticks, p=rhythm.odds))
        jitter = int(chance.integers(-rhythm.jitter_ticks, rhythm.jitter_ticks + 1))
        yield start, gap + jitter
        start += gap + jitter
