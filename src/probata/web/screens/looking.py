"""Looking: the way of looking, what was on the screen, marks of severity, and passing an item on without a reason."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from probata.access import exposure
from probata.access.exposure import Piece
from probata.access.roles import Permission
from probata.access.ways import Way
from probata.analysis import services
from probata.analysis.services import observing
from probata.analysis.severity import Degree
from probata.preservation import selectors as preservation
from probata.terms.errors import InvalidValue
from probata.terms.reading import fields, whole_number
from probata.terms.spans import Span
from probata.web import answers
from probata.web.gate import presence
from probata.web.gate.permission import decision, require
from probata.web.screens.footage import NotRevealed
from probata.web.served import renditions
from probata.web.shown import seeing

MOST_PIECES = 60
_WHOLE = re.compile(r"[0-9]{1,12}")
_DECIMAL = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,9})?")
_PIECE = {"from_ms", "to_ms", "lasted_ms", "way", "sound"}


@require_POST
def looked(request: HttpRequest, sha256: str) -> HttpResponse:
    """Append to this person's own ledger what the page had on the screen; says whether a pause is due."""
    assert request.user.is_authenticated
    require(request, Permission.VIEW_FOOTAGE)
    item = seeing.may_have_looked(request, sha256)
    if item is None:
        raise NotRevealed(item=sha256[:8])
    exposure.looked(request.user.person, item.sha256, _pieces(request.POST.get("pieces", "")))
    due = exposure.pause_due(request.user.person)
    return JsonResponse({"schema": "probata/looked/1", "pause": due})


@require_POST
def way(request: HttpRequest) -> HttpResponse:
    """Remember the way in which this person looks from now on."""
    assert request.user.is_authenticated
    require(request, Permission.LIST_ITEMS)
    chosen = way_named(request.POST.get("way", ""))
    exposure.prefer_way(request.user.person, chosen)
    return JsonResponse({"schema": "probata/way/1", "way": chosen.value})


def way_named(untrusted: str) -> Way:
    """A way of looking by its code; raises `InvalidValue`."""
    try:
        return Way(untrusted)
    except ValueError:
        raise InvalidValue(what=f"The way of looking {untrusted!r}", why="it is not one of the list") from None


@require_safe
def severity(request: HttpRequest, sha256: str) -> HttpResponse:
    """The marks of severity of an item, for a script to draw and to count down to."""
    require(request, Permission.LIST_ITEMS)
    item = preservation.item(sha256).sha256
    return JsonResponse({"schema": "probata/severity/1", "marks": [one.as_json() for one in seeing.marks(item)]})


@require_POST
def mark(request: HttpRequest, sha256: str) -> HttpResponse:
    """Record how hard a stretch is to look at, to warn whoever comes after."""
    item = preservation.item(sha256).sha256
    untrusted_degree = request.POST.get("degree", "")
    try:
        degree = Degree(untrusted_degree)
    except ValueError:
        raise InvalidValue(what=f"The degree {untrusted_degree!r}", why="it is not one of the list") from None
    services.mark_severity(item, _segment(request, item), degree, actor=presence.of(request).keyring.signing)
    return _marks(request, item)


@require_POST
def take_mark_back(request: HttpRequest, severity_mark: str) -> HttpResponse:
    """Record that a mark of severity does not stand any more."""
    known = services.take_mark_back(severity_mark, actor=presence.of(request).keyring.signing)
    return _marks(request, known.item)


@require_POST
def pass_on(request: HttpRequest, sha256: str) -> HttpResponse:
    """Leave an item to another viewer; no reason is asked. It is veiled for this person until they ask again."""
    assert request.user.is_authenticated
    require(request, Permission.VIEW_FOOTAGE)
    item = preservation.item(sha256).sha256
    exposure.pass_on(request.user.person, item)
    here = presence.of(request)
    here.revealed.discard(item)
    here.narrowed.pop(item, None)
    said = _("Passed on: the item waits for another viewer. Nobody is told who passed it on.")
    return answers.done(request, to=reverse("wellbeing"), said=said, undo=reverse("take_on", args=[item]))


@require_POST
def take_on(request: HttpRequest, sha256: str) -> HttpResponse:
    """Take an item that waits for another viewer; it waits no more."""
    assert request.user.is_authenticated
    require(request, Permission.VIEW_FOOTAGE)
    item = preservation.item(sha256).sha256
    exposure.take_on(request.user.person, item)
    said = _("The item waits for another viewer no more.")
    return answers.done(request, to=reverse("item", args=[item]), said=said)


def _marks(request: HttpRequest, item: str) -> HttpResponse:
    """The marks as they stand now: for the axis as data, for the page as the list that it shows."""
    context = {**seeing.about(item), "may_view": decision(request, Permission.VIEW_FOOTAGE)}
    return JsonResponse(
        {
            "schema": "probata/severity/1",
            "marks": [one.as_json() for one in context["severity_marks"]],
            "list": render_to_string("web/item_severity_list.html", context, request),
            "severity": render_to_string("web/item_severity_known.html", context, request),
        }
    )


def _pieces(untrusted: str) -> list[Piece]:
    try:
        told: Any = json.loads(untrusted)
    except ValueError:
        told = None
    if not isinstance(told, list) or len(told) > MOST_PIECES:
        raise InvalidValue(what="What was looked at", why=f"it must be a list of {MOST_PIECES} stretches at most")
    return [_piece(one) for one in told]


def _piece(untrusted: object) -> Piece:
    given = fields(untrusted, what="What was looked at", required=_PIECE)
    if not isinstance(given["sound"], bool):
        raise InvalidValue(what="The field sound", why="it must be true or false")
    numbers = {name: whole_number(given, name) for name in ("from_ms", "to_ms", "lasted_ms")}
    return Piece(**numbers, way=way_named(str(given["way"])), sound=given["sound"])


def _segment(request: HttpRequest, item: str) -> Span:
    """By the frames of the item; by the player's seconds where it has none."""
    first, last = (request.POST.get(name, "") for name in ("mark_first", "mark_last"))
    if first or last:
        if not (_WHOLE.fullmatch(first) and _WHOLE.fullmatch(last)):
            raise InvalidValue(what="The stretch", why="its frames must be whole numbers")
        return observing.stretch_of_frames(item, int(first), int(last))
    start, end = (request.POST.get(name, "") for name in ("mark_start_s", "mark_end_s"))
    if not (_DECIMAL.fullmatch(start) and _DECIMAL.fullmatch(end)):
        raise InvalidValue(what="The stretch", why="it takes a start and an end, as frames or as seconds")
    origin_s = renditions.origin_s(item)
    return observing.stretch(item, Fraction(Decimal(start)) + origin_s, Fraction(Decimal(end)) + origin_s)
