"""Where one can go: the rooms of the workbench in the order of the road, each for those who may enter it."""

from __future__ import annotations

from attrs import frozen
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from probata.access.roles import Permission
from probata.web.permission import decision


@frozen(kw_only=True)
class Room:
    """A link of the navigation: the name of its address and its words."""

    address: str
    words: Promise
    permission: Permission = Permission.LIST_ITEMS


ROOMS = (
    Room(address="desk", words=_("Desk")),
    Room(address="items", words=_("Items")),
)


def navigation(request: HttpRequest) -> dict[str, object]:
    """For every page: the rooms that its person may enter, and which of them the page is in."""
    if not (hasattr(request, "user") and request.user.is_authenticated):
        return {}
    match = request.resolver_match
    return {
        "rooms": [room for room in ROOMS if decision(request, room.permission).allowed],
        "room": (match.url_name or "").partition("_")[0] if match else "",
    }
