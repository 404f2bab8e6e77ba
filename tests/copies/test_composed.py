"""Maps of time put together by way of a common item: exact, never beyond what both hold, and gaps stay gaps."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probata.copies import composed
from probata.copies.composed import Line
from probata.copies.relations import Segment
from probata.terms.errors import InvalidValue

_seconds = st.fractions(min_value=-20, max_value=60, max_denominator=90)
_lasts = st.fractions(min_value=Fraction(1, 30), max_value=30, max_denominator=90)
_speeds = st.sampled_from([Fraction(one) for one in ("1", "-1", "1/2", "2", "25/24", "-3/4")])
_line = st.builds(
    lambda start, lasts, offset, speed: Line(start_s=start, end_s=start + lasts, offset_s=offset, speed=speed),
    _seconds,
    _lasts,
    _seconds,
    _speeds,
)
_lines = st.lists(_line, max_size=4)


def line(start: int, end: int, *, to: int, speed: int = 1) -> Line:
    return Line(
        start_s=Fraction(start), end_s=Fraction(end), offset_s=Fraction(to - speed * start), speed=Fraction(speed)
    )


@given(first=_lines, second=_lines, at=_seconds)
def test_composing_is_going_one_after_the_other(first: list[Line], second: list[Line], at: Fraction) -> None:
    """Whatever a composed line says of a second, the two lines say of it; and what both say, it says."""
    walked = [there for middle in composed.across(first, at) for there in composed.across(second, middle)]
    made = composed.composed(first, second)
    inside = [one for one in made if one.start_s < at < one.end_s]
    assert all(there in walked for there in composed.across(inside, at))
    ends = {end for one in made for end in (one.start_s, one.end_s)}
    ends |= {end for one in first for end in (one.start_s, one.end_s)}
    for one in first:
        ends |= {(end - one.offset_s) / one.speed for other in second for end in (other.start_s, other.end_s)}
    if at not in ends:
        assert sorted(composed.across(made, at)) == sorted(walked)


@given(first=_lines, second=_lines)
def test_nothing_is_extended(first: list[Line], second: list[Line]) -> None:
    """A composed line lies within a line of the first, and leads into a line of the second and nowhere else."""
    for one in composed.composed(first, second):
        assert any(held.start_s <= one.start_s and one.end_s <= held.end_s for held in first)
        low, high = one.there
        assert any(held.there[0] <= low and high <= held.there[1] for held in second)


@given(first=_lines, second=_lines, third=_lines)
def test_it_does_not_matter_which_two_come_first(first: list[Line], second: list[Line], third: list[Line]) -> None:
    """Over four items: the same lines, whichever pair is put together first."""
    left = composed.composed(composed.composed(first, second), third)
    right = composed.composed(first, composed.composed(second, third))

    def places(every: list[Line]) -> list[tuple[Fraction, ...]]:
        return sorted((one.start_s, one.end_s, one.offset_s, one.speed) for one in every)

    assert places(left) == places(right)


@given(one=_line, share=st.fractions(min_value=0, max_value=Fraction(89, 90), max_denominator=90))
def test_there_and_back(one: Line, share: Fraction) -> None:
    """A line turned about leads back to the second that one came from."""
    assert one.turned().turned() == one
    at = one.start_s + share * (one.end_s - one.start_s)
    there = one.across(at)
    assert there is not None
    back = one.turned()
    assert back.offset_s + back.speed * there == at


def test_a_gap_stays_a_gap() -> None:
    """A, cut from two stretches of B; C, the middle of B: what lies between is not made up."""
    cut = [line(0, 10, to=100), line(10, 20, to=120)]
    middle = [line(105, 125, to=0)]
    made = composed.composed(cut, middle)
    assert [(one.start_s, one.end_s, one.there) for one in made] == [(5, 10, (0, 5)), (10, 15, (15, 20))]
    assert composed.across(made, Fraction(4)) == []
    assert composed.across(made, Fraction(15)) == []
    assert composed.across(made, Fraction(12)) == [17]


def test_lines_that_only_touch_share_nothing() -> None:
    """An end that is another's start is no moment of both."""
    assert composed.composed([line(0, 10, to=0)], [line(10, 20, to=0)]) == []


def test_a_second_that_is_used_twice_leads_to_both() -> None:
    """A montage that repeats a moment leads to it twice, and the moment leads to both places."""
    repeats = [line(0, 5, to=50), line(5, 10, to=50)]
    assert composed.across(repeats, Fraction(6)) == [51]
    assert composed.across([one.turned() for one in repeats], Fraction(51)) == [1, 6]


def test_the_line_of_a_stretch_runs_through_its_middle() -> None:
    """Ends are rounded to pictures of their own: the line takes half of each rounding and leaves neither side."""
    stretch = Segment(a_start_s=Fraction(0), a_end_s=Fraction(10), b_start_s=Fraction(20), b_end_s=Fraction(29))
    (one,) = composed.lines([stretch])
    assert (one.start_s, one.end_s, one.there) == (Fraction(1, 2), Fraction(19, 2), (20, 29))
    assert one.across(Fraction(5)) == Fraction(49, 2)
    back = Segment(
        a_start_s=Fraction(0), a_end_s=Fraction(4), b_start_s=Fraction(10), b_end_s=Fraction(18), speed=Fraction(-2)
    )
    (one,) = composed.lines([back])
    assert (one.across(Fraction(0)), one.across(Fraction(3)), one.segment()) == (18, 12, back)


def test_the_way_over_common_items() -> None:
    """The shortest, the first named among equals, none where nothing joins."""
    joined = {"a": ["b", "c"], "b": ["a", "d"], "c": ["a", "d"], "d": ["b", "c"], "e": []}
    assert composed.way(joined, "a", "d") == ("a", "b", "d")
    assert composed.way(joined, "c", "b") == ("c", "a", "b")
    assert composed.way(joined, "a", "e") == ()
    assert composed.way(joined, "a", "a") == ("a",)


@pytest.mark.parametrize("wrong", [{"end_s": Fraction(0)}, {"speed": Fraction(0)}])
def test_what_is_no_line_is_refused(wrong: dict[str, Fraction]) -> None:
    """No length, or no movement."""
    with pytest.raises(InvalidValue):
        Line(**{"start_s": Fraction(0), "end_s": Fraction(1), "offset_s": Fraction(0), **wrong})
