"""Files and folders of this machine, read as they are."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from probata.capture.seam import About, Completeness, Failure, Offer
from probata.engines.clock import rfc3339


class Files:
    """Offers every regular file of a path; links and special files are named and left alone."""

    about = About(name="files", version="1", promise="takes files and folders of this machine exactly as they are")

    def accepts(self, untrusted_location: str) -> bool:
        """Take whatever is not an address with a scheme."""
        return "://" not in untrusted_location

    def offers(self, untrusted_location: str) -> Iterator[Offer | Failure]:
        """Walk a folder in order of names, or offer the one file."""
        path = Path(untrusted_location)
        if path.is_dir() and not path.is_symlink():
            for folder, folders, files in os.walk(path, onerror=None, followlinks=False):
                folders.sort()
                for name in [*sorted(files), *(name for name in folders if (Path(folder) / name).is_symlink())]:
                    yield _offer(Path(folder) / name)
        else:
            yield _offer(path)


def _offer(path: Path) -> Offer | Failure:
    acquired_from = f"file:{os.fsencode(path.absolute()).decode('utf-8', 'backslashreplace')}"
    try:
        seen = path.lstat()
    except OSError as error:
        return Failure(acquired_from=acquired_from, code="unreadable", why=os.strerror(error.errno or 0))
    if not stat.S_ISREG(seen.st_mode):
        kind = "a link" if stat.S_ISLNK(seen.st_mode) else "not a regular file"
        return Failure(acquired_from=acquired_from, code="not_a_file", why=f"it is {kind}; links are not followed")
    modified = rfc3339(datetime.fromtimestamp(seen.st_mtime, tz=UTC))
    return Offer(
        untrusted_name=os.fsencode(path.name).decode("utf-8", "backslashreplace"),
        acquired_from=acquired_from,
        size_bytes=seen.st_size,
        open=lambda: _open(path),
        settle=_settler(path, seen),
        facts={"file_modified_at": modified, "file_size_bytes": seen.st_size},
    )


@contextmanager
def _open(path: Path) -> Iterator[IO[bytes]]:
    """Open read-only, without following a link put there since the look."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb", buffering=0) as stream:
        yield stream


def _settler(path: Path, before: os.stat_result) -> Callable[[int], Completeness]:
    """A copy is complete when the file was as long as it was read, and did not change meanwhile."""

    def settle(read_bytes: int) -> Completeness:
        try:
            after = path.lstat()
        except OSError:
            return "length_unproven"
        unchanged = (after.st_mtime_ns, after.st_size, after.st_ino) == (
            before.st_mtime_ns,
            before.st_size,
            before.st_ino,
        )
        if not unchanged:
            return "length_unproven"
        return "complete" if read_bytes == after.st_size else "partial"

    return settle
