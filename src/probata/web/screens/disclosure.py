"""Disclosure: what is proposed and sealed, the form that proposes, and one disclosure as its recipient gets it."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from probata.access import services as access
from probata.access.roles import Permission
from probata.disclosure import selectors, services
from probata.disclosure.gathering import ALWAYS
from probata.disclosure.plan import Why
from probata.disclosure.selectors import KnownDisclosure
from probata.web import answers
from probata.web.gate import presence, sight
from probata.web.gate.permission import decision, person, require
from probata.web.screens.items import unsigned_entries
from probata.web.shown import disclosing

ROWS = 50
_QUERY_LENGTH = 200


@require_safe
def disclosure(request: HttpRequest) -> HttpResponse:
    """Every disclosure as a row, those that wait for somebody first; filtered by what is typed."""
    require(request, Permission.LIST_ITEMS)
    query, kept = request.GET.get("q", "").strip()[:_QUERY_LENGTH], sight.of(request)
    every = [one for one in selectors.disclosures() if not selectors.hides(kept, one)]
    every.sort(key=lambda one: {"proposed": 0, "released": 1}.get(one.state, 2))
    page = Paginator([one for one in every if _fits(one, query)], ROWS).get_page(request.GET.get("page"))
    context = {
        "query": query,
        "page": page,
        "total": len(every),
        "alone": [one for one in selectors.packages_alone() if not kept.hides(*one.items)],
        "may_propose": decision(request, Permission.PROPOSE_DISCLOSURE),
    }
    return render(request, "web/disclosure.html", context)


@require_safe
def new(request: HttpRequest) -> HttpResponse:
    """The form: to whom and why, which items, what goes along, what is withheld."""
    require(request, Permission.PROPOSE_DISCLOSURE)
    sent: QueryDict = request.GET
    if request.GET.get("from"):
        earlier = selectors.seen_by(request.GET["from"], person(request).key_id)
        sent = disclosing.as_query(earlier.plan)
    return render(request, "web/disclosure_new.html", _form(request, sent))


@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """The package of what the form holds, as the recipient would get it; nothing is recorded."""
    require(request, Permission.PROPOSE_DISCLOSURE)
    plan = disclosing.plan_of(request.POST)
    services.must_be_accounted_for(plan, sight.of(request))
    gathered = selectors.gather(plan, name="package", by=person(request).key_id)
    context = {**disclosing.preview(gathered, plan), "plan": plan}
    return render(request, "web/disclosure_preview.html", context)


@require_POST
def propose(request: HttpRequest) -> HttpResponse:
    """Record the proposal; another person releases it, or does not."""
    known = services.propose(
        disclosing.plan_of(request.POST), actor=_actor(request), reason=request.POST.get("reason", "")
    )
    said = _("It is proposed. Another person decides whether it goes.")
    return answers.done(request, to=reverse("disclosure_one", args=[known.id]), said=said)


@require_safe
def one(request: HttpRequest, disclosure: str) -> HttpResponse:
    """One disclosure: where it stands, who may do what next, and the package as its recipient gets it."""
    require(request, Permission.LIST_ITEMS)
    known = selectors.seen_by(disclosure, person(request).key_id)
    if known.id != disclosure:
        return redirect("disclosure_one", known.id)
    gathered = services.gathered(known)
    context = {
        "known": known,
        **disclosing.preview(gathered, known.plan),
        **_standing(request, known),
        "moved": known.released and gathered.sha256 != known.contents_sha256,
        "mine": known.proposed_key == person(request).key_id,
        "unsigned": unsigned_entries(),
    }
    return render(request, "web/disclosure_one.html", context)


@require_safe
def standing(request: HttpRequest, disclosure: str) -> HttpResponse:
    """How far its work is, for the page to ask again while it goes on."""
    require(request, Permission.LIST_ITEMS)
    known = selectors.seen_by(disclosure, person(request).key_id)
    return render(request, "web/disclosure_standing.html", {"known": known, **_standing(request, known)})


def _standing(request: HttpRequest, known: KnownDisclosure) -> dict[str, Any]:
    return {
        "known": known,
        "job": disclosing.job_of(known),
        "unread": selectors.not_read_again(known.plan.items),
        "stored": selectors.lies_here(known),
        "fingerprint": access.log_fingerprint(),
        "mine": known.proposed_key == person(request).key_id,
        "may_release": decision(request, Permission.RELEASE_DISCLOSURE),
        "may_seal": decision(request, Permission.SEAL),
        "may_check": decision(request, Permission.CHECK),
        "may_propose": decision(request, Permission.PROPOSE_DISCLOSURE),
    }


def _form(request: HttpRequest, sent: QueryDict) -> dict[str, Any]:
    kept = sight.of(request)
    case, query = sent.get("case", ""), sent.get("within", "").strip()[:_QUERY_LENGTH]
    if case and (kept.hides(case) or case not in {line.id for line in disclosing.cases_offered(request, kept)}):
        case = ""
    found, count = disclosing.items_offered(case, query, kept)
    rows = disclosing.choices(found, sent)
    along = sent.getlist("along") if "recipient" in sent else sorted(ALWAYS)
    return {
        "sent": sent,
        "case": case,
        "within": query,
        "cases": disclosing.cases_offered(request, kept),
        "rows": rows,
        "count": count,
        "kinds": disclosing.KINDS,
        "along": along,
        "whys": tuple(Why),
        "labels": disclosing.labels_offered([row.sha256 for row in rows], sent, kept),
    }


def _fits(known: KnownDisclosure, query: str) -> bool:
    words = f"{known.plan.recipient} {known.plan.purpose} {known.proposed_by} {known.state} {known.id}".casefold()
    return all(word in words for word in query.casefold().split())


def _actor(request: HttpRequest) -> Any:  # noqa: ANN401  a signer
    return presence.of(request).keyring.signing
