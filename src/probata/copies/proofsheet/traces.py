"""What moves and what is heard along a stretch, of both files on one time axis, and how alike they are elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from probata.copies.extract import Views
from probata.copies.proofsheet.laying import COLUMNS, Matrix, on_one_grid
from probata.copies.relations import Segment
from probata.copies.sound.soundprint import SoundPrint

Floats = NDArray[np.float32]
Times = NDArray[np.float64]
MARGIN_S = 1.0
"""So much before and after a stretch is drawn too: there the traces should part, if it ends where it is said to end."""
_MOST_POINTS = 6000
_ASIDE_S, _ASIDE_STEP_S, _MOST_ASIDE_S = 0.6, 0.08, 30.0
_STEP_S = 0.05
_LEAST_POINTS = 12
_LEAST_CELLS = 12
_LEAST_MOVES = 0.5
_MOST_STRAY, _SLOW_PICTURES = 8.0, 25
_APART_CELLS = 5.0


@frozen(kw_only=True, eq=False)
class Trace:
    """Two signals on A's time axis; not a number where a file has nothing.

    `alike` is their correlation inside the stretch, -1 to 1; `wrong` the highest that B's own signal reaches when it is
    shifted against A's by more than 0.6 s, and `wrong_shift_s` by how much. None where nothing changes enough to say.
    """

    seconds: Times
    a: Floats
    b: Floats
    alike: float | None
    wrong: float | None
    wrong_shift_s: float | None

    def as_json(self) -> dict[str, Any]:
        """The trace as plain data, its figures rounded; null where a file has nothing."""
        return {
            "correlation": _rounded(self.alike, 4),
            "strongest_wrong": _rounded(self.wrong, 4),
            "strongest_wrong_shift_s": _rounded(self.wrong_shift_s, 3),
            "a_seconds": [round(float(at), 4) for at in self.seconds],
            "a": [_rounded(value, 2) for value in self.a],
            "b": [_rounded(value, 2) for value in self.b],
        }


@frozen(kw_only=True)
class Course:
    """Which moment of B is which of A along one stretch: `speed` seconds of B in one of A, from `offset_s` on."""

    a_start_s: Fraction
    a_end_s: Fraction
    speed: Fraction
    offset_s: Fraction

    @classmethod
    def of(cls, segment: Segment) -> Course:
        """The line of a stretch whose middles are one moment."""
        middle_a, middle_b = segment.a_start_s + segment.a_end_s, segment.b_start_s + segment.b_end_s
        return cls(
            a_start_s=segment.a_start_s,
            a_end_s=segment.a_end_s,
            speed=segment.speed,
            offset_s=(middle_b - segment.speed * middle_a) / 2,
        )

    def on_b(self, a_s: Fraction) -> Fraction:
        """Which moment of B this moment of A shows."""
        return self.speed * a_s + self.offset_s

    def many_on_b(self, a_s: Times) -> Times:
        """The same of many moments, for drawing."""
        return a_s * float(self.speed) + float(self.offset_s)


@frozen(kw_only=True, eq=False)
class Cells:
    """Both files on the cells of A's grid that both show and nothing covers; B in A's light."""

    a: Views
    b: Views
    on_a: Floats
    on_b: Floats
    places: NDArray[np.intp]

    @classmethod
    def of(
        cls, a: Views, b: Views, matrix: Matrix, covered: NDArray[np.bool_], light: tuple[float, float]
    ) -> Cells | None:
        """The cells under this transform; None where hardly any is left."""
        on_a, on_b, shared = on_one_grid(a.pictures, b.pictures, matrix)
        places = np.flatnonzero(shared & ~covered)
        if len(places) < _LEAST_CELLS:
            return None
        lit = light[0] * on_b[:, places] + np.float32(light[1])
        return cls(a=a, b=b, on_a=on_a[:, places], on_b=lit, places=places)

    def motion(self, course: Course) -> Trace | None:
        """The mean signed change of brightness of all cells from one picture of A to the next, in steps of 255."""
        every = np.arange(len(self.places))
        return _trace(
            course,
            self._moments(course),
            lambda at: _changes(self._of_a(at, every)),
            lambda at: _changes(self._of_b(at, every)),
        )

    def liveliest(self, course: Course, *, most: int = 3) -> list[tuple[int, Trace]]:
        """The brightness of the few cells that move most in both files, apart from each other, with their places.

        They are chosen by how much they move and not by how alike.
        """
        at = self._moments(course)
        if len(at) < _LEAST_POINTS:
            return []
        inside = at[(at >= float(course.a_start_s)) & (at < float(course.a_end_s))]
        every = np.arange(len(self.places))
        of_a, of_b = self._of_a(inside, every), self._of_b(course.many_on_b(inside), every)
        moves = np.minimum(_liveliness(of_a), _liveliness(of_b))
        chosen: list[int] = []
        for cell in np.argsort(-moves, kind="stable"):
            if len(chosen) == most or moves[cell] < _LEAST_MOVES:
                break
            if all(self._apart(cell, other) >= _APART_CELLS for other in chosen):
                chosen.append(int(cell))
        found = []
        for cell in chosen:
            trace = self._level(course, at, cell)
            if trace is not None:
                found.append((int(self.places[cell]), trace))
        return found

    def _level(self, course: Course, at: Times, cell: int) -> Trace | None:
        one = np.array([cell])
        return _trace(course, at, lambda when: self._of_a(when, one)[:, 0], lambda when: self._of_b(when, one)[:, 0])

    def _apart(self, cell: int, other: int) -> float:
        (row, column), (row_2, column_2) = divmod(self.places[cell], COLUMNS), divmod(self.places[other], COLUMNS)
        return float(np.hypot(row - row_2, column - column_2))

    def _moments(self, course: Course) -> Times:
        """When A's pictures are shown, around the stretch; beyond them, steps of a twenty-fifth of a second."""
        start, end = float(course.a_start_s) - MARGIN_S, float(course.a_end_s) + MARGIN_S
        shown = self.a.seconds[(self.a.seconds >= start) & (self.a.seconds < end)]
        before = np.arange(start, float(self.a.seconds[0]), 0.04)
        after = np.arange(max(start, float(self.a.end_s)), end, 0.04)
        at = np.concatenate([before, shown, after])
        return at[:: -(-len(at) // _MOST_POINTS) or 1]

    def _of_a(self, moments: Times, cells: NDArray[np.intp]) -> Floats:
        return _on_screen(self.on_a[:, cells], self.a, moments)

    def _of_b(self, moments: Times, cells: NDArray[np.intp]) -> Floats:
        return _on_screen(self.on_b[:, cells], self.b, moments)


def levels(course: Course, a: SoundPrint, b: SoundPrint) -> Trace | None:
    """How loud both are, in decibels of full scale, in steps of 3 dB, twenty times a second."""
    start, end = float(course.a_start_s) - MARGIN_S, float(course.a_end_s) + MARGIN_S
    at = np.arange(start, end, max(_STEP_S, (end - start) / _MOST_POINTS))
    heard_a, heard_b = _heard(a), _heard(b)
    return _trace(course, at, lambda when: _level_at(*heard_a, when), lambda when: _level_at(*heard_b, when))


def _trace(course: Course, at: Times, of_a: Callable[[Times], Floats], of_b: Callable[[Times], Floats]) -> Trace | None:
    if len(at) < _LEAST_POINTS:
        return None
    on_b = course.many_on_b(at)
    inside = (at >= float(course.a_start_s)) & (at < float(course.a_end_s))
    one, other = of_a(at), of_b(on_b)
    wrong, shift = None, None
    reach = min(_MOST_ASIDE_S, float(course.a_end_s - course.a_start_s) * 0.75 + 2)
    for aside in np.arange(-reach, reach, _ASIDE_STEP_S):
        if abs(aside) > _ASIDE_S:
            found = _correlation(one[inside], of_b(on_b[inside] + aside))
            if found is not None and (wrong is None or found > wrong):
                wrong, shift = found, float(aside)
    alike = _correlation(one[inside], other[inside])
    return Trace(seconds=at, a=one, b=other, alike=alike, wrong=wrong, wrong_shift_s=shift)


def _on_screen(cells: Floats, views: Views, moments: Times) -> Floats:
    places = np.searchsorted(views.seconds, moments + 1e-6, side="right") - 1
    seen = cells[np.clip(places, 0, len(views.pts) - 1)].copy()
    seen[(places < 0) | (moments >= float(views.end_s))] = np.nan
    return seen


def _changes(cells: Floats) -> Floats:
    return np.asarray(np.diff(cells, axis=0, prepend=cells[:1]).mean(axis=1), np.float32)


def _liveliness(cells: Floats) -> Floats:
    """How far each cell strays from its own mean over a second or so, in steps; a cut weighs no more than the rest."""
    known = cells[np.isfinite(cells).all(axis=1)]
    if len(known) < _LEAST_POINTS:
        return np.zeros(cells.shape[1], np.float32)
    half = min(_SLOW_PICTURES, len(known) - 1) // 2
    padded = np.pad(known, ((half, half), (0, 0)), mode="edge")
    sums = np.cumsum(np.vstack([np.zeros((1, known.shape[1])), padded]), axis=0)
    slow = (sums[2 * half + 1 :] - sums[: -2 * half - 1]) / (2 * half + 1)
    strays = np.clip(np.abs(known - slow), 0, _MOST_STRAY)
    return np.asarray(strays.mean(axis=0), np.float32)


def _heard(sound: SoundPrint) -> tuple[Times, Floats, float]:
    """When each frame's centre is heard, how loud it is, and how far apart frames are."""
    frames = len(sound)
    at = np.array([float(sound.heard_at(sound.sample_of(frame))) for frame in range(frames)])
    return at, sound.level_db, _STEP_S


def _level_at(at: Times, level: Floats, step_s: float, moments: Times) -> Floats:
    if not len(at):
        return np.full(len(moments), np.nan, np.float32)
    after = np.clip(np.searchsorted(at, moments), 0, len(at) - 1)
    before = np.maximum(after - 1, 0)
    nearer = np.where(np.abs(at[before] - moments) <= np.abs(at[after] - moments), before, after)
    found = level[nearer].astype(np.float32).copy()
    found[np.abs(at[nearer] - moments) > step_s] = np.nan
    return found


def _correlation(one: Floats, other: Floats) -> float | None:
    both = np.isfinite(one) & np.isfinite(other)
    if both.sum() < max(_LEAST_POINTS, 0.5 * len(one)):
        return None
    a, b = one[both], other[both]
    if a.std() < 1e-3 or b.std() < 1e-3:
        return None
    return float(np.corrcoef(a, b)[0, 1])


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None or not np.isfinite(value) else round(float(value), digits)
