"""Listens to a pass for sounds that begin suddenly, and says what each is like: inside the jail.

The sound itself is let go after two seconds. The features of an impulse wait until its neighbours of the next five are
known; then it is scored, and only what may be of a wanted kind is kept. Where that is more than can be told, the least
likely are left out, and their number is told.
"""

from __future__ import annotations

from bisect import bisect_left
from operator import itemgetter
from typing import Any

import numpy as np
import numpy.fft  # loaded before files are out of reach: numpy itself would do these late
import numpy.ma
import numpy.random

from probata.analysis.shots import features, onsets
from probata.analysis.shots.features import AFTER, BEFORE
from probata.analysis.shots.model import Model
from probata.analysis.shots.onsets import HOP, RATE_HZ, WINDOW, Floats
from probata.analysis.speech.clock import Clock
from probata.media.jailed.sound import SoundBlock

_PIECE = 500  # frames at a time: one second
_MOST = 20_000
_NEAR = round((features.NEAR_S + 0.1) * RATE_HZ)  # samples; onsets are sorted within a hundredth of a second
_MARGIN = 16  # frames around a piece whose rises depend on their neighbours
_LEVEL_FRAMES = 5


class Impulses:
    """Every sound that begins suddenly and may be of a wanted kind: when exactly, what it is like, what it may be.

    `weights` are the bytes of the model; an impulse that is less than `least` like `kinds` together is not told.
    """

    sound_rate_hz = RATE_HZ

    def __init__(self, *, weights: bytes, rise_db: float, least: float, kinds: list[str]) -> None:
        self._model = Model.read(weights)
        self._rise_db, self._least = rise_db, least
        self._wanted = [self._model.kinds.index(kind) for kind in kinds]
        self._kept = np.zeros(0, np.float32)
        self._kept_from = 0  # the frame at which `_kept` and `_level` begin
        self._level = np.zeros((0, len(onsets.BANDS) + 1), np.float32)
        self._done = 0  # frames in which impulses were looked for
        self._samples = 0
        self._peak = 0.0
        self._last: SoundBlock | None = None
        self._near: list[tuple[int, int, float, Floats]] = []  # impulses that are scored next, and their neighbours
        self._scored = 0  # samples before which every impulse is scored
        self._sudden = 0
        self._kept_ones: list[tuple[int, int, float, Floats, Floats]] = []
        self._left_out = 0

    def hear(self, block: SoundBlock) -> None:
        """One more block of sound."""
        mono = np.nan_to_num(block.mono, nan=0.0, posinf=0.0, neginf=0.0)
        self._last = block
        self._samples += len(mono)
        self._peak = max(self._peak, float(np.abs(mono).max(initial=0.0)))
        self._kept = np.concatenate([self._kept, mono])
        fresh = onsets.levels(self._kept[len(self._level) * HOP :])
        if len(fresh):
            self._level = np.concatenate([self._level, fresh])
        while self._kept_from + len(self._level) >= self._done + _PIECE + AFTER + _MARGIN:
            self._look(self._done + _PIECE)

    def finish(self) -> dict[str, Any] | None:
        """All impulses with exact times, and the facts of the sound; nothing where there is none."""
        if self._last is None:
            return None
        # The last frames see silence after the end, as if it went on.
        self._kept = np.concatenate([self._kept, np.zeros(WINDOW, np.float32)])
        fresh = onsets.levels(self._kept[len(self._level) * HOP :])
        self._level = np.concatenate([self._level, fresh])
        self._look(self._kept_from + len(self._level))
        self._score(self._samples + WINDOW)
        clock = Clock(self._last.anchors, RATE_HZ)
        return {
            "samples": self._samples,
            "rate_hz": RATE_HZ,
            "peak": self._peak,
            "jumps": max(0, len(self._last.anchors) - 1),
            "sudden": self._sudden,
            "left_out": self._left_out,
            "time_base": clock.time_base,
            "impulses": [self._told(one, clock) for one in sorted(self._kept_ones, key=itemgetter(0, 1))],
        }

    def _look(self, until: int) -> None:
        first = self._done - self._kept_from
        start, stop = max(0, first - _MARGIN), min(len(self._level), until - self._kept_from + _MARGIN)
        for at in onsets.candidates(self._level[start:stop], self._rise_db):
            frame = start + int(at)
            if first <= frame < until - self._kept_from:
                self._wait(frame)
        self._done = until
        self._score(until * HOP - _NEAR)
        drop = self._done - BEFORE - _MARGIN - self._kept_from
        if drop > 0:
            self._level = self._level[drop:]
            self._kept = self._kept[drop * HOP :]
            self._kept_from += drop

    def _wait(self, frame: int) -> None:
        onset = onsets.exact(self._kept, frame * HOP + WINDOW // 2)
        level = float(self._level[frame : frame + _LEVEL_FRAMES, -1].max())
        row = features.describe(self._level, frame, self._kept, onset.sample)
        self._near.append((self._kept_from * HOP + onset.sample, onset.error, level, row))
        self._sudden += 1

    def _score(self, before: int) -> None:
        """Score every impulse before this sample; its neighbours on both sides are known."""
        self._near.sort(key=itemgetter(0, 1))
        at = [sample for sample, *_rest in self._near]
        first, last = bisect_left(at, self._scored), bisect_left(at, before)
        if first < last:
            rows = np.stack([row for *_place, row in self._near])
            level = np.array([loud for _sample, _error, loud, _row in self._near], np.float32)
            context = features.among(rows, np.array(at) / RATE_HZ, level, range(first, last))
            rows = np.concatenate([rows[first:last], context], axis=1)
            scores = self._model.scores(rows)
            for number in np.flatnonzero(scores[:, self._wanted].sum(axis=1) >= self._least):
                self._kept_ones.append((*self._near[first + number][:3], rows[number], scores[number]))
            self._thin_out()
        self._scored = max(self._scored, before)
        del self._near[: bisect_left(at, before - _NEAR)]

    def _thin_out(self) -> None:
        if len(self._kept_ones) > _MOST:
            self._kept_ones.sort(key=lambda one: float(one[4][self._wanted].sum()), reverse=True)
            self._left_out += len(self._kept_ones) - _MOST // 2
            del self._kept_ones[_MOST // 2 :]

    def _told(self, one: tuple[int, int, float, Floats, Floats], clock: Clock) -> dict[str, Any]:
        sample, error, level, row, scores = one
        start_pts, end_pts = clock.span(sample, min(self._samples, sample + _lasting(row)))
        return {
            "start_pts": start_pts,
            "end_pts": max(start_pts, end_pts),
            "error_s": error / RATE_HZ,
            "level_db": level,
            "scores": {kind: float(score) for kind, score in zip(self._model.kinds, scores, strict=True)},
            "features": {name: float(row[_COLUMNS[name]]) for name in _TOLD},
        }


_TOLD = ("rise", "over", "fall_60ms", "fall_240ms", "voice", "centroid", "alike_before")
_COLUMNS = {name: number for number, name in enumerate(features.NAMES + features.CONTEXT)}


def _lasting(row: Floats) -> int:
    """How many samples it stays within 12 dB of its height: 2 ms at least, 200 ms at most."""
    return int(max(1, row[_COLUMNS["width_12db"]])) * HOP
