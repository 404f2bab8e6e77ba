"""The desk: what needs this person now, before anything else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import frozen
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from probata.access.roles import Permission
from probata.analysis import how_far
from probata.cases import selectors as cases
from probata.preservation import selectors as preservation
from probata.redaction import selectors as redaction
from probata.verification import selectors as verification
from probata.verification.turns import Step
from probata.web import onward
from probata.web.gate import sight
from probata.web.gate.permission import decision, person, require
from probata.web.screens import reviews
from probata.web.screens.items import unsigned_entries

SHOWN = 8


@frozen(kw_only=True)
class Waiting:
    """A thing that waits, and the page on which it is dealt with."""

    thing: Any
    address: str


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
    """What waits for this person: questions, reviews, redactions of others, reports without an outcome."""
    require(request, Permission.LIST_ITEMS)
    who = person(request)
    hidden, may_release = sight.of(request), decision(request, Permission.RELEASE_REDACTION).allowed
    open_ones = (one for one in cases.questions() if one.open and not hidden.hides(one.id))
    mine = [Waiting(thing=one, address=onward.of_question(one)) for one in open_ones if one.owner == who.name]
    waiting = cases.queue(cases.wanted("is:waiting"), rows=SHOWN, sight=hidden)
    context = {
        "questions": pile(mine),
        "reviews": pile(waiting_reviews(request)) if decision(request, Permission.ASSESS).allowed else None,
        "redactions": pile(waiting_redactions(request)) if may_release else None,
        "reports": Pile(some=waiting.rows, count=waiting.waiting),
        "unseen": how_far.unseen(hidden.items),
        "may_examine": decision(request, Permission.EXAMINE),
        "failed": preservation.failed_attempts(),
        "unsigned": unsigned_entries(),
        "may_seal": decision(request, Permission.SEAL),
        "items": preservation.items().count(),
        "cases": [one for one in cases.case_lines() if not hidden.hides(one.id)],
    }
    return render(request, "web/desk.html", context)


def waiting_redactions(request: HttpRequest) -> list[redaction.KnownRedaction]:
    """Redactions of others that were rendered and that this person may look at and release, or refuse."""
    hidden = sight.of(request)
    return [one for one in redaction.waiting_for(person(request).key_id) if not hidden.hides(one.item)]


def waiting_reviews(request: HttpRequest) -> list[verification.KnownReview]:
    """Reviews that can go on only with somebody's opinion, and in which this person may give it."""
    return [one.review for one in reviews.rows(request) if one.turn.waits and one.turn.step is not Step.SEAL]
