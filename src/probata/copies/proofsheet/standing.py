"""What the record holds of the relation that a sheet shows: where it is written, and what a person said of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from attrs import frozen

from probata.copies.relations import Relation
from probata.engines.clock import rfc3339
from probata.terms.showing import shown

PROPOSED = "A machine proposes this relation. It stands when a person has confirmed it."


@frozen(kw_only=True)
class Standing:
    """A relation's place in the record, and the newest decision about it; `state` as the record has it."""

    relation: str
    seq: int
    at: datetime
    state: str
    decided_by: str = ""
    decided_why: str = ""

    def as_json(self) -> dict[str, Any]:
        """The same as plain data."""
        return {
            "relation": self.relation,
            "seq": self.seq,
            "at": rfc3339(self.at),
            "state": self.state,
            "decided_by": self.decided_by,
            "decided_why": self.decided_why,
        }


def told(relation: Relation, standing: Standing | None, anew: Sequence[Relation]) -> Iterator[str]:
    """Whose word the relation is, where it is written, and what comparing the two for this sheet gave."""
    decided = standing is not None and standing.state != "candidate"
    if standing is not None and decided:
        yield f"{standing.state.capitalize()} by {shown(standing.decided_by)}: {shown(standing.decided_why)}"
    elif relation.kind != "same_bytes":
        yield PROPOSED
    if standing is not None:
        at = standing.at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
        yield f"In the record: relation {standing.relation}, entry {standing.seq}, {at}."
        yield _again(relation, anew)


def _again(relation: Relation, anew: Sequence[Relation]) -> str:
    # The recorded stretches are shown on the files of today; whether today's methods agree is the reader's to know.
    lead = "The two originals were compared again to make this sheet"
    if any(one.kind == relation.kind for one in anew):
        return f"{lead}; a relation of the same kind was found. Stretches and reasons are those of the record."
    return f"{lead}, and no relation of this kind was found then. Stretches and reasons are those of the record."
