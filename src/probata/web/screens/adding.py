"""Adding files from this browser: large ones too, that go on where they stopped, each an item at the end."""

from __future__ import annotations

from functools import wraps
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from probata.access.roles import Permission
from probata.capture.uploads import PIECE_BYTES, Upload
from probata.cases import services as cases
from probata.cases.incoming import Incoming
from probata.terms.errors import InvalidValue, ProbataError
from probata.web import answers
from probata.web.gate import presence, refusals
from probata.web.gate.permission import decision, person, require
from probata.web.served import tus, uploads

if TYPE_CHECKING:
    from collections.abc import Callable

    from probata.custody.entries import Signer

_FILE_METHODS = ["GET", "HEAD", "PATCH", "DELETE", "POST", "OPTIONS"]


@require_safe
def add(request: HttpRequest) -> HttpResponse:
    """Choose files, watch them come in, and see what became of each; unfinished ones wait here."""
    require(request, Permission.LIST_ITEMS)
    here = uploads.uploads()
    mine = here.of(_signer(request).key_id)
    context = {
        "may_acquire": decision(request, Permission.ACQUIRE),
        "may_report": decision(request, Permission.RECORD_CLAIMS),
        "may_examine": decision(request, Permission.EXAMINE),
        "unfinished": [_row(one) for one in mine if not one.preserved],
        "preserved": [one for one in reversed(mine) if one.preserved],
        "piece_bytes": PIECE_BYTES,
        "most_bytes": uploads.most_bytes(),
    }
    return render(request, "web/add.html", context)


def _tus(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The protocol's manners round an answer: its version, one it does not speak, and errors with their status."""

    @wraps(view)
    def mannered(request: HttpRequest, **named: str) -> HttpResponse:
        method = request.headers.get("X-HTTP-Method-Override", "") if request.method == "POST" else ""
        # A script's GET asks for our own JSON and speaks no protocol.
        ours = request.method in {"GET", "OPTIONS"}
        if not ours and request.headers.get("Tus-Resumable") != uploads.VERSION:
            answer: HttpResponse = HttpResponse(status=HTTPStatus.PRECONDITION_FAILED)
            answer["Tus-Version"] = uploads.VERSION
        else:
            try:
                answer = view(request, method or str(request.method), **named)
            except ProbataError as error:
                answer = refusals.refusal(request, error)
                answer.status_code = tus.status_of(error) or answer.status_code
        answer["Tus-Resumable"] = uploads.VERSION
        return answer

    return mannered


@require_http_methods(["POST", "OPTIONS"])
@_tus
def files(request: HttpRequest, method: str) -> HttpResponse:
    """Announce a file (POST), or ask what is spoken here (OPTIONS)."""
    require(request, Permission.ACQUIRE)
    if method == "OPTIONS":
        return tus.spoken()
    return tus.announced(request, _signer(request), person(request).name, under=reverse("add_files"))


@require_http_methods(_FILE_METHODS)
@_tus
def file(request: HttpRequest, method: str, upload: str) -> HttpResponse:
    """One upload: how far it is (HEAD, or GET as JSON), its next piece (PATCH), or its end (DELETE)."""
    require(request, Permission.ACQUIRE)
    signer = _signer(request)
    if method == "OPTIONS":
        return tus.spoken()
    if method == "GET":
        return JsonResponse(uploads.state(uploads.uploads().one(upload, by=signer.key_id)))
    if method == "HEAD":
        return tus.how_far(upload, signer)
    if method == "DELETE":
        return tus.cancelled(upload, signer)
    if method != "PATCH":
        return HttpResponse(status=HTTPStatus.METHOD_NOT_ALLOWED)
    return tus.piece(request, upload, signer, person(request).name)


@require_safe
def pieces(request: HttpRequest, upload: str) -> HttpResponse:
    """What came of an upload, piece by piece: a file that was chosen again is compared before it goes on."""
    require(request, Permission.ACQUIRE)
    told = uploads.uploads().pieces(upload, by=_signer(request).key_id)
    return JsonResponse(
        {"schema": "probata/upload-pieces/1", "pieces": [{"end": end, "sha256": one} for end, one in told]}
    )


@require_POST
def preserve(request: HttpRequest, upload: str) -> HttpResponse:
    """Have a whole upload preserved that waited: the workbench was stopped before, or the disk was full."""
    require(request, Permission.ACQUIRE)
    signer = _signer(request)
    waiting = uploads.uploads().one(upload, by=signer.key_id)
    if not waiting.whole:
        raise InvalidValue(what=_("The upload"), why=_("not every byte of it is here yet; choose the file again"))
    uploads.preserve(waiting, actor=signer, person=person(request).name)
    return answers.done(request, to=reverse("add"), said=_("It is being preserved."))


@require_POST
def cancel(request: HttpRequest, upload: str) -> HttpResponse:
    """Throw away what came of an unfinished upload, or take a preserved one off the list."""
    signer, here = _signer(request), uploads.uploads()
    before = here.one(upload, by=signer.key_id)
    here.cancel(upload, by=signer.key_id)
    said = _("It was taken off this list; the item stays.") if before.preserved else _("It was cancelled.")
    return answers.done(request, to=reverse("add"), said=said)


@require_POST
def report(request: HttpRequest) -> HttpResponse:
    """Take in one report about chosen files that were preserved from here."""
    signer, here = _signer(request), uploads.uploads()
    chosen = [here.one(one, by=signer.key_id) for one in request.POST.getlist("upload")]
    if not chosen or not all(one.preserved for one in chosen):
        raise InvalidValue(what=_("The report"), why=_("choose at least one preserved file that it is about"))
    made = Incoming(
        # What makes it safe is its own converter.
        summary=request.POST.get("summary", ""),
        origin=request.POST.get("origin", "").strip(),
        items=tuple(dict.fromkeys(one.sha256 for one in chosen)),
    )
    cases.receive([(made, None)], actor=signer, reason=request.POST.get("reason", ""))
    for one in chosen:
        here.reported(one)
    said = ngettext("A report about %(n)d file was taken in.", "A report about %(n)d files was taken in.", len(chosen))
    return answers.done(request, to=reverse("add"), said=said % {"n": len(chosen)})


def _row(upload: Upload) -> dict[str, Any]:
    size = upload.declared.size_bytes
    return {
        "upload": upload,
        "word": uploads.word(upload),
        "percent": upload.received_bytes * 100 // size if size else 100,
    }


def _signer(request: HttpRequest) -> Signer:
    return presence.of(request).keyring.signing
