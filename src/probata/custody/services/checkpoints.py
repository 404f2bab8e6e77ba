"""Signing the ledger's checkpoints, and keeping what witnesses and timestamp authorities say of them."""

from __future__ import annotations

import os
from pathlib import Path

from attrs import frozen
from django.conf import settings

from probata.custody import notes, selectors
from probata.custody.keys import Key, key_id
from probata.custody.models import ActorKey, Cosignature, TimestampToken
from probata.custody.models import Checkpoint as CheckpointRow
from probata.custody.notes import Checkpoint, NoteKey, SignedCheckpoint
from probata.custody.projections import EntryFacts
from probata.custody.services import guards
from probata.engines import clock
from probata.terms.errors import CustodyError


class NothingToSign(CustodyError):
    """An empty ledger has nothing to sign."""

    code = "nothing_to_sign"
    template = "The ledger has no entries yet, so there is nothing to sign."
    advice = "Make the workspace with `probata init`."


@frozen(kw_only=True)
class Kept:
    """A signed checkpoint and the row that keeps it."""

    signed: SignedCheckpoint
    row: CheckpointRow


def checkpoint(log_key: Key) -> Kept:
    """Sign the ledger as it stands, unless it does not extend what was signed last.

    Raises `CheckpointInconsistent` when the ledger was cut or rewritten since. An unchanged ledger keeps its last one.
    """
    vkey = notes.log_vkey(settings.PROBATA.origin, log_key.public_raw)
    with guards.alone():
        last_row, last = _last(vkey)
        size, _ = selectors.size_and_time()
        if not size:
            raise NothingToSign
        new = Checkpoint(origin=settings.PROBATA.origin, size=size, root=selectors.root(size))
        if last is not None and last_row is not None and last.checkpoint == new:
            return Kept(signed=last, row=last_row)
        old_size = last.checkpoint.size if last else 0
        proof = selectors.consistency_proof(old_size, size) if 0 < old_size <= size else []
        signed = notes.sign_checkpoint(new, log_key, last=last, proof=proof)
        row = CheckpointRow.objects.create(size=size, note=signed.note, at=clock.now())
    _write(settings.PROBATA.checkpoints / f"{size:012d}.checkpoint", signed.note.encode())
    return Kept(signed=signed, row=row)


def keep_cosignature(row: CheckpointRow, untrusted_line: str, witness: NoteKey, log: NoteKey) -> str:
    """Keep a witness's line once it is found to be its cosignature of this checkpoint."""
    line = notes.attach(notes.read_checkpoint(row.note, log), untrusted_line, witness)
    Cosignature.objects.create(checkpoint=row, line=line, at=clock.now())
    count = Cosignature.objects.filter(checkpoint=row).count()
    _write(settings.PROBATA.checkpoints / f"{row.size:012d}.cosignature-{count}", line.encode() + b"\n")
    return line


def keep_timestamp(row: CheckpointRow, *, authority: str, request: bytes, response: bytes) -> None:
    """Keep a timestamp authority's raw answer over a checkpoint; the caller has verified it."""
    TimestampToken.objects.create(
        checkpoint=row, authority=authority, request=request, response=response, at=clock.now()
    )
    count = TimestampToken.objects.filter(checkpoint=row).count()
    stem = f"{row.size:012d}.timestamp-{count}"
    _write(settings.PROBATA.checkpoints / f"{stem}.name", authority.encode() + b"\n")
    _write(settings.PROBATA.checkpoints / f"{stem}.tsq", request)
    _write(settings.PROBATA.checkpoints / f"{stem}.tsr", response)


def insert_actor_key(entry: EntryFacts, public_key: bytes, name: str) -> None:
    """Let a public key sign from this entry on; inside an open act only."""
    ActorKey.objects.create(key_id=key_id(public_key), public_key=public_key, name=name, enrolled_seq=entry.seq)


def _last(vkey: NoteKey) -> tuple[CheckpointRow | None, SignedCheckpoint | None]:
    row = selectors.last_checkpoint()
    return (row, notes.read_checkpoint(row.note, vkey)) if row else (None, None)


def _write(path: Path, data: bytes) -> None:
    """Keep a copy as a plain file: signed statements must outlive the database."""
    if path.exists():
        return
    temporary = path.with_suffix(path.suffix + ".new")
    with temporary.open("wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    temporary.rename(path)
