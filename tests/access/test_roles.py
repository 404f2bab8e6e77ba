"""Who may do what, and why not."""

from __future__ import annotations

import pytest

from probata.access import selectors
from probata.access import services as access
from probata.access.roles import LOCAL_OPERATOR, NotAllowed, Permission, Role, decide, demand
from probata.custody.keys import NotARecipient, WrongPassphrase
from probata.terms.errors import InvalidValue


def test_every_decision_has_a_reason():
    """Allowed or not, the words say as what, or who may."""
    for permission in Permission:
        for role in Role:
            assert decide(frozenset({role}), permission).reason


def test_an_auditor_sees_what_was_done_and_no_footage():
    """Separation of duties: lists and checks, never pictures."""
    auditor = frozenset({Role.AUDITOR})
    assert decide(auditor, Permission.CHECK).allowed
    assert not decide(auditor, Permission.VIEW_FOOTAGE).allowed


def test_a_local_operator_cannot_review_alone():
    """One person's roles never include that of the second pair of eyes."""
    assert Role.REVIEWER not in LOCAL_OPERATOR


def test_a_refusal_says_who_may():
    """The error names the roles that it takes."""
    with pytest.raises(NotAllowed, match="custodian"):
        demand("A", frozenset({Role.ANALYST}), Permission.SEAL)


def test_an_enrolled_person_acts_with_a_key_of_their_own(workspace):
    """Enrolment is an entry signed by a custodian; the new key then signs for its holder."""
    analyst = access.enrol(
        workspace.keyring, "Ана Приклад", "long enough", frozenset({Role.ANALYST}), reason="joins the team"
    )
    person = access.person_of(analyst)
    assert selectors.roles(person.id) == {Role.ANALYST}
    assert access.unlock(person, "long enough").signing.key_id == analyst.signing.key_id
    with pytest.raises(WrongPassphrase):
        access.unlock(person, "something else")


def test_a_second_custodian_can_sign_checkpoints(workspace):
    """The log key is shared with whoever is enrolled as custodian, and with nobody else."""
    second = access.enrol(workspace.keyring, "second", None, frozenset({Role.CUSTODIAN}), reason="a deputy")
    analyst = access.enrol(workspace.keyring, "analyst", None, frozenset({Role.ANALYST}), reason="joins")
    assert access.unlock_log_key(second).public_raw == access.unlock_log_key(workspace.keyring).public_raw
    with pytest.raises(NotARecipient):
        access.unlock_log_key(analyst)


def test_only_a_custodian_enrols(workspace):
    """An analyst who tries is refused, and nothing is recorded."""
    analyst = access.enrol(workspace.keyring, "analyst", None, frozenset({Role.ANALYST}), reason="joins")
    with pytest.raises(NotAllowed):
        access.enrol(analyst, "another", None, frozenset({Role.ANALYST}), reason="joins")
    assert [person.name for person in selectors.people()] == ["operator", "analyst"]


@pytest.mark.parametrize("name", ["", "../x", "a/b", "x" * 200, " ", "a\nb", "."])
def test_a_name_that_could_leave_its_folder_is_refused(workspace, name):
    """Names become file names: nothing that walks elsewhere is taken."""
    with pytest.raises(InvalidValue):
        access.enrol(workspace.keyring, name, None, frozenset({Role.ANALYST}), reason="joins")
