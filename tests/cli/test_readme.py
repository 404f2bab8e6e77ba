"""What the README shows runs: its commands that need no footage of the reader's own, word for word."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from probata.cli.__main__ import main
from probata.cli.verbs import VERBS, load
from probata.gazetteer.store import BUILT

ROOT = Path(__file__).parents[2]
SHOWN = [
    shlex.split(line.split("  #")[0])[1:]
    for line in re.findall(r"^\$ (probata .+)$", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
]
ALONE = [words for words in SHOWN if words[0] in {"when", "sun", "where"}]


@pytest.mark.parametrize("words", ALONE, ids=lambda words: words[0])
def test_a_calculator_answers_as_shown(monkeypatch, capsys, words):
    """From the folder of the README, it ends with exit code 0 and says something."""
    if words[0] == "where" and not BUILT.is_file():
        pytest.skip("the gazetteer is not built: make setup")
    monkeypatch.chdir(ROOT)
    assert main(words) == 0
    assert capsys.readouterr().out


@pytest.mark.parametrize("words", SHOWN, ids=" ".join)
def test_every_command_is_one_that_its_verb_takes(words):
    """Verbs and options are spelled as they are."""
    import argparse

    parser = argparse.ArgumentParser()
    assert words[0] in VERBS
    load(words[0]).arguments(parser)
    parser.add_argument("--json", action="store_true")
    parser.parse_args(words[1:])


def test_calculators_are_among_what_is_shown():
    """A README that shows none of them would make the first test empty."""
    assert {words[0] for words in ALONE} == {"when", "sun", "where"}
