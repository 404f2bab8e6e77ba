"""Keyrings locked for programs: a random secret of 256 bits in place of a passphrase, with a checksum for scanners.

A token reads `pbt_<id>_<secret><checksum>`: sixteen hexadecimal digits that name it, 52 letters and digits that open
it, and seven more by which a scanner of leaks, or somebody who copied too little, knows it without asking anybody.
The secret is high in entropy, so one round of HKDF (RFC 5869) makes a key of it, where a passphrase needs scrypt.
"""

from __future__ import annotations

import base64
import re
import secrets
import zlib

import msgspec
import pyrage
from attrs import field, frozen
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from probata.custody.canonical import canonical
from probata.custody.keys import Key, Keyring
from probata.terms.errors import AccessError

TOKEN_SCHEMA = "probata/token-key/1"  # noqa: S105  the name of a shape
PREFIX = "pbt"
ID_PATTERN = r"[0-9a-f]{16}"
_SHAPE = re.compile(rf"{PREFIX}_({ID_PATTERN})_([a-z2-7]{{52}})([a-z2-7]{{7}})")
_SECRET_BYTES = 32
_NONCE_BYTES = 12


class TokenNotAccepted(AccessError):
    """A token opens nothing here."""

    code = "token_not_accepted"
    template = "The token is not accepted: it is misspelt or of another workspace, has ended, or was revoked."
    advice = "Whoever it belongs to sees on the page of their account which tokens stand, and makes a new one there."


@frozen(kw_only=True)
class TokenSecret:
    """A token as it is shown once: its id, which is no secret, and its secret."""

    id: str
    secret: bytes = field(repr=False)

    @classmethod
    def new(cls) -> TokenSecret:
        """A fresh random one."""
        return cls(id=secrets.token_hex(8), secret=secrets.token_bytes(_SECRET_BYTES))

    @classmethod
    def read(cls, untrusted_text: str) -> TokenSecret:
        """What was written as a token; raises `TokenNotAccepted` for anything else."""
        shape = _SHAPE.fullmatch(untrusted_text)
        if shape is None or _checksum(f"{PREFIX}_{shape[1]}_{shape[2]}") != shape[3]:
            raise TokenNotAccepted
        return cls(id=shape[1], secret=base64.b32decode(f"{shape[2].upper()}===="))

    @property
    def text(self) -> str:
        """The token, as its owner keeps it."""
        body = f"{PREFIX}_{self.id}_{_base32(self.secret)}"
        return body + _checksum(body)


class _TokenFile(msgspec.Struct, forbid_unknown_fields=True):
    schema: str
    signing_seed: str
    age_identity: str
    name: str | None = None


def lock_for(token: TokenSecret, keyring: Keyring, *, origin: str) -> bytes:
    """A copy of a keyring that only this token opens, in this workspace alone."""
    plain = canonical(
        {
            "schema": TOKEN_SCHEMA,
            "signing_seed": keyring.signing.seed.hex(),
            "age_identity": keyring.identity,
            "name": keyring.name,
        }
    )
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + _cipher(token, origin).encrypt(nonce, plain, _bound_to(token, origin))


def unlock_with(token: TokenSecret, locked: bytes, *, origin: str) -> Keyring:
    """The keyring again; raises `TokenNotAccepted` for another token, another workspace, or a damaged file."""
    nonce, sealed = locked[:_NONCE_BYTES], locked[_NONCE_BYTES:]
    try:
        plain = _cipher(token, origin).decrypt(nonce, sealed, _bound_to(token, origin))
        read = msgspec.json.decode(plain, type=_TokenFile)
        pyrage.x25519.Identity.from_str(read.age_identity)
        return Keyring(name=read.name, signing=Key(seed=bytes.fromhex(read.signing_seed)), identity=read.age_identity)
    except (InvalidTag, ValueError, msgspec.MsgspecError, pyrage.IdentityError) as error:
        raise TokenNotAccepted from error


def _cipher(token: TokenSecret, origin: str) -> ChaCha20Poly1305:
    derived = HKDF(algorithm=SHA256(), length=32, salt=origin.encode(), info=TOKEN_SCHEMA.encode())
    return ChaCha20Poly1305(derived.derive(token.secret))


def _bound_to(token: TokenSecret, origin: str) -> bytes:
    return f"{TOKEN_SCHEMA}\n{origin}\n{token.id}".encode()


def _base32(data: bytes) -> str:
    return base64.b32encode(data).decode("ascii").rstrip("=").lower()


def _checksum(text: str) -> str:
    return _base32(zlib.crc32(text.encode("ascii")).to_bytes(4, "big"))
