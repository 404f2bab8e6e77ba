"""Cuts a short stretch of sound out of a file, to the sample: inside the jail."""

from __future__ import annotations

from fractions import Fraction
from math import ceil
from typing import Any

import numpy as np
from numpy.typing import NDArray

from probata.media.jailed.sound import SoundBlock
from probata.media.passes import CannotLook

_MOST_SAMPLES = 48_000 * 200
_FULL_SCALE = 32767


class Heard:
    """The sound from `start_s` up to `end_s` of the file's own time, its channels mixed, and nothing around it.

    Where the file has a gap, what stands before and after it follows each other: silence is never made up.
    """

    def __init__(self, *, start_s: str, end_s: str) -> None:
        self._start_s, self._end_s = Fraction(start_s), Fraction(end_s)
        self._pieces: list[NDArray[np.float32]] = []
        self._last: SoundBlock | None = None
        self._samples = 0

    def hear(self, block: SoundBlock) -> None:
        """One more block of sound."""
        self._samples += block.channels.shape[1]
        if self._samples > _MOST_SAMPLES:
            raise CannotLook("so long a stretch is not cut out")
        self._pieces.append(np.nan_to_num(block.mono, nan=0.0, posinf=0.0, neginf=0.0))
        self._last = block

    def finish(self) -> dict[str, Any] | None:
        """Its samples, 16 bits each, and their rate; nothing where there is no sound."""
        if self._last is None:
            return None
        sound, rate_hz = np.concatenate(self._pieces), self._last.rate_hz
        inside = np.concatenate([sound[first:end] for first, end in self._parts(rate_hz)])
        if not inside.size:
            return None
        samples = np.round(np.clip(inside, -1, 1) * _FULL_SCALE).astype("<i2")
        return {"samples": samples.tobytes(), "rate_hz": rate_hz}

    def _parts(self, rate_hz: int) -> list[tuple[int, int]]:
        assert self._last is not None
        anchors = sorted(self._last.anchors, key=lambda one: one.sample)
        ends = [one.sample for one in anchors[1:]] + [self._samples]
        parts = []
        for anchor, end in zip(anchors, ends, strict=True):
            first, last = (
                min(max(anchor.sample + ceil((one - anchor.seconds) * rate_hz), anchor.sample), end)
                for one in (self._start_s, self._end_s)
            )
            parts.append((first, last))
        return parts
