"""Recordings on one clock: which are chosen, what is known of them, how far the work is, and what it found."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations
from typing import Any
from urllib.parse import urlencode

from attrs import frozen
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from probata.access.roles import Permission
from probata.cases.selectors import Sight
from probata.copies import selectors as copies
from probata.preservation import selectors as preservation
from probata.terms.errors import InvalidValue, ProbataError
from probata.verification import services
from probata.verification.derivation import Derivation
from probata.verification.sync.anchors import ERROR_S
from probata.web import answers
from probata.web.gate import presence, sight
from probata.web.gate.permission import decision, person, require
from probata.web.served import renditions
from probata.web.shown import clock_rows
from probata.web.shown.typed import lines, number, text
from probata.web.work import jobs, syncing
from probata.web.work.jobs import Job
from probata.web.work.syncing import Question

_OFFERED = 20
_LETTERS = "ABCDEFGH"
_FIELDS = ("distance_m", "moments", "error_s")


@frozen(kw_only=True)
class Chosen:
    """An item that is chosen, or may be: its letter once it is; `sound` None where nobody has looked."""

    letter: str
    sha256: str
    name: str
    media_type: str
    duration_s: Fraction | None
    sound: bool | None


@require_safe
def sync(request: HttpRequest) -> HttpResponse:
    """What the address chooses, and the run that it names; nothing is heard by looking at it."""
    require(request, Permission.LIST_ITEMS)
    hidden, given = sight.of(request), request.GET
    items = _known(given.getlist("item"), hidden)
    status, error, run = 200, None, None
    if untrusted_run := text(given, "run"):
        try:
            run = syncing.run(untrusted_run, hidden)
        except ProbataError as unknown:
            error, status = unknown.told(_), 404
    query = text(given, "q")
    offered = _offered(query, items, hidden)
    context: dict[str, Any] = {
        "chosen": _rows(items, lettered=True),
        "full": len(items) >= syncing.MOST,
        "most": syncing.MOST,
        "offered": _rows([one.sha256 for one in offered[:_OFFERED]]),
        "more": len(offered) > _OFFERED,
        "q": query,
        "given": {name: given.get(name, "") for name in _FIELDS},
        "usual_error_s": ERROR_S,
        "error": error,
        "run": run,
        "may_examine": decision(request, Permission.EXAMINE),
        "may_record": decision(request, Permission.ASSESS),
        "query": given.urlencode(),
        "board": _board(run) if run is not None and run.answer is not None else None,
        "unasked": run is not None and list(run.items) != items,
    }
    return render(request, "web/places_sync.html", context, status=status)


@require_safe
def progress(request: HttpRequest) -> HttpResponse:
    """How far a run is, for its page to ask again while it goes on."""
    require(request, Permission.LIST_ITEMS)
    run = syncing.run(text(request.GET, "run"), sight.of(request))
    return render(request, "web/places_sync_run.html", {"run": run, "query": request.GET.urlencode()})


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Take one more in, leave one out, or let one lead; what was typed stays, in the address that this leads to."""
    require(request, Permission.LIST_ITEMS)
    given, hidden = request.POST, sight.of(request)
    items = _known(given.getlist("item"), hidden)
    added, led = (_known(given.getlist(name), hidden) for name in ("add", "first"))
    if added and len({*items, *added}) > syncing.MOST:
        raise InvalidValue(what=_("The choice"), why=_("it holds %(most)d recordings at most") % {"most": syncing.MOST})
    before, items = items, list(dict.fromkeys([*led, *items, *added]))
    items = [one for one in items if one not in given.getlist("drop")]
    moved = given.copy()
    moved["moments"] = "\n".join(syncing.relettered(lines(given, "moments"), before, items))
    said = ngettext("%(n)d recording is chosen.", "%(n)d recordings are chosen.", len(items)) % {"n": len(items)}
    return answers.done(request, to=f"{_address(items, moved)}#choice", said=said)


@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Begin to set what is chosen on one clock."""
    require(request, Permission.EXAMINE)
    job = syncing.begin(_question(request.POST, sight.of(request)), by=person(request).name)
    said = _("Machines are listening; you may close this page and come back to its address.")
    return answers.done(request, to=_address(job.items, request.POST, run=job.id), said=said)


@require_POST
def stop(request: HttpRequest, job: str) -> HttpResponse:
    """End a run of one's own before its next part."""
    require(request, Permission.EXAMINE)
    run = syncing.run(job, sight.of(request))
    if not jobs.stop(run.id, by=person(request).name):
        raise InvalidValue(what=_("The work"), why=_("it is over, or somebody else's"))
    to = f"{reverse('places_sync')}?{request.GET.urlencode()}"
    return answers.done(request, to=to, said=_("It stops before its next part."))


@require_POST
def record(request: HttpRequest) -> HttpResponse:
    """Put the run that the address names on the record."""
    require(request, Permission.ASSESS)
    told = syncing.answer(syncing.run(text(request.GET, "run"), sight.of(request)))
    made = services.record_derivation(
        Derivation.from_json(told["derivation"]),
        actor=presence.of(request).keyring.signing,
        reason=request.POST.get("reason", "").strip(),
    )
    to = f"{reverse('places_sync')}?{request.GET.urlencode()}"
    return answers.done(request, to=to, said=_("The run is on the record as derivation %(id)s.") % {"id": made})


def _question(given: QueryDict, hidden: Sight) -> Question:
    error_s = number(given, "error_s", "doubt of such a moment")
    return Question(
        items=tuple(sight.item(hidden, one) for one in given.getlist("item")[: 4 * syncing.MOST]),
        moments=tuple(lines(given, "moments")),
        error_s=ERROR_S if error_s is None else error_s,
        distance_m=number(given, "distance_m", "distance"),
    )


def _address(items: Sequence[str], given: QueryDict, *, run: str = "") -> str:
    typed = [(name, written) for name in _FIELDS if (written := given.get(name, "").strip())]
    named = [("item", item) for item in items]
    asked = [*named, *typed, *([("run", run)] if run else [])]
    return f"{reverse('places_sync')}?{urlencode(asked)}" if asked else reverse("places_sync")


def _known(untrusted_items: Sequence[str], hidden: Sight) -> list[str]:
    """Those of these that there are, and that this person may know of, each once and in their order."""
    named = [one for one in dict.fromkeys(untrusted_items[: 4 * syncing.MOST]) if len(one) == 64]
    there = [one for one in named if preservation.item_or_none(one) is not None and not hidden.hides(one)]
    return there[: syncing.MOST]


def _offered(query: str, chosen: Sequence[str], hidden: Sight) -> list[Any]:
    found = preservation.search(query[:200]).exclude(pk__in=[*hidden.items, *chosen])
    return list(preservation.with_sound(found, known_by=renditions.WAVE, looked_by=renditions.FACTS)[: _OFFERED + 1])


def _rows(items: Sequence[str], *, lettered: bool = False) -> list[Chosen]:
    names, lengths = preservation.first_acquisitions(items), renditions.durations_s(items)
    looked = preservation.newest_renditions(items, (renditions.WAVE, renditions.FACTS))
    return [
        Chosen(
            letter=_LETTERS[at] if lettered else "",
            sha256=item,
            name=names[item].name if item in names else "",
            media_type=preservation.item(item).media_type,
            duration_s=lengths.get(item),
            sound=(item, renditions.WAVE) in looked if (item, renditions.FACTS) in looked else None,
        )
        for at, item in enumerate(items)
    ]


def _board(run: Job) -> clock_rows.Board:
    names = {item: one.name for item, one in preservation.first_acquisitions(run.items).items()}
    related = {}
    for a, b in combinations(run.items, 2):
        relation = copies.relation_between(a, b)
        if relation is not None and relation.state != "rejected":
            related[frozenset((a, b))] = relation.id
    assert run.answer is not None
    return clock_rows.board(run.answer, names, related)
