"""Footage as it leaves, for a page or a program: bytes and ranges, exact stills, sound of a stretch, spectrograms.

Whoever calls has asked who may see what, and why. `Log` is told what leaves before it leaves: if it cannot be written
down, nothing is shown.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TypeVar

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from probata.engines.chunks import CHUNK_BYTES
from probata.media.passes import CannotLook
from probata.media.table import PtsTable
from probata.terms.errors import InvalidValue, NotFound, Refused
from probata.web.served import originals, ranges, renditions, sounds, stills
from probata.web.served.narrowed import Narrow, OnlyTheStretches
from probata.web.served.originals import Original
from probata.web.served.ranges import ByteRange

ResponseT = TypeVar("ResponseT", bound=HttpResponseBase)
Log = Callable[[str, str], None]
"""Writes down how, and how much, is served: `full` or `still`, and the detail."""

MOST_PART_BYTES = 4 * CHUNK_BYTES
"""One answer carries so much: what the log says was served is then close to what was seen."""

PLAYABLE = frozenset(
    {
        "video/mp4", "video/webm", "video/quicktime", "video/x-matroska", "video/3gpp", "video/mpeg", "video/mp2t",
        "application/ogg", "audio/mpeg", "audio/mp4", "audio/wav", "audio/flac", "audio/aac",
    }
)  # fmt: skip
"""Types, as the bytes themselves show them, that a browser may be told; anything else goes as mere bytes."""

_FOOTAGE = ("video/", "audio/", "application/ogg", "application/mxf")


class NotFootage(Refused):
    """The item is no footage that is played."""

    code = "not_footage"
    template = "Item {item} is {media_type}; only video and sound are served."
    advice = "Pictures are shown frame by frame; other files can be read with the program that they are made for."


class NoFrames(NotFound):
    """There is no table of frames for this item."""

    code = "no_frames"
    template = "Item {item} has no table of frames, so no picture of it has an exact address."
    advice = "Have machines look at it on the item's page, which says if that could not be done, and why."


class NoSound(NotFound):
    """There is no sound in this stretch."""

    code = "no_sound"
    template = "Item {item} has no sound there."
    advice = "Choose another stretch; the item's page says where there is sound."


def must_be_footage(item: Original) -> None:
    """Raise `NotFootage` for what is not played."""
    if item.completeness == "not_media" or not item.media_type.startswith(_FOOTAGE):
        raise NotFootage(item=item.sha256[:8], media_type=item.media_type)


def footage(request: HttpRequest, item: Original, log: Log) -> HttpResponseBase:
    """The original's bytes, or the range of them that the request asks for, as RFC 9110 has it."""
    # HEAD is answered for the whole: ranges are defined for GET alone (RFC 9110, 14.2).
    if request.method == "HEAD":
        return _headed(HttpResponse(headers={"Content-Length": str(item.size_bytes)}), item)
    asked = ranges.wanted(
        request.headers.get("Range"), request.headers.get("If-Range"), etag=_etag(item), size_bytes=item.size_bytes
    )
    if asked == "unsatisfiable":
        return _headed(HttpResponse(status=416, headers={"Content-Range": f"bytes */{item.size_bytes}"}), item)
    if isinstance(asked, ByteRange):
        return _part(item, asked, log)
    return _whole(item, log)


def table_of(item: str) -> PtsTable:
    """The item's table of frames; raises `NoFrames`."""
    table = renditions.frames(item)
    if table is None:
        raise NoFrames(item=item[:8])
    return table


def must_hold(narrow: Narrow | None, table: PtsTable, ordinal: int, item: str) -> None:
    """Raise `OnlyTheStretches` for a frame outside the stretches to which somebody's view is narrowed."""
    if narrow and not narrow.holds(table, ordinal):
        raise OnlyTheStretches(item=item[:8], review=narrow.review[:8])


def still(item: str, table: PtsTable, ordinal: int, log: Log) -> HttpResponse:
    """The exact picture of one frame, decoded in the jail from the original, its digest checked against the table."""
    picture = stills.still(item, table, ordinal)
    log("still", f"frame {ordinal} of {table.count}, pts {picture.pts}")
    response = HttpResponse(picture.png, content_type="image/png")
    response["Probata-Frame"] = str(picture.ordinal)
    response["Probata-Frame-Digest"] = str(picture.digest)
    response["Probata-Frame-Pts"] = f"{picture.pts} {picture.time_base}"
    return guarded(response)


def stretch_sound(narrow: Narrow, item: str, number: int, log: Log) -> HttpResponse:
    """The sound of one of the stretches to which somebody's view is narrowed, cut out to the sample."""
    span = next(iter(narrow.spans[number : number + 1]), None)
    if span is None:
        raise OnlyTheStretches(item=item[:8], review=narrow.review[:8])
    try:
        found = sounds.cut(item, span.start.seconds, span.end.seconds)
    except CannotLook as error:
        raise InvalidValue(what="This stretch", why=f"its sound could not be cut out: {error}") from error
    if found is None:
        raise NoSound(item=item[:8])
    log("full", f"sound, pts {span.start_pts} to {span.end_pts} of {span.time_base} s")
    return guarded(HttpResponse(found.wav, content_type="audio/wav"))


def spectrogram(item: str, start_s: Fraction, end_s: Fraction, columns: int) -> HttpResponse:
    """The pitches of a stretch, in seconds on the player's clock: a picture of the sound, no sound."""
    origin_s = renditions.origin_s(item)
    try:
        found = sounds.drawn(item, start_s + origin_s, end_s + origin_s, columns=columns)
    except CannotLook as error:
        raise InvalidValue(what="This stretch", why=f"it could not be drawn: {error}") from error
    if found is None:
        raise NoSound(item=item[:8])
    response = HttpResponse(found.png, content_type="image/png")
    response["Probata-Top-Hz"] = str(found.top_hz)
    return guarded(response)


def guarded(response: ResponseT, *, inline: bool = True) -> ResponseT:
    """Bytes from outside may be shown in our page and do nothing else, wherever somebody opens them."""
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    if inline:
        response["Content-Disposition"] = "inline"
    response["Cache-Control"] = "no-store"
    return response


def _part(item: Original, asked: ByteRange, log: Log) -> HttpResponse:
    served = ranges.capped(asked, most_bytes=MOST_PART_BYTES, boundary_bytes=CHUNK_BYTES)
    data = originals.part(item, served)
    log("full", served.content_range(item.size_bytes))
    response = HttpResponse(data, status=206)
    response["Content-Range"] = served.content_range(item.size_bytes)
    return _headed(response, item)


def _whole(item: Original, log: Log) -> StreamingHttpResponse:
    everything = ByteRange(first=0, last=item.size_bytes - 1)
    log("full", f"all {item.size_bytes} bytes")
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
