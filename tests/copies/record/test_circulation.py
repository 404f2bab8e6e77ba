"""Clusters and the seconds that are followed through them: never more than the relations say."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from probata.copies.circulation import Edge, cluster, covers, merged
from probata.copies.relations import Segment


def edge(a, b, *stretches, kind="overlaps", by="both", confirmed=False, relation=None):
    made = tuple(
        Segment(
            a_start_s=Fraction(a0), a_end_s=Fraction(a1), b_start_s=Fraction(b0), b_end_s=Fraction(b1),
            speed=Fraction(speed),
        )
        for a0, a1, b0, b1, speed in stretches
    )  # fmt: skip
    return Edge(relation=relation or f"{a}{b}", a=a, b=b, kind=kind, by=by, confirmed=confirmed, stretches=made)


def clustered(asked, *edges, **options):
    found = cluster(asked, lambda item: [one for one in edges if item in (one.a, one.b)], **options)
    return {member.item: member for member in found}


def test_an_excerpt_of_an_excerpt_is_followed_to_the_seconds_it_holds():
    """Seconds 2 to 6 of A are in B, and of those B's 1 to 3 are in C: A's 3 to 5."""
    found = clustered("A", edge("A", "B", (2, 6, 0, 4, 1)), edge("B", "C", (1, 3, 7, 9, 1)))
    assert found["B"].spans == ((2, 6),)
    assert found["C"].spans == ((3, 5),)
    assert [step.to for step in found["C"].path] == ["B", "C"]


def test_a_compilation_joins_clips_that_share_nothing():
    """Two clips in one compilation are in one cluster, and no second of the one is claimed to be in the other."""
    found = clustered("one", edge("one", "compiled", (0, 5, 0, 5, 1)), edge("other", "compiled", (0, 5, 10, 15, 1)))
    assert found["other"].spans == ()
    assert found["other"].path != ()


def test_it_is_followed_against_the_direction_in_which_it_was_compared():
    """A relation recorded from the other side serves as well, at its speed and backwards."""
    found = clustered("A", edge("B", "A", (0, 4, 10, 12, "1/2")), edge("C", "B", (0, 4, 0, 4, -1)))
    assert found["B"].spans == ((10, 12),)
    assert found["C"].spans == ((10, 12),)


def test_pictures_and_sound_do_not_add_up():
    """B has A's pictures, C has B's sound: nothing of A is known to be in C."""
    found = clustered("A", edge("A", "B", (0, 5, 0, 5, 1), by="frames"), edge("B", "C", (0, 5, 0, 5, 1), by="sound"))
    assert (found["B"].seen, found["B"].heard, found["C"].spans) == (((0, 5),), (), ())


def test_a_scene_joins_nothing():
    """Kinds that prove no shared moment are passed over."""
    scene = edge("A", "B", (0, 5, 0, 5, 1), kind="same_scene_moment_unproven")
    assert set(clustered("A", scene)) == {"A"}


def test_further_ways_add_seconds():
    """C holds what came through B and what it shares itself; both relations are named."""
    found = clustered(
        "A",
        edge("A", "B", (0, 4, 0, 4, 1)), edge("A", "C", (6, 8, 0, 2, 1)), edge("B", "C", (0, 4, 5, 9, 1)),
    )  # fmt: skip
    assert found["C"].spans == ((0, 4), (6, 8))
    assert found["C"].rests_on == ("AC", "AB", "BC")


def test_a_ring_ends_and_the_asked_item_is_itself():
    """Going round leads nowhere new."""
    found = clustered(
        "A", edge("A", "B", (0, 4, 0, 4, 1)), edge("B", "C", (0, 4, 0, 4, 1)), edge("C", "A", (0, 4, 0, 4, 1))
    )
    assert (len(found), found["A"].whole, found["A"].path) == (3, True, ())


def test_loops_in_loops_stop_somewhere():
    """A hundred repetitions of a hundred repetitions claim less rather than run on."""
    many = [(number, number + 1, 0, 1, 1) for number in range(100)]
    again = [(0, 1, number, number + 1, 1) for number in range(100)]
    found = clustered("A", edge("A", "B", *many), edge("B", "C", *again), edge("C", "D", *many))
    assert found["C"].spans
    assert set(found) == {"A", "B", "C", "D"}


def test_a_cluster_has_a_limit():
    """No more items than asked for."""
    edges = [edge(str(number), str(number + 1), (0, 1, 0, 1, 1)) for number in range(50)]
    assert len(clustered("0", *edges, most=10)) == 10


spans = st.lists(
    st.tuples(st.fractions(0, 50), st.fractions(Fraction(1, 10), 9)).map(lambda one: (one[0], one[0] + one[1]))
)


ways = st.lists(st.tuples(st.integers(0, 20), st.integers(1, 9), st.integers(0, 20)), min_size=1, max_size=4)


@given(spans)
def test_merged_spans_are_in_order_and_apart(given_spans):
    """The same seconds, none told twice."""
    kept = merged(given_spans)
    assert all(one[1] < other[0] for one, other in pairwise(kept))
    assert covers(kept, given_spans)
    assert covers(given_spans, kept)


@given(ways, ways)
def test_what_is_followed_lies_in_what_the_first_step_shares(first, second):
    """No second of the asked item is claimed further on that the first step does not share."""
    one, two = ([(a, a + lasts, b, b + lasts, 1) for a, lasts, b in stretches] for stretches in (first, second))
    found = clustered("A", edge("A", "B", *one), edge("B", "C", *two))
    assert covers(found["B"].spans, found["C"].spans)
