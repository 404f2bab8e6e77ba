"""Having machines look, from a page: at one item or at all that is due, and how far they are."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from probata.access.roles import Permission
from probata.preservation import selectors as preservation
from probata.terms.errors import InvalidValue
from probata.web import answers
from probata.web.gate import presence, sight
from probata.web.gate.permission import decision, person, require
from probata.web.work import jobs, machines


@require_POST
def look(request: HttpRequest, sha256: str) -> HttpResponse:
    """Begin to have machines look at one item; with `what`, one of them alone."""
    require(request, Permission.EXAMINE)
    found = preservation.item(sha256)
    machines.begin(
        found.sha256,
        machines.wish(request.POST.get("what", "")),
        actor=presence.of(request).keyring.signing,
        by=person(request).name,
        reason=_reason(request),
    )
    return answers.done(request, to=reverse("item", args=[found.sha256]), said=_said())


@require_safe
def at_work(request: HttpRequest, sha256: str) -> HttpResponse:
    """Whether machines are at an item, for its page to ask again while they are."""
    require(request, Permission.LIST_ITEMS)
    found = preservation.item(sha256)
    told = {"item": found, "may_examine": decision(request, Permission.EXAMINE), **machines.in_page(found.sha256)}
    return render(request, "web/item_at_work.html", told)


@require_POST
def look_at_due(request: HttpRequest) -> HttpResponse:
    """Begin to have machines look at everything that is due and that this person may know of."""
    require(request, Permission.EXAMINE)
    machines.begin_due(
        machines.wish(request.POST.get("what", "")),
        sight=sight.of(request),
        actor=presence.of(request).keyring.signing,
        by=person(request).name,
        reason=_reason(request),
    )
    return answers.done(request, to=reverse("intake"), said=_said())


@require_POST
def stop(request: HttpRequest, job: str) -> HttpResponse:
    """End work of one's own; what was done is on the record."""
    require(request, Permission.EXAMINE)
    if not jobs.stop(job, by=person(request).name):
        raise InvalidValue(what=_("The work"), why=_("it is over, or somebody else's"))
    return answers.done(request, to=reverse("intake"), said=_("It stops; what was done is on the record."))


def _said() -> str:
    return _("Machines are looking; you may close this page.")


def _reason(request: HttpRequest) -> str:
    return request.POST.get("reason", "").strip() or "asked for at the workbench"
