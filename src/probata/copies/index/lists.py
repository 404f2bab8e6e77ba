"""Codes of a large segment listed by what they are near to, so that a very large archive need not be compared whole.

Each code is listed under the nearest of some centres, which are learned from the segment's own codes: what most bits of
the codes of a list are. Asked for is what the lists of the few nearest centres hold. That misses some of what a full
comparison finds; docs/why says how much. The lists lie in a file beside the segment, made from it alone: without that
file, or with one of another segment, everything is compared.
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
PROBES: Final = 16
_MAGIC: Final = b"probata copies lists 1\n\0"
_HEAD_BYTES, _CHECKSUM_BYTES = 128, 32
_CENTRES, _TURNS, _LEARNED_FROM, _SEED = 512, 4, 1 << 15, 11
_AT_ONCE, _ROOM = 1 << 11, 1 << 17
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


@frozen(kw_only=True, eq=False)
class Lists:
    """The rows of a segment that have a code, list by list, with their codes; list `n` starts at `starts[n]`.

    `centres` and `codes` are by columns: four rows of numbers of 64 bits.
    """

    of: bytes
    centres: Codes
    starts: Integers
    rows: NDArray[np.uint32] = field(repr=False)
    codes: Codes = field(repr=False)

    @classmethod
    def made(cls, segment: Segment) -> Lists:
        """The lists of this segment, the same every time."""
        said = np.flatnonzero(segment.columns["quality"] > 0).astype(np.int64)
        codes = np.stack([np.asarray(segment.columns[f"code{part}"])[said] for part in range(4)])
        centres = np.ascontiguousarray(_learned(codes.T).T)
        nearest = _nearest(codes.T, centres)
        order = np.argsort(nearest, kind="stable")
        return cls(
            of=segment.checksum,
            centres=centres,
            starts=np.searchsorted(nearest[order], np.arange(centres.shape[1] + 1)).astype(np.int64),
            rows=said[order].astype(np.uint32),
            codes=codes[:, order],
        )

    def to_bytes(self) -> bytes:
        """The lists as they are stored."""
        counts = self.centres.shape[1].to_bytes(8, "little") + len(self.rows).to_bytes(8, "little")
        head = (_MAGIC + self.of + counts).ljust(_HEAD_BYTES, b"\0")
        body: bytes = head + b"".join(
            np.ascontiguousarray(values, kind).tobytes()
            for values, (kind, _many) in zip(self._columns, _KINDS, strict=True)
        )
        return body + bytes(blake3(body, max_threads=blake3.AUTO).digest())

    @property
    def _columns(self) -> tuple[NDArray[Any], ...]:
        return self.centres, self.starts, self.codes, self.rows

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
        centres, rows = (int.from_bytes(body[at : at + 8], "little") for at in (len(_MAGIC) + 32, len(_MAGIC) + 40))
        at, columns = _HEAD_BYTES, []
        for count, (kind, many) in zip((centres, centres + 1, rows, rows), _KINDS, strict=True):
            size = count * many * np.dtype(kind).itemsize
            if at + size > len(body):
                return None
            values = np.frombuffer(body[at : at + size], kind)
            columns.append(values.reshape(many, -1) if many > 1 else values)
            at += size
        lists = cls(of=segment.checksum, centres=columns[0], starts=columns[1], codes=columns[2], rows=columns[3])
        return lists if at == len(body) and lists._fit(segment) else None

    def _fit(self, segment: Segment) -> bool:
        ends = int(self.starts[0]) == 0 and int(self.starts[-1]) == len(self.rows)
        return ends and bool((np.diff(self.starts) >= 0).all()) and bool((self.rows < segment.frames).all())

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
        room = np.empty(_ROOM, np.uint64)
        for number in range(self.centres.shape[1]):
            ours = asked[ends[number] : ends[number + 1]]
            for start in range(int(self.starts[number]), int(self.starts[number + 1]) if len(ours) else 0, _AT_ONCE):
                span = slice(start, min(start + _AT_ONCE, int(self.starts[number + 1])))
                half = apart(codes[ours], self.codes[:, span], parts=2, room=room)
                which, places = np.divmod(np.flatnonzero(half <= min(_HALF_BITS, most_bits)), half.shape[1])
                if len(which):
                    asked_for, places = ours[which], places + start
                    changed = codes[asked_for].T ^ self.codes[:, places]
                    bits = np.bitwise_count(changed).sum(axis=0, dtype=np.int64)
                    near = bits <= most_bits
                    found.append((asked_for[near], self.rows[places[near]].astype(np.int64), bits[near]))
        if not found:
            return (np.zeros(0, np.int64),) * 3
        whose, where, told = (np.concatenate([one[way] for one in found]) for way in range(3))
        in_order = np.lexsort((where, whose))
        return whose[in_order], where[in_order], told[in_order]


# The type of each stored column, and how many values each of its rows has.
_KINDS: Final = (("<u8", 4), ("<i8", 1), ("<u8", 4), ("<u4", 1))


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
