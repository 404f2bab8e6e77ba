"""The pieces of an upload on the disk: `part` holds their bytes, `pieces` a line for each that came whole.

A line has 40 bytes: where its piece ends, as a big-endian number of 8 bytes, and its SHA-256. Bytes go to the disk
before their line; what stands beyond the last line whose bytes are here does not count.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
import struct
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from probata.capture.upload_errors import PartDamaged, PieceDiffers, UploadBusy, UploadNotFound

ALGORITHMS: Mapping[str, Callable[[], Any]] = {
    "sha256": hashlib.sha256,
    # tus 1.0 asks every server for it; it guards a piece against accidents on the way and is no identity of anything.
    "sha1": lambda: hashlib.sha1(usedforsecurity=False),  # noqa: TID251  the line above
}

_BLOCK = 1 << 18
_PIECE = struct.Struct(">Q32s")


def received_bytes(folder: Path, real_bytes: int) -> int:
    """Where the last piece ends whose line and whose bytes are both here."""
    with (folder / "pieces").open("rb") as pieces:
        for number in range(os.fstat(pieces.fileno()).st_size // _PIECE.size, 0, -1):
            pieces.seek((number - 1) * _PIECE.size)
            end = int(_PIECE.unpack(pieces.read(_PIECE.size))[0])
            if end <= real_bytes:
                return end
    return 0


def told(folder: Path, received: int) -> list[tuple[int, str]]:
    """Where each piece that counts ends, and its SHA-256."""
    with (folder / "pieces").open("rb") as pieces:
        lines = pieces.read(_lines_until(pieces, received, rewind=True) * _PIECE.size)
    return [(end, digest.hex()) for end, digest in _PIECE.iter_unpack(lines)]


def cut_back(folder: Path, part: IO[bytes]) -> int:
    """Cut off what a killed process left half done; returns how many bytes count."""
    received = received_bytes(folder, os.fstat(part.fileno()).st_size)
    part.truncate(received)
    with (folder / "pieces").open("r+b") as pieces:
        pieces.truncate(_lines_until(pieces, received) * _PIECE.size)
    return received


def _lines_until(pieces: IO[bytes], received: int, *, rewind: bool = False) -> int:
    number = os.fstat(pieces.fileno()).st_size // _PIECE.size
    while number:
        pieces.seek((number - 1) * _PIECE.size)
        if _PIECE.unpack(pieces.read(_PIECE.size))[0] <= received:
            break
        number -= 1
    if rewind:
        pieces.seek(0)
    return number


def append(
    folder: Path,
    part: IO[bytes],
    offset: int,
    length: int,
    stream: Callable[[int], bytes],
    checksum: tuple[str, bytes] | None,
    name: str,
) -> None:
    """Write a piece, then its line: in this order, each on the disk before the next."""
    ours = hashlib.sha256()
    theirs = ALGORITHMS[checksum[0]]() if checksum else None
    part.seek(offset)
    left = length
    while left and (block := stream(min(_BLOCK, left))):
        ours.update(block)
        if theirs:
            theirs.update(block)
        part.write(block)
        left -= len(block)
    if checksum and theirs and not secrets.compare_digest(theirs.digest(), checksum[1]):
        raise PieceDiffers(name=name, received=offset)
    if left == length:
        return
    part.flush()
    os.fsync(part.fileno())
    with (folder / "pieces").open("ab") as pieces:
        pieces.write(_PIECE.pack(offset + length - left, ours.digest()))
        pieces.flush()
        os.fsync(pieces.fileno())


@contextmanager
def writing(folder: Path, name: str) -> Iterator[IO[bytes]]:
    """The part, for one writer at a time, of whatever thread or process; a killed one holds nothing."""
    try:
        part = (folder / "part").open("r+b")
    except FileNotFoundError:
        raise UploadNotFound(upload=folder.name) from None
    with part:
        try:
            fcntl.flock(part, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UploadBusy(name=name) from None
        yield part


@contextmanager
def checked(folder: Path, name: str) -> Iterator[IO[bytes]]:
    """The part, read once to its end; raises `PartDamaged` where a piece is no longer what came."""
    descriptor = os.open(folder / "part", os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb", buffering=0) as part, (folder / "pieces").open("rb") as pieces:
        yield _Checked(part, pieces, name)  # type: ignore[misc]


class _Checked:
    """A part as a stream to be read once, that raises `PartDamaged` where a piece is no longer what came."""

    def __init__(self, part: IO[bytes], pieces: IO[bytes], name: str) -> None:
        self._part, self._pieces, self._name = part, pieces, name
        self._at, self._sound_until = 0, 0
        self._hash = hashlib.sha256()
        self._next()

    def read(self, most: int = -1) -> bytes:
        """At most so many bytes; never across the end of a piece."""
        wanted = self._end - self._at if most < 0 else min(most, self._end - self._at)
        block = self._part.read(wanted) if wanted else b""
        self._hash.update(block)
        self._at += len(block)
        if wanted and (not block or self._at == self._end):
            self._check()
        return block

    def _next(self) -> None:
        line = self._pieces.read(_PIECE.size)
        self._end, self._digest = _PIECE.unpack(line) if len(line) == _PIECE.size else (self._at, b"")
        self._hash = hashlib.sha256()

    def _check(self) -> None:
        if self._at != self._end or self._hash.digest() != self._digest:
            # What is not sound any more is sent again: the lines from here on no longer count.
            with Path(self._pieces.name).open("r+b") as pieces:
                pieces.truncate(_lines_until(pieces, self._sound_until) * _PIECE.size)
            raise PartDamaged(name=self._name, received=self._sound_until)
        self._sound_until = self._end
        self._next()
