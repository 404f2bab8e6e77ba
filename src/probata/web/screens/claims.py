"""The claims board, the page of one proposition, and the parties: what is said, by whom, in which words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import frozen
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from probata.access.roles import Permission
from probata.claims import selectors as claims
from probata.claims.selectors import Traced
from probata.engines import clock
from probata.terms.spans import Span
from probata.verification import selectors as verification
from probata.web.gate import presence, sight
from probata.web.gate.permission import decision, require
from probata.web.served import renditions
from probata.web.shown import claims_board as board
from probata.web.shown.claims_said import Said
from probata.web.templatetags.claim_words import KINDS

ROWS = 30
_QUERY_LENGTH = 200
_CHANGES_SHOWN = 30


@require_safe
def claims_board(request: HttpRequest) -> HttpResponse:
    """Propositions against speakers: what is asked for, with what contradicts and what changed since a day ago."""
    require(request, Permission.LIST_ITEMS)
    record = board.on_record(sight.of(request))
    labels = board.labels_of_incidents(sight.of(request))
    changes = board.changes_since(clock.now(), sight.of(request))
    wanted = _wanted(request)
    names = board.wanted_propositions(record, wanted, (one.proposition for one in changes))
    page = Paginator(names, ROWS).get_page(request.GET.get("page"))
    columns = board.columns(record, page.object_list, wanted.speaker)
    context = {
        "wanted": wanted,
        "kept": _kept(request),
        "page": page,
        "columns": columns,
        "rows": board.rows(record, page.object_list, columns, labels, changes),
        "total": len(record.claims.propositions),
        "contradictions": record.contradictions,
        "clashes": _clashes(record),
        "changes": [_told(record, one) for one in changes[:_CHANGES_SHOWN]],
        "change_count": len(changes),
        "incidents": labels,
        "speakers": board.columns(record, record.claims.propositions),
        "may_record": decision(request, Permission.RECORD_CLAIMS),
    }
    return render(request, "web/claims.html", context)


def _kept(request: HttpRequest) -> str:
    """What another page of the same list asks for as well."""
    return urlencode({name: str(value) for name, value in request.GET.items() if name != "page" and value})


def _wanted(request: HttpRequest) -> board.Wanted:
    return board.Wanted(
        query=request.GET.get("q", "").strip()[:_QUERY_LENGTH],
        incident=request.GET.get("incident", ""),
        speaker=request.GET.get("speaker", ""),
        changed=request.GET.get("changed") == "yes",
    )


@frozen(kw_only=True)
class Clash:
    """Two propositions that cannot both be so; one alone, from which what cannot both be so follows."""

    id: str
    statement: str
    bond: board.Bond
    alone: bool


def _clashes(record: board.OnRecord) -> list[Clash]:
    told = []
    for name, bonds in record.contradicts.items():
        statement = record.claims.propositions[name].thing.statement
        told += [
            Clash(id=name, statement=statement, bond=bond, alone=name == bond.other)
            for bond in bonds
            if name <= bond.other
        ]
    return told[:_CHANGES_SHOWN]


@frozen(kw_only=True)
class ToldChange:
    """A change in words: of which proposition, and who said it where somebody did."""

    kind: str
    proposition: str
    statement: str
    said: Said | None
    by: str
    at: Any
    why: str


def _told(record: board.OnRecord, change: claims.Change) -> ToldChange:
    stated = record.claims.propositions.get(change.proposition)
    asserted = record.claims.assertions.get(change.assertion)
    return ToldChange(
        kind=change.kind,
        proposition=change.proposition,
        statement=stated.thing.statement if stated else "",
        said=record.one_said(asserted) if asserted else None,
        by=change.by,
        at=change.at,
        why=change.why,
    )


@frozen(kw_only=True)
class Place:
    """Where words stand: an item, and a stretch on its player's clock or bytes of its text."""

    item: str
    start_s: float | None = None
    end_s: float | None = None
    start: int | None = None
    end: int | None = None

    @property
    def fragment(self) -> str:
        """What leads the item's page to the moment."""
        return "" if self.start_s is None else f"#s={self.start_s:.3f}"


@frozen(kw_only=True)
class Asserted:
    """An assertion on a proposition's page: with where it stands, and why it is said to come from somewhere."""

    said: Said
    place: Place | None
    traced: Mapping[str, Traced]

    @property
    def untraced(self) -> list[Traced]:
        """The sources from which it does not come after all."""
        return [one for one in self.traced.values() if not one.stands]


@require_safe
def proposition(request: HttpRequest, proposition: str) -> HttpResponse:
    """All that is on record of one proposition: who says what of it, from where they have it, what it excludes."""
    require(request, Permission.LIST_ITEMS)
    known = claims.proposition(proposition)
    if known.id != proposition:
        return redirect("claims_proposition", known.id)
    record = board.on_record(sight.of(request))
    asserted = record.said(known.id)
    independence = record.claims.independence(one.id for one in asserted)
    traced = claims.traces(one.id for one in asserted)
    may_assess = decision(request, Permission.ASSESS)
    context = {
        "known": record.claims.propositions[known.id],
        "value": board.value_in_words(known.thing, record.claims),
        "incident": board.labels_of_incidents(sight.of(request)).get(known.thing.incident or "", ""),
        "earlier": claims.earlier_propositions(known.id),
        "asserted": [Asserted(said=one, place=place_of(one), traced=traced.get(one.id, {})) for one in asserted],
        "independence": independence,
        "roots": board.roots(record, independence),
        "contradicts": record.contradicts.get(known.id, ()),
        "entails": record.entails.get(known.id, ()),
        "follows_from": record.follows_from.get(known.id, ()),
        "others": [one for one in record.claims.propositions.values() if one.id != known.id],
        "reviews": verification.reviews(presence.of(request).keyring.signing.key_id, of=[known.id]),
        "review_address": _review_address(known.id),
        "may_record": decision(request, Permission.RECORD_CLAIMS),
        "may_assess": may_assess,
    }
    return render(request, "web/claims_proposition.html", context)


def _review_address(name: str) -> str:
    try:
        return f"{reverse('open_review')}?{urlencode({'proposition': name})}"
    except NoReverseMatch:
        return ""


def place_of(one: Said) -> Place | None:
    """Where the words of an assertion stand, as a page can show and link it; None where that is not recorded."""
    if one.where is None:
        return None
    segment: Span | None = one.where.segment
    if segment is None:
        return Place(item=one.where.item, start=one.where.start, end=one.where.end)
    origin_s = renditions.origin_s(one.where.item)
    start_s, end_s = float(segment.start.seconds - origin_s), float(segment.end.seconds - origin_s)
    return Place(item=one.where.item, start_s=start_s, end_s=end_s)


@require_safe
def parties(request: HttpRequest) -> HttpResponse:
    """Whoever speaks or is spoken of, each with how often they speak; and the form to add one."""
    require(request, Permission.LIST_ITEMS)
    record = board.on_record(sight.of(request))
    speak = {one.id: one.count for one in board.columns(record, record.claims.propositions)}
    instead = claims.party(request.GET["instead_of"]) if request.GET.get("instead_of") else None
    context = {
        "parties": [(one, speak.get(one.id, 0)) for one in record.claims.parties.values()],
        "instead": instead,
        "kinds": list(KINDS),
        "blanks": range(1 if instead else 3),
        "may_record": decision(request, Permission.RECORD_CLAIMS),
    }
    return render(request, "web/claims_parties.html", context)
