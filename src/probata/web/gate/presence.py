"""Who is at the workbench: unlocked keyrings, and what each person revealed, in this process's memory alone.

The session store holds a key and nothing else of worth: whoever reads it can neither sign nor see. When the process
ends, every keyring is locked again. Between the passphrase and a second factor the keyring waits, for five minutes
at most, and signs for nobody.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from attrs import define, field
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware as DjangosLoginRequired
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from probata.custody.keys import Keyring
from probata.engines import clock
from probata.terms.errors import AccessError
from probata.web import answers
from probata.web.gate import refusals

_PENDING = "pending_keyring"
# What a page asks by itself is no sign of life.
_BY_ITSELF = frozenset({"presence", "intake_progress", "disclosure_standing"})
# What a person may do who has yet to choose a passphrase of their own, or to set up the second factor asked of all.
_WHILE_OWING = frozenset(
    {"account", "account_passphrase", "account_keyring", "factors_totp", "factors_passkey", "language", "theme"}
    | {"logout", "presence", "presence_stay"}
)


class NobodyPresent(AccessError):
    """The session has no unlocked keyring."""

    code = "nobody_present"
    template = "Nobody is logged in here."
    advice = "Log in again."


class SomethingOwed(AccessError):
    """The person has to do something about their own account before anything else."""

    code = "something_owed"
    template = "Before anything else, {what}."
    advice = "Open your account page and do it there."


OWED = {
    "passphrase": "change the passphrase that was made for you",
    "second_factor": "set up a second factor, which this workspace asks of everybody",
}


@define(kw_only=True)
class Presence:
    """One login: the keyring that signs for the person, and the items that they asked, with a reason, to see.

    `narrowed` are items of which they asked to see no more than what a review rests on, each with that review.
    """

    keyring: Keyring
    until: datetime
    began: datetime
    seen: datetime
    idle: timedelta
    browser: str = ""
    address: str = ""
    owed: str = ""
    revealed: set[str] = field(factory=set)
    narrowed: dict[str, str] = field(factory=dict)

    @property
    def ends(self) -> datetime:
        """When the key is locked again if nothing more is done."""
        return min(self.until, self.seen + self.idle)


@define(kw_only=True)
class _Pending:
    keyring: Keyring
    account: int
    until: datetime


_present: dict[str, Presence] = {}
_pending: dict[str, _Pending] = {}


def hold(request: HttpRequest, account: int, keyring: Keyring) -> None:
    """Keep an unlocked keyring until the login is complete; it signs for nobody meanwhile."""
    _sweep()
    _pending.pop(request.session.get(_PENDING, ""), None)
    request.session[_PENDING] = token = secrets.token_urlsafe(16)
    until = clock.now() + timedelta(seconds=settings.ACCOUNT_LOGIN_TIMEOUT)
    _pending[token] = _Pending(keyring=keyring, account=account, until=until)


def take_pending(request: HttpRequest, account: int) -> Keyring:
    """The keyring that waited for this login, once; raises `NobodyPresent` when it waited too long."""
    found = _pending.pop(request.session.pop(_PENDING, ""), None)
    if found is None or found.until < clock.now() or found.account != account:
        raise NobodyPresent
    return found.keyring


def is_pending(request: HttpRequest) -> bool:
    """Whether a keyring still waits for this session's second factor."""
    found = _pending.get(request.session.get(_PENDING, ""))
    return found is not None and found.until >= clock.now()


def arrive(request: HttpRequest, keyring: Keyring, *, idle: timedelta | None = None, owed: str = "") -> None:
    """Hold a keyring for a session that has just begun; those of sessions long gone are dropped."""
    _sweep()
    now = clock.now()
    _present[_session_key(request)] = Presence(
        keyring=keyring,
        until=now + timedelta(seconds=settings.SESSION_COOKIE_AGE),
        began=now,
        seen=now,
        idle=idle or timedelta(minutes=settings.PROBATA.access.idle_minutes),
        browser=request.headers.get("User-Agent", "")[:200],
        address=str(request.META.get("REMOTE_ADDR", "")),
        owed=owed,
    )


def of(request: HttpRequest) -> Presence:
    """Who is present in this session; raises `NobodyPresent`."""
    found = _present.get(_session_key(request))
    if found is None or found.ends < clock.now():
        raise NobodyPresent
    return found


def leave(request: HttpRequest) -> None:
    """Lock the keyring of this session again, and forget what was revealed in it."""
    _present.pop(_session_key(request), None)


def here() -> dict[str, list[Presence]]:
    """Who is at the workbench now, by the id of their key, each with their sessions."""
    found: dict[str, list[Presence]] = {}
    for one in _present.copy().values():
        if one.ends >= clock.now():
            found.setdefault(one.keyring.signing.key_id, []).append(one)
    return found


def lasting(request: HttpRequest) -> dict[str, int]:
    """For every page: how many seconds this session lasts if nothing more is done."""
    found = _present.get(_session_key(request)) if hasattr(request, "session") else None
    return {"session_left_s": max(0, int((found.ends - clock.now()).total_seconds()))} if found else {}


def end_others(key_id: str, *, but: Presence | None = None) -> int:
    """End every session of whoever holds this key, but one, and every login that is half done; returns how many."""
    for key in [key for key, one in _pending.copy().items() if one.keyring.signing.key_id == key_id]:
        _pending.pop(key, None)
    ended = [key for key, one in _present.copy().items() if one.keyring.signing.key_id == key_id and one is not but]
    for key in ended:
        _present.pop(key, None)
    return len(ended)


def _sweep() -> None:
    now = clock.now()
    for key in [key for key, one in _present.copy().items() if one.ends < now]:
        _present.pop(key, None)
    for key in [key for key, one in _pending.copy().items() if one.until < now]:
        _pending.pop(key, None)


class PresenceMiddleware:
    """Ends a session whose keyring is gone: without it nothing can be signed, and nothing may be shown."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let the request pass if its person is present, and keep every page out of the browser's cache."""
        if request.user.is_authenticated:
            try:
                of(request)
            except NobodyPresent as nobody:
                leave(request)
                logout(request)
                # What was typed stays in the page: a script is told, not sent away.
                return refusals.refusal(request, nobody) if _script(request) else redirect(settings.LOGIN_URL)
        response = self.get_response(request)
        # After logout the back button must show nothing, and no footage may stay on the disk of this machine.
        response.setdefault("Cache-Control", "no-store")
        return response

    def process_view(
        self, request: HttpRequest, _view: object, _args: tuple[object, ...], _named: dict[str, object]
    ) -> HttpResponse | None:
        """Note a sign of life; who owes something to their account does that first."""
        if not request.user.is_authenticated or request.resolver_match is None:
            return None
        name, one = request.resolver_match.url_name or "", of(request)
        if name not in _BY_ITSELF:
            one.seen = clock.now()
        if one.owed and name not in _WHILE_OWING:
            if request.method == "GET" and not _script(request):
                return redirect("account")
            return refusals.refusal(request, SomethingOwed(what=OWED[one.owed]))
        return None


class LoginRequiredMiddleware(DjangosLoginRequired):
    """Sends people to the login; scripts are told that nobody is logged in, so that no form is lost."""

    def handle_no_permission(  # type: ignore[override]  # a refusal, and not only a way elsewhere
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseBase:
        """The refusal, or the way to the login."""
        if _script(request):
            return refusals.refusal(request, NobodyPresent())
        return super().handle_no_permission(request, view_func)


def _script(request: HttpRequest) -> bool:
    return answers.wants_json(request) and "Accept" in request.headers and request.headers["Accept"] != "*/*"


def _session_key(request: HttpRequest) -> str:
    return request.session.session_key or ""
