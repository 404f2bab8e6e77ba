"""Sealing: what goes into a package, the ledger entry that names it, and the proofs that a stranger needs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path

import msgspec
from django.conf import settings

from probata import __version__
from probata.access import services as access
from probata.access.roles import Permission
from probata.analysis import selectors as analysis
from probata.custody import entries, notes
from probata.custody import selectors as custody_selectors
from probata.custody import services as custody
from probata.custody.canonical import Record
from probata.custody.keys import Keyring
from probata.custody.notes import SignedCheckpoint
from probata.custody.projections import EntryFacts, projects
from probata.custody.selectors import CheckpointRow
from probata.custody.services import Kept
from probata.custody.verifier import FOUNDING_SCHEMA, KEY_SCHEMA, SEAL_SCHEMA
from probata.disclosure import package, relations
from probata.disclosure.contents import (
    Contents,
    DisclosedEntry,
    PackageFile,
    ReportFacts,
    ReportItem,
    TimestampMaterial,
    bytes_file,
    json_file,
)
from probata.disclosure.models import Package
from probata.engines import clock
from probata.engines.clock import rfc3339
from probata.preservation import selectors as preservation
from probata.preservation.names import suffix_of
from probata.terms.digests import Sha256
from probata.terms.errors import Refused

ITEM_SCHEMA = "probata/item/1"
WITHHELD = (
    "Where each file came from and the name it came under: both can give a source away, and are left sealed here.",
    "Who was shown the footage within the team, and when.",
    "The names of the people who acted, and the reasons that were given for each act: left sealed here.",
    "Every entry of the ledger about anything else: it is proved to be there by digest alone.",
)
NOT_CHECKED = (
    "Nothing is claimed about what happened before the bytes were acquired, nor about what the footage shows.",
    "What analysers found are candidates that no person has accepted unless the record says so.",
)


class NothingToSeal(Refused):
    """A package must hold at least one item."""

    code = "nothing_to_seal"
    template = "No item was named to be sealed."
    advice = "Name items by their digest; `probata items` lists them."


def seal(
    target: Path,
    untrusted_items: Sequence[str],
    *,
    keyring: Keyring,
    reason: str,
    recipient: str = "",
    purpose: str = "",
    stamped: bool = False,
) -> Path:
    """Seal items into a package folder, and record that it was done; returns the folder.

    With `stamped`, every timestamp authority of the settings is asked to sign over the seal's own checkpoint, and the
    seal promises their tokens, so that stripping one fails verification.

    The package holds the originals, what was made of them, the entries about them, and every proof. Raises
    `NothingToSeal`, `ItemNotFound`, `PackageRefused`, `NotAllowed`.
    """
    access.must_be_allowed(keyring.signing, Permission.SEAL)
    digests = list(dict.fromkeys(Sha256(preservation.item(one).sha256) for one in untrusted_items))
    if not digests:
        raise NothingToSeal
    before = custody.checkpoint(access.unlock_log_key(keyring))
    draft = package.write_draft(target, _contents(target.name, digests, recipient, purpose))
    with custody.act(actor=keyring.signing, reason=reason) as act:
        sealed = act.record(
            "seal",
            entries.seal_record(files_sha256=draft.files_sha256, timestamp_authorities=_promised() if stamped else ()),
            {
                "subject": f"package:{draft.files_sha256}",
                "name": target.name,
                "recipient": recipient,
                "purpose": purpose,
                "items": [str(digest) for digest in digests],
            },
        )
    after = custody.checkpoint(access.unlock_log_key(keyring))
    if stamped:
        custody.stamp(after, actor=keyring.signing)
    anchored = _anchored(before, after)
    material = package.gather_seal(
        draft,
        _disclosed([sealed.seq], {SEAL_SCHEMA})[0],
        checkpoints=[signed for signed, _ in anchored],
        read=custody_selectors.tree_hashes,
        cosignatures=custody_selectors.cosignatures(after.row),
        timestamps=[
            TimestampMaterial(authority=token.authority, checkpoint_size=row.size, response=bytes(token.response))
            for _, row in anchored
            for token in custody_selectors.timestamps(row)
        ],
    )
    return package.finish(draft, material)


def _anchored(before: Kept, after: Kept) -> list[tuple[SignedCheckpoint, CheckpointRow]]:
    """The checkpoints a package shows, smallest first: those with a timestamp, the one before the seal, the seal's."""
    log = access.log_vkey()
    rows = {row.size: row for row in custody_selectors.stamped_checkpoints(after.row.size)}
    rows |= {before.row.size: before.row, after.row.size: after.row}
    return [(notes.read_checkpoint(rows[size].note, log), rows[size]) for size in sorted(rows)]


def _promised() -> tuple[str, ...]:
    return tuple(authority.name for authority in settings.PROBATA.timestamp_authorities)


@projects("seal")
def _sealed(entry: EntryFacts, records: list[Record]) -> None:
    seal_record, about = records
    Package.objects.create(
        name=about["name"],
        files_sha256=seal_record["files_sha256"],
        recipient=about["recipient"],
        purpose=about["purpose"],
        items=about["items"],
        at=entry.at,
        seq=entry.seq,
    )


def _contents(name: str, digests: Sequence[Sha256], recipient: str, purpose: str) -> Contents:
    related = relations.among(digests)
    # A pair of which one item is not in the package has a subject of its own, which nothing here opens or names.
    subjects = {f"item:{digest}" for digest in digests} | {one.subject for one in related}
    shown = _entries(subjects)
    return Contents(
        files=tuple(file for digest in digests for file in _item_files(digest)),
        entries=tuple(shown),
        log_key=access.log_vkey(),
        actor_keys=tuple(custody_selectors.actor_public_keys()),
        report=ReportFacts(
            title=name,
            made_at=clock.now(),
            recipient=recipient or None,
            purpose=purpose or None,
            items=tuple(_report_item(digest) for digest in digests),
            relations=tuple(relations.told(one) for one in related),
            withheld=relations.withheld(WITHHELD, related),
            not_checked=NOT_CHECKED,
        ),
        bagged_on=clock.now().date(),
        bag_info={"Bag-Software-Agent": f"Probata {__version__}"},
    )


def _entries(subjects: set[str]) -> list[DisclosedEntry]:
    """The founding, every enrolment of a key, and all about the items, each with only those openings."""
    keys = custody_selectors.seqs_of_actions(["found_log", "enrol_key"])
    # Who looked at footage is the team's own affair; it stays in the workspace's ledger.
    viewed = set(custody_selectors.seqs_of_actions(["view"]))
    about = set(custody_selectors.seqs_about(subjects)) - viewed
    opened = subjects | {FOUNDING_SCHEMA, KEY_SCHEMA}
    return _disclosed(sorted({*keys, *about}), opened)


def _disclosed(seqs: Sequence[int], subjects: set[str]) -> list[DisclosedEntry]:
    openings = custody_selectors.subjects_of(seqs)
    return [
        DisclosedEntry(
            index=seq,
            leaf=leaf,
            openings=tuple(
                entries.Opening(salt=bytes(row.salt), record=msgspec.json.decode(row.record))
                for row in openings[seq]
                if row.subject in subjects
            ),
        )
        for seq, leaf in custody_selectors.leaves(seqs)
    ]


def _item_files(digest: Sha256) -> Iterable[PackageFile]:
    """The original under `data/`, what was made of it under `metadata/`."""
    item = preservation.item(digest)
    store = preservation.store()
    yield PackageFile(path=_data_path(item.sha256, item.media_type), open=partial(store.open, digest))
    yield json_file(f"metadata/{digest}/item.json", _item_record(digest))
    sidecar = store.sidecar(digest)
    if sidecar is not None:
        yield bytes_file(f"metadata/{digest}/sidecar.json", sidecar)
    for row in preservation.renditions(digest):
        path = f"metadata/{digest}/renditions/{row.kind}-{row.sha256}"
        yield PackageFile(path=path, open=partial(store.open, Sha256(row.sha256)))


def _item_record(digest: Sha256) -> Record:
    item = preservation.item(digest)
    return {
        "schema": ITEM_SCHEMA,
        "sha256": item.sha256,
        "size_bytes": item.size_bytes,
        "chunk_root": item.chunk_root,
        "media_type": item.media_type,
        "completeness": item.completeness,
        "generation": item.generation,
        "graphic": item.graphic,
        "acquired": [
            {"seq": row.seq, "at": rfc3339(row.at), "name_agrees": row.name_agrees}
            for row in preservation.acquisitions(digest)
        ],
        "renditions": [
            {"seq": row.seq, "kind": row.kind, "sha256": row.sha256, "recipe": row.recipe}
            for row in preservation.renditions(digest)
        ],
        "looks": [
            {
                "seq": row.seq,
                "analyser": row.analyser,
                "version": row.version,
                "recipe": row.recipe,
                "outcome": row.outcome,
                "why": row.why,
                "track_sha256": row.track_sha256,
            }
            for row in analysis.looks(digest)
        ],
    }


def _report_item(digest: Sha256) -> ReportItem:
    item = preservation.item(digest)
    statements = [
        ("SHA-256", item.sha256),
        ("size", f"{item.size_bytes} bytes"),
        ("media type, from the bytes", item.media_type),
        ("completeness", item.completeness.replace("_", " ")),
        ("generation", item.generation),
        ("first acquired", rfc3339(item.at)),
        ("acquisitions", str(len(preservation.acquisitions(digest)))),
    ]
    statements += [
        (f"looked at by {look.analyser} {look.version}", f"{look.outcome.replace('_', ' ')} {look.why}".strip())
        for look in analysis.current_looks(digest).values()
    ]
    return ReportItem(
        title=f"Item {digest[:8]}", path=_data_path(item.sha256, item.media_type), statements=tuple(statements)
    )


def _data_path(sha256: str, media_type: str) -> str:
    """A path that no file name from outside can shape: the digest, and an ending for what the bytes are."""
    return f"data/{sha256}{suffix_of(media_type)}"
