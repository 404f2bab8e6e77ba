"""Which items came from one camera that stood still, by whole key pictures alone; and that chance is not near."""

from __future__ import annotations

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from made_rows import coded, item

from probata.copies.candidates import neighbours
from probata.copies.codes import KEPT
from probata.copies.index.store import CopyIndex

COUNT = 40


def changed(one, number, bits, *, seed=0):
    """The same key pictures as another item, each with so many bits of its code changed."""
    random = np.random.default_rng([31, number, bits, seed])
    rows = one.rows.copy()
    for place in np.flatnonzero(rows["quality"] > 0):
        for bit in random.choice(255, bits, replace=False):
            rows["code"][place, bit // 64] ^= np.uint64(1) << np.uint64(bit % 64)
    return evolve(one, item=item(number), rows=rows)


@pytest.fixture
def index(tmp_path):
    """Forty items of chance."""
    made = CopyIndex(tmp_path)
    for number in range(COUNT):
        made.add(coded(number))
    return made


def test_nothing_of_chance_is_a_neighbour(index):
    """Key pictures that have nothing to do with each other: none of forty is near another by more than a shade."""
    assert all(one.alike < 0.1 for number in range(COUNT) for one in neighbours([item(number)], index))


def test_the_likest_comes_first_with_its_moments(index):
    """Of two that differ in 20 and in 60 bits the nearer is first; an item is no neighbour of itself."""
    index.add(changed(coded(3), 100, 60))
    index.add(changed(coded(3), 101, 20))
    near = neighbours([item(3)], index)

    assert [one.item for one in near[:2]] == [item(101), item(100)]
    assert near[0].alike > near[1].alike > 0
    assert {at.pts for at in near[0].moments} <= set(coded(3).rows["pts"].tolist())
    assert item(3) not in {one.item for one in near}


def test_what_is_background_is_no_neighbour(index):
    """Footage that nobody asks for is not told, and raises the bar: what differs as much as it does is not near."""
    index.add(changed(coded(3), 100, 60))
    index.add(changed(coded(3), 102, 30), background=True)

    assert item(100) not in {one.item for one in neighbours([item(3)], index)}
    assert item(102) not in {one.item for one in neighbours([item(3)], index)}


def test_blank_pictures_have_no_neighbours(index):
    """An item all of whose key pictures say nothing by their codes, an unknown one, none: nothing is asked."""
    rows = np.zeros(3, KEPT)
    index.add(evolve(coded(103, 3), rows=rows))

    assert neighbours([item(103)], index) == []
    assert neighbours([item(999)], index) == []
    assert neighbours([], index) == []


def test_no_more_are_told_than_were_asked_for(index):
    """Ten takes of one camera, three asked for: the three likest."""
    for number in range(10):
        index.add(changed(coded(5), 200 + number, 10 + 4 * number))

    assert [one.item for one in neighbours([item(5)], index, most=3)] == [item(200), item(201), item(202)]


@settings(max_examples=15, deadline=None)
@given(bits=st.integers(0, 60), seed=st.integers(0, 1000))
def test_near_is_near_from_either_side(tmp_path_factory, bits, seed):
    """Of two items the one is a neighbour of the other as much as the other of it, whatever differs."""
    index = CopyIndex(tmp_path_factory.mktemp("index"))
    one = coded(1, 3, seed=seed)
    rows = one.rows.copy()
    rows["quality"] = 50
    one = evolve(one, rows=rows)
    index.add(one)
    index.add(changed(one, 2, bits, seed=seed))
    there, back = neighbours([item(1)], index), neighbours([item(2)], index)

    assert [near.item for near in there] == [item(2)]
    assert [near.item for near in back] == [item(1)]
