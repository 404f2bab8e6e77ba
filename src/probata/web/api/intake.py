"""What came in, what waits for an answer, and how each report was answered."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router
from pydantic import Field

from probata.access.roles import Permission
from probata.cases import selectors, services
from probata.cases.incoming import Answer, Incoming, outcome
from probata.cases.selectors import KnownReport
from probata.terms.times import read_instant
from probata.web.api.door import actor
from probata.web.api.saying import (
    Given,
    Line,
    Name,
    Part,
    Words,
    answer,
    case_named,
    incident_named,
    item_named,
    part_of,
    told,
)
from probata.web.gate import sight

router = Router(tags=["intake"])


class Report(Given):
    """What somebody reports; `origin` names nobody whom that may put at risk."""

    summary: Words
    origin: Words = ""
    came_at: Name = ""
    items: Annotated[list[Name], Field(default_factory=list, max_length=200)]


class Received(Report):
    """The same, and why it is taken in."""

    reason: Words = ""


class ReceivedTogether(Given):
    """Many reports, which are taken in by one act: all of them or none."""

    reports: Annotated[list[Report], Field(min_length=1, max_length=1000)]
    reason: Words


class Assigned(Given):
    """Which reports somebody is to answer: a person's name, or nobody's any more where it is empty."""

    reports: Annotated[list[Name], Field(min_length=1, max_length=200)]
    to: Name = ""
    reason: Words


class Answered(Given):
    """What became of a report, of what or to whom where the outcome asks for it, and why."""

    outcome: Name
    target: Line = ""
    reason: Words


@router.get("/intake", **told("intake", Permission.LIST_ITEMS))
def reports(request: HttpRequest, part: Part, waiting: bool = False) -> Any:
    """What came in, what waits first; what waits alone, if asked."""
    every = [one for one in selectors.reports() if not _hidden(request, one)]
    left = [one for one in every if not one.answered]
    rows, more = part_of(left if waiting else every, part)
    return answer("intake", {"reports": [one.as_json() for one in rows], "waiting": len(left), **more})


def _hidden(request: HttpRequest, one: KnownReport) -> bool:
    return sight.of(request).hides_report(one.items, [told_.target for told_ in one.outcomes])


def _known(request: HttpRequest, untrusted_id: str) -> KnownReport:
    known = selectors.report(untrusted_id)
    if _hidden(request, known):
        raise selectors.ReportNotFound(name=untrusted_id)
    return known


@router.post("/intake/together", **told("intake", Permission.RECORD_CLAIMS))
def receive_together(request: HttpRequest, given: ReceivedTogether) -> Any:
    """Take many reports in, as the page does with a table: in one act, all of them or none."""
    every = [(_incoming(request, one), None) for one in given.reports]
    return _told(services.receive(every, actor=actor(request), reason=given.reason))


@router.post("/intake/assign", **told("intake", Permission.KEEP_CASES))
def assign(request: HttpRequest, given: Assigned) -> Any:
    """Say who is to answer reports, or that nobody is any more, in one act."""
    known = [_known(request, one).id for one in given.reports]
    services.assign_reports([f"report:{one}" for one in known], given.to, actor=actor(request), reason=given.reason)
    return _told([_known(request, one) for one in known])


@router.get("/intake/{report}", **told("intake", Permission.LIST_ITEMS))
def report(request: HttpRequest, report: Name) -> Any:
    """One report, and every answer to it."""
    return _told([_known(request, report)])


def _told(found: list[KnownReport]) -> dict[str, Any]:
    waiting = sum(not one.answered for one in found)
    return answer("intake", {"reports": [one.as_json() for one in found], "waiting": waiting})


@router.post("/intake", **told("intake", Permission.RECORD_CLAIMS))
def receive(request: HttpRequest, given: Received) -> Any:
    """Take a report in."""
    return _told(services.receive([(_incoming(request, given), None)], actor=actor(request), reason=given.reason))


def _incoming(request: HttpRequest, given: Report) -> Incoming:
    return Incoming(
        summary=given.summary,
        origin=given.origin.strip(),
        came_at=read_instant(given.came_at) if given.came_at else None,
        items=tuple(item_named(request, one) for one in given.items),
    )


@router.post("/intake/{report}/answer", **told("intake", Permission.KEEP_CASES))
def answer_report(request: HttpRequest, report: Name, given: Answered) -> Any:
    """Say what became of a report."""
    known = _known(request, report)
    answered = Answer(
        outcome=outcome(given.outcome), target=_target(request, given.target.strip()), reason=given.reason
    )
    return _told([services.answer_report(known.id, answered, actor=actor(request))])


def _target(request: HttpRequest, target: str) -> str:
    """The target as it was given, unless it names something that is kept from the caller."""
    kind, _colon, named = target.partition(":")
    if kind == "item":
        item_named(request, named)
    elif kind == "incident":
        incident_named(request, named)
    elif kind == "case":
        case_named(request, named)
    elif kind == "report":
        _known(request, named)
    return target
