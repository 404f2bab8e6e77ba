"""The desk: what needs this person now, before anything else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import frozen
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from probata.access.roles import Permission
from probata.cases import selectors as cases
from probata.preservation import selectors as preservation
from probata.verification import selectors as verification
from probata.verification.assessments import State
from probata.web.permission import decision, person, require
from probata.web.screens.items import unsigned_entries

SHOWN = 8


@frozen(kw_only=True)
class Pile:
    """Things that wait, the oldest first: some of them, and how many there are."""

    some: Sequence[Any]
    count: int


def pile(things: Sequence[Any]) -> Pile:
    """The first few of what waits, with the count of all."""
    return Pile(some=things[:SHOWN], count=len(things))


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """What waits for this person: own questions, reviews whose turn is theirs, reports without an outcome."""
    require(request, Permission.LIST_ITEMS)
    who = person(request)
    mine = [one for one in cases.questions() if one.open and one.owner == who.name]
    context = {
        "questions": pile(mine),
        "reviews": pile(waiting_reviews(who.name)) if decision(request, Permission.ASSESS).allowed else None,
        "reports": pile(cases.unanswered()),
        "failed": preservation.failed_attempts(),
        "unsigned": unsigned_entries(),
        "items": preservation.items().count(),
        "cases": cases.cases(),
    }
    return render(request, "web/desk.html", context)


def waiting_reviews(name: str) -> list[verification.KnownReview]:
    """Reviews that can go on only with somebody's opinion, and in which this person may give it."""
    return [one for one in verification.reviews() if _waits_for(one, name)]


def _waits_for(review: verification.KnownReview, name: str) -> bool:
    if review.state is State.OPEN:
        return True
    # The place that is open: the second's until two have judged, the third's where they differ.
    place = {State.PROPOSED: 2, State.BLIND_SECOND: 2, State.DISAGREED: 3}.get(review.state)
    if place is None:
        return False
    taken_by = review.places.get(place)
    return taken_by == name or (taken_by is None and name not in review.places.values())
