"""What machines propose about items, what people decide about it, and what people saw and heard themselves."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest
from ninja import Router

from probata.access.roles import Permission
from probata.analysis import selectors, services
from probata.analysis.observations import Observation
from probata.preservation import selectors as preservation
from probata.terms.words import Confidence
from probata.web.api.door import actor
from probata.web.api.saying import Given, Line, Name, Record, Whole, WithReason, Words, answer, told

router = Router(tags=["candidates and observations"])


class Decision(WithReason):
    """What is decided about a candidate; `text` are the right words, where it is corrected."""

    decision: Literal["accepted", "corrected", "rejected", "reopened"]
    text: Words = ""
    seen: Whole | None = None


class Translation(WithReason):
    """A translation by a person; by whoever calls, unless `translator` names somebody else."""

    text: Words
    language: Name
    translator: Line = ""


class Check(WithReason):
    """Whether a translation by somebody else holds."""

    holds: bool


class TakenOver(WithReason):
    """How sure a person is of what they take over from a machine."""

    certainty: Literal["low", "moderate", "high"] = "moderate"


class Observed(WithReason):
    """What was seen or heard, without the item, which the address names; and what it stands instead of."""

    observation: Record
    supersedes: Name | None = None


class Reason(Given):
    """Why, which is never left out here."""

    reason: Words


@router.get("/items/{item}/candidates", **told("candidates", Permission.LIST_ITEMS))
def candidates(
    request: HttpRequest,
    item: Name,
    only: Name = "",
    undecided: bool = False,
) -> Any:
    """Every candidate of the current looks, or of one analyser; those alone that nobody has decided about, if asked."""
    digest = preservation.item(item).sha256
    looks = [look for name, look in sorted(selectors.current_looks(digest).items()) if only in ("", name)]
    found = [one for look in looks for one in selectors.candidates(digest, look)]
    return _told(digest, [one for one in found if not undecided or one.standing.state == "candidate"])


def _told(item: str, found: list[selectors.Candidate]) -> dict[str, Any]:
    return answer("candidates", {"item": item, "candidates": [one.as_json() for one in found]})


@router.post("/items/{item}/candidates/{track}/{number}/decide", **told("candidates", Permission.DECIDE))
def decide(request: HttpRequest, item: Name, track: Name, number: Whole, given: Decision) -> Any:
    """Accept, correct, reject or reopen a candidate."""
    digest = preservation.item(item).sha256
    made = services.decide(
        digest,
        track,
        number,
        actor=actor(request),
        decision=given.decision,
        text=given.text,
        reason=given.reason,
        seen=given.seen,
    )
    return _told(digest, [made])


@router.post("/items/{item}/candidates/{track}/{number}/translate", **told("candidates", Permission.DECIDE))
def translate(request: HttpRequest, item: Name, track: Name, number: Whole, given: Translation) -> Any:
    """Record a person's translation of a candidate's words."""
    digest = preservation.item(item).sha256
    services.translate(
        digest,
        track,
        number,
        actor=actor(request),
        text=given.text,
        language=given.language,
        translator=given.translator,
        reason=given.reason,
    )
    return _told(digest, [selectors.candidate(digest, track, number)])


@router.post("/translations/{translation}/check", **told("candidates", Permission.DECIDE))
def check(request: HttpRequest, translation: Name, given: Check) -> Any:
    """Be the second check of a translation by somebody else."""
    known = services.check_translation(translation, actor=actor(request), holds=given.holds, reason=given.reason)
    return _told(known.item, [selectors.candidate(known.item, known.track_sha256, known.entry)])


@router.post("/items/{item}/candidates/{track}/{number}/observe", **told("observe", Permission.DECIDE))
def take_over(request: HttpRequest, item: Name, track: Name, number: Whole, given: TakenOver) -> Any:
    """Record a candidate that was accepted or corrected as an observation; it stays marked as a machine's."""
    digest = preservation.item(item).sha256
    certainty = Confidence(given.certainty)
    made = services.observe_candidate(
        digest, track, number, actor=actor(request), certainty=certainty, reason=given.reason
    )
    return _observed(digest, [made])


@router.get("/items/{item}/observations", **told("observe", Permission.LIST_ITEMS))
def observations(request: HttpRequest, item: Name, ended: bool = False) -> Any:
    """What people saw and heard in an item; also what was superseded or withdrawn, if asked."""
    digest = preservation.item(item).sha256
    return _observed(digest, selectors.observations(digest, standing=not ended))


def _observed(item: str, found: list[selectors.KnownObservation]) -> dict[str, Any]:
    tallies = [one.as_json() for one in selectors.counts(item)]
    return answer("observe", {"item": item, "observations": [one.as_json() for one in found], "counts": tallies})


@router.post("/items/{item}/observations", **told("observe", Permission.DECIDE))
def observe(request: HttpRequest, item: Name, given: Observed) -> Any:
    """Record what a person saw or heard, or sees now instead of an observation that it supersedes."""
    digest = preservation.item(item).sha256
    observation = Observation.from_json({**given.observation, "item": digest})
    made = services.observe(observation, actor=actor(request), reason=given.reason, supersedes=given.supersedes)
    return _observed(digest, [made])


@router.post("/observations/{observation}/withdraw", **told("observe", Permission.DECIDE))
def withdraw(request: HttpRequest, observation: Name, given: Reason) -> Any:
    """Record that an observation does not stand any more, and why."""
    made = services.withdraw(observation, actor=actor(request), reason=given.reason)
    return _observed(made.observation.item, [made])
