"""Leases: who does a piece of work says so, and whoever dies lets go of it at once."""

from __future__ import annotations

import fcntl
import hashlib
import os
import struct
import sys
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

_FILE = "leases"
_LINUX = sys.platform == "linux"
# `struct flock`: 4.4BSD and macOS put the same fields in another order.
_LAYOUT, _KIND = ("hhqqi4x", 0) if _LINUX else ("qqihh", 3)
_LOCK, _ASK = (fcntl.F_OFD_SETLK, fcntl.F_OFD_GETLK) if _LINUX else (fcntl.F_SETLK, fcntl.F_GETLK)
_PLACES = 1 << 62


class Leases:
    """Pieces of work that this program holds; use it as a context, at whose end it lets go of them all.

    Each is a lock of the kernel on one byte of one file (fcntl(2), open file description locks): it ends with the
    program that took it, however that ends, so there is no time that could run out early or late. It holds among
    programs of one machine and among contexts of one program; where the system is not Linux, among programs alone.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._handle = -1

    def __enter__(self) -> Self:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._handle = os.open(self._folder / _FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._handle)

    def take(self, name: str) -> bool:
        """Hold the work of this name; False if another program holds it."""
        try:
            fcntl.fcntl(self._handle, _LOCK, _asking(fcntl.F_WRLCK, _place_of(name), 1))
        except OSError:
            return False
        return True

    def drop(self, name: str) -> None:
        """Let go of the work of this name."""
        fcntl.fcntl(self._handle, _LOCK, _asking(fcntl.F_UNLCK, _place_of(name), 1))


def held_by_others(folder: Path, names: Iterable[str]) -> frozenset[str]:
    """Which of these pieces of work somebody on this machine holds now; looking takes nothing from anybody.

    Where the system is not Linux it is not for a program that holds leases itself: by POSIX, closing the file here
    would let go of all of them.
    """
    held: set[str] = set()
    try:
        handle = os.open(folder / _FILE, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return frozenset()
    try:
        for name in names:
            if _is_locked(handle, _place_of(name), 1):
                held.add(name)
    finally:
        os.close(handle)
    return frozenset(held)


def anybody(folder: Path) -> bool:
    """Whether anybody on this machine holds any piece of work now; the same caution holds."""
    try:
        handle = os.open(folder / _FILE, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        return _is_locked(handle, 0, 0)
    finally:
        os.close(handle)


def _is_locked(handle: int, start: int, length: int) -> bool:
    """Ask the kernel who would stand in the way of a lock; a length of 0 is to the end."""
    answer = fcntl.fcntl(handle, _ASK, _asking(fcntl.F_WRLCK, start, length))
    return bool(struct.unpack(_LAYOUT, answer)[_KIND] != fcntl.F_UNLCK)


def _asking(kind: int, start: int, length: int) -> bytes:
    if _LINUX:
        return struct.pack(_LAYOUT, kind, os.SEEK_SET, start, length, 0)
    return struct.pack(_LAYOUT, start, length, 0, kind, os.SEEK_SET)


def _place_of(name: str) -> int:
    # Two names fall on one byte by a chance of one in 2^62; then one of them waits for the next round.
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big") % _PLACES
