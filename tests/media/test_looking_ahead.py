"""Stills that are made before they are asked for: the same pictures, bounded, and kept inside the jail."""

from __future__ import annotations

import io
import os

import numpy as np
import PIL.Image
import pytest
from made import Clip, read_ordinal, variable_pts, write

from probata.media.errors import AnotherPicture
from probata.media.jailed import showing
from probata.media.limits import Limits
from probata.media.passes import watch
from probata.media.stills import StillReader, Wanted
from probata.media.wire import CellDied


@pytest.fixture(scope="module")
def clip(folder):
    """Sixty frames, coded out of order, few of them keys."""
    return write(folder / "ahead.mp4", Clip(pts=variable_pts(60)))


@pytest.fixture
def reader(clip, jail):
    """What the cell runs, held here so that one can look into it."""
    handle = os.open(clip, os.O_RDONLY)
    table = watch(clip, jail=jail).table
    with showing._Reader(handle=handle, table=table, limits=Limits(), packed=False) as held:
        yield held
    os.close(handle)


def _ordinals(stills):
    return [read_ordinal(np.asarray(PIL.Image.open(io.BytesIO(one.png)))) for one in stills]


def _ask(reader, *ordinals):
    return [reader.still(Wanted(ordinal=one)) for one in ordinals]


@pytest.mark.parametrize(("steps", "following"), [((20, 21), 22), ((20, 19), 18), ((40, 30), 20), ((0, 1), 2)])
def test_whoever_steps_finds_the_next_still_made(reader, monkeypatch, steps, following):
    """On or back, by one or by ten: nothing is decoded when it is asked for."""
    _ask(reader, *steps)
    reader.look_ahead()
    monkeypatch.setattr(showing._Reader, "_tries", lambda *_asked: pytest.fail("it was decoded again"))
    (made,) = _ask(reader, following)
    assert (made.ordinal, *_ordinals([made])) == (following, following)


@pytest.mark.parametrize("asked", [(20,), (20, 45), (20, 20), (58, 59), (1, 0)])
def test_nothing_is_made_ahead_of_a_jump_or_beyond_the_ends(reader, asked):
    """Only a step tells where somebody goes."""
    _ask(reader, *asked)
    reader.look_ahead()
    assert reader._made is None


def test_a_step_back_decodes_nothing_again(reader, monkeypatch):
    """What was decoded on the way to a frame is kept for steps back."""
    at = next(key + 3 for key in reader.table.keys if key + 3 not in reader.table.keys)
    _ask(reader, at)
    monkeypatch.setattr(reader, "_frames", iter(()))
    for way in ("_from_key", "_start_over"):
        monkeypatch.setattr(showing._Reader, way, lambda *_asked: pytest.fail("it was decoded again"))
    assert _ordinals(_ask(reader, at - 1, at - 2, at)) == [at - 1, at - 2, at]


def test_what_is_kept_is_bounded_and_forgotten(reader, monkeypatch):
    """The oldest go first, and when nobody asks for a while all go; what comes then is right all the same."""
    (size,) = {showing._size_bytes(frame) for frame in (reader.still(Wanted(ordinal=30)), *reader._kept.values())[1:]}
    monkeypatch.setattr(showing, "_KEPT_BYTES", 3 * size)
    _ask(reader, 33, 34)
    assert set(reader._kept) == {32, 33, 34}
    reader.look_ahead()
    reader.forget()
    assert (reader._made, len(reader._kept), reader._kept_bytes) == (None, 0, 0)
    assert _ordinals(_ask(reader, 35, 34, 2)) == [35, 34, 2]


def test_what_fails_ahead_is_told_when_it_is_asked_for(reader, monkeypatch):
    """Looking ahead says nothing; the frame itself then says what is wrong with it."""
    _ask(reader, 10, 11)
    proved = showing._Reader._proved

    def refuse(held, ordinal):
        if ordinal == 12:
            raise AnotherPicture(ordinal=12, found="nothing", expected="another")
        return proved(held, ordinal)

    monkeypatch.setattr(showing._Reader, "_proved", refuse)
    reader.look_ahead()
    assert _ask(reader, 11)[0].ordinal == 11
    with pytest.raises(AnotherPicture):
        _ask(reader, 12)


def test_a_cell_that_died_looking_ahead_is_no_answer_about_another_frame(clip, jail, monkeypatch):
    """A warm cell that is gone is tried once more, in a fresh one; a fresh one that dies is told."""
    table = watch(clip, jail=jail).table
    with StillReader(clip, table, jail=jail) as reader:
        reader.still(3)
        jail.kill()
        assert reader.still(4).ordinal == 4
        opened = StillReader._open

        def dying(held):
            cell = opened(held)
            jail.kill()
            return cell

        monkeypatch.setattr(StillReader, "_open", dying)
        with pytest.raises(CellDied):
            reader.still(5)


def test_quick_stills_are_the_same_pictures(clip, jail):
    """Packed or not, every sample is the same; what is quick to make has more bytes."""
    table = watch(clip, jail=jail).table
    found = []
    for packed in (True, False):
        with StillReader(clip, table, jail=jail, packed=packed) as reader:
            found.append([reader.still(ordinal).png for ordinal in (7, 8, 9)])
    for one, other in zip(*found, strict=True):
        assert len(one) < len(other)
        assert np.array_equal(PIL.Image.open(io.BytesIO(one)), PIL.Image.open(io.BytesIO(other)))


def test_a_long_walk_stays_within_what_a_cell_may_have(tmp_path, jail):
    """What is kept of each frame is its picture alone: several hundred steps on and back need no more memory."""
    made = write(tmp_path / "long.mp4", Clip(pts=tuple(range(0, 400 * 512, 512))))
    table = watch(made, jail=jail).table
    with StillReader(made, table, jail=jail, packed=False) as reader:
        for ordinal in (*range(table.count), *range(table.count - 1, 0, -1)):
            assert reader.still(ordinal).ordinal == ordinal
