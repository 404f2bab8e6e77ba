"""Bringing in at the workbench: folders of this machine, and what an auto-archiver left; it goes on by itself."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, TypeVar

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from probata.access.roles import Permission
from probata.capture import services as capture
from probata.cases import archived, services
from probata.cases.archived import ArchivedRow, Matched, Matching
from probata.cases.incoming import Incoming
from probata.custody.entries import Signer
from probata.terms.errors import InvalidValue
from probata.web.gate.permission import require
from probata.web.work import jobs
from probata.web.work.jobs import Job

_Thing = TypeVar("_Thing")
_LOOPBACK = ("127.0.0.1", "::1")


def same_machine(request: HttpRequest) -> bool:
    """Whether whoever asks sits at the machine that serves: a path means nothing, or too much, to anybody else."""
    return bool(settings.FOLDERS_OF_THIS_MACHINE) and request.META.get("REMOTE_ADDR") in _LOOPBACK


def folder_of(request: HttpRequest, untrusted_path: str) -> Path:
    """The folder or file of this machine that was named; raises `NotAllowed`, or `InvalidValue` where it cannot be."""
    require(request, Permission.ACQUIRE)
    what = _("The folder")
    if not same_machine(request):
        raise InvalidValue(what=what, why=_("folders are brought in at the machine that serves the workbench alone"))
    path = Path(untrusted_path.strip())
    if not untrusted_path.strip() or "\0" in untrusted_path or not path.is_absolute():
        raise InvalidValue(what=what, why=_("it takes a whole path, from the root of this machine on"))
    if not path.exists():
        raise InvalidValue(what=what, why=_("there is nothing at this path"))
    workspace, there = settings.PROBATA.root.resolve(), path.resolve()
    if there == workspace or workspace in there.parents or there in workspace.parents:
        raise InvalidValue(what=what, why=_("the workspace itself is in it, with its keys: choose another"))
    return path


def begin_folder(path: Path, *, actor: Signer, by: str, reason: str) -> Job:
    """Acquire everything at a path, each file in an act of its own, in the background."""

    def work(job: Job) -> None:
        _acquire(path, job, actor=actor, reason=reason)

    return jobs.start(Job(what=_("Files of %(path)s") % {"path": path}, by=by), work)


def begin_archived(rows: Sequence[ArchivedRow], path: Path | None, *, actor: Signer, by: str, reason: str) -> Job:
    """Acquire the folder of an auto-archiver, if there is one, then take in its rows as reports, in one act."""

    def work(job: Job) -> None:
        items = _acquire(path, job, actor=actor, reason=reason) if path else {}
        found = match(rows, path)
        reports = [(report_of(one, path, items, job), None) for one in found.rows]
        services.receive(reports, actor=actor, reason=reason)
        job.notes.append(
            ngettext("%(n)d report was taken in.", "%(n)d reports were taken in.", len(reports)) % {"n": len(reports)}
        )
        if found.others:
            said = ngettext(
                "No row speaks of %(n)d file: it stands in the queue without a report.",
                "No row speaks of %(n)d files: they stand in the queue without a report.",
                len(found.others),
            )
            job.notes.append(said % {"n": len(found.others)})

    return jobs.start(Job(what=_("An auto-archiver's sheet"), by=by), work)


def match(rows: Sequence[ArchivedRow], path: Path | None) -> Matching:
    """The files of each row; every page is read for the names that are in it."""
    if path is None:
        lone = tuple(Matched(row=row, remarks=(*row.remarks, "no folder of files was given")) for row in rows)
        return Matching(rows=lone)
    files = list(_below(path))
    first = archived.match(rows, files)
    named = {}
    for page in {one.page for one in first.rows if one.page}:
        try:
            with _open(path / page) as stream:
                named[page] = archived.names_in(stream)
        except OSError:
            continue
    return archived.match(rows, files, named_in=named)


def report_of(found: Matched, path: Path | None, items: dict[str, str], job: Job) -> Incoming:
    """A row as a report about the items that its files became; a hash that does not fit is told at once."""
    agrees: bool | None = None
    stated, digest = found.row.stated, items.get(found.page, "")
    if stated is not None and path is not None and digest:
        with _open(path / found.page) as stream:
            agrees = archived.fits(stated, sha256=digest, stream=stream)
    if agrees is False:
        said = _("Line %(line)d: the stated hash does not fit the bytes of %(page)s.")
        job.notes.append(said % {"line": found.row.line, "page": found.page})
    # What was asked for first is the footage; the page about it comes last.
    about = [items[one] for one in (*found.files, found.page) if one in items]
    return archived.incoming(found, items=about, agrees=agrees)


def _acquire(path: Path, job: Job, *, actor: Signer, reason: str) -> dict[str, str]:
    """Acquire a path, counting in a job; which item each file became, by its path below."""
    _method, offers = capture.offers(str(path))
    job.total = sum(1 for _offer in _until(offers, job))
    items: dict[str, str] = {}
    before = "file:" + os.fsencode(path.absolute()).decode("utf-8", "backslashreplace")
    for outcome in _until(capture.add(str(path), actor=actor, reason=reason), job):
        if outcome.acquired is None:
            job.could_not_do(outcome.name, outcome.why)
            continue
        job.done += 1
        items[outcome.acquired_from.removeprefix(before).lstrip("/")] = outcome.acquired.sha256
    return items


def _until(things: Iterator[_Thing], job: Job) -> Iterator[_Thing]:
    for thing in things:
        yield thing
        if job.stopping:
            raise jobs.Stopped


def _below(path: Path) -> Iterator[str]:
    for folder, folders, files in os.walk(path, followlinks=False):
        folders.sort()
        for name in sorted(files):
            one = Path(folder) / name
            if one.is_file() and not one.is_symlink():
                below = PurePosixPath(one.relative_to(path).as_posix())
                yield os.fsencode(str(below)).decode("utf-8", "backslashreplace")


@contextmanager
def _open(path: Path) -> Iterator[IO[bytes]]:
    """Open read-only, without following a link put there since the walk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as stream:
        yield stream
