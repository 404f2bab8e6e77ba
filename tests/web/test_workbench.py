"""The workbench in a browser: the veil, the keys, the axis; nothing asked of anybody else."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from visiting import Visit, picture, until

from probata.access import selectors
from probata.custody import selectors as custody

if TYPE_CHECKING:
    from pathlib import Path

    from tests.web.conftest import Bench

# One server and one browser for the module, also where tests are shared out among workers.
pytestmark = [pytest.mark.browser, pytest.mark.slow]


def painted(page: Any) -> dict[str, bool]:
    """What of footage a person can see now."""
    return page.evaluate(
        """() => Object.fromEntries(["video", "still"].map((id) => {
          const one = document.getElementById(id);
          const style = getComputedStyle(one);
          return [id, style.visibility === "visible" && style.display !== "none" && !one.hidden];
        }))"""
    )


class TestVeil:
    def test_nothing_is_fetched_or_painted_before_a_reveal(self, visit: Visit, served_bench: Bench) -> None:
        """Opening, stepping, seeking and playing leave the footage where it is."""
        page = visit.open(served_bench.ordinals)
        for key in ("Period", "Shift+Period", "End", "Home", "BracketRight"):
            page.keyboard.press(key)
        page.click("#axis", position={"x": 300, "y": 20})
        page.keyboard.press("Space")
        page.wait_for_timeout(400)
        assert visit.footage_asked == []
        assert painted(page) == {"video": False, "still": False}
        assert int(page.inner_text("#ordinal")) > 0
        assert "Veiled. Reveal it first" in page.inner_text("#exactness")

    def test_the_first_reveal_asks_for_a_reason(self, visit: Visit, served_bench: Bench) -> None:
        """B asks; Escape leaves it veiled and unrecorded; a reason is recorded, and reveals, muted and paused."""
        before = len(custody.history(f"item:{served_bench.ordinals}"))
        page = visit.open(served_bench.ordinals)
        page.keyboard.press("KeyB")
        page.wait_for_selector("dialog[open]")
        page.keyboard.press("Escape")
        assert page.get_attribute("#stage", "data-state") == "sealed"
        assert len(custody.history(f"item:{served_bench.ordinals}")) == before
        visit.reveal(served_bench.ordinals)
        page.wait_for_selector("#stage[data-exact='0']")
        assert custody.history(f"item:{served_bench.ordinals}")[-1].record["purpose"] == "exact_frame"
        assert painted(page)["still"]
        assert page.evaluate("(() => { const v = document.getElementById('video'); return v.paused && v.muted })()")

    def test_escape_veils_and_pauses(self, visit: Visit, served_bench: Bench) -> None:
        """In full play, one key covers everything; no picture is left in the page."""
        page = visit.reveal(served_bench.ordinals)
        page.wait_for_function("() => document.getElementById('video').readyState >= 2")
        page.keyboard.press("Space")
        page.wait_for_function("() => !document.getElementById('video').paused")
        page.keyboard.press("Escape")
        assert page.get_attribute("#stage", "data-state") == "veiled"
        assert page.evaluate("document.getElementById('video').paused")
        assert painted(page) == {"video": False, "still": False}
        assert page.get_attribute("#still", "src") is None
        assert page.locator("#veil").is_visible()

    def test_b_reveals_while_held(self, visit: Visit, served_bench: Bench) -> None:
        """After Escape the reason stands; holding B looks, letting go veils."""
        page = visit.reveal(served_bench.ordinals)
        page.keyboard.press("Escape")
        page.keyboard.down("KeyB")
        page.wait_for_selector("#stage[data-state=revealed]")
        page.keyboard.up("KeyB")
        assert page.get_attribute("#stage", "data-state") == "veiled"
        assert painted(page) == {"video": False, "still": False}

    def test_another_tab_veils(self, visit: Visit, served_bench: Bench) -> None:
        """Whoever turns to another tab leaves a veiled page behind."""
        page = visit.reveal(served_bench.ordinals)
        page.evaluate(
            """() => { Object.defineProperty(document, "hidden", { value: true, configurable: true });
            document.dispatchEvent(new Event("visibilitychange")); }"""
        )
        assert page.get_attribute("#stage", "data-state") == "veiled"

    def test_coming_back_finds_it_veiled(self, visit: Visit, served_bench: Bench) -> None:
        """A page loaded again is veiled, though the reason stands: nothing is sent until it is revealed once more."""
        page = visit.reveal(served_bench.ordinals)
        visit.asked.clear()
        page.reload()
        page.wait_for_selector("#item[data-ready=yes]")
        assert page.get_attribute("#stage", "data-state") == "veiled"
        assert visit.footage_asked == []

    def test_sound_is_a_choice(self, visit: Visit, served_bench: Bench) -> None:
        """Muted until U; the page says which."""
        page = visit.reveal(served_bench.sound)
        assert page.inner_text("#sound") == "muted"
        page.keyboard.press("KeyU")
        page.wait_for_function("() => !document.getElementById('video').muted")
        page.wait_for_function("() => document.getElementById('sound').innerText === 'sound on'")
        assert "grey" in page.get_attribute("#stage", "class")
        page.keyboard.press("KeyG")
        assert "grey" not in page.get_attribute("#stage", "class")


class TestKeys:
    def test_moving(self, visit: Visit, served_bench: Bench) -> None:
        """One frame, ten frames, both ends, and never beyond them."""
        page = visit.open(served_bench.ordinals)
        walked = []
        for key in (
            "Period",
            "Period",
            "Comma",
            "Shift+Period",
            "Shift+Comma",
            "Shift+Comma",
            "End",
            "Period",
            "Home",
            "Comma",
        ):
            page.keyboard.press(key)
            walked.append(int(page.inner_text("#ordinal")))
        assert walked == [1, 2, 1, 11, 1, 0, 299, 299, 0, 0]

    def test_keys_are_places_in_every_layout(self, visit: Visit, served_bench: Bench) -> None:
        """On a Cyrillic layout the same keys write ю, и and п, and do the same."""
        page = visit.open(served_bench.ordinals)
        press = """([code, key]) => document.body.dispatchEvent(
            new KeyboardEvent("keydown", { code, key, bubbles: true, cancelable: true }))"""
        page.evaluate(press, ["Period", "ю"])
        assert page.inner_text("#ordinal") == "1"
        page.evaluate(press, ["KeyG", "п"])
        assert page.get_attribute("#stage", "data-way") == "full"
        page.evaluate(press, ["KeyB", "и"])
        assert page.locator("#reveal-dialog").is_visible()

    def test_letters_in_fields_are_letters(self, visit: Visit, served_bench: Bench) -> None:
        """Typing a frame's number moves nothing by itself; Enter goes there."""
        page = visit.open(served_bench.ordinals)
        page.keyboard.press("KeyF")
        page.keyboard.type("1.2,")
        assert page.inner_text("#ordinal") == "0"
        page.fill("#go-to", "42")
        page.keyboard.press("Enter")
        assert page.inner_text("#ordinal") == "42"

    def test_from_one_thing_found_to_the_next(self, visit: Visit, served_bench: Bench) -> None:
        """Brackets lead to the frame at which a candidate begins."""
        page = visit.open(served_bench.cuts)
        page.keyboard.press("BracketRight")
        assert page.inner_text("#ordinal") == "30"
        page.keyboard.press("End")
        page.keyboard.press("BracketLeft")
        assert page.inner_text("#ordinal") == "30"

    def test_help_lists_the_keys(self, visit: Visit, served_bench: Bench) -> None:
        """? opens it on either screen, Escape closes it."""
        for page in (visit.page, visit.open(served_bench.ordinals)):
            page.keyboard.press("Shift+Slash")
            page.wait_for_selector("#help[open]")
            assert page.locator("#help dt").count() >= 6
            page.keyboard.press("Escape")
            assert not page.locator("#help").is_visible()

    def test_the_list_under_the_fingers(self, visit: Visit) -> None:
        """J and K walk, Enter opens; / filters while typing, without a new page."""
        page = visit.page
        page.goto(f"{visit.address}items")
        page.keyboard.press("KeyJ")
        page.keyboard.press("KeyJ")
        page.keyboard.press("KeyK")
        first = page.evaluate("document.activeElement.getAttribute('href')")
        assert first == page.get_attribute("[data-row] a >> nth=0", "href")
        page.keyboard.press("Slash")
        page.keyboard.type("ordinals")
        page.wait_for_function("() => document.querySelectorAll('[data-row]').length === 1")
        assert page.evaluate("document.activeElement.id") == "q"
        assert page.url.endswith("?q=ordinals")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.wait_for_selector("#item[data-ready=yes]")


class TestAddress:
    def test_the_address_is_whole_and_copied(self, visit: Visit, served_bench: Bench) -> None:
        """PTS with its time base, ordinal, eight digits of the digest; clicks copy the whole digest, and all of it."""
        page = visit.open(served_bench.ordinals)
        visit.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.keyboard.press("Shift+Period")
        page.wait_for_function("() => document.getElementById('digest').textContent.match(/^[0-9a-f]{8}$/)")
        shown = page.inner_text("#digest")
        page.click("#digest")
        digest = page.evaluate("navigator.clipboard.readText()")
        assert digest.startswith(f"blake3:{shown}")
        assert len(digest) == len("blake3:") + 64
        page.click("#cite")
        cited = page.evaluate("navigator.clipboard.readText()")
        pts = page.inner_text("#pts")
        assert cited == f"item {served_bench.ordinals} · pts {pts} × 1/90000 s · frame 10 of 300 · {digest}"

    def test_what_a_browser_cannot_play_is_stepped_through(self, visit: Visit, served_bench: Bench) -> None:
        """An AVI: the page says so, asks for none of its bytes, and shows exact stills."""
        page = visit.reveal(served_bench.unplayable)
        assert page.inner_text("#cannot") == "This browser cannot play it; frame by frame works."
        page.keyboard.press("Period")
        page.wait_for_selector("#stage[data-exact='1']")
        assert painted(page) == {"video": False, "still": True}
        assert {url.rsplit("/", 1)[1] for url in visit.footage_asked} <= {"0.png", "1.png"}

    def test_every_view_is_logged(self, visit: Visit, served_bench: Bench) -> None:
        """As many rows as answers with footage."""
        before = len(selectors.views(served_bench.cuts))
        page = visit.reveal(served_bench.cuts)
        page.keyboard.press("Period")
        page.wait_for_selector("#stage[data-exact='1']")
        page.wait_for_function("() => document.getElementById('video').readyState >= 2")
        assert until(page, lambda: len(selectors.views(served_bench.cuts)) - before == 1 + len(visit.footage_asked))


class TestAxis:
    def test_zoom_pan_and_seek(self, visit: Visit, served_bench: Bench) -> None:
        """The wheel zooms around the pointer, a click seeks to the frame on screen then, the keyboard does both."""
        page = visit.open(served_bench.ordinals)
        box = page.locator("#axis").bounding_box()
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 15)
        whole = page.inner_text("#axis-hover")
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 15)
        middle = int(page.inner_text("#ordinal"))
        assert str(middle) == whole.split(" · ")[1]
        for _turn in range(5):
            page.mouse.wheel(0, -600)
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 15)
        assert int(page.inner_text("#ordinal")) == middle
        page.mouse.click(box["x"] + 1, box["y"] + 15)
        assert 0 < int(page.inner_text("#ordinal")) < middle
        page.keyboard.press("Digit0")
        page.mouse.click(box["x"] + 1, box["y"] + 15)
        assert page.inner_text("#ordinal") == "0"

    def test_the_playhead_speaks(self, visit: Visit, served_bench: Bench) -> None:
        """The axis is a slider with a value in words, and the live region tells where somebody stopped."""
        page = visit.open(served_bench.ordinals)
        page.keyboard.press("Shift+Period")
        assert page.get_attribute("#axis", "aria-valuetext").startswith("frame 10, 00:00.")
        page.wait_for_function("() => document.getElementById('said').textContent.startsWith('frame 10')")

    def test_a_row_leads_to_its_frame(self, visit: Visit, served_bench: Bench) -> None:
        """Each entry of the table seeks, and stands at the exact frame."""
        page = visit.open(served_bench.cuts)
        page.click("[data-seek-ordinal]")
        assert page.inner_text("#ordinal") == "30"


class TestCustody:
    def test_proofs_open(self, visit: Visit, served_bench: Bench) -> None:
        """The tab fetches the history anew; an entry opens to its verdicts, hashes and record."""
        page = visit.open(served_bench.cuts)
        page.click("#tab-custody")
        page.wait_for_selector("#custody .history, #panel-custody .history")
        page.click("#panel-custody .history summary >> nth=0")
        text = page.inner_text("#panel-custody .history li >> nth=0")
        assert text.count("PASS") >= 3
        assert "Path to the root" in text

    def test_tabs_by_arrow(self, visit: Visit, served_bench: Bench) -> None:
        """Arrows walk the tabs and move no frame."""
        page = visit.open(served_bench.cuts)
        page.focus("#tab-found")
        page.keyboard.press("ArrowRight")
        assert page.get_attribute("#tab-transcript", "aria-selected") == "true"
        assert page.inner_text("#ordinal") == "0"


class TestMachines:
    def test_asked_for_from_the_page(self, visit: Visit, served_bench: Bench, tmp_path: Path) -> None:
        """Enter on a button begins it; the page tells that they look, then that they have, and stays as it is."""
        from probata.capture import services as capture
        from probata.preservation import selectors as preservation

        clip = tmp_path / "again.mp4"
        clip.write_bytes(preservation.original(served_bench.cuts).read_bytes() + bytes(8) + b"free")
        (outcome,) = capture.add(str(clip), actor=served_bench.keyring.signing, reason="a test")
        page = visit.open(str(outcome.acquired.sha256))
        button = page.locator("#panel-found details.track", has_text="scenes").get_by_role("button", name="Look now")
        button.press("Enter")
        page.wait_for_selector("#at-work[data-state=going] >> text=Machines are looking at this item.")
        picture(page, tmp_path / "going.png")
        assert button.is_disabled()
        page.wait_for_selector("#at-work[data-state=ended]", timeout=120_000)
        assert until(page, lambda: page.text_content("#said") == "Machines have looked at this item.")
        assert page.locator("#panel-found").get_by_text("1 candidate").count() == 0
        page.get_by_role("link", name="show what was found").press("Enter")
        page.wait_for_selector("#panel-found details.track.found >> text=1 candidate")
        assert visit.footage_asked == []


class TestLooks:
    """Screens at several sizes, in both themes, right to left, and on paper; nothing is cut off sideways."""

    def overflow(self, page: Any) -> int:
        return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")

    @pytest.mark.parametrize("theme", ["night", "paper"])
    @pytest.mark.parametrize("size", [(1440, 900), (1280, 800), (1024, 700), (700, 900), (360, 740)])
    def test_sizes_and_themes(
        self, browser: Any, address: str, served_bench: Bench, tmp_path: Path, theme: str, size: tuple[int, int]
    ) -> None:
        """From a wide desk to a telephone."""
        visit = Visit(browser, address, viewport={"width": size[0], "height": size[1]}).log_in()
        if theme == "paper":
            visit.page.click("button[name=theme]")
        picture(visit.page, tmp_path / "list.png")
        assert self.overflow(visit.page) == 0
        page = visit.reveal(served_bench.cuts)
        page.wait_for_selector("#stage[data-exact='0']")
        assert page.get_attribute("html", "data-theme") == theme
        picture(page, tmp_path / "item.png", full_page=size[0] < 901)
        assert self.overflow(page) == 0
        if size[0] > 900:
            assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
            bottom, top = (page.locator(one).bounding_box() for one in (".transport .buttons", ".axis"))
            assert bottom["y"] + bottom["height"] <= top["y"], "the axis lies over the player's buttons"
        page.click("#tab-custody")
        page.wait_for_selector("#panel-custody .history")
        picture(page, tmp_path / "custody.png", full_page=size[0] < 901)
        assert self.overflow(page) == 0
        visit.context.close()

    def test_on_a_narrow_screen_the_axis_stands_under_the_player(
        self, browser: Any, address: str, served_bench: Bench
    ) -> None:
        """Player, buttons, axis, then what the tabs hold, however long: in one column, and in the order of reading."""
        visit = Visit(browser, address, viewport={"width": 400, "height": 850}).log_in()
        page = visit.open(served_bench.ordinals)
        boxes = [page.locator(one).bounding_box() for one in (".player", ".axis", ".panel")]
        for above, below in pairwise(boxes):
            assert above["y"] + above["height"] <= below["y"] + 1
        order = [page.inner_html("#item").index(f'class="{one}"') for one in ("player", "axis", "panel")]
        assert order == sorted(order)
        assert page.evaluate("document.documentElement.scrollWidth") <= 400
        visit.context.close()

    def test_right_to_left(self, visit: Visit, served_bench: Bench, tmp_path: Path) -> None:
        """In a right-to-left page the words change sides; the axis and the transport run left to right as ever."""
        page = visit.open(served_bench.cuts)
        page.evaluate("document.documentElement.dir = 'rtl'")
        page.wait_for_timeout(200)
        picture(page, tmp_path / "rtl.png")
        assert self.overflow(page) == 0
        panel, player = (page.locator(one).bounding_box() for one in (".panel", ".player"))
        assert panel["x"] < player["x"]
        page.keyboard.press("End")
        page.keyboard.press("BracketLeft")
        box = page.locator("#axis").bounding_box()
        page.mouse.click(box["x"] + 2, box["y"] + 15)
        assert page.inner_text("#ordinal") == "0"

    def test_on_paper(self, visit: Visit, served_bench: Bench, tmp_path: Path) -> None:
        """Printing is black on white and holds no footage, revealed or not."""
        page = visit.reveal(served_bench.cuts)
        page.wait_for_selector("#stage[data-exact='0']")
        page.emulate_media(media="print")
        assert page.locator("#stage").is_hidden()
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        picture(page, tmp_path / "print.png", full_page=True)
        page.pdf(path=tmp_path / "item.pdf")

    def test_without_vendored_files(self, browser: Any, address: str, served_bench: Bench) -> None:
        """Without fonts and htmx every page still works: the filter by Enter, custody by its link."""
        visit = Visit(browser, address)
        visit.context.route("**/static/vendor/**", lambda route: route.abort())
        page = visit.log_in().page
        page.goto(f"{address}items")
        page.fill("#q", "ordinals")
        page.keyboard.press("Enter")
        page.wait_for_url("**/items?q=ordinals")
        assert page.locator("[data-row]").count() == 1
        page = visit.open(served_bench.ordinals)
        page.click("#tab-custody")
        page.click("#panel-custody a")
        page.wait_for_selector("#custody .history")
        visit.context.close()
