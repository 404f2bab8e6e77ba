"""A place keeps what was stated and every candidate; nobody answers in silence."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probata.terms.errors import InvalidValue
from probata.terms.places import Choice, Place, PlaceCandidate, Point
from probata.terms.text import Stated

POINTS = st.builds(
    Point,
    latitude_deg=st.floats(min_value=-90, max_value=90),
    longitude_deg=st.floats(min_value=-180, max_value=180),
)
REASONS = st.lists(st.sampled_from(["the church tower is visible", "no river there"]), max_size=2, unique=True)


def candidates(entry: int) -> st.SearchStrategy[PlaceCandidate]:
    return st.builds(
        PlaceCandidate,
        gazetteer_id=st.just(f"geonames:{entry}"),
        point=POINTS,
        radius_m=st.floats(min_value=0.1, max_value=1e7),
        reasons_for=REASONS,
        reasons_against=REASONS,
    )


@st.composite
def places(draw: st.DrawFn) -> Place:
    entries = draw(st.lists(st.integers(min_value=1, max_value=9), unique=True, max_size=4))
    found = tuple(draw(candidates(entry)) for entry in entries)
    chosen = draw(st.none() | st.sampled_from(found)) if found else None
    return Place(
        stated=Stated(text="під Іванівкою", language="uk") if not found or draw(st.booleans()) else None,
        candidates=found,
        chosen=None if chosen is None else Choice(gazetteer_id=chosen.gazetteer_id, because="two landmarks agree"),
    )


@given(places())
def test_places_survive_json(place: Place) -> None:
    assert Place.from_json(json.loads(json.dumps(place.as_json()))) == place


@given(candidates(7))
def test_one_candidate_alone_is_not_an_answer(candidate: PlaceCandidate) -> None:
    assert Place(candidates=(candidate,)).chosen is None


@given(candidates(1), candidates(2))
def test_choosing_keeps_the_other_candidates_and_the_reason(one: PlaceCandidate, other: PlaceCandidate) -> None:
    place = Place(candidates=(one, other)).choosing("geonames:2", because="the water tower is there")
    assert place.candidates == (one, other)
    assert place.chosen == Choice(gazetteer_id="geonames:2", because="the water tower is there")


@given(candidates(1))
def test_only_a_candidate_can_be_chosen(candidate: PlaceCandidate) -> None:
    with pytest.raises(InvalidValue, match="not among the candidates"):
        Place(candidates=(candidate,)).choosing("geonames:2", because="it sounds alike")


@given(candidates(1))
def test_a_choice_without_a_reason_is_refused(candidate: PlaceCandidate) -> None:
    with pytest.raises(InvalidValue):
        Place(candidates=(candidate,)).choosing("geonames:1", because=" ")


@given(candidates(1), candidates(1))
def test_the_same_entry_twice_is_refused(one: PlaceCandidate, other: PlaceCandidate) -> None:
    with pytest.raises(InvalidValue, match="listed twice"):
        Place(candidates=(one, other))


def test_a_place_of_nothing_is_refused() -> None:
    with pytest.raises(InvalidValue):
        Place()


@pytest.mark.parametrize(
    ("latitude", "longitude"), [(90.1, 0), (-91, 0), (0, 181), (float("nan"), 0), (0, float("inf"))]
)
def test_a_point_off_the_globe_is_refused(latitude: float, longitude: float) -> None:
    with pytest.raises(InvalidValue):
        Point(latitude_deg=latitude, longitude_deg=longitude)


@pytest.mark.parametrize("radius", [0, -1, float("nan"), float("inf")])
def test_a_place_without_extent_is_refused(radius: float) -> None:
    with pytest.raises(InvalidValue):
        PlaceCandidate(gazetteer_id="geonames:1", point=Point(latitude_deg=0, longitude_deg=0), radius_m=radius)
