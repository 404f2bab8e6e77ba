"""What each frame of sound is good for, decided before anything is compared: silence, tones and hiss prove nothing.

Most wrong matches of fingerprints come from digital silence, faint room hiss, steady tones and shared music. The
first three are left out by what they are, each by a stated measure; music is compared, and a match in it called weak.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from probata.copies.sound.spectra import BANDS, FRAMES_A_SECOND, Floats, Spectra, steady_variance

SILENT_DB = -66.0
# Times the variance that steady Gaussian noise would have. Noise itself comes to 1.2 ± 0.1, speech to 10 and more.
STEADIEST = 1.45
TONAL_SHARE = 0.97
MUSICAL = 1.5
AROUND = FRAMES_A_SECOND * 6 // 10  # frames to either side: windows of 1.2 s
MUSIC_AROUND = FRAMES_A_SECOND * 12 // 10  # 2.4 s
USUAL_AROUND = FRAMES_A_SECOND * 6  # 12 s
REACH = MUSIC_AROUND + USUAL_AROUND  # frames on either side that decide what a frame is
_NEIGHBOURS = 10  # bins of 6.25 Hz to either side, for what stands out of its surroundings
_STANDS_OUT_DB = 3.0
_MOST_USUAL_DB = 6.0
_RIDGES = 5
_REACHING_OUT = 2


class Kind(IntEnum):
    """What a frame of sound is."""

    SOUND = 0
    MUSIC = 1
    SILENCE = 2
    TONE = 3
    HISS = 4
    NARROW = 5


USABLE = (Kind.SOUND, Kind.MUSIC)
WHY_UNUSABLE = {
    Kind.SILENCE: "silence",
    Kind.TONE: "a steady tone",
    Kind.HISS: "steady noise",
    Kind.NARROW: "sampled too slowly to compare",
}


def kinds(spectra: Spectra) -> NDArray[np.uint8]:
    """The kind of each frame, from the 1.2 s around it (music: 2.4 s)."""
    found = np.full(len(spectra), Kind.SOUND, dtype=np.uint8)
    found[_musical(spectra.fine, spectra.level_db)] = Kind.MUSIC
    bands = _without_ends(spectra.bands)
    steady = _mean_around(_change(bands), AROUND)
    live = (_variance_around(bands, AROUND) / steady_variance()).mean(axis=1)
    share = _tonal_share(np.exp(bands))
    # White noise changes from frame to frame as chance has it; a steady chord hardly at all.
    found[live < STEADIEST] = Kind.HISS
    found[(live < STEADIEST) & (steady < 0.25)] = Kind.TONE
    found[share > TONAL_SHARE] = Kind.TONE
    found[spectra.level_db < SILENT_DB] = Kind.SILENCE
    return found


def _without_ends(bands: Floats) -> Floats:
    """The same, the frames whose windows reach beyond the sound taking the levels of their neighbours."""
    if len(bands) <= 2 * _REACHING_OUT:
        return bands
    inner = bands[_REACHING_OUT:-_REACHING_OUT]
    return np.pad(inner, ((_REACHING_OUT, _REACHING_OUT), (0, 0)), mode="edge")


def _change(bands: Floats) -> Floats:
    """How much the bands change from one frame to the next, 1 being what steady noise does between strangers."""
    step = np.diff(bands, axis=0, prepend=bands[:1])
    mean: Floats = (np.square(step) / (2 * steady_variance())).mean(axis=1, dtype=np.float32)
    return mean


def _tonal_share(power: Floats) -> Floats:
    """Which share of the power around a frame lies in the best three neighbouring bands."""
    around = _mean_around(power, AROUND)
    three = around[:, :-2] + around[:, 1:-1] + around[:, 2:]
    share: Floats = three.max(axis=1) / np.maximum(around.sum(axis=1), np.float32(BANDS * 1e-11))
    return share


def _musical(fine: Floats, level_db: Floats) -> NDArray[np.bool_]:
    """Whether ridges of constant pitch stand in the 2.4 s around a frame (after Seyerlehner and others, DAFx 2007).

    Speech glides; notes stay. For each bin the share of time in which it stands out is taken, and the five bins that
    rise highest over their surroundings are added up. A room's echo and a small speaker raise some bins by a few
    decibels all the time: what a bin does in the 12 s around is taken away, up to 6 dB.
    """
    contrast = fine - _mean_around(fine.T, _NEIGHBOURS).T
    usual = np.clip(_mean_around(contrast, USUAL_AROUND), 0, _MOST_USUAL_DB)
    standing = (contrast > usual + _STANDS_OUT_DB) & (level_db > SILENT_DB)[:, None]
    active = _mean_around(standing.astype(np.float32), MUSIC_AROUND)
    ridges = active - _mean_around(active.T, _NEIGHBOURS).T
    highest = np.partition(ridges, -_RIDGES * 2, axis=1)[:, -_RIDGES * 2 :].sum(axis=1)
    return np.asarray(highest / 2 > MUSICAL)


def _mean_around(values: Floats, around: int) -> Floats:
    """The mean over `around` rows to either side, fewer at the ends."""
    count = len(values)
    sums = np.zeros((count + 1, *values.shape[1:]), dtype=np.float64)
    np.cumsum(values, axis=0, dtype=np.float64, out=sums[1:])
    places = np.arange(count)
    first, last = np.maximum(places - around, 0), np.minimum(places + around + 1, count)
    lengths = (last - first).reshape(-1, *([1] * (values.ndim - 1)))
    mean: Floats = ((sums[last] - sums[first]) / lengths).astype(np.float32)
    return mean


def _variance_around(values: Floats, around: int) -> Floats:
    centred = values - values.mean(axis=0, keepdims=True)
    return np.maximum(_mean_around(np.square(centred), around) - np.square(_mean_around(centred, around)), 0)
