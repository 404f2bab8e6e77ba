"""Local features with geometry: which places of one picture are places of another, and how the one lies on the other.

Nearest descriptor with a ratio test (Lowe 2004), then one similarity (turn, scale, shift) that most of the pairs agree
on (RANSAC), told as the number of *distinct* places that agree: many points on one spot are one place.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from probata.copies.extract import Sight

LEAST_PLACES = 7
_RATIO = 0.85
_WORTH = 0.5  # of 1: descriptors less alike than this are of other things
_AGREE_PX = 4.0
_PLACE_PX = 6
_LEAST_PAIRS = 6
_SCALES = (0.15, 7.0)
_MOST_TRIES = 800
_STRAYS = 0.02


@frozen(kw_only=True, eq=False)
class PlacePair:
    """One picture of A on one picture of B: how many distinct places agree, and the similarity from A to B.

    `matrix` takes pixels of A's scaled picture (mirrored first, where `mirror`) to pixels of B's. `box` is where in B's
    picture the places lie that agree, but for a few: left, top, right, bottom, in parts of it.
    """

    a: int
    b: int
    mirror: bool
    places: int
    matrix: NDArray[np.float64]
    box: tuple[float, float, float, float]


def mirrored(sight: Sight) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Points and descriptors of the picture mirrored left to right, without looking at the picture again.

    A SIFT descriptor has 4 by 4 parts of 8 directions, laid along the point's own direction: mirroring swaps the parts
    across that axis and turns the sense of the directions.
    """
    points = sight.points.copy()
    points[:, 0] = sight.width - 1 - points[:, 0]
    parts = sight.roots.reshape(-1, 4, 4, 8)[:, ::-1][:, :, :, [0, 7, 6, 5, 4, 3, 2, 1]]
    return points, np.ascontiguousarray(parts.reshape(-1, 128))


def matched(a: Sequence[Sight], b: Sequence[Sight], *, least: int = LEAST_PLACES) -> list[PlacePair]:
    """Every pair of pictures, plain and mirrored, in which at least this many distinct places agree."""
    found: list[PlacePair] = []
    theirs = [(index, sight) for index, sight in enumerate(b) if len(sight.points) >= _LEAST_PAIRS]
    if not theirs:
        return found
    every = np.concatenate([sight.roots for _index, sight in theirs]).T
    bounds = np.cumsum([0, *(len(sight.points) for _index, sight in theirs)])
    for index, sight in enumerate(a):
        if len(sight.points) < _LEAST_PAIRS:
            continue
        for mirror, (points, roots) in ((False, (sight.points, sight.roots)), (True, mirrored(sight))):
            likeness = roots @ every  # one product of matrices compares the picture with all of B
            for (other, theirs_now), start, end in zip(theirs, bounds, bounds[1:], strict=False):
                pairs = _nearest(likeness[:, start:end])
                agreed = _agreed(points[pairs[:, 0]], theirs_now.points[pairs[:, 1]])
                if agreed is not None and agreed[0] >= least:
                    box = _box(agreed[2], theirs_now)
                    pair = PlacePair(a=index, b=other, mirror=mirror, places=agreed[0], matrix=agreed[1], box=box)
                    found.append(pair)
    return found


def _nearest(likeness: NDArray[np.float32]) -> NDArray[np.intp]:
    """Pairs whose nearest is nearer than `_RATIO` times the second nearest; descriptors are of unit length."""
    rows = np.arange(len(likeness))
    best = likeness.argmax(axis=1)
    first = likeness[rows, best]
    # The second nearest is asked for only where the nearest is near enough to matter.
    worth = np.flatnonzero(first > _WORTH)
    rest = likeness[worth]
    rest[np.arange(len(worth)), best[worth]] = -2
    second = rest.max(axis=1, initial=-2)
    near = (1 - first[worth]) < _RATIO**2 * np.maximum(1e-9, 1 - second)
    return np.stack([worth[near], best[worth[near]]], axis=1)


def _agreed(
    a: NDArray[np.float32], b: NDArray[np.float32]
) -> tuple[int, NDArray[np.float64], NDArray[np.float32]] | None:
    """How many distinct places agree on one similarity, that similarity, and where in B they lie."""
    if len(a) < _LEAST_PAIRS:
        return None
    import cv2  # noqa: PLC0415  heavy to load, and needed only where something may be shared

    cv2.setRNGSeed(7)  # the same pictures give the same answer
    matrix: Any
    matrix, inlier = cv2.estimateAffinePartial2D(
        a, b, method=cv2.RANSAC, ransacReprojThreshold=_AGREE_PX, maxIters=_MOST_TRIES
    )
    if matrix is None or not np.isfinite(matrix).all():
        return None
    scale = float(np.hypot(matrix[0, 0], matrix[1, 0]))
    if not _SCALES[0] < scale < _SCALES[1]:
        return None
    chosen = inlier.ravel().astype(bool)
    # Distinct in both pictures: a shrunken picture crowds many points on few pixels.
    return min(_distinct(a[chosen]), _distinct(b[chosen])), np.asarray(matrix, np.float64), b[chosen]


def _box(points: NDArray[np.float32], sight: Sight) -> tuple[float, float, float, float]:
    low, high = np.quantile(points / (sight.width, sight.height), (_STRAYS, 1 - _STRAYS), axis=0)
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def _distinct(points: NDArray[np.float32]) -> int:
    return len(np.unique(np.round(points / _PLACE_PX).astype(np.int64), axis=0)) if len(points) else 0
