"""Finds sounds that begin suddenly, and how long each lasts, so that they can be weighed apart from all other sound."""

from __future__ import annotations

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from probata.analysis.shots import onsets
from probata.verification.sync.heard import RATE_HZ, Floats, Heard, Truths

LEAST_RISE_DB = 12.0
IN_A_TAIL_DB = 5.0
"""So little must a bang rise that begins while another fades, if it is nearly as loud as that."""
_TAIL, _TAIL_DROP_DB = 500, 8.0  # frames: one second
_LEAST_ABOVE_DB = 9.0  # over the middle level of the whole second before
_MOST_S = 2.0
_BEFORE_S, _LEAST_S = 0.010, 0.060
_DROP_DB = 25.0  # an impulse so far below the loudest of the recording is left among all other sound
_ECHO_S = 0.09
_EDGE = 480  # samples: 20 ms
MOST = 120
_PIECE = 60 * RATE_HZ
_MARGIN = 2 * onsets.HOP * 64


@frozen(kw_only=True)
class Bang:
    """A sound that begins suddenly: when, in the recording's own time, how far that may be wrong, how loud it is."""

    at_s: float
    error_s: float
    level_db: float


@frozen(kw_only=True, eq=False)
class Parted:
    """A recording parted in its sudden sounds, and in all that is left: `live` is False where a bang was left out."""

    bangs: tuple[Bang, ...]
    live: Truths
    left_out_s: float


def part(heard: Heard) -> Parted:
    """All sudden sounds of a recording, and where the rest of it can be heard.

    A bang is left out until the sound has come back to what was before it, and half as long again: its fading echo
    would tell the same arrival a second time.
    """
    level = _levels(heard.samples)
    live = heard.present.copy()
    found: list[Bang] = []
    if len(level):
        quiet = _smoothed(level[:, -1])
        for frame in _sudden(heard, level):
            place = frame * onsets.HOP + onsets.WINDOW // 2
            onset = onsets.exact(heard.samples, place)
            end = _end(quiet, frame, _before(level, frame))
            start = max(0, onset.sample - round(_BEFORE_S * RATE_HZ))
            live[start : end * onsets.HOP] = False
            peak = float(level[frame : frame + 5, -1].max())
            found.append(Bang(at_s=heard.at(onset.sample), error_s=onset.error / RATE_HZ, level_db=peak))
    bangs = _loudest(_without_echoes(found))
    left_out_s = float((heard.present & ~live).sum()) / RATE_HZ
    return Parted(bangs=tuple(bangs), live=live, left_out_s=left_out_s)


def _sudden(heard: Heard, level: Floats) -> list[int]:
    """The frames at which bangs begin: out of what was before, or out of what still fades of another bang."""
    every = onsets.candidates(level, IN_A_TAIL_DB)
    rise = onsets.rises(level)
    loudest = float(level[every, -1].max(initial=-200.0))
    told: list[int] = []
    last: tuple[int, float] | None = None
    for frame in map(int, every):
        peak = float(level[frame : frame + 5, -1].max())
        if peak < loudest - _DROP_DB or _at_an_edge(heard, frame * onsets.HOP + onsets.WINDOW // 2):
            continue
        plain = rise[frame] >= LEAST_RISE_DB and peak - _before(level, frame) >= _LEAST_ABOVE_DB
        in_a_tail = last is not None and frame - last[0] < _TAIL and peak > last[1] - _TAIL_DROP_DB
        if plain or in_a_tail:
            told.append(frame)
            last = frame, peak
    return told


def _before(level: Floats, frame: int) -> float:
    """How loud it was in the half second before: the middle level."""
    return float(np.median(level[max(0, frame - 250) : max(1, frame - 4), -1]))


def _at_an_edge(heard: Heard, place: int) -> bool:
    """Whether sound begins or ends here in the file alone: such a step is nothing that sounded."""
    near = heard.present[max(0, place - _EDGE) : place + _EDGE]
    return place + _EDGE > len(heard.present) or not bool(near.all())


def _levels(samples: Floats) -> Floats:
    # By the minute, so that an hour does not need its spectra all at once.
    padded = np.pad(samples, (0, onsets.WINDOW))
    pieces = [
        onsets.levels(padded[start : start + _PIECE + onsets.WINDOW - onsets.HOP])[: _PIECE // onsets.HOP]
        for start in range(0, max(1, len(samples)), _PIECE)
    ]
    return np.concatenate(pieces)


def _smoothed(level: Floats, span: int = 25) -> NDArray[np.float64]:
    power = 10 ** (level.astype(np.float64) / 10)
    total = np.cumsum(np.pad(power, (1, span)))
    return 10 * np.log10((total[span:] - total[:-span])[: len(level)] / span + 1e-10)


def _end(quiet: NDArray[np.float64], frame: int, before_db: float) -> int:
    """The frame from which on the bang and its echo are over."""
    most = round(_MOST_S * RATE_HZ / onsets.HOP)
    ahead = quiet[frame + round(_LEAST_S * RATE_HZ / onsets.HOP) : frame + most]
    over = np.flatnonzero(ahead < before_db + 3.0)
    lasts = round(_LEAST_S * RATE_HZ / onsets.HOP) + (int(over[0]) if len(over) else len(ahead))
    return frame + min(round(1.5 * lasts) + 20, most)


def _without_echoes(bangs: list[Bang]) -> list[Bang]:
    """Those that are no weaker repetition soon after a louder one: an echo is another way of the same sound."""
    kept: list[Bang] = []
    for bang in sorted(bangs, key=lambda one: one.at_s):
        if kept and bang.at_s - kept[-1].at_s < _ECHO_S and bang.level_db < kept[-1].level_db + 3.0:
            continue
        kept.append(bang)
    return kept


def _loudest(bangs: list[Bang]) -> list[Bang]:
    kept = sorted(bangs, key=lambda one: one.level_db, reverse=True)[:MOST]
    return sorted(kept, key=lambda one: one.at_s)
