"""Compares what is asked with every key picture of the index: codes bit by bit, words by a table of those asked for.

Nothing is approximated in the codes, unless a segment is given with lists: each of them is compared with each that is
kept. Words are looked for in three thirds of 21 bits: a kept word that agrees with an asked one in a third, but for
bits of which the asked one was not sure, is compared in all 64. Both read the columns once, in order, in two threads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations
from math import log, sqrt
from typing import Any, Final

import numpy as np
from attrs import define, field, frozen
from numpy.typing import NDArray

from probata.copies.codes import CODE_BITS, WORDS
from probata.copies.index.lists import PROBES, Lists
from probata.copies.index.segments import Segment

THREADS: Final = 2
NEAR_BITS: Final = 76  # of 255: further apart than this, codes of pictures that show the same are no rarer than others
_BLOCK = 1 << 16  # rows: what is computed of them stays in the processor's cache
_SHARE, _SPREAD_BITS = 256, 8  # one row in so many; how far codes of chance spread about half of 255
_MOST_NEAR = 2000  # rows for one code and segment; of more than that the nearest are told

WORD_NEAR_BITS: Final = 13
THIRDS: Final = 3
_KEY_BITS, _WORDS_AT_ONCE = 21, 1 << 16
_MOST_UNSURE, _LEAST_UNSURE = 5, 2
LOOKED_UP: Final = 5 << 18  # ways in which a word may be written, for all words that are asked for
_MOST_MET = 4000  # rows for one word and segment: such a word is common and says nothing


@frozen(kw_only=True, eq=False)
class Near:
    """Kept codes near asked ones: which was asked, the row in the segment, and in how many bits they differ."""

    asked: NDArray[np.int64]
    rows: NDArray[np.int64]
    bits: NDArray[np.int64]


def near_codes(
    segments: Sequence[Segment],
    codes: NDArray[np.uint64],
    *,
    most_bits: int = NEAR_BITS,
    lists: Sequence[Lists | None] = (),
    probes: int = PROBES,
) -> tuple[list[Near], NDArray[np.int64]]:
    """For each segment all rows within so many bits of each code; and for each code the most bits a row differs in.

    The furthest row is the one nearest to the picture in negative. `codes` has a row of four numbers for each asked.
    `lists` has the lists of each segment, or None: of a segment with lists only the lists of the `probes` nearest
    centres are compared, and the furthest row is reckoned from a share of its rows.
    """
    scan = _CodeScan(codes=np.ascontiguousarray(codes, dtype=np.uint64), most_bits=most_bits, probes=probes)
    jobs: list[_Job] = []
    for at, (segment, listed) in enumerate(zip(segments, lists or [None] * len(segments), strict=True)):
        some = listed is not None
        end = -(-segment.frames // _SHARE) if some else segment.frames
        jobs += [
            _Job(at=at, segment=segment, start=start, end=end, furthest_alone=some) for start in range(0, end, _BLOCK)
        ]
        jobs += [_Job(at=at, segment=segment, lists=listed)] if listed is not None else []
    found: list[list[Near]] = [[] for _ in segments]
    furthest = np.zeros(len(codes), dtype=np.int64)
    for job, (near, far) in zip(jobs, _in_threads(scan.block, jobs), strict=True):
        found[job.at].append(near)
        np.maximum(furthest, far, out=furthest)
    seen = sum(min(job.end - job.start, _BLOCK) for job in jobs)
    every = sum(segment.frames for segment in segments)
    furthest += np.where(furthest > 0, _further(seen, every), 0)
    return [_nearest(parts, len(codes)) for parts in found], np.minimum(furthest, CODE_BITS)


def _further(seen: int, every: int) -> int:
    """By how much the furthest of many rows is expected to exceed that of the few that were seen, in bits."""
    if not 1 < seen < every:
        return 0
    return round(_SPREAD_BITS * (sqrt(2 * log(every)) - sqrt(2 * log(seen))))


@frozen(kw_only=True, eq=False)
class _Job:
    """Some of a segment's rows up to `end`, for the furthest alone where it has lists; or all that its lists tell."""

    at: int
    segment: Segment
    start: int = 0
    end: int = 0
    furthest_alone: bool = False
    lists: Lists | None = None


@frozen(kw_only=True, eq=False)
class _CodeScan:
    codes: NDArray[np.uint64]
    most_bits: int
    probes: int

    def block(self, job: _Job) -> tuple[Near, NDArray[np.int64]]:
        """One block of rows against every code."""
        furthest = np.zeros(len(self.codes), dtype=np.int64)
        if job.lists is not None:
            asked, rows, bits = job.lists.near(self.codes, most_bits=self.most_bits, probes=self.probes)
            return Near(asked=asked, rows=rows, bits=bits), furthest
        span = slice(job.start, min(job.start + _BLOCK, job.end))
        near = self._compared(job.segment, span, furthest)
        return (_joined([], [], []) if job.furthest_alone else near), furthest

    def _compared(self, segment: Segment, span: slice, furthest: NDArray[np.int64]) -> Near:
        columns = [segment.columns[f"code{part}"][span] for part in range(4)]
        said = segment.columns["quality"][span] > 0
        count = len(said)
        changed = np.empty(count, np.uint64)
        bits, some = np.empty(count, np.uint8), np.empty(count, np.uint8)
        blank = np.where(said, 0, 255).astype(np.uint8)
        any_blank = not said.all()
        asked, rows, apart = [], [], []
        for number, code in enumerate(self.codes):
            np.bitwise_xor(columns[0], code[0], out=changed)
            np.bitwise_count(changed, out=bits)
            for part in (1, 2, 3):
                np.bitwise_xor(columns[part], code[part], out=changed)
                np.bitwise_count(changed, out=some)
                np.add(bits, some, out=bits)  # at most 255: one bit of every code is always 0
            if any_blank:
                np.bitwise_or(bits, blank, out=bits)
                furthest[number] = int(bits[said].max(initial=0))
            else:
                furthest[number] = int(bits.max(initial=0))
            if int(bits.min(initial=255)) <= self.most_bits:
                near = np.flatnonzero((bits <= self.most_bits) & said)
                asked.append(np.full(len(near), number, dtype=np.int64))
                rows.append(near + span.start)
                apart.append(bits[near].astype(np.int64))
        return _joined(asked, rows, apart)


def _joined(asked: list[NDArray[np.int64]], rows: list[NDArray[np.int64]], bits: list[NDArray[np.int64]]) -> Near:
    if not asked:
        nothing = np.zeros(0, np.int64)
        return Near(asked=nothing, rows=nothing, bits=nothing)
    return Near(asked=np.concatenate(asked), rows=np.concatenate(rows), bits=np.concatenate(bits))


def _nearest(parts: list[Near], count: int) -> Near:
    near = _joined([one.asked for one in parts], [one.rows for one in parts], [one.bits for one in parts])
    held = np.bincount(near.asked, minlength=count)
    if not len(near.asked) or int(held.max()) <= _MOST_NEAR:
        return near
    order = np.lexsort((near.rows, near.bits, near.asked))
    place = np.arange(len(order)) - np.repeat(np.cumsum(held) - held, held)
    kept = np.sort(order[place < _MOST_NEAR])
    return Near(asked=near.asked[kept], rows=near.rows[kept], bits=near.bits[kept])


# -- words


@frozen(kw_only=True, eq=False)
class Met:
    """Kept words near asked ones: which was asked, the row, the place in the row, and in how many bits they differ."""

    asked: NDArray[np.int64]
    rows: NDArray[np.int64]
    slots: NDArray[np.int64]
    bits: NDArray[np.int64]


@define(eq=False)
class WordTable:
    """The words that are asked for, so laid out that a kept word finds those near it by a third of its bits."""

    words: NDArray[np.uint64]
    _wanted: list[NDArray[np.bool_]] = field(factory=list)
    _starts: list[NDArray[np.int32]] = field(factory=list)
    _owners: list[NDArray[np.int64]] = field(factory=list)

    @classmethod
    def of(
        cls,
        words: NDArray[np.uint64],
        sureness: NDArray[np.float32],
        *,
        looked_up: int = LOOKED_UP,
        thirds: int = THIRDS,
    ) -> WordTable:
        """A table of these words; `sureness` is how far from 0 each of the 64 mixtures was that gave their bits.

        It finds every kept word within `WORD_NEAR_BITS` of an asked one that agrees with it in one of the first
        `thirds` thirds, but for the `unsure_bits` of that third of which the asked one is least sure; and no other.
        """
        table = cls(words)
        for part in range(thirds):
            unsure = np.argsort(sureness[:, part * _KEY_BITS : (part + 1) * _KEY_BITS], axis=1, kind="stable")
            flips = _flips(unsure[:, : unsure_bits(len(words), looked_up)])
            every = (_thirds(words, part, np.empty(len(words), np.uint64))[:, None] ^ flips).ravel()
            table._owners.append(np.argsort(every, kind="stable") // flips.shape[1])
            held = np.bincount(every, minlength=1 << _KEY_BITS)
            table._wanted.append(held > 0)
            table._starts.append(np.concatenate([[0], np.cumsum(held)]).astype(np.int32))
        return table

    def met_in(self, words: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Which asked words are near which of these, and in how many bits they differ; each pair once.

        A word that is 0 is no word.
        """
        room = np.empty(min(len(words), _WORDS_AT_ONCE), np.uint64)
        found: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = []
        for start in range(0, len(words), _WORDS_AT_ONCE):
            some = words[start : start + _WORDS_AT_ONCE]
            for part in range(len(self._wanted)):
                asked, places = self._met_by(part, some, room[: len(some)])
                found.append((asked, places + start))
        asked, places = (np.concatenate([np.zeros(0, np.int64), *(one[way] for one in found)]) for way in (0, 1))
        if len(self._wanted) > 1:  # what one third finds, another may find too
            met = np.unique(places * len(self.words) + asked)
            places, asked = met // max(1, len(self.words)), met % max(1, len(self.words))
        return asked, places, np.bitwise_count(self.words[asked] ^ words[places]).astype(np.int64)

    def _met_by(
        self, part: int, words: NDArray[np.uint64], room: NDArray[np.uint64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        keys = _thirds(words, part, room)
        places = np.flatnonzero(self._wanted[part].take(keys, mode="clip"))
        met, kept = keys.take(places), words.take(places)
        first, ends = self._starts[part].take(met), self._starts[part].take(met + 1)
        asked, near = self._near(part, first, kept)
        # Hardly a key has more than one owner: those that have are looked at again, with all that come after the first.
        again = np.flatnonzero(ends - first > 1)
        counts = (ends - first)[again] - 1
        which = np.repeat(again, counts)
        after = np.arange(len(which)) - np.repeat(np.cumsum(counts, dtype=np.int64) - counts, counts) + 1
        more, nearer = self._near(part, first[which] + after, kept[which])
        return np.concatenate([asked[near], more[nearer]]), np.concatenate([places[near], places[which[nearer]]])

    def _near(
        self, part: int, owners: NDArray[np.integer[Any]], kept: NDArray[np.uint64]
    ) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        asked = self._owners[part].take(owners)
        near = np.bitwise_count(self.words.take(asked) ^ kept) <= WORD_NEAR_BITS
        return asked, near & (kept != 0)


def _thirds(words: NDArray[np.uint64], part: int, room: NDArray[np.uint64]) -> NDArray[np.int64]:
    # One third of the bits of each word, as what numpy looks up by without a copy, in memory that is there.
    shifted = np.right_shift(words, np.uint64(part * _KEY_BITS), out=room) if part else words
    return np.bitwise_and(shifted, np.uint64((1 << _KEY_BITS) - 1), out=room).view(np.int64)


def unsure_bits(count: int, looked_up: int = LOOKED_UP) -> int:
    """How many bits of a third may be wrong without the word being missed: fewer where many words are asked for."""
    unsure = _MOST_UNSURE
    while unsure > _LEAST_UNSURE and count << unsure > looked_up:
        unsure -= 1
    return unsure


def _flips(unsure: NDArray[np.intp]) -> NDArray[np.int64]:
    # Every way to change some of these bits, one row a word.
    ways = [c for size in range(unsure.shape[1] + 1) for c in combinations(range(unsure.shape[1]), size)]
    bits = np.int64(1) << unsure.astype(np.int64)
    flips = np.zeros((len(unsure), len(ways)), np.int64)
    for place, way in enumerate(ways):
        for bit in way:
            flips[:, place] |= bits[:, bit]
    return flips


def met_words(segments: Sequence[Segment], table: WordTable) -> list[Met]:
    """For each segment all kept words near asked ones; words that are met in very many rows are left out."""
    rows = 8 * _WORDS_AT_ONCE // WORDS
    jobs = [(at, segment, start) for at, segment in enumerate(segments) for start in range(0, segment.frames, rows)]
    found: list[list[Met]] = [[] for _ in segments]

    def block(job: tuple[int, Segment, int]) -> Met:
        _at, segment, start = job
        words = segment.columns["words"][start : start + rows].ravel()
        asked, places, bits = table.met_in(words)
        return Met(asked=asked, rows=places // WORDS + start, slots=places % WORDS, bits=bits)

    for (at, _segment, _start), met in zip(jobs, _in_threads(block, jobs), strict=True):
        found[at].append(met)
    return [_uncommon(parts, len(table.words)) for parts in found]


def _uncommon(parts: list[Met], count: int) -> Met:
    columns = {name: [getattr(one, name) for one in parts] for name in ("asked", "rows", "slots", "bits")}
    whole = {name: np.concatenate(some) if some else np.zeros(0, np.int64) for name, some in columns.items()}
    rare = np.bincount(whole["asked"], minlength=count)[whole["asked"]] <= _MOST_MET
    return Met(**{name: values[rare] for name, values in whole.items()})


def _in_threads(work: Callable[[Any], Any], jobs: Sequence[Any]) -> Iterable[Any]:
    if len(jobs) < 2:
        return map(work, jobs)
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(work, jobs))
