"""Enrolling people, unlocking their keys, and logging what they were shown."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from probata.access.limited import Limited
from probata.access.models import Account, Person, RoleGrant, Standing, View
from probata.access.purposes import Purpose
from probata.access.roles import LOCAL_OPERATOR, Permission, Role, demand
from probata.access.selectors import people, roles
from probata.custody import entries, keys, notes, selectors
from probata.custody import services as custody
from probata.custody.canonical import Record
from probata.custody.entries import Signer, Through
from probata.custody.keys import Key, Keyring
from probata.custody.projections import EntryFacts, projects
from probata.engines import clock
from probata.terms.errors import AccessError, CustodyError, InvalidValue

LOG_KEY_FILE = "log.age"
LOG_VKEY_FILE = "log.vkey"
FACTOR_KEY_FILE = "second-factors.key"
WAITING = ".invited"
"""What a keyring's file ends on while it waits for its first passphrase to be changed, for whoever invited."""
LEAST_PASSPHRASE = 10
_STANDING = ("must_change_passphrase", "idle_minutes", "theme", "language", "keys", "last_seen", "addresses")
_FACTOR = ("type", "data", "created_at", "last_used_at")
# Crockford's letters and digits: none that a person reads for another. Four groups of five are 100 bits.
_LEGIBLE = "0123456789abcdefghjkmnpqrstvwxyz"
REVEAL = "reveal"
REASON_HOLDS = timedelta(hours=1)
MAY_STILL_BE_SEEN = timedelta(hours=8)

# Names become file names and stand in tables: letters of any script, digits, and a few joints.
_NAME = re.compile(r"[^\W_](?:[\w .'-]{0,78}[^\W_])?")


class LogKeyMissing(AccessError):
    """The workspace has no log key to sign checkpoints with."""

    code = "log_key_missing"
    template = "The log key of this workspace is not in its `keys/` folder."
    advice = "Restore `keys/log.age` from a copy. Without it no checkpoint can be signed; what was signed stays valid."


class FactorKeyMissing(AccessError):
    """What second factors are encrypted with is gone or damaged."""

    code = "factor_key_missing"
    template = "The second factor cannot be checked: `keys/second-factors.key` is missing or is not the one it was."
    advice = "Restore the file from a copy, or ask a custodian to take your second factors away and set up new ones."


class LastCustodian(AccessError):
    """The workspace would be left without anybody who may enrol people and sign checkpoints."""

    code = "last_custodian"
    template = "{person} is the only custodian of this workspace; it is not taken back."
    advice = "Make somebody else a custodian first."


def found(name: str, passphrase: str | None) -> Keyring:
    """Found the workspace's log: its own key, the first person's keyring, and entry 0 that names both."""
    origin = settings.PROBATA.origin
    keyring, keyring_file = keys.create_keyring(passphrase, name=_checked(name))
    log_key = Key.new()
    log_vkey = notes.log_vkey(origin, log_key.public_raw)
    write_key(keyring_path(name), keyring_file)
    write_key(
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
    write_key(keyring_path(name), keyring_file)
    key = entries.key_record(public_key=keyring.signing.public_raw, may_enrol=Role.CUSTODIAN in new_roles)
    with custody.act(actor=by.signing, reason=reason) as act:
        act.record("enrol_key", key, _person_record(name, keyring, new_roles))
    if Role.CUSTODIAN in new_roles:
        _share_log_key(by)
    return keyring


def new_passphrase() -> str:
    """A passphrase made by the machine: 100 bits, in groups that can be read out and typed."""
    return "-".join("".join(secrets.choice(_LEGIBLE) for _ in range(5)) for _ in range(4))


def new_code() -> str:
    """A code for one start of the workbench, to be read off a terminal: forty bits, tried a few times at most."""
    made = new_passphrase()
    return f"{made[0:4]}-{made[6:10]}"


def grant(by: Keyring, who: Person, role: Role, *, reason: str) -> None:
    """Give a person a role; takes a custodian, and a reason."""
    must_be_allowed(by.signing, Permission.ENROL)
    with custody.act(actor=by.signing, reason=reason_given(reason)) as act:
        if role in roles(who.id):
            raise InvalidValue(what=f"{who.name}", why=f"holds the role {role} already")
        act.record("grant_role", _role_record(who, role, granted=True))
        if role is Role.CUSTODIAN:
            # Who enrols others is known from their key's record alone, also where no name is disclosed.
            key = entries.key_record(public_key=selectors.public_key(who.key_id), may_enrol=True)
            act.record("enrol_key", key)
    if role is Role.CUSTODIAN:
        _share_log_key(by)


def take_back(by: Keyring, who: Person, *taken: Role, reason: str) -> None:
    """Take roles back from a person; what they signed stays theirs. Takes a custodian, and a reason.

    Raises `LastCustodian`. A custodian who kept a copy of the log key can still open that copy: where one is not
    trusted any more, the log's own key has to be given up, which takes a new workspace.
    """
    must_be_allowed(by.signing, Permission.ENROL)
    with custody.act(actor=by.signing, reason=reason_given(reason)) as act:
        held = roles(who.id)
        missing = [role for role in taken if role not in held]
        if missing or not taken:
            why = (
                f"does not hold the role {', '.join(missing)}" if missing else "holds no role that could be taken back"
            )
            raise InvalidValue(what=f"{who.name}", why=why)
        if Role.CUSTODIAN in taken and [who.id] == [one.id for one in people() if Role.CUSTODIAN in roles(one.id)]:
            raise LastCustodian(person=who.name)
        for role in sorted(taken):
            act.record("take_back_role", _role_record(who, role, granted=False))
    if Role.CUSTODIAN in taken:
        _share_log_key(by)


def note_release(by: Keyring, who: Person, what: str, *, reason: str) -> None:
    """Record that a custodian opened a person's way in again: `lockout`, `second_factors` or `first_passphrase`."""
    must_be_allowed(by.signing, Permission.ENROL)
    with custody.act(actor=by.signing, reason=reason_given(reason)) as act:
        act.record("release_login", {"subject": f"person:{who.key_id}", "released": what})


def change_passphrase(keyring: Keyring, old: str | None, new: str | None) -> None:
    """Lock one's keyring file under another passphrase; the keys in it stay the same, and so does what they signed.

    The file is replaced in one step: a power cut leaves the old one or the new one. Copies of the old file still open
    with the old passphrase.
    """
    who = person_of(keyring)
    path = keyring_path(who.name)
    unlock(who, old)
    checked_passphrase(new)
    replace_key(path, keys.lock(keyring, new))
    path.with_suffix(WAITING).unlink(missing_ok=True)
    Standing.objects.filter(account__person=who).update(must_change_passphrase=False)


def checked_passphrase(passphrase: str | None) -> None:
    """Refuse a passphrase that a machine guesses in no time; None protects nothing, and is said so elsewhere."""
    if passphrase is not None and len(passphrase) < LEAST_PASSPHRASE:
        raise InvalidValue(what="The passphrase", why=f"it takes {LEAST_PASSPHRASE} characters or more")


def reason_given(reason: str) -> str:
    """The reason of an act on a person, which is never left out."""
    if not reason.strip():
        raise InvalidValue(what="The act", why="it takes a reason: it stays on the record")
    return reason.strip()


def keyring_file(who: Person) -> bytes:
    """A person's keyring as it lies on the disk, for a copy elsewhere."""
    return keyring_path(who.name).read_bytes()


def standing(account: Account) -> Standing:
    """How this account stands; made when first asked for."""
    return Standing.objects.get_or_create(account=account)[0]


def prefer(account: Account, *, theme: str, language: str, idle_minutes: int | None) -> Standing:
    """Keep how a person likes the workbench; None for minutes leaves them to the workspace."""
    standing(account)
    Standing.objects.filter(account=account).update(theme=theme, language=language, idle_minutes=idle_minutes)
    return standing(account)


def keep_keys(account: Account, places: Mapping[str, Mapping[str, str | bool]]) -> None:
    """Keep which keys of the workbench a person moved, and where to; none puts all back."""
    standing(account)
    Standing.objects.filter(account=account).update(keys={name: dict(place) for name, place in places.items()})


def seen(account: Account) -> None:
    """Note that a person came just now."""
    Standing.objects.update_or_create(account=account, defaults={"last_seen": clock.now()})


def sealed_secret(text: str) -> str:
    """A second factor's secret, encrypted for the database with the key in `keys/` (made when first needed)."""
    path = settings.PROBATA.keys / FACTOR_KEY_FILE
    if not path.exists():
        write_key(path, Fernet.generate_key())
    return Fernet(path.read_bytes()).encrypt(text.encode()).decode("ascii")


def opened_secret(sealed: str) -> str:
    """The secret again; raises `FactorKeyMissing`."""
    try:
        return Fernet((settings.PROBATA.keys / FACTOR_KEY_FILE).read_bytes()).decrypt(sealed).decode()
    except (FileNotFoundError, InvalidToken, ValueError) as error:
        raise FactorKeyMissing from error


def logins() -> list[dict[str, Any]]:
    """Everybody's second factors and standing, by the id of their key: to carry over when a database is made anew."""
    return [
        {
            "key_id": account.person.key_id,
            "standing": list(Standing.objects.filter(account=account).values(*_STANDING)),
            "factors": list(Authenticator.objects.filter(user=account).values(*_FACTOR)),
        }
        for account in Account.objects.select_related("person").order_by("id")
    ]


def restore_logins(kept: list[dict[str, Any]]) -> None:
    """Put them into a database made anew, so that nobody's second factor is lost with the old one."""
    for one in kept:
        account = Account.objects.filter(person__key_id=one["key_id"]).first()
        if account is not None:
            Standing.objects.bulk_create(Standing(account=account, **row) for row in one["standing"])
            Authenticator.objects.bulk_create(Authenticator(user=account, **row) for row in one["factors"])


def is_locked(name: str) -> bool:
    """Whether a person's keyring asks for a passphrase."""
    return keys.is_protected(keyring_path(name).read_bytes())


def unlock(who: Person, passphrase: str | None) -> Keyring:
    """Open a person's keyring, and refuse one that is not theirs."""
    keyring = keys.unlock(keyring_path(who.name).read_bytes(), passphrase)
    if keyring.signing.key_id != who.key_id:
        raise keys.KeyUnreadable(what=f"The keyring of {who.name}", why="it holds another key than was enrolled")
    return keyring


def unlock_log_key(keyring: Keyring) -> Key:
    """The log's own key, for signing checkpoints; raises `LogKeyMissing` or `NotARecipient`."""
    path = settings.PROBATA.keys / LOG_KEY_FILE
    if not path.exists():
        raise LogKeyMissing
    return keys.unlock_log_key(path.read_bytes(), keyring, origin=settings.PROBATA.origin)


def keys_folder() -> Path:
    """Where this workspace keeps its keys."""
    return Path(settings.PROBATA.keys)


def origin() -> str:
    """The name under which this workspace's log signs: no other workspace has it."""
    return str(settings.PROBATA.origin)


def log_vkey() -> notes.NoteKey:
    """The log's public key, as it was written when the workspace was founded."""
    return notes.parse_vkey((settings.PROBATA.keys / LOG_VKEY_FILE).read_text(encoding="utf-8").strip())


def log_fingerprint() -> str:
    """The fingerprint by which a stranger recognises this workspace's packages."""
    return log_vkey().fingerprint


def must_be_allowed(signer: Signer, permission: Permission) -> None:
    """Raise `NotAllowed`, saying who may, unless the holder of this key has a role that allows it."""
    if isinstance(signer, Limited):
        signer.must_include(permission)
    who = Person.objects.filter(key_id=signer.key_id).first()
    demand(who.name if who else "This key's holder", roles(who.id) if who else frozenset(), permission)


def person_of(keyring: Keyring) -> Person:
    """Whose keyring it is."""
    return Person.objects.get(key_id=keyring.signing.key_id)


def account_of(keyring: Keyring) -> Account:
    """The account of whose keyring it is."""
    return Account.objects.select_related("person").get(person__key_id=keyring.signing.key_id)


def viewed(who: Person, item: str, *, mode: str, detail: str, via: str = "") -> None:
    """Log that footage was served: to whom, of which item, how much, and through what, where it was no page."""
    View.objects.create(person=who, item=item, at=clock.now(), mode=mode, detail=detail, via=via)


def reveal(by: Signer, item: str, *, purpose: Purpose, review: bool = False) -> EntryFacts:
    """Record that a person asks to see an item's footage, and why; takes somebody who may view it.

    With `review` it is shown no further than a review rests on. What is then served to them is logged by `viewed`,
    request by request.
    """
    must_be_allowed(by, Permission.VIEW_FOOTAGE)
    with custody.act(actor=by, reason=f"Footage was asked for {purpose.words}.") as act:
        return act.record("view", _view_record(item, purpose, review=review))


def reveal_again(by: Through, item: str, *, purpose: Purpose, review: bool = False) -> EntryFacts | None:
    """The same for a program, which has no session: within an hour the reason that it gave last holds.

    None where the last reason for this item was this one, and nothing was recorded anew.
    """
    must_be_allowed(by, Permission.VIEW_FOOTAGE)
    asked = _view_record(item, purpose, review=review)
    since = clock.now() - REASON_HOLDS
    last = selectors.last_of(f"item:{item}", "view", by=by.key_id, via=by.via, since=since)
    return None if last == asked else reveal(by, item, purpose=purpose, review=review)


def has_asked(by: Through, item: str) -> bool:
    """Whether a program asked to see an item's footage lately enough for it to be still on somebody's screen."""
    since = clock.now() - MAY_STILL_BE_SEEN
    return selectors.last_of(f"item:{item}", "view", by=by.key_id, via=by.via, since=since) is not None


def _view_record(item: str, purpose: Purpose, *, review: bool) -> Record:
    record: Record = {"subject": f"item:{item}", "mode": REVEAL, "purpose": purpose.value}
    return {**record, "narrowed": True} if review else record


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
            _take_as_long(passphrase)
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
        View.objects.create(
            person=who, item=item, at=entry.at, mode=record["mode"], detail=record["purpose"], via=entry.via
        )


@projects("enrol_key")
def _enrolled(entry: EntryFacts, records: list[Record]) -> None:
    key, *told = records
    if not told:
        # The key of somebody enrolled before, who may enrol others from now on.
        return
    (who,) = told
    custody.insert_actor_key(entry, bytes.fromhex(key["public_key"]), who["name"])
    _insert_person(entry, who)


@projects("grant_role")
@projects("take_back_role")
def _roles_changed(entry: EntryFacts, records: list[Record]) -> None:
    for record in records:
        who = Person.objects.get(key_id=record["subject"].removeprefix("person:"))
        RoleGrant.objects.create(person=who, role=record["role"], granted=record["granted"], seq=entry.seq)


@projects("release_login")
def _released(_entry: EntryFacts, _records: list[Record]) -> None:
    """No row: what was released is working state; that it was is on the record."""


def _take_as_long(passphrase: str | None) -> None:
    """Spend on a name that nobody has what a wrong passphrase costs, so that the time does not tell them apart."""
    protected = next((one for one in people() if passphrase and is_locked(one.name)), None)
    if protected is not None:
        with suppress(AccessError, CustodyError):
            unlock(protected, passphrase)


def _role_record(who: Person, role: Role, *, granted: bool) -> Record:
    return {"subject": f"person:{who.key_id}", "role": role.value, "granted": granted}


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
    locked = keys.lock_log_key(unlock_log_key(by), origin=settings.PROBATA.origin, recipients=recipients)
    replace_key(settings.PROBATA.keys / LOG_KEY_FILE, locked)


def _checked(untrusted_name: str) -> str:
    if not _NAME.fullmatch(untrusted_name):
        raise InvalidValue(what=f"The name {untrusted_name!r}", why="it takes letters, digits, spaces, . ' and -")
    return untrusted_name


def keyring_path(name: str) -> Path:
    """Where a person's keyring lies."""
    return Path(settings.PROBATA.keys) / f"{_checked(name)}.keyring"


def write_key(path: Path, data: bytes) -> None:
    """Write a key file that only its owner may read; an existing one is never overwritten."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())


def replace_key(path: Path, data: bytes) -> None:
    """Write a key file in the place of the one that was there, in one step."""
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    write_key(fresh, data)
    fresh.replace(path)
