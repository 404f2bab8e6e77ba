"""Checkpoints are C2SP signed notes; a log never signs, and a witness never cosigns, what does not extend the last."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probata.custody import merkle, notes, verifier
from probata.custody.keys import Key
from probata.custody.notes import Checkpoint, CheckpointInconsistent, NoteMalformed, SignedCheckpoint

LOG, WITNESS, STRANGER = (Key(seed=bytes([number]) * 32) for number in (1, 2, 3))
ORIGIN = "probata/x"
LOG_KEY = notes.log_vkey(ORIGIN, LOG.public_raw)
WITNESS_KEY = notes.witness_vkey("witness.example/w", WITNESS.public_raw)
AT = datetime(2030, 3, 30, tzinfo=UTC)

LEAVES = [merkle.leaf_hash(bytes([number])) for number in range(20)]
STORED = merkle.hashes_to_append(0, LEAVES, lambda _positions: [])
FORKED = merkle.hashes_to_append(0, LEAVES[::-1], lambda _positions: [])


def read(positions: object) -> list[bytes]:
    return [STORED[position] for position in positions]  # type: ignore[attr-defined]


def read_fork(positions: object) -> list[bytes]:
    return [FORKED[position] for position in positions]  # type: ignore[attr-defined]


def checkpoint(size: int, reader: merkle.Read = read, origin: str = ORIGIN) -> Checkpoint:
    return Checkpoint(origin, size, merkle.root(size, reader))


def signed(size: int, reader: merkle.Read = read) -> SignedCheckpoint:
    return notes.sign_checkpoint(checkpoint(size, reader), LOG, last=None)


def test_a_note_reads_as_the_standard_says() -> None:
    """Three lines, an empty one, and a signature line of the log's name, key id and signature (C2SP signed-note)."""
    lines = signed(3).note.split("\n")
    assert lines[:2] == [ORIGIN, "3"]
    assert lines[3] == ""
    assert lines[4].startswith(f"\u2014 {ORIGIN} ")
    assert lines[5:] == [""]


def test_a_vkey_of_the_standard_is_read() -> None:
    """The example key of the C2SP signed-note specification."""
    text = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    key = notes.parse_vkey(text)
    assert (key.name, key.key_id.hex(), key.vkey) == ("PeterNeumann", "c74f20a3", text)


def test_a_note_of_the_standard_verifies() -> None:
    """The example note of the C2SP signed-note specification, signed by another program."""
    key = notes.parse_vkey("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    note = (
        "If you think cryptography is the answer to your problem,\n"
        "then you don't know what your problem is.\n"
        "\n"
        "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfq"
        "dngotpRZb6KE6RyyBwJnAM=\n"
    )
    body, lines = verifier.parse_note(note)
    assert verifier.verify_signature_line(key, body, lines[0]) is None
    with pytest.raises(verifier.Fault):
        verifier.verify_signature_line(key, body.replace("answer", "question"), lines[0])


@given(st.integers(1, 20), st.integers(1, 20))
def test_a_log_signs_exactly_what_extends_its_last(old: int, new: int) -> None:
    """Growth and standing still are signed; a rollback is refused, whatever proof comes with it."""
    last = signed(old)
    proof = merkle.consistency_proof(old, new, read) if old <= new else []
    if old <= new:
        assert notes.sign_checkpoint(checkpoint(new), LOG, last=last, proof=proof).checkpoint.size == new
    else:
        with pytest.raises(CheckpointInconsistent):
            notes.sign_checkpoint(checkpoint(new), LOG, last=last, proof=proof)


@given(st.integers(1, 20), st.integers(1, 20))
def test_a_log_never_signs_a_fork(old: int, new: int) -> None:
    """A tree with another history is refused with every proof that can be made from either."""
    last = signed(old, read_fork)
    for reader in (read, read_fork):
        proof = merkle.consistency_proof(old, new, reader) if old <= new else []
        with pytest.raises(CheckpointInconsistent):
            notes.sign_checkpoint(checkpoint(new), LOG, last=last, proof=proof)


def test_a_log_never_signs_for_another_log() -> None:
    """The name of a log is part of what it may not change."""
    with pytest.raises(CheckpointInconsistent):
        notes.sign_checkpoint(checkpoint(5, origin="probata/y"), LOG, last=signed(5), proof=[])


def test_a_checkpoint_is_read_with_the_right_key_only() -> None:
    """Another key, another name, a changed size: none is read; further signature lines do no harm."""
    note = signed(3).note
    assert notes.read_checkpoint(note, LOG_KEY) == signed(3)
    cosigned = note + "\u2014 somebody AAAAAAAA\n"
    assert notes.read_checkpoint(cosigned, LOG_KEY) == signed(3)
    for untrusted, key in (
        (note, notes.log_vkey(ORIGIN, STRANGER.public_raw)),
        (note, notes.log_vkey("probata/y", LOG.public_raw)),
        (note.replace("\n3\n", "\n4\n"), LOG_KEY),
        (note.replace("\n3\n", "\n03\n"), LOG_KEY),
        (note.split("\n\n")[0] + "\n\n", LOG_KEY),
        (note + note.rpartition("\n\n")[2], LOG_KEY),
        ("", LOG_KEY),
    ):
        with pytest.raises(NoteMalformed):
            notes.read_checkpoint(untrusted, key)


def cosigned(request: bytes, seen: Checkpoint | None) -> notes.Witnessed:
    return notes.cosign(request, log=LOG_KEY, witness=WITNESS, name=WITNESS_KEY.name, seen=seen, at=AT)


def test_a_witness_cosigns_growth_and_remembers_it() -> None:
    """By a file there and a file back; the line can be attached, and the witness remembers what it saw."""
    first = cosigned(notes.request(signed(5), old_size=0, proof=[]), None)
    assert first.remembered == checkpoint(5)
    request = notes.request(signed(9), old_size=5, proof=merkle.consistency_proof(5, 9, read))
    second = cosigned(request, first.remembered)
    assert second.remembered == checkpoint(9)
    assert notes.attach(signed(9), second.line + "\r\n", WITNESS_KEY) == second.line


def test_the_time_of_a_cosignature_is_signed() -> None:
    """The cosignature states its time and none other verifies (C2SP tlog-cosignature)."""
    line = verifier.parse_signature_line(cosigned(notes.request(signed(5), old_size=0, proof=[]), None).line)
    body = checkpoint(5).body
    assert verifier.verify_signature_line(WITNESS_KEY, body, line) == int(AT.timestamp())
    later = line._replace(signature=(int(AT.timestamp()) + 1).to_bytes(8, "big") + line.signature[8:])
    with pytest.raises(verifier.Fault):
        verifier.verify_signature_line(WITNESS_KEY, body, later)


@pytest.mark.parametrize("new", [3, 5, 9])
def test_a_witness_refuses_forks_and_rollbacks(new: int) -> None:
    """Whatever the log sends, a witness signs only what extends what it saw."""
    seen = checkpoint(5, read_fork)
    proof = merkle.consistency_proof(5, new, read) if new >= 5 else []
    with pytest.raises(CheckpointInconsistent):
        cosigned(notes.request(signed(new), old_size=5, proof=proof), seen)


def test_a_witness_is_not_talked_into_beginning_anew() -> None:
    """A request that claims another starting point than the witness remembers is refused."""
    with pytest.raises(NoteMalformed):
        cosigned(notes.request(signed(9, read_fork), old_size=0, proof=[]), checkpoint(5))


@pytest.mark.parametrize(
    "untrusted",
    [
        b"",
        b"\xff",
        b"old x\n\n",
        b"old 05\n\n" + signed(5).note.encode(),
        b"old 0\nnot base64\n\n" + signed(5).note.encode(),
        b"old 0\n\n" + signed(5).note.replace("\n5\n", "\n6\n").encode(),
        signed(5).note.encode(),
    ],
)
def test_a_witness_refuses_what_is_no_request(untrusted: bytes) -> None:
    """A damaged file is said to be one."""
    with pytest.raises(NoteMalformed):
        cosigned(untrusted, None)


def test_only_a_true_cosignature_is_attached() -> None:
    """A line over another checkpoint, under another key, or none at all is refused."""
    line = cosigned(notes.request(signed(5), old_size=0, proof=[]), None).line
    other = notes.witness_vkey(WITNESS_KEY.name, STRANGER.public_raw)
    for over, text, key in ((signed(6), line, WITNESS_KEY), (signed(5), line, other), (signed(5), "", WITNESS_KEY)):
        with pytest.raises(NoteMalformed):
            notes.attach(over, text, key)


@pytest.mark.parametrize(
    "untrusted",
    ["", "a+b", "name+00000000+AAAA", LOG_KEY.vkey.replace("+", " "), LOG_KEY.vkey[:-4], "x" + LOG_KEY.vkey],
)
def test_what_is_no_vkey_is_refused(untrusted: str) -> None:
    """A key in one line carries its own check: name, id and key must fit."""
    with pytest.raises(NoteMalformed):
        notes.parse_vkey(untrusted)
