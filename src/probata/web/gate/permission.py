"""Asking the access room before anything is shown."""

from __future__ import annotations

from typing import Protocol

from attrs import evolve
from django.http import HttpRequest
from django.utils.translation import gettext

from probata.access import selectors as access
from probata.access.roles import Decision, Permission, Role, decide, demand
from probata.access.selectors import AccountRow

_KEPT = "probata_roles"


class Somebody(Protocol):
    """The person of a request, as far as screens need to know."""

    name: str
    key_id: str
    pk: int


def person(request: HttpRequest) -> Somebody:
    """Who asks. Every address but the login's is refused to nobody before a screen is asked."""
    assert request.user.is_authenticated
    return request.user.person


def account(request: HttpRequest) -> AccountRow:
    """How that person logs in."""
    assert request.user.is_authenticated
    return request.user


def require(request: HttpRequest, permission: Permission) -> None:
    """Raise `NotAllowed`, with who may, unless the person of this request may do it."""
    demand(person(request).name, _held(request), permission)


def decision(request: HttpRequest, permission: Permission) -> Decision:
    """Whether the person of this request may do it, and the reason in the words of their language."""
    return _in_words(decide(_held(request), permission))


def decision_of(held: frozenset[Role], permission: Permission) -> Decision:
    """Whether roles allow something, and the reason in the words of whoever reads it."""
    return _in_words(decide(held, permission))


def who_may(permission: Permission) -> str:
    """Which roles something takes, in words."""
    return _in_words(decide(frozenset(), permission)).reason


def _in_words(found: Decision) -> Decision:
    roles = ", ".join(gettext(role.value) for role in found.roles)
    words = gettext("as {roles}") if found.allowed else gettext("it takes one of the roles {roles}")
    return evolve(found, reason=words.format(roles=roles))


def _held(request: HttpRequest) -> frozenset[Role]:
    """The person's roles, read once a request: every room of the navigation asks for them. Services ask anew."""
    held: frozenset[Role] | None = getattr(request, _KEPT, None)
    if held is None:
        held = access.roles(person(request).pk)
        setattr(request, _KEPT, held)
    return held
