"""Where one sound may run along another: every way and every offset is tried, and foreign sound is tried beside it.

The one sound is cut into blocks of 0.6 s. Each block is laid over every place of the other, and over as much foreign
sound, whose agreement says what chance does with this very block. Blocks that follow each other at one offset are
added up, over 1.2 s and up to 8.4 s; what stands highest over the foreign sums are the candidates.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from attrs import evolve, field, frozen

from probata.copies.sound.rows import in_rows
from probata.copies.sound.soundprint import BITS, SoundPrint
from probata.copies.sound.spectra import Floats
from probata.copies.sound.ways import Way, passing, warped

BLOCK: Final = 12  # frames: 0.6 s
_LENGTHS = (2, 4, 8, 14)  # blocks
_STRIP = 96  # blocks at once: a minute
_STRIP_STEP = _STRIP - _LENGTHS[-1]
_STRETCH = 6_000  # frames of the others at once: 5 minutes
_GROUP = 6  # blocks within which the best start is kept
_LEAST_FILLED = 0.25  # share of a block's cells that may be compared
_MOST_A_WAY = 96
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

    `deviations` tells for each way how much each block's agreement with foreign sound varies, in parts of what it would
    if its cells were independent of each other.
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
class Strip:
    """Blocks of the one sound passing in one way, with what chance does with each block and each length of sum."""

    way: Way
    first: int
    rows: Floats
    deviations: Floats
    scales: dict[int, float]

    def in_deviations(self, agreements: Floats) -> Floats:
        """Agreements of its blocks (one row a block) in deviations of foreign sound; 0 for blocks of nothing."""
        inverse = np.divide(1, self.deviations, out=np.zeros_like(self.deviations), where=self.deviations > 0)
        return agreements * inverse[:, None]


@frozen(kw_only=True, eq=False)
class Chance:
    """What foreign sound does with the one, in every way: what is measured of it is gathered here."""

    cells: Floats
    foreign: Floats
    ways: tuple[Way, ...]
    wrong: list[Candidate] = field(factory=list)
    deviations: dict[Way, Floats] = field(factory=dict)

    def strips(self, count: int, step: int) -> Iterator[list[Strip]]:
        """The one sound in strips of `count` blocks, each `step` after the last: one list of all ways a place."""
        windows = _windows(self.foreign)
        lengths = {way: passing(len(self.cells), way) // BLOCK for way in self.ways}
        self.deviations.update({way: np.zeros(blocks, dtype=np.float32) for way, blocks in lengths.items()})
        for start in range(0, max(max(lengths.values(), default=0) - (count - step), 1), step):
            yield [
                self._strip(way, start, end, windows)
                for way, blocks in lengths.items()
                if (end := min(start + count, blocks)) - start >= _LENGTHS[0]
            ]

    def _strip(self, way: Way, start: int, end: int, windows: Floats) -> Strip:
        rows = warped(self.cells, way, start * BLOCK, end * BLOCK).reshape(-1, BLOCK * BITS)
        strip, sums = _measured(way, start, rows, windows)
        size = np.sqrt(np.square(rows).sum(axis=1))
        self.deviations[way][start:end] = strip.deviations / np.maximum(size, 1)
        self.wrong.extend(_best(strip, sums, most=2))
        return strip

    @property
    def worth(self) -> float:
        """The least sum worth keeping."""
        return _WORTH * max((one.score for one in self.wrong), default=0.0)

    def trace(self, found: tuple[list[Candidate], ...]) -> Trace:
        """What was found beside what foreign sound reached, each by falling score."""
        for one in (*found, self.wrong):
            one.sort(key=lambda candidate: -candidate.score)
        return Trace(found=found, foreign=self.wrong, deviations=self.deviations)


def traced(cells: Floats, others: Sequence[SoundPrint], foreign: Floats, ways: tuple[Way, ...]) -> Trace:
    """Where the one sound may run in each of the others: every place of them is tried."""
    found: tuple[list[Candidate], ...] = tuple([] for _ in others)
    chance = Chance(cells=cells, foreign=foreign, ways=ways)
    for strips in chance.strips(_STRIP, _STRIP_STEP):
        worth = chance.worth
        for row in in_rows(others, frames=_STRETCH, overlap=BLOCK * _LENGTHS[-1]):
            windows = _windows(row.cells)
            for strip in strips:
                for one in _best(strip, _sums(strip, windows), most=_MOST_A_WAY, worth=worth):
                    which = row.at(one.offset + (one.start + one.end) // 2)
                    found[which].append(evolve(one, offset=one.offset - row.starts[which]))
    return chance.trace(found)


def _measured(way: Way, first: int, rows: Floats, chance: Floats) -> tuple[Strip, dict[int, Floats]]:
    """The strip with what chance does with it: the deviation of each block, then of each length of sum."""
    against = rows @ chance.T
    filled = np.abs(rows).mean(axis=1) > _LEAST_FILLED / 2
    deviations = np.where(filled, against.std(axis=1), 0).astype(np.float32)
    strip = Strip(way=way, first=first, rows=rows, deviations=deviations, scales={})
    sums = _added(strip.in_deviations(against))
    strip.scales.update({length: max(float(one.std()), 1e-6) for length, one in sums.items()})
    return strip, {length: one / np.float32(strip.scales[length]) for length, one in sums.items()}


def _sums(strip: Strip, windows: Floats) -> dict[int, Floats]:
    sums = _added(strip.in_deviations(strip.rows @ windows.T))
    return {length: one / np.float32(strip.scales[length]) for length, one in sums.items()}


def _windows(other: Floats) -> Floats:
    """Every place of a block, one row each, from one where it hangs over the start to one where it hangs over the end.

    The block at row r lies over the frames from r - BLOCK.
    """
    padded = np.pad(other, ((BLOCK, BLOCK), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(padded.reshape(-1), BLOCK * BITS)[::BITS]
    return np.ascontiguousarray(windows)


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


def _best(strip: Strip, sums: dict[int, Floats], *, most: int, worth: float = 0.0) -> list[Candidate]:
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
                    offset=column - lead - strip.first * BLOCK,
                    start=(strip.first + row) * BLOCK,
                    end=(strip.first + row + length) * BLOCK,
                )
            )
    return found
