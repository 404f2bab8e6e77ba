"""Where A lies on B: points between pixels, mirrored descriptors, similarities found again, boxes and transforms."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from made_copies import bannered, noisy, part, reel, scene, sight, views

from probata.copies.places import PlacePair, matched, mirrored
from probata.copies.register import Hypothesis, alike_beside, box_of, grids, hypotheses, transform_of
from probata.copies.sampling import Spots, blurred, nearest

PICTURE = scene(1, 1, 0.04).pictures[0]
OTHER = scene(2, 2, 0.04).pictures[0]
SEEN = sight(PICTURE)
HEIGHT, WIDTH = PICTURE.shape[:2]
inside = st.floats(0, 1, exclude_max=True)


def pair_of(a, b):
    """The one pair of two pictures with most places."""
    return max(matched([a], [b]), key=lambda pair: pair.places, default=None)


# Points between pixels.


@given(inside, inside, st.floats(-2, 2), st.floats(-2, 2), st.floats(0, 100))
def test_spots_read_slopes_exactly(x, y, across, down, level):
    """Between pixels, what changes evenly is read as it is; at the rim, the pixel nearest to it."""
    rows, columns = np.mgrid[0:9, 0:16].astype(np.float32)
    slope = (level + across * columns + down * rows)[None]
    spots = Spots.of((9, 16), np.array([[x], [y]]))
    at_x, at_y = np.clip(x * 16 - 0.5, 0, 15), np.clip(y * 9 - 0.5, 0, 8)

    read = spots.of_pictures(slope, np.array([0]))[0, 0]
    assert read == pytest.approx(level + across * at_x + down * at_y, abs=0.02)


@given(st.lists(st.tuples(inside, inside), min_size=1, max_size=20), st.integers(0, 255))
def test_spots_never_leave_the_range_of_the_picture(places, seed):
    """What is read lies between the darkest and the brightest pixel, wherever it is read."""
    picture = np.random.default_rng(seed).integers(20, 200, (1, 5, 7), np.uint8)
    read = Spots.of((5, 7), np.array(places).T).of_pictures(picture, np.array([0]))

    assert read.shape == (1, len(places))
    assert picture.min() - 1e-3 <= read.min() <= read.max() <= picture.max() + 1e-3


@given(st.lists(st.floats(-100, 100), min_size=2, max_size=12, unique=True), st.floats(-150, 150))
def test_the_nearest_time_is_the_nearest(times, wanted):
    """No other time is nearer, before the first and after the last one too."""
    ordered = np.sort(np.array(times))
    found = ordered[nearest(ordered, np.array([wanted]))[0]]

    assert abs(found - wanted) == np.abs(ordered - wanted).min()


@given(st.integers(0, 4), st.floats(0, 255))
def test_blurring_leaves_flat_pictures_and_their_size(times, level):
    """A flat picture stays what it is, however often it is blurred."""
    flat = np.full((2, 5, 6), level, np.float32)

    assert blurred(flat, times) == pytest.approx(flat, rel=1e-5)


# Places that agree.


def test_mirrored_descriptors_are_those_of_the_mirrored_picture():
    """Reckoned from the picture's own features, the mirrored ones are what SIFT finds on the mirrored picture."""
    here = SEEN
    points, roots = mirrored(here)
    there = sight(np.ascontiguousarray(PICTURE[:, ::-1]))
    near = np.linalg.norm(points[:, None] - there.points[None], axis=2)
    # SIFT gives a place two directions where two are as strong: any of those of the same place may be the one.
    alike = np.where(near < 1.5, roots @ there.roots.T, -1).max(axis=1)

    assert (near.min(axis=1) < 1.5).mean() > 0.85
    assert np.median(alike) > 0.97
    assert (alike > 0.9).mean() > 0.8


def test_mirroring_twice_changes_nothing():
    """Points and descriptors mirrored twice are what they were."""
    here = SEEN
    points, roots = mirrored(here)
    again = mirrored(evolve(here, points=points, roots=roots))

    assert again[0] == pytest.approx(here.points, abs=1e-3)
    assert (again[1] == here.roots).all()


@settings(max_examples=12)
@given(
    turned=st.floats(-25, 25),
    scale=st.floats(0.6, 1.6),
    shift=st.tuples(st.floats(-40, 40), st.floats(-25, 25)),
    mirror=st.booleans(),
)
def test_a_known_similarity_is_found_again(turned, scale, shift, mirror):
    """Turned, scaled, shifted, mirrored: each corner is mapped to within two pixels of where it went."""
    matrix = cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), turned, scale)
    matrix[:, 2] += shift
    source = np.ascontiguousarray(PICTURE[:, ::-1]) if mirror else PICTURE
    moved = cv2.warpAffine(source, matrix, (WIDTH, HEIGHT), flags=cv2.INTER_AREA)
    found = pair_of(SEEN, sight(moved))

    assert found is not None
    assert found.mirror == mirror
    corners = np.array([[0, 0, 1], [WIDTH, 0, 1], [0, HEIGHT, 1], [WIDTH, HEIGHT, 1]], float).T
    assert np.abs(found.matrix @ corners - matrix @ corners).max() < 2.0 * max(1, scale)


def test_other_pictures_and_noise_agree_on_nothing():
    """Two places, and noise, share no similarity, not even with itself drawn anew."""
    noises = [noisy(np.full((HEIGHT, WIDTH, 3), 128, np.float32), np.random.default_rng(seed), 60) for seed in (1, 2)]

    assert pair_of(SEEN, sight(OTHER)) is None
    assert pair_of(sight(noises[0]), sight(noises[1])) is None
    assert pair_of(sight(np.full_like(PICTURE, 90)), SEEN) is None


def test_pairs_are_the_same_each_time():
    """Chance has no part in the answer: the same pictures give the same pairs, to the last bit."""
    moved = sight(np.ascontiguousarray(PICTURE[20:160, 30:290]))
    one, other = pair_of(SEEN, moved), pair_of(SEEN, moved)

    assert (one.places, one.box) == (other.places, other.box)
    assert (one.matrix == other.matrix).all()


# From a similarity to a crop box.


@st.composite
def boxes(draw):
    """A part of a picture: left, top, width, height."""
    left, top = draw(st.floats(0, 0.6)), draw(st.floats(0, 0.6))
    width, height = draw(st.floats(0.2, 0.4)), draw(st.floats(0.2, 0.4))
    return left, top, width, height


def shown_as(box, *, mirror=False):
    """The hypothesis of a picture that shows this part of another."""
    left, top, width, height = box
    matrix = np.array([[-width, 0, left + width] if mirror else [width, 0, left], [0, height, top]])
    pair = PlacePair(a=0, b=0, mirror=mirror, places=99, matrix=matrix, box=(0.0, 0.0, 1.0, 1.0))
    return Hypothesis(mirror=mirror, matrix=matrix, pairs=(pair,))


@given(boxes(), st.booleans())
def test_the_box_of_a_crop_is_the_crop(box, mirror):
    """The map of A's picture into B's tells the part of B that A shows, mirrored or not."""
    assert box_of(shown_as(box, mirror=mirror).matrix) == pytest.approx(box)


@given(boxes(), st.booleans())
def test_a_transform_tells_crop_place_and_mirror(box, mirror):
    """A crop shows its box of B over all of A's picture, enlarged as much as the crop was narrow, not turned."""
    whole = SEEN
    part_of = evolve(whole, width=round(WIDTH * box[2]), height=round(HEIGHT * box[3]))
    told = transform_of(shown_as(box, mirror=mirror), part_of, whole)

    assert told.mirror == mirror
    assert told.crop == pytest.approx(box)
    assert told.place == pytest.approx((0, 0, 1, 1))
    assert told.scale == pytest.approx(1, abs=0.02)
    assert told.turned_degrees == pytest.approx(0, abs=1e-6)


@given(boxes())
def test_a_picture_in_a_picture_tells_its_place(box):
    """Where A holds all of B small, the crop is all of B, and its place the box in A."""
    left, top, width, height = box
    matrix = np.array([[1 / width, 0, -left / width], [0, 1 / height, -top / height]])
    framing = evolve(shown_as((0, 0, 1, 1)), matrix=matrix)
    told = transform_of(framing, SEEN, SEEN)

    assert told.crop == pytest.approx((0, 0, 1, 1), abs=1e-9)
    assert told.place == pytest.approx(box)


def test_pairs_that_tell_one_transform_make_one_hypothesis():
    """Pairs of one similarity are put together; another similarity is another hypothesis, the weaker one later."""
    strong, weak = shown_as((0.1, 0.1, 0.8, 0.8)), shown_as((0.5, 0.5, 0.3, 0.3))
    one = SEEN
    scaled = np.diag([WIDTH, HEIGHT])
    pairs = [
        PlacePair(
            a=0,
            b=0,
            mirror=False,
            places=places,
            matrix=np.hstack(
                [
                    scaled @ way.matrix[:, :2] @ np.linalg.inv(scaled),
                    (scaled @ way.matrix[:, 2])[:, None] + jitter,
                ]
            ),
            box=(0.0, 0.0, 1.0, 1.0),
        )
        for way, places, jitter in ((weak, 12, 0), (strong, 40, 0), (strong, 30, 1.0), (weak, 9, 0.5))
    ]
    first, second = hypotheses(pairs, [one], [one])

    assert [len(first.pairs), len(second.pairs)] == [2, 2]
    assert first.places == 40
    assert box_of(first.matrix) == pytest.approx((0.1, 0.1, 0.8, 0.8))


@given(boxes())
def test_cells_hold_the_same_spot_of_both(box):
    """On the grid each cell is one spot of the scene: of a crop, its cells are those of the whole, to coding noise."""
    left, top = round(box[0] * WIDTH), round(box[1] * HEIGHT)
    across, down = round(box[2] * WIDTH), round(box[3] * HEIGHT)
    exact = (left / WIDTH, top / HEIGHT, across / WIDTH, down / HEIGHT)
    smooth = cv2.GaussianBlur(PICTURE, (0, 0), 5)
    whole = views(reel(smooth[None]), side_px=WIDTH)
    cut = views(reel(np.ascontiguousarray(smooth[None, top : top + down, left : left + across])), side_px=across)
    made = grids(shown_as(exact), cut, whole)

    assert made is not None
    assert made[0].shape == made[1].shape
    assert np.median(np.abs(made[0] - made[1])) < 4


# A scene, or a caption before two scenes.


def _beside(one, other):
    sights = ([sight(one.pictures[0])], [sight(other.pictures[0])])
    (way, *_others) = hypotheses(matched(*sights), *sights)
    return alike_beside(way, sights, views(one), views(other))


def test_beside_a_shared_caption_pictures_are_different():
    """Two scenes under one caption agree on the caption alone: beside it they are not alike."""
    one, other = (bannered(part(scene(seed, seed, 0.2), 0, 0.04), seed=4) for seed in (1, 2))

    assert _beside(one, other) < 0.3


def test_beside_what_agrees_a_scene_is_alike():
    """One scene twice, with other things in it and under one caption, agrees everywhere, or is alike beside it."""
    one, other = (bannered(part(scene(1, moment, 0.2), 0, 0.04), seed=4) for moment in (1, 2))
    alike = _beside(one, other)

    assert alike is None or alike > 0.5
