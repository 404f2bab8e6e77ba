"""What every write of this room shares: what a row takes from its entry, and the refusal of what comes too late."""

from __future__ import annotations

from typing import Any

from probata.cases.models import Superseding
from probata.custody.projections import EntryFacts
from probata.terms.errors import Refused


class ChangedMeanwhile(Refused):
    """Somebody wrote a newer row between looking and writing."""

    code = "changed_meanwhile"
    template = "Somebody changed {what} meanwhile; your change was not recorded."
    advice = "Look at it again, and change it then if you still would."


def must_be_as_seen(row: Superseding | None, seen: str | None, what: str) -> None:
    """Raise `ChangedMeanwhile` where the person says which row they saw (`""` for none) and another is the newest."""
    if seen is not None and seen != (row.id if row else ""):
        raise ChangedMeanwhile(what=what)


def from_entry(entry: EntryFacts) -> dict[str, Any]:
    """What a row takes from its entry of the ledger."""
    return {"written_by": entry.actor, "at": entry.at, "seq": entry.seq}
