"""Your viewing: one's own time before footage, for oneself alone; pauses, passing on, and what one releases to whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import frozen
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from probata.access import exposure
from probata.access import selectors as access
from probata.access.exposure import Spent
from probata.access.roles import Permission
from probata.access.ways import Way
from probata.cases import selectors as cases
from probata.preservation import selectors as preservation
from probata.terms.errors import InvalidValue
from probata.web import answers
from probata.web.gate import sight
from probata.web.gate.permission import decision, person, require
from probata.web.screens.looking import way_named
from probata.web.shown import seeing

MOST_ITEMS = 50
MINUTES = (10, 15, 20, 30, 45)


@frozen(kw_only=True)
class WayLine:
    """A way of looking, and how long today and in seven days."""

    words: str
    today: str
    week: str


@frozen(kw_only=True)
class ItemLine:
    """How long one item was before this person in seven days; no digest where they may know of it no more."""

    sha256: str
    name: str
    week: str


@frozen(kw_only=True)
class OthersTotals:
    """What another person released to this one."""

    name: str
    lines: Sequence[WayLine]


@require_safe
def wellbeing(request: HttpRequest) -> HttpResponse:
    """This person's own page: nobody else has one with the same on it."""
    require(request, Permission.LIST_ITEMS)
    assert request.user.is_authenticated
    me = request.user.person
    today, week = exposure.day_and_week(me)
    may_view = decision(request, Permission.VIEW_FOOTAGE)
    readers = exposure.readers(me)
    context = {
        "today": seeing.lasting(today.all_ms),
        "week": seeing.lasting(week.all_ms),
        "today_sound": seeing.lasting(today.with_sound_ms),
        "week_sound": seeing.lasting(week.with_sound_ms),
        "looked": bool(week.all_ms),
        "lines": way_lines(today.by_way, week.by_way),
        "items": item_lines(request, week),
        "items_left_out": max(0, len(week.by_item) - MOST_ITEMS),
        "may_view": may_view,
        "ways": seeing.ways(exposure.habits(me).way),
        "pause_after": exposure.habits(me).pause_after_minutes,
        "minutes": MINUTES,
        "readers": readers,
        "others": [one for one in access.people() if one.pk != me.pk and one.pk not in {held.pk for held in readers}],
        "released": [_others(one, me) for one in exposure.released_to(me)],
        "waiting": _named(request, exposure.waiting_for_another()) if may_view.allowed else [],
        "mine_passed": set(exposure.passed_on_by(me)),
        **questions(request),
    }
    return render(request, "web/wellbeing.html", context)


def questions(request: HttpRequest) -> dict[str, Any]:
    """Open questions that are this person's, and to whom each can be handed."""
    who, hidden = person(request), sight.of(request)
    mine = [one for one in cases.questions() if one.open and one.owner == who.name and not hidden.hides(one.id)]
    takers = [one.name for one in access.people() if one.pk != who.pk and access.may(one.pk, Permission.KEEP_CASES)]
    return {"questions": mine, "takers": takers, "may_keep": decision(request, Permission.KEEP_CASES)}


def way_lines(today_ms: Mapping[Way, int], week_ms: Mapping[Way, int]) -> list[WayLine]:
    """A line for each way of looking that shows something, the mildest first."""
    return [
        WayLine(
            words=str(words),
            today=seeing.lasting(today_ms.get(way, 0)),
            week=seeing.lasting(week_ms.get(way, 0)),
        )
        for way, (words, _told) in seeing.WAYS.items()
        if way is not Way.VEILED
    ]


def item_lines(request: HttpRequest, week: Spent) -> list[ItemLine]:
    """How long each item was before this person, the longest first."""
    shown = list(week.by_item)[:MOST_ITEMS]
    named = {one.sha256: one for one in _named(request, shown)}
    gone = ItemLine(sha256="", name="", week="")
    return [
        ItemLine(
            sha256=named.get(item, gone).sha256,
            name=named.get(item, gone).name,
            week=seeing.lasting(week.by_item[item]),
        )
        for item in shown
    ]


def _named(request: HttpRequest, items: Sequence[str]) -> list[ItemLine]:
    hidden = sight.of(request).items
    acquired = preservation.first_acquisitions([item for item in items if item not in hidden])
    return [ItemLine(sha256=item, name=acquired[item].name, week="") for item in items if item in acquired]


def _others(owner: Any, reader: Any) -> OthersTotals:  # noqa: ANN401  people of another room
    told = exposure.totals(owner, reader=reader)
    return OthersTotals(name=owner.name, lines=way_lines(told.today_ms, told.week_ms))


@require_POST
def prefer(request: HttpRequest) -> HttpResponse:
    """Keep how this person looks, and when they are asked to pause."""
    assert request.user.is_authenticated
    require(request, Permission.LIST_ITEMS)
    untrusted = request.POST.get("pause_after", "")
    if untrusted not in {"", "never"} and not (untrusted.isascii() and untrusted.isdigit()):
        raise InvalidValue(what=f"The minutes {untrusted!r}", why="they must be a whole number")
    way = way_named(request.POST.get("way", ""))
    exposure.pause_after(request.user.person, None if untrusted in {"", "never"} else int(untrusted[:4]))
    exposure.prefer_way(request.user.person, way)
    return answers.done(request, to=reverse("wellbeing"), said=_("Kept. It holds from the next page on."))


@require_POST
def paused(request: HttpRequest) -> HttpResponse:
    """This person was asked to pause: what they saw before counts no more."""
    assert request.user.is_authenticated
    require(request, Permission.LIST_ITEMS)
    exposure.paused(request.user.person)
    return JsonResponse({"schema": "probata/paused/1"})


@require_POST
def release(request: HttpRequest) -> HttpResponse:
    """Let a named person read this person's totals."""
    assert request.user.is_authenticated
    require(request, Permission.LIST_ITEMS)
    reader = access.person(request.POST.get("to", ""))
    exposure.release(request.user.person, reader)
    said = _("%(name)s can read your totals now, and nothing else of your viewing.") % {"name": reader.name}
    undo = f"{reverse('wellbeing_take_back')}?to={reader.pk}"
    return answers.done(request, to=reverse("wellbeing"), said=said, undo=undo)


@require_POST
def take_back(request: HttpRequest) -> HttpResponse:
    """Let a person read this person's totals no more."""
    assert request.user.is_authenticated
    require(request, Permission.LIST_ITEMS)
    untrusted = request.POST.get("to") or request.GET.get("to", "")
    reader = next((one for one in exposure.readers(request.user.person) if str(one.pk) == untrusted), None)
    if reader is None:
        raise InvalidValue(what="What was to be taken back", why="nothing is released to that person")
    exposure.take_release_back(request.user.person, reader)
    said = _("%(name)s cannot read your totals any more.") % {"name": reader.name}
    return answers.done(request, to=reverse("wellbeing"), said=said)
