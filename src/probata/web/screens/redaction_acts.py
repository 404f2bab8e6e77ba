"""One redaction: its plan, its rendition behind the veil, and what is done with it: rendered, released, refused."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from probata.access.purposes import Purpose
from probata.access.roles import Permission
from probata.engines.chunks import CHUNK_BYTES
from probata.preservation import selectors as preservation
from probata.redaction import selectors, services
from probata.redaction.selectors import KnownRedaction
from probata.terms.digests import Sha256
from probata.terms.errors import NotFound
from probata.web import answers
from probata.web.gate import presence
from probata.web.gate.permission import decision, person, require
from probata.web.screens import footage
from probata.web.screens.item import choices, shape
from probata.web.served import ranges, renditions, serving
from probata.web.served.ranges import ByteRange
from probata.web.shown import redacted, seeing


class NoRendition(NotFound):
    """Nobody rendered a redaction yet."""

    code = "no_rendition"
    template = "There is no rendition of this redaction yet."
    advice = "Render it on its page."


@require_safe
def one(request: HttpRequest, redaction: str) -> HttpResponse:
    """One redaction: how far it is, what it hides, and its rendition, veiled."""
    require(request, Permission.LIST_ITEMS)
    known = selectors.redaction(redaction)
    if known.id != redaction:
        return redirect("redaction", known.id)
    item = preservation.item(known.item)
    context = {
        "item": item,
        "parts": redacted.parts(item.sha256, known.plan),
        "table": renditions.frames(item.sha256),
        "axis_s": renditions.axis_s(item.sha256),
        "shape": shape(renditions.facts(item.sha256)),
        "duration_s": renditions.duration_s(item.sha256),
        "may_view": decision(request, Permission.VIEW_FOOTAGE),
        "revealed": item.sha256 in presence.of(request).revealed,
        "purposes": choices(Purpose.PREPARE_REDACTION),
        **seeing.in_page(request, item.sha256),
        **_standing(request, known),
    }
    return render(request, "web/redaction.html", context)


@require_safe
def standing(request: HttpRequest, redaction: str) -> HttpResponse:
    """How far its work is, for the page to ask again while it goes on."""
    require(request, Permission.LIST_ITEMS)
    known = selectors.redaction(redaction)
    return render(request, "web/redaction_standing.html", _standing(request, known))


@require_POST
def render_it(request: HttpRequest, redaction: str) -> HttpResponse:
    """Begin to render; it goes on when the page is closed."""
    require(request, Permission.REDACT)
    known = selectors.redaction(redaction)
    services.must_be_renderable(known)
    redacted.begin_rendering(known, actor=_signing(request), by=person(request).name)
    return _done(request, known.id, _("It is being rendered; you may close this page."))


@require_POST
def release(request: HttpRequest, redaction: str) -> HttpResponse:
    """Release what somebody else proposed, as this page showed its rendition."""
    seen = request.POST.get("seen", "")
    services.release(redaction, seen=seen, actor=_signing(request), reason=request.POST.get("reason", ""))
    return _done(request, redaction, _("It is released: a disclosure may send it in the item's place."))


@require_POST
def refuse(request: HttpRequest, redaction: str) -> HttpResponse:
    """Refuse what somebody else proposed."""
    services.refuse(redaction, actor=_signing(request), reason=request.POST.get("reason", ""))
    return _done(request, redaction, _("It is refused; its rendition does not go."))


@require_POST
def withdraw(request: HttpRequest, redaction: str) -> HttpResponse:
    """Withdraw what one proposed oneself."""
    services.withdraw(redaction, actor=_signing(request), reason=request.POST.get("reason", ""))
    return _done(request, redaction, _("It is withdrawn; its rendition does not go."))


@require_safe
def rendition(request: HttpRequest, redaction: str) -> HttpResponseBase:
    """The rendition's bytes, or a range of them, for who asked to see the item; each answer is logged as a view."""
    require(request, Permission.VIEW_FOOTAGE)
    known = selectors.redaction(redaction)
    item = footage.revealed_item(request, known.item)
    row = selectors.rendition_of(known)
    if row is None or known.rendering is None:
        raise NoRendition
    etag = f'"{row.sha256}"'
    asked = ranges.wanted(
        request.headers.get("Range"), request.headers.get("If-Range"), etag=etag, size_bytes=row.size_bytes
    )
    if asked == "unsatisfiable":
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{row.size_bytes}"})
    everything = ByteRange(first=0, last=row.size_bytes - 1)
    served = everything
    if isinstance(asked, ByteRange):
        served = ranges.capped(asked, most_bytes=serving.MOST_PART_BYTES, boundary_bytes=CHUNK_BYTES)
    detail = f"redacted {known.id[:8]}, {served.content_range(row.size_bytes)}"
    if request.method == "GET":
        footage.log(request, item, mode="full", detail=detail)
    with preservation.store().open(Sha256(row.sha256)) as stream:
        stream.seek(served.first)
        data = stream.read(served.length)
    response: HttpResponse | StreamingHttpResponse = HttpResponse(data, status=206 if asked else 200)
    if asked:
        response["Content-Range"] = served.content_range(row.size_bytes)
    response["Content-Type"] = known.rendering.media_type
    response["Accept-Ranges"], response["ETag"] = "bytes", etag
    return serving.guarded(response)


def _standing(request: HttpRequest, known: KnownRedaction) -> dict[str, Any]:
    return {
        "known": known,
        "job": redacted.job_of(known),
        "mine": known.proposed_key == person(request).key_id,
        "may_redact": decision(request, Permission.REDACT),
        "may_release": decision(request, Permission.RELEASE_REDACTION),
    }


def _done(request: HttpRequest, redaction: str, said: str) -> HttpResponse:
    return answers.done(request, to=reverse("redaction", args=[selectors.redaction(redaction).id]), said=said)


def _signing(request: HttpRequest) -> Any:  # noqa: ANN401  a signer
    return presence.of(request).keyring.signing
