"""Keys open with the right secret only, say what is wrong otherwise, and never print themselves."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import AbstractContextManager

import pyrage
import pytest
from attrs import frozen

import light_age
from probata.custody import keys
from probata.custody.keys import Key, Keyring, KeyUnreadable, NotARecipient, PassphraseNeeded, WrongPassphrase
from probata.terms.errors import InvalidValue

ORIGIN = "probata/x"


@frozen(kw_only=True)
class Locked:
    """A keyring under a passphrase; made once, since age makes guessing slow on purpose."""

    keyring: Keyring
    file: bytes


@pytest.fixture(scope="module")
def locked(real_work_factor: Callable[[], AbstractContextManager[None]]) -> Locked:
    with real_work_factor():
        keyring, file = keys.create_keyring("correct horse", name="Olena")
    return Locked(keyring=keyring, file=file)


def test_the_right_passphrase_opens(locked: Locked) -> None:
    """What was locked is unlocked, name and keys alike; the file is age's own format."""
    assert keys.unlock(locked.file, "correct horse") == locked.keyring
    assert locked.file.startswith(b"age-encryption.org/v1\n")
    assert keys.is_protected(locked.file)


def test_each_guess_costs_what_age_asks(locked: Locked) -> None:
    """Sixteen megabytes of scrypt at the least, however slow the machine; tests write less, and only tests."""
    assert light_age.work_of(locked.file) >= 14
    keyring, light = keys.create_keyring("correct horse")
    assert light_age.work_of(light) == light_age.LIGHT
    assert keys.unlock(light, "correct horse") == keyring


def test_a_wrong_passphrase_is_said_to_be_one(locked: Locked) -> None:
    """The person learns that the passphrase is wrong, and what to do."""
    with pytest.raises(WrongPassphrase) as refused:
        keys.unlock(locked.file, "correct house")
    assert refused.value.exit_code == 8
    assert refused.value.what_to_do


def test_a_missing_passphrase_is_asked_for(locked: Locked) -> None:
    """A protected keyring is never tried without one."""
    with pytest.raises(PassphraseNeeded):
        keys.unlock(locked.file, None)


def test_a_damaged_file_is_not_called_a_wrong_passphrase(locked: Locked) -> None:
    """Cut short, garbage, another schema: the file is named as unreadable."""
    for damaged in (locked.file[:-5], locked.file[:60], b"garbage", b"{}", b'{"schema":"x"}'):
        with pytest.raises(KeyUnreadable):
            keys.unlock(damaged, "correct horse")


def test_without_a_passphrase_the_file_says_so() -> None:
    """A keyring without a passphrase is plain and readable, and an empty passphrase is refused as none at all."""
    keyring, file = keys.create_keyring(None)
    assert not keys.is_protected(file)
    assert keys.unlock(file, None) == keyring
    with pytest.raises(InvalidValue):
        keys.lock(keyring, "")


def test_a_keyring_whose_parts_are_wrong_is_unreadable() -> None:
    """A seed that is no seed, an identity that is none, another schema."""
    _, file = keys.create_keyring(None)
    for old, new in ((b"probata/keyring/1", b"probata/keyring/9"), (b"AGE-SECRET-KEY", b"AGE-SECRET-KE1")):
        with pytest.raises(KeyUnreadable):
            keys.unlock(file.replace(old, new), None)
    seed = keys.unlock(file, None).signing.seed.hex().encode()
    for wrong in (seed[:-2], b"zz" + seed[2:]):
        with pytest.raises(KeyUnreadable):
            keys.unlock(file.replace(seed, wrong), None)


def test_the_log_key_opens_for_its_recipients_only() -> None:
    """Those it was encrypted to open it; another person is told so; any age program could."""
    one, other = (keys.create_keyring(None)[0] for _ in range(2))
    log_key = Key.new()
    file = keys.lock_log_key(log_key, origin=ORIGIN, recipients=[one.recipient])
    assert keys.unlock_log_key(file, one, origin=ORIGIN) == log_key
    with pytest.raises(NotARecipient):
        keys.unlock_log_key(file, other, origin=ORIGIN)
    plain = pyrage.decrypt(file, [pyrage.x25519.Identity.from_str(one.identity)])
    assert log_key.seed.hex().encode() in plain


def test_a_log_key_of_another_log_or_damaged_is_refused() -> None:
    """A key file of another log, cut short, or encrypted to nobody."""
    one, _ = keys.create_keyring(None)
    file = keys.lock_log_key(Key.new(), origin="probata/y", recipients=[one.recipient])
    for untrusted in (file, file[:-3], b"garbage"):
        with pytest.raises(KeyUnreadable):
            keys.unlock_log_key(untrusted, one, origin=ORIGIN)
    with pytest.raises(InvalidValue):
        keys.lock_log_key(Key.new(), origin=ORIGIN, recipients=[])


def test_a_seed_is_thirty_two_bytes() -> None:
    """Anything else is refused when it is made."""
    with pytest.raises(InvalidValue):
        Key(seed=b"short")


def test_secrets_are_not_printed() -> None:
    """Neither seed nor identity stands in any object's text."""
    keyring, _ = keys.create_keyring(None)
    text = repr(keyring)
    assert keyring.identity not in text
    assert keyring.signing.seed.hex() not in text
    assert repr(keyring.signing.seed) not in text


def test_a_fingerprint_is_for_people() -> None:
    """SHA-256 of the raw public key; in groups of four it is the same without its spaces."""
    key = Key(seed=b"\x01" * 32)
    fingerprint = keys.fingerprint(key.public_raw)
    assert fingerprint == hashlib.sha256(key.public_raw).hexdigest() == key.key_id
    assert keys.in_groups(fingerprint).replace(" ", "") == fingerprint
    assert len(keys.in_groups(fingerprint).split(" ")) == 16
