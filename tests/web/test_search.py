"""Searching in the workbench: every hit says how it matched and leads to its frame, and silence is never an answer."""

from __future__ import annotations

import re
import sys
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import attrs
import pytest

sys.path[:0] = [str(Path(__file__).parents[1] / "analysis")]

from made_tracks import record, speech  # noqa: E402  its folder was put on the path above

if TYPE_CHECKING:
    from tests.web.conftest import Bench


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


@pytest.fixture
def track(bench: Bench) -> str:
    """Somebody names a village near which something happened."""
    return record(bench.cuts, speech(texts=("Ми під Дмитрівкою.", "тихо")), bench.keyring.signing)


@pytest.mark.parametrize("asked", ["Дмитровка", "Dmytrivka", "Dmitrovka", "Дмитрівка"])
def test_spellings_and_scripts_find_each_other(bench: Bench, track: str, asked: str) -> None:
    """The hit marks the word as it is written, says how it matched, and links to the frame and the candidate."""
    html = bench.client().get("/search", {"q": asked}).content.decode()
    assert "<mark>Дмитрівкою</mark>" in html
    assert re.search("inflected|spelled otherwise", words(html))
    frame, candidate = re.findall(rf"/items/{bench.cuts}#frame=(\d+)&amp;candidate=([0-9a-f]{{64}}%3A\d+)", html)[0]
    assert candidate == f"{track}%3A0"
    assert int(frame) == 2  # 25 pictures a second; it begins after a tenth of one
    assert not re.search(r"<(video|img)", html)


def test_no_hit_is_no_proof_of_silence(bench: Bench, track: str) -> None:
    """The page says how many items were listened to and read, and how many were not."""
    html = words(bench.client().get("/search", {"q": "гелікоптер"}).content.decode())
    assert "Nothing that is known to be said or written holds these words." in html
    assert re.search(r"speech: \d+ items looked at, \d+ could not be, \d+ have not been", html)


def test_an_empty_page_says_how_to_ask(bench: Bench) -> None:
    html = words(bench.client().get("/search").content.decode())
    assert "in a row" in html
    assert "find each other" in html


@pytest.mark.parametrize(
    "hostile", ['"', "*", "NEAR(a b)", "\x00", "-", "'; DROP TABLE word; --", "a" * 5000, "\u202e"]
)
def test_hostile_words_are_words(bench: Bench, track: str, hostile: str) -> None:
    """Whatever is typed is looked for or refused in words, and stays on the page where it can be mended."""
    answer = bench.client().get("/search", {"q": hostile})
    assert answer.status_code in {200, 400}
    assert 'name="q"' in answer.content.decode()


def test_what_was_rejected_is_not_found_and_what_was_corrected_is(bench: Bench, track: str) -> None:
    """People have the last word: their corrections are what is searched."""
    client = bench.client()
    client.post(f"/items/{bench.cuts}/candidates/{track}/0/decide", {"decision": "rejected"})
    assert "<mark>" not in client.get("/search", {"q": "Дмитровка"}).content.decode()
    client.post(
        f"/items/{bench.cuts}/candidates/{track}/1/decide", {"decision": "corrected", "text": "Вони в Озерному"}
    )
    html = client.get("/search", {"q": "Озерне"}).content.decode()
    assert "<mark>Озерному</mark>" in html
    assert "corrected" in words(html)


def test_what_people_made_of_an_earlier_look_links_to_that_look(bench: Bench, track: str) -> None:
    """The page opens with the track that the hit belongs to; the newest one needs no mention."""
    client = bench.client()
    client.post(
        f"/items/{bench.cuts}/candidates/{track}/1/decide", {"decision": "corrected", "text": "Вони в Озерному"}
    )
    assert "?look=" not in client.get("/search", {"q": "Озерне"}).content.decode()
    later = record(bench.cuts, speech(recipe="7", texts=("гелікоптер",)), bench.keyring.signing)
    html = client.get("/search", {"q": "Озерне"}).content.decode()
    assert f'href="/items/{bench.cuts}?look={track}#' in html
    assert "corrected, of an earlier look" in words(html)
    html = client.get("/search", {"q": "гелікоптер"}).content.decode()
    assert later in html
    assert "?look=" not in html
    assert client.get(f"/items/{bench.cuts}?look={track}").status_code == 200


def test_a_look_that_could_not_look_makes_none_before_it_earlier(bench: Bench, track: str) -> None:
    """The item's page shows the one that counts, and the link need not name it."""
    failed = attrs.evolve(speech(recipe="7", texts=()), outcome="could_not_look", why="the weights are not here")
    record(bench.cuts, failed, bench.keyring.signing)
    html = bench.client().get("/search", {"q": "Дмитрівка"}).content.decode()
    assert f'href="/items/{bench.cuts}#frame=2&amp;candidate={track}' in html
    assert "of an earlier look" not in words(html)


def test_a_search_asks_no_more_for_more_hits_of_an_item(bench: Bench) -> None:
    """What is asked of the record depends on how many items are hit, not on how many hits there are."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client, counts = bench.client(), []
    for recipe, number in (("5", 2), ("6", 40)):
        record(bench.cuts, speech(recipe=recipe, texts=("гелікоптер",) * number), bench.keyring.signing)
        client.get("/search", {"q": "гелікоптер"})  # what was recorded since is looked through first
        with CaptureQueriesContext(connection) as asked:
            html = client.get("/search", {"q": "гелікоптер"}).content.decode()
        assert html.count("<mark>") == number
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_track_is_had_on_the_players_clock(bench: Bench, track: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the page shows it, whose file it is beside; ticks stay the file's own."""
    from probata.preservation import selectors as preservation

    monkeypatch.setattr(preservation, "origin_s", lambda _item: Fraction(-2))
    content = bench.client().get(f"/items/{bench.cuts}/tracks/{track}.vtt").content.decode()
    assert "speech:0 1600-12800@1/16000\n00:00:02.100 --> 00:00:02.800" in content
    assert "the file's own less -2 s" in content


@pytest.mark.parametrize(
    ("written_as", "media_type", "begins"),
    [
        ("vtt", "text/vtt", b"WEBVTT"),
        ("srt", "application/x-subrip", b"1\n"),
        ("eaf", "application/xml", b"<?xml"),
        ("labelstudio", "application/json", b"["),
        ("json", "application/json", b"{"),
    ],
)
def test_a_track_is_had_as_a_file(bench: Bench, track: str, written_as: str, media_type: str, begins: bytes) -> None:
    """Labelled as a machine's candidates in its very name, and never run by the browser."""
    answer = bench.client().get(f"/items/{bench.cuts}/tracks/{track}.{written_as}")
    assert answer.status_code == 200, answer.content
    assert answer["Content-Type"] == media_type
    assert "machine-candidate" in answer["Content-Disposition"]
    assert answer["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer.content.startswith(begins)


def test_no_such_track_and_no_such_format(bench: Bench, track: str) -> None:
    client = bench.client()
    assert client.get(f"/items/{bench.cuts}/tracks/{'0' * 64}.vtt").status_code == 404
    assert client.get(f"/items/{bench.cuts}/tracks/{track}.doc").status_code == 400


def test_a_claim_is_shown_as_a_claim_and_one_in_no_item_leads_nowhere(bench: Bench) -> None:
    """The bracket of a claim stands beside it, never the shape of a machine's candidate; without an item no link."""
    from attrs import evolve

    from probata.claims import selectors as claims
    from probata.claims import services

    sys.path[:0] = [str(Path(__file__).parent)]
    from test_observing import claim

    claim(bench, bench.cuts)
    said = claims.assertions_in(bench.cuts)[0].thing
    services.add_assertion(evolve(said, appears_in=None), actor=bench.keyring.signing)
    html = bench.client().get("/search", {"q": said.words.text, "in": "claims"}).content.decode()
    hits = re.findall(r'<li data-row class="hit.*?</li>', html, re.DOTALL)
    assert len(hits) == 2
    assert all('<span class="shape claimed"' in one and "alleges" in words(one) for one in hits)
    assert sorted(f"/items/{bench.cuts}" in one for one in hits) == [False, True]
    assert sum("in no item" in words(one) for one in hits) == 1


def test_an_observation_is_shown_as_one(bench: Bench) -> None:
    """A person's note has the filled square, and leads to its frame."""
    from probata.analysis import services
    from probata.analysis.observations import Observation

    told = {"item": bench.cuts, "kind": "landmark", "epistemic": "visible", "certainty": "high"}
    told |= {"description": "a water tower", "segment": {"start_pts": 1, "end_pts": 2, "time_base": "1/25"}}
    services.observe(Observation.from_json(told), actor=bench.keyring.signing)
    html = bench.client().get("/search", {"q": "tower"}).content.decode()
    assert '<span class="shape accepted"' in html
    assert f"/items/{bench.cuts}#" in html
