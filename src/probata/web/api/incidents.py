"""Incidents under neutral labels, and how they stand to each other."""

from __future__ import annotations

from typing import Any

from attrs import evolve
from django.http import HttpRequest
from ninja import Router

from probata.access.roles import Permission
from probata.cases import selectors, services
from probata.cases.labels import Label
from probata.cases.selectors import KnownIncident
from probata.terms.places import Place
from probata.terms.times import TimeWithDoubt
from probata.web.api.door import actor
from probata.web.api.saying import (
    Given,
    Line,
    Name,
    Part,
    Record,
    WithReason,
    Words,
    answer,
    incident_named,
    part_of,
    told,
)
from probata.web.gate import sight

router = Router(tags=["incidents"])


class Opened(WithReason):
    """What happened, in neutral words; where and when, as far as it is known."""

    act: Line
    place: Line = ""
    day: Line = ""
    where: Record | None = None
    when: Record | None = None


class Described(WithReason):
    """What is told anew; what is not given stays as it was."""

    act: Line | None = None
    place: Line | None = None
    day: Line | None = None
    where: Record | None = None
    when: Record | None = None


class Linked(Given):
    """What another incident is to this one: parent, child, parallel or related_not_same."""

    other: Name
    kind: Name
    reason: Words


class Unlinked(Given):
    """The other incident of a link that does not stand any more."""

    other: Name
    reason: Words


@router.get("/incidents", **told("incidents", Permission.LIST_ITEMS))
def incidents(request: HttpRequest, part: Part) -> Any:
    """Every incident, in the order in which they were opened."""
    hidden = sight.of(request)
    rows, more = part_of([one for one in selectors.incidents() if not hidden.hides(one.id)], part)
    return answer("incidents", {"incidents": [_as_seen(request, one) for one in rows], **more})


@router.get("/incidents/{incident}", **told("incidents", Permission.LIST_ITEMS))
def incident(request: HttpRequest, incident: Name) -> Any:
    """One incident, with its links and what is claimed about it."""
    return _told(request, selectors.incident(incident))


def _told(request: HttpRequest, known: KnownIncident) -> dict[str, Any]:
    return answer("incidents", {"incidents": [_as_seen(request, known)]})


def _as_seen(request: HttpRequest, known: KnownIncident) -> dict[str, Any]:
    hidden = sight.of(request)
    links = tuple(one for one in known.links if not hidden.hides(one.to))
    return evolve(known, links=links).as_json()


@router.post("/incidents", **told("incidents", Permission.KEEP_CASES))
def open_incident(request: HttpRequest, given: Opened) -> Any:
    """Open an incident."""
    made = services.open_incident(
        Label(place=given.place.strip(), day=given.day, act=given.act),
        actor=actor(request),
        reason=given.reason,
        where=None if given.where is None else Place.from_json(given.where),
        when=None if given.when is None else TimeWithDoubt.from_json(given.when),
    )
    return _told(request, made)


@router.post("/incidents/{incident}/describe", **told("incidents", Permission.KEEP_CASES))
def describe(request: HttpRequest, incident: Name, given: Described) -> Any:
    """Tell an incident anew."""
    known = selectors.incident(incident)
    label = Label(
        place=known.label.place if given.place is None else given.place.strip(),
        day=known.label.day if given.day is None else given.day,
        act=known.label.act if given.act is None else given.act,
    )
    where = known.where if given.where is None else given.where
    when = known.when if given.when is None else given.when
    made = services.describe_incident(
        known.id,
        label,
        actor=actor(request),
        reason=given.reason,
        where=None if where is None else Place.from_json(where),
        when=None if when is None else TimeWithDoubt.from_json(when),
        seen=known.row,
    )
    return _told(request, made)


@router.post("/incidents/{incident}/link", **told("incidents", Permission.KEEP_CASES))
def link(request: HttpRequest, incident: Name, given: Linked) -> Any:
    """Say what another incident is to this one."""
    other = incident_named(request, given.other)
    made = services.link_incidents(incident, other, actor=actor(request), kind=given.kind, reason=given.reason)
    return _told(request, made)


@router.post("/incidents/{incident}/withdraw-link", **told("incidents", Permission.KEEP_CASES))
def withdraw_link(request: HttpRequest, incident: Name, given: Unlinked) -> Any:
    """Take a link back."""
    other = incident_named(request, given.other)
    return _told(request, services.withdraw_link(incident, other, actor=actor(request), reason=given.reason))
