"""Custody: every entry's proof is verified while the page is made."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import pytest

from probata.access import services as access
from probata.custody import selectors
from probata.custody import services as custody
from probata.preservation import selectors as preservation
from probata.web.shown import proofs
from probata.web.work import fixity

if TYPE_CHECKING:
    from tests.web.conftest import Bench


def page(bench: Bench, item: str) -> str:
    html = bench.client().get(f"/items/{item}/custody").content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def history(bench: Bench) -> list[proofs.ProvedEntry]:
    return proofs.history(f"item:{bench.cuts}", proofs.anchor())


def test_every_entry_is_proved(bench: Bench) -> None:
    """In the log, signed, and saying what is shown: PASS for each, with who, when and why."""
    entries = history(bench)
    assert entries[0].action == "acquire"
    assert {entry.verdict for entry in entries} == {"PASS"}
    shown = page(bench, bench.cuts)
    assert f"PASS {len(entries)} entries proved against the last checkpoint." in shown
    assert "acquired for a test" in shown
    assert "S. Analyst" in shown


def test_what_is_newer_than_the_checkpoint_is_not_checked(bench: Bench) -> None:
    """Absent is not PASS; once a checkpoint is signed it is."""
    bench.revealed(bench.cuts)
    newest = history(bench)[-1]
    assert (newest.action, newest.included.word, newest.verdict) == ("view", "NOT CHECKED", "NOT CHECKED")
    assert "NOT CHECKED 1 entry is newer than it." in page(bench, bench.cuts)
    custody.checkpoint(access.unlock_log_key(bench.keyring))
    assert history(bench)[-1].verdict == "PASS"


def test_without_a_checkpoint_nothing_is_in_the_log(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Signatures hold, inclusion is not checked."""
    monkeypatch.setattr(selectors, "last_checkpoint", lambda: None)
    assert {entry.included.word for entry in history(bench)} == {"NOT CHECKED"}
    assert {entry.signed.word for entry in history(bench)} == {"PASS"}
    assert "None is signed yet." in page(bench, bench.cuts)


def test_another_leaf_fails(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """An entry exchanged for another of the log, signed as it is, does not lead to the root, nor does it say this."""
    true = selectors.leaves
    other = dict(true([0, 1, 2]))
    seq = history(bench)[0].seq
    wrong = other[2 if seq != 2 else 1]
    monkeypatch.setattr(
        selectors, "leaves", lambda seqs: [(one, wrong if one == seq else leaf) for one, leaf in true(seqs)]
    )
    first = history(bench)[0]
    assert (first.included.word, first.signed.word, first.opened.word) == ("FAIL", "PASS", "FAIL")
    assert "FAIL 1 entry does not hold." in page(bench, bench.cuts)


def test_a_changed_signature_fails(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """A leaf whose signature is another's fails as signature and as leaf."""
    true = selectors.leaves

    def forged(seqs: list[int]) -> list[tuple[int, bytes]]:
        return [(seq, re.sub(rb'"signature":"....', b'"signature":"AAAA', leaf)) for seq, leaf in true(seqs)]

    monkeypatch.setattr(selectors, "leaves", forged)
    assert {(entry.signed.word, entry.included.word) for entry in history(bench)} == {("FAIL", "FAIL")}


def test_a_changed_record_fails(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is shown must be what the entry commits to."""
    true = selectors.subjects_of

    def retold(seqs: list[int]) -> dict[int, list[object]]:
        found = true(seqs)
        for opening in found[min(found)]:
            opening.record = opening.record.replace("complete", "partial")
        return found

    monkeypatch.setattr(selectors, "subjects_of", retold)
    assert [entry.opened.word for entry in history(bench)][:2] == ["FAIL", "PASS"]


def test_a_checkpoint_of_another_key_fails(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the log's key did not sign the checkpoint, nothing is proved by it."""
    row = selectors.last_checkpoint()
    assert row is not None
    row.note = row.note.replace(row.note.rstrip().rsplit(" ", 1)[1][8:16], "AAAAAAAA")
    monkeypatch.setattr(selectors, "last_checkpoint", lambda: row)
    anchored = proofs.anchor()
    assert anchored is not None
    assert anchored.signature.word == "FAIL"
    assert {entry.included.word for entry in history(bench)} == {"FAIL"}


def test_the_page_shows_what_a_stranger_needs(bench: Bench) -> None:
    """The checkpoint's note, the log's fingerprint in groups of four, acquisitions, readings, and who saw it."""
    client = bench.revealed(bench.cuts)
    client.get(f"/items/{bench.cuts}/stills/3.png")
    shown = page(bench, bench.cuts)
    fingerprint = access.log_fingerprint()
    assert fingerprint[:4] + " " + fingerprint[4:8] in shown
    assert "probata/" in shown
    assert "снято.mp4" in shown
    assert "Its bytes were not read again since they came in" in shown
    assert re.search(r"S\. Analyst still frame 3 of 60", shown)
    assert "reveal exact frame" in shown


def test_its_bytes_are_read_again_from_the_page(bench: Bench) -> None:
    """In the background, on the record under the name of whoever asked; damage is told as it is."""
    client = bench.client()
    assert (
        "Its bytes were not read again since they came in."
        in client.get(f"/items/{bench.cuts}/custody").content.decode()
    )
    assert client.post(f"/items/{bench.cuts}/read-again").status_code == 302
    _until_read(bench.cuts)
    (run,) = preservation.fixity_runs(bench.cuts)
    assert run.result == "sound"
    assert selectors.history(f"item:{bench.cuts}")[-1].reason == "read again at the workbench"
    original = preservation.original(bench.cuts)
    original.chmod(0o600)
    with original.open("r+b") as stream:
        stream.write(b"\xff")
    client.post(f"/items/{bench.cuts}/read-again", {"reason": "a disk made noises"})
    _until_read(bench.cuts)
    assert [one.result for one in preservation.fixity_runs(bench.cuts)] == ["sound", "damaged"]
    assert "damaged" in client.get(f"/items/{bench.cuts}/fixity").content.decode()


def test_a_checkpoint_is_signed_where_it_is_missing(bench: Bench) -> None:
    """From the desk, the list and an item's custody, back to where it was asked for; else to the desk."""
    client = bench.client()
    for back, there in (
        ("desk", "/"),
        ("items", "/items"),
        (f"item:{bench.cuts}", f"/items/{bench.cuts}/custody"),
        ("https://elsewhere.example/", "/"),
    ):
        answer = client.post("/checkpoint/sign", {"back": back})
        assert (answer.status_code, answer["Location"]) == (302, there)
    size, _last = selectors.size_and_time()
    assert selectors.last_checkpoint().size == size
    assert "under no signed checkpoint" not in client.get("/").content.decode()


def _until_read(item: str) -> None:
    until = time.monotonic() + 60
    while any(one.going for one in fixity.about(item)):
        assert time.monotonic() < until
        time.sleep(0.02)
