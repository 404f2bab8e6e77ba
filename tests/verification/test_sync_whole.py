"""One clock for all: least squares over pairs, loops that do not close, parts, and which seconds overlap."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from probata.terms.errors import InvalidValue
from probata.verification.sync.heard import Heard
from probata.verification.sync.pairs import By, Offset, Outcome, Pair
from probata.verification.sync.whole import whole


def recording(name: str, lasts_s: int = 60) -> Heard:
    nothing = np.zeros(0, np.float32)
    extent = {"from_s": Fraction(0), "to_s": Fraction(lasts_s)}
    return Heard(name=name, samples=nothing, present=nothing > 0, start_s=Fraction(0), own_rate_hz=48_000, **extent)


def pair(a: str, b: str, offset_s: float, *, at_s: float = 30.0, slope: float = 0.0, error_s: float = 1e-4) -> Pair:
    offset = Offset(
        at_s=at_s, offset_s=offset_s, error_s=error_s, slope=slope, slope_error=2e-6, residual_s=0, count=9, tried=9
    )
    return Pair(a=a, b=b, outcome=Outcome.FOUND, why="", by=By.SOUND, offset=offset)


def lost(a: str, b: str) -> Pair:
    return Pair(a=a, b=b, outcome=Outcome.NOTHING_FOUND, why="")


clock = st.tuples(st.floats(-100, 100), st.floats(-1e-4, 1e-4))


@given(clocks=st.lists(clock, min_size=2, max_size=5))
def test_pairs_that_agree_give_back_the_clocks(clocks):
    """Offsets and drifts made from clocks lead to the same clocks, counted from the first, and every loop closes."""
    names = "ABCDE"[: len(clocks)]
    lines = dict(zip(names, [(0.0, 0.0), *clocks[1:]], strict=True))
    pairs = []
    for a, b in combinations(names, 2):
        (mine, my_slope), (theirs, their_slope) = lines[a], lines[b]
        common = (30.0 - mine) / (1 + my_slope)
        there = common * (1 + their_slope) + theirs
        pairs.append(pair(a, b, there - 30.0, slope=(1 + their_slope) / (1 + my_slope) - 1))
    told = whole([recording(name) for name in names], pairs)
    assert told.consistent
    for one in told.clocks:
        offset, slope = lines[one.name]
        # The prior of 100 ppm draws a drift that is known to 1 ppm by a part in ten thousand.
        assert one.slope == pytest.approx(slope, abs=5e-8)
        assert one.offset_s == pytest.approx(offset, abs=2e-5)
    assert all(abs(rest) < 2e-5 for _a, _b, rest in told.residuals)


def test_a_loop_that_does_not_close_is_told():
    """Three offsets that contradict each other by 50 ms: reported with how much is left, spread over the pairs."""
    pairs = [pair("A", "B", 1.0), pair("A", "C", 2.05), pair("B", "C", 1.0)]
    told = whole([recording(name) for name in "ABC"], pairs)
    (loop,) = told.loops
    assert (told.consistent, loop.closes) == (False, False)
    assert loop.misses_s == pytest.approx(-0.05)
    assert sum(abs(rest) for _a, _b, rest in told.residuals) == pytest.approx(0.05, abs=1e-3)


def test_what_no_pair_connects_keeps_its_own_clock():
    """A and B are connected, C is not: two parts, and no offset is made up."""
    told = whole([recording(name) for name in "ABC"], [pair("A", "B", 5.0), lost("A", "C"), lost("B", "C")])
    assert told.parts == (("A", "B"), ("C",))
    assert [one.of for one in told.clocks] == ["A", "A", "C"]


def test_a_chain_is_followed():
    """A to B and B to C place C on A's clock, with an error that has grown."""
    told = whole([recording(name) for name in "ABC"], [pair("A", "B", 5.0), lost("A", "C"), pair("B", "C", -2.0)])
    placed = {one.name: one for one in told.clocks}
    assert placed["C"].offset_s == pytest.approx(3.0, abs=1e-4)
    assert placed["C"].error_s > placed["B"].error_s > 0


def test_which_seconds_overlap():
    """B starts ten seconds into A and lasts beyond it: three stretches, in order, without a gap."""
    told = whole([recording("A"), recording("B")], [pair("A", "B", -10.0)])
    found = [(one.names, round(one.from_s, 3), round(one.to_s, 3)) for one in told.stretches]
    assert found == [(("A",), 0.0, 10.0), (("A", "B"), 10.0, 60.0), (("B",), 60.0, 70.0)]


@pytest.mark.parametrize("by", [None, By.SOUND])
def test_an_answer_that_says_two_things_is_refused(by):
    """Found without an offset, and an offset of no kind, are no answers."""
    with pytest.raises(InvalidValue):
        Pair(a="A", b="B", outcome=Outcome.FOUND, why="", by=by)
