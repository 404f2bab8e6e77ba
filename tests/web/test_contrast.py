"""Both themes can be read: contrast of every pair that occurs, computed as WCAG 2.2 has it."""

from __future__ import annotations

import re
from importlib import resources

import pytest

SHEETS = resources.files("probata.web") / "static" / "workbench"
THEMES = ("night", "paper")
GROUNDS = ("ground", "surface", "raised", "veil")


def tokens(theme: str) -> dict[str, str]:
    sheet = (SHEETS / "tokens.css").read_text(encoding="utf-8")
    block = re.search(rf'\[data-theme="{theme}"\] {{(.*?)}}', sheet, re.DOTALL)
    assert block is not None
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block[1]))


def luminance(colour: str) -> float:
    """Relative luminance, as WCAG 2.2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("ink", ["ink", "soft", "accent", "candidate", "observed", "claimed"])
def test_words_can_be_read(theme: str, ground: str, ink: str) -> None:
    """4.5 to 1 for text (success criterion 1.4.3)."""
    colours = tokens(theme)
    assert contrast(colours[ink], colours[ground]) >= 4.5, (theme, ink, ground)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("ground", ["ground", "surface", "raised"])
@pytest.mark.parametrize("line", ["edge", "accent", "playhead", "wave"])
def test_lines_that_mean_something_can_be_seen(theme: str, ground: str, line: str) -> None:
    """3 to 1 for controls, focus and drawn things (success criterion 1.4.11)."""
    colours = tokens(theme)
    assert contrast(colours[line], colours[ground]) >= 3, (theme, line, ground)


@pytest.mark.parametrize("theme", THEMES)
def test_the_primary_action_can_be_read(theme: str) -> None:
    """Words on the accent; selected text."""
    colours = tokens(theme)
    assert contrast(colours["on-accent"], colours["accent"]) >= 4.5
    # What is chosen holds all kinds of words, and shapes.
    for ink in ("ink", "soft", "candidate"):
        assert contrast(colours[ink], colours["selection"]) >= 4.5
    assert contrast(colours["observed"], colours["selection"]) >= 3


@pytest.mark.parametrize("theme", THEMES)
def test_both_themes_have_every_token(theme: str) -> None:
    """No theme borrows a colour from the other."""
    assert tokens(theme).keys() == tokens("night").keys()


def test_nothing_moves_long_and_nothing_when_asked_not_to() -> None:
    """Transitions last at most 120 ms and stand inside the query for people who want no motion."""
    for sheet in SHEETS.iterdir():
        if sheet.name.endswith(".css"):
            text = sheet.read_text(encoding="utf-8")
            outside = re.sub(r"@media \(prefers-reduced-motion: no-preference\) {.*}", "", text)
            assert not re.search(r"\b(transition|animation)\s*:", outside), sheet.name
            assert all(int(found) <= 120 for found in re.findall(r"(\d+)ms", text)), sheet.name


def test_sides_are_logical() -> None:
    """No `left` or `right` in a style sheet, so that right-to-left pages need none of their own."""
    for sheet in SHEETS.iterdir():
        if sheet.name.endswith(".css"):
            text = re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)
            assert not re.search(
                r"(margin|padding|border)-(left|right)|text-align: (left|right)|[^-](left|right):", text
            ), sheet.name
