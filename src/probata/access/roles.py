"""Roles and what each may do; every decision comes with its reason."""

from __future__ import annotations

from enum import StrEnum

from attrs import frozen

from probata.terms.errors import AccessError


class Role(StrEnum):
    """What a person is trusted with in this workspace (Berkeley Protocol: separation of duties)."""

    COLLECTOR = "collector"
    ANALYST = "analyst"
    REVIEWER = "reviewer"
    LEGAL = "legal"
    CUSTODIAN = "custodian"
    REDACTOR = "redactor"
    RECIPIENT = "recipient"
    AUDITOR = "auditor"


class Permission(StrEnum):
    """Something a person may or may not do."""

    ACQUIRE = "acquire"
    LIST_ITEMS = "list_items"
    VIEW_FOOTAGE = "view_footage"
    EXAMINE = "examine"
    DECIDE = "decide"
    RECORD_CLAIMS = "record_claims"
    ASSESS = "assess"
    SEAL_FINDINGS = "seal_findings"
    KEEP_CASES = "keep_cases"
    WALL_CASES = "wall_cases"
    REDACT = "redact"
    RELEASE_REDACTION = "release_redaction"
    PROPOSE_DISCLOSURE = "propose_disclosure"
    RELEASE_DISCLOSURE = "release_disclosure"
    SEAL = "seal"
    CHECK = "check"
    ENROL = "enrol"


_ALLOWED: dict[Permission, frozenset[Role]] = {
    Permission.ACQUIRE: frozenset({Role.COLLECTOR}),
    Permission.LIST_ITEMS: frozenset(Role) - {Role.RECIPIENT},
    # An auditor sees what was done, never the footage; a custodian keeps it without having to watch it.
    Permission.VIEW_FOOTAGE: frozenset({Role.ANALYST, Role.REVIEWER, Role.LEGAL, Role.REDACTOR}),
    Permission.EXAMINE: frozenset({Role.ANALYST, Role.COLLECTOR}),
    # What a machine proposes, whoever looks at footage decides: confirmed or rejected, with a reason.
    Permission.DECIDE: frozenset({Role.ANALYST, Role.REVIEWER}),
    # Writing down what somebody claims decides nothing about it.
    Permission.RECORD_CLAIMS: frozenset({Role.COLLECTOR, Role.ANALYST, Role.REVIEWER, Role.LEGAL}),
    Permission.ASSESS: frozenset({Role.ANALYST, Role.REVIEWER}),
    Permission.SEAL_FINDINGS: frozenset({Role.REVIEWER, Role.LEGAL}),
    Permission.KEEP_CASES: frozenset({Role.ANALYST, Role.REVIEWER, Role.LEGAL}),
    # Who may know of a case is decided by those who answer for it, and only from within it.
    Permission.WALL_CASES: frozenset({Role.LEGAL, Role.CUSTODIAN}),
    # Redacting takes two keys as well, each of somebody who may look at what is hidden and at what is left.
    Permission.REDACT: frozenset({Role.REDACTOR, Role.ANALYST}),
    Permission.RELEASE_REDACTION: frozenset({Role.REDACTOR, Role.REVIEWER, Role.LEGAL}),
    # Disclosing takes two keys: whoever proposes never releases, and never seals.
    Permission.PROPOSE_DISCLOSURE: frozenset({Role.ANALYST, Role.REVIEWER, Role.LEGAL}),
    Permission.RELEASE_DISCLOSURE: frozenset({Role.LEGAL, Role.CUSTODIAN}),
    Permission.SEAL: frozenset({Role.CUSTODIAN}),
    Permission.CHECK: frozenset({Role.CUSTODIAN, Role.AUDITOR}),
    Permission.ENROL: frozenset({Role.CUSTODIAN}),
}

LOCAL_OPERATOR = frozenset({Role.COLLECTOR, Role.ANALYST, Role.CUSTODIAN})
"""What the one person of a laptop workspace may do; a review takes a second person."""


class NotAllowed(AccessError):
    """A person's roles do not allow what was asked."""

    code = "not_allowed"
    template = "{person} may not {permission}: it takes one of the roles {needed}."
    advice = "Ask a custodian of this workspace for the role, or a person who has it to do it."


@frozen(kw_only=True)
class Decision:
    """Whether a person may, and the reason in words: the roles by which they may, or those that it takes."""

    allowed: bool
    reason: str
    roles: tuple[Role, ...]


def decide(roles: frozenset[Role], permission: Permission) -> Decision:
    """Say whether roles allow something, and why or why not."""
    needed = _ALLOWED[permission]
    held = roles & needed
    if held:
        return Decision(allowed=True, reason=f"as {', '.join(sorted(held))}", roles=tuple(sorted(held)))
    reason = f"it takes one of the roles {', '.join(sorted(needed))}"
    return Decision(allowed=False, reason=reason, roles=tuple(sorted(needed)))


def demand(person: str, roles: frozenset[Role], permission: Permission) -> None:
    """Raise `NotAllowed`, with who may, unless roles allow it."""
    if not decide(roles, permission).allowed:
        needed = ", ".join(sorted(_ALLOWED[permission]))
        raise NotAllowed(person=person, permission=permission.replace("_", " "), needed=needed)
