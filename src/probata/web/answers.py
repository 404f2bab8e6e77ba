"""What an act at the workbench answers: where to go on, and what was done, in words; as JSON where a script asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse

_KEPT = "said"


def done(request: HttpRequest, *, to: str, said: str, undo: str = "", **told: object) -> HttpResponse:
    """Say what was recorded and lead on to an address of ours; the page there shows the words once.

    `undo` is the address to which a form may be sent that takes the act back by a later one, where there is one.
    """
    said_now = {"said": said, "undo": undo}
    if wants_json(request):
        # The script goes there at once, so the words wait for it.
        if to != request.headers.get("X-Stays", ""):
            request.session[_KEPT] = said_now
        return JsonResponse({"schema": "probata/done/1", "to": to, **said_now, **told})
    request.session[_KEPT] = said_now
    return HttpResponseRedirect(to)


def wants_json(request: HttpRequest) -> bool:
    """Whether a script asked, which reads JSON, and not a person's browser by itself."""
    return "text/html" not in request.headers.get("Accept", "text/html")


def waiting(request: HttpRequest) -> dict[str, Callable[[], Any]]:
    """For every page: what the last act said, handed over once, and only to a page that shows it."""

    def said() -> Any:  # noqa: ANN401  what a session holds
        return request.session.pop(_KEPT, None) if hasattr(request, "session") else None

    return {"said_before": said}
