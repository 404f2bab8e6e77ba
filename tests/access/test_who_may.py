"""Who may do something is asked once for everybody, and says what is said of each alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from probata.access import selectors, services
from probata.access.roles import Permission, Role

if TYPE_CHECKING:
    from tests.conftest import Workspace


def test_everybody_at_once_is_everybody_alone(workspace: Workspace) -> None:
    """For every permission, also after a role was taken back."""
    by = workspace.keyring
    services.enrol(by, "A", None, frozenset({Role.REVIEWER}), reason="a test")
    services.enrol(by, "B", None, frozenset({Role.ANALYST, Role.LEGAL}), reason="a test")
    services.take_back(by, selectors.person("B"), Role.ANALYST, reason="a test")
    for permission in Permission:
        alone = [one.name for one in selectors.people() if selectors.may(one.pk, permission)]
        assert [one.name for one in selectors.who_may(permission)] == alone
    assert [one.name for one in selectors.who_may(Permission.SEAL_FINDINGS)] == ["A", "B"]
