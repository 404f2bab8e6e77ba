"""The database made anew from the ledger's file: every entry checked, every row projected again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import DatabaseError

from probata.custody import entries, keys, notes, projections, selectors
from probata.custody.canonical import NotCanonical, Record
from probata.custody.entries import EntryMalformed, Opening, SignedEntry
from probata.custody.models import Checkpoint, Cosignature, OpenAct, TimestampToken
from probata.custody.notes import NoteKey
from probata.custody.projections import ActionUnknown, EntryFacts
from probata.custody.services import guards, ledger_files
from probata.custody.services.acts import ACT_SCHEMA, Made, insert_act, insert_entries
from probata.engines import clock
from probata.terms.errors import InvalidValue, ProbataError, StorageError

_VIA = re.compile(r"[a-z]{1,10}:[0-9a-f]{1,32}")


def replay(ledger: Path, *, origin: str, progress: Callable[[int], None] | None = None) -> int:
    """Fill an empty database from a ledger file, one act a transaction; returns how many entries.

    Raises `EntryMalformed` for an entry out of order, of another log, with a signature that does not verify, signed
    by a key nobody enrolled, whose openings do not open it, or whose rows a projection or the database refuses.
    """
    count = 0
    enrolled: dict[str, Ed25519PublicKey] = {}
    for act_id, group in groupby(_read(ledger, origin, enrolled), key=lambda made: made.signed.entry.act):
        made = list(group)
        _replay_act(act_id, made)
        count += len(made)
        if progress:
            progress(len(made))
    return count


def _replay_act(act_id: str, made: list[Made]) -> None:
    """One act's entries and rows again, in one transaction."""
    first = made[0].signed.entry
    try:
        with guards.alone():
            OpenAct.objects.create(act_id=act_id, actor=first.actor)
            via = _via(made)
            insert_act(_reason(made), made, via=via)
            insert_entries(made)
            for one in made:
                if one.signed.entry.actor != first.actor:
                    raise EntryMalformed(seq=one.signed.entry.seq, why="its act is another person's")
                _project(one, via)
            OpenAct.objects.all().delete()
    except DatabaseError as error:
        # Rows that name others are held to it when all are there: then it is the act that is refused.
        raise _not_made(first.seq, error) from error


def _project(one: Made, via: str) -> None:
    """One entry's rows. A record may hold anything, so that whatever goes wrong with it speaks against its entry."""
    records = [opening.record for opening in one.openings if opening.record.get("schema") != ACT_SCHEMA]
    try:
        projections.project(EntryFacts.of(one.signed.entry, via=via), records)
    except Exception as error:
        raise _not_made(one.signed.entry.seq, error) from error


def _not_made(seq: int, error: Exception) -> ProbataError:
    """Why an entry's rows could not be made, with its number; a full disk is no fault of the ledger."""
    said = guards.stated(error) if isinstance(error, DatabaseError) else error
    if isinstance(said, StorageError | EntryMalformed):
        return said
    if isinstance(error, DatabaseError):
        why = f"the database refuses its rows: {str(error).removeprefix('probata: ')}"
    elif isinstance(error, ActionUnknown):
        why = f"{error.message} {error.what_to_do}"
    elif isinstance(error, ProbataError):
        why = error.message
    else:
        why = f"its record is not one that this version knows ({type(error).__name__}: {error})"
    return EntryMalformed(seq=seq, why=why.removesuffix("."))


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
        try:
            signed = entries.read_leaf(leaf)
        except EntryMalformed as error:
            # Where the leaf does not tell its number, its place in the file does.
            raise EntryMalformed(seq=seq, why=error.facts["why"]) from error
        try:
            openings = [_opening(untrusted) for untrusted in untrusted_openings]
            _must_fit(signed, seq, origin, openings)
            for opening in openings:
                _enrol(opening, signed, enrolled)
        except (KeyError, TypeError, ValueError, NotCanonical) as error:
            raise EntryMalformed(seq=seq, why=f"an opening of it is none ({error})") from error
        _must_verify(signed, enrolled)
        yield Made(signed=signed, openings=openings)


def _opening(untrusted: dict[str, Any]) -> Opening:
    record = untrusted["record"]
    if not isinstance(record, dict):
        raise InvalidValue(what="A record", why="it is not an object")
    return Opening(salt=bytes.fromhex(untrusted["salt"]), record=record)


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
    return str(_opened_act(made)["reason"])


def _via(made: list[Made]) -> str:
    """Through what it was done; acts of before this was written, and those of a person's own hand, do not say."""
    via = _opened_act(made).get("via", "")
    if not isinstance(via, str) or (via and not _VIA.fullmatch(via)):
        raise EntryMalformed(seq=made[0].signed.entry.seq, why="it does not say through what it was done")
    return via


def _opened_act(made: list[Made]) -> Record:
    for opening in made[0].openings:
        if opening.record.get("schema") == ACT_SCHEMA and "reason" in opening.record:
            return opening.record
    raise EntryMalformed(seq=made[0].signed.entry.seq, why="it opens an act without its reason")
