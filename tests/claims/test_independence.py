"""Copies of one source count once, whatever their number, their order and the names of who passes them on."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from probata.claims.independence import Source, independence

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
