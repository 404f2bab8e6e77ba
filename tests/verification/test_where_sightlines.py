"""Views and lines of sight: what is inside whatever the errors are, and where two lines cross with which doubt."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probata.terms.errors import InvalidValue
from probata.terms.places import Point
from probata.verification.sightlines import (
    NoCrossing,
    Precision,
    SightLine,
    View,
    crossing,
    leg,
    onward,
    precision,
    turn_deg,
)


def spot(latitude: float, longitude: float) -> Point:
    return Point(latitude_deg=latitude, longitude_deg=longitude)


SPOTS = st.builds(spot, st.floats(-80, 80), st.floats(-179, 179))
BEARINGS = st.floats(0, 359.99)


def test_a_known_distance_and_bearing():
    """Along the equator a degree is 111,319.49 m due east (a of WGS 84 times pi over 180)."""
    way = leg(spot(0, 10), spot(0, 11))
    assert way.distance_m == pytest.approx(math.radians(6_378_137.0), abs=0.01)
    assert (way.bearing_deg, way.arriving_deg) == pytest.approx((90, 90))


def test_a_meridian_quadrant_is_ten_thousand_kilometres():
    """From the equator to the pole: 10,001,965.729 m on WGS 84."""
    assert leg(spot(0, 0), spot(90, 0)).distance_m == pytest.approx(10_001_965.729, abs=0.001)


@given(SPOTS, BEARINGS, st.floats(1, 2_000_000))
def test_there_and_back(start, bearing_deg, distance_m):
    """Going so far on a bearing and measuring it gives both again."""
    way = leg(start, onward(start, bearing_deg, distance_m))
    assert way.distance_m == pytest.approx(distance_m, abs=1e-3)
    assert turn_deg(way.bearing_deg, bearing_deg) < 1e-3


@given(BEARINGS, BEARINGS)
def test_turns_are_the_shorter_way(one, other):
    """The angle between bearings is the same both ways and never above half a turn."""
    assert turn_deg(one, other) == pytest.approx(turn_deg(other, one), abs=1e-9)
    assert 0 <= turn_deg(one, other) <= 180
    assert turn_deg(350, 10) == 20


@given(
    at=SPOTS,
    azimuth=BEARINGS,
    wide=st.floats(5, 170),
    aside=st.floats(-1, 1),
    share=st.floats(0.05, 1.5),
    radius=st.floats(0, 400),
    error=st.floats(0, 10),
)
def test_what_is_inside_or_outside_is_so_whatever_the_errors(at, azimuth, wide, aside, share, radius, error):
    """A place told inside is in the exact view from every spot of its circle and for every azimuth within the error."""
    view = View(at=at, azimuth_deg=azimuth, field_deg=wide, range_m=10_000, azimuth_error_deg=error)
    point = onward(at, azimuth + aside * wide, share * 10_000)
    told = view.holds(point, radius)
    for turned in (-error, error):
        exact = View(at=at, azimuth_deg=azimuth + turned, field_deg=wide, range_m=10_000)
        for way in range(0, 360, 30):
            held = exact.holds(onward(point, way, radius * 0.999))
            assert told != "inside" or held != "outside"
            assert told != "outside" or held != "inside"


def test_a_view_all_around_is_a_circle():
    """With 360 degrees only the range matters."""
    view = View(at=spot(50, 30), azimuth_deg=0, field_deg=360, range_m=1000)
    assert view.holds(onward(view.at, 200, 900)) == "inside"
    assert view.holds(onward(view.at, 200, 1100)) == "outside"
    assert view.holds(onward(view.at, 200, 990), 50) == "perhaps"


def test_what_stands_where_the_camera_stands_is_undecided():
    """A place whose circle holds the camera may lie on any side of it."""
    view = View(at=spot(50, 30), azimuth_deg=0, field_deg=60, range_m=1000, at_radius_m=30)
    assert view.holds(onward(view.at, 180, 20), 5) == "perhaps"


def test_two_lines_cross_where_both_point():
    """Lines laid out from a known place meet there, within a millimetre."""
    target = spot(50.4591, 30.1703)
    starts = onward(target, 20, 4000), onward(target, 110, 2500)
    lines = [SightLine(at=start, azimuth_deg=leg(start, target).bearing_deg, sigma_deg=1) for start in starts]
    found = crossing(*lines)
    assert leg(found.point, target).distance_m < 1e-3
    assert found.distances_m == pytest.approx((4000, 2500), abs=0.01)
    assert found.angle_deg == pytest.approx(90, abs=0.1)
    # At right angles the longer sigma rules: 4000 m * 1 degree, times the root of chi squared.
    assert found.radius_m == pytest.approx(4000 * math.radians(1) * 2.4477, rel=0.01)


@given(SPOTS, BEARINGS, st.floats(20, 160), st.floats(200, 50_000), st.floats(200, 50_000))
def test_a_crossing_does_not_depend_on_the_order(target, bearing, angle, one_m, other_m):
    """Swapped, the lines cross in the same place with the same doubt; also across the antimeridian."""
    starts = onward(target, bearing, one_m), onward(target, bearing + angle, other_m)
    one, other = (SightLine(at=at, azimuth_deg=leg(at, target).bearing_deg, sigma_deg=0.5) for at in starts)
    here, there = crossing(one, other), crossing(other, one)
    assert leg(here.point, there.point).distance_m < 0.01
    assert here.radius_m == pytest.approx(there.radius_m, rel=1e-3)


def test_the_radius_holds_the_place_as_often_as_it_says():
    """Of 1,500 pairs of lines with errors of the stated size at least 95 of a hundred hold the place."""
    chance = random.Random(7)
    target, held, told = spot(50.4, 30.2), 0, 0
    for _trial in range(1500):
        bearing, angle = chance.uniform(0, 360), chance.uniform(30, 150)
        lines = []
        for way, sigma, radius in ((bearing, 1.0, 0.0), (bearing + angle, 2.0, 80.0)):
            start = onward(target, way, chance.uniform(500, 20_000))
            azimuth = leg(start, target).bearing_deg + chance.gauss(0, sigma)
            # A round error of which 95 % lies within the radius.
            sigma_m = radius / 2.4477
            start = onward(onward(start, 0, chance.gauss(0, sigma_m)), 90, chance.gauss(0, sigma_m))
            lines.append(SightLine(at=start, azimuth_deg=azimuth, sigma_deg=sigma, at_radius_m=radius))
        try:
            found = crossing(*lines)
        except NoCrossing:
            continue
        told += 1
        held += leg(found.point, target).distance_m <= found.radius_m
    assert told > 1400
    assert held / told >= 0.95


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        ((50.0, 30.0, 0), (50.0, 30.1, 0), "side by side|degrees|away"),
        ((50.0, 30.0, 0), (50.0, 30.1, 2), "less than three times"),
        ((50.0, 30.0, 270), (50.01, 30.1, 200), "backwards"),
        ((50.0, 30.0, 45), (50.0, 36.0, 300), "away"),
        ((0.0, 0.0, 45), (0.0, 170.0, 300), "too far apart|away"),
    ],
)
def test_lines_that_give_no_place_are_refused(one, other, why):
    """Parallel, too flat for their errors, parting, or crossing far away: no point is made up."""
    lines = [SightLine(at=spot(at[0], at[1]), azimuth_deg=at[2], sigma_deg=1) for at in (one, other)]
    with pytest.raises(NoCrossing, match=why):
        crossing(*lines)


@pytest.mark.parametrize(
    ("radius_m", "word"),
    [
        (1, Precision.EXACT),
        (25, Precision.EXACT),
        (26, Precision.VICINITY),
        (3000, Precision.LOCALITY),
        (49_000, Precision.DISTRICT),
        (1e6, Precision.REGION),
    ],
)
def test_words_of_precision_stand_for_radii(radius_m, word):
    """The closest word whose limit the radius keeps."""
    assert precision(radius_m) is word


@pytest.mark.parametrize("radius_m", [0, -1, float("nan")])
def test_nothing_is_known_to_no_radius(radius_m):
    """A place has some extent."""
    with pytest.raises(InvalidValue):
        precision(radius_m)


@pytest.mark.parametrize(
    "wrong",
    [
        {"azimuth_deg": float("nan")},
        {"field_deg": 0},
        {"field_deg": 361},
        {"range_m": -1},
        {"range_m": float("inf")},
        {"at_radius_m": -1},
        {"azimuth_error_deg": 181},
    ],
)
def test_views_that_make_no_sense_are_refused(wrong):
    """Numbers that are none, angles that are no angle."""
    with pytest.raises(InvalidValue):
        View(**{"at": spot(0, 0), "azimuth_deg": 0, "field_deg": 60, "range_m": 1000, **wrong})


@pytest.mark.parametrize("sigma_deg", [0, -1, 46, float("nan")])
def test_no_line_is_known_exactly(sigma_deg):
    """A line without an error, or with one that leaves no direction, is refused."""
    with pytest.raises(InvalidValue):
        SightLine(at=spot(0, 0), azimuth_deg=0, sigma_deg=sigma_deg)
