"""Makes sound comparable between microphones: every pitch and every moment equally loud, sudden bangs left out."""

from __future__ import annotations

import numpy as np
import numpy.fft
from attrs import frozen
from numpy.typing import NDArray

from probata.verification.sync.heard import RATE_HZ, Floats, Heard, Truths

LOW_HZ, MIDDLE_HZ, HIGH_HZ = 150.0, 1_500.0, 8_000.0
_FRAME = 2_048
"""Samples of a frame: 85 ms, in which a voice or an engine hardly changes."""
_HOP = _FRAME // 2
_AT_ONCE = 512
_FLOOR = 1e-7
_STRENGTH = 0.9


@frozen(kw_only=True, eq=False)
class White:
    """Sound whose phases alone are left: `low` up to 1.5 kHz, `full` as far as both recordings may reach.

    `live` says which samples come from sound at all: neither gaps, nor silence, nor what was left out.
    """

    low: Floats
    full: Floats
    live: Truths


def whiten(heard: Heard, samples: Floats, live: Truths, *, top_hz: float) -> White:
    """The recording with each bin of each frame divided by its own size to the power of 0.9.

    This is the phase transform of Knapp and Carter (1976), taken frame by frame: so a loud second weighs no more than
    a quiet one, and a hum no more than one bin. `top_hz` is how high both recordings of a pair reach. Frames at or
    below the noise of half precision become silence.
    """
    length = len(samples)
    padded = np.pad(samples, (_FRAME, 2 * _FRAME))
    frames = (len(padded) - _FRAME) // _HOP
    shape = np.sqrt(np.hanning(_FRAME + 1)[:-1]).astype(np.float32)
    hz = np.fft.rfftfreq(_FRAME, 1 / RATE_HZ)
    high_hz = min(HIGH_HZ, top_hz)
    bands = [(hz >= LOW_HZ) & (hz < min(MIDDLE_HZ, high_hz)), (hz >= LOW_HZ) & (hz < high_hz)]
    made = [np.zeros(len(padded), np.float32) for _band in bands]
    for first in range(0, frames, _AT_ONCE):
        count = min(_AT_ONCE, frames - first)
        piece = padded[first * _HOP : (first + count - 1) * _HOP + _FRAME]
        view = np.lib.stride_tricks.sliding_window_view(piece, _FRAME)[::_HOP][:count]
        spectrum = np.fft.rfft(view * shape, axis=1)
        size = np.abs(spectrum)
        floor = np.maximum(_FLOOR * _FRAME, 1e-3 * size.max(axis=1, keepdims=True))
        flat = spectrum / np.maximum(size, floor) ** _STRENGTH
        flat[size.max(axis=1) < _FLOOR * _FRAME] = 0
        for band, out in zip(bands, made, strict=True):
            _add_over(out, _levelled(np.fft.irfft(flat * band, _FRAME, axis=1)) * shape, first)
    kept = slice(_FRAME, _FRAME + length)
    low, full = (out[kept] * live for out in made)
    sounding = live & (_smooth(np.abs(full)) > 1e-3)
    return White(low=low.astype(np.float32), full=full.astype(np.float32), live=sounding & heard.present)


def _levelled(frames: NDArray[np.float32] | NDArray[np.float64]) -> NDArray[np.float64]:
    size = np.sqrt(np.mean(np.square(frames), axis=1, keepdims=True))
    levelled: NDArray[np.float64] = np.divide(frames, size, out=np.zeros(frames.shape), where=size > 1e-9)
    return levelled


def _add_over(out: Floats, frames: NDArray[np.float64], first: int) -> None:
    for number, frame in enumerate(frames):
        start = (first + number) * _HOP
        out[start : start + _FRAME] += frame


def _smooth(values: Floats, span: int = 1_200) -> Floats:
    total = np.cumsum(np.pad(values, (span // 2 + 1, span - span // 2 - 1)), dtype=np.float64)
    told: Floats = ((total[span:] - total[:-span])[: len(values)] / span).astype(np.float32)
    return told
