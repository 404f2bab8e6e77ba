"""`probata sun`: times from a shadow and days from where the sun stood, told to a person or to a program."""

from __future__ import annotations

import subprocess
import sys

import pytest
from asking import json_of

from probata.cli.__main__ import main
from probata.verification.derivation import Derivation

PLACE = ("sun", "--lat", "50.43", "--lon", "30.05", "--zone", "Europe/Kyiv")
SAVANNA = ("sun", "--lat", "10.98", "--lon", "13.9", "--zone", "Africa/Douala", "--year", "2015")
SUN = ("--sun-azimuth", "264.76", "--sun-altitude", "39.70")
SHADOW = ("--date", "2022-03-29", "--shadow-azimuth", "53", "--azimuth-sd", "3")


def test_a_shadow_as_json(capsys):
    """Windows with a start and an end, by the contract, and the run written down."""
    code, told = json_of(capsys, *PLACE, *SHADOW)
    assert code == 0
    (window,) = told["windows"]
    assert window["start"] < "2022-03-29T15:58:51+03:00" < window["end"]
    assert window["half"] == "afternoon"
    run = Derivation.from_json(told["derivation"])
    assert run.inputs["shadow_azimuth_deg"] == 53
    assert run.seed is None
    assert run.outputs["windows"][0]["start"] == window["start"]  # type: ignore[index]


def test_the_same_twice(capsys):
    """No chance is used: the same call gives the same answer."""
    assert json_of(capsys, *PLACE, *SHADOW) == json_of(capsys, *PLACE, *SHADOW)


@pytest.mark.parametrize("ratio", ["170:290", "0.5862069"])
def test_a_ratio_in_two_ways(capsys, ratio):
    """Height and length as they were measured, or divided; a share in per cent or as a number."""
    _code, told = json_of(capsys, *PLACE, "--date", "2022-03-29", "--ratio", ratio, "--ratio-sd", "20%")
    assert [one["half"] for one in told["windows"]] == ["morning", "afternoon"]
    assert told["windows"][1]["start"].startswith("2022-03-29T14:3")


def test_several_days_in_words(capsys):
    """A person reads a line for each window, what a degree is worth, and what is not covered."""
    assert main([*PLACE, "--from", "2022-03-27", "--to", "2022-03-30", "--ratio", "1:2", "--ratio-sd", "0.1"]) == 0
    shown = capsys.readouterr().out
    assert shown.count("morning") == shown.count("afternoon") == 4
    assert "minutes" in shown
    assert "sloping ground" in shown
    assert max(len(line) for line in shown.splitlines()) <= 120


def test_nothing_fits_is_an_answer(capsys):
    """Exit 0, no window, and the reason."""
    code, told = json_of(capsys, *PLACE, "--date", "2022-03-29", "--ratio", "3", "--ratio-sd", "5%")
    assert (code, told["windows"]) == (0, [])
    assert told["without"][0]["code"] == "sun_too_low"
    main([*PLACE, "--date", "2022-03-29", "--ratio", "3", "--ratio-sd", "5%"])
    assert "no time: the sun would have to stand 71.6 degrees high" in capsys.readouterr().out


def test_days_come_with_their_twin(capsys):
    """Both seasons, and a sentence that the sun cannot tell them apart."""
    _code, told = json_of(capsys, *SAVANNA, *SUN)
    assert [(one["start"], one["end"]) for one in told["dates"]] == [
        ("2015-03-21", "2015-04-04"),
        ("2015-09-08", "2015-09-22"),
    ]
    main([*SAVANNA, *SUN, "--time", "15:30", "--time-within", "20"])
    shown = capsys.readouterr().out
    assert "cannot say which it was" in " ".join(shown.split())
    assert "the sun goes south" in shown


def test_no_day_fits(capsys):
    """Exit 0, no date, and what comes nearest."""
    _code, told = json_of(capsys, *SAVANNA, "--sun-azimuth", "0", "--sun-altitude", "30")
    assert told["dates"] == []
    assert "nearest" in told["why"]
    _code, told = json_of(capsys, *SAVANNA, *SUN, "--time", "00:10")
    assert told["nearest"] is None


def test_south_and_west_are_negative(capsys):
    """Negative degrees are numbers, not options."""
    words = ("sun", "--lat", "-33.9", "--lon", "-70.6", "--date", "2022-03-29", "--ratio", "1", "--ratio-sd", "0.1")
    assert len(json_of(capsys, *words)[1]["windows"]) == 2


@pytest.mark.parametrize(
    "words",
    [
        (*PLACE, "--date", "2022-03-29"),
        (*PLACE, *SHADOW, *SUN),
        (*PLACE, "--shadow-azimuth", "53", "--azimuth-sd", "3"),
        (*PLACE, *SHADOW, "--year", "2022"),
        (*PLACE, "--from", "2022-03-29", "--shadow-azimuth", "53", "--azimuth-sd", "3"),
        (*PLACE, "--date", "2022-02-30", "--shadow-azimuth", "53", "--azimuth-sd", "3"),
        (*PLACE, "--date", "29.3.2022", "--shadow-azimuth", "53", "--azimuth-sd", "3"),
        (*PLACE, "--date", "1850-03-29", "--shadow-azimuth", "53", "--azimuth-sd", "3"),
        (*PLACE, "--date", "2022-03-29", "--shadow-azimuth", "53"),
        (*PLACE, "--date", "2022-03-29", "--ratio", "1:0", "--ratio-sd", "0.1"),
        (*PLACE, "--date", "2022-03-29", "--ratio", "tall", "--ratio-sd", "0.1"),
        (*PLACE, "--date", "2022-03-29", "--ratio", "1", "--ratio-sd", "some"),
        (*PLACE, *SHADOW, "--probability", "1"),
        (*PLACE, *SHADOW, "--radius", "-5"),
        ("sun", "--lat", "91", "--lon", "0", *SHADOW),
        ("sun", "--lat", "nan", "--lon", "0", *SHADOW),
        ("sun", "--lat", "1", "--lon", "0", "--zone", "Europe/Nowhere", *SHADOW),
        (*SAVANNA, "--sun-azimuth", "264"),
        (*SAVANNA, *SUN, "--time", "25:00"),
        (*SAVANNA, *SUN, "--time-within", "20"),
        (*SAVANNA[:-1], "99999", *SUN),
    ],
)
def test_calls_that_make_no_sense(capsys, words):
    """Each is refused with exit code 2 and words that say why."""
    code, told = json_of(capsys, *words)
    assert (code, told["schema"]) == (2, "probata/error/1")
    assert told["message"]


def test_help_is_light():
    """Help loads neither numbers nor the sun, and shows a call of each kind."""
    code = (
        "import sys\nfrom probata.cli.__main__ import main\n"
        "try: main(['sun', '--help'])\nexcept SystemExit: pass\n"
        "sys.exit(', '.join({'numpy', 'django', 'astral'} & sys.modules.keys()) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "--shadow-azimuth 53" in done.stdout
