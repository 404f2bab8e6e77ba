"""Everything that is read about people."""

from __future__ import annotations

from probata.access.models import Person, RoleGrant, View
from probata.access.roles import Role
from probata.terms.errors import NotFound, UsageError


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


def views(item: str) -> list[View]:
    """Every time an item's footage was served to somebody, oldest first."""
    return list(View.objects.filter(item=item).select_related("person").order_by("id"))
