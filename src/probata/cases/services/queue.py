"""Working through what came in: several answered alike in one act, and who is to answer what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import evolve

from probata.access import selectors as access_selectors
from probata.access import services as access
from probata.access.roles import Permission, demand
from probata.cases import selectors
from probata.cases.incoming import Answer, Incoming
from probata.cases.models import Report, ReportAssignment, ReportedItem, ReportOutcome
from probata.cases.outcomes import Outcome
from probata.cases.selectors import KnownReport
from probata.cases.services.intake import DuplicatesRunInACircle, answered, received, whole_target
from probata.cases.services.writing import ChangedMeanwhile, from_entry, must_be_as_seen
from probata.cases.wording import passage
from probata.custody import services as custody
from probata.custody.canonical import Record
from probata.custody.entries import Signer
from probata.custody.projections import EntryFacts, projects
from probata.preservation import selectors as preservation
from probata.terms.errors import InvalidValue
from probata.terms.ids import new_record_id

MOST = 500
"""How many things one act may answer or hand over."""


def triage(
    names: Sequence[str], answer: Answer, *, actor: Signer, seen: Mapping[str, str] | None = None
) -> list[KnownReport]:
    """Answer several things alike, all in one act or none: `report:ID`, or `item:DIGEST` of one without a report.

    An item without a report gets one that says just that, so that its answer has a place. `seen` says by name which
    outcome the person knew of (`""` for none). Raises `NotAllowed`, `ReportNotFound`, `ItemNotFound`, `InvalidValue`,
    `DuplicatesRunInACircle`, `ChangedMeanwhile`.
    """
    access.must_be_allowed(actor, Permission.KEEP_CASES)
    reports, items = _things(names)
    if items:
        access.must_be_allowed(actor, Permission.RECORD_CLAIMS)
    resolved = evolve(answer, target=whole_target(answer)) if answer.target else answer
    made = {new_record_id(): Incoming(summary=_without_a_report(item), items=(item,)) for item in items}
    with custody.act(actor=actor, reason=answer.reason) as act:
        _must_be_free(items)
        before = {one: selectors.current(ReportOutcome, report=one) for one in reports}
        for one, row in before.items():
            must_be_as_seen(row, (seen or {}).get(f"report:{one}"), "the outcome of this report")
        _must_be_of_another(resolved, reports, items)
        if made:
            act.record("receive_report", *[received(one, told, answer.reason) for one, told in made.items()])
        chains = [(one, row.id if row else None) for one, row in before.items()] + [(one, None) for one in made]
        act.record("answer_report", *[answered(one, resolved, supersedes) for one, supersedes in chains])
    return [selectors.report(one) for one in (*reports, *made)]


def assign_reports(
    names: Sequence[str], person: str, *, actor: Signer, reason: str, seen: Mapping[str, str] | None = None
) -> list[str]:
    """Say who is to answer these reports (`report:ID`), in one act; `person` is a name, empty for nobody any more.

    `seen` says by name whose they were known to be. Raises `NotAllowed`, also where that person may not answer;
    `ReportNotFound`, `PersonNotFound`, `ChangedMeanwhile`, `InvalidValue`.
    """
    access.must_be_allowed(actor, Permission.KEEP_CASES)
    why = passage(reason, "The reason")
    reports, items = _things(names)
    if items:
        raise InvalidValue(what="An item without a report", why="it has no report that could be handed to somebody")
    key = _who_may_answer(person)
    with custody.act(actor=actor, reason=why) as act:
        records: list[Record] = []
        for one in reports:
            before = selectors.current(ReportAssignment, report=one)
            known = (seen or {}).get(f"report:{one}")
            if known is not None and known != (before.person if before else ""):
                raise ChangedMeanwhile(what="who is to answer this report")
            if (before.person if before else "") != key:
                records.append(_assigned(one, key, why, before.id if before else None))
        if not records:
            raise InvalidValue(what="The person", why="these reports are that person's already")
        act.record("assign_report", *records)
    return reports


def _things(names: Sequence[str]) -> tuple[list[str], list[str]]:
    """Whole ids of reports and whole digests of items, each once."""
    if not 0 < len(names) <= MOST:
        raise InvalidValue(what="The choice", why=f"it takes from 1 to {MOST} reports or items at once")
    found: dict[str, dict[str, None]] = {"report": {}, "item": {}}
    for name in names:
        kind, _colon, beginning = name.partition(":")
        if kind == "report":
            found[kind][selectors.report_id(beginning)] = None
        elif kind == "item":
            found[kind][preservation.item(beginning).sha256] = None
        else:
            raise InvalidValue(what=f"The name {name[:80]!r}", why="write it as report:ID or item:DIGEST")
    return list(found["report"]), list(found["item"])


def _without_a_report(item: str) -> str:
    return f"Item {item[:8]} came without a report"


def _must_be_free(items: Sequence[str]) -> None:
    if items and ReportedItem.objects.filter(item__in=items).exists():
        raise ChangedMeanwhile(what="an item that was without a report")


def _must_be_of_another(answer: Answer, reports: Sequence[str], items: Sequence[str]) -> None:
    """A copy is one of something else: not of itself, not of its own item, and not round in a circle."""
    if answer.outcome not in {Outcome.DUPLICATE_OF, Outcome.EXCERPT_OF}:
        return
    own = {f"report:{one}" for one in reports} | {f"item:{one}" for one in items}
    if answer.target in own:
        raise InvalidValue(what="The target", why="it is among those that are answered: nothing is a copy of itself")
    of_reports = ReportedItem.objects.filter(report__in=reports, item=answer.target.removeprefix("item:"))
    if answer.target.startswith("item:") and of_reports.exists():
        raise InvalidValue(what="The target", why="the report is about this very item")
    if any(selectors.leads_back(one, answer.target) for one in reports):
        raise DuplicatesRunInACircle(target=answer.target)


def _who_may_answer(name: str) -> str:
    if not name:
        return ""
    person = access_selectors.person(name)
    demand(person.name, access_selectors.roles(person.pk), Permission.KEEP_CASES)
    return str(person.key_id)


def _assigned(report: str, person: str, why: str, supersedes: str | None) -> Record:
    return {
        "subject": f"report:{report}",
        "id": new_record_id(),
        "report": report,
        "person": person,
        "reason": why,
        "supersedes": supersedes,
    }


@projects("assign_report")
def _given(entry: EntryFacts, records: list[Record]) -> None:
    for record in records:
        ReportAssignment.objects.create(
            id=record["id"],
            report=Report.objects.get(id=record["report"]),
            person=record["person"],
            reason=record["reason"],
            supersedes=record["supersedes"],
            **from_entry(entry),
        )
