"""Who acts in the story, each with a key of their own and roles that divide the work."""

from __future__ import annotations

from attrs import frozen

from probata.access import services as access
from probata.access.roles import Role
from probata.custody.entries import Signer
from probata.custody.keys import Keyring

ANALYST, REVIEWER, COUNSEL, CUSTODIAN = "M. Analyst", "R. Reviewer", "L. Counsel", "K. Custodian"
ROLES = {ANALYST: Role.ANALYST, REVIEWER: Role.REVIEWER, COUNSEL: Role.LEGAL, CUSTODIAN: Role.CUSTODIAN}
"""Who joins whoever founded the workspace, and as what."""


@frozen(kw_only=True)
class Cast:
    """Everybody's signing key; `operator` is whoever founded the workspace."""

    operator: Signer
    analyst: Signer
    reviewer: Signer
    counsel: Signer
    custodian: Signer


def enrolled(operator: Keyring) -> Cast:
    """Enrol the four by whoever founded the workspace; their keys have no passphrase, as is fit for a demo alone."""
    keys = {
        name: access.enrol(operator, name, None, frozenset({role}), reason=f"joins as {role.value}").signing
        for name, role in ROLES.items()
    }
    return Cast(
        operator=operator.signing,
        analyst=keys[ANALYST],
        reviewer=keys[REVIEWER],
        counsel=keys[COUNSEL],
        custodian=keys[CUSTODIAN],
    )
