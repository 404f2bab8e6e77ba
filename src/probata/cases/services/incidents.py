"""Opening incidents, telling them anew, and linking them; a label names no party and judges nothing."""

from __future__ import annotations

from collections.abc import Iterable

from probata.access import services as access
from probata.access.roles import Permission
from probata.cases import selectors
from probata.cases.labels import Label
from probata.cases.links import STATED, LinkKind, pair
from probata.cases.models import Incident, IncidentLink
from probata.cases.selectors import KnownIncident
from probata.cases.services.writing import from_entry, must_be_as_seen
from probata.cases.wording import passage
from probata.claims import selectors as claims
from probata.custody import services as custody
from probata.custody.canonical import Record, as_text
from probata.custody.entries import Signer
from probata.custody.projections import EntryFacts, projects
from probata.terms.errors import InvalidValue, Refused
from probata.terms.ids import new_record_id
from probata.terms.places import Place
from probata.terms.times import TimeWithDoubt


class LinkRunsInACircle(Refused):
    """An incident would be a part of itself."""

    code = "link_runs_in_a_circle"
    template = "{parent} is already a part of {child}; it cannot be the larger one as well."
    advice = "Withdraw the other link first, or say that they are parallel."


def open_incident(
    label: Label,
    *,
    actor: Signer,
    reason: str,
    where: Place | None = None,
    when: TimeWithDoubt | None = None,
    party_names: Iterable[str] | None = None,
) -> KnownIncident:
    """Open an incident under a neutral label, which holds none of `party_names`; unless told, those on the record.

    Raises `NotAllowed`, `LabelTakesASide`, `InvalidValue`.
    """
    return _write(label, actor, reason, where, when, party_names, known=None, seen=None)


def describe_incident(
    incident: str,
    label: Label,
    *,
    actor: Signer,
    reason: str,
    where: Place | None = None,
    when: TimeWithDoubt | None = None,
    party_names: Iterable[str] | None = None,
    seen: str | None = None,
) -> KnownIncident:
    """Tell an incident anew; what it was called before stays on the record. `seen` is the row that the person knew.

    Raises `NotAllowed`, `IncidentNotFound`, `LabelTakesASide`, `ChangedMeanwhile`, `InvalidValue`.
    """
    known = selectors.incident_id(incident)
    return _write(label, actor, reason, where, when, party_names, known=known, seen=seen)


def _write(
    label: Label,
    actor: Signer,
    reason: str,
    where: Place | None,
    when: TimeWithDoubt | None,
    party_names: Iterable[str] | None,
    *,
    known: str | None,
    seen: str | None,
) -> KnownIncident:
    access.must_be_allowed(actor, Permission.KEEP_CASES)
    label.must_be_neutral(claims.names_of_parties() if party_names is None else party_names)
    why = passage(reason, "The reason")
    made = new_record_id()
    with custody.act(actor=actor, reason=why) as act:
        before = selectors.current(Incident, known_as=known) if known else None
        must_be_as_seen(before, seen, "this incident")
        act.record(
            "describe_incident",
            {
                "subject": f"incident:{known or made}",
                "id": made,
                "known_as": known or made,
                "place": label.place,
                "day": label.day,
                "act": label.act,
                # As text: the ledger holds no fractions, and a place has metres.
                "where": "" if where is None else as_text(where.as_json()),
                "when": "" if when is None else as_text(when.as_json()),
                "reason": why,
                "supersedes": before.id if before else None,
            },
        )
    return selectors.incident(known or made)


def link_incidents(incident: str, other: str, *, actor: Signer, kind: str, reason: str) -> KnownIncident:
    """Say what another incident is to this one: `parent`, `child`, `parallel`, `related_not_same`; both ends tell it.

    A pair has one link at a time: a later one supersedes it. Raises `NotAllowed`, `IncidentNotFound`,
    `LinkRunsInACircle`, and `InvalidValue` for an incident and itself or for another word.
    """
    here, there = selectors.incident_id(incident), selectors.incident_id(other)
    if kind not in STATED:
        raise InvalidValue(what=f"The link {kind[:40]!r}", why=f"it must be one of {', '.join(STATED)}")
    if kind == "child":
        return _link(here, there, LinkKind.PARENT, actor, reason, here)
    if kind == "parent":
        return _link(there, here, LinkKind.PARENT, actor, reason, here)
    first, second = sorted((here, there))
    return _link(first, second, LinkKind(kind), actor, reason, here)


def withdraw_link(incident: str, other: str, *, actor: Signer, reason: str) -> KnownIncident:
    """Say that two incidents are not linked after all; that they were stays on the record.

    Raises `NotAllowed`, `IncidentNotFound`, and `InvalidValue` where no link stands.
    """
    here, there = selectors.incident_id(incident), selectors.incident_id(other)
    first, second = sorted((here, there))
    return _link(first, second, LinkKind.WITHDRAWN, actor, reason, here)


def _link(a: str, b: str, kind: LinkKind, actor: Signer, reason: str, shown: str) -> KnownIncident:
    access.must_be_allowed(actor, Permission.KEEP_CASES)
    if a == b:
        raise InvalidValue(what="A link", why="it takes two incidents")
    why = passage(reason, "The reason")
    with custody.act(actor=actor, reason=why) as act:
        before = selectors.current(IncidentLink, pair=pair(a, b))
        standing = before is not None and before.kind != LinkKind.WITHDRAWN.value
        if kind is LinkKind.WITHDRAWN and not standing:
            raise InvalidValue(what="The link", why="none stands between these two")
        # The pair's own link is superseded by this one, so only a longer way round makes a circle.
        if kind is LinkKind.PARENT and b in selectors.ancestors(a, without=before.id if before else None):
            raise LinkRunsInACircle(parent=a, child=b)
        act.record(
            "link_incidents",
            {
                "subject": f"incident:{a}",
                "id": new_record_id(),
                "pair": pair(a, b),
                "a": a,
                "b": b,
                "kind": kind.value,
                "reason": why,
                "supersedes": before.id if before else None,
            },
        )
    return selectors.incident(shown)


@projects("describe_incident")
def _described(entry: EntryFacts, records: list[Record]) -> None:
    for record in records:
        Incident.objects.create(
            id=record["id"],
            known_as=record["known_as"],
            place=record["place"],
            day=record["day"],
            act=record["act"],
            where_json=record["where"],
            when_json=record["when"],
            reason=record["reason"],
            supersedes=record["supersedes"],
            **from_entry(entry),
        )


@projects("link_incidents")
def _linked(entry: EntryFacts, records: list[Record]) -> None:
    for record in records:
        IncidentLink.objects.create(
            id=record["id"],
            pair=record["pair"],
            a=record["a"],
            b=record["b"],
            kind=record["kind"],
            reason=record["reason"],
            supersedes=record["supersedes"],
            **from_entry(entry),
        )
