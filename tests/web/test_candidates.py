"""Candidates in the workbench: read beside the player, decided about by keyboard, each decision an act."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from probata.access import services as access
from probata.access.roles import Role
from probata.custody import selectors as custody

sys.path[:0] = [str(Path(__file__).parents[1] / "analysis"), str(Path(__file__).parent)]

from made_tracks import WORDS, impulses, record, speech  # noqa: E402  its folder was put on the path above

if TYPE_CHECKING:
    from tests.web.conftest import Bench


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


@pytest.fixture
def spoken(bench: Bench) -> str:
    """An item in which somebody may have said three things; the digest of the track."""
    return record(bench.cuts, speech(), bench.keyring.signing)


def _decide(client: Any, item: str, track: str, number: int, **words: str) -> Any:
    return client.post(f"/items/{item}/candidates/{track}/{number}/decide", words)


def test_the_transcript_says_what_was_heard_and_how_sure_the_machine_is(bench: Bench, spoken: str) -> None:
    """Words with their times, unsure ones marked, languages as a distribution, guesses told apart from texts."""
    html = bench.client().get(f"/items/{bench.cuts}").content.decode()
    transcript = html[html.index('id="transcript"') :]
    assert re.search(r'data-seek-s="0\.1\d*"', transcript)
    assert 'class="word unsure"' in transcript
    assert "ru 0.61" in words(transcript)
    assert "uk 0.33" in words(transcript)
    assert re.search(r'class="says guess"[^>]*>Дмитровка<', transcript)
    assert "doubted: few words were made out" in words(transcript)


def test_a_decision_comes_back_as_the_row_and_the_line(bench: Bench, spoken: str) -> None:
    """The server says what stands now; the machine's words stay beside a person's."""
    client = bench.client()
    told = _decide(client, bench.cuts, spoken, 0, decision="corrected", text="Он хрипит ещё.").json()
    assert told["candidate"]["state"] == "corrected"
    assert told["candidate"]["says"] == "Он хрипит ещё."
    for part in ("row", "line"):
        assert "Он хрипит ещё." in words(told[part])
        assert f"the machine told: {WORDS[0]}" in words(told[part])
        assert "corrected · S. Analyst" in words(told[part])
    html = words(client.get(f"/items/{bench.cuts}").content.decode())
    assert "corrected · S. Analyst" in html


def test_refusals_say_why_and_write_nothing(bench: Bench, spoken: str) -> None:
    """No text to a correction, no such candidate, no such word, no role: each is told, and the ledger stays."""
    client = bench.client()
    access.enrol(bench.keyring, "auditor", None, frozenset({Role.AUDITOR}), reason="an audit")
    auditor = bench.client(name="auditor")
    before = custody.size_and_time()
    assert _decide(client, bench.cuts, spoken, 0, decision="corrected", text="").status_code == 400
    assert _decide(client, bench.cuts, spoken, 9, decision="accepted").status_code == 404
    assert _decide(client, bench.cuts, spoken, 0, decision="believed").status_code == 400
    refused = _decide(auditor, bench.cuts, spoken, 0, decision="accepted")
    assert refused.status_code == 403
    assert "analyst" in refused.json()["message"]
    assert custody.size_and_time() == before
    assert 'id="deciding"' not in auditor.get(f"/items/{bench.cuts}").content.decode()


def test_a_superseded_look_can_be_read_with_what_was_decided(bench: Bench, spoken: str) -> None:
    """The page names the earlier look; following it shows its words and its decisions, and says that it is old."""
    client = bench.client()
    _decide(client, bench.cuts, spoken, 1, decision="accepted")
    record(bench.cuts, speech(recipe="7", version="2", texts=("совсем другое",)), bench.keyring.signing)
    newest = client.get(f"/items/{bench.cuts}").content.decode()
    assert "совсем другое" in words(newest)
    assert WORDS[1] not in words(newest)
    assert f"?look={spoken}" in newest
    older = words(client.get(f"/items/{bench.cuts}?look={spoken}").content.decode())
    assert "superseded" in older
    assert WORDS[1] in older
    assert "accepted · S. Analyst" in older
    drawn = client.get(f"/items/{bench.cuts}/tracks?look={spoken}").json()["tracks"]
    assert next(one for one in drawn if one["analyser"] == "speech")["superseded"] is True


def test_sounds_are_told_with_their_doubt(bench: Bench) -> None:
    """How many at least and at most and why, each onset with its error and what else it may be; never more."""
    record(bench.cuts, impulses(), bench.keyring.signing)
    html = words(bench.client().get(f"/items/{bench.cuts}").content.decode())
    assert re.search("2–3 ?: echo", html)
    assert "± 3 ms" in html
    assert "may be: door 0.20" in html


def test_hostile_words_stay_words(bench: Bench) -> None:
    """What a machine reads off a hostile picture is escaped, and what would reorder the page is written out."""
    evil = "<script>alert(1)</script>\u202ecod.exe"
    track = record(bench.cuts, speech(texts=(evil,)), bench.keyring.signing)
    client = bench.client()
    html = client.get(f"/items/{bench.cuts}").content.decode()
    assert "<script>alert" not in html
    assert "\u202e" not in html
    told = _decide(client, bench.cuts, track, 0, decision="corrected", text=evil).json()
    assert "<script>alert" not in told["row"] + told["line"]
    assert "\u202e" not in told["row"] + told["line"]


def test_pitches_take_a_role_and_no_reveal(bench: Bench) -> None:
    """A picture of the sound, for whoever may view footage; a stretch that is none is refused in words."""
    client = bench.client()
    path = f"/items/{bench.sound}/spectrogram.png"
    answer = client.get(path, {"from": "0.5", "to": "1.5", "columns": "200"})
    assert answer.status_code == 200
    assert answer.content.startswith(b"\x89PNG")
    assert answer["Probata-Top-Hz"] == "8000"
    assert answer["Cache-Control"] == "no-store"
    for wrong in ({"from": "1", "to": "0"}, {"from": "a", "to": "1"}, {"from": "0", "to": "9e9"}):
        assert client.get(path, {"columns": "200", **wrong}).status_code == 400
    silent = client.get(f"/items/{bench.ordinals}/spectrogram.png", {"from": "0", "to": "1", "columns": "10"})
    assert silent.status_code == 404
    access.enrol(bench.keyring, "auditor", None, frozenset({Role.AUDITOR}), reason="an audit")
    auditor = bench.client(name="auditor")
    assert auditor.get(path, {"from": "0", "to": "1", "columns": "10"}).status_code == 403
    assert 'data-pitch-url=""' in auditor.get(f"/items/{bench.sound}").content.decode()
