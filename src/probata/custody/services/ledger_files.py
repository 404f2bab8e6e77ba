"""The ledger as plain files beside the database, so that the record outlives the program.

`ledger/ledger.jsonl` holds one line an entry: `{"leaf": "<the signed entry as text>", "openings": [{salt, record}]}`.
The database's commit is what counts; the file follows it at once and is caught up at every open, so that a kill
between the two costs nothing.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
from django.conf import settings

from probata.custody import selectors
from probata.custody.entries import EntryMalformed
from probata.custody.entries import Opening as EntryOpening
from probata.custody.models import Entry, Opening
from probata.terms.errors import NotFound, StorageError

NAME = "ledger.jsonl"
_BATCH = 2_000
_TAIL_BYTES = 1 << 20


class DatabaseBehind(StorageError):
    """The ledger's file tells of more than the database holds."""

    code = "database_behind"
    template = (
        "The ledger's file holds {written} entries, the database {held}: it is another's, or was lost or put back."
    )
    advice = "Nothing was written. `probata rebuild` makes the database anew from the ledger's file."
    advice_here = "Nothing was written. Tell whoever keeps this machine: `probata rebuild`, run there, mends it."


class _Line(msgspec.Struct):
    """One line of the file, its shape and no more."""

    leaf: str
    openings: list[dict[str, Any]]


def file() -> Path:
    """Where the ledger's lines stand."""
    return settings.PROBATA.ledger / NAME


def catch_up() -> int:
    """Write every committed entry that the file lacks; returns how many. A torn last line is cut first."""
    with _alone() as out:
        return _catch_up(out)


def must_hold_all() -> None:
    """That the database holds all that the file tells of; raises `DatabaseBehind`.

    Acts would otherwise go on from an entry that is not the last, and the file could not be followed any more.
    """
    written, (held, _last) = _written(file()), selectors.size_and_time()
    if written > held:
        raise DatabaseBehind(written=written, held=held)


def _catch_up(out: BinaryIO) -> int:
    missing = Entry.objects.filter(seq__gte=_written(file())).order_by("seq")
    added = 0
    while rows := list(missing[added : added + _BATCH]):
        out.write(b"".join(_lines(rows)))
        added += len(rows)
    if added:
        out.flush()
        os.fsync(out.fileno())
    return added


def follow(first_seq: int, committed: Sequence[tuple[bytes, Sequence[EntryOpening]]]) -> None:
    """Write the entries that were just committed; whatever the file lacks before them is caught up first."""
    with _alone() as out:
        if _written(file()) != first_seq:
            _catch_up(out)
            return
        out.write(b"".join(_line(leaf, openings) for leaf, openings in committed))
        out.flush()
        os.fsync(out.fileno())


@contextmanager
def _alone() -> Iterator[BinaryIO]:
    """The file, for who writes it alone: of two acts that were just committed, each is written once and in order."""
    with file().open("ab") as out:
        # Of this open file, not of the process (flock(2)): threads wait for each other as well. Closing it lets go.
        fcntl.flock(out, fcntl.LOCK_EX)
        yield out


def read(path: Path) -> Iterator[tuple[bytes, list[dict[str, Any]]]]:
    """Every line of a ledger file: the leaf's bytes, and its openings as they were disclosed to the file.

    Raises `EntryMalformed` for a line that is none, and `NotFound` where no file is.
    """
    if not path.exists():
        raise NotFound(what=f"The ledger's file {path.name}")
    with path.open("rb") as lines:
        for seq, line in enumerate(lines):
            if line.endswith(b"\n"):
                untrusted = _read_line(line, seq)
                yield untrusted.leaf.encode(), untrusted.openings


def _read_line(line: bytes, seq: int | str) -> _Line:
    try:
        return msgspec.json.decode(line, type=_Line)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise EntryMalformed(seq=seq, why=f"its line in the file cannot be read ({error})") from error


def _lines(rows: list[Entry]) -> Iterator[bytes]:
    openings: dict[int, list[EntryOpening]] = {row.seq: [] for row in rows}
    first, last = rows[0].seq, rows[-1].seq
    for opening in Opening.objects.filter(seq__range=(first, last)).order_by("seq", "place"):
        record = msgspec.json.decode(opening.record)
        openings[opening.seq].append(EntryOpening(salt=bytes(opening.salt), record=record))
    for row in rows:
        yield _line(bytes(row.leaf), openings[row.seq])


def _line(leaf: bytes, openings: Sequence[EntryOpening]) -> bytes:
    """One line, its parts canonical already."""
    opened = b",".join(
        b'{"record":%b,"salt":"%b"}' % (opening.canonical_record, opening.salt.hex().encode()) for opening in openings
    )
    return b'{"leaf":%b,"openings":[%b]}\n' % (msgspec.json.encode(leaf.decode()), opened)


def _written(path: Path) -> int:
    """How many entries the file holds, read from its last whole line; what a kill left half written is cut off."""
    if not path.exists():
        return 0
    with path.open("rb+") as lines:
        end = lines.seek(0, os.SEEK_END)
        tail = b""
        while end and tail.count(b"\n") < 2:
            start = max(0, end - _TAIL_BYTES)
            lines.seek(start)
            tail = lines.read(end - start) + tail
            end = start
        whole, newline, torn = tail.rpartition(b"\n")
        if torn:
            lines.truncate(lines.seek(0, os.SEEK_END) - len(torn))
    if not newline:
        return 0
    leaf = _read_line(whole.rpartition(b"\n")[2], "(unknown)").leaf
    try:
        return int(msgspec.json.decode(leaf)["entry"]["seq"]) + 1
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise EntryMalformed(seq="(unknown)", why=f"the file's last line is no entry ({error})") from error
