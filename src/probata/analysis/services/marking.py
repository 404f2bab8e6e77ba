"""Marks of severity: recorded, or taken back; nothing is edited."""

from __future__ import annotations

from probata.access import services as access
from probata.access.roles import Permission
from probata.analysis import severity
from probata.analysis.models import SeverityMark
from probata.analysis.services.observing import must_be_inside
from probata.analysis.severity import Degree, KnownMark
from probata.custody import services as custody
from probata.custody.canonical import Record
from probata.custody.entries import Signer
from probata.custody.projections import EntryFacts, projects
from probata.preservation import selectors as preservation
from probata.terms.errors import Refused
from probata.terms.ids import new_record_id
from probata.terms.spans import Span


class MarkTakenBack(Refused):
    """Somebody took a mark of severity back meanwhile."""

    code = "mark_taken_back"
    template = "The mark {mark} does not stand any more: it was taken back."
    advice = "Load the item's page again; it lists the marks that stand."


def mark_severity(item: str, segment: Span, degree: Degree, *, actor: Signer) -> KnownMark:
    """Record how hard a stretch is to look at; takes somebody who may view footage.

    Raises `NotAllowed`, `ItemNotFound`, `OutsideTheFootage`.
    """
    access.must_be_allowed(actor, Permission.VIEW_FOOTAGE)
    known = preservation.item(item).sha256
    must_be_inside(known, segment)
    told = {"item": known, "segment": segment.as_json(), "degree": degree.value}
    return _record(told, actor=actor, reason=f"a stretch was marked: {degree.value}", supersedes=None)


def take_mark_back(mark: str, *, actor: Signer) -> KnownMark:
    """Record that a mark does not stand any more. Raises `NotAllowed`, `MarkNotFound`, `MarkTakenBack`."""
    access.must_be_allowed(actor, Permission.VIEW_FOOTAGE)
    before = severity.mark(mark)
    told = {"item": before.item, "segment": before.segment.as_json(), "degree": before.degree.value}
    return _record(told, actor=actor, reason="a mark of severity was taken back", supersedes=before.id)


def _record(told: Record, *, actor: Signer, reason: str, supersedes: str | None) -> KnownMark:
    made = new_record_id()
    with custody.act(actor=actor, reason=reason) as act:
        if supersedes is not None and not severity.mark(supersedes).stands:
            raise MarkTakenBack(mark=supersedes)
        act.record(
            "mark_severity",
            {
                # What people made of footage is disclosed by a decision of its own.
                "subject": f"candidates:{told['item']}",
                "id": made,
                "supersedes": supersedes or "",
                "withdrawn": supersedes is not None,
                **told,
            },
        )
    return severity.mark(made)


@projects("mark_severity")
def _marked(entry: EntryFacts, records: list[Record]) -> None:
    for record in records:
        SeverityMark.objects.create(
            id=record["id"],
            item=record["item"],
            segment=record["segment"],
            degree=record["degree"],
            supersedes_id=record["supersedes"] or None,
            withdrawn=record["withdrawn"],
            marked_by=entry.actor,
            at=entry.at,
            seq=entry.seq,
        )
