"""What `probata check` asks of the ledger: guards, signatures, the tree, checkpoints, the plain file."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings

from probata.custody import merkle, selectors
from probata.custody.models import Entry, TreeHash
from probata.custody.notes import NoteKey
from probata.custody.services import guards, ledger_files, rebuilding

_BATCH = 2_000


def guard_faults() -> Iterator[str]:
    """Triggers that should guard the record and do not."""
    for name in guards.missing_triggers():
        yield f"the database's guard {name} is missing or altered"


def ledger_faults(log: NoteKey) -> Iterator[str]:
    """Where the ledger's tables, tree, checkpoints and plain file disagree."""
    hashes: list[bytes] = []
    in_file = ledger_files.read(ledger_files.file())
    for entry in Entry.objects.order_by("seq").iterator(chunk_size=_BATCH):
        leaf = bytes(entry.leaf)
        if entry.seq != len(hashes):
            yield f"entry {len(hashes)} is missing from the database"
            return
        written = next(in_file, None)
        if written is None or written[0] != leaf:
            yield f"entry {entry.seq} differs between the database and {settings.PROBATA.ledger.name}/"
        hashes.append(merkle.leaf_hash(leaf))
    if next(in_file, None) is not None:
        yield "the ledger's file holds entries that the database lacks"
    grown = merkle.hashes_to_append(0, hashes, lambda _positions: [])
    stored = TreeHash.objects.order_by("position").values_list("hash", flat=True).iterator(chunk_size=_BATCH)
    if any(bytes(one) != other for one, other in zip(stored, grown, strict=False)) or TreeHash.objects.count() != len(
        grown
    ):
        yield "the stored hashes of the tree are not those of the entries"
    yield from rebuilding.checkpoint_faults(log)


def last_signed_size() -> int:
    """How many entries the newest signed checkpoint covers."""
    last = selectors.last_checkpoint()
    return last.size if last else 0
