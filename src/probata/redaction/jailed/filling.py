"""Where a plan lies on pictures and in sound, and the tone that fills it; shared by who fills and who looks."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from probata.media.jailed.frames import plane_rows
from probata.redaction.plan import Area, Mute, RedactionPlan
from probata.terms.spans import Moment

LUMA, CHROMA, GREY = 126, 128, 128
"""The middle of the narrow range of YUV, without colour; and the same in RGB."""
Planes = list[NDArray[np.uint8]]
Rectangle = tuple[int, int, int, int]


def read(plan: dict[str, Any]) -> RedactionPlan:
    """The plan as it crossed the line."""
    return RedactionPlan.from_json(plan)


def rectangles(areas: tuple[Area, ...], moment: Moment, width: int, height: int) -> Iterator[Rectangle]:
    """The pixels that are to be filled in a picture shown at a moment: left, top, right, bottom."""
    for area in areas:
        found = area.pixels_at(moment, width, height)
        if found is not None:
            yield found


def planes_of(frame: av.VideoFrame, width: int, height: int) -> Planes:
    """A picture's planes in 4:2:0 and 8 bits, at this size; copies."""
    made = frame.reformat(width=width, height=height, format="yuv420p")
    return [np.array(rows) for rows in plane_rows(made)]


def fill(planes: Planes, rectangle: Rectangle) -> None:
    """Fill a rectangle of a picture in 4:2:0; outwards to whole samples of colour."""
    left, top, right, bottom = rectangle
    left, top, right, bottom = left // 2 * 2, top // 2 * 2, -(-right // 2) * 2, -(-bottom // 2) * 2
    planes[0][top:bottom, left:right] = LUMA
    for plane in planes[1:]:
        plane[top // 2 : bottom // 2, left // 2 : right // 2] = CHROMA


def muted(mutes: tuple[Mute, ...], start_s: Fraction, rate_hz: int, count: int) -> Iterator[tuple[int, int]]:
    """From which to which of `count` samples, the first heard at `start_s`, a plan is silent."""
    for mute in mutes:
        first = (mute.segment.start.seconds - start_s) * rate_hz
        end = (mute.segment.end.seconds - start_s) * rate_hz
        # A sample that lasts into the stretch is silent as well.
        begins = max(0, first.numerator // first.denominator)
        ends = min(count, -(-end.numerator // end.denominator))
        if begins < ends:
            yield begins, ends
