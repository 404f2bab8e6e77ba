"""The spacing of sudden sounds: kept, evenly repeated, or of two places; as algebra, without any sound."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probata.verification.sync.bangs import Bang
from probata.verification.sync.patterns import MOST_SPACING_S, SPEED_OF_SOUND, Answer, compare

irregular = st.lists(st.floats(0.25, 3.0), min_size=3, max_size=9, unique_by=lambda gap: round(gap, 1))


def bangs(moments, error_s=0.001) -> list[Bang]:
    return [Bang(at_s=at_s, error_s=error_s, level_db=-10.0) for at_s in moments]


def heard(gaps, start_s=1.0) -> list[float]:
    moments = [start_s]
    for gap in gaps:
        moments.append(moments[-1] + gap)
    return moments


@given(gaps=irregular, offset_s=st.floats(-500, 500))
def test_a_spacing_that_is_kept_is_never_refused(gaps, offset_s):
    """The same sounds on another clock: agrees with the offset, or is ambiguous where the gaps happen to repeat."""
    told = compare(bangs(heard(gaps)), bangs([at + offset_s for at in heard(gaps)]))
    assert told.answer in {Answer.AGREES, Answer.AMBIGUOUS}
    assert any(abs(way.offset_s - offset_s) <= way.error_s for way in told.laid)


@given(first_s=st.floats(0.1, 3.0), differ_s=st.floats(0.01, MOST_SPACING_S - 0.01), offset_s=st.floats(-50, 50))
def test_two_shots_whose_spacing_differs_are_told_with_their_path(first_s, differ_s, offset_s):
    """Whatever the clocks, the difference and the metres that it means are those that were put in."""
    a, b = [1.0, 1.0 + first_s], [1.0 + offset_s, 1.0 + offset_s + first_s + differ_s]
    told = compare(bangs(a), bangs(b))
    assert told.answer is Answer.DIFFERS
    (spacing,) = told.spacings
    assert spacing.differ_s == pytest.approx(differ_s, abs=1e-9)
    assert spacing.path_m == pytest.approx(differ_s * SPEED_OF_SOUND)


@given(gaps=irregular, differ_s=st.floats(0.02, 0.2))
def test_which_recorder_is_named_first_does_not_matter(gaps, differ_s):
    """The answer is the same the other way round."""
    a = heard(gaps)
    b = [at + (differ_s if number % 2 else 0.0) for number, at in enumerate(a)]
    assert compare(bangs(a), bangs(b)).answer is compare(bangs(b), bangs(a)).answer


@pytest.mark.parametrize("apart_s", [(0.2929, 0.3209), (0.3209, 0.3742), (0.2929, 0.3742)])
def test_the_three_recorders(apart_s):
    """292.9, 320.9 and 374.2 ms: each pair differs by more than any clock drifts."""
    one, other = (bangs([2.0, 2.0 + gap]) for gap in apart_s)
    told = compare(one, other)
    assert told.answer is Answer.DIFFERS
    assert told.spacings[0].path_m == pytest.approx((apart_s[1] - apart_s[0]) * SPEED_OF_SOUND)


def test_two_places_in_turn():
    """Three shots of each of two places: some keep one offset, the others another, and neither is chosen."""
    near, far = [2.0, 3.1, 5.2], [2.6, 4.3, 6.9]
    a = sorted([*near, *(at + 0.29 for at in far)])
    b = sorted([*(at + 0.28 for at in near), *far])
    told = compare(bangs(a), bangs(b))
    assert told.answer is Answer.DIFFERS
    assert {round(way.offset_s, 2) for way in told.laid} == {0.28, -0.29}


def test_even_repetition_is_ambiguous():
    """Ten sounds at one pace can be laid on each other in many ways."""
    told = compare(bangs([0.5 * k for k in range(10)]), bangs([7 + 0.5 * k for k in range(10)]))
    assert told.answer is Answer.AMBIGUOUS
    assert len(told.laid) > 4


def test_spacings_too_far_apart_are_no_spacings_of_the_same_shots():
    """0.3 s and 2.5 s: more than 300 m of path; nothing in common, and no path is made up."""
    assert compare(bangs([1, 1.3]), bangs([1, 3.5])).answer is Answer.NONE


def test_a_known_distance_bounds_what_can_differ():
    """Recorders 3 m apart cannot hear one interval differ by 50 ms; 20 m apart they can."""
    one, other = bangs([1, 1.3]), bangs([1, 1.35])
    assert compare(one, other, distance_m=3).answer is Answer.NONE
    assert compare(one, other, distance_m=20).answer is Answer.DIFFERS


def test_one_is_ambiguous_and_none_is_none():
    """A single sound can be laid on any; no sound on nothing."""
    assert compare(bangs([1]), bangs([2, 3, 4])).answer is Answer.AMBIGUOUS
    assert compare([], bangs([2, 3])).answer is Answer.NONE


def test_a_difference_within_its_error_is_no_refusal():
    """Two sounds of one and three of the other, whose spacing differs by less than its error: nothing is claimed."""
    told = compare(bangs([1, 2], error_s=0.01), bangs([5, 6.015, 9], error_s=0.01))
    assert (told.answer, told.spacings) == (Answer.AMBIGUOUS, ())
