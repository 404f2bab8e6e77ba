"""How fast the ledger's craft is without a database: entries made and signed, proofs from a tree of a million.

Reach: at least 10,000 entries a second in one act (`benchmarks/act.py` adds the database), an inclusion proof and its
verification in at most 1 ms each at 1,000,000 entries.
"""

from __future__ import annotations

import hashlib
import os
import statistics
import sys
import time
from collections.abc import Callable, Sequence

from probata.custody import merkle
from probata.custody.entries import Entry, Opening, SignedEntry, Tool, sign_entry
from probata.custody.keys import Key
from probata.engines import clock

ENTRIES = 20_000
TREE = 1_000_000
PROOFS = 2_000


def measure(entries: int = ENTRIES, tree: int = TREE) -> dict[str, float]:
    """Entries a second, and milliseconds a proof (the median), from one run."""
    return {"entries_per_s": _entries_per_s(entries), **_proofs(tree)}


def _entries_per_s(count: int) -> float:
    """Openings, commitments, canonical JSON, signatures, leaf hashes and tree, as one act makes them."""
    key, at, stored = Key.new(), clock.now(), list[bytes]()
    start = time.perf_counter()
    signed = [_signed(key, number, at) for number in range(count)]
    stored += merkle.hashes_to_append(0, [one.leaf_hash for one in signed], lambda _positions: [])
    return count / (time.perf_counter() - start)


def _signed(key: Key, number: int, at: object) -> SignedEntry:
    opening = Opening(record={"subject": f"item:{number:064x}", "reason": "a benchmark", "number": number})
    entry = Entry(
        log="probata/00000000-0000-4000-8000-000000000001",
        seq=number,
        act="0" * 32,
        at=at,  # type: ignore[arg-type]
        actor=key.key_id,
        action="acquire",
        subjects=(opening.commitment,),
        tool=Tool(version="0.1.0"),
    )
    return sign_entry(entry, key)


def _proofs(size: int) -> dict[str, float]:
    leaves = [merkle.leaf_hash(number.to_bytes(8, "big")) for number in range(size)]
    stored = merkle.hashes_to_append(0, leaves, lambda _positions: [])

    def read(positions: Sequence[int]) -> list[bytes]:
        return [stored[position] for position in positions]

    root = merkle.root(size, read)
    places = [int.from_bytes(hashlib.sha256(bytes([i % 256, i // 256])).digest()[:8], "big") for i in range(PROOFS)]
    indexes = [place % size for place in places]
    proofs = [merkle.inclusion_proof(index, size, read) for index in indexes]
    make_ms = _median_ms([lambda i=index: merkle.inclusion_proof(i, size, read) for index in indexes])  # type: ignore[misc]
    verify_ms = _median_ms(
        [
            lambda i=index, p=proof: merkle.verify_inclusion(leaf=leaves[i], index=i, size=size, proof=p, root=root)  # type: ignore[misc]
            for index, proof in zip(indexes, proofs, strict=True)
        ]
    )
    return {"proof_ms": make_ms, "verify_ms": verify_ms, "proof_hashes": float(len(proofs[0]))}


def _median_ms(calls: Sequence[Callable[[], object]]) -> float:
    taken = []
    for call in calls:
        start = time.perf_counter()
        answer = call()
        taken.append((time.perf_counter() - start) * 1e3)
        if answer is False:
            raise SystemExit("a proof did not verify")
    return statistics.median(taken)


if __name__ == "__main__":
    found = measure(tree=int(sys.argv[1]) if len(sys.argv) > 1 else TREE)
    print(f"the craft alone: {found['entries_per_s']:,.0f} entries/s on {os.cpu_count()} cores (reach: 10,000)")
    print(f"inclusion proof: {found['proof_ms']:.3f} ms, its verification {found['verify_ms']:.3f} ms (reach: 1 ms)")
