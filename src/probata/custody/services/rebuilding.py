"""The database made anew from the ledger's file: every entry checked, every row projected again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import transaction

from probata.custody import entries, keys, notes, projections, selectors
from probata.custody.entries import EntryMalformed, Opening, SignedEntry
from probata.custody.models import Checkpoint, Cosignature, OpenAct, TimestampToken
from probata.custody.notes import NoteKey
from probata.custody.projections import EntryFacts
from probata.custody.services import ledger_files
from probata.custody.services.acts import ACT_SCHEMA, Made, insert_act, insert_entries
from probata.engines import clock


def replay(ledger: Path, *, origin: str, progress: Callable[[int], None] | None = None) -> int:
    """Fill an empty database from a ledger file, one act a transaction; returns how many entries.

    Raises `EntryMalformed` for an entry out of order, of another log, with a signature that does not verify, signed
    by a key nobody enrolled, or whose openings do not open it.
    """
    count = 0
    enrolled: dict[str, Ed25519PublicKey] = {}
    for act_id, group in groupby(_read(ledger, origin, enrolled), key=lambda made: made.signed.entry.act):
        made = list(group)
        with transaction.atomic():
            OpenAct.objects.create(act_id=act_id)
            insert_act(_reason(made), made)
            insert_entries(made)
            for one in made:
                records = [opening.record for opening in one.openings if opening.record.get("schema") != ACT_SCHEMA]
                try:
                    projections.project(EntryFacts.of(one.signed.entry), records)
                except (KeyError, TypeError, ValueError) as error:
                    why = f"its record is not one that this version knows ({type(error).__name__}: {error})"
                    raise EntryMalformed(seq=one.signed.entry.seq, why=why) from error
            OpenAct.objects.all().delete()
        count += len(made)
        if progress:
            progress(len(made))
    return count


def restore_checkpoints(folder: Path, log: NoteKey) -> int:
    """Take signed checkpoints, cosignatures and timestamp answers back from their files; returns how many."""
    count = 0
    for file in sorted(folder.glob("*.checkpoint")):
        signed = notes.read_checkpoint(file.read_text(encoding="utf-8"), log)
        row = Checkpoint.objects.create(size=signed.checkpoint.size, note=signed.note, at=clock.now())
        for line in sorted(folder.glob(f"{file.stem}.cosignature-*")):
            Cosignature.objects.create(checkpoint=row, line=line.read_text(encoding="utf-8").strip(), at=clock.now())
        for answer in sorted(folder.glob(f"{file.stem}.timestamp-*.tsr")):
            request = answer.with_suffix(".tsq")
            TimestampToken.objects.create(
                checkpoint=row,
                authority=(answer.with_suffix(".name").read_text(encoding="utf-8").strip()),
                request=request.read_bytes(),
                response=answer.read_bytes(),
                at=clock.now(),
            )
        count += 1
    return count


def checkpoint_faults(log: NoteKey) -> Iterator[str]:
    """What is wrong between the signed checkpoints and the tree as it stands."""
    size, _ = selectors.size_and_time()
    for row in Checkpoint.objects.order_by("id"):
        try:
            signed = notes.read_checkpoint(row.note, log)
        except notes.NoteMalformed as error:
            yield f"checkpoint {row.id}: {error}"
            continue
        if signed.checkpoint.size > size:
            yield f"a checkpoint of size {signed.checkpoint.size} was signed, but the ledger has {size} entries"
        elif selectors.root(signed.checkpoint.size) != signed.checkpoint.root:
            yield f"the ledger's first {signed.checkpoint.size} entries are not those that were signed"


def _read(ledger: Path, origin: str, enrolled: dict[str, Ed25519PublicKey]) -> Iterator[Made]:
    for seq, (leaf, untrusted_openings) in enumerate(ledger_files.read(ledger)):
        signed = entries.read_leaf(leaf)
        openings = [_opening(untrusted) for untrusted in untrusted_openings]
        _must_fit(signed, seq, origin, openings)
        for opening in openings:
            _enrol(opening, signed, enrolled)
        _must_verify(signed, enrolled)
        yield Made(signed=signed, openings=openings)


def _opening(untrusted: dict[str, Any]) -> Opening:
    return Opening(salt=bytes.fromhex(untrusted["salt"]), record=untrusted["record"])


def _must_fit(signed: SignedEntry, seq: int, origin: str, openings: list[Opening]) -> None:
    entry = signed.entry
    if entry.seq != seq:
        raise EntryMalformed(seq=seq, why=f"it says that it is entry {entry.seq}")
    if entry.log != origin:
        raise EntryMalformed(seq=seq, why=f"it belongs to the log {entry.log}")
    if tuple(opening.commitment for opening in openings) != entry.subjects:
        raise EntryMalformed(seq=seq, why="its openings do not open its commitments")


def _enrol(opening: Opening, signed: SignedEntry, enrolled: dict[str, Ed25519PublicKey]) -> None:
    """Entry 0 names the founder's key; later ones only an enrolled key may name."""
    record = opening.record
    if signed.entry.action == "found_log" and signed.entry.seq == 0 and "founder_key" in record:
        public_key = bytes.fromhex(record["founder_key"])
    elif signed.entry.action == "enrol_key" and signed.entry.actor in enrolled and "public_key" in record:
        public_key = bytes.fromhex(record["public_key"])
    else:
        return
    enrolled[keys.key_id(public_key)] = Ed25519PublicKey.from_public_bytes(public_key)


def _must_verify(signed: SignedEntry, enrolled: dict[str, Ed25519PublicKey]) -> None:
    key = enrolled.get(signed.entry.actor)
    if key is None:
        raise EntryMalformed(seq=signed.entry.seq, why="the key that signed it was never enrolled")
    try:
        key.verify(signed.signature, signed.entry.canonical())
    except InvalidSignature:
        raise EntryMalformed(seq=signed.entry.seq, why="its signature does not verify") from None


def _reason(made: list[Made]) -> str:
    for opening in made[0].openings:
        if opening.record.get("schema") == ACT_SCHEMA:
            return str(opening.record["reason"])
    raise EntryMalformed(seq=made[0].signed.entry.seq, why="it opens an act without its reason")
