"""Watches a skim for what is kept of key pictures, and for all that is asked of those of a query; in the jail."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from probata.copies.codes import (
    DIGEST_BYTES,
    KEPT,
    Grey,
    Places,
    chosen,
    code_of,
    inner_boxes,
    mixed,
    quality_of,
    views_of,
    waves_of,
    why_blank,
    words_of,
)
from probata.copies.jailed.sights import grey_of
from probata.media.jailed.frames import SeenFrame
from probata.media.probe import Facts

KEPT_SIDE_PX, ASKED_SIDE_PX = 160, 480
_LEAST_CONTRAST = 0.02
_KEPT_POINTS, _ASKED_POINTS = 80, 300
_VIEW_SIDE_PX, _INNER_SIDE_PX = 240, 96
_MOST_INNER = 60
_SAME_LEVELS, _SAME_S = 0.7, 10
_QUARTER = 90


class _Upright:
    """Gives pictures as they are shown: turned, mirrored, and as wide as they should be."""

    def __init__(self) -> None:
        cv2.setNumThreads(1)
        self._quarters, self._mirrored, self._wider = 0, False, 1.0

    def begin(self, facts: Facts) -> None:
        """Hear how the pictures are meant to be shown."""
        stream = facts.video_stream
        if stream is None or stream.picture is None:
            return
        picture = stream.picture
        self._quarters = round(picture.turned_degrees / _QUARTER) % 4
        self._mirrored = picture.mirrored
        aspect = float(picture.sample_aspect)
        self._wider = aspect if 1 / 3 < aspect < 3 else 1.0

    def shown(self, frame: SeenFrame, side_px: int) -> Grey:
        """The picture's brightness with a long side of this many pixels at most, upright."""
        grey = grey_of(frame)
        height, width = grey.shape
        wide = width * self._wider
        scale = min(1.0, side_px / max(height, wide))
        size = max(1, round(wide * scale)), max(1, round(height * scale))
        if size != (width, height):
            grey = cv2.resize(grey, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
        if self._quarters:
            grey = np.rot90(grey, -self._quarters)
        return np.ascontiguousarray(grey[:, ::-1] if self._mirrored else grey)


class Keyframes(_Upright):
    """Keeps 256 bytes of every picture that the skim shows, unless it is blank or still the same picture.

    What is held without a change is kept once in ten seconds.
    """

    def __init__(self, *, most: int = 1_000_000) -> None:
        super().__init__()
        self._sift = cv2.SIFT.create(nfeatures=_KEPT_POINTS, contrastThreshold=_LEAST_CONTRAST)
        self._most = most
        self._rows: list[NDArray[np.void]] = []
        self._blank: Counter[str] = Counter()
        self._looked = self._same = 0
        self._last: tuple[Fraction, Grey] | None = None
        self._time_base: Fraction | None = None

    def see(self, frame: SeenFrame) -> None:
        """Take the picture's code, words and address."""
        self._looked += 1
        self._time_base = frame.time_base
        grey = self.shown(frame, KEPT_SIDE_PX)
        why = why_blank(grey)
        if why:
            self._blank[why] += 1
            return
        if self._is_the_same(frame.seconds, grey):
            self._same += 1
            return
        if len(self._rows) >= self._most:
            self._blank["over the limit"] += 1
            return
        self._last = frame.seconds, grey
        self._rows.append(self._row(frame, grey))

    def finish(self) -> dict[str, Any] | None:
        """The rows, one after the other, and how many pictures were passed over and why."""
        if not self._looked:
            return None
        return {
            "rows": b"".join(row.tobytes() for row in self._rows),
            "time_base": self._time_base,
            "looked": self._looked,
            "same": self._same,
            "blank": dict(self._blank),
        }

    def _is_the_same(self, at: Fraction, grey: Grey) -> bool:
        if self._last is None or not 0 <= at - self._last[0] < _SAME_S or self._last[1].shape != grey.shape:
            return False
        return float(cv2.absdiff(self._last[1], grey).mean()) < _SAME_LEVELS

    def _row(self, frame: SeenFrame, grey: Grey) -> NDArray[np.void]:
        waves = waves_of(grey)
        row = np.zeros((), KEPT)
        row["quality"] = quality_of(waves)
        if row["quality"]:
            row["code"] = code_of(waves)
        row["pts"] = frame.pts
        row["digest"] = np.frombuffer(frame.digest[:DIGEST_BYTES], np.uint8)
        descriptors, places, strength = points_of(self._sift, grey)
        if len(places):
            words = words_of(mixed(descriptors))
            kept = chosen(words, places, strength)
            row["count"] = len(kept)
            row["words"][: len(kept)] = words[kept]
            row["places"][: len(kept)] = places.taken(kept).packed()
        return row


class Asked(_Upright):
    """Takes all that can be asked of some pictures of a query: codes of their parts, and many more words than are kept.

    Not more often than every `every_s` seconds, and not more than `most` pictures, spread over the whole.
    """

    def __init__(self, *, every_s: float = 0.7, most: int = 120, points: int = _ASKED_POINTS) -> None:
        super().__init__()
        self._sift = cv2.SIFT.create(nfeatures=points, contrastThreshold=_LEAST_CONTRAST)
        self._every_s, self._most = every_s, most
        self._due_s = -1e18
        self._found: list[dict[str, Any]] = []
        self._views: list[Grey] = []
        self._small: list[Grey] = []
        self._blank: Counter[str] = Counter()

    def begin(self, facts: Facts) -> None:
        """Hear how long the footage says it is."""
        super().begin(facts)
        if facts.duration_s:
            self._every_s = max(self._every_s, float(facts.duration_s) / self._most)

    def see(self, frame: SeenFrame) -> None:
        """Take the picture's points if it is due and says something."""
        at = float(frame.seconds)
        if at < self._due_s - 1e-6 or len(self._found) >= 2 * self._most:
            return
        grey = self.shown(frame, ASKED_SIDE_PX)
        why = why_blank(grey)
        if why:
            self._blank[why] += 1
            return
        self._due_s = at + self._every_s
        descriptors, places, strength = points_of(self._sift, grey)
        self._views.append(_shrunk(grey, _VIEW_SIDE_PX))
        self._small.append(_shrunk(grey, _INNER_SIDE_PX))
        self._found.append(
            {
                "pts": frame.pts,
                "digest": frame.digest,
                "seconds": frame.seconds,
                "width": grey.shape[1] / max(grey.shape),
                "descriptors": descriptors.tobytes(),
                "places": np.stack([places.x, places.y, places.size, places.turn, strength], axis=1).tobytes(),
            }
        )

    def finish(self) -> dict[str, Any] | None:
        """Every picture that was looked at, with the codes of its parts."""
        if not self._found and not self._blank:
            return None
        inner = inner_boxes(np.stack(_spread(self._small, _MOST_INNER))) if self._found else {}
        for told, grey in zip(self._found, self._views, strict=True):
            views = views_of(grey, inner)
            told["parts"] = [view.part for view in views]
            told["boxes"] = [view.box for view in views]
            told["mirrors"] = [view.mirror for view in views]
            told["codes"] = b"".join(view.code.astype("<u8").tobytes() for view in views)
        return {"pictures": self._found, "blank": dict(self._blank)}


def points_of(sift: cv2.SIFT, grey: Grey) -> tuple[NDArray[np.uint8], Places, NDArray[np.float32]]:
    """The SIFT descriptors of the picture (Lowe 2004), where they are, and how strong."""
    points, raw = sift.detectAndCompute(grey, None)
    if raw is None or not len(points):
        nothing = np.zeros(0, np.float32)
        return np.zeros((0, 128), np.uint8), Places(x=nothing, y=nothing, size=nothing, turn=nothing), nothing
    table = np.array([(*one.pt, one.size, one.angle, one.response) for one in points], np.float32)
    table[:, :3] /= max(grey.shape)
    places = Places(x=table[:, 0], y=table[:, 1], size=table[:, 2], turn=np.deg2rad(table[:, 3]))
    return raw.astype(np.uint8), places, table[:, 4]


def _shrunk(grey: Grey, side_px: int) -> Grey:
    scale = side_px / max(grey.shape)
    if scale >= 1:
        return grey
    size = max(1, round(grey.shape[1] * scale)), max(1, round(grey.shape[0] * scale))
    return cv2.resize(grey, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)


def _spread(pictures: list[Grey], most: int) -> list[Grey]:
    # Some of them, from the first to the last, of the first one's size.
    picked = pictures[:: max(1, len(pictures) // most)]
    return [one for one in picked if one.shape == picked[0].shape]
