"""What is half written, or on its way, is nobody's to lose: observations, and answers that do not come."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from probata.analysis import selectors

sys.path.insert(0, str(Path(__file__).parent))
from visiting import Visit

if TYPE_CHECKING:
    from tests.web.conftest import Bench

# One server and one browser for the module, also where tests are shared out among workers.
pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def visit(browser: Any, address: str) -> Iterator[Any]:
    made = Visit(browser, address).log_in()
    yield made
    made.context.close()


def write(page: Any, words: str) -> None:
    page.select_option("[name=kind]", "body")
    page.fill("#observe-words", words)


def test_escape_while_it_is_sent_leaves_no_words_to_send_again(visit: Visit, served_bench: Bench) -> None:
    """What was recorded meanwhile is no draft: the form opens empty, and one observation stands."""
    page = visit.open(served_bench.sound)
    page.route("**/observe", lambda route: (page.wait_for_timeout(700), route.continue_()))
    page.keyboard.press("KeyA")
    write(page, "sent once")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    page.wait_for_selector("[data-observation]:has-text('sent once')")
    page.keyboard.press("KeyA")
    assert page.input_value("#observe-words") == ""
    assert [one.observation.description for one in selectors.observations(served_bench.sound)] == ["sent once"]


def test_words_that_were_not_recorded_are_kept(visit: Visit, served_bench: Bench) -> None:
    """Where nobody answers after Escape, the words stand there again."""
    page = visit.open(served_bench.cuts)
    page.route("**/observe", lambda route: (page.wait_for_timeout(500), route.abort()))
    page.keyboard.press("KeyA")
    write(page, "nobody hears it")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    page.wait_for_function("() => document.getElementById('said').textContent.includes('not recorded')")
    page.keyboard.press("KeyA")
    assert page.input_value("#observe-words") == "nobody hears it"


def test_looking_again_takes_nobodys_half_written_words(visit: Visit, served_bench: Bench) -> None:
    """Each form keeps its own: the new observation, and the better look at another."""
    page = visit.open(served_bench.ordinals)
    page.keyboard.press("KeyA")
    write(page, "a dark shape")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-observation]:has-text('a dark shape')")
    page.keyboard.press("KeyA")
    write(page, "half a sentence about")
    page.click("button[data-again]")
    assert page.input_value("#observe-words") == "a dark shape"
    page.fill("#observe-words", "half a better look")
    page.press("#observe-words", "Escape")
    page.keyboard.press("KeyA")
    assert page.input_value("#observe-words") == "half a sentence about"
    assert page.input_value("[name=supersedes]") == ""
    page.click("button[data-again]")
    assert page.input_value("#observe-words") == "half a better look"
    assert page.input_value("[name=supersedes]") != ""


def test_a_still_that_does_not_come_is_told_in_our_words(visit: Visit, served_bench: Bench) -> None:
    """Without a network a browser says so in its own language; the page says it in the reader's."""
    page = visit.reveal(served_bench.ordinals)
    page.wait_for_selector("#stage[data-exact='0']")
    page.route("**/*.png", lambda route: route.abort())
    page.keyboard.press("Period")
    page.wait_for_function("() => document.getElementById('exactness').textContent.includes('could not be made')")
    told = page.inner_text("#exactness")
    assert page.evaluate("document.body.dataset.unreachable") in told
    assert "fetch" not in told
