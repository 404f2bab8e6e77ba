"""Adding to what is claimed: parties, propositions, assertions, translations, origins; superseded with a reason."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from probata.access.roles import Permission
from probata.claims import selectors as claims
from probata.claims import services
from probata.claims.propositions import EdgeKind, Proposition
from probata.custody.entries import Signer
from probata.terms.counts import Count
from probata.terms.errors import InvalidValue
from probata.terms.places import Place
from probata.terms.times import TimeWithDoubt
from probata.web import answers
from probata.web.gate import presence, sight
from probata.web.gate.permission import decision, require
from probata.web.screens.claims import place_of
from probata.web.shown import claims_board as board
from probata.web.shown import claims_forms
from probata.web.shown.claimed import when
from probata.web.templatetags.claim_words import BASES, COUNTED, STANCES, TYPES


def _actor(request: HttpRequest) -> Signer:
    return presence.of(request).keyring.signing


def _back(request: HttpRequest, otherwise: str) -> str:
    """Where the form was opened from, if that is one of our own addresses."""
    wanted = request.POST.get("back", "")
    ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if wanted.startswith("/") and ours else otherwise


@require_POST
def add_party(request: HttpRequest) -> HttpResponse:
    """Record a party, or how it is called instead of the one it supersedes."""
    known = services.add_party(
        claims_forms.party(request.POST),
        actor=_actor(request),
        reason=request.POST.get("reason", "").strip(),
        supersedes=request.POST.get("instead_of") or None,
        another=request.POST.get("another") == "yes",
    )
    said = _("Recorded as a party: %(name)s.") % {"name": known.thing.shown_as}
    return answers.done(request, to=_back(request, f"{reverse('claims_parties')}#{known.id}"), said=said, made=known.id)


@require_http_methods(["GET", "HEAD", "POST"])
def state(request: HttpRequest) -> HttpResponse:
    """State a proposition, or word one better."""
    if request.method == "POST":
        return _state(request)
    require(request, Permission.LIST_ITEMS)
    instead = claims.proposition(request.GET["instead_of"]) if request.GET.get("instead_of") else None
    record = board.on_record(sight.of(request))
    context = {
        "instead": instead,
        "value": _value_fields(instead.thing, record.claims) if instead else {},
        "types": TYPES.items(),
        "counted": COUNTED.items(),
        "parties": list(record.claims.parties.values()),
        "incidents": board.labels_of_incidents(sight.of(request)),
        "incident": instead.thing.incident if instead else request.GET.get("incident", ""),
        "may_record": decision(request, Permission.RECORD_CLAIMS),
    }
    return render(request, "web/claims_state.html", context)


def _state(request: HttpRequest) -> HttpResponse:
    instead = request.POST.get("instead_of") or None
    if instead is None:
        stated = claims_forms.proposition(request.POST)
    else:
        stated = _reworded(claims.proposition(instead).thing, request.POST)
    known = services.add_proposition(
        stated, actor=_actor(request), reason=request.POST.get("reason", "").strip(), supersedes=instead
    )
    to = _back(request, reverse("claims_proposition", args=[known.id]))
    # Whoever came from an article goes on there, with this proposition chosen.
    if request.POST.get("back") and "of=" not in to and to == request.POST["back"]:
        path, mark, place = to.partition("#")
        to = f"{path}{'&' if '?' in path else '?'}{urlencode({'of': known.id})}{mark}{place}"
    return answers.done(request, to=to, said=_("Stated."), made=known.id)


def _reworded(before: Proposition, untrusted: QueryDict) -> Proposition:
    """A better wording keeps all else, which the form does not send; an incident may be named where none was."""
    incident = before.incident or untrusted.get("incident") or None
    return Proposition.from_json(
        before.as_json() | {"statement": untrusted.get("statement", "").strip(), "incident": incident}
    )


def _value_fields(thing: Proposition, known: claims.Claims) -> dict[str, Any]:
    """What form a proposition's value has, and it in words."""
    value = thing.value
    forms: tuple[tuple[type, str], ...] = ((TimeWithDoubt, "time"), (Place, "place"), (Count, "count"), (str, "text"))
    form = "party" if thing.party else next((name for kind, name in forms if isinstance(value, kind)), "")
    return {"form": form, "words": board.value_in_words(thing, known)}


@require_http_methods(["GET", "HEAD", "POST"])
def say(request: HttpRequest, proposition: str) -> HttpResponse:
    """Record who says what of a proposition, or the better record instead of one."""
    known = claims.proposition(proposition)
    if request.method == "POST":
        return _say(request, known.id)
    require(request, Permission.LIST_ITEMS)
    record = board.on_record(sight.of(request))
    instead = claims.assertion(request.GET["instead_of"]) if request.GET.get("instead_of") else None
    made_at = instead.thing.made_at if instead else None
    context = {
        "known": known,
        "instead": instead,
        "place": place_of(record.one_said(record.claims.assertions[instead.id])) if instead else None,
        "made": claims_forms.fields_of_time(made_at) if made_at else {},
        "made_words": when(made_at) if made_at else "",
        "via": [claims.party(one).id for one in instead.thing.via] if instead else [],
        "derives": instead.thing.derives_from if instead else (),
        "speaker": claims.party(instead.thing.speaker).id if instead else request.GET.get("speaker", ""),
        "item": request.GET.get("item", ""),
        "parties": list(record.claims.parties.values()),
        "said": record.said(known.id),
        "stances": STANCES.items(),
        "bases": BASES.items(),
        "may_record": decision(request, Permission.RECORD_CLAIMS),
    }
    return render(request, "web/claims_say.html", context)


def _say(request: HttpRequest, proposition: str) -> HttpResponse:
    instead = request.POST.get("instead_of") or None
    before = claims.assertion(instead).thing if instead else None
    told = request.POST.copy()
    if item := request.POST.get("item", "").strip():
        # By its beginning as well; what is kept from the person is as unknown as what is not there.
        told["item"] = sight.item(sight.of(request), item)
    known = services.add_assertion(
        claims_forms.assertion(proposition, told, before),
        actor=_actor(request),
        reason=request.POST.get("reason", "").strip(),
        supersedes=instead,
    )
    to = reverse("claims_proposition", args=[proposition]) + f"#said-{known.id}"
    said = _("Recorded instead of the earlier one.") if instead else _("Recorded as claimed.")
    return answers.done(request, to=_back(request, to), said=said, made=known.id)


@require_POST
def translate(request: HttpRequest, assertion: str) -> HttpResponse:
    """Record a translation of an assertion's words; it stands beside others."""
    known = claims.assertion(assertion)
    services.translate(
        known.id,
        actor=_actor(request),
        text=request.POST.get("text", "").strip(),
        language=request.POST.get("language", "").strip(),
        translator=request.POST.get("translator", ""),
        reason=request.POST.get("reason", "").strip(),
    )
    to = reverse("claims_proposition", args=[known.thing.proposition]) + f"#said-{known.id}"
    return answers.done(request, to=_back(request, to), said=_("The translation stands beside the words."))


_EDGES = {"contradicts": EdgeKind.CONTRADICTS, "entails": EdgeKind.ENTAILS, "follows_from": EdgeKind.ENTAILS}


@require_POST
def relate(request: HttpRequest, proposition: str) -> HttpResponse:
    """Record that two propositions cannot both be so, or that one follows from the other; or that it is not so."""
    told = _told(request)
    kind, other = told.get("kind", ""), told.get("other", "")
    start, end = (other, proposition) if kind == "follows_from" else (proposition, other)
    edge = _EDGES.get(kind)
    if edge is None:
        raise InvalidValue(what="How two propositions stand", why="it is contradicts, entails or follows_from")
    stands = told.get("stands", "yes") == "yes"
    services.relate(start, edge, end, actor=_actor(request), why=_why(told), stands=stands)
    said = _("Recorded how they stand to each other.") if stands else _("Recorded that they do not stand so.")
    here = reverse("claims_proposition", args=[claims.proposition(proposition).id])
    undo = reverse("claims_relate", args=[proposition])
    undo += "?" + urlencode({"kind": kind, "other": other, "stands": "no" if stands else "yes", "back": "undo"})
    return answers.done(request, to=f"{here}#bonds", said=said, undo=undo)


@require_POST
def trace(request: HttpRequest, assertion: str) -> HttpResponse:
    """Record that an assertion was taken from a source, or that it was not after all, and why."""
    told = _told(request)
    stands = told.get("stands", "yes") == "yes"
    known = claims.assertion(assertion)
    source = told.get("source", "").strip()
    services.trace(known.id, source, actor=_actor(request), why=_why(told), stands=stands)
    said = _("Recorded what it was taken from.") if stands else _("Recorded that it was not taken from it.")
    here = reverse("claims_proposition", args=[known.thing.proposition]) + f"#said-{known.id}"
    undo = reverse("claims_trace", args=[known.id])
    undo += "?" + urlencode({"source": source, "stands": "no" if stands else "yes", "back": "undo"})
    return answers.done(request, to=here, said=said, undo=undo)


def _told(request: HttpRequest) -> QueryDict:
    """What a form says; of an undo, what its address says, since the button sends nothing else."""
    return request.GET if request.GET.get("back") == "undo" else request.POST


def _why(told: QueryDict) -> str:
    return "taken back at once" if told.get("back") == "undo" else told.get("why", "").strip()
