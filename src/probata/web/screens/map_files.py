"""Parts of the workspace's map file, for the page that draws it: by range, to people who are logged in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from probata.access.roles import Permission
from probata.terms.errors import InvalidValue
from probata.web.gate.permission import require
from probata.web.served import map_file, ranges
from probata.web.served.ranges import ByteRange
from probata.web.served.serving import guarded

MOST_PART_BYTES = 16 << 20
"""Directories and tiles are far smaller; nobody needs more of the file at once."""


@require_safe
def part(request: HttpRequest) -> HttpResponse:
    """The bytes that are asked for, and no more than a tile or a directory of tiles may be."""
    require(request, Permission.LIST_ITEMS)
    file = map_file.wanted()
    if request.method == "HEAD":
        return _headed(HttpResponse(headers={"Content-Length": str(file.size_bytes)}), file)
    asked = ranges.wanted(
        request.headers.get("Range"), request.headers.get("If-Range"), etag=file.etag, size_bytes=file.size_bytes
    )
    if asked == "unsatisfiable":
        return _headed(HttpResponse(status=416, headers={"Content-Range": f"bytes */{file.size_bytes}"}), file)
    if not isinstance(asked, ByteRange) or asked.length > MOST_PART_BYTES:
        why = f"a map file is handed out in parts of at most {MOST_PART_BYTES >> 20} MiB"
        raise InvalidValue(what="The range of bytes", why=why)
    response = HttpResponse(map_file.part(file, asked), status=206)
    response["Content-Range"] = asked.content_range(file.size_bytes)
    return _headed(response, file)


def _headed(response: HttpResponse, file: map_file.MapFile) -> HttpResponse:
    response["Content-Type"] = "application/octet-stream"
    response["Accept-Ranges"] = "bytes"
    response["ETag"] = file.etag
    return guarded(response)
