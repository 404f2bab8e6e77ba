"""Files that come in pieces from a browser and go on where they stopped: what counts is on the disk, with a digest.

One folder an upload under `work/uploads/`, named by an id that we made; a name from outside is never a path:

    about.json    what was declared, by whom, when
    part          the bytes so far
    pieces        where each piece ends, and its SHA-256 (`probata.capture.pieces`)
    outcome.json  what became of it

A piece counts once its bytes and then its line in `pieces` are on the disk; whatever a killed process left beyond that
is cut off before the next piece is written. So the offset is the file's real size, and every byte of it is one that was
received whole.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from attrs import field, frozen

from probata.capture import pieces
from probata.capture.seam import Offer
from probata.capture.upload_errors import (
    NoRoom,
    OffsetDiffers,
    PieceTooLarge,
    TooMuchWaits,
    UploadBusy,
    UploadNotFound,
    UploadStopped,
    UploadTooLarge,
)
from probata.engines import clock
from probata.terms.errors import InvalidValue
from probata.terms.times import read_instant

MOST_BYTES = 20 << 30
PIECE_BYTES = 8 << 20
MOST_WAITING = 500
MOST_WAITING_BYTES = 100 << 30
SPARE_BYTES = 512 << 20
"""What stays free on the disk for the ledger and the database, however much is uploaded."""
KEPT_FOR = timedelta(days=7)
HEAD_BYTES = 1 << 20

_ID = re.compile(r"[0-9a-f]{32}")
_NAME_LENGTH = 1_024


@frozen(kw_only=True)
class Declared:
    """What a browser says of a file: its name, size, and more, none of it believed; and why a person brings it in."""

    untrusted_name: str = field()
    size_bytes: int = field()
    reason: str = field()
    head: str = field(default="")
    said: dict[str, str | int] = field(factory=dict)

    @untrusted_name.validator
    def _a_name(self, _attribute: object, value: str) -> None:
        if not value or len(value) > _NAME_LENGTH or "\0" in value:
            raise InvalidValue(what="The name of the file", why=f"it takes 1 to {_NAME_LENGTH} characters")

    @size_bytes.validator
    def _a_size(self, _attribute: object, value: int) -> None:
        if value < 0:
            raise InvalidValue(what="The size of the file", why="it is below nothing")

    @reason.validator
    def _given(self, _attribute: object, value: str) -> None:
        if not value.strip() or len(value) > 4_000:
            raise InvalidValue(what="The reason", why="it takes 1 to 4,000 characters")

    @head.validator
    def _a_digest(self, _attribute: object, value: str) -> None:
        if value and not re.fullmatch(r"[0-9a-f]{64}", value):
            raise InvalidValue(what="The digest of the first MiB", why="it takes 64 hexadecimal digits")


@frozen(kw_only=True)
class Upload:
    """One upload as it stands on the disk; `sha256` is its item once preserved, `trouble` what went wrong last."""

    id: str
    by: str
    declared: Declared
    began: datetime
    touched: datetime
    received_bytes: int
    sha256: str = ""
    already_held: bool = False
    trouble: str = ""
    reported: bool = False

    @property
    def whole(self) -> bool:
        """Whether every byte is here."""
        return self.received_bytes == self.declared.size_bytes

    @property
    def preserved(self) -> bool:
        """Whether it became an item."""
        return bool(self.sha256)

    @property
    def expires(self) -> datetime | None:
        """When it is thrown away if nothing more comes; None for what is whole, which is never thrown away."""
        return None if self.whole and not self.preserved else self.touched + KEPT_FOR

    @property
    def needed_bytes(self) -> int:
        """What it will still take of the disk: the rest of it, and the copy that the store makes."""
        return 0 if self.preserved else 2 * self.declared.size_bytes - self.received_bytes


@frozen(kw_only=True)
class Uploads:
    """The uploads of one workspace, in a folder of their own."""

    root: Path = field(converter=Path)

    def declare(self, declared: Declared, *, by: str, most_bytes: int = MOST_BYTES) -> Upload:
        """Begin an upload; raises `UploadTooLarge`, `TooMuchWaits` or `NoRoom` before a byte is sent."""
        most = min(most_bytes, MOST_BYTES)
        if declared.size_bytes > most:
            raise UploadTooLarge(name=declared.untrusted_name, size=declared.size_bytes, most=most)
        self.root.mkdir(parents=True, exist_ok=True)
        with _stated(declared.untrusted_name), (self.root / "lock").open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            everybody = list(self._every())
            self._must_have_room(declared, everybody, by)
            return self._begin(declared, by)

    def one(self, untrusted_id: str, *, by: str) -> Upload:
        """An upload of this person; raises `UploadNotFound` for everything else."""
        folder = self._folder(untrusted_id)
        try:
            found = _read(folder)
        except (FileNotFoundError, NotADirectoryError):
            raise UploadNotFound(upload=untrusted_id[:32]) from None
        if found.by != by:
            raise UploadNotFound(upload=untrusted_id[:32])
        return found

    def of(self, by: str) -> list[Upload]:
        """Those of one person, the oldest first."""
        return sorted((one for one in self._every() if one.by == by), key=lambda one: (one.began, one.id))

    def pieces(self, untrusted_id: str, *, by: str) -> list[tuple[int, str]]:
        """Where each piece ends and its SHA-256, so that a browser can tell whether it still holds the same file."""
        known = self.one(untrusted_id, by=by)
        return [] if known.preserved else pieces.told(self._folder(known.id), known.received_bytes)

    def take_piece(
        self,
        untrusted_id: str,
        *,
        by: str,
        offset: int,
        length: int,
        stream: Callable[[int], bytes],
        checksum: tuple[str, bytes] | None = None,
    ) -> Upload:
        """Append a piece that begins at `offset`; `stream` gives its bytes, so many at most a call.

        Raises `UploadNotFound`, `UploadBusy`, `OffsetDiffers`, `PieceTooLarge`, `PieceDiffers`, `DiskFull`.
        """
        known = self.one(untrusted_id, by=by)
        folder, name = self._folder(known.id), known.declared.untrusted_name
        with _stated(name), pieces.writing(folder, name) as part:
            received = pieces.cut_back(folder, part)
            if offset != received or known.preserved:
                raise OffsetDiffers(offset=offset, received=received, name=name)
            if offset + length > known.declared.size_bytes:
                raise PieceTooLarge(name=name, size=known.declared.size_bytes)
            if shutil.disk_usage(self.root).free < length + SPARE_BYTES:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            try:
                pieces.append(folder, part, offset, length, stream, checksum, name)
            except BaseException:
                part.truncate(received)
                raise
        return self.one(known.id, by=by)

    def cancel(self, untrusted_id: str, *, by: str) -> None:
        """Throw an upload away, or the note of one that is preserved; raises `UploadNotFound` or `UploadBusy`."""
        known = self.one(untrusted_id, by=by)
        folder = self._folder(known.id)
        if known.preserved:
            shutil.rmtree(folder)
            return
        with pieces.writing(folder, known.declared.untrusted_name):
            shutil.rmtree(folder)

    @contextmanager
    def held(self, untrusted_id: str, *, by: str) -> Iterator[Upload]:
        """A whole upload that nobody else writes, cancels or preserves meanwhile; raises `UploadNotFound`."""
        known = self.one(untrusted_id, by=by)
        if known.preserved or not known.whole:
            yield known
            return
        with pieces.writing(self._folder(known.id), known.declared.untrusted_name):
            # Another may have preserved it while this one waited for nothing.
            yield self.one(known.id, by=by)

    def offer(self, upload: Upload, *, person: str) -> Offer:
        """The bytes of a whole upload, each piece checked against the digest with which it came."""
        folder, declared = self._folder(upload.id), upload.declared
        facts: dict[str, str | int] = {
            "browser_said_name": declared.untrusted_name,
            "upload_began_at": clock.rfc3339(upload.began),
        }
        facts |= {f"browser_said_{name}": value for name, value in declared.said.items()}
        return Offer(
            untrusted_name=declared.untrusted_name,
            acquired_from=f"upload by {person} ({upload.id})",
            size_bytes=declared.size_bytes,
            open=lambda: pieces.checked(folder, declared.untrusted_name),
            settle=lambda read: "complete" if read == declared.size_bytes else "partial",
            facts=facts,
        )

    def preserved(self, upload: Upload, sha256: str, *, already_held: bool) -> None:
        """Note that it became an item; only now are its bytes here removed."""
        folder = self._folder(upload.id)
        _write_whole(folder / "outcome.json", {"sha256": sha256, "already_held": already_held})
        for name in ("part", "pieces"):
            (folder / name).unlink(missing_ok=True)

    def troubled(self, upload: Upload, why: str) -> None:
        """Note why it could not be preserved; its bytes stay, and it can be tried again."""
        with suppress(OSError):
            _write_whole(self._folder(upload.id) / "outcome.json", {"trouble": why})

    def reported(self, upload: Upload) -> None:
        """Note that a report was made about it."""
        outcome = self._folder(upload.id) / "outcome.json"
        _write_whole(outcome, json.loads(outcome.read_bytes()) | {"reported": True})

    def expire(self) -> int:
        """Throw away what nobody went on with, and notes of what was preserved long ago; returns how many."""
        now, gone = clock.now(), 0
        for one in list(self._every()):
            if one.expires is not None and one.expires < now:
                with suppress(UploadBusy, UploadNotFound):
                    self.cancel(one.id, by=one.by)
                    gone += 1
        return gone

    def _every(self) -> Iterator[Upload]:
        if not self.root.is_dir():
            return
        for folder in self.root.iterdir():
            if _ID.fullmatch(folder.name):
                # Cancelled since the look, or killed while it was declared: it holds nothing that anybody was promised.
                with suppress(FileNotFoundError, NotADirectoryError, ValueError, KeyError):
                    yield _read(folder)

    def _folder(self, untrusted_id: str) -> Path:
        if not _ID.fullmatch(untrusted_id):
            raise UploadNotFound(upload=untrusted_id[:32])
        return self.root / untrusted_id

    def _must_have_room(self, declared: Declared, everybody: list[Upload], by: str) -> None:
        mine = [one for one in everybody if one.by == by and not one.preserved]
        waiting = sum(one.declared.size_bytes for one in mine)
        if len(mine) >= MOST_WAITING or waiting + declared.size_bytes > MOST_WAITING_BYTES:
            raise TooMuchWaits(waiting=len(mine), bytes=waiting, name=declared.untrusted_name)
        # Once as a part, once in the store, until the part is removed.
        needed = 2 * declared.size_bytes + SPARE_BYTES
        free = shutil.disk_usage(self.root).free - sum(one.needed_bytes for one in everybody)
        if needed > free:
            raise NoRoom(name=declared.untrusted_name, needed=needed, free=max(0, free))

    def _begin(self, declared: Declared, by: str) -> Upload:
        folder = self.root / secrets.token_hex(16)
        folder.mkdir(mode=0o700)
        for name in ("part", "pieces"):
            (folder / name).touch(mode=0o600)
        told = {
            "by": by,
            "began": clock.rfc3339(clock.now()),
            "name": declared.untrusted_name,
            "size_bytes": declared.size_bytes,
            "reason": declared.reason,
            "head": declared.head,
            "said": declared.said,
        }
        _write_whole(folder / "about.json", told)
        _fsync_folder(self.root)
        return _read(folder)


def _read(folder: Path) -> Upload:
    told = json.loads((folder / "about.json").read_bytes())
    outcome: dict[str, Any] = {}
    with suppress(FileNotFoundError):
        outcome = json.loads((folder / "outcome.json").read_bytes())
    declared = Declared(
        untrusted_name=told["name"],
        size_bytes=told["size_bytes"],
        reason=told["reason"],
        head=told["head"],
        said=told["said"],
    )
    began = read_instant(told["began"])
    done = bool(outcome.get("sha256"))
    received = declared.size_bytes if done else pieces.received_bytes(folder, (folder / "part").stat().st_size)
    written = (folder / ("outcome.json" if done else "part")).stat().st_mtime
    return Upload(
        id=folder.name,
        by=told["by"],
        declared=declared,
        began=began,
        touched=max(began, datetime.fromtimestamp(written, tz=began.tzinfo)),
        received_bytes=received,
        sha256=outcome.get("sha256", ""),
        already_held=outcome.get("already_held", False),
        trouble=outcome.get("trouble", ""),
        reported=outcome.get("reported", False),
    )


def _write_whole(path: Path, told: dict[str, Any]) -> None:
    fresh = path.with_suffix(f".{secrets.token_hex(4)}")
    with fresh.open("xb") as out:
        out.write(json.dumps(told).encode("ascii"))
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(path)
    _fsync_folder(path.parent)


def _fsync_folder(folder: Path) -> None:
    """Have the folder's names on the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _stated(name: str) -> Iterator[None]:
    """Turn a full disk into what a person can act on."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise UploadStopped(name=name) from error
        raise
