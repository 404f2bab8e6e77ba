"""Files that a program brings in: in pieces by tus 1.0.0, going on where they stopped, each an item at the end."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from probata.access.roles import Permission
from probata.capture.uploads import Upload
from probata.engines.clock import rfc3339
from probata.terms.errors import InvalidValue, UsageError
from probata.web.api.door import actor, caller
from probata.web.api.saying import Name, answer, told, told_as
from probata.web.served import tus
from probata.web.served import uploads as craft

router = Router(tags=["uploads"])


class ProtocolNotSpoken(UsageError):
    """An upload is spoken of in another protocol, or another version of it."""

    code = "protocol_not_spoken"
    template = "Uploads are brought in by tus {version}, and the request does not say that it speaks it."
    advice = "Send `Tus-Resumable: {version}`, or use `client.upload` of the package."


class NoPiece(UsageError):
    """What was sent as a piece is none."""

    code = "no_piece"
    template = "A piece of an upload is sent as {wanted}."
    advice = "Send it with that Content-Type; nothing was taken."


@router.get("/uploads", **told("uploads", Permission.ACQUIRE))
def uploads(request: HttpRequest) -> Any:
    """The caller's uploads, the oldest first: how far each is, and what became of it."""
    mine = craft.uploads().of(actor(request).key_id)
    return answer("uploads", {"uploads": [_told(one) for one in mine]})


@router.post("/uploads", **told_as("no content; its address in `Location`", Permission.ACQUIRE, status=201))
def announce(request: HttpRequest) -> HttpResponse:
    """Announce a file: `Upload-Length`, and in `Upload-Metadata` its `filename` and the `reason` (tus, creation)."""
    _speaks(request)
    return tus.announced(request, actor(request), caller(request).person.name, under="/api/uploads")


@router.get("/uploads/{upload}", **told("upload", Permission.ACQUIRE))
def upload(request: HttpRequest, upload: Name) -> Any:
    """One upload: how far it is, and which item it became."""
    return _told(craft.uploads().one(upload, by=actor(request).key_id))


@router.api_operation(
    ["HEAD"], "/uploads/{upload}", **told_as("no content; `Upload-Offset` says how much counts", Permission.ACQUIRE)
)
def how_far(request: HttpRequest, upload: Name) -> HttpResponse:
    """How much of an upload counts, where the next piece begins (tus, core)."""
    _speaks(request)
    return tus.how_far(upload, actor(request))


@router.patch("/uploads/{upload}", **told_as("no content; the new `Upload-Offset`", Permission.ACQUIRE, status=204))
def piece(request: HttpRequest, upload: Name) -> HttpResponse:
    """Send the next piece, 8 MiB at most, with its digest in `Upload-Checksum`; what is whole then is preserved."""
    _speaks(request)
    taken = tus.piece(request, upload, actor(request), caller(request).person.name)
    if taken.status_code == HTTPStatus.UNSUPPORTED_MEDIA_TYPE:
        raise NoPiece(wanted=tus.PIECE_TYPE)
    return taken


@router.delete("/uploads/{upload}", **told_as("no content", Permission.ACQUIRE, status=204))
def cancel(request: HttpRequest, upload: Name) -> HttpResponse:
    """Throw away what came of an unfinished upload, or the note of a preserved one; the item stays."""
    _speaks(request)
    return tus.cancelled(upload, actor(request))


@router.get("/uploads/{upload}/pieces", **told("upload-pieces", Permission.ACQUIRE))
def pieces(request: HttpRequest, upload: Name) -> Any:
    """Where each piece ends and its digest: a file that is sent again is compared before it goes on."""
    found = craft.uploads().pieces(upload, by=actor(request).key_id)
    return answer("upload-pieces", {"pieces": [{"end": end, "sha256": one} for end, one in found]})


@router.post("/uploads/{upload}/preserve", **told("upload", Permission.ACQUIRE))
def preserve(request: HttpRequest, upload: Name) -> Any:
    """Have a whole upload preserved that waited: the workbench was stopped before, or the disk was full."""
    here, signer = craft.uploads(), actor(request)
    waiting = here.one(upload, by=signer.key_id)
    if not waiting.whole:
        raise InvalidValue(what="The upload", why="not every byte of it is here yet")
    craft.preserve(waiting, actor=signer, person=caller(request).person.name)
    return _told(here.one(upload, by=signer.key_id))


def _speaks(request: HttpRequest) -> None:
    if request.headers.get("Tus-Resumable") != craft.VERSION:
        raise ProtocolNotSpoken(version=craft.VERSION)


def _told(one: Upload) -> dict[str, Any]:
    declared = one.declared
    return {
        **craft.state(one),
        "name": declared.untrusted_name,
        "head": declared.head,
        "began": rfc3339(one.began),
        "expires": None if one.expires is None else rfc3339(one.expires),
    }
