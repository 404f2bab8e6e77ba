"""Exact time in footage: ticks, never float seconds."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probata.terms.errors import InvalidValue
from probata.terms.spans import Moment, Span, common_time_base

TIME_BASES = st.sampled_from(
    [Fraction(1, base) for base in (1, 24, 25, 600, 1000, 12800, 44100, 90000)]
    + [Fraction(1001, 30000), Fraction(2, 3)]
)
PTS = st.integers(min_value=-(2**40), max_value=2**40)
MOMENTS = st.builds(Moment, pts=PTS, time_base=TIME_BASES)


@st.composite
def spans(draw: st.DrawFn) -> Span:
    start = draw(st.integers(min_value=-300, max_value=300))
    length = draw(st.integers(min_value=1, max_value=300))
    return Span(start_pts=start, end_pts=start + length, time_base=draw(TIME_BASES))


@given(TIME_BASES, TIME_BASES)
def test_a_common_time_base_divides_both_and_none_coarser_does(one: Fraction, other: Fraction) -> None:
    """Ticks of both bases are whole in the common one, and their quotients share no factor that a coarser would use."""
    base = common_time_base(one, other)
    left, right = one / base, other / base
    assert left.denominator == right.denominator == 1
    assert Fraction(left.numerator, right.numerator).numerator == left.numerator


@given(TIME_BASES, TIME_BASES, TIME_BASES)
def test_the_common_time_base_does_not_depend_on_order(one: Fraction, two: Fraction, three: Fraction) -> None:
    assert common_time_base(one, two) == common_time_base(two, one)
    left = common_time_base(common_time_base(one, two), three)
    assert left == common_time_base(one, common_time_base(two, three))


@given(MOMENTS, MOMENTS)
def test_moments_are_ordered_by_time_whatever_their_ticks(one: Moment, other: Moment) -> None:
    """Exactly one of before, same, after holds; the same moment has the same hash."""
    assert [one < other, one == other, other < one].count(True) == 1
    assert (one <= other) == (one < other or one == other)
    if one == other:
        assert hash(one) == hash(other)


def test_a_moment_is_the_same_in_other_ticks() -> None:
    one, other = Moment(pts=1, time_base=Fraction(1, 2)), Moment(pts=2, time_base=Fraction(1, 4))
    assert one == other
    assert hash(one) == hash(other)


def test_spans_that_only_touch_share_nothing() -> None:
    first = Span(start_pts=0, end_pts=5, time_base=Fraction(1, 25))
    second = Span(start_pts=10, end_pts=20, time_base=Fraction(1, 50))
    assert first.overlap(second) is None


@given(spans(), spans())
def test_overlap_is_symmetric_and_lies_in_both(one: Span, other: Span) -> None:
    shared = one.overlap(other)
    assert shared == other.overlap(one)
    if shared is not None:
        assert one.overlap(shared) == shared
        assert other.overlap(shared) == shared


@given(spans(), spans(), st.fractions(min_value=-700, max_value=700, max_denominator=90000))
def test_a_moment_lies_in_the_overlap_exactly_when_it_lies_in_both(one: Span, other: Span, seconds: Fraction) -> None:
    moment = Moment(pts=seconds.numerator, time_base=Fraction(1, seconds.denominator))
    shared = one.overlap(other)
    assert (shared is not None and shared.contains(moment)) == (one.contains(moment) and other.contains(moment))


@given(spans(), spans(), spans())
def test_overlap_is_associative(one: Span, two: Span, three: Span) -> None:
    left = one.overlap(two)
    right = two.overlap(three)
    assert (left.overlap(three) if left else None) == (one.overlap(right) if right else None)


@given(spans())
def test_a_span_overlaps_itself_and_holds_its_start_and_not_its_end(span: Span) -> None:
    assert span.overlap(span) == span
    assert span.contains(span.start)
    assert not span.contains(span.end)
    assert span.duration_s == span.end.seconds - span.start.seconds > 0


@given(spans(), TIME_BASES)
def test_changing_the_time_base_is_exact_or_refused(span: Span, base: Fraction) -> None:
    """No tick is ever rounded."""
    try:
        moved = span.in_base(base)
    except InvalidValue:
        assert (span.start.seconds / base).denominator != 1 or (span.end.seconds / base).denominator != 1
    else:
        assert moved == span
        assert moved.time_base == base


@given(MOMENTS, spans())
def test_moments_and_spans_survive_json_exactly(moment: Moment, span: Span) -> None:
    """Not only equal in time: the same ticks of the same base come back."""
    read = Moment.from_json(json.loads(json.dumps(moment.as_json())))
    assert (read.pts, read.time_base) == (moment.pts, moment.time_base)
    again = Span.from_json(json.loads(json.dumps(span.as_json())))
    assert (again.start_pts, again.end_pts, again.time_base) == (span.start_pts, span.end_pts, span.time_base)


def test_float_seconds_are_refused_as_ticks_and_as_time_base() -> None:
    with pytest.raises(InvalidValue, match="whole ticks"):
        Moment(pts=1.5, time_base=Fraction(1, 2))  # type: ignore[arg-type]
    with pytest.raises(InvalidValue, match="exact fraction"):
        Moment(pts=1, time_base=0.04)  # type: ignore[arg-type]


@pytest.mark.parametrize("end", [3, 2])
def test_an_empty_or_backward_span_is_refused(end: int) -> None:
    with pytest.raises(InvalidValue):
        Span(start_pts=3, end_pts=end, time_base=Fraction(1, 25))


@pytest.mark.parametrize("base", [Fraction(0), Fraction(-1, 25)])
def test_a_tick_that_lasts_nothing_is_refused(base: Fraction) -> None:
    with pytest.raises(InvalidValue):
        Moment(pts=0, time_base=base)


@pytest.mark.parametrize("ratio", ["2/180000", "1", "1/0", "a/b", "1/ 25", "0.04", 25, None])
def test_a_time_base_that_is_not_in_lowest_terms_is_not_read(ratio: object) -> None:
    """One value has one notation, so that equal records have equal bytes."""
    with pytest.raises(InvalidValue):
        Moment.from_json({"pts": 1, "time_base": ratio})
