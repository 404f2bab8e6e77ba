"""Reviews: two people judge, the second blind to the first; what they agree on is sealed."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router

from probata.access.roles import Permission
from probata.terms.reading import word
from probata.verification import selectors, services
from probata.verification.assessments import Assessment, Dimension, Standard
from probata.verification.turns import NoPlace, Step, Turn, turn
from probata.web.api.door import actor, caller
from probata.web.api.saying import (
    Given,
    Name,
    Part,
    Record,
    WithReason,
    Words,
    answer,
    part_of,
    proposition_named,
    told,
)
from probata.web.gate import sight

router = Router(tags=["reviews"])


class Opened(WithReason):
    """Which proposition is to be judged, in which respect; and what the review is to stand instead of."""

    proposition: Name
    dimension: Name
    supersedes: Name = ""
    replaces: Name = ""


class Judged(Given):
    """What a person judges."""

    assessment: Record


class Sealed(Given):
    """Why the confidence is what it is, and the standard of proof that two people say is met."""

    because: Words
    standard: Name | None = None


@router.get("/reviews", **told("assess", Permission.LIST_ITEMS))
def reviews(request: HttpRequest, part: Part, state: Name = "") -> Any:
    """Every review as far as its reader may see it, oldest first; of one state, if asked."""
    hidden = sight.of(request)
    every = [
        one
        for one in selectors.reviews(actor(request).key_id)
        if state in ("", one.state.value) and not hidden.hides(one.id, one.proposition)
    ]
    rows, more = part_of(every, part)
    return answer("assess", {"reviews": [_as_seen(request, one) for one in rows], **more})


@router.post("/reviews", **told("assess", Permission.ASSESS))
def open_review(request: HttpRequest, given: Opened) -> Any:
    """Open a review of a proposition."""
    made = services.open_review(
        proposition_named(request, given.proposition),
        word({"dimension": given.dimension}, "dimension", Dimension),
        actor=actor(request),
        supersedes=given.supersedes,
        replaces=given.replaces,
        reason=given.reason,
    )
    return _one(request, made.id)


@router.get("/reviews/{review}", **told("assess", Permission.LIST_ITEMS))
def review(request: HttpRequest, review: Name) -> Any:
    """One review, with those opinions that its reader may read."""
    return _one(request, review)


def _one(request: HttpRequest, review: str) -> dict[str, Any]:
    known = selectors.review(review, actor(request).key_id)
    return answer("assess", {"reviews": [_as_seen(request, known)]})


def _as_seen(request: HttpRequest, known: selectors.KnownReview) -> dict[str, Any]:
    """The review as plain data; to whoever is to judge nothing is told that was found before."""
    mine = _turn(request, known)
    told_ = known.as_json()
    if mine.blind or mine.step in {Step.TAKE, Step.JUDGE_FIRST}:
        told_ |= {name: None for name in ("supersedes", "replaces") if name in told_}
    return told_


def _turn(request: HttpRequest, known: selectors.KnownReview) -> Turn:
    who = caller(request)
    return turn(known, who.person.name, who.roles)


@router.post("/reviews/{review}/take", **told("assess", Permission.ASSESS))
def take(request: HttpRequest, review: Name) -> Any:
    """Take the open place; the answer is what is to be judged, and by what, and no word of what others found."""
    task = services.take(review, actor=actor(request))
    return answer("assess", {"reviews": [], "task": task.as_json()})


@router.get("/reviews/{review}/task", **told("assess", Permission.ASSESS))
def task(request: HttpRequest, review: Name) -> Any:
    """The task again, for whoever holds a place in which a judgement is still due."""
    known = selectors.review(review, actor(request).key_id)
    if not _turn(request, known).blind:
        raise NoPlace(person=caller(request).person.name, review=known.id[:8])
    return answer("assess", {"reviews": [], "task": selectors.task(known.id).as_json()})


@router.post("/reviews/{review}/assess", **told("assess", Permission.ASSESS))
def assess(request: HttpRequest, review: Name, given: Judged) -> Any:
    """Judge: what is recorded is final."""
    services.assess(review, Assessment.from_json(given.assessment), actor=actor(request))
    return _one(request, review)


@router.post("/reviews/{review}/seal", **told("assess", Permission.SEAL_FINDINGS))
def seal(request: HttpRequest, review: Name, given: Sealed) -> Any:
    """Seal what two people found alike, or a third decided."""
    standard = None if given.standard is None else word({"standard": given.standard}, "standard", Standard)
    made = services.seal(review, actor=actor(request), because=given.because, standard=standard)
    return _findings([made])


@router.get("/findings", **told("assess", Permission.LIST_ITEMS))
def findings(request: HttpRequest, part: Part, ended: bool = False) -> Any:
    """What was sealed, oldest first; also what was superseded, if asked."""
    hidden = sight.of(request)
    every = [one for one in selectors.findings(standing=not ended) if not hidden.hides(one.review, one.proposition)]
    rows, more = part_of(every, part)
    return _findings(rows, more)


@router.get("/findings/{finding}", **told("assess", Permission.LIST_ITEMS))
def finding(request: HttpRequest, finding: Name) -> Any:
    """One sealed finding."""
    return _findings([selectors.finding(finding)])


def _findings(found: Any, more: Any = None) -> dict[str, Any]:
    return answer("assess", {"reviews": [], "findings": [one.as_json() for one in found], **(more or {})})
