"""Codes of a large segment listed by what they are near to, so that a very large archive need not be compared whole.

Each code is listed under the nearest of some centres, which are learned from the segment's own codes: what most bits of
the codes of a list are. Asked for is what the lists of the few nearest centres hold. That misses some of what a full
comparison finds; docs/why says how much. Words are listed by a third of their bits, and nothing of them is missed. The
lists lie in a file beside the segment, made from it alone: without that file, or with one of another segment,
everything is compared.
"""

from __future__ import annotations

import mmap
import os
from pathlib import Path
from typing import Any, Final

import numpy as np
from attrs import field, frozen
from blake3 import blake3
from numpy.typing import NDArray

from probata.copies.index.segments import SUFFIX, Segment

LISTS: Final = ".lists"
PROBES: Final = 8
KEY_BITS: Final = 21  # a third of a word
_MAGIC: Final = b"probata copies lists 2\n\0"
_HEAD_BYTES, _CHECKSUM_BYTES = 128, 32
_CENTRES, _TURNS, _LEARNED_FROM, _SEED = 256, 4, 1 << 15, 11
_AT_ONCE, _CODES_AT_ONCE = 1 << 12, 24
_HALF_BITS = 48  # of the first 128

Codes = NDArray[np.uint64]
Integers = NDArray[np.int64]


def apart(some: Codes, columns: Codes, *, parts: int = 4, room: Codes | None = None) -> NDArray[np.uint8]:
    """In how many of the bits of so many parts each of some codes differs from others, given by columns.

    `room` is memory to reckon in: new memory for every call would cost as much as the reckoning.
    """
    bits = np.zeros((len(some), columns.shape[1]), np.uint8)
    own = room is None or len(room) < bits.size
    changed = (np.empty(bits.size, np.uint64) if own or room is None else room[: bits.size]).reshape(bits.shape)
    counted = np.empty(bits.shape, np.uint8)
    for part in range(parts):
        np.bitwise_xor(some[:, part, None], columns[part], out=changed)
        np.bitwise_count(changed, out=counted)
        np.add(bits, counted, out=bits)  # at most 255: one bit of every code is always 0
    return bits


@frozen(eq=False)
class Lists:
    """The rows of a segment that have a code, list by list, with their codes; list `n` starts at `starts[n]`.

    `centres` and `codes` are by columns: four rows of numbers of 64 bits. `word_places` are where the words are among
    all places for words, in order of their first thirds; those in which that has `n` at its head start at
    `word_starts[n]`.
    """

    of: bytes
    centres: Codes
    starts: Integers
    codes: Codes = field(repr=False)
    rows: NDArray[np.uint32] = field(repr=False)
    word_starts: NDArray[np.uint32] = field(repr=False)
    word_places: NDArray[np.uint32] = field(repr=False)

    @classmethod
    def made(cls, segment: Segment) -> Lists:
        """The lists of this segment, the same every time."""
        said = np.flatnonzero(segment.columns["quality"] > 0).astype(np.int64)
        codes = np.stack([np.asarray(segment.columns[f"code{part}"])[said] for part in range(4)])
        centres = np.ascontiguousarray(_learned(codes.T).T)
        nearest = _nearest(codes.T, centres)
        order = np.argsort(nearest, kind="stable")
        word_starts, word_places = _words_in_order(segment.columns["words"].ravel())
        return cls(
            of=segment.checksum,
            centres=centres,
            starts=np.searchsorted(nearest[order], np.arange(centres.shape[1] + 1)).astype(np.int64),
            rows=said[order].astype(np.uint32),
            codes=np.ascontiguousarray(codes[:, order]),
            word_starts=word_starts,
            word_places=word_places,
        )

    def to_bytes(self) -> bytes:
        """The lists as they are stored."""
        many = self.centres.shape[1], len(self.rows), len(self.word_starts), len(self.word_places)
        head = (_MAGIC + self.of + b"".join(count.to_bytes(8, "little") for count in many)).ljust(_HEAD_BYTES, b"\0")
        body: bytes = head + b"".join(
            np.ascontiguousarray(values, kind).tobytes()
            for values, (kind, _many) in zip(self._columns, _KINDS, strict=True)
        )
        return body + bytes(blake3(body, max_threads=blake3.AUTO).digest())

    @property
    def _columns(self) -> tuple[NDArray[Any], ...]:
        return self.centres, self.starts, self.codes, self.rows, self.word_starts, self.word_places

    @classmethod
    def there(cls, path: Path, segment: Segment) -> bool:
        """Whether this file says that it holds the lists of this segment."""
        try:
            with path.open("rb") as file:
                return file.read(len(_MAGIC) + 32) == _MAGIC + segment.checksum
        except OSError:
            return False

    @classmethod
    def opened(cls, path: Path, segment: Segment) -> Lists | None:
        """The lists of this segment in this file; None where there are none, or those of another one, or torn ones."""
        try:
            with path.open("rb") as file:
                if os.fstat(file.fileno()).st_size < _HEAD_BYTES + _CHECKSUM_BYTES:
                    return None
                stored = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        except OSError:
            return None
        return cls.read(stored, segment)

    @classmethod
    def read(cls, untrusted: memoryview, segment: Segment) -> Lists | None:
        """The lists of this segment in these bytes; None unless they are that, and whole."""
        body = untrusted[:-_CHECKSUM_BYTES]
        if bytes(body[: len(_MAGIC) + 32]) != _MAGIC + segment.checksum:
            return None
        if blake3(body, max_threads=blake3.AUTO).digest() != bytes(untrusted[-_CHECKSUM_BYTES:]):
            return None
        counts = range(len(_MAGIC) + 32, len(_MAGIC) + 64, 8)
        centres, rows, starts, words = (int.from_bytes(body[at : at + 8], "little") for at in counts)
        at, columns = _HEAD_BYTES, []
        for count, (kind, many) in zip((centres, centres + 1, rows, rows, starts, words), _KINDS, strict=True):
            size = count * many * np.dtype(kind).itemsize
            if at + size > len(body):
                return None
            values = np.frombuffer(body[at : at + size], kind)
            columns.append(values.reshape(many, -1) if many > 1 else values)
            at += size
        lists = cls(segment.checksum, *columns)
        return lists if at == len(body) and lists._fit(segment) else None

    def _fit(self, segment: Segment) -> bool:
        return (
            all(
                len(starts) > 1
                and (int(starts[0]), int(starts[-1])) == (0, len(listed))
                and bool((starts[1:] >= starts[:-1]).all())
                and int(listed.max(initial=0)) < max(1, most)
                for starts, listed, most in (
                    (self.starts, self.rows, segment.frames),
                    (self.word_starts, self.word_places, segment.columns["words"].size),
                )
            )
            and len(self.word_starts) == (1 << _head_bits(len(self.word_places))) + 1
        )

    def near(self, codes: Codes, *, most_bits: int, probes: int) -> tuple[Integers, Integers, Integers]:
        """Rows within so many bits of a code, in the lists of its `probes` nearest centres.

        A row that differs in more than 48 of the first 128 bits is passed over: of 1000 that differ in 76 of 255 bits
        by chance three do, of those that differ in fewer hardly any.
        Gives which code it is, the row, and the bits.
        """
        probed = _probed(codes, self.centres, probes)
        asked = np.repeat(np.arange(len(codes)), probed.shape[1])
        order = np.argsort(probed.ravel(), kind="stable")
        asked, ends = asked[order], np.searchsorted(probed.ravel()[order], np.arange(self.centres.shape[1] + 1))
        found: list[tuple[Integers, Integers, Integers]] = []
        room = np.empty(_CODES_AT_ONCE * _AT_ONCE, np.uint64)
        for number in range(self.centres.shape[1]):
            ours = asked[ends[number] : ends[number + 1]]
            for start in range(int(self.starts[number]), int(self.starts[number + 1]) if len(ours) else 0, _AT_ONCE):
                span = slice(start, min(start + _AT_ONCE, int(self.starts[number + 1])))
                for first in range(0, len(ours), _CODES_AT_ONCE):
                    some = ours[first : first + _CODES_AT_ONCE]
                    half = apart(codes[some], self.codes[:, span], parts=2, room=room)
                    which, places = np.divmod(np.flatnonzero(half <= min(_HALF_BITS, most_bits)), half.shape[1])
                    if len(which):
                        found.append(self._within(codes, some[which], places + start, most_bits))
        if not found:
            return (np.zeros(0, np.int64),) * 3
        whose, where, told = (np.concatenate([one[way] for one in found]) for way in range(3))
        in_order = np.lexsort((where, whose))
        return whose[in_order], where[in_order], told[in_order]

    def _within(
        self, codes: Codes, asked: Integers, places: Integers, most_bits: int
    ) -> tuple[Integers, Integers, Integers]:
        changed = [self.codes[part].take(places) ^ codes[:, part].take(asked) for part in range(4)]
        bits = np.bitwise_count(changed).sum(axis=0, dtype=np.int64)
        near = np.flatnonzero(bits <= most_bits)
        return asked[near], self.rows[places[near]].astype(np.int64), bits[near]

    def words_like(self, thirds: Integers) -> tuple[Integers, NDArray[np.uint32]]:
        """Where the words may be whose first third is one of these, and others: which of these, and the place."""
        heads = thirds >> KEY_BITS - _head_bits(len(self.word_places))
        first, ends = (self.word_starts.take(heads + more).astype(np.int64) for more in (0, 1))
        counts = ends - first
        which = np.repeat(np.arange(len(thirds)), counts)
        before = np.cumsum(counts) - counts
        return which, self.word_places.take(np.arange(len(which)) + (first - before).take(which))


# The type of each stored column, and how many values each of its rows has.
_KINDS: Final = (("<u8", 4), ("<i8", 1), ("<u8", 4), ("<u4", 1), ("<u4", 1), ("<u4", 1))


def _head_bits(words: int) -> int:
    # Of so many words, how many bits their lists are found by: a list has one word or two, but in large segments.
    return min(KEY_BITS, words.bit_length())


def _words_in_order(words: Codes) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    places = np.flatnonzero(words).astype(np.uint64)
    keys = words[places] & np.uint64((1 << KEY_BITS) - 1)
    bits = _head_bits(len(places))
    held = np.bincount((keys >> np.uint64(KEY_BITS - bits)).astype(np.int64), minlength=1 << bits)
    keyed = np.sort(keys << np.uint64(32) | places)
    return np.concatenate([[0], np.cumsum(held)]).astype(np.uint32), keyed.astype(np.uint32)  # the lower half


def beside(folder: Path, segment_name: str) -> Path:
    """Where the lists of a segment lie."""
    return folder / f"{segment_name.removesuffix(SUFFIX)}{LISTS}"


def _probed(codes: Codes, centres: Codes, probes: int) -> Integers:
    count = centres.shape[1]
    if probes >= count:
        return np.broadcast_to(np.arange(count), (len(codes), count))
    # Of centres that are as near, the first: what is found must not depend on how a sort is done.
    keys = apart(codes, centres).astype(np.int32) * count + np.arange(count, dtype=np.int32)
    return np.asarray(np.argpartition(keys, probes - 1, axis=1)[:, :probes], dtype=np.int64)


def _learned(codes: Codes) -> Codes:
    """Centres by k majorities: as k means, but of bits (Gong and others 2013 review such)."""
    random = np.random.default_rng(_SEED)
    count = min(_CENTRES, len(codes))
    if not count:
        return np.zeros((1, 4), np.uint64)
    some = codes[np.sort(random.choice(len(codes), min(_LEARNED_FROM, len(codes)), replace=False))]
    bits = (
        np.unpackbits(np.ascontiguousarray(some, "<u8").view(np.uint8), axis=1, bitorder="little").astype(np.float32)
        - 0.5
    )
    centres = some[np.sort(random.choice(len(some), count, replace=False))]
    for _turn in range(_TURNS):
        nearest = _nearest(some, np.ascontiguousarray(centres.T))
        sums = np.zeros((count, bits.shape[1]), np.float32)
        np.add.at(sums, nearest, bits)
        held = np.bincount(nearest, minlength=count) > 0
        majority = np.packbits(sums > 0, axis=1, bitorder="little").view("<u8").astype(np.uint64)
        centres = np.where(held[:, None], majority, centres)
    return centres


def _nearest(codes: Codes, centres: Codes) -> Integers:
    """The nearest of the centres, given by columns, of each code; of two as near the first."""
    parts = [apart(codes[start : start + _AT_ONCE], centres).argmin(axis=1) for start in range(0, len(codes), _AT_ONCE)]
    return np.concatenate(parts).astype(np.int64) if parts else np.zeros(0, np.int64)
