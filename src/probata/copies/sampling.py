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
        width = pictures.shape[2]
        flat = pictures.reshape(len(pictures), -1)[chosen]
        corner = self.top * width + self.left
        above = flat.take(corner, 1) * (1 - self.dx) + flat.take(corner + 1, 1) * self.dx
        below = flat.take(corner + width, 1) * (1 - self.dx) + flat.take(corner + width + 1, 1) * self.dx
        return np.asarray(above * (1 - self.dy) + below * self.dy, np.float32)


def nearest(times: NDArray[np.float64], wanted: NDArray[np.float64]) -> NDArray[np.intp]:
    """Which of the rising times is nearest to each that is wanted; there must be two at least."""
    later = np.clip(np.searchsorted(times, wanted), 1, len(times) - 1)
    nearer = wanted - times[later - 1] < times[later] - wanted
    return np.where(nearer, later - 1, later)


def blurred(pictures: NDArray[np.float32], times: int) -> NDArray[np.float32]:
    """Every picture mixed with its neighbours across and down, a quarter of either, so many times."""
    made = pictures
    for _time in range(times):
        for axis in (1, 2):
            padded = np.pad(made, [(0, 0), *((1, 1) if one == axis else (0, 0) for one in (1, 2))], mode="edge")
            low, middle, high = (
                np.moveaxis(padded, axis, 0)[part] for part in (slice(-2), slice(1, -1), slice(2, None))
            )
            made = np.moveaxis((low + np.float32(2) * middle + high) / np.float32(4), 0, axis).astype(np.float32)
    return made
