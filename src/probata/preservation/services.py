"""Preserving: bytes into the store first, then the row and its ledger entry; only then is anything preserved."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from typing import IO, Any

from attrs import frozen
from django.conf import settings

from probata.custody.canonical import Record, canonical
from probata.custody.projections import EntryFacts, projects
from probata.custody.services import Act
from probata.engines.blobs import BlobDamaged, BlobMissing, FileStore, Stored
from probata.media import magic
from probata.preservation import names, selectors
from probata.preservation.models import Acquisition, FailedAttempt, Fixity, Item, Rendition
from probata.preservation.recipes import digest_of
from probata.terms.digests import Sha256

SIDECAR_SCHEMA = "probata/sidecar/1"


@frozen(kw_only=True)
class Acquired:
    """What one acquisition came to."""

    sha256: Sha256
    size_bytes: int
    media_type: str
    completeness: str
    name_agrees: bool
    already_held: bool
    seq: int


def store() -> FileStore:
    """The workspace's write-once store."""
    return FileStore(root=settings.PROBATA.blobs)


def take(source: IO[bytes], *, what: str, progress: Callable[[int], None] | None = None) -> Stored:
    """Put bytes into the store, with their sidecar; nothing is preserved until `acquire` records it in an act."""
    stored = store().put(source, what=what, progress=progress, max_bytes=settings.PROBATA.max_file_bytes)
    _write_sidecar(stored)
    return stored


def acquire(
    act: Act,
    stored: Stored,
    *,
    untrusted_name: str,
    acquired_from: str,
    method: str,
    completeness: str,
    facts: dict[str, str | int],
) -> Acquired:
    """Record that these bytes came in: a new item, or a further acquisition of one that is held."""
    with store().open(stored.sha256) as stream:
        found = magic.sniff(stream.read(magic.HEAD_BYTES))
    held = selectors.item_or_none(stored.sha256) is not None
    name_agrees = names.name_agrees(untrusted_name, found.media_type)
    record = {
        "subject": f"item:{stored.sha256}",
        "sha256": stored.sha256,
        "size_bytes": stored.tree.size_bytes,
        "chunk_root": stored.tree.root,
        "media_type": found.media_type,
        "completeness": completeness if found.is_media else "not_media",
        "name_agrees": name_agrees,
        "method": method,
    }
    # Where it came from, and the name it came under, can give a source away: a subject of its own, so that a package
    # can leave it sealed.
    origin = {
        "subject": f"origin:{stored.sha256}",
        "name": untrusted_name,
        "acquired_from": acquired_from,
        "origin_says": facts,
    }
    entry = act.record("acquire", record, origin)
    return Acquired(
        sha256=stored.sha256,
        size_bytes=stored.tree.size_bytes,
        media_type=found.media_type,
        completeness=str(record["completeness"]),
        name_agrees=name_agrees,
        already_held=held,
        seq=entry.seq,
    )


def attempt_failed(act: Act, *, acquired_from: str, method: str, code: str, why: str) -> None:
    """Record that something was asked for and could not be had."""
    act.record(
        "attempt_failed",
        {"subject": f"attempt:{act.id}", "acquired_from": acquired_from, "method": method, "code": code, "why": why},
    )


def add_rendition(act: Act, item: Sha256, *, kind: str, data: bytes, recipe: Record) -> str:
    """Store something made from an item, with the recipe that makes it again; returns its SHA-256."""
    stored = store().put_bytes(data, what=f"the {kind} of {item[:8]}")
    act.record(
        "derive",
        {
            "subject": f"item:{item}",
            "kind": kind,
            "sha256": stored.sha256,
            "size_bytes": stored.tree.size_bytes,
            "recipe": recipe,
        },
    )
    return stored.sha256


def record_fixity(act: Act, item: Sha256, *, result: str, sha512: str = "") -> None:
    """Record what reading an item's bytes again has found."""
    act.record("fixity", {"subject": f"item:{item}", "sha256": item, "result": result, "sha512": sha512})


def read_again(
    digests: Iterable[str], *, sha512: bool, progress: Callable[[int], None] | None = None
) -> Iterator[Reading]:
    """Read stored bytes again and say of each whether it is sound, damaged or missing."""
    for digest in digests:
        yield _read_again(Sha256(digest), sha512=sha512, progress=progress)


def orphans() -> list[str]:
    """Stored bytes that no row speaks of, and writes that never ended: named, never removed by themselves."""
    known = selectors.known_digests()
    unknown = [f"blob {digest}: bytes without a record" for digest in store().digests() if digest not in known]
    return unknown + [f"{path.parent.name}/{path.name}: a write that never ended" for path in store().left_over()]


@frozen(kw_only=True)
class Reading:
    """What reading a blob again found: `sound`, `damaged` or `missing`, and its SHA-512 where that was asked."""

    sha256: Sha256
    result: str
    sha512: str = ""


def _read_again(digest: Sha256, *, sha512: bool, progress: Callable[[int], None] | None) -> Reading:
    second = hashlib.sha512()

    def passing(block: bytes) -> None:
        if sha512:
            second.update(block)
        if progress:
            progress(len(block))

    try:
        store().verify(digest, passing)
    except BlobMissing:
        return Reading(sha256=digest, result="missing")
    except BlobDamaged:
        return Reading(sha256=digest, result="damaged")
    return Reading(sha256=digest, result="sound", sha512=second.hexdigest() if sha512 else "")


@projects("acquire")
def _acquired(entry: EntryFacts, records: list[Record]) -> None:
    record, origin = records
    item, _ = Item.objects.get_or_create(
        sha256=record["sha256"],
        defaults={
            "size_bytes": record["size_bytes"],
            "chunk_root": record["chunk_root"],
            "media_type": record["media_type"],
            "completeness": record["completeness"],
            # Nobody has said yet whether it is an original, nor how graphic it is: unknown is veiled.
            "generation": "unknown",
            "graphic": "unknown",
            "at": entry.at,
            "seq": entry.seq,
        },
    )
    Acquisition.objects.create(
        item=item,
        acquired_from=origin["acquired_from"],
        name=origin["name"],
        name_agrees=record["name_agrees"],
        method=record["method"],
        acquired_by=entry.actor,
        at=entry.at,
        seq=entry.seq,
    )


@projects("attempt_failed")
def _attempt_failed(entry: EntryFacts, records: list[Record]) -> None:
    for record in records:
        FailedAttempt.objects.create(
            acquired_from=record["acquired_from"],
            method=record["method"],
            code=record["code"],
            why=record["why"],
            at=entry.at,
            seq=entry.seq,
        )


@projects("derive")
def _derived(entry: EntryFacts, records: list[Record]) -> None:
    for record in records:
        Rendition.objects.create(
            item_id=record["subject"].removeprefix("item:"),
            kind=record["kind"],
            sha256=record["sha256"],
            size_bytes=record["size_bytes"],
            recipe=record["recipe"],
            recipe_digest=digest_of(record["recipe"]),
            at=entry.at,
            seq=entry.seq,
        )


@projects("fixity")
def _fixity(entry: EntryFacts, records: list[Record]) -> None:
    for record in records:
        Fixity.objects.create(
            item_id=record["sha256"], result=record["result"], sha512=record["sha512"], at=entry.at, seq=entry.seq
        )


def _write_sidecar(stored: Stored) -> None:
    """Facts of the bytes alone, beside them, readable without this program."""
    facts: dict[str, Any] = {
        "schema": SIDECAR_SCHEMA,
        "sha256": stored.sha256,
        "size_bytes": stored.tree.size_bytes,
        "chunk_bytes": 1 << 20,
        "chunk_root": stored.tree.root,
    }
    store().put_sidecar(stored.sha256, canonical(facts) + b"\n")
