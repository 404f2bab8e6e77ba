"""Bringing in on a page: a table of reports, a folder of this machine, what an auto-archiver left."""

from __future__ import annotations

import hashlib
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from probata.access.roles import Permission
from probata.cases import archived, incoming, services
from probata.cases.incoming import MOST_BYTES
from probata.terms.errors import InvalidValue
from probata.web import answers
from probata.web.gate import presence
from probata.web.gate.permission import decision, person, require
from probata.web.screens.intake import progress_now
from probata.web.work import bringing, jobs

_KEPT = "intake_table"
_PREVIEWED = 20
_MOST_FAULTS = 500
TABLE, ARCHIVE = "table", "archive"


@require_safe
def bring(request: HttpRequest) -> HttpResponse:
    """Three ways in, each with what it takes and what becomes of it."""
    require(request, Permission.LIST_ITEMS)
    return render(request, "web/intake_bring.html", _context(request))


@require_POST
def table(request: HttpRequest) -> HttpResponse:
    """Read a table and show it: every fault at once, or the first rows; nothing is taken yet."""
    require(request, Permission.RECORD_CLAIMS)
    kind = ARCHIVE if request.POST.get("kind") == ARCHIVE else TABLE
    uploaded = request.FILES.get("file")
    if uploaded is None:
        raise InvalidValue(what=_("The file"), why=_("none was chosen"))
    untrusted = uploaded.read(MOST_BYTES + 1)
    read, faults = _read(kind, untrusted)
    context: dict[str, Any] = {
        **_context(request),
        "kind": kind,
        "file": uploaded.name or "",
        "faults": faults[:_MOST_FAULTS],
        "fault_count": len(faults),
        "count": len(read),
        "preview": read[:_PREVIEWED],
        "columns": incoming.COLUMNS if kind == TABLE else archived.COLUMNS,
        "folder": request.POST.get("folder", ""),
    }
    if not faults:
        # Held with the session until it is received; what is received is what was shown, by its digest.
        request.session[_KEPT] = {"kind": kind, "bytes": untrusted, "name": uploaded.name or ""}
        context["digest"] = hashlib.sha256(untrusted).hexdigest()
    return render(request, "web/intake_bring.html", context, status=400 if faults else 200)


@require_POST
def receive(request: HttpRequest) -> HttpResponse:
    """Take in the table that was shown: reports in one act; with an auto-archiver's folder, as work that goes on."""
    kept = request.session.get(_KEPT)
    if not kept or hashlib.sha256(kept["bytes"]).hexdigest() != request.POST.get("digest"):
        raise InvalidValue(what=_("The table"), why=_("it is not the one that was shown here last; choose it again"))
    read, faults = _read(kept["kind"], kept["bytes"])
    if faults:
        raise InvalidValue(what=_("The table"), why=faults[0])
    actor, reason = presence.of(request).keyring.signing, _reason(request)
    if kept["kind"] == ARCHIVE:
        require(request, Permission.RECORD_CLAIMS)
        untrusted_folder = request.POST.get("folder", "").strip()
        folder = bringing.folder_of(request, untrusted_folder) if untrusted_folder else None
        bringing.begin_archived(read, folder, actor=actor, by=person(request).name, reason=reason)
        said = _("It is being brought in; you may close this page.")
    else:
        known = services.receive(read, actor=actor, reason=reason)
        said = ngettext("%(n)d report was taken in.", "%(n)d reports were taken in.", len(known)) % {"n": len(known)}
    del request.session[_KEPT]
    return answers.done(request, to=reverse("intake"), said=said)


@require_POST
def folder(request: HttpRequest) -> HttpResponse:
    """Begin to acquire a folder of this machine."""
    path = bringing.folder_of(request, request.POST.get("folder", ""))
    bringing.begin_folder(
        path, actor=presence.of(request).keyring.signing, by=person(request).name, reason=_reason(request)
    )
    return answers.done(request, to=reverse("intake"), said=_("It is being brought in; you may close this page."))


@require_POST
def stop(request: HttpRequest, job: str) -> HttpResponse:
    """End a job of one's own before its next file."""
    if not jobs.stop(job, by=person(request).name):
        raise InvalidValue(what=_("The work"), why=_("it is over, or somebody else's"))
    return answers.done(request, to=reverse("intake"), said=_("It stops before the next file."))


def _read(kind: str, untrusted: bytes) -> tuple[list[Any], list[str]]:
    return archived.read_sheet(untrusted) if kind == ARCHIVE else incoming.examined(untrusted)


def _reason(request: HttpRequest) -> str:
    reason = request.POST.get("reason", "").strip()
    if not reason:
        raise InvalidValue(what=_("The reason"), why=_("it is empty"))
    return reason


def _context(request: HttpRequest) -> dict[str, Any]:
    return {
        "may_receive": decision(request, Permission.RECORD_CLAIMS),
        "may_acquire": decision(request, Permission.ACQUIRE),
        "same_machine": bringing.same_machine(request),
        "report_columns": incoming.COLUMNS,
        "archive_columns": archived.COLUMNS,
        **progress_now(request),
    }
