"""The table of frames: every answer it gives is exact, and a stored table reads back the same."""

from __future__ import annotations

import gzip
import json
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probata.media.errors import NoSuchFrame, TableUnreadable
from probata.media.table import PtsTable
from probata.terms.errors import InvalidValue
from probata.terms.spans import Moment


def table(pts, *, durations=None, time_base=Fraction(1, 90_000), origin_s=Fraction(0), **columns):
    """A table of frames with these PTS."""
    highest, out_of_order = None, []
    for ordinal, one in enumerate(pts):
        if highest is not None and one <= highest:
            out_of_order.append(ordinal)
        highest = one if highest is None else max(highest, one)
    return PtsTable(
        stream=0,
        time_base=time_base,
        origin_s=origin_s,
        pts=tuple(pts),
        durations=tuple(durations or [0] * len(pts)),
        out_of_order=tuple(out_of_order),
        digests=b"".join(bytes([ordinal % 256] * 32) for ordinal in range(len(pts))),
        **({"keys": (0,) if pts else ()} | columns),
    )


rising = st.lists(st.integers(1, 10_000), min_size=1, max_size=60).flatmap(
    lambda steps: st.integers(-50_000, 50_000).map(lambda start: [start + sum(steps[:at]) for at in range(len(steps))])
)
time_bases = st.sampled_from([Fraction(1, 90_000), Fraction(1, 1000), Fraction(1001, 30_000), Fraction(1, 1_200_000)])


@given(rising, time_bases, st.sampled_from([Fraction(0), Fraction(-1, 2)]))
def test_every_frame_is_found_at_every_time_of_its_interval(pts, time_base, origin_s):
    """A frame is the one on screen from its PTS up to, not including, the next: and where a player must seek for it."""
    frames = table(pts, time_base=time_base, origin_s=origin_s)
    for ordinal in range(frames.count):
        shown = frames.interval(ordinal)
        assert frames.shown_at(shown.start) == ordinal
        seek = Fraction(frames.seek_text(ordinal)) + origin_s
        assert shown.start.seconds < seek < shown.end.seconds
        assert frames.from_media_time(float(shown.start.seconds - origin_s)) == ordinal
    assert frames.shown_at(Moment(pts=pts[0] - 1, time_base=time_base)) is None
    assert frames.shown_at(Moment(pts=pts[-1] + 10**9, time_base=time_base)) == frames.count - 1


@given(rising)
def test_a_player_that_rounds_to_microseconds_is_understood(pts):
    """`mediaTime` is a time in whole microseconds; the frame is found all the same where frames are not closer."""
    frames = table([one * 90 for one in pts])
    for ordinal, one in enumerate(frames.pts):
        for rounded in (int(Fraction(one, 90_000) * 10**6), round(Fraction(one, 90_000) * 10**6)):
            assert frames.from_media_time(rounded / 10**6) == ordinal


@given(st.lists(st.integers(-1000, 1000), min_size=1, max_size=40))
def test_time_that_runs_backwards_is_still_answered(pts):
    """Frames out of order or with one PTS are marked, and whoever asks by time gets the frame that is shown then."""
    frames = table(pts)
    for ordinal, one in enumerate(pts):
        assert ordinal in frames.by_pts(one)
        shown = frames.shown_at(Moment(pts=one, time_base=frames.time_base))
        assert frames.pts[shown] == one
        hidden = frames.interval(ordinal) is None
        assert hidden == (ordinal != frames.by_pts(one)[-1])
        if hidden:
            with pytest.raises(NoSuchFrame):
                frames.seek_s(ordinal)
        assert frames.at(ordinal).out_of_order == (ordinal in frames.out_of_order)


@given(rising, st.data())
def test_a_stored_table_reads_back_the_same(pts, data):
    """To bytes and back: nothing is lost, and equal tables have equal bytes and digests."""
    some = data.draw(st.lists(st.sampled_from(range(len(pts))), unique=True).map(lambda found: tuple(sorted(found))))
    frames = table(pts, keys=some, damaged=some, derived=some, decoder={"av": "18"}, faults=("a fault",))
    stored = frames.to_bytes()

    assert stored[4:8] == bytes(4)  # gzip's time of making (RFC 1952, 2.3.1): none
    assert PtsTable.from_bytes(stored) == frames
    assert PtsTable.from_bytes(stored).to_bytes() == stored
    assert PtsTable.from_bytes(gzip.compress(frames.canonical(), 1)).content_digest == frames.content_digest


@given(rising, st.data())
def test_the_key_before_a_frame_is_the_last_one(pts, data):
    """Decoding starts at the last key frame that is not after the wanted one; at 0 where the table marks none."""
    keys = data.draw(st.lists(st.sampled_from(range(len(pts))), unique=True).map(lambda found: tuple(sorted(found))))
    frames = table(pts, keys=keys)
    for ordinal in range(len(pts)):
        assert frames.key_at_or_before(ordinal) == max([key for key in keys if key <= ordinal], default=0)


def test_the_last_frame_lasts_as_long_as_it_says_or_as_others_do():
    """A last frame without a duration is given the usual step, so that a player can be sent into it."""
    assert table([0, 10, 20, 40], durations=[0, 0, 0, 7]).interval(3).end_pts == 47
    assert table([0, 10, 20, 40]).interval(3).end_pts == 50
    assert table([5]).interval(0).end_pts == 6


@pytest.mark.parametrize("ordinal", [-1, 3, 1000])
def test_an_ordinal_that_is_not_there_is_refused(ordinal):
    """Ordinals count from 0; none wraps round to the end."""
    frames = table([0, 10, 20])
    for ask in (frames.at, frames.digest, frames.interval, frames.seek_s):
        with pytest.raises(NoSuchFrame):
            ask(ordinal)


def test_an_empty_table_answers():
    """A table without frames says so rather than failing."""
    frames = table([])
    assert frames.count == 0
    assert frames.shown_at(Moment(pts=0, time_base=Fraction(1))) is None
    with pytest.raises(NoSuchFrame):
        frames.from_media_time(0)


@pytest.mark.parametrize(
    "change",
    [
        {"schema": "probata/frames/2"},
        {"pts": [0, "1"]},
        {"pts": [0]},
        {"digests": ["zz", "00"]},
        {"keys": [7]},
        {"keys": [-1]},
        {"time_base": "0/1"},
        {"time_base": "1/0"},
        {"unknown": 1},
    ],
)
def test_a_table_that_is_none_is_refused(change):
    """What does not hold together is refused when read, with a reason; never half used."""
    columns = json.loads(table([0, 10]).canonical()) | change

    with pytest.raises((TableUnreadable, InvalidValue)):
        PtsTable.from_bytes(gzip.compress(json.dumps(columns).encode()))


@pytest.mark.parametrize(
    "stored", [b"", b"\x1f\x8b", b"no gzip at all", gzip.compress(b"[]", mtime=0), gzip.compress(b"{}", mtime=0)[:-4]]
)
def test_bytes_that_are_no_table_are_refused(stored):
    """Truncated or foreign bytes are a stated refusal."""
    with pytest.raises(TableUnreadable):
        PtsTable.from_bytes(stored)


def test_a_table_that_unpacks_without_end_is_refused():
    """A small file that unpacks to a very large one is stopped at the cap."""
    with pytest.raises(TableUnreadable, match="more than 1000"):
        PtsTable.from_bytes(gzip.compress(bytes(10_000)), most_bytes=1000)


def test_columns_of_different_length_are_refused_when_made():
    """A table refuses nonsense when it is made."""
    with pytest.raises(InvalidValue):
        PtsTable(
            stream=0,
            time_base=Fraction(1),
            origin_s=Fraction(0),
            pts=(0, 1),
            durations=(0,),
            keys=(),
            digests=bytes(64),
        )
