"""Counts never claim more than was seen at once."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probata.terms.counts import Count, CountBasis, CountsContradict, disjoint_populations, same_population
from probata.terms.errors import InvalidValue

SEEN = st.sampled_from([CountBasis.SIMULTANEOUS, CountBasis.TRACKED_DISTINCT])


@st.composite
def counts(draw: st.DrawFn, basis: st.SearchStrategy[CountBasis] = SEEN) -> Count:
    least = draw(st.integers(min_value=0, max_value=6))
    exhaustive = draw(st.booleans())
    most = draw(st.none() | st.integers(min_value=least, max_value=9)) if exhaustive else None
    return Count(population="people on the ground", min=least, max=most, basis=draw(basis), exhaustive=exhaustive)


def together(one: Count | None, other: Count | None) -> Count | None:
    """Combine, with a contradiction as None, which stays one."""
    if one is None or other is None:
        return None
    try:
        return same_population(one, other)
    except CountsContradict:
        return None


@given(counts(), counts())
def test_two_looks_never_add_up(one: Count, other: Count) -> None:
    """The minimum is the larger one, however many looks there are: who was seen here may be seen there."""
    both = together(one, other)
    if both is not None:
        assert both.min == max(one.min, other.min)
        known = [count.max for count in (one, other) if count.max is not None]
        assert both.max == min(known, default=None)
        assert both.max is None or both.max >= both.min


@given(counts(), counts(), counts())
def test_looks_combine_in_any_order(one: Count, two: Count, three: Count) -> None:
    assert together(one, two) == together(two, one)
    assert together(together(one, two), three) == together(one, together(two, three))
    assert together(one, one) == one


@given(counts(), counts())
def test_a_maximum_is_known_only_where_the_scene_was_swept(one: Count, other: Count) -> None:
    for combined in (together(one, other), disjoint_populations(one, other, population="both places")):
        if combined is not None and combined.max is not None:
            assert combined.exhaustive
    apart = disjoint_populations(one, other, population="both places")
    assert apart.exhaustive == (one.exhaustive and other.exhaustive)
    assert (apart.max is not None) == (one.max is not None and other.max is not None)


@given(counts(), counts(), counts())
def test_disjoint_counts_sum_in_any_order(one: Count, two: Count, three: Count) -> None:
    def add(left: Count, right: Count) -> Count:
        return disjoint_populations(left, right, population="all")

    assert add(one, two) == add(two, one)
    assert add(add(one, two), three) == add(one, add(two, three))
    assert add(one, two).min == one.min + two.min
    assert add(one, two).basis is CountBasis.TRACKED_DISTINCT


def test_a_sweep_that_found_fewer_than_were_seen_at_once_contradicts() -> None:
    seen = Count(population="vehicles", min=4, basis=CountBasis.SIMULTANEOUS)
    swept = Count(population="vehicles", min=2, max=3, basis=CountBasis.TRACKED_DISTINCT, exhaustive=True)
    with pytest.raises(CountsContradict, match="at least 4 and another at most 3"):
        same_population(seen, swept)


def test_a_maximum_without_a_sweep_is_refused() -> None:
    with pytest.raises(InvalidValue, match="was not swept"):
        Count(population="people", min=2, max=3, basis=CountBasis.SIMULTANEOUS)


def test_a_maximum_below_the_minimum_is_refused() -> None:
    with pytest.raises(InvalidValue, match="the minimum is 3"):
        Count(population="people", min=3, max=2, basis=CountBasis.SIMULTANEOUS, exhaustive=True)


@pytest.mark.parametrize("combine", [same_population, lambda a, b: disjoint_populations(a, b, population="all")])
def test_what_was_reported_never_raises_what_was_seen(combine: object) -> None:
    """A claim and a look are two kinds of thing."""
    seen = Count(population="people", min=1, basis=CountBasis.SIMULTANEOUS)
    reported = Count(population="people", min=40, basis=CountBasis.REPORTED)
    with pytest.raises(InvalidValue, match="kept apart"):
        combine(seen, reported)  # type: ignore[operator]


def test_two_populations_are_not_counted_as_one() -> None:
    people = Count(population="people", min=1, basis=CountBasis.SIMULTANEOUS)
    vehicles = Count(population="vehicles", min=1, basis=CountBasis.SIMULTANEOUS)
    with pytest.raises(InvalidValue, match="is not"):
        same_population(people, vehicles)


@pytest.mark.parametrize(
    ("least", "most", "figure"), [(3, None, "≥ 3"), (2, 3, "2–3"), (3, 3, "3"), (0, 0, "0"), (0, None, "≥ 0")]
)
def test_the_figure_says_what_is_not_known(least: int, most: int | None, figure: str) -> None:
    count = Count(population="people", min=least, max=most, basis=CountBasis.SIMULTANEOUS, exhaustive=most is not None)
    assert count.figure == figure


@given(counts(basis=st.sampled_from(CountBasis)))
def test_counts_survive_json(count: Count) -> None:
    assert Count.from_json(json.loads(json.dumps(count.as_json()))) == count


@pytest.mark.parametrize("change", [{"min": True}, {"min": 2.0}, {"min": -1}, {"basis": "guessed"}, {"extra": 1}])
def test_a_count_of_another_shape_is_not_read(change: dict[str, object]) -> None:
    plain = Count(population="people", min=2, basis=CountBasis.SIMULTANEOUS).as_json()
    with pytest.raises(InvalidValue):
        Count.from_json(plain | change)
