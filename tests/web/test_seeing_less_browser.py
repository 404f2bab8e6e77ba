"""Seeing less in a browser: ways up and down, forewarning and skipping, the drawing, one's own ledger, the pause."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
from test_workbench import painted
from visiting import Visit, held, until

from probata.access import exposure, selectors
from probata.access.models import Exposure
from probata.access.ways import Way

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.web.conftest import Bench

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SHOWN = """(id) => { const one = document.getElementById(id); const style = getComputedStyle(one);
  return !one.hidden && style.display !== "none" && style.visibility === "visible" && Number(style.opacity) > 0; }"""
COLOURS = """() => { const canvas = document.getElementById("drawing");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let tinted = 0; let lines = 0; let ground = 0;
  for (let at = 0; at < data.length; at += 4) {
    if (data[at] !== data[at + 1] || data[at] !== data[at + 2]) tinted += 1;
    if (data[at] > 150) lines += 1;
    if (data[at] < 40) ground += 1;
  }
  return { tinted, lines, ground, all: data.length / 4 }; }"""


@pytest.fixture
def visit(browser: Any, address: str, served_bench: Bench) -> Iterator[Visit]:
    """A visit that is logged in, of somebody who looks as whoever chose nothing; it ends without a complaint."""
    exposure.prefer_way(me(), Way.GREY)
    exposure.pause_after(me(), None)
    made = Visit(browser, address).log_in()
    yield made
    made.context.close()
    assert made.complaints == []
    assert [url for url in made.asked if not url.startswith((made.address, "blob:" + made.address))] == []


def me() -> Any:
    return selectors.person("S. Analyst")


def ordinal(page: Any) -> int:
    return int(page.inner_text("#ordinal"))


def mark(page: Any, first: int, last: int) -> None:
    for key, frame in (("KeyI", first), ("KeyO", last)):
        page.keyboard.press("KeyF")
        page.keyboard.type(str(frame))
        page.keyboard.press("Enter")
        page.keyboard.press(key)
    page.keyboard.press("KeyM")
    page.keyboard.press("Enter")
    page.wait_for_selector("#severity-list .severity-marks")
    page.evaluate("document.activeElement.blur()")


def test_a_mark_forewarns_and_is_skipped(visit: Visit, served_bench: Bench) -> None:
    """By keys alone, on a veiled page: a stretch is marked, counted down to, and passed by."""
    page = visit.open(served_bench.ordinals)
    assert "nothing forewarned ahead" in page.inner_text("#forewarned")
    mark(page, 100, 120)
    page.keyboard.press("Home")
    assert "severity ahead in" in page.inner_text("#forewarned-words")
    assert page.inner_text("#axis-labels li >> nth=1").startswith("severity")
    page.keyboard.press("KeyH")
    assert ordinal(page) == 121
    assert "severity" not in page.inner_text("#forewarned-words")
    page.wait_for_function("() => document.getElementById('said').textContent.startsWith('skipped to')")
    page.keyboard.press("KeyH")
    page.wait_for_function("() => document.getElementById('said').textContent.startsWith('No severe stretch')")
    assert visit.footage_asked == []
    page.click("[data-take-back]")
    page.wait_for_function("() => !document.querySelector('.severity-marks')")


def test_the_countdown_runs_while_it_plays(visit: Visit, served_bench: Bench) -> None:
    """Said once, politely, and shown beside the player; the key goes on playing behind the stretch."""
    page = visit.reveal(served_bench.ordinals)
    mark(page, 60, 90)
    page.keyboard.press("Home")
    page.wait_for_function("() => document.getElementById('video').readyState >= 3")
    page.keyboard.press("Space")
    page.wait_for_selector("#forewarned.near")
    page.wait_for_function("() => document.getElementById('said').textContent.startsWith('severity ahead in')")
    page.keyboard.press("KeyH")
    page.wait_for_function("() => !document.getElementById('video').paused")
    page.wait_for_function("() => Number(document.getElementById('ordinal').textContent) > 90")
    page.keyboard.press("Escape")
    page.click("[data-take-back]")
    page.wait_for_function("() => !document.querySelector('.severity-marks')")


def test_ways_down_show_less(visit: Visit, served_bench: Bench) -> None:
    """Grey and small, a drawing without colour, stills that do not play, and at last nothing; each is remembered."""
    page = visit.reveal(served_bench.cuts)
    page.wait_for_selector("#stage[data-exact='0']")
    whole, small = (page.locator(one).bounding_box() for one in ("#stage", "#still"))
    assert small["width"] < 0.6 * whole["width"]
    page.keyboard.press("Shift+KeyV")
    page.wait_for_selector("#stage[data-way=drawing] #drawing:not([hidden])")
    colours = page.evaluate(COLOURS)
    assert colours["tinted"] == 0
    assert colours["lines"] > 0
    assert not page.evaluate(SHOWN, "still")
    assert not page.evaluate(SHOWN, "video")
    page.keyboard.press("Shift+KeyV")
    page.wait_for_function("() => document.getElementById('drawing').hidden")
    page.keyboard.press("Space")
    page.wait_for_function("() => document.getElementById('exactness').textContent.includes('stills alone')")
    assert page.evaluate("document.getElementById('video').paused")
    assert page.evaluate(SHOWN, "still")
    assert not page.evaluate(SHOWN, "video")
    page.keyboard.press("Shift+KeyV")
    assert page.get_attribute("#stage", "data-state") == "veiled"
    page.keyboard.press("KeyB")
    page.wait_for_function("() => document.getElementById('said').textContent.startsWith('You look at text')")
    assert page.get_attribute("#stage", "data-state") == "veiled"
    assert until(page, lambda: exposure.habits(me()).way is Way.VEILED)
    page.reload()
    page.wait_for_selector("#item[data-ready=yes]")
    assert page.get_attribute("#stage", "data-way") == "veiled"


def test_of_two_ways_chosen_at_once_the_later_is_remembered(visit: Visit, served_bench: Bench) -> None:
    """The second is told when the first has arrived, so that none overtakes it."""
    page = visit.open(served_bench.cuts)
    waiting = held(page, "**/way")
    page.keyboard.press("Shift+KeyV")
    page.keyboard.press("Shift+KeyV")
    assert until(page, lambda: waiting)
    page.wait_for_timeout(300)
    (first,) = waiting
    first.continue_()
    assert until(page, lambda: len(waiting) == 2)
    waiting[1].continue_()
    assert until(page, lambda: exposure.habits(me()).way is Way.STILL)


def test_stills_alone_ask_for_no_footage(visit: Visit, served_bench: Bench) -> None:
    """Who looks at stills is sent stills."""
    exposure.prefer_way(me(), Way.STILL)
    page = visit.reveal(served_bench.cuts)
    page.wait_for_selector("#stage[data-exact='0']")
    page.keyboard.press("Period")
    page.wait_for_selector("#stage[data-exact='1']")
    assert [url for url in visit.footage_asked if url.endswith("/footage")] == []


def test_the_drawing_plays(visit: Visit, served_bench: Bench) -> None:
    """While it plays, edges alone are painted."""
    exposure.prefer_way(me(), Way.DRAWING)
    page = visit.reveal(served_bench.ordinals)
    page.wait_for_function("() => document.getElementById('video').readyState >= 3")
    page.keyboard.press("Space")
    page.wait_for_function("() => document.getElementById('video').currentTime > 0.5")
    page.wait_for_function("() => !document.getElementById('drawing').hidden")
    assert page.evaluate(COLOURS)["tinted"] == 0
    assert not page.evaluate(SHOWN, "video")
    page.keyboard.press("Escape")
    assert not page.evaluate(SHOWN, "drawing")
    assert painted(page) == {"video": False, "still": False}


def test_sound_goes_off_behind_the_veil(visit: Visit, served_bench: Bench) -> None:
    """Its own key, its own forewarning, each time anew."""
    page = visit.reveal(served_bench.sound)
    page.keyboard.press("KeyU")
    page.wait_for_function("() => document.getElementById('said').textContent.startsWith('Sound on.')")
    page.keyboard.press("Escape")
    assert page.evaluate("document.getElementById('video').muted")


def test_what_was_on_the_screen_is_told(visit: Visit, served_bench: Bench) -> None:
    """Seconds by way, the changes between them, and no more once it is veiled."""
    before = Exposure.objects.count()
    asked = time.monotonic()
    page = visit.reveal(served_bench.cuts)
    page.wait_for_timeout(1500)
    page.keyboard.press("KeyV")
    changed = time.monotonic()
    page.wait_for_timeout(1200)
    page.keyboard.press("Escape")
    veiled = time.monotonic()

    def told(way: str) -> int:
        rows = Exposure.objects.order_by("id")[before:].values_list("way", "lasted_ms")
        return sum(lasted for one, lasted in rows if one == way)

    # On a busy machine what is on the screen stays there longer, never longer than the clock on the wall says.
    assert until(page, lambda: 1200 < told("grey") <= (changed - asked) * 1000)
    assert until(page, lambda: 900 < told("full") <= (veiled - changed) * 1000 + 100)
    rows = list(Exposure.objects.order_by("id")[before:].values_list("way", "lasted_ms", "sound"))
    assert [way for way, lasted, _sound in rows if lasted == 0] == ["full"]
    page.wait_for_timeout(1500)
    assert Exposure.objects.count() - before == len(rows)


def test_a_pause_veils_and_can_be_put_away(visit: Visit, served_bench: Bench) -> None:
    """After as long as one chose everything is veiled; Escape puts the words away, and nothing is revealed by that."""
    exposure.pause_after(me(), 1)
    pieces = [exposure.Piece(from_ms=0, to_ms=1, lasted_ms=59_000, way=Way.FULL, sound=False)]
    exposure.looked(me(), served_bench.text, pieces)
    page = visit.reveal(served_bench.cuts)
    page.wait_for_selector("#pause-dialog[open]", timeout=60_000)
    assert page.get_attribute("#stage", "data-state") == "veiled"
    page.click("[data-pause='3']")
    assert page.inner_text("#pause-left") == "03:00"
    page.keyboard.press("Escape")
    assert not page.locator("#pause-dialog").is_visible()
    assert page.get_attribute("#stage", "data-state") == "veiled"
    assert until(page, lambda: not exposure.pause_due(me()))


def test_going_away_and_coming_back_veils(visit: Visit, served_bench: Bench) -> None:
    """A page that the browser keeps is kept veiled, and comes back veiled."""
    page = visit.reveal(served_bench.cuts)
    for left in ("pagehide", "pageshow", "freeze"):
        page.evaluate(f"window.dispatchEvent(new PageTransitionEvent('{left}', {{ persisted: true }}))")
        assert page.get_attribute("#stage", "data-state") == "veiled"
        assert painted(page) == {"video": False, "still": False}
        page.click("#reveal")
        page.wait_for_selector("#stage[data-state=revealed]")
    page.goto(f"{visit.address}wellbeing")
    page.go_back()
    page.wait_for_selector("#item[data-ready=yes]")
    assert page.get_attribute("#stage", "data-state") == "veiled"


def asked_slowly(visit: Visit, item: str) -> tuple[Any, list[Any]]:
    """A page on which the reason was given twice, and what waits there for the server's answer."""
    page = visit.open(item)
    waiting = held(page, "**/reveal")
    page.keyboard.press("KeyB")
    page.wait_for_selector("dialog[open]")
    page.evaluate(
        "() => { for (let time = 0; time < 2; time += 1) document.getElementById('reveal-form').requestSubmit(); }"
    )
    while not waiting:
        page.wait_for_timeout(50)
    return page, waiting


@pytest.mark.parametrize("taken_back", ["escape", "leave", "another tab", "text alone"])
def test_an_answer_that_comes_late_reveals_nothing(visit: Visit, served_bench: Bench, taken_back: str) -> None:
    """Whoever veils while the reason is on its way is shown nothing by the answer; asked twice, it is sent once."""
    page, waiting = asked_slowly(visit, served_bench.cuts)
    if taken_back == "escape":
        page.keyboard.press("Escape")
    elif taken_back == "leave":
        page.click("[data-closes]")
    elif taken_back == "another tab":
        page.evaluate(
            """() => {
              Object.defineProperty(document, "hidden", { value: true, configurable: true });
              document.dispatchEvent(new Event("visibilitychange"));
              delete document.hidden;
            }"""
        )
    else:
        page.evaluate("document.querySelector('[name=way][value=veiled]').click()")
    with page.expect_response("**/reveal"):
        waiting[0].continue_()
    page.wait_for_selector("#stage[data-state=veiled]")
    page.wait_for_timeout(300)
    assert len(waiting) == 1
    assert painted(page) == {"video": False, "still": False}
    assert visit.footage_asked == []


def test_a_server_that_is_not_reached_is_told_where_it_was_asked(
    browser: Any, address: str, served_bench: Bench
) -> None:
    """The question stays open with what to do; nothing is revealed, and it can be asked again."""
    exposure.prefer_way(me(), Way.GREY)
    made = Visit(browser, address).log_in()
    page, waiting = asked_slowly(made, served_bench.cuts)
    waiting[0].abort()
    page.wait_for_selector("#reveal-refused:not([hidden])")
    assert "cannot be reached" in page.inner_text("#reveal-refused")
    assert page.get_attribute("#stage", "data-state") == "sealed"
    page.unroute("**/reveal")
    page.evaluate("document.getElementById('reveal-form').requestSubmit()")
    page.wait_for_selector("#stage[data-state=revealed]")
    made.context.close()


def test_a_mark_is_sent_once_and_says_what_became_of_it(browser: Any, address: str, served_bench: Bench) -> None:
    """Pressed twice while the first is answered, it is marked once; where nobody answers, the form says so."""
    made = Visit(browser, address).log_in()
    page = made.open(served_bench.cuts)
    waiting = held(page, "**/severity/mark")
    page.keyboard.press("KeyM")
    for _ in range(2):
        page.evaluate("document.getElementById('severity-form').requestSubmit()")
    while not waiting:
        page.wait_for_timeout(50)
    page.wait_for_timeout(200)
    assert len(waiting) == 1
    waiting.pop().abort()
    page.wait_for_selector("#severity-refused:not([hidden])")
    assert "cannot be reached" in page.inner_text("#severity-refused")
    made.context.close()


def test_the_keys_going_to_another_window_veils_what_is_held(visit: Visit, served_bench: Bench) -> None:
    """Nobody tells the page any more that the key was let go."""
    page = visit.reveal(served_bench.cuts)
    page.keyboard.press("Escape")
    page.keyboard.down("KeyB")
    page.wait_for_selector("#stage[data-state=revealed]")
    page.evaluate("window.dispatchEvent(new Event('blur'))")
    assert page.get_attribute("#stage", "data-state") == "veiled"
    assert painted(page) == {"video": False, "still": False}


def test_no_room_asks_for_footage(visit: Visit, served_bench: Bench) -> None:
    """Walking through every room and every item fetches no picture and no sound."""
    page = visit.page
    for address in page.eval_on_selector_all(".rooms a", "all => all.map((one) => one.href)"):
        page.goto(address)
    for item in served_bench.items.values():
        visit.page.goto(f"{visit.address}items/{item}")
        visit.page.wait_for_load_state("networkidle")
    assert [url for url in visit.footage_asked if not url.endswith("spectrogram.png")] == []
    assert not any(url.endswith(".wav") for url in visit.asked)
