"""The proof sheet of a relation: a page with grey, small footage, shown to whoever asked to see both; facts without."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from probata.access.roles import Permission
from probata.copies import selectors as copies
from probata.web.gate.permission import require
from probata.web.screens.footage import log, revealed_item
from probata.web.served import sheets
from probata.web.served.serving import guarded


@require_safe
def facts(request: HttpRequest, untrusted_relation: str) -> HttpResponse:
    """Every fact of the sheet, and no picture: figures, exact addresses, what was not checked."""
    require(request, Permission.LIST_ITEMS)
    known = copies.relation(untrusted_relation)
    response = JsonResponse(sheets.sheet(known).as_json(), json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Disposition"] = f'inline; filename="proof-{known.id[:8]}.json"'
    return response


@require_safe
def page(request: HttpRequest, untrusted_relation: str) -> HttpResponse:
    """The sheet as one page, its pictures folded away; a row in the log of views for each item that it shows."""
    from probata.copies.proofsheet.page import policy  # noqa: PLC0415  the sheet's modules load numpy

    require(request, Permission.LIST_ITEMS)
    known = copies.relation(untrusted_relation)
    items = [revealed_item(request, one) for one in (known.a, known.b)]
    made = sheets.sheet(known)
    for item in items if made.shown else ():
        pictures = f"{made.shown} pictures" if made.shown > 1 else "one picture"
        log(request, item, mode="still", detail=f"{pictures} on the proof sheet of relation {known.id[:8]}")
    response = guarded(HttpResponse(made.page(f"Proof sheet {known.id[:8]}"), content_type="text/html; charset=utf-8"))
    response["Content-Security-Policy"] = f"sandbox; {policy()}; frame-ancestors 'none'"
    response["Content-Disposition"] = f'inline; filename="proof-{known.id[:8]}.html"'
    return response
