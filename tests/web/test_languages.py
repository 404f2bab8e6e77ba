"""The workbench in its four languages: nothing is left untranslated, and direction follows the language."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.utils.translation import override

from probata.cases import selectors as cases
from probata.cli.demo_story.names import SCENE
from probata.web.templatetags.wording import unmirrored

if TYPE_CHECKING:
    from story import StoryBench
    from tests.web.conftest import Bench

ROOT = Path(__file__).resolve().parents[2]
HTML = {"accept": "text/html"}
ITEMS = {"uk": "Матеріали", "ru": "Материалы", "ar": "المواد"}

needs_gettext = pytest.mark.skipif(shutil.which("msgfmt") is None, reason="GNU gettext is not installed")
compiled = pytest.mark.skipif(
    not (ROOT / "src/probata/web/locale/uk/LC_MESSAGES/django.mo").exists(), reason="translations are not compiled"
)


@needs_gettext
def test_everything_that_is_said_is_translated() -> None:
    """Pages, vocabularies and errors as they are today, in every language; a guess is no translation."""
    command = [sys.executable, ROOT / "tools" / "messages.py", "missing"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]


@compiled
@pytest.mark.parametrize(("language", "direction"), [("uk", "ltr"), ("ru", "ltr"), ("ar", "rtl")])
def test_a_language_is_chosen_and_kept(bench: Bench, language: str, direction: str) -> None:
    """The page says which it is in and how it runs; the choice leads back to where one was."""
    client = bench.client()
    answer = client.post("/language", {"language": language, "next": "/items"})
    assert answer["Location"] == "/items"
    html = client.get("/items", headers=HTML).content.decode()
    assert f'<html lang="{language}" dir="{direction}"' in html
    assert ITEMS[language] in html


@compiled
@pytest.mark.parametrize("language", ["uk", "ru", "ar"])
def test_a_refusal_is_understood_by_whoever_is_refused(bench: Bench, language: str) -> None:
    """What happened and what to do, in the language of the page, with the facts as they are."""
    client = bench.client()
    english = client.get("/items/ffff", headers=HTML).content.decode()
    client.post("/language", {"language": language})
    told = client.get("/items/ffff", headers=HTML).content.decode()
    assert "No item of this workspace begins with ffff." in english
    assert "ffff" in told
    assert "No item of this workspace" not in told


def test_what_stays_english_keeps_its_direction(story: StoryBench) -> None:
    """Elements and steps stand in English on an Arabic page: each runs by itself, signs at its ends included."""
    client = story.client()
    client.post("/language", {"language": "ar"})
    (table,), (case,) = cases.table_lines(), cases.case_lines()
    html = client.get(f"/elements/{table.id}", headers=HTML).content.decode()
    for told in ("<h1>", "<h3>", 'name="mode" value="25(3)(a)" required> '):
        assert f'{told}<bdi dir="auto">' in html
    html = client.get(f"/cases/{case.id}", headers=HTML).content.decode()
    for told in ('<p class="asks">', "<summary>", "<strong>", f'<a href="/elements/{table.id}">'):
        assert f'{told}<bdi dir="auto">' in html


@compiled
def test_a_language_that_nobody_speaks_here_changes_nothing(bench: Bench) -> None:
    """An unknown code is ignored, and nobody is led elsewhere by the form."""
    client = bench.client()
    answer = client.post("/language", {"language": "xx", "next": "//evil.example/"})
    assert answer["Location"] == "/"
    assert '<html lang="en" dir="ltr"' in client.get("/items", headers=HTML).content.decode()


@pytest.mark.parametrize(
    ("told", "isolated"),
    [
        ("≥ 3", ["≥ 3"]),
        ("2–3: echo", ["2–3"]),
        ("3/5", ["3/5"]),
        ("00:07.340 – 00:07.358", ["00:07.340 – 00:07.358"]),
        ("± 1 ms", ["± 1"]),
        ("reads 2022-03-30T14:05+03:00, or 2022-03-30", ["2022-03-30T14:05+03:00", "2022-03-30"]),
        ("as [2031-10-12..2031-10-13], or 2031-10-12T14:05:00Z.", ["[2031-10-12..2031-10-13]", "2031-10-12T14:05:00Z"]),
        ("{first}–{last} of {total} shown", ["{first}–{last}"]),
        ("12 of 40", []),
    ],
)
def test_ranges_and_bounds_are_not_mirrored(told: str, isolated: list[str]) -> None:
    """From right to left they stand for themselves; elsewhere nothing is put into a sentence."""
    with override("ar"):
        assert re.findall("\u2066(.*?)\u2069", unmirrored(told)) == isolated
        assert re.sub("[\u2066\u2069]", "", unmirrored(told)) == told
    with override("en"):
        assert unmirrored(told) == told


def test_times_and_counts_of_an_item_run_from_left_to_right(story: StoryBench) -> None:
    """A count stands apart from the words around it, and a stretch begins left and ends right."""
    client = story.client()
    client.post("/language", {"language": "ar"})
    html = client.get(f"/items/{story.items[SCENE]}", headers=HTML).content.decode()
    assert '<strong dir="ltr">≥ 3</strong>' in html
    assert re.search(r'<bdi dir="ltr" class="figure">≥ \d+</bdi>', html)
    for row in re.findall(r"<(?:li class=.seen|tr class=.entry).*?</(?:li|tr)>", html, re.DOTALL):
        for stretch in re.findall(r"<span class=.hint.> – [\d:.]+</span>", row):
            assert re.search(rf'<bdi dir="ltr"><button[^>]*>[^/]*(?:</?span[^>]*>[^<]*)*</button>{stretch}</bdi>', row)
