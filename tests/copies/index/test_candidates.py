"""What is found first: a copy, whatever was done to it, among other footage; and what says nothing finds nothing."""

from __future__ import annotations

import numpy as np
import pytest
from attrs import evolve
from made_copies import Reel, bannered, cropped, framed, graded, mirrored, part, resized, spliced
from made_places import street
from made_rows import item

from probata.copies import candidates as candidates_module
from probata.copies.candidates import candidates
from probata.copies.index import store
from probata.copies.index.footage import Query, asked, coded
from probata.copies.index.large import compared_whole, fewer
from probata.copies.index.store import CopyIndex

ITEMS, SECONDS, SOUGHT = 6, 10.0, 3


def filmed(number):
    return street(number, SECONDS)


@pytest.fixture(scope="module")
def index(shelf, tmp_path_factory):
    """Some footage, the item sought among it, and some background."""
    made = CopyIndex(tmp_path_factory.mktemp("index"))
    for number in range(ITEMS):
        made.add(coded(shelf.file(filmed(number), key_every=20), item(number), jail=shelf.jail)[0])
    for number in range(ITEMS, ITEMS + 2):
        made.add(coded(shelf.file(filmed(number), key_every=20), item(number), jail=shelf.jail)[0], background=True)
    return made


def found(shelf, index, reel, **options):
    return candidates(asked(shelf.file(reel, key_every=20, **options), jail=shelf.jail), index)


EXCERPT = part(filmed(SOUGHT), 3, 8)
EDITS = {
    "excerpt": EXCERPT,
    "encoded hard": EXCERPT,
    "crop": cropped(EXCERPT, (0.2, 0.15, 0.65, 0.7)),
    "mirror": mirrored(EXCERPT),
    "banner": bannered(EXCERPT),
    "in a picture": framed(EXCERPT, street(90, 5.0), (0.3, 0.1, 0.6, 0.6)),
    "small": resized(EXCERPT, 240, 136),
    "dark": graded(EXCERPT, 0.6, 5),
    "in other footage": spliced(street(91, 5.0), EXCERPT, street(92, 5.0)),
    "mirror and banner": bannered(mirrored(EXCERPT)),
}


@pytest.mark.parametrize("edit", EDITS)
def test_a_copy_comes_first(shelf, index, edit):
    """A copy is the first candidate, stands out from what is surely wrong, and is told mirrored where it is."""
    first, *others = found(shelf, index, EDITS[edit], crf=36 if edit == "encoded hard" else 23)

    assert first.item == item(SOUGHT)
    assert first.score > 1
    assert all(other.score < first.score / 2 for other in others)
    assert first.moments[0].mirror == ("mirror" in edit)


@pytest.mark.parametrize("edit", EDITS)
def test_a_copy_comes_first_in_a_large_archive(shelf, index, edit, monkeypatch):
    """Asked as a very large archive is, with fewer pictures and places and by lists, a copy is still found first."""
    monkeypatch.setattr(candidates_module, "MANY_FRAMES", 0)
    monkeypatch.setattr(store, "LISTS_ABOVE_FRAMES", 0)
    monkeypatch.setattr(store, "_LARGE_FRAMES", 1)
    index.list_codes()
    index.refresh()
    assert all(lists is not None for lists in index.lists(index.scanned()))
    first = found(shelf, index, EDITS[edit], crf=36 if edit == "encoded hard" else 23)[0]
    index.refresh()

    assert first.item == item(SOUGHT)


def test_less_is_asked_of_a_large_archive(shelf):
    """Of a long query some pictures are asked, from the first to the last, and the best places in each part of them.

    All are asked whole and mirrored, every other by its parts too.
    """
    query = asked(shelf.file(filmed(SOUGHT), key_every=20), jail=shelf.jail)
    long = Query(pictures=query.pictures * 12, blank={})
    asked_less = fewer(long)

    assert len(asked_less.pictures) == 30
    assert asked_less.pictures[0].pts == query.pictures[0].pts
    assert asked_less.pictures[-1].pts == query.pictures[-1].pts
    for picture in asked_less.pictures:
        parts = list(zip((picture.places.x * 4).astype(int), (picture.places.y * 4).astype(int), strict=True))
        assert max(map(parts.count, parts)) <= 10
        assert len(picture.descriptors) == len(picture.places) == len(picture.strength)
    for number, picture in enumerate(asked_less.pictures):
        assert picture.parts[:2] == ("whole", "whole")
        assert (len(picture.parts) > 2) == (number % 2 == 0)
        assert len(picture.parts) == len(picture.boxes) == len(picture.mirrors) == len(picture.codes)
    assert compared_whole(asked_less).sum() == 60


def test_a_still_is_asked_once(shelf):
    """Of pictures that follow each other and are the same, a large archive is asked the first alone."""
    query = asked(shelf.file(EXCERPT, key_every=20), jail=shelf.jail)
    still = Query(pictures=(query.pictures[0],) * 9 + query.pictures[-1:], blank={})

    assert [picture.pts for picture in fewer(still).pictures] == [query.pictures[0].pts, query.pictures[-1].pts]


def test_alike_moments_are_of_one_time(shelf, index):
    """The moments told of an excerpt lie where it was cut from, to a second or two."""
    first = found(shelf, index, EXCERPT)[0]
    offsets = [float(one.item_moment.seconds - one.query_s) for one in first.moments[:5]]

    assert np.median(offsets) == pytest.approx(3, abs=2)
    assert all(one.score > 0 for one in first.moments)
    assert [one.score for one in first.moments] == sorted((one.score for one in first.moments), reverse=True)


def test_background_is_no_candidate(shelf, index):
    """Background is never told, though it is the very footage that is asked for."""
    told = found(shelf, index, filmed(ITEMS))

    assert not {one.item for one in told} & {item(ITEMS), item(ITEMS + 1)}
    assert all(one.score < 2 for one in told)


def test_the_same_each_time(shelf, index):
    """Chance has no part in the answer, nor has the way that items lie in files."""
    query = asked(shelf.file(EDITS["crop"]), jail=shelf.jail)
    before = candidates(query, index)
    index.join()
    again = candidates(query, index)

    assert [evolve(one, moments=()) for one in again] == [evolve(one, moments=()) for one in before]
    assert [one.moments for one in again] == [one.moments for one in before]


def test_what_says_nothing_finds_nothing(shelf, index):
    """Footage that is black, flat or noise has no candidates, and neither has a query without pictures."""
    noise = np.random.default_rng(1).integers(0, 255, (1, 90, 160, 3), np.uint8)
    for pictures in (np.zeros((1, 90, 160, 3), np.uint8), np.full((1, 90, 160, 3), 200, np.uint8), noise):
        still = Reel(pictures=np.repeat(pictures, 50, axis=0), at=tuple(range(0, 50 * 24, 24)), end=50 * 24)
        assert found(shelf, index, still, crf=12) == []
    assert candidates(Query(pictures=(), blank={}), index) == []


def test_an_empty_index(shelf, tmp_path):
    """In an empty index nothing is found; in one whose items are blank, nothing either."""
    empty = CopyIndex(tmp_path)
    assert found(shelf, empty, EXCERPT) == []
    flat = Reel(pictures=np.full((50, 90, 160, 3), 128, np.uint8), at=tuple(range(0, 50 * 24, 24)), end=50 * 24)
    empty.add(coded(shelf.file(flat), item(1), jail=shelf.jail)[0])
    assert found(shelf, empty, EXCERPT) == []


def test_no_more_than_asked_for(shelf, index):
    """At most so many candidates are told, and fewer are the first of more."""
    query = asked(shelf.file(EXCERPT), jail=shelf.jail)

    assert candidates(query, index, most=1) == candidates(query, index)[:1]
