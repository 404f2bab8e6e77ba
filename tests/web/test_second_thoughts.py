"""What a person does while an answer is still on its way: it counts, and costs nothing that was typed."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from probata.custody import selectors as custody

sys.path[:0] = [str(Path(__file__).parents[1] / "analysis"), str(Path(__file__).parent)]

from made_tracks import record, speech  # noqa: E402  its folder was put on the path above
from visiting import Visit  # noqa: E402  same

if TYPE_CHECKING:
    from tests.web.conftest import Bench

# One server and one browser for the module, also where tests are shared out among workers.
pytestmark = [pytest.mark.browser, pytest.mark.slow]

SLOW_MS = 700


def slowly(page: Any, pattern: str) -> None:
    """Let what this page asks under an address be answered late."""
    page.route(pattern, lambda route: (page.wait_for_timeout(SLOW_MS), route.continue_()))


def unreachable(page: Any, pattern: str) -> None:
    """Let nobody answer under an address."""
    page.route(pattern, lambda route: route.abort())


@pytest.fixture
def out_of_reach(browser: Any, address: str) -> Iterator[Visit]:
    """A visit in which the browser itself complains that nobody answers."""
    made = Visit(browser, address).log_in()
    yield made
    assert [one for one in made.complaints if "ERR_FAILED" not in one] == []
    made.context.close()


class TestReveal:
    def test_escape_after_the_reason_leaves_it_veiled(self, visit: Visit, served_bench: Bench) -> None:
        """Whoever gave a reason and pressed Escape before the answer came is shown nothing; B shows it then."""
        page = visit.open(served_bench.ordinals)
        slowly(page, "**/reveal")
        page.keyboard.press("KeyB")
        page.check("input[value=exact_frame]")
        page.keyboard.press("Enter")
        page.keyboard.press("Escape")
        page.wait_for_selector("#stage[data-state=veiled]")
        page.wait_for_timeout(200)
        assert page.get_attribute("#stage", "data-state") == "veiled"
        assert visit.footage_asked == []
        page.keyboard.down("KeyB")
        page.wait_for_selector("#stage[data-state=revealed]")
        page.keyboard.up("KeyB")

    def test_enter_twice_is_one_reason(self, visit: Visit, served_bench: Bench) -> None:
        """A reason that is sent twice while the answer is awaited stands in the ledger once."""
        before = len(custody.history(f"item:{served_bench.cuts}"))
        page = visit.open(served_bench.cuts)
        slowly(page, "**/reveal")
        page.keyboard.press("KeyB")
        page.check("input[value=exact_frame]")
        page.keyboard.press("Enter")
        page.keyboard.press("Enter")
        page.wait_for_selector("#stage[data-state=revealed]")
        page.wait_for_timeout(2 * SLOW_MS)
        assert len(custody.history(f"item:{served_bench.cuts}")) == before + 1

    def test_nobody_answers(self, out_of_reach: Visit, served_bench: Bench) -> None:
        """The dialog says that the workbench cannot be reached, and stays."""
        page = out_of_reach.open(served_bench.sound)
        unreachable(page, "**/reveal")
        page.keyboard.press("KeyB")
        page.check("input[value=exact_frame]")
        page.keyboard.press("Enter")
        page.wait_for_selector("#reveal-refused:not([hidden])")
        assert "cannot be reached" in page.inner_text("#reveal-refused")
        assert page.get_attribute("#stage", "data-state") == "sealed"

    def test_another_window_veils_what_is_held(self, visit: Visit, served_bench: Bench) -> None:
        """B that is let go over another window is never told to the page: leaving the window veils."""
        page = visit.reveal(served_bench.ordinals)
        page.keyboard.press("Escape")
        page.keyboard.down("KeyB")
        page.wait_for_selector("#stage[data-state=revealed]")
        page.evaluate("window.dispatchEvent(new Event('blur'))")
        assert page.get_attribute("#stage", "data-state") == "veiled"


class TestWords:
    def test_a_click_on_the_line_puts_no_translation_away(self, visit: Visit, served_bench: Bench) -> None:
        """Going back to hear what one translates, or Escape, costs nothing that was typed."""
        record(served_bench.cuts, speech(recipe="d", texts=("раз", "два")), served_bench.keyring.signing)
        page = visit.open(served_bench.cuts)
        page.click("#tab-transcript")
        page.click(".line:nth-child(1) .line-head")
        page.keyboard.press("KeyT")
        page.fill("#words", "half a sentence")
        page.click(".line:nth-child(1) .line-head")
        assert page.input_value("#words") == "half a sentence"
        assert page.is_visible("#words-form")
        page.focus("#words")
        page.keyboard.press("Escape")
        page.click(".line:nth-child(2) .line-head")
        page.keyboard.press("KeyT")
        assert page.input_value("#words") == ""
        page.keyboard.press("Escape")
        page.click(".line:nth-child(1) .line-head")
        page.keyboard.press("KeyT")
        assert page.input_value("#words") == "half a sentence"

    def test_a_reason_is_of_what_it_was_written_for(self, visit: Visit, served_bench: Bench) -> None:
        """Whoever walks on takes no reason along to the next candidate, and finds it again when they come back."""
        record(served_bench.cuts, speech(recipe="e", texts=("раз", "два")), served_bench.keyring.signing)
        page = visit.open(served_bench.cuts)
        page.click("#tab-transcript")
        page.click(".line:nth-child(1) .line-head")
        page.fill("#why", "the wind")
        page.click(".line:nth-child(2) .line-head")
        assert page.input_value("#why") == ""
        page.click(".line:nth-child(1) .line-head")
        assert page.input_value("#why") == "the wind"


class TestAddress:
    def test_no_digest_of_another_frame(self, visit: Visit, served_bench: Bench) -> None:
        """A digest that comes when the playhead has gone on is not shown beside the new frame."""
        page = visit.open(served_bench.ordinals)
        page.wait_for_function("() => /^[0-9a-f]{8}$/.test(document.getElementById('digest').textContent)")
        # The words of an answer come a little after its head.
        page.evaluate(
            """() => {
              const json = Response.prototype.json;
              Response.prototype.json = async function () {
                await new Promise((done) => { setTimeout(done, 500); });
                return json.call(this);
              };
            }"""
        )
        page.keyboard.press("Period")
        page.wait_for_timeout(400)
        page.keyboard.press("Period")
        shown = []
        for _look in range(7):
            page.wait_for_timeout(60)
            shown.append(page.inner_text("#digest"))
        assert set(shown) == {"········"}

    def test_an_address_is_copied_whole_at_once(self, visit: Visit, served_bench: Bench) -> None:
        """Whoever copies before the digest stands there gets the address with its digest."""
        page = visit.open(served_bench.ordinals)
        visit.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.evaluate("navigator.clipboard.writeText('')")
        page.evaluate(
            """() => {
              document.body.dispatchEvent(new KeyboardEvent("keydown", { code: "Period", key: ".", bubbles: true }));
              document.getElementById("cite").click();
            }"""
        )
        page.wait_for_timeout(600)
        assert "frame 1 of 300 · blake3:" in page.evaluate("navigator.clipboard.readText()")


class TestSeverity:
    def test_enter_twice_marks_once(self, visit: Visit, served_bench: Bench) -> None:
        """A mark that is sent twice while the answer is awaited is one mark."""
        page = visit.open(served_bench.cuts)
        slowly(page, "**/severity/mark")
        page.keyboard.press("KeyM")
        page.evaluate("() => { for (const _time of [1, 2]) document.getElementById('severity-form').requestSubmit(); }")
        page.wait_for_selector("#severity-count:not([hidden])")
        page.wait_for_timeout(2 * SLOW_MS)
        assert page.locator("#severity-list [data-take-back]").count() == 1

    def test_nobody_answers(self, out_of_reach: Visit, served_bench: Bench) -> None:
        """A mark that nobody took is said not to be recorded."""
        page = out_of_reach.open(served_bench.ordinals)
        page.keyboard.press("KeyM")
        page.route("**/items/**", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
        page.evaluate("document.getElementById('severity-form').requestSubmit()")
        page.wait_for_selector("#severity-refused:not([hidden])")
        assert "cannot be reached" in page.inner_text("#severity-refused")


class TestActs:
    def test_what_was_recorded_is_not_sent_again(self, visit: Visit) -> None:
        """Between the answer and the page that follows it the form takes no second one."""
        page = visit.page
        page.goto(f"{visit.address}intake")
        page.keyboard.press("KeyJ")
        page.keyboard.press("KeyN")
        page.wait_for_selector("#answer-dialog[open]")
        page.fill("#answer-reason", "words, not footage")
        page.evaluate(
            """() => {
              const asks = window.fetch, form = document.querySelector("#answer-dialog form");
              window.fetch = async (...what) => {
                const answer = await asks(...what);
                for (const ms of [1, 5, 20, 40]) setTimeout(() => form.requestSubmit(), ms);
                return answer;
              };
            }"""
        )
        with page.expect_navigation():
            page.keyboard.press("Control+Enter")
        page.wait_for_selector(".said")
        assert len([url for url in visit.asked if url.endswith("/intake/answer")]) == 1


class TestNarrow:
    def test_no_figure_is_broken(self, browser: Any, address: str, served_bench: Bench) -> None:
        """On a narrow screen a time, the number of a frame and a score stand each on one line."""
        made = Visit(browser, address, viewport={"width": 400, "height": 850}).log_in()
        page = made.open(served_bench.cuts)
        tall = page.evaluate(
            """() => [...document.querySelectorAll("#panel-found .entries :is(td.number, button.seek)")]
              .filter((one) => one.offsetParent && one.textContent.trim())
              .map((one) => {
                const range = document.createRange();
                range.selectNodeContents(one);
                return new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size;
              })"""
        )
        assert tall
        assert set(tall) == {1}
        assert page.evaluate("document.documentElement.scrollWidth") <= 400
        page.goto(f"{address}intake")
        box = page.locator(".pick input").first.bounding_box()
        assert min(box["width"], box["height"]) >= 20
        made.context.close()
