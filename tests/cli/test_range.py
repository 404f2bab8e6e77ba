"""`probata range`: the two reckonings, told to a person or to a program."""

from __future__ import annotations

import pytest
from asking import json_of

from probata.cli.__main__ import main


def test_flash_to_bang_by_the_contract(capsys):
    """A distance with its doubt, what makes the doubt, and a derivation."""
    code, told = json_of(capsys, "range", "flash-to-bang", "--interval-s", "0.2914")
    assert (code, told["way"], told["outcome"]) == (0, "flash_to_bang", "found")
    assert told["distance_m"] == pytest.approx(100, abs=0.2)
    assert told["sigma_m"] == pytest.approx(7.8, abs=0.1)
    assert told["derivation"]["inputs"]["interval_s"] == 0.2914


def test_crack_to_thump_by_the_contract(capsys):
    """The published case: 0.30 s at 25 °C and 800 m/s are 183 m."""
    words = ["--interval-s", "0.3", "--bullet-speed-m-s", "800", "--temperature-c", "25"]
    code, told = json_of(capsys, "range", "crack-to-thump", *words)
    assert (code, told["way"]) == (0, "crack_to_thump")
    assert told["distance_m"] == pytest.approx(183, abs=0.5)
    assert told["by_speed"]


def test_the_switch_for_json_stands_anywhere(capsys):
    """Before the way or at the end."""
    assert main(["range", "--json", "flash-to-bang", "--interval-s", "0.3"]) == 0
    assert capsys.readouterr().out.startswith("{")


def test_near_by_it_says_nothing(capsys):
    """No distance below twenty metres, in words and by the contract."""
    assert main(["range", "flash-to-bang", "--interval-s", "0.04"]) == 0
    assert "says nothing" in capsys.readouterr().out
    _code, told = json_of(capsys, "range", "flash-to-bang", "--interval-s", "0.04")
    assert (told["outcome"], told["distance_m"]) == ("nothing_found", None)


def test_a_person_is_told_what_makes_the_doubt(capsys):
    """The largest share first, and the range for other speeds."""
    assert main(["range", "crack-to-thump", "--interval-s", "0.3"]) == 0
    shown = capsys.readouterr().out
    assert "88%  the speed of the bullet" in shown
    assert "a bullet at 600 m/s" in shown
    assert "no direction" in shown


@pytest.mark.parametrize(
    "words",
    [
        ["flash-to-bang", "--interval-s", "nan"],
        ["flash-to-bang", "--interval-s", "0.3", "--fps", "0"],
        ["flash-to-bang", "--interval-s", "0.3", "--fps", "nan"],
        ["flash-to-bang", "--interval-s", "-0.5"],
        ["crack-to-thump", "--interval-s", "0.3", "--bullet-speed-m-s", "200"],
        ["crack-to-thump", "--interval-s", "0.3", "--temperature-c", "400"],
    ],
)
def test_nonsense_is_refused_with_advice(words, capsys):
    """Exit 2, and a sentence that says why."""
    assert main(["range", *words]) == 2
    assert capsys.readouterr().err.startswith("probata: ")
