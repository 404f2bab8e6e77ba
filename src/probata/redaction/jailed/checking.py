"""Looks at a rendition inside a cell of its own: is every area filled in every frame, every muted stretch silent?

It reads the plan and the rendition alone, and knows nothing of how that was made.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from probata.redaction.jailed import filling
from probata.terms.spans import Moment

if TYPE_CHECKING:
    from probata.media.jailed.frames import SeenFrame
    from probata.media.jailed.sound import SoundBlock


class Checks:
    """The farthest that any sample under a mask lies from the tone, and the loudest that a muted stretch gets."""

    def __init__(self, *, plan: dict[str, Any], width_px: int, height_px: int, seconds: list[str]) -> None:
        self._plan = filling.read(plan)
        self._size = width_px, height_px
        # The times of the original's pictures: a still format gives no times of its own.
        self._seconds = [Fraction(one) for one in seconds]
        self._off = 0
        self._worst_ordinal: int | None = None
        self._loudest = 0.0
        self._in_area = [0] * len(self._plan.areas)
        self._muted_samples = self._samples = self._pictures = 0

    def see(self, frame: SeenFrame) -> None:
        """One more picture: what lies under the masks."""
        self._pictures += 1
        if frame.ordinal >= len(self._seconds):
            return
        exact = self._seconds[frame.ordinal]
        moment = Moment(pts=exact.numerator, time_base=Fraction(1, exact.denominator))
        width, height = self._size
        planes: filling.Planes | None = None
        for number, area in enumerate(self._plan.areas):
            found = area.pixels_at(moment, width, height)
            if found is None:
                continue
            self._in_area[number] += 1
            if planes is None:
                planes = filling.planes_of(frame.frame, frame.frame.width, frame.frame.height)
            off = _farthest(planes, found)
            if off > self._off:
                self._off, self._worst_ordinal = off, frame.ordinal

    def hear(self, block: SoundBlock) -> None:
        """One more block of sound: how loud it is where it must be silent."""
        count = block.channels.shape[1]
        self._samples += count
        anchor = max((one for one in block.anchors if one.sample <= block.start_sample), key=lambda one: one.sample)
        heard_s = anchor.seconds + Fraction(block.start_sample - anchor.sample, block.rate_hz)
        for begins, ends in filling.muted(self._plan.mutes, heard_s, block.rate_hz, count):
            self._muted_samples += ends - begins
            self._loudest = max(self._loudest, float(np.abs(block.channels[:, begins:ends]).max()))

    def finish(self) -> dict[str, Any]:
        """What was seen and heard."""
        return {
            "farthest_off": self._off,
            "worst_ordinal": self._worst_ordinal,
            "loudest": self._loudest,
            "pictures": self._pictures,
            "pictures_in_area": self._in_area,
            "samples": self._samples,
            "muted_samples": self._muted_samples,
        }


def _farthest(planes: filling.Planes, rectangle: filling.Rectangle) -> int:
    left, top, right, bottom = rectangle
    parts = [(planes[0][top:bottom, left:right], filling.LUMA)]
    half = slice(top // 2, -(-bottom // 2)), slice(left // 2, -(-right // 2))
    parts += [(plane[half], filling.CHROMA) for plane in planes[1:]]
    return max((int(np.abs(part.astype(np.int16) - tone).max()) for part, tone in parts if part.size), default=0)
