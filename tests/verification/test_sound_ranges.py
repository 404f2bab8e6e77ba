"""Distances by sound: the published figures, what decides the doubt, and where nothing can be said."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probata.terms.errors import InvalidValue
from probata.verification.derivation import Derivation
from probata.verification.sound_ranges import Air, crack_to_thump, flash_to_bang, speed_of_sound_m_s

STILL = Air(temperature_sd_c=0, wind_sd_m_s=0)
AT_100_M = 100 / speed_of_sound_m_s(20)


def test_the_speed_of_sound():
    """343.2 m/s at 20 °C, 346.1 at 25, 331.3 at 0 (ISO 9613-1)."""
    assert [round(speed_of_sound_m_s(c), 1) for c in (0, 20, 25)] == [331.3, 343.2, 346.1]


def test_a_picture_alone_leaves_three_metres():
    """At 30 pictures a second the picture's length alone leaves 3.3 m."""
    told = flash_to_bang(interval_s=AT_100_M, av_offset_sd_s=0, onset_sd_s=0, air=STILL)
    assert told.sigma_m == pytest.approx(3.3, abs=0.05)
    assert told.shares["frame"] == pytest.approx(1.0)


@pytest.mark.parametrize(("sd_s", "sigma_m"), [(0.020, 7.8), (0.040, 14.2)])
def test_sound_against_pictures_decides(sd_s, sigma_m):
    """At 100 m: 7.8 m where sound and pictures are known to 20 ms, 14 m where they are to 40."""
    told = flash_to_bang(interval_s=AT_100_M, av_offset_sd_s=sd_s)
    assert told.distance_m == pytest.approx(100, abs=0.1)
    assert told.sigma_m == pytest.approx(sigma_m, abs=0.1)
    assert max(told.shares, key=told.shares.get) == "av_offset"
    assert told.least_m < 100 - 1.8 * sigma_m < 100 + 1.8 * sigma_m < told.most_m


@pytest.mark.parametrize(("speed_m_s", "metres"), [(800, 183), (700, 205), (600, 245)])
def test_crack_to_thump_of_three_tenths(speed_m_s, metres):
    """0.30 s at 25 °C: 183 m for 800 m/s, 205 for 700, 245 for 600: the bullet's speed decides."""
    warm = Air(temperature_c=25)
    told = crack_to_thump(interval_s=0.30, bullet_speed_m_s=speed_m_s, bullet_speed_sd_m_s=50, air=warm)
    assert told.distance_m == pytest.approx(metres, abs=0.6)
    assert max(told.shares, key=told.shares.get) == "bullet_speed"
    assert dict(told.by_speed)[speed_m_s] == pytest.approx(metres, abs=0.6)
    assert told.least_m < metres < told.most_m


@pytest.mark.parametrize("metres", [0.0, 5.0, 15.0, 19.0])
def test_below_twenty_metres_it_says_nothing(metres):
    """Near by there is no distance, only a bound above."""
    told = flash_to_bang(interval_s=metres / 343.2)
    assert (told.says, told.distance_m, told.sigma_m, told.least_m) == (False, None, None, 0.0)
    assert told.most_m >= metres
    assert told.as_json()["outcome"] == "nothing_found"
    assert "nothing" in told.why


def test_a_wide_doubt_says_nothing_either():
    """At 50 m with sound and pictures known to a tenth of a second only, there is no distance."""
    assert not flash_to_bang(interval_s=50 / 343.2, av_offset_sd_s=0.1).says


def test_a_bullet_that_passes_aside():
    """The crack of a bullet that passes 30 m aside comes on Mach's cone; the distance is found again."""
    sound, bullet, along_m, aside_m = speed_of_sound_m_s(20), 750.0, 240.0, 30.0
    thump_s = math.hypot(along_m, aside_m) / sound
    crack_s = along_m / bullet + aside_m * math.sqrt(1 / sound**2 - 1 / bullet**2)
    told = crack_to_thump(interval_s=thump_s - crack_s, bullet_speed_m_s=bullet, miss_m=aside_m)
    assert told.distance_m == pytest.approx(math.hypot(along_m, aside_m), abs=0.01)


@given(metres=st.floats(25, 2000), wind=st.floats(-15, 15), temperature=st.floats(-30, 45))
def test_what_travelled_is_found_again(metres, wind, temperature):
    """Whatever the air, if it is known: the distance from which the sound came, inside its bounds."""
    air = Air(temperature_c=temperature, wind_m_s=wind, temperature_sd_c=1, wind_sd_m_s=1)
    told = flash_to_bang(interval_s=metres / (speed_of_sound_m_s(temperature) + wind), av_offset_sd_s=0.005, air=air)
    assert told.distance_m == pytest.approx(metres, rel=1e-6)
    assert told.least_m <= told.distance_m <= told.most_m
    assert sum(told.shares.values()) == pytest.approx(1.0)


@given(interval_s=st.floats(0.1, 2.0), longer_s=st.floats(0.01, 1.0))
def test_a_longer_interval_is_further_away(interval_s, longer_s):
    """Both ways of reckoning grow with the interval."""
    for way in (flash_to_bang, crack_to_thump):
        assert way(interval_s=interval_s).distance_m < way(interval_s=interval_s + longer_s).distance_m


def test_a_run_can_be_run_again():
    """The derivation holds every input; read back and run, it gives the same."""
    told = crack_to_thump(interval_s=0.3, miss_m=4)
    read = Derivation.from_json(told.derivation.as_json())
    given_ = dict(read.inputs)
    air = Air(**{name: given_.pop(name) for name in ("temperature_c", "temperature_sd_c", "wind_m_s", "wind_sd_m_s")})
    assert crack_to_thump(**given_, air=air) == told
    assert read.seed is None


@pytest.mark.parametrize("bad", [-2.0, 61.0, float("nan"), float("inf")])
def test_intervals_that_nobody_measures_are_refused(bad):
    """No number, too long, or before it."""
    for way in (flash_to_bang, crack_to_thump):
        with pytest.raises(InvalidValue):
            way(interval_s=bad)


@pytest.mark.parametrize(
    "bad",
    [
        {"bullet_speed_m_s": 300},
        {"bullet_speed_m_s": 345},
        {"bullet_speed_m_s": float("nan")},
        {"miss_m": -1},
        {"interval_sd_s": -0.1},
    ],
)
def test_bullets_that_do_not_crack_are_refused(bad):
    """No faster than sound, or no number."""
    with pytest.raises(InvalidValue):
        crack_to_thump(**{"interval_s": 0.3, **bad})


def test_what_was_left_out_of_the_doubt_is_told():
    """Where much of the speeds that are allowed is no faster than sound, the derivation says how much."""
    told = crack_to_thump(interval_s=0.3, bullet_speed_m_s=450, bullet_speed_sd_m_s=200)
    assert 0.2 < told.derivation.uncertainty["left_out"] < 0.4


def test_a_bang_before_its_flash_is_refused():
    """Half a second before the flash no doubt explains: it is another shot's, or the file was edited."""
    with pytest.raises(InvalidValue, match="before the flash"):
        flash_to_bang(interval_s=-0.5)


@pytest.mark.parametrize(
    "bad", [{"temperature_c": 99}, {"wind_m_s": 200}, {"wind_sd_m_s": -1}, {"temperature_c": float("nan")}]
)
def test_air_in_which_nobody_films_is_refused(bad):
    """Out of bounds, or no number."""
    with pytest.raises(InvalidValue):
        Air(**bad)
