"""What is masked and muted in items, as a program proposes and renders it; a person releases it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import frozen

from probata.client.calling import Answer, Calls

Record = Mapping[str, Any]


@frozen
class Redactions:
    """What is masked and muted in items."""

    calls: Calls

    def of(self, item: str) -> Iterator[Answer]:
        """Every redaction of an item, the newest first."""
        return self.calls.pages("redactions", "items", item, "redactions")

    def one(self, redaction: str) -> Answer:
        """One redaction; `work` says how far its rendering is."""
        return _first(self.calls.get("redactions", redaction))

    def propose(self, item: str, plan: Record, *, reason: str, supersedes: str = "") -> Answer:
        """Propose a whole plan, as `probata redact --plan` takes it."""
        given = {"plan": plan, "reason": reason, "supersedes": supersedes}
        return _first(self.calls.post("items", item, "redactions", **given))

    def render(self, redaction: str, *, reason: str = "") -> Answer:
        """Begin to render it; ask for `one` until it has its `rendering`, or `work` tells of trouble."""
        return _first(self.calls.post("redactions", redaction, "render", reason=reason))

    def withdraw(self, redaction: str, *, reason: str) -> Answer:
        """Withdraw what one proposed oneself."""
        return _first(self.calls.post("redactions", redaction, "withdraw", reason=reason))


def _first(told: Answer) -> Answer:
    found: Answer = told["redactions"][0]
    return found
