"""Who works here, in which roles, and who may do what; a custodian invites, gives and takes back, and lets in again."""

from __future__ import annotations

from datetime import datetime

from allauth.mfa.models import Authenticator
from attrs import frozen
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from probata.access import invitations, selectors, services
from probata.access.roles import Decision, Permission, Role, decide
from probata.access.selectors import PersonRow
from probata.engines import clock
from probata.terms.errors import InvalidValue, ProbataError
from probata.web import answers
from probata.web.gate import lockout, presence, welcome
from probata.web.gate.permission import decision, decision_of, person, require


@frozen(kw_only=True)
class Row:
    """One person, as the page tells of them."""

    person: PersonRow
    since: datetime
    roles: list[Role]
    others: list[Role]
    protected: bool
    second_factor: bool
    must_change: bool
    first_until: datetime | None
    first_ended: bool
    last_seen: datetime | None
    here: bool
    me: bool


def rows(request: HttpRequest) -> list[Row]:
    """Everybody, in the order they came; a handful of looks at the database, however many they are."""
    held, since, here = selectors.roles_of_all(), selectors.enrolled_at(), presence.here()
    with_factor = set(Authenticator.objects.filter(type__in=welcome.FACTORS).values_list("user_id", flat=True))
    accounts = selectors.accounts()
    me = person(request).pk
    told = []
    for one in selectors.people():
        account = accounts[one.id]
        standing = getattr(account, "standing", None)
        must_change = bool(standing and standing.must_change_passphrase)
        first_until = invitations.ends_at(account) if must_change else None
        told.append(
            Row(
                person=one,
                since=since[one.id],
                roles=sorted(held[one.id]),
                others=[role for role in Role if role not in held[one.id]],
                protected=services.is_locked(one.name),
                second_factor=account.pk in with_factor,
                must_change=must_change,
                first_until=first_until,
                first_ended=first_until is not None and first_until <= clock.now(),
                last_seen=standing.last_seen if standing else None,
                here=one.key_id in here,
                me=one.id == me,
            )
        )
    return told


@require_http_methods(["GET", "POST"])
def people(request: HttpRequest) -> HttpResponse:
    """Who works here; a form sent here invites somebody, and its answer shows their first passphrase once."""
    require(request, Permission.LIST_ITEMS)
    context: dict[str, object] = {}
    if request.method == "POST":
        require(request, Permission.ENROL)
        given = {name: request.POST.get(name, "").strip() for name in ("name", "reason")}
        chosen = request.POST.getlist("roles")
        try:
            passphrase = invitations.invite(
                presence.of(request).keyring,
                given["name"],
                _roles(chosen),
                reason=services.reason_given(given["reason"]),
            )
            context = {"invited": given["name"], "passphrase": passphrase}
        except ProbataError as error:
            context = {"given": given, "chosen": chosen, "why": " ".join(error.told(_))}
    return _page(request, context)


def _page(request: HttpRequest, context: dict[str, object]) -> HttpResponse:
    """Who works here, with what was just done about one of them."""
    failed, failed_unknown = lockout.failed_lately()
    may_enrol = decision(request, Permission.ENROL)
    shown = {
        **context,
        "rows": rows(request),
        "may_enrol": may_enrol,
        "roles": list(Role),
        "required": settings.PROBATA.access.requires_second_factor,
        "locked": lockout.locked() if may_enrol.allowed else [],
        "failed": failed,
        "failed_unknown": failed_unknown,
        "reasons": _("a reason"),
        "first_days": invitations.FIRST_PASSPHRASE_DAYS,
    }
    return render(request, "web/people.html", shown, status=403 if "why" in context else 200)


@require_safe
def permissions(request: HttpRequest) -> HttpResponse:
    """Separation of duties: for each person and each permission whether, and why or why not."""
    require(request, Permission.LIST_ITEMS)
    held = selectors.roles_of_all()
    everybody = selectors.people()
    table: list[tuple[Permission, list[Decision]]] = [
        (permission, [decision_of(held[one.id], permission) for one in everybody]) for permission in Permission
    ]
    lonely = [permission for permission, decisions in table if not any(one.allowed for one in decisions)]
    context = {
        "people": everybody,
        "held": [sorted(held[one.id]) for one in everybody],
        "table": table,
        "lonely": lonely,
        "by_role": [(role, [decide(frozenset({role}), one).allowed for one in Permission]) for role in Role],
        "permissions": list(Permission),
    }
    return render(request, "web/people_permissions.html", context)


@require_POST
def grant(request: HttpRequest, person: str) -> HttpResponse:
    """Give a person a role."""
    require(request, Permission.ENROL)
    who, (role,) = _person(person), _roles([request.POST.get("role", "")])
    services.grant(presence.of(request).keyring, who, role, reason=request.POST.get("reason", ""))
    said = _("%(name)s has one role more.") % {"name": who.name}
    return answers.done(request, to=reverse("people"), said=said)


@require_POST
def take_back(request: HttpRequest, person: str) -> HttpResponse:
    """Take one role back from a person."""
    require(request, Permission.ENROL)
    who, (role,) = _person(person), _roles([request.POST.get("role", "")])
    services.take_back(presence.of(request).keyring, who, role, reason=request.POST.get("reason", ""))
    said = _("%(name)s has one role less.") % {"name": who.name}
    return answers.done(request, to=reverse("people"), said=said)


@require_POST
def revoke(request: HttpRequest, person: str) -> HttpResponse:
    """Take every role back and end the person's sessions; their key stays known, for what they signed."""
    require(request, Permission.ENROL)
    who = _person(person)
    held = selectors.roles(who.id)
    services.take_back(presence.of(request).keyring, who, *held, reason=request.POST.get("reason", ""))
    presence.end_others(who.key_id, but=presence.of(request))
    said = _("%(name)s has no role any more. What they signed stays theirs.") % {"name": who.name}
    return answers.done(request, to=reverse("people"), said=said)


@require_POST
def release(request: HttpRequest, person: str) -> HttpResponse:
    """Let somebody in again who waits after too many failures."""
    require(request, Permission.ENROL)
    who = _person(person)
    services.note_release(presence.of(request).keyring, who, "lockout", reason=request.POST.get("reason", ""))
    lockout.release(who.name)
    return answers.done(request, to=reverse("people"), said=_("%(name)s need not wait any more.") % {"name": who.name})


@require_POST
def invite_anew(request: HttpRequest, person: str) -> HttpResponse:
    """Make another first passphrase for somebody who never chose their own; the answer shows it once."""
    require(request, Permission.ENROL)
    who = _person(person)
    reason = request.POST.get("reason", "")
    passphrase = invitations.invite_anew(presence.of(request).keyring, who, reason=reason)
    presence.end_others(who.key_id, but=presence.of(request))
    return _page(request, {"invited_anew": who.name, "passphrase": passphrase})


@require_POST
def release_factors(request: HttpRequest, person: str) -> HttpResponse:
    """Take a person's second factors away, who lost theirs and the recovery codes."""
    require(request, Permission.ENROL)
    who = _person(person)
    own = Authenticator.objects.filter(user__person=who)
    if not own.exists():
        raise InvalidValue(what=f"{who.name}", why="has no second factor")
    services.note_release(presence.of(request).keyring, who, "second_factors", reason=request.POST.get("reason", ""))
    own.delete()
    presence.end_others(who.key_id, but=presence.of(request))
    said = _("%(name)s logs in by passphrase alone now.") % {"name": who.name}
    return answers.done(request, to=reverse("people"), said=said)


def _person(untrusted_key: str) -> PersonRow:
    """The person of a key's id, or of an unambiguous beginning of it."""
    found = [one for one in selectors.people() if len(untrusted_key) >= 8 and one.key_id.startswith(untrusted_key)]
    if len(found) != 1:
        known = ", ".join(one.name for one in selectors.people())
        raise selectors.PersonNotFound(name=untrusted_key[:64], known=known)
    return found[0]


def _roles(untrusted_roles: list[str]) -> frozenset[Role]:
    known = {role.value: role for role in Role}
    wrong = [one for one in untrusted_roles if one not in known]
    if wrong or not untrusted_roles:
        why = f"no role is called {wrong[0][:40]!r}" if wrong else "whoever is enrolled has one or more"
        raise InvalidValue(what="The roles", why=why)
    return frozenset(known[one] for one in untrusted_roles)
