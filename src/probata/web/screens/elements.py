"""Elements of crimes: what there is for each, what against it, what is missing; whether it is so, nobody here says."""

from __future__ import annotations

from typing import TypeVar

from attrs import frozen
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from probata.access.roles import Permission
from probata.cases import selectors, services
from probata.cases.elements import (
    Bearing,
    Conflict,
    ContrarySearch,
    Element,
    Entry,
    Evidence,
    Gap,
    SearchOutcome,
    crimes,
    mode,
    modes,
)
from probata.cases.selectors import Citable, KnownLinkage, KnownTable
from probata.terms.errors import InvalidValue
from probata.terms.reading import word
from probata.web.answers import done
from probata.web.gate import presence
from probata.web.gate.permission import decision, require
from probata.web.screens import reasoning
from probata.web.screens.case_acts import incident_of

ROWS = 50
GAPS = {
    Gap.NOTHING_SUPPORTS: gettext_lazy("Nothing supports it."),
    Gap.NO_CONTRARY_SIDE: gettext_lazy("Nothing undermines it, and no search for what might was made."),
}
CLASSES = {
    Conflict.INTERNATIONAL: gettext_lazy("international armed conflict"),
    Conflict.NON_INTERNATIONAL: gettext_lazy("non-international armed conflict"),
}
STATES = {
    "open": gettext_lazy("open"),
    "sealed": gettext_lazy("sealed"),
    "superseded": gettext_lazy("superseded by a further table"),
}
_WordT = TypeVar("_WordT", Bearing, Conflict, SearchOutcome)


@frozen(kw_only=True)
class Cell:
    """An entry with the record's words; `row` is what a person saw who judges it anew."""

    entry: Entry
    record: Citable
    superseded: bool
    row: str


@frozen(kw_only=True)
class Line:
    """One element with its two sides, what is silent about it, the searches for the contrary, and what is missing."""

    element: Element
    supports: tuple[Cell, ...]
    undermines: tuple[Cell, ...]
    silent: tuple[Cell, ...]
    searches: tuple[ContrarySearch, ...]
    gaps: tuple[object, ...]


@frozen(kw_only=True)
class Link:
    """How a record bears on a mode of linkage, with the record's words."""

    linkage: KnownLinkage
    record: Citable


@require_safe
def elements(request: HttpRequest) -> HttpResponse:
    """Every table that the person may know of, newest first; of one case, and filtered by the words typed."""
    require(request, Permission.LIST_ITEMS)
    case, query = reasoning.case_of(request), request.GET.get("q", "").strip()[: reasoning.QUERY_LENGTH]
    every = reasoning.tables_in_sight(request, case)
    wanted = query.casefold().split()
    fitting = [one for one in every if all(part in f"{one.article} {one.title}".casefold() for part in wanted)]
    page = Paginator(fitting, ROWS).get_page(request.GET.get("page"))
    titles = reasoning.titles()
    context = {
        "case": case,
        "query": query,
        "page": page,
        "rows": [
            (one, titles.get(f"case:{one.case}", ""), CLASSES[one.conflict], STATES[one.state])
            for one in page.object_list
        ],
        "total": len(every),
        "may_open": decision(request, Permission.KEEP_CASES),
    }
    return render(request, "web/elements.html", context)


@require_safe
def new(request: HttpRequest) -> HttpResponse:
    """The form that opens a table: the case, the crime, the class of conflict as this person states it, and why."""
    require(request, Permission.KEEP_CASES)
    case = reasoning.case_of(request)
    sight = reasoning.sight_of(request)
    members = {one.id for one in case.members} if case else set()
    context = {
        "case": case,
        "cases": [] if case else [one for one in selectors.case_lines() if not sight.hides(one.id)],
        "incidents": [one for one in selectors.incidents() if one.id in members],
        "crimes": [
            (words, conflict.value, [one for one in crimes() if one.conflict is conflict])
            for conflict, words in CLASSES.items()
        ],
        "note": crimes()[0].source,
    }
    return render(request, "web/elements_new.html", context)


@require_POST
def opened(request: HttpRequest) -> HttpResponse:
    """Open a table under the class of conflict that this person states."""
    case = reasoning.case_in_sight(request, request.POST.get("case", ""))
    known = services.open_table(
        case.id,
        request.POST.get("article", ""),
        actor=presence.of(request).keyring.signing,
        conflict=_word(request, "conflict", Conflict),
        reason=_typed(request, "reason"),
        incident=incident_of(request, request.POST["incident"]) if request.POST.get("incident") else "",
    )
    return done(request, to=_address(known.id), said=_("The table is open."))


@require_safe
def table(request: HttpRequest, table: str) -> HttpResponse:
    """One table: each element with both sides in the record's words, what is missing, and the linkage apart."""
    require(request, Permission.LIST_ITEMS)
    known = _known(request, table)
    keeps, seals = decision(request, Permission.KEEP_CASES), decision(request, Permission.SEAL_FINDINGS)
    case = selectors.case(known.case)
    incident = selectors.incident(known.incident) if known.incident else None
    hindrances = services.hindrances(known, presence.of(request).keyring.signing.key_id)
    open_ = known.state == "open"
    context = {
        "known": known,
        "crime": known.table.crime,
        "case": case,
        "incident": incident,
        "conflict": CLASSES[known.conflict],
        "lines": _lines(known),
        "gap_count": sum(len(found) for found in known.table.gaps().values()),
        "links": _links(known),
        "open": open_,
        "keeps": keeps,
        "seals": seals,
        "hindrances": [error.told(_) for error in hindrances],
        "may_seal": seals.allowed and not hindrances,
        "modes": modes(),
        "bearings": list(Bearing),
        **(reasoning.found(request, "", several=False, case=case) if open_ and keeps.allowed else {}),
    }
    return render(request, "web/elements_table.html", context)


@require_POST
def enter(request: HttpRequest, table: str) -> HttpResponse:
    """Enter on which side of an element a record stands, and why; a later entry of the same takes its place."""
    known = _known(request, table)
    entry = Entry(
        element=_whole(request.POST.get("element", "")),
        evidence=_evidence(request),
        bearing=_word(request, "bearing", Bearing),
        reason=_typed(request, "reason"),
    )
    seen = request.POST.get("seen")
    services.enter(known.id, entry, actor=presence.of(request).keyring.signing, seen=seen)
    return done(request, to=f"{_address(known.id)}#element-{entry.element}", said=_("Entered in the table."))


@require_POST
def search(request: HttpRequest, table: str) -> HttpResponse:
    """Record where and for what this person searched for evidence against elements, and that there was none."""
    known = _known(request, table)
    numbers = [_whole(one) for one in request.POST.getlist("element")]
    if not numbers:
        raise InvalidValue(what=_("The search"), why=_("it names no element"))
    outcome, looked = _word(request, "outcome", SearchOutcome), _typed(request, "looked")
    searches = [ContrarySearch(element=number, outcome=outcome, looked=looked) for number in numbers]
    services.record_search(known.id, searches, actor=presence.of(request).keyring.signing)
    return done(request, to=_address(known.id), said=_("The search is recorded."))


@require_POST
def link(request: HttpRequest, table: str) -> HttpResponse:
    """Enter how a record bears on who is linked to the acts, and in which mode; it counts for no element."""
    known = _known(request, table)
    services.link_person(
        known.id,
        request.POST.get("mode", ""),
        actor=presence.of(request).keyring.signing,
        evidence=_evidence(request),
        bearing=_word(request, "bearing", Bearing),
        reason=_typed(request, "reason"),
    )
    return done(request, to=f"{_address(known.id)}#linkage", said=_("Entered under linkage, apart from the elements."))


@require_POST
def seal(request: HttpRequest, table: str) -> HttpResponse:
    """Close the table over what it holds."""
    known = _known(request, table)
    services.seal_table(known.id, actor=presence.of(request).keyring.signing, reason=_typed(request, "reason"))
    return done(request, to=_address(known.id), said=_("The table is sealed. It takes nothing more."))


def _known(request: HttpRequest, untrusted_beginning: str) -> KnownTable:
    known = selectors.table(untrusted_beginning)
    if reasoning.sight_of(request).hides(known.case, known.incident):
        raise selectors.TableNotFound(name=untrusted_beginning)
    return known


def _address(table: str) -> str:
    return reverse("elements_table", args=[table])


def _lines(known: KnownTable) -> list[Line]:
    records = selectors.cited(one.evidence.name for one in known.table.entries)
    rows, gaps = selectors.newest_cells(known.id), known.table.gaps()

    def cells(element: int, bearing: Bearing) -> tuple[Cell, ...]:
        return tuple(
            Cell(
                entry=one,
                record=records[one.evidence.name],
                superseded=one.evidence.name in known.superseded_evidence,
                row=rows.get((element, one.evidence.name), ""),
            )
            for one in known.table.of(element, bearing)
        )

    return [
        Line(
            element=one,
            supports=cells(one.number, Bearing.SUPPORTS),
            undermines=cells(one.number, Bearing.UNDERMINES),
            silent=cells(one.number, Bearing.SILENT),
            searches=tuple(search for search in known.table.searches if search.element == one.number),
            gaps=tuple(GAPS[gap] for gap in gaps[one.number]),
        )
        for one in known.table.crime.elements
    ]


def _links(known: KnownTable) -> list[tuple[object, list[Link]]]:
    records = selectors.cited(one.evidence for one in known.linkage)
    found: dict[str, list[Link]] = {}
    for one in known.linkage:
        found.setdefault(one.mode, []).append(Link(linkage=one, record=records[one.evidence]))
    return [(mode(name), links) for name, links in found.items()]


def _evidence(request: HttpRequest) -> Evidence:
    return Evidence.named(reasoning.must_be_in_sight(request, request.POST.get("evidence", "")))


def _word(request: HttpRequest, name: str, kind: type[_WordT]) -> _WordT:
    return word({name: request.POST.get(name, "")}, name, kind)


def _whole(untrusted: str) -> int:
    if not (untrusted.isascii() and untrusted.isdecimal() and len(untrusted) < 4):
        raise InvalidValue(what=_("The element"), why=_("it is named by its number"))
    return int(untrusted)


def _typed(request: HttpRequest, name: str) -> str:
    return reasoning.one_line(request.POST.get(name, ""))
