"""What a proposition may say, and which two cannot both be so: what values exclude, what people say, what follows."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probata.claims.propositions import Edge, EdgeKind, Proposition, contradictions
from probata.terms.errors import InvalidValue


def occurred(statement="it rains"):
    return Proposition.from_json({"type": "occurred", "statement": statement})


def counted(least, most, **more):
    count = {"min": least, "max": most, "basis": "simultaneous", "population": "bodies", "exhaustive": most is not None}
    return Proposition.from_json(
        {"type": "count", "statement": f"{least}", "subject": "the yard", "value": {"count": count}, **more}
    )


def dated(first, last, form="imprecise", **more):
    day = "2031-10-{:02}T00:00:00Z"
    ends = [one if isinstance(one, str) else day.format(one) for one in (first, last)]
    empty = {"precise": None, "imprecise": None, "relations": [], "stated": None, "zone": None}
    time = {**empty, form: ends, "clock": "stated", "derivation": "as said"}
    told = {"type": "dated", "statement": "it was then", "subject": "the shelling", "value": {"time": time}}
    return Proposition.from_json({**told, **more})


def pairs(propositions, *edges):
    return {tuple(sorted((edge.start, edge.end))): edge for edge in contradictions(propositions, edges)}


def clash(start, end):
    return Edge(kind=EdgeKind.CONTRADICTS, start=start, end=end, why="they clash")


def entails(start, end):
    return Edge(kind=EdgeKind.ENTAILS, start=start, end=end, why="it follows")


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("Are three shots fired?", "it asks"),
        ("are three shots fired? ", "it asks"),
        ("“are three shots fired?”", "it asks"),
        ("هل أطلقت ثلاث طلقات؟", "it asks"),
        ("he said with confidence that it rains", "confidence"),
        ("high Confidence", "confidence"),
    ],
)
def test_a_statement_is_a_clause_that_can_follow_that(statement, why):
    """It neither asks nor speaks of confidence: a finding says what is likely, and how sure people are, around it."""
    with pytest.raises(InvalidValue, match=why):
        occurred(statement)


@pytest.mark.parametrize("statement", ["three shots are fired", "It rains.", "a sign that reads who? lies there"])
def test_other_statements_are_taken_as_they_are(statement):
    """A full stop or a question mark inside of it leaves it a statement; nothing is stripped."""
    assert occurred(statement).statement == statement


def test_values_of_one_subject_exclude_each_other():
    """A minimum above a maximum, and days of which none is shared; the reason is told."""
    found = pairs({"a": counted(3, None), "b": counted(0, 2), "c": counted(2, 5)})
    assert {pair: edge.why for pair, edge in found.items()} == {
        ("a", "b"): "the one has at least 3, the other at most 2"
    }
    assert set(pairs({"a": dated(1, 3), "b": dated(4, 6), "c": dated(3, 4)})) == {("a", "b")}
    assert pairs({"a": dated("open", 3), "b": dated("unknown", 4), "c": dated(2, "open")}) == {}
    assert set(pairs({"a": dated("open", 3), "b": dated(4, "unknown")})) == {("a", "b")}


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        ({"subject": None}, {"subject": None}),
        ({"subject": "the yard"}, {"subject": "the road"}),
        ({"incident": "0" * 32}, {"incident": "1" * 32}),
        ({"incident": "0" * 32}, {}),
        ({"act": "the ambush"}, {"act": "the shooting"}),
    ],
)
def test_values_of_what_may_be_two_things_exclude_nothing(mine, theirs):
    """Another subject, one that nobody names, another incident or act: both may be so."""
    assert pairs({"a": counted(3, None, **mine), "b": counted(0, 2, **theirs)}) == {}
    assert pairs({"a": dated(1, 2, **mine), "b": dated(5, 6, **theirs)}) == {}


def test_values_of_one_incident_exclude_each_other():
    """Where both name the same one."""
    same = {"incident": "0" * 32}
    assert set(pairs({"a": counted(3, None, **same), "b": counted(0, 2, **same)})) == {("a", "b")}


def test_what_went_on_throughout_excludes_no_other_time():
    """It went on from ten to eleven, and from twelve to one: both may be so of what went on all day."""
    assert pairs({"a": dated(1, 2, "precise"), "b": dated(5, 6, "precise")}) == {}
    assert pairs({"a": dated(1, 2, "precise"), "b": dated(5, 6)}) == {}


def test_what_follows_cannot_be_so_with_what_it_excludes():
    """Through chains and rings of what follows, each pair once, the nearest reason kept."""
    named = {name: occurred() for name in "abcde"}
    found = pairs(named, clash("a", "b"), entails("c", "a"), entails("d", "c"), entails("c", "d"))
    assert set(found) == {("a", "b"), ("b", "c"), ("b", "d")}
    assert not found["a", "b"].computed
    assert found["b", "d"].why == "what follows from them cannot both be so: they clash"


def test_what_entails_both_sides_is_impossible():
    """Two that exclude each other follow from one: it is told to contradict itself, with the reason."""
    named = {name: occurred() for name in "abc"}
    found = pairs(named, clash("a", "b"), entails("c", "a"), entails("c", "b"))
    assert set(found) == {("a", "b"), ("a", "c"), ("b", "c"), ("c", "c")}
    assert found["c", "c"].why == "what follows from it cannot both be so: they clash"
    assert set(pairs(named, clash("a", "b"), entails("a", "b"))) == {("a", "a"), ("a", "b")}


def test_a_long_chain_of_what_follows_is_followed_to_its_end():
    """Thousands, one from the other, and one thing that excludes the last."""
    names = [f"{number:05}" for number in range(3000)]
    chain = [entails(one, other) for one, other in pairwise(names)]
    found = pairs({name: occurred() for name in [*names, "z"]}, *chain, clash(names[-1], "z"))
    assert set(found) == {(name, "z") for name in names}


@given(
    st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdef")), max_size=8),
    st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdef")), max_size=3),
)
def test_pairs_are_those_from_which_both_sides_of_a_clash_follow(following, clashing):
    """As the definition says it, whatever follows from what; direction and order of a pair do not matter."""
    named = {name: occurred() for name in "abcdef"}
    clashing = [(one, other) for one, other in clashing if one != other]
    reach = {one: {one} for one in named}
    for _step in named:
        for start, end in following:
            for far in reach.values():
                far.update({end} if start in far else ())
    wanted = {
        (one, other)
        for one in named
        for other in named
        for start, end in clashing
        if one <= other and ({start, end} <= reach[one] | reach[other])
        if (start in reach[one] and end in reach[other]) or (end in reach[one] and start in reach[other])
    }
    edges = [entails(*pair) for pair in following] + [clash(*pair) for pair in clashing]
    assert set(pairs(named, *edges)) == wanted


@given(st.lists(st.tuples(st.integers(0, 5), st.one_of(st.none(), st.integers(0, 5))), max_size=7))
def test_counts_exclude_each_other_as_their_limits_say(limits):
    """Exactly where the minimum of either lies above the known maximum of the other."""
    good = [(least, most) for least, most in limits if most is None or least <= most]
    named = {f"{number}": counted(*one) for number, one in enumerate(good)}
    wanted = {
        (f"{one}", f"{other}")
        for other, (least, most) in enumerate(good)
        for one, (low, high) in enumerate(good[:other])
        if (high is not None and least > high) or (most is not None and low > most)
    }
    assert set(pairs(named)) == wanted
