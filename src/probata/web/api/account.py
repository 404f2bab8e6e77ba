"""Who calls: the person, and what this token is made for."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router

from probata.access import tokens
from probata.access.roles import Permission
from probata.web.api.door import caller
from probata.web.api.saying import WithReason, answer, told

router = Router(tags=["account"])


@router.get("/me", **told("me", None))
def me(request: HttpRequest) -> dict[str, Any]:
    """Whose token it is, what it was made for, and which of that its owner may at this moment."""
    return _me(request, caller(request).token)


@router.post("/me/give-up", **told("me", None))
def give_up(request: HttpRequest, given: WithReason) -> dict[str, Any]:
    """End the token with which this is asked: from then on nothing opens with it, whoever has it."""
    return _me(request, tokens.give_up(caller(request), reason=given.reason))


def _me(request: HttpRequest, token: tokens.KnownToken) -> dict[str, Any]:
    who = caller(request)
    return answer(
        "me",
        {
            "person": who.person.name,
            "key_id": who.person.key_id,
            "roles": sorted(who.roles),
            "token": token.as_json(),
            "may": [one.value for one in Permission if token.state == "stands" and who.may(one)],
        },
    )
