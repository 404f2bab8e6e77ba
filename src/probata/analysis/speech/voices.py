"""Which stretches of speech may be different voices: told apart by pitch alone, and never whose voice it is.

Nothing is computed by which a voice could be known again elsewhere: one number a segment, its median pitch, serves to
put the segments of one file into groups S1, S2 and so on, and means nothing outside it. One person who shouts may be
two groups, two people of like pitch one; where pitches do not stand clearly apart, nobody is told apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy import fft  # by name: some versions load it at first use, which a jail would refuse
from numpy.typing import NDArray

NOTE = "groups of like pitch within this file, by a machine; one person may be in two, two people in one"
_LOWEST_HZ, _HIGHEST_HZ = 70.0, 400.0
_FRAME_S, _HOP_S = 0.04, 0.02
_VOICED = 0.6  # of a frame's power that comes back after one period
_QUIET = 0.1  # of the loudest frame: below, pitch is that of the room
_LEAST_FRAMES = 12
_APART_SEMITONES = 7.0  # one speaker in one recording spans up to five, a man's and a woman's voice are nine apart
_MOST_FRAMES = 1500


def pitch_of(samples: NDArray[np.float32], rate_hz: int) -> float | None:
    """The median pitch of a segment in semitones above 1 Hz; None where too little of it is voiced.

    Frame by frame the first peak of the autocorrelation, divided by that of the window (Boersma 1993).
    """
    size, hop = round(_FRAME_S * rate_hz), round(_HOP_S * rate_hz)
    if len(samples) < size:
        return None
    frames = np.lib.stride_tricks.sliding_window_view(samples, size)[::hop][:_MOST_FRAMES]
    power = np.square(frames).mean(axis=1)
    loud = frames[power > np.square(_QUIET) * power.max()] if power.max() > 0 else frames[:0]
    if len(loud) < _LEAST_FRAMES:
        return None
    window = np.hanning(size).astype(np.float32)
    own = _autocorrelation((loud - loud.mean(axis=1, keepdims=True)) * window)
    wanted = _autocorrelation(window[None])
    shortest, longest = int(rate_hz / _HIGHEST_HZ), int(rate_hz / _LOWEST_HZ)
    ratio = own[:, shortest:longest] / np.maximum(own[:, :1], 1e-12) / np.maximum(wanted[:, shortest:longest], 1e-6)
    best = ratio.max(axis=1)
    voiced = best > _VOICED
    if voiced.sum() < _LEAST_FRAMES:
        return None
    # The shortest lag that is nearly as good as the best: twice the period comes back as well.
    lags = shortest + (ratio >= 0.9 * best[:, None]).argmax(axis=1)[voiced]
    return float(np.median(12 * np.log2(rate_hz / lags)))


def told_apart(pitches: Sequence[float | None]) -> list[str]:
    """S1, S2 and so on for segments by their pitch, in order of appearance; empty for all where none stand apart."""
    known = sorted(one for one in pitches if one is not None)
    edges = [(lower + higher) / 2 for lower, higher in pairwise(known) if higher - lower >= _APART_SEMITONES]
    if not edges:
        return [""] * len(pitches)
    groups = [None if one is None else sum(one > edge for edge in edges) for one in pitches]
    order = list(dict.fromkeys(group for group in groups if group is not None))
    return ["" if group is None else f"S{order.index(group) + 1}" for group in groups]


def _autocorrelation(frames: NDArray[np.float32]) -> NDArray[np.float64]:
    size = frames.shape[1]
    spectrum = fft.rfft(frames, n=2 * size, axis=1)
    lagged = fft.irfft(np.square(np.abs(spectrum)), axis=1)[:, :size]
    return np.asarray(lagged / np.maximum(lagged[:, :1], 1e-12) if len(frames) == 1 else lagged, dtype=np.float64)
