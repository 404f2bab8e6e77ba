"""Enrolling people, unlocking their keys, and logging what they were shown."""

from __future__ import annotations

import os
import re
from pathlib import Path

from django.conf import settings
from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from probata.access.models import Account, Person, RoleGrant, View
from probata.access.purposes import Purpose
from probata.access.roles import LOCAL_OPERATOR, Permission, Role, demand
from probata.access.selectors import people, roles
from probata.custody import entries, keys, notes
from probata.custody import services as custody
from probata.custody.canonical import Record
from probata.custody.entries import Signer
from probata.custody.keys import Key, Keyring
from probata.custody.projections import EntryFacts, projects
from probata.engines import clock
from probata.terms.errors import AccessError, CustodyError, InvalidValue

LOG_KEY_FILE = "log.age"
LOG_VKEY_FILE = "log.vkey"
REVEAL = "reveal"

# Names become file names and stand in tables: letters of any script, digits, and a few joints.
_NAME = re.compile(r"[^\W_](?:[\w .'-]{0,78}[^\W_])?")


class LogKeyMissing(AccessError):
    """The workspace has no log key to sign checkpoints with."""

    code = "log_key_missing"
    template = "The log key of this workspace is not in its `keys/` folder."
    advice = "Restore `keys/log.age` from a copy. Without it no checkpoint can be signed; what was signed stays valid."


def found(name: str, passphrase: str | None) -> Keyring:
    """Found the workspace's log: its own key, the first person's keyring, and entry 0 that names both."""
    origin = settings.PROBATA.origin
    keyring, keyring_file = keys.create_keyring(passphrase, name=_checked(name))
    log_key = Key.new()
    log_vkey = notes.log_vkey(origin, log_key.public_raw)
    _write_key(_keyring_path(name), keyring_file)
    _write_key(
        settings.PROBATA.keys / LOG_KEY_FILE,
        keys.lock_log_key(log_key, origin=origin, recipients=[keyring.recipient]),
    )
    (settings.PROBATA.keys / LOG_VKEY_FILE).write_text(f"{log_vkey.vkey}\n", encoding="utf-8")
    founding = entries.founding_record(origin=origin, log_key=log_vkey.vkey, founder_key=keyring.signing.public_raw)
    with custody.act(actor=keyring.signing, reason="The workspace is founded.") as act:
        act.record("found_log", founding, _person_record(name, keyring, LOCAL_OPERATOR))
    return keyring


def enrol(by: Keyring, name: str, passphrase: str | None, new_roles: frozenset[Role], *, reason: str) -> Keyring:
    """Enrol a further person, with a keyring of their own; takes a custodian."""
    must_be_allowed(by.signing, Permission.ENROL)
    keyring, keyring_file = keys.create_keyring(passphrase, name=_checked(name))
    if Person.objects.filter(name=name).exists():
        raise InvalidValue(what=f"The name {name!r}", why="somebody is enrolled under it")
    _write_key(_keyring_path(name), keyring_file)
    key = entries.key_record(public_key=keyring.signing.public_raw, may_enrol=Role.CUSTODIAN in new_roles)
    with custody.act(actor=by.signing, reason=reason) as act:
        act.record("enrol_key", key, _person_record(name, keyring, new_roles))
    if Role.CUSTODIAN in new_roles:
        _share_log_key(by)
    return keyring


def is_locked(name: str) -> bool:
    """Whether a person's keyring asks for a passphrase."""
    return keys.is_protected(_keyring_path(name).read_bytes())


def unlock(who: Person, passphrase: str | None) -> Keyring:
    """Open a person's keyring, and refuse one that is not theirs."""
    keyring = keys.unlock(_keyring_path(who.name).read_bytes(), passphrase)
    if keyring.signing.key_id != who.key_id:
        raise keys.KeyUnreadable(what=f"The keyring of {who.name}", why="it holds another key than was enrolled")
    return keyring


def unlock_log_key(keyring: Keyring) -> Key:
    """The log's own key, for signing checkpoints; raises `LogKeyMissing` or `NotARecipient`."""
    path = settings.PROBATA.keys / LOG_KEY_FILE
    if not path.exists():
        raise LogKeyMissing
    return keys.unlock_log_key(path.read_bytes(), keyring, origin=settings.PROBATA.origin)


def log_vkey() -> notes.NoteKey:
    """The log's public key, as it was written when the workspace was founded."""
    return notes.parse_vkey((settings.PROBATA.keys / LOG_VKEY_FILE).read_text(encoding="utf-8").strip())


def log_fingerprint() -> str:
    """The fingerprint by which a stranger recognises this workspace's packages."""
    return log_vkey().fingerprint


def must_be_allowed(signer: Signer, permission: Permission) -> None:
    """Raise `NotAllowed`, saying who may, unless the holder of this key has a role that allows it."""
    who = Person.objects.filter(key_id=signer.key_id).first()
    demand(who.name if who else "This key's holder", roles(who.id) if who else frozenset(), permission)


def person_of(keyring: Keyring) -> Person:
    """Whose keyring it is."""
    return Person.objects.get(key_id=keyring.signing.key_id)


def viewed(who: Person, item: str, *, mode: str, detail: str) -> None:
    """Log that footage was served: to whom, of which item, how much."""
    View.objects.create(person=who, item=item, at=clock.now(), mode=mode, detail=detail)


def reveal(by: Keyring, item: str, *, purpose: Purpose) -> EntryFacts:
    """Record that a person asks to see an item's footage, and why; takes somebody who may view it.

    What is then served to them is logged by `viewed`, request by request.
    """
    who = person_of(by)
    demand(who.name, roles(who.id), Permission.VIEW_FOOTAGE)
    with custody.act(actor=by.signing, reason=f"Footage was asked for {purpose.words}.") as act:
        return act.record("view", {"subject": f"item:{item}", "mode": REVEAL, "purpose": purpose.value})


class KeyringBackend(BaseBackend):
    """Log in by unlocking one's keyring: no second secret exists, and the work of scrypt slows guessing.

    The unlocked keyring stays with the account object as `keyring`, for the process that logs in to hold in memory.
    """

    def authenticate(
        self,
        request: HttpRequest | None,  # noqa: ARG002  Django hands it over
        name: str | None = None,
        passphrase: str | None = None,
        **_other: object,
    ) -> Account | None:
        """The account, when the passphrase opens its keyring; None otherwise, without saying which was wrong."""
        account = Account.objects.select_related("person").filter(name=name or "").first()
        if account is None:
            return None
        try:
            account.keyring = unlock(account.person, passphrase or None)
        except (AccessError, CustodyError):
            # A wrong passphrase, or a keyring that a busy machine cannot open in the time that age grants.
            return None
        return account

    def get_user(self, user_id: int) -> Account | None:
        """The account of a session."""
        return Account.objects.select_related("person").filter(pk=user_id).first()


@projects("found_log")
def _founded(entry: EntryFacts, records: list[Record]) -> None:
    founding, who = records
    custody.insert_actor_key(entry, bytes.fromhex(founding["founder_key"]), who["name"])
    _insert_person(entry, who)


@projects("view")
def _revealed(entry: EntryFacts, records: list[Record]) -> None:
    who = Person.objects.get(key_id=entry.actor)
    for record in records:
        item = record["subject"].removeprefix("item:")
        View.objects.create(person=who, item=item, at=entry.at, mode=record["mode"], detail=record["purpose"])


@projects("enrol_key")
def _enrolled(entry: EntryFacts, records: list[Record]) -> None:
    key, who = records
    custody.insert_actor_key(entry, bytes.fromhex(key["public_key"]), who["name"])
    _insert_person(entry, who)


def _insert_person(entry: EntryFacts, record: Record) -> None:
    one = Person.objects.create(
        name=record["name"], key_id=record["key_id"], recipient=record["recipient"], enrolled_seq=entry.seq
    )
    RoleGrant.objects.bulk_create(RoleGrant(person=one, role=role, seq=entry.seq) for role in record["roles"])
    account = Account(person=one, name=one.name)
    account.set_unusable_password()
    account.save()


def _person_record(name: str, keyring: Keyring, held: frozenset[Role]) -> Record:
    """A person's name is a subject of its own: a package proves who signed by key, without the name."""
    key_id = keyring.signing.key_id
    return {
        "subject": f"person:{key_id}",
        "name": name,
        "key_id": key_id,
        "recipient": keyring.recipient,
        "roles": sorted(held),
    }


def _share_log_key(by: Keyring) -> None:
    """Encrypt the log key to every custodian, so that more than one person can sign checkpoints."""
    recipients = [one.recipient for one in people() if Role.CUSTODIAN in roles(one.id)]
    path = settings.PROBATA.keys / LOG_KEY_FILE
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    _write_key(fresh, keys.lock_log_key(unlock_log_key(by), origin=settings.PROBATA.origin, recipients=recipients))
    fresh.replace(path)


def _checked(untrusted_name: str) -> str:
    if not _NAME.fullmatch(untrusted_name):
        raise InvalidValue(what=f"The name {untrusted_name!r}", why="it takes letters, digits, spaces, . ' and -")
    return untrusted_name


def _keyring_path(name: str) -> Path:
    return Path(settings.PROBATA.keys) / f"{_checked(name)}.keyring"


def _write_key(path: Path, data: bytes) -> None:
    """Write a key file that only its owner may read; an existing one is never overwritten."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
