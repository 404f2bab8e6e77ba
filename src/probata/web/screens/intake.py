"""The intake queue: rows without pictures, answered and handed over without opening anything."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from probata.access import selectors as access
from probata.access.roles import Permission
from probata.analysis import how_far
from probata.analysis import selectors as analysis
from probata.cases import selectors, services
from probata.cases.incoming import Answer, outcome
from probata.web import answers
from probata.web.gate import presence, sight
from probata.web.gate.permission import decision, person, require
from probata.web.screens.case_acts import incident_of
from probata.web.screens.reasoning import case_in_sight
from probata.web.shown.queue_rows import KEYS, OUTCOMES, rows_of
from probata.web.work import jobs, machines

_QUERY_LENGTH = 200


@require_safe
def intake(request: HttpRequest) -> HttpResponse:
    """What waits first, then items without a report, then what was answered; filtered by what is typed."""
    require(request, Permission.LIST_ITEMS)
    query = request.GET.get("q", "").strip()[:_QUERY_LENGTH]
    kept = sight.of(request)
    page = selectors.queue(selectors.wanted(query), _number(request), sight=kept)
    shown = [item for one in page.rows for item in one.items]
    context = {
        "query": query,
        "page": page,
        "rows": rows_of(page.rows, hides=kept.hides, busy=analysis.looked_at_now(shown)),
        "keys": KEYS,
        "may_answer": decision(request, Permission.KEEP_CASES),
        "may_take_in": decision(request, Permission.RECORD_CLAIMS),
        "people": _who_may_answer(),
        "me": person(request).name,
        **progress_now(request),
    }
    return render(request, "web/intake.html", context)


@require_safe
def progress(request: HttpRequest) -> HttpResponse:
    """The strip of what runs, for the page to ask again while anything does."""
    require(request, Permission.LIST_ITEMS)
    return render(request, "web/intake_progress.html", progress_now(request))


def progress_now(request: HttpRequest) -> dict[str, Any]:
    """How far every analyser is among what this person may know of, who looks now, and what the workbench is doing."""
    hidden = sight.of(request)
    running, far = analysis.somebody_looks(), how_far.progress(hidden.items)
    brought, looking = jobs.every(), machines.known(hidden, person(request).name)
    every = sorted([*brought, *looking], key=lambda one: one.began, reverse=True)
    return {
        "progress": far,
        "running": running,
        "jobs": every,
        "brought": brought,
        "looking": looking,
        "due_going": any(one.going and not one.items for one in looking),
        "polls": running or any(one.going for one in every),
        "may_examine": decision(request, Permission.EXAMINE),
    }


@require_POST
def answer(request: HttpRequest) -> HttpResponse:
    """Record one answer for everything chosen, in one act."""
    names = request.POST.getlist("name")
    _must_be_seen(request, [*names, request.POST.get("target", "").strip()])
    given = Answer(
        outcome=outcome(request.POST.get("outcome", "")),
        target=request.POST.get("target", "").strip(),
        reason=request.POST.get("reason", ""),
    )
    known = services.triage(names, given, actor=_actor(request), seen=_seen(request.POST, names, "seen"))
    said = ngettext("%(n)d answered: %(outcome)s.", "%(n)d answered: %(outcome)s.", len(known))
    return answers.done(request, to=_back(request), said=said % {"n": len(known), "outcome": OUTCOMES[given.outcome]})


@require_POST
def assign(request: HttpRequest) -> HttpResponse:
    """Say who is to answer everything chosen, in one act."""
    names = request.POST.getlist("name")
    _must_be_seen(request, names)
    to = request.POST.get("person", "")
    known = services.assign_reports(
        names,
        to,
        actor=_actor(request),
        reason=request.POST.get("reason", ""),
    )
    if not to:
        said = ngettext("%(n)d report is nobody's now.", "%(n)d reports are nobody's now.", len(known))
    else:
        said = ngettext("%(n)d report is %(person)s's now.", "%(n)d reports are %(person)s's now.", len(known))
    return answers.done(request, to=_back(request), said=said % {"n": len(known), "person": to})


def _must_be_seen(request: HttpRequest, names: list[str]) -> None:
    """Nothing is under a name for somebody from whom it is kept; raises as for a name that nobody bears."""
    kept = sight.of(request)
    for name in names if not kept.whole else ():
        kind, _colon, known = name.partition(":")
        if kind == "item":
            sight.item(kept, known)
        if kind == "incident":
            incident_of(request, known)
        if kind == "case":
            case_in_sight(request, known)
        if kind == "report":
            report = selectors.report(known)
            if kept.hides_report(report.items, [one.target for one in report.outcomes]):
                raise selectors.ReportNotFound(name=known)


def _seen(untrusted: QueryDict, names: list[str], field: str) -> dict[str, str]:
    """What the page showed of each of these names, in the same order."""
    told = untrusted.getlist(field)
    return dict(zip(names, told, strict=True)) if len(told) == len(names) else {}


def _who_may_answer() -> list[str]:
    return [one.name for one in access.who_may(Permission.KEEP_CASES)]


def _actor(request: HttpRequest) -> Any:  # noqa: ANN401  a signer
    return presence.of(request).keyring.signing


def _back(request: HttpRequest) -> str:
    """The page of the queue from which it was asked."""
    kept = {name: request.POST[name][:_QUERY_LENGTH] for name in ("q", "page") if request.POST.get(name)}
    return reverse("intake") + (f"?{urlencode(kept)}" if kept else "")


def _number(request: HttpRequest) -> int:
    written = request.GET.get("page", "1")
    return int(written) if written.isascii() and written.isdigit() and len(written) < 9 else 1
