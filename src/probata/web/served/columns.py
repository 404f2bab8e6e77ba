"""Frames and waveform in columns for scripts: made once from bytes that never change, and kept as they are sent."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from typing import Any

import msgspec

from probata.media.table import PtsTable
from probata.media.waveform import FULL_SCALE, Waveform
from probata.preservation import selectors as preservation
from probata.web.served import renditions

MOST_BUCKETS = 8_000
"""Two for each pixel of a very wide screen. A wider view loses nothing that can be seen; a narrower one asks anew."""

_FINER = 4


def frames(item: str) -> bytes | None:
    """The item's table of frames as JSON; None where nobody made one, or there are no pictures."""
    row = preservation.rendition(item, renditions.TABLE)
    return None if row is None else _frames(item, str(row.sha256))


@lru_cache(maxsize=4)
def _frames(item: str, _sha256: str) -> bytes:
    table = renditions.frames(item)
    assert table is not None, "the digest is that of its row"
    return msgspec.json.encode(frame_columns(table))


def frame_columns(table: PtsTable) -> dict[str, Any]:
    """The table of frames for a script: columns, whole numbers only, so that nothing is rounded on the way.

    `middles` are twice the ticks of the middle of each frame's interval: where a player seeks to show it; None for a
    frame that no time shows. Digests are asked for one by one: a screen names one frame at a time.
    """
    return {
        "schema": "probata/frame-columns/1",
        "count": table.count,
        "time_base": [table.time_base.numerator, table.time_base.denominator],
        "origin_s": [table.origin_s.numerator, table.origin_s.denominator],
        "pts": table.pts,
        "middles": _middles(table),
        "keys": table.keys,
        "faults": table.faults,
    }


def frame_address(item: str, table: PtsTable, ordinal: int) -> dict[str, Any]:
    """One frame's whole address, and what is odd about it; raises `NoSuchFrame`."""
    row = table.at(ordinal)
    return {
        "item": item,
        "ordinal": row.ordinal,
        "of": table.count,
        **row.moment.as_json(),
        "digest": str(row.digest),
        "key": row.key,
        "derived": row.derived,
        "out_of_order": row.out_of_order,
        "damaged": row.damaged,
    }


def _middles(table: PtsTable) -> list[int | None]:
    # `PtsTable.interval` for all frames at once: each is shown until the next later PTS, of several with one PTS the
    # last.
    middles: list[int | None] = [None] * table.count
    order: Sequence[int] = range(table.count)
    if table.out_of_order:
        order = sorted(order, key=lambda ordinal: (table.pts[ordinal], ordinal))
    for one, after in pairwise(order):
        if table.pts[one] != table.pts[after]:
            middles[one] = table.pts[one] + table.pts[after]
    if order:
        last = table.interval(order[-1])
        middles[order[-1]] = None if last is None else last.start_pts + last.end_pts
    return middles


def wave(item: str, start_s: Fraction | None = None, end_s: Fraction | None = None) -> bytes:
    """The item's waveform as JSON, as fine as a screen can show it: all of it, or a stretch on the player's clock."""
    row = preservation.rendition(item, renditions.WAVE)
    if row is None:
        return msgspec.json.encode({"schema": "probata/wave-columns/1", "level": []})
    origin_s = renditions.origin_s(item)
    if start_s is None or end_s is None:
        return _whole_wave(item, str(row.sha256), origin_s)
    return msgspec.json.encode(_stretch(item, str(row.sha256), start_s + origin_s, end_s + origin_s, origin_s))


@lru_cache(maxsize=8)
def _whole_wave(item: str, sha256: str, origin_s: Fraction) -> bytes:
    found = _coarser(item, sha256, 1)
    times = 1
    while found.count > MOST_BUCKETS:
        times *= _FINER
        found = _coarser(item, sha256, times)
    return msgspec.json.encode(wave_columns(found, origin_s))


def _stretch(item: str, sha256: str, start_s: Fraction, end_s: Fraction, origin_s: Fraction) -> dict[str, Any]:
    times = 1
    while True:
        found = _coarser(item, sha256, times)
        first, last = _bucket(found, start_s), _bucket(found, end_s) + 1
        if last - first <= MOST_BUCKETS or found.count <= MOST_BUCKETS:
            return wave_columns(found, origin_s, first=max(0, first), last=max(0, last))
        times *= _FINER


def _bucket(found: Waveform, at_s: Fraction) -> int:
    # Of the last anchor that has begun: where timestamps jump back, the later sound is shown.
    anchor = next((one for one in reversed(found.anchors) if one.seconds <= at_s), found.anchors[0])
    return int((anchor.sample + (at_s - anchor.seconds) * found.rate_hz) // found.samples_a_bucket)


@lru_cache(maxsize=24)
def _coarser(item: str, sha256: str, times: int) -> Waveform:
    if times > 1:
        return _coarser(item, sha256, times // _FINER).coarser(_FINER)
    found = renditions.wave(item)
    assert found is not None, "the digest is that of its row"
    return found


def wave_columns(found: Waveform, origin_s: Fraction, *, first: int = 0, last: int | None = None) -> dict[str, Any]:
    """The waveform for a script: levels in columns, and from which bucket on which time counts."""
    buckets = slice(first, last)
    return {
        "schema": "probata/wave-columns/1",
        "full_scale": FULL_SCALE,
        "bucket_s": float(Fraction(found.samples_a_bucket, found.rate_hz)),
        "anchors": [
            [one.sample / found.samples_a_bucket - first, float(one.seconds - origin_s)] for one in found.anchors
        ],
        "lowest": found.lowest[buckets],
        "highest": found.highest[buckets],
        "level": found.level[buckets],
    }
