"""Where one can go: the rooms of the workbench in the order of the road, each for those who may enter it."""

from __future__ import annotations

from attrs import frozen
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from probata.access.roles import Permission
from probata.web.gate.permission import decision


@frozen(kw_only=True)
class Room:
    """A link of the navigation: the name of its address and its words; `holds` are lists that stand within it."""

    address: str
    words: Promise
    permission: Permission = Permission.LIST_ITEMS
    holds: tuple[str, ...] = ()


ROOMS = (
    Room(address="desk", words=_("Desk")),
    Room(address="intake", words=_("Intake"), holds=("add",)),
    Room(address="items", words=_("Items")),
    Room(address="cases", words=_("Cases"), holds=("case", "incident", "incidents")),
    Room(address="claims", words=_("Claims")),
    Room(address="reviews", words=_("Reviews"), holds=("review", "finding")),
    Room(address="reasoning", words=_("Reasoning"), holds=("hypotheses", "elements")),
    Room(address="places", words=_("Place and time")),
    Room(address="disclosure", words=_("Disclosure")),
    Room(address="people", words=_("People")),
    Room(address="wellbeing", words=_("Your viewing")),
)


def navigation(request: HttpRequest) -> dict[str, object]:
    """For every page: the rooms that its person may enter, and which of them the page is in."""
    if not (hasattr(request, "user") and request.user.is_authenticated):
        return {}
    match = request.resolver_match
    here = (match.url_name or "").partition("_")[0] if match else ""
    return {
        "rooms": [room for room in ROOMS if decision(request, room.permission).allowed],
        "room": next((room.address for room in ROOMS if here in room.holds), here),
    }
