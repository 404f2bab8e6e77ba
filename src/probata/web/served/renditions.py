"""Renditions as screens need them: read from the store once, then kept: bytes under a digest never change."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any

import msgspec

from probata.media.table import PtsTable
from probata.media.waveform import Waveform
from probata.preservation import selectors as preservation
from probata.terms.digests import Sha256
from probata.terms.spans import Moment

TABLE = "pts_table"
WAVE = "peaks"
FACTS = "facts"


def frames(item: str) -> PtsTable | None:
    """The item's table of frames; None where nobody made one, or there are no pictures."""
    row = preservation.rendition(item, TABLE)
    return preservation.table_of_frames(row.sha256) if row else None


def shown_at(table: PtsTable | None, start_s: Fraction) -> int | None:
    """The frame that is on screen at a time of the file's own clock, and of several with that PTS the first."""
    if table is None or not table.count:
        return None
    ticks = round(start_s / table.time_base)
    found = table.by_pts(ticks) if ticks * table.time_base == start_s else ()
    return found[0] if found else table.shown_at(Moment(pts=ticks, time_base=table.time_base))


def wave(item: str) -> Waveform | None:
    """The item's waveform; None where nobody made one, or there is no sound."""
    row = preservation.rendition(item, WAVE)
    return preservation.waveform(row.sha256) if row else None


def facts(item: str) -> dict[str, Any]:
    """What the file states of itself, as it was found; empty where nobody looked."""
    row = preservation.rendition(item, FACTS)
    return _facts(row.sha256) if row else {}


def origin_s(item: str) -> Fraction:
    """The file's own time at which a player's clock says 0; 0 where nobody made what tells it."""
    return preservation.origin_s(item) or Fraction(0)


def duration_s(item: str) -> Fraction | None:
    """How long it lasts, exactly: the pictures, or the sound where there are none; None where nobody looked."""
    table, sound = preservation.rendition(item, TABLE), preservation.rendition(item, WAVE)
    start, end = _pictures(table.sha256) if table else _sound(sound.sha256) if sound else (None, None)
    return None if start is None or end is None else end - start


def durations_s(items: Sequence[str]) -> dict[str, Fraction]:
    """How long each of these items lasts, asked for together; items at which nobody looked are left out."""
    newest = preservation.newest_renditions(items, (TABLE, WAVE))
    lengths: dict[str, Fraction] = {}
    for item in items:
        table, sound = newest.get((item, TABLE)), newest.get((item, WAVE))
        start, end = _pictures(table.sha256) if table else _sound(sound.sha256) if sound else (None, None)
        if start is not None and end is not None:
            lengths[item] = end - start
    return lengths


def axis_s(item: str) -> Fraction:
    """How long the time axis must be, on the player's clock, to hold the last picture and the last sound."""
    table, sound = preservation.rendition(item, TABLE), preservation.rendition(item, WAVE)
    ends = [_pictures(table.sha256)[1]] if table else []
    ends += [_sound(sound.sha256)[1]] if sound else []
    return max((end for end in ends if end is not None), default=Fraction(0)) - origin_s(item)


@lru_cache(maxsize=64)
def _facts(sha256: str) -> dict[str, Any]:
    read: dict[str, Any] = msgspec.json.decode(_read(sha256))
    return read


# A list of items asks for lengths alone: of the tables behind them only the last few are kept.
@lru_cache(maxsize=10_000)
def _pictures(sha256: str) -> tuple[Fraction | None, Fraction | None]:
    """When the first picture starts and the last ends, in the file's own time."""
    table = preservation.table_of_frames(sha256)
    if not table.count:
        return None, None
    last = table.interval(table.by_pts(max(table.pts))[-1])
    assert last is not None, "the last frame of the latest PTS is always shown"
    return min(table.pts) * table.time_base, last.end.seconds


@lru_cache(maxsize=10_000)
def _sound(sha256: str) -> tuple[Fraction, Fraction]:
    """When the first sample is heard and the last ends, in the file's own time."""
    sound = preservation.waveform(sha256)
    return sound.anchors[0].seconds, sound.heard_at(sound.samples)


def _read(sha256: str) -> bytes:
    with preservation.store().open(Sha256(sha256)) as stream:
        return stream.read()
