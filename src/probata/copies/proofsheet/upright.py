"""Pictures and places in them turned as the file says they are to be shown, by quarters of a circle."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from probata.media.probe import Facts

Grey = NDArray[np.uint8]
Point = tuple[float, float]
Box = tuple[float, float, float, float]


@frozen(kw_only=True)
class Upright:
    """How a picture as coded becomes one as shown: quarters turned clockwise, then mirrored, then stretched across.

    `stretch` is how much wider than high a pixel is shown, once turned; `shape` how much wider than high the picture.
    """

    quarters: int = 0
    mirrored: bool = False
    stretch: float = 1.0
    shape: float = 1.0

    @classmethod
    def of(cls, facts: Facts) -> Upright:
        """As the file's first picture says; turns that are no quarters are left to the reader."""
        stream = facts.video_stream
        if stream is None or stream.picture is None:
            return cls()
        picture = stream.picture
        quarters = round(picture.turned_degrees / 90) % 4 if picture.turned_degrees % 90 == 0 else 0
        aspect = float(picture.sample_aspect)
        aspect = aspect if 1 / 4 <= aspect <= 4 else 1.0
        stretch = 1 / aspect if quarters % 2 else aspect
        width, height = (picture.height_px, picture.width_px) if quarters % 2 else (picture.width_px, picture.height_px)
        shape = stretch * width / max(height, 1)
        return cls(quarters=quarters, mirrored=picture.mirrored, stretch=stretch, shape=shape)

    def picture(self, coded: Grey) -> Grey:
        """The picture as shown."""
        turned = np.rot90(coded, -self.quarters)  # numpy turns counter-clockwise
        return np.ascontiguousarray(turned[:, ::-1] if self.mirrored else turned)

    def matrix(self) -> NDArray[np.float64]:
        """Parts of the picture as coded to parts of it as shown, as a matrix of three rows."""
        zero, right, down = self.points(((0.0, 0.0), (1.0, 0.0), (0.0, 1.0)))
        return np.array(
            [
                [right[0] - zero[0], down[0] - zero[0], zero[0]],
                [right[1] - zero[1], down[1] - zero[1], zero[1]],
                [0.0, 0.0, 1.0],
            ]
        )

    def points(self, coded: Iterable[Point]) -> tuple[Point, ...]:
        """Places in parts of the picture as shown."""
        return tuple(self._point(*point) for point in coded)

    def box(self, coded: Box) -> Box:
        """A box in parts of the picture as shown."""
        left, top, width, height = coded
        corners = self.points(((left, top), (left + width, top + height)))
        xs, ys = sorted(x for x, _ in corners), sorted(y for _, y in corners)
        return xs[0], ys[0], xs[1] - xs[0], ys[1] - ys[0]

    def _point(self, x: float, y: float) -> Point:
        for _quarter in range(self.quarters):
            x, y = 1 - y, x
        return (1 - x if self.mirrored else x), y
