"""Elements of crimes against the evidence for and against each, and what is missing; no verdict."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router
from pydantic import Field

from probata.access.roles import Permission
from probata.cases import selectors, services
from probata.cases.elements import Bearing, Conflict, ContrarySearch, Entry, SearchOutcome, crimes, modes
from probata.cases.selectors import KnownTable
from probata.terms.reading import word
from probata.web.api.door import actor
from probata.web.api.saying import (
    Given,
    Line,
    Name,
    Part,
    Whole,
    Words,
    answer,
    case_named,
    evidence_named,
    incident_named,
    part_of,
    told,
)
from probata.web.gate import sight

router = Router(tags=["elements"])
_Bears = Literal["supports", "undermines", "silent"]


class Opened(Given):
    """A table: which article, in which case, under which class of conflict, as whoever calls says it is, and why."""

    article: Name
    case: Name
    conflict: Literal["international", "non_international"]
    incident: Name = ""
    reason: Words


class Cell(Given):
    """How a record bears on an element."""

    element: Whole
    evidence: Name
    bearing: _Bears
    reason: Words


class Searched(Given):
    """Where evidence against these elements was searched for, and how that ended."""

    elements: Annotated[list[Whole], Field(min_length=1, max_length=100)]
    outcome: Literal["nothing_found", "could_not_look"] = "nothing_found"
    looked: Words


class Linked(Given):
    """How a record bears on a mode of linkage, such as 28(a)."""

    article: Name
    evidence: Name
    bearing: _Bears
    reason: Words


class Reason(Given):
    """Why, which is never left out here."""

    reason: Line


@router.get("/elements/crimes", **told("elements", Permission.LIST_ITEMS))
def known_crimes(request: HttpRequest) -> Any:
    """The articles that are known, with their elements, and the modes of linkage."""
    return answer(
        "elements",
        {
            "tables": [],
            "crimes": [one.as_json() for one in crimes()],
            "modes": [one.as_json() for one in modes()],
        },
    )


@router.get("/elements/tables", **told("elements", Permission.LIST_ITEMS))
def tables(request: HttpRequest, part: Part, case: Name = "") -> Any:
    """Every table; of one case, if asked."""
    hidden = sight.of(request)
    wanted = case_named(request, case) if case else None
    found = [one for one in selectors.table_lines(case=wanted) if not hidden.hides(one.case, one.incident)]
    rows, more = part_of(found, part)
    return _told([selectors.table(one.id) for one in rows], more)


@router.post("/elements/tables", **told("elements", Permission.KEEP_CASES))
def open_table(request: HttpRequest, given: Opened) -> Any:
    """Open a table of an article's elements."""
    made = services.open_table(
        case_named(request, given.case),
        given.article,
        actor=actor(request),
        conflict=word({"conflict": given.conflict}, "conflict", Conflict),
        reason=given.reason,
        incident=incident_named(request, given.incident) if given.incident else "",
    )
    return _told([made])


@router.get("/elements/tables/{table}", **told("elements", Permission.LIST_ITEMS))
def table(request: HttpRequest, table: Name) -> Any:
    """One table: its cells, its searches, its gaps."""
    return _told([_known(request, table)])


@router.post("/elements/tables/{table}/enter", **told("elements", Permission.KEEP_CASES))
def enter(request: HttpRequest, table: Name, given: Cell) -> Any:
    """Enter how a record bears on an element."""
    known = _known(request, table)
    entry = Entry(
        element=given.element,
        evidence=evidence_named(request, given.evidence),
        bearing=Bearing(given.bearing),
        reason=given.reason,
    )
    return _told([services.enter(known.id, entry, actor=actor(request))])


@router.post("/elements/tables/{table}/search", **told("elements", Permission.KEEP_CASES))
def search(request: HttpRequest, table: Name, given: Searched) -> Any:
    """Record that evidence against elements was searched for."""
    known = _known(request, table)
    ended = SearchOutcome(given.outcome)
    searches = [ContrarySearch(element=one, outcome=ended, looked=given.looked) for one in given.elements]
    return _told([services.record_search(known.id, searches, actor=actor(request))])


@router.post("/elements/tables/{table}/link", **told("elements", Permission.KEEP_CASES))
def link(request: HttpRequest, table: Name, given: Linked) -> Any:
    """Enter how a record bears on a mode of linkage."""
    known = _known(request, table)
    made = services.link_person(
        known.id,
        given.article,
        actor=actor(request),
        evidence=evidence_named(request, given.evidence),
        bearing=Bearing(given.bearing),
        reason=given.reason,
    )
    return _told([made])


@router.post("/elements/tables/{table}/seal", **told("elements", Permission.SEAL_FINDINGS))
def seal(request: HttpRequest, table: Name, given: Reason) -> Any:
    """Close a table; by somebody who entered nothing in it."""
    return _told([services.seal_table(_known(request, table).id, actor=actor(request), reason=given.reason)])


def _known(request: HttpRequest, untrusted_id: str) -> KnownTable:
    known = selectors.table(untrusted_id)
    if sight.of(request).hides(known.case, known.incident):
        raise selectors.TableNotFound(name=untrusted_id)
    return known


def _told(found: list[KnownTable], more: Any = None) -> dict[str, Any]:
    return answer("elements", {"tables": [one.as_json() for one in found], "crimes": [], "modes": [], **(more or {})})
