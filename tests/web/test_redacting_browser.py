"""Redacting in a browser: a box drawn over the exact still, rendered, released by somebody else, on the axis."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from story import ANALYST, COUNSEL

from probata.access import exposure
from probata.access import selectors as access
from probata.access.ways import Way
from probata.cli.demo_story.names import SCENE
from probata.redaction import selectors

sys.path[:0] = [str(Path(__file__).parent)]

from visiting import Visit, picture, until  # noqa: E402  its folder was put on the path above

if TYPE_CHECKING:
    from story import StoryBench

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# What stands in the middle of the rendition as it is painted: the mean of its samples, and how far they lie apart.
MIDDLE = """([left, top]) => {
  const video = document.getElementById("rendition");
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
  const context = canvas.getContext("2d");
  context.drawImage(video, 0, 0);
  const { data } = context.getImageData(left * canvas.width, top * canvas.height, 8, 8);
  const grey = [...data].filter((_, place) => place % 4 !== 3);
  return [Math.min(...grey), Math.max(...grey)];
}"""


def visited(browser: Any, address: str, name: str) -> Visit:
    made = Visit(browser, address)
    made.page.goto(address)
    made.page.fill("#name", name)
    made.page.press("#passphrase", "Enter")
    made.page.wait_for_selector(".rooms")
    return made


def drawn_and_rendered(page: Any, tmp_path: Path) -> None:
    """From the revealed still to the rendition, by keys and the forms' own buttons."""
    page.wait_for_selector("#stage[data-exact='0']")
    for key in ("Period", "KeyI", "Shift+Period", "Shift+Period", "KeyO", "KeyD", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    assert page.input_value("[name=left]") == "40"
    picture(page, tmp_path / "drawn.png")
    page.click("[data-redacts][value=area]")
    page.wait_for_selector("#draft-title")
    assert page.locator("[name=remove]").count() == 1
    page.select_option("#why-0", "bystander")
    page.fill("#reason", "somebody who only passes by")
    picture(page, tmp_path / "plan.png", full_page=True)
    page.keyboard.press("Enter")
    page.wait_for_selector("#standing:has-text('waits to be rendered')")
    assert page.locator("text=another person releases it").count() == 1
    page.click("button:has-text('Render it')")
    page.wait_for_selector("#rendered[data-ready=yes]", timeout=90_000)
    picture(page, tmp_path / "rendered.png", full_page=True)


def looked_at_and_released(page: Any, served_story: StoryBench, tmp_path: Path) -> None:
    """Behind the veil first; where the box was there is grey, elsewhere there is not; then released."""
    page.keyboard.press("KeyB")
    page.keyboard.press("Enter")
    page.wait_for_selector("#stage[data-state=revealed]")
    assert until(page, lambda: page.evaluate("() => document.getElementById('rendition').readyState >= 2"))
    for _ in range(5):
        page.keyboard.press("Period")
    assert until(page, lambda: page.evaluate("() => !document.getElementById('rendition').seeking"))

    def grey(place: float) -> bool:
        least, most = page.evaluate(MIDDLE, [place, place])
        return 100 <= least <= most <= 156

    # The new picture is painted a little after the seek has ended.
    assert until(page, lambda: grey(0.5))
    assert not grey(0.1)
    picture(page, tmp_path / "looked.png")
    said_where_nothing_is_shown(page)
    printed_without_it(page)
    page.keyboard.press("Escape")
    page.wait_for_selector("#stage[data-state=veiled]")
    exposure.pause_after(access.person(COUNSEL), 1)
    pieces = [exposure.Piece(from_ms=0, to_ms=1, lasted_ms=59_000, way=Way.FULL, sound=False)]
    exposure.looked(access.person(COUNSEL), served_story.items[SCENE], pieces)
    asked_to_pause(page)
    page.fill("#release-why", "nothing shows any more")
    page.keyboard.press("Enter")
    page.wait_for_selector(".stands.released")


def said_where_nothing_is_shown(page: Any) -> None:
    """Drawings and stills are not made of a rendition that plays: it stops, and the stage says what to choose."""
    page.keyboard.press("Space")
    assert until(page, lambda: page.evaluate("() => !document.getElementById('rendition').paused"))
    for way in ("drawing", "still"):
        page.click(f"label:has([name=way][value={way}])")
        assert "the rendition plays: choose grey or full" in page.inner_text("#cannot")
        assert page.evaluate("document.getElementById('rendition').paused")
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press("Space")
        assert page.evaluate("document.getElementById('rendition').paused")
    page.click("label:has([name=way][value=grey])")
    assert not page.is_visible("#cannot")


def printed_without_it(page: Any) -> None:
    """What is revealed is on no paper."""
    page.emulate_media(media="print")
    assert not page.is_visible("#rendition")
    page.emulate_media(media="screen")
    assert page.is_visible("#rendition")


def asked_to_pause(page: Any) -> None:
    """After as long as one chose everything is veiled here as well."""
    page.click("#reveal")
    page.wait_for_selector("#pause-dialog[open]", timeout=15_000)
    assert page.get_attribute("#stage", "data-state") == "veiled"
    page.keyboard.press("Escape")


def test_drawn_rendered_and_released_by_another(
    browser: Any, story_address: str, served_story: StoryBench, tmp_path: Path
) -> None:
    """One draws and renders; the other asks for the footage, looks, and releases; then the item has its track."""
    item = served_story.items[SCENE]
    first = visited(browser, story_address, ANALYST)
    drawn_and_rendered(first.reveal(item), tmp_path)
    assert first.complaints == []
    first.context.close()

    second = visited(browser, story_address, COUNSEL)
    page = second.page
    page.goto(f"{story_address}items/{item}/redactions")
    page.click("h3 a")
    page.wait_for_selector("#rendered[data-ready=yes]")
    assert not [one for one in second.asked if one.endswith("/rendition")]
    looked_at_and_released(page, served_story, tmp_path)
    (known,) = selectors.redactions(item)
    assert known.stands
    assert known.decided_by == COUNSEL

    page.goto(f"{story_address}items/{item}")
    page.wait_for_selector("#item[data-ready=yes]")
    assert page.locator("#axis-labels li:has-text('redactions')").count() == 1
    page.click("#tab-redactions")
    page.locator("#panel-redactions .seek").first.click()
    assert page.inner_text("#ordinal") == "1"
    picture(page, tmp_path / "axis.png")
    assert second.complaints == []
    second.context.close()
