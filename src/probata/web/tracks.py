"""Tracks as screens show them: on the player's clock, each entry tied to the frame at which it begins."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from attrs import asdict, field, frozen

from probata.analysis import selectors as analysis
from probata.analysis.services import FRAMES
from probata.engines import plugins
from probata.media.table import PtsTable
from probata.media.waveform import FULL_SCALE, Waveform
from probata.terms.spans import Moment
from probata.web import renditions

MOST_BUCKETS = 120_000
"""Ten for each pixel of a very wide screen; below that, a wider view loses nothing that can be seen."""


@frozen(kw_only=True)
class TrackEntry:
    """One thing found, from `start_s` to `end_s` on the player's clock; `ordinal` is the frame shown at its start."""

    kind: str
    start_s: float
    end_s: float
    start_pts: int | None
    end_pts: int | None
    time_base: str
    ordinal: int | None
    score: float | None
    text: str
    attributes: Mapping[str, Any] = field(factory=dict)


@frozen(kw_only=True)
class Track:
    """One analyser's answer: found, nothing found, could not look (and why), or not looked yet."""

    analyser: str
    version: str
    outcome: str
    why: str
    entries: tuple[TrackEntry, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The track for a script to draw."""
        return {**asdict(self), "entries": [asdict(entry) for entry in self.entries]}


def tracks(item: str) -> list[Track]:
    """Every analyser's newest answer about an item, and the names of those that have not looked yet."""
    table, origin_s = renditions.frames(item), renditions.origin_s(item)
    looks = analysis.current_looks(item)
    answered = [_track(look, table, origin_s) for look in looks.values() if not _is_mere_table(look)]
    waiting = [
        Track(analyser=name, version="", outcome="not_looked", why="")
        for name in plugins.names("probata.analysers")
        if name not in looks
    ]
    return answered + waiting


def _is_mere_table(look: Any) -> bool:  # noqa: ANN401  a row of another room
    # That the frames were counted is told by the axis itself; that they could not be is an answer of its own.
    return bool(look.analyser == FRAMES and look.outcome == "found")


def _track(look: Any, table: PtsTable | None, origin_s: Fraction) -> Track:  # noqa: ANN401  a row of another room
    entries = analysis.track(look).get("entries", []) if look.outcome == "found" else []
    return Track(
        analyser=look.analyser,
        version=look.version,
        outcome=look.outcome,
        why=look.why,
        entries=tuple(_entry(one, table, origin_s) for one in entries),
    )


def _entry(stored: Mapping[str, Any], table: PtsTable | None, origin_s: Fraction) -> TrackEntry:
    time_base = str(stored.get("time_base") or "")
    start_pts, end_pts = stored.get("start_pts"), stored.get("end_pts")
    start = _seconds(start_pts, time_base, stored.get("start_s"))
    end = _seconds(end_pts, time_base, stored.get("end_s", stored.get("start_s")))
    return TrackEntry(
        kind=str(stored.get("kind", "")),
        start_s=float(start - origin_s),
        end_s=float(end - origin_s),
        start_pts=start_pts,
        end_pts=end_pts,
        time_base=time_base,
        ordinal=shown_at(table, start),
        score=stored.get("score"),
        text=str(stored.get("text") or ""),
        attributes=stored.get("attributes") or {},
    )


def _seconds(pts: int | None, time_base: str, seconds: float | None) -> Fraction:
    # Ticks are exact; seconds stand in where a track was made from sound alone.
    if pts is not None and time_base:
        return pts * Fraction(time_base)
    return Fraction(seconds or 0)


def shown_at(table: PtsTable | None, start_s: Fraction) -> int | None:
    """The frame that is on screen at a time of the file's own clock, and of several with that PTS the first."""
    if table is None or not table.count:
        return None
    ticks = round(start_s / table.time_base)
    found = table.by_pts(ticks) if ticks * table.time_base == start_s else ()
    return found[0] if found else table.shown_at(Moment(pts=ticks, time_base=table.time_base))


def frame_columns(table: PtsTable) -> dict[str, Any]:
    """The table of frames for a script: columns, whole numbers only, so that nothing is rounded on the way.

    `middles` are twice the ticks of the middle of each frame's interval: where a player seeks to show it; None for a
    frame that no time shows. Digests are asked for one by one: a screen names one frame at a time.
    """
    middles = []
    for ordinal in range(table.count):
        shown = table.interval(ordinal)
        middles.append(None if shown is None else shown.start_pts + shown.end_pts)
    return {
        "schema": "probata/frame-columns/1",
        "count": table.count,
        "time_base": [table.time_base.numerator, table.time_base.denominator],
        "origin_s": [table.origin_s.numerator, table.origin_s.denominator],
        "pts": table.pts,
        "middles": middles,
        "keys": table.keys,
        "faults": table.faults,
    }


def wave_columns(wave: Waveform, origin_s: Fraction) -> dict[str, Any]:
    """The waveform for a script: levels in columns, and from which bucket on which time counts."""
    shown = wave if wave.count <= MOST_BUCKETS else wave.coarser(-(-wave.count // MOST_BUCKETS))
    return {
        "schema": "probata/wave-columns/1",
        "full_scale": FULL_SCALE,
        "bucket_s": float(Fraction(shown.samples_a_bucket, shown.rate_hz)),
        "anchors": [[one.sample / shown.samples_a_bucket, float(one.seconds - origin_s)] for one in shown.anchors],
        "lowest": shown.lowest,
        "highest": shown.highest,
        "level": shown.level,
    }
