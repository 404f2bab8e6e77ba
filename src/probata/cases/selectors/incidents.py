"""Everything that is read about incidents and how they stand to each other."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from attrs import frozen
from django.db.models import F

from probata.access import selectors as access
from probata.cases.labels import Label
from probata.cases.links import LinkKind
from probata.cases.models import Incident, IncidentLink, Member
from probata.cases.selectors.chains import currents, full_id
from probata.claims import selectors as claims
from probata.custody.canonical import from_text
from probata.engines import clock
from probata.terms.errors import NotFound


class IncidentNotFound(NotFound):
    """No incident has that id."""

    code = "incident_not_found"
    template = "No incident of this workspace has the id {name}."
    advice = "`probata incidents` lists them, each with its id."
    advice_here = "The page of incidents, under Cases, lists them."


@frozen(kw_only=True)
class KnownLink:
    """What another incident is to the one that is looked at, and why somebody said so."""

    row: str
    to: str
    label: str
    is_its: str
    reason: str
    by: str
    at: datetime

    def as_json(self) -> dict[str, Any]:
        """The link as plain data; `is` says what the other is to this one."""
        told = {"incident": self.to, "label": self.label, "is": self.is_its, "reason": self.reason}
        return {**told, "by": self.by, "at": clock.rfc3339(self.at)}


@frozen(kw_only=True)
class Claimed:
    """A proposition about an incident: what is claimed, not what is found."""

    id: str
    statement: str

    def as_json(self) -> dict[str, Any]:
        """The proposition as plain data."""
        return {"id": self.id, "statement": self.statement}


@frozen(kw_only=True)
class KnownIncident:
    """An incident as it is told now, with its links read from its own end, and what is claimed about it."""

    id: str
    row: str
    label: Label
    where: dict[str, Any] | None
    when: dict[str, Any] | None
    reason: str
    by: str
    at: datetime
    opened_at: datetime
    links: tuple[KnownLink, ...]
    cases: tuple[str, ...]
    propositions: tuple[Claimed, ...]

    def as_json(self) -> dict[str, Any]:
        """The incident as plain data."""
        return {
            "id": self.id,
            "label": self.label.text,
            "place": self.label.place,
            "day": self.label.day,
            "act": self.label.act,
            "where": self.where,
            "when": self.when,
            "reason": self.reason,
            "by": self.by,
            "at": clock.rfc3339(self.at),
            "opened_at": clock.rfc3339(self.opened_at),
            "links": [one.as_json() for one in self.links],
            "cases": list(self.cases),
            "propositions": [one.as_json() for one in self.propositions],
        }


def incident_id(untrusted_beginning: str) -> str:
    """The id of the incident that begins so; raises `IncidentNotFound` or `RecordAmbiguous`."""
    return full_id(Incident, untrusted_beginning, IncidentNotFound, column="known_as")


def incidents() -> list[KnownIncident]:
    """Every incident as it is told now, in the order in which they were opened."""
    links = [row for row in currents(IncidentLink) if row.kind != LinkKind.WITHDRAWN.value]
    members = [row for row in currents(Member, member_kind="incident") if row.within]
    return _told(currents(Incident), links, members)


def incident_labels() -> dict[str, str]:
    """What every incident is called now, by its id, in the order in which they were opened; for lists and choices."""
    opened = dict(Incident.objects.filter(id=F("known_as")).values_list("id", "at"))
    rows = sorted(currents(Incident), key=lambda row: (opened[row.known_as], row.known_as))
    return {row.known_as: _label(row).text for row in rows}


def incident(untrusted_beginning: str) -> KnownIncident:
    """One incident by its id or the beginning of it; raises `IncidentNotFound` or `RecordAmbiguous`."""
    wanted = incident_id(untrusted_beginning)
    ends = [*currents(IncidentLink, a=wanted), *currents(IncidentLink, b=wanted)]
    links = [row for row in ends if row.kind != LinkKind.WITHDRAWN.value]
    members = [row for row in currents(Member, member_kind="incident", member=wanted) if row.within]
    return _told(currents(Incident, known_as=wanted), links, members)[0]


def _told(rows: list[Incident], links: list[IncidentLink], members: list[Member]) -> list[KnownIncident]:
    labels = {row.known_as: _label(row) for row in rows}
    ends = {end for one in links for end in (one.a, one.b)}
    labels |= {row.known_as: _label(row) for row in currents(Incident, known_as__in=ends - labels.keys())}
    opened = dict(Incident.objects.filter(id__in=[row.known_as for row in rows]).values_list("id", "at"))
    people = access.names()
    linked: dict[str, list[KnownLink]] = {}
    for one in links:
        for end in (one.a, one.b):
            linked.setdefault(end, []).append(_link(one, end, labels, people))
    cases: dict[str, list[str]] = {}
    for row in members:
        cases.setdefault(row.member, []).append(row.in_case)
    claimed: dict[str, list[Claimed]] = {}
    for known in claims.claims().propositions.values():
        about = Claimed(id=known.id, statement=known.thing.statement)
        claimed.setdefault(known.thing.incident or "", []).append(about)
    told = [
        KnownIncident(
            id=row.known_as,
            row=row.id,
            label=labels[row.known_as],
            where=from_text(row.where_json) if row.where_json else None,
            when=from_text(row.when_json) if row.when_json else None,
            reason=row.reason,
            by=people.get(row.written_by, "unknown"),
            at=row.at,
            opened_at=opened[row.known_as],
            links=tuple(linked.get(row.known_as, ())),
            cases=tuple(cases.get(row.known_as, ())),
            propositions=tuple(claimed.get(row.known_as, ())),
        )
        for row in rows
    ]
    return sorted(told, key=lambda one: (one.opened_at, one.id))


def ancestors(of: str, *, without: str | None = None) -> set[str]:
    """The incidents of which this one is a part, however far up, as if the link in the row `without` did not stand."""
    above: dict[str, set[str]] = {}
    for row in currents(IncidentLink, kind=LinkKind.PARENT.value):
        if row.id == without:
            continue
        above.setdefault(row.b, set()).add(row.a)
    found: set[str] = set()
    ahead = [of]
    while ahead:
        fresh = above.get(ahead.pop(), set()) - found
        found |= fresh
        ahead.extend(fresh)
    return found


def _label(row: Incident) -> Label:
    return Label(place=row.place, day=row.day, act=row.act)


def _link(row: IncidentLink, here: str, labels: dict[str, Label], people: dict[str, str]) -> KnownLink:
    other = row.b if here == row.a else row.a
    return KnownLink(
        row=row.id,
        to=other,
        label=labels[other].text,
        is_its=LinkKind(row.kind).seen_from(the_second=here == row.b),
        reason=row.reason,
        by=people.get(row.written_by, "unknown"),
        at=row.at,
    )
