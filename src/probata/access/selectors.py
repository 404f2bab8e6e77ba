"""Everything that is read about people."""

from __future__ import annotations

from datetime import datetime

from probata.access.models import Account, Person, RoleGrant, View
from probata.access.roles import Permission, Role, decide
from probata.custody import selectors as custody
from probata.terms.errors import NotFound, UsageError

# Rows as others may hold them; what they would read or write of them goes through this room's functions.
AccountRow = Account
PersonRow = Person


class PersonNotFound(NotFound):
    """Nobody of that name is enrolled."""

    code = "person_not_found"
    template = "Nobody called {name} is enrolled in this workspace."
    advice = "Name one of: {known}."


class WhoActs(UsageError):
    """Several people could act, and none was named."""

    code = "who_acts"
    template = "Several people are enrolled: {known}."
    advice = "Say who acts with `--as NAME`."


def people() -> list[Person]:
    """Everybody enrolled, in the order they came."""
    return list(Person.objects.order_by("id"))


def person(name: str | None) -> Person:
    """The person of that name, or the only one; raises `PersonNotFound` or `WhoActs`."""
    known = ", ".join(one.name for one in people()) or "nobody"
    if name is None:
        everybody = people()
        if len(everybody) == 1:
            return everybody[0]
        raise WhoActs(known=known)
    found = Person.objects.filter(name=name).first()
    if found is None:
        raise PersonNotFound(name=name, known=known)
    return found


def accounts() -> dict[int, Account]:
    """How each person logs in, with what is owed before they may go on, by the person's number."""
    return {one.person_id: one for one in Account.objects.select_related("standing")}


def names() -> dict[str, str]:
    """The name of whoever holds each key, by the key's id."""
    return {one.key_id: one.name for one in people()}


def name_of(key_id: str) -> str:
    """The name of whoever holds a key; `unknown` where nobody enrolled does."""
    return names().get(key_id, "unknown")


def roles(person_id: int) -> frozenset[Role]:
    """What a person holds now: the last word on each role counts."""
    held: dict[str, bool] = {}
    for grant in RoleGrant.objects.filter(person_id=person_id).order_by("id"):
        held[grant.role] = grant.granted
    return frozenset(Role(role) for role, granted in held.items() if granted)


def who_may(permission: Permission) -> list[Person]:
    """Everybody whose roles, as held now, allow something, in the order they came; asked at once for all."""
    held: dict[int, dict[str, bool]] = {}
    for grant in RoleGrant.objects.order_by("id"):
        held.setdefault(grant.person_id, {})[grant.role] = grant.granted
    return [
        one
        for one in people()
        if decide(
            frozenset(Role(role) for role, granted in held.get(one.pk, {}).items() if granted), permission
        ).allowed
    ]


def may(person_id: int, permission: Permission) -> bool:
    """Whether a person's roles, as held now, allow something."""
    return decide(roles(person_id), permission).allowed


def views(item: str) -> list[View]:
    """Every time an item's footage was served to somebody, oldest first."""
    return list(View.objects.filter(item=item).select_related("person").order_by("id"))


def served_through(via: str) -> int:
    """How often footage was served through something, such as `token:…`; that it was asked for is an act beside it."""
    return View.objects.filter(via=via).exclude(mode="reveal").count()


def roles_of_all() -> dict[int, frozenset[Role]]:
    """What everybody holds now, by the person's id, in one look."""
    held: dict[int, dict[str, bool]] = {one.id: {} for one in people()}
    for grant in RoleGrant.objects.order_by("id"):
        held[grant.person_id][grant.role] = grant.granted
    return {who: frozenset(Role(role) for role, granted in of.items() if granted) for who, of in held.items()}


def enrolled_at() -> dict[int, datetime]:
    """When each person was enrolled, by the person's id."""
    everybody = people()
    times = custody.times([one.enrolled_seq for one in everybody])
    return {one.id: times[one.enrolled_seq] for one in everybody}
