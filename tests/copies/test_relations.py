"""Relations, stretches and hits: what they refuse, and that telling them the other way round loses nothing."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from probata.copies.relations import KINDS_OF_COPY, Reason, Relation, Segment, Transform
from probata.copies.seam import Explanation, Hit
from probata.copies.verdict import on_scale
from probata.terms.errors import InvalidValue

ALL = (0.0, 0.0, 1.0, 1.0)
SAME = Transform(
    mirror=False, scale=1.0, turned_degrees=0.0, crop=ALL, place=ALL, matrix=(1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
)

moments = st.fractions(min_value=-1000, max_value=10**6, max_denominator=90_000)
lengths = st.fractions(min_value=Fraction(1, 90_000), max_value=10**5, max_denominator=90_000)
speeds = st.fractions(min_value=Fraction(1, 8), max_value=8, max_denominator=10_000).flatmap(
    lambda speed: st.sampled_from([speed, -speed])
)
parts = st.floats(0, 1)
figures = st.floats(0.0, 1e6)


@st.composite
def segments(draw):
    """Stretches of every length, at every speed, forwards and backwards."""
    a_start, a_lasts, b_start, b_lasts = draw(moments), draw(lengths), draw(moments), draw(lengths)
    return Segment(
        a_start_s=a_start,
        a_end_s=a_start + a_lasts,
        b_start_s=b_start,
        b_end_s=b_start + b_lasts,
        speed=draw(speeds),
        transform=draw(st.sampled_from([None, SAME, evolve(SAME, mirror=True)])),
    )


@st.composite
def hits(draw):
    """Pairs of moments that a method holds alike."""
    return Hit(
        a_s=draw(moments),
        b_s=draw(moments),
        lasts_s=draw(lengths),
        speed=draw(speeds),
        mirror=draw(st.booleans()),
        score=draw(parts),
        needed=draw(parts),
        weak=draw(st.booleans()),
        why="they are alike",
    )


@given(segments())
def test_a_stretch_told_the_other_way_round_twice_is_itself(segment):
    """Turned about twice, every time and the speed are the same, exactly; only the transform of A on B is gone."""
    assert segment.turned_about().turned_about() == evolve(segment, transform=None)


@given(segments())
def test_the_other_way_round_a_stretch_has_the_times_of_the_other(segment):
    """B's seconds become A's and the speed its inverse; backwards stays backwards."""
    turned = segment.turned_about()

    assert (turned.a_start_s, turned.a_end_s) == (segment.b_start_s, segment.b_end_s)
    assert turned.speed * segment.speed == 1
    assert turned.a_lasts_s > 0
    assert not turned.mirror


@given(moments, lengths, st.fractions(min_value=0, max_value=100))
def test_a_stretch_that_does_not_last_is_refused(start, lasts, back):
    """A stretch ends after it starts, in A as in B."""
    right, wrong = (start, start + lasts), (start, start - back)
    for a, b in ((wrong, right), (right, wrong)):
        with pytest.raises(InvalidValue):
            Segment(a_start_s=a[0], a_end_s=a[1], b_start_s=b[0], b_end_s=b[1])


def test_a_speed_of_nothing_is_refused():
    """A still picture maps to no stretch of time."""
    with pytest.raises(InvalidValue):
        Segment(
            a_start_s=Fraction(0), a_end_s=Fraction(1), b_start_s=Fraction(0), b_end_s=Fraction(1), speed=Fraction()
        )


@pytest.mark.parametrize("score", [-0.001, 1.001, float("nan"), float("inf")])
def test_a_score_beyond_its_scale_is_refused(score):
    """Scores are from 0 to 1: of relations, and of hits."""
    with pytest.raises(InvalidValue):
        Relation(kind="copy", score=score, by="frames")
    with pytest.raises(InvalidValue):
        Hit(a_s=Fraction(0), b_s=Fraction(0), score=score, needed=0.5, why="alike")


@pytest.mark.parametrize(
    "change",
    [
        {"scale": 0.0},
        {"scale": float("nan")},
        {"turned_degrees": float("inf")},
        {"crop": (0.0, 0.0, 1.5, 1.0)},
        {"crop": (-0.1, 0.0, 0.5, 1.0)},
        {"place": (0.0, 0.0, 1.0, float("nan"))},
        {"matrix": (1.0, 0.0, 0.0, 2.0, 0.0, 0.0)},
    ],
    ids=str,
)
def test_a_transform_that_maps_nothing_is_refused(change):
    """Boxes lie within the picture, figures are finite, and the map can be undone."""
    with pytest.raises(InvalidValue):
        evolve(SAME, **change)


@given(segments(), parts, st.sampled_from(sorted(KINDS_OF_COPY)))
def test_a_relation_is_plain_json(segment, score, kind):
    """What is printed is JSON and reads back as it was; figures that there are not are left out."""
    why = (Reason(code="places", text="so many", value=score), Reason(code="bytes", text="all of them"))
    told = Relation(kind=kind, score=score, by="both", segments=(segment,), why=why).as_json()

    assert json.loads(json.dumps(told, allow_nan=False)) == told
    assert told["why"][1].keys() == {"code", "text"}
    assert ("crop" in told["segments"][0]) == (segment.transform is not None)


@given(hits())
def test_a_hit_told_the_other_way_round_twice_is_itself(hit):
    """Turning a hit about twice gives the same hit."""
    assert hit.turned_about().turned_about() == hit
    assert hit.turned_about().lasts_s >= 0


@given(hits())
def test_an_explanation_is_plain_json(hit):
    """What a method says is JSON, seconds rounded."""
    told = Explanation(method="some", version="1", outcome="found", hits=(hit,)).as_json()

    assert json.loads(json.dumps(told, allow_nan=False)) == told


@given(figures, figures, st.floats(1e-3, 1e6))
def test_the_scale_of_scores_keeps_order(one, other, needed):
    """What was needed is one half; more is more, less is less and wrong; nothing reaches one."""
    assert on_scale(needed, needed) == pytest.approx(0.5)
    assert 0 <= on_scale(one, needed) <= 1
    assert (on_scale(one, needed) < 0.5) == (one < needed)
    if one <= other:
        assert on_scale(one, needed) <= on_scale(other, needed)


@given(st.floats(max_value=0, allow_nan=False, allow_infinity=False), st.floats(0, 10))
def test_nothing_scores_nothing(value, needed):
    """What is not above nothing is 0, whatever was needed; so is all, where nothing was asked."""
    assert on_scale(value, needed) == 0
    assert on_scale(needed, 0.0) == 0
