"""How alike two pictures are as one is said to lie on the other, and how alike when it is laid aside.

Where A truly lies on B, brightness rises and falls from spot to spot in both alike, and laid a little aside it does
not. Along a horizon, or in a picture of nothing, it is as alike wherever it is laid: then the way it lies says nothing.
So what is wrong is measured in the same two pictures, and nothing is compared with a figure from elsewhere. Brightness
is told of its near surroundings, in parts of how much it varies there (normalised correlation, Lewis 1995).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from probata.copies.extract import Views
from probata.copies.register import Hypothesis, grid_of
from probata.copies.sampling import Spots

_SIDE = 48
_LEAST_SPOTS = 60
_AROUND = 9  # spots across: what is near
_NOISE = 3.0  # steps of brightness that encoding alone makes
_NEAR, _ASIDE, _FURTHEST = 1, 3, 6  # spots: still as it lies; aside; as far as is tried
_MOST_MEANT, _MEANT_S = 9, 1.0

_Picture = NDArray[np.float32]


@frozen(kw_only=True)
class LaidAside:
    """How alike both are as they lie, from -1 to 1, and the most that any of so many ways of laying aside comes to."""

    agree: float
    wrong: float
    ways: int

    @property
    def tells(self) -> bool:
        """Whether nothing that is surely wrong comes to as much."""
        return self.agree > max(0.0, self.wrong)


def laid_aside(
    way: Hypothesis, a: Views, a_s: float, b: Views, b_s: float, *, every_part: bool = False
) -> LaidAside | None:
    """What is seen around two moments, laid as `way` says and aside; None where too little of B is seen in A.

    With `every_part` it is asked as well of what is left without the upper, the lower, the left and the right third,
    and told is where it tells least: so no caption or logo speaks for the pictures behind it.
    """
    grid = grid_of(way, a, b, most=_SIDE)
    if grid is None:
        return None
    on_a, on_b, shape = grid
    seen: NDArray[np.bool_] = np.all((on_a >= 0) & (on_a < 1), axis=0).reshape(shape)
    if seen.sum() < _LEAST_SPOTS or min(shape) <= 2 * _ASIDE:
        return None
    one, other = (
        _laid(_stands(views, at_s), places, shape) for views, at_s, places in ((a, a_s, on_a), (b, b_s, on_b))
    )
    parts = _parts(seen) if every_part else (seen,)
    told = [_asked(_apart(one, part), _apart(other, part), part) for part in parts]
    return min(told, key=lambda one: one.agree - max(0.0, one.wrong))


def _parts(seen: NDArray[np.bool_]) -> Iterator[NDArray[np.bool_]]:
    """All that is seen, and that without each of its outer thirds."""
    yield seen
    for axis in (0, 1):
        third = seen.shape[axis] // 3
        for kept in (slice(third, None), slice(None, -third)):
            part = np.zeros_like(seen)
            inside = (kept, slice(None)) if axis == 0 else (slice(None), kept)
            part[inside] = seen[inside]
            yield part


def _asked(one: _Picture, other: _Picture, seen: NDArray[np.bool_]) -> LaidAside:
    weighs = np.asarray(seen, np.float32)
    near = [_alike(one, other, weighs, *step) for step in _steps(seen.shape, 0, _NEAR)]
    aside = [_alike(one, other, weighs, *step) for step in _steps(seen.shape, _ASIDE, _FURTHEST)]
    return LaidAside(agree=max(near), wrong=max(aside), ways=len(aside))


def _stands(views: Views, at_s: float) -> _Picture:
    """What stays in the picture from a second before the moment to a second after: the middle of some pictures."""
    near = np.flatnonzero(np.abs(views.seconds - at_s) <= _MEANT_S)
    if not len(near):
        near = np.array([np.abs(views.seconds - at_s).argmin()])
    some = near[np.linspace(0, len(near) - 1, min(len(near), _MOST_MEANT)).round().astype(int)]
    return np.asarray(np.median(views.pictures[some], axis=0), np.float32)


def _laid(picture: _Picture, places: NDArray[np.float64], shape: tuple[int, int]) -> _Picture:
    read = Spots.of(picture.shape, places).of_pictures(picture[None], np.zeros(1, np.intp))
    return np.asarray(read[0].reshape(shape), np.float32)


def _apart(picture: _Picture, inside: NDArray[np.bool_]) -> _Picture:
    """How far each spot is off what is near it, in parts of how far spots there are; 0 outside."""
    seen = np.asarray(inside, np.float32)
    share = np.maximum(_near(seen), np.float32(1e-6))
    off = np.asarray((picture - _near(picture * seen) / share) * seen, np.float32)
    spread = np.sqrt(np.maximum(_near(off * off), 0) / share)
    return np.asarray(off / (spread + np.float32(_NOISE)) * seen, np.float32)


def _near(picture: _Picture) -> _Picture:
    """The mean of what is near each spot, in a square around it; what lies outside the picture counts as 0."""
    height, width = picture.shape
    padded = np.pad(picture, _AROUND // 2).astype(np.float64)
    sums = np.pad(padded.cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0)))
    above, below = sums[:height], sums[_AROUND:]
    squares = below[:, _AROUND:] - above[:, _AROUND:] - below[:, :width] + above[:, :width]
    return np.asarray(squares / _AROUND**2, np.float32)


def _steps(shape: tuple[int, ...], least: int, most: int) -> Iterator[tuple[int, int]]:
    """Every step down and across of at least and at most so many spots, as far as half the picture is left."""
    down, across = (min(most, side // 2) for side in shape)
    for y in range(-down, down + 1):
        yield from ((y, x) for x in range(-across, across + 1) if least <= max(abs(y), abs(x)))


def _alike(one: _Picture, other: _Picture, weighs: _Picture, down: int, across: int) -> float:
    """The correlation of one, moved by a step, with the other, where both are."""
    height, width = one.shape
    mine = slice(max(0, down), height + min(0, down)), slice(max(0, across), width + min(0, across))
    theirs = slice(max(0, -down), height + min(0, -down)), slice(max(0, -across), width + min(0, -across))
    both = weighs[mine] * weighs[theirs]
    a, b = one[mine] * both, other[theirs] * both
    size = float(np.sqrt(float(np.vdot(a, a)) * float(np.vdot(b, b))))
    return float(np.vdot(a, b)) / size if size > 0 else 0.0
