"""Reads pictures at places between their pixels, many pictures at once."""

from __future__ import annotations

import numpy as np
from attrs import frozen
from numpy.typing import NDArray


@frozen(kw_only=True, eq=False)
class Spots:
    """Places between the pixels of pictures of one size: the pixel above left of each, and how far from it."""

    top: NDArray[np.intp]
    left: NDArray[np.intp]
    dy: NDArray[np.float32]
    dx: NDArray[np.float32]

    @classmethod
    def of(cls, shape: tuple[int, ...], places: NDArray[np.float64]) -> Spots:
        """The spots of places told in parts of the picture, across and down, from 0 to 1."""
        height, width = shape
        x = np.clip(places[0] * width - 0.5, 0, width - 1.001)
        y = np.clip(places[1] * height - 0.5, 0, height - 1.001)
        left, top = x.astype(np.intp), y.astype(np.intp)
        return cls(top=top, left=left, dy=(y - top).astype(np.float32), dx=(x - left).astype(np.float32))

    def of_pictures(
        self, pictures: NDArray[np.float32] | NDArray[np.uint8], chosen: NDArray[np.intp]
    ) -> NDArray[np.float32]:
        """The brightness of the chosen pictures at every spot, mixed of the four pixels around: one row a picture."""
        rows = chosen[:, None]
        low, right = self.top + 1, self.left + 1
        above = pictures[rows, self.top, self.left] * (1 - self.dx) + pictures[rows, self.top, right] * self.dx
        below = pictures[rows, low, self.left] * (1 - self.dx) + pictures[rows, low, right] * self.dx
        return np.asarray(above * (1 - self.dy) + below * self.dy, np.float32)
