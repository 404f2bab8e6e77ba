"""Leases: who does a piece of work says so, and whoever dies lets go of it at once."""

from __future__ import annotations

import fcntl
import hashlib
import os
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


def _place_of(name: str) -> int:
    # Two names fall on one byte by a chance of one in 2^62; then one of them waits for the next round.
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big") % _PLACES
