"""Decoded sound on its way past those who listen: float samples, exactly placed in time."""

from __future__ import annotations

from fractions import Fraction
from math import lcm

import av
import numpy as np
from attrs import define, field, frozen
from numpy.typing import NDArray

from probata.media.waveform import Anchor

_BLOCK_S = 0.5
_JUMP_S = Fraction(1, 500)  # half an AAC frame would be 11 ms; rounding of ticks stays below 1 ms
_SCALES = {"u8": 128.0, "s16": 32768.0, "s32": 2147483648.0}


@frozen(kw_only=True, eq=False)
class SoundBlock:
    """Half a second or so of sound, decoded, at `rate_hz`.

    `channels` is float32, one row a channel, 1.0 being full scale; `start_sample` counts from the first sample of the
    stream. Samples are counted as they come: where the file jumps in time there is a new anchor, never made-up silence.
    """

    start_sample: int
    rate_hz: int
    channels: NDArray[np.float32]
    anchors: tuple[Anchor, ...]

    @property
    def mono(self) -> NDArray[np.float32]:
        """The mean of the channels."""
        mean: NDArray[np.float32] = self.channels.mean(axis=0, dtype=np.float32)
        return mean


@frozen(kw_only=True)
class _Expected:
    """When sound after an anchor is due, in whole parts of a second so small that all times are some of them.

    Exact, as fractions are, and asked of every frame, for which they would be slow.
    """

    from_sample: int
    from_parts: int
    a_tick: int
    a_sample: int
    slack: int

    @classmethod
    def after(cls, anchor: Anchor, time_base: Fraction, rate_hz: int) -> _Expected:
        slack = max(_JUMP_S, 2 * time_base)
        parts = lcm(anchor.seconds.denominator, time_base.denominator, rate_hz, slack.denominator)
        return cls(
            from_sample=anchor.sample,
            from_parts=int(anchor.seconds * parts),
            a_tick=int(time_base * parts),
            a_sample=parts // rate_hz,
            slack=int(slack * parts),
        )

    def is_met(self, pts: int, sample: int) -> bool:
        """Whether this sample comes when it is due."""
        expected = self.from_parts + (sample - self.from_sample) * self.a_sample
        return abs(pts * self.a_tick - expected) <= self.slack


@define(kw_only=True)
class SoundTrack:
    """Collects decoded audio frames into blocks and keeps their place in time."""

    time_base: Fraction
    rate_hz: int
    samples: int = 0
    anchors: list[Anchor] = field(factory=list)
    _waiting: list[NDArray[np.float32]] = field(factory=list)
    _waiting_from: int = 0
    _expects: _Expected | None = None

    def take(self, frame: av.AudioFrame) -> SoundBlock | None:
        """One more decoded frame; gives a block once there is enough for one."""
        piece = as_float(frame)
        self._place(frame.pts)
        self._waiting.append(piece)
        self.samples += piece.shape[1]
        return self.flush() if self.samples - self._waiting_from >= self.rate_hz * _BLOCK_S else None

    def flush(self) -> SoundBlock | None:
        """What is left, as a last block."""
        if not self._waiting:
            return None
        block = SoundBlock(
            start_sample=self._waiting_from,
            rate_hz=self.rate_hz,
            channels=np.concatenate(self._waiting, axis=1),
            anchors=tuple(self.anchors),
        )
        self._waiting, self._waiting_from = [], self.samples
        return block

    def _place(self, pts: int | None) -> None:
        if pts is None:
            if not self.anchors:
                self.anchors.append(Anchor(sample=0, seconds=Fraction(0)))
                self._expects = _Expected.after(self.anchors[-1], self.time_base, self.rate_hz)
            return
        if self._expects is not None and self._expects.is_met(pts, self.samples):
            return
        self.anchors.append(Anchor(sample=self.samples, seconds=pts * self.time_base))
        self._expects = _Expected.after(self.anchors[-1], self.time_base, self.rate_hz)


class AtRate:
    """The same sound as mono at another rate, made once for all who want that rate."""

    def __init__(self, rate_hz: int) -> None:
        self._rate_hz = rate_hz
        self._resampler = av.AudioResampler(format="flt", layout="mono", rate=rate_hz)
        self._samples = 0

    def take(self, block: SoundBlock) -> SoundBlock | None:
        """One more block at its own rate; gives what of it is ready at the wanted one."""
        frame = av.AudioFrame.from_ndarray(block.mono.reshape(1, -1), format="flt", layout="mono")
        frame.sample_rate, frame.time_base = block.rate_hz, Fraction(1, block.rate_hz)
        frame.pts = block.start_sample
        return self._block(frame, block)

    def flush(self, last: SoundBlock) -> SoundBlock | None:
        """What the resampler still held; `last` is the last block at its own rate."""
        return self._block(None, last)

    def _block(self, frame: av.AudioFrame | None, block: SoundBlock) -> SoundBlock | None:
        pieces = [piece.to_ndarray().reshape(1, -1) for piece in self._resampler.resample(frame)]
        if not pieces:
            return None
        channels = np.concatenate(pieces, axis=1).astype(np.float32, copy=False)
        start, self._samples = self._samples, self._samples + channels.shape[1]
        return SoundBlock(
            start_sample=start,
            rate_hz=self._rate_hz,
            channels=channels,
            anchors=tuple(_moved(anchor, block.rate_hz, self._rate_hz) for anchor in block.anchors),
        )


def _moved(anchor: Anchor, from_hz: int, to_hz: int) -> Anchor:
    # The first sample at the new rate that is not before the anchor, and when exactly that one is heard.
    sample = -(-anchor.sample * to_hz // from_hz)
    late_s = Fraction(sample, to_hz) - Fraction(anchor.sample, from_hz)
    return Anchor(sample=sample, seconds=anchor.seconds + late_s)


def as_float(frame: av.AudioFrame) -> NDArray[np.float32]:
    """The frame's samples as float32, one row a channel, full scale being 1.0."""
    raw = frame.to_ndarray()
    if not frame.format.is_planar:
        raw = raw.reshape(-1, frame.layout.nb_channels).T
    scale = _SCALES.get(frame.format.name.removesuffix("p"))
    if scale is None:
        return raw.astype(np.float32, copy=False)
    values: NDArray[np.float32] = raw.astype(np.float32)
    if frame.format.name.startswith("u8"):
        values -= 128.0
    values /= np.float32(scale)
    return values
