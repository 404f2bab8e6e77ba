"""Entries of the ledger: who did what and when, signed; what it was about stays sealed until somebody opens it.

An entry names its subjects only by *commitments*: SHA-256(salt ‖ SHA-256(canonical record)), the salt 32 random bytes.
Whoever sees an undisclosed entry learns the actor's key, the action and the time; a bare digest would let anyone who
has the public video test whether we hold it. An *opening* (salt and record) discloses one subject.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import lru_cache
from typing import Protocol, runtime_checkable

from attrs import field, frozen

from probata.custody.canonical import Record, canonical, encode_checked, parse_object
from probata.custody.verifier import ENTRY_SCHEMA, FOUNDING_SCHEMA, KEY_SCHEMA, SEAL_SCHEMA, leaf_hash
from probata.terms.errors import CustodyError, InvalidValue

__all__ = [
    "Entry",
    "EntryMalformed",
    "Opening",
    "SignedEntry",
    "Signer",
    "Through",
    "Tool",
    "founding_record",
    "key_record",
    "read_leaf",
    "seal_opening",
    "seal_record",
    "sign_entries",
    "sign_entry",
]

SALT_BYTES = 32
_WORTH_A_THREAD = 250

_HEX_32 = re.compile(r"[0-9a-f]{32}")
_HEX_64 = re.compile(r"[0-9a-f]{64}")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)
_WORD = re.compile(r"[a-z][a-z0-9_]{0,39}")


class EntryMalformed(CustodyError):
    """Bytes that should be an entry of the ledger are not one."""

    code = "entry_malformed"
    template = "Entry {seq} of the ledger is not as it must be: {why}."
    advice = "Run `probata check`; compare the ledger with a checkpoint that a witness keeps."
    advice_here = "Tell whoever keeps this machine: `probata check`, run there, says more."


class Signer(Protocol):
    """Whoever can sign an entry: an unlocked actor key."""

    @property
    def key_id(self) -> str:
        """SHA-256 of the raw public key, hexadecimal."""

    def sign(self, message: bytes) -> bytes:
        """An Ed25519 signature, 64 bytes."""


@runtime_checkable
class Through(Signer, Protocol):
    """A signer who signs through something that the record names: a program, with a token of theirs."""

    @property
    def via(self) -> str:
        """What it is, such as `token:0123456789abcdef`: the name alone, never what opens anything."""


@frozen(kw_only=True)
class Tool:
    """The program that wrote the entry."""

    name: str = "probata"
    version: str


@frozen(kw_only=True)
class Opening:
    """What opens one commitment: 32 random bytes and the record they hide."""

    salt: bytes = field(factory=lambda: os.urandom(SALT_BYTES), repr=False)
    record: Record = field(repr=False)
    canonical_record: bytes = field(init=False, repr=False)
    commitment: str = field(init=False)

    @salt.validator
    def _long_enough(self, _attribute: object, value: bytes) -> None:
        if len(value) != SALT_BYTES:
            raise InvalidValue(what="The salt of an opening", why=f"it takes {SALT_BYTES} bytes")

    @canonical_record.default
    def _encode(self) -> bytes:
        return canonical(self.record)

    @commitment.default
    def _commit(self) -> str:
        record_digest = hashlib.sha256(self.canonical_record).digest()
        return hashlib.sha256(self.salt + record_digest).hexdigest()

    def as_json(self) -> Record:
        """The opening as packages carry it."""
        return {"salt": self.salt.hex(), "record": self.record}


def _matches(pattern: re.Pattern[str], what: str) -> Callable[[object, object, str], None]:
    def check(_instance: object, _attribute: object, value: str) -> None:
        if not isinstance(value, str) or not pattern.fullmatch(value):
            raise InvalidValue(what=f"{what} {value!r}", why=f"it must match {pattern.pattern}")

    return check


@frozen(kw_only=True)
class Entry:
    """One line of the ledger before it is signed."""

    log: str
    seq: int = field()
    act: str = field(validator=_matches(_HEX_32, "The act"))
    at: datetime = field()
    clock: str = field(default="system", validator=_matches(_WORD, "The clock"))
    actor: str = field(validator=_matches(_HEX_64, "The actor"))
    action: str = field(validator=_matches(_WORD, "The action"))
    subjects: tuple[str, ...] = field()
    tool: Tool

    @seq.validator
    def _not_negative(self, _attribute: object, value: int) -> None:
        if value < 0:
            raise InvalidValue(what="The number of an entry", why="entries are numbered from 0")

    @at.validator
    def _aware(self, _attribute: object, value: datetime) -> None:
        if value.tzinfo is None:
            raise InvalidValue(what="The time of an entry", why="it has no time zone")

    @subjects.validator
    def _commitments(self, _attribute: object, value: tuple[str, ...]) -> None:
        if not all(_HEX_64.fullmatch(subject) for subject in value):
            raise InvalidValue(what="A subject of an entry", why="it must be a commitment of 64 hex digits")

    def canonical(self) -> bytes:
        """The bytes that the actor signs."""
        return encode_checked(
            {
                "schema": ENTRY_SCHEMA,
                "log": self.log,
                "seq": self.seq,
                "act": self.act,
                "at": shown_time(self.at),
                "clock": self.clock,
                "actor": self.actor,
                "action": self.action,
                "subjects": self.subjects,
                "tool": {"name": self.tool.name, "version": self.tool.version},
            }
        )


@frozen(kw_only=True)
class SignedEntry:
    """An entry with its actor's signature; `leaf` is exactly what the Merkle tree covers."""

    entry: Entry
    signature: bytes = field(repr=False)
    leaf: bytes = field(repr=False)
    leaf_hash: bytes = field(repr=False)


def sign_entry(entry: Entry, signer: Signer) -> SignedEntry:
    """Sign an entry with its actor's key and make its leaf; refuses another's key."""
    if signer.key_id != entry.actor:
        raise InvalidValue(what="The signer of an entry", why="an entry is signed by its own actor")
    body = entry.canonical()
    signature = signer.sign(body)
    # Both keys are given in canonical order, so these bytes are canonical JSON without a second pass.
    leaf = b'{"entry":' + body + b',"signature":"' + base64.b64encode(signature) + b'"}'
    return SignedEntry(entry=entry, signature=signature, leaf=leaf, leaf_hash=leaf_hash(leaf))


def sign_entries(unsigned: Sequence[Entry], signer: Signer) -> list[SignedEntry]:
    """Sign many entries, in order, on all processors: a signature is the dearest part of an entry."""
    threads = min(os.cpu_count() or 1, len(unsigned) // _WORTH_A_THREAD)
    if threads < 2:
        return [sign_entry(entry, signer) for entry in unsigned]
    share = -(-len(unsigned) // threads)
    shares = [unsigned[start : start + share] for start in range(0, len(unsigned), share)]
    with ThreadPoolExecutor(threads) as pool:
        signed = pool.map(lambda part: [sign_entry(entry, signer) for entry in part], shares)
        return [entry for part in signed for entry in part]


def read_leaf(untrusted_leaf: bytes) -> SignedEntry:
    """Read a leaf back, without judging its signature; raises `EntryMalformed`."""
    seq: object = "(unknown)"
    try:
        outer = parse_object(untrusted_leaf)
        inner = outer["entry"]
        seq = inner["seq"]
        entry = Entry(
            log=inner["log"],
            seq=inner["seq"],
            act=inner["act"],
            at=read_time(inner["at"]),
            clock=inner["clock"],
            actor=inner["actor"],
            action=inner["action"],
            subjects=tuple(inner["subjects"]),
            tool=Tool(name=inner["tool"]["name"], version=inner["tool"]["version"]),
        )
        signature = base64.b64decode(outer["signature"], validate=True)
    except (CustodyError, InvalidValue, KeyError, TypeError, ValueError) as error:
        raise EntryMalformed(seq=seq, why=error) from error
    signed = SignedEntry(entry=entry, signature=signature, leaf=untrusted_leaf, leaf_hash=leaf_hash(untrusted_leaf))
    if canonical({"entry": parse_object(entry.canonical()), "signature": outer["signature"]}) != untrusted_leaf:
        raise EntryMalformed(seq=seq, why="it holds more than an entry and its signature")
    return signed


@lru_cache(maxsize=4)  # every entry of an act has the same time
def shown_time(at: datetime) -> str:
    """A time as entries carry it: RFC 3339, UTC, always six decimals and a Z, so that texts sort as times do."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def read_time(untrusted_text: str) -> datetime:
    """Read `shown_time` back; raises `ValueError` for any other form."""
    if not _TIME.fullmatch(untrusted_text):
        msg = f"{untrusted_text!r} is not a time in UTC with six decimals"
        raise ValueError(msg)
    return datetime.fromisoformat(untrusted_text)


def founding_record(*, origin: str, log_key: str, founder_key: bytes) -> Record:
    """The record of entry 0, action `found_log`: which log this is, its own key, and whose key speaks first."""
    return {"schema": FOUNDING_SCHEMA, "origin": origin, "log_key": log_key, "founder_key": founder_key.hex()}


def key_record(*, public_key: bytes, may_enrol: bool) -> Record:
    """The record that an `enrol_key` entry discloses: a public key, and whether its holder may enrol others.

    The holder's name is no part of it: put names into a second subject of the same entry, so that a package can
    prove who signed by key without naming the person.
    """
    return {"schema": KEY_SCHEMA, "public_key": public_key.hex(), "may_enrol": may_enrol}


def seal_record(
    *, files_sha256: str, witnesses: tuple[str, ...] = (), timestamp_authorities: tuple[str, ...] = ()
) -> Record:
    """The record of a `seal` entry: the digest of the complete file list, and what anchors it promises.

    A promised cosignature or timestamp that is missing fails verification, so an anchor cannot be stripped unseen.
    """
    promises = {"timestamps": sorted(timestamp_authorities), "witnesses": sorted(witnesses)}
    return {"schema": SEAL_SCHEMA, "files_sha256": files_sha256, "promises": promises}


def seal_opening(
    *, files_sha256: str, witnesses: tuple[str, ...] = (), timestamp_authorities: tuple[str, ...] = ()
) -> Opening:
    """A fresh opening over `seal_record`."""
    return Opening(
        record=seal_record(files_sha256=files_sha256, witnesses=witnesses, timestamp_authorities=timestamp_authorities)
    )
