"""What a custodian does to keep the record sound: signing checkpoints, reading stored bytes again."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from probata.access import services as access
from probata.access.roles import Permission
from probata.custody import services as custody
from probata.disclosure import selectors as disclosures
from probata.preservation import selectors as preservation
from probata.web import answers
from probata.web.gate import presence, sight
from probata.web.gate.permission import decision, person, require
from probata.web.work import fixity


@require_POST
def sign(request: HttpRequest) -> HttpResponse:
    """Sign a checkpoint over what nobody has signed yet, and lead back to the page where it was asked for."""
    require(request, Permission.SEAL)
    # Looked up before anything is signed, and as whoever asks may know of it.
    to = _back(request, request.POST.get("back", ""))
    kept = custody.checkpoint(access.unlock_log_key(presence.of(request).keyring))
    return answers.done(request, to=to, said=_("A checkpoint over %(n)d entries is signed.") % {"n": kept.row.size})


@require_POST
def read_again(request: HttpRequest, sha256: str) -> HttpResponse:
    """Begin to read the stored bytes of one item again, and to record what was found."""
    require(request, Permission.CHECK)
    found = preservation.item(sha256)
    reason = request.POST.get("reason", "").strip() or "read again at the workbench"
    actor = presence.of(request).keyring.signing
    fixity.begin(found.sha256, actor=actor, by=person(request).name, reason=reason)
    said = _("Its stored bytes are being read again; you may close this page.")
    return answers.done(request, to=reverse("custody", args=[found.sha256]), said=said)


@require_safe
def reading(request: HttpRequest, sha256: str) -> HttpResponse:
    """What reading its bytes again has found so far, for the page to ask again while it goes on."""
    require(request, Permission.LIST_ITEMS)
    found = preservation.item(sha256)
    return render(request, "web/custody_fixity.html", {"item": found, **fixity_of(request, found.sha256)})


def fixity_of(request: HttpRequest, sha256: str) -> dict[str, Any]:
    """Every time that an item's bytes were read again, the reading that goes on, and whether one may begin another."""
    return {
        "fixity": preservation.fixity_runs(sha256),
        "reading": next(iter(fixity.about(sha256)), None),
        "may_check": decision(request, Permission.CHECK),
        "may_seal": decision(request, Permission.SEAL),
    }


def _back(request: HttpRequest, untrusted_page: str) -> str:
    """The page that asked: `items`, `item:` or `disclosure:` with its id; the desk where it is none of these."""
    kind, _colon, known = untrusted_page.partition(":")
    if kind == "items":
        return reverse("items")
    if kind == "item":
        return reverse("custody", args=[sight.item(sight.of(request), known)])
    if kind == "disclosure":
        return reverse("disclosure_one", args=[disclosures.seen_by(known, person(request).key_id).id])
    return reverse("desk")
