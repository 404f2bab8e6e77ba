"""What people do to footage, done to drawn footage: it is found, to the frame, and told for what it is."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import pytest
from attrs import field, frozen
from made_copies import (
    RATE,
    Reel,
    at_rate,
    at_speed,
    backwards,
    bannered,
    cropped,
    framed,
    graded,
    grey,
    held,
    mirrored,
    part,
    reel,
    resized,
    scene,
    spliced,
    unevenly,
)
from sounds import RATE_HZ, voice

from probata.copies.compare import compare
from probata.copies.relations import KINDS_OF_COPY
from probata.copies.sound.matching import SoundComparison

FRAME_S = 1 / RATE
ALL = (0.0, 0.0, 1.0, 1.0)
BOX = (0.15, 0.1, 0.7, 0.7)
INNER = (0.45, 0.4, 0.5, 0.5)


@cache
def whole() -> Reel:
    """Five seconds of a place, from a camera in a hand."""
    return scene(1, 1, 5.0, camera=held(1))


@cache
def still() -> Reel:
    """Five seconds of the same from a tripod."""
    return scene(1, 1, 5.0)


@cache
def other() -> Reel:
    """Another place."""
    return scene(2, 2, 4.0, camera=held(2))


@cache
def third() -> Reel:
    """A third place."""
    return scene(3, 3, 3.0, camera=held(3))


@cache
def thirty() -> Reel:
    """A place filmed at 30 pictures a second."""
    return scene(4, 4, 5.0, rate=30, camera=held(4))


@cache
def excerpt() -> Reel:
    """The seconds of the first from 1 to 4.2."""
    return part(whole(), 1.0, 4.2)


@frozen(kw_only=True)
class Edit:
    """One edit: how A is made, of what, and what is true of it."""

    posted: Callable[[], Reel]
    source: Callable[[], Reel] = whole
    kind: str = "excerpt_of"
    a: tuple[float, float] = (0.0, 3.2)
    b: tuple[float, float] = (1.0, 4.2)
    speed: float = 1.0
    mirror: bool = False
    crop: tuple[float, float, float, float] = ALL
    place: tuple[float, float, float, float] = ALL
    within_s: float = FRAME_S
    speed_within: float = 0.007
    options: dict[str, int] = field(factory=dict)


EDITS = {
    "encoded_again": Edit(posted=lambda: graded(whole(), 1, 0), kind="copy", a=(0, 5), b=(0, 5)),
    "cut_out": Edit(posted=excerpt),
    "from_a_tripod": Edit(posted=lambda: part(still(), 1.0, 4.2), source=still),
    "mirrored": Edit(posted=lambda: mirrored(excerpt()), mirror=True),
    "mirrored_and_cropped": Edit(posted=lambda: mirrored(cropped(excerpt(), BOX)), mirror=True, crop=BOX),
    "small_and_coarse": Edit(posted=lambda: resized(excerpt(), 192, 108), options={"crf": 32}),
    "picture_in_picture": Edit(posted=lambda: framed(excerpt(), other(), INNER), place=INNER),
    "under_a_banner": Edit(posted=lambda: bannered(excerpt())),
    "graded_without_colours": Edit(posted=lambda: graded(grey(excerpt()), 0.7, 40)),
    "faster": Edit(posted=lambda: at_speed(excerpt(), 1.25), a=(0, 2.56), speed=1.25, within_s=0.05),
    "slower": Edit(posted=lambda: at_speed(excerpt(), 0.8), a=(0, 4.0), speed=0.8, within_s=0.05, speed_within=0.015),
    "a_little_faster": Edit(
        posted=lambda: at_speed(excerpt(), 1.04), a=(0, 3.04), b=(1.0, 4.16), speed=1.04, within_s=0.05
    ),
    "backwards": Edit(posted=lambda: backwards(excerpt()), speed=-1.0),
    "thirty_to_25": Edit(posted=lambda: at_rate(part(thirty(), 1, 4), 25), source=thirty, a=(0, 3), b=(1, 4)),
    "thirty_to_12": Edit(
        posted=lambda: at_rate(part(thirty(), 1, 4), 12), source=thirty, a=(0, 3), b=(1, 4), within_s=1 / 12
    ),
    "uneven": Edit(posted=lambda: unevenly(excerpt()), within_s=0.08),
    "hidden_in_other_footage": Edit(
        posted=lambda: spliced(part(other(), 0, 2), excerpt(), part(other(), 2, 3.2)), kind="overlaps", a=(2.0, 5.2)
    ),
    "after_another_take": Edit(
        posted=lambda: spliced(part(scene(1, 2, 2.0), 0, 2), part(still(), 1.2, 4.2)),
        source=still,
        kind="overlaps",
        a=(2.0, 5.0),
        b=(1.2, 4.2),
    ),
    "before_another_take": Edit(
        posted=lambda: spliced(part(still(), 1.2, 4.2), part(scene(1, 2, 2.0), 0, 2)),
        source=still,
        kind="overlaps",
        a=(0.0, 3.0),
        b=(1.2, 4.2),
    ),
}


def times(segment):
    """A stretch's seconds of A and of B."""
    return [float(at) for at in (segment.a_start_s, segment.a_end_s, segment.b_start_s, segment.b_end_s)]


def compared(shelf, a, b, **options):
    """The one relation of two reels."""
    from probata.copies.compare import compared as compared_extracts

    (relation,) = compared_extracts(shelf.extract(a, **options), shelf.extract(b)).relations
    return relation


@pytest.mark.slow
@pytest.mark.parametrize("name", EDITS)
def test_an_edited_copy_is_found_to_the_frame(shelf, name):
    """Whatever was done to it: the kind, the seconds of both within a picture, speed, mirror and crop are told."""
    edit = EDITS[name]
    relation = compared(shelf, edit.posted(), edit.source(), **edit.options)
    (segment,) = relation.segments

    assert relation.kind == edit.kind
    assert relation.by == "frames"
    assert times(segment) == pytest.approx([*edit.a, *edit.b], abs=edit.within_s + 0.002)
    assert float(segment.speed) == pytest.approx(edit.speed, abs=edit.speed_within)
    assert segment.mirror == edit.mirror
    assert segment.transform.crop == pytest.approx(edit.crop, abs=0.02)
    assert segment.transform.place == pytest.approx(edit.place, abs=0.02)
    assert relation.strongest_wrong < 0.5 < relation.score


@pytest.mark.parametrize("name", ["faster", "hidden_in_other_footage"])
def test_named_the_other_way_round_it_is_the_same(shelf, name):
    """An excerpt of B is what B contains; the seconds are those of the other, and the speed its inverse."""
    edit = EDITS[name]
    there, back = compared(shelf, edit.posted(), edit.source()), compared(shelf, edit.source(), edit.posted())
    turned = {"excerpt_of": "contains", "overlaps": "overlaps", "copy": "copy"}
    (one,), (other_one,) = there.segments, back.segments

    assert back.kind == turned[there.kind]
    assert times(other_one.turned_about()) == pytest.approx(times(one), abs=2 * FRAME_S)
    assert float(other_one.speed) == pytest.approx(float(1 / one.speed), abs=0.01)


def test_the_reasons_say_how_little_is_left_unexplained(shelf):
    """Beside rank and agreement stands what of the moving is not in the partner, under its bound."""
    relation = compared(shelf, excerpt(), whole())
    (explained,) = [reason for reason in relation.why if reason.code == "explained"]

    assert 0 <= explained.value <= explained.threshold


def test_a_copy_is_a_copy_both_ways(shelf):
    """Two encodings of one film are copies of each other, whichever is named first."""
    assert compared(shelf, third(), graded(third(), 0.9, 5)).kind == "copy"
    assert compared(shelf, graded(third(), 0.9, 5), third()).kind == "copy"


def test_a_clip_against_itself_has_the_same_bytes(shelf):
    """The same file twice, under two names: `same_bytes`, without asking the pictures."""
    file = shelf.file(third())
    twin = file.with_name("twin.mp4")
    twin.write_bytes(file.read_bytes())
    told = compare(file, twin, jail=shelf.jail)
    (relation,) = told.relations

    assert (relation.kind, relation.score) == ("same_bytes", 1.0)
    assert times(relation.segments[0])[:2] == times(relation.segments[0])[2:]
    assert told.why == ""


# Several stretches.


def test_an_insert_leaves_two_stretches_and_a_gap(shelf):
    """Two seconds of another film in the middle: both parts are found, and between them nothing."""
    posted = spliced(part(whole(), 0.2, 2.4), part(other(), 0, 2), part(whole(), 2.4, 4.6))
    relation = compared(shelf, posted, whole())

    assert relation.kind == "overlaps"
    first, second = (times(one) for one in relation.segments)
    assert first == pytest.approx([0, 2.2, 0.2, 2.4], abs=FRAME_S + 0.002)
    assert second == pytest.approx([4.2, 6.4, 2.4, 4.6], abs=FRAME_S + 0.002)


@pytest.mark.parametrize("filmed", [whole, still])
def test_what_was_cut_out_is_a_jump_in_b(shelf, filmed):
    """A second taken out of the middle: A is an excerpt in two stretches that join in A and not in B."""
    relation = compared(shelf, spliced(part(filmed(), 0, 2), part(filmed(), 3, 5)), filmed())
    first, second = (times(one) for one in relation.segments)

    assert relation.kind == "excerpt_of"
    assert first == pytest.approx([0, 2, 0, 2], abs=FRAME_S + 0.002)
    assert second == pytest.approx([2, 4, 3, 5], abs=FRAME_S + 0.01)


def test_a_loop_shows_the_same_seconds_twice(shelf):
    """Two seconds played twice: A holds B twice over, to the frame; the other way round B is an excerpt."""
    once = part(whole(), 2, 4)
    twice = spliced(once, once)
    relation = compared(shelf, twice, once)

    assert relation.kind == "contains"
    assert [times(one) for one in relation.segments] == [
        pytest.approx([0, 2, 0, 2], abs=FRAME_S + 0.01),
        pytest.approx([2, 4, 0, 2], abs=FRAME_S + 0.01),
    ]
    assert compared(shelf, once, twice).kind == "excerpt_of"


def test_a_loop_within_its_source_ends_where_it_starts_again(shelf):
    """From a tripod the place looks alike before and after: yet the stretches end at the splice."""
    relation = compared(shelf, spliced(part(still(), 2, 4), part(still(), 2, 4)), still())

    assert [times(one) for one in relation.segments] == [
        pytest.approx([0, 2, 2, 4], abs=FRAME_S + 0.01),
        pytest.approx([2, 4, 2, 4], abs=FRAME_S + 0.01),
    ]


def test_a_compilation_is_told_of_each_of_its_sources(shelf):
    """Parts of three films in one: each comparison tells that film's seconds and no others."""
    posted = spliced(part(other(), 1, 3.4), part(whole(), 2, 4.4), part(third(), 0, 2.4))
    truths = {other: [0, 2.4, 1, 3.4], whole: [2.4, 4.8, 2, 4.4], third: [4.8, 7.2, 0, 2.4]}
    for source, truth in truths.items():
        relation = compared(shelf, posted, source())

        assert relation.kind == "overlaps"
        assert [times(one) for one in relation.segments] == [pytest.approx(truth, abs=FRAME_S + 0.002)]


def test_a_frozen_picture_is_not_claimed(shelf):
    """A picture held for two seconds within a copy: what moves before and after is found, the held part is not."""
    freeze = reel(np.repeat(part(whole(), 2, 2 + FRAME_S).pictures, 50, axis=0))
    relation = compared(shelf, spliced(part(whole(), 0, 2), freeze, part(whole(), 2, 4)), whole())
    claimed = sum(float(one.a_lasts_s) for one in relation.segments)

    assert relation.kind in KINDS_OF_COPY
    assert claimed < 4.7
    assert not [one for one in relation.segments if float(one.a_start_s) < 2.9 and float(one.a_end_s) > 3.1]


# With sound.


def spoken(seed, seconds=5.0):
    """A voice."""
    return voice(seed, seconds)


def told(shelf, a, b):
    """The comparison of two reels with their sounds, each filmed anew."""
    from probata.copies.compare import compared as compared_extracts

    one, other_one = (shelf.extract(pictures, sound=sound) for pictures, sound in (a, b))
    return compared_extracts(one, other_one)


def test_pictures_and_sound_agree_on_the_same_seconds(shelf):
    """With its sound, an excerpt is proved by both, on one stretch."""
    sound = spoken(4)
    cut = sound[RATE_HZ : round(4.2 * RATE_HZ)]
    (relation,) = told(shelf, (excerpt(), cut), (whole(), sound)).relations

    assert (relation.kind, relation.by) == ("excerpt_of", "both")
    assert [times(one) for one in relation.segments] == [pytest.approx([0, 3.2, 1, 4.2], abs=FRAME_S + 0.002)]


def test_the_same_pictures_with_other_sound(shelf):
    """Pictures in step and a voice of somebody else: `same_picture_other_audio`."""
    (relation,) = told(shelf, (excerpt(), spoken(5, 3.2)), (whole(), spoken(4))).relations

    assert (relation.kind, relation.by) == ("same_picture_other_audio", "frames")


def test_the_same_sound_with_other_pictures(shelf):
    """A voice laid under another film: `same_audio_other_picture`, its seconds by sound."""
    sound = spoken(4)
    cut = sound[RATE_HZ : round(4.2 * RATE_HZ)]
    (relation,) = told(shelf, (part(other(), 0, 3.2), cut), (whole(), sound)).relations

    assert (relation.kind, relation.by) == ("same_audio_other_picture", "sound")
    assert times(relation.segments[0]) == pytest.approx([0, 3.2, 1, 4.2], abs=0.15)


@pytest.mark.parametrize("delay_s", [0.12, 0.7])
def test_sound_that_comes_late_does_not_move_the_pictures(shelf, delay_s):
    """Sound some tenths late, as bad encoders leave it: the pictures' seconds are told to the frame, once."""
    sound = spoken(4)
    late = np.concatenate([np.zeros(round(delay_s * RATE_HZ), np.float32), sound])[: len(sound)]
    (relation,) = told(shelf, (graded(whole(), 1, 1), late), (whole(), sound)).relations

    assert relation.kind == "copy"
    assert times(relation.segments[0]) == pytest.approx([0, 5, 0, 5], abs=FRAME_S + 0.01)
    assert len(relation.segments) == 1
    moved = [reason.value for reason in relation.why if reason.code == "sound_moved"]
    assert moved == ([pytest.approx(delay_s, abs=0.06)] if delay_s > 0.5 else [])


def test_a_comparison_that_was_not_made_says_so():
    """Two sounds that were not compared have no matches and no claim of having been compared."""
    assert SoundComparison().matches == ()
    assert SoundComparison().needed == 0
