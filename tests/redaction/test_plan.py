"""A plan says exactly what is hidden; the same plan has the same digest; a box covers every pixel that it touches."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probata.redaction.plan import Area, Box, Key, Mute, RedactionPlan, Why, followed
from probata.terms.errors import InvalidValue
from probata.terms.spans import Moment, Span

MILLIONTHS = 1_000_000
TICK = Fraction(1, 90_000)
ITEM = "b" * 64


@st.composite
def boxes(draw: Any) -> Box:
    left, top = (Fraction(draw(st.integers(0, MILLIONTHS - 1)), MILLIONTHS) for _ in range(2))
    width = Fraction(draw(st.integers(1, MILLIONTHS - int(left * MILLIONTHS))), MILLIONTHS)
    height = Fraction(draw(st.integers(1, MILLIONTHS - int(top * MILLIONTHS))), MILLIONTHS)
    return Box(left=left, top=top, width=width, height=height)


@st.composite
def spans(draw: Any) -> Span:
    start = draw(st.integers(-(10**6), 10**9))
    return Span(start_pts=start, end_pts=start + draw(st.integers(1, 10**6)), time_base=TICK)


@st.composite
def areas(draw: Any) -> Area:
    segment = draw(spans())
    times = st.integers(segment.start_pts, segment.end_pts - 1)
    pts = sorted(draw(st.lists(times, min_size=1, max_size=5, unique=True)))
    why = draw(st.sampled_from(Why))
    keys = tuple(Key(pts=one, box=draw(boxes())) for one in pts)
    return Area(segment=segment, keys=keys, why=why, words="words" if why is Why.OTHER else draw(st.just("")))


@st.composite
def plans(draw: Any) -> RedactionPlan:
    mutes = st.builds(lambda segment: Mute(segment=segment, why=Why.SOURCE), spans())
    return RedactionPlan(
        item=ITEM,
        areas=tuple(draw(st.lists(areas(), max_size=3))),
        mutes=tuple(draw(st.lists(mutes, min_size=1, max_size=3))),
    )


@given(plans())
def test_a_plan_is_read_back_as_it_was(plan: RedactionPlan) -> None:
    """The record holds all of it, and its digest is of the record."""
    again = RedactionPlan.from_json(plan.as_json())
    assert again == plan
    assert again.sha256 == plan.sha256


@given(plans(), st.integers(1, 10**6))
def test_another_plan_has_another_digest(plan: RedactionPlan, ticks: int) -> None:
    """A mask that ends a tick later is another plan."""
    record = plan.as_json()
    record["mutes"][0]["segment"]["end_pts"] += ticks
    assert RedactionPlan.from_json(record).sha256 != plan.sha256


@given(boxes(), st.integers(1, 5000), st.integers(1, 5000))
def test_every_pixel_that_a_box_touches_is_in_it(box: Box, width: int, height: int) -> None:
    """Outwards, and never past the picture; a box of a millionth still covers a pixel."""
    area = Area(segment=Span(start_pts=0, end_pts=1, time_base=TICK), keys=(Key(pts=0, box=box),), why=Why.MINOR)
    found = area.pixels_at(Moment(pts=0, time_base=TICK), width, height)
    assert found is not None
    left, top, right, bottom = found
    assert 0 <= left < right <= width
    assert 0 <= top < bottom <= height
    exact = box.sides
    assert left <= exact[0] * width
    assert top <= exact[1] * height
    assert right >= exact[2] * width
    assert bottom >= exact[3] * height


@given(areas())
def test_an_area_is_where_its_places_say(area: Area) -> None:
    """At each place exactly there, between two of them within both, and nowhere at its end."""
    for key in area.keys:
        assert area.sides_at(Moment(pts=key.pts, time_base=TICK)) == key.box.sides
    for one, other in zip(area.keys, area.keys[1:], strict=False):
        middle = Moment(pts=one.pts + other.pts, time_base=TICK / 2)
        halves = [(start + end) / 2 for start, end in zip(one.box.sides, other.box.sides, strict=True)]
        assert list(area.sides_at(middle)) == halves
    assert area.pixels_at(area.segment.start, 100, 100) is not None
    assert area.pixels_at(area.segment.end, 100, 100) is None


@given(st.lists(st.floats(-0.5, 1.5), min_size=2, max_size=2), st.floats(0.01, 1), st.floats(0.01, 1))
def test_what_a_program_draws_is_cut_at_the_edge_and_never_shrunk(
    corner: list[float], wide: float, high: float
) -> None:
    """A face at the edge of the picture: all of it that is inside."""
    left, top = corner
    if left >= 1 or top >= 1 or left + wide <= 0 or top + high <= 0:
        with pytest.raises(InvalidValue):
            Box.clipped(left, top, wide, high)
        return
    sides = Box.clipped(left, top, wide, high).sides
    assert sides[0] <= max(Fraction(left), 0)
    assert sides[2] >= min(Fraction(left + wide), 1)
    assert sides[1] <= max(Fraction(top), 0)
    assert sides[3] >= min(Fraction(top + high), 1)


def test_a_proposed_way_hides_its_last_place_too() -> None:
    """Stretches are half-open; the frame at the last place of a detector's way is masked."""
    area = followed([[10, 0.1, 0.1, 0.2, 0.2], [20, 0.2, 0.1, 0.2, 0.2]], TICK, why=Why.BYSTANDER)
    assert area.pixels_at(Moment(pts=20, time_base=TICK), 100, 100) is not None
    assert area.pixels_at(Moment(pts=21, time_base=TICK), 100, 100) is None


SEGMENT = {"start_pts": 0, "end_pts": 10, "time_base": "1/25"}


@pytest.mark.parametrize(
    "broken",
    [
        {"item": ITEM},
        {"item": ITEM, "mode": "blur", "mutes": [{"segment": SEGMENT, "why": "minor"}]},
        {"item": ITEM, "mutes": [{"segment": SEGMENT, "why": "other"}]},
        {"item": ITEM, "mutes": [{"segment": SEGMENT, "why": "rival"}]},
        {"item": ITEM, "areas": [{"segment": SEGMENT, "why": "minor", "box": [0.5, 0, 0.6, 1]}]},
        {"item": ITEM, "areas": [{"segment": SEGMENT, "why": "minor", "box": [0.5, 0, 0, 1]}]},
        {"item": ITEM, "areas": [{"segment": SEGMENT, "why": "minor", "box": ["NaN", 0, 0.1, 1]}]},
        {"item": ITEM, "areas": [{"segment": SEGMENT, "why": "minor", "keys": []}]},
        {"item": ITEM, "areas": [{"segment": SEGMENT, "why": "minor", "keys": [{"pts": 10, "box": [0, 0, 1, 1]}]}]},
        {"item": ITEM, "areas": [{"segment": SEGMENT, "why": "minor", "blur": True, "box": [0, 0, 1, 1]}]},
        {"item": ITEM, "schema": "probata/redaction-plan/2", "mutes": [{"segment": SEGMENT, "why": "minor"}]},
    ],
)
def test_what_cannot_be_meant_is_refused(broken: dict[str, Any]) -> None:
    """Nothing to hide, a way that can be undone, no reason, a box past the edge, a place outside its stretch."""
    with pytest.raises(InvalidValue):
        RedactionPlan.from_json(broken)
