"""One person before the workbench in a browser, and a picture of what they see."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

VIEWPORT = {"width": 1440, "height": 900}


def picture(page: Any, path: Path, *, full_page: bool = False) -> None:
    """A picture for people to look at; Chromium, when short of time, may not take one at once, and is asked again."""
    from playwright.sync_api import Error

    try:
        page.screenshot(path=path, full_page=full_page)
    except Error:
        page.wait_for_timeout(1000)
        page.screenshot(path=path, full_page=full_page)


def until(page: Any, told: Callable[[], Any], *, seconds: float = 30) -> Any:
    """Wait until something is so, on the page or in the record, and return it; the browser goes on meanwhile."""
    patience = time.monotonic() + seconds
    while not (answer := told()) and time.monotonic() < patience:
        page.wait_for_timeout(50)
    return answer


def held(page: Any, address: str) -> list[Any]:
    """What is asked for at an address from now on: it waits there until the test answers or breaks it off."""
    waiting: list[Any] = []

    def hold(route: Any) -> None:
        # A function of our own: Playwright takes no method of a list.
        waiting.append(route)

    page.route(address, hold)
    return waiting


class Visit:
    """One person's browser: a page, everything it asked for, and everything it complained of."""

    def __init__(self, browser: Any, address: str, **options: Any) -> None:
        self.address = address
        self.context = browser.new_context(**{"viewport": VIEWPORT, **options})
        self.page = self.context.new_page()
        self.asked: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda line: self.complaints.append(line.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def log_in(self) -> Visit:
        self.page.goto(self.address)
        self.page.fill("#name", "S. Analyst")
        self.page.press("#passphrase", "Enter")
        self.page.wait_for_selector(".rooms")
        return self

    def open(self, item: str) -> Any:
        self.page.goto(f"{self.address}items/{item}")
        self.page.wait_for_selector("#item[data-ready=yes]")
        return self.page

    def reveal(self, item: str) -> Any:
        page = self.open(item)
        page.keyboard.press("KeyB")
        page.check("input[value=exact_frame]")
        page.keyboard.press("Enter")
        page.wait_for_selector("#stage[data-state=revealed]")
        return page

    @property
    def footage_asked(self) -> list[str]:
        return [url for url in self.asked if url.endswith((".png", "/footage"))]
