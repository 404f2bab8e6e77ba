"""The same scene at another moment, shared captions and intros: never a copy, and only what is shared is told."""

from __future__ import annotations

import numpy as np
import pytest
from made_copies import (
    RATE,
    bannered,
    graded,
    held,
    lettered,
    mirrored,
    panned,
    part,
    pendulum,
    reel,
    resized,
    scene,
    spliced,
    ticker,
)
from sounds import music, voice

from probata.copies.compare import compared
from probata.copies.relations import KINDS_OF_COPY

FRAME_S = 1 / RATE
STATED = KINDS_OF_COPY | {"same_picture_other_audio", "same_audio_other_picture"}


def relations(shelf, a, b):
    """What two reels are called."""
    return shelf.compared(a, b).relations


def no_copy(shelf, a, b):
    """Two reels of which nothing may be stated but the scene, and that below the scale of proof; the relations."""
    found = relations(shelf, a, b)
    assert not [relation.kind for relation in found if relation.kind in STATED]
    assert all(relation.score < 0.5 for relation in found)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20))
def test_a_place_at_another_moment_is_no_copy(shelf, seed):
    """From one tripod, with other things moving: the same scene, the moment unproven; of twenty places never a copy."""
    (relation,) = no_copy(shelf, scene(seed, 2 * seed + 1, 2.4), scene(seed, 2 * seed + 2, 3.0))

    assert relation.kind == "same_scene_moment_unproven"


@pytest.mark.parametrize("seed", range(2))
def test_a_place_from_the_hand_at_another_moment_is_no_copy(shelf, seed):
    """The same from the hand, which wavers differently each time."""
    one, other = (scene(30 + seed, moment, 2.8, camera=held(10 * seed + moment)) for moment in (1, 2))

    no_copy(shelf, one, other)


@pytest.mark.slow
@pytest.mark.parametrize(("pace", "things"), [(15, 1), (40, 5)])
def test_two_turns_over_one_place_are_no_copy(shelf, pace, things):
    """A camera turned twice at one pace, with other things in front: the place follows in step, the moment does not."""
    one, other = (scene(40, moment, 2.5 + moment / 2, camera=panned(pace), things=things) for moment in (1, 2))
    (relation,) = no_copy(shelf, one, other)

    assert relation.kind == "same_scene_moment_unproven"
    assert "in_step" not in {reason.code for reason in relation.why}


def test_a_copy_of_a_turn_is_still_found(shelf):
    """What is asked of turns does not hide their copies: mirrored and small, the seconds are told."""
    whole = scene(40, 1, 5.0, camera=panned(30))
    (relation,) = relations(shelf, mirrored(resized(part(whole, 0.8, 4.4), 240, 136)), whole)

    assert relation.kind == "excerpt_of"
    assert float(relation.segments[0].b_start_s) == pytest.approx(0.8, abs=FRAME_S + 0.002)


@pytest.mark.parametrize("phase", [0.0, 0.35])
def test_a_pendulum_in_another_phase_is_no_copy(shelf, phase):
    """What swings is the same again and again: neither in another phase nor in the same one is it a copy."""
    no_copy(shelf, pendulum(50, 0.0, 4.0), pendulum(50, phase, 5.0))


def test_two_takes_of_a_pendulum_in_one_file_are_no_copy(shelf):
    """A splice between two takes makes no loop of them."""
    no_copy(shelf, pendulum(50, 0.3, 3.0), spliced(pendulum(50, 0.0, 3.0), pendulum(50, 0.55, 3.0)))


@pytest.mark.parametrize("camera", ["still", "panned"])
def test_an_empty_place_has_no_moment(shelf, camera):
    """Where nothing moves, nobody can say when: the scene, and no more."""
    path = panned(20) if camera == "panned" else None
    one, other = (scene(60, moment, 2.5, camera=path, things=0) for moment in (1, 2))

    no_copy(shelf, one, other)


def test_a_still_picture_is_no_copy_of_what_it_was_taken_from(shelf):
    """One picture held for three seconds: the scene of its film, without a stretch of time."""
    whole = scene(61, 1, 4.0, camera=held(1))
    frozen = reel(np.repeat(part(whole, 2, 2 + FRAME_S).pictures, 75, axis=0))
    (relation,) = no_copy(shelf, frozen, whole)

    assert relation.kind == "same_scene_moment_unproven"


# What many files share.


@pytest.mark.parametrize(("worn", "share"), [(bannered, 0.15), (bannered, 0.3), (ticker, 0.2)])
def test_a_shared_caption_is_no_scene(shelf, worn, share):
    """Two films under the same caption, or the same running one: nothing shared, because only a part agrees."""
    one, other = scene(70, 1, 2.6), scene(71, 2, 2.6)
    comparison = shelf.compared(worn(one, seed=5, share=share), worn(other, seed=5, share=share))

    assert comparison.relations == ()
    assert "caption" in comparison.why or "no two pictures" in comparison.why


def test_the_same_scene_under_a_caption_is_still_a_scene(shelf):
    """One place twice under one caption: what agrees is more than the caption."""
    one, other = (bannered(scene(72, moment, 2.4), seed=5) for moment in (1, 2))
    (relation,) = no_copy(shelf, one, other)

    assert relation.kind == "same_scene_moment_unproven"


def test_a_shared_intro_is_shared_and_no_more(shelf):
    """Two films that start with the same three seconds overlap in these, to the frame."""
    intro, one, other = scene(73, 1, 3.0, camera=held(1)), scene(74, 2, 2.4), scene(75, 3, 2.0, camera=held(3))
    (relation,) = relations(shelf, spliced(intro, one), spliced(graded(intro, 0.9, 8), other))
    (segment,) = relation.segments

    assert relation.kind == "overlaps"
    assert [float(at) for at in (segment.a_start_s, segment.a_end_s, segment.b_start_s, segment.b_end_s)] == (
        pytest.approx([0, 3, 0, 3], abs=FRAME_S + 0.002)
    )


def test_a_shared_title_card_is_no_copy(shelf):
    """The same still card with lettering before two films: it has no moment, and the films share nothing."""
    card = reel(np.repeat(lettered(9, 320, 180)[None], 50, axis=0))

    no_copy(shelf, spliced(card, scene(76, 1, 2.0)), spliced(card, scene(77, 2, 2.0)))


def test_shared_music_is_no_proof(shelf):
    """The same music under two films is told as that, as weak, and neither is a copy of the other."""
    played = music(3, 4.0)
    one, other = (shelf.extract(scene(78 + moment, moment, 4.0), sound=played) for moment in (1, 2))
    (relation,) = compared(one, other).relations

    assert relation.kind == "same_audio_other_picture"
    assert relation.score < 0.5
    assert "music" in relation.why[0].text


def test_the_same_music_under_one_place_twice_is_no_copy(shelf):
    """One place at two moments, with the same music laid under both: the scene, and sound that is related."""
    played = music(3, 4.0)
    one, other = (shelf.extract(scene(80, moment, 4.0), sound=played) for moment in (1, 2))
    found = compared(one, other).relations

    assert found[0].kind == "same_scene_moment_unproven"
    assert all(relation.score < 0.5 for relation in found)


def test_the_same_scene_with_other_voices_is_no_copy(shelf):
    """A place twice, each time with somebody else speaking: the scene alone."""
    one, other = (
        shelf.extract(scene(80, moment, 4.0), sound=sound) for moment, sound in ((1, voice(1, 4.0)), (2, voice(2, 4.0)))
    )
    (relation,) = compared(one, other).relations

    assert relation.kind == "same_scene_moment_unproven"
