"""The sound's short spectra, twenty a second, on a scale of equal intervals: the ground of print and gates.

Bands a fixed ratio apart turn a change of speed into a shift (Haitsma & Kalker 2002 and 2003), so that a print made
once can be compared at any speed. Windows are cut at the file's own rate: nothing is resampled, and frame `i` is
centred on sample `i * rate_hz // FRAMES_A_SECOND`, whatever the rate.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import Final

import numpy as np
from attrs import define, field, frozen
from numpy import fft  # by name: some versions load it at first use, which a jail would refuse
from numpy.typing import NDArray

from probata.terms.errors import InvalidValue

FRAMES_A_SECOND: Final = 20
FRAME_S: Final = Fraction(1, FRAMES_A_SECOND)
BANDS: Final = 33
LOWEST_HZ: Final = 300.0
BAND_RATIO: Final = 1.075
LEAST_RATE_HZ: Final = 6500  # twice the highest band and its slope
MOST_RATE_HZ: Final = 768_000
_WINDOW_S = 0.16
_FLOOR = 1e-11  # -110 dB of full scale: below what 16 bits can hold
_MOST_SAMPLE = 4.0
_FRAMES_AT_ONCE = 20  # always the same groups, so that sums round alike however the sound was cut
FINE_HZ: Final = (250.0, 3250.0)

Floats = NDArray[np.float32]


@frozen(kw_only=True, eq=False)
class Spectra:
    """Frames of sound: `bands` natural logarithm of power in each band, `fine` decibels in each bin of the transform.

    `level_db` is the power of all bands together below that of a full-scale sine.
    """

    bands: Floats
    fine: Floats
    level_db: Floats

    @classmethod
    def joined(cls, parts: list[Spectra]) -> Spectra:
        """Parts that follow each other, as one."""
        return cls(
            bands=np.concatenate([part.bands for part in parts]),
            fine=np.concatenate([part.fine for part in parts]),
            level_db=np.concatenate([part.level_db for part in parts]),
        )

    def __len__(self) -> int:
        return len(self.bands)

    def part(self, start: int, end: int) -> Spectra:
        """Frames from `start` up to `end`."""
        span = slice(start, end)
        return Spectra(bands=self.bands[span], fine=self.fine[span], level_db=self.level_db[span])


@define(kw_only=True)
class Spectrograph:
    """Takes sound in pieces of any length and gives the frames that are complete, the same as if taken at once."""

    rate_hz: int
    samples: int = 0
    _frames: int = 0
    _waiting: Floats = field(factory=lambda: np.zeros(0, dtype=np.float32))
    _waiting_from: int = 0

    def __attrs_post_init__(self) -> None:
        """Begin with half a window of nothing, so that the first frame is centred on the first sample."""
        if not LEAST_RATE_HZ <= self.rate_hz <= MOST_RATE_HZ:
            raise InvalidValue(
                what=f"A sound at {self.rate_hz} Hz",
                why=f"the print needs {LEAST_RATE_HZ} to {MOST_RATE_HZ} samples a second",
            )
        half = self._window.size // 2
        self._waiting = np.zeros(half, dtype=np.float32)
        self._waiting_from = -half

    @property
    def _window(self) -> Floats:
        return _window(self.rate_hz)

    def take(self, untrusted_samples: Floats) -> list[Spectra]:
        """The next samples, 1.0 being full scale; what is no number counts as silence."""
        piece = np.nan_to_num(np.asarray(untrusted_samples, dtype=np.float32).ravel(), nan=0.0, posinf=0.0, neginf=0.0)
        self.samples += piece.size
        return self._emit(
            np.clip(piece, -_MOST_SAMPLE, _MOST_SAMPLE), self._whole_frames() // _FRAMES_AT_ONCE * _FRAMES_AT_ONCE
        )

    def finish(self) -> list[Spectra]:
        """The last frames, whose windows reach beyond the end."""
        total = -(-self.samples * FRAMES_A_SECOND // self.rate_hz)
        return self._emit(np.zeros(self._window.size, dtype=np.float32), total)

    def _whole_frames(self) -> int:
        last = self.samples - (self._window.size - self._window.size // 2)
        return max(0, (last * FRAMES_A_SECOND) // self.rate_hz + 1) if last >= 0 else 0

    def _emit(self, piece: Floats, until: int) -> list[Spectra]:
        waiting = np.concatenate((self._waiting, piece))
        given = []
        for first in range(self._frames, until, _FRAMES_AT_ONCE):
            frames = np.arange(first, min(first + _FRAMES_AT_ONCE, until), dtype=np.int64)
            starts = frames * self.rate_hz // FRAMES_A_SECOND - self._window.size // 2 - self._waiting_from
            windows = np.lib.stride_tricks.sliding_window_view(waiting, self._window.size)[starts]
            given.append(self._measured(windows))
        self._frames = max(self._frames, until)
        kept_from = self._frames * self.rate_hz // FRAMES_A_SECOND - self._window.size // 2
        self._waiting = waiting[max(0, kept_from - self._waiting_from) :].copy()
        self._waiting_from = max(kept_from, self._waiting_from)
        return given

    def _measured(self, windows: Floats) -> Spectra:
        weights, fine = _bands(self.rate_hz)
        power = np.square(np.abs(fft.rfft(windows * self._window, axis=1)[:, : len(weights)]), dtype=np.float32)
        banded = power @ weights
        return Spectra(
            bands=np.log(banded + np.float32(_FLOOR)),
            fine=10 * np.log10(power[:, fine] + np.float32(_FLOOR)),
            level_db=10 * np.log10(banded.sum(axis=1) + np.float32(_FLOOR)),
        )


def centre_of(frame: int, rate_hz: int) -> int:
    """The sample on which a frame is centred."""
    return frame * rate_hz // FRAMES_A_SECOND


@lru_cache(maxsize=8)
def _window(rate_hz: int) -> Floats:
    size = 2 * round(_WINDOW_S * rate_hz / 2)
    hann = np.hanning(size + 1)[:-1]
    # Scaled so that a full-scale sine has power 1 in its bin.
    scaled: Floats = (hann / (hann.sum() / 2)).astype(np.float32)
    return scaled


@lru_cache(maxsize=8)
def _bands(rate_hz: int) -> tuple[Floats, slice]:
    """Triangles between neighbouring centres, for the bins that matter; and which of these bins are the fine ones."""
    size = 2 * round(_WINDOW_S * rate_hz / 2)
    hertz = fft.rfftfreq(size, 1 / rate_hz)
    hertz = hertz[hertz <= FINE_HZ[1]]
    centres = np.log(LOWEST_HZ) + np.arange(BANDS) * np.log(BAND_RATIO)
    away = np.abs(np.log(np.maximum(hertz, 1.0))[:, None] - centres[None]) / np.log(BAND_RATIO)
    weights = np.maximum(0.0, 1.0 - away).astype(np.float32)
    return weights, slice(int(np.searchsorted(hertz, FINE_HZ[0])), len(hertz))


@lru_cache(maxsize=1)
def steady_variance() -> Floats:
    """How much the logarithm of each band's power varies in steady Gaussian noise.

    A band of `n` independent bins has a chi-square power of 2n degrees, whose logarithm varies by the trigamma
    function of n (here by its asymptotic series); neighbouring bins of a Hann window are not independent.
    """
    weights, _ = _bands(16_000)
    degrees = np.square(weights.sum(axis=0)) / np.square(weights).sum(axis=0) / 1.5
    freedom: Floats = np.maximum(degrees, 0.7).astype(np.float32)
    return (1 / freedom + 1 / (2 * freedom**2) + 1 / (6 * freedom**3)).astype(np.float32)
