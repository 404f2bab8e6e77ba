"""One segment of the index: the codes of one item or of several, in one file that is whole or is not read at all.

    magic, 24 bytes | length of the header, 8 bytes | header, JSON | columns | BLAKE3 of all before it, 32 bytes

Every part starts at a multiple of 64 bytes. The columns are those of `COLUMNS`, each one value a key picture, so that a
scan reads nothing that it does not compare. docs/why says why the codes lie in columns and nothing is sorted.
"""

from __future__ import annotations

import mmap
import os
import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Literal

import msgspec
import numpy as np
from attrs import evolve, field, frozen
from blake3 import blake3
from numpy.typing import NDArray

from probata.copies.codes import DIGEST_BYTES, KEPT, RECIPE, WORDS
from probata.terms.digests import Sha256, sha256
from probata.terms.errors import InvalidValue

MAGIC: Final = b"probata copies index 1\n\0"
SUFFIX, UNFINISHED = ".segment", ".unfinished"
_ALIGN, _CHECKSUM_BYTES = 64, 32
_MOST_HEADER_BYTES = 256 << 20
_MAPPED = 4 << 20  # bytes: each mapped file is an open one, and a process may have a thousand or so
_RATIO = re.compile(r"[0-9]{1,18}/[0-9]{1,18}")

# Where each column comes from in a kept row, its type, and how many values a key picture has in it.
COLUMNS: Final[tuple[tuple[str, str, int], ...]] = (
    ("code0", "<u8", 1),
    ("code1", "<u8", 1),
    ("code2", "<u8", 1),
    ("code3", "<u8", 1),
    ("words", "<u8", WORDS),
    ("places", "<u2", WORDS),
    ("pts", "<i8", 1),
    ("digest", "u1", DIGEST_BYTES),
    ("quality", "u1", 1),
    ("count", "u1", 1),
)


class Torn(Exception):
    """A file of the index is not a whole segment, and why; it is passed over and named."""


@frozen(kw_only=True)
class Coded:
    """What is kept of one item: a row of `KEPT` a key picture, in order, and how many were passed over and why."""

    item: Sha256 = field(converter=sha256)
    time_base: Fraction
    rows: NDArray[np.void] = field(eq=lambda rows: rows.tobytes())
    looked: int
    same: int = 0
    blank: Mapping[str, int] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        """Refuse rows that are none, and times that do not run."""
        if self.rows.dtype != KEPT or self.rows.ndim != 1:
            raise InvalidValue(what="A row of the index", why="it is of another form")
        if self.time_base <= 0:
            raise InvalidValue(what="The time base of an item", why="a tick lasts longer than nothing")
        if (self.rows["count"] > WORDS).any():
            raise InvalidValue(what="A row of the index", why="it counts more words than it has")


class _Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One item as the header has it; its rows are `count` from `start` on."""

    item: str
    start: int
    count: int
    time_base: str
    looked: int
    same: int
    blank: dict[str, int]


class _Header(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    schema: Literal["probata/copies/segment/1"]
    recipe: str
    background: bool
    frames: int
    items: tuple[_Entry, ...]


@frozen(kw_only=True)
class Held:
    """An item in a segment: which rows are its own, and what its ticks are."""

    item: Sha256
    start: int
    count: int
    time_base: Fraction
    looked: int
    same: int
    blank: Mapping[str, int]


def segment_bytes(coded: Sequence[Coded], *, background: bool = False) -> bytes:
    """The items as one segment."""
    entries, start = [], 0
    for one in coded:
        entries.append(
            _Entry(
                item=one.item,
                start=start,
                count=len(one.rows),
                time_base=f"{one.time_base.numerator}/{one.time_base.denominator}",
                looked=one.looked,
                same=one.same,
                blank=dict(sorted(one.blank.items())),
            )
        )
        start += len(one.rows)
    rows = np.concatenate([one.rows for one in coded]) if coded else np.zeros(0, KEPT)
    header = _Header(
        schema="probata/copies/segment/1", recipe=RECIPE, background=background, frames=start, items=tuple(entries)
    )
    head = msgspec.json.encode(header, order="deterministic")
    parts = [MAGIC + len(head).to_bytes(8, "little") + head]
    parts += [_column(rows, name, kind).tobytes() for name, kind, _many in COLUMNS]
    body = b"".join(_padded(part) for part in parts)
    return body + blake3(body, max_threads=blake3.AUTO).digest()


def _column(rows: NDArray[np.void], name: str, kind: str) -> NDArray[Any]:
    values = rows["code"][:, int(name[-1])] if name.startswith("code") else rows[name]
    return np.ascontiguousarray(values, dtype=kind)


def _padded(part: bytes) -> bytes:
    return part + bytes(-len(part) % _ALIGN)


@frozen(kw_only=True, slots=False, eq=False)
class Segment:
    """A segment that was found whole: its columns lie in the file and are read when they are compared."""

    name: str
    background: bool
    frames: int
    held: tuple[Held, ...]
    checksum: bytes = b""  # of its file; none where it is in memory alone
    columns: Mapping[str, NDArray[Any]] = field(repr=False)

    @classmethod
    def opened(cls, path: Path) -> Segment:
        """The segment in this file, every byte of it checked; raises `Torn` for anything else.

        A large file stays mapped, and open, for as long as the segment or one of its columns is held, and no longer; a
        small one is read. Raises `FileNotFoundError` where there is no file.
        """
        try:
            with path.open("rb") as file:
                size = os.fstat(file.fileno()).st_size
                if size < len(MAGIC) + 8 + _CHECKSUM_BYTES:
                    raise Torn("it is too short")
                stored = mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ) if size >= _MAPPED else file.read()
        except FileNotFoundError:
            raise
        except OSError as error:
            raise Torn(f"it cannot be opened: {error.strerror}") from error
        return cls.read(path.name, memoryview(stored))

    @classmethod
    def read(cls, name: str, untrusted: memoryview) -> Segment:
        """The segment in these bytes; raises `Torn` unless they are one, whole, of a recipe that is ours."""
        if bytes(untrusted[: len(MAGIC)]) != MAGIC:
            raise Torn("it is not a segment of this index")
        body, checksum = untrusted[:-_CHECKSUM_BYTES], bytes(untrusted[-_CHECKSUM_BYTES:])
        if blake3(body, max_threads=blake3.AUTO).digest() != checksum:
            raise Torn("its checksum does not fit: it is cut short or was changed")
        header, at = _header(body)
        held = _held(header)
        columns: dict[str, NDArray[Any]] = {}
        for column, kind, many in COLUMNS:
            size = header.frames * many * np.dtype(kind).itemsize
            if at + size > len(body):
                raise Torn("its columns are cut short")
            values = np.frombuffer(body[at : at + size], dtype=kind)
            columns[column] = values.reshape(-1, many) if many > 1 else values
            at += size + -size % _ALIGN
        if at != len(body):
            raise Torn("it is longer than its columns")
        return cls(
            name=name,
            background=header.background,
            frames=header.frames,
            held=held,
            checksum=checksum,
            columns=columns,
        )

    @cached_property
    def starts(self) -> NDArray[np.int64]:
        """Where the rows of each item start."""
        return np.array([one.start for one in self.held], dtype=np.int64)

    def which(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """For each row the place of its item in `held`."""
        return np.searchsorted(self.starts, rows, side="right") - 1

    def coded(self, held: Held) -> Coded:
        """The item's rows, as they were added."""
        rows = np.zeros(held.count, KEPT)
        span = slice(held.start, held.start + held.count)
        for name, _kind, _many in COLUMNS:
            if name.startswith("code"):
                rows["code"][:, int(name[-1])] = self.columns[name][span]
            else:
                rows[name] = self.columns[name][span]
        return Coded(
            item=held.item,
            time_base=held.time_base,
            rows=rows,
            looked=held.looked,
            same=held.same,
            blank=held.blank,
        )


def put_together(parts: Sequence[tuple[Segment, Sequence[Held]]], *, background: bool) -> Segment:
    """Some items of some segments as one segment, in memory alone."""
    held, at = [], 0
    rows: list[NDArray[np.int64]] = []
    for _segment, some in parts:
        for one in some:
            held.append(evolve(one, start=at))
            at += one.count
        spans = [np.arange(one.start, one.start + one.count, dtype=np.int64) for one in some]
        rows.append(np.concatenate(spans) if spans else np.zeros(0, np.int64))
    columns = {
        name: np.concatenate(
            [segment.columns[name][which] for (segment, _some), which in zip(parts, rows, strict=True)]
            or [np.zeros((0, many) if many > 1 else 0, kind)]
        )
        for name, kind, many in COLUMNS
    }
    return Segment(name="", background=background, frames=at, held=tuple(held), columns=columns)


def _header(body: memoryview) -> tuple[_Header, int]:
    length = int.from_bytes(body[len(MAGIC) : len(MAGIC) + 8], "little")
    start = len(MAGIC) + 8
    if length > min(_MOST_HEADER_BYTES, len(body) - start):
        raise Torn("its header is longer than it")
    try:
        header = msgspec.json.decode(body[start : start + length], type=_Header)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Torn(f"its header is out of form ({error})") from error
    if header.recipe != RECIPE:
        raise Torn(f"it was made by {header.recipe}, and codes of two recipes cannot be compared")
    end = start + length
    return header, end + -end % _ALIGN


def _held(header: _Header) -> tuple[Held, ...]:
    held, at = [], 0
    for entry in header.items:
        if entry.start != at or entry.count < 0:
            raise Torn("its items do not follow each other")
        at += entry.count
        if _RATIO.fullmatch(entry.time_base) is None:  # `Fraction` would reckon with 1e999999999 for hours
            raise Torn("the ticks of an item in it are no ratio")
        try:
            time_base = Fraction(entry.time_base)
            item = sha256(entry.item)
        except (ValueError, ZeroDivisionError) as error:
            raise Torn(f"an item in it is out of form ({error})") from error
        if time_base <= 0:
            raise Torn("the ticks of an item in it last no time")
        held.append(
            Held(
                item=item,
                start=entry.start,
                count=entry.count,
                time_base=time_base,
                looked=entry.looked,
                same=entry.same,
                blank=entry.blank,
            )
        )
    if at != header.frames or len({one.item for one in held}) != len(held):
        raise Torn("its items are not all of its rows")
    return tuple(held)
