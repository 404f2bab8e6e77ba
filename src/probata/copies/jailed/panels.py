"""Keeps the pictures that were asked for by their timestamps, grey and small: inside the jail."""

from __future__ import annotations

from typing import Any

import cv2

from probata.copies.jailed.sights import grey_of, scaled
from probata.media.jailed.frames import SeenFrame


class Panels:
    """The first picture of each of these timestamps, with its digest; its long side has `side_px` pixels at most.

    Pictures are as coded, not turned. What is not met is not told: the caller knows what it asked for.
    """

    def __init__(self, *, pts: list[int], side_px: int) -> None:
        cv2.setNumThreads(1)
        self._wanted, self._side_px = set(pts), side_px
        self._found: list[dict[str, Any]] = []

    def see(self, frame: SeenFrame) -> None:
        """Keep the picture if it is one of those."""
        if frame.pts not in self._wanted:
            return
        self._wanted.discard(frame.pts)
        grey = scaled(grey_of(frame), self._side_px)
        self._found.append(
            {
                "pts": frame.pts,
                "time_base": frame.time_base,
                "digest": frame.digest,
                "width": grey.shape[1],
                "height": grey.shape[0],
                "grey": grey.tobytes(),
            }
        )

    def finish(self) -> list[dict[str, Any]] | None:
        """All that were met."""
        return self._found or None
