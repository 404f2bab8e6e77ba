"""Filters: roles, permissions and second factors as words."""

from __future__ import annotations

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from probata.access.roles import Permission, Role

register = template.Library()

_ROLES: dict[str, tuple[Promise, Promise]] = {
    Role.COLLECTOR: (_("collector"), _("acquires items and writes down what is claimed")),
    Role.ANALYST: (_("analyst"), _("sees footage, observes, decides candidates, assesses")),
    Role.REVIEWER: (_("reviewer"), _("assesses a second time without sight of the first, seals findings")),
    Role.LEGAL: (_("legal"), _("sees footage, keeps cases, decides who knows of a walled case, seals findings")),
    Role.CUSTODIAN: (_("custodian"), _("enrols people, signs and checks the record, seals packages")),
    Role.REDACTOR: (_("redactor"), _("sees footage to prepare what is masked or muted")),
    Role.RECIPIENT: (_("recipient"), _("is given sealed packages, and sees nothing here")),
    Role.AUDITOR: (_("auditor"), _("sees what was done and checks it, never the footage")),
}
_PERMISSIONS: dict[str, Promise] = {
    Permission.ACQUIRE: _("acquire items"),
    Permission.LIST_ITEMS: _("see which items, cases and claims there are"),
    Permission.VIEW_FOOTAGE: _("see and hear footage"),
    Permission.EXAMINE: _("observe, and have machines look"),
    Permission.DECIDE: _("decide what a machine proposed"),
    Permission.RECORD_CLAIMS: _("write down what is claimed"),
    Permission.ASSESS: _("assess"),
    Permission.SEAL_FINDINGS: _("seal findings"),
    Permission.KEEP_CASES: _("open and keep cases"),
    Permission.WALL_CASES: _("decide who may know of a case"),
    Permission.REDACT: _("propose and render redactions"),
    Permission.RELEASE_REDACTION: _("release a redaction that somebody else proposed"),
    Permission.PROPOSE_DISCLOSURE: _("propose what is disclosed"),
    Permission.RELEASE_DISCLOSURE: _("release what somebody else proposed to disclose"),
    Permission.SEAL: _("seal packages"),
    Permission.CHECK: _("check the record"),
    Permission.ENROL: _("enrol people and give roles"),
}
_FACTORS: dict[str, Promise] = {
    "totp": _("authenticator"),
    "webauthn": _("passkey"),
    "recovery_codes": _("recovery codes"),
}


@register.filter
def role(code: str) -> Promise | str:
    """A role's name."""
    return _ROLES[code][0] if code in _ROLES else code


@register.filter
def role_does(code: str) -> Promise | str:
    """What whoever holds a role is trusted with."""
    return _ROLES[code][1] if code in _ROLES else ""


@register.filter
def permission(code: str) -> Promise | str:
    """What a permission allows."""
    return _PERMISSIONS.get(code, code)


@register.filter
def factor(code: str) -> Promise | str:
    """A kind of second factor."""
    return _FACTORS.get(code, code)
