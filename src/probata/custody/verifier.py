#!/usr/bin/env python3
"""Verify a sealed package of Probata, offline, with the Python standard library alone (Python 3.9 or newer).

    python -I verify.py [PACKAGE] --fingerprint F

PACKAGE is a folder or a zip; without it, the folder that holds this file. F is the fingerprint of the log that sealed
the package: take it from a letter, a phone call or a printed page, never from the package itself. Every layer answers
PASS, FAIL or NOT CHECKED; absent is never PASS. This file is also the verifier that Probata itself uses.
The format is specified in docs/package.md; the numbered steps below follow its section "How to verify".
"""

from __future__ import annotations

# ruff: noqa: ANN401  JSON has no narrower type than Any
import base64
import binascii
import functools
import hashlib
import json
import re
from typing import Any, NamedTuple

# ---------------------------------------------------------------------------------------------------------------------
# Words of the format

ENTRY_SCHEMA = "probata/entry/1"
FOUNDING_SCHEMA = "probata/founding/1"
KEY_SCHEMA = "probata/key/1"
SEAL_SCHEMA = "probata/seal/1"

MAX_WHOLE = 2**53 - 1
MAX_DEPTH = 64
SHOWN_CHARACTERS = 100


class Fault(Exception):
    """Something is not as it must be; its text says what."""


class NotChecked(Exception):
    """Something could not be looked at; its text says why. Never a pass."""


def shown(untrusted: object) -> str:
    """A text from a package as it may be printed: quoted, plain ASCII, cut."""
    text = json.dumps(untrusted)
    return text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + "…"


# ---------------------------------------------------------------------------------------------------------------------
# Canonical JSON, RFC 8785, for objects, lists, texts, true, false, null and whole numbers within ±(2^53 - 1)


def canonical(value: Any) -> bytes:
    """The one canonical form of a value."""
    try:
        return _canonical_text(value, 0).encode("utf-8")
    except UnicodeEncodeError as error:
        raise Fault("a text holds half of a surrogate pair") from error


def _canonical_text(value: Any, depth: int) -> str:
    if depth > MAX_DEPTH:
        raise Fault(f"nested deeper than {MAX_DEPTH}")
    if value is None or isinstance(value, (bool, str)):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, int) and abs(value) <= MAX_WHOLE:
        return str(value)
    if isinstance(value, list):
        return "[" + ",".join(_canonical_text(part, depth + 1) for part in value) + "]"
    if isinstance(value, dict):
        # RFC 8785, section 3.2.3: keys are sorted by their UTF-16 units.
        keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
        pairs = (json.dumps(key, ensure_ascii=False) + ":" + _canonical_text(value[key], depth + 1) for key in keys)
        return "{" + ",".join(pairs) + "}"
    raise Fault("a number that is not whole, or lies outside ±(2^53 - 1)")


def parse_canonical(untrusted: bytes) -> Any:
    """Read canonical JSON; raises `Fault` unless writing the value again gives the same bytes."""
    try:
        value = json.loads(untrusted.decode("utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise Fault("it is not JSON in UTF-8") from error
    try:
        again = canonical(value)
    except UnicodeEncodeError as error:
        raise Fault("a key holds half of a surrogate pair") from error
    # This one comparison refuses floats, repeated keys, spaces, other orders and other escapes.
    if again != untrusted:
        raise Fault("it is not in canonical form (RFC 8785)")
    return value


def _no_constant(name: str) -> None:
    raise ValueError(name)


# ---------------------------------------------------------------------------------------------------------------------
# Ed25519, RFC 8032, section 5.1: verification only. Constant time is not needed: nothing here is secret.

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
SQRT_MINUS_1 = pow(2, (P - 1) // 4, P)

Point = tuple[int, int, int, int]  # extended coordinates (X, Y, Z, T), x = X/Z, y = Y/Z, xy = T/Z
IDENTITY: Point = (0, 1, 1, 0)


def _add(p: Point, q: Point) -> Point:
    """Section 5.1.4: complete addition, the same formula for every pair of points."""
    a = (p[1] - p[0]) * (q[1] - q[0]) % P
    b = (p[1] + p[0]) * (q[1] + q[0]) % P
    c = 2 * p[3] * q[3] * D % P
    d = 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def _recover_x(y: int, sign: int) -> int | None:
    """Section 5.1.3, steps 2 to 4; None where no point has this y."""
    x_squared = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if x_squared == 0:
        return None if sign else 0
    x = pow(x_squared, (P + 3) // 8, P)
    if (x * x - x_squared) % P:
        x = x * SQRT_MINUS_1 % P
    if (x * x - x_squared) % P:
        return None
    return P - x if x & 1 != sign else x


def _decode_point(encoded: bytes) -> Point | None:
    """Section 5.1.3; None for what is no canonical encoding of a point."""
    number = int.from_bytes(encoded, "little")
    sign, y = number >> 255, number & ((1 << 255) - 1)
    x = _recover_x(y, sign) if y < P else None
    return None if x is None else (x, y, 1, x * y % P)


def _encode_point(point: Point) -> bytes:
    """Section 5.1.2."""
    z_inverse = pow(point[2], P - 2, P)
    x, y = point[0] * z_inverse % P, point[1] * z_inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def _multiples(point: Point) -> list[list[Point]]:
    """64 rows; row i holds 0 to 15 times 16^i times the point: a product is then 64 additions."""
    rows = []
    for _ in range(64):
        row = [IDENTITY]
        for _ in range(15):
            row.append(_add(row[-1], point))
        rows.append(row)
        point = _add(row[15], point)
    return rows


def _times(rows: list[list[Point]], factor: int) -> Point:
    product = IDENTITY
    for row in rows:
        product = _add(product, row[factor & 15])
        factor >>= 4
    return product


_BASE_Y = 4 * pow(5, P - 2, P) % P
_BASE_X = _recover_x(_BASE_Y, 0) or 0
BASE: Point = (_BASE_X, _BASE_Y, 1, _BASE_X * _BASE_Y % P)


@functools.lru_cache(maxsize=1)
def _base_multiples() -> list[list[Point]]:
    return _multiples(BASE)


@functools.lru_cache(maxsize=64)
def _negated_key_multiples(public_key: bytes) -> list[list[Point]] | None:
    """Multiples of -A, or None for a key that is no point or of small order (a signature under it proves nothing)."""
    point = _decode_point(public_key)
    if point is None:
        return None
    eightfold = point
    for _ in range(3):
        eightfold = _add(eightfold, eightfold)
    if eightfold[0] % P == 0 and (eightfold[1] - eightfold[2]) % P == 0:
        return None
    return _multiples((P - point[0], point[1], 1, P - point[3]))


def ed25519_verifies(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether this is the key's signature over the message. RFC 8032, section 5.1.7, comparing encodings of R."""
    if len(public_key) != 32 or len(signature) != 64:
        return False
    s = int.from_bytes(signature[32:], "little")
    rows = _negated_key_multiples(public_key)
    if rows is None or s >= ORDER:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public_key + message).digest(), "little") % ORDER
    return _encode_point(_add(_times(_base_multiples(), s), _times(rows, k))) == signature[:32]


# ---------------------------------------------------------------------------------------------------------------------
# The Merkle tree, RFC 6962, section 2.1; verification of proofs by RFC 9162, section 2.1

EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(leaf: bytes) -> bytes:
    """SHA-256(0x00 ‖ leaf)."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 ‖ left ‖ right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def verify_inclusion(*, leaf: bytes, index: int, size: int, proof: list[bytes], root: bytes) -> bool:
    """Whether the leaf hash stands at `index` of the tree with this size and root. RFC 9162, section 2.1.3.2."""
    if not 0 <= index < size:  # step 1
        return False
    fn, sn, r = index, size - 1, leaf  # steps 2 and 3
    for p in proof:  # step 4
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            r = node_hash(p, r)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = node_hash(r, p)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and r == root  # step 5


def verify_consistency(*, old_size: int, old_root: bytes, size: int, root: bytes, proof: list[bytes]) -> bool:
    """Whether the larger tree begins with the smaller one, unchanged. RFC 9162, section 2.1.4.2."""
    if old_size == size:
        return not proof and old_root == root
    if not 0 < old_size < size or not proof:  # step 1
        return False
    path = [old_root, *proof] if old_size & (old_size - 1) == 0 else list(proof)  # step 2
    fn, sn = old_size - 1, size - 1  # step 3
    while fn & 1:  # step 4
        fn, sn = fn >> 1, sn >> 1
    fr = sr = path[0]  # step 5
    for c in path[1:]:  # step 6
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = node_hash(c, fr), node_hash(c, sr)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node_hash(sr, c)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and fr == old_root and sr == root  # step 7


# ---------------------------------------------------------------------------------------------------------------------
# Signed notes and checkpoints: C2SP signed-note, tlog-checkpoint, tlog-cosignature

ED25519 = 0x01
COSIGNATURE_V1 = 0x04

_SIGNATURE_LINE = re.compile("\u2014 ([^\\s+]+) ([A-Za-z0-9+/]+={0,2})")
_NAME = re.compile(r"[\x21-\x2a\x2c-\x7e]{1,200}")


class NoteKey(NamedTuple):
    """A public key with the name it signs under, as a vkey names it."""

    name: str
    algorithm: int
    raw: bytes

    @property
    def key_id(self) -> bytes:
        """The first four bytes of SHA-256(name ‖ 0x0A ‖ algorithm ‖ key)."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.algorithm]) + self.raw).digest()[:4]

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the raw public key, hexadecimal: what people compare."""
        return hashlib.sha256(self.raw).hexdigest()

    @property
    def vkey(self) -> str:
        """The key in one line: name+id+base64(algorithm ‖ key)."""
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(bytes([self.algorithm]) + self.raw).decode()}"


class NoteSignature(NamedTuple):
    """One signature line of a note, taken apart but not verified."""

    name: str
    key_id: bytes
    signature: bytes


class Checkpoint(NamedTuple):
    """What a log states of itself: its name, how many entries it holds, and the root of their tree."""

    origin: str
    size: int
    root: bytes

    @property
    def body(self) -> str:
        """The text that is signed: three lines."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def decode_base64(untrusted: str) -> bytes:
    """Read standard base64 in its one canonical spelling."""
    try:
        data = base64.b64decode(untrusted.encode("ascii"), validate=True)
    except (ValueError, binascii.Error) as error:
        raise Fault("not base64: " + shown(untrusted)) from error
    if base64.b64encode(data).decode() != untrusted:
        raise Fault("not canonical base64: " + shown(untrusted))
    return data


def parse_vkey(untrusted: str) -> NoteKey:
    """Read a vkey; raises `Fault` unless its id fits its key."""
    parts = untrusted.split("+", 2)
    if len(parts) != 3 or not _NAME.fullmatch(parts[0]):
        raise Fault("not a vkey: " + shown(untrusted))
    data = decode_base64(parts[2])
    if len(data) != 33 or data[0] not in (ED25519, COSIGNATURE_V1):
        raise Fault("a vkey of an unknown kind: " + shown(untrusted))
    key = NoteKey(parts[0], data[0], data[1:])
    if key.key_id.hex() != parts[1]:
        raise Fault("a vkey whose id does not fit its key: " + shown(untrusted))
    return key


def parse_signature_line(untrusted: str) -> NoteSignature:
    """Read one signature line, without its line end."""
    match = _SIGNATURE_LINE.fullmatch(untrusted)
    if not match or not _NAME.fullmatch(match[1]):
        raise Fault("not a signature line: " + shown(untrusted))
    data = decode_base64(match[2])
    if len(data) < 5:
        raise Fault("a signature line without a signature: " + shown(untrusted))
    return NoteSignature(match[1], data[:4], data[4:])


def parse_note(untrusted: str) -> tuple[str, list[NoteSignature]]:
    """Take a signed note apart: its text, and its signature lines in order."""
    body, separator, lines = untrusted.rpartition("\n\n")
    if not separator or not lines.endswith("\n"):
        raise Fault("not a signed note")
    return body + "\n", [parse_signature_line(line) for line in lines[:-1].split("\n")]


def parse_checkpoint(untrusted_body: str) -> Checkpoint:
    """Read the text of a checkpoint: exactly three lines."""
    lines = untrusted_body.split("\n")
    if len(lines) != 4 or lines[3] or not _NAME.fullmatch(lines[0]):
        raise Fault("not a checkpoint of three lines")
    if not re.fullmatch(r"0|[1-9][0-9]{0,15}", lines[1]) or int(lines[1]) > MAX_WHOLE:
        raise Fault("a checkpoint without a size")
    root = decode_base64(lines[2])
    if len(root) != 32:
        raise Fault("a checkpoint whose root is not 32 bytes")
    return Checkpoint(lines[0], int(lines[1]), root)


def verify_signature_line(key: NoteKey, body: str, line: NoteSignature) -> int | None:
    """Verify one line under its key; gives the time in Unix seconds that a cosignature states. Raises `Fault`."""
    if (line.name, line.key_id) != (key.name, key.key_id):
        raise Fault("signed under another key than " + shown(key.name))
    message, signature, seconds = body.encode(), line.signature, None
    if key.algorithm == COSIGNATURE_V1:
        # tlog-cosignature: the signature is preceded by its time, eight bytes, which the signed text repeats.
        seconds, signature = int.from_bytes(signature[:8], "big"), signature[8:]
        message = b"cosignature/v1\ntime %d\n" % seconds + message
    if not ed25519_verifies(key.raw, message, signature):
        raise Fault("the signature of " + shown(key.name) + " does not fit")
    return seconds
