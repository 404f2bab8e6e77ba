"""Rival explanations against the evidence: asking several people, weighing alone, then what all of it says together."""

from __future__ import annotations

from attrs import evolve
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from probata.access import selectors as access
from probata.access.roles import Permission, decide
from probata.cases import selectors as cases
from probata.cases.selectors import KnownCase
from probata.terms.errors import InvalidValue
from probata.terms.reading import word
from probata.terms.text import safe_text
from probata.verification import selectors, services
from probata.verification.hypotheses import SEEDS, Cell, Hypothesis, Matrix, Row
from probata.verification.selectors import KnownComparison
from probata.web.answers import done
from probata.web.gate import presence
from probata.web.gate.permission import decision, person, require
from probata.web.screens import reasoning
from probata.web.shown import weighed

ROWS = 50
OWN = 4
_MOST_OWN = 20


@require_safe
def hypotheses(request: HttpRequest) -> HttpResponse:
    """Every comparison that the person may know of, newest first; of one case, and filtered by the words typed."""
    require(request, Permission.LIST_ITEMS)
    case, query = reasoning.case_of(request), request.GET.get("q", "").strip()[: reasoning.QUERY_LENGTH]
    every = reasoning.comparisons_in_sight(request, case)
    wanted = query.casefold().split()
    fitting = [one for one in every if all(part in one.question.casefold() for part in wanted)]
    page = Paginator(fitting, ROWS).get_page(request.GET.get("page"))
    titles = reasoning.titles()
    context = {
        "case": case,
        "query": query,
        "page": page,
        "rows": [(one, titles.get(one.about, ""), weighed.waiting_for(one)) for one in page.object_list],
        "total": len(every),
        "may_open": decision(request, Permission.ASSESS),
    }
    return render(request, "web/hypotheses.html", context)


@require_safe
def new(request: HttpRequest) -> HttpResponse:
    """The form that asks several people; filled from what it is to stand instead of, where that is told."""
    require(request, Permission.ASSESS)
    case, before = reasoning.case_of(request), _before(request, request.GET.get("instead_of", ""))
    if case is None and before is not None and before.about.startswith("case:"):
        case = reasoning.case_in_sight(request, before.about.removeprefix("case:"))
    kept = [] if before is None else before.frame.rows
    records = cases.cited(row.id for row in kept if weighed.is_name(row.id))
    context = {
        **reasoning.found(request, "", several=True, case=case),
        "case": case,
        "before": before,
        "seeds": SEEDS,
        "own": _own_fields(before),
        "chosen": [
            reasoning.Choice(record=records[row.id], source=row.root, chosen=True) for row in kept if row.id in records
        ],
        "people": [(name, before is not None and name in before.analysts) for name in _who_may(case)],
        "cases": [] if case else [one for one in cases.case_lines() if not reasoning.sight_of(request).hides(one.id)],
    }
    return render(request, "web/hypotheses_new.html", context)


@require_POST
def opened(request: HttpRequest) -> HttpResponse:
    """Ask the chosen people to weigh these explanations against the chosen evidence, each alone first."""
    require(request, Permission.ASSESS)
    before = _before(request, request.POST.get("instead_of", ""))
    untrusted_case = request.POST.get("case", "").strip()
    case = reasoning.case_in_sight(request, untrusted_case) if untrusted_case else None
    known = services.compare_hypotheses(
        _line(request.POST.get("question", ""), _("The question")),
        _frame(request),
        tuple(request.POST.getlist("analyst")),
        actor=presence.of(request).keyring.signing,
        about=f"case:{case.id}" if case else "",
        supersedes=before.id if before else "",
    )
    return done(
        request,
        to=reverse("hypotheses_one", args=[known.id]),
        said=_("The comparison is open. Each person who was asked weighs alone first."),
    )


@require_safe
def one(request: HttpRequest, comparison: str) -> HttpResponse:
    """One comparison as the person may see it: their own table to fill, theirs as handed in, or all of them."""
    require(request, Permission.LIST_ITEMS)
    known = _known(request, comparison)
    who = person(request).name
    asked, given = who in known.analysts, who in known.handed_in
    may = decision(request, Permission.ASSESS)
    fills = asked and not given and not known.superseded_by and may.allowed
    context = {
        "known": known,
        "who": who,
        "asked": asked,
        "given": given,
        "may": may,
        "fills": fills,
        "case_title": reasoning.titles().get(known.about, ""),
        "case": known.about.removeprefix("case:"),
        "waiting": weighed.waiting_for(known),
        "grid": weighed.grid(known.frame if fills else known.tables.get(who, known.frame)),
        "cells": [(number, cell.value, weighed.CELLS[cell]) for number, cell in weighed.KEYS],
        "group": weighed.group(known) if known.view is not None else None,
    }
    return render(request, "web/hypotheses_one.html", context)


@require_POST
def hand_in(request: HttpRequest, comparison: str) -> HttpResponse:
    """Hand in this person's own table; it is theirs, and final."""
    known = _known(request, comparison)
    matrix = _filled(known.frame, request.POST)
    known = services.hand_in(known.id, matrix, actor=presence.of(request).keyring.signing)
    said = _("Your table is handed in.")
    if known.complete:
        said = _("Your table is handed in. All are there now: here is what they say together.")
    return done(request, to=reverse("hypotheses_one", args=[known.id]), said=said)


def _known(request: HttpRequest, comparison: str) -> KnownComparison:
    known = selectors.comparison(comparison, presence.of(request).keyring.signing.key_id)
    if reasoning.hides(reasoning.sight_of(request), known):
        raise selectors.ComparisonNotFound(wanted=comparison)
    return known


def _before(request: HttpRequest, untrusted_id: str) -> KnownComparison | None:
    return _known(request, untrusted_id) if untrusted_id else None


def _own_fields(before: KnownComparison | None) -> list[str]:
    own = [] if before is None else [one.statement for one in before.frame.hypotheses if one.id not in SEEDS]
    return [*own, *[""] * max(1, OWN - len(own))]


def _who_may(case: KnownCase | None) -> list[str]:
    """Who may weigh, and may know of the case."""
    known = access.people()
    if case is not None:
        known = [one for one in known if not cases.sight(one.key_id).hides(case.id)]
    return [one.name for one in known if decide(access.roles(one.pk), Permission.ASSESS).allowed]


def _frame(request: HttpRequest) -> Matrix:
    """The explanations and the rows as they were chosen, in the record's words of this moment."""
    given = request.POST
    own = [told for told in given.getlist("hypothesis")[:_MOST_OWN] if told.strip()]
    names = [f"own_{at}" for at in range(1, len(own) + 1)]
    told = zip(names, own, strict=True)
    explained = [Hypothesis(id=safe_text(name), statement=_line(one, _("The explanation"))) for name, one in told]
    chosen = list(dict.fromkeys(given.getlist("row")))
    if not chosen:
        raise InvalidValue(what=_("The comparison"), why=_("no evidence was chosen for it"))
    records = cases.cited(reasoning.must_be_in_sight(request, name) for name in chosen)
    return Matrix.seeded(*explained).holding(
        *(
            Row(
                id=safe_text(name),
                evidence=safe_text(record.text),
                root=_line(given.get(f"source:{name}", "").strip() or cases.source_of(name), _("The source")),
                cells={},
            )
            for name, record in records.items()
        )
    )


def _filled(frame: Matrix, given: QueryDict) -> Matrix:
    """The frame with the cells of the form, and with what was rejected in it and why."""
    filled = [
        evolve(
            row,
            cells={
                told.id: word({"cell": given.get(f"cell-{down}-{along}", "")}, "cell", Cell)
                for along, told in enumerate(frame.hypotheses)
            },
        )
        for down, row in enumerate(frame.rows)
    ]
    judged = evolve(frame, rows=tuple(filled))
    for along, told in enumerate(frame.hypotheses):
        because = given.get(f"rejected-{along}", "").strip()
        if because:
            judged = judged.rejecting(told.id, because=_line(because, _("The reason")))
    return judged


def _line(untrusted_text: str, what: str) -> str:
    """A text of one line: a line break that somebody typed is a space; anything else that acts is refused."""
    try:
        return safe_text(reasoning.one_line(untrusted_text))
    except InvalidValue as error:
        raise InvalidValue(what=what, why=str(error.facts.get("why", error))) from error
