"""Coming in, the same way after one step or two: the keyring is present, the workbench is as the person likes it."""

from __future__ import annotations

from datetime import timedelta

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from probata.access import addresses
from probata.access import services as access
from probata.access.selectors import AccountRow
from probata.custody.keys import Keyring
from probata.web import appearance
from probata.web.gate import lockout, presence

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def arrive(request: HttpRequest, account: AccountRow, keyring: Keyring) -> None:
    """Hold the keyring for the session that has just begun."""
    liked = access.standing(account)
    presence.arrive(request, keyring, idle=idle_time(liked.idle_minutes), owed=owed(account))
    if liked.theme in appearance.THEMES:
        request.session["theme"] = liked.theme
    access.seen(account)
    addresses.came_from(account, lockout.address(request))


def owed(account: AccountRow) -> str:
    """What a person has to do about their account before anything else: a key of `presence.OWED`, or nothing."""
    if access.standing(account).must_change_passphrase:
        return "passphrase"
    if settings.PROBATA.access.requires_second_factor and not has_second_factor(account):
        return "second_factor"
    return ""


def has_second_factor(account: AccountRow) -> bool:
    """Whether logging in as this person takes more than the passphrase."""
    return bool(get_adapter().is_mfa_enabled(account, FACTORS))


def idle_time(own_minutes: int | None) -> timedelta:
    """How long a session lasts without a sign of life: never longer than the workspace allows."""
    most = int(settings.PROBATA.access.idle_minutes)
    return timedelta(minutes=min(own_minutes or most, most))


def in_their_language(_request: HttpRequest, account: AccountRow, response: HttpResponse) -> HttpResponse:
    """Set the language that the person keeps, if any, as the form in the bar would."""
    language = access.standing(account).language
    if language in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=settings.LANGUAGE_COOKIE_AGE,
            samesite="Strict",
            secure=settings.LANGUAGE_COOKIE_SECURE,
        )
    return response
