"""Which seconds are which: lines of time found again on drawn pictures, partners in step, ends, and what repeats."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from made_copies import (
    HEIGHT,
    RATE,
    WIDTH,
    at_speed,
    backwards,
    cropped,
    graded,
    held,
    part,
    pendulum,
    scene,
    spliced,
    views,
)

from probata.copies.align import Side, Stretch, likeness, stretches
from probata.copies.places import PlacePair
from probata.copies.register import Hypothesis, grids
from probata.copies.residuals import InStep, in_step, points_of
from probata.copies.spacetime import Course, fitted

FRAME_S = 1 / RATE
ALL = (0.0, 0.0, 1.0, 1.0)


def lying(matrix=((1.0, 0.0, 0.0), (0.0, 1.0, 0.0)), *, mirror=False):
    """A lies on B in this way."""
    pair = PlacePair(a=0, b=0, mirror=mirror, places=99, matrix=np.array(matrix), box=ALL)
    return Hypothesis(mirror=mirror, matrix=np.array(matrix), pairs=(pair,))


SAME = lying()


@cache
def whole():
    """Six seconds from a camera in a hand."""
    return scene(1, 1, 6.0, camera=held(1))


@cache
def still():
    """Six seconds from a tripod."""
    return scene(1, 1, 6.0)


def sides(a, b, way=SAME):
    one, other = views(a), views(b)
    made = grids(way, one, other)
    assert made is not None
    return tuple(
        Side(seconds=view.seconds, end_s=float(view.end_s), cells=cells)
        for view, cells in zip((one, other), made, strict=True)
    )


def stepped(a, b, *, speed=1.0, offset_s=0.0, way=SAME, span=None) -> InStep:
    one, other = views(a), views(b)
    start, end = span or (0.0, float(one.end_s))
    points = points_of(way, one, other, (-1, 100), (start, end))
    assert points is not None
    step = in_step(points, start_s=start, end_s=end, speed=speed, offset_s=offset_s)
    assert step is not None
    return step


# Lines of time.


@pytest.mark.parametrize("filmed", [whole, still])
@pytest.mark.parametrize("speed", [1.0, 1.25, 0.8, 1.1, 2.0, -1.0])
def test_a_line_near_enough_to_be_fitted_is_found(filmed, speed):
    """A stretch of B at another speed, or backwards: the line is within what the fit of space and time mends."""
    cut = part(filmed(), 1.0, 5.0)
    shown = backwards(cut) if speed < 0 else at_speed(cut, speed)
    best = max(stretches(*sides(shown, filmed())), key=lambda one: one.weight)
    middle = (best.a_start_s + best.a_end_s) / 2
    truth = 5.0 - middle if speed < 0 else 1.0 + speed * middle

    assert best.speed == pytest.approx(speed, abs=0.055)
    assert best.b_at(middle) == pytest.approx(truth, abs=0.12)
    assert best.lasts_s > 0.6 * shown.lasts_s


@pytest.mark.parametrize("filmed", [whole, still])
def test_an_excerpt_ends_where_its_line_ends(filmed):
    """At its own speed an excerpt is found whole, to a picture at both ends."""
    (best, *_rest) = stretches(*sides(part(filmed(), 1.0, 5.0), filmed()))

    assert (best.b_at(best.a_start_s), best.b_at(best.a_end_s)) == pytest.approx((1.0, 5.0), abs=FRAME_S)


@given(st.integers(0, 40))
@settings(max_examples=8)
def test_the_offset_is_found_wherever_it_lies(frames):
    """From whichever picture of B the excerpt starts, its offset is told to half a picture."""
    start_s = frames * FRAME_S
    (best, *_rest) = stretches(*sides(part(whole(), start_s, start_s + 3), whole()), speeds=(1.0,))

    assert best.b_at(0.0) == pytest.approx(start_s, abs=FRAME_S / 2)


def test_no_line_covers_the_same_seconds_twice():
    """Stretches of A do not overlap, whatever B holds of it, and however often."""
    looped = spliced(*[part(still(), 1, 3)] * 2)
    found = sorted(stretches(*sides(still(), looped)), key=lambda one: one.a_start_s)

    assert found
    assert all(one.a_end_s <= other.a_start_s + 0.05 for one, other in pairwise(found))


def test_too_short_a_file_has_no_line():
    """Of a few pictures no line of time can be told: none, and no failure."""
    assert stretches(*sides(part(whole(), 0, 0.2), whole())) == []


@given(st.floats(0.2, 3), st.floats(-60, 60), st.integers(0, 100))
def test_likeness_is_blind_to_light_and_contrast(gain, bias, seed):
    """A picture is as like its brighter copy as itself; and no likeness leaves -1 to 1."""
    random = np.random.default_rng(seed)
    one, other = random.normal(120, 30, (2, 5, 40)).astype(np.float32)

    assert likeness(one, (gain * one + bias).astype(np.float32)) == pytest.approx(np.ones(5), abs=1e-3)
    assert likeness(one, other) == pytest.approx(likeness(other, one), abs=1e-5)
    assert np.abs(likeness(one, other)).max() <= 1 + 1e-5


# Space and time at once.


@settings(max_examples=6)
@given(st.floats(-0.12, 0.12), st.floats(-0.012, 0.012), st.floats(-0.012, 0.012))
def test_a_line_a_little_off_is_fitted(seconds, across, down):
    """Laid a tenth of a second and three pixels off, both are found: to a third of a picture and half a pixel."""
    cut = views(part(whole(), 1.0, 4.0))
    off = lying(((1.0, 0.0, across), (0.0, 1.0, down)))
    course = Course(start_s=0.0, end_s=3.0, speed=1.0, offset_s=1.0 + seconds)
    way, moved = fitted(off, course, cut, views(whole()))

    assert moved.speed * 1.5 + moved.offset_s == pytest.approx(2.5, abs=FRAME_S / 3)
    assert np.abs((way.matrix - SAME.matrix) * [[WIDTH], [HEIGHT]]).max() < 1.0


def test_nothing_is_fitted_to_a_single_picture():
    """Too few pictures: the line stays as it was told."""
    one = views(part(whole(), 0, FRAME_S))
    course = Course(start_s=0.0, end_s=FRAME_S, speed=1.0, offset_s=0.5)

    assert fitted(SAME, course, one, views(whole())) == (SAME, course)


def test_flat_pictures_fit_anywhere_and_break_nothing():
    """Where all is one grey there is no slope to go by: no step, and no error."""
    grey = views(graded(part(still(), 0, 2), 0.0, 90))
    course = Course(start_s=0.0, end_s=2.0, speed=1.0, offset_s=0.0)
    way, moved = fitted(SAME, course, grey, grey)

    assert np.isfinite(way.matrix).all()
    assert np.isfinite(moved.offset_s)


# Picture by picture.


def test_pictures_of_a_copy_follow_in_step():
    """Of an excerpt nearly every picture has its partner on the line, and no other line comes near."""
    step = stepped(part(whole(), 1, 5), whole(), offset_s=1.0)

    assert step.ranked > 0.97
    assert step.agree > 0.7
    assert step.wrong < 0.5 * step.agree


@pytest.mark.parametrize("speed", [1.25, 0.8, -1.0])
def test_pictures_follow_at_other_speeds(speed):
    """Faster, slower and backwards, pictures follow as well."""
    cut = part(still(), 1, 5)
    shown = backwards(cut) if speed < 0 else at_speed(cut, speed)
    step = stepped(shown, still(), speed=speed, offset_s=5.0 - FRAME_S if speed < 0 else 1.0)

    assert step.ranked > 0.9
    assert step.agree > 0.6


def test_pictures_of_another_moment_follow_nowhere():
    """The same place from the same tripod: what changes in it is never the same."""
    step = stepped(scene(1, 2, 3.0), still())

    assert step.ranked < 0.3
    assert step.agree < 0.2


@settings(max_examples=10)
@given(st.floats(0.6, 1.4), st.floats(-30, 30))
def test_light_and_contrast_change_nothing(gain, bias):
    """Darker, brighter, flatter: pictures follow as before."""
    plain = stepped(part(still(), 1, 4), still(), offset_s=1.0)
    changed = stepped(graded(part(still(), 1, 4), gain, bias), still(), offset_s=1.0)

    assert changed.agree == pytest.approx(plain.agree, abs=0.12)
    assert changed.ranked > 0.95
    assert changed.unexplained < 0.1


def test_what_moves_in_a_copy_is_explained_by_its_partner():
    """In an excerpt what changes is the same in both, but for coding; in another moment nothing of it is."""
    assert stepped(part(still(), 1, 4), still(), offset_s=1.0).unexplained < 0.05
    assert stepped(scene(1, 2, 3.0), still()).unexplained > 0.5


def test_a_line_a_second_off_explains_little():
    """Pictures a second apart, of one file: much of the scene is the same, and what moves is elsewhere."""
    assert stepped(part(still(), 1, 4), still(), offset_s=2.0).unexplained > 0.3


def test_a_crop_lying_on_its_part_follows_in_step():
    """Under the transform of the crop, pictures follow as the whole does."""
    box = (0.25, 0.2, 0.5, 0.6)
    way = lying(((box[2], 0.0, box[0]), (0.0, box[3], box[1])))
    step = stepped(cropped(part(still(), 1, 4), box), still(), offset_s=1.0, way=way)

    assert step.ranked > 0.9


def test_what_is_spliced_in_is_told_from_what_follows():
    """A second of another take of the place at the end looks alike, but its pictures do not follow."""
    mixed = spliced(part(still(), 1, 4), part(scene(1, 2, 2.0), 0, 1))
    first, last = stepped(mixed, still(), offset_s=1.0).held_s()

    assert (first, last) == pytest.approx((0, 3 - FRAME_S), abs=2 * FRAME_S)


def test_a_loop_is_no_wrong_line():
    """B shows the same two seconds twice: the other time they are as right, and not held against the line."""
    looped = spliced(*[part(still(), 1, 3)] * 2)
    step = stepped(part(still(), 1, 3), looped)

    assert step.ranked > 0.9
    assert step.wrong < 0.5 * step.agree


def test_a_pendulum_has_no_line_of_its_own():
    """What swings shows the same again without a splice: other lines are as good, and so none is proof."""
    step = stepped(pendulum(3, 0.0, 4.0), pendulum(3, 0.0, 6.0))

    assert step.wrong > 0.8 * step.agree


def test_points_too_few_are_no_points():
    """A shows a hundredth of B: too little to follow."""
    tiny = lying(((0.08, 0.0, 0.4), (0.0, 0.08, 0.4)))

    assert points_of(tiny, views(part(still(), 0, 1)), views(still()), (0, 6), (0, 1)) is None


def test_a_stretch_maps_its_ends():
    """`b_at` is the line; a stretch lasts from its start to its end in A."""
    stretch = Stretch(a_start_s=1.0, a_end_s=3.0, speed=2.0, offset_s=0.5, looks=1.0, moves=1.0, energy=1.0, weight=1.0)

    assert (stretch.b_at(1.0), stretch.b_at(3.0), stretch.lasts_s) == (2.5, 6.5, 2.0)
    assert evolve(stretch, speed=-1.0).b_at(0.5) == 0.0
