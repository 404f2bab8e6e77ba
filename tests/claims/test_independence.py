"""Copies of one source count once, whatever their number, their order and the names of who passes them on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probata.claims.independence import Origins, Source, independence

NAMES = [f"a{number}" for number in range(8)]


@st.composite
def worlds(draw):
    """Assertions with speakers and what each derives from; rings included."""
    sources = {}
    for name in NAMES[: draw(st.integers(1, 8))]:
        derived = draw(st.frozensets(st.sampled_from([*NAMES, "item:clip", "elsewhere"]), max_size=3))
        sources[name] = Source(id=name, speaker=draw(st.sampled_from("ABCDE")), derives_from=derived - {name})
    return sources


def _told(sources, asked):
    return independence(asked, sources)


@given(worlds())
def test_no_more_roots_than_origins(sources):
    """Never more roots than assertions and what they derive from, and at least one where anything is said."""
    found = _told(sources, sources)
    outside = {one for source in sources.values() for one in source.derives_from} - set(sources)
    assert 1 <= len(found.roots) <= len(sources) + len(outside)
    assert set(sources) == {member for root in found.roots for member in root.members}


@given(worlds(), st.randoms())
def test_order_changes_nothing(sources, random):
    """The order in which assertions came does not matter."""
    shuffled = list(sources)
    random.shuffle(shuffled)
    assert _told({name: sources[name] for name in shuffled}, shuffled) == _told(sources, sources)


@given(worlds(), st.sampled_from(NAMES))
def test_a_copy_adds_no_root(sources, copied):
    """A further outlet that passes on what is there leaves the number of roots as it is."""
    if copied not in sources:
        return
    before = len(_told(sources, sources).roots)
    grown = {**sources, "copy": Source(id="copy", speaker="Z", derives_from=frozenset({copied}))}
    assert len(_told(grown, grown).roots) == before


@given(worlds())
def test_names_of_speakers_do_not_matter(sources):
    """With the names of two parties swapped the same comes out, with the names swapped."""
    swap = {"A": "B", "B": "A"}
    swapped = {
        name: Source(id=name, speaker=swap.get(one.speaker, one.speaker), derives_from=one.derives_from)
        for name, one in sources.items()
    }
    before, after = _told(sources, sources), _told(swapped, swapped)
    assert len(before.roots) == len(after.roots)
    there = {(tuple(sorted(swap.get(who, who) for who in root.speakers)), root.members) for root in before.roots}
    assert there == {(root.speakers, root.members) for root in after.roots}


def test_a_ring_is_one_root():
    """Three outlets that cite each other in a circle are one root, and are told as a ring."""
    ring = {
        name: Source(id=name, speaker=name.upper(), derives_from=frozenset({source}))
        for name, source in (("a", "b"), ("b", "c"), ("c", "a"))
    }
    (root,) = independence(ring, ring).roots
    assert (root.kind, root.members) == ("ring", ("a", "b", "c"))


def test_a_source_nobody_recorded_is_named():
    """What derives from something that is not on the record has its root there, and it is named as unseen."""
    known = {"a": Source(id="a", speaker="A", derives_from=frozenset({"elsewhere"}))}
    found = independence(known, known)
    assert found.unseen == ("elsewhere",)
    assert found.sentence == "1 source, 1 independent root"


@given(worlds(), st.sets(st.sampled_from(NAMES)))
def test_roots_are_ends_put_together_by_who_speaks(sources, asked):
    """As the definition says it: follow every derivation to its end, and join the ends that share a speaker."""
    asked = sorted(asked & set(sources))
    groups: list[tuple[set[str], set[str]]] = []
    for end in {one for name in asked for one in _ends(name, sources)}:
        speakers = {sources[one].speaker if one in sources else one for one in end}
        touched = [group for group in groups if group[0] & speakers]
        groups = [group for group in groups if group not in touched]
        groups.append((speakers.union(*(one[0] for one in touched)), set(end).union(*(one[1] for one in touched))))
    told = Origins.of(sources).independence(asked)
    assert {(root.speakers, root.origin) for root in told.roots} == {
        (tuple(sorted(speakers)), tuple(sorted(origin))) for speakers, origin in groups
    }
    for root in told.roots:
        assert root.members == tuple(
            name for name in asked if any(end & set(root.origin) for end in _ends(name, sources))
        )


def _reached(name, sources):
    reached, todo = {name}, [name]
    while todo:
        here = todo.pop()
        further = (sources[here].derives_from if here in sources else frozenset()) - reached
        reached |= further
        todo += further
    return reached


def _ends(name, sources):
    """The ends of one: what is reached and leads to nothing beyond what leads back to it."""
    reach = {one: _reached(one, sources) for one in _reached(name, sources)}
    return {frozenset(far) for far in reach.values() if all(far == reach[one] for one in far)}


@pytest.mark.parametrize("ring", [False, True])
def test_a_chain_as_long_as_the_record_is_one_root(ring):
    """Five thousand who each had it from the one before; closed to a ring or not."""
    names = [f"{number:04}" for number in range(5000)]
    chain = {
        name: Source(
            id=name, speaker=f"S{name}", derives_from=frozenset(names[number - 1 : number] or names[-1:] * ring)
        )
        for number, name in enumerate(names)
    }
    (root,) = independence(chain, chain).roots
    assert root.kind == ("ring" if ring else "word")
    assert len(root.members) == 5000


def test_as_many_speakers_as_assertions_are_as_many_roots():
    """Nobody is joined with anybody whom they share no word with."""
    apart = {f"{number:04}": Source(id=f"{number:04}", speaker=f"S{number:04}") for number in range(5000)}
    assert len(independence(apart, apart).roots) == 5000
