"""Items beside each other in words: gaps and edits of every pair, and what is said, as tables; to print, to take along.

No footage and no address of any stands here.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from attrs import frozen
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from probata.access.roles import Permission
from probata.copies import selectors as copies
from probata.preservation import selectors as preservation
from probata.web.gate.permission import require
from probata.web.screens.compare import asked_for, beside
from probata.web.served import renditions
from probata.web.shown import matches, said_together
from probata.web.shown.together import Group, Pairing, Stretch

COLUMNS = (
    "pair",
    "through",
    "state",
    "what",
    "first",
    "first_start_s",
    "first_end_s",
    "second",
    "second_start_s",
    "second_end_s",
    "speed",
    "differs",
    "first_item",
    "second_item",
    "relations",
)
"""The columns of the table of comma-separated values; seconds are on each item's player's clock, rounded to 1 µs."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@frozen(kw_only=True)
class Member:
    """One of the items, as the page names it."""

    letter: str
    sha256: str
    name: str
    duration_s: Fraction | None
    joined: str


@require_safe
def together(request: HttpRequest, untrusted_relation: str) -> HttpResponse:
    """Both tables as one page."""
    require(request, Permission.LIST_ITEMS)
    known = copies.relation(untrusted_relation)
    if known.id != untrusted_relation:
        query = request.GET.urlencode()
        return redirect(reverse("together", args=[known.id]) + (f"?{query}" if query else ""))
    group = asked_for(request, known)
    context = {
        "relation": known,
        "group": group,
        "members": _members(group),
        "pairings": group.pairings,
        "said": said_together.said(group),
        "beside": beside(group.further),
    }
    return render(request, "web/together.html", context)


@require_safe
def as_csv(request: HttpRequest, untrusted_relation: str) -> HttpResponse:
    """The table of gaps and edits as comma-separated values: one row a stretch, one a gap."""
    require(request, Permission.LIST_ITEMS)
    group = asked_for(request, copies.relation(untrusted_relation))
    written = io.StringIO()
    table = csv.DictWriter(written, COLUMNS, lineterminator="\r\n")
    table.writeheader()
    for row in _rows(group):
        table.writerow({name: _safe(value) for name, value in row.items()})
    response = HttpResponse(written.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="gaps-and-edits-{group.known.id[:8]}.csv"'
    return response


@require_safe
def as_json(request: HttpRequest, untrusted_relation: str) -> HttpResponse:
    """The same as JSON, every time exact, as a fraction of a second."""
    require(request, Permission.LIST_ITEMS)
    group = asked_for(request, copies.relation(untrusted_relation))
    told = {
        "schema": "probata/together/1",
        "relation": group.known.id,
        "items": [
            {
                "letter": one.letter,
                "item": one.sha256,
                "duration": None if one.duration_s is None else str(one.duration_s),
            }
            for one in _members(group)
        ],
        "pairs": [_pair_told(pairing) for pairing in group.pairings],
    }
    response = JsonResponse(told, json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Disposition"] = f'attachment; filename="gaps-and-edits-{group.known.id[:8]}.json"'
    return response


def _members(group: Group) -> list[Member]:
    first = preservation.first_acquisitions(list(group.items))
    return [
        Member(
            letter=letter,
            sha256=item,
            name=first[item].name,
            duration_s=renditions.duration_s(item),
            joined=_joined(group, letter),
        )
        for letter, item in group.members
    ]


def _joined(group: Group, letter: str) -> str:
    """What it is to A or to B; of A and B themselves what A is to B."""
    if letter == "A":
        return f"{matches.kind_words(group.known.kind)} B"
    joined = group.joined_by(letter)
    if joined is None:
        return f"{matches.kind_words(group.known.seen_from(group.known.b).kind)} A"
    anchor, relation = joined
    return f"{matches.kind_words(relation.seen_from(dict(group.members)[letter]).kind)} {anchor}"


def _rows(group: Group) -> Iterator[dict[str, str]]:
    for pairing in group.pairings:
        about = {
            "pair": f"{pairing.one}-{pairing.other}",
            "through": " ".join(pairing.through),
            "state": pairing.state if pairing.relations else "",
            "first_item": pairing.item_one,
            "second_item": pairing.item_other,
            "relations": " ".join(pairing.relations),
        }
        if not pairing.stretches:
            yield {**about, "what": "not joined"}
        for one in pairing.stretches:
            at = one.segment
            yield {
                **about,
                "what": f"stretch {one.number}",
                **_span("first", pairing.one, at.a_start_s, at.a_end_s),
                **_span("second", pairing.other, at.b_start_s, at.b_end_s),
                "speed": f"{float(at.speed):.6g}",
                "differs": "; ".join(one.edits),
            }
        for letter, gap in pairing.unshared:
            side = "first" if letter == pairing.one else "second"
            yield {**about, "what": "gap", **_span(side, letter, gap.start_s, gap.end_s)}


def _span(side: str, letter: str, start_s: Fraction, end_s: Fraction) -> dict[str, str]:
    return {side: letter, f"{side}_start_s": f"{float(start_s):.6f}", f"{side}_end_s": f"{float(end_s):.6f}"}


def _safe(value: str) -> str:
    """A cell that no table calculates."""
    return f"'{value}" if value.startswith(_FORMULA) else value


def _pair_told(pairing: Pairing) -> dict[str, Any]:
    return {
        "first": pairing.one,
        "second": pairing.other,
        "through": list(pairing.through),
        "relations": list(pairing.relations),
        "state": pairing.state if pairing.relations else None,
        "stretches": [_stretch_told(one) for one in pairing.stretches],
        "gaps": [{"of": letter, "from": str(gap.start_s), "to": str(gap.end_s)} for letter, gap in pairing.unshared],
        "remarks": pairing.remarks,
    }


def _stretch_told(one: Stretch) -> dict[str, Any]:
    at = one.segment
    return {
        "first": {"from": str(at.a_start_s), "to": str(at.a_end_s)},
        "second": {"from": str(at.b_start_s), "to": str(at.b_end_s)},
        "speed": str(at.speed),
        "laid": None if one.matrix is None else [round(part, 6) for part in one.matrix],
        "differs": list(one.edits),
    }
