"""What the scripts of the item's page draw from: frames, tracks and waveform as JSON. No pictures, no sound."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from probata.access.roles import Permission
from probata.preservation import selectors as preservation
from probata.web import matches, renditions, tracks
from probata.web.permission import require
from probata.web.screens.footage import NoFrames, guarded


@require_safe
def frames(request: HttpRequest, sha256: str) -> HttpResponse:
    """The table of frames in columns."""
    item = _item(request, sha256)
    table = renditions.frames(item)
    if table is None:
        raise NoFrames(item=item[:8])
    return JsonResponse(tracks.frame_columns(table))


@require_safe
def frame(request: HttpRequest, sha256: str, ordinal: int) -> HttpResponse:
    """One frame's whole address: item, PTS with time base, ordinal, digest; and what is odd about it."""
    item = _item(request, sha256)
    table = renditions.frames(item)
    if table is None:
        raise NoFrames(item=item[:8])
    row = table.at(ordinal)
    address = {
        "schema": "probata/frame/1",
        "item": item,
        "ordinal": row.ordinal,
        "of": table.count,
        **row.moment.as_json(),
        "digest": str(row.digest),
        "key": row.key,
        "derived": row.derived,
        "out_of_order": row.out_of_order,
        "damaged": row.damaged,
    }
    return JsonResponse(address)


@require_safe
def track_list(request: HttpRequest, sha256: str) -> HttpResponse:
    """Every analyser's newest answer, and the matches to other items; all on the player's clock."""
    item = _item(request, sha256)
    return JsonResponse(
        {
            "schema": "probata/tracks/1",
            "item": item,
            "tracks": [one.as_json() for one in tracks.tracks(item, request.GET.getlist("look"))],
            "matches": matches.matches(item).as_json(),
        }
    )


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
    """The waveform in columns; an empty one where there is none."""
    item = _item(request, sha256)
    found = renditions.wave(item)
    if found is None:
        return JsonResponse({"schema": "probata/wave-columns/1", "level": []})
    return JsonResponse(tracks.wave_columns(found, renditions.origin_s(item)))


def _item(request: HttpRequest, sha256: str) -> str:
    require(request, Permission.LIST_ITEMS)
    return preservation.item(sha256).sha256
