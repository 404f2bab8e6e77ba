"""Each entry's proof, verified while the page is made: in the log, signed by its actor, saying what is shown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec
from attrs import frozen
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from probata.access import services as access
from probata.custody import entries, keys, notes, selectors
from probata.custody.canonical import Record
from probata.custody.entries import Opening, SignedEntry
from probata.custody.merkle import leaf_hash
from probata.custody.notes import SignedCheckpoint
from probata.custody.verifier import verify_inclusion


@frozen(kw_only=True)
class Verdict:
    """PASS, FAIL or NOT CHECKED, and why; absent is not PASS."""

    word: str
    why: str

    @classmethod
    def of(cls, holds: bool, why: str, why_not: str) -> Verdict:  # noqa: FBT001  the finding itself
        """PASS with its reason, or FAIL with the other."""
        return cls(word="PASS" if holds else "FAIL", why=why if holds else why_not)


@frozen(kw_only=True)
class ProvedEntry:
    """An entry about a subject as a person reads it, with what holds of it."""

    seq: int
    at: datetime
    actor: str
    actor_name: str
    action: str
    about: str
    reason: str
    via: str
    record_text: str
    leaf_hash: str
    path: tuple[str, ...]
    included: Verdict
    signed: Verdict
    opened: Verdict

    @property
    def verdict(self) -> str:
        """The worst of the three."""
        words = {self.included.word, self.signed.word, self.opened.word}
        return "FAIL" if "FAIL" in words else "NOT CHECKED" if "NOT CHECKED" in words else "PASS"


@frozen(kw_only=True)
class Anchor:
    """The newest signed checkpoint, read with the log's own key."""

    note: str
    at: datetime
    size: int
    root: str
    signature: Verdict
    signed: SignedCheckpoint | None
    cosignatures: tuple[str, ...]
    timestamps: tuple[str, ...]


def anchor() -> Anchor | None:
    """The newest checkpoint with what holds of its signature; None before the first was signed."""
    row = selectors.last_checkpoint()
    if row is None:
        return None
    try:
        signed = notes.read_checkpoint(row.note, access.log_vkey())
        verdict = Verdict(word="PASS", why="The log's key signed it.")
    except notes.NoteMalformed as error:
        signed, verdict = None, Verdict(word="FAIL", why=error.message)
    return Anchor(
        note=row.note,
        at=row.at,
        size=row.size,
        root=signed.checkpoint.root.hex() if signed else "",
        signature=verdict,
        signed=signed,
        cosignatures=tuple(selectors.cosignatures(row)),
        timestamps=tuple(token.authority for token in selectors.timestamps(row)),
    )


def history(subject: str, anchored: Anchor | None) -> list[ProvedEntry]:
    """Every entry about a subject, oldest first, each checked against the checkpoint."""
    lines = selectors.history(subject)
    seqs = [line.seq for line in lines]
    leaves = dict(selectors.leaves(seqs))
    opened = selectors.subjects_of(seqs)
    public_keys = {keys.key_id(raw): raw for raw in selectors.actor_public_keys()}
    proved = []
    for line in lines:
        leaf = leaves[line.seq]
        path, included = _included(line.seq, leaf, anchored)
        entry = entries.read_leaf(leaf)
        proved.append(
            ProvedEntry(
                seq=line.seq,
                # From the signed leaf itself, not from the columns beside it.
                at=entry.entry.at,
                actor=entry.entry.actor,
                actor_name=line.actor_name,
                action=entry.entry.action,
                about=_about(line.record),
                reason=line.reason,
                via=line.via,
                record_text=msgspec.json.format(msgspec.json.encode(line.record), indent=1).decode(),
                leaf_hash=leaf_hash(leaf).hex(),
                path=tuple(node.hex() for node in path),
                included=included,
                signed=_signed(entry, public_keys.get(entry.entry.actor)),
                opened=_opened(entry, [(bytes(one.salt), one.record) for one in opened[line.seq]]),
            )
        )
    return proved


# What distinguishes entries of one action, in the order in which it is read.
_TELLING = ("kind", "analyser", "outcome", "result", "purpose", "completeness", "name")


def _about(record: Record) -> str:
    """What an entry is about, in a few of its own words."""
    return ", ".join(str(record[name]).replace("_", " ") for name in _TELLING if record.get(name))


def _included(seq: int, leaf: bytes, anchored: Anchor | None) -> tuple[list[bytes], Verdict]:
    """RFC 9162, 2.1.3: the path from the entry's leaf to the root that the checkpoint states."""
    if anchored is None or seq >= anchored.size:
        return [], Verdict(word="NOT CHECKED", why="No signed checkpoint covers it yet.")
    if anchored.signed is None:
        return [], Verdict(word="FAIL", why="The newest checkpoint itself does not hold.")
    stated = anchored.signed.checkpoint
    path = selectors.inclusion_proof(seq, stated.size)
    holds = verify_inclusion(leaf=leaf_hash(leaf), index=seq, size=stated.size, proof=path, root=stated.root)
    return path, Verdict.of(
        holds,
        f"{len(path)} hashes lead from it to the root of the checkpoint over {stated.size} entries.",
        "Its path does not lead to the root of the checkpoint.",
    )


def _signed(entry: SignedEntry, public_key: bytes | None) -> Verdict:
    """RFC 8032: the actor's own key signed exactly this entry."""
    if public_key is None:
        return Verdict(word="FAIL", why="Its actor's key is not enrolled.")
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(entry.signature, entry.entry.canonical())
    except InvalidSignature:
        return Verdict(word="FAIL", why="The signature is not its actor's.")
    return Verdict(word="PASS", why="Its actor's key signed it.")


def _opened(entry: SignedEntry, openings: Sequence[tuple[bytes, str]]) -> Verdict:
    """What is shown is what was committed to: salt and record give the commitment that the entry carries."""
    commitments = tuple(Opening(salt=salt, record=msgspec.json.decode(record)).commitment for salt, record in openings)
    return Verdict.of(
        commitments == entry.entry.subjects,
        "What is shown is what the entry commits to.",
        "What is shown is not what the entry commits to.",
    )
