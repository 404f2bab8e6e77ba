"""Lays a stretch of A on B exactly, in space and time at once (after Caspi and Irani, PAMI 2002).

Pictures sampled a second apart are never of quite the same moment: where the camera moves, that motion hides in the
transform of local features, and the transform then pulls the moment after it. Here one affine transform, one offset
and one speed are fitted together to many pictures of the stretch (Gauss-Newton, coarse to fine). Light and contrast
are fitted picture by picture, and what a banner or logo covers loses its vote.
"""

from __future__ import annotations

import numpy as np
from attrs import evolve, frozen
from numpy.typing import NDArray

from probata.copies.extract import Views
from probata.copies.register import Hypothesis
from probata.copies.sampling import Spots, blurred

_PICTURES = 24
_ACROSS, _DOWN = 40, 28
_BLURS = (6, 2, 0)
_ROUNDS = (8, 6, 6)
_SHIFTS_S = (0.0, -0.25, 0.25, -0.5, 0.5)
_LEAST_POINTS = 60
_DAMPING = 1e-3
_MOST_STEP_S = 0.12


@frozen(kw_only=True)
class Course:
    """A straight line of time: at `a_s` seconds of A, `speed * a_s + offset_s` seconds of B are seen."""

    start_s: float
    end_s: float
    speed: float
    offset_s: float


@frozen(kw_only=True, eq=False)
class _Fit:
    """One state of the fit: the transform in parts, the time of B at the middle of the stretch, the speed."""

    matrix: NDArray[np.float64]
    middle_s: float
    speed: float
    off: float


def fitted(hypothesis: Hypothesis, course: Course, a: Views, b: Views) -> tuple[Hypothesis, Course]:
    """The transform and the course that fit all pictures of the stretch best; unchanged where nothing fits better."""
    margin = min(0.3, (course.end_s - course.start_s) / 6)
    wanted = np.linspace(course.start_s + margin, course.end_s - margin, _PICTURES)
    chosen = np.unique(np.clip(np.searchsorted(a.seconds, wanted + 1e-6, side="right") - 1, 0, len(a.pts) - 1))
    middle = (course.start_s + course.end_s) / 2
    span = _Span(pictures=a.pictures[chosen].astype(np.float32), at=a.seconds[chosen] - middle)
    near = (b.seconds > course.speed * (middle + span.at.min()) + course.offset_s - 1.5) & (
        b.seconds < course.speed * (middle + span.at.max()) + course.offset_s + 1.5
    )
    if course.speed < 0:
        near = np.ones(len(b.pts), bool)
    if near.sum() < 3 or len(chosen) < 4:
        return hypothesis, course
    beside = _Span(pictures=b.pictures[near].astype(np.float32), at=b.seconds[near])
    first = _Fit(
        matrix=hypothesis.matrix, middle_s=course.speed * middle + course.offset_s, speed=course.speed, off=np.inf
    )
    best = _coarse_to_fine(first, span, beside)
    if best is None:
        return hypothesis, course
    moved = evolve(course, speed=best.speed, offset_s=best.middle_s - best.speed * middle)
    return evolve(hypothesis, matrix=best.matrix), moved


@frozen(kw_only=True, eq=False)
class _Span:
    """Pictures and when each is shown, seconds."""

    pictures: NDArray[np.float32]
    at: NDArray[np.float64]

    def blurred(self, times: int) -> _Span:
        return _Span(pictures=blurred(self.pictures, times), at=self.at)


def _coarse_to_fine(first: _Fit, a: _Span, b: _Span) -> _Fit | None:
    tries = [evolve(first, middle_s=first.middle_s + shift) for shift in _SHIFTS_S]
    best: _Fit | None = None
    for blur, rounds in zip(_BLURS, _ROUNDS, strict=True):
        one, other = a.blurred(blur), b.blurred(blur)
        gradients = _Gradients.of(other)
        found = [made for fit in tries if (made := _descended(fit, one, gradients, rounds)) is not None]
        if not found:
            return best
        best = min(found, key=lambda fit: fit.off)
        tries = [best]
    return best


@frozen(kw_only=True, eq=False)
class _Gradients:
    """B's pictures with their slopes across, down and from picture to picture."""

    span: _Span
    across: NDArray[np.float32]
    down: NDArray[np.float32]

    @classmethod
    def of(cls, span: _Span) -> _Gradients:
        return cls(
            span=span,
            across=np.gradient(span.pictures, axis=2).astype(np.float32),
            down=np.gradient(span.pictures, axis=1).astype(np.float32),
        )


def _descended(fit: _Fit, a: _Span, b: _Gradients, rounds: int) -> _Fit | None:
    best: _Fit | None = None
    damping = _DAMPING
    state = fit
    for _round in range(rounds):
        looked = _looked(state, a, b)
        if looked is None:
            return best
        off, step = looked.off, looked.step(damping)
        if best is None or off < best.off:
            best = evolve(state, off=off)
            damping = max(damping / 3, 1e-5)
        else:
            damping *= 8
            state = best
            looked = _looked(state, a, b)
            if looked is None:
                return best
            step = looked.step(damping)
        state = _stepped(state, step)
    last = _looked(state, a, b)
    if last is not None and (best is None or last.off < best.off):
        best = evolve(state, off=last.off)
    return best


def _stepped(fit: _Fit, step: NDArray[np.float64]) -> _Fit:
    change = step[:6].reshape(2, 3)
    shift = float(np.clip(step[6], -_MOST_STEP_S, _MOST_STEP_S))
    return evolve(fit, matrix=fit.matrix + change, middle_s=fit.middle_s + shift, speed=fit.speed + float(step[7]))


@frozen(kw_only=True, eq=False)
class _Looked:
    """How far off a state is, 0 to 2 (one less the mean correlation), and the normal equations of its residuals."""

    off: float
    square: NDArray[np.float64]
    side: NDArray[np.float64]

    def step(self, damping: float) -> NDArray[np.float64]:
        # Where all is flat there is no slope to go by, and no step: never a matrix that cannot be solved.
        damped = self.square + np.diag(np.diag(self.square) * damping + 1e-9 * np.trace(self.square) + 1e-9)
        return np.asarray(np.linalg.solve(damped, self.side), np.float64)


def _looked(fit: _Fit, a: _Span, b: _Gradients) -> _Looked | None:
    x, y = np.meshgrid((np.arange(_ACROSS) + 0.5) / _ACROSS, (np.arange(_DOWN) + 0.5) / _DOWN)
    on_a = np.stack([x.ravel(), y.ravel(), np.ones(x.size)])
    on_b = fit.matrix @ on_a
    shown = ((on_b > 0) & (on_b < 1)).all(axis=0)
    if shown.sum() < _LEAST_POINTS:
        return None
    on_a, on_b = on_a[:, shown], on_b[:, shown]
    at_b = fit.speed * a.at + fit.middle_s
    times = b.span.at
    later = np.clip(np.searchsorted(times, at_b), 1, len(times) - 1)
    gap = times[later] - times[later - 1]
    share = np.clip((at_b - times[later - 1]) / np.maximum(gap, 1e-6), 0, 1).astype(np.float32)[:, None]
    spot = Spots.of(b.span.pictures.shape[1:], on_b)
    before, after = spot.of_pictures(b.span.pictures, later - 1), spot.of_pictures(b.span.pictures, later)
    theirs = before * (1 - share) + after * share
    slope_t = (after - before) / np.maximum(gap, 1e-3).astype(np.float32)[:, None]
    nearest = np.where(share[:, 0] > 0.5, later, later - 1)
    height, width = b.span.pictures.shape[1:]
    slope_x = spot.of_pictures(b.across, nearest) * width
    slope_y = spot.of_pictures(b.down, nearest) * height
    ours = Spots.of(a.pictures.shape[1:], on_a).of_pictures(a.pictures, np.arange(len(a.at)))
    return _equations(ours, theirs, (slope_x, slope_y, slope_t), on_a, a.at)


def _equations(
    ours: NDArray[np.float32],
    theirs: NDArray[np.float32],
    slopes: tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]],
    on_a: NDArray[np.float64],
    at: NDArray[np.float64],
) -> _Looked:
    votes = _votes(ours, theirs)
    ours_0 = ours - (ours * votes).sum(axis=1, keepdims=True)
    theirs_0 = theirs - (theirs * votes).sum(axis=1, keepdims=True)
    cross = (ours_0 * theirs_0 * votes).sum(axis=1, keepdims=True)
    power_a = (ours_0**2 * votes).sum(axis=1, keepdims=True)
    power_b = (theirs_0**2 * votes).sum(axis=1, keepdims=True)
    gain = cross / np.maximum(power_b, 1.0)
    off = 1 - float((cross / np.sqrt(np.maximum(power_a * power_b, 1.0))).mean())
    residual = ours_0 - gain * theirs_0
    slope_x, slope_y, slope_t = (slope * gain for slope in slopes)
    x, y = on_a[0].astype(np.float32), on_a[1].astype(np.float32)
    columns = np.stack(
        [slope_x * x, slope_x * y, slope_x, slope_y * x, slope_y * y, slope_y, slope_t, slope_t * at[:, None]]
    ).astype(np.float64)
    # What a change of light would explain is no evidence of a move.
    columns -= (columns * votes).sum(axis=2, keepdims=True)
    weighed = columns * votes
    square = np.einsum("ipk,jpk->ij", weighed, columns)
    side = np.einsum("ipk,pk->i", weighed, residual.astype(np.float64))
    return _Looked(off=off, square=square, side=side)


def _votes(ours: NDArray[np.float32], theirs: NDArray[np.float32]) -> NDArray[np.float32]:
    """The weight of each point, summing to 1: points that are off all along, under a banner, weigh little."""
    one = ours - ours.mean(axis=1, keepdims=True)
    other = theirs - theirs.mean(axis=1, keepdims=True)
    gain = (one * other).sum(axis=1, keepdims=True) / np.maximum((other**2).sum(axis=1, keepdims=True), 1.0)
    off = np.sqrt(((one - gain * other) ** 2).mean(axis=0))
    usual = max(float(np.median(off)), 1.0)
    votes = 1 / (1 + (off / (2.5 * usual)) ** 4)
    weights: NDArray[np.float32] = (votes / votes.sum()).astype(np.float32)
    return weights
