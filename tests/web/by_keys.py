"""A person at the workbench who has a keyboard and no mouse: every move is a key that is pressed."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

PATIENCE_S = 60
MOST_TABS = 260
"""How far anybody tabs through a page before they give it up."""

_FOCUSED = "document.activeElement"
_TOLD = """() => {
  const one = document.activeElement;
  return `${one.tagName} ${one.name || one.id || ""} ${one.innerText?.slice(0, 40) || ""}`;
}"""
# Whether the focus is where a selector says, what has it, and what is wrong for somebody who looks for it.
_STOP = """(selector) => {
  const one = document.activeElement;
  const told = `${one.tagName} ${one.name || one.id || ""} ${one.innerText?.slice(0, 40) || ""}`;
  if (one === document.body) return [false, told, ""];
  const { left, top, width, height } = one.getBoundingClientRect();
  // A choice that is drawn by the words beside it shows its ring there.
  const rings = [one, one.nextElementSibling].filter(Boolean).map((each) => getComputedStyle(each));
  const shown = rings.some((each) => each.outlineStyle !== "none" || each.boxShadow !== "none");
  const wrong = !one.getClientRects().length ? "it is not shown"
    : left + width < 0 || top + height < 0 || left > innerWidth || top > innerHeight ? "it lies outside the window"
    : shown || one.matches("[tabindex='-1']") ? "" : "nothing shows that the focus is there";
  return [one.matches(selector), told, wrong];
}"""
_STANDS = """() => {
  const one = document.activeElement;
  return [one.value, one.selectedOptions[0].text];
}"""
_CLEARED = "document.activeElement.value === ''"


class Hands:
    """One person's hands on the keys of one page; `complaints` is what the browser's console told."""

    def __init__(self, browser: Any, address: str) -> None:
        self.address = address
        self.context = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(20_000)
        self.complaints: list[str] = []
        self.page.on("console", lambda line: self.complaints.append(line.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: dialog.accept())

    def press(self, *keys: str) -> None:
        """Press these, one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def to(self, selector: str, *, back: bool = False) -> None:
        """Tab on (or back) until what fits a selector has the focus."""
        key, before = ("Shift+Tab" if back else "Tab"), []
        for pressed in range(MOST_TABS):
            fits, told, wrong = self.page.evaluate(_STOP, selector)
            assert not wrong or not pressed, f"{self.page.url}: {told}: {wrong}"
            if fits:
                return
            before.append(told)
            self.press(key)
        raise AssertionError(f"no Tab leads to {selector} on {self.page.url}: {before[-90:]}")

    def skip(self) -> None:
        """The first Tab of a page offers to skip to the content: do it."""
        self.press("Tab")
        assert self.page.evaluate("document.activeElement.matches('a.skip')"), self.page.evaluate(_TOLD)
        self.press("Enter")
        self.until("document.activeElement.id === 'main'")

    def write(self, selector: str, words: str) -> None:
        """Tab to a field and type into it, instead of what it holds."""
        self.to(selector)
        if not self.page.evaluate(_CLEARED):
            self.press("Control+A")
        # The first letter by its key, which might mean something else; the rest as it comes from any keyboard.
        self.page.keyboard.type(words[0])
        self.page.keyboard.insert_text(words[1:])

    def choose(self, selector: str, value: str = "", *, says: str = "") -> None:
        """Tab to a list of choices and walk it by arrows until a value is chosen, or one that says these words."""
        self.to(selector)
        self.press("Home")
        seen, now = None, self.page.evaluate(_STANDS)
        while now[0] != value if value else says not in now[1]:
            assert now != seen, f"{selector} offers no {value or says}"
            self.press("ArrowDown")
            seen, now = now, self.page.evaluate(_STANDS)

    def radio(self, name: str, value: str) -> None:
        """Tab into a group of radio buttons, and walk it by arrows until the button of a value is set."""
        self.to(f"input[type=radio][name='{name}']")
        self.press("Space")
        for _ in range(40):
            if self.page.evaluate(f"{_FOCUSED}.checked && {_FOCUSED}.value") == value:
                return
            self.press("ArrowDown")
        raise AssertionError(f"no arrow leads to {name}={value}")

    def do(self, selector: str) -> None:
        """Tab to a button, a tick or a summary, and press it."""
        self.to(selector)
        self.press("Space")

    def follow(self, selector: str) -> None:
        """Tab to a link and go where it leads."""
        self.to(selector)
        with self.leads():
            self.press("Enter")

    def until(self, expression: str) -> None:
        """Wait until something is so on the page."""
        _until(self.page, expression)

    def leads(self) -> Any:
        """Around a key that leads to another page: wait until that one is there."""
        return _Leads(self.page)

    def sent(self, selector: str) -> None:
        """Tab to a button that records something, press it, and wait for the page that follows."""
        self.to(selector)
        with self.leads():
            self.press("Enter")

    def room(self, number: int) -> None:
        """Go to a room by Alt and its number, and past what stands above every page."""
        with self.leads():
            self.press(f"Alt+Digit{number}")
        self.skip()

    def log_in(self, name: str) -> None:
        """Write a name into the field that has the focus already; the passphrase is empty."""
        self.page.wait_for_selector("#name:focus")
        self.page.keyboard.type(name)
        with self.leads():
            self.press("Enter")

    def log_out(self) -> None:
        """The button at the end of the bar."""
        self.sent("form[data-leaving] button")

    def rows(self) -> Iterator[str]:
        """Walk a list by J and tell what each row says, until the last."""
        before = None
        while True:
            self.press("KeyJ")
            now = self.page.evaluate(f"{_FOCUSED}.closest('[data-row]')?.innerText")
            if now is None or now == before:
                return
            before = now
            yield now

    def row(self, words: str) -> None:
        """Walk a list by J until the row that says these words."""
        told = []
        for one in self.rows():
            told.append(one)
            if words in one:
                return
        raise AssertionError(f"no row on {self.page.url} says {words}: {told}")


class _Leads:
    """Waits for the document that a key brought about, whether its address is another or the same."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def __enter__(self) -> None:
        self.page.evaluate("window.probataBefore = true")

    def __exit__(self, kind: object, *_told: object) -> None:
        if kind is not None:
            return
        try:
            _until(self.page, "!window.probataBefore && document.readyState === 'complete'")
        except AssertionError as error:
            told = self.page.locator(".refused:visible, [role=alert]:visible").all_inner_texts()
            raise AssertionError(f"nothing followed on {self.page.url}: {told}") from error


def _until(page: Page, expression: str) -> None:
    """Ask until it is so; the page may be on its way to another meanwhile."""
    from playwright.sync_api import Error

    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        # What is asked of a page that is just left is answered by the next.
        with suppress(Error):
            if page.evaluate(expression):
                return
        page.wait_for_timeout(50)
    raise AssertionError(f"{page.url} never came to {expression}")
