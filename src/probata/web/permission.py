"""Asking the access room before anything is shown."""

from __future__ import annotations

from typing import Protocol

from django.http import HttpRequest

from probata.access import selectors as access
from probata.access.roles import Decision, Permission, decide, demand


class Somebody(Protocol):
    """The person of a request, as far as screens need to know."""

    name: str
    pk: int


def person(request: HttpRequest) -> Somebody:
    """Who asks. Every address but the login's is refused to nobody before a screen is asked."""
    assert request.user.is_authenticated
    return request.user.person


def require(request: HttpRequest, permission: Permission) -> None:
    """Raise `NotAllowed`, with who may, unless the person of this request may do it."""
    who = person(request)
    demand(who.name, access.roles(who.pk), permission)


def decision(request: HttpRequest, permission: Permission) -> Decision:
    """Whether the person of this request may do it, and the reason in words."""
    return decide(access.roles(person(request).pk), permission)
