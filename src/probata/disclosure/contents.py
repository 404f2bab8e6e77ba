"""What goes into a sealed package, as plain frozen values: files, disclosed entries, what the report says, the seal."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from io import BytesIO
from typing import IO

from attrs import field, frozen

from probata.custody.canonical import Record, canonical, parse_object
from probata.custody.entries import Opening
from probata.custody.notes import NoteKey


@frozen(kw_only=True)
class PackageFile:
    """A file to put into a package: its path (under `data/` or `metadata/`) and how to open it for reading.

    Where its size and digest are known before it is read, they are kept to: other bytes are not sealed.
    """

    path: str
    open: Callable[[], IO[bytes]] = field(repr=False)
    size_bytes: int | None = None
    sha256: str = ""


@frozen(kw_only=True)
class DisclosedEntry:
    """An entry of the ledger that the package shows: its place in the log, its leaf, the openings disclosed."""

    index: int
    leaf: bytes = field(repr=False)
    openings: tuple[Opening, ...] = ()

    def as_json(self) -> Record:
        """The entry as one line of `custody/entries.jsonl`, and as `seal.json` carries the seal."""
        openings = [opening.as_json() for opening in self.openings]
        return {"index": self.index, "leaf": parse_object(self.leaf), "openings": openings}


@frozen(kw_only=True)
class ReportItem:
    """One item as the report names it: a title, where its file lies, and statements in pairs (what, value)."""

    title: str
    path: str
    statements: tuple[tuple[str, str], ...] = ()


@frozen(kw_only=True)
class ReportRelation:
    """What two items of the package are to each other: a title, and statements in pairs (what, value)."""

    title: str
    statements: tuple[tuple[str, str], ...] = ()


@frozen(kw_only=True)
class ReportFacts:
    """What the report says beyond what the package itself shows. Neutral words, no pictures.

    `sealer`, `recipient` and `purpose` are shown as given; None leaves the line out. `not_checked` are sentences on
    what nobody examined, beside those that hold of every package; `warnings` stand before everything else.
    """

    title: str
    made_at: datetime
    sealer: str | None = None
    recipient: str | None = None
    purpose: str | None = None
    recipient_is: str | None = None
    legal_basis: str | None = None
    warnings: tuple[str, ...] = ()
    items: tuple[ReportItem, ...] = ()
    relations: tuple[ReportRelation, ...] = ()
    withheld: tuple[str, ...] = ()
    not_checked: tuple[str, ...] = ()


@frozen(kw_only=True)
class Contents:
    """Everything that goes into a package but its seal."""

    files: tuple[PackageFile, ...]
    entries: tuple[DisclosedEntry, ...]
    log_key: NoteKey
    actor_keys: tuple[bytes, ...]
    report: ReportFacts
    bagged_on: date
    bag_info: Mapping[str, str] = field(factory=dict)


@frozen(kw_only=True)
class FileRow:
    """One row of the sealed list."""

    path: str
    size_bytes: int
    sha256: str
    chunk_root: str

    def as_json(self) -> Record:
        """The row as `custody/files.json` carries it."""
        return {
            "path": self.path,
            "size_bytes": self.size_bytes,
            "sha256": self.sha256,
            "chunk_root": self.chunk_root,
        }


@frozen(kw_only=True)
class TimestampMaterial:
    """A timestamp authority's answer (RFC 3161) over the note of the checkpoint with this size."""

    authority: str
    checkpoint_size: int
    response: bytes = field(repr=False)


@frozen(kw_only=True)
class SealMaterial:
    """The seal's entry, and all that proves it and the disclosed entries against the last checkpoint."""

    seal: DisclosedEntry
    checkpoints: tuple[str, ...] = field(repr=False)
    consistency: tuple[tuple[bytes, ...], ...] = field(repr=False)
    inclusion: Mapping[int, Sequence[bytes]] = field(repr=False)
    cosignatures: tuple[str, ...] = ()
    timestamps: tuple[TimestampMaterial, ...] = ()


def json_file(path: str, record: Record) -> PackageFile:
    """A metadata file that holds one record as canonical JSON."""
    return bytes_file(path, canonical(record))


def bytes_file(path: str, data: bytes) -> PackageFile:
    """A file whose bytes are in memory already."""
    digest = hashlib.sha256(data).hexdigest()
    return PackageFile(path=path, open=lambda: BytesIO(data), size_bytes=len(data), sha256=digest)
