"""Every screen, in both themes, before axe-core: no violation of WCAG 2.2 AA that it calls serious or critical.

axe-core is Deque's, MPL-2.0; it stands in `frontend/node_modules` for these tests and is no part of the product.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from story_screens import NOT_YET_IN, SCREENS, Screen, missing, prepared

if TYPE_CHECKING:
    from collections.abc import Sequence

    from story import StoryBench

AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]
SERIOUS = {"serious", "critical"}
THEMES = ("night", "paper")
VIEWPORT = {"width": 1280, "height": 800}


_AUDIT = """async (tags) => {
  await Promise.all(document.getAnimations().map((one) => one.finished.catch(() => {})));
  const found = await axe.run(document, { runOnly: { type: "tag", values: tags }, resultTypes: ["violations"] });
  return found.violations.map((one) => ({
    rule: one.id, impact: one.impact,
    nodes: one.nodes.map((node) => `${node.target.join(" ")} — ${node.failureSummary.split("\\n").slice(1).join(" ")}`),
  }));
}"""

# By how much a page is wider than its window, and what sticks out of it.
_WIDER = """() => {
  const wide = document.documentElement.clientWidth;
  const by = document.documentElement.scrollWidth - wide;
  if (by <= 0) return [];
  const out = [...document.querySelectorAll("body *")].filter((one) => {
    const box = one.getBoundingClientRect();
    return box.width && (box.right > wide + 1 || box.left < -1) && getComputedStyle(one).position !== "absolute";
  });
  const names = out.slice(0, 4).map((one) => `${one.tagName.toLowerCase()}.${[...one.classList].join(".")}#${one.id}`);
  return [[by, names.join(" ")]];
}"""


def test_every_screen_has_a_row(story: StoryBench) -> None:
    """A screen is audited because it is there, not because somebody thought of it."""
    assert missing(story.client()) == []


@pytest.fixture(scope="module")
def axe() -> str:
    """The auditor's script."""
    if not AXE.is_file():
        pytest.fail(f"{AXE.parent.name} is not installed. Run `npm ci` in frontend/ first: it is a development tool.")
    return AXE.read_text(encoding="utf-8")


class Auditor:
    """A browser with a page for each person, and the auditor's script in it."""

    def __init__(self, browser: Any, axe: str, address: str, nobody: str) -> None:
        self.browser, self.axe, self.addresses = browser, axe, {"": address, "nobody": nobody}
        self.pages: dict[str, Any] = {}

    def page(self, who: str) -> Any:
        """The page of somebody who is logged in, or stands before the login."""
        if who not in self.pages:
            context = self.browser.new_context(viewport=VIEWPORT, reduced_motion="reduce")
            self.pages[who] = page = context.new_page()
            if who != NOT_YET_IN:
                page.goto(f"{self.addresses['']}login")
                page.fill("#name", who)
                page.press("#passphrase", "Enter")
                page.wait_for_url(lambda url: not url.endswith("/login"))
        return self.pages[who]

    def faults(self, screen: Screen, path: str) -> list[str]:
        """What is wrong with a screen as it opens, with all unfolded in both themes, and with each dialog open."""
        page = self.page(screen.who)
        answer = page.goto(self.addresses[screen.beforehand].rstrip("/") + path)
        assert answer.status == 200, f"{path} answered {answer.status} for {screen.who or 'nobody'}"
        assert page.url.endswith(path), f"{path} led to {page.url}"
        page.wait_for_load_state()
        # Evaluated by the debugger, which the policy against scripts from elsewhere does not concern.
        page.evaluate(self.axe)
        found = self.audited(page, screen.title, ("night",))
        if screen.revealed:
            reveal(page)
            found += self.audited(page, f"{screen.title}, revealed")
        page.evaluate("() => document.querySelectorAll('main details').forEach((one) => { one.open = true; })")
        found += self.audited(page, f"{screen.title}, unfolded")
        found += self.narrow(page, screen.title)
        for dialog in screen.dialogs:
            page.evaluate("(id) => document.getElementById(id).showModal()", dialog)
            found += self.audited(page, f"{screen.title} #{dialog}")
            page.evaluate("(id) => document.getElementById(id).close()", dialog)
        return found

    def narrow(self, page: Any, where: str) -> list[str]:
        """What is wrong in one column, as wide as a page of 1280 px enlarged four times (1.4.10)."""
        page.set_viewport_size({"width": 320, "height": 800})
        page.wait_for_timeout(50)
        found = [f"{where}, narrow: wider by {by} px: {who}" for by, who in page.evaluate(_WIDER)]
        found += self.audited(page, f"{where}, narrow", ("night",))
        page.set_viewport_size(VIEWPORT)
        return found

    def audited(self, page: Any, where: str, themes: Sequence[str] = THEMES) -> list[str]:
        """The serious violations of what the page shows now."""
        lines = []
        for theme in themes:
            page.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", theme)
            for one in page.evaluate(_AUDIT, TAGS):
                if one["impact"] in SERIOUS:
                    lines += [f"{where} ({theme}) {one['rule']}: {node}" for node in one["nodes"]]
        return lines


def reveal(page: Any) -> None:
    """Reveal the footage of an item's page, with a reason, as a person does by keyboard."""
    page.wait_for_selector("#item[data-ready=yes]")
    page.keyboard.press("KeyB")
    page.check("input[value=exact_frame]")
    page.keyboard.press("Enter")
    page.wait_for_selector("#stage[data-state=revealed]")


@pytest.mark.browser
@pytest.mark.slow
def test_the_auditor_sees(browser: Any, axe: str, story_address: str) -> None:
    """What is made wrong on purpose on a page of ours is found; otherwise finding nothing would mean nothing."""
    auditor = Auditor(browser, axe, story_address, "")
    page = auditor.page(NOT_YET_IN)
    page.goto(f"{story_address}login")
    page.evaluate(axe)
    page.evaluate("() => document.querySelector('main label').remove()")
    page.evaluate("() => { document.querySelector('main button').style.color = 'var(--edge)'; }")
    found = "\n".join(auditor.audited(page, "login"))
    page.context.close()
    assert " label: " in found
    assert " color-contrast: " in found


@pytest.mark.browser
@pytest.mark.slow
def test_no_screen_has_a_serious_violation(
    browser: Any, axe: str, story_address: str, served_story: StoryBench, nobody_address: str
) -> None:
    """WCAG 2.2 AA, as far as a program can tell: of every screen, its dialogs, night and paper."""
    told = prepared(served_story)
    auditor = Auditor(browser, axe, story_address, nobody_address)
    faults = [line for screen in SCREENS for line in auditor.faults(screen, screen.path(told))]
    for page in auditor.pages.values():
        page.context.close()
    assert not faults, "\n".join(faults)
