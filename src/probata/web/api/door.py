"""The door of the API: who calls, within what, how much, and how a refusal is told.

Nothing but a token opens it. Cookies are taken off before any other part of the workbench looks at a request, so that
no page of another site can make somebody's browser act here, and forms' tokens are not asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, cast

import msgspec
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja.errors import HttpError, ValidationError
from ninja.parser import Parser
from ninja.security.http import HttpAuthBase

from probata.access import tokens
from probata.access.limited import Limited
from probata.access.roles import Permission, demand
from probata.access.tokens import Caller
from probata.cases import selectors as cases
from probata.cases.selectors import Sight
from probata.custody.token_keys import TokenNotAccepted
from probata.engines import clock
from probata.terms.errors import AccessError, NotFound, ProbataError, UsageError
from probata.web.gate import refusals, sight
from probata.web.served import tus, uploads

PREFIX = "/api/"
PAGE = "/api/docs"
"""The one address under it that is a page for people, and opens as pages do."""
UPLOADS = "/api/uploads"
MOST_BODY_BYTES = 1 << 20
MOST_DEPTH = 40
MOST_A_MINUTE = {True: 1200, False: 240}
"""How often one token may ask, and how often it may write, in a minute."""
_LARGEST = 2**53
_CALLED = {"item": "untrusted_digest", "relation": "untrusted_relation"}
_READING = frozenset({"GET", "HEAD", "OPTIONS"})


class TokenMissing(AccessError):
    """A request to the API came without a token."""

    code = "token_missing"
    template = "This address answers programs with a token alone, and none was given."
    advice = "Send `Authorization: Bearer pbt_…`; a token is made on the page of one's account."


class RequestFaulty(UsageError):
    """A request to the API is not of the form that it takes."""

    code = "request_faulty"
    template = "The request cannot be taken: {faults}"
    advice = "The page /api/docs shows what each address takes; nothing was done."


class RequestTooLarge(UsageError):
    """A request carries more than the API takes."""

    code = "request_too_large"
    template = "The request is larger than {most} bytes."
    advice = "Send less at once; nothing was done."


class TooOften(UsageError):
    """A token asks more often than one may."""

    code = "too_often"
    template = "This token may ask no more than {most} times a minute."
    advice = "Wait {wait_s} s, then go on."


class NoSuchAddress(NotFound):
    """The API has nothing at an address, or takes another method there."""

    code = "no_such_address"
    template = "The API has nothing at {method} {path}."
    advice = "The page /api/docs lists its addresses, and the methods that each takes."


class RangeBeyond(UsageError):
    """A range of footage is asked for that begins beyond its end."""

    code = "range_beyond"
    template = "Item {item} has {size_bytes} bytes, and the range begins beyond them."
    advice = "`Content-Range` says how many there are; ask for bytes counted from 0."


class CouldNotAnswer(ProbataError):
    """The program failed while it answered a request."""

    code = "could_not_answer"
    template = "The program failed. What was reported as done is done; the last step may not have been."
    advice = "Try it again; if it fails again, report it."


class NoCookiesMiddleware:
    """Takes cookies off every request to the API before anything looks at them, and words all its errors alike."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on without cookies; an error that is no JSON of ours becomes one."""
        if not request.path.startswith(PREFIX) or request.path == PAGE:
            return self.get_response(request)
        request.META.pop("HTTP_COOKIE", None)
        request.META["HTTP_ACCEPT"] = "application/json"
        response = self.get_response(request)
        if response.status_code >= 400 and not response.headers.get("Content-Type", "").startswith("application/json"):
            status = response.status_code
            response = refused(request, _plain(request, status), status=status)
        response.headers.setdefault("Cache-Control", "no-store")
        if request.path.startswith(UPLOADS):
            response.headers.setdefault("Tus-Resumable", uploads.VERSION)
        return response


def _plain(request: HttpRequest, status: int) -> ProbataError:
    if status in (404, 405):
        return NoSuchAddress(method=request.method, path=request.path[:200])
    if status == 413:
        return RequestTooLarge(most=MOST_BODY_BYTES)
    return CouldNotAnswer() if status >= 500 else RequestFaulty(faults="it could not be understood.")


class With(HttpAuthBase):
    """Opens an operation to whoever holds a token that may do it, and whose owner may: both, at this moment."""

    openapi_scheme = "bearer"

    def __init__(self, permission: Permission | None) -> None:
        super().__init__()
        self.permission = permission

    def __call__(self, request: HttpRequest) -> Caller:
        """Who calls; raises `TokenMissing`, `TokenNotAccepted`, `TooOften`, `TokenMayNot`, `NotAllowed` or `NotFound`.

        What the address names is looked up here, before anything else is done: what this person may not know of is
        answered as a name that nobody bears.
        """
        scheme, _space, untrusted_token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not untrusted_token.strip():
            raise TokenMissing
        caller = tokens.opened(untrusted_token.strip())
        _not_too_often(caller, reading=request.method in _READING)
        if self.permission is not None:
            caller.signer.must_include(self.permission)
            demand(caller.person.name, caller.roles, self.permission)
        hidden = cases.sight(caller.person.key_id)
        request.probata_sight = hidden  # type: ignore[attr-defined]
        named = request.resolver_match.kwargs if request.resolver_match else {}
        missing = sight.missing(hidden, {_CALLED.get(name, name): value for name, value in named.items()})
        if missing is not None:
            raise missing
        return caller


def _not_too_often(caller: Caller, *, reading: bool) -> None:
    now, most = clock.now(), MOST_A_MINUTE[reading]
    minute = int(now.timestamp()) // 60
    key = f"api:{caller.token.id}:{'reads' if reading else 'writes'}:{minute}"
    cache.add(key, 0, timeout=120)
    if cache.incr(key) > most:
        raise TooOften(most=most, wait_s=60 - now.second)


class Bodies(Parser):
    """Reads bodies strictly: JSON objects in UTF-8, no larger and no deeper than need be, no numbers out of reach."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """The object that the body holds; raises `RequestTooLarge`, `RequestFaulty`, or what is unknown to the caller.

        A name of something that the person may not know of is refused wherever it stands in a body.
        """
        length = request.headers.get("Content-Length") or "0"
        if not length.isdecimal() or len(length) > 12 or int(length) > MOST_BODY_BYTES:
            raise RequestTooLarge(most=MOST_BODY_BYTES)
        try:
            told = msgspec.json.decode(request.body or b"{}")
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
            raise RequestFaulty(faults=f"its body is not JSON: {error}.") from error
        if not isinstance(told, dict):
            raise RequestFaulty(faults="its body must be an object with named fields.")
        hidden, texts = sight.of(request), []
        for value in _values(told):
            if isinstance(value, int | float) and abs(value) > _LARGEST:
                raise RequestFaulty(faults="a number in its body is out of reach.")
            if isinstance(value, str) and "\0" in value:
                raise RequestFaulty(faults="a text in its body holds U+0000, which no text has.")
            if isinstance(value, str):
                texts.append(value)
        # Whole ids alone: by their beginnings, many in one body, whoever has a token would find hidden ones out.
        unknown = None if hidden.whole else sight.named_in(hidden, texts)
        if unknown is not None:
            raise unknown
        return told


def _values(told: object, depth: int = 0) -> Iterator[object]:
    if depth > MOST_DEPTH:
        raise RequestFaulty(faults=f"its body is nested deeper than {MOST_DEPTH}.")
    if isinstance(told, dict):
        for name, value in told.items():
            yield name
            yield from _values(value, depth + 1)
    elif isinstance(told, list):
        for value in told:
            yield from _values(value, depth + 1)
    else:
        yield told


def caller(request: HttpRequest) -> Caller:
    """Who calls; the door has let them in."""
    return cast("Caller", request.auth)  # type: ignore[attr-defined]


def actor(request: HttpRequest) -> Limited:
    """The key that signs what this call does, within what its token allows."""
    return caller(request).signer


def sieved(told: Any, hidden: Sight) -> Any:
    """An answer without what names something that the person may not know of.

    The second net: lists leave such things out before this, and what is nested in them falls out here.
    """
    if hidden.whole:
        return told
    if isinstance(told, dict):
        kept = {name: value for name, value in told.items() if not _names_hidden(name, hidden)}
        return {name: None if _names_hidden(value, hidden) else sieved(value, hidden) for name, value in kept.items()}
    if isinstance(told, list | tuple):
        return [sieved(one, hidden) for one in told if not _speaks_of_hidden(one, hidden)]
    return told


def _speaks_of_hidden(one: object, hidden: Sight) -> bool:
    values = one.values() if isinstance(one, dict) else [one]
    return any(_names_hidden(value, hidden) for value in values)


def _names_hidden(value: object, hidden: Sight) -> bool:
    return isinstance(value, str) and hidden.hides(value, value.rpartition(":")[2])


def refused(request: HttpRequest, error: ProbataError, *, status: int | None = None) -> HttpResponse:
    """An error in the shape of `probata/error/1`, in the language that was asked for, with its status."""
    if status is None:
        status = _status(error)
    message, advice = error.told(_)
    response = JsonResponse({**error.as_json(), "message": message, "advice": advice}, status=status)
    if status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="probata"'
    if isinstance(error, TooOften):
        response["Retry-After"] = str(error.facts["wait_s"])
    return response


def _status(error: ProbataError) -> int:
    if isinstance(error, TokenMissing | TokenNotAccepted):
        return 401
    for kind, status in ((RequestTooLarge, 413), (TooOften, 429), (RangeBeyond, 416)):
        if isinstance(error, kind):
            return status
    return tus.status_of(error) or refusals.status_of(error)


def not_of_the_form(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """A request whose fields are missing, unknown, or of another kind."""
    faults = "; ".join(f"{_place(one['loc'])}: {one['msg']}" for one in error.errors[:20])
    return refused(request, RequestFaulty(faults=f"{faults}."))


def _place(untrusted_location: tuple[object, ...]) -> str:
    kind, *names = untrusted_location
    # ninja names the argument that takes a body; whoever sends it knows its fields alone.
    fields = names[1:] if kind == "body" and len(names) > 1 else names
    return f"{kind} {'.'.join(str(one) for one in fields)}".strip()


def unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
    """A body that could not be read at all; ninja wraps what `Bodies` raised."""
    cause = error.__cause__ or error.__context__
    if isinstance(cause, ProbataError):
        return refused(request, cause)
    return refused(request, RequestFaulty(faults="it could not be understood."), status=error.status_code)
