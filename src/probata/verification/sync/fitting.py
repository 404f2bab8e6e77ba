"""The exact line of time between two recordings: where it lies, how it drifts, how far both may be off."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.fft
from attrs import frozen
from numpy.typing import NDArray

from probata.verification.sync.heard import RATE_HZ, Floats
from probata.verification.sync.searching import LEAST_Z, Line
from probata.verification.sync.whitening import White

DRIFT_PRIOR_PPM = 100.0
"""Clocks of recorders are seldom further apart: a standard deviation, which decides only where the sound cannot."""
LEAST_SD_S = 2e-5
"""No window is believed to be placed better than half a sample."""
_MOST_WINDOWS = 60
_REACH = 96  # samples either way in which the rest of a window's lag is looked for: 4 ms
_LEAST_LIVE = 0.3
_ROUNDS = 12

Doubles = NDArray[np.float64]


@frozen(kw_only=True, eq=False)
class Placed:
    """Windows of A, each with the lag at which B is most like it: `z` times what noise gives."""

    centre_s: Doubles
    lag_s: Doubles
    z: Doubles


@frozen(kw_only=True)
class Fit:
    """B's sound lies `lag_s` after A's at `at_s` of A's sound, and drifts by `slope`; errors are of 95 in 100.

    `residual_s` is the root mean square of what the windows that count leave; `used` of `tried` count.
    """

    at_s: float
    lag_s: float
    lag_error_s: float
    slope: float
    slope_error: float
    residual_s: float
    used: int
    tried: int

    def line(self) -> Line:
        """The same without its errors."""
        return Line(
            at_s=self.at_s, lag_s=self.lag_s, slope=self.slope, support=self.used, possible=self.tried, strength=0.0
        )


def fit(a: White, b: White, line: Line, window_s: float) -> Fit | None:
    """Place many windows along this line and fit it anew, twice; None where fewer than three windows hold.

    B is drawn to A's clock by the line that is known, so that a drift does not blur the peak of a long window.
    """
    known, told = line, None
    for _round in range(2):
        placed = place(a, b, known, window_s)
        told = robust(placed)
        if told is None:
            return None
        known = told.line()
    return told


def place(a: White, b: White, line: Line, window_s: float) -> Placed:
    """The exact lag of each window near this line."""
    size = round(window_s * RATE_HZ)
    live = np.concatenate([[0], np.cumsum(a.live)])
    starts = [
        start
        for start in range(0, max(1, len(a.full) - size + 1), max(1, size // 2))
        if start + size <= len(a.full) and live[start + size] - live[start] > _LEAST_LIVE * size
    ]
    if len(starts) > _MOST_WINDOWS:
        starts = [starts[round(one)] for one in np.linspace(0, len(starts) - 1, _MOST_WINDOWS)]
    return _placed(a, b, line, starts, size)


def place_at(a: White, b: White, line: Line, moments_s: Sequence[float], window_s: float) -> Placed:
    """The same for windows that begin at these moments of A's sound, as far as all of them lie in it."""
    size = round(window_s * RATE_HZ)
    starts = [round(one * RATE_HZ) for one in moments_s]
    return _placed(a, b, line, [one for one in starts if 0 <= one <= len(a.full) - size], size)


def _placed(a: White, b: White, line: Line, starts: Sequence[int], size: int) -> Placed:
    rows = []
    for start in starts:
        centre_s = (start + size / 2) / RATE_HZ
        piece = _drawn(b.full, start + line.lag_at(centre_s) * RATE_HZ, size, 1.0 + line.slope)
        if piece is None:
            continue
        shift, z = _shift(a.full[start : start + size], piece, size)
        rows.append((centre_s, line.lag_at(centre_s) + shift / RATE_HZ, z))
    columns = np.array(rows, np.float64).reshape(-1, 3)
    return Placed(centre_s=columns[:, 0], lag_s=columns[:, 1], z=columns[:, 2])


def _drawn(sound: Floats, start: float, size: int, speed: float) -> Floats | None:
    """Samples of B for a window of A and a margin around it, at A's pace; None where most of it lies outside."""
    places = start + size / 2 + (np.arange(-_REACH, size + _REACH) - size / 2) * speed
    if places[-1] < 0 or places[0] >= len(sound) - 1:
        return None
    inside = (places >= 0) & (places < len(sound) - 1)
    if inside.mean() < 0.5:
        return None
    whole = np.clip(np.floor(places).astype(np.int64), 0, len(sound) - 2)
    part = (places - whole).astype(np.float32)
    drawn: Floats = np.where(inside, sound[whole] * (1 - part) + sound[whole + 1] * part, 0).astype(np.float32)
    return drawn


def _shift(window: Floats, piece: Floats, size: int) -> tuple[float, float]:
    """By how many samples the piece lies later than thought, and how many times the noise the peak is."""
    length = 1 << int(np.ceil(np.log2(size + 2 * _REACH)))
    product = np.conj(np.fft.rfft(window, length)) * np.fft.rfft(piece, length)
    lags = np.fft.irfft(product, length)[: 2 * _REACH + 1]
    noise = float(np.sqrt(np.sum(np.square(window, dtype=np.float64)) * np.mean(np.square(piece, dtype=np.float64))))
    if noise < 1e-9:
        return 0.0, 0.0
    at = int(np.argmax(np.abs(lags)))
    around = np.abs(lags[max(0, at - 1) : at + 2])
    between = 0.0
    if len(around) == 3:
        bend = around[0] - 2 * around[1] + around[2]
        between = float(np.clip(0.5 * (around[0] - around[2]) / bend, -0.5, 0.5)) if bend < 0 else 0.0
    return at + between - _REACH, float(np.abs(lags[at])) / noise


def robust(placed: Placed) -> Fit | None:
    """The line that most windows agree on: least squares, weighed anew by the distance of each window (Tukey 1974)."""
    good = placed.z >= LEAST_Z
    if good.sum() < 3:
        return None
    centre, lag, weight = placed.centre_s[good], placed.lag_s[good], np.minimum(placed.z[good], 40.0)
    at_s = float(np.average(centre, weights=weight))
    level, slope = _theil_sen(centre - at_s, lag)
    prior = 1e-6 * DRIFT_PRIOR_PPM
    trust = np.ones(len(centre))
    sd = LEAST_SD_S
    covariance: Doubles = np.eye(2)
    for _round in range(_ROUNDS):
        rest = lag - level - slope * (centre - at_s)
        sd = max(LEAST_SD_S, 1.4826 * float(np.median(np.abs(rest[trust > 0] if (trust > 0).any() else rest))))
        far = np.abs(rest) / (4.685 * sd)
        trust = np.where(far < 1, (1 - np.minimum(far, 1) ** 2) ** 2, 0.0)
        weights = trust / sd**2
        columns = np.stack([np.ones(len(centre)), centre - at_s], axis=1)
        normal = columns.T @ (columns * weights[:, None]) + np.diag([1e-12, 1 / prior**2])
        covariance = np.asarray(np.linalg.inv(normal), np.float64)
        level, slope = covariance @ (columns.T @ (weights * lag))
    used = trust > 0.1
    if used.sum() < 3:
        return None
    rest = (lag - level - slope * (centre - at_s))[used]
    # Windows overlap by half: about half of them are independent. Few of them are less sure than their spread says.
    wider = np.sqrt(2.0) * (2.0 + 6.0 / used.sum())
    return Fit(
        at_s=at_s,
        lag_s=float(level),
        lag_error_s=float(wider * np.sqrt(covariance[0, 0])),
        slope=float(slope),
        slope_error=float(min(wider * np.sqrt(covariance[1, 1]), 2 * prior)),
        residual_s=float(np.sqrt(np.mean(rest**2))),
        used=int(used.sum()),
        tried=len(placed.z),
    )


def _theil_sen(x: Doubles, y: Doubles) -> tuple[float, float]:
    one, other = np.triu_indices(len(x), 1)
    apart = x[other] - x[one]
    far = np.abs(apart) > 1e-9
    slope = float(np.median((y[other] - y[one])[far] / apart[far])) if far.any() else 0.0
    slope = float(np.clip(slope, -4e-4, 4e-4))
    return float(np.median(y - slope * x)), slope
