"""The ledger's Merkle tree (RFC 6962, section 2.1): append, roots, proofs that an entry is in, proofs that none left.

The tree lives in one table that only grows: every complete subtree's hash has a fixed place, its *stored position*,
numbered as in Go's `tlog`: each entry's own hash, followed by every subtree that the entry completes. Functions here
are pure; they ask for stored hashes through a `read` that takes positions and gives hashes, once per call.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from probata.custody.verifier import (
    EMPTY_ROOT,
    leaf_hash,
    node_hash,
    verify_consistency,
    verify_inclusion,
)
from probata.terms.errors import InvalidValue

__all__ = [
    "EMPTY_ROOT",
    "Read",
    "consistency_proof",
    "hashes_to_append",
    "inclusion_proof",
    "leaf_hash",
    "node_hash",
    "root",
    "stored_count",
    "stored_position",
    "verify_consistency",
    "verify_inclusion",
]

Read = Callable[[Sequence[int]], Sequence[bytes]]
"""Gives the stored hashes (32 bytes each) at the positions asked for, in the order asked."""


def stored_position(level: int, number: int) -> int:
    """Where the hash of the `number`-th complete subtree of 2^level entries stands. Go `tlog.StoredHashIndex`."""
    # A subtree is written right after its right half; go down to the last entry it holds.
    last = ((number + 1) << level) - 1
    return 2 * last - last.bit_count() + level


def stored_count(size: int) -> int:
    """How many hashes a tree of `size` entries stores: positions 0 to this, exclusive."""
    return 2 * size - size.bit_count()


def hashes_to_append(size: int, leaf_hashes: Sequence[bytes], read: Read) -> list[bytes]:
    """The hashes that new entries add to a tree of `size`, to be stored from position `stored_count(size)` on."""
    stack = list(zip(_widths(size), _read(read, _peaks(0, size)), strict=True))
    grown: list[bytes] = []
    for new_leaf in leaf_hashes:
        width, subtree = 1, new_leaf
        grown.append(subtree)
        while stack and stack[-1][0] == width:
            subtree = node_hash(stack.pop()[1], subtree)
            width *= 2
            grown.append(subtree)
        stack.append((width, subtree))
    return grown


def root(size: int, read: Read) -> bytes:
    """The Merkle tree hash of the first `size` entries. RFC 6962, section 2.1."""
    if size == 0:
        return EMPTY_ROOT
    return _fold(_read(read, _peaks(0, size)))


def inclusion_proof(index: int, size: int, read: Read) -> list[bytes]:
    """The audit path of one entry in the tree of `size`: at most log2(size) hashes. RFC 9162, section 2.1.3.1."""
    if not 0 <= index < size:
        raise InvalidValue(what="An inclusion proof", why=f"entry {index} is not among {size}")
    ranges: list[tuple[int, int]] = []
    start, end = 0, size
    while end - start > 1:
        split = start + _largest_power_below(end - start)
        if index < split:
            ranges.append((split, end))
            end = split
        else:
            ranges.append((start, split))
            start = split
    return _subtree_hashes(ranges[::-1], read)


def consistency_proof(old_size: int, size: int, read: Read) -> list[bytes]:
    """That the tree of `size` begins with the tree of `old_size`, unchanged. RFC 9162, section 2.1.4.1."""
    if not 0 < old_size <= size:
        raise InvalidValue(what="A consistency proof", why=f"a tree of {size} cannot extend one of {old_size}")
    ranges: list[tuple[int, int]] = []
    start, end, old_is_whole = 0, size, True
    while end != old_size:
        split = start + _largest_power_below(end - start)
        if old_size <= split:
            ranges.append((split, end))
            end = split
        else:
            ranges.append((start, split))
            start, old_is_whole = split, False
    if not old_is_whole:
        ranges.append((start, end))
    return _subtree_hashes(ranges[::-1], read)


def _largest_power_below(count: int) -> int:
    """The k of RFC 6962, section 2.1: the largest power of two smaller than `count`."""
    return 1 << (count - 1).bit_length() - 1


def _widths(size: int) -> list[int]:
    """The complete subtrees of a tree of `size`, widest first: the set bits of its size."""
    return [1 << bit for bit in range(size.bit_length() - 1, -1, -1) if size >> bit & 1]


def _peaks(start: int, end: int) -> list[int]:
    """Positions of the complete subtrees that make up [start, end), where `start` is a multiple of the widest."""
    positions = []
    for width in _widths(end - start):
        level = width.bit_length() - 1
        positions.append(stored_position(level, start >> level))
        start += width
    return positions


def _fold(hashes: Sequence[bytes]) -> bytes:
    """Join complete subtrees, widest first, into the hash of all: the narrow ones on the right go together first."""
    folded = hashes[-1]
    for left in reversed(hashes[:-1]):
        folded = node_hash(left, folded)
    return folded


def _subtree_hashes(ranges: Sequence[tuple[int, int]], read: Read) -> list[bytes]:
    """The hash of each range of entries, with one reading for all."""
    peaks = [_peaks(start, end) for start, end in ranges]
    hashes = iter(_read(read, [position for group in peaks for position in group]))
    return [_fold([next(hashes) for _ in group]) for group in peaks]


def _read(read: Read, positions: Sequence[int]) -> Sequence[bytes]:
    return read(positions) if positions else []
