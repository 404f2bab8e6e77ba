"""Taking a sealed package out of the workspace, which is on the record."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from probata.access import services as access
from probata.access.roles import Permission
from probata.custody import services as custody
from probata.custody.canonical import Record
from probata.custody.entries import Signer
from probata.custody.keys import Keyring
from probata.custody.projections import EntryFacts, projects
from probata.disclosure import package, selectors
from probata.disclosure.models import Download
from probata.disclosure.selectors import KnownDisclosure
from probata.disclosure.services.sealing import must_be_sealable, seal_disclosure


def take_out(files_sha256: str, *, actor: Signer, reason: str) -> None:
    """Record that somebody takes the package of this digest out, to hand it over; raises `NotAllowed`."""
    access.must_be_allowed(actor, Permission.RELEASE_DISCLOSURE)
    with custody.act(actor=actor, reason=reason) as act:
        act.record("take_out_package", {"subject": f"package:{files_sha256}", "package": files_sha256})


def seal_into_store(
    disclosure: str, *, keyring: Keyring, reason: str, progress: Callable[[int], None] | None = None
) -> Path:
    """Seal a released disclosure into the workspace's folder of packages, as one zip; returns the zip.

    Raises what `seal_disclosure` raises. What an earlier try left half-written is cleared away first.
    """
    known = selectors.seen_by(disclosure, keyring.signing.key_id)
    must_be_sealable(known, keyring.signing)
    target = selectors.packages_folder() / known.package_name
    target.parent.mkdir(mode=0o700, exist_ok=True)
    # A draft was never sealed: the seal is the last file that comes into it.
    shutil.rmtree(target.with_name(f"{target.name}.draft"), ignore_errors=True)
    folder = seal_disclosure(known.id, target, keyring=keyring, reason=reason, progress=progress)
    return _packed(folder)


def packed(known: KnownDisclosure) -> Path | None:
    """The zip of a sealed disclosure, put together now where a crash left its folder; None where neither lies here."""
    archive = selectors.stored(known)
    folder = selectors.packages_folder() / known.package_name
    if archive is None and known.package and folder.is_dir():
        return _packed(folder)
    return archive


def _packed(folder: Path) -> Path:
    part, archive = (folder.with_name(folder.name + ending) for ending in (".zip.part", ".zip"))
    part.unlink(missing_ok=True)
    package.write_zip(folder, part)
    part.rename(archive)
    # The zip holds every byte of the folder: one of the two is enough.
    shutil.rmtree(folder)
    return archive


@projects("take_out_package")
def _taken_out(entry: EntryFacts, records: list[Record]) -> None:
    for record in records:
        Download.objects.create(package=record["package"], taken_by=entry.actor, at=entry.at, seq=entry.seq)
