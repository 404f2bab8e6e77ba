"""Pictures as they are shown: what is found on them has its place where a person sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from probata.media.jailed.frames import SeenFrame
    from probata.media.probe import Facts


class Upright:
    """How a picture as coded becomes one as shown: quarters turned clockwise, then mirrored, then stretched."""

    def __init__(self, quarters: int = 0, *, mirrored: bool = False, aspect: float = 1.0) -> None:
        self.quarters, self.mirrored, self.aspect = quarters, mirrored, aspect

    @classmethod
    def of(cls, facts: Facts) -> Upright:
        """As the file's first picture says; turns that are no quarters are left as they are coded."""
        stream = facts.video_stream
        if stream is None or stream.picture is None:
            return cls()
        picture = stream.picture
        quarters = round(picture.turned_degrees / 90) % 4 if picture.turned_degrees % 90 == 0 else 0
        aspect = float(picture.sample_aspect)
        return cls(quarters, mirrored=picture.mirrored, aspect=aspect if 1 / 4 <= aspect <= 4 else 1.0)

    def shown(self, width: int, height: int) -> tuple[float, float]:
        """Width and height as shown, of a picture coded in this size."""
        across = width * self.aspect
        return (height, across) if self.quarters % 2 else (across, height)

    def turned(self, coded: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The picture, turned and mirrored as it is shown; not stretched."""
        if not self.quarters and not self.mirrored:
            return coded
        turned = np.rot90(coded, -self.quarters)  # numpy turns counter-clockwise
        return np.ascontiguousarray(turned[:, ::-1] if self.mirrored else turned)

    def picture(self, frame: SeenFrame, width: int, height: int, kind: str) -> NDArray[np.uint8]:
        """A picture of a pass as shown, at this size, in `rgb24` or `bgr24`; a copy."""
        across, down = (height, width) if self.quarters % 2 else (width, height)
        made = frame.frame.reformat(width=across, height=down, format=kind).to_ndarray()
        return self.turned(made.astype(np.uint8, copy=False))
