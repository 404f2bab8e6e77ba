"""A camera that turns twice over one place: what moves of itself, or a hand's unsteadiness, tells the moments apart."""

from __future__ import annotations

import numpy as np
import pytest
from made_copies import bannered, held, panned, part, pendulum, resized, scene, still, views

from probata.copies.align import Stretch
from probata.copies.moving import Moving, moving
from probata.copies.places import PlacePair
from probata.copies.register import Hypothesis

IDENTITY = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
SAME = Hypothesis(
    mirror=False,
    matrix=IDENTITY,
    pairs=(PlacePair(a=0, b=0, mirror=False, places=99, matrix=IDENTITY, box=(0.0, 0.0, 1.0, 1.0)),),
)


def told(a, b, *, offset_s=0.0) -> Moving:
    """What moves in A and B, laid on each other at this offset."""
    stretch = Stretch(
        a_start_s=0.0,
        a_end_s=a.lasts_s,
        speed=1.0,
        offset_s=offset_s,
        looks=1.0,
        moves=1.0,
        energy=1.0,
        weight=1.0,
    )
    made = moving(SAME, views(a), views(b), stretch)
    assert made is not None
    return made


@pytest.mark.parametrize("pace", [8, 30, 60])
@pytest.mark.parametrize("things", [1, 5])
def test_two_turns_over_one_place_are_two_moments(pace, things):
    """At one pace over one place, with other things in front: what moves of itself is not the same."""
    one, other = (scene(5, moment, 3.0, camera=panned(pace), things=things) for moment in (1, 2))
    made = told(one, other)

    assert not made.steady
    assert not made.tells
    assert made.own < 0.3


@pytest.mark.parametrize("pace", [8, 30, 60])
@pytest.mark.parametrize("things", [1, 5])
def test_a_copy_of_a_turn_is_one_moment(pace, things):
    """Small and under a banner, a copy of the same turn has the same things moving in it."""
    whole = scene(5, 1, 4.0, camera=panned(pace), things=things)
    made = told(bannered(resized(part(whole, 0.4, 3.4), 240, 136)), whole, offset_s=0.4)

    assert made.tells
    assert made.own > 0.7


@pytest.mark.parametrize("pace", [8, 30])
def test_where_nothing_moves_a_turn_tells_no_moment(pace):
    """An empty place filmed in an even turn: nobody could say when, not even of a copy."""
    one, other = (scene(6, moment, 3.0, camera=panned(pace), things=0) for moment in (1, 2))

    assert not told(one, other).tells


def test_a_hand_is_unsteady_only_once():
    """An empty place filmed from the hand: its wavering is the same in a copy, and another in another take."""
    whole, other = (scene(6, moment, 4.0, camera=held(moment), things=0) for moment in (1, 2))
    copied = told(part(whole, 0.4, 3.4), whole, offset_s=0.4)

    assert copied.tells
    assert copied.unsteady > 0.8
    assert not told(part(whole, 0.4, 3.4), other, offset_s=0.4).tells


def test_a_camera_that_stands_still_is_told_so():
    """From a tripod nothing is asked further: whatever changes in step moves of itself."""
    whole = scene(7, 1, 3.0, camera=still, things=2)

    assert told(whole, whole).steady
    assert told(pendulum(7, 0.0, 3.0), pendulum(7, 0.3, 3.0)).steady


def test_too_few_pictures_say_nothing():
    """Of five pictures nothing is said of the camera."""
    few = scene(7, 1, 0.2)
    stretch = Stretch(a_start_s=0.0, a_end_s=0.2, speed=1.0, offset_s=0.0, looks=1.0, moves=1.0, energy=1.0, weight=1.0)

    assert moving(SAME, views(few), views(few), stretch) is None


def test_flat_pictures_do_not_break_the_fit():
    """Pictures without anything on them have no motion, and no failure."""
    flat = scene(7, 1, 1.0, things=0)
    blank = views(flat)
    stretch = Stretch(a_start_s=0.0, a_end_s=1.0, speed=1.0, offset_s=0.0, looks=1.0, moves=1.0, energy=1.0, weight=1.0)
    empty = type(blank)(
        time_base=blank.time_base,
        pts=blank.pts,
        ordinals=blank.ordinals,
        end_s=blank.end_s,
        pictures=np.full_like(blank.pictures, 90),
    )
    made = moving(SAME, empty, empty, stretch)

    assert made is not None
    assert made.steady
