"""Reviews: what waits for this person first, then all others, by state; and opening one of a proposition."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from probata.access import selectors as access
from probata.access.roles import Permission, decide
from probata.claims import selectors as claims
from probata.claims.propositions import Proposition
from probata.claims.selectors import Known
from probata.terms.errors import InvalidValue
from probata.verification import selectors, services
from probata.verification.assessments import Dimension, State
from probata.verification.selectors import KnownReview
from probata.verification.turns import Step, Turn, turn
from probata.web.answers import done
from probata.web.gate import presence, sight
from probata.web.gate.permission import decision, person, require, who_may

ROWS = 50
FINDINGS = 20
PROPOSITIONS = 50
MINE = "mine"
_QUERY_LENGTH = 200


@frozen(kw_only=True)
class Row:
    """A review as a row of the list, with what this person can do next in it."""

    review: KnownReview
    turn: Turn

    @property
    def places(self) -> list[tuple[int, str]]:
        """Who has which place, in order."""
        return sorted(self.review.places.items())


@frozen(kw_only=True)
class Respect:
    """A dimension in which a review may be opened; what stands in the way, and what it may give way to."""

    value: str
    chosen: bool
    stands: KnownReview | None = None
    supersedes: str = ""
    replaces: str = ""

    @property
    def free(self) -> bool:
        """Whether a review can be opened in it."""
        return self.stands is None or bool(self.supersedes or self.replaces)


@require_safe
def reviews(request: HttpRequest) -> HttpResponse:
    """Every review, filtered by state and by the words typed; those that wait for this person stand first."""
    require(request, Permission.LIST_ITEMS)
    query = request.GET.get("q", "").strip()[:_QUERY_LENGTH]
    state = request.GET.get("state", "")
    every = rows(request)
    matching = [one for one in every if _holds(one, query)]
    mine = [one for one in matching if one.turn.waits]
    others = [one for one in reversed(matching) if not one.turn.waits]
    if state == MINE:
        others = []
    elif state:
        mine = [one for one in mine if one.review.state.value == state]
        others = [one for one in others if one.review.state.value == state]
    page = Paginator(others, ROWS).get_page(request.GET.get("page"))
    found = [one for one in reversed(matching) if one.review.state is State.SEALED]
    anew = _judged_anew(every)
    told = [one for one in found if _what(one) not in anew]
    context = {
        "query": query,
        "state": state,
        "states": [one.value for one in State],
        "mine": mine if state == MINE else mine[:ROWS],
        "mine_count": len(mine),
        "page": page,
        "total": len(every),
        "findings": told[:FINDINGS],
        "findings_count": len(told),
        "findings_kept": len(found) - len(told),
        "without_role": [one.name for one in access.people() if not _may_assess(one.pk)],
        "who_may": who_may(Permission.ASSESS),
        "may_assess": decision(request, Permission.ASSESS),
        "filtered": bool(query or state),
    }
    return render(request, "web/reviews.html", context)


def rows(request: HttpRequest) -> list[Row]:
    """Every review as this person may see it, oldest first."""
    who = person(request)
    roles = access.roles(who.pk)
    key = presence.of(request).keyring.signing.key_id
    kept = sight.of(request)
    return [
        Row(review=one, turn=turn(one, who.name, roles))
        for one in selectors.reviews(key)
        if not kept.hides(one.id, one.proposition)
    ]


def _what(row: Row) -> tuple[str, Dimension]:
    return row.review.proposition, row.review.dimension


def _judged_anew(every: Sequence[Row]) -> set[tuple[str, Dimension]]:
    """What this person is to judge, or may: what was found of the very same before would lead them."""
    return {_what(one) for one in every if one.turn.step in {Step.TAKE, Step.JUDGE, Step.JUDGE_FIRST}}


@require_safe
def open_form(request: HttpRequest) -> HttpResponse:
    """The form that opens a review of a proposition; without one, the propositions to choose from."""
    require(request, Permission.LIST_ITEMS)
    wanted = request.GET.get("proposition", "")
    may = decision(request, Permission.ASSESS)
    if not wanted:
        query = request.GET.get("q", "").strip()[:_QUERY_LENGTH]
        kept = sight.of(request)
        found = [
            one
            for one in claims.claims().propositions.values()
            if _all_in(query, one.thing.statement) and not kept.hides(one.id)
        ]
        context = {"query": query, "propositions": found[-1 : -PROPOSITIONS - 1 : -1], "count": len(found)}
        return render(request, "web/review_open.html", {**context, "room": "reviews", "may_assess": may})
    known = _proposition(request, wanted)
    respects = respects_of(known.id, request.GET.get("dimension", ""))
    context = {
        "proposition": known,
        "respects": respects,
        "standing": [one for one in respects if one.stands],
        "gives_way": any(one.stands and one.free for one in respects),
        "may_assess": may,
        "room": "reviews",
    }
    return render(request, "web/review_open.html", context)


def respects_of(proposition: str, chosen: str) -> list[Respect]:
    """Every dimension with the review of a proposition that stands in it, if any."""
    standing: dict[str, KnownReview] = {}
    for one in selectors.reviews(of=[proposition]):
        if one.state is not State.SUPERSEDED:
            standing[one.dimension.value] = one
    return [_respect(one.value, standing.get(one.value), chosen) for one in Dimension]


def _respect(value: str, stands: KnownReview | None, chosen: str) -> Respect:
    supersedes = replaces = ""
    if stands is not None and stands.finding is not None:
        supersedes = stands.finding.id
    elif stands is not None and services.halted(stands) is not None:
        replaces = stands.id
    return Respect(value=value, chosen=value == chosen, stands=stands, supersedes=supersedes, replaces=replaces)


@require_POST
def open_review(request: HttpRequest) -> HttpResponse:
    """Open a review; one that takes the place of a finding or of a halted review says so itself."""
    proposition, untrusted = request.POST.get("proposition", ""), request.POST.get("dimension", "")
    if untrusted not in {one.value for one in Dimension}:
        raise InvalidValue(what=f"The respect {untrusted!r}", why="it is none of the list: choose one")
    known = _proposition(request, proposition)
    respect = next(one for one in respects_of(known.id, untrusted) if one.chosen)
    anew = request.POST.get("anew", "") == "yes"
    made = services.open_review(
        known.id,
        Dimension(untrusted),
        actor=presence.of(request).keyring.signing,
        # Only where somebody said that they want to: else the refusal names the review that stands.
        supersedes=respect.supersedes if anew else "",
        replaces=respect.replaces if anew else "",
        reason=request.POST.get("reason", "").strip(),
    )
    return done(request, to=reverse("review", args=[made.id]), said=_("The review is open; nobody has judged yet."))


def _proposition(request: HttpRequest, wanted: str) -> Known[Proposition]:
    # It stands in no address, where what is kept from somebody would be looked up.
    known = claims.proposition(wanted)
    if sight.of(request).hides(known.id):
        raise claims.PropositionNotFound(wanted=wanted)
    return known


def _holds(row: Row, query: str) -> bool:
    one = row.review
    return _all_in(query, one.statement, one.dimension.value, one.id, *one.places.values())


def _all_in(query: str, *texts: str) -> bool:
    text = " ".join(texts).casefold()
    return all(word in text for word in query.casefold().split())


def _may_assess(person_id: int) -> bool:
    return decide(access.roles(person_id), Permission.ASSESS).allowed
