"""An event made by code, and recorders of it: each at its own place, with its own clock, noise, gain and clipping."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

Sound = NDArray[np.float32]
RATE_HZ = 24_000
SPEED_OF_SOUND = 343.0


@frozen(kw_only=True)
class Source:
    """Something that sounds at a place, from a moment on; a sound of `RATE_HZ`."""

    sound: Sound
    at_s: float = 0.0
    place_m: tuple[float, float] = (0.0, 0.0)


@frozen(kw_only=True)
class Recorder:
    """One that hears sources later by their distance; its clock starts at `starts_s` and drifts by `drift_ppm`."""

    starts_s: float = 0.0
    lasts_s: float = 20.0
    place_m: tuple[float, float] = (0.0, 0.0)
    drift_ppm: float = 0.0
    gain: float = 1.0
    noise_db: float = -60.0
    clips_at: float = 1.0
    seed: int = 0
    rate_hz: int = field(default=RATE_HZ)

    def hears(self, sources: Sequence[Source]) -> Sound:
        """What it records of these sources, at its own rate."""
        count = round(self.lasts_s * self.rate_hz)
        # Its second number t ends at (1 + drift) t of true time: a fast clock counts more seconds.
        true_s = self.starts_s + np.arange(count) / self.rate_hz / (1 + self.drift_ppm * 1e-6)
        heard = np.zeros(count)
        for source in sources:
            metres = float(np.hypot(*np.subtract(source.place_m, self.place_m)))
            places = (true_s - source.at_s - metres / SPEED_OF_SOUND) * RATE_HZ
            heard += np.interp(places, np.arange(len(source.sound)), source.sound, left=0, right=0)
        heard *= self.gain
        random = np.random.default_rng(self.seed + 1_000)
        heard += random.standard_normal(count) * 10 ** (self.noise_db / 20)
        return np.clip(heard, -self.clips_at, self.clips_at).astype(np.float32)


def shot(seed: int, *, lasts_s: float = 0.5, level: float = 0.9, fades_s: float = 0.05) -> Sound:
    """Something like a shot: noise that begins at once and fades."""
    random = np.random.default_rng(seed)
    at_s = np.arange(round(lasts_s * RATE_HZ)) / RATE_HZ
    body = random.standard_normal(len(at_s)) * np.exp(-at_s / fades_s)
    return (level * body / np.abs(body).max()).astype(np.float32)


def crowd(seed: int, seconds: float, *, level: float = 0.1) -> Sound:
    """A noise that swells and sinks as a crowd, traffic or a river does."""
    random = np.random.default_rng(seed)
    count = round(seconds * RATE_HZ)
    noise = random.standard_normal(count)
    knots = np.arange(0, count + 2_400, 2_400)
    swell = np.interp(np.arange(count), knots, random.uniform(0.2, 1.0, len(knots)))
    return (level * noise * swell).astype(np.float32)
