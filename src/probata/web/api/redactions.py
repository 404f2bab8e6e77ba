"""Redactions: what is masked and muted in an item, proposed as a whole plan, rendered, and withdrawn.

Nothing here releases or refuses one: that takes a person who looked at the rendition.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router

from probata.access.roles import Permission
from probata.preservation import selectors as preservation
from probata.redaction import selectors, services
from probata.redaction.plan import RedactionPlan
from probata.redaction.selectors import KnownRedaction
from probata.terms.errors import InvalidValue
from probata.web.api.door import actor, caller
from probata.web.api.saying import Given, Name, Part, Record, WithReason, Words, answer, item_named, part_of, told
from probata.web.shown import redacted

router = Router(tags=["redactions"])


class Proposed(Given):
    """A whole plan as `probata redact --plan` takes it, why, and the earlier redaction in whose place it is to go."""

    plan: Record
    reason: Words
    supersedes: Name = ""


class Withdrawn(Given):
    """Why what one proposed oneself is not to go."""

    reason: Words


@router.get("/items/{item}/redactions", **told("redact", Permission.LIST_ITEMS))
def redactions(request: HttpRequest, item: Name, part: Part) -> Any:
    """Every redaction of an item, the newest first: its plan, how far it is, and what the look at it found."""
    digest = preservation.item(item).sha256
    rows, more = part_of(selectors.redactions(digest), part)
    return answer("redact", {"item": digest, "redactions": [_told(one) for one in rows], **more})


@router.post("/items/{item}/redactions", **told("redact", Permission.REDACT))
def propose(request: HttpRequest, item: Name, given: Proposed) -> Any:
    """Propose a whole plan; nothing is rendered by it, and nothing goes."""
    digest = preservation.item(item).sha256
    plan = RedactionPlan.from_json({"item": digest, **given.plan})
    if plan.item != digest:
        # An item that is kept from the caller is as unknown here as one that nobody has.
        item_named(request, plan.item)
        raise InvalidValue(what="A plan of redaction", why="it is of another item than the address names")
    supersedes = redacted.superseded(request, given.supersedes)
    return _one(services.propose(plan, actor=actor(request), reason=given.reason, supersedes=supersedes))


@router.get("/redactions/{redaction}", **told("redact", Permission.LIST_ITEMS))
def redaction(request: HttpRequest, redaction: Name) -> Any:
    """One redaction: plan, state, the rendition's digest and what the look found; while it is rendered, how far."""
    return _one(selectors.redaction(redaction))


@router.post("/redactions/{redaction}/render", **told("redact", Permission.REDACT))
def render(request: HttpRequest, redaction: Name, given: WithReason) -> Any:
    """Begin to render it; `work` says how far it is, and the answer to `GET` has the rendition once it is made."""
    known = selectors.redaction(redaction)
    services.must_be_renderable(known)
    who = caller(request)
    redacted.begin_rendering(known, actor=who.signer, by=who.person.name, reason=given.reason)
    return _one(selectors.redaction(known.id))


@router.post("/redactions/{redaction}/withdraw", **told("redact", Permission.REDACT))
def withdraw(request: HttpRequest, redaction: Name, given: Withdrawn) -> Any:
    """Withdraw what one proposed oneself, before anybody decided."""
    return _one(services.withdraw(redaction, actor=actor(request), reason=given.reason))


def _one(known: KnownRedaction) -> dict[str, Any]:
    return answer("redact", {"item": known.item, "redactions": [_told(known)]})


def _told(known: KnownRedaction) -> dict[str, Any]:
    """The redaction as plain data, and the newest work on it as long as the workbench remembers."""
    job = redacted.job_of(known)
    work = None
    if job is not None:
        work = {"going": job.going, "pictures_done": job.done, "pictures": job.total, "trouble": job.error}
    return {**known.as_json(), "work": work}
