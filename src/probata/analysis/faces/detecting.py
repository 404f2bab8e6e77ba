"""Faces on one picture: what CenterFace's maps say, and one list of boxes from several turns of the picture."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import lru_cache

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

_STRIDE = 4  # pixels of the picture a cell of the maps
_MOST_CELLS = 2_000
_MOST_FACES = 200
_SAME = 0.3  # of what two boxes cover together, from which they are one face
_INSIDE = 0.7  # of the smaller one
QUARTER = 90


@frozen(kw_only=True)
class Face:
    """A box in pixels of the picture as shown, and how sure the detector is; nothing says whose face it is."""

    left: float
    top: float
    right: float
    bottom: float
    score: float
    turned: int = 0

    @property
    def area(self) -> float:
        """How much it covers."""
        return max(0.0, self.right - self.left) * max(0.0, self.bottom - self.top)

    def shared(self, other: Face) -> float:
        """What both cover."""
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(0.0, across) * max(0.0, down)

    def is_same(self, other: Face) -> bool:
        """Whether both boxes are of one face."""
        shared = self.shared(other)
        together = self.area + other.area - shared
        return shared > _SAME * together or shared > _INSIDE * min(self.area, other.area)


def decoded(
    heat: NDArray[np.float32], scale: NDArray[np.float32], offset: NDArray[np.float32], *, threshold: float
) -> list[Face]:
    """The boxes of the maps of one picture: how likely a face is centred in each cell, its size, and where in the cell.

    `scale` and `offset` hold the values down, then those across, as the model gives them.
    """
    rows, columns = np.nonzero(heat > threshold)
    if len(rows) > _MOST_CELLS:
        best = np.argsort(heat[rows, columns])[::-1][:_MOST_CELLS]
        rows, columns = rows[best], columns[best]
    high, wide = (np.exp(np.clip(scale[which, rows, columns], -4, 8)) * _STRIDE for which in (0, 1))
    down = (rows + offset[0, rows, columns] + 0.5) * _STRIDE
    across = (columns + offset[1, rows, columns] + 0.5) * _STRIDE
    scores = heat[rows, columns]
    faces = [
        Face(
            left=float(across[at] - wide[at] / 2),
            top=float(down[at] - high[at] / 2),
            right=float(across[at] + wide[at] / 2),
            bottom=float(down[at] + high[at] / 2),
            score=float(scores[at]),
        )
        for at in range(len(rows))
    ]
    return without_doubles(faces)


def without_doubles(faces: Iterable[Face]) -> list[Face]:
    """Each face once, by its surest box; the surest first."""
    kept: list[Face] = []
    for face in sorted(faces, key=lambda one: (-one.score, one.left, one.top)):
        if len(kept) >= _MOST_FACES:
            break
        if not any(face.is_same(other) for other in kept):
            kept.append(face)
    return kept


def turned(picture: NDArray[np.uint8], degrees: int) -> NDArray[np.uint8]:
    """The picture turned clockwise; by other than quarters it lies in a larger one, with black around."""
    if degrees % QUARTER == 0:
        return np.ascontiguousarray(np.rot90(picture, -(degrees // QUARTER)))
    rows, columns, outside = _places(picture.shape[0], picture.shape[1], degrees)
    made: NDArray[np.uint8] = picture[rows, columns]
    made[outside] = 0
    return made


def turned_back(face: Face, degrees: int, height: int, width: int) -> Face:
    """A face that was found on the turned picture, in the picture of this height and width itself.

    The box is that of an ellipse in the found one: faces have no corners.
    """
    high, wide = turned_size(height, width, degrees)
    cosine, sine = _turn(degrees)
    right, down = (face.left + face.right) / 2 - wide / 2, (face.top + face.bottom) / 2 - high / 2
    across, below = right * cosine + down * sine + width / 2, -right * sine + down * cosine + height / 2
    half_wide, half_high = (face.right - face.left) / 2, (face.bottom - face.top) / 2
    reach = math.hypot(half_wide * cosine, half_high * sine), math.hypot(half_wide * sine, half_high * cosine)
    return Face(
        left=across - reach[0],
        top=below - reach[1],
        right=across + reach[0],
        bottom=below + reach[1],
        score=face.score,
        turned=degrees,
    )


def turned_size(height: int, width: int, degrees: int) -> tuple[int, int]:
    """Height and width of the turned picture."""
    if degrees % (2 * QUARTER) == 0:
        return height, width
    if degrees % QUARTER == 0:
        return width, height
    cosine, sine = (abs(part) for part in _turn(degrees))
    return math.ceil(height * cosine + width * sine), math.ceil(height * sine + width * cosine)


def _turn(degrees: int) -> tuple[float, float]:
    return math.cos(math.radians(degrees)), math.sin(math.radians(degrees))


@lru_cache(maxsize=16)
def _places(height: int, width: int, degrees: int) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.bool_]]:
    # Where each pixel of the turned picture comes from, and whether that is outside.
    high, wide = turned_size(height, width, degrees)
    cosine, sine = _turn(degrees)
    down, right = np.mgrid[0:high, 0:wide]
    right, down = right + 0.5 - wide / 2, down + 0.5 - high / 2
    columns = np.floor(right * cosine + down * sine + width / 2).astype(np.intp)
    rows = np.floor(-right * sine + down * cosine + height / 2).astype(np.intp)
    outside = (rows < 0) | (rows >= height) | (columns < 0) | (columns >= width)
    return np.clip(rows, 0, height - 1), np.clip(columns, 0, width - 1), outside
