"""What two files are called, and on what proof: on footage drawn by code, whose every moment is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_copies import backwards, bannered, cropped, held, mirrored, part, reel, scene, spliced

from probata.copies.relations import KINDS_OF_COPY
from probata.copies.verdict import on_scale

WHOLE = scene(1, 1, 6.0, camera=held(1))
OTHER = scene(2, 2, 3.0, camera=held(2))


def test_an_excerpt_is_found_to_the_frame(shelf):
    """Two seconds and more of a longer file: `excerpt_of`, its ends within a picture of the truth in both files."""
    (relation,) = shelf.compared(part(WHOLE, 1.0, 4.2), WHOLE).relations
    (segment,) = relation.segments

    assert relation.kind == "excerpt_of"
    assert relation.by == "frames"
    assert float(segment.b_start_s) == pytest.approx(1.0, abs=0.041)
    assert float(segment.b_end_s) == pytest.approx(4.2, abs=0.041)
    assert segment.speed == 1
    assert relation.strongest_wrong is not None
    assert relation.strongest_wrong < 0.5 <= relation.score


def test_named_the_other_way_round_it_contains(shelf):
    """What is an excerpt one way round contains it the other way round."""
    (relation,) = shelf.compared(WHOLE, part(WHOLE, 1.0, 4.2)).relations

    assert relation.kind == "contains"


@pytest.mark.parametrize("edit", ["cropped", "mirrored", "bannered"])
def test_an_edited_copy_is_found_between_other_footage(shelf, edit):
    """Cropped, mirrored or under a banner, and hidden in other footage: the seconds are found, and the edit is told."""
    box = (0.1, 0.15, 0.75, 0.75)
    edits = {"cropped": lambda one: cropped(one, box), "mirrored": mirrored, "bannered": bannered}
    excerpt = part(WHOLE, 0.6, 4.6)
    if edit == "cropped":
        posted = edits[edit](excerpt)
        before_s = 0.0
    else:
        posted = spliced(part(OTHER, 0, 2), edits[edit](excerpt), part(OTHER, 2, 3))
        before_s = 2.0
    (relation,) = shelf.compared(posted, WHOLE).relations
    segment = max(relation.segments, key=lambda one: one.a_lasts_s)

    assert relation.kind in KINDS_OF_COPY
    assert float(segment.a_start_s) == pytest.approx(before_s, abs=0.1)
    assert float(segment.b_start_s) == pytest.approx(0.6, abs=0.1)
    assert segment.mirror == (edit == "mirrored")
    if edit == "cropped":
        assert segment.transform is not None
        assert segment.transform.crop == pytest.approx(box, abs=0.02)


def test_footage_that_runs_backwards_says_so(shelf):
    """A reversed copy has a speed below zero."""
    (relation,) = shelf.compared(backwards(part(WHOLE, 1.0, 5.0)), WHOLE).relations

    assert max(relation.segments, key=lambda one: one.a_lasts_s).speed < 0


@pytest.mark.parametrize("moment", range(3, 9))
def test_another_moment_of_the_same_scene_is_no_copy(shelf, moment):
    """The same place from the same tripod, with other things moving: never a copy, at most the scene."""
    found = shelf.compared(scene(1, moment, 4.0), scene(1, moment + 20, 5.0)).relations

    assert not [relation for relation in found if relation.kind in KINDS_OF_COPY]
    assert all(relation.score < 0.5 for relation in found)


def test_other_footage_shares_nothing_and_it_says_why(shelf):
    """Where nothing is shared the list is empty, and the reason is given."""
    comparison = shelf.compared(OTHER, WHOLE)

    assert comparison.relations == ()
    assert comparison.why


@pytest.mark.parametrize("level", [0, 255, "noise"])
def test_pictures_that_show_nothing_prove_nothing(shelf, level):
    """Black, white, and noise: nothing shared, with a reason, even when both are the same."""
    shape = (50, 180, 320, 3)
    random = np.random.default_rng(5)
    pictures = random.integers(0, 255, shape) if level == "noise" else np.full(shape, level)
    flat = reel(pictures.astype(np.uint8))
    comparison = shelf.compared(flat, WHOLE)

    assert comparison.relations == ()
    assert comparison.why


@given(st.floats(0.001, 100), st.floats(0.001, 100), st.floats(0.01, 100))
def test_the_scale_of_scores_keeps_order(one, other, needed):
    """What was needed is one half; more stays more; nothing reaches one."""
    assert on_scale(needed, needed) == pytest.approx(0.5)
    assert 0 <= on_scale(one, needed) < 1
    if one <= other:
        assert on_scale(one, needed) <= on_scale(other, needed)
