"""People of several roles, and things of the record that tables may cite."""

from __future__ import annotations

from functools import cached_property

import pytest
from tests.by_hand import by_hand as by_hand_in

from probata.access import services as access
from probata.access.roles import Role


class Team:
    """Signers by role: who keeps cases, who reviews, who may only look on; each enrolled when first asked for."""

    def __init__(self, keyring):
        self._keyring = keyring
        self.analyst = keyring.signing

    def _enrolled(self, name, role):
        return access.enrol(self._keyring, name, None, frozenset({role}), reason="a colleague").signing

    @cached_property
    def reviewer(self):
        return self._enrolled("reviewer", Role.REVIEWER)

    @cached_property
    def auditor(self):
        return self._enrolled("auditor", Role.AUDITOR)

    @cached_property
    def collector(self):
        return self._enrolled("collector", Role.COLLECTOR)


@pytest.fixture
def team(workspace):
    """An analyst (the operator), and whoever else a test asks for."""
    return Team(workspace.keyring)


@pytest.fixture
def propositions(workspace):
    """The names of two propositions on the record, as a table cites them."""
    from probata.claims import services
    from probata.claims.propositions import Proposition, PropositionType

    told = ("a man is shot while he lies on the ground", "the man reaches for a weapon")
    made = [
        services.add_proposition(
            Proposition(type=PropositionType.OCCURRED, statement=statement), actor=workspace.keyring.signing
        )
        for statement in told
    ]
    return [f"proposition:{one.id}" for one in made]


@pytest.fixture
def item(workspace, tmp_path):
    """An item whose bytes do not matter."""
    from probata.capture import services as capture

    path = tmp_path / "clip.txt"
    path.write_text("no footage, and none is needed")
    (outcome,) = capture.add(str(path), actor=workspace.keyring.signing, reason="a test")
    return outcome.acquired.sha256


@pytest.fixture
def by_hand(workspace):
    """Runs SQL as somebody would who has the database."""
    return by_hand_in(workspace.settings)
