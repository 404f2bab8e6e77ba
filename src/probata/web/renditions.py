"""Renditions as screens need them: read from the store once, then kept: bytes under a digest never change."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

from probata.media.table import PtsTable
from probata.media.waveform import Waveform
from probata.preservation import selectors as preservation
from probata.terms.digests import Sha256

TABLE = "pts_table"
WAVE = "peaks"


def frames(item: str) -> PtsTable | None:
    """The item's table of frames; None where nobody made one, or there are no pictures."""
    row = preservation.rendition(item, TABLE)
    return _table(row.sha256) if row else None


def wave(item: str) -> Waveform | None:
    """The item's waveform; None where nobody made one, or there is no sound."""
    row = preservation.rendition(item, WAVE)
    return _wave(row.sha256) if row else None


def origin_s(item: str) -> Fraction:
    """The file's own time at which a player's clock says 0: the pictures' where there are any, else the sound's."""
    table = frames(item)
    if table is not None:
        return table.origin_s
    sound = wave(item)
    return sound.anchors[0].seconds if sound is not None else Fraction(0)


def duration_s(item: str) -> Fraction | None:
    """How long it lasts, exactly: the pictures, or the sound where there are none; None where nobody looked."""
    table, sound = preservation.rendition(item, TABLE), preservation.rendition(item, WAVE)
    pictures_s = _pictures_s(table.sha256) if table else None
    if pictures_s is not None:
        return pictures_s
    return _sound_s(sound.sha256) if sound else None


@lru_cache(maxsize=8)
def _table(sha256: str) -> PtsTable:
    return PtsTable.from_bytes(_read(sha256))


@lru_cache(maxsize=8)
def _wave(sha256: str) -> Waveform:
    return Waveform.from_bytes(_read(sha256))


# A list of items asks for lengths alone: the tables behind them are not kept.
@lru_cache(maxsize=10_000)
def _pictures_s(sha256: str) -> Fraction | None:
    table = PtsTable.from_bytes(_read(sha256))
    if not table.count:
        return None
    last = table.interval(table.by_pts(max(table.pts))[-1])
    assert last is not None, "the last frame of the latest PTS is always shown"
    return last.end.seconds - min(table.pts) * table.time_base


@lru_cache(maxsize=10_000)
def _sound_s(sha256: str) -> Fraction:
    sound = Waveform.from_bytes(_read(sha256))
    return sound.heard_at(sound.samples) - sound.anchors[0].seconds


def _read(sha256: str) -> bytes:
    with preservation.store().open(Sha256(sha256)) as stream:
        return stream.read()
