"""What came in from outside, as a program takes it in and answers it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from attrs import frozen

from probata.client.calling import Answer, Calls

Record = Mapping[str, Any]


@frozen
class Intake:
    """What came in."""

    calls: Calls

    def all(self, *, waiting: bool = False) -> Iterator[Answer]:
        """Every report, what waits first."""
        return self.calls.pages("reports", "intake", waiting=waiting)

    def one(self, report: str) -> Answer:
        """One report."""
        return _first(self.calls.get("intake", report))

    def receive(self, summary: str, **more: object) -> Answer:
        """Take one in: `origin`, `came_at`, `items`."""
        return _first(self.calls.post("intake", summary=summary, **more))

    def receive_together(self, reports: Sequence[Record], *, reason: str) -> list[Answer]:
        """Take many in, by one act: all of them or none."""
        told: list[Answer] = self.calls.post("intake", "together", reports=reports, reason=reason)["reports"]
        return told

    def assign(self, reports: Sequence[str], to: str, *, reason: str) -> list[Answer]:
        """Say who is to answer these; nobody, where `to` is empty."""
        told: list[Answer] = self.calls.post("intake", "assign", reports=reports, to=to, reason=reason)["reports"]
        return told

    def answer(self, report: str, outcome: str, *, reason: str, target: str = "") -> Answer:
        """Say what became of it."""
        given = {"outcome": outcome, "target": target, "reason": reason}
        return _first(self.calls.post("intake", report, "answer", **given))


def _first(told: Answer) -> Answer:
    found: Answer = told["reports"][0]
    return found
