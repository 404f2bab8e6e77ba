"""Where one sound may run along another: every way and every offset is tried, and foreign sound is tried beside it.

The one sound is cut into blocks of 0.6 s. Each block is laid over every place of the other, and over as much foreign
sound, whose agreement says what chance does with this very block. Blocks that follow each other at one offset are
added up, over 1.2 s and up to 8.4 s; what stands highest over the foreign sums are the candidates.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from attrs import frozen

from probata.copies.sound.soundprint import BITS
from probata.copies.sound.spectra import Floats
from probata.copies.sound.ways import Way, warped

BLOCK: Final = 12  # frames: 0.6 s
_LENGTHS = (2, 4, 8, 14)  # blocks
_STRIP = 96  # blocks at once: a minute
_STRIP_STEP = _STRIP - _LENGTHS[-1]
_STRETCH = 6_000  # frames of the other sound at once: 5 minutes
_GROUP = 6  # blocks within which the best start is kept
_LEAST_FILLED = 0.25  # share of a block's cells that may be compared
_MOST_A_WAY = 24
_WORTH = 0.75  # of the highest foreign sum: below it, nothing is kept


@frozen(kw_only=True)
class Candidate:
    """A guess: the first frame of the one lies at frame `offset` of the other; rows `start` to `end` agreed.

    `start` and `end` are frames of the one as warped; `score` is in deviations of foreign sums.
    """

    score: float
    way: Way
    offset: int
    start: int
    end: int


@frozen(kw_only=True, eq=False)
class Trace:
    """What was found along each of the other sounds, by falling score, and what foreign sound reached.

    `deviations` tells for each way how much each block's agreement with foreign sound varies.
    """

    found: tuple[list[Candidate], ...]
    foreign: list[Candidate]
    deviations: dict[Way, Floats]

    @property
    def spread(self) -> float:
        """How much the highest foreign score varies from way to way."""
        highest: dict[Way, float] = {}
        for one in self.foreign:
            highest[one.way] = max(one.score, highest.get(one.way, 0.0))
        return float(np.std(list(highest.values()))) if highest else 0.0


@frozen(kw_only=True, eq=False)
class _Strip:
    """Blocks of the one sound passing in one way, with what chance does with each block and each length of sum."""

    way: Way
    first: int
    rows: Floats
    deviations: Floats
    scales: dict[int, float]


def traced(cells: Floats, others: Sequence[Floats], foreign: Floats, ways: tuple[Way, ...]) -> Trace:
    """Where the one sound may run in each of the others, and the best that the foreign sound offers."""
    found: tuple[list[Candidate], ...] = tuple([] for _ in others)
    wrong: list[Candidate] = []
    rows = {way: blocks for way in ways if len(blocks := _blocks(warped(cells, way))) >= _LENGTHS[0]}
    deviations = {way: np.zeros(len(blocks), dtype=np.float32) for way, blocks in rows.items()}
    chance = _windows(foreign)
    for start in range(0, max(map(len, rows.values()), default=0), _STRIP_STEP):
        strips = []
        for way, blocks in rows.items():
            part = blocks[start : start + _STRIP]
            if len(part) < _LENGTHS[0]:
                continue
            strip, sums = _measured(way, start, part, chance)
            deviations[way][start : start + len(part)] = strip.deviations
            wrong += _best(strip, sums, 0, most=2)
            strips.append(strip)
        worth = _WORTH * max((one.score for one in wrong), default=0.0)
        for place, other in enumerate(others):
            for stretch_start, stretch in _stretches(other):
                windows = _windows(stretch)
                for strip in strips:
                    found[place].extend(
                        _best(strip, _sums(strip, windows), stretch_start, most=_MOST_A_WAY, worth=worth)
                    )
    for one in (*found, wrong):
        one.sort(key=lambda candidate: -candidate.score)
    return Trace(found=found, foreign=wrong, deviations=deviations)


def _blocks(cells: Floats) -> Floats:
    """The cells as blocks, one row a block; the rest that fills no block is left."""
    count = len(cells) // BLOCK
    return cells[: count * BLOCK].reshape(count, BLOCK * BITS)


def _stretches(other: Floats) -> Iterator[tuple[int, Floats]]:
    step = _STRETCH - BLOCK * _LENGTHS[-1]
    for start in range(0, max(1, len(other) - BLOCK * _LENGTHS[-1]), step):
        yield start, other[start : start + _STRETCH]


def _measured(way: Way, first: int, rows: Floats, chance: Floats) -> tuple[_Strip, dict[int, Floats]]:
    """The strip with what chance does with it: the deviation of each block, then of each length of sum."""
    against = rows @ chance.T
    filled = np.abs(rows).mean(axis=1) > _LEAST_FILLED / 2
    deviations = np.where(filled, against.std(axis=1), 0).astype(np.float32)
    sums = _added(_in_deviations(deviations, against))
    scales = {length: max(float(one.std()), 1e-6) for length, one in sums.items()}
    strip = _Strip(way=way, first=first, rows=rows, deviations=deviations, scales=scales)
    return strip, {length: one / np.float32(scales[length]) for length, one in sums.items()}


def _sums(strip: _Strip, windows: Floats) -> dict[int, Floats]:
    sums = _added(_in_deviations(strip.deviations, strip.rows @ windows.T))
    return {length: one / np.float32(strip.scales[length]) for length, one in sums.items()}


def _windows(other: Floats) -> Floats:
    """Every place of a block, one row each, from one where it hangs over the start to one where it hangs over the end.

    The block at row r lies over the frames from r - BLOCK.
    """
    padded = np.pad(other, ((BLOCK, BLOCK), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(padded.reshape(-1), BLOCK * BITS)[::BITS]
    return np.ascontiguousarray(windows)


def _in_deviations(deviations: Floats, agreements: Floats) -> Floats:
    inverse = np.divide(1, deviations, out=np.zeros_like(deviations), where=deviations > 0)
    return agreements * inverse[:, None]


def _added(scores: Floats) -> dict[int, Floats]:
    """Sums along the diagonals, for each length; column k is the offset k - BLOCK * (1 + rows)."""
    count, places = scores.shape
    lead = BLOCK * count
    wide = np.zeros((count, places + 2 * lead), dtype=np.float32)
    wide[:, lead : lead + places] = scores
    skewed = np.lib.stride_tricks.as_strided(
        wide, shape=(count, places + lead), strides=(wide.strides[0] + BLOCK * wide.strides[1], wide.strides[1])
    )
    running = np.zeros((count + 1, places + lead), dtype=np.float32)
    np.cumsum(skewed, axis=0, out=running[1:])
    return {length: running[length:] - running[:-length] for length in _LENGTHS if length <= count}


def _best(
    strip: _Strip, sums: dict[int, Floats], stretch_start: int, *, most: int, worth: float = 0.0
) -> list[Candidate]:
    """The highest sums worth keeping, at most one a group of rows and column and length."""
    found: list[Candidate] = []
    lead = BLOCK * (len(strip.rows) + 1)
    for length, one in sums.items():
        groups = np.maximum.reduceat(one, np.arange(0, len(one), _GROUP), axis=0)
        rows, columns = np.nonzero(groups > max(worth, float(groups.max()) * _WORTH))
        highest = np.argsort(-groups[rows, columns], kind="stable")[:most]
        for group, column in zip(rows[highest].tolist(), columns[highest].tolist(), strict=True):
            row = group * _GROUP + int(np.argmax(one[group * _GROUP : (group + 1) * _GROUP, column]))
            found.append(
                Candidate(
                    score=float(groups[group, column]),
                    way=strip.way,
                    offset=stretch_start + column - lead - strip.first * BLOCK,
                    start=(strip.first + row) * BLOCK,
                    end=(strip.first + row + length) * BLOCK,
                )
            )
    return found


def backwards(sounds: Sequence[Floats], *, least: int, most: int) -> Floats:
    """Sound that is like these and surely none of them: each played backwards, over and over until there is enough.

    Played backwards, what rose falls: the signs are turned, so that sounds which are their own mirror stay alike.
    """
    gap = np.zeros((BLOCK, BITS), dtype=np.float32)
    parts = [part for cells in sounds for part in (-cells[::-1], gap)]
    joined = np.concatenate(parts) if parts else gap
    times = -(-least // max(len(joined), 1))
    return np.concatenate([joined] * max(1, times))[:most]
