"""Exact time in a browser: the picture at an address is the picture of that address, read from the screen.

The clip has 300 frames of uneven rate, each bearing its ordinal. The workbench is stepped through all of them by
keyboard, and both pictures that a person may see are read: the player's own, and the exact still over it. Beside it,
on the same clip in the same browser, what `seconds × frames a second` makes of the same addresses.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import pytest

from probata.cli.demo_footage.errors import OrdinalUnreadable
from probata.cli.demo_footage.ordinals import read_ordinal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.web.conftest import Bench

# One server and one browser for the module, also where tests are shared out among workers.
pytestmark = [pytest.mark.browser, pytest.mark.slow]

FRAMES = 300
# What is on screen, taken from the element itself.
PICTURE_OF = """(id) => {
  const shown = document.getElementById(id);
  const canvas = document.createElement("canvas");
  canvas.width = shown.videoWidth || shown.naturalWidth;
  canvas.height = shown.videoHeight || shown.naturalHeight;
  canvas.getContext("2d").drawImage(shown, 0, 0);
  return canvas.toDataURL("image/png").split(",")[1];
}"""
SETTLED = """(ordinal) => document.getElementById("stage").dataset.exact === String(ordinal)"""
# The player has been sent, if need be sent again, and says what it shows; painted a few turns of the screen later.
AT_REST = """() => new Promise((done) => {
  const video = document.getElementById("video");
  let quiet = 0;
  const look = () => {
    quiet = video.seeking || video.dataset.waits ? 0 : quiet + 1;
    if (quiet <= 4) return requestAnimationFrame(look);
    const astray = document.getElementById("stage").classList.contains("astray");
    done({ astray, hidden: getComputedStyle(video).visibility === "hidden" });
  };
  look();
})"""
# Two frames of the screen after the seek has ended, the new picture is painted.
SEEK = """(seconds) => new Promise((done) => {
  const video = document.getElementById("video");
  video.addEventListener("seeked", () => requestAnimationFrame(() => requestAnimationFrame(done)), { once: true });
  video.currentTime = seconds;
})"""


def revealed(browser: Any, address: str, item: str) -> Any:
    """The item's page, revealed, at its first frame."""
    opened = browser.new_page(viewport={"width": 1280, "height": 800})
    opened.goto(f"{address}items/{item}")
    opened.fill("#name", "S. Analyst")
    opened.press("#passphrase", "Enter")
    opened.wait_for_selector("#item[data-ready=yes]")
    opened.keyboard.press("KeyB")
    opened.check("input[value=exact_frame]")
    opened.keyboard.press("Enter")
    opened.wait_for_selector("#stage[data-state=revealed]")
    opened.wait_for_function(SETTLED, arg=0)
    opened.wait_for_function("() => document.getElementById('video').readyState >= 2")
    return opened


@pytest.fixture(scope="module")
def page(browser: Any, address: str, served_bench: Bench) -> Iterator[Any]:
    """The page of the clip, for the tests that share it."""
    opened = revealed(browser, address, served_bench.ordinals)
    yield opened
    opened.close()


def read(page: Any, element: str) -> int | None:
    """The number that the picture says it has; None where it says none."""
    try:
        return read_ordinal(base64.b64decode(page.evaluate(PICTURE_OF, element)))
    except OrdinalUnreadable:
        return None


def go_to(page: Any, ordinal: int) -> None:
    """By keyboard, until the exact still is on screen."""
    page.keyboard.press("KeyF")
    page.fill("#go-to", str(ordinal))
    page.keyboard.press("Enter")
    page.wait_for_function(SETTLED, arg=ordinal)


def test_the_right_picture_at_300_of_300_addresses(page: Any) -> None:
    """Stepping by keyboard, the picture shown at each address is the frame of that ordinal: 300 of 300.

    The player beneath is right as well, or the page knows that it is astray and does not show it.
    """
    page.keyboard.press("Home")
    wrong, astray = [], []
    for ordinal in range(FRAMES):
        page.wait_for_function(SETTLED, arg=ordinal)
        if page.evaluate(AT_REST)["astray"]:
            astray.append(ordinal)
        elif read(page, "video") != ordinal:
            wrong.append(("video", ordinal, read(page, "video")))
        if (int(page.inner_text("#ordinal")), read(page, "still")) != (ordinal, ordinal):
            wrong.append(("still", ordinal, read(page, "still")))
        page.keyboard.press("Period")
    assert wrong == []
    assert len(astray) <= FRAMES // 50, astray


def test_where_no_time_leads(browser: Any, address: str, served_bench: Bench) -> None:
    """To some frames no time leads the player: the exact still is right there, and the player is not shown."""
    page = revealed(browser, address, served_bench.astray)
    for ordinal in (58, 59, 60, 61, 119, 120, 178, 179, 180, 181, 239, 240):
        go_to(page, ordinal)
        told = page.evaluate(AT_REST)
        assert read(page, "still") == ordinal
        assert told["hidden"] == told["astray"]
        assert told["astray"] or read(page, "video") == ordinal
    page.close()


def test_the_right_picture_on_screen(page: Any) -> None:
    """The same, read from what the screen shows at its full size, after jumps in both directions."""
    page.keyboard.press("KeyG")
    assert "grey" not in page.get_attribute("#stage", "class")
    for ordinal in (299, 0, 150, 149, 61, 60, 59, 298, 1, 233):
        go_to(page, ordinal)
        stage = page.locator("#stage")
        box = stage.bounding_box()
        # The clip is 16:9 inside the stage; the letterbox around it is cut off.
        height = min(box["height"], box["width"] * 9 / 16)
        width = height * 16 / 9
        clip = {
            "x": box["x"] + (box["width"] - width) / 2,
            "y": box["y"] + (box["height"] - height) / 2,
            "width": width,
            "height": height,
        }
        assert read_ordinal(page.screenshot(clip=clip)) == ordinal


def test_seconds_times_rate_fails_on_the_same_clip(page: Any) -> None:
    """Addressing by `ordinal ÷ average rate`, as `seconds × fps` does, shows other pictures at most addresses."""
    average_s = page.evaluate("document.getElementById('video').duration") / FRAMES
    wrong = 0
    for ordinal in range(0, FRAMES, 3):
        page.evaluate(SEEK, (ordinal + 0.5) * average_s)
        wrong += read(page, "video") != ordinal
    assert wrong > FRAMES // 3 // 2, f"only {wrong} of {FRAMES // 3} were other pictures"


def test_playing_names_the_picture_that_is_shown(page: Any) -> None:
    """Paused in full play, the frame that is named is the one that is shown; `seconds × fps` names others."""
    rate = FRAMES / page.evaluate("document.getElementById('video').duration")
    by_rate_wrong = 0
    page.keyboard.press("Home")
    for _stop in range(8):
        page.keyboard.press("Space")
        page.wait_for_timeout(650)
        page.keyboard.press("KeyK")
        page.wait_for_function("() => document.getElementById('video').paused")
        astray = page.evaluate(AT_REST)["astray"]
        told = int(page.inner_text("#ordinal"))
        page.wait_for_function(SETTLED, arg=told)
        assert astray or read(page, "video") == told
        assert read(page, "still") == told
        by_rate_wrong += int(page.evaluate("document.getElementById('video').currentTime") * rate) != told
    assert by_rate_wrong >= 4
