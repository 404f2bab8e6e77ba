"""From footage to codes, through the jail: what is kept, what is asked, and what is refused as out of form."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from attrs import evolve
from made_copies import TICKS, Reel, grey, mirrored, part, scene, spliced
from made_rows import item, rows

from probata.copies.codes import differing
from probata.copies.index.footage import ASKED, KEYFRAMES, asked, asked_every_s, asked_of, coded, coded_of
from probata.media.errors import DecoderConfused
from probata.media.passes import CannotLook, Outcome, watch
from probata.media.table import PtsTable

REEL = scene(31, 1, 8.0)
FLAT = Reel(pictures=np.full((100, 90, 160, 3), 128, np.uint8), at=tuple(range(0, 100 * 24, 24)), end=100 * 24)


def kept(shelf, reel, **options):
    return coded(shelf.file(reel, **options), item(1), jail=shelf.jail)[0]


def test_key_pictures_are_kept(shelf):
    """Of footage with a key picture every two seconds each is kept, with its time, its digest, a code and words."""
    found = kept(shelf, REEL)

    assert [pts * found.time_base for pts in found.rows["pts"].tolist()] == [0, 2, 4, 6]
    assert (found.looked, found.same, dict(found.blank)) == (4, 0, {})
    assert (found.rows["quality"] > 5).all()
    assert (found.rows["count"] >= 10).all()
    beyond = np.arange(20) >= found.rows["count"][:, None]
    assert (found.rows["words"] != 0).tolist() == (~beyond).tolist()


def test_the_address_is_that_of_the_table(shelf):
    """Time and digest of a kept picture are those of the table of frames: by them the picture is found again."""
    file = shelf.file(REEL)
    found, seen = coded(file, item(1), jail=shelf.jail)
    table = watch(file, jail=shelf.jail).table
    assert isinstance(table, PtsTable)
    assert seen.pictures == 4
    for row in found.rows:
        (ordinal,) = table.by_pts(int(row["pts"]))
        assert row["digest"].tobytes().hex() == table.digest(ordinal).hex[:28]


def test_the_same_file_is_the_same_rows(shelf):
    """Looked at twice, a file gives the same rows to the last bit."""
    file = shelf.file(REEL)

    assert coded(file, item(1), jail=shelf.jail)[0] == coded(file, item(1), jail=shelf.jail)[0]


@pytest.mark.parametrize("options", [{"crf": 34}, {"codec": "libx265"}], ids=str)
def test_encoded_again(shelf, options):
    """Encoded again and harder, each key picture's code is that of the first encoding but for some bits."""
    first, again = kept(shelf, REEL), kept(shelf, REEL, **options)

    for row, other in zip(first.rows, again.rows, strict=True):
        assert differing(row["code"][None], other["code"])[0] <= 20


@pytest.mark.parametrize("turned", [90, 180, 270])
def test_pictures_are_looked_at_upright(shelf, turned):
    """Footage stored on its side, with a mark that says so, has the codes of footage stored upright."""
    lying = evolve(REEL, pictures=np.ascontiguousarray(np.rot90(REEL.pictures, turned // 90, axes=(1, 2))))
    first, again = kept(shelf, REEL), kept(shelf, lying, turned_degrees=turned)

    assert (differing(again.rows["code"][:4], first.rows["code"][0]) <= 24)[0]


def test_a_still_that_is_held(shelf):
    """A still held for a minute and a half is kept once in ten seconds, and what was passed over is counted."""
    held = Reel(
        pictures=np.repeat(REEL.pictures[:1], 90, axis=0), at=tuple(range(0, 90 * TICKS, TICKS)), end=90 * TICKS
    )
    found = kept(shelf, held, key_every=1)

    times = [pts * found.time_base for pts in found.rows["pts"].tolist()]

    assert 9 <= len(times) <= 10  # an encoder's first picture may be a little other than the ones after it
    assert all(late - early >= 10 for early, late in pairwise(times[1:]))
    assert (found.looked, found.same) == (90, 90 - len(times))


def test_one_picture(shelf):
    """A file of one picture has one row, and can be asked for."""
    one = part(REEL, 0, 0.04)
    file = shelf.file(one)

    assert len(coded(file, item(1), jail=shelf.jail)[0].rows) == 1
    assert len(asked(file, jail=shelf.jail).pictures) == 1


def test_flat_pictures(shelf):
    """Flat pictures are looked at and counted, and neither kept nor asked for."""
    found = kept(shelf, FLAT)
    query = asked(shelf.file(FLAT), jail=shelf.jail)

    assert len(found.rows) == 0
    assert found.blank == {"flat": found.looked}
    assert query.pictures == ()
    assert set(query.blank) == {"flat"}


def test_what_is_asked(shelf):
    """A query has pictures at most every 0.7 s or so, each with points, the strongest first, and codes of its parts."""
    query = asked(shelf.file(spliced(REEL, mirrored(grey(REEL)))), jail=shelf.jail)
    gaps = np.diff([float(picture.seconds) for picture in query.pictures])

    assert 10 <= len(query.pictures) <= 26
    assert gaps.min() >= 0.6
    for picture in query.pictures:
        assert len(picture.codes) == len(picture.parts) == len(picture.boxes) == len(picture.mirrors)
        assert len(picture.descriptors) == len(picture.places) == len(picture.strength) > 20
        assert picture.width == 1


def test_sound_without_pictures_has_no_codes(shelf, tmp_path):
    """A file with sound alone has nothing to keep, which is no fault."""
    from made import write_sound

    path = write_sound(tmp_path / "a.m4a", np.sin(np.arange(48_000) / 20).astype(np.float32), codec="aac")
    assert coded(path, item(1), jail=shelf.jail)[0] is None
    assert asked(path, jail=shelf.jail).pictures == ()


# What the jail tells is not believed.


def outcome(name, result, **more):
    return Outcome(name=name, outcome="found", result={**result, **more})


TOLD = {"rows": rows(1, 3).tobytes(), "time_base": Fraction(1, 600), "looked": 3, "same": 0, "blank": {}}


def _counting_too_many():
    made = rows(1, 3)
    made["count"][1] = 200
    return made.tobytes()


@pytest.mark.parametrize(
    "more",
    [
        {"rows": b"abc"},
        {"rows": TOLD["rows"][:-1]},
        {"rows": "text"},
        {"rows": None},
        {"rows": _counting_too_many()},
        {"time_base": Fraction(0)},
        {"time_base": Fraction(-1, 3)},
        {"time_base": None},
        {"looked": "many"},
        {"blank": {"black": "some"}},
    ],
    ids=str,
)
def test_rows_out_of_form(more):
    """An answer that is not rows, or rows that cannot be, is the decoder's confusion and nothing that is kept."""
    assert len(coded_of(outcome("keyframes", TOLD), item(1)).rows) == 3
    with pytest.raises(DecoderConfused):
        coded_of(outcome("keyframes", TOLD, **more), item(1))


PICTURE = {
    "pts": 0,
    "digest": bytes(32),
    "seconds": Fraction(0),
    "width": 1.0,
    "descriptors": bytes(256),
    "places": np.full((2, 5), 0.5, np.float32).tobytes(),
    "parts": ["whole", "whole"],
    "boxes": [(0, 0, 1, 1)] * 2,
    "mirrors": [False, True],
    "codes": bytes(64),
}


@pytest.mark.parametrize(
    "more",
    [
        {"descriptors": bytes(255)},
        {"descriptors": bytes(128)},
        {"places": bytes(39)},
        {"places": np.full((2, 5), np.nan, np.float32).tobytes()},
        {"places": np.full((2, 5), np.inf, np.float32).tobytes()},
        {"codes": bytes(63)},
        {"codes": bytes(96)},
        {"parts": ["whole"]},
        {"mirrors": [True]},
        {"boxes": []},
        {"boxes": [(0, 0, 1)] * 2},
        {"width": 0.0},
        {"width": float("nan")},
        {"width": 2.0},
        {"pts": "now"},
        {"parts": ["whole"] * 99, "mirrors": [True] * 99, "boxes": [(0, 0, 1, 1)] * 99, "codes": bytes(32 * 99)},
    ],
    ids="-".join,
)
def test_a_picture_out_of_form(more):
    """Points, codes and parts that do not fit together are the decoder's confusion, and nothing is asked with them."""
    assert len(asked_of(outcome("asked", {"pictures": [PICTURE], "blank": {}})).pictures) == 1
    with pytest.raises(DecoderConfused):
        asked_of(outcome("asked", {"pictures": [{**PICTURE, **more}], "blank": {}}))


def test_could_not_look():
    """Who could not look did not find nothing: the reason is passed on."""
    with pytest.raises(CannotLook, match="no memory"):
        coded_of(Outcome(name=KEYFRAMES.name, outcome="could_not_look", why="no memory"), item(1))
    with pytest.raises(CannotLook, match="no memory"):
        asked_of(Outcome(name=ASKED.name, outcome="could_not_look", why="no memory"))


def test_nothing_found():
    """No pictures are no rows, and nothing to ask."""
    assert coded_of(Outcome(name=KEYFRAMES.name, outcome="nothing_found"), item(1)) is None
    assert asked_of(Outcome(name=ASKED.name, outcome="nothing_found")).pictures == ()


@pytest.mark.parametrize(
    ("lasts_s", "every_s"),
    [(None, 0.7), (0.5, 0.2), (4.8, 0.2), (12, 0.5), (60, 0.7), (84, 0.7), (240, 2.0), (3600, 4.0), (12 * 3600, 10.8)],
)
def test_how_closely_a_query_is_asked(lasts_s, every_s):
    """A short one so that it cannot fall between key pictures, a long one so that half a minute of it cannot."""
    assert asked_every_s(lasts_s) == pytest.approx(every_s)
