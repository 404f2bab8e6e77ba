"""Reading stored bytes again, at the workbench: in the background, and on the record whatever is found."""

from __future__ import annotations

from django.utils.translation import gettext as _

from probata.custody.entries import Signer
from probata.disclosure import services
from probata.preservation import selectors as preservation
from probata.terms.errors import InvalidValue
from probata.web.work import jobs
from probata.web.work.jobs import Job

ROOM = "fixity"


def begin(item: str, *, actor: Signer, by: str, reason: str) -> Job:
    """Begin to read an item's stored bytes again; raises `InvalidValue` while that goes on already."""
    if any(one.going for one in about(item)):
        raise InvalidValue(what=_("The reading"), why=_("its bytes are being read already"))
    total = preservation.item(item).size_bytes

    def work(job: Job) -> None:
        job.total = total

        def progress(size_bytes: int) -> None:
            job.done = min(total, job.done + size_bytes)

        services.read_again([item], actor=actor, reason=reason, progress=progress)

    what = _("Item %(item)s") % {"item": item[:8]}
    return jobs.start(Job(what=what, by=by, room=ROOM, items=(item,)), work)


def about(item: str) -> list[Job]:
    """The readings of an item's bytes that were asked for here, the newest first."""
    return [one for one in jobs.every(ROOM) if item in one.items]
