"""Deciding about candidates: accepted, corrected, rejected, reopened; translated, and the translation checked."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_POST

from probata.access.roles import Permission
from probata.analysis import services
from probata.analysis.selectors import Decided
from probata.preservation import selectors as preservation
from probata.web.gate import presence
from probata.web.gate.permission import decision
from probata.web.shown import tracks, typed


@require_POST
def decide(request: HttpRequest, sha256: str, track: str, number: int) -> HttpResponse:
    """Record what this person decided about one candidate."""
    item = preservation.item(sha256).sha256
    services.decide(
        item,
        track,
        number,
        actor=presence.of(request).keyring.signing,
        decision=cast("Decided", request.POST.get("decision", "")),
        text=request.POST.get("text", ""),
        reason=request.POST.get("reason", ""),
        seen=typed.entry(request.POST, "seen"),
    )
    return _as_it_stands(request, item, track, number)


@require_POST
def translate(request: HttpRequest, sha256: str, track: str, number: int) -> HttpResponse:
    """Record a translation of one candidate's words by a person."""
    item = preservation.item(sha256).sha256
    services.translate(
        item,
        track,
        number,
        actor=presence.of(request).keyring.signing,
        text=request.POST.get("text", ""),
        language=request.POST.get("language", ""),
        translator=request.POST.get("translator", ""),
        reason=request.POST.get("reason", ""),
    )
    return _as_it_stands(request, item, track, number)


@require_POST
def check(request: HttpRequest, translation: str) -> HttpResponse:
    """Record the second check of a translation."""
    known = services.check_translation(
        translation,
        actor=presence.of(request).keyring.signing,
        holds=request.POST.get("holds") == "yes",
        reason=request.POST.get("reason", ""),
    )
    return _as_it_stands(request, known.item, known.track_sha256, known.entry)


def _as_it_stands(request: HttpRequest, item: str, track: str, number: int) -> HttpResponse:
    """The candidate as it now stands: for the axis as data, for the page as the row and the line that it shows."""
    one = tracks.entry(item, track, number)
    context = {"entry": one, "may_decide": decision(request, Permission.DECIDE)}
    return JsonResponse(
        {
            "schema": "probata/candidate/1",
            "candidate": one.as_json(),
            "row": render_to_string("web/item_candidate.html", context, request),
            "line": render_to_string("web/item_line.html", context, request) if one.spoken else "",
        }
    )
