"""The compare page: two items locked on their alignment, why a machine relates them, and what a person says of it."""

from __future__ import annotations

from fractions import Fraction

from attrs import frozen
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from probata.access.purposes import Purpose
from probata.access.roles import Permission
from probata.copies import selectors as copies
from probata.copies import services as copies_services
from probata.copies.relations import Segment
from probata.copies.selectors import KnownRelation
from probata.engines import clock
from probata.preservation import selectors as preservation
from probata.terms.errors import InvalidValue
from probata.web import alignment, matches, presence, renditions
from probata.web.alignment import Gap
from probata.web.permission import decision, require
from probata.web.screens.footage import PLAYABLE
from probata.web.screens.item import choices

_WORDS = {"confirm": "confirmed", "reject": "rejected"}


@frozen(kw_only=True)
class Side:
    """One of the two items, as far as the page shows it; `unshared` is what of it the other does not hold."""

    letter: str
    sha256: str
    name: str
    graphic: str
    plays: bool
    has_pictures: bool
    frames: int
    time_base: Fraction | None
    duration_s: Fraction | None
    axis_s: Fraction
    aspect: float | None
    unshared: list[Gap]
    unshared_line: str


@frozen(kw_only=True)
class ShownStretch:
    """One stretch as a row: its seconds on both sides, and how A differs along it."""

    number: int
    segment: Segment
    edits: list[str]


@require_safe
def compare(request: HttpRequest, untrusted_relation: str) -> HttpResponse:
    """Both items, veiled; the alignment, the reasons, and the decision."""
    require(request, Permission.LIST_ITEMS)
    known = copies.relation(untrusted_relation)
    if known.id != untrusted_relation:
        return redirect("compare", known.id)
    stretches = alignment.on_players(known)
    sides = (_side("A", known.a, stretches), _side("B", known.b, stretches))
    revealed = presence.of(request).revealed
    context = {
        "relation": known,
        "sides": sides,
        "sentence": matches.sentence(known.kind),
        "kind_words": matches.kind_words(known.kind),
        "by_words": matches.by_words(known.by),
        "stretches": _rows(known, stretches),
        "order": alignment.order(stretches),
        "lies": any(alignment.laid(known, one) is not None for one in stretches),
        "decisions": copies.decisions(known.id),
        "newer": copies.relation_between(known.a, known.b) if known.superseded else None,
        "may_view": decision(request, Permission.VIEW_FOOTAGE),
        "may_decide": decision(request, Permission.DECIDE),
        "unrevealed": [side for side in sides if side.sha256 not in revealed],
        "purposes": choices(Purpose.COMPARE),
    }
    return render(request, "web/compare.html", context)


@require_safe
def aligned(request: HttpRequest, untrusted_relation: str) -> HttpResponse:
    """The alignment for the page's scripts: no picture, no sound."""
    require(request, Permission.LIST_ITEMS)
    return JsonResponse(alignment.as_json(copies.relation(untrusted_relation)))


@require_POST
def decide(request: HttpRequest, untrusted_relation: str) -> HttpResponse:
    """Record that a person confirms or rejects what a machine proposed, and why."""
    known = copies.relation(untrusted_relation)
    untrusted_word = request.POST.get("decision", "")
    if untrusted_word not in _WORDS:
        raise InvalidValue(what=f"The decision {untrusted_word!r}", why="a relation is confirmed or rejected")
    made = copies_services.decide(
        known.id,
        actor=presence.of(request).keyring.signing,
        decision="confirmed" if untrusted_word == "confirm" else "rejected",
        reason=request.POST.get("reason", "").strip(),
    )
    if "text/html" in request.headers.get("Accept", ""):
        return HttpResponseRedirect(f"{reverse('compare', args=[known.id])}#decision")
    return JsonResponse(
        {
            "schema": "probata/decision/1",
            "relation": known.id,
            "decision": made.decision,
            "by": made.by,
            "why": made.why,
            "at": clock.rfc3339(made.at),
            "seq": made.seq,
        }
    )


def _side(letter: str, sha256: str, stretches: tuple[Segment, ...]) -> Side:
    item, table = preservation.item(sha256), renditions.frames(sha256)
    lasts_s = renditions.duration_s(sha256)
    found = alignment.gaps(stretches, letter.lower(), lasts_s)
    return Side(
        letter=letter,
        sha256=item.sha256,
        name=item.name,
        graphic=item.graphic,
        plays=item.media_type in PLAYABLE,
        has_pictures=table is not None,
        frames=0 if table is None else table.count,
        time_base=None if table is None else table.time_base,
        duration_s=lasts_s,
        axis_s=renditions.axis_s(sha256),
        aspect=alignment.aspect(renditions.facts(sha256)),
        unshared=found,
        unshared_line=alignment.gaps_line(found),
    )


def _rows(known: KnownRelation, stretches: tuple[Segment, ...]) -> list[ShownStretch]:
    return [
        ShownStretch(
            number=number,
            segment=one,
            edits=alignment.edits(known, one),
        )
        for number, one in enumerate(stretches, start=1)
    ]
