"""Invitations: a first passphrase, made by the machine, to be changed within some days; after them, made anew.

A keyring is encrypted to its passphrase, and a first passphrase is kept nowhere. So that another can be made, the
keyring waits beside its file for whoever invited, encrypted to them: who knew the first passphrase could open it as
well. That second file goes when the passphrase is changed.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from probata.access import services
from probata.access.models import Account, Person, Standing
from probata.access.roles import Permission, Role
from probata.custody import keys, selectors
from probata.custody.keys import Keyring
from probata.engines import clock
from probata.terms.errors import AccessError, InvalidValue

FIRST_PASSPHRASE_DAYS = 7
_AGAIN = "first_passphrase"


class InvitationNotYours(AccessError):
    """Somebody is invited anew by a custodian for whom their keyring does not wait."""

    code = "invitation_not_yours"
    template = "{person} cannot be invited anew by you: their key waits for {by}, who invited them."
    advice = "Let them do it, or take this person's roles back and invite them under another name."


def invite(by: Keyring, name: str, new_roles: frozenset[Role], *, reason: str) -> str:
    """Enrol somebody with a passphrase made for them, which they must change when they first log in; gives it."""
    passphrase = services.new_passphrase()
    keyring = services.enrol(by, name, passphrase, new_roles, reason=reason)
    path = services.keyring_path(name).with_suffix(services.WAITING)
    services.replace_key(path, keys.lock_to(keyring, by.recipient))
    Standing.objects.update_or_create(account=services.account_of(keyring), defaults={"must_change_passphrase": True})
    return passphrase


def invite_anew(by: Keyring, who: Person, *, reason: str) -> str:
    """Another first passphrase for somebody who never chose their own; the one before opens nothing here any more.

    Raises `InvitationNotYours`. Takes whoever invited them, as custodian, and a reason; it is on the record.
    """
    services.must_be_allowed(by.signing, Permission.ENROL)
    if not Standing.objects.filter(account__person=who, must_change_passphrase=True).exists():
        raise InvalidValue(what=f"{who.name}", why="has a passphrase of their own")
    path = services.keyring_path(who.name)
    try:
        keyring = keys.unlock_kept(path.with_suffix(services.WAITING).read_bytes(), by)
    except (FileNotFoundError, keys.KeyUnreadable) as error:
        raise InvitationNotYours(person=who.name, by=invited_by(who)) from error
    if keyring.signing.key_id != who.key_id:
        raise keys.KeyUnreadable(what=f"The keyring of {who.name}", why="it holds another key than was enrolled")
    passphrase = services.new_passphrase()
    locked = keys.lock(keyring, passphrase)
    services.note_release(by, who, _AGAIN, reason=reason)
    services.replace_key(path, locked)
    return passphrase


def invited_by(who: Person) -> str:
    """The name of whoever enrolled a person."""
    return selectors.history(f"person:{who.key_id}")[0].actor_name


def ends_at(account: Account) -> datetime | None:
    """Until when a first passphrase logs in; None where it is the person's own by now."""
    if not services.standing(account).must_change_passphrase:
        return None
    enrolled, *later = selectors.history(f"person:{account.person.key_id}")
    again = [line.at for line in later if line.action == "release_login" and line.record["released"] == _AGAIN]
    return max([enrolled.at, *again]) + timedelta(days=FIRST_PASSPHRASE_DAYS)


def has_ended(account: Account) -> bool:
    """Whether a first passphrase has not been changed in time, and logs nobody in any more."""
    until = ends_at(account)
    return until is not None and until <= clock.now()
