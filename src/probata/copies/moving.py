"""What moves of itself: told apart from what moves because the camera does.

A camera that turns twice over one place at one pace shows the same pictures twice, but for what moves in the place. So
where a camera turns, pictures that follow in step prove little: what is still to be seen is whether that which moves
*of itself* is the same in both. The camera's motion is estimated from each file alone (Lucas and Kanade 1981, one
turn, scale and shift between neighbouring pictures, outliers losing their vote), pictures some time apart are laid on
each other by it, and what is left of their difference is compared. A hand, too, is never unsteady twice in one way.
"""

from __future__ import annotations

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from probata.copies.align import Stretch
from probata.copies.extract import Views
from probata.copies.register import Hypothesis, grid_of
from probata.copies.sampling import Spots, blurred, nearest

_MOST_SIDE = 48
_MOST_PICTURES = 64
_EVERY_S = 0.04
_LEAST_PICTURES = 8
_LEAST_POINTS = 150
_APART_S = 0.4
_COARSE, _FINE = ((6, 3), (2, 3), (1, 2)), ((1, 3),)  # blurs and rounds
_MOST_STEP = 3.0
_MOSTLY = 0.8
_STANDS_OUT = 3.5  # times the median of what is left
_UNSTEADY_S = 0.8
_TURNS = 0.023  # of the picture's width: below, the camera stands still
# Measured: two even turns over one empty place leave an energy of 0.56, all of it alike; with other things in it up to
# 0.66 alike at 0.4, 0.35 at 0.8, 0.17 above 1.5. Copies in the wild 0.91 and more below 1.5, above it 0.33 and more.
_LEAST_OWN, _LEAST_ENERGY = 0.35, 1.5
_FAINT_OWN, _FAINT_ENERGY = 0.75, 0.65
_LEAST_UNSTEADY, _LEAST_REACH = 0.85, 0.0016

Motion = NDArray[np.float64]
_Grid = NDArray[np.float32]


@frozen(kw_only=True)
class Moving:
    """How the camera of a stretch turns, and whether what moves beside its turning is the same in both files.

    `turns` is how far it turns, in parts of the picture's width. `own` from -1 to 1 is how alike that moves which
    moves of itself, `energy` how much of it there is, in steps of brightness. `unsteady` from -1 to 1 is how alike
    the camera wavers, `reach` how far, in parts of the width.
    """

    turns: float
    own: float = 0.0
    energy: float = 0.0
    unsteady: float = 0.0
    reach: float = 0.0

    @property
    def steady(self) -> bool:
        """Whether the camera stands still: then whatever changes in step moves of itself."""
        return self.turns < _TURNS

    @property
    def tells(self) -> bool:
        """Whether the moment is told by more than by where the camera points."""
        by_itself = self.own >= (_LEAST_OWN if self.energy >= _LEAST_ENERGY else _FAINT_OWN)
        by_itself &= self.energy >= _FAINT_ENERGY
        by_hand = self.unsteady >= _LEAST_UNSTEADY and self.reach >= _LEAST_REACH
        return self.steady or by_itself or by_hand


@frozen(kw_only=True, eq=False)
class _Both:
    """Pictures of A and their partners in B on the same grid, when each of A is shown, and the weight of each point."""

    at: NDArray[np.float64]
    a: _Grid
    b: _Grid
    votes: NDArray[np.float32]


def moving(hypothesis: Hypothesis, a: Views, b: Views, stretch: Stretch) -> Moving | None:
    """What moves along a stretch that is shared; None where there are too few pictures or points to say."""
    both = _both(hypothesis, a, b, stretch)
    if both is None:
        return None
    width = both.a.shape[2]
    steps = [_motions(one[:-1], one[1:], both.votes) for one in (both.a, both.b)]
    paths = [_path(step, width) for step in steps]
    turns = min(float(np.hypot(*np.ptp(path[:, :2], axis=0))) for path in paths) / width
    if turns < _TURNS:
        return Moving(turns=turns)
    apart = max(1, round(_APART_S / float(np.median(np.diff(both.at)))))
    if apart >= len(both.at) // 2:
        return None
    left = [_left(one, step, both.votes, apart) for one, step in zip((both.a, both.b), steps, strict=True)]
    own, energy = _alike(*left)
    wavering = [_wavering(path, both.at) for path in paths]
    power = [float((one**2).sum(axis=1).mean()) for one in wavering]
    return Moving(
        turns=turns,
        own=own,
        energy=energy,
        unsteady=float((wavering[0] * wavering[1]).sum(axis=1).mean() / max(1e-9, np.sqrt(power[0] * power[1]))),
        reach=float(np.sqrt(min(power))) / width,
    )


def _both(hypothesis: Hypothesis, a: Views, b: Views, stretch: Stretch) -> _Both | None:
    grid = grid_of(hypothesis, a, b, most=_MOST_SIDE)
    inside = np.flatnonzero((a.seconds >= stretch.a_start_s - 1e-6) & (a.seconds < stretch.a_end_s - 1e-6))
    if grid is None or len(inside) < _LEAST_PICTURES:
        return None
    on_a, on_b, shape = grid
    inside = inside[:: max(1, round(_EVERY_S / float(np.median(np.diff(a.seconds[inside])))))]
    first = max(0, (len(inside) - _MOST_PICTURES) // 2)
    inside = inside[first : first + _MOST_PICTURES]
    shown = np.all((on_a >= 0) & (on_a < 1) & (on_b >= 0) & (on_b < 1), axis=0).reshape(shape)
    if shown.sum() < _LEAST_POINTS or len(inside) < _LEAST_PICTURES:
        return None
    partners = nearest(b.seconds, stretch.speed * a.seconds[inside] + stretch.offset_s)
    one, other = (
        Spots.of(side.pictures.shape[1:], places).of_pictures(side.pictures, chosen).reshape(-1, *shape)
        for side, places, chosen in ((a, on_a, inside), (b, on_b, partners))
    )
    return _Both(at=a.seconds[inside], a=one, b=other, votes=_votes(one, other, shown))


def _votes(one: _Grid, other: _Grid, shown: NDArray[np.bool_]) -> NDArray[np.float32]:
    """The weight of each point: 0 beside the picture, little under a banner or logo, which is off all along."""
    a, b = (side - side[:, shown].mean(axis=1)[:, None, None] for side in (one, other))
    gain = (a * b)[:, shown].sum(axis=1) / np.maximum((b**2)[:, shown].sum(axis=1), 1.0)
    off = np.abs(a - gain[:, None, None] * b).mean(axis=0)
    usual = max(float(np.median(off[shown])), 1.0)
    votes = (shown / (1 + (off / (4 * usual)) ** 4)).astype(np.float32)
    # What is covered bleeds over its edge.
    return np.asarray(votes * (blurred(votes[None], 3)[0] > _MOSTLY), np.float32)


def _motions(one: _Grid, other: _Grid, votes: NDArray[np.float32], first: Motion | None = None) -> Motion:
    """For each pair of pictures the turn, scale and shift, about the middle, that lays the other on the one."""
    count, _height, width = one.shape
    motion = np.tile(np.eye(3)[:2], (count, 1, 1)) if first is None else first.copy()
    for blurs, rounds in _COARSE if first is None else _FINE:
        ours, theirs = blurred(one, blurs), blurred(other, blurs)
        for _round in range(rounds):
            step = _step(ours, *_laid(theirs, motion), votes)
            motion[:, 0, 2] += step[:, 0]
            motion[:, 1, 2] += step[:, 1]
            motion[:, 0, 0] += step[:, 2] / width
            motion[:, 1, 1] += step[:, 2] / width
            motion[:, 0, 1] -= step[:, 3] / width
            motion[:, 1, 0] += step[:, 3] / width
    return motion


def _step(ours: _Grid, theirs: _Grid, shown: NDArray[np.bool_], votes: NDArray[np.float32]) -> NDArray[np.float64]:
    """One step of Gauss and Newton: shift across and down, scale, turn; a change of light is fitted and dropped."""
    x, y = _places(ours.shape[1], ours.shape[2])
    down, across = np.gradient(theirs, axis=(1, 2))
    weights = shown * votes
    off = ours - theirs
    off -= ((off * weights).sum(axis=(1, 2)) / np.maximum(weights.sum(axis=(1, 2)), 1e-6))[:, None, None]
    usual = 1.5 * np.median(np.abs(off).reshape(len(off), -1), axis=1)[:, None, None] + 1.0
    weights = (weights / (1 + (off / (2.5 * usual)) ** 2)).astype(np.float32)
    columns = np.stack(
        [across, down, across * x + down * y, down * x - across * y, np.ones_like(ours), ours], axis=1
    ).reshape(len(ours), 6, -1)
    weighed = columns * weights.reshape(len(ours), 1, -1)
    square = (weighed @ columns.transpose(0, 2, 1)).astype(np.float64)
    side = (weighed @ off.reshape(len(ours), -1, 1)).astype(np.float64)
    damping = np.einsum("nii->n", square) / 6e3
    square += damping[:, None, None] * np.diag((1, 1, 1, 1, 1e-3, 1e-3)) + 1e-6 * np.eye(6)
    return np.clip(np.linalg.solve(square, side)[:, :4, 0], -_MOST_STEP, _MOST_STEP)


def _places(height: int, width: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Where each point lies from the middle, in parts of the width."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    return (x - (width - 1) / 2) / width, (y - (height - 1) / 2) / width


def _laid(pictures: _Grid, motion: Motion) -> tuple[_Grid, NDArray[np.bool_]]:
    """Each picture seen through its motion, and which points of it are still seen."""
    _count, height, width = pictures.shape
    x, y = (places.ravel() * width for places in _places(height, width))
    at_x = motion[:, 0, :1] * x + motion[:, 0, 1:2] * y + motion[:, 0, 2:] + (width - 1) / 2
    at_y = motion[:, 1, :1] * x + motion[:, 1, 1:2] * y + motion[:, 1, 2:] + (height - 1) / 2
    shown = (at_x >= 0) & (at_x <= width - 1) & (at_y >= 0) & (at_y <= height - 1)
    at_x = np.clip(at_x, 0, width - 1.01).astype(np.float32)
    at_y = np.clip(at_y, 0, height - 1.01).astype(np.float32)
    left, top = at_x.astype(np.int32), at_y.astype(np.int32)
    dx, dy = at_x - left.astype(np.float32), at_y - top.astype(np.float32)
    flat = pictures.ravel()
    corner = top * width + left + np.arange(0, flat.size, height * width)[:, None]
    upper, lower = (flat.take(corner + below) * (1 - dx) + flat.take(corner + below + 1) * dx for below in (0, width))
    laid: _Grid = (upper * (1 - dy) + lower * dy).reshape(pictures.shape)
    return laid, shown.reshape(pictures.shape)


def _path(steps: Motion, width: int) -> NDArray[np.float64]:
    """Where the camera points from picture to picture: across, down, nearer, turned; in points of the grid."""
    moved = np.stack(
        [steps[:, 0, 2], steps[:, 1, 2], (steps[:, 0, 0] - 1) * width / 2, steps[:, 1, 0] * width / 2], axis=1
    )
    return np.vstack([np.zeros((1, 4)), np.cumsum(moved, axis=0)])


def _wavering(path: NDArray[np.float64], at: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far the path strays, at each picture, from the straight line through its neighbours in time."""
    strays = np.empty_like(path)
    for place, moment in enumerate(at):
        near = np.abs(at - moment) <= _UNSTEADY_S / 2
        strays[place] = path[place] - np.polyfit(at[near] - moment, path[near], 1)[-1] if near.sum() > 2 else 0
    return strays


def _left(pictures: _Grid, steps: Motion, votes: NDArray[np.float32], apart: int) -> _Grid:
    """What is left of the difference of pictures some time apart, once the camera's motion between is undone."""
    whole = np.tile(np.eye(3), (len(steps) - apart + 1, 1, 1))
    for number in range(apart):
        later = np.tile(np.eye(3), (len(whole), 1, 1))
        later[:, :2] = steps[number : number + len(whole)]
        whole = later @ whole
    early, late = pictures[:-apart], pictures[apart:]
    laid, shown = _laid(blurred(late, 1), _motions(early, late, votes, whole[:, :2]))
    weights = shown * votes
    left = (laid - blurred(early, 1)) * weights
    left -= (left.sum(axis=(1, 2)) / np.maximum(weights.sum(axis=(1, 2)), 1e-6))[:, None, None] * weights
    # Interpolating leaves a little everywhere, the same in every turn; what moves of itself stands out of it.
    usual = _STANDS_OUT * float(np.median(np.abs(left[weights > _MOSTLY]))) if (weights > _MOSTLY).any() else 0.0
    return np.asarray(np.clip(np.sign(left) * np.maximum(np.abs(left) - usual, 0), -40, 40), np.float32)


def _alike(one: _Grid, other: _Grid) -> tuple[float, float]:
    """The correlation of what is left in both, and how much is left, in steps of brightness."""
    cross, of_one, of_other = (float(np.vdot(a, b)) for a, b in ((one, other), (one, one), (other, other)))
    energy = float(np.sqrt(min(of_one, of_other) / one.size))
    return cross / max(1e-6, float(np.sqrt(of_one * of_other))), energy
