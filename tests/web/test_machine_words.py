"""What machines tell is told in the reader's language: their names, kinds, reasons and doubts; data stays as it is."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.utils.translation import override

from probata.analysis.analysers import shots
from probata.analysis.shots import counting
from probata.cli.demo_story.names import SCENE
from probata.engines import plugins
from probata.web import machine_words, reasons

if TYPE_CHECKING:
    from story import StoryBench

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "src/probata/web/static/workbench"
HTML = {"accept": "text/html"}
VOID = {"br", "hr", "img", "input", "link", "meta", "source", "wbr", "col", "area", "base", "embed", "track"}
# What is called so in every language: units, formats, tools, marks of time and keys.
UNITS = {"s", "px", "B", "KiB", "MiB", "Hz", "kHz", "UTC"}
FORMATS = {"WebVTT", "SubRip", "ELAN", "Label", "Studio", "JSON", "SHA", "PTS", "pts", "RFC"}
SAME = {"Probata", "Esc", "Enter", "Shift", "Ctrl", "en", "ru", "uk", "ar"} | UNITS | FORMATS

compiled = pytest.mark.skipif(
    not (ROOT / "src/probata/web/locale/ar/LC_MESSAGES/django.mo").exists(), reason="translations are not compiled"
)


class Told(HTMLParser):
    """The words of a page that are ours: none within what isolates data, names keys or commands, or is copied."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in VOID:
            return
        data = tag in {"bdi", "code", "kbd", "script", "style", "noscript", "time", "blockquote"}
        copied = "copy" in (given.get("class") or "").split() or "digest" in (given.get("class") or "").split()
        self.open.append((tag, data or copied or ("lang" in given and tag != "html")))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if data.strip() and not any(within for _tag, within in self.open):
            self.words.append(data.strip())


@compiled
def test_no_english_stands_on_an_arabic_item_page_but_data(story: StoryBench) -> None:
    """Names, words of footage, ids and formats are data; every other word is in the language of the page."""
    client = story.client()
    client.post("/language", {"language": "ar"})
    read = Told()
    read.feed(client.get(f"/items/{story.items[SCENE]}", headers=HTML).content.decode())
    text = " ".join(read.words)
    # A digest is data, and so is the type of a file and what decoded it.
    text = re.sub(r"\b[0-9a-f]{8}\b|\bvideo/mp4\b|\bav \d.*?threads \d+", " ", text)
    left = sorted(set(re.findall(r"[A-Za-z]{2,}", text)) - SAME)
    assert left == []


@compiled
def test_scripts_are_given_the_words_that_they_draw(story: StoryBench) -> None:
    """The axis takes its labels, kinds and states from the page, in its language."""
    client = story.client()
    client.post("/language", {"language": "ar"})
    html = client.get(f"/items/{story.items[SCENE]}", headers=HTML).content
    (told,) = re.findall(r'data-codes="([^"]+)"', html.decode())
    codes = json.loads(told.replace("&quot;", '"').replace("&#x27;", "'"))
    drawn = {"shots", "faces", "scenes", "screen_text", "speech", "cut", "part_changed", "movement", "accepted"}
    assert {code for code in drawn if re.search("[A-Za-z]", codes.get(code, code))} == set()


def test_no_script_makes_words_of_a_code_by_itself() -> None:
    """A code with blanks for its underscores is English on every page; `codes.js` asks what it is called."""
    made = [one.name for one in SCRIPTS.glob("*.js") if 'replaceAll("_", " ")' in one.read_text(encoding="utf-8")]
    assert made == ["codes.js"]


def test_every_analyser_and_kind_of_ours_has_words() -> None:
    """Of whatever a stranger's plug-in finds the code itself is shown."""
    kinds = {*shots.CONFUSED, *counting.NAMED}
    wanted = {*plugins.names("probata.analysers"), *(one.replace(" ", "_") for one in kinds)}
    assert wanted - set(machine_words.WORDS) == set()
    assert machine_words.called("of_a_stranger") == "of a stranger"


@pytest.mark.parametrize(
    "stored",
    [
        "1 may be something else; 2 are doubtful; one burst is marked and not counted inside",
        "each stands out plainly",
        "the model holds it to be no speech (0.71)",
        "it has 60 letters in 1.2 s: more than can be said",
        "a voice is heard in 12% of its time only",
        "no face was seen in 300 pictures; the detector looked at 40 of them, four ways each",
        "what nobody here has ever written, 7 times over",
        "100% of 3 or %s",
    ],
)
def test_a_reason_keeps_its_figures(stored: str) -> None:
    """In English it reads as it was recorded, known or not."""
    with override("en"):
        assert reasons.in_words(stored) == stored


@compiled
def test_a_known_reason_is_told_in_the_language_of_the_page() -> None:
    """With its figures; a part that is not known stays as it was recorded."""
    with override("ar"):
        told = reasons.in_words("2 are doubtful; and 3 more")
    assert "2" in told
    assert "doubtful" not in told
    assert told.endswith("and 3 more")
