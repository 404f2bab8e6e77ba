"""Serving footage: asked for with a reason, permitted, proved and logged, request by request."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TypeVar

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.views.decorators.http import require_POST, require_safe

from probata.access import services as access
from probata.access.purposes import Purpose
from probata.access.roles import Permission
from probata.engines.chunks import CHUNK_BYTES
from probata.media.passes import CannotLook
from probata.preservation import selectors as preservation
from probata.terms.errors import AccessError, InvalidValue, NotFound, Refused
from probata.verification.turns import NoPlace
from probata.web import originals, presence, ranges, renditions, sounds, stills
from probata.web.narrowed import Narrow, OnlyTheStretches, narrow
from probata.web.originals import Original
from probata.web.permission import require
from probata.web.ranges import ByteRange

ResponseT = TypeVar("ResponseT", bound=HttpResponseBase)

MOST_PART_BYTES = 4 * CHUNK_BYTES
"""One answer carries so much: what the log says was served is then close to what was seen."""

PLAYABLE = frozenset(
    {
        "video/mp4", "video/webm", "video/quicktime", "video/x-matroska", "video/3gpp", "video/mpeg", "video/mp2t",
        "application/ogg", "audio/mpeg", "audio/mp4", "audio/wav", "audio/flac", "audio/aac",
    }
)  # fmt: skip
"""Types, as the bytes themselves show them, that a browser may be told; anything else goes as mere bytes."""

_DECIMAL = re.compile(r"-?\d{1,9}(\.\d{1,9})?")
_FOOTAGE = ("video/", "audio/", "application/ogg", "application/mxf")


class NotRevealed(AccessError):
    """Nobody asked to see this item's footage in this session."""

    code = "not_revealed"
    template = "The footage of item {item} is veiled: nobody asked to see it in this session."
    advice = "Say what you look for, on the item's page (key B); it takes one of the roles that may view footage."


class NotFootage(Refused):
    """The item is no footage that is played."""

    code = "not_footage"
    template = "Item {item} is {media_type}; only video and sound are served."
    advice = "Pictures are shown frame by frame; other files can be read with the program that they are made for."


class NoFrames(NotFound):
    """There is no table of frames for this item."""

    code = "no_frames"
    template = "Item {item} has no table of frames, so no picture of it has an exact address."
    advice = "Make it with `probata analyse {item}`; the item's page says if that could not be done, and why."


@require_POST
def reveal(request: HttpRequest, sha256: str) -> HttpResponse:
    """Record why this person asks to see the footage; from then on, in this session, it may be served to them."""
    item = preservation.item(sha256)
    untrusted_purpose = request.POST.get("purpose", "")
    try:
        purpose = Purpose(untrusted_purpose)
    except ValueError:
        raise InvalidValue(what=f"The purpose {untrusted_purpose!r}", why="it is not one of the list") from None
    here = presence.of(request)
    review = request.POST.get("review", "")
    if review:
        # Asked before anything is recorded: whoever holds no place in it is refused, and nothing was revealed.
        review = narrow(request, review, item.sha256).review
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
    if item.completeness == "not_media" or not item.media_type.startswith(_FOOTAGE):
        raise NotFootage(item=item.sha256[:8], media_type=item.media_type)
    # HEAD is answered for the whole: ranges are defined for GET alone (RFC 9110, 14.2).
    if request.method == "HEAD":
        return _headed(HttpResponse(headers={"Content-Length": str(item.size_bytes)}), item)
    asked = ranges.wanted(
        request.headers.get("Range"), request.headers.get("If-Range"), etag=_etag(item), size_bytes=item.size_bytes
    )
    if asked == "unsatisfiable":
        return _headed(HttpResponse(status=416, headers={"Content-Range": f"bytes */{item.size_bytes}"}), item)
    if isinstance(asked, ByteRange):
        return _part(request, item, asked)
    return _whole(request, item)


@require_safe
def still(request: HttpRequest, sha256: str, ordinal: int) -> HttpResponse:
    """The exact picture of one frame, decoded in the jail from the original, its digest checked against the table."""
    narrow_to = narrowed_to(request, sha256)
    item = preservation.item(sha256) if narrow_to else revealed_item(request, sha256)
    table = renditions.frames(item.sha256)
    if table is None:
        raise NoFrames(item=item.sha256[:8])
    if narrow_to and not narrow_to.holds(table, ordinal):
        raise OnlyTheStretches(item=item.sha256[:8], review=narrow_to.review[:8])
    picture = stills.still(item.sha256, table, ordinal)
    log(request, item, mode="still", detail=f"frame {ordinal} of {table.count}, pts {picture.pts}")
    response = HttpResponse(picture.png, content_type="image/png")
    response["Probata-Frame"] = str(picture.ordinal)
    response["Probata-Frame-Digest"] = str(picture.digest)
    return guarded(response)


class NoSound(NotFound):
    """There is no sound in this stretch."""

    code = "no_sound"
    template = "Item {item} has no sound there."
    advice = "Choose another stretch; the item's page says where there is sound."


@require_safe
def stretch_sound(request: HttpRequest, sha256: str, number: int) -> HttpResponse:
    """The sound of one of the stretches to which this person's view is narrowed, cut out to the sample."""
    item = preservation.item(sha256)
    narrow_to = narrowed_to(request, item.sha256)
    if narrow_to is None:
        raise NotRevealed(item=item.sha256[:8])
    span = next(iter(narrow_to.spans[number : number + 1]), None)
    if span is None:
        raise OnlyTheStretches(item=item.sha256[:8], review=narrow_to.review[:8])
    try:
        found = sounds.cut(item.sha256, span.start.seconds, span.end.seconds)
    except CannotLook as error:
        raise InvalidValue(what="This stretch", why=f"its sound could not be cut out: {error}") from error
    if found is None:
        raise NoSound(item=item.sha256[:8])
    log(request, item, mode="full", detail=f"sound, pts {span.start_pts} to {span.end_pts} of {span.time_base} s")
    return guarded(HttpResponse(found.wav, content_type="audio/wav"))


@require_safe
def spectrogram(request: HttpRequest, sha256: str) -> HttpResponse:
    """The pitches of a stretch, `from` and `to` in seconds on the player's clock: a picture of the sound, no sound.

    Like the waveform it needs no reveal; unlike it, it takes a role that may view footage, since speech can be read
    off it by who has learned to.
    """
    require(request, Permission.VIEW_FOOTAGE)
    item = preservation.item(sha256).sha256
    origin_s = renditions.origin_s(item)
    start_s, end_s = (_seconds(request, name) + origin_s for name in ("from", "to"))
    columns = int(_seconds(request, "columns"))
    try:
        found = sounds.drawn(item, start_s, end_s, columns=columns)
    except CannotLook as error:
        raise InvalidValue(what="This stretch", why=f"it could not be drawn: {error}") from error
    if found is None:
        raise NoSound(item=item[:8])
    response = HttpResponse(found.png, content_type="image/png")
    response["Probata-Top-Hz"] = str(found.top_hz)
    return guarded(response)


def _seconds(request: HttpRequest, name: str) -> Fraction:
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
        return narrow(request, review, sha256)
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


def guarded(response: ResponseT, *, inline: bool = True) -> ResponseT:
    """Bytes from outside may be shown in our page and do nothing else, wherever somebody opens them."""
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    if inline:
        response["Content-Disposition"] = "inline"
    response["Cache-Control"] = "no-store"
    return response


def _part(request: HttpRequest, item: Original, asked: ByteRange) -> HttpResponse:
    served = ranges.capped(asked, most_bytes=MOST_PART_BYTES, boundary_bytes=CHUNK_BYTES)
    data = originals.part(item, served)
    log(request, item, mode="full", detail=served.content_range(item.size_bytes))
    response = HttpResponse(data, status=206)
    response["Content-Range"] = served.content_range(item.size_bytes)
    return _headed(response, item)


def _whole(request: HttpRequest, item: Original) -> StreamingHttpResponse:
    everything = ByteRange(first=0, last=item.size_bytes - 1)
    log(request, item, mode="full", detail=f"all {item.size_bytes} bytes")
    response = StreamingHttpResponse(originals.blocks(item, everything))
    response["Content-Length"] = str(item.size_bytes)
    return _headed(response, item)


def _etag(item: Original) -> str:
    return f'"{item.sha256}"'


def _headed(response: ResponseT, item: Original) -> ResponseT:
    response["Content-Type"] = item.media_type if item.media_type in PLAYABLE else "application/octet-stream"
    response["Accept-Ranges"] = "bytes"
    response["ETag"] = _etag(item)
    return guarded(response)
