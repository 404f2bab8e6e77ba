"""Refusals and errors as pages: what happened to which item, which rule, who may, what to do now."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from probata.media.errors import NoSuchFrame
from probata.terms.errors import (
    AccessError,
    EnvironmentLacking,
    FootageError,
    InvalidValue,
    NotFound,
    ProbataError,
    Refused,
    UsageError,
)

# Class of error → status of HTTP (RFC 9110, 15.5 and 15.6), the first that fits.
_STATUS: tuple[tuple[type[ProbataError], int], ...] = (
    (NotFound, 404),
    (NoSuchFrame, 404),
    (FootageError, 422),
    (AccessError, 403),
    (Refused, 403),
    (UsageError, 400),
    (InvalidValue, 400),
    (EnvironmentLacking, 503),
)

_REPLACEMENT = "%EF%BF%BD"


class RefusalsMiddleware:
    """Turns every error of the house into a page, or into JSON where a script asked."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; errors come back through `process_exception`."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The page of an error of the house; None leaves others to Django, which shows a page without details."""
        return refusal(request, error) if isinstance(error, ProbataError) else None


class NoNulMiddleware:
    """Lets no U+0000 in, which Postgres cannot hold and SQLite can: an address or a form answers alike on both.

    What is asked for is read as HTML reads it, with U+FFFD in its place, and is not found. What is sent to be written
    down is refused: a person's words are never changed.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on, with what it asks for as HTML would read it."""
        query = request.META.get("QUERY_STRING", "")
        for written in ("\0", "%00"):
            query = query.replace(written, _REPLACEMENT)
        request.META["QUERY_STRING"] = query
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], *_given: object
    ) -> HttpResponse | None:
        """Refuse an address with it in its path, and a form; the API, which takes no forms, looks at its bodies."""
        if "\0" in request.path:
            return not_found(request, Http404())
        if not getattr(view, "csrf_exempt", False):
            for name, values in request.POST.lists():
                if any("\0" in one for one in (name, *values)):
                    return refusal(request, InvalidValue(what="The form", why="it holds U+0000, which no text has"))
        return None


def status_of(error: ProbataError) -> int:
    """The status of HTTP that tells a program what kind of error it is."""
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)


def refusal(request: HttpRequest, error: ProbataError) -> HttpResponse:
    """An error as a page or as JSON, with its status."""
    status = status_of(error)
    message, advice = error.told(_)
    if "text/html" not in request.headers.get("Accept", ""):
        return JsonResponse({**error.as_json(), "message": message, "advice": advice}, status=status)
    return _page(request, status, title=_title(status), message=message, advice=advice)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001  Django's form
    """There is no page at this address."""
    message = _("There is nothing at this address.")
    return _page(request, 404, title=_title(404), message=message, advice=_("Go back to the list of items."))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001  Django's form
    """The request cannot be understood, or asks for a host that this is not."""
    return _page(request, 400, title=_title(400), message=_("The request could not be understood."), advice="")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001  Django's form
    """Something was refused without an error of the house."""
    return _page(request, 403, title=_title(403), message=_("This is not allowed here."), advice="")


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001  Django's form
    """A form was sent without this session's token: an old page, or another site."""
    message = _("The form was not accepted: it does not belong to this session. Nothing was done.")
    return _page(request, 403, title=_title(403), message=message, advice=_("Load the page again, then repeat it."))


def failed(request: HttpRequest) -> HttpResponse:
    """The program failed; nothing of the failure is shown, since it may name footage."""
    message = _(
        "The program failed. What was reported as preserved is preserved; the last step may not have been done."
    )
    return _page(
        request, 500, title=_title(500), message=message, advice=_("Try it again; if it fails again, report it.")
    )


def _page(request: HttpRequest, status: int, *, title: str, message: str, advice: str) -> HttpResponse:
    words = {"title": title, "message": message, "advice": advice, "status": status}
    return render(request, "web/refusal.html", words, status=status)


def _title(status: int) -> str:
    return {
        400: _("Not understood"),
        403: _("Refused"),
        404: _("Not found"),
        422: _("The footage cannot be read so"),
        503: _("Not on this machine as it is"),
    }.get(status, _("It failed"))
