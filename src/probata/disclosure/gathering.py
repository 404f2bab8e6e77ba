"""From a plan to what a package holds; the preview shows what this gives, and sealing writes it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import msgspec
from attrs import field, frozen

from probata import __version__
from probata.access import services as access
from probata.analysis import selectors as analysis
from probata.cases.selectors import EVERYTHING, Sight
from probata.custody import entries
from probata.custody import selectors as custody
from probata.custody.canonical import Record, canonical
from probata.custody.verifier import FOUNDING_SCHEMA, KEY_SCHEMA
from probata.disclosure import records, redacted, relations
from probata.disclosure.contents import (
    Contents,
    DisclosedEntry,
    PackageFile,
    ReportFacts,
    ReportItem,
    bytes_file,
    json_file,
)
from probata.disclosure.plan import NOT_ALONG, SAID_OF_WHY, Along, Plan, Why
from probata.disclosure.redacted import Sent
from probata.engines import clock
from probata.engines.clock import rfc3339
from probata.preservation import selectors as preservation
from probata.preservation.names import suffix_of
from probata.redaction.selectors import KIND as REDACTED
from probata.terms.digests import Sha256

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
ALWAYS = frozenset({Along.RENDITIONS, Along.LOOKS, Along.SIDECARS, Along.RELATIONS})
"""What went along before anybody could choose."""
_UNKNOWN = (
    "Nobody has said of every file here whether it is graphic. It may show dead or injured people: let nobody open it "
    "unprepared, with sound off first, and let nobody come upon it by chance."
)
_GRAPHIC = (
    "Files here are marked as graphic. They may show dead or injured people: let nobody open them unprepared, with "
    "sound off first, and let nobody come upon them by chance."
)


@frozen(kw_only=True)
class Gathered:
    """What a package would hold, before anything is written: its contents, and the digest of what is in it.

    `left_out` counts records that stay because of what they rest on, by kind. `names` are ids of everything told.
    """

    contents: Contents
    sha256: str
    left_out: dict[str, int]
    names: frozenset[str] = field(repr=False)

    @property
    def size_bytes(self) -> int:
        """How much the files of the record come to; what proves them comes on top."""
        return sum(file.size_bytes or 0 for file in self.contents.files)


def gather(plan: Plan, *, name: str, before_seq: int | None = None, sight: Sight = EVERYTHING) -> Gathered:
    """Everything that goes into the package of a plan; reads, and writes nothing.

    Only entries before `before_seq` are shown, so that what is recorded after a proposal does not slip in.
    """
    digests, hidden = [Sha256(one) for one in plan.whole], redacted.sent(plan)
    told = records.told(plan, sight)
    files = [file for digest in digests for file in _item_files(digest, plan.along)]
    files += [file for one in hidden.values() for file in redacted.files(one)]
    files += [json_file(path, record) for path, record in told.files.items()]
    shown, about = _entries(plan, digests, hidden, before_seq)
    related = relations.among(digests) if Along.RELATIONS in plan.along else []
    facts = ReportFacts(
        title=name,
        made_at=clock.now(),
        recipient=plan.recipient or None,
        recipient_is=plan.recipient_is or None,
        purpose=plan.purpose or None,
        legal_basis=plan.legal_basis or None,
        warnings=tuple(_warnings(plan.items)),
        items=(
            *(_report_item(digest, plan.along) for digest in digests),
            *(redacted.report_item(one) for one in hidden.values()),
        ),
        relations=tuple(relations.told(one) for one in related),
        withheld=(
            *_withheld(plan, relations.withheld(WITHHELD, related), told.left_out),
            *redacted.withheld(hidden.values()),
        ),
        not_checked=NOT_CHECKED,
    )
    contents = Contents(
        files=tuple(files),
        entries=tuple(shown),
        log_key=access.log_vkey(),
        actor_keys=tuple(custody.actor_public_keys()),
        report=facts,
        bagged_on=clock.now().date(),
        bag_info={"Bag-Software-Agent": f"Probata {__version__}"},
    )
    return Gathered(contents=contents, sha256=_digest(contents, about), left_out=told.left_out, names=told.names)


def disclosed(seqs: Sequence[int], subjects: set[str]) -> list[DisclosedEntry]:
    """These entries of the ledger, each with only those openings that are about these subjects."""
    openings = custody.subjects_of(seqs)
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
        for seq, leaf in custody.leaves(seqs)
    ]


def _digest(contents: Contents, about: set[int]) -> str:
    """What two people decide on: the files, the entries about them, and what the report says."""
    facts = contents.report
    says: list[Any] = [facts.recipient, facts.recipient_is, facts.purpose, facts.legal_basis, list(facts.withheld)]
    says += [list(facts.warnings), [[one.title, [list(pair) for pair in one.statements]] for one in facts.items]]
    shown = [one for one in contents.entries if one.index in about]
    record: Record = {
        "files": [[file.path, file.size_bytes, file.sha256] for file in contents.files],
        "entries": [[one.index, [opening.commitment for opening in one.openings]] for one in shown],
        "report": says,
    }
    return hashlib.sha256(canonical(record)).hexdigest()


def _entries(
    plan: Plan, digests: Sequence[Sha256], hidden: Mapping[str, Sent], before_seq: int | None
) -> tuple[list[DisclosedEntry], set[int]]:
    """The founding, every enrolment of a key, and all about the items that goes along, each with those openings."""
    related = relations.among(digests) if Along.RELATIONS in plan.along else []
    # A pair of which one item is not in the package has a subject of its own, which nothing here opens or names.
    subjects = {f"item:{digest}" for digest in digests} | {one.subject for one in related}
    keys = custody.seqs_of_actions(["found_log", "enrol_key"])
    # Who looked at footage is the team's own affair; it stays in the workspace's ledger.
    kept = {"view"}
    kept |= {"derive"} if Along.RENDITIONS not in plan.along else set()
    kept |= {"look"} if Along.LOOKS not in plan.along else set()
    about = set(custody.seqs_about(subjects)) - set(custody.seqs_of_actions(sorted(kept)))
    if before_seq is not None:
        about = {seq for seq in about if seq < before_seq}
    opened = subjects | {FOUNDING_SCHEMA, KEY_SCHEMA}
    rows = {one.index: one for one in disclosed(sorted({*keys, *about}), opened)}
    # About an item that goes redacted little is opened, and nothing else in entries that are shown for another's sake.
    for seq, of in redacted.entries_about(hidden).items():
        if before_seq is None or seq < before_seq:
            (row,) = disclosed([seq], of | (opened if seq in rows else set()))
            rows[seq] = row
            about.add(seq)
    return [rows[seq] for seq in sorted(rows)], about


def _item_files(digest: Sha256, along: frozenset[Along]) -> Iterable[PackageFile]:
    """The original under `data/`, what goes along with it under `metadata/`."""
    item = preservation.item(digest)
    store = preservation.store()
    yield PackageFile(
        path=data_path(item.sha256, item.media_type),
        open=partial(store.open, digest),
        size_bytes=item.size_bytes,
        sha256=item.sha256,
    )
    yield json_file(f"metadata/{digest}/item.json", _item_record(digest, along))
    sidecar = store.sidecar(digest) if Along.SIDECARS in along else None
    if sidecar is not None:
        yield bytes_file(f"metadata/{digest}/sidecar.json", sidecar)
    for row in _renditions(digest, along):
        yield PackageFile(
            path=f"metadata/{digest}/renditions/{row.kind}-{row.sha256}",
            open=partial(store.open, Sha256(row.sha256)),
            size_bytes=row.size_bytes,
            sha256=row.sha256,
        )


def _renditions(digest: Sha256, along: frozenset[Along]) -> list[preservation.RenditionRow]:
    """What goes along of what was made from an item: no redacted rendition, which goes in its place or not at all."""
    rows = preservation.renditions(digest) if Along.RENDITIONS in along else []
    return [row for row in rows if row.kind != REDACTED]


def _item_record(digest: Sha256, along: frozenset[Along]) -> Record:
    item = preservation.item(digest)
    renditions = _renditions(digest, along)
    looks = analysis.looks(digest) if Along.LOOKS in along else []
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
            {"seq": row.seq, "kind": row.kind, "sha256": row.sha256, "recipe": row.recipe} for row in renditions
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
            for row in looks
        ],
    }


def _report_item(digest: Sha256, along: frozenset[Along]) -> ReportItem:
    item = preservation.item(digest)
    statements = [
        ("SHA-256", item.sha256),
        ("size", f"{item.size_bytes} bytes"),
        ("media type, from the bytes", item.media_type),
        ("completeness", item.completeness.replace("_", " ")),
        ("generation", item.generation),
        ("graphic", item.graphic.replace("_", " ")),
        ("first acquired", rfc3339(item.at)),
        ("acquisitions", str(len(preservation.acquisitions(digest)))),
    ]
    statements += [
        (f"looked at by {look.analyser} {look.version}", f"{look.outcome.replace('_', ' ')} {look.why}".strip())
        for look in (analysis.current_looks(digest).values() if Along.LOOKS in along else ())
    ]
    return ReportItem(
        title=f"Item {digest[:8]}", path=data_path(item.sha256, item.media_type), statements=tuple(statements)
    )


def data_path(sha256: str, media_type: str) -> str:
    """A path that no file name from outside can shape: the digest, and an ending for what the bytes are."""
    return f"data/{sha256}{suffix_of(media_type)}"


def _warnings(digests: Sequence[str]) -> Iterator[str]:
    """What whoever opens the package must read first: said of every package that nobody found to be free of it."""
    said = {preservation.item(digest).graphic for digest in digests}
    if said - {"none", "unknown"}:
        yield _GRAPHIC
    if "unknown" in said:
        yield _UNKNOWN


def _withheld(plan: Plan, always: tuple[str, ...], left_out: dict[str, int]) -> tuple[str, ...]:
    """What the package leaves out, in sentences that name no item."""
    of_items = []
    for why in Why:
        count = sum(one.why is why for one in plan.withheld)
        if count == 1:
            of_items.append(f"1 item of the matter, {SAID_OF_WHY[why]}.")
        elif count:
            of_items.append(f"{count} items of the matter, {SAID_OF_WHY[why]}.")
    kinds = [NOT_ALONG[kind] for kind in Along if kind not in plan.along]
    labelled = ["The names of parties for which a label stands in what is claimed."] if plan.labels else []
    return (*always, *of_items, *kinds, *labelled, *(records.said_of_left_out(left_out)))
