"""One clock for all recordings: least squares over the pairs, loops that do not close, and which seconds overlap."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, pairwise
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from probata.verification.sync.fitting import DRIFT_PRIOR_PPM
from probata.verification.sync.heard import Heard
from probata.verification.sync.pairs import Offset, Pair

_LOOSE_S = 1e-3
"""A loop that closes within a millisecond beside its errors closes."""


@frozen(kw_only=True)
class Clock:
    """Recording `name` on the clock of `of`: moment T there is T + `offset_s` + `slope` T here; errors of 95 in 100.

    `from_s` and `to_s` are its whole extent on that clock.
    """

    name: str
    of: str
    offset_s: float
    error_s: float
    slope: float
    slope_error: float
    from_s: float
    to_s: float

    def as_json(self) -> dict[str, Any]:
        """The clock in seconds and parts in a million."""
        return {
            "name": self.name,
            "clock_of": self.of,
            "offset_s": round(self.offset_s, 6),
            "offset_error_s": round(self.error_s, 6),
            "drift_ppm": round(self.slope * 1e6, 2),
            "drift_error_ppm": round(self.slope_error * 1e6, 2),
            "from_s": round(self.from_s, 4),
            "to_s": round(self.to_s, 4),
        }


@frozen(kw_only=True)
class Loop:
    """Three recordings: going round, one should come back to where one began; by how much one does not."""

    of: tuple[str, str, str]
    misses_s: float
    error_s: float

    @property
    def closes(self) -> bool:
        """Whether what is missing lies within the errors of its pairs."""
        return abs(self.misses_s) <= self.error_s + _LOOSE_S

    def as_json(self) -> dict[str, Any]:
        """The loop in milliseconds."""
        return {
            "of": list(self.of),
            "misses_ms": round(self.misses_s * 1e3, 3),
            "error_ms": round(self.error_s * 1e3, 3),
            "closes": self.closes,
        }


@frozen(kw_only=True)
class Stretch:
    """Seconds on the clock of `of` in which just these recordings run."""

    of: str
    from_s: float
    to_s: float
    names: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """The stretch in seconds, to a tenth of a millisecond."""
        return {
            "clock_of": self.of,
            "from_s": round(self.from_s, 4),
            "to_s": round(self.to_s, 4),
            "recordings": list(self.names),
        }


@frozen(kw_only=True)
class Whole:
    """All recordings on as few clocks as the pairs allow; `residuals` is what the whole leaves of each, in seconds.

    Recordings that no pair connects keep clocks of their own: `parts` says which belong together.
    """

    clocks: tuple[Clock, ...]
    parts: tuple[tuple[str, ...], ...]
    loops: tuple[Loop, ...]
    residuals: tuple[tuple[str, str, float], ...]
    stretches: tuple[Stretch, ...]

    @property
    def consistent(self) -> bool:
        """Whether every loop closes."""
        return all(one.closes for one in self.loops)

    def as_json(self) -> dict[str, Any]:
        """The whole as the `sync` contract has it."""
        return {
            "clocks": [one.as_json() for one in self.clocks],
            "parts": [list(one) for one in self.parts],
            "consistent": self.consistent,
            "loops": [one.as_json() for one in self.loops],
            "residuals": [{"a": a, "b": b, "residual_ms": round(rest * 1e3, 4)} for a, b, rest in self.residuals],
        }


def whole(recordings: Sequence[Heard], pairs: Sequence[Pair]) -> Whole:
    """The clocks that fit all pairs best, each pair weighed by its error; drifts first, then offsets.

    The first recording of each part keeps its own time: its offset and drift are 0. Clocks between which no drift is
    known are taken to differ by 0 ± 100 ppm (one standard deviation).
    """
    found = [(pair.a, pair.b, pair.offset) for pair in pairs if pair.offset is not None]
    parts = _parts([one.name for one in recordings], found)
    clocks: list[Clock] = []
    residuals: list[tuple[str, str, float]] = []
    stretches: list[Stretch] = []
    for part in parts:
        inside = [one for one in found if one[0] in part]
        members = [one for one in recordings if one.name in part]
        solved = _solved(members, inside)
        clocks += solved
        by_name = {one.name: one for one in solved}
        residuals += [(a, b, _rest(by_name[a], by_name[b], offset)) for a, b, offset in inside]
        stretches += _stretches(solved)
    return Whole(
        clocks=tuple(clocks),
        parts=tuple(parts),
        loops=tuple(_loops(found)),
        residuals=tuple(residuals),
        stretches=tuple(stretches),
    )


Found = tuple[str, str, Offset]


def _parts(names: Sequence[str], found: Sequence[Found]) -> list[tuple[str, ...]]:
    part = {name: {name} for name in names}
    for a, b, _offset in found:
        together = part[a] | part[b]
        for name in together:
            part[name] = together
    told: list[tuple[str, ...]] = []
    for name in names:
        members = tuple(one for one in names if one in part[name])
        if members not in told:
            told.append(members)
    return told


def _solved(members: Sequence[Heard], found: Sequence[Found]) -> list[Clock]:
    place = {one.name: number - 1 for number, one in enumerate(members)}  # the first is fixed
    count = len(members) - 1
    if not count:
        return [_clock(members[0], members[0].name, (0.0, 0.0), (0.0, 0.0))]
    rows = [(place[a], place[b], one.slope, max(one.slope_error / 2, 1e-7)) for a, b, one in found]
    slopes, slope_sds = _least_squares(rows, count, prior=1e-6 * DRIFT_PRIOR_PPM)
    slopes, slope_sds = np.append(slopes, 0.0), np.append(slope_sds, 0.0)  # so that place -1 is the fixed one
    offsets = np.zeros(count + 1)
    sds = np.zeros(count + 1)
    # The moment at which a pair was measured, on the clock of the whole, hangs on the offsets: three rounds settle.
    for _round in range(3):
        rows = []
        for a, b, pair in found:
            mine, theirs = place[a], place[b]
            common = (pair.at_s - offsets[mine]) / (1 + slopes[mine])
            level = float(pair.offset_s - (slopes[theirs] - slopes[mine]) * common)
            rows.append((mine, theirs, level, max(pair.error_s / 2, 1e-6)))
        some, some_sds = _least_squares(rows, count)
        offsets, sds = np.append(some, 0.0), np.append(some_sds, 0.0)
    told = []
    for one in members:
        at = place[one.name]
        line, errors = (float(offsets[at]), float(slopes[at])), (2 * float(sds[at]), 2 * float(slope_sds[at]))
        told.append(_clock(one, members[0].name, line, errors))
    return told


def _clock(one: Heard, of: str, line: tuple[float, float], errors: tuple[float, float]) -> Clock:
    offset, slope = line
    return Clock(
        name=one.name,
        of=of,
        offset_s=offset,
        error_s=errors[0],
        slope=slope,
        slope_error=errors[1],
        from_s=(float(one.from_s) - offset) / (1 + slope),
        to_s=(float(one.to_s) - offset) / (1 + slope),
    )


Rows = list[tuple[int, int, float, float]]
Columns = NDArray[np.float64]


def _least_squares(rows: Rows, count: int, *, prior: float | None = None) -> tuple[Columns, Columns]:
    """Values whose differences fit the rows `(from, to, difference, sd)`; -1 is the one that is 0. And their sds."""
    normal, right = np.zeros((count, count)), np.zeros(count)
    if prior is not None:
        normal += np.eye(count) / prior**2
    for a, b, value, sd in rows:
        row = np.zeros(count)
        if a >= 0:
            row[a] -= 1
        if b >= 0:
            row[b] += 1
        normal += np.outer(row, row) / sd**2
        right += row * value / sd**2
    inverse = np.linalg.inv(normal)
    return inverse @ right, np.sqrt(np.maximum(np.diag(inverse), 0))


def _rest(a: Clock, b: Clock, one: Offset) -> float:
    common = (one.at_s - a.offset_s) / (1 + a.slope)
    return float(one.at_s + one.offset_s - (common * (1 + b.slope) + b.offset_s))


def _loops(found: Sequence[Found]) -> list[Loop]:
    known = {(a, b): one for a, b, one in found}
    names = sorted({name for a, b, _one in found for name in (a, b)})
    told = []
    for a, b, c in combinations(names, 3):
        if not ((a, b) in known and (b, c) in known and (a, c) in known):
            continue
        ab, bc, ac = known[a, b], known[b, c], known[a, c]
        there = ab.at_s + ab.offset_s
        misses = ab.offset_s + bc.at(there) - ac.at(ab.at_s)
        drifts = bc.slope_error * abs(there - bc.at_s), ac.slope_error * abs(ab.at_s - ac.at_s)
        error = float(np.sqrt(ab.error_s**2 + bc.error_s**2 + ac.error_s**2 + drifts[0] ** 2 + drifts[1] ** 2))
        told.append(Loop(of=(a, b, c), misses_s=misses, error_s=error))
    return told


def _stretches(clocks: Sequence[Clock]) -> list[Stretch]:
    edges = sorted({edge for one in clocks for edge in (one.from_s, one.to_s)})
    told: list[Stretch] = []
    for start, end in pairwise(edges):
        names = tuple(one.name for one in clocks if one.from_s <= start and one.to_s >= end)
        if not names or end - start < 1e-4:
            continue
        if told and told[-1].names == names and told[-1].to_s == start:
            start = told.pop().from_s  # noqa: PLW2901  the stretch before goes on
        told.append(Stretch(of=clocks[0].of, from_s=start, to_s=end, names=names))
    return told
