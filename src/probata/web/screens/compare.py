"""The compare page: two items locked on their alignment, why a machine relates them, and what a person says of it.

Up to two further items stand beside them where an address names them (`?with=`); see `together`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from fractions import Fraction
from urllib.parse import urlencode

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
from probata.web import machine_words
from probata.web.gate import presence, sight
from probata.web.gate.permission import decision, require
from probata.web.screens.item import choices
from probata.web.served import renditions
from probata.web.served.serving import PLAYABLE
from probata.web.shown import alignment, matches, seeing, together, typed
from probata.web.shown.alignment import Gap
from probata.web.shown.together import Group

_WORDS = {"confirm": "confirmed", "reject": "rejected"}


@frozen(kw_only=True)
class Side:
    """One of the two items, as far as the page shows it; `unshared` is what of it the other does not hold."""

    letter: str
    sha256: str
    name: str
    severity: seeing.Severity
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


@frozen(kw_only=True)
class Further:
    """An item that stands beside A and B: what it is to which of them, and the address of the page without it."""

    side: Side
    anchor: str
    relation: KnownRelation
    kind_words: matches.Words
    without: str


@require_safe
def compare(request: HttpRequest, untrusted_relation: str) -> HttpResponse:
    """All items, veiled; the alignment, the reasons, and the decision."""
    require(request, Permission.LIST_ITEMS)
    known = copies.relation(untrusted_relation)
    if known.id != untrusted_relation:
        query = request.GET.urlencode()
        return redirect(reverse("compare", args=[known.id]) + (f"?{query}" if query else ""))
    group = asked_for(request, known)
    stretches = alignment.on_players(known)
    sides = [_side("A", known.a, stretches), _side("B", known.b, stretches)]
    sides += [_side(letter, item, ()) for letter, item in group.members[2:]]
    revealed = presence.of(request).revealed
    context = {
        "relation": known,
        "sides": sides,
        "further": [_further(group, side) for side in sides[2:]],
        "offers": () if group.full else together.offered(known, sight.of(request), group.further),
        "beside": beside(group.further),
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
        "codes": json.dumps(machine_words.codes(), ensure_ascii=False),
        **seeing.in_page(request, *group.items),
    }
    return render(request, "web/compare.html", context)


@require_safe
def aligned(request: HttpRequest, untrusted_relation: str) -> HttpResponse:
    """The alignment for the page's scripts: no picture, no sound."""
    require(request, Permission.LIST_ITEMS)
    return JsonResponse(asked_for(request, copies.relation(untrusted_relation)).as_json())


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
        seen=typed.entry(request.POST, "seen"),
    )
    if "text/html" in request.headers.get("Accept", ""):
        here = reverse("compare", args=[known.id]) + beside(request.GET.getlist("with"))
        return HttpResponseRedirect(f"{here}#decision")
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


def asked_for(request: HttpRequest, known: KnownRelation) -> Group:
    """A and B and what the address names beside them, as far as this person may know of it."""
    return together.beside(known, request.GET.getlist("with"), sight.of(request))


def beside(items: Sequence[str]) -> str:
    """The end of an address that names these items beside A and B; nothing where there are none."""
    return f"?{urlencode([('with', item) for item in items])}" if items else ""


def _further(group: Group, side: Side) -> Further:
    joined = group.joined_by(side.letter)
    assert joined is not None, "what stands beside A and B is joined to one of them"
    anchor, relation = joined
    others = [item for item in group.further if item != side.sha256]
    return Further(
        side=side,
        anchor=anchor,
        relation=relation,
        kind_words=matches.kind_words(relation.seen_from(side.sha256).kind),
        without=reverse("compare", args=[group.known.id]) + beside(others),
    )


def _side(letter: str, sha256: str, stretches: tuple[Segment, ...]) -> Side:
    item, table = preservation.item(sha256), renditions.frames(sha256)
    lasts_s = renditions.duration_s(sha256)
    found = alignment.gaps(stretches, letter.lower(), lasts_s) if stretches else []
    return Side(
        letter=letter,
        sha256=item.sha256,
        name=item.name,
        severity=seeing.known(item.sha256),
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
