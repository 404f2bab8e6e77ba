"""Bytes of an original as they are served: each chunk proved against the chunk tree before any of it leaves."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Protocol

from probata.custody.merkle import leaf_hash
from probata.engines.blobs import BlobDamaged
from probata.engines.chunks import CHUNK_BYTES, tree_root
from probata.preservation import selectors as preservation
from probata.terms.digests import Sha256
from probata.web.served.ranges import ByteRange

_HASH_BYTES = 32


class Original(Protocol):
    """An item, as far as serving it needs to know."""

    @property
    def sha256(self) -> str:
        """Which bytes."""

    @property
    def chunk_root(self) -> str:
        """The root of their chunk tree, as the ledger has it."""

    @property
    def size_bytes(self) -> int:
        """How many there are."""

    @property
    def media_type(self) -> str:
        """What they are, as found in them."""

    @property
    def completeness(self) -> str:
        """Whether they are whole, or no media at all."""


def part(item: Original, wanted: ByteRange) -> bytes:
    """These bytes of an original; raises `BlobDamaged` if a chunk they lie in is not as it was preserved."""
    return b"".join(blocks(item, wanted))


def blocks(item: Original, wanted: ByteRange) -> Iterator[bytes]:
    """The same, chunk by chunk, so that a whole original needs no more memory than one chunk."""
    leaves = _leaves(item.sha256, item.chunk_root)
    with preservation.store().open(Sha256(item.sha256)) as stream:
        for number in range(wanted.first // CHUNK_BYTES, wanted.last // CHUNK_BYTES + 1):
            start = number * CHUNK_BYTES
            stream.seek(start)
            chunk = stream.read(CHUNK_BYTES)
            if number >= len(leaves) or leaf_hash(chunk) != leaves[number]:
                raise BlobDamaged(sha256=item.sha256)
            yield chunk[max(wanted.first - start, 0) : wanted.last + 1 - start]


@lru_cache(maxsize=8)
def _leaves(item: str, chunk_root: str) -> tuple[bytes, ...]:
    """The leaf hashes of an original, themselves proved against the root that its ledger entry names."""
    joined = preservation.store().tree(Sha256(item)) or b""
    leaves = tuple(joined[at : at + _HASH_BYTES] for at in range(0, len(joined), _HASH_BYTES))
    if tree_root(list(leaves)).hex() != chunk_root:
        raise BlobDamaged(sha256=item)
    return leaves
