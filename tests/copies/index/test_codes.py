"""What is kept of a picture: the same each time, kept through encoding, reckoned mirrored and in negative."""

from __future__ import annotations

import hashlib

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from made_copies import noisy, scene

from probata.copies import codes
from probata.copies.codes import (
    CODE_BITS,
    KEPT,
    WORDS,
    Places,
    chosen,
    code_of,
    differing,
    inner_boxes,
    mirrored_descriptors,
    mirrored_waves,
    mixed,
    negative_descriptors,
    quality_of,
    views_of,
    waves_of,
    why_blank,
    words_of,
)
from probata.copies.jailed.keyframes import points_of

GREY = cv2.cvtColor(scene(1, 1, 0.04).pictures[0], cv2.COLOR_RGB2GRAY)
OTHER = cv2.cvtColor(scene(2, 2, 0.04).pictures[0], cv2.COLOR_RGB2GRAY)
MIXTURES = "0a9128010378386d79f16c482f4e68d2a95433ad58dd2c38509b50dc1aafda34"
DRAWN = [10412994696367340200, 1365071518792443205, 6577761948607310890, 200893566037442277]
pictures = arrays.arrays(np.uint8, st.tuples(st.integers(16, 90), st.integers(16, 90)))
descriptors = arrays.arrays(np.uint8, st.tuples(st.integers(1, 6), st.just(128)))


def points(grey):
    """The places of a picture and their descriptors, as the jail takes them."""
    return points_of(cv2.SIFT.create(nfeatures=300, contrastThreshold=0.02), np.ascontiguousarray(grey))


def code(grey):
    return code_of(waves_of(grey))


# The form.


def test_a_kept_picture_is_small():
    """A key picture takes 256 bytes of the index at most, so that a hundred million fit on one disk."""
    assert KEPT.itemsize <= 256
    assert KEPT["words"].shape == KEPT["places"].shape == (WORDS,)


def test_the_mixtures_are_the_same_on_every_machine():
    """Words of two machines can be compared: the mixtures, to a thousandth, are those that they have always been.

    A numpy that draws other numbers from the seed is noticed here, before words that mean nothing are kept.
    """
    coarse = np.round(codes._mixtures() * 1000).astype(np.int32)

    assert hashlib.sha256(coarse.tobytes()).hexdigest() == MIXTURES


def test_mixtures_are_unit_apart_and_blind_to_what_all_descriptors_share():
    """No two mixtures say the same, and none says anything of a descriptor that is the same all over."""
    mixtures = codes._mixtures()

    assert mixtures.T @ mixtures == pytest.approx(np.eye(64), abs=1e-5)
    assert mixed(np.full((1, 128), 77, np.uint8)) == pytest.approx(0, abs=1e-5)


# Codes.


def test_a_code_is_the_same_each_time():
    """Chance has no part in a code: this picture's is the one that it has always been."""
    rows, columns = np.mgrid[0:48, 0:64]
    drawn = (rows * rows * 23 // 8 + columns * columns * 3 // 4 + rows * columns * 23 // 5) % 251

    assert code(drawn.astype(np.uint8)).tolist() == DRAWN


@given(pictures)
def test_mirrored_waves_are_those_of_the_mirrored_picture(grey):
    """The waves of a mirrored picture are reckoned, not looked for again."""
    assert mirrored_waves(waves_of(grey)) == pytest.approx(waves_of(grey[:, ::-1]), abs=0.02)


@given(pictures)
def test_mirroring_waves_twice_changes_nothing(grey):
    """Mirrored twice, waves are what they were."""
    assert (mirrored_waves(mirrored_waves(waves_of(grey))) == waves_of(grey)).all()


@given(pictures)
def test_the_last_bit_is_never_set(grey):
    """A code has 255 bits, so that what two differ in is at most 255 and fits in a byte."""
    made = code(grey)

    assert int(made[3]) >> 63 == 0
    assert int(differing(made[None], code_of(-waves_of(grey)))[0]) <= CODE_BITS


def test_the_negative_has_every_other_bit():
    """The code of a picture in negative differs in every bit: nothing is further from it."""
    assert int(differing(code(GREY)[None], code(255 - GREY))[0]) == CODE_BITS


@pytest.mark.parametrize("quality", [90, 60, 30])
def test_encoded_again(quality):
    """Encoded again, the code hardly changes; that of another picture differs as by chance."""
    stored = cv2.imencode(".jpg", GREY, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    again = cv2.imdecode(stored, cv2.IMREAD_GRAYSCALE)

    assert differing(code(again)[None], code(GREY))[0] <= 12
    assert differing(code(OTHER)[None], code(GREY))[0] > 90


@pytest.mark.parametrize("size", [(160, 90), (640, 360), (320, 240), (131, 77)])
def test_at_another_size(size):
    """Scaled, and stretched too, the code hardly changes: its cells are shares of the picture."""
    assert differing(code(cv2.resize(GREY, size, interpolation=cv2.INTER_AREA))[None], code(GREY))[0] <= 14


@pytest.mark.parametrize(("gain", "bias"), [(0.7, 0), (1.0, 30), (0.8, 40)])
def test_graded(gain, bias):
    """Darker, brighter and of other contrast, the code hardly changes."""
    graded = np.clip(GREY * gain + bias, 0, 255).astype(np.uint8)

    assert differing(code(graded)[None], code(GREY))[0] <= 16


@given(st.integers(1, 400), st.integers(1, 400))
def test_cells_are_means(height, width):
    """A picture of any size and one level has no waves at all."""
    assert waves_of(np.full((height, width), 200, np.uint8)) == pytest.approx(0, abs=0.05)


# Pictures that say nothing.


@pytest.mark.parametrize(
    ("grey", "why"),
    [
        (np.zeros((90, 160), np.uint8), "black"),
        (np.full((90, 160), 9, np.uint8), "black"),
        (np.full((90, 160), 128, np.uint8), "flat"),
        (np.full((90, 160), 255, np.uint8), "flat"),
        (np.random.default_rng(1).integers(0, 255, (90, 160), np.uint8), "noise"),
        (GREY[:15], "small"),
        (GREY[:, :15], "small"),
        (GREY, ""),
        (np.ascontiguousarray(GREY[::4, ::4]), ""),
    ],
)
def test_why_a_picture_says_nothing(grey, why):
    """Black, flat, noise and small are told apart, and a picture of something is none of them."""
    assert why_blank(grey) == why


def test_noise_over_a_picture_is_no_noise():
    """A dark picture with the noise of a sensor still says something."""
    dark = noisy(np.repeat(GREY[:, :, None] * np.float32(0.4), 3, axis=2), np.random.default_rng(3), 4)

    assert not why_blank(cv2.cvtColor(dark, cv2.COLOR_RGB2GRAY))


def test_what_hardly_stands_out_has_no_quality():
    """A picture whose waves hardly stand out has quality 0: its code would be chance."""
    faint = np.full((90, 160), 100, np.uint8)
    faint[40:42, 80:82] = 104

    assert quality_of(waves_of(faint)) == 0
    assert 1 <= quality_of(waves_of(GREY)) <= 100


# Parts of a query's pictures.


def test_views_are_plain_and_mirrored():
    """Every part is asked for as it is and mirrored, and the mirrored code is that of the mirrored part."""
    views = views_of(GREY)
    plain, mirrored = views[::2], views[1::2]

    assert [view.part for view in plain] == [view.part for view in mirrored]
    assert not any(view.mirror for view in plain)
    assert all(view.mirror for view in mirrored)
    assert (plain[0].code == code(GREY)).all()
    assert differing(mirrored[0].code[None], code(GREY[:, ::-1]))[0] <= 1


def test_flat_parts_are_not_asked_for():
    """A part that is flat has no code; the others have."""
    grey = GREY.copy()
    grey[: grey.shape[0] * 6 // 10, : grey.shape[1] * 6 // 10] = 90

    assert {view.part for view in views_of(GREY)} - {view.part for view in views_of(grey)} == {"upper left"}


@pytest.mark.parametrize("box", [(0.25, 0.25, 0.5, 0.5), (0.1, 0.3, 0.4, 0.45), (0.5, 0.1, 0.4, 0.6)])
def test_a_picture_in_a_picture_has_a_box(box):
    """A picture that moves within a frame that stays is found to a fiftieth of the picture."""
    inner = scene(3, 3, 2.0).pictures[::5]
    around = np.full((54, 96), 60, np.uint8)
    around[::7] = 200
    left, top, wide, tall = (round(part * side) for part, side in zip(box, (96, 54, 96, 54), strict=True))
    seen = []
    for picture in inner:
        grey = around.copy()
        grey[top : top + tall, left : left + wide] = cv2.resize(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), (wide, tall))
        seen.append(grey)
    found = inner_boxes(np.stack(seen))["within a frame"]

    assert found == pytest.approx((left / 96, top / 54, wide / 96, tall / 54), abs=0.03)


def test_bars_have_a_box():
    """Between black bars at the sides lies the picture."""
    seen = np.zeros((4, 54, 96), np.uint8)
    seen[:, :, 33:63] = cv2.resize(GREY, (30, 54))

    left, top, wide, tall = inner_boxes(seen)["between bars at the sides"]
    assert (left, wide) == pytest.approx((33 / 96, 30 / 96), abs=0.03)
    assert (top, tall) == (0, 1)


@pytest.mark.parametrize("shape", [(1, 1, 1), (3, 5, 4), (2, 12, 12), (1, 9, 96)])
def test_very_small_pictures_have_no_boxes_or_some_but_no_fault(shape):
    """Pictures of a few pixels are looked at without a fault."""
    for grey in (np.zeros(shape, np.uint8), np.random.default_rng(1).integers(0, 255, shape, np.uint8)):
        assert isinstance(inner_boxes(grey), dict)


# Words.


@given(descriptors)
def test_mirroring_descriptors_twice_changes_nothing(raw):
    """Mirrored twice, or in negative twice, descriptors are what they were, and the two do not mind their order."""
    mirrored, negative = mirrored_descriptors(raw), negative_descriptors(raw)

    assert (mirrored_descriptors(mirrored) == raw).all()
    assert (negative_descriptors(negative) == raw).all()
    assert (mirrored_descriptors(negative) == negative_descriptors(mirrored)).all()


def alike(ours, theirs, places, others):
    """How many of the places that lie on others have a word that differs from theirs in a fifth of its bits at most."""
    near = np.hypot(places.x[:, None] - others.x, places.y[:, None] - others.y) < 0.005
    turned = np.abs((places.turn[:, None] - others.turn + np.pi) % (2 * np.pi) - np.pi) < 0.3
    apart = np.bitwise_count(words_of(mixed(ours))[:, None] ^ words_of(mixed(theirs)))
    apart = np.where(near & turned, apart, 64).min(axis=1)
    return (apart[(near & turned).any(axis=1)] <= 13).mean()


def test_mirrored_words_are_those_of_the_mirrored_picture():
    """Reckoned from the picture's own descriptors, words and places are those found on the mirrored picture."""
    ours, places, _strength = points(GREY)
    theirs, others, _strength = points(GREY[:, ::-1])

    assert alike(mirrored_descriptors(ours), theirs, places.mirrored(1.0), others) > 0.9


def test_negative_words_are_those_of_the_picture_in_negative():
    """Reckoned from the picture's own descriptors, words and places are those found on the picture in negative."""
    ours, places, _strength = points(GREY)
    theirs, others, _strength = points(255 - GREY)

    assert alike(negative_descriptors(ours), theirs, places.negative(), others) > 0.9


@given(descriptors)
def test_no_word_is_nothing(raw):
    """A word is never 0, which stands for no word."""
    assert (words_of(mixed(raw)) != 0).all()
    assert (words_of(np.full((2, 64), -1, np.float32)) == 1).all()


part = st.floats(0, 1, exclude_max=True, width=32)


@given(st.lists(st.tuples(part, part, st.floats(0.008, 0.6), st.floats(-7, 7)), min_size=1, max_size=8))
def test_places_packed_and_unpacked(made):
    """No more words are kept than fit, no more than three of one part, and no two that are nearly the same."""
    x, y, size, turn = np.array(made, np.float32).T
    read = Places.unpacked(Places(x=x, y=y, size=size, turn=turn).packed())

    assert np.abs(read.x - x).max() <= 0.5 / 32 + 1e-6
    assert np.abs(read.y - y).max() <= 0.5 / 32 + 1e-6
    within = (size >= 0.016) & (size <= 0.016 * 2**4.2)
    assert (np.abs(np.log2(read.size / size))[within] <= 0.3 + 1e-4).all()
    assert np.abs((read.turn - turn + np.pi) % (2 * np.pi) - np.pi).max() <= np.pi / 8 + 1e-4


@given(arrays.arrays(np.uint16, st.integers(1, 30)))
def test_every_packed_place_is_the_place_of_what_it_unpacks_to(packed):
    """What is unpacked and packed again is the same 16 bits: nothing drifts."""
    assert (Places.unpacked(packed).packed() == packed).all()


def test_chosen_words_are_spread_and_apart():
    """Of a picture no more words are kept than fit, no more than three of one part, and no two nearly the same."""
    ours, places, strength = points(GREY)
    words = words_of(mixed(ours))
    kept = chosen(words, places, strength)
    parts = list(zip((places.x[kept] * 4).astype(int), (places.y[kept] * 4).astype(int), strict=True))
    apart = np.bitwise_count(words[kept][:, None] ^ words[kept])

    assert len(kept) <= WORDS
    assert max(map(parts.count, parts)) <= 3
    assert apart[np.triu_indices(len(kept), 1)].min() > 6
    assert (chosen(words, places, strength) == kept).all()
