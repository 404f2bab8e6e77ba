"""Whose turn it is in a review, who may do nothing in it, and what whoever judges in it watches."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from probata.access.roles import Role
from probata.verification.assessments import Dimension, Likelihood, Result, State, bands_of
from probata.verification.selectors import KnownReview, Task
from probata.verification.turns import Bar, Step, open_place, stretches, turn

ROLES = frozenset({Role.ANALYST, Role.REVIEWER})


def review(state, **places):
    numbers = {"first": 1, "second": 2, "third": 3}
    return KnownReview(
        id="0" * 32,
        proposition="1" * 32,
        pinned={"proposition": {"statement": "three shots are fired"}},
        dimension=Dimension.CONTENT,
        state=state,
        opened_by="first",
        at=datetime(2026, 1, 1, tzinfo=UTC),
        places={numbers[place]: name for place, name in places.items()},
        opinions=(),
        finding=None,
        supersedes="",
        replaces="",
        replaced_by="",
    )


@pytest.mark.parametrize(
    ("known", "step", "bar"),
    [
        (review(State.OPEN), Step.JUDGE_FIRST, None),
        (review(State.PROPOSED, first="A"), Step.TAKE, None),
        (review(State.PROPOSED, first="me"), Step.NOTHING, Bar.HAS_JUDGED),
        (review(State.BLIND_SECOND, first="A", second="me"), Step.JUDGE, None),
        (review(State.BLIND_SECOND, first="A", second="B"), Step.NOTHING, Bar.PLACE_TAKEN),
        (review(State.BLIND_SECOND, first="me", second="B"), Step.NOTHING, Bar.HAS_JUDGED),
        (review(State.DISAGREED, first="A", second="B"), Step.TAKE, None),
        (review(State.DISAGREED, first="A", second="me"), Step.NOTHING, Bar.HAS_JUDGED),
        (review(State.DISAGREED, first="A", second="B", third="me"), Step.JUDGE, None),
        (review(State.DISAGREED, first="A", second="B", third="C"), Step.NOTHING, Bar.PLACE_TAKEN),
        (review(State.AGREED, first="A", second="me"), Step.SEAL, None),
        (review(State.ADJUDICATED, first="A", second="B", third="me"), Step.SEAL, None),
        (review(State.SEALED, first="A", second="B"), Step.NOTHING, Bar.ENDED),
        (review(State.SUPERSEDED, first="A", second="B"), Step.NOTHING, Bar.ENDED),
    ],
)
def test_whose_turn_it_is(known, step, bar):
    """Each state gives one person one thing to do, or one reason why not."""
    mine = turn(known, "me", ROLES)
    assert (mine.step, mine.bar) == (step, bar)
    assert mine.waits == (step is not Step.NOTHING)


@pytest.mark.parametrize(
    ("state", "roles", "bar"),
    [
        (State.OPEN, {Role.AUDITOR}, Bar.NO_ROLE),
        (State.PROPOSED, {Role.LEGAL}, Bar.NO_ROLE),
        (State.AGREED, {Role.ANALYST}, Bar.NO_ROLE_TO_SEAL),
    ],
)
def test_without_the_role_nothing_is_to_do(state, roles, bar):
    """A role is asked for before a place."""
    assert turn(review(state), "me", frozenset(roles)).bar is bar


def test_a_place_is_open_until_it_is_decided():
    """First, second, and a third only where two differ."""
    places = {state: open_place(review(state)) for state in State}
    assert {state: place for state, place in places.items() if place} == {
        State.OPEN: 1,
        State.PROPOSED: 2,
        State.BLIND_SECOND: 2,
        State.DISAGREED: 3,
    }


def test_stretches_are_those_seen_and_those_spoken():
    """What was observed, and what was said in footage, of this item and no other; a text is no footage."""
    seen = {"item": "a", "segment": {"start_pts": 10, "end_pts": 20, "time_base": "1/10"}}
    said = {"appears_in": {"item": "a", "segment": {"start_pts": 50, "end_pts": 60, "time_base": "1/10"}}}
    text = {"appears_in": {"item": "a", "start": 1, "end": 9}}
    elsewhere = {"item": "b", "segment": {"start_pts": 1, "end_pts": 2, "time_base": "1/10"}}
    task = Task(
        review="",
        proposition={},
        dimension="content",
        observations=(seen, elsewhere),
        assertions=(said, text, {"appears_in": None}),
        derivations=(),
        findings=(),
    )
    assert [(one.start_pts, one.end_pts) for one in stretches(task, "a")] == [(10, 20), (50, 60)]


def test_words_that_go_with_a_result():
    """From the least; none where nothing is judged."""
    assert bands_of(Result.REFUTED) == (Likelihood.ALMOST_NO_CHANCE, Likelihood.VERY_UNLIKELY)
    assert bands_of(Result.CONTESTED) == ()
