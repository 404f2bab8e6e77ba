"""The tree is RFC 6962's: exhaustively against its definition, then by properties."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probata.custody import merkle
from probata.terms.errors import InvalidValue

SIZES = range(71)


def leaves(count: int, salt: str = "") -> list[bytes]:
    return [merkle.leaf_hash(f"{salt}{number}".encode()) for number in range(count)]


def defined_root(hashes: Sequence[bytes]) -> bytes:
    """RFC 6962, section 2.1, word for word."""
    if not hashes:
        return hashlib.sha256().digest()
    if len(hashes) == 1:
        return hashes[0]
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    return hashlib.sha256(b"\x01" + defined_root(hashes[:k]) + defined_root(hashes[k:])).digest()


def defined_path(m: int, hashes: Sequence[bytes]) -> list[bytes]:
    """RFC 6962, section 2.1.1, word for word."""
    if len(hashes) == 1:
        return []
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    if m < k:
        return [*defined_path(m, hashes[:k]), defined_root(hashes[k:])]
    return [*defined_path(m - k, hashes[k:]), defined_root(hashes[:k])]


def defined_consistency(m: int, hashes: Sequence[bytes], *, whole: bool = True) -> list[bytes]:
    """RFC 6962, section 2.1.2, SUBPROOF word for word."""
    if m == len(hashes):
        return [] if whole else [defined_root(hashes)]
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    if m <= k:
        return [*defined_consistency(m, hashes[:k], whole=whole), defined_root(hashes[k:])]
    return [*defined_consistency(m - k, hashes[k:], whole=False), defined_root(hashes[:k])]


class Store:
    """Stored hashes in a list, as the table keeps them; counts how often it is read."""

    def __init__(self, hashes: Sequence[bytes] = ()) -> None:
        self.stored: list[bytes] = []
        self.size = self.reads = 0
        self.append(hashes)

    def read(self, positions: Sequence[int]) -> list[bytes]:
        self.reads += 1
        return [self.stored[position] for position in positions]

    def append(self, hashes: Sequence[bytes]) -> None:
        self.stored += merkle.hashes_to_append(self.size, hashes, self.read)
        self.size += len(hashes)


LEAVES = leaves(max(SIZES))
STORE = Store(LEAVES)


@pytest.mark.parametrize("size", SIZES)
def test_roots_are_those_of_the_definition(size: int) -> None:
    """Every size to 70, from one store that only grew."""
    assert merkle.root(size, STORE.read) == defined_root(LEAVES[:size])


@pytest.mark.parametrize("size", SIZES)
def test_inclusion_proofs_are_those_of_the_definition(size: int) -> None:
    """Every entry of every size to 70: the proof is the defined one, verifies, and proves nothing else."""
    root = merkle.root(size, STORE.read)
    for index in range(size):
        proof = merkle.inclusion_proof(index, size, STORE.read)
        assert proof == defined_path(index, LEAVES[:size])
        assert merkle.verify_inclusion(leaf=LEAVES[index], index=index, size=size, proof=proof, root=root)
        other = LEAVES[(index + 1) % len(LEAVES)]
        assert not merkle.verify_inclusion(leaf=other, index=index, size=size, proof=proof, root=root)
        assert not merkle.verify_inclusion(leaf=LEAVES[index], index=size, size=size, proof=proof, root=root)


@pytest.mark.parametrize("size", SIZES)
def test_consistency_proofs_are_those_of_the_definition(size: int) -> None:
    """Every earlier size of every size to 70: the proof is the defined one, verifies, and refuses another history."""
    root, forked = merkle.root(size, STORE.read), Store(leaves(70, "fork"))
    for old in range(1, size + 1):
        proof = merkle.consistency_proof(old, size, STORE.read)
        assert proof == defined_consistency(old, LEAVES[:size])
        true = {"old_size": old, "size": size, "root": root, "proof": proof}
        assert merkle.verify_consistency(old_root=merkle.root(old, STORE.read), **true)  # type: ignore[arg-type]
        assert not merkle.verify_consistency(old_root=merkle.root(old, forked.read), **true)  # type: ignore[arg-type]


def test_positions_are_filled_in_order() -> None:
    """Every stored hash has the position that its level and number give, and none is left free."""
    positions = [merkle.stored_position(level, number) for level in range(7) for number in range(len(LEAVES) >> level)]
    assert sorted(positions) == list(range(merkle.stored_count(len(LEAVES))))
    for level in range(7):
        for number in range(len(LEAVES) >> level):
            covered = LEAVES[number << level : (number + 1) << level]
            assert STORE.stored[merkle.stored_position(level, number)] == defined_root(covered)


@given(st.lists(st.integers(0, 40), max_size=8))
def test_batches_do_not_matter(batches: list[int]) -> None:
    """Appending in any batches stores the same hashes, and reads at most once a batch."""
    store, hashes = Store(), leaves(sum(batches))
    for count in batches:
        store.append(hashes[store.size : store.size + count])
    assert store.stored == Store(hashes).stored
    assert store.reads <= len(batches)


@given(st.integers(1, 2**40), st.data())
def test_large_trees_verify_and_refuse_changes(size: int, data: st.DataObject) -> None:
    """Proofs in trees too large to hold: any one changed node, index or length is refused."""
    same = merkle.leaf_hash(b"same")
    levels = [same]
    for _ in range(60):
        levels.append(merkle.node_hash(levels[-1], levels[-1]))

    def read(positions: Sequence[int]) -> list[bytes]:
        return [levels[known_levels[position]] for position in positions]

    known_levels: dict[int, int] = {}
    original = merkle.stored_position
    for level in range(41):
        number = size >> level
        for near in range(max(0, number - 2), number + 1):
            known_levels[original(level, near)] = level
    index = size - 1
    proof = merkle.inclusion_proof(index, size, read)
    root = merkle.root(size, read)
    assert merkle.verify_inclusion(leaf=same, index=index, size=size, proof=proof, root=root)
    if proof:
        place = data.draw(st.integers(0, len(proof) - 1))
        changed = [*proof[:place], b"\x00" * 32, *proof[place + 1 :]]
        assert not merkle.verify_inclusion(leaf=same, index=index, size=size, proof=changed, root=root)
        assert not merkle.verify_inclusion(leaf=same, index=index, size=size, proof=proof[:-1], root=root)
    assert not merkle.verify_inclusion(leaf=same, index=index, size=size, proof=[*proof, same], root=root)


@given(st.integers(1, 200), st.data())
def test_a_proof_costs_one_reading(size: int, data: st.DataObject) -> None:
    """Every proof asks the store once, for at most some hashes a level, however large the tree."""
    store = Store(leaves(size))
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    for make in (
        lambda: merkle.inclusion_proof(index, size, store.read),
        lambda: merkle.consistency_proof(old, size, store.read),
        lambda: merkle.root(size, store.read),
    ):
        store.reads = 0
        make()
        assert store.reads <= 1


@pytest.mark.parametrize(("index", "size"), [(0, 0), (3, 3), (-1, 2)])
def test_no_proof_of_an_entry_that_is_not_there(index: int, size: int) -> None:
    """A proof is asked for entries of the tree only."""
    with pytest.raises(InvalidValue):
        merkle.inclusion_proof(index, size, STORE.read)


@pytest.mark.parametrize(("old", "size"), [(0, 3), (4, 3)])
def test_no_proof_that_a_shorter_tree_extends_a_longer(old: int, size: int) -> None:
    """A tree extends smaller trees that hold something."""
    with pytest.raises(InvalidValue):
        merkle.consistency_proof(old, size, STORE.read)


def test_degenerate_consistency_is_refused() -> None:
    """RFC 9162, section 2.1.4.2: sizes out of order, an empty proof between two sizes, one too long."""
    root = [merkle.root(size, STORE.read) for size in SIZES]
    proof = merkle.consistency_proof(3, 7, STORE.read)
    verify = merkle.verify_consistency
    assert not verify(old_size=3, old_root=root[3], size=7, root=root[7], proof=[])
    assert not verify(old_size=7, old_root=root[7], size=3, root=root[3], proof=proof)
    assert not verify(old_size=0, old_root=root[0], size=3, root=root[3], proof=proof)
    assert not verify(old_size=3, old_root=root[3], size=3, root=root[3], proof=proof)
    assert not verify(old_size=3, old_root=root[3], size=3, root=root[4], proof=[])
    assert not verify(old_size=3, old_root=root[3], size=7, root=root[7], proof=[*proof, root[1]])
