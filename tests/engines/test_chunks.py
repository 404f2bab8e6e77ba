"""One reading gives SHA-256 and an RFC 6962 tree, however the bytes arrive."""

from __future__ import annotations

import hashlib

from hypothesis import given, settings
from hypothesis import strategies as st

from probata.engines.chunks import CHUNK_BYTES, ChunkHasher, tree_root


def _defined(hashes):
    """RFC 6962, section 2.1, word for word."""
    if len(hashes) == 1:
        return hashes[0]
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    return hashlib.sha256(b"\x01" + _defined(hashes[:k]) + _defined(hashes[k:])).digest()


@given(st.integers(1, 130))
def test_the_root_is_the_defined_one(count):
    """Pairing level by level gives the tree that the RFC defines by splitting."""
    hashes = [hashlib.sha256(bytes([number])).digest() for number in range(count)]
    assert tree_root(hashes) == _defined(hashes)


def test_nothing_has_the_root_of_nothing():
    """The tree of no chunks is the hash of the empty string."""
    assert tree_root([]) == hashlib.sha256(b"").digest()
    assert ChunkHasher().finish().leaves == b""


@settings(max_examples=20)
@given(st.integers(0, 3 * CHUNK_BYTES + 7), st.lists(st.integers(1, 2 * CHUNK_BYTES), min_size=1, max_size=6))
def test_how_the_bytes_arrive_makes_no_difference(size, cuts):
    """Any division into blocks, one thread or two: the same digest, size and leaves."""
    data = hashlib.shake_128(size.to_bytes(4)).digest(min(size, 4096)) * (size // 4096 + 1)
    data = data[:size]
    whole, parts = ChunkHasher(), ChunkHasher()
    whole.update(data)
    with ChunkHasher.threaded() as threaded:
        at = 0
        for cut in [*cuts, size]:
            block = data[at : at + cut]
            parts.update(block)
            threaded.update(block)
            at += len(block)
        assert whole.finish() == parts.finish() == threaded.finish()


def test_leaves_are_chunks_of_a_mebibyte():
    """A leaf is SHA-256(0x00 ‖ chunk): a verifier can check one chunk alone."""
    data = b"a" * CHUNK_BYTES + b"b" * 5
    hasher = ChunkHasher()
    hasher.update(data)
    tree = hasher.finish()
    leaves = [hashlib.sha256(b"\x00" + part).digest() for part in (data[:CHUNK_BYTES], data[CHUNK_BYTES:])]
    assert tree.leaves == b"".join(leaves)
    assert tree.sha256 == hashlib.sha256(data).hexdigest()
