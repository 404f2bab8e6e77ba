"""Cases: the list, and the dashboard of one, open questions first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from attrs import evolve, frozen
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from probata.access import selectors as access
from probata.access.roles import Permission
from probata.cases import selectors, services
from probata.cases.procedures import StepState, procedures
from probata.cases.selectors import (
    CaseLine,
    KnownCase,
    KnownIncident,
    KnownMember,
    KnownQuestion,
    KnownStep,
    Sight,
)
from probata.preservation import selectors as preservation
from probata.verification import selectors as verification
from probata.web import answers, onward
from probata.web.gate import presence, sight
from probata.web.gate.permission import decision, person, require
from probata.web.screens import walls
from probata.web.shown import casework

ROWS = 50
CITABLE = 20
"""How many records of the case an answer's form offers; others are named by their ids."""
_QUERY_LENGTH = 200


@frozen(kw_only=True)
class Cited:
    """A record that an answer rests on, and its page where it has one."""

    name: str
    address: str

    @property
    def shown(self) -> str:
        """Its kind and the first digits of its id, for people."""
        kind, _colon, known = self.name.partition(":")
        return f"{kind}:{known[:8]}"


@frozen(kw_only=True)
class Asked:
    """A question with the pages of what its answer rests on."""

    question: KnownQuestion
    rests_on: tuple[Cited, ...]
    mine: bool


@frozen(kw_only=True)
class Held:
    """An item or an incident of a case as a row: what it is called, and its page."""

    member: KnownMember
    called: str
    address: str


@frozen(kw_only=True)
class Phase:
    """Steps of a procedure that belong together; `ahead` where it is the first that is not settled."""

    title: str
    steps: tuple[KnownStep, ...]
    ahead: bool

    @property
    def settled(self) -> int:
        """How many are done or do not apply."""
        return sum(one.state is not StepState.OPEN for one in self.steps)


@require_safe
def cases(request: HttpRequest) -> HttpResponse:
    """Every case as a row, those with the oldest open question first; and questions that are in no case."""
    require(request, Permission.LIST_ITEMS)
    query = request.GET.get("q", "").strip()[:_QUERY_LENGTH]
    seen = sight.of(request)
    every = sorted((one for one in selectors.case_lines() if not seen.hides(one.id)), key=_oldest_question_first)
    pages = Paginator([one for one in every if _fits(one, query)], ROWS)
    context = {
        "query": query,
        "page": pages.get_page(request.GET.get("page")),
        "total": len(every),
        "procedures": procedures(),
        "kinds": services.KINDS,
        "may_keep": decision(request, Permission.KEEP_CASES),
        **asked_in(request, selectors.questions(case="", incident="")),
    }
    return render(request, "web/cases.html", context)


@require_POST
def open_case(request: HttpRequest) -> HttpResponse:
    """Open a case of one kind that follows one procedure."""
    made = services.open_case(
        request.POST.get("title", ""),
        actor=presence.of(request).keyring.signing,
        kind=request.POST.get("kind", ""),
        procedure_name=request.POST.get("procedure", ""),
        reason=request.POST.get("reason", ""),
    )
    return answers.done(request, to=reverse("case", args=[made.id]), said=_("The case is open."))


@require_safe
def dashboard(request: HttpRequest, case: str) -> HttpResponse:
    """One case: what is not known, where each review stands, who may not judge what, what is in it, and its steps."""
    require(request, Permission.LIST_ITEMS)
    seen = sight.of(request)
    known = in_sight(selectors.case(case), seen)
    if known.id != case:
        return redirect("case", known.id)
    within = {one.id for one in known.members if one.kind == "incident"}
    every = [one for one in selectors.incidents() if not seen.hides(one.id)]
    incidents = [one for one in every if one.id in within]
    context = {
        "case": known,
        "grid": casework.grid(incidents),
        "dimensions": casework.DIMENSIONS,
        "incidents": held_incidents(known, incidents),
        "other_incidents": [one for one in every if one.id not in within],
        "held": held_items(known, request.GET.get("items")),
        "phases": phases(known.steps),
        "settled": sum(one.state is not StepState.OPEN for one in known.steps),
        "states": [one.value for one in StepState],
        "tables": [
            {"table": one, "address": onward.address("elements_table", one.id)}
            for one in selectors.table_lines(case=known.id)
        ],
        "comparisons": [
            {"comparison": one, "address": onward.address("hypotheses_one", one.id)}
            for one in verification.comparisons(about=f"case:{known.id}")
            if not one.superseded_by
        ],
        "procedures": procedures(),
        "new_table": onward.address_for("elements_new", case=known.id),
        "new_comparison": onward.address_for("hypotheses_new", case=known.id),
        "citable": selectors.citable("", case=known.id, sight=seen, limit=CITABLE) if known.questions else [],
        "may_keep": decision(request, Permission.KEEP_CASES),
        "wall": walls.who_may_know(request, known),
        **asked_in(request, known.questions),
    }
    return render(request, "web/case.html", context)


def in_sight(known: KnownCase, seen: Sight) -> KnownCase:
    """A case without word of other cases that the person may not know of."""
    members = [
        evolve(one, also_in=tuple(other for other in one.also_in if not seen.hides(other))) for one in known.members
    ]
    return evolve(known, members=tuple(members))


def asked_in(request: HttpRequest, questions: Iterable[KnownQuestion]) -> dict[str, Any]:
    """Questions for a page: the open ones, the answered ones, and to whom one may be handed."""
    name = person(request).name
    told = [
        Asked(
            question=one,
            rests_on=tuple(Cited(name=cited, address=onward.of_record(cited)) for cited in one.rests_on),
            mine=one.owner == name,
        )
        for one in questions
    ]
    return {
        "open_questions": [one for one in told if one.question.open],
        "answered": [one for one in told if not one.question.open],
        "people": [one.name for one in access.people()],
    }


def held_incidents(known: KnownCase, incidents: Sequence[KnownIncident]) -> list[Held]:
    """The incidents of a case as rows."""
    labels = {one.id: one.label.text for one in incidents}
    return [
        Held(member=one, called=labels.get(one.id, ""), address=onward.address("incident", one.id))
        for one in known.members
        if one.kind == "incident"
    ]


def held_items(known: KnownCase, number: str | None) -> dict[str, Any]:
    """One page of the items of a case, and its rows; only those of the page are looked up."""
    page = Paginator([one for one in known.members if one.kind == "item"], ROWS).get_page(number)
    shown: list[KnownMember] = list(page.object_list)
    names = preservation.items().filter(sha256__in=[one.id for one in shown])
    called = {row.sha256: row.name or "" for row in names}
    rows = [Held(member=one, called=called.get(one.id, ""), address=onward.address("item", one.id)) for one in shown]
    return {"page": page, "rows": rows}


def phases(steps: Iterable[KnownStep]) -> list[Phase]:
    """The steps of a procedure by their phases, in its order."""
    found: dict[str, list[KnownStep]] = {}
    for one in steps:
        found.setdefault(one.step.phase, []).append(one)
    unsettled = (title for title, ours in found.items() if any(one.state is StepState.OPEN for one in ours))
    first = next(unsettled, None)
    return [Phase(title=title, steps=tuple(ours), ahead=title == first) for title, ours in found.items()]


def _oldest_question_first(one: CaseLine) -> tuple[bool, int]:
    return one.oldest_days is None, -(one.oldest_days or 0)


def _fits(one: CaseLine, query: str) -> bool:
    words = f"{one.title} {one.kind} {one.procedure.id} {one.procedure.title} {one.id}".casefold()
    return all(word in words for word in query.casefold().split())
