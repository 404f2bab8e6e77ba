"""One reading of bytes gives their SHA-256 and a chunk tree, so that a part of a file can be proved alone.

The tree is the Merkle tree of RFC 6962, section 2.1, over chunks of 1 MiB: a leaf is SHA-256(0x00 ‖ chunk), a node
SHA-256(0x01 ‖ left ‖ right). A browser, which cannot hash a large file as a stream, can check it chunk by chunk.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Self

from attrs import frozen

from probata.terms.digests import Sha256

CHUNK_BYTES = 1 << 20
_LEAF, _NODE = b"\x00", b"\x01"


@frozen(kw_only=True)
class ChunkTree:
    """What one reading found: the SHA-256 of all, the size, and the leaf hashes (32 bytes each, joined)."""

    sha256: Sha256
    size_bytes: int
    leaves: bytes

    @property
    def root(self) -> Sha256:
        """The root of the chunk tree, hexadecimal."""
        return Sha256(tree_root([self.leaves[at : at + 32] for at in range(0, len(self.leaves), 32)]).hex())


def tree_root(leaf_hashes: list[bytes]) -> bytes:
    """The Merkle tree hash of leaf hashes, RFC 6962 section 2.1; of none, the hash of nothing."""
    if not leaf_hashes:
        return hashlib.sha256().digest()
    level = leaf_hashes
    while len(level) > 1:
        paired = [
            hashlib.sha256(_NODE + left + right).digest() for left, right in zip(level[::2], level[1::2], strict=False)
        ]
        # An odd last node rises unhashed: splitting at the largest power of two gives the same tree.
        level = paired + level[len(paired) * 2 :]
    return level[0]


class ChunkHasher:
    """Hash a stream block by block; `finish` gives its `ChunkTree`."""

    def __init__(self, pool: ThreadPoolExecutor | None = None) -> None:
        self._whole = hashlib.sha256()
        self._chunk = hashlib.sha256(_LEAF)
        self._chunk_room = CHUNK_BYTES
        self._leaves = bytearray()
        self._size_bytes = 0
        self._pool = pool
        self._pending: Future[None] | None = None

    @classmethod
    @contextmanager
    def threaded(cls) -> Iterator[Self]:
        """Hash the whole in a second thread: `hashlib` releases the interpreter lock, so two cores share the work."""
        with ThreadPoolExecutor(max_workers=1, thread_name_prefix="sha256") as pool:
            yield cls(pool)

    def update(self, block: bytes) -> None:
        """Take the next bytes, any number of them; they must not change afterwards."""
        self._wait()
        if self._pool is None:
            self._whole.update(block)
        else:
            self._pending = self._pool.submit(self._whole.update, block)
        self._size_bytes += len(block)
        view = memoryview(block)
        while view:
            part, view = view[: self._chunk_room], view[self._chunk_room :]
            self._chunk.update(part)
            self._chunk_room -= len(part)
            if not self._chunk_room:
                self._close_chunk()

    def finish(self) -> ChunkTree:
        """The digest, size and tree of all that was given."""
        self._wait()
        if self._chunk_room < CHUNK_BYTES:
            self._close_chunk()
        return ChunkTree(
            sha256=Sha256(self._whole.hexdigest()), size_bytes=self._size_bytes, leaves=bytes(self._leaves)
        )

    def _close_chunk(self) -> None:
        self._leaves += self._chunk.digest()
        self._chunk, self._chunk_room = hashlib.sha256(_LEAF), CHUNK_BYTES

    def _wait(self) -> None:
        if self._pending is not None:
            self._pending.result()
            self._pending = None
