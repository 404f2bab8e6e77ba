"""Lists of codes: every code in one list, found there; those of another segment or torn ones are no lists at all."""

from __future__ import annotations

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from made_rows import coded, item, rows, segment
from test_scan import chance, changed, compared, told

from probata.copies.codes import CODE_BITS
from probata.copies.index import scan, store
from probata.copies.index.lists import Lists, beside
from probata.copies.index.scan import near_codes
from probata.copies.index.store import CopyIndex

seeds = st.integers(0, 1 << 20)


def in_clusters(seed, count):
    """Rows of chance that have much in common, some by some, as the shots of a file have."""
    made = rows(seed, count)
    middles = rows(seed + 1, 20)["code"]
    random = chance(seed)
    near = changed(random, middles[random.integers(0, 20, count)], 0.1)
    made["code"] = np.where((made["quality"] > 0)[:, None], near, 0)
    made["code"][:, 3] &= np.uint64((1 << 63) - 1)
    return made


def of(made):
    return segment(evolve(coded(1), rows=made))


@settings(max_examples=15)
@given(seeds, st.integers(0, 700))
def test_every_code_is_in_one_list(seed, count):
    """Every row that has a code is in one list, with that code; blank rows are in none; and it is so each time."""
    one = of(rows(seed, count))
    lists = Lists.made(one)
    said = np.flatnonzero(one.columns["quality"] > 0)

    assert sorted(lists.rows.tolist()) == said.tolist()
    for part in range(4):
        assert (lists.codes[part] == one.columns[f"code{part}"][lists.rows]).all()
    assert (lists.starts[0], lists.starts[-1]) == (0, len(said))
    assert lists.to_bytes() == Lists.made(one).to_bytes()


@settings(max_examples=15)
@given(seeds, st.integers(1, 300), st.integers(1, 8))
def test_what_lists_tell_is_true(seed, count, probes):
    """What is found in lists a full comparison finds too; with every list probed, all that half of the bits tell."""
    one = of(in_clusters(seed, count))
    lists = Lists.made(one)
    random = chance(seed)
    codes = changed(random, in_clusters(seed, 5)["code"], 0.1)
    codes[:, 3] &= np.uint64((1 << 63) - 1)
    expected, _furthest = compared(one, codes, 76)

    def found(probes):
        return set(zip(*(values.tolist() for values in lists.near(codes, most_bits=76, probes=probes)), strict=True))

    def half(number, row):
        kept = [one.columns[f"code{part}"][row] for part in range(2)]
        return sum((int(a) ^ int(b)).bit_count() for a, b in zip(kept, codes[number], strict=False))

    assert found(probes) <= expected
    assert found(1000) == {pair for pair in expected if half(*pair[:2]) <= 48}


def test_a_code_is_found_in_the_list_of_its_nearest_centre():
    """A code that was not changed is found by one probe; one that was changed a little by a few."""
    made = in_clusters(5, 3000)
    one, lists = of(made), Lists.made(of(made))
    asked = np.flatnonzero(made["quality"] > 0)[::40]
    which, found, bits = lists.near(made["code"][asked], most_bits=76, probes=1)
    same = set(zip(which[bits == 0].tolist(), found[bits == 0].tolist(), strict=True))
    assert set(enumerate(asked.tolist())) <= same

    codes = changed(chance(1), made["code"][asked], 0.05)
    wanted = told(near_codes([one], codes)[0][0])
    few = set(zip(*(values.tolist() for values in lists.near(codes, most_bits=76, probes=16)), strict=True))
    assert len(few) / len(wanted) > 0.7


def test_segments_with_lists_and_without():
    """Segments are scanned by their lists where they have some, and whole where not; no pair is told twice."""
    made = [in_clusters(number, 400) for number in (1, 2)]
    segments = [of(one) for one in made]
    codes = np.concatenate([one["code"][:5] for one in made])
    none = np.zeros(len(codes), dtype=bool)
    whole, _furthest = near_codes(segments, codes)
    listed, _reckoned = near_codes(segments, codes, lists=[Lists.made(segments[0]), None], whole=none, probes=1000)

    assert [told(near) for near in listed] == [told(near) for near in whole]


@settings(max_examples=20)
@given(seeds, st.integers(1, 300), st.lists(st.booleans(), min_size=10, max_size=10))
def test_whole_codes_are_compared_exactly_beside_lists(seed, count, which):
    """In segments with lists, of the codes that are said to be whole all is found that a full comparison finds.

    Of the others nothing is told that it does not find.
    """
    one = of(in_clusters(seed, count))
    codes = changed(chance(seed), np.concatenate([in_clusters(seed, 5)["code"]] * 2), 0.1)
    codes[:, 3] &= np.uint64((1 << 63) - 1)
    whole = np.array(which)
    expected, furthest = compared(one, codes, 76)
    found, reckoned = near_codes([one], codes, lists=[Lists.made(one)], whole=whole, probes=2)

    assert told(found[0]) <= expected
    assert {pair for pair in told(found[0]) if which[pair[0]]} == {pair for pair in expected if which[pair[0]]}
    assert reckoned[whole].tolist() == [far for far, exact in zip(furthest, which, strict=True) if exact]


def test_the_furthest_of_many_is_reckoned_from_a_share():
    """How far the furthest of many codes of chance is, a two hundred and fifty-sixth of them tells to a few bits."""
    made = rows(7, 60_000)
    made["quality"] = 50
    one = of(made)
    codes = rows(8, 30)["code"]
    furthest = near_codes([one], codes, most_bits=CODE_BITS)[1]
    none = np.zeros(len(codes), dtype=bool)
    reckoned = near_codes([one], codes, lists=[Lists.made(one)], whole=none)[1]

    assert abs(float((reckoned - furthest).mean())) < 4
    assert scan._further(10, 10) == scan._further(0, 10) == scan._further(1, 0) == 0


# As files.


@settings(max_examples=25)
@given(st.integers(0, 60), st.data())
def test_torn_lists_are_none(count, data):
    """Lists with a byte changed, cut short or of another segment are no lists: everything is compared then."""
    one, other = of(rows(1, count)), of(rows(2, count + 1))
    stored = Lists.made(one).to_bytes()
    read = Lists.read(memoryview(stored), one)
    assert read.to_bytes() == stored
    assert Lists.read(memoryview(stored), other) is None
    broken = bytearray(stored)
    broken[data.draw(st.integers(0, len(stored) - 1))] ^= data.draw(st.integers(1, 255))
    assert Lists.read(memoryview(broken), one) is None
    assert Lists.read(memoryview(stored)[: data.draw(st.integers(0, len(stored) - 1))], one) is None


@pytest.mark.parametrize("change", [{"rows": 9}, {"starts": -1}, {"word_places": 9 * 20}, {"word_starts": 1 << 30}])
def test_lists_that_point_nowhere_are_none(change):
    """Lists whose checksum fits and whose rows or lists lie nowhere are no lists."""
    one = of(rows(1, 9))
    lists = Lists.made(one)
    for name, value in change.items():
        values = getattr(lists, name).copy()
        values[1] = value
        lists = evolve(lists, **{name: values})
    assert Lists.read(memoryview(lists.to_bytes()), one) is None


@pytest.fixture
def index(tmp_path, monkeypatch):
    """An index of which even a small segment is large."""
    monkeypatch.setattr(store, "_LARGE_FRAMES", 10)
    monkeypatch.setattr(store, "LISTS_ABOVE_FRAMES", 20)
    return CopyIndex(tmp_path / "index")


def test_lists_are_made_and_asked_only_above_a_number_of_frames(index):
    """Few frames have no lists, and are compared whole though there are some; of more, what is large has them."""
    index.add(coded(1, 15))
    assert not list(index.folder.glob("*.lists"))
    assert index.list_codes() == 1
    assert index.list_codes() == 0
    assert index.lists(index.scanned()) == (None,)
    index.add(coded(2, 15))
    index.add(coded(3, 5))
    assert len(list(index.folder.glob("*.lists"))) == 2
    assert [lists is not None for lists in index.lists(index.scanned())] == [True, True, False]


@pytest.mark.parametrize("act", ["remove", "replace", "join"])
def test_what_is_removed_is_in_no_list(index, act):
    """An item that is removed, replaced or joined leaves its codes in no list; lists made anew have what is there."""
    many = [coded(number, 15) for number in range(3)]
    for one in many:
        index.add(one)
    index.join()
    (name,) = (segment.name for segment in index.segments)
    assert beside(index.folder, name).exists()
    if act == "remove":
        index.remove(item(1))
    elif act == "replace":
        index.add(coded(1, 15, seed=50))
    else:
        index.add(coded(9, 15))
        index.join()
    stored = b"".join(path.read_bytes() for path in index.folder.glob("*.lists"))
    said = many[1].rows[many[1].rows["quality"] > 0]
    assert act == "join" or not [code for row in said for code in row["code"] if code.tobytes() in stored]

    again = CopyIndex(index.folder)
    assert all(lists is not None for lists in again.lists(again.scanned()))
    assert {path.stem for path in index.folder.glob("*.lists")} <= {
        path.stem for path in index.folder.glob("*.segment")
    }
    assert item(1) in again.items or act == "remove"


def test_orphaned_lists_go_with_the_next_removal(index):
    """Lists whose segment is gone may hold codes of the item, and go too."""
    index.add(coded(1, 15))
    (index.folder / "joined-0.lists").write_bytes(b"whatever")
    index.remove(item(1))

    assert not list(index.folder.glob("*.lists"))
