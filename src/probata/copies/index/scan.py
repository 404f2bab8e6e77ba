"""Compares what is asked with every key picture of the index: codes bit by bit, words by a table of those asked for.

Each code is compared with each that is kept, and nothing is approximated, unless a segment is given with lists: then
those of whole pictures are, and others are looked for in lists. Words are looked for in three thirds of 21 bits: a kept
word that agrees with an asked one in a third, but for bits of which the asked one was not sure, is compared in all 64.
Both read the columns once, in order, in two threads; words of a third alone are found by lists, and are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import combinations
from math import log, sqrt
from typing import Any, Final

import numpy as np
from attrs import define, field, frozen
from numpy.typing import NDArray

from probata.copies.codes import CODE_BITS, WORDS
from probata.copies.index.lists import KEY_BITS, PROBES, Lists, apart
from probata.copies.index.segments import Segment

THREADS: Final = 2
NEAR_BITS: Final = 76  # of 255: further apart than this, codes of pictures that show the same are no rarer than others
_BLOCK = 1 << 16  # rows of one job
_ROWS_AT_ONCE, _CODES_AT_ONCE = 1 << 13, 10  # what is computed of them stays in the processor's cache
_CHANGED: Final = np.uint64(0x5555_5555_5555_5555)  # by mirroring
_SHARE, _SPREAD_BITS = 256, 8  # one row in so many; how far codes of chance spread about half of 255
_MOST_NEAR = 2000  # rows for one code and segment; of more than that the nearest are told

WORD_NEAR_BITS: Final = 13
THIRDS: Final = 3
_WORDS_AT_ONCE, _KEYS_AT_ONCE = 1 << 16, 1 << 12
_MOST_UNSURE, _LEAST_UNSURE = 5, 2
LOOKED_UP: Final = 5 << 18  # ways in which a word may be written, for all words that are asked for
_MOST_MET = 4000  # rows for one word and segment: such a word is common and says nothing


Codes = NDArray[np.uint64]


@frozen(kw_only=True, eq=False)
class Near:
    """Kept codes near asked ones: which was asked, the row in the segment, and in how many bits they differ."""

    asked: NDArray[np.int64]
    rows: NDArray[np.int64]
    bits: NDArray[np.int64]


_Compared = tuple[Near, NDArray[np.int64]]  # and for each code how far the furthest is


def near_codes(
    segments: Sequence[Segment],
    codes: Codes,
    *,
    most_bits: int = NEAR_BITS,
    lists: Sequence[Lists | None] = (),
    whole: NDArray[np.bool_] | None = None,
    probes: int = PROBES,
) -> tuple[list[Near], NDArray[np.int64]]:
    """For each segment all rows within so many bits of each code; and for each code the most bits a row differs in.

    The furthest row is the one nearest to the picture in negative; it is told where it is as near to that, and else 0.
    `codes` has a row of four numbers for each asked. `lists` has the lists of each segment, or None: with a segment
    that has lists only the `whole` codes are compared exactly. Of the others the lists of the `probes` nearest centres
    are compared, and the furthest row is reckoned from a share of the rows.
    """
    codes = np.ascontiguousarray(codes, dtype=np.uint64)
    every = np.arange(len(codes))
    some = every if whole is None else every[whole]
    some, others = (some, np.setdiff1d(every, some)) if any(one is not None for one in lists) else (every, every[:0])
    scans = {False: _CodeScan.of(codes, every, most_bits), True: _CodeScan.of(codes, some, most_bits)}
    jobs: list[tuple[int, Callable[[], _Compared]]] = []
    for at, (segment, listed) in enumerate(zip(segments, lists or [None] * len(segments), strict=True)):
        scan = scans[listed is not None]
        jobs += [(at, partial(scan.block, segment, start)) for start in range(0, segment.frames, _BLOCK) if scan.count]
        if listed is not None and len(others):
            jobs.append((at, partial(_listed, segment, listed, codes, others, most_bits, probes)))
    found: list[list[Near]] = [[] for _ in segments]
    furthest = np.zeros(len(codes), dtype=np.int64)
    for (at, _do), (near, far) in zip(jobs, _in_threads(_done, jobs), strict=True):
        found[at].append(near)
        np.maximum(furthest, far, out=furthest)
    frames = [segment.frames for segment in segments]
    seen = sum(-(-count // _SHARE) if one is not None else count for count, one in zip(frames, lists, strict=False))
    furthest[others] += np.where(furthest[others] > 0, _further(seen, sum(frames)), 0)
    return [_nearest(parts, len(codes)) for parts in found], np.minimum(furthest, CODE_BITS)


def _done(job: tuple[int, Callable[[], _Compared]]) -> _Compared:
    return job[1]()


def _further(seen: int, every: int) -> int:
    """By how much the furthest of many rows is expected to exceed that of the few that were seen, in bits."""
    if not 1 < seen < every:
        return 0
    return round(_SPREAD_BITS * (sqrt(2 * log(every)) - sqrt(2 * log(seen))))


def _listed(
    segment: Segment, lists: Lists, codes: Codes, others: NDArray[np.int64], most_bits: int, probes: int
) -> _Compared:
    """What the lists tell of some of the codes, and how far the furthest of a share of the rows is from each."""
    asked, rows, bits = lists.near(codes[others], most_bits=most_bits, probes=probes)
    furthest = np.zeros(len(codes), dtype=np.int64)
    said = segment.columns["quality"][::_SHARE] > 0
    share = np.stack([segment.columns[f"code{part}"][::_SHARE][said] for part in range(4)])
    for start in range(0, len(others), _CODES_AT_ONCE):
        some = others[start : start + _CODES_AT_ONCE]
        furthest[some] = apart(codes[some], share).max(axis=1, initial=0)
    return Near(asked=others[asked], rows=rows, bits=bits), furthest


def by_columns_of_waves(columns: Sequence[Codes]) -> tuple[Codes, ...]:
    """The bits of codes, given as four columns, in another order: those that mirroring changes, then those it keeps.

    Mirroring changes the sign of every other column of waves, and with it every other bit. Between codes in this order
    as many bits differ as before; and what differs from one code tells what differs from it mirrored.
    """
    changed, unchanged = np.stack(columns[::2]), np.stack(columns[1::2])
    one = np.uint64(1)
    swapped = changed >> one
    np.bitwise_xor(swapped, unchanged, out=swapped)
    np.bitwise_and(swapped, _CHANGED, out=swapped)
    np.bitwise_xor(unchanged, swapped, out=unchanged)
    np.bitwise_xor(changed, np.left_shift(swapped, one, out=swapped), out=changed)
    return changed[0], changed[1], unchanged[0], unchanged[1]


@frozen(kw_only=True, eq=False)
class _CodeScan:
    """Codes to be compared with every row. A code whose mirror image is asked for too is compared once for both.

    `asked` has two rows: which code is asked for, and which is it mirrored, or -1; `codes` has those of the first row,
    in another order of bits.
    """

    every: int
    asked: NDArray[np.int64]
    codes: Codes
    most_bits: int
    _rooms: list[_Room] = field(factory=list)

    @classmethod
    def of(cls, codes: Codes, which: NDArray[np.int64], most_bits: int) -> _CodeScan:
        pairs: list[list[int]] = []
        alone: dict[bytes, list[list[int]]] = {}
        for number in which.tolist():
            mirrored = alone.get((codes[number] ^ _CHANGED).tobytes())
            if mirrored:
                mirrored.pop()[1] = number
            else:
                pairs.append([number, -1])
                alone.setdefault(codes[number].tobytes(), []).append(pairs[-1])
        asked = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
        return cls(
            every=len(codes),
            asked=asked,
            codes=np.stack(by_columns_of_waves(codes[asked[0]].T), axis=1),
            most_bits=most_bits,
        )

    @property
    def count(self) -> int:
        return len(self.codes)

    def block(self, segment: Segment, first: int) -> _Compared:
        """One block of rows against every code."""
        furthest = np.zeros(self.every, dtype=np.int64)
        try:
            room = self._rooms.pop()
        except IndexError:  # as many as there are threads
            room = _Room()
        near: list[Near] = []
        for start in range(first, min(first + _BLOCK, segment.frames), _ROWS_AT_ONCE):
            span = slice(start, min(start + _ROWS_AT_ONCE, first + _BLOCK))
            columns = [segment.columns[f"code{part}"][span] for part in range(4)]
            said = np.flatnonzero(segment.columns["quality"][span] > 0)
            if len(said) < len(columns[0]):
                columns = [column[said] for column in columns]
            kept = by_columns_of_waves(columns)
            for code in range(0, self.count if len(said) else 0, _CODES_AT_ONCE):
                asked, places, bits = self._compared(kept, code, room, furthest)
                if len(asked):
                    near.append(Near(asked=asked, rows=said[places] + start, bits=bits))
        self._rooms.append(room)
        return _joined(near), furthest

    def _compared(
        self, kept: tuple[Codes, ...], first: int, room: _Room, furthest: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], ...]:
        """Some rows against some codes: which are near, and more is known of how far the furthest is.

        Three quarters of the bits are compared of all. Of 255 bits of which 128 change when mirrored, and of the 64
        more that are compared, let x and y be how many differ, less half of them. Whatever the last 63 are, only what
        has |x| + |y| >= 96 - most_bits is within `most_bits` of a code, of it mirrored, or of the negative of either.
        """
        codes = self.codes[first : first + _CODES_AT_ONCE]
        count = len(kept[0])
        changed, counted, changing, others, apart_x, apart_y = room.of(len(codes), count)
        for part, counts in enumerate((changing, counted, others)):
            np.bitwise_count(np.bitwise_xor(codes[:, part, None], kept[part], out=changed), out=counts)
        np.add(changing, counted, out=changing)
        np.absolute(np.subtract(changing.view(np.int8), 64, out=apart_x), out=apart_x)
        np.absolute(np.subtract(others.view(np.int8), 32, out=apart_y), out=apart_y)
        met = np.flatnonzero(np.add(apart_x, apart_y, out=apart_x) >= 96 - self.most_bits)
        which = met // count
        places = met - which * count
        turned = changing.ravel().take(met).astype(np.int16)
        same = others.ravel().take(met).astype(np.int16)
        same += np.bitwise_count(kept[3].take(places) ^ codes[:, 3].take(which))
        met = np.flatnonzero(np.abs(2 * turned - 128) + np.abs(2 * same - 127) >= CODE_BITS - 2 * self.most_bits)
        turned, same, which, places = turned[met], same[met], which[met], places[met]
        whose = self.asked[:, first + which].ravel()
        bits = np.concatenate([same + turned, same + 128 - turned]).astype(np.int64)
        far = (bits >= CODE_BITS - self.most_bits) & (whose >= 0)
        np.maximum.at(furthest, whose[far], bits[far])
        near = np.flatnonzero((bits <= self.most_bits) & (whose >= 0))
        return whose[near], np.concatenate([places, places])[near], bits[near]


@define(eq=False)
class _Room:
    """Memory to reckon in: new memory for every code would cost as much as the reckoning."""

    _changed: Codes = field(factory=lambda: np.empty(_CODES_AT_ONCE * _ROWS_AT_ONCE, np.uint64))
    _counts: NDArray[np.uint8] = field(factory=lambda: np.empty((5, _CODES_AT_ONCE * _ROWS_AT_ONCE), np.uint8))

    def of(self, codes: int, rows: int) -> tuple[NDArray[Any], ...]:
        """One table of numbers of 64 bits, three of small ones and two of small ones with a sign, so long and wide."""
        one, two, three, four, five = self._counts[:, : codes * rows].reshape(5, codes, rows)
        changed = self._changed[: codes * rows].reshape(codes, rows)
        return changed, one, two, three, four.view(np.int8), five.view(np.int8)


def _joined(parts: Sequence[Near]) -> Near:
    asked, rows, bits = (
        np.concatenate([np.zeros(0, np.int64), *(getattr(one, name) for one in parts)])
        for name in ("asked", "rows", "bits")
    )
    return Near(asked=asked, rows=rows, bits=bits)


def _nearest(parts: list[Near], count: int) -> Near:
    near = _joined(parts)
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
    _keys: list[NDArray[np.int64]] = field(factory=list)

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
            unsure = np.argsort(sureness[:, part * KEY_BITS : (part + 1) * KEY_BITS], axis=1, kind="stable")
            flips = _flips(unsure[:, : unsure_bits(len(words), looked_up)])
            every = (_thirds(words, part, np.empty(len(words), np.uint64))[:, None] ^ flips).ravel()
            order = np.argsort(every, kind="stable")
            table._owners.append(order // flips.shape[1])
            table._keys.append(every[order])
            held = np.bincount(every, minlength=1 << KEY_BITS)
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

    def met_in_lists(
        self, words: NDArray[np.uint64], lists: Lists
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """The same of all words of a segment with lists, by those: of a table of the first third alone."""
        found: list[tuple[NDArray[np.int64], ...]] = [(np.zeros(0, np.int64),) * 3]
        for start in range(0, len(self._keys[0]), _KEYS_AT_ONCE):
            keys, owners = (of[0][start : start + _KEYS_AT_ONCE] for of in (self._keys, self._owners))
            which, places = lists.words_like(keys)
            kept = words.take(places)
            asked = owners.take(which)
            bits = np.bitwise_count(self.words.take(asked) ^ kept)
            near = np.flatnonzero(bits <= WORD_NEAR_BITS)
            near = near[kept[near] & np.uint64((1 << KEY_BITS) - 1) == keys[which[near]].astype(np.uint64)]
            found.append(tuple(values[near].astype(np.int64) for values in (asked, places, bits)))
        whose, where, told = (np.concatenate([one[way] for one in found]) for way in range(3))
        order = np.lexsort((whose, where))
        return whose[order], where[order], told[order]

    @property
    def by_lists(self) -> bool:
        """Whether lists tell all that it finds."""
        return len(self._keys) == 1

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
    shifted = np.right_shift(words, np.uint64(part * KEY_BITS), out=room) if part else words
    return np.bitwise_and(shifted, np.uint64((1 << KEY_BITS) - 1), out=room).view(np.int64)


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


def met_words(segments: Sequence[Segment], table: WordTable, *, lists: Sequence[Lists | None] = ()) -> list[Met]:
    """For each segment all kept words near asked ones; words that are met in very many rows are left out.

    `lists` has the lists of each segment, or None. They tell the same, sooner.
    """
    rows = 8 * _WORDS_AT_ONCE // WORDS
    jobs: list[tuple[int, Segment, int, Lists | None]] = []
    for at, (segment, listed) in enumerate(zip(segments, lists or [None] * len(segments), strict=True)):
        some = listed if table.by_lists else None
        jobs += [(at, segment, start, some) for start in range(0, segment.frames, segment.frames if some else rows)]
    found: list[list[Met]] = [[] for _ in segments]

    def block(job: tuple[int, Segment, int, Lists | None]) -> Met:
        _at, segment, start, listed = job
        if listed is not None:
            asked, places, bits = table.met_in_lists(segment.columns["words"].ravel(), listed)
        else:
            asked, places, bits = table.met_in(segment.columns["words"][start : start + rows].ravel())
        return Met(asked=asked, rows=places // WORDS + start, slots=places % WORDS, bits=bits)

    for (at, *_job), met in zip(jobs, _in_threads(block, jobs), strict=True):
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
