"""Having machines look: analysers and the search for copies, at one item or at all that is due; how far they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router
from pydantic import Field

from probata.access.roles import Permission
from probata.engines.clock import rfc3339
from probata.preservation import selectors as preservation
from probata.terms.errors import InvalidValue
from probata.web.api.door import caller
from probata.web.api.saying import Name, WithReason, answer, told
from probata.web.gate import sight
from probata.web.work import fixity, jobs, machines, syncing
from probata.web.work.jobs import Job

router = Router(tags=["machines"])
_REASON = "asked for through the API"
_WHAT = "an analyser by name; copies; or all: whoever is due, then copies"


class Asked(WithReason):
    """Which machines are to look, and why."""

    what: Annotated[Name, Field(description=_WHAT)] = machines.ALL


@router.get("/machines", **told("machines", Permission.LIST_ITEMS))
def at_work(request: HttpRequest) -> Any:
    """The work that was asked for here since the workbench began, the newest first, and how far each piece is."""
    return of_work(_known(request))


@router.post("/machines", **told("machines", Permission.EXAMINE))
def look_at_due(request: HttpRequest, given: Asked) -> Any:
    """Begin to have machines look at everything that is due and that the caller may know of."""
    who = caller(request)
    begun = machines.begin_due(
        machines.wish(given.what),
        sight=sight.of(request),
        actor=who.signer,
        by=who.person.name,
        reason=given.reason or _REASON,
    )
    return of_work([begun])


@router.post("/items/{item}/machines", **told("machines", Permission.EXAMINE))
def look(request: HttpRequest, item: Name, given: Asked) -> Any:
    """Begin to have machines look at one item; whoever could not look tries again."""
    digest, who = preservation.item(item).sha256, caller(request)
    begun = machines.begin(
        digest, machines.wish(given.what), actor=who.signer, by=who.person.name, reason=given.reason or _REASON
    )
    return of_work([begun])


@router.post("/items/{item}/read-again", **told("machines", Permission.CHECK))
def read_again(request: HttpRequest, item: Name, given: WithReason) -> Any:
    """Begin to read an item's stored bytes again; `done` and `total` count bytes, and what is found is recorded."""
    digest, who = preservation.item(item).sha256, caller(request)
    begun = fixity.begin(digest, actor=who.signer, by=who.person.name, reason=given.reason or _REASON)
    return of_work([begun])


@router.post("/machines/{job}/stop", **told("machines", Permission.EXAMINE))
def stop(request: HttpRequest, job: Name) -> Any:
    """End work of one's own; what was done is on the record."""
    if not jobs.stop(job, by=caller(request).person.name):
        raise InvalidValue(what="The work", why="it is over, or somebody else's")
    return of_work([one for one in _known(request) if one.id == job])


def _known(request: HttpRequest) -> list[Job]:
    hidden = sight.of(request)
    readings = [one for one in jobs.every(fixity.ROOM) if not any(map(hidden.hides, one.items))]
    every = [*machines.known(hidden, caller(request).person.name), *syncing.known(hidden), *readings]
    return sorted(every, key=lambda one: one.began, reverse=True)


def of_work(work: Sequence[Job]) -> dict[str, Any]:
    """Pieces of work as the `machines` contract has them."""
    return answer("machines", {"work": [_one(job) for job in work]})


def _one(job: Job) -> dict[str, Any]:
    return {
        "id": job.id,
        "items": list(job.items),
        "by": job.by,
        "began": rfc3339(job.began),
        "ended": None if job.ended is None else rfc3339(job.ended),
        "done": job.done,
        "total": job.total,
        "could_not": len(job.could_not),
        "trouble": job.error,
    }
