"""Everything that is read about redactions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from attrs import field, frozen

from probata.access import selectors as access
from probata.analysis import selectors as analysis
from probata.engines import clock
from probata.preservation import selectors as preservation
from probata.redaction.models import RELEASED, Redaction
from probata.redaction.plan import RedactionPlan
from probata.terms.errors import NotFound

KIND = "redacted"
"""The kind of rendition that rendering adds to an item."""
FACES = "faces"


class RedactionNotFound(NotFound):
    """No redaction has that id."""

    code = "redaction_not_found"
    template = "No redaction of this workspace has the id {wanted}."
    advice = "`probata redact ITEM` lists those of an item, each with its id."
    advice_here = "The item's page lists its redactions."


@frozen(kw_only=True)
class KnownRendering:
    """The rendition of a redaction: what it is, what the look at it found, and who had it made."""

    sha256: str
    media_type: str
    checked: dict[str, Any] = field(repr=False)
    notes: tuple[str, ...]
    by: str
    by_key: str
    at: datetime
    seq: int

    def as_json(self) -> dict[str, Any]:
        """The rendering as plain data."""
        told = {name: getattr(self, name) for name in ("sha256", "media_type", "checked", "by")}
        return {**told, "notes": list(self.notes), "at": clock.rfc3339(self.at)}


@frozen(kw_only=True)
class KnownRedaction:
    """A redaction as it stands: what is proposed and by whom, its rendition, and what a second person decided."""

    id: str
    plan: RedactionPlan = field(repr=False)
    plan_sha256: str
    reason: str
    proposed_by: str
    proposed_key: str
    at: datetime
    seq: int
    supersedes: str = ""
    superseded_by: str = ""
    rendering: KnownRendering | None = None
    decision: str = ""
    decided_by: str = ""
    decided_key: str = ""
    decided_because: str = ""
    decided_at: datetime | None = None
    decided_seq: int = 0

    @property
    def item(self) -> str:
        """The item that it is of."""
        return str(self.plan.item)

    @property
    def state(self) -> str:
        """One word: proposed, rendered, released, refused, withdrawn or superseded."""
        if self.decision and self.decision != RELEASED:
            return self.decision
        if self.superseded_by:
            return "superseded"
        return self.decision or ("rendered" if self.rendering else "proposed")

    @property
    def was_released(self) -> bool:
        """Whether a second person released it, whatever came after."""
        return self.decision == RELEASED

    @property
    def stands(self) -> bool:
        """Whether a second person released it and nothing takes its place: its rendition may go to others."""
        return self.state == RELEASED

    def as_json(self) -> dict[str, Any]:
        """The redaction as plain data."""
        return {
            "id": self.id,
            "item": self.item,
            "plan": self.plan.as_json(),
            "plan_sha256": self.plan_sha256,
            "state": self.state,
            "reason": self.reason,
            "supersedes": self.supersedes or None,
            "superseded_by": self.superseded_by or None,
            "proposed_by": self.proposed_by,
            "proposed_at": clock.rfc3339(self.at),
            "rendering": None if self.rendering is None else self.rendering.as_json(),
            "decided_by": self.decided_by or None,
            "decided_at": None if self.decided_at is None else clock.rfc3339(self.decided_at),
            "decided_because": self.decided_because or None,
        }


def redactions(item: str) -> list[KnownRedaction]:
    """Every redaction of an item, the newest first."""
    return _known(Redaction.objects.filter(item=item))


def waiting_for(key_id: str) -> list[KnownRedaction]:
    """Redactions that were rendered and wait for somebody else than who proposed them, the oldest first."""
    rows = Redaction.objects.filter(decision=None).exclude(rendering=None).exclude(proposed_by=key_id)
    return [one for one in reversed(_known(rows)) if one.state == "rendered"]


def redaction(wanted: str) -> KnownRedaction:
    """The redaction whose id begins so; raises `RedactionNotFound` where none or several do."""
    found = _known(Redaction.objects.filter(id__startswith=wanted)) if wanted.isalnum() else []
    if len(found) != 1:
        raise RedactionNotFound(wanted=wanted or "nothing")
    return found[0]


def standing(items: Iterable[str]) -> dict[str, KnownRedaction]:
    """For each of these items the newest redaction whose rendition may go to others; items without one are left out."""
    rows = _known(Redaction.objects.filter(item__in=list(items)))
    return {one.item: one for one in reversed(rows) if one.stands}


def rendition_of(known: KnownRedaction) -> preservation.RenditionRow | None:
    """The rendition of a redaction as preservation knows it; None where none was made."""
    if known.rendering is None:
        return None
    rows = preservation.renditions(known.item)
    return next((one for one in rows if one.kind == KIND and one.sha256 == known.rendering.sha256), None)


def faces(item: str) -> list[analysis.Candidate]:
    """Faces that a program proposes to mask in an item, and that nobody rejected: each takes a person's word."""
    look = analysis.current_looks(item).get(FACES)
    if look is None or look.outcome != "found":
        return []
    every = analysis.candidates(item, look)
    return [one for one in every if one.kind == "face_to_mask" and one.standing.state != "rejected"]


def _known(rows: Any) -> list[KnownRedaction]:  # noqa: ANN401  a query of this room's rows
    names = access.names()
    found = rows.select_related("rendering", "decision").prefetch_related("superseded_by__decision").order_by("-seq")
    return [_one(row, names) for row in found]


def _one(row: Redaction, names: dict[str, str]) -> KnownRedaction:
    decided, made = getattr(row, "decision", None), getattr(row, "rendering", None)
    told: dict[str, Any] = {}
    if decided is not None:
        told = {
            "decision": decided.decision,
            "decided_by": names.get(decided.decided_by, "unknown"),
            "decided_key": decided.decided_by,
            "decided_because": decided.reason,
            "decided_at": decided.at,
            "decided_seq": decided.seq,
        }
    if made is not None:
        told["rendering"] = KnownRendering(
            sha256=made.rendition_sha256,
            media_type=made.media_type,
            checked=made.checked,
            notes=tuple(made.notes),
            by=names.get(made.rendered_by, "unknown"),
            by_key=made.rendered_by,
            at=made.at,
            seq=made.seq,
        )
    later = [one for one in row.superseded_by.all() if _counts(one)]
    return KnownRedaction(
        id=row.id,
        plan=RedactionPlan.from_json(row.plan),
        plan_sha256=row.plan_sha256,
        reason=row.reason,
        proposed_by=names.get(row.proposed_by, "unknown"),
        proposed_key=row.proposed_by,
        at=row.at,
        seq=row.seq,
        supersedes=row.supersedes_id or "",
        superseded_by=later[0].id if later else "",
        **told,
    )


def _counts(later: Redaction) -> bool:
    """Whether a later redaction takes the place of an earlier one: unless it was refused or withdrawn."""
    decided = getattr(later, "decision", None)
    return decided is None or decided.decision == RELEASED
