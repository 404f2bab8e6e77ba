"""Watches a pass for local features of some pictures, and for small grey views of all: inside the jail."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from probata.media.jailed.frames import SeenFrame
from probata.media.passes import CannotLook

Spans = Sequence[tuple[float, float]]
SIDE_PX = 480
_LEAST_CONTRAST = 0.008
# Gaps between pictures that are looked at, in parts of the mean gap: uneven, so that among the pictures of two files
# some pairs are of nearly the same moment, whatever the offset between the files.
_GAPS = (0.62, 1.38, 0.8, 1.2, 0.94, 1.06)
_MOST_SMALL_BYTES = 256 << 20


class Features:
    """Points of SIFT in one picture every `every_s` seconds on average: places, sizes, descriptors (Lowe 2004).

    Pictures are scaled to a long side of `side_px` at most. A picture with almost nothing on it (`flat`) is told with
    its spread and without points.
    """

    def __init__(
        self, *, every_s: float = 0.5, points: int = 600, side_px: int = SIDE_PX, most: int = 4000, spans: Spans = ()
    ) -> None:
        cv2.setNumThreads(1)
        self._every_s, self._side_px, self._most = every_s, side_px, most
        self._spans = [(float(start), float(end)) for start, end in spans]
        # The detector is asked for more than are kept, so that those kept are spread over the picture.
        self._sift = cv2.SIFT.create(nfeatures=points, contrastThreshold=_LEAST_CONTRAST)
        self._due_s = -1e9
        self._found: list[dict[str, Any]] = []
        self._time_base = None

    def see(self, frame: SeenFrame) -> None:
        """Take the picture's points if it is due."""
        at = float(frame.seconds)
        if at < self._due_s - 1e-6 or len(self._found) >= self._most or not _inside(at, self._spans):
            return
        self._due_s = at + self._every_s * _GAPS[len(self._found) % len(_GAPS)]
        grey = scaled(grey_of(frame), self._side_px)
        points, descriptors = self._sift.detectAndCompute(grey, None)
        if descriptors is None:
            points, descriptors = (), np.zeros((0, 128), np.float32)
        places = np.array([(p.pt[0], p.pt[1], p.size, p.response) for p in points], np.float32).reshape(-1, 4)
        self._found.append(
            {
                "ordinal": frame.ordinal,
                "pts": frame.pts,
                "digest": frame.digest,
                "seconds": frame.seconds,
                "width": grey.shape[1],
                "height": grey.shape[0],
                "spread": float(grey.std()),
                "places": places.tobytes(),
                "descriptors": descriptors.astype(np.uint8).tobytes(),
            }
        )

    def finish(self) -> list[dict[str, Any]] | None:
        """Every picture that was looked at."""
        return self._found or None


class SmallViews:
    """Every picture, small and grey, not more often than every `every_s` seconds; within `spans` of seconds, if given.

    `side_px` is the long side.
    """

    def __init__(self, *, every_s: float = 0.03, side_px: int = 96, spans: Spans = ()) -> None:
        cv2.setNumThreads(1)
        self._every_s, self._side_px = every_s, side_px
        self._spans = [(float(start), float(end)) for start, end in spans]
        self._due_s = -1e9
        self._last_s = -1e9
        self._views: list[NDArray[np.uint8]] = []
        self._pts: list[int] = []
        self._ordinals: list[int] = []
        self._time_base: Any = None
        self._end_s: Any = None
        self._bytes = 0

    def see(self, frame: SeenFrame) -> None:
        """Keep a small view of the picture if it is due."""
        at = float(frame.seconds)
        self._time_base = frame.time_base
        if at <= self._last_s or not _inside(at, self._spans):
            return  # pictures out of order have no place in time
        self._last_s = at
        self._end_s = frame.seconds + frame.duration_ticks * frame.time_base
        if at < self._due_s - 1e-3:
            return
        self._due_s = max(self._due_s + self._every_s, at)
        view = scaled(grey_of(frame), self._side_px)
        if self._views and view.shape != self._views[0].shape:
            view = cv2.resize(view, self._views[0].shape[::-1], interpolation=cv2.INTER_AREA).astype(np.uint8)
        self._bytes += view.nbytes
        if self._bytes > _MOST_SMALL_BYTES:
            raise CannotLook("the footage is too long to be compared densely at once: name stretches of it")
        self._views.append(view)
        self._pts.append(frame.pts)
        self._ordinals.append(frame.ordinal)

    def finish(self) -> dict[str, Any] | None:
        """All views in order of time."""
        if not self._views:
            return None
        height, width = self._views[0].shape
        return {
            "width": width,
            "height": height,
            "time_base": self._time_base,
            "pts": self._pts,
            "ordinals": self._ordinals,
            "end_s": self._end_s,
            "views": np.stack(self._views).tobytes(),
        }


def grey_of(frame: SeenFrame) -> NDArray[np.uint8]:
    """The picture's brightness in eight bits, as coded."""
    luma = frame.luma
    deeper = frame.frame.format.components[0].bits - 8 if luma.dtype == np.uint16 else 0
    return np.ascontiguousarray((luma >> deeper).astype(np.uint8, copy=False))


def scaled(grey: NDArray[np.uint8], side_px: int) -> NDArray[np.uint8]:
    """The picture with a long side of this many pixels at most."""
    scale = side_px / max(grey.shape)
    if scale >= 1:
        return grey.copy()
    size = max(1, round(grey.shape[1] * scale)), max(1, round(grey.shape[0] * scale))
    return cv2.resize(grey, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)


def _inside(at: float, spans: Spans) -> bool:
    return not spans or any(start <= at <= end for start, end in spans)
