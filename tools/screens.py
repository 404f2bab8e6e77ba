#!/usr/bin/env python3
"""Take a picture of every screen of the workbench, in both themes and both directions of writing.

A workspace is made with the demo's story in it, served, and visited in headless Chromium; the pictures and their list
go to `docs/screens`. What the screens are is told once, in `tests/web/story_screens.py`. Ids and times differ each run.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

from attrs import define, field
from PIL import Image
from playwright.sync_api import sync_playwright

from probata.engines import settings as workspace_settings

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "screens"
VIEWPORT = {"width": 1280, "height": 800}
LARGEST_BYTES = 6_000_000
COLOURS = (64, 48, 32, 24, 16)
ALL = (("night", "en"), ("paper", "ar"))
MORE = dict.fromkeys(("desk", "item", "claims"), (("paper", "en"), ("night", "ar")))

# Where this run keeps its workspace is nobody's business: the path is shown as another.
_MASK = """([folder, shown]) => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode;
    text.data = text.data.replace(new RegExp(`${folder}/[^/ ]+/[^/ ]+`, "g"), shown);
  }
}"""

# The story is told, and the screens are listed, beside the tests that walk through them.
sys.path[:0] = [str(ROOT / "tests" / "web"), str(ROOT)]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "probata.web.settings")
# Playwright keeps an event loop in this thread; the database is asked between its turns, never within.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


def main() -> int:
    """Make the workspace, visit the screens, write the pictures and their list."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--only", nargs="*", metavar="SCREEN", help="take these alone, and leave the others as they are"
    )
    parser.add_argument("--out", type=Path, default=FOLDER, metavar="FOLDER", help="where to (docs/screens)")
    options = parser.parse_args()
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.stderr.write("Chromium is not installed; tools/system-packages.sh names the package.\n")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        pictures = taken(Path(folder), chromium, options.only)
    options.out.mkdir(parents=True, exist_ok=True)
    total = written(pictures, options.out, clear=not options.only)
    sys.stdout.write(f"{len(pictures)} pictures, {total / 1e6:.1f} MB, in {options.out}\n")
    return 0


def taken(folder: Path, chromium: str, only: list[str] | None) -> dict[str, bytes]:
    """The pictures by name, as Chromium gave them."""
    from story import tell_story  # noqa: PLC0415  beside the tests, whose folder was named above
    from story_screens import SCREENS, prepared  # noqa: PLC0415  same

    story = tell_story(folder / "told").copied(folder / "served")
    told = prepared(story)
    workspace_settings.create(folder / "nobody")
    pictures: dict[str, bytes] = {}
    with served(story.root) as address, served(folder / "nobody") as nobody, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        visitors = Visitors(browser=browser, address=address)
        for screen in SCREENS:
            if only and screen.title not in only:
                continue
            where = (nobody if screen.beforehand else address).rstrip("/") + screen.path(told)
            for theme, language in ALL + MORE.get(screen.title, ()):
                picture = visitors.picture(where, screen.who, theme, language)
                pictures[f"{screen.title}-{theme}-{language}.png"] = picture
        browser.close()
    return pictures


@define(kw_only=True)
class Visitors:
    """A page for each person, theme and language."""

    browser: Any
    address: str
    pages: dict[tuple[str, str, str], Any] = field(factory=dict)

    def picture(self, where: str, who: str, theme: str, language: str) -> bytes:
        """What that person sees there."""
        page = self.page(who, theme, language)
        page.goto(where)
        page.wait_for_load_state("networkidle")
        page.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", theme)
        page.evaluate("() => document.fonts.ready.then(() => null)")
        page.evaluate(_MASK, [tempfile.gettempdir(), "/workspace"])
        page.wait_for_timeout(400)
        return bytes(page.screenshot())

    def page(self, who: str, theme: str, language: str) -> Any:  # noqa: ANN401  Playwright is imported where it is used
        """Their page, logged in, in that theme and language."""
        wanted = (who, theme, language)
        if wanted not in self.pages:
            context = self.browser.new_context(viewport=VIEWPORT, reduced_motion="reduce")
            # A cookie is a host's, whatever its port: that of the workspace in which nobody is enrolled as well.
            context.add_cookies([{"name": "probata_language", "value": language, "url": self.address}])
            self.pages[wanted] = page = context.new_page()
            if who:
                page.goto(f"{self.address}login")
                page.fill("#name", who)
                page.press("#passphrase", "Enter")
                page.wait_for_url(lambda url: not url.endswith("/login"))
                if theme == "paper" and page.locator("button[name=theme]").count():
                    page.click("button[name=theme]")
                    page.wait_for_load_state()
        return self.pages[wanted]


@contextmanager
def served(root: Path) -> Iterator[str]:
    """Where `probata serve` serves a workspace meanwhile."""
    command = [sys.executable, "-m", "probata.cli", "serve", "--workspace", str(root), "--port", "0", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines: list[str] = []
        while not lines or lines[-1] != "}\n":
            lines.append(process.stdout.readline())
            if not lines[-1]:
                raise SystemExit("the server ended before it was ready")
        try:
            yield json.loads("".join(lines))["address"]
        finally:
            process.terminate()
            process.wait(timeout=20)


def written(pictures: dict[str, bytes], folder: Path, *, clear: bool) -> int:
    """Write them with as many colours as fit into `LARGEST_BYTES`, and list them; gives their bytes."""
    for colours in COLOURS:
        small = {name: reduced(picture, colours) for name, picture in pictures.items()}
        total = sum(map(len, small.values()))
        if total <= LARGEST_BYTES:
            break
    if clear:
        for old in folder.glob("*.png"):
            old.unlink()
    for name, picture in small.items():
        (folder / name).write_bytes(picture)
    (folder / "README.md").write_text(listed({one.name for one in folder.glob("*.png")}), encoding="utf-8")
    return total


def reduced(picture: bytes, colours: int) -> bytes:
    """The picture as a PNG with a palette."""
    out = BytesIO()
    image = Image.open(BytesIO(picture)).convert("RGB")
    image.quantize(colours, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def listed(names: set[str]) -> str:
    """The list of the pictures, a line for each screen."""
    from story_screens import SCREENS  # noqa: PLC0415  beside the tests

    lines = [
        "# Screens",
        "",
        "Every screen of the workbench with the demo's story in it: drawn footage and made-up parties, no real event.",
        "Made by `python tools/screens.py`; *night* and *paper* are its two themes, `ar` is Arabic, right to left.",
        "",
        "| screen | what it is for | pictures |",
        "|---|---|---|",
    ]
    for screen in SCREENS:
        shown = []
        for theme, language in ALL + MORE.get(screen.title, ()):
            name = f"{screen.title}-{theme}-{language}.png"
            if name in names:
                shown.append(f"[{theme}, {language}]({name})")
        lines.append(f"| {screen.title} | {screen.words} | {' · '.join(shown)} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
