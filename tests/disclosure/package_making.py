"""A ledger in memory and small sealed packages, for tests and benchmarks: the craft alone, no database."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from attrs import Factory, define, field, frozen

from probata.custody import merkle, notes
from probata.custody.canonical import Record
from probata.custody.entries import (
    Entry,
    Opening,
    SignedEntry,
    Tool,
    founding_record,
    key_record,
    seal_opening,
    sign_entry,
)
from probata.custody.keys import Key
from probata.custody.notes import Checkpoint, NoteKey, SignedCheckpoint
from probata.disclosure.contents import (
    Contents,
    DisclosedEntry,
    PackageFile,
    ReportFacts,
    ReportItem,
    TimestampMaterial,
    bytes_file,
    json_file,
)
from probata.disclosure.package import Draft, finish, gather_seal, write_draft

ORIGIN = "probata/00000000-0000-4000-8000-000000000001"
START = datetime(2030, 3, 30, 12, 0, 0, 250_000, tzinfo=UTC)


def key_from(word: str) -> Key:
    """A key that is the same in every run."""
    return Key(seed=hashlib.sha256(word.encode()).digest())


@define(kw_only=True)
class Ledger:
    """An append-only log in memory, with its own key and a founder."""

    log_key: Key = Factory(lambda: key_from("log"))
    founder: Key = Factory(lambda: key_from("founder"))
    origin: str = ORIGIN
    clock: datetime = START
    founding_action: str = "found_log"
    stated_log_key: Key | None = None
    entries: list[SignedEntry] = Factory(list)
    hashes: list[bytes] = Factory(list)
    signed: list[SignedCheckpoint] = Factory(list)

    @property
    def note_key(self) -> NoteKey:
        return notes.log_vkey(self.origin, self.log_key.public_raw)

    def read(self, positions: Sequence[int]) -> list[bytes]:
        return [self.hashes[position] for position in positions]

    def append(
        self, action: str, *openings: Opening, by: Key | None = None, disclosed: Sequence[int] | None = None
    ) -> DisclosedEntry:
        """Write one entry; `disclosed` says which of its openings go into packages (all by default)."""
        actor = by or self.founder
        self.clock += timedelta(seconds=1)
        entry = Entry(
            log=self.origin,
            seq=len(self.entries),
            act=hashlib.sha256(str(len(self.entries)).encode()).hexdigest()[:32],
            at=self.clock,
            actor=actor.key_id,
            action=action,
            subjects=tuple(opening.commitment for opening in openings),
            tool=Tool(version="0.1.0"),
        )
        return self.write(sign_entry(entry, actor), tuple(openings), disclosed)

    def write(
        self, signed: SignedEntry, openings: tuple[Opening, ...] = (), disclosed: Sequence[int] | None = None
    ) -> DisclosedEntry:
        self.hashes += merkle.hashes_to_append(len(self.entries), [signed.leaf_hash], self.read)
        self.entries.append(signed)
        shown = openings if disclosed is None else tuple(openings[place] for place in disclosed)
        return DisclosedEntry(index=len(self.entries) - 1, leaf=signed.leaf, openings=shown)

    def found(self) -> DisclosedEntry:
        stated = notes.log_vkey(self.origin, (self.stated_log_key or self.log_key).public_raw)
        record = founding_record(origin=self.origin, log_key=stated.vkey, founder_key=self.founder.public_raw)
        return self.append(self.founding_action, opening(record))

    def enrol(self, key: Key, *, may_enrol: bool = False, by: Key | None = None) -> DisclosedEntry:
        return self.append("enrol_key", opening(key_record(public_key=key.public_raw, may_enrol=may_enrol)), by=by)

    def checkpoint(self) -> SignedCheckpoint:
        """Sign the log as it stands, extending what was signed before."""
        size, last = len(self.entries), self.signed[-1] if self.signed else None
        new = Checkpoint(self.origin, size, merkle.root(size, self.read))
        proof = merkle.consistency_proof(last.checkpoint.size, size, self.read) if last else []
        self.signed.append(notes.sign_checkpoint(new, self.log_key, last=last, proof=proof))
        return self.signed[-1]


def opening(record: Record) -> Opening:
    """An opening whose salt is the same in every run."""
    return Opening(record=record, salt=hashlib.sha256(repr(sorted(record.items())).encode()).digest())


DATA: Mapping[str, bytes] = {
    "data/0001/clip.bin": bytes(range(256)) * 5000,
    "data/0001/sound.bin": b"pcm" * 100,
    "data/0002/empty.bin": b"",
}


def small_files() -> tuple[PackageFile, ...]:
    """Three payload files, one larger than a chunk, one empty; and metadata."""
    return (
        *(bytes_file(path, data) for path, data in DATA.items()),
        json_file("metadata/0001.json", {"schema": "probata/item/1", "title": "клип", "size_bytes": 1280000}),
    )


@frozen(kw_only=True)
class Witness:
    """A partner organisation that cosigns."""

    name: str
    key: Key = field(repr=False)

    @property
    def vkey(self) -> str:
        return notes.witness_vkey(self.name, self.key.public_raw).vkey

    def cosign(self, ledger: Ledger, signed: SignedCheckpoint, at: datetime) -> str:
        request = notes.request(signed, old_size=0, proof=[])
        return notes.cosign(request, log=ledger.note_key, witness=self.key, name=self.name, seen=None, at=at).line


@frozen(kw_only=True)
class Sealed:
    """A sealed package and all that made it, so that an attacker's part can be played with every key but the right."""

    folder: Path
    ledger: Ledger
    witness: Witness

    @property
    def fingerprint(self) -> str:
        return self.ledger.note_key.fingerprint


WITNESS = Witness(name="witness.example/press", key=key_from("witness"))
AUTHORITY = "authority-a"


@define(kw_only=True)
class Recipe:
    """How a test's package is made; each test changes what it is about."""

    ledger: Ledger = Factory(Ledger)
    files: tuple[PackageFile, ...] = Factory(small_files)
    promise_witness: bool = True
    promise_timestamp: bool = True
    token_over: Callable[[SignedCheckpoint, datetime], bytes] = Factory(lambda: unsigned_token)
    sealer: Key = Factory(lambda: key_from("editor"))
    more_entries: Callable[[Ledger], Sequence[DisclosedEntry]] = Factory(lambda: lambda _ledger: ())
    more_keys: tuple[bytes, ...] = ()
    before_seal: Callable[[Ledger], None] = Factory(lambda: lambda _ledger: None)

    def seal(self, folder: Path) -> Sealed:
        ledger, editor = self.ledger, key_from("editor")
        entries = [ledger.found(), ledger.enrol(editor)]
        private = opening({"schema": "probata/test/1", "reason": "a name that stays sealed"})
        acquired = opening({"schema": "probata/test/1", "sha256": hashlib.sha256(b"clip").hexdigest()})
        entries.append(ledger.append("acquire", acquired, private, by=editor, disclosed=[0]))
        ledger.append("view", private, by=editor)
        entries += self.more_entries(ledger)
        earlier = ledger.checkpoint()
        draft = write_draft(folder, self.contents(entries, editor))
        self.before_seal(ledger)
        return self.finish(draft, earlier)

    def contents(self, entries: list[DisclosedEntry], editor: Key) -> Contents:
        return Contents(
            files=self.files,
            entries=tuple(entries),
            log_key=self.ledger.note_key,
            actor_keys=(self.ledger.founder.public_raw, editor.public_raw, *self.more_keys),
            report=ReportFacts(
                title="Two clips",
                made_at=self.ledger.clock,
                sealer="An organisation",
                recipient="A court",
                items=(ReportItem(title="Clip <1>", path="data/0001/clip.bin", statements=(("Came as", "a file"),)),),
            ),
            bagged_on=date(2030, 3, 30),
        )

    def finish(self, draft: Draft, earlier: SignedCheckpoint) -> Sealed:
        ledger = self.ledger
        sealing = seal_opening(
            files_sha256=draft.files_sha256,
            witnesses=(WITNESS.vkey,) if self.promise_witness else (),
            timestamp_authorities=(AUTHORITY,) if self.promise_timestamp else (),
        )
        seal = ledger.append("seal", sealing, by=self.sealer)
        last = ledger.checkpoint()
        later = ledger.clock + timedelta(seconds=5)
        token = TimestampMaterial(
            authority=AUTHORITY, checkpoint_size=last.checkpoint.size, response=self.token_over(last, later)
        )
        material = gather_seal(
            draft,
            seal,
            checkpoints=[earlier, last],
            read=ledger.read,
            cosignatures=[WITNESS.cosign(ledger, last, later)] if self.promise_witness else [],
            timestamps=[token] if self.promise_timestamp else [],
        )
        return Sealed(folder=finish(draft, material), ledger=ledger, witness=WITNESS)


def unsigned_token(signed: SignedCheckpoint, at: datetime) -> bytes:
    """A timestamp response of RFC 3161 whose statement is in order and whose signature is left out."""
    imprint = _der(
        0x30, _der(0x30, _oid("608648016503040201")), _der(0x04, hashlib.sha256(signed.note.encode()).digest())
    )
    generalized = at.strftime("%Y%m%d%H%M%SZ").encode()
    info = _der(0x30, _der(0x02, b"\x01"), _oid("2a030401"), imprint, _der(0x02, b"\x07"), _der(0x18, generalized))
    encapsulated = _der(0x30, _oid("2a864886f70d0109100104"), _der(0xA0, _der(0x04, info)))
    signed_data = _der(0x30, _der(0x02, b"\x03"), _der(0x31), encapsulated, _der(0x31))
    token = _der(0x30, _oid("2a864886f70d010702"), _der(0xA0, signed_data))
    return _der(0x30, _der(0x30, _der(0x02, b"\x00")), token)


def _oid(content_hex: str) -> bytes:
    return _der(0x06, bytes.fromhex(content_hex))


def _der(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    length = len(content)
    if length < 0x80:
        return bytes([tag, length]) + content
    width = (length.bit_length() + 7) // 8
    return bytes([tag, 0x80 | width]) + length.to_bytes(width, "big") + content
