"""The redactions of an item: what there is, and a plan put together part by part and proposed."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from probata.access.roles import Permission
from probata.preservation import selectors as preservation
from probata.redaction import selectors, services
from probata.redaction.plan import Why
from probata.terms.errors import InvalidValue
from probata.web import answers
from probata.web.gate import presence
from probata.web.gate.permission import decision, require
from probata.web.screens.observing import segment_of
from probata.web.served import renditions
from probata.web.shown import redacted


@require_safe
def redactions(request: HttpRequest, sha256: str) -> HttpResponse:
    """Every redaction of an item, the plan that this person puts together, and where its parts come from."""
    require(request, Permission.LIST_ITEMS)
    item = preservation.item(sha256)
    known = selectors.redactions(item.sha256)
    context: dict[str, Any] = {
        "item": item,
        "known": [(one, redacted.parts(item.sha256, one.plan)) for one in known],
        "draft": redacted.draft(request, item.sha256),
        "faces": redacted.faces_offered(request, item.sha256),
        "whys": [one.value for one in Why],
        "superseding": [one for one in known if one.state in {"proposed", "rendered", "released"}],
        "table": renditions.frames(item.sha256),
        "sound": renditions.wave(item.sha256),
        "may_redact": decision(request, Permission.REDACT),
    }
    return render(request, "web/redactions.html", context)


@require_POST
def draft(request: HttpRequest, sha256: str) -> HttpResponse:
    """Put a part into the plan of this person, or take one out; nothing is recorded yet."""
    require(request, Permission.REDACT)
    item = preservation.item(sha256).sha256
    if "face" in request.POST:
        redacted.add_face(request, item, _whole(request, "face"))
        said = _("The face is in the plan, along its whole way.")
    elif "remove" in request.POST:
        redacted.take_out(request, item, _whole(request, "remove"))
        said = _("It is out of the plan again.")
    elif "forget" in request.POST:
        redacted.forget(request, item)
        said = _("The plan is empty.")
    else:
        kind = request.POST.get("part", "")
        redacted.add(request, item, kind, segment_of(item, request.POST), request.POST)
        said = _("The area is in the plan.") if kind == redacted.AREA else _("The mute is in the plan.")
    return answers.done(request, to=reverse("redactions", args=[item]) + "#draft-title", said=said)


@require_POST
def propose(request: HttpRequest, sha256: str) -> HttpResponse:
    """Record the plan as a proposal; then it is rendered, and another person releases it or does not."""
    require(request, Permission.REDACT)
    item = preservation.item(sha256).sha256
    known = services.propose(
        redacted.plan_of(request, item, request.POST),
        actor=presence.of(request).keyring.signing,
        reason=request.POST.get("reason", ""),
        supersedes=redacted.superseded(request, request.POST.get("supersedes", "")),
    )
    redacted.forget(request, item)
    said = _("It is proposed. Render it, and another person looks at what comes of it.")
    return answers.done(request, to=reverse("redaction", args=[known.id]), said=said)


def _whole(request: HttpRequest, name: str) -> int:
    written = request.POST.get(name, "")
    if not (written.isascii() and written.isdecimal() and len(written) < 10):
        raise InvalidValue(what=name, why=_("it must be a whole number"))
    return int(written)
