"""Bad input: the right answer, or nothing shared and why; never a failure that nobody named."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest
from attrs import evolve
from made import write_sound
from made_copies import Reel, bannered, held, mirrored, part, reel, scene, spliced
from sounds import RATE_HZ, hiss, room, tone, voice

from probata.copies import pictures
from probata.copies.compare import compare, compared
from probata.copies.jailed import sights
from probata.copies.relations import KINDS_OF_COPY
from probata.media.passes import CannotLook
from probata.terms.errors import ProbataError

FRAME_S = 1 / 25
SHAPE = (60, 180, 320, 3)


@cache
def whole() -> Reel:
    """Five seconds of a place."""
    return scene(1, 1, 5.0, camera=held(1))


@cache
def excerpt() -> Reel:
    """The seconds from one to four and a half."""
    return part(whole(), 1.0, 4.5)


@cache
def other() -> Reel:
    """Another place."""
    return scene(2, 2, 4.0, camera=held(2))


def noise(seed: int) -> Reel:
    """Pictures of nothing but noise."""
    return reel(np.random.default_rng(seed).integers(0, 255, SHAPE, np.uint8))


def flat(level: int) -> Reel:
    """Pictures of one brightness."""
    return reel(np.full(SHAPE, level, np.uint8))


def shared_nothing(comparison):
    """Nothing is shared, and the answer says why, of pictures and of sound."""
    assert comparison.relations == ()
    assert "by pictures: " in comparison.why
    assert "by sound: " in comparison.why
    return comparison.why


# Pictures that show nothing.


@pytest.mark.parametrize("level", [0, 128, 255])
def test_flat_pictures_share_nothing(shelf, level):
    """Black, grey, white: with a film, from either side, and with itself, nothing; because they are flat."""
    blank = flat(level)
    for one, two in ((blank, whole()), (whole(), blank), (blank, blank)):
        assert "flat" in shared_nothing(shelf.compared(one, two))


def test_noise_shares_nothing(shelf):
    """Noise agrees with nothing, not even with other noise."""
    one = noise(1)
    shared_nothing(shelf.compared(one, whole()))
    shared_nothing(shelf.compared(one, noise(2)))


def test_other_footage_shares_nothing(shelf):
    """Two films of two places, without sound: nothing, and both reasons are given."""
    why = shared_nothing(shelf.compared(other(), whole()))

    assert "no two pictures agree" in why
    assert "the first file has no sound" in why


def test_fades_and_black_around_a_copy_do_not_hide_it(shelf):
    """A copy between seconds of black is found, without the black."""
    (relation,) = shelf.compared(spliced(part(flat(0), 0, 1.5), excerpt(), part(flat(0), 0, 1.5)), whole()).relations
    (segment,) = relation.segments

    assert (float(segment.a_start_s), float(segment.a_end_s)) == pytest.approx((1.5, 5.0), abs=FRAME_S + 0.002)


def still_for(seconds: int, *, level: int = 0) -> Reel:
    """One picture of the film, held at five pictures a second."""
    picture = np.clip(part(whole(), 2, 2 + FRAME_S).pictures.astype(np.int16) + level, 0, 255).astype(np.uint8)
    count = 5 * seconds
    return Reel(pictures=np.repeat(picture, count, axis=0), at=tuple(range(0, count * 120, 120)), end=count * 120)


@pytest.mark.slow
def test_a_still_held_for_a_minute_is_no_copy(shelf):
    """One picture held for a minute, and the film it is from: the scene, never a moment."""
    (relation,) = shelf.compared(whole(), still_for(60)).relations

    assert relation.kind == "same_scene_moment_unproven"


def test_a_still_is_no_copy_of_itself(shelf):
    """The same still in two files, one brighter: the scene; it has no moment that could be the same."""
    (relation,) = shelf.compared(still_for(6), still_for(8, level=9)).relations

    assert relation.kind == "same_scene_moment_unproven"


@pytest.mark.parametrize("turned", [False, True])
def test_a_file_of_one_picture_has_no_moment(shelf, turned):
    """One frame of the film: at most the scene; of another film: nothing, and why."""
    frame, stranger = part(whole(), 2, 2 + FRAME_S), part(other(), 2, 2 + FRAME_S)
    pairs = [(frame, whole()), (stranger, whole())]
    ours, theirs = (shelf.compared(*(pair[::-1] if turned else pair)) for pair in pairs)

    assert [relation.kind for relation in ours.relations] in ([], ["same_scene_moment_unproven"])
    assert ours.relations or ours.why
    shared_nothing(theirs)


@pytest.mark.parametrize("seconds", [0.2, 0.6, 1.0])
def test_too_short_an_excerpt_proves_nothing(shelf, seconds):
    """Less than a second and a half is never called a copy, nor does it fail."""
    found = shelf.compared(part(whole(), 2, 2 + seconds), whole())

    assert not [relation for relation in found.relations if relation.kind in KINDS_OF_COPY]
    assert found.relations or found.why


# Files that are written in other ways.


def test_mirrored_lettering_is_found_mirrored(shelf):
    """A film under lettering, mirrored with it: found, and told as mirrored."""
    (relation,) = shelf.compared(mirrored(bannered(excerpt())), bannered(whole())).relations

    assert relation.kind == "excerpt_of"
    assert relation.segments[0].mirror


def test_ten_bits_are_read_as_eight(shelf):
    """Ten-bit HEVC of the film is its copy."""
    deep = shelf.extract(excerpt(), codec="libx265", pixel_format="yuv420p10le", options={}, b_frames=0)
    (relation,) = compared(deep, shelf.extract(whole())).relations

    assert relation.kind == "excerpt_of"
    assert float(relation.segments[0].b_start_s) == pytest.approx(1.0, abs=FRAME_S + 0.002)


@pytest.mark.parametrize("degrees", [90, 180])
def test_footage_turned_by_its_file_is_found(shelf, degrees):
    """A phone held upright writes its pictures lying and says so: they are found, with the turn in the transform."""
    lying = evolve(excerpt(), pictures=np.ascontiguousarray(np.rot90(excerpt().pictures, degrees // 90, axes=(1, 2))))
    (relation,) = compared(shelf.extract(lying, turned_degrees=degrees), shelf.extract(whole())).relations

    assert relation.kind == "excerpt_of"
    assert abs(relation.segments[0].transform.turned_degrees) == pytest.approx(degrees, abs=1)


def test_what_is_left_of_a_broken_file_is_found(shelf):
    """A file that ends in the middle, as a broken upload does: what can be decoded is found at its seconds."""
    file = shelf.file(whole(), container_options={"movflags": "faststart"})
    file.write_bytes(file.read_bytes()[: int(file.stat().st_size * 0.75)])
    original = shelf.file(whole(), crf=20)
    (relation,) = compare(file, original, jail=shelf.jail).relations
    (segment,) = relation.segments

    assert relation.kind in {"excerpt_of", "copy"}
    assert float(segment.b_start_s) == pytest.approx(0, abs=FRAME_S)
    assert float(segment.b_end_s) < 4.9


@pytest.mark.parametrize(
    ("which", "turned"), [("no_index", False), ("a_page", False), ("a_page", True), ("empty", False), ("random", True)]
)
def test_what_is_no_footage_is_named(shelf, tmp_path, which, turned):
    """Cut off before its index, a page, no byte at all, chance bytes: an error with advice, not a failure."""
    original = shelf.file(other())
    made = {
        "no_index": original.read_bytes()[:-4000],
        "a_page": b"<!doctype html><title>Log in</title>",
        "empty": b"",
        "random": np.random.default_rng(1).bytes(20_000),
    }
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(made[which])
    files = (original, broken) if turned else (broken, original)
    with pytest.raises(ProbataError) as caught:
        compare(*files, jail=shelf.jail)

    assert caught.value.what_to_do


# Sound that proves nothing.


@pytest.mark.parametrize(
    ("name", "sound"),
    [
        ("silence", np.zeros(5 * RATE_HZ // 2, np.float32)),
        ("a steady tone", tone(440, 2.5)),
        ("steady noise", hiss(1, 2.5)),
        ("", room(1, 2.5)),
    ],
    ids=["silence", "tone", "hiss", "room"],
)
def test_sound_that_everybody_has_is_no_proof(shelf, name, sound):
    """Silence, a tone, hiss, an empty room in both: nothing shared, and the sound is called by its name."""
    one, two = shelf.extract(part(whole(), 0, 2.4), sound=sound), shelf.extract(part(other(), 0, 2.4), sound=sound)

    assert name in shared_nothing(compared(one, two))


def test_sound_alone_beside_footage(shelf, tmp_path):
    """A recording without pictures beside a film: found by sound where it is the film's, else nothing and why."""
    spoken = voice(4, 5.0)
    film = shelf.extract(whole(), sound=spoken)
    for sound, shared in ((spoken[RATE_HZ : 4 * RATE_HZ], True), (voice(9, 3.0), False)):
        file = write_sound(tmp_path / f"{shared}.wav", sound, codec="pcm_s16le", rate_hz=RATE_HZ)
        comparison = compare(file, shelf.file(whole(), sound=spoken), jail=shelf.jail)
        assert comparison.pictures.could_not_look
        assert [relation.by for relation in comparison.relations] == (["sound"] if shared else [])
        assert shared or "no pictures" in shared_nothing(comparison)
    assert film.sound is not None


# Footage that is long.


def test_long_footage_is_looked_at_in_steps(shelf, monkeypatch):
    """With few pictures tried at first, and windows of a second and a half, the excerpt is found all the same."""
    monkeypatch.setattr(pictures, "_MOST_OF_A", 4)
    monkeypatch.setattr(pictures, "_MOST_OF_B", 5)
    tried = []
    plain = pictures.matched
    monkeypatch.setattr(pictures, "matched", lambda a, b: tried.append(len(a) * len(b)) or plain(a, b))
    (relation,) = shelf.compared(excerpt(), whole()).relations

    assert relation.kind == "excerpt_of"
    assert float(relation.segments[0].b_start_s) == pytest.approx(1.0, abs=FRAME_S + 0.002)
    assert tried[0] <= 4 * 5


def test_windows_of_long_footage_tell_each_stretch_once(shelf, monkeypatch):
    """Where only what is around agreeing pictures is compared, every stretch is told once, within its window."""
    monkeypatch.setattr(pictures, "_WINDOW_S", 2.0)
    found = shelf.compared(spliced(excerpt(), other()), whole())
    (relation,) = found.relations
    spans = [(float(one.a_start_s), float(one.a_end_s)) for one in relation.segments]

    assert relation.kind in KINDS_OF_COPY
    assert all(end <= start + FRAME_S for (_s, end), (start, _e) in pairwise(spans))
    assert all(0 <= start < end <= 3.6 for start, end in spans)


def test_what_is_too_long_to_be_kept_says_so(monkeypatch):
    """Small views of a file fill a fixed room and no more: beyond it the consumer says what to do instead."""
    monkeypatch.setattr(sights, "_MOST_SMALL_BYTES", 96 * 54 * 10)
    keeper = sights.SmallViews()
    luma = np.zeros((180, 320), np.uint8)
    described = SimpleNamespace(format=SimpleNamespace(components=[SimpleNamespace(bits=8)]))
    seen = [
        SimpleNamespace(
            seconds=Fraction(number, 25),
            time_base=Fraction(1, 25),
            duration_ticks=1,
            pts=number,
            ordinal=number,
            luma=luma,
            frame=described,
        )
        for number in range(11)
    ]
    for frame in seen[:10]:
        keeper.see(frame)
    with pytest.raises(CannotLook, match="too long"):
        keeper.see(seen[10])


def test_footage_that_could_not_be_kept_is_told_as_such(shelf):
    """Where one file's views are missing, pictures could not look, and the reason is the file's."""
    unseen = evolve(shelf.extract(other()), views=None, why="views: the footage is too long")
    comparison = compared(unseen, shelf.extract(whole()))

    assert comparison.pictures.could_not_look
    assert "too long" in shared_nothing(comparison)


def test_of_long_footage_the_pictures_near_what_is_alike_are_compared(shelf, monkeypatch):
    """Held to be long, a file is decoded near the moments that the index names: the excerpt is found, ends exact."""
    monkeypatch.setattr("probata.copies.extract.LONG_S", Fraction(5))
    long = shelf.file(spliced(scene(91, 91, 4.0), whole(), scene(92, 92, 4.0)))
    found = compare(shelf.file(excerpt()), long, jail=shelf.jail)
    (relation,) = found.relations

    assert found.b.long
    assert relation.kind == "excerpt_of"
    assert float(relation.segments[0].b_start_s) == pytest.approx(5.0, abs=FRAME_S + 0.002)


def test_long_footage_that_is_like_nothing_shares_nothing(shelf, monkeypatch):
    """Where no key picture of a long file is like one of the other, that is the answer, and nothing is decoded."""
    monkeypatch.setattr("probata.copies.extract.LONG_S", Fraction(5))
    long = shelf.file(spliced(scene(93, 93, 4.0), scene(94, 94, 4.0)))
    found = compare(shelf.file(other()), long, jail=shelf.jail)

    assert found.relations == ()
    assert found.b.views is None
    assert "no key picture of the second file, which is long" in found.why
