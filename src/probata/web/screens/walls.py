"""Who may know of a case: walling it, opening it to all again, admitting people, sending them out."""

from __future__ import annotations

from typing import Any

from attrs import frozen
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from probata.access import selectors as access
from probata.access.roles import Permission, decide
from probata.cases import selectors, services
from probata.cases.selectors import KnownCase
from probata.terms.errors import InvalidValue
from probata.web import answers
from probata.web.gate import presence
from probata.web.gate.permission import decision, require


@frozen(kw_only=True)
class Inside:
    """Somebody who may know of a case, and whether they may admit others to it."""

    name: str
    may_admit: bool


def who_may_know(request: HttpRequest, case: KnownCase) -> dict[str, Any]:
    """What the section of a case's page tells: who is admitted, who could be, and whether this person decides it."""
    held, everybody = access.roles_of_all(), access.people()
    roles = {one.name: held[one.id] for one in everybody}
    return {
        "walled": case.walled,
        "inside": [
            Inside(name=name, may_admit=decide(roles.get(name, frozenset()), Permission.WALL_CASES).allowed)
            for name in case.admitted
        ],
        "outside": [one.name for one in everybody if one.name not in case.admitted and held[one.id]],
        "may": decision(request, Permission.WALL_CASES),
    }


@require_POST
def wall(request: HttpRequest, case: str) -> HttpResponse:
    """Wall a case, or open it to all again."""
    require(request, Permission.WALL_CASES)
    wanted = request.POST.get("walled", "")
    if wanted not in {"yes", "no"}:
        raise InvalidValue(what="The choice", why="a case is walled or open to all")
    known = selectors.case_id(case)
    walled = services.wall(
        known,
        actor=presence.of(request).keyring.signing,
        reason=request.POST.get("reason", ""),
        walled=wanted == "yes",
    )
    said = _("The case is walled: only who is admitted knows of it.") if walled else _("The case is open to all again.")
    return answers.done(request, to=f"{reverse('case', args=[known])}#who-may-know", said=said)


@require_POST
def admit(request: HttpRequest, case: str) -> HttpResponse:
    """Admit a person to a case, or send them out."""
    require(request, Permission.WALL_CASES)
    known, name = selectors.case_id(case), request.POST.get("person", "").strip()
    admitted = request.POST.get("admitted", "yes") == "yes"
    services.admit(
        known,
        name,
        actor=presence.of(request).keyring.signing,
        reason=request.POST.get("reason", ""),
        admitted=admitted,
    )
    said = _("%(name)s is admitted to the case.") if admitted else _("%(name)s is not admitted to the case any more.")
    inside = access.person(name).key_id == presence.of(request).keyring.signing.key_id and not admitted
    to = reverse("cases") if inside and selectors.is_walled(known) else f"{reverse('case', args=[known])}#who-may-know"
    return answers.done(request, to=to, said=said % {"name": name})
