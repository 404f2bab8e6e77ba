"""Night or paper: two themes of one set of tokens, chosen by the person, kept for the session."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

THEMES = ("night", "paper")


def appearance(request: HttpRequest) -> dict[str, str]:
    """What every page knows of how it looks. Printing is always on paper: the style sheet sees to it."""
    chosen = request.session.get("theme") if hasattr(request, "session") else None
    theme = chosen if chosen in THEMES else THEMES[0]
    return {"theme": theme, "other_theme": THEMES[1 - THEMES.index(theme)]}


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Remember a theme, and go back to the page that was open."""
    theme = request.POST.get("theme", "")
    if theme in THEMES:
        request.session["theme"] = theme
    return HttpResponseRedirect(own_address(request, request.POST.get("next", "")))


def own_address(request: HttpRequest, untrusted_address: str, otherwise: str = "/") -> str:
    """The address if it is one of this workbench, so that no link can send a person elsewhere after a form."""
    own = url_has_allowed_host_and_scheme(untrusted_address, allowed_hosts={request.get_host()})
    return untrusted_address if own else otherwise
