"""Observing: what a person saw or heard, recorded from the item's page; a candidate taken over; one withdrawn."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from typing import Any

from attrs import evolve
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.template.loader import render_to_string
from django.views.decorators.http import require_POST, require_safe

from probata.access.roles import Permission
from probata.analysis import selectors, services
from probata.analysis.observations import Observation
from probata.analysis.services import observing
from probata.preservation import selectors as preservation
from probata.terms.errors import InvalidValue
from probata.terms.spans import Span
from probata.terms.words import Confidence
from probata.web.gate import presence
from probata.web.gate.permission import decision, require
from probata.web.served import renditions
from probata.web.shown import observed, seeing

_WHOLE = re.compile(r"[0-9]{1,12}")
_DECIMAL = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,9})?")
_ROUNDED = 1e-4  # the form shows shares to a hundredth of a percent
_BOX = ("left", "top", "width", "height")


@require_safe
def listed(request: HttpRequest, sha256: str) -> HttpResponse:
    """What stands of what was observed in an item, for a script to draw."""
    require(request, Permission.LIST_ITEMS)
    standing, _ended = observed.observed(preservation.item(sha256).sha256)
    return JsonResponse({"schema": "probata/observed/1", "observed": [one.as_json() for one in standing]})


@require_POST
def observe(request: HttpRequest, sha256: str) -> HttpResponse:
    """Record what this person saw or heard, or sees now instead of an observation that it supersedes."""
    item = preservation.item(sha256).sha256
    supersedes = request.POST.get("supersedes") or None
    observation = _observation(item, request.POST)
    if supersedes is not None:
        observation = _as_before(observation, selectors.observation(supersedes).observation)
    known = services.observe(
        observation,
        actor=presence.of(request).keyring.signing,
        reason=request.POST.get("reason", ""),
        supersedes=supersedes,
    )
    return _as_it_stands(request, item, known.id)


@require_POST
def observe_candidate(request: HttpRequest, sha256: str, track: str, number: int) -> HttpResponse:
    """Record a candidate that a person accepted or corrected as an observation; it stays marked as a machine's."""
    item = preservation.item(sha256).sha256
    if f"{track}:{number}" in observed.candidates_recorded(item):
        raise InvalidValue(what="This candidate", why="it is recorded as an observation already")
    known = services.observe_candidate(
        item,
        track,
        number,
        actor=presence.of(request).keyring.signing,
        certainty=Confidence.MODERATE,
        reason=request.POST.get("reason", ""),
    )
    return _as_it_stands(request, item, known.id)


@require_POST
def withdraw(request: HttpRequest, observation: str) -> HttpResponse:
    """Record that an observation does not stand any more, and why."""
    known = services.withdraw(
        observation, actor=presence.of(request).keyring.signing, reason=request.POST.get("reason", "")
    )
    return _as_it_stands(request, known.observation.item, "")


def _as_it_stands(request: HttpRequest, item: str, made: str) -> HttpResponse:
    """All that stands now: for the axis as data, for the page as the list that it shows; `made` is what was added."""
    context = {
        **observed.in_page(item),
        "item": preservation.item(item),
        "may_decide": decision(request, Permission.DECIDE),
    }
    return JsonResponse(
        {
            "schema": "probata/observed/1",
            "made": made,
            "observed": [one.as_json() for one in context["observed"]],
            "list": render_to_string("web/item_observed_list.html", context, request),
            "severity": render_to_string("web/item_severity_known.html", {"severity": seeing.known(item)}, request),
        }
    )


def _as_before(better: Observation, before: Observation) -> Observation:
    """The better look with what the form cannot hold of the one before: the candidate, an outline left untouched."""
    better = evolve(better, candidate=before.candidate)
    if before.outline is None or better.outline is None:
        return better
    pairs = zip(before.outline.bounds, better.outline.bounds, strict=True)
    same = all(abs(one - other) <= _ROUNDED for one, other in pairs)
    return evolve(better, outline=before.outline) if same else better


def _observation(item: str, untrusted: QueryDict) -> Observation:
    told: dict[str, Any] = {
        "item": item,
        "kind": untrusted.get("kind", ""),
        "epistemic": untrusted.get("epistemic", ""),
        "certainty": untrusted.get("certainty", ""),
        "description": untrusted.get("description", ""),
        "segment": segment_of(item, untrusted).as_json(),
    }
    if any(untrusted.get(name) for name in _BOX):
        told["polygon"] = _corners([_decimal(untrusted, name) for name in _BOX])
    if untrusted.get("count_min") or untrusted.get("count_max") or untrusted.get("population"):
        told["count"] = {
            "min": _whole(untrusted, "count_min"),
            "max": _whole(untrusted, "count_max") if untrusted.get("count_max") else None,
            "basis": untrusted.get("count_basis", ""),
            "population": untrusted.get("population", ""),
            "exhaustive": untrusted.get("exhaustive") == "yes",
        }
    return Observation.from_json(told)


def segment_of(item: str, untrusted: QueryDict) -> Span:
    """The stretch that a form names: by the frames of the item, by the player's seconds where it has none."""
    if "first" in untrusted or "last" in untrusted:
        return observing.stretch_of_frames(item, _whole(untrusted, "first"), _whole(untrusted, "last"))
    start_s, end_s = (Fraction(_decimal(untrusted, name)) for name in ("start_s", "end_s"))
    origin_s = renditions.origin_s(item)
    # A moment heard lasts the one tick that it names, as one given at a terminal does.
    return observing.stretch(item, start_s + origin_s, None if end_s == start_s else end_s + origin_s)


def _corners(box: list[Decimal]) -> list[list[float]]:
    # Added up as decimals: shares that make a whole would else pass the edge by a rounding of the machine.
    left, top, width, height = box
    right, bottom = left + width, top + height
    return [[float(x), float(y)] for x, y in ((left, top), (right, top), (right, bottom), (left, bottom))]


def _whole(untrusted: QueryDict, name: str) -> int:
    written = untrusted.get(name, "")
    if not _WHOLE.fullmatch(written):
        raise InvalidValue(what=f"The {_called(name)}", why=f"it must be a whole number, not {written!r}")
    return int(written)


def _decimal(untrusted: QueryDict, name: str) -> Decimal:
    written = untrusted.get(name, "")
    if not _DECIMAL.fullmatch(written):
        raise InvalidValue(what=f"The {_called(name)}", why=f"it must be a number such as 0.25, not {written!r}")
    return Decimal(written)


def _called(name: str) -> str:
    """What the form calls a field."""
    places = {"first": "first frame", "last": "last frame", "start_s": "start in seconds", "end_s": "end in seconds"}
    counts = {"count_min": "least of the count", "count_max": "most of the count"}
    return {**places, **counts}.get(name, f"{name} of the box")
