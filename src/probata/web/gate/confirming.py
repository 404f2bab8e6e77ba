"""Asking for the passphrase again, before anything about an account is changed."""

from __future__ import annotations

import math

from django.contrib import auth
from django.http import HttpRequest

from probata.access import services as access
from probata.terms.errors import AccessError
from probata.web.gate import lockout


class NotConfirmed(AccessError):
    """The passphrase that was typed to confirm a change is not the person's."""

    code = "not_confirmed"
    template = "That is not your passphrase. Nothing was changed."
    advice = "Type the passphrase with which you logged in."


class TooManyTries(AccessError):
    """The passphrase was tried too often."""

    code = "too_many_tries"
    template = "The passphrase was tried too often. Nothing was changed."
    advice = "Wait {minutes} min, then try again."


def confirm(request: HttpRequest, passphrase: str) -> None:
    """Raise `NotConfirmed` or `TooManyTries` unless the passphrase opens this person's keyring.

    It counts as a login does, so that a browser left open is no place to guess. A keyring without a passphrase has
    nothing to ask for.
    """
    assert request.user.is_authenticated
    name = request.user.name
    if not access.is_locked(name) or auth.authenticate(request, name=name, passphrase=passphrase) is not None:
        return
    wait = lockout.waiting(request, name)
    if wait:
        raise TooManyTries(minutes=math.ceil(wait.total_seconds() / 60))
    raise NotConfirmed
