"""Roles given and taken back, people invited, passphrases changed: by a custodian, with a reason, on the record."""

from __future__ import annotations

import argparse
import stat
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from allauth.mfa.models import Authenticator

from probata.access import invitations, selectors, services
from probata.access.models import Account, Person, RoleGrant
from probata.access.roles import NotAllowed, Role
from probata.cli import rebuild_verb
from probata.cli import workspace as workspace_module
from probata.cli.databases import beside
from probata.cli.rebuilding import pointed_at, rebuild_into
from probata.custody import selectors as custody
from probata.custody.keys import NotARecipient, WrongPassphrase
from probata.engines import clock
from probata.terms.errors import InvalidValue

if TYPE_CHECKING:
    from tests.conftest import Workspace

    from probata.custody.keys import Keyring


@pytest.fixture
def second(workspace: Workspace) -> Keyring:
    return services.enrol(workspace.keyring, "second", None, frozenset({Role.ANALYST}), reason="joins")


def test_a_role_is_given_and_taken_back_with_a_reason(workspace: Workspace, second: Keyring) -> None:
    """Both are entries about the person, signed by the custodian; the last word on a role counts."""
    who = services.person_of(second)
    services.grant(workspace.keyring, who, Role.REVIEWER, reason="a second pair of eyes")
    assert selectors.roles(who.id) == {Role.ANALYST, Role.REVIEWER}
    services.take_back(workspace.keyring, who, Role.ANALYST, reason="reviews only")
    assert selectors.roles(who.id) == {Role.REVIEWER} == selectors.roles_of_all()[who.id]
    lines = custody.history(f"person:{who.key_id}")
    assert [(line.action, line.reason) for line in lines[-2:]] == [
        ("grant_role", "a second pair of eyes"),
        ("take_back_role", "reviews only"),
    ]


def test_only_a_custodian_gives_roles(workspace: Workspace, second: Keyring) -> None:
    """Nobody gives themselves anything."""
    who = services.person_of(second)
    for act in (services.grant, services.take_back):
        with pytest.raises(NotAllowed, match="custodian"):
            act(second, who, Role.ANALYST, reason="because")
    with pytest.raises(NotAllowed):
        services.note_release(second, who, "lockout", reason="because")
    assert selectors.roles(who.id) == {Role.ANALYST}
    assert workspace.keyring.name == "operator"


@pytest.mark.parametrize("reason", ["", "   "])
def test_no_act_on_a_person_without_a_reason(workspace: Workspace, second: Keyring, reason: str) -> None:
    """The reason stays on the record, so there is one."""
    who = services.person_of(second)
    with pytest.raises(InvalidValue, match="reason"):
        services.grant(workspace.keyring, who, Role.REVIEWER, reason=reason)
    with pytest.raises(InvalidValue, match="reason"):
        services.take_back(workspace.keyring, who, Role.ANALYST, reason=reason)


def test_what_is_held_is_not_given_and_what_is_not_held_is_not_taken(workspace: Workspace, second: Keyring) -> None:
    """An act that changes nothing is refused, and leaves no entry."""
    who = services.person_of(second)
    size = custody.size_and_time()[0]
    with pytest.raises(InvalidValue, match="already"):
        services.grant(workspace.keyring, who, Role.ANALYST, reason="again")
    with pytest.raises(InvalidValue, match="does not hold"):
        services.take_back(workspace.keyring, who, Role.LEGAL, reason="none there")
    with pytest.raises(InvalidValue, match="no role"):
        services.take_back(workspace.keyring, who, reason="none named")
    assert custody.size_and_time()[0] == size


def test_the_last_custodian_stays(workspace: Workspace, second: Keyring) -> None:
    """A workspace without a custodian could enrol nobody any more; with a second one, the first may go."""
    operator = services.person_of(workspace.keyring)
    with pytest.raises(services.LastCustodian):
        services.take_back(workspace.keyring, operator, *selectors.roles(operator.id), reason="goes")
    services.grant(workspace.keyring, services.person_of(second), Role.CUSTODIAN, reason="takes over")
    services.take_back(second, operator, Role.CUSTODIAN, reason="goes")
    with pytest.raises(NotAllowed):
        services.grant(workspace.keyring, operator, Role.CUSTODIAN, reason="comes back")


def test_a_custodian_made_later_opens_the_log_key_and_may_enrol(workspace: Workspace, second: Keyring) -> None:
    """Their key's record says so too, so that a stranger who sees no names accepts whom they enrol."""
    services.grant(workspace.keyring, services.person_of(second), Role.CUSTODIAN, reason="a deputy")
    assert services.unlock_log_key(second).public_raw == services.unlock_log_key(workspace.keyring).public_raw
    services.enrol(second, "third", None, frozenset({Role.ANALYST}), reason="joins")
    services.take_back(workspace.keyring, services.person_of(second), Role.CUSTODIAN, reason="a deputy no more")
    with pytest.raises(NotARecipient):
        services.unlock_log_key(second)


def test_rebuilding_gives_the_same_people_and_roles(workspace: Workspace, second: Keyring) -> None:
    """Grants, what was taken back, and a custodian made later come out of the ledger as they went in."""
    who = services.person_of(second)
    services.grant(workspace.keyring, who, Role.CUSTODIAN, reason="a deputy")
    services.take_back(workspace.keyring, who, Role.ANALYST, reason="keeps only")
    services.note_release(second, who, "lockout", reason="mistyped")

    def told() -> list[tuple[object, ...]]:
        rows: list[tuple[object, ...]] = list(Person.objects.order_by("id").values_list("name", "key_id"))
        return rows + list(RoleGrant.objects.order_by("id").values_list("person__name", "role", "granted", "seq"))

    before, fresh = told(), beside(workspace.settings, "again")
    rebuild_into(workspace.settings, fresh)
    with pointed_at(workspace.settings, fresh):
        assert told() == before


def test_whoever_is_invited_gets_a_passphrase_to_change(workspace: Workspace) -> None:
    """It is made by the machine, opens their key, and is theirs only once they changed it."""
    passphrase = invitations.invite(workspace.keyring, "guest", frozenset({Role.AUDITOR}), reason="an audit")
    who = selectors.person("guest")
    keyring = services.unlock(who, passphrase)
    account = Account.objects.get(name="guest")
    assert services.standing(account).must_change_passphrase
    services.change_passphrase(keyring, passphrase, "words of their own")
    assert not services.standing(account).must_change_passphrase
    assert services.unlock(who, "words of their own").signing.key_id == who.key_id
    with pytest.raises(WrongPassphrase):
        services.unlock(who, passphrase)
    assert len({services.new_passphrase() for _ in range(50)}) == 50


def test_a_first_passphrase_ends_and_is_made_anew_by_whoever_made_it(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After seven days; the key stays the same, the old passphrase opens its file no more, the record says why."""
    first = invitations.invite(workspace.keyring, "guest", frozenset({Role.AUDITOR}), reason="an audit")
    who, account, start = selectors.person("guest"), Account.objects.get(name="guest"), clock.now()
    monkeypatch.setattr(clock, "now", lambda: start + timedelta(days=6, hours=23))
    assert not invitations.has_ended(account)
    monkeypatch.setattr(clock, "now", lambda: start + timedelta(days=7, hours=1))
    assert invitations.has_ended(account)
    with pytest.raises(InvalidValue, match="reason"):
        invitations.invite_anew(workspace.keyring, who, reason=" ")
    services.unlock(who, first)
    again = invitations.invite_anew(workspace.keyring, who, reason="was ill")
    assert not invitations.has_ended(account)
    with pytest.raises(WrongPassphrase):
        services.unlock(who, first)
    assert services.unlock(who, again).signing.key_id == who.key_id
    line = custody.history(f"person:{who.key_id}")[-1]
    assert (line.action, line.record["released"], line.reason) == ("release_login", "first_passphrase", "was ill")


def test_a_keyring_waits_for_whoever_invited_and_only_until_it_is_its_owners(workspace: Workspace) -> None:
    """No other custodian opens it; once the passphrase is changed, nothing is left to open or to make anew."""
    other = services.enrol(workspace.keyring, "other", None, frozenset({Role.CUSTODIAN}), reason="a deputy")
    first = invitations.invite(workspace.keyring, "guest", frozenset({Role.AUDITOR}), reason="an audit")
    who = selectors.person("guest")
    (waiting,) = workspace.settings.keys.glob("*.invited")
    assert stat.S_IMODE(waiting.stat().st_mode) == 0o600
    with pytest.raises(invitations.InvitationNotYours, match="operator"):
        invitations.invite_anew(other, who, reason="in their stead")
    services.change_passphrase(services.unlock(who, first), first, "words of their own")
    assert not waiting.exists()
    with pytest.raises(InvalidValue, match="their own"):
        invitations.invite_anew(workspace.keyring, who, reason="forgot it")
    assert not invitations.has_ended(Account.objects.get(name="guest"))


def test_a_passphrase_is_changed_only_with_the_old_one(workspace: Workspace) -> None:
    """The file stays readable to its owner alone, and nothing is left beside it."""
    services.change_passphrase(workspace.keyring, None, "long enough now")
    path = workspace.settings.keys / "operator.keyring"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(WrongPassphrase):
        services.change_passphrase(workspace.keyring, "not the old one", "something else")
    with pytest.raises(InvalidValue, match="10 characters"):
        services.change_passphrase(workspace.keyring, "long enough now", "short")
    assert not list(workspace.settings.keys.glob("*.new"))
    services.unlock(selectors.person("operator"), "long enough now")


def test_secrets_of_second_factors_are_encrypted_at_rest(workspace: Workspace) -> None:
    """With a key of the workspace that only its owner reads; without that key they are gone, and it is said."""
    sealed = services.sealed_secret("JBSWY3DPEHPK3PXP")
    path = workspace.settings.keys / services.FACTOR_KEY_FILE
    assert "JBSWY3DPEHPK3PXP" not in sealed
    assert services.opened_secret(sealed) == "JBSWY3DPEHPK3PXP"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.unlink()
    with pytest.raises(services.FactorKeyMissing):
        services.opened_secret(sealed)


def test_second_factors_are_carried_into_a_rebuilt_database(workspace: Workspace, second: Keyring) -> None:
    """Nobody's login becomes weaker by rebuilding; how people like the workbench comes along."""
    account = services.account_of(second)
    Authenticator.objects.create(user=account, type="totp", data={"secret": services.sealed_secret("JBSWY3DP")})
    services.prefer(account, theme="paper", language="uk", idle_minutes=5)
    workspace_module.set_up_django(workspace.settings)
    assert rebuild_verb.run(argparse.Namespace(workspace=workspace.root, json=True)) == 0
    account = services.account_of(second)
    (factor,) = Authenticator.objects.filter(user=account)
    assert services.opened_secret(factor.data["secret"]) == "JBSWY3DP"
    assert (services.standing(account).theme, services.standing(account).idle_minutes) == ("paper", 5)
