"""Taking in what is reported, and answering it: each report ends with an outcome and a reason, and none vanishes."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import evolve

from probata.access import services as access
from probata.access.roles import Permission
from probata.cases import selectors
from probata.cases.incoming import Answer, Incoming
from probata.cases.models import Report, ReportedItem, ReportOutcome
from probata.cases.outcomes import Outcome
from probata.cases.selectors import KnownReport
from probata.cases.services.writing import from_entry, must_be_as_seen
from probata.cases.wording import line, passage
from probata.custody import services as custody
from probata.custody.canonical import Record
from probata.custody.entries import Signer
from probata.custody.projections import EntryFacts, projects
from probata.preservation import selectors as preservation
from probata.terms.errors import InvalidValue, Refused
from probata.terms.ids import new_record_id
from probata.terms.times import read_instant


class DuplicatesRunInACircle(Refused):
    """Reports would be copies of each other, so that none of them would be dealt with."""

    code = "duplicates_run_in_a_circle"
    template = "{target} leads back to this report: both would count as copies, and neither would be dealt with."
    advice = "Answer the other one first as what it is."


def receive(reports: Sequence[tuple[Incoming, Answer | None]], *, actor: Signer, reason: str = "") -> list[KnownReport]:
    """Take in reports, all in one act, each with its outcome where one is given already.

    Raises `NotAllowed` (an outcome takes somebody who keeps cases), `ReportNotFound`, `ItemNotFound`, `InvalidValue`.
    """
    access.must_be_allowed(actor, Permission.RECORD_CLAIMS)
    if any(answer for _, answer in reports):
        access.must_be_allowed(actor, Permission.KEEP_CASES)
    if not reports:
        raise InvalidValue(what="The intake", why="there is no report to take in")
    why = passage(reason, "The reason") if reason.strip() else f"took in {len(reports)} reports"
    made = [(new_record_id(), incoming, _resolved(answer)) for incoming, answer in reports]
    with custody.act(actor=actor, reason=why) as act:
        entry = act.record("receive_report", *[received(report, incoming, why) for report, incoming, _ in made])
        outcomes = [answered(report, answer, None) for report, _, answer in made if answer]
        if outcomes:
            act.record("answer_report", *outcomes)
    known = {one.id: one for one in selectors.reports(entry=entry.seq)}
    return [known[report] for report, _, _ in made]


def answer_report(report: str, answer: Answer, *, actor: Signer, seen: str | None = None) -> KnownReport:
    """Say what became of a report; a later answer supersedes the earlier one, which stays. `seen` is the row known of.

    Raises `NotAllowed`, `ReportNotFound`, `ItemNotFound`, `DuplicatesRunInACircle`, `ChangedMeanwhile`.
    """
    access.must_be_allowed(actor, Permission.KEEP_CASES)
    known = selectors.report_id(report)
    resolved = evolve(answer, target=whole_target(answer)) if answer.target else answer
    with custody.act(actor=actor, reason=answer.reason) as act:
        before = selectors.current(ReportOutcome, report=known)
        must_be_as_seen(before, seen, "the outcome of this report")
        if resolved.target == f"report:{known}":
            raise InvalidValue(what="The target", why="a report is no copy of itself")
        copies = resolved.outcome in {Outcome.DUPLICATE_OF, Outcome.EXCERPT_OF}
        if copies and selectors.leads_back(known, resolved.target):
            raise DuplicatesRunInACircle(target=resolved.target)
        act.record("answer_report", answered(known, resolved, before.id if before else None))
    return selectors.report(known)


def _resolved(answer: Answer | None) -> Answer | None:
    """The same answer with its target as a whole id: a copy is one of an item or a report that is here."""
    if answer is None or not answer.target:
        return answer
    return evolve(answer, target=whole_target(answer))


def whole_target(answer: Answer) -> str:
    """The target of an answer with whole ids; words stay where words will do. Raises as `answer_report` does."""
    kind, colon, beginning = answer.target.partition(":")
    copy = answer.outcome in {Outcome.DUPLICATE_OF, Outcome.EXCERPT_OF}
    if not copy and not (colon and kind in {"report", "item", "incident", "case"}):
        # To whom it was referred, in words.
        return line(answer.target, "The target of the outcome")
    if kind == "item":
        return f"item:{preservation.item(beginning).sha256}"
    if kind == "report":
        return f"report:{selectors.report_id(beginning)}"
    if kind == "incident" and not copy:
        return f"incident:{selectors.incident_id(beginning)}"
    if kind == "case" and not copy:
        return f"case:{selectors.case_id(beginning)}"
    raise InvalidValue(what=f"The target {answer.target!r}", why="write it as report:ID or item:DIGEST")


def received(report: str, incoming: Incoming, why: str) -> Record:
    """What the ledger holds of a report."""
    return {
        "subject": f"report:{report}",
        "id": report,
        "summary": incoming.summary,
        "origin": incoming.origin,
        "came_at": None if incoming.came_at is None else incoming.came_at.isoformat(),
        "items": list(incoming.items),
        "reason": why,
    }


def answered(report: str, answer: Answer, supersedes: str | None) -> Record:
    """What the ledger holds of an answer to a report."""
    return {
        "subject": f"report:{report}",
        "id": new_record_id(),
        "report": report,
        "outcome": answer.outcome.value,
        "target": answer.target,
        "reason": answer.reason,
        "supersedes": supersedes,
    }


@projects("receive_report")
def _taken_in(entry: EntryFacts, records: list[Record]) -> None:
    for place, record in enumerate(records):
        report = Report.objects.create(
            id=record["id"],
            place=place,
            summary=record["summary"],
            origin=record["origin"],
            came_at=None if record["came_at"] is None else read_instant(record["came_at"]),
            items=record["items"],
            reason=record["reason"],
            **from_entry(entry),
        )
        for item in dict.fromkeys(record["items"]):
            ReportedItem.objects.create(report=report, item=item, seq=entry.seq)


@projects("answer_report")
def _outcome(entry: EntryFacts, records: list[Record]) -> None:
    for record in records:
        ReportOutcome.objects.create(
            id=record["id"],
            report_id=record["report"],
            outcome=record["outcome"],
            target=record["target"],
            reason=record["reason"],
            supersedes=record["supersedes"],
            **from_entry(entry),
        )
