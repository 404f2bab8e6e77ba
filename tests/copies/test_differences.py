"""How A differs from B in words, wherever it is told: speeds, parts, what is left over, what is held twice."""

from __future__ import annotations

from fractions import Fraction

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from probata.copies import differences
from probata.copies.relations import Segment

STRETCH = Segment(a_start_s=Fraction(0), a_end_s=Fraction(4), b_start_s=Fraction(0), b_end_s=Fraction(5))
_spans = st.lists(
    st.tuples(st.integers(0, 900), st.integers(1, 300)).map(lambda one: (one[0], one[0] + one[1])), max_size=6
)


@pytest.mark.parametrize(
    ("speed", "told"),
    [
        (Fraction(1), []),
        (Fraction(201, 200), []),
        (Fraction(5, 4), ["A runs at 1.25 times the speed of B"]),
        (Fraction(-1), ["A runs backwards"]),
        (Fraction(-1, 2), ["A runs backwards", "A runs at 0.5 times the speed of B"]),
    ],
)
def test_pace(speed: Fraction, told: list[str]) -> None:
    """A half of a hundredth is no other speed; backwards and another speed are two statements."""
    assert [words % figures for words, figures in differences.pace(evolve(STRETCH, speed=speed))] == told


def test_a_part_of_a_picture() -> None:
    """In hundredths of the picture, from its left and its top."""
    assert differences.PART % differences.part((0.05, 0.1, 0.9, 0.504)) == "90 % × 50 %, from 5 % across and 10 % down"


@given(_spans)
def test_what_is_left_over_is_what_no_span_covers(spans: list[tuple[int, int]]) -> None:
    """Each second is in a span or left over, but for gaps shorter than what was asked for; none is in both."""
    exact = [(Fraction(start, 10), Fraction(end, 10)) for start, end in spans]
    left = list(differences.left_over(exact, Fraction(0), Fraction(120), least_s=Fraction(1, 25)))
    for tenth in range(1200):
        at = Fraction(tenth, 10) + Fraction(1, 20)
        inside = any(start <= at < end for start, end in exact)
        assert inside != any(start <= at < end for start, end in left)


@given(_spans)
def test_what_is_held_twice_is_told_once_for_each_time_more(spans: list[tuple[int, int]]) -> None:
    """All that the spans last, less what they cover, is at least what is held twice; disjoint spans hold nothing so."""
    exact = [(Fraction(start, 10), Fraction(end, 10)) for start, end in spans]
    covered = sum(any(start <= tenth < end for start, end in spans) for tenth in range(1200))
    lasts = sum(end - start for start, end in exact)
    assert differences.held_twice(exact) == lasts - Fraction(covered, 10)
