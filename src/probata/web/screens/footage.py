"""Serving footage: asked for with a reason, permitted, proved and logged, request by request."""

from __future__ import annotations

import re
from fractions import Fraction

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.views.decorators.http import require_POST, require_safe

from probata.access import services as access
from probata.access.purposes import Purpose, purpose_named
from probata.access.roles import Permission
from probata.preservation import selectors as preservation
from probata.terms.errors import AccessError, InvalidValue
from probata.verification.turns import NoPlace
from probata.web.gate import presence
from probata.web.gate.permission import person, require
from probata.web.served import serving
from probata.web.served.narrowed import Narrow, OnlyTheStretches, narrow
from probata.web.served.originals import Original
from probata.web.served.serving import Log

_DECIMAL = re.compile(r"-?\d{1,9}(\.\d{1,9})?")


class NotRevealed(AccessError):
    """Nobody asked to see this item's footage in this session."""

    code = "not_revealed"
    template = "The footage of item {item} is veiled: nobody asked to see it in this session."
    advice = "Say what you look for, on the item's page (key B); it takes one of the roles that may view footage."


@require_POST
def reveal(request: HttpRequest, sha256: str) -> HttpResponse:
    """Record why this person asks to see the footage; from then on, in this session, it may be served to them."""
    item = preservation.item(sha256)
    purpose = purpose_named(request.POST.get("purpose", ""))
    here = presence.of(request)
    review = request.POST.get("review", "")
    if review:
        # Asked before anything is recorded: whoever holds no place in it is refused, and nothing was revealed.
        review = narrow(person(request), review, item.sha256).review
        purpose = Purpose.SECOND_REVIEW
    entry = access.reveal(here.keyring.signing, item.sha256, purpose=purpose, review=bool(review))
    # The last reason counts: what was asked for to review is not shown whole for a reason that was given before.
    if review:
        here.narrowed[item.sha256] = review
        here.revealed.discard(item.sha256)
    else:
        here.narrowed.pop(item.sha256, None)
        here.revealed.add(item.sha256)
    return JsonResponse({"schema": "probata/reveal/1", "item": item.sha256, "seq": entry.seq, "purpose": purpose})


@require_safe
def footage(request: HttpRequest, sha256: str) -> HttpResponseBase:
    """The original's bytes, or a range of them; a row in the log of views for each answer that carries any."""
    item = revealed_item(request, sha256)
    serving.must_be_footage(item)
    return serving.footage(request, item, _log(request, item))


@require_safe
def still(request: HttpRequest, sha256: str, ordinal: int) -> HttpResponse:
    """The exact picture of one frame, its digest checked against the table."""
    narrow_to = narrowed_to(request, sha256)
    item = preservation.item(sha256) if narrow_to else revealed_item(request, sha256)
    table = serving.table_of(item.sha256)
    serving.must_hold(narrow_to, table, ordinal, item.sha256)
    return serving.still(item.sha256, table, ordinal, _log(request, item))


@require_safe
def stretch_sound(request: HttpRequest, sha256: str, number: int) -> HttpResponse:
    """The sound of one of the stretches to which this person's view is narrowed."""
    item = preservation.item(sha256)
    narrow_to = narrowed_to(request, item.sha256)
    if narrow_to is None:
        raise NotRevealed(item=item.sha256[:8])
    return serving.stretch_sound(narrow_to, item.sha256, number, _log(request, item))


@require_safe
def spectrogram(request: HttpRequest, sha256: str) -> HttpResponse:
    """The pitches of a stretch, `from` and `to` in seconds on the player's clock: a picture of the sound, no sound.

    Like the waveform it needs no reveal; unlike it, it takes a role that may view footage, since speech can be read
    off it by who has learned to.
    """
    require(request, Permission.VIEW_FOOTAGE)
    item = preservation.item(sha256).sha256
    start_s, end_s, columns = (_decimal(request, name) for name in ("from", "to", "columns"))
    return serving.spectrogram(item, start_s, end_s, int(columns))


def _decimal(request: HttpRequest, name: str) -> Fraction:
    untrusted = request.GET.get(name, "")
    if not _DECIMAL.fullmatch(untrusted):
        raise InvalidValue(what=f"{name} {untrusted!r}", why="it must be a number such as 12.5")
    return Fraction(untrusted)


def narrowed_to(request: HttpRequest, sha256: str) -> Narrow | None:
    """The stretches to which this person's view of an item is narrowed in this session; None where it is not."""
    require(request, Permission.VIEW_FOOTAGE)
    here = presence.of(request)
    review = here.narrowed.get(sha256)
    if review is None:
        return None
    try:
        return narrow(person(request), review, sha256)
    except NoPlace:
        # Whoever has judged gave up their place, and what was shown for it is veiled again.
        here.narrowed.pop(sha256, None)
        return None


def revealed_item(request: HttpRequest, sha256: str) -> Original:
    """The item, if this person may see its footage and said why in this session."""
    require(request, Permission.VIEW_FOOTAGE)
    item = preservation.item(sha256)
    narrow_to = narrowed_to(request, item.sha256)
    if narrow_to is not None:
        # Whole files, and whatever is made of whole files.
        raise OnlyTheStretches(item=item.sha256[:8], review=narrow_to.review[:8])
    if item.sha256 not in presence.of(request).revealed:
        raise NotRevealed(item=item.sha256[:8])
    return item


def log(request: HttpRequest, item: Original, *, mode: str, detail: str) -> None:
    """Write that footage is served to the person of this request."""
    # Before anything leaves: if the row cannot be written, nothing is shown.
    assert request.user.is_authenticated
    access.viewed(request.user.person, item.sha256, mode=mode, detail=detail)


def _log(request: HttpRequest, item: Original) -> Log:
    return lambda mode, detail: log(request, item, mode=mode, detail=detail)
