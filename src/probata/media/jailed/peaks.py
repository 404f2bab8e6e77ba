"""Listens to a pass and makes the waveform of its sound."""

from __future__ import annotations

import numpy as np
from attrs import define, field
from numpy.typing import NDArray

from probata.media.jailed.sound import SoundBlock
from probata.media.waveform import FULL_SCALE, Waveform


@define
class Peaks:
    """Collects the extremes and the level of every bucket; one bucket is `rate_hz // buckets_a_second` samples."""

    buckets_a_second: int = 100
    _rows: list[NDArray[np.int16]] = field(factory=list)
    _left_over: NDArray[np.float32] | None = None
    _last: SoundBlock | None = None

    def hear(self, block: SoundBlock) -> None:
        """One more block; what does not fill a bucket waits for the next."""
        self._last = block
        waiting = block.channels
        if self._left_over is not None and len(self._left_over) == len(waiting):
            waiting = np.concatenate((self._left_over, waiting), axis=1)
        size = self._size(block)
        whole = waiting.shape[1] // size * size
        self._measure(waiting[:, :whole], size)
        self._left_over = waiting[:, whole:]

    def finish(self) -> Waveform | None:
        """The whole waveform; None where there was no sound."""
        last = self._last
        if last is None or self._left_over is None:
            return None
        if self._left_over.shape[1]:
            self._measure(self._left_over, self._left_over.shape[1])
        columns = np.concatenate(self._rows, axis=1)
        return Waveform(
            rate_hz=last.rate_hz,
            samples=last.start_sample + last.channels.shape[1],
            samples_a_bucket=self._size(last),
            anchors=last.anchors,
            lowest=tuple(columns[0].tolist()),
            highest=tuple(columns[1].tolist()),
            level=tuple(columns[2].tolist()),
        )

    def _size(self, block: SoundBlock) -> int:
        return max(1, block.rate_hz // self.buckets_a_second)

    def _measure(self, samples: NDArray[np.float32], size: int) -> None:
        if not samples.shape[1]:
            return
        buckets = np.nan_to_num(samples).reshape(len(samples), -1, size)
        measured = np.stack(
            (
                buckets.min(axis=(0, 2)),
                buckets.max(axis=(0, 2)),
                np.sqrt(np.square(buckets, dtype=np.float32).mean(axis=(0, 2))),
            )
        )
        self._rows.append(np.rint(np.clip(measured, -1, 1) * FULL_SCALE).astype(np.int16))
