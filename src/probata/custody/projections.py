"""Rows are projections of ledger entries: one function an action, used when writing and again when rebuilding.

A room registers, in its `services.py`, what an action means for its tables. Because no other code makes recorded
rows, `probata rebuild` gives the same tables from the ledger alone.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from attrs import frozen

from probata.custody.canonical import Record
from probata.custody.entries import Entry
from probata.terms.errors import CustodyError


class ActionUnknown(CustodyError):
    """No room knows an action that the ledger names."""

    code = "action_unknown"
    template = "The ledger names the action {action!r}, which no room of this version knows."
    advice = "Use the version of Probata that wrote it, or a newer one."


@frozen(kw_only=True)
class EntryFacts:
    """What a projection may know of its entry."""

    seq: int
    act_id: str
    actor: str
    action: str
    at: datetime
    via: str = ""

    @classmethod
    def of(cls, entry: Entry, *, via: str) -> EntryFacts:
        """What an entry tells of itself, signed or not, and what its act tells: through what it was done."""
        return cls(seq=entry.seq, act_id=entry.act, actor=entry.actor, action=entry.action, at=entry.at, via=via)


Projection = Callable[[EntryFacts, list[Record]], None]

_projections: dict[str, Projection] = {}


def projects(action: str) -> Callable[[Projection], Projection]:
    """Register a function as what `action` means for its room's tables; one function an action."""

    def register(function: Projection) -> Projection:
        known = _projections.setdefault(action, function)
        if known is not function:
            msg = f"two rooms project {action!r}"
            raise RuntimeError(msg)
        return function

    return register


def project(facts: EntryFacts, records: list[Record]) -> None:
    """Make the rows that an entry stands for; raises `ActionUnknown`."""
    try:
        function = _projections[facts.action]
    except KeyError:
        raise ActionUnknown(action=facts.action) from None
    function(facts, records)


def known_actions() -> list[str]:
    """Every action some room projects, in order."""
    return sorted(_projections)
