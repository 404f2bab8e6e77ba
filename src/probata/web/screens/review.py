"""One review: the first judges, the second and third judge blind by what they were given, and what agrees is sealed."""

from __future__ import annotations

from typing import Any

from attrs import frozen
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from probata.access import selectors as access
from probata.access.roles import Permission
from probata.terms.errors import InvalidValue, ProbataError
from probata.terms.text import safe_text
from probata.terms.words import Confidence, Judgement, Likelihood
from probata.verification import selectors, services
from probata.verification.assessments import Dimension, Finding, Result, Standard, State, bands_of
from probata.verification.selectors import KnownOpinion, KnownReview
from probata.verification.turns import Bar, Step, Turn, turn
from probata.web.answers import done
from probata.web.gate import presence, sight
from probata.web.gate.permission import decision, person, require, who_may
from probata.web.shown import evidence, judging
from probata.web.shown.judging import Evidence

_QUERY_LENGTH = 200


@frozen(kw_only=True)
class Answer:
    """One person's answer as a column: the opinion, and the records that it names, side by side."""

    opinion: KnownOpinion
    sides: dict[str, list[Evidence]]


@frozen(kw_only=True)
class Barred:
    """Somebody who can do nothing in a review now, and why."""

    name: str
    bar: Bar
    needed: str


@require_safe
def review(request: HttpRequest, review: str) -> HttpResponse:
    """A review as far as this person may see it, with the one thing that they can do in it now."""
    require(request, Permission.LIST_ITEMS)
    known, mine = seen_by(request, review)
    context: dict[str, Any] = {
        "review": known,
        "turn": mine,
        "places": sorted(known.places.items()),
        "barred": barred(known),
        "answers": [Answer(opinion=one, sides=judging.sided(one)) for one in known.opinions],
        "differs": judging.differing(known.opinions),
        "apart": judging.apart(known.opinions[1].distance) if len(known.opinions) > 1 else [],
        "agreed": known.state in {State.AGREED, State.ADJUDICATED},
    }
    # To whoever judges blind nothing is told that was found before, not even that there is such a finding.
    context["told_before"] = not (mine.blind or mine.step in {Step.TAKE, Step.JUDGE_FIRST})
    if mine.step in {Step.JUDGE_FIRST, Step.JUDGE}:
        context |= {**judging.form(), "halted": services.halted(known), "asks_where": _asks(known)}
        if mine.blind:
            context["given"] = _given(known, watched_for=known.id)
        else:
            context["groups"] = evidence.choices(known, "", sight.of(request))
    elif known.state in {State.AGREED, State.ADJUDICATED}:
        context |= {"halted": services.halted(known), "standards": [one.value for one in Standard]}
        context["may_seal"] = decision(request, Permission.SEAL_FINDINGS)
    return render(request, "web/review.html", context)


def seen_by(request: HttpRequest, review: str) -> tuple[KnownReview, Turn]:
    """A review as the person of this request may see it, and what they can do next in it."""
    who = person(request)
    known = selectors.review(review, presence.of(request).keyring.signing.key_id)
    return known, turn(known, who.name, access.roles(who.pk))


def barred(known: KnownReview) -> list[Barred]:
    """Who can do nothing in a review while it goes on, and why; nobody where it has ended."""
    found = []
    for one in access.people():
        theirs = turn(known, one.name, access.roles(one.pk))
        if theirs.bar is not None and theirs.bar is not Bar.ENDED:
            permission = Permission.SEAL_FINDINGS if theirs.bar is Bar.NO_ROLE_TO_SEAL else Permission.ASSESS
            needed = who_may(permission)
            found.append(Barred(name=one.name, bar=theirs.bar, needed=needed))
    return found


def _given(known: KnownReview, *, watched_for: str = "") -> list[Evidence]:
    """What the next person judges by, in an order that tells no side; each stretch leads to itself in its item."""
    task = selectors.task(known.id)
    entries = [
        {"id": one["id"], "kind": kind, "record": one}
        for kind in ("observations", "assertions", "derivations", "findings")
        for one in getattr(task, kind)
    ]
    return judging.told(entries, review=watched_for)


def _asks(known: KnownReview) -> dict[str, bool]:
    """Whether the form asks for a point or a range of time."""
    return {"point": known.dimension is Dimension.LOCATION, "range": known.dimension is Dimension.DATE}


@require_safe
def choices(request: HttpRequest, review: str) -> HttpResponse:
    """What the first may judge by, filtered by the words typed; a part of the page."""
    require(request, Permission.ASSESS)
    known, mine = seen_by(request, review)
    if mine.step is not Step.JUDGE_FIRST:
        # Whoever comes later judges by what they were given.
        raise services.NotTheirTurn(
            review=known.id[:8], state=known.state.value.replace("_", " "), why="its records are chosen by the first"
        )
    query = request.GET.get("q", "").strip()[:_QUERY_LENGTH]
    context = {"groups": evidence.choices(known, query, sight.of(request)), "query": query}
    return render(request, "web/review_choices.html", context)


@require_POST
def take(request: HttpRequest, review: str) -> HttpResponse:
    """Take the open place; from then on this person is shown what is to be judged, and by what."""
    known = selectors.review(review)
    services.take(known.id, actor=presence.of(request).keyring.signing)
    return done(
        request,
        to=reverse("review", args=[known.id]),
        said=_("The place is yours. What others found, you see when you have judged."),
    )


@require_POST
def assess(request: HttpRequest, review: str) -> HttpResponse:
    """Record what this person judges."""
    known = selectors.review(review)
    services.assess(known.id, judging.judgement(request.POST), actor=presence.of(request).keyring.signing)
    return done(request, to=reverse("review", args=[known.id]), said=_("Your judgement is recorded."))


@require_POST
def preview(request: HttpRequest, review: str) -> HttpResponse:
    """How a judgement that is being written would read, in its two sentences; nothing is recorded."""
    require(request, Permission.ASSESS)
    known = selectors.review(review)
    context: dict[str, Any] = {}
    try:
        context["sentences"], context["missing"] = _sentences(known.statement, request)
    except ProbataError as error:
        context["refused"] = error
    return render(request, "web/review_preview.html", context)


def _sentences(statement: str, request: HttpRequest) -> tuple[tuple[str, ...], str]:
    """The sentences, or what is missing for them."""
    result = next((one for one in Result if one.value == request.POST.get("result")), None)
    if result is None:
        return (), "result"
    clause = statement.rstrip(".")
    if not bands_of(result):
        return Finding(statement=clause, result=result).sentences, ""
    likelihood = next((one for one in Likelihood if one.value == request.POST.get("likelihood")), None)
    confidence = next((one for one in Confidence if one.value == request.POST.get("confidence")), None)
    if likelihood is None or confidence is None:
        return (), "likelihood" if likelihood is None else "confidence"
    reasons = request.POST.get("reasons", "").strip().rstrip(".")
    if not reasons:
        return (), "reasons"
    judged = Judgement(
        statement=safe_text(clause), likelihood=likelihood, confidence=confidence, because=safe_text(reasons)
    )
    return Finding(statement=clause, result=result, judgement=judged).sentences, ""


@require_POST
def sealing(request: HttpRequest, review: str) -> HttpResponse:
    """Exactly what would be sealed, for the dialog that asks once more; nothing is recorded."""
    require(request, Permission.SEAL_FINDINGS)
    known = selectors.review(review)
    context: dict[str, Any] = {"review": known}
    try:
        because, standard = _because(request), _standard(request)
        context["finding"] = services.would_be_found(known.id, because=because, standard=standard)
        context["inputs"] = _given(known)
        context["people"] = [one.by for one in known.opinions]
    except ProbataError as error:
        context["refused"] = error
    return render(request, "web/review_sealing.html", context)


@require_POST
def seal(request: HttpRequest, review: str) -> HttpResponse:
    """Seal what two people found alike, or a third decided."""
    known = selectors.review(review)
    found = services.seal(
        known.id,
        actor=presence.of(request).keyring.signing,
        because=_because(request),
        standard=_standard(request),
    )
    return done(request, to=reverse("finding", args=[found.id]), said=_("The finding is sealed."))


def _because(request: HttpRequest) -> str:
    because = request.POST.get("because", "").strip()
    if not because:
        raise InvalidValue(what="A finding", why="it says why its confidence is what it is: write the reason")
    return because.rstrip(".")


def _standard(request: HttpRequest) -> Standard | None:
    untrusted = request.POST.get("standard", "")
    known = {one.value: one for one in Standard}
    if untrusted and untrusted not in known:
        raise InvalidValue(what=f"The standard of proof {untrusted!r}", why="it is none of the list")
    return known.get(untrusted)
