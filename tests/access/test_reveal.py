"""Asking to see footage: a reason goes into the ledger before anything is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from probata.access import selectors
from probata.access import services as access
from probata.access.purposes import Purpose
from probata.access.roles import NotAllowed, Role
from probata.custody import selectors as custody

if TYPE_CHECKING:
    from tests.conftest import Workspace

ITEM = "ab" * 32


def test_a_reveal_is_an_entry_about_the_item(workspace: Workspace) -> None:
    """A reveal is an entry of the ledger: who, about which item, for what purpose."""
    entry = access.reveal(workspace.keyring.signing, ITEM, purpose=Purpose.PLACE)
    line = custody.history(f"item:{ITEM}")[-1]
    assert (line.seq, line.action, line.actor_name) == (entry.seq, "view", "operator")
    assert line.record == {"subject": f"item:{ITEM}", "mode": "reveal", "purpose": "place"}
    assert "where it was filmed" in line.reason


def test_a_reveal_stands_in_the_log_of_views(workspace: Workspace) -> None:
    """The log of views names the reveal with its purpose, at the time of its entry."""
    entry = access.reveal(workspace.keyring.signing, ITEM, purpose=Purpose.EXACT_FRAME)
    view = selectors.views(ITEM)[-1]
    assert (view.person.name, view.mode, view.detail, view.at) == ("operator", "reveal", "exact_frame", entry.at)


def test_who_may_not_view_cannot_reveal(workspace: Workspace) -> None:
    """An auditor sees what was done, never the footage: nothing is recorded for one."""
    auditor = access.enrol(workspace.keyring, "auditor", None, frozenset({Role.AUDITOR}), reason="an audit")
    with pytest.raises(NotAllowed, match="may not view footage"):
        access.reveal(auditor.signing, ITEM, purpose=Purpose.PLACE)
    assert custody.history(f"item:{ITEM}") == []


@pytest.mark.parametrize("purpose", Purpose)
def test_every_purpose_reads_as_words(purpose: Purpose) -> None:
    """Every purpose completes the sentence «Footage was asked for …»."""
    assert purpose.words.startswith("to ")
