"""Everything that is read about what came in: what waits for an answer first, then how each report was answered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from attrs import frozen

from probata.access import selectors as access
from probata.cases.models import Report, ReportOutcome
from probata.cases.selectors.chains import current, full_id
from probata.engines import clock
from probata.terms.errors import NotFound

_AT_ONCE = 500


class ReportNotFound(NotFound):
    """No report has that id."""

    code = "report_not_found"
    template = "No report of this workspace has the id {name}."
    advice = "`probata intake` lists them, each with its id."
    advice_here = "The page Intake lists them."


@frozen(kw_only=True)
class KnownOutcome:
    """One answer to a report: what became of it, of what or to whom, and why."""

    row: str
    outcome: str
    target: str
    reason: str
    by: str
    at: datetime

    def as_json(self) -> dict[str, Any]:
        """The outcome as plain data."""
        told = {"outcome": self.outcome, "target": self.target, "reason": self.reason, "by": self.by}
        return {**told, "at": clock.rfc3339(self.at)}


@frozen(kw_only=True)
class KnownReport:
    """Something that came in, every answer to it with the newest last, and how long it has waited for the first."""

    id: str
    summary: str
    origin: str
    came_at: datetime | None
    items: tuple[str, ...]
    received_by: str
    received_at: datetime
    outcomes: tuple[KnownOutcome, ...]
    waits_days: int

    @property
    def answered(self) -> bool:
        """Whether it has an outcome."""
        return bool(self.outcomes)

    @property
    def outcome(self) -> KnownOutcome | None:
        """The outcome that counts; None while it waits."""
        return self.outcomes[-1] if self.outcomes else None

    def as_json(self) -> dict[str, Any]:
        """The report as plain data."""
        return {
            "id": self.id,
            "summary": self.summary,
            "origin": self.origin,
            "came_at": None if self.came_at is None else clock.rfc3339(self.came_at),
            "items": list(self.items),
            "received_by": self.received_by,
            "received_at": clock.rfc3339(self.received_at),
            "waits_days": self.waits_days,
            "outcome": None if self.outcome is None else self.outcome.as_json(),
            "earlier_outcomes": [one.as_json() for one in self.outcomes[:-1]],
        }


def report_id(untrusted_beginning: str) -> str:
    """The id of the report that begins so; raises `ReportNotFound` or `RecordAmbiguous`."""
    return full_id(Report, untrusted_beginning, ReportNotFound)


def report(untrusted_beginning: str, *, now: datetime | None = None) -> KnownReport:
    """One report by its id or the beginning of it; raises `ReportNotFound` or `RecordAmbiguous`."""
    wanted = report_id(untrusted_beginning)
    return _told([Report.objects.get(id=wanted)], now)[0]


def reports(*, entry: int | None = None, now: datetime | None = None) -> list[KnownReport]:
    """Everything that came in (or with one entry): what waits first, the oldest at the top; nothing is left out."""
    rows = Report.objects.filter(**({} if entry is None else {"seq": entry}))
    told = _told(list(rows.order_by("seq", "place", "id")), now)
    return sorted(told, key=lambda one: one.answered)


def unanswered(*, now: datetime | None = None) -> list[KnownReport]:
    """What waits for an outcome, oldest first."""
    rows = Report.objects.exclude(id__in=ReportOutcome.objects.values("report_id"))
    return _told(list(rows.order_by("seq", "place", "id")), now)


def leads_back(report: str, target: str) -> bool:
    """Whether this target is the report itself, or a report whose own targets lead to it in the end."""
    seen: set[str] = set()
    while target.startswith("report:") and target not in seen:
        seen.add(target)
        answer = current(ReportOutcome, report=target.removeprefix("report:"))
        if answer is None or not answer.target:
            break
        target = answer.target
    return f"report:{report}" in seen | {target}


def told(rows: Sequence[Report], *, now: datetime | None = None) -> list[KnownReport]:
    """These rows as they are read elsewhere, in their order."""
    return _told(list(rows), now)


def _outcomes(rows: list[Report]) -> Iterator[ReportOutcome]:
    # A list of thousands of ids is more than a statement holds.
    for start in range(0, len(rows), _AT_ONCE):
        ids = [row.id for row in rows[start : start + _AT_ONCE]]
        yield from ReportOutcome.objects.filter(report__in=ids).order_by("seq")


def _told(rows: list[Report], now: datetime | None) -> list[KnownReport]:
    people, moment = access.names(), now or clock.now()
    outcomes: dict[str, list[KnownOutcome]] = {}
    for one in _outcomes(rows):
        outcomes.setdefault(one.report_id, []).append(
            KnownOutcome(
                row=one.id,
                outcome=one.outcome,
                target=one.target,
                reason=one.reason,
                by=people.get(one.written_by, "unknown"),
                at=one.at,
            )
        )
    return [_report(row, tuple(outcomes.get(row.id, ())), people, moment) for row in rows]


def _report(row: Report, outcomes: tuple[KnownOutcome, ...], people: dict[str, str], now: datetime) -> KnownReport:
    until = outcomes[0].at if outcomes else now
    return KnownReport(
        id=row.id,
        summary=row.summary,
        origin=row.origin,
        came_at=row.came_at,
        items=tuple(row.items),
        received_by=people.get(row.written_by, "unknown"),
        received_at=row.at,
        outcomes=outcomes,
        waits_days=max(0, (until - row.at).days),
    )
