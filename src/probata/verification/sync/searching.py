"""Where windows of one recording are heard in another: peaks of correlation, and the lines of time they agree on."""

from __future__ import annotations

import numpy as np
import numpy.fft
from attrs import frozen
from numpy.typing import NDArray

from probata.verification.sync.heard import RATE_HZ, Floats
from probata.verification.sync.whitening import White

MOST_DRIFT_PPM = 250.0
LEAST_WINDOWS, MOST_WINDOWS = 16, 40
_SHORT_S = 120.0
LEAST_Z = 5.5
_MOST_PEAKS = 6
_APART = 72  # samples between two peaks of one window: 3 ms
_BIN = 48
"""Samples of a bin in which only the highest peak of a window is kept: 2 ms."""
_NEAR_S = 0.0015
_LEAST_LIVE = 0.35
_MOST_LINES = 6
_CAP_Z = 40.0
_LEAST_SUPPORT = 3

Doubles = NDArray[np.float64]


@frozen(kw_only=True, eq=False)
class Vote:
    """Window `window` of A, centred on `centre_s` of A's sound, is like B's sound `lag_s` later, `z` times as noise."""

    window: int
    centre_s: float
    lag_s: float
    z: float


@frozen(kw_only=True)
class Line:
    """A line of time that windows agree on: `lag_s` at `at_s` of A's sound, changing by `slope` seconds a second.

    `support` of the `possible` windows, whose counterpart B holds, are on it; `strength` is the mean of their peaks
    over all possible ones.
    """

    at_s: float
    lag_s: float
    slope: float
    support: int
    possible: int
    strength: float

    def lag_at(self, seconds: float) -> float:
        """The lag at this moment of A's sound."""
        return self.lag_s + self.slope * (seconds - self.at_s)


@frozen(kw_only=True, eq=False)
class Search:
    """All that windows of A found in B: their votes, and the highest peak of each bin of lags for each of them."""

    window_s: float
    centres_s: Doubles
    votes: tuple[Vote, ...]
    profiles: NDArray[np.float16]
    first_lag_s: float
    b_live: Doubles

    def possible(self, lag_s: float, slope: float, at_s: float) -> NDArray[np.bool_]:
        """For which windows B has sound where this line leads."""
        centres = self.centres_s + lag_s + slope * (self.centres_s - at_s)
        place = np.floor(centres / _LIVE_S).astype(np.int64)
        inside = (place >= 0) & (place < len(self.b_live))
        told: NDArray[np.bool_] = inside & (self.b_live[np.clip(place, 0, max(0, len(self.b_live) - 1))] > _LEAST_LIVE)
        return told


_LIVE_S = 0.25


def search(a: White, b: White) -> Search:
    """Correlate windows of A with all of B: 40 at most, and fewer in what is longer than two minutes."""
    seconds = len(a.live) / RATE_HZ
    window_s = float(np.clip(seconds / 6, 0.25, 4.0))
    size = round(window_s * RATE_HZ)
    most = int(np.clip(MOST_WINDOWS * _SHORT_S * RATE_HZ / max(1, len(b.live)), LEAST_WINDOWS, MOST_WINDOWS))
    starts = _starts(a, size, most)
    votes: list[Vote] = []
    profiles = np.zeros((len(starts), (len(a.live) + len(b.live) + 2 * size) // _BIN + 2), np.float16)
    for mine, theirs in ((a.low, b.low), (a.full, b.full)):
        fresh = np.zeros_like(profiles)
        votes += _scan(mine, theirs, starts, size, fresh)
        np.maximum(profiles, fresh, out=profiles)
    bins = len(b.live) // round(_LIVE_S * RATE_HZ) + 1
    live = np.zeros(bins * round(_LIVE_S * RATE_HZ), np.float32)
    live[: len(b.live)] = b.live
    return Search(
        window_s=window_s,
        centres_s=(np.array(starts, np.float64) + size / 2) / RATE_HZ,
        votes=tuple(votes),
        profiles=profiles,
        first_lag_s=-(len(a.live) + size) / RATE_HZ,
        b_live=live.reshape(bins, -1).mean(axis=1).astype(np.float64),
    )


def _starts(a: White, size: int, most: int) -> list[int]:
    """Where windows begin that hold sound enough; evenly over the recording."""
    heard = np.concatenate([[0], np.cumsum(a.live)])
    every = [
        start
        for start in range(0, max(1, len(a.live) - size + 1), size // 2)
        if start + size <= len(a.live) and heard[start + size] - heard[start] > _LEAST_LIVE * size
    ]
    if len(every) <= most:
        return every
    return [every[round(place)] for place in np.linspace(0, len(every) - 1, most)]


def _scan(mine: Floats, theirs: Floats, starts: list[int], size: int, profiles: NDArray[np.float16]) -> list[Vote]:
    """The peaks of each window's correlation with all of B, in units of what noise gives; raises profiles to them.

    By overlap and save (Stockham 1966): B is transformed piece by piece, once for all windows, so that an hour needs no
    more room than its profiles.
    """
    length = 1 << max(15, int(np.ceil(np.log2(4 * size))))
    step = length - size
    padded = np.pad(theirs, (size, size))
    count = len(padded) - size + 1
    spectra = [np.conj(np.fft.rfft(mine[start : start + size], length)) for start in starts]
    loudness = float(np.sqrt(np.mean(np.square(theirs, dtype=np.float64)))) if len(theirs) else 0.0
    # Noise of unit size gives sums of this size; where a band is narrow they swing further, as the spread shows.
    expected = [max(loudness * float(np.linalg.norm(mine[start : start + size])), 1e-9) for start in starts]
    peaks: list[list[tuple[float, float]]] = [[] for _start in starts]
    spread: list[list[Floats]] = [[] for _start in starts]
    for first in range(0, count, step):
        there = np.fft.rfft(padded[first : first + length], length)
        for number, (start, spectrum) in enumerate(zip(starts, spectra, strict=True)):
            sums = np.fft.irfft(there * spectrum, length)[: min(step, count - first)]
            lags: Floats = (sums / expected[number]).astype(np.float32)
            spread[number].append(np.abs(lags[:: max(1, count // 100_000)]))
            peaks[number] += [(first + place, z) for place, z in _peaks(lags)]
            # Lag -size - start is index 0; the axis of all windows begins at -len(a) - size.
            _raise(profiles[number], np.abs(lags), first + len(mine) - start)
    votes: list[Vote] = []
    for number, start in enumerate(starts):
        wider = max(1.0, 1.4826 * float(np.median(np.concatenate(spread[number])))) if spread[number] else 1.0
        profiles[number] /= np.float16(min(wider, 1_000.0))
        centre_s = (start + size / 2) / RATE_HZ
        for place, z in _highest(peaks[number]):
            if z / wider >= LEAST_Z:
                lag_s = (place - size - start) / RATE_HZ
                votes.append(Vote(window=number, centre_s=centre_s, lag_s=lag_s, z=z / wider))
    return votes


def _peaks(lags: Floats) -> list[tuple[float, float]]:
    """The highest places of a piece, 3 ms apart at least, and how high they are."""
    told: list[tuple[float, float]] = []
    left = np.abs(lags)
    for _peak in range(_MOST_PEAKS):
        at = int(np.argmax(left))
        if left[at] < LEAST_Z:
            break
        told.append((at + _between(lags, at), float(left[at])))
        left[max(0, at - _APART) : at + _APART] = 0
    return told


def _highest(peaks: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Of the peaks of all pieces the highest, each once where two pieces meet."""
    told: list[tuple[float, float]] = []
    for place, z in sorted(peaks, key=lambda one: -one[1]):
        if len(told) == _MOST_PEAKS:
            break
        if all(abs(place - other) >= _APART for other, _z in told):
            told.append((place, z))
    return told


def _raise(profile: NDArray[np.float16], heights: Floats, offset: int) -> None:
    """Raise each bin of the profile to the highest of the heights that fall in it; the first falls at `offset`."""
    filled = np.pad(heights, (offset % _BIN, -(len(heights) + offset % _BIN) % _BIN))
    binned = np.minimum(filled.reshape(-1, _BIN).max(axis=1), 1_000).astype(np.float16)
    part = profile[offset // _BIN : offset // _BIN + len(binned)]
    np.maximum(part, binned[: len(part)], out=part)


def _between(values: Floats, at: int) -> float:
    """How far between samples the peak lies, by a parabola."""
    if not 0 < at < len(values) - 1:
        return 0.0
    before, here, after = (abs(float(values[at + shift])) for shift in (-1, 0, 1))
    bend = before - 2 * here + after
    return 0.0 if bend >= 0 else float(np.clip(0.5 * (before - after) / bend, -0.5, 0.5))


def lines(found: Search) -> list[Line]:
    """The lines that enough windows agree on, the strongest first; no two within 3 ms of each other."""
    if not found.votes:
        return []
    window = np.array([vote.window for vote in found.votes])
    centre = np.array([vote.centre_s for vote in found.votes])
    lag = np.array([vote.lag_s for vote in found.votes])
    weight = np.minimum([vote.z for vote in found.votes], _CAP_Z)
    told: list[Line] = []
    left = np.ones(len(lag), np.bool_)
    while left.any() and len(told) < _MOST_LINES:
        line = _best(window, centre, lag, weight * left, found)
        if line is None:
            break
        told.append(line)
        predicted = line.lag_s + line.slope * (centre - line.at_s)
        left &= np.abs(lag - predicted) > 2 * _NEAR_S
    return sorted(told, key=lambda line: line.strength, reverse=True)


def _best(window: NDArray[np.int64], centre: Doubles, lag: Doubles, weight: Doubles, found: Search) -> Line | None:
    span = max(1e-6, float(np.ptp(centre)))
    most = MOST_DRIFT_PPM * 1e-6
    slopes = np.linspace(-most, most, 2 * int(np.ceil(most * span / _NEAR_S)) + 1)
    best, chosen = 0.0, (0, 0.0)
    seeds = np.argsort(weight)[::-1][:60]
    for slope in slopes:
        level = lag - slope * centre
        for seed in seeds[weight[seeds] > 0]:
            near = np.abs(level - level[seed]) <= _NEAR_S
            each = np.zeros(len(found.centres_s))
            np.maximum.at(each, window[near], weight[near])
            # A flat line wins over a steep one that gathers no more.
            total = float(each.sum()) * (1 - 1e-3 * abs(slope) / most)
            if total > best:
                best, chosen = total, (int(seed), float(slope))
    if best == 0.0:
        return None
    seed, slope = chosen
    near = (np.abs(lag - slope * centre - (lag[seed] - slope * centre[seed])) <= _NEAR_S) & (weight > 0)
    each = np.zeros(len(found.centres_s))
    np.maximum.at(each, window[near], weight[near])
    at_s = float(np.average(centre[near], weights=weight[near]))
    lag_s = float(np.average(lag[near] - slope * (centre[near] - at_s), weights=weight[near]))
    support = int((each > 0).sum())
    possible = max(support, int(found.possible(lag_s, slope, at_s).sum()))
    if support < min(_LEAST_SUPPORT, len(each)):
        return None
    return Line(
        at_s=at_s, lag_s=lag_s, slope=slope, support=support, possible=possible, strength=float(each.sum()) / possible
    )


def rivals(found: Search, line: Line, *, least_share: float) -> list[Line]:
    """Other lags at which B is nearly as like A as on this line, at the same drift: what repeats itself gives them."""
    if not len(found.profiles):
        return []
    rows, bins = found.profiles.shape
    total, count = np.zeros(bins, np.float32), np.zeros(bins, np.float32)
    lags = found.first_lag_s + (np.arange(bins) + 0.5) * _BIN / RATE_HZ
    for row in range(rows):
        centre_s = found.centres_s[row]
        shift = round(line.slope * (centre_s - line.at_s) * RATE_HZ / _BIN)
        profile = np.minimum(found.profiles[row].astype(np.float32), _CAP_Z)
        place = np.floor((centre_s + lags) / _LIVE_S).astype(np.int64)
        inside = (place >= 0) & (place < len(found.b_live))
        inside &= found.b_live[np.clip(place, 0, len(found.b_live) - 1)] > _LEAST_LIVE
        wide = np.maximum(profile, np.maximum(np.roll(profile, 1), np.roll(profile, -1)))
        total += inside * np.roll(wide, -shift)
        count += inside
    enough = count >= max(2, 0.3 * line.possible)
    mean = np.where(enough, total / np.maximum(count, 1), 0)
    here = np.abs(lags - line.lag_s) < 0.006
    own = max(float(mean[here].max(initial=0.0)), min(line.strength, _CAP_Z))
    mean[here] = 0
    told: list[Line] = []
    while len(told) < 2 * _MOST_LINES:
        at = int(np.argmax(mean))
        if mean[at] < max(LEAST_Z, least_share * own):
            break
        told.append(
            Line(
                at_s=line.at_s,
                lag_s=float(lags[at]),
                slope=line.slope,
                support=int(count[at]),
                possible=int(count[at]),
                strength=float(mean[at]),
            )
        )
        mean[np.abs(lags - lags[at]) < 0.006] = 0
    return told
