"""The words of tus 1.0.0 as pages and programs speak them; who may, and whose upload it is, was asked before."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from probata.capture.pieces import ALGORITHMS
from probata.custody.entries import Signer
from probata.terms.errors import ProbataError
from probata.web.served import uploads

PIECE_TYPE = "application/offset+octet-stream"


def status_of(error: ProbataError) -> int | None:
    """The status that the protocol has for an error; None where it has none of its own."""
    return next((int(status) for kind, status in uploads.STATUS if isinstance(error, kind)), None)


def announced(request: HttpRequest, signer: Signer, person: str, *, under: str) -> HttpResponse:
    """Begin the upload that the request announces; its address stands under this one."""
    here = uploads.uploads()
    here.expire()
    begun = here.declare(uploads.declared(request.headers), by=signer.key_id, most_bytes=uploads.most_bytes())
    # A file of no bytes is whole before the first piece.
    uploads.preserve(begun, actor=signer, person=person)
    answer = HttpResponse(status=HTTPStatus.CREATED, headers=uploads.headers(begun))
    answer["Location"] = f"{under}/{begun.id}"
    return answer


def how_far(upload: str, signer: Signer) -> HttpResponse:
    """How much of an upload counts, in the protocol's headers."""
    return HttpResponse(headers=uploads.headers(uploads.uploads().one(upload, by=signer.key_id)))


def piece(request: HttpRequest, upload: str, signer: Signer, person: str) -> HttpResponse:
    """Take the next piece; what is whole then is preserved."""
    if request.content_type != PIECE_TYPE:
        return HttpResponse(status=HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    taken = uploads.uploads().take_piece(
        upload,
        by=signer.key_id,
        offset=uploads.number(request.headers.get("Upload-Offset"), "Upload-Offset"),
        length=uploads.number(request.headers.get("Content-Length"), "Content-Length"),
        stream=request.read,
        checksum=uploads.checksum(request.headers.get("Upload-Checksum")),
    )
    uploads.preserve(taken, actor=signer, person=person)
    return HttpResponse(status=HTTPStatus.NO_CONTENT, headers=uploads.headers(taken))


def cancelled(upload: str, signer: Signer) -> HttpResponse:
    """Throw an upload away."""
    uploads.uploads().cancel(upload, by=signer.key_id)
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def spoken() -> HttpResponse:
    """What of the protocol is spoken here."""
    answer = HttpResponse(status=HTTPStatus.NO_CONTENT)
    answer["Tus-Version"] = uploads.VERSION
    answer["Tus-Extension"] = uploads.EXTENSIONS
    answer["Tus-Max-Size"] = str(uploads.most_bytes())
    answer["Tus-Checksum-Algorithm"] = ",".join(ALGORITHMS)
    return answer
