"""Relations as the ledger holds them: exact, canonical, the same when read back."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from probata.copies.recorded import (
    as_record,
    on_other,
    pair_of,
    reason_from,
    segment_as_record,
    segment_from,
    turned,
    turned_kind,
)
from probata.copies.relations import Reason, Relation, Segment, Transform
from probata.custody.canonical import canonical, parse

seconds = st.fractions(min_value=-100, max_value=10_000, max_denominator=90_000)
lengths = st.fractions(min_value=Fraction(1, 100), max_value=1000, max_denominator=90_000)
figures = st.floats(allow_nan=False, allow_infinity=False, width=32)
parts = st.floats(min_value=0, max_value=1)
boxes = st.tuples(parts, parts, parts, parts)


@st.composite
def transforms(draw):
    return Transform(
        mirror=draw(st.booleans()),
        scale=draw(st.floats(min_value=0.15, max_value=7)),
        turned_degrees=draw(st.floats(min_value=-180, max_value=180)),
        crop=draw(boxes),
        place=draw(boxes),
        matrix=(draw(st.floats(min_value=0.2, max_value=4)), 0.1, draw(parts), -0.1, 1.5, draw(parts)),
    )


@st.composite
def segments(draw):
    a, b, lasts = draw(seconds), draw(seconds), draw(lengths)
    speed = draw(st.sampled_from([Fraction(1), Fraction(-1), Fraction(5, 4), Fraction(-1, 2)]))
    return Segment(
        a_start_s=a,
        a_end_s=a + lasts,
        b_start_s=b,
        b_end_s=b + lasts * abs(speed),
        speed=speed,
        transform=draw(st.none() | transforms()),
    )


@given(segments())
def test_a_stretch_reads_back_as_it_was(segment):
    """Exact times and every figure survive canonical JSON unchanged."""
    assert segment_from(parse(canonical(segment_as_record(segment)))) == segment


@given(segments(), figures, st.none() | figures)
def test_a_relation_is_canonical_and_reads_back(segment, value, wrong):
    """No float reaches the ledger; score and reasons come back to the last digit."""
    reason = Reason(code="motion", text="in step", value=value, wrong=wrong)
    relation = Relation(kind="overlaps", score=1 / 3, by="both", segments=(segment,), why=(reason,))
    record = parse(canonical(as_record(relation)))
    assert reason_from(record["reasons"][0]) == reason
    assert (float(record["score"]), record["strongest_wrong"]) == (1 / 3, None)


def test_figures_of_numpy_are_figures():
    """What a method reckoned is written as a number, without the name of its type; what is no number, as none."""
    reason = Reason(
        code="motion", text="in step", value=np.float32(0.5), wrong=float("nan"), threshold=np.float64(0.25)
    )
    relation = Relation(kind="copy", score=np.float64(0.75), by="frames", why=(reason,), strongest_wrong=float("inf"))
    record = as_record(relation)
    assert (record["score"], record["strongest_wrong"]) == ("0.75", None)
    assert [record["reasons"][0][name] for name in ("value", "wrong", "threshold")] == ["0.5", None, "0.25"]


@given(segments())
def test_turned_twice_is_the_same_stretch(segment):
    """Told from B and told from A again, times are exact and the crop is where it was."""
    twice = turned(turned(segment))
    assert (twice.a_start_s, twice.a_end_s, twice.b_start_s, twice.b_end_s, twice.speed) == (
        segment.a_start_s, segment.a_end_s, segment.b_start_s, segment.b_end_s, segment.speed,
    )  # fmt: skip
    if segment.transform is not None:
        there, back = turned(segment).transform, twice.transform
        assert (there.crop, there.place) == (segment.transform.place, segment.transform.crop)
        assert (back.crop, back.place, back.mirror) == (
            segment.transform.crop, segment.transform.place, segment.transform.mirror,
        )  # fmt: skip
        assert all(abs(one - other) < 1e-6 for one, other in zip(back.matrix, segment.transform.matrix, strict=True))


@given(segments(), st.fractions(min_value=0, max_value=1))
def test_a_second_followed_there_and_back_is_the_same_second(segment, along):
    """Forwards or backwards, at any speed, exactly; and the ends of A are the ends of B."""
    at = segment.a_start_s + along * (segment.a_end_s - segment.a_start_s)
    there = on_other(segment, at)
    assert on_other(turned(segment), there) == at
    assert segment.b_start_s <= there <= segment.b_end_s


def test_what_contains_is_contained():
    """Kinds are told from the other side; those that read alike from both stay."""
    assert (turned_kind("excerpt_of"), turned_kind("contains"), turned_kind("copy")) == (
        "contains",
        "excerpt_of",
        "copy",
    )


def test_a_pair_has_one_name():
    """Whichever is named first."""
    assert pair_of("a" * 64, "b" * 64) == pair_of("b" * 64, "a" * 64) != pair_of("a" * 64, "c" * 64)
