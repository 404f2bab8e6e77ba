"""Who calls: the person, and what this token is made for."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router

from probata.access.roles import Permission
from probata.web.api.door import caller
from probata.web.api.saying import answer, told

router = Router(tags=["account"])


@router.get("/me", **told("me", None))
def me(request: HttpRequest) -> dict[str, Any]:
    """Whose token it is, what it was made for, and which of that its owner may at this moment."""
    who = caller(request)
    return answer(
        "me",
        {
            "person": who.person.name,
            "key_id": who.person.key_id,
            "roles": sorted(who.roles),
            "token": who.token.as_json(),
            "may": [one.value for one in Permission if who.may(one)],
        },
    )
