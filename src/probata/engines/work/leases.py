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
_PLACES = 1 << 62


class Leases:
    """Pieces of work that this program holds; use it as a context, at whose end it lets go of them all.

    Each is a lock of the kernel on one byte of one file (fcntl(2), advisory record locks): it ends with the program
    that took it, however that ends, so there is no time that could run out early or late. It holds among programs of
    one machine, not within one program.
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
            fcntl.lockf(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, _place_of(name))
        except OSError:
            return False
        return True

    def drop(self, name: str) -> None:
        """Let go of the work of this name."""
        fcntl.lockf(self._handle, fcntl.LOCK_UN, 1, _place_of(name))


def held_by_others(folder: Path, names: Iterable[str]) -> frozenset[str]:
    """Which of these pieces of work another program of this machine holds now; looking takes nothing from anybody.

    Not for a program that holds leases itself: by POSIX, closing the file here would let go of all of them.
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
    """Whether any other program of this machine holds any piece of work now; the same caution holds."""
    try:
        handle = os.open(folder / _FILE, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        return _is_locked(handle, 0, 0)
    finally:
        os.close(handle)


def _is_locked(handle: int, start: int, length: int) -> bool:
    """Ask the kernel who would stand in the way of a lock (fcntl(2), F_GETLK); a length of 0 is to the end."""
    if sys.platform == "linux":
        asked = struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, start, length, 0)
        kind = struct.unpack_from("h", fcntl.fcntl(handle, fcntl.F_GETLK, asked))[0]
    else:
        # 4.4BSD and macOS put the same fields in another order.
        asked = struct.pack("qqihh", start, length, 0, fcntl.F_WRLCK, os.SEEK_SET)
        kind = struct.unpack_from("qqihh", fcntl.fcntl(handle, fcntl.F_GETLK, asked))[3]
    return bool(kind != fcntl.F_UNLCK)


def _place_of(name: str) -> int:
    # Two names fall on one byte by a chance of one in 2^62; then one of them waits for the next round.
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big") % _PLACES
