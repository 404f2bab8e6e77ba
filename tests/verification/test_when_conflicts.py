"""Conflicts and repairs: each the smallest there is, none left out without a word."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from probata.verification.when.answers import MOST_REASONS, answer
from probata.verification.when.conflicts import MOST_CONFLICTS, MOST_REPAIRS, mend
from probata.verification.when.network import Bound, before, during, overlaps, same_time, throughout, within

SUBJECTS = 3
TICKS = st.integers(-50, 50)
RANGES = st.tuples(TICKS, TICKS).map(sorted)
WHO = st.integers(0, SUBJECTS - 1)
PAIRS = st.tuples(WHO, WHO).filter(lambda pair: pair[0] != pair[1])


@st.composite
def bound_lists(draw: st.DrawFn) -> list[Bound]:
    """Up to nine bounds on three subjects, of every kind."""
    bounds: list[Bound] = []
    for number in range(draw(st.integers(2, 9))):
        name, kind = (
            f"b{number}",
            draw(st.sampled_from(["in", "in", "through", "before", "during", "meet", "same", "daily"])),
        )
        start, end = draw(RANGES)
        if kind == "in":
            bounds.append(within(name, draw(WHO), start, draw(st.none() | st.just(end))))
        elif kind == "through":
            bounds.append(throughout(name, draw(WHO), start, end))
        elif kind == "daily":
            length = draw(st.integers(0, 12))
            daily = tuple((day * 25, day * 25 + length) for day in range(-3, 4))
            bounds.append(Bound(name=name, subject=draw(WHO), stretches=daily))
        elif kind == "before":
            least = draw(st.integers(0, 20))
            most = draw(st.none() | st.integers(least, 40))
            bounds.append(before(name, *draw(PAIRS), least=least, most=most))
        else:
            bounds.append({"during": during, "meet": overlaps, "same": same_time}[kind](name, *draw(PAIRS)))
    return bounds


def holds(bounds: list[Bound]) -> bool:
    return mend(SUBJECTS, bounds).conflicts == ()


@given(bound_lists())
def test_a_conflict_is_the_smallest_of_its_kind(bounds: list[Bound]):
    """A conflict as a whole cannot hold, and without any one of its bounds it can."""
    by_name = {bound.name: bound for bound in bounds}
    for conflict in answer([str(one) for one in range(SUBJECTS)], bounds).conflicts:
        own = [by_name[name] for name in conflict]
        assert not holds(own)
        for left in conflict:
            assert holds([bound for bound in own if bound.name != left])


@given(bound_lists())
def test_a_repair_mends_and_gives_nothing_away(bounds: list[Bound]):
    """With a repair left out all else holds; with any of it put back, it does not."""
    mending = mend(SUBJECTS, bounds)
    for repair in mending.repairs:
        rest = [bound for number, bound in enumerate(bounds) if number not in repair]
        assert holds(rest)
        for back in repair:
            assert not holds([*rest, bounds[back]])


@given(bound_lists())
def test_every_repair_meets_every_conflict(bounds: list[Bound]):
    """What is left out takes at least one bound from each conflict."""
    mending = mend(SUBJECTS, bounds)
    assert all(repair & conflict for repair in mending.repairs for conflict in mending.conflicts)


@given(bound_lists())
def test_every_window_has_its_reasons(bounds: list[Bound]):
    """The bounds named at an end of a window force that end by themselves."""
    subjects = [str(one) for one in range(SUBJECTS)]
    told = answer(subjects, bounds)
    by_name = {bound.name: bound for bound in bounds}
    for window in told.windows:
        if window.start is None or any(bound.stretches for bound in bounds):
            continue
        alone = answer(subjects, [by_name[name] for name in window.start_by])
        (same,) = [one for one in alone.windows if one.subject == window.subject]
        assert same.start == window.start


def test_caps_are_told():
    """A thousand bounds of which most pairs conflict: the lists are cut, and the answer says so."""
    bounds = [within(f"b{number}", 0, 10 * number, 10 * number + 5) for number in range(1_000)]
    told = answer(["a"], bounds)
    assert len(told.conflicts) == MOST_CONFLICTS
    assert len({window.left_out for window in told.windows}) == MOST_REPAIRS
    assert {limit.what for limit in told.limits} == {"conflicts", "repairs"}


def test_whatever_the_caps_some_alternative_is_told():
    """Many bounds that conflict all over, and a daily window: cut short, but never without a window."""
    daily = Bound(name="daily", subject=0, stretches=tuple((10 * day, 10 * day + 4) for day in range(200)))
    bounds = [within(f"b{number}", 0, 7 * number, 7 * number + 9) for number in range(200)]
    told = answer(["a"], [*bounds, daily])
    assert {limit.what for limit in told.limits} >= {"conflicts"}
    assert told.windows
    for window in told.windows:
        rest = [bound for bound in [*bounds, daily] if bound.name not in window.left_out]
        assert answer(["a"], rest).conflicts == ()


def test_a_circle_that_touches_no_clock():
    """A before B, B before C and C before A, with a gap: no range is needed to see that it cannot be."""
    bounds = [before(f"b{one}", one, (one + 1) % 3, least=1) for one in range(3)]
    told = answer(["a", "b", "c"], bounds)
    assert told.conflicts == (("b0", "b1", "b2"),)
    assert set(told.repairs) == {("b0",), ("b1",), ("b2",)}


def test_a_long_chain_names_some_of_its_reasons():
    """Where more bounds force an end than anybody reads, a hundred are named, and that is told."""
    bounds = [within("first", 0, 0, None), *[before(f"b{one}", one, one + 1) for one in range(150)]]
    told = answer([str(one) for one in range(151)], bounds)
    assert max(len(window.start_by) for window in told.windows) == MOST_REASONS
    assert {limit.what for limit in told.limits} == {"reasons"}


def test_a_mesh_of_relations_ends():
    """Hundreds of relations that run in circles: some conflicts, some alternative, and word that there are more."""
    chance = random.Random(4)
    bounds = [before(f"b{number}", *chance.sample(range(40), 2), least=1) for number in range(300)]
    told = answer([str(one) for one in range(40)], bounds)
    assert told.conflicts
    assert told.windows
    assert {limit.what for limit in told.limits} >= {"conflicts", "repairs"}


def test_touching_is_before():
    """Ended when the other begins: at one and the same tick, both hold."""
    bounds = [within("a", 0, 5, 5), within("b", 1, 5, 5), before("order", 0, 1)]
    assert answer(["a", "b"], bounds).conflicts == ()


def test_conflicts_of_others_leave_a_subject_alone():
    """Subjects that nothing ties together are solved apart."""
    bounds = [within("x", 0, 0, 1), within("y", 0, 5, 6), within("z", 1, 3, 4)]
    told = answer(["a", "b"], bounds)
    assert [(one.start, one.end, one.left_out) for one in told.windows if one.subject == "b"] == [(3, 4, ())]
    assert len([one for one in told.windows if one.subject == "a"]) == 2
