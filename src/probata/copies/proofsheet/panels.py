"""Pictures by their timestamps, fetched out of the jail and checked."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import msgspec
import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from probata.engines.sandbox import Jail
from probata.media.errors import DecoderConfused
from probata.media.limits import Limits
from probata.media.skims import skim
from probata.media.wire import Consumer

PANELS = "probata.copies.jailed.panels:Panels"
_MOST_SIDE_PX = 4096


class _Told(msgspec.Struct):
    pts: int
    time_base: Fraction
    digest: bytes
    width: int
    height: int
    grey: bytes


@frozen(kw_only=True, eq=False)
class Panel:
    """One picture, grey and small, as coded; `digest` is of the whole picture as decoded."""

    pts: int
    time_base: Fraction
    digest: bytes
    grey: NDArray[np.uint8]

    @property
    def seconds(self) -> Fraction:
        """When it is shown, exactly."""
        return self.pts * self.time_base


def panels(
    file: Path,
    pts: Iterable[int],
    time_base: Fraction,
    *,
    side_px: int,
    limits: Limits | None = None,
    jail: Jail | None = None,
) -> dict[int, Panel]:
    """The pictures at these timestamps, by timestamp; only they, and what they lean on, are decoded."""
    wanted = sorted(set(pts))
    if not wanted:
        return {}
    asked = Consumer(name="panels", target=PANELS, parameters={"pts": wanted, "side_px": side_px})
    # The spans' ends are exact; their sum is no more than the pictures that were asked for.
    spans = [(one * time_base, one * time_base) for one in wanted]
    outcome = skim(file, (asked,), spans=spans, limits=limits, jail=jail).outcomes["panels"]
    if outcome.outcome == "could_not_look":
        raise DecoderConfused(why=f"its pictures could not be fetched: {outcome.why}")
    told = outcome.result_as(list[_Told]) if outcome.outcome == "found" else []
    return {one.pts: _panel(one) for one in told if one.pts in wanted}


def _panel(told: _Told) -> Panel:
    sized = 0 < told.width <= _MOST_SIDE_PX and 0 < told.height <= _MOST_SIDE_PX
    if not sized or len(told.grey) != told.width * told.height:
        raise DecoderConfused(why="a picture and its size do not fit together")
    grey = np.frombuffer(told.grey, np.uint8).reshape(told.height, told.width)
    return Panel(pts=told.pts, time_base=told.time_base, digest=told.digest, grey=grey)
