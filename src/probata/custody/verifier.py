#!/usr/bin/env python3
"""Verify a sealed package of Probata, offline, with the Python standard library alone (Python 3.9 or newer).

    python -I verify.py [PACKAGE] --fingerprint F

PACKAGE is a folder or a zip; without it, the folder that holds this file. F is the fingerprint of the log that sealed
the package: take it from a letter, a phone call or a printed page, never from the package itself. Every layer answers
PASS, FAIL or NOT CHECKED; absent is never PASS. This file is also the verifier that Probata itself uses.
The format is specified in docs/package.md; the numbered steps below follow its section "How to verify".
"""

from __future__ import annotations

# ruff: noqa: ANN401, B905, RUF007, UP045
# JSON has no narrower type than Any; `zip(strict=)`, `pairwise` and `X | None` outside annotations need Python 3.10.
import argparse
import base64
import binascii
import calendar
import functools
import hashlib
import json
import os
import re
import struct
import sys
import unicodedata
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO, Any, NamedTuple, Optional

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
    text = json.dumps(untrusted, separators=(",", ":"))
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
    # This one comparison refuses floats, repeated keys, spaces, other orders and other escapes.
    if canonical(value) != untrusted:
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
    except (ValueError, binascii.Error):
        data = b""
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


# ---------------------------------------------------------------------------------------------------------------------
# Timestamps, RFC 3161: what a token says, read without judging its authority's signature

_OID_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
_OID_TST_INFO = bytes.fromhex("2a864886f70d0109100104")
_OID_SHA256 = bytes.fromhex("608648016503040201")
_SEQUENCE, _INTEGER, _OCTETS, _OID, _GENERALIZED_TIME, _EXPLICIT_0 = 0x30, 0x02, 0x04, 0x06, 0x18, 0xA0


class Timestamp(NamedTuple):
    """What a timestamp token states: a SHA-256 digest existed at a time (Unix seconds, rounded down)."""

    digest: bytes
    seconds: int


class _Der(NamedTuple):
    """One DER element: its tag and its content."""

    tag: int
    content: bytes

    def children(self) -> list[_Der]:
        """The elements inside."""
        found, at = [], 0
        while at < len(self.content):
            element, at = _read_der(self.content, at)
            found.append(element)
        return found


def _read_der(data: bytes, at: int) -> tuple[_Der, int]:
    """One element of definite length, X.690 section 10.1, and where the next begins."""
    head = data[at : at + 2]
    if len(head) < 2 or head[0] & 0x1F == 0x1F:
        raise Fault("not DER")
    start, length = at + 2, head[1]
    if length >= 0x80:
        count = length & 0x7F
        length_bytes = data[start : start + count]
        if not 1 <= count <= 4 or len(length_bytes) < count:
            raise Fault("not DER: a length is missing or indefinite")
        start, length = start + count, int.from_bytes(length_bytes, "big")
    if start + length > len(data):
        raise Fault("not DER: cut short")
    return _Der(head[0], data[start : start + length]), start + length


def _expect(elements: list[_Der], *tags: int) -> list[_Der]:
    """The first elements, if they have these tags."""
    if [element.tag for element in elements[: len(tags)]] != list(tags):
        raise Fault("not a timestamp token of RFC 3161")
    return elements


def read_timestamp(untrusted_response: bytes) -> Timestamp:
    """What a TimeStampResp states; raises `Fault` for a refusal or for anything else. RFC 3161, section 2.4.2."""
    response, end = _read_der(untrusted_response, 0)
    if end != len(untrusted_response):
        raise Fault("more than one timestamp response")
    status, token = _expect(response.children(), _SEQUENCE, _SEQUENCE)[:2]
    if _expect(status.children(), _INTEGER)[0].content != b"\x00":
        raise Fault("the authority did not grant the timestamp")
    content_type, content = _expect(token.children(), _OID, _EXPLICIT_0)[:2]
    signed_data = _expect(content.children(), _SEQUENCE)[0]
    encapsulated = _expect(signed_data.children(), _INTEGER, 0x31, _SEQUENCE)[2]
    info_type, info_holder = _expect(encapsulated.children(), _OID, _EXPLICIT_0)[:2]
    if (content_type.content, info_type.content) != (_OID_SIGNED_DATA, _OID_TST_INFO):
        raise Fault("not a timestamp token of RFC 3161")
    octets = _expect(info_holder.children(), _OCTETS)[0].content
    info = _expect(_read_der(octets, 0)[0].children(), _INTEGER, _OID, _SEQUENCE, _INTEGER, _GENERALIZED_TIME)
    algorithm, digest = _expect(info[2].children(), _SEQUENCE, _OCTETS)[:2]
    if _expect(algorithm.children(), _OID)[0].content != _OID_SHA256:
        raise Fault("the timestamp is not over a SHA-256 digest")
    return Timestamp(digest.content, _generalized_seconds(info[4].content))


def _generalized_seconds(untrusted: bytes) -> int:
    match = re.fullmatch(rb"([0-9]{4})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})(\.[0-9]+)?Z", untrusted)
    if not match:
        raise Fault("the timestamp has no time")
    return _unix_seconds([int(part) for part in match.groups()[:6]])


def _unix_seconds(parts: list[int]) -> int:
    """Unix time of a moment in UTC; raises `Fault` for one that no calendar has."""
    year, month, day, hour, minute, second = parts
    if not (year >= 1970 and 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]):
        raise Fault("a day that no calendar has")
    if hour > 23 or minute > 59 or second > 59:
        raise Fault("an hour that no clock has")
    return calendar.timegm((year, month, day, hour, minute, second))


# ---------------------------------------------------------------------------------------------------------------------
# Opening a package: a folder or a zip; members are read by name, nothing is ever extracted

CHUNK_BYTES = 1 << 20
MAX_METADATA_BYTES = 256 << 20
MAX_MEMBERS = 1_000_000

FILES = "custody/files.json"
SEAL = "custody/seal.json"
ENTRIES = "custody/entries.jsonl"
LOG_KEY = "keys/log.vkey"
ACTOR_KEYS = "keys/actors.json"
REPORT = "report.html"
BAGIT, BAG_INFO = "bagit.txt", "bag-info.txt"
MANIFEST, TAG_MANIFEST = "manifest-sha256.txt", "tagmanifest-sha256.txt"

UNLISTED = (FILES, SEAL, TAG_MANIFEST)
REQUIRED = (ENTRIES, LOG_KEY, ACTOR_KEYS, REPORT, BAGIT, BAG_INFO, MANIFEST, "verify.py", "verify.html")


class Unreadable(Exception):
    """This is no package, or cannot be opened at all."""


class Member(NamedTuple):
    """Something in a package. `blocks` gives its bytes in blocks of 1 MiB, the last one shorter."""

    path: str
    kind: str
    size_bytes: int
    blocks: Callable[[], Iterator[bytes]]

    def read(self) -> bytes:
        """All bytes of a small file; raises `Fault` for a large one."""
        if self.kind != "file":
            raise Fault(f"{shown(self.path)} is a {self.kind}")
        if self.size_bytes > MAX_METADATA_BYTES:
            raise Fault(f"{shown(self.path)} is larger than any file of its kind may be")
        return b"".join(self.blocks())


def open_package(package: str) -> list[Member]:
    """Everything in a package, folders and links included; raises `Unreadable`."""
    try:
        members = _folder_members(package) if Path(package).is_dir() else _zip_members(package)
    except (OSError, Fault) as error:
        raise Unreadable(str(error)) from error
    if not {FILES, SEAL, BAGIT} & {member.path for member in members}:
        raise Unreadable("it holds no sealed file list, no seal and no bag declaration")
    return members


def _folder_members(root: str) -> list[Member]:
    members, waiting = [], [""]
    while waiting:
        folder = waiting.pop()
        with os.scandir(Path(root, folder)) as found:
            for item in found:
                path = folder + item.name
                if item.is_symlink():
                    members.append(Member(path, "link", 0, _nothing))
                elif item.is_dir():
                    members.append(Member(path, "folder", 0, _nothing))
                    waiting.append(path + "/")
                else:
                    kind = "file" if item.is_file() else "special file"
                    size_bytes = item.stat(follow_symlinks=False).st_size
                    members.append(Member(path, kind, size_bytes, functools.partial(_file_blocks, item.path)))
        if len(members) > MAX_MEMBERS:
            raise Fault("it holds more than a million files")
    return sorted(members, key=lambda member: member.path)


def _nothing() -> Iterator[bytes]:
    return iter(())


def _file_blocks(path: str) -> Iterator[bytes]:
    with Path(path).open("rb") as stream:
        while block := stream.read(CHUNK_BYTES):
            yield block


# Zip, PKWARE APPNOTE 6.3: one strict reading that every verifier of ours shares, because programs that read a
# careless zip differently can be shown different packages.


class _ZipEntry(NamedTuple):
    """One record of the central directory, sections 4.3.12 and 4.5.3."""

    name: str
    kind: str
    method: int
    packed_bytes: int
    size_bytes: int
    header_at: int
    raw_name: bytes


def _zip_members(path: str) -> list[Member]:
    with Path(path).open("rb") as stream:
        stream.seek(0, os.SEEK_END)
        entries = _central_directory(stream, stream.tell())
        base = _base_folder([entry.name for entry in entries])
        members = []
        for entry in entries:
            if entry.name == base:
                continue
            # What lies outside the package's own folder keeps a name that the names layer refuses.
            name = entry.name[len(base) :] if entry.name.startswith(base) else "../" + entry.name
            kind = entry.kind if _local_header_agrees(stream, entry) else "file with two names"
            blocks = functools.partial(_zip_blocks, path, entry)
            members.append(Member(name[:-1] if kind == "folder" else name, kind, entry.size_bytes, blocks))
    return members


def _base_folder(names: list[str]) -> str:
    """The one folder that holds the package inside the zip, with its slash; empty when it lies at the top."""
    if BAGIT in names or FILES in names:
        return ""
    tops = sorted(name[: -len(BAGIT)] for name in names if name.endswith("/" + BAGIT) and name.count("/") == 1)
    tops += sorted(name[: -len(FILES)] for name in names if name.endswith("/" + FILES) and name.count("/") == 2)
    return tops[0] if tops else ""


def _central_directory(stream: IO[bytes], length: int) -> list[_ZipEntry]:
    """Every record of the central directory; it must end the file, without a comment. Section 4.3.16."""
    count, size_bytes, at, end = _end_record(stream, length)
    if count > MAX_MEMBERS or size_bytes > MAX_METADATA_BYTES or at + size_bytes != end:
        raise Fault("its directory is not where it must be")
    data, position, entries = _read_at(stream, at, size_bytes), 0, []
    for _ in range(count):
        entry, position = _central_record(data, position, at)
        entries.append(entry)
    if position != size_bytes:
        raise Fault("its directory holds more than it says")
    return entries


def _end_record(stream: IO[bytes], length: int) -> tuple[int, int, int, int]:
    """Count, size, offset and end of the central directory, by the plain or the 64-bit end record."""
    end = length - 22
    if end < 0:
        raise Fault("it is neither a folder nor a zip")
    signature, disk, first, here, count, size_bytes, at, comment = struct.unpack("<4s4H2LH", _read_at(stream, end, 22))
    if signature != b"PK\x05\x06" or comment:
        raise Fault("it is neither a folder nor a zip that ends with its directory")
    locator = _read_at(stream, end - 20, 20) if end >= 20 else b""
    if locator[:4] == b"PK\x06\x07":  # section 4.3.15
        end = struct.unpack("<4sLQL", locator)[2]
        fields = struct.unpack("<4sQ2H2L4Q", _read_at(stream, end, 56))
        if fields[0] != b"PK\x06\x06" or end + 56 != length - 42:
            raise Fault("its 64-bit directory is not where it must be")
        disk, first, here, count, size_bytes, at = fields[4:10]
    if disk or first or here != count:
        raise Fault("it is one part of several")
    return count, size_bytes, at, end


def _central_record(data: bytes, position: int, directory_at: int) -> tuple[_ZipEntry, int]:
    fixed = data[position : position + 46]
    if len(fixed) < 46 or fixed[:4] != b"PK\x01\x02":
        raise Fault("its directory is damaged")
    made_by, _, flags, method = struct.unpack("<4H", fixed[4:12])
    packed, size_bytes, name_length, extra_length, comment_length = struct.unpack("<2L3H", fixed[20:34])
    attributes, header_at = struct.unpack("<2L", fixed[38:46])
    name_at = position + 46
    extra_at = name_at + name_length
    end = extra_at + extra_length + comment_length
    if end > len(data):
        raise Fault("its directory is damaged")
    raw_name = data[name_at:extra_at]
    size_bytes, packed, header_at = _wide_fields(
        data[extra_at : extra_at + extra_length], size_bytes, packed, header_at
    )
    try:
        name = raw_name.decode("utf-8" if flags & 0x800 else "ascii")
    except UnicodeDecodeError as error:
        raise Fault("a name in it is not UTF-8") from error
    if (method == 0 and packed != size_bytes) or header_at + 30 + packed > directory_at:
        raise Fault("its directory is damaged")
    kind = _zip_kind(name, flags, method, attributes >> 16 if made_by >> 8 == 3 else 0)
    return _ZipEntry(name, kind, method, packed, size_bytes, header_at, raw_name), end


def _wide_fields(extra: bytes, *narrow: int) -> list[int]:
    """Sizes and offset, with those that are 0xFFFFFFFF taken from the 64-bit extra field. Section 4.5.3."""
    wide, at = b"", 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack("<2H", extra[at : at + 4])
        if kind == 1:
            wide = extra[at + 4 : at + 4 + length]
        at += 4 + length
    values = []
    for value in narrow:
        if value != 0xFFFFFFFF:
            values.append(value)
        elif len(wide) < 8:
            raise Fault("its directory is damaged")
        else:
            values.append(int.from_bytes(wide[:8], "little"))
            wide = wide[8:]
    return values


def _zip_kind(name: str, flags: int, method: int, mode: int) -> str:
    if flags & 1:
        return "encrypted file"
    if method not in (0, 8):
        return "file packed in an unknown way"
    file_type = mode & 0o170000
    if file_type == 0o120000:
        return "link"
    if file_type not in (0, 0o100000, 0o040000):
        return "special file"
    return "folder" if name.endswith("/") else "file"


def _local_header_agrees(stream: IO[bytes], entry: _ZipEntry) -> bool:
    """Whether the header before the bytes names the same file. Section 4.3.7."""
    header = _read_at(stream, entry.header_at, 30 + len(entry.raw_name))
    name_length = int.from_bytes(header[26:28], "little")
    return header[:4] == b"PK\x03\x04" and name_length == len(entry.raw_name) and header[30:] == entry.raw_name


def _zip_blocks(path: str, entry: _ZipEntry) -> Iterator[bytes]:
    with Path(path).open("rb") as stream:
        header = _read_at(stream, entry.header_at, 30)
        stream.seek(entry.header_at + 30 + sum(struct.unpack("<2H", header[26:30])))
        packed = _limited_blocks(stream, entry.packed_bytes)
        yield from packed if entry.method == 0 else _unpacked(packed, entry.size_bytes)


def _limited_blocks(stream: IO[bytes], left: int) -> Iterator[bytes]:
    while left:
        block = stream.read(min(CHUNK_BYTES, left))
        if not block:
            raise Fault("cut short")
        left -= len(block)
        yield block


def _unpacked(packed: Iterator[bytes], size_bytes: int) -> Iterator[bytes]:
    """Inflate, never further than one block past the stated size, so that no bomb unfolds."""
    inflater, waiting, given = zlib.decompressobj(-15), b"", 0
    try:
        for block in packed:
            unread = block
            while True:
                waiting += inflater.decompress(unread, CHUNK_BYTES - len(waiting))
                if len(waiting) < CHUNK_BYTES:
                    break
                given += CHUNK_BYTES
                if given > size_bytes:
                    raise Fault("unpacks to more than it says")
                yield waiting
                waiting, unread = b"", inflater.unconsumed_tail
    except zlib.error as error:
        raise Fault("cannot be unpacked") from error
    if not inflater.eof or inflater.unused_data or given + len(waiting) != size_bytes:
        raise Fault("does not unpack to what it says")
    if waiting:
        yield waiting


def _read_at(stream: IO[bytes], at: int, count: int) -> bytes:
    stream.seek(at)
    data = stream.read(count)
    if len(data) != count:
        raise Fault("it is cut short")
    return data


# ---------------------------------------------------------------------------------------------------------------------
# Shapes: every object of the format has exactly the fields that docs/package.md lists

Check = Callable[[Any], bool]

_TIME = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})\.[0-9]{6}Z")


def _like(pattern: str) -> Check:
    compiled = re.compile(pattern)
    return lambda value: isinstance(value, str) and compiled.fullmatch(value) is not None


def _is(wanted: str) -> Check:
    return lambda value: value == wanted


def _list_of(check: Check) -> Check:
    return lambda value: isinstance(value, list) and all(check(part) for part in value)


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _text(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def _object(value: Any) -> bool:
    return isinstance(value, dict)


def _time(value: Any) -> bool:
    try:
        return isinstance(value, str) and entry_seconds(value) >= 0
    except Fault:
        return False


def entry_seconds(at: str) -> int:
    """The time of an entry in Unix seconds, rounded down."""
    match = _TIME.fullmatch(at)
    if not match:
        raise Fault("not a time: " + shown(at))
    return _unix_seconds([int(part) for part in match.groups()])


_HEX_32, _HEX_64, _WORD = _like("[0-9a-f]{32}"), _like("[0-9a-f]{64}"), _like("[a-z][a-z0-9_]{0,39}")

FILE_FIELDS = {"chunk_root": _HEX_64, "path": _text, "sha256": _HEX_64, "size_bytes": _whole}
FILE_LIST_FIELDS = {"files": _list_of(_object), "schema": _is("probata/files/1")}
LINE_FIELDS = {"index": _whole, "leaf": _object, "openings": _list_of(_object)}
LEAF_FIELDS = {"entry": _object, "signature": _like("[A-Za-z0-9+/]{86}==")}
ENTRY_FIELDS = {
    "act": _HEX_32,
    "action": _WORD,
    "actor": _HEX_64,
    "at": _time,
    "clock": _WORD,
    "log": _like(_NAME.pattern),
    "schema": _is(ENTRY_SCHEMA),
    "seq": _whole,
    "subjects": _list_of(_HEX_64),
    "tool": _object,
}
TOOL_FIELDS = {"name": _text, "version": _text}
OPENING_FIELDS = {"record": _object, "salt": _HEX_64}
FOUNDING_FIELDS = {"founder_key": _HEX_64, "log_key": _text, "origin": _text, "schema": _is(FOUNDING_SCHEMA)}
KEY_FIELDS = {"may_enrol": lambda value: isinstance(value, bool), "public_key": _HEX_64, "schema": _is(KEY_SCHEMA)}
SEAL_FIELDS = {"files_sha256": _HEX_64, "promises": _object, "schema": _is(SEAL_SCHEMA)}
PROMISE_FIELDS = {"timestamps": _list_of(_text), "witnesses": _list_of(_text)}
SEAL_FILE_FIELDS = {
    "checkpoints": _list_of(_text),
    "consistency": _list_of(_list_of(_HEX_64)),
    "cosignatures": _list_of(_text),
    "inclusion": _list_of(_object),
    "schema": _is("probata/seal-file/1"),
    "seal": _object,
    "timestamps": _list_of(_object),
}
PROOF_FIELDS = {"hashes": _list_of(_HEX_64), "index": _whole}
TOKEN_FIELDS = {"authority": _text, "checkpoint": _whole, "response": _text}


def _shaped(value: Any, fields: Mapping[str, Check], what: str) -> Any:
    """The value, if it has exactly these fields and each passes its check."""
    if not isinstance(value, dict) or sorted(value) != sorted(fields):
        raise Fault(f"{what} does not have exactly the fields " + ", ".join(sorted(fields)))
    for name, check in fields.items():
        if not check(value[name]):
            raise Fault(f"{what} has a wrong {name}: {shown(value[name])}")
    return value


class Line(NamedTuple):
    """One disclosed entry: where it stands in the log, its leaf's bytes, its parts, its openings."""

    place: int
    leaf: bytes
    entry: dict[str, Any]
    signature: bytes
    openings: list[dict[str, Any]]

    def opened(self, schema: str) -> list[dict[str, Any]]:
        """The disclosed records of this schema whose commitments the entry really holds."""
        records = [opening["record"] for opening in self.openings if commitment(opening) in self.entry["subjects"]]
        return [record for record in records if record.get("schema") == schema]


def commitment(opening: dict[str, Any]) -> str:
    """SHA-256(salt ‖ SHA-256(canonical record)), hexadecimal."""
    record_digest = hashlib.sha256(canonical(opening["record"])).digest()
    return hashlib.sha256(bytes.fromhex(opening["salt"]) + record_digest).hexdigest()


def _line(value: Any, what: str) -> Line:
    _shaped(value, LINE_FIELDS, what)
    leaf = _shaped(value["leaf"], LEAF_FIELDS, f"the leaf of {what}")
    entry = _shaped(leaf["entry"], ENTRY_FIELDS, f"the entry of {what}")
    _shaped(entry["tool"], TOOL_FIELDS, f"the tool of {what}")
    for opening in value["openings"]:
        _shaped(opening, OPENING_FIELDS, f"an opening of {what}")
    return Line(value["index"], canonical(leaf), entry, decode_base64(leaf["signature"]), value["openings"])


# ---------------------------------------------------------------------------------------------------------------------
# How to verify: fourteen layers, each its own step, each PASS, FAIL or NOT CHECKED

CLOCK_TOLERANCE_S = 300
MAX_SHOWN_FAULTS = 5
OPTIONAL = ("consistency", "witnesses", "timestamps")

TokenCheck = Callable[[str, bytes, bytes], Optional[str]]


class Demands(NamedTuple):
    """What the user knows from elsewhere and asks for.

    `check_token(authority, response, digest)` judges a timestamp authority's signature: it gives a sentence when it
    holds, None when it has no root certificate of that authority, and raises `Fault` otherwise. This file has none.
    """

    fingerprint: str | None = None
    witnesses: tuple[NoteKey, ...] = ()
    checkpoints: tuple[str, ...] = ()
    check_token: TokenCheck | None = None


class Layer(NamedTuple):
    """The answer of one layer."""

    layer: str
    verdict: str
    why: str


_UNSAFE = re.compile('[\x00-\x1f\x7f-\x9f\\\\:*?"<>|%\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]')


def path_fault(path: str) -> str | None:
    """Why a path may not stand in a package on any system, or None."""
    if _UNSAFE.search(path):
        return "with a character that some system refuses or hides"
    if not 0 < len(path.encode("utf-8")) <= 1000:
        return "empty or too long"
    if path.startswith("/"):
        return "absolute"
    parts = path.split("/")
    if {"", ".", ".."} & set(parts):
        return "with an empty, . or .. part"
    return "with a part that ends in a dot or a space" if any(part[-1] in ". " for part in parts) else None


def folded(path: str) -> str:
    """The path as a system sees it that ignores capitals and Unicode forms."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).upper().lower())


class Examination:
    """One package under examination. Each `check_` method is a layer: it returns what it found, or raises."""

    def __init__(self, members: list[Member], demands: Demands) -> None:
        self.members = members
        self.demands = demands
        self.by_path: dict[str, Member] = {}
        for member in members:
            self.by_path.setdefault(member.path, member)
        self.listed: dict[str, dict[str, Any]] | None = None
        self.lines: list[Line] | None = None
        self.seal_file: dict[str, Any] | None = None
        self.seal: Line | None = None
        self.bodies: list[tuple[str, Checkpoint, NoteSignature]] = []
        self.seal_fault: Fault | None = None
        self.log_key: NoteKey | None = None
        self.promises: dict[str, list[str]] | None = None
        try:
            self._read_seal()
        except Fault as fault:
            self.seal_fault = fault
        except OSError as error:
            self.seal_fault = Fault(f"{SEAL} cannot be read: {error.strerror}")

    def layers(self) -> list[Layer]:
        """Every layer's answer, in order."""
        return [self._layer(name) for name in LAYERS]

    def _layer(self, name: str) -> Layer:
        try:
            return Layer(name, "PASS", getattr(self, "check_" + name)())
        except NotChecked as reason:
            return Layer(name, "NOT CHECKED", str(reason))
        except Fault as fault:
            return Layer(name, "FAIL", str(fault))
        except OSError as error:
            return Layer(name, "FAIL", f"cannot be read: {error.strerror}")

    # -- what several layers need

    def _read(self, path: str) -> bytes:
        if path not in self.by_path:
            raise Fault(f"{path} is missing")
        return self.by_path[path].read()

    def _read_seal(self) -> None:
        """Take custody/seal.json apart; its layer, `seal`, answers for its faults."""
        value = _shaped(parse_canonical(self._read(SEAL)), SEAL_FILE_FIELDS, SEAL)
        for proof in value["inclusion"]:
            _shaped(proof, PROOF_FIELDS, "an inclusion proof")
        for token in value["timestamps"]:
            decode_base64(_shaped(token, TOKEN_FIELDS, "a timestamp")["response"])
        seal = _line(value["seal"], "the seal")
        if not value["checkpoints"] or len(value["consistency"]) != len(value["checkpoints"]) - 1:
            raise Fault("there must be a checkpoint, and a consistency proof between each two")
        for note in value["checkpoints"]:
            body, signatures = parse_note(note)
            if len(signatures) != 1:
                raise Fault("a checkpoint here carries the log's signature alone")
            self.bodies.append((body, parse_checkpoint(body), signatures[0]))
        self.seal_file, self.seal = value, seal

    def _need_seal(self) -> tuple[dict[str, Any], Line, Checkpoint]:
        """The seal's file, its entry and the last checkpoint."""
        if self.seal_file is None or self.seal is None:
            raise NotChecked("there is no readable custody/seal.json to check")
        return self.seal_file, self.seal, self.bodies[-1][1]

    def _need_lines(self) -> list[Line]:
        """Every disclosed entry, the seal last."""
        seal = self._need_seal()[1]
        if self.lines is None:
            raise NotChecked("there are no readable entries to check")
        return [*self.lines, seal]

    # -- 1 to 4: what lies there

    def check_names(self) -> str:
        """1. Every name is safe on every system, every file is a plain file, no two names clash."""
        paths = [member.path for member in self.members]
        files = {member.path for member in self.members if member.kind != "folder"}
        kinds = [(member.path, member.kind) for member in self.members if member.kind not in ("file", "folder")]
        faults = [f"{shown(path)} is a {kind}" for path, kind in kinds]
        faults += [f"{shown(path)} is a name {fault}" for path in paths if (fault := path_fault(path))]
        faults += [f"{shown(path)} is there twice" for path, count in sorted(Counter(paths).items()) if count > 1]
        faults += [f"{shown(path)} is a file and a folder" for path in sorted(files & _parents(paths))]
        faults += _clashes({*paths, *_parents(paths)})
        _none_of(faults)
        return f"{len(files)} files, every name safe and distinct"

    def check_list(self) -> str:
        """2. The sealed list names exactly the files that are there."""
        value = _shaped(parse_canonical(self._read(FILES)), FILE_LIST_FIELDS, FILES)
        rows = [_shaped(row, FILE_FIELDS, "a row of the list") for row in value["files"]]
        paths = [row["path"] for row in rows]
        faults = [f"{shown(path)} is listed, which no package may hold" for path in paths if path_fault(path)]
        if any(a.encode("utf-8") >= b.encode("utf-8") for a, b in zip(paths, paths[1:])):
            faults.append("the list is not sorted, or names a file twice")
        self.listed = {row["path"]: row for row in rows}
        known = {*paths, *UNLISTED}
        faults += [f"{path} is listed, which the seal covers otherwise" for path in UNLISTED if path in self.listed]
        faults += [f"{path} is not listed, which every package has" for path in REQUIRED if path not in self.listed]
        there = {member.path for member in self.members if member.kind != "folder"}
        faults += [f"{shown(path)} is missing" for path in sorted(known - there)]
        faults += [f"{shown(path)} is not listed" for path in sorted(there - known)]
        empty = {member.path for member in self.members if member.kind == "folder"} - _parents(known)
        faults += [f"{shown(path)} is an empty folder, not listed" for path in sorted(empty)]
        _none_of(faults)
        return f"{len(paths)} files listed, all there, nothing else"

    def check_bytes(self) -> str:
        """3. Every listed file has its size, its SHA-256 and its chunk tree."""
        listed = self._need_list()
        there = [path for path in listed if path in self.by_path and self.by_path[path].kind == "file"]
        with ThreadPoolExecutor(2) as pool:
            _none_of([fault for path in there for fault in _byte_faults(pool, self.by_path[path], listed[path])])
        if len(there) < len(listed):
            raise NotChecked(f"{len(listed) - len(there)} listed files are not there to be checked; the others agree")
        return f"{len(there)} files, {sum(row['size_bytes'] for row in listed.values())} bytes, all as listed"

    def _need_list(self) -> dict[str, dict[str, Any]]:
        if self.listed is None:
            raise NotChecked("there is no readable list of files")
        return self.listed

    def check_bag(self) -> str:
        """4. The BagIt tags (RFC 8493) are exactly what the sealed list makes them."""
        listed = self._need_list()
        faults = []
        if self._read(BAGIT) != BAG_DECLARATION:
            faults.append(f"{BAGIT} does not declare BagIt 1.0")
        payload = {path: row for path, row in listed.items() if path.startswith("data/")}
        if self._read(MANIFEST) != manifest({path: row["sha256"] for path, row in payload.items()}):
            faults.append(f"{MANIFEST} is not the manifest of the listed payload")
        tags = {path: row["sha256"] for path, row in listed.items() if not path.startswith("data/")}
        tags.update({path: hashlib.sha256(self._read(path)).hexdigest() for path in (FILES, SEAL)})
        if self._read(TAG_MANIFEST) != manifest(tags):
            faults.append(f"{TAG_MANIFEST} is not the manifest of the listed tag files")
        oxum = f"Payload-Oxum: {sum(row['size_bytes'] for row in payload.values())}.{len(payload)}"
        if oxum.encode() not in self._read(BAG_INFO).split(b"\n"):
            faults.append(f"{BAG_INFO} does not state the payload's size")
        _none_of(faults)
        return "the bag's declaration, manifests and payload size are exactly those of the list"

    # -- 5 to 7: what was written, and by whom

    def check_entries(self) -> str:
        """5. Every entry is well formed, in canonical JSON, of one log, in its place and in the order of time."""
        data = self._read(ENTRIES)
        if not data.endswith(b"\n"):
            raise Fault(f"{ENTRIES} does not end with a line end")
        texts = data[:-1].split(b"\n")
        self.lines = [_line(parse_canonical(text), f"line {number}") for number, text in enumerate(texts, 1)]
        lines = [*self.lines, self.seal] if self.seal else self.lines
        faults = []
        if self.lines[0].place != 0 or self.lines[0].entry["action"] != "found_log":
            faults.append("the first entry is not the founding of the log")
        for line in lines:
            if line.entry["seq"] != line.place:
                faults.append(f"entry {line.place} says it is number {line.entry['seq']}")
            if line.entry["log"] != lines[0].entry["log"]:
                faults.append(f"entry {line.place} is of another log")
        for earlier, later in zip(lines, lines[1:]):
            if later.place <= earlier.place:
                faults.append(f"entry {later.place} follows entry {earlier.place}")
            if later.entry["at"] < earlier.entry["at"]:
                faults.append(f"entry {later.place} is dated before entry {earlier.place}")
        _none_of(faults)
        return f"{len(lines)} entries of {lines[0].entry['log']}, well formed and in order"

    def check_openings(self) -> str:
        """6. Every disclosed record is the one its entry committed to."""
        faults, count = [], 0
        for line in self._need_lines():
            found = [commitment(opening) for opening in line.openings]
            count += len(found)
            if any(subject not in line.entry["subjects"] for subject in found):
                faults.append(f"a record beside entry {line.place} is not what the entry is about")
            elif len(set(found)) < len(found):
                faults.append(f"a record beside entry {line.place} is there twice")
        _none_of(faults)
        return f"{count} disclosed records, each the one its entry committed to"

    def check_actor_signatures(self) -> str:
        """7. Every entry is signed by a key that the log enrolled before, back to the founder's."""
        lines = self._need_lines()
        keys, may_enrol = self._founder(lines[0])
        faults = []
        for line in lines:
            actor = line.entry["actor"]
            if actor not in keys:
                faults.append(f"entry {line.place} is signed with a key that no disclosed entry enrolled")
                continue
            if not ed25519_verifies(keys[actor], canonical(line.entry), line.signature):
                faults.append(f"the signature of entry {line.place} does not fit")
            elif line.entry["action"] == "enrol_key":
                faults += _enrol(line, keys, may_enrol)
        stated = canonical({key_id: key.hex() for key_id, key in keys.items()})
        if self._read(ACTOR_KEYS) != stated:
            faults.append(f"{ACTOR_KEYS} does not state exactly the enrolled keys")
        _none_of(faults)
        return f"{len(lines)} signatures by {len(keys)} enrolled keys"

    def _founder(self, first: Line) -> tuple[dict[str, bytes], set[str]]:
        """The founder's key, as the founding entry names it, may enrol others."""
        records = first.opened(FOUNDING_SCHEMA)
        if len(records) != 1:
            raise Fault("the founding of the log is not disclosed")
        record = _shaped(records[0], FOUNDING_FIELDS, "the founding record")
        key = bytes.fromhex(record["founder_key"])
        key_id = hashlib.sha256(key).hexdigest()
        return {key_id: key}, {key_id}

    # -- 8 to 10: the log

    def check_inclusion(self) -> str:
        """8. Every entry is in the log of the last checkpoint, where it says (RFC 9162, section 2.1.3.2)."""
        lines = self._need_lines()
        seal_file, _, checkpoint = self._need_seal()
        proofs = {proof["index"]: proof["hashes"] for proof in seal_file["inclusion"]}
        faults = []
        if [proof["index"] for proof in seal_file["inclusion"]] != [line.place for line in lines]:
            faults.append("the proofs are not exactly those of the disclosed entries")
        for line in lines:
            proof = [bytes.fromhex(node) for node in proofs.get(line.place, [])]
            if not verify_inclusion(
                leaf=leaf_hash(line.leaf),
                index=line.place,
                size=checkpoint.size,
                proof=proof,
                root=checkpoint.root,
            ):
                faults.append(f"entry {line.place} is not proved to be in the log")
        _none_of(faults)
        return f"{len(lines)} entries are in the log of {checkpoint.size}"

    def check_consistency(self) -> str:
        """9. Each checkpoint extends the one before, and those the user holds (RFC 9162, section 2.1.4.2)."""
        seal_file, _, last = self._need_seal()
        checkpoints = [checkpoint for _, checkpoint, _ in self.bodies]
        faults = []
        for old, new, proof in zip(checkpoints, checkpoints[1:], seal_file["consistency"]):
            hashes = [bytes.fromhex(node) for node in proof]
            if old.origin != new.origin or not verify_consistency(
                old_size=old.size, old_root=old.root, size=new.size, root=new.root, proof=hashes
            ):
                faults.append(f"the log of {new.size} does not begin with the log of {old.size}")
        faults += [fault for note in self.demands.checkpoints for fault in self._fork_faults(note, checkpoints)]
        _none_of(faults)
        if len(checkpoints) == 1 and not self.demands.checkpoints:
            raise NotChecked("there is one checkpoint, and you gave none to compare it with")
        return f"{len(checkpoints)} checkpoints up to {last.size} entries, {len(self.demands.checkpoints)} of yours"

    def _fork_faults(self, untrusted_note: str, checkpoints: list[Checkpoint]) -> list[str]:
        """What speaks against one checkpoint that the user holds."""
        body, signatures = parse_note(untrusted_note)
        given, key = parse_checkpoint(body), self._key()
        for signature in signatures:
            if (signature.name, signature.key_id) == (key.name, key.key_id):
                verify_signature_line(key, body, signature)
                break
        else:
            raise Fault("the checkpoint you gave is not signed by this log")
        if given in checkpoints:
            return []
        if given.size in [checkpoint.size for checkpoint in checkpoints]:
            return [f"the log has forked: your checkpoint of {given.size} entries has another root"]
        if given.size > checkpoints[-1].size:
            sizes = f"your checkpoint has {given.size} entries, this package's log {checkpoints[-1].size}"
            return [f"{sizes}: the package was sealed before your checkpoint, or the log was cut back"]
        return [f"nothing connects your checkpoint of {given.size} entries with this package: ask for the proof"]

    def _key(self) -> NoteKey:
        """The log's key as the package states it."""
        text = self._read(LOG_KEY).decode("ascii", "replace")
        if not text.endswith("\n"):
            raise Fault(f"{LOG_KEY} is not one line")
        key = parse_vkey(text[:-1])
        if key.algorithm != ED25519:
            raise Fault(f"{LOG_KEY} is of an unknown kind")
        return key

    def check_checkpoint_signature(self) -> str:
        """10. Every checkpoint is signed by the log's key, and that key has the fingerprint the user gave."""
        self._need_seal()
        key = self._key()
        for body, checkpoint, signature in self.bodies:
            verify_signature_line(key, body, signature)
            if checkpoint.origin != key.name:
                raise Fault("a checkpoint is of another log than its signature")
        for line in self.lines or []:
            if line.entry["log"] != key.name:
                raise Fault("the entries are of another log than the checkpoint")
            for record in line.opened(FOUNDING_SCHEMA):
                if (record.get("log_key"), record.get("origin")) != (key.vkey, key.name):
                    raise Fault("the log was founded with another key")
        self.log_key = key
        given = self.demands.fingerprint
        if given is None:
            raise NotChecked(f"signed with the key {key.fingerprint}; you gave no fingerprint to compare it with")
        if key.fingerprint != given:
            raise Fault(f"signed with the key {key.fingerprint}, not with {given}")
        return f"signed with the key {key.fingerprint}, as you gave it"

    # -- 11 to 14: the seal and what stands around it

    def check_seal(self) -> str:
        """11. The seal's entry names the digest of the complete file list, and comes last."""
        if self.seal_fault:
            raise self.seal_fault
        _, seal, _ = self._need_seal()
        records = seal.opened(SEAL_SCHEMA)
        if seal.entry["action"] != "seal" or len(records) != 1:
            raise Fault("the seal does not disclose what it seals")
        record = _shaped(records[0], SEAL_FIELDS, "the record of the seal")
        self.promises = _shaped(record["promises"], PROMISE_FIELDS, "the promises of the seal")
        if record["files_sha256"] != hashlib.sha256(self._read(FILES)).hexdigest():
            raise Fault("the seal is not over this list of files")
        lines = self._need_lines()
        if any(line.place >= seal.place or line.entry["at"] > seal.entry["at"] for line in lines[:-1]):
            raise Fault("the seal does not come after everything it covers")
        return f"entry {seal.place}, {seal.entry['at']}, seals this list of files"

    def check_witnesses(self) -> str:
        """12. Promised and demanded witnesses cosigned the last checkpoint (C2SP tlog-cosignature)."""
        seal_file, seal, _ = self._need_seal()
        body = self.bodies[-1][0]
        lines = [parse_signature_line(text) for text in seal_file["cosignatures"]]
        if len({(line.name, line.key_id) for line in lines}) < len(lines):
            raise Fault("a witness is there twice")
        promised = [parse_vkey(vkey) for vkey in (self.promises or {}).get("witnesses", [])]
        for key in [*promised, *self.demands.witnesses]:
            own = [line for line in lines if (line.name, line.key_id) == (key.name, key.key_id)]
            if not own or key.algorithm != COSIGNATURE_V1:
                raise Fault(f"the cosignature of {shown(key.name)} is missing")
            seconds = verify_signature_line(key, body, own[0])
            if seconds is None or seconds + CLOCK_TOLERANCE_S < entry_seconds(seal.entry["at"]):
                raise Fault(f"{shown(key.name)} cosigned before the seal was made")
        if not self.demands.witnesses:
            raise NotChecked(f"you named no witness whose key you know; cosignatures here: {len(lines)}")
        return f"cosigned by every witness you named: {len(self.demands.witnesses)}"

    def check_timestamps(self) -> str:
        """13. Timestamp tokens (RFC 3161) are over these checkpoints and not before what they cover."""
        seal_file, _, _ = self._need_seal()
        tokens = seal_file["timestamps"]
        missing = set((self.promises or {}).get("timestamps", [])) - {token["authority"] for token in tokens}
        if missing:
            raise Fault("the promised timestamp is missing: " + ", ".join(shown(name) for name in sorted(missing)))
        if not tokens:
            raise NotChecked("there is no timestamp")
        said = [self._token(token) for token in tokens]
        if None in said:
            unjudged = f"timestamps over these checkpoints: {len(tokens)}"
            raise NotChecked(f"{unjudged}; without their authority's certificate at hand: {said.count(None)}")
        return "; ".join(text for text in said if text)

    def _token(self, token: dict[str, Any]) -> str | None:
        """One token: over which checkpoint, when, and, where it can be known, whether its authority signed it."""
        notes = {body[1].size: note for body, note in zip(self.bodies, (self.seal_file or {})["checkpoints"])}
        size, name, response = token["checkpoint"], shown(token["authority"]), decode_base64(token["response"])
        if size not in notes:
            raise Fault(f"a timestamp of {name} is over no checkpoint in this package")
        stamp, digest = read_timestamp(response), hashlib.sha256(notes[size].encode()).digest()
        if stamp.digest != digest:
            raise Fault(f"the timestamp of {name} is not over the checkpoint of {size}")
        covered = [entry_seconds(line.entry["at"]) for line in self._need_lines() if line.place < size]
        if covered and stamp.seconds + CLOCK_TOLERANCE_S < max(covered):
            raise Fault(f"the timestamp of {name} is earlier than what it covers")
        check = self.demands.check_token
        return check(token["authority"], response, digest) if check else None

    def check_report(self) -> str:
        """14. The report is the sealed one, and nothing in it runs or calls out."""
        listed = self._need_list()
        data = self._read(REPORT)
        if REPORT not in listed or hashlib.sha256(data).hexdigest() != listed[REPORT]["sha256"]:
            raise Fault("the report is not the sealed one")
        # The policy counts only where the browser meets it first; behind a comment's beginning it would not.
        if not _REPORT_HEAD.match(data) or b"<script" in data.lower():
            raise Fault("the report could run something")
        return "the report is as it was sealed; its words are the sealer's"


LAYERS = (
    "names",
    "list",
    "bytes",
    "bag",
    "entries",
    "openings",
    "actor_signatures",
    "inclusion",
    "consistency",
    "checkpoint_signature",
    "seal",
    "witnesses",
    "timestamps",
    "report",
)

BAG_DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
REPORT_POLICY = (
    b"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
)
_REPORT_HEAD = re.compile(
    rb'<!doctype html>\n<html lang="[A-Za-z-]+"(?: dir="(?:ltr|rtl)")?>\n<head>\n<meta charset="utf-8">\n'
    + re.escape(REPORT_POLICY)
)


def _none_of(faults: list[str]) -> None:
    """Raise all faults as one, the first few in words."""
    if faults:
        more = len(faults) - MAX_SHOWN_FAULTS
        raise Fault("; ".join(faults[:MAX_SHOWN_FAULTS]) + (f"; and {more} more" if more > 0 else ""))


def _parents(paths: Iterable[str]) -> set[str]:
    """Every folder that the paths lie in."""
    found = set()
    for path in paths:
        end = path.rfind("/")
        while end > 0 and path[:end] not in found:
            found.add(path[:end])
            end = path.rfind("/", 0, end)
    return found


def _clashes(paths: set[str]) -> list[str]:
    """Paths that a system which ignores capitals or Unicode forms would take for one."""
    spellings: dict[str, str] = {}
    faults = []
    for path in sorted(paths):
        other = spellings.setdefault(folded(path), path)
        if other != path:
            faults.append(f"{shown(path)} clashes with {shown(other)}")
    return faults


def manifest(digests: dict[str, str]) -> bytes:
    """A BagIt manifest, RFC 8493 section 2.1.3: digest, two spaces, path; sorted by path."""
    paths = sorted(digests, key=lambda path: path.encode("utf-8"))
    return "".join(f"{digests[path]}  {path}\n" for path in paths).encode("utf-8")


def _byte_faults(pool: ThreadPoolExecutor, member: Member, row: dict[str, Any]) -> list[str]:
    """What differs in one file. The two hashes run side by side: hashlib lets go of the interpreter."""
    if member.size_bytes != row["size_bytes"]:
        return [f"{shown(member.path)} has {member.size_bytes} bytes, not {row['size_bytes']}"]
    whole, root = pool.submit(_whole_digest, member), pool.submit(_chunk_root, member)
    try:
        if whole.result() != row["sha256"] or root.result() != row["chunk_root"]:
            return [f"{shown(member.path)} has other bytes than listed"]
    except Fault as fault:
        return [f"{shown(member.path)}: {fault}"]
    return []


def _whole_digest(member: Member) -> str:
    digest = hashlib.sha256()
    for block in member.blocks():
        digest.update(block)
    return digest.hexdigest()


def _chunk_root(member: Member) -> str:
    """The root of the RFC 6962 tree over chunks of 1 MiB."""
    stack: list[tuple[int, bytes]] = []
    for block in member.blocks():
        digest = hashlib.sha256(b"\x00")
        digest.update(block)
        width, node = 1, digest.digest()
        while stack and stack[-1][0] == width:
            node, width = node_hash(stack.pop()[1], node), 2 * width
        stack.append((width, node))
    if not stack:
        return EMPTY_ROOT.hex()
    root = stack[-1][1]
    for _, left in reversed(stack[:-1]):
        root = node_hash(left, root)
    return root.hex()


def _enrol(line: Line, keys: dict[str, bytes], may_enrol: set[str]) -> list[str]:
    """Take in the keys that an `enrol_key` entry discloses; gives what speaks against it."""
    if line.entry["actor"] not in may_enrol:
        return [f"entry {line.place} enrols a key, signed by one who may not"]
    for record in line.opened(KEY_SCHEMA):
        _shaped(record, KEY_FIELDS, f"the key of entry {line.place}")
        key = bytes.fromhex(record["public_key"])
        key_id = hashlib.sha256(key).hexdigest()
        keys[key_id] = key
        if record["may_enrol"]:
            may_enrol.add(key_id)
    return []


# ---------------------------------------------------------------------------------------------------------------------
# Verdict and command line

EXIT_CODES = {"PASS": 0, "INTACT_SIGNER_UNKNOWN": 10, "FAIL": 11}
EXIT_USAGE, EXIT_UNREADABLE = 2, 12


class Verification(NamedTuple):
    """The verdict on a package, and every layer's answer."""

    verdict: str
    layers: list[Layer]
    facts: dict[str, Any]
    exit_code: int

    def as_json(self) -> dict[str, Any]:
        """The object that `--json` prints."""
        layers = [layer._asdict() for layer in self.layers]
        return {"schema": "probata/verify/1", "verdict": self.verdict, "layers": layers, **self.facts}


def verify(package: str, demands: Demands | None = None) -> Verification:
    """Verify a package, a folder or a zip, without writing anything."""
    try:
        members = open_package(package)
    except Unreadable as error:
        unread = [Layer(name, "NOT CHECKED", "the package cannot be read") for name in LAYERS]
        return Verification("FAIL", unread, {"unreadable": str(error)}, EXIT_UNREADABLE)
    return examine(members, demands or Demands())


def examine(members: list[Member], demands: Demands) -> Verification:
    """Verify what was opened already."""
    examination = Examination(members, demands)
    layers = examination.layers()
    verdict = _verdict({layer.layer: layer.verdict for layer in layers})
    return Verification(verdict, layers, _facts(examination), EXIT_CODES[verdict])


def _verdict(answers: dict[str, str]) -> str:
    """FAIL if any layer fails; PASS only if every layer that is not optional passes."""
    if "FAIL" in answers.values():
        return "FAIL"
    unchecked = {layer for layer, answer in answers.items() if answer != "PASS"} - set(OPTIONAL)
    if not unchecked:
        return "PASS"
    return "INTACT_SIGNER_UNKNOWN" if unchecked == {"checkpoint_signature"} else "FAIL"


def _facts(examination: Examination) -> dict[str, Any]:
    """What the package says of itself, for people."""
    facts: dict[str, Any] = {}
    if examination.log_key:
        facts["signer"] = {"log": examination.log_key.name, "fingerprint": examination.log_key.fingerprint}
    if examination.seal:
        facts["sealed"] = {"at": examination.seal.entry["at"], "entry": examination.seal.place}
    return facts


def read_fingerprint(untrusted: str) -> str:
    """A fingerprint as people type it: spaces, colons and capitals do not count."""
    digits = re.sub(r"[\s:-]", "", untrusted).lower()
    if not _HEX_64(digits):
        raise Fault("a fingerprint has 64 hexadecimal digits")
    return digits


def _demands(options: argparse.Namespace, check_token: TokenCheck | None) -> Demands:
    notes = []
    for name in options.checkpoint:
        with Path(name).open(encoding="utf-8", newline="") as stream:
            notes.append(stream.read())
    fingerprint = None if options.fingerprint is None else read_fingerprint(options.fingerprint)
    return Demands(fingerprint, tuple(parse_vkey(vkey) for vkey in options.witness), tuple(notes), check_token)


def _printed(verification: Verification) -> str:
    lines = [f"{answer.verdict:<12} {answer.layer}: {answer.why}" for answer in verification.layers]
    lines += [f"{name}: {shown(value)}" for name, value in verification.facts.items()]
    return "\n".join([*lines, f"verdict: {verification.verdict}", ""])


def main(arguments: list[str] | None = None, check_token: TokenCheck | None = None) -> int:
    """The command line of this file; a caller that can judge timestamp authorities may lend its judgement."""
    parser = argparse.ArgumentParser(description="Verify a sealed package of Probata, offline.")
    parser.add_argument("package", nargs="?", default=str(Path(__file__).parent))
    parser.add_argument("--fingerprint", help="of the log that sealed it, known from elsewhere")
    parser.add_argument("--witness", action="append", default=[], metavar="VKEY", help="who must have cosigned")
    parser.add_argument("--checkpoint", action="append", default=[], metavar="FILE", help="one that you kept")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args(arguments)
    try:
        demands = _demands(options, check_token)
    except (Fault, OSError, UnicodeDecodeError) as error:
        parser.error(str(error))
    verification = verify(options.package, demands)
    text = json.dumps(verification.as_json()) + "\n" if options.json else _printed(verification)
    sys.stdout.write(text)
    return verification.exit_code


if __name__ == "__main__":
    sys.exit(main())
