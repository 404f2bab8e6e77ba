"""How alike two pictures are as they lie and laid aside: what a place tells, and what a horizon does not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_copies import bannered, cropped, graded, mirrored, reel, scene, views

from probata.copies.aside import laid_aside
from probata.copies.register import Hypothesis

AS_IT_IS = ((1, 0, 0), (0, 1, 0))
PLACE = scene(20, 1, 1.0)
AGAIN = scene(20, 2, 1.0)


def way(matrix=AS_IT_IS, *, mirror=False):
    return Hypothesis(mirror=mirror, matrix=np.array(matrix, np.float64), pairs=())


def laid(one, other, matrix=AS_IT_IS, **more):
    return laid_aside(way(matrix, **more), views(one), 0.5, views(other), 0.5)


def drawn(picture):
    """A picture in shades of grey, held for a second."""
    return reel(np.repeat(np.clip(picture, 0, 255).astype(np.uint8)[None, :, :, None], 25, axis=0).repeat(3, axis=3))


def test_one_place_at_two_moments_tells():
    """The same place, other things moving in it: as it lies the two are alike, and laid aside in no way as much."""
    told = laid(AGAIN, PLACE)

    assert told.tells
    assert told.agree > 0.5 > told.wrong
    assert told.ways > 50


def test_a_crop_tells_where_it_lies_and_nowhere_else():
    """A part of a place, laid where it was cut from: alike; laid as if it were the whole: not."""
    part = cropped(AGAIN, (0.25, 0.25, 0.5, 0.5))

    assert laid(part, PLACE, ((0.5, 0, 0.25), (0, 0.5, 0.25))).tells
    assert not laid(part, PLACE).tells


def test_a_mirrored_place_tells_as_it_was_mirrored():
    """Left and right exchanged in both the picture and the way it lies."""
    about = ((-1, 0, 1), (0, 1, 0))

    assert laid(mirrored(AGAIN), PLACE, about, mirror=True).tells
    assert not laid(mirrored(AGAIN), PLACE).tells


@pytest.mark.parametrize("other", range(21, 33))
def test_another_place_does_not_tell(other):
    """Of twelve other places none is as alike as it lies as it is laid aside in some way."""
    assert not laid(scene(other, 3, 1.0), PLACE).tells


@pytest.mark.parametrize("share", [0.15, 0.3])
@pytest.mark.parametrize("places", [(320, 321), (324, 325), (326, 327)])
def test_a_caption_does_not_speak_for_what_is_behind_it(places, share):
    """Two places under one caption: where every part is asked, the parts without it do not tell."""
    one, other = (bannered(scene(place, 1, 1.0), seed=5, share=share) for place in places)

    assert not laid_aside(way(), views(one), 0.5, views(other), 0.5, every_part=True).tells


def test_one_place_tells_in_every_part():
    """The same place twice: without any of its outer thirds it tells as well."""
    assert laid_aside(way(), views(AGAIN), 0.5, views(PLACE), 0.5, every_part=True).tells


def test_a_horizon_alone_does_not_tell():
    """Sky above, field below, in two takes: laid a step along the horizon they are as alike."""
    rows = np.where(np.arange(180) < 80, 200, 90)[:, None] + np.zeros((180, 320))
    random = np.random.default_rng(5)
    one, other = (drawn(rows + random.normal(0, 2, rows.shape)) for _take in range(2))
    told = laid(one, other)

    assert told.wrong > 0.5
    assert told.agree - told.wrong < 0.05


def test_what_shows_nothing_does_not_tell():
    """Two pictures of one shade: no figure, and no error."""
    one = drawn(np.full((180, 320), 128))

    assert laid(one, one) is None or not laid(one, one).tells


@pytest.mark.parametrize(
    "matrix", [((0.02, 0, 0.5), (0, 0.02, 0.5)), ((1, 0, 3), (0, 1, 3)), ((1, 0, 0.98), (0, 1, 0))]
)
def test_where_hardly_anything_is_shared_nothing_is_said(matrix):
    """A speck of it, none of it, an edge of it: too little to be laid aside."""
    assert laid(AGAIN, PLACE, matrix) is None


@settings(max_examples=20, deadline=None)
@given(gain=st.floats(0.5, 1.2), bias=st.integers(-20, 20))
def test_light_changes_little(gain, bias):
    """Brighter or darker, of more or less contrast: the place is told all the same."""
    assert laid(graded(AGAIN, gain, bias), PLACE).tells


@settings(max_examples=20, deadline=None)
@given(moment=st.integers(3, 60), place=st.sampled_from([20, 40]))
def test_it_is_the_same_from_either_side(moment, place):
    """A on B as they lie, or B on A: the same two figures but for rounding, since the way is the same."""
    one = scene(place, moment, 0.4)
    there, back = laid(one, PLACE), laid(PLACE, one)

    assert there.agree == pytest.approx(back.agree, abs=1e-4)
    assert there.wrong == pytest.approx(back.wrong, abs=1e-4)
