"""Write a sealed package: a folder (or zip) that a stranger can check offline, without us. Format: docs/package.md.

Two steps, because the ledger entry that seals a package names the digest of its complete file list: `write_draft`
lays out everything but the seal; the ledger then takes the seal's entry and a checkpoint; `finish` puts the seal in
and gives the folder its name. A folder under its final name is complete; what a crash leaves ends in `.draft`.
"""

from __future__ import annotations

import base64
import hashlib
import os
import unicodedata
import zipfile
from collections.abc import Callable, Sequence
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

from attrs import field, frozen

from probata.custody import merkle, verifier
from probata.custody.canonical import canonical
from probata.custody.notes import SignedCheckpoint
from probata.disclosure.contents import (
    Contents,
    DisclosedEntry,
    FileRow,
    PackageFile,
    SealMaterial,
    TimestampMaterial,
    bytes_file,
)
from probata.disclosure.report import render_report
from probata.disclosure.verify_page import verify_page
from probata.engines.chunks import CHUNK_BYTES, ChunkHasher
from probata.terms.errors import Refused

FILES_SCHEMA = "probata/files/1"
SEAL_FILE_SCHEMA = "probata/seal-file/1"


class PackageRefused(Refused):
    """A package that its own verifier would refuse is not written."""

    code = "package_refused"
    template = "The package {folder} was not written: {why}."
    advice = "Nothing was sealed. Choose another name or leave the file out, then try again."


@frozen(kw_only=True)
class Draft:
    """A package laid out but not sealed; `files_sha256` is what the seal's record must name."""

    folder: Path
    final: Path
    files_sha256: str
    rows: tuple[FileRow, ...] = field(repr=False)
    entry_indexes: tuple[int, ...] = field(repr=False)


def gather_seal(
    draft: Draft,
    seal: DisclosedEntry,
    *,
    checkpoints: Sequence[SignedCheckpoint],
    read: merkle.Read,
    cosignatures: Sequence[str] = (),
    timestamps: Sequence[TimestampMaterial] = (),
) -> SealMaterial:
    """Every proof that a draft needs, from the ledger's stored hashes.

    `checkpoints` are in order of size; the last covers the seal. Sizes must differ.
    """
    sizes = [signed.checkpoint.size for signed in checkpoints]
    return SealMaterial(
        seal=seal,
        checkpoints=tuple(signed.note for signed in checkpoints),
        consistency=tuple(tuple(merkle.consistency_proof(old, new, read)) for old, new in pairwise(sizes)),
        inclusion={
            index: merkle.inclusion_proof(index, sizes[-1], read) for index in (*draft.entry_indexes, seal.index)
        },
        cosignatures=tuple(cosignatures),
        timestamps=tuple(timestamps),
    )


def write_draft(final: Path, contents: Contents, progress: Callable[[int], None] | None = None) -> Draft:
    """Lay out a package beside its final place, without its seal; raises `PackageRefused`.

    `progress` is told the bytes of each file once it lies there. Every file is copied and hashed in one reading;
    nothing of the originals is linked or opened for writing.
    """
    folder = final.with_name(final.name + ".draft")
    _refuse_what_stands(final, folder)
    _refuse_paths(final, [file.path for file in contents.files])
    folder.mkdir(parents=True)
    rows = []
    for file in contents.files:
        row = _put(folder, file)
        if file.sha256 and (row.sha256, row.size_bytes) != (file.sha256, file.size_bytes):
            raise PackageRefused(folder=final, why=f"the bytes of {file.path} are not those on the record")
        rows.append(row)
        if progress is not None:
            progress(row.size_bytes)
    payload = tuple(row for row in rows if row.path.startswith("data/"))
    rows += [_put(folder, file) for file in _tag_files(contents, payload)]
    rows.sort(key=lambda row: row.path.encode())
    listed = canonical({"schema": FILES_SCHEMA, "files": [row.as_json() for row in rows]})
    _put(folder, bytes_file(verifier.FILES, listed))
    return Draft(
        folder=folder,
        final=final,
        files_sha256=hashlib.sha256(listed).hexdigest(),
        rows=tuple(rows),
        entry_indexes=tuple(entry.index for entry in contents.entries),
    )


def finish(draft: Draft, seal: SealMaterial) -> Path:
    """Put the seal into a draft and give the folder its final name."""
    sealed = _put(draft.folder, bytes_file(verifier.SEAL, _seal_file(seal)))
    tags = {row.path: row.sha256 for row in draft.rows if not row.path.startswith("data/")}
    tags |= {verifier.FILES: draft.files_sha256, verifier.SEAL: sealed.sha256}
    _put(draft.folder, bytes_file(verifier.TAG_MANIFEST, verifier.manifest(tags)))
    for folder in (draft.folder, *(path for path in draft.folder.rglob("*") if path.is_dir())):
        _fsync(folder)
    draft.folder.rename(draft.final)
    _fsync(draft.final.parent)
    return draft.final


def write_zip(folder: Path, target: Path) -> Path:
    """Put a sealed package into one zip, stored without compression: the same bytes from the same folder.

    The zip holds one folder of the package's name. It is not sealed itself; the verifier reads what is inside.
    """
    with zipfile.ZipFile(target, "x", zipfile.ZIP_STORED) as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            # A fixed date and mode, so that when and by whom the zip was made says nothing.
            member = zipfile.ZipInfo(f"{folder.name}/{path.relative_to(folder).as_posix()}", (1980, 1, 1, 0, 0, 0))
            member.create_system, member.external_attr = 3, 0o100644 << 16
            member.file_size = path.stat().st_size
            with path.open("rb") as source, archive.open(member, "w") as out:
                while block := source.read(CHUNK_BYTES):
                    out.write(block)
    return target


def _tag_files(contents: Contents, payload: tuple[FileRow, ...]) -> list[PackageFile]:
    """All files of a package that are not given, but follow from what is given."""
    lines = b"".join(canonical(entry.as_json()) + b"\n" for entry in contents.entries)
    actors = {hashlib.sha256(key).hexdigest(): key.hex() for key in contents.actor_keys}
    payload_digests = {row.path: row.sha256 for row in payload}
    report = render_report(contents.report, payload, contents.entries, contents.log_key)
    return [
        bytes_file(verifier.ENTRIES, lines),
        bytes_file(verifier.LOG_KEY, f"{contents.log_key.vkey}\n".encode()),
        bytes_file(verifier.ACTOR_KEYS, canonical(actors)),
        bytes_file(verifier.REPORT, report),
        bytes_file("verify.py", files("probata.custody").joinpath("verifier.py").read_bytes()),
        bytes_file("verify.html", verify_page()),
        bytes_file(verifier.BAGIT, verifier.BAG_DECLARATION),
        bytes_file(verifier.BAG_INFO, _bag_info(contents, payload)),
        bytes_file(verifier.MANIFEST, verifier.manifest(payload_digests)),
    ]


def _bag_info(contents: Contents, payload: tuple[FileRow, ...]) -> bytes:
    """RFC 8493, section 2.2.2."""
    fields = {
        "Bag-Software-Agent": "Probata",
        "Bagging-Date": contents.bagged_on.isoformat(),
        "Payload-Oxum": f"{sum(row.size_bytes for row in payload)}.{len(payload)}",
        **contents.bag_info,
    }
    return "".join(f"{name}: {' '.join(value.split())}\n" for name, value in fields.items()).encode()


def _seal_file(seal: SealMaterial) -> bytes:
    return canonical(
        {
            "schema": SEAL_FILE_SCHEMA,
            "seal": seal.seal.as_json(),
            "checkpoints": list(seal.checkpoints),
            "consistency": [[node.hex() for node in proof] for proof in seal.consistency],
            "inclusion": [
                {"index": index, "hashes": [node.hex() for node in proof]}
                for index, proof in sorted(seal.inclusion.items())
            ],
            "cosignatures": list(seal.cosignatures),
            "timestamps": [
                {
                    "authority": token.authority,
                    "checkpoint": token.checkpoint_size,
                    "response": base64.b64encode(token.response).decode(),
                }
                for token in seal.timestamps
            ],
        }
    )


def _refuse_what_stands(final: Path, folder: Path) -> None:
    for path in (final, folder):
        if path.exists() or path.is_symlink():
            raise PackageRefused(folder=final, why=f"{path.name} is there already")


def _refuse_paths(final: Path, paths: Sequence[str]) -> None:
    """Refuse before anything is copied what the verifier's names layer would refuse."""
    for path in paths:
        fault = verifier.path_fault(path)
        if fault is None and not path.startswith(("data/", "metadata/")):
            fault = "outside data/ and metadata/"
        if fault is None and unicodedata.normalize("NFC", path) != path:
            fault = "not in Unicode form NFC"
        if fault:
            raise PackageRefused(folder=final, why=f"{path!r} is a name {fault}")
    if len({verifier.folded(path) for path in paths}) < len(paths):
        raise PackageRefused(folder=final, why="two files have the same name, or differ only in capitals")


def _put(folder: Path, file: PackageFile) -> FileRow:
    """Copy one file, hashing it in the same reading, onto the disk."""
    target = folder / file.path
    target.parent.mkdir(parents=True, exist_ok=True)
    with file.open() as source, target.open("xb") as out, ChunkHasher.threaded() as hasher:
        while block := source.read(4 * CHUNK_BYTES):
            hasher.update(block)
            out.write(block)
        tree = hasher.finish()
        out.flush()
        os.fsync(out.fileno())
    return FileRow(path=file.path, size_bytes=tree.size_bytes, sha256=tree.sha256, chunk_root=tree.root)


def _fsync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
