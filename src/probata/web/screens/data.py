"""What the scripts of the item's page draw from: frames, tracks and waveform as JSON. No pictures, no sound."""

from __future__ import annotations

import re
from fractions import Fraction

import msgspec
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from probata.access.roles import Permission
from probata.preservation import selectors as preservation
from probata.terms.errors import InvalidValue
from probata.web.gate import sight
from probata.web.gate.permission import decision, require
from probata.web.served import columns, serving
from probata.web.served.serving import NoFrames, guarded
from probata.web.shown import matches, redacted, tracks

_SECONDS = re.compile(r"\d{1,7}(\.\d{1,9})?")


@require_safe
def frames(request: HttpRequest, sha256: str) -> HttpResponse:
    """The table of frames in columns."""
    item = _item(request, sha256)
    told = columns.frames(item)
    if told is None:
        raise NoFrames(item=item[:8])
    return HttpResponse(told, content_type="application/json")


@require_safe
def frame(request: HttpRequest, sha256: str, ordinal: int) -> HttpResponse:
    """One frame's whole address: item, PTS with time base, ordinal, digest; and what is odd about it."""
    item = _item(request, sha256)
    return JsonResponse({"schema": "probata/frame/1", **columns.frame_address(item, serving.table_of(item), ordinal)})


@require_safe
def track_list(request: HttpRequest, sha256: str) -> HttpResponse:
    """Every analyser's newest answer, and the matches to other items; all on the player's clock."""
    item = _item(request, sha256)
    drawn = {
        "schema": "probata/drawn-tracks/1",
        "item": item,
        "tracks": [one.as_json() for one in tracks.tracks(item, request.GET.getlist("look"))],
        "matches": matches.matches(item, sight.of(request)).as_json(),
        "redactions": [one.as_json() for one in redacted.lane(item)],
    }
    return HttpResponse(msgspec.json.encode(drawn), content_type="application/json")


@require_safe
def track_rows(request: HttpRequest, sha256: str, track: str) -> HttpResponse:
    """A stretch of a track's candidates as the page shows them: rows, or with `as=lines` lines of the transcript.

    `from` counts from 0; `around` names a candidate, and the stretch in which it is comes.
    """
    item = _item(request, sha256)
    lines = request.GET.get("as") == "lines"
    every = tracks.entries(item, track)
    listed = tuple(one for one in every if one.spoken) if lines else every
    around = request.GET.get("around")
    rows = tracks.stretch(
        listed, track, start=_whole(request, "from"), around=None if around is None else _whole(request, "around")
    )
    context = {"rows": rows, "may_decide": decision(request, Permission.DECIDE)}
    shape = "web/item_lines.html" if lines else "web/item_rows.html"
    told = {"start": rows.start, "count": len(rows.entries), "total": rows.total}
    return JsonResponse({"schema": "probata/rows/1", **told, "html": render_to_string(shape, context, request)})


@require_safe
def track_file(request: HttpRequest, sha256: str, track: str, format: str) -> HttpResponse:  # noqa: A002  the trade's word
    """A track as a file for another tool, with what people decided; labelled as what it is."""
    item = preservation.item(_item(request, sha256))
    suffix, media_type, content = tracks.exported(item.sha256, track, format, media_name=item.name or item.sha256)
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{item.sha256[:8]}{suffix}"'
    return guarded(response, inline=False)


@require_safe
def wave(request: HttpRequest, sha256: str) -> HttpResponse:
    """The waveform in columns, of all or of a stretch in seconds on the player's clock; empty where there is none."""
    item = _item(request, sha256)
    stretch = [_seconds(request, name) for name in ("from", "to")] if "from" in request.GET else []
    return HttpResponse(columns.wave(item, *stretch), content_type="application/json")


def _seconds(request: HttpRequest, name: str) -> Fraction:
    untrusted = request.GET.get(name, "")
    if not _SECONDS.fullmatch(untrusted):
        raise InvalidValue(what=f"{name} {untrusted!r}", why="it must be a number of seconds such as 12.5")
    return Fraction(untrusted)


def _whole(request: HttpRequest, name: str) -> int:
    untrusted = request.GET.get(name, "0")
    if not (untrusted.isascii() and untrusted.isdecimal() and len(untrusted) < 10):
        raise InvalidValue(what=f"{name} {untrusted!r}", why="it must be a whole number")
    return int(untrusted)


def _item(request: HttpRequest, sha256: str) -> str:
    require(request, Permission.LIST_ITEMS)
    return preservation.item(sha256).sha256
