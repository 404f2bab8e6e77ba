"""Keys of people and of the log: Ed25519 to sign, X25519 (age) to unlock, passphrases to protect.

A person's *keyring* is one age file (passphrase-encrypted, scrypt) with the seed of the signing key and an age
identity. The *log key* is one age file encrypted to the identities of those who may sign checkpoints. Both open with
any age program and the passphrase: nobody needs this program to get at their keys.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import msgspec
import pyrage
from attrs import field, frozen
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from probata.custody.canonical import canonical
from probata.terms.errors import AccessError, CustodyError, InvalidValue

KEYRING_SCHEMA = "probata/keyring/1"
LOG_KEY_SCHEMA = "probata/log-key/1"
SEED_BYTES = 32
MEASURES = 5


class WrongPassphrase(AccessError):
    """The passphrase does not open the keyring."""

    code = "wrong_passphrase"
    template = "The passphrase does not open {what}."
    advice = "Try again; capitals and keyboard layout count. Nobody can recover a lost passphrase."


class PassphraseNeeded(AccessError):
    """The keyring is protected, and no passphrase was given."""

    code = "passphrase_needed"
    template = "{what} is protected by a passphrase, and none was given."
    advice = "Give the passphrase when asked, or set PROBATA_PASSPHRASE for this one command."


class KeyUnreadable(CustodyError):
    """A key file is damaged, or is not a key file."""

    code = "key_unreadable"
    template = "{what} cannot be read as a key file: {why}."
    advice = "Restore the file from a copy; what it signed before stays verifiable without it."


class NotARecipient(AccessError):
    """The log key is not encrypted to this person."""

    code = "not_a_recipient"
    template = "Your key does not open the log key, so you cannot sign checkpoints of this workspace."
    advice = "Ask a custodian, whose key opens it, to sign; whoever is enrolled as custodian gets access to it."


@frozen(kw_only=True)
class Key:
    """An Ed25519 key that can sign, from its seed of 32 bytes. RFC 8032.

    `key_id` is SHA-256 of the raw public key, hexadecimal: what entries name as the actor.
    """

    seed: bytes = field(repr=False)
    public_raw: bytes = field(init=False)
    key_id: str = field(init=False)
    _private: Ed25519PrivateKey = field(init=False, repr=False, eq=False)

    @public_raw.default
    def _derive(self) -> bytes:
        if len(self.seed) != SEED_BYTES:
            raise InvalidValue(what="The seed of a key", why=f"it takes {SEED_BYTES} bytes")
        return Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes_raw()

    @key_id.default
    def _name(self) -> str:
        return key_id(self.public_raw)

    @_private.default
    def _load(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    @classmethod
    def new(cls) -> Key:
        """A fresh random key."""
        return cls(seed=Ed25519PrivateKey.generate().private_bytes_raw())

    def sign(self, message: bytes) -> bytes:
        """An Ed25519 signature of 64 bytes."""
        return self._private.sign(message)


@frozen(kw_only=True)
class Keyring:
    """What a person's keyring holds once it is unlocked."""

    name: str | None
    signing: Key
    identity: str = field(repr=False)

    @property
    def recipient(self) -> str:
        """The age recipient to encrypt things to this person."""
        return str(pyrage.x25519.Identity.from_str(self.identity).to_public())


class _KeyringFile(msgspec.Struct, forbid_unknown_fields=True):
    schema: str
    signing_seed: str
    age_identity: str
    name: str | None = None


class _LogKeyFile(msgspec.Struct, forbid_unknown_fields=True):
    schema: str
    origin: str
    signing_seed: str


def key_id(public_key: bytes) -> str:
    """SHA-256 of a raw public key, hexadecimal."""
    return hashlib.sha256(public_key).hexdigest()


def fingerprint(public_key: bytes) -> str:
    """The fingerprint by which people recognise a log: SHA-256 of its raw public key, hexadecimal."""
    return key_id(public_key)


def in_groups(fingerprint_hex: str) -> str:
    """A fingerprint for paper and telephone: groups of four; `verify` takes it back with or without spaces."""
    return " ".join(fingerprint_hex[at : at + 4] for at in range(0, len(fingerprint_hex), 4))


def create_keyring(passphrase: str | None, *, name: str | None = None) -> tuple[Keyring, bytes]:
    """A new person's keys, and the keyring file to keep.

    With None for a passphrase the file is plain JSON that says so itself: whoever reads the file can sign.
    """
    keyring = Keyring(name=name, signing=Key.new(), identity=str(pyrage.x25519.Identity.generate()))
    return keyring, lock(keyring, passphrase)


def lock(keyring: Keyring, passphrase: str | None) -> bytes:
    """The keyring file, encrypted under a passphrase (age, scrypt), or plain and stating so when there is none."""
    plain = canonical(
        {
            "schema": KEYRING_SCHEMA,
            "signing_seed": keyring.signing.seed.hex(),
            "age_identity": keyring.identity,
            "name": keyring.name,
        }
    )
    if passphrase is None:
        return plain
    if not passphrase:
        raise InvalidValue(what="A passphrase", why="an empty one protects nothing; say so by giving none")
    return _encrypted(plain, passphrase)


def lock_to(keyring: Keyring, recipient: str) -> bytes:
    """The keyring encrypted to another person's age recipient; `unlock_kept` opens it."""
    plain = lock(keyring, None)
    return bytes(pyrage.encrypt(plain, [pyrage.x25519.Recipient.from_str(recipient)]))


def unlock_kept(file: bytes, by: Keyring) -> Keyring:
    """Open a keyring that was encrypted to somebody; raises `KeyUnreadable` where it was to somebody else."""
    try:
        plain = bytes(pyrage.decrypt(file, [pyrage.x25519.Identity.from_str(by.identity)]))
    except pyrage.DecryptError as error:
        raise KeyUnreadable(what="The keyring", why=error) from error
    return unlock(plain, None)


def _encrypted(plain: bytes, passphrase: str) -> bytes:
    """Under a passphrase. Age sets the work of scrypt by the measure of this machine; no setting makes it less."""
    return bytes(pyrage.passphrase.encrypt(plain, passphrase))


def is_protected(keyring_file: bytes) -> bool:
    """Whether a keyring file needs a passphrase."""
    return not keyring_file.startswith(b"{")


def unlock(keyring_file: bytes, passphrase: str | None) -> Keyring:
    """Open a keyring file; raises `PassphraseNeeded`, `WrongPassphrase` or `KeyUnreadable`."""
    what = "The keyring"
    plain = keyring_file
    if is_protected(keyring_file):
        if passphrase is None:
            raise PassphraseNeeded(what=what)
        plain = _decrypted(what, keyring_file, passphrase)
    try:
        read = msgspec.json.decode(plain, type=_KeyringFile)
        _right_schema(read.schema, KEYRING_SCHEMA)
        pyrage.x25519.Identity.from_str(read.age_identity)
        return Keyring(name=read.name, signing=Key(seed=bytes.fromhex(read.signing_seed)), identity=read.age_identity)
    except (msgspec.MsgspecError, ValueError, pyrage.IdentityError) as error:
        raise KeyUnreadable(what=what, why=error) from error


def _decrypted(what: str, keyring_file: bytes, passphrase: str) -> bytes:
    """The keyring in the clear. Age takes the measure of this machine each time; a busy one is measured again."""
    for left in reversed(range(MEASURES)):
        try:
            return bytes(pyrage.passphrase.decrypt(keyring_file, passphrase))
        except pyrage.DecryptError as error:
            if not left or "Excessive work" not in str(error):
                raise _why_undecryptable(what, keyring_file, error) from error
    raise AssertionError


def lock_log_key(key: Key, *, origin: str, recipients: Sequence[str]) -> bytes:
    """The log key's file, encrypted to the age recipients of those who may sign checkpoints."""
    if not recipients:
        raise InvalidValue(what="The log key", why="encrypted to nobody it would be lost")
    plain = canonical({"schema": LOG_KEY_SCHEMA, "origin": origin, "signing_seed": key.seed.hex()})
    return bytes(pyrage.encrypt(plain, [pyrage.x25519.Recipient.from_str(recipient) for recipient in recipients]))


def unlock_log_key(log_key_file: bytes, keyring: Keyring, *, origin: str) -> Key:
    """Open the log key with a person's keyring; raises `NotARecipient` or `KeyUnreadable`."""
    what = "The log key"
    try:
        plain = bytes(pyrage.decrypt(log_key_file, [pyrage.x25519.Identity.from_str(keyring.identity)]))
    except pyrage.DecryptError as error:
        if _says_no_key(error):
            raise NotARecipient from error
        raise KeyUnreadable(what=what, why=error) from error
    try:
        read = msgspec.json.decode(plain, type=_LogKeyFile)
        _right_schema(read.schema, LOG_KEY_SCHEMA)
        if read.origin != origin:
            raise KeyUnreadable(what=what, why=f"it belongs to the log {read.origin}")
        return Key(seed=bytes.fromhex(read.signing_seed))
    except (msgspec.MsgspecError, ValueError) as error:
        raise KeyUnreadable(what=what, why=error) from error


def _right_schema(found: str, wanted: str) -> None:
    if found != wanted:
        raise InvalidValue(what="A key file", why=f"it says {found!r} where {wanted!r} must stand")


def _says_no_key(error: pyrage.DecryptError) -> bool:
    return "No matching keys" in str(error)


def _why_undecryptable(what: str, keyring_file: bytes, error: pyrage.DecryptError) -> CustodyError | AccessError:
    """Tell a wrong passphrase from a damaged file: age words them differently."""
    if not keyring_file.startswith((b"age-encryption.org/v1\n", b"-----BEGIN AGE")):
        return KeyUnreadable(what=what, why="it is not an age file")
    if "Decryption failed" in str(error):
        return WrongPassphrase(what=what)
    return KeyUnreadable(what=what, why=error)
