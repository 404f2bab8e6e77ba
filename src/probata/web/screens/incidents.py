"""Incidents: the list, and one with its links, what is claimed about it, and its three lanes of time."""

from __future__ import annotations

from attrs import evolve, frozen
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from probata.access.roles import Permission
from probata.cases import selectors, services
from probata.cases.labels import Label
from probata.cases.links import STATED
from probata.cases.selectors import KnownIncident, Sight
from probata.claims import selectors as claims
from probata.terms.places import Place
from probata.terms.times import TimeWithDoubt, read_instant
from probata.web import answers, onward
from probata.web.gate import presence, sight
from probata.web.gate.permission import decision, require
from probata.web.screens.case_acts import given, incident_of, reason, undo
from probata.web.screens.cases import asked_in
from probata.web.shown import incident_time
from probata.web.shown.timeline import Window

ROWS = 50
_QUERY_LENGTH = 200


@frozen(kw_only=True)
class Claimed:
    """A proposition of an incident as a row: who says what of it, from how many independent roots."""

    id: str
    type: str
    statement: str
    address: str
    stances: tuple[tuple[str, int], ...]
    sources: int
    roots: int


@require_safe
def incidents(request: HttpRequest) -> HttpResponse:
    """Every incident as a row, under its neutral label."""
    require(request, Permission.LIST_ITEMS)
    query = request.GET.get("q", "").strip()[:_QUERY_LENGTH]
    seen = sight.of(request)
    every = [in_sight(one, seen) for one in selectors.incidents() if not seen.hides(one.id)]
    pages = Paginator([one for one in every if _fits(one, query)], ROWS)
    context = {
        "query": query,
        "page": pages.get_page(request.GET.get("page")),
        "total": len(every),
        "may_keep": decision(request, Permission.KEEP_CASES),
    }
    return render(request, "web/incidents.html", context)


@require_POST
def open_incident(request: HttpRequest) -> HttpResponse:
    """Open an incident under a label that is built of its place, its date and its act."""
    made = services.open_incident(
        _label(request), actor=presence.of(request).keyring.signing, reason=request.POST.get("reason", "")
    )
    return answers.done(request, to=reverse("incident", args=[made.id]), said=_("The incident is open."))


@require_safe
def one(request: HttpRequest, incident: str) -> HttpResponse:
    """One incident: its label, how it stands to others, what is claimed about it, and when."""
    require(request, Permission.LIST_ITEMS)
    seen = sight.of(request)
    known = in_sight(selectors.incident(incident), seen)
    if known.id != incident:
        return redirect("incident", known.id)
    apart = {known.id, *(one.to for one in known.links)}
    context = {
        "incident": known,
        "cases": [one for one in selectors.case_lines() if one.id in known.cases],
        "claimed": claimed(known, seen),
        "timeline": incident_time.drawn(incident_time.gather(known, seen), _window(request)),
        "others": [one for one in selectors.incidents() if one.id not in apart and not seen.hides(one.id)],
        "kinds": STATED,
        "may_keep": decision(request, Permission.KEEP_CASES),
        **asked_in(request, selectors.questions(incident=known.id)),
    }
    return render(request, "web/incident.html", context)


@require_POST
def describe(request: HttpRequest, incident: str) -> HttpResponse:
    """Tell an incident's label anew; its place and time with doubt stay as they are."""
    before = selectors.incident(incident)
    known = services.describe_incident(
        before.id,
        _label(request),
        actor=presence.of(request).keyring.signing,
        reason=reason(request),
        where=None if before.where is None else Place.from_json(before.where),
        when=None if before.when is None else TimeWithDoubt.from_json(before.when),
        seen=given(request, "seen") or None,
    )
    was = before.label
    back = undo("describe_incident", known.id, place=was.place, day=was.day, act=was.act, seen=known.row)
    return answers.done(request, to=reverse("incident", args=[known.id]), said=_("The label is told anew."), undo=back)


@require_POST
def link(request: HttpRequest, incident: str) -> HttpResponse:
    """Say what another incident is to this one."""
    here, other = selectors.incident_id(incident), incident_of(request, given(request, "other"))
    kind = given(request, "kind")
    was = next((one for one in selectors.incident(here).links if one.to == other), None)
    known = services.link_incidents(
        here, other, actor=presence.of(request).keyring.signing, kind=kind, reason=reason(request)
    )
    back = (
        undo("link_incidents", known.id, other=other, kind=was.is_its)
        if was
        else undo("withdraw_link", known.id, other=other)
    )
    return answers.done(request, to=f"{_page(known)}#links", said=_("The link is on the record."), undo=back)


@require_POST
def withdraw_link(request: HttpRequest, incident: str) -> HttpResponse:
    """Say that two incidents are not linked after all."""
    here, other = selectors.incident_id(incident), incident_of(request, given(request, "other"))
    was = next((one.is_its for one in selectors.incident(here).links if one.to == other), "")
    known = services.withdraw_link(here, other, actor=presence.of(request).keyring.signing, reason=reason(request))
    back = undo("link_incidents", known.id, other=other, kind=was)
    return answers.done(request, to=f"{_page(known)}#links", said=_("The link does not stand any more."), undo=back)


def in_sight(known: KnownIncident, seen: Sight) -> KnownIncident:
    """An incident without word of cases and incidents that the person may not know of."""
    return evolve(
        known,
        links=tuple(one for one in known.links if not seen.hides(one.to)),
        cases=tuple(one for one in known.cases if not seen.hides(one)),
    )


def claimed(incident: KnownIncident, seen: Sight) -> list[Claimed]:
    """What is claimed about an incident: each proposition with the stances of those who speak of it."""
    known = claims.claims() if incident.propositions else None
    return [_claimed(known, one.id, seen) for one in incident.propositions if known is not None]


def _claimed(known: claims.Claims, proposition: str, seen: Sight) -> Claimed:
    thing = known.propositions[proposition].thing
    said = [one for one in known.of(proposition) if not seen.hides(one.id)]
    stances = [one.thing.stance.value for one in said]
    return Claimed(
        id=proposition,
        type=thing.type.value,
        statement=thing.statement,
        address=onward.of_record(f"proposition:{proposition}"),
        stances=tuple((stance, stances.count(stance)) for stance in dict.fromkeys(stances)),
        sources=len(said),
        roots=len(known.independence(one.id for one in said).roots) if said else 0,
    )


def _label(request: HttpRequest) -> Label:
    place, day, act = (given(request, name).strip() for name in ("place", "day", "act"))
    return Label(place=place, day=day, act=act)


def _window(request: HttpRequest) -> Window | None:
    """The stretch that the address asks for; raises `InvalidValue` for one that is none."""
    asked = request.GET.get("from", ""), request.GET.get("to", "")
    if not any(asked):
        return None
    start, end = (read_instant(one) for one in asked)
    return Window(start=start, end=end)


def _page(incident: KnownIncident) -> str:
    return reverse("incident", args=[incident.id])


def _fits(one: KnownIncident, query: str) -> bool:
    words = f"{one.label.text} {one.id}".casefold()
    return all(word in words for word in query.casefold().split())
