"""Whether a sound is mostly tones that are held, as music, horns and alarms are, and voices are not."""

from __future__ import annotations

import numpy as np
import numpy.fft
from numpy.typing import NDArray

from probata.verification.sync.heard import RATE_HZ, Floats, Truths

HELD_SHARE = 0.6
"""From so much of the power on, held tones are what the recordings share: no mark of one moment at one place."""
_FRAME, _HOP = 4_096, 2_048
_LOW_HZ, _HIGH_HZ = 200.0, 5_000.0
_AROUND = 24
_STAND_OUT = 12.0  # times the middle of the bins around it
_HELD = 4  # frames: a third of a second
_MOST_FRAMES = 1_500


def held_share(samples: Floats, live: Truths) -> float:
    """The share of the power from 200 Hz to 5 kHz that lies in tones held for a third of a second or longer: 0 to 1."""
    starts = np.arange(0, max(0, len(samples) - _FRAME + 1), _HOP)
    if len(starts) > _MOST_FRAMES:
        first = (len(starts) - _MOST_FRAMES) // 2
        starts = starts[first : first + _MOST_FRAMES]
    if len(starts) < _HELD + 2:
        return 0.0
    hz = np.fft.rfftfreq(_FRAME, 1 / RATE_HZ)
    used = (hz >= _LOW_HZ) & (hz <= _HIGH_HZ)
    shape = np.hanning(_FRAME).astype(np.float32)
    power = np.stack([np.abs(np.fft.rfft(samples[start : start + _FRAME] * shape))[used] ** 2 for start in starts])
    whole = np.array([live[start : start + _FRAME].mean() > 0.9 for start in starts])
    if whole.sum() < _HELD:
        return 0.0
    stands = _stands_out(power) & whole[:, None]
    held = np.zeros_like(stands)
    for start in range(len(stands) - _HELD + 1):
        throughout = stands[start : start + _HELD].all(axis=0)
        held[start : start + _HELD] |= throughout
    wide = held | np.roll(held, 1, axis=1) | np.roll(held, -1, axis=1)
    # Every moment weighs alike: one loud chord is not what the recording is made of.
    total = power.sum(axis=1)
    loud = whole & (total > 1e-3 * float(np.median(total[whole]))) & (total > 0)
    share = (power * wide).sum(axis=1)[loud] / total[loud]
    return float(share.mean()) if loud.any() else 0.0


def _stands_out(power: NDArray[np.float64]) -> NDArray[np.bool_]:
    padded = np.pad(power, ((0, 0), (_AROUND, _AROUND)), mode="edge")
    around = np.stack([padded[:, shift : shift + power.shape[1]] for shift in range(0, 2 * _AROUND + 1, 4)])
    middle = np.median(around, axis=0)
    near = np.maximum(power, np.maximum(np.roll(power, 1, axis=1), np.roll(power, -1, axis=1)))
    told = near > _STAND_OUT * middle
    return np.asarray(told & (near > 0))
