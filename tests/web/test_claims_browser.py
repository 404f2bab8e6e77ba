"""The claims board and the reading of an article by keyboard alone, in a browser."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from probata.claims import selectors, services

sys.path[:0] = [str(Path(__file__).parent)]

from claims_made import party, preserved, says, stated  # noqa: E402  its folder was put on the path above
from visiting import Visit, picture  # noqa: E402  same

if TYPE_CHECKING:
    from tests.web.conftest import Bench

# One server and one browser for the module, also where tests are shared out among workers.
pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_an_article_is_read_and_decided_by_keyboard(visit: Visit, served_bench: Bench, tmp_path: Path) -> None:
    """J chooses, Y accepts what has its proposition and speaker, N rejects; the next waits with its bracket marked."""
    actor = served_bench.keyring.signing
    item = preserved(actor, tmp_path)
    ministry = party(actor, "The Hill Ministry", kind="state_body")
    shots = stated(actor, "three shots are fired near the mill")
    page = visit.page
    page.goto(f"{visit.address}items/{item}/reading")
    page.wait_for_selector("#decide-form")
    assert page.evaluate("window.owned === undefined && document.title.startsWith('Reading')")
    page.keyboard.press("KeyJ")
    assert page.evaluate("document.activeElement.closest('[data-number]').dataset.number") == "1"
    # Without a proposition nothing is sent: the focus goes where it is chosen.
    page.keyboard.press("KeyY")
    assert page.evaluate("document.activeElement.name") == "of"
    page.select_option("[name=of]", shots)
    picture(page, tmp_path / "reading.png")
    page.focus("#p1 a.choose")
    page.keyboard.press("KeyY")
    page.wait_for_selector("#p1.accepted")
    (made,) = selectors.claims().of(shots)
    assert made.thing.speaker == ministry
    # The next is at hand, and what it is said of is still chosen.
    assert page.evaluate("document.activeElement.closest('[data-number]').dataset.number") == "2"
    assert page.input_value("[name=of]") == shots
    assert page.locator("mark.chosen").count() >= 1
    page.keyboard.press("KeyN")
    page.wait_for_selector("#p2.rejected")
    # What was accepted is not accepted twice.
    page.focus("#p1 a.choose")
    page.keyboard.press("KeyY")
    page.wait_for_selector("#said:has-text('recorded already')", state="attached")
    page.keyboard.press("KeyE")
    assert page.evaluate("document.activeElement.name") == "speaker"
    # Taken back with a reason, it is open to another decision, and what came of it ended.
    page.focus("#p1 a.choose")
    page.keyboard.press("KeyZ")
    assert page.evaluate("document.activeElement.name") == "reason"
    page.keyboard.type("of other shots")
    page.focus("#p1 a.choose")
    page.keyboard.press("KeyN")
    page.wait_for_selector("#p1.rejected")
    assert selectors.claims().of(shots) == []
    picture(page, tmp_path / "decided.png")


def test_the_board_by_keyboard(visit: Visit, served_bench: Bench, tmp_path: Path) -> None:
    """J reaches a proposition, the arrows its stances; the original words stand beside, and Enter opens them."""
    actor = served_bench.keyring.signing
    lantern = party(actor, "The Lantern")
    mill = stated(actor, "the mill burns")
    made = says(actor, mill, lantern, "Млин горить", language="uk")
    services.translate(made, actor=actor, text="The mill is burning", language="en")
    from playwright.sync_api import expect

    page = visit.page
    page.goto(f"{visit.address}claims")
    page.keyboard.press("Slash")
    page.keyboard.type("mill burning")
    expect(page.locator("[data-row]")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.textContent") == "the mill burns"
    page.keyboard.press("ArrowRight")
    beside = page.locator("#beside")
    assert "Млин горить" in beside.inner_text()
    assert "The mill is burning" in beside.inner_text()
    assert beside.locator("blockquote").get_attribute("lang") == "uk"
    picture(page, tmp_path / "board.png")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/claims/{mill}#said-{made}")
    page.click("text=translate …")
    page.fill(f"#said-{made} [name=text]", "Le moulin brûle")
    page.fill(f"#said-{made} [name=language]", "fr")
    page.press(f"#said-{made} [name=language]", "Enter")
    page.wait_for_selector("text=Le moulin brûle")
    assert [one.language for one in selectors.translations(made)] == ["en", "fr"]


def test_a_wide_board_scrolls_and_a_narrow_window_has_one_column(
    visit: Visit, served_bench: Bench, tmp_path: Path
) -> None:
    """The first column stays where the table scrolls; at 800 pixels nothing of the page is cut off sideways."""
    actor = served_bench.keyring.signing
    crowd = stated(actor, "a crowd gathers")
    for number in range(14):
        says(actor, crowd, party(actor, f"Outlet number {number}"), f"words {number}")
    page = visit.page
    page.goto(f"{visit.address}claims?q=crowd")
    page.evaluate("document.querySelector('.sheet-of-claims').scrollLeft = 600")
    left = page.evaluate("document.querySelector('tbody .what').getBoundingClientRect().left")
    assert left >= 0
    picture(page, tmp_path / "wide.png")
    page.set_viewport_size({"width": 800, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    picture(page, tmp_path / "narrow.png")


def test_the_board_has_room_for_many_speakers(visit: Visit, served_bench: Bench) -> None:
    """The words stand under the table, always as high; a speaker's name stays in sight; in one column each is named."""
    actor = served_bench.keyring.signing
    tower = stated(actor, "a tower falls")
    for number in range(12):
        says(actor, tower, party(actor, f"Station {number}"), f"tower words {number}")
    page = visit.page
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{visit.address}claims?q=tower")
    ends = page.evaluate("[...document.querySelectorAll('a.stance')].map((one) => one.getBoundingClientRect().right)")
    assert sum(end <= 1440 for end in ends) >= 11
    words, table = (page.locator(one).bounding_box() for one in ("#words-beside", ".sheet-of-claims"))
    assert words["y"] >= table["y"] + table["height"]
    assert words["y"] + words["height"] <= 900
    page.focus("a.stance >> nth=0")
    assert page.locator("#words-beside").bounding_box() == words
    # Put away by keyboard, and so it stays where the list comes anew.
    page.focus("#words-beside summary")
    page.keyboard.press("Enter")
    assert page.is_hidden("#beside")
    page.fill("#q", "tower falls")
    page.wait_for_url("**q=tower+falls*")
    page.wait_for_timeout(300)
    assert page.is_hidden("#beside")
    page.set_viewport_size({"width": 400, "height": 850})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    named = page.locator(".who-says")
    assert [one.strip() for one in named.all_inner_texts()] == [f"Station {number}" for number in range(12)]
    assert named.first.is_visible()
