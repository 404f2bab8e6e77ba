"""Signed checkpoints of the ledger and the witnesses who cosign them (C2SP tlog-checkpoint, tlog-cosignature).

A checkpoint is a signed note: the log's name, its size, the root of its tree. A log that signed two checkpoints which
do not fit each other is caught by anyone who holds both; so a log here refuses to sign what does not extend the last
one it signed. A witness is another organisation that checks the same and adds its own dated signature; a file carried
to it and back is enough.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from datetime import datetime

from attrs import field, frozen

from probata.custody import verifier
from probata.custody.keys import Key
from probata.custody.verifier import (
    COSIGNATURE_V1,
    ED25519,
    Checkpoint,
    Fault,
    NoteKey,
    NoteSignature,
    decode_base64,
    parse_checkpoint,
    parse_note,
    parse_signature_line,
    verify_consistency,
    verify_signature_line,
)
from probata.terms.errors import CustodyError

__all__ = [
    "Checkpoint",
    "CheckpointInconsistent",
    "NoteKey",
    "NoteMalformed",
    "SignedCheckpoint",
    "Witnessed",
    "attach",
    "cosign",
    "log_vkey",
    "parse_vkey",
    "read_checkpoint",
    "request",
    "sign_checkpoint",
    "witness_vkey",
]


class CheckpointInconsistent(CustodyError):
    """A checkpoint that does not extend the last one is never signed."""

    code = "checkpoint_inconsistent"
    template = "The checkpoint of size {size} was not signed: {why}."
    advice = (
        "Stop writing to this workspace. Run `probata check`, and compare with the checkpoints that witnesses and "
        "recipients of packages hold: the ledger may have been cut or rewritten."
    )
    advice_here = "Write nothing more here. Tell whoever keeps this machine: `probata check`, run there, says more."


class NoteMalformed(CustodyError):
    """A checkpoint, a cosignature or a witness's file is not as it must be."""

    code = "note_malformed"
    template = "The {what} cannot be used: {why}."
    advice = "Ask its sender for it again, as a file; a mail program may have changed its lines."


@frozen(kw_only=True)
class SignedCheckpoint:
    """A checkpoint with the log's signature, and as read: `note` is exactly the bytes a timestamp covers."""

    checkpoint: Checkpoint
    note: str = field(repr=False)


@frozen(kw_only=True)
class Witnessed:
    """What a witness gives back: the line to attach, and the checkpoint it must remember from now on."""

    line: str
    remembered: Checkpoint


def log_vkey(origin: str, public_key: bytes) -> NoteKey:
    """The key under which a log signs: its name is the log's origin, its kind Ed25519 (0x01)."""
    return NoteKey(origin, ED25519, public_key)


def witness_vkey(name: str, public_key: bytes) -> NoteKey:
    """The key under which a witness cosigns, kind cosignature/v1 (0x04)."""
    return NoteKey(name, COSIGNATURE_V1, public_key)


def sign_checkpoint(
    checkpoint: Checkpoint, key: Key, *, last: SignedCheckpoint | None, proof: Sequence[bytes] = ()
) -> SignedCheckpoint:
    """Sign a checkpoint, unless it does not extend `last` by the consistency proof. C2SP tlog-checkpoint.

    `last` is what this log signed last, None only before the first time. Raises `CheckpointInconsistent`.
    """
    if last is not None:
        _must_extend(last.checkpoint, checkpoint, proof)
    note_key = log_vkey(checkpoint.origin, key.public_raw)
    line = _signature_line(note_key, key.sign(checkpoint.body.encode()))
    return SignedCheckpoint(checkpoint=checkpoint, note=f"{checkpoint.body}\n{line}\n")


def read_checkpoint(untrusted_note: str, key: NoteKey) -> SignedCheckpoint:
    """Read a checkpoint that the log's key signed, leaving out other lines; raises `NoteMalformed`."""
    try:
        body, lines = parse_note(untrusted_note)
        checkpoint = parse_checkpoint(body)
        own = _own_line(key, checkpoint, lines)
        verify_signature_line(key, body, own)
    except Fault as fault:
        raise NoteMalformed(what="checkpoint", why=fault) from fault
    return SignedCheckpoint(checkpoint=checkpoint, note=f"{body}\n{_signature_line(key, own.signature)}\n")


def request(signed: SignedCheckpoint, *, old_size: int, proof: Sequence[bytes]) -> bytes:
    """The file a log sends to a witness, in the form of C2SP tlog-witness `add-checkpoint`.

    `old_size` is the size that the witness saw last (0 at the first time), `proof` the consistency proof from there.
    """
    lines = [f"old {old_size}", *(base64.b64encode(node).decode() for node in proof), "", signed.note]
    return "\n".join(lines).encode()


def cosign(
    untrusted_request: bytes, *, log: NoteKey, witness: Key, name: str, seen: Checkpoint | None, at: datetime
) -> Witnessed:
    """Cosign a log's checkpoint, unless it does not extend what this witness saw. C2SP tlog-cosignature.

    `log` is the log's key as the witness got it on its own; `seen` what it remembered after the last time. Raises
    `NoteMalformed` for a file that is no request of that log, `CheckpointInconsistent` for a fork or a rollback.
    """
    old_size, proof, untrusted_note = _read_request(untrusted_request)
    signed = read_checkpoint(untrusted_note, log)
    if old_size != (seen.size if seen else 0):
        raise NoteMalformed(what="request", why=f"it starts from size {old_size}, which is not what was seen last")
    if seen is not None:
        _must_extend(seen, signed.checkpoint, proof)
    seconds = int(at.timestamp())
    body = signed.checkpoint.body
    signature = witness.sign(f"cosignature/v1\ntime {seconds}\n{body}".encode())
    line = _signature_line(witness_vkey(name, witness.public_raw), seconds.to_bytes(8, "big") + signature)
    return Witnessed(line=line, remembered=signed.checkpoint)


def attach(signed: SignedCheckpoint, untrusted_line: str, witness: NoteKey) -> str:
    """The line, once it is found to be this witness's cosignature of this checkpoint; raises `NoteMalformed`."""
    line = untrusted_line.rstrip("\r\n")
    try:
        verify_signature_line(witness, signed.checkpoint.body, parse_signature_line(line))
    except Fault as fault:
        raise NoteMalformed(what="cosignature", why=fault) from fault
    return line


def parse_vkey(untrusted_text: str) -> NoteKey:
    """Read a public key in one line, as logs and witnesses hand it out; raises `NoteMalformed`. C2SP signed-note."""
    try:
        return verifier.parse_vkey(untrusted_text)
    except Fault as fault:
        raise NoteMalformed(what="public key", why=fault) from fault


def _must_extend(old: Checkpoint, new: Checkpoint, proof: Sequence[bytes]) -> None:
    """Refuse a rollback, a fork, another log."""
    if new.origin != old.origin:
        raise CheckpointInconsistent(size=new.size, why=f"it is of another log, {new.origin}")
    if new.size < old.size:
        raise CheckpointInconsistent(size=new.size, why=f"the last one had {old.size} entries, so entries are gone")
    if old.size == 0:
        return
    if not verify_consistency(old_size=old.size, old_root=old.root, size=new.size, root=new.root, proof=list(proof)):
        raise CheckpointInconsistent(size=new.size, why=f"its tree does not begin with the tree of size {old.size}")


def _own_line(key: NoteKey, checkpoint: Checkpoint, lines: Sequence[NoteSignature]) -> NoteSignature:
    own = [line for line in lines if (line.name, line.key_id) == (key.name, key.key_id)]
    if len(own) != 1 or checkpoint.origin != key.name:
        raise Fault("it does not carry one signature of this log")
    return own[0]


def _read_request(untrusted_request: bytes) -> tuple[int, list[bytes], str]:
    try:
        head, _, note = untrusted_request.decode().partition("\n\n")
        first, *proof = head.split("\n")
        return _old_size(first), [decode_base64(line) for line in proof], note
    except (Fault, UnicodeDecodeError) as fault:
        raise NoteMalformed(what="request", why=fault) from fault


def _old_size(untrusted_line: str) -> int:
    if not re.fullmatch(r"old (0|[1-9][0-9]{0,15})", untrusted_line):
        raise Fault("it does not begin with the size seen last")
    return int(untrusted_line[4:])


def _signature_line(key: NoteKey, signature: bytes) -> str:
    return f"\u2014 {key.name} {base64.b64encode(key.key_id + signature).decode()}"
