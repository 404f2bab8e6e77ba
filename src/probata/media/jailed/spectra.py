"""Draws a spectrogram of a short stretch of sound: inside the jail."""

from __future__ import annotations

import io
from fractions import Fraction
from typing import Any

import numpy as np
import PIL.Image
from numpy import fft  # by name: some versions load it at first use, which a jail would refuse
from numpy.typing import NDArray

from probata.media.jailed.sound import SoundBlock
from probata.media.passes import CannotLook

_TOP_HZ = 12_000
_LEAST_WINDOW_S, _MOST_WINDOW_S = 0.008, 0.064
_RANGE_DB = 70.0
_FLOOR = 1e-12
_MOST_SAMPLES = 48_000 * 200
_AT_ONCE = 256


class Spectrogram:
    """How strong each pitch is at each moment from `start_s` to `end_s` of the file's own time, as a picture.

    A column a moment, the lowest pitch at the bottom; what is 70 dB below the strongest is clear, the strongest opaque.
    The picture has no colour of its own: whoever shows it gives it the ink. Moments without sound are clear.
    """

    def __init__(self, *, start_s: str, end_s: str, columns: int, rows: int) -> None:
        self._start_s, self._end_s = Fraction(start_s), Fraction(end_s)
        self._columns, self._rows = columns, rows
        self._pieces: list[NDArray[np.float32]] = []
        self._last: SoundBlock | None = None
        self._samples = 0

    def hear(self, block: SoundBlock) -> None:
        """One more block of sound."""
        self._samples += block.channels.shape[1]
        if self._samples > _MOST_SAMPLES:
            raise CannotLook("so long a stretch is not drawn")
        self._pieces.append(np.nan_to_num(block.mono, nan=0.0, posinf=0.0, neginf=0.0))
        self._last = block

    def finish(self) -> dict[str, Any] | None:
        """The picture, and how high it reaches; nothing where there is no sound."""
        if self._last is None:
            return None
        sound, rate_hz = np.concatenate(self._pieces), self._last.rate_hz
        every_s = float(self._end_s - self._start_s) / self._columns
        size = max(16, round(min(max(2 * every_s, _LEAST_WINDOW_S), _MOST_WINDOW_S) * rate_hz))
        # Where a column lasts longer than a window, several overlap in it: a click between two would not be seen.
        parts = max(1, -(-round(every_s * rate_hz * 2) // size))
        centres = self._centres(rate_hz, parts)
        heard = (centres >= 0) & (centres < len(sound))
        top_hz = min(_TOP_HZ, rate_hz // 2)
        level = np.full((self._columns, self._rows), 10 * np.log10(_FLOOR), np.float32)
        places = np.flatnonzero(heard)
        padded = np.pad(sound, (size // 2, size))
        for first in range(0, len(places), _AT_ONCE):
            some = places[first : first + _AT_ONCE]
            windows = np.lib.stride_tricks.sliding_window_view(padded, size)[centres[some]]
            np.maximum.at(level, some // parts, self._levels(windows, rate_hz, top_hz))
        heard = np.asarray(heard.reshape(self._columns, parts).any(axis=1))
        return {"png": self._picture(level, heard), "top_hz": top_hz, "seconds": float(every_s * heard.sum())}

    def _centres(self, rate_hz: int, parts: int) -> NDArray[np.int64]:
        # The sample at the middle of each part of a column; -1 where the file has no sound then.
        assert self._last is not None
        every_s = (self._end_s - self._start_s) / (self._columns * parts)
        times = float(self._start_s) + (np.arange(self._columns * parts) + 0.5) * float(every_s)
        anchors = sorted(self._last.anchors, key=lambda one: one.sample)
        found = np.full(len(times), -1, np.int64)
        ends = [one.sample for one in anchors[1:]] + [self._samples]
        for anchor, end in zip(anchors, ends, strict=True):
            at = anchor.sample + np.round((times - float(anchor.seconds)) * rate_hz).astype(np.int64)
            inside = (at >= anchor.sample) & (at < end)
            found[inside] = at[inside]
        return found

    def _levels(self, windows: NDArray[np.float32], rate_hz: int, top_hz: int) -> NDArray[np.float32]:
        size = windows.shape[1]
        power = np.square(np.abs(fft.rfft(windows * np.hanning(size).astype(np.float32), n=max(size, 256), axis=1)))
        bins = max(1, power.shape[1] * top_hz * 2 // rate_hz)
        starts = np.minimum(np.linspace(0, bins, self._rows + 1)[:-1].astype(np.int64), bins - 1)
        summed = np.maximum.reduceat(power[:, :bins], starts, axis=1)
        return np.asarray(10 * np.log10(summed / size + _FLOOR), dtype=np.float32)

    def _picture(self, level: NDArray[np.float32], heard: NDArray[np.bool_]) -> bytes:
        strongest = float(level[heard].max()) if heard.any() else 0.0
        shown = np.clip((level - (strongest - _RANGE_DB)) / _RANGE_DB, 0, 1)
        shown[~heard] = 0
        opaque = (shown.T[::-1] * 255).astype(np.uint8)
        grey = np.zeros_like(opaque)
        out = io.BytesIO()
        PIL.Image.fromarray(np.stack([grey, opaque], axis=2), "LA").save(out, "PNG")
        return out.getvalue()
