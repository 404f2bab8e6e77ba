"""Deciding about candidates by keyboard, one after the other, in a browser."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from probata.analysis import selectors

sys.path[:0] = [str(Path(__file__).parents[1] / "analysis"), str(Path(__file__).parent)]

from made_tracks import WORDS, caption, impulses, record, speech  # noqa: E402  its folder was put on the path above
from visiting import Visit, picture  # noqa: E402  same

if TYPE_CHECKING:
    from tests.web.conftest import Bench

# One server and one browser for the module, also where tests are shared out among workers.
pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def track(served_bench: Bench) -> str:
    record(served_bench.cuts, impulses(), served_bench.keyring.signing)
    return record(served_bench.cuts, speech(), served_bench.keyring.signing)


@pytest.fixture
def visit(browser: Any, address: str, track: str) -> Iterator[Any]:
    made = Visit(browser, address).log_in()
    yield made
    assert made.complaints == []
    made.context.close()


def test_accept_correct_reject_and_undo(visit: Any, served_bench: Bench, track: str, tmp_path: Path) -> None:
    """`]` chooses, Y accepts, E corrects, N rejects, Z opens again; each is an act with this person's name."""
    page = visit.open(served_bench.cuts)
    page.click("#tab-transcript")
    page.keyboard.press("Escape")
    page.keyboard.press("BracketRight")
    assert page.inner_text("#chosen") == f"speech «{WORDS[0]}»"
    page.keyboard.press("KeyY")
    page.wait_for_selector(".line.accepted.chosen")
    page.keyboard.press("KeyZ")
    page.wait_for_selector(".line.candidate.chosen")
    page.keyboard.press("KeyE")
    assert page.input_value("#words") == WORDS[0]
    page.fill("#words", "Он хрипит, кажется.")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".line.corrected.chosen")
    page.click(".line:nth-child(3)")
    page.fill("#why", "it is the wind")
    page.keyboard.press("Tab")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("KeyN")
    page.wait_for_selector(".line.rejected.chosen")
    picture(page, tmp_path / "transcript.png")
    known = [selectors.candidate(served_bench.cuts, track, place).standing for place in range(3)]
    assert [one.state for one in known] == ["corrected", "candidate", "rejected"]
    assert (known[0].text, known[0].by) == ("Он хрипит, кажется.", "S. Analyst")
    assert known[2].why == "it is the wind"
    assert [one.decision for one in selectors.decisions(served_bench.cuts, track, 0)] == [
        "corrected",
        "reopened",
        "accepted",
    ]


def test_a_translation_is_recorded_beside_the_words(visit: Any, served_bench: Bench, track: str) -> None:
    """T opens the form; Escape puts it away unrecorded, the words kept; who translated stands beside them."""
    page = visit.open(served_bench.cuts)
    page.click("#tab-transcript")
    page.click(".line:nth-child(2) .line-head")
    page.keyboard.press("KeyT")
    page.fill("#words", "never mind")
    page.keyboard.press("Escape")
    assert page.is_hidden("#words-form")
    page.keyboard.press("KeyT")
    page.fill("#words", "Leave him alone.")
    page.fill("[name=translator]", "T. Reader")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".translation")
    assert "translated by T. Reader" in page.inner_text(".translation")
    (made,) = selectors.candidate(served_bench.cuts, track, 1).standing.translations
    assert (made.text, made.language, made.state) == ("Leave him alone.", "en", "unchecked")


def test_a_word_leads_to_its_moment_and_nothing_is_unveiled(visit: Any, served_bench: Bench) -> None:
    """A click on a word stands at the frame on screen then; the footage was not asked for."""
    page = visit.open(served_bench.cuts)
    page.click("#tab-transcript")
    page.click(".line:nth-child(2) .word:nth-child(2)")
    assert float(page.get_attribute("#axis", "aria-valuenow")) > 1.1
    assert page.get_attribute("#stage", "data-state") == "sealed"
    assert visit.footage_asked == []


def test_an_address_leads_to_a_frame_and_a_candidate(visit: Any, served_bench: Bench, track: str) -> None:
    """What a search links to: the playhead stands there, the candidate is chosen, all stays veiled."""
    page = visit.page
    page.goto(f"{visit.address}items/{served_bench.cuts}#frame=27&candidate={track}:1")
    page.wait_for_selector("#item[data-ready=yes]")
    assert page.inner_text("#ordinal") == "27"
    assert page.inner_text("#chosen") == f"speech «{WORDS[1]}»"
    assert page.get_attribute("#stage", "data-state") == "sealed"


def test_where_a_caption_stands_is_framed_only_while_it_can_be_seen(visit: Any, served_bench: Bench) -> None:
    """The chosen candidate's box is drawn over the picture once revealed, within its time, and not behind the veil."""
    record(served_bench.ordinals, caption(), served_bench.keyring.signing)
    page = visit.open(served_bench.ordinals)
    page.keyboard.press("BracketRight")
    assert page.inner_text("#chosen") == "visible text «Озерне»"
    assert page.is_hidden(".mark-box")
    page.keyboard.press("KeyB")
    page.check("input[value=exact_frame]")
    page.keyboard.press("Enter")
    page.wait_for_selector("#stage[data-state=revealed]")
    page.wait_for_selector(".mark-box:not([hidden])")
    stage, box = page.locator("#stage").bounding_box(), page.locator(".mark-box").bounding_box()
    assert box["width"] < stage["width"] / 2 + 4
    assert stage["y"] < box["y"] < stage["y"] + stage["height"]
    page.keyboard.press("Escape")
    assert page.is_hidden(".mark-box")


def test_a_decision_lands_on_the_candidate_for_which_it_was_made(visit: Any, served_bench: Bench) -> None:
    """Whoever goes on while an answer is still on its way stays where they went, and the next key counts there."""
    track = record(served_bench.cuts, speech(recipe="a", texts=("раз", "два", "три")), served_bench.keyring.signing)
    page = visit.open(served_bench.cuts)
    page.route("**/decide", lambda route: (page.wait_for_timeout(700), route.continue_()))
    page.click("#tab-transcript")
    page.click(".line:nth-child(1)")
    page.keyboard.press("KeyY")
    page.click(".line:nth-child(2)")
    page.fill("#why", "the second")
    page.evaluate("document.activeElement.blur()")
    page.wait_for_selector(".line:nth-child(1).accepted")
    assert page.inner_text("#chosen") == "speech «два»"
    assert page.input_value("#why") == "the second"
    page.keyboard.press("KeyN")
    page.wait_for_selector(".line:nth-child(2).rejected")
    states = [selectors.candidate(served_bench.cuts, track, place).standing.state for place in range(3)]
    assert states == ["accepted", "rejected", "candidate"]


def test_a_key_held_down_decides_once(visit: Any, served_bench: Bench) -> None:
    """Twenty repeats of a key are one decision in the ledger."""
    track = record(served_bench.cuts, speech(recipe="b", texts=("один",)), served_bench.keyring.signing)
    page = visit.open(served_bench.cuts)
    page.click("#tab-transcript")
    page.click(".line:nth-child(1)")
    for _repeat in range(20):
        page.keyboard.down("KeyY")
    page.keyboard.up("KeyY")
    page.wait_for_selector(".line.accepted")
    assert len(selectors.decisions(served_bench.cuts, track, 0)) == 1


def test_escape_veils_also_while_words_are_written(visit: Any, served_bench: Bench) -> None:
    """One Escape puts the form away and covers the footage."""
    record(served_bench.cuts, speech(recipe="c", texts=("один",)), served_bench.keyring.signing)
    page = visit.reveal(served_bench.cuts)
    page.click("#tab-transcript")
    page.click(".line:nth-child(1)")
    page.keyboard.press("KeyE")
    page.wait_for_selector("#words-form:not([hidden])")
    page.keyboard.press("Escape")
    assert page.is_hidden("#words-form")
    assert page.get_attribute("#stage", "data-state") == "veiled"


def test_going_from_thing_to_thing_never_stands_still(visit: Any, served_bench: Bench) -> None:
    """Several that begin in one frame are gone through one by one, and each is told to who listens."""
    onsets = (0.5, 0.501, 0.502, 0.503)
    track = record(served_bench.cuts, impulses(recipe="d", onsets_s=onsets), served_bench.keyring.signing)
    page = visit.open(served_bench.cuts)
    seen = []
    while seen[-1:] != [f"{track}:3"] and len(seen) < 30:
        page.keyboard.press("BracketRight")
        seen.append(page.evaluate("document.querySelector('tr[aria-current]')?.dataset.candidate"))
    assert [one for one in seen if one and one.startswith(track)] == [f"{track}:{place}" for place in range(4)]
    page.wait_for_timeout(1200)
    assert "impulsive sound, candidate" in page.text_content("#said")
