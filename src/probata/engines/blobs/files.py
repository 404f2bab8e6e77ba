"""The embedded store: a folder, one read-only file a blob, fanned out by its SHA-256.

The order of the steps is the promise: temporary file → fsync → link under its digest → read-only → fsync of the
folder. Whoever kills the process at any point leaves either nothing under the digest, or the whole blob.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path
from typing import IO
from uuid import uuid4

from attrs import field, frozen

from probata.engines.chunks import CHUNK_BYTES, ChunkHasher, ChunkTree
from probata.terms.digests import Sha256
from probata.terms.errors import StorageError

READ_BYTES = 4 * CHUNK_BYTES


class DiskFull(StorageError):
    """The disk has no room left."""

    code = "disk_full"
    template = "The disk is full: {what} was not stored. Nothing that was preserved before is lost."
    advice = "Free space or move the workspace to a larger disk, then add it again."


class StoreReadOnly(StorageError):
    """The store cannot be written."""

    code = "store_read_only"
    template = "The store cannot be written: {what} was not stored ({why})."
    advice = "Make the workspace's `blobs/` folder writable for you, or use another workspace."


class BlobDamaged(StorageError):
    """The bytes under a digest no longer have that digest."""

    code = "blob_damaged"
    template = "The stored bytes of {sha256} no longer match their digest."
    advice = "Keep the file as it is, run `probata check`, and restore the bytes from another copy."
    advice_here = "Tell whoever keeps this machine: the bytes are restored from another copy."


class BlobMissing(StorageError):
    """The store has no bytes under a digest."""

    code = "blob_missing"
    template = "The store holds no bytes under {sha256}."
    advice = "Run `probata check`; restore the bytes from another copy."
    advice_here = "Tell whoever keeps this machine: the bytes are restored from another copy."


@frozen(kw_only=True)
class Stored:
    """What the store knows of bytes it took: their digest, size and chunk tree, and whether they were there before."""

    tree: ChunkTree
    already_there: bool

    @property
    def sha256(self) -> Sha256:
        """The identity of the bytes."""
        return self.tree.sha256


@frozen(kw_only=True)
class FileStore:
    """A write-once store in a folder.

    Layout: `ab/cd/abcd….` the blob, `ab/cd/abcd….tree` its chunk tree's leaves (32 bytes each), `ab/cd/abcd….json`
    its sidecar; `incoming/` holds what is being written.
    """

    root: Path = field(converter=Path)

    def path(self, sha256: Sha256) -> Path:
        """Where the blob of this digest stands, or would."""
        return self.root / sha256[:2] / sha256[2:4] / sha256

    def has(self, sha256: Sha256) -> bool:
        """Whether bytes stand under the digest; `verify` says whether they are still the right ones."""
        return self.path(sha256).exists()

    def open(self, sha256: Sha256) -> IO[bytes]:
        """Open a blob read-only; raises `BlobMissing`."""
        try:
            return self.path(sha256).open("rb")
        except FileNotFoundError:
            raise BlobMissing(sha256=sha256) from None

    def put(
        self, source: IO[bytes], *, what: str, progress: Callable[[int], None] | None = None, max_bytes: int = 1 << 62
    ) -> Stored:
        """Store the bytes of a stream once, hashing while they pass.

        Bytes that are there already are compared, not replaced. Raises `DiskFull`, `StoreReadOnly`, `BlobDamaged`.
        """
        with _stated(what):
            incoming = self.root / "incoming"
            incoming.mkdir(parents=True, exist_ok=True)
            temporary = incoming / uuid4().hex
            try:
                tree = _copy(source, temporary, progress, max_bytes)
                already_there = self._place(temporary, tree)
            finally:
                with suppress(FileNotFoundError):
                    temporary.unlink()
            return Stored(tree=tree, already_there=already_there)

    def put_bytes(self, data: bytes, *, what: str) -> Stored:
        """Store a few bytes that are in memory already."""
        return self.put(BytesIO(data), what=what)

    def put_sidecar(self, sha256: Sha256, data: bytes) -> bool:
        """Write a blob's sidecar beside it, once; False when one is there already."""
        with _stated(f"the sidecar of {sha256[:8]}"):
            return _write_once(self.path(sha256).with_suffix(".json"), data, self.root / "incoming")

    def sidecar(self, sha256: Sha256) -> bytes | None:
        """The sidecar's bytes, or None."""
        try:
            return self.path(sha256).with_suffix(".json").read_bytes()
        except FileNotFoundError:
            return None

    def tree(self, sha256: Sha256) -> bytes | None:
        """The chunk tree's leaf hashes, 32 bytes a chunk of 1 MiB, or None."""
        try:
            return self.path(sha256).with_suffix(".tree").read_bytes()
        except FileNotFoundError:
            return None

    def verify(self, sha256: Sha256, passing: Callable[[bytes], None] | None = None) -> ChunkTree:
        """Read the blob again and raise `BlobDamaged` unless it still has its digest; `passing` sees each block."""
        hasher = ChunkHasher()
        with self.open(sha256) as stream:
            for block in _blocks(stream):
                hasher.update(block)
                if passing:
                    passing(block)
        tree = hasher.finish()
        if tree.sha256 != sha256:
            raise BlobDamaged(sha256=sha256)
        return tree

    def digests(self) -> Iterator[Sha256]:
        """Every digest under which bytes stand, in order."""
        for file in sorted(self.root.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*")):
            if len(file.name) == 64 and not file.suffix:
                yield Sha256(file.name)

    def left_over(self) -> list[Path]:
        """Temporary files of writes that never ended: never evidence, named by `probata check`."""
        return sorted((self.root / "incoming").glob("*"))

    def _place(self, temporary: Path, tree: ChunkTree) -> bool:
        final = self.path(tree.sha256)
        final.parent.mkdir(parents=True, exist_ok=True)
        _write_once(final.with_suffix(".tree"), tree.leaves, self.root / "incoming")
        temporary.chmod(0o444)
        try:
            os.link(temporary, final)
        except FileExistsError:
            self.verify(tree.sha256)
            return True
        _fsync_folder(final.parent)
        _fsync_folder(final.parent.parent)
        _fsync_folder(self.root)
        return False


def _copy(source: IO[bytes], target: Path, progress: Callable[[int], None] | None, max_bytes: int) -> ChunkTree:
    """Copy and hash in one reading, then fsync, so that what is linked later is on the disk."""
    with target.open("xb") as out, ChunkHasher.threaded() as hasher:
        size_bytes = 0
        for block in _blocks(source):
            size_bytes += len(block)
            if size_bytes > max_bytes:
                raise StorageError(what=f"The file is larger than the limit of {max_bytes} bytes and was not stored.")
            hasher.update(block)
            out.write(block)
            if progress:
                progress(len(block))
        tree = hasher.finish()
        out.flush()
        os.fsync(out.fileno())
    return tree


def _blocks(source: IO[bytes]) -> Iterable[bytes]:
    while block := source.read(READ_BYTES):
        yield block


def _write_once(final: Path, data: bytes, incoming: Path) -> bool:
    """Small files take the same steps as blobs; False when one of that name stands already."""
    incoming.mkdir(parents=True, exist_ok=True)
    temporary = incoming / uuid4().hex
    try:
        with temporary.open("xb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        temporary.chmod(0o444)
        try:
            os.link(temporary, final)
        except FileExistsError:
            return False
        _fsync_folder(final.parent)
        return True
    finally:
        with suppress(FileNotFoundError):
            temporary.unlink()


def _fsync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _stated(what: str) -> Iterator[None]:
    """Turn what the disk says into what a person can act on."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise DiskFull(what=what) from error
        if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
            raise StoreReadOnly(what=what, why=os.strerror(error.errno)) from error
        raise
