"""Who is at the workbench: unlocked keyrings, and what each person revealed, in this process's memory alone.

The session store holds a key and nothing else of worth: whoever reads it can neither sign nor see. When the process
ends, every keyring is locked again.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from attrs import define, field
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from probata.custody.keys import Keyring
from probata.engines import clock
from probata.terms.errors import AccessError


class NobodyPresent(AccessError):
    """The session has no unlocked keyring."""

    code = "nobody_present"
    template = "Nobody is logged in here."
    advice = "Log in again."


@define(kw_only=True)
class Presence:
    """One login: the keyring that signs for the person, and the items that they asked, with a reason, to see."""

    keyring: Keyring
    until: datetime
    revealed: set[str] = field(factory=set)


_present: dict[str, Presence] = {}


def arrive(request: HttpRequest, keyring: Keyring) -> None:
    """Hold a keyring for a session that has just begun; those of sessions long gone are dropped."""
    now = clock.now()
    for key in [key for key, one in _present.items() if one.until < now]:
        _present.pop(key, None)
    until = now + timedelta(seconds=settings.SESSION_COOKIE_AGE)
    _present[_session_key(request)] = Presence(keyring=keyring, until=until)


def of(request: HttpRequest) -> Presence:
    """Who is present in this session; raises `NobodyPresent`."""
    found = _present.get(_session_key(request))
    if found is None or found.until < clock.now():
        raise NobodyPresent
    return found


def leave(request: HttpRequest) -> None:
    """Lock the keyring of this session again, and forget what was revealed in it."""
    _present.pop(_session_key(request), None)


class PresenceMiddleware:
    """Ends a session whose keyring is gone: without it nothing can be signed, and nothing may be shown."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let the request pass if its person is present, and keep every page out of the browser's cache."""
        if request.user.is_authenticated:
            try:
                of(request)
            except NobodyPresent:
                logout(request)
                return redirect(settings.LOGIN_URL)
        response = self.get_response(request)
        # After logout the back button must show nothing, and no footage may stay on the disk of this machine.
        response.setdefault("Cache-Control", "no-store")
        return response


def _session_key(request: HttpRequest) -> str:
    return request.session.session_key or ""
