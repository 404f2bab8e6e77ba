"""Writes age files under a passphrase whose scrypt costs little: what waits for it is tested, not how long.

Only the writing is ours, after the format's own words (https://age-encryption.org/v1); it is the product that opens
what is written here, and refuses a wrong passphrase, with age itself.
"""

from __future__ import annotations

import base64
import secrets

from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

LABEL = b"age-encryption.org/v1"
LIGHT = 4
CHUNK_BYTES = 64 << 10


def encrypt(plain: bytes, passphrase: str, *, work: int = LIGHT) -> bytes:
    """An age file under a passphrase, of one chunk; scrypt's N is two to the power of `work`."""
    assert len(plain) <= CHUNK_BYTES
    salt, file_key, nonce = (secrets.token_bytes(16) for _ in range(3))
    wrapping = Scrypt(salt=LABEL + b"/scrypt" + salt, length=32, n=1 << work, r=8, p=1).derive(passphrase.encode())
    wrapped = ChaCha20Poly1305(wrapping).encrypt(bytes(12), file_key, None)
    header = b"%s\n-> scrypt %s %d\n%s\n---" % (LABEL, _base64(salt), work, _base64(wrapped))
    seal = hmac.HMAC(_derived(file_key, salt=b"", purpose=b"header"), hashes.SHA256())
    seal.update(header)
    # The nonce of a chunk is its number, and one for the last.
    chunk = ChaCha20Poly1305(_derived(file_key, salt=nonce, purpose=b"payload")).encrypt(bytes(11) + b"\1", plain, None)
    return b"%s %s\n%s%s" % (header, _base64(seal.finalize()), nonce, chunk)


def work_of(file: bytes) -> int:
    """The work factor that stands in the header of an age file under a passphrase."""
    arrow, kind, _salt, work = file.split(b"\n")[1].split(b" ")
    assert (arrow, kind) == (b"->", b"scrypt")
    return int(work)


def _derived(file_key: bytes, *, salt: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=salt, info=purpose).derive(file_key)


def _base64(data: bytes) -> bytes:
    return base64.b64encode(data).rstrip(b"=")
