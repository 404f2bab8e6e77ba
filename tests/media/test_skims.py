"""A skim: key pictures first, or stretches in full; every picture shown is one that the table of frames has."""

from __future__ import annotations

import os
import random
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made import Clip, impulses, scene_picture, variable_pts, write, write_sound
from test_one_pass import CLIPS

from probata.media import skims, wire
from probata.media.errors import OverLimit
from probata.media.jailed import skimming, watching
from probata.media.limits import Limits
from probata.media.passes import Consumer, watch
from probata.media.skims import UNCOUNTED, skim
from probata.terms.errors import FootageError, InvalidValue

LONG = variable_pts(300)  # twelve seconds or so
GROUPS = {
    "keys-every-second.mp4": Clip(pts=LONG, key_every=20, options={"x264-params": "scenecut=0"}),
    "cuts.mp4": Clip(pts=LONG, key_every=20),
    "one-key.mp4": Clip(pts=LONG, key_every=1000, b_frames=3),
    "one-key.ts": Clip(pts=LONG, key_every=1000, b_frames=2, container="mpegts"),
    "open-groups.mp4": Clip(
        pts=LONG, key_every=40, b_frames=3, options={"x264-params": "open-gop=1:b-pyramid=normal:scenecut=0"}
    ),
    "refresh.mp4": Clip(pts=LONG, key_every=40, options={"x264-params": "intra-refresh=1"}),
    "long-groups.webm": Clip(pts=LONG, key_every=120, codec="libvpx-vp9"),
    "long-groups.mkv": Clip(pts=LONG, key_every=120, codec="libx265", b_frames=3),
}
EVERY = {**CLIPS, **GROUPS}


class Onlooker:
    """Keeps the address of every picture that it sees, and what it hears."""

    def __init__(self):
        self.seen, self.blocks = [], []

    def see(self, frame):
        self.seen.append((frame.ordinal, frame.pts, frame.digest, frame.key, frame.seconds))

    def hear(self, block):
        self.blocks.append(block)

    def finish(self):
        return len(self.seen)


class OnlySees:
    def __init__(self):
        self.seen = []

    def see(self, frame):
        self.seen.append(frame.pts)

    def finish(self):
        return None


def skim_here(file, *, gap_s=Fraction(2), spans=(), limits=None, looker=None):
    """A skim in this process, so that a test can keep what was shown."""
    one = looker or Onlooker()
    request = wire.Skim(limits=limits or Limits(), consumers=(), gap_s=gap_s, spans=skims._merged(spans))
    handle = os.open(file, os.O_RDONLY)
    try:
        return one, skimming.skimmed(handle, request, [watching._Attendant("one", made=one)], lambda _progress: None)
    finally:
        os.close(handle)


@pytest.fixture(scope="module")
def tabled(folder, jail):
    """A clip by its name and its table, made by a whole pass."""
    tables = {}

    def made(name):
        file = folder / name
        if not file.exists():
            write(file, EVERY[name])
        if name not in tables:
            tables[name] = watch(file, jail=jail).table
        return file, tables[name]

    return made


@pytest.fixture(scope="module", params=sorted(EVERY))
def clip(request, tabled):
    """Each clip, its name and its table."""
    return request.param, *tabled(request.param)


def test_a_skim_shows_pictures_of_the_table(clip):
    """Every picture shown has the PTS and the digest of one frame of the table, in order, and no ordinal."""
    _name, file, table = clip

    one, result = skim_here(file)

    assert one.seen
    for ordinal, pts, digest, _key, seconds in one.seen:
        assert ordinal == UNCOUNTED
        assert seconds == pts * table.time_base
        assert digest in {bytes.fromhex(table.digest(at).hex) for at in table.by_pts(pts)}
    assert [pts for _, pts, *_ in one.seen] == sorted({pts for _, pts, *_ in one.seen})
    assert result.pictures == len(one.seen)


def test_no_gap_is_longer_than_asked(clip):
    """Pictures follow each other within the gap and the few frames to the next that others lean on."""
    name, file, table = clip

    one, _result = skim_here(file, gap_s=Fraction(1, 2))

    times = [float(seconds) for *_, seconds in one.seen] + [float(table.pts[-1] * table.time_base)]
    assert times[0] == float(table.pts[0] * table.time_base)
    # Packets of footage that is refreshed bit by bit are marked as key pictures once and hold none.
    assert max(np.diff(times)) <= (1.5 if name == "refresh.mp4" else 1.1)


def test_keys_alone_are_decoded_where_they_are_near(folder, jail):
    """Footage with a key picture a second is shown by its key pictures alone."""
    file = folder / "keys-every-second.mp4"
    if not file.exists():
        write(file, EVERY[file.name])
    table = watch(file, jail=jail).table

    one, _result = skim_here(file)

    keys = [table.pts[key] for key in table.keys]
    assert len(one.seen) > 10
    assert {pts for _, pts, *_ in one.seen} <= set(keys)
    assert all(any(abs(key - pts) < table.time_base**-1 / 4 for _, pts, *_ in one.seen) for key in keys)


def test_pictures_that_are_all_keys_are_thinned(folder):
    """Footage of key pictures alone is shown eight times a gap at most."""
    file = write(folder / "all-keys.mkv", Clip(pts=range(0, 4000, 40), codec="mjpeg", pixel_format="yuvj422p"))

    one, _result = skim_here(file, gap_s=Fraction(2))

    assert 14 <= len(one.seen) <= 17


SPANS = st.lists(
    st.tuples(st.integers(-5, 140), st.integers(0, 40)).map(lambda s: (Fraction(s[0], 10), Fraction(s[0] + s[1], 10))),
    min_size=1,
    max_size=4,
)


@settings(max_examples=12, deadline=None)
@given(data=st.data())
@pytest.mark.parametrize("name", sorted(EVERY))
def test_spans_are_shown_in_full_and_nothing_else(name, tabled, data):
    """Inside the spans every picture of the table is shown, with its digest; outside none."""
    file, table = tabled(name)
    spans = data.draw(SPANS)

    one, result = skim_here(file, spans=spans)

    wanted = [
        (pts, bytes.fromhex(table.digest(at).hex))
        for at, pts in enumerate(table.pts)
        if any(start <= pts * table.time_base <= end for start, end in spans)
    ]
    assert [(pts, digest) for _, pts, digest, *_ in one.seen] == wanted
    assert result.pictures == len(wanted)


def test_spans_of_long_footage_are_found_by_seeking(folder, jail):
    """A stretch late in long footage is decoded from the key picture before it, not from the start."""
    file = write(
        folder / "long.mp4", Clip(pts=range(0, 120_000, 50), key_every=40, picture=lambda n: scene_picture(n // 60, n))
    )
    one, _result = skim_here(file, spans=[(100, 101)])

    assert [seconds for *_, seconds in one.seen] == [Fraction(at, 1000) for at in range(100_000, 101_001, 50)]


def test_sound_is_heard_to_the_end_in_a_skim(folder, jail):
    """A skim hears all sound that a pass hears, at the same place."""
    clicks = [0.5, 7.25]
    file = write(folder / "heard.mp4", Clip(pts=LONG, key_every=60, sound=impulses(12, clicks)))

    one, _result = skim_here(file)

    samples = np.concatenate([block.mono for block in one.blocks])
    assert abs(len(samples) / 48_000 - 12) < 0.1
    for click in clicks:
        near = samples[int((click - 0.1) * 48_000) : int((click + 0.1) * 48_000)]
        assert np.abs(near).max() > 0.3


def test_sound_of_spans_is_placed_by_anchors(folder):
    """Inside a span the sound lies at its own time."""
    file = write(folder / "spans-heard.mp4", Clip(pts=LONG, key_every=60, sound=impulses(12, [3.5, 9.0])))

    one, _result = skim_here(file, spans=[(3, 4), (8.5, 9.5)])

    samples = np.concatenate([block.mono for block in one.blocks])
    assert abs(len(samples) / 48_000 - 2) < 0.2
    anchors = one.blocks[-1].anchors
    loud = np.flatnonzero(np.abs(samples) > 0.3)
    heard = set()
    for sample in loud:
        anchor = [one for one in anchors if one.sample <= sample][-1]
        heard.add(round(float(anchor.seconds) + (sample - anchor.sample) / 48_000, 1))
    assert heard == {3.5, 9.0}


def test_what_nobody_hears_is_not_decoded(folder):
    """Pictures alone are decoded for those who only see, and the facts name the sound all the same."""
    file = folder / "heard-2.mp4"
    write(file, Clip(pts=LONG, key_every=60, sound=impulses(12, [1])))

    _one, result = skim_here(file, looker=OnlySees())

    assert result.facts.sound is not None
    assert result.pictures


def test_sound_alone_is_skimmed(folder):
    """A sound file is heard, and has no pictures."""
    file = write_sound(folder / "alone-skim.m4a", impulses(1.0, [0.5]), codec="aac", container="ipod")

    one, result = skim_here(file)

    assert one.blocks
    assert (result.pictures, result.last_s) == (0, None)


def test_through_the_jail(folder, jail):
    """In the jail a skim gives each consumer an outcome of its own, and tells of progress."""
    file = folder / "jailed.mp4"
    write(file, Clip(pts=LONG, key_every=60))
    told = []
    asked = [
        Consumer(name="missing", target="no_such_module:Class"),
        Consumer(name="views", target="probata.copies.jailed.sights:SmallViews"),
    ]

    result = skim(file, asked, spans=[(2, 3), (2.5, 4)], progress=told.append, jail=jail)

    assert result.outcomes["missing"].outcome == "could_not_look"
    assert result.outcomes["views"].outcome == "found"
    assert len(result.outcomes["views"].result["pts"]) == result.pictures > 20
    assert told


@pytest.mark.parametrize("spans", [[(2, 1)], [(0, float("nan"))], [(0, float("inf"))]])
def test_spans_that_are_none_are_refused(folder, spans):
    """A span that ends before it starts, or nowhere, is refused before anything is opened."""
    with pytest.raises(InvalidValue):
        skim(folder / "nothing.mp4", spans=spans)


def test_more_pictures_than_granted_are_refused(folder):
    """The cap on frames counts those that are passed over, too."""
    file = folder / "caps.mp4"
    write(file, Clip(pts=LONG, key_every=20))

    with pytest.raises(OverLimit, match="frames"):
        skim_here(file, limits=Limits(frames=100))


@pytest.mark.parametrize("spans", [(), ((1, 2), (5, 9))])
def test_damaged_footage_ends_in_a_stated_outcome(folder, spans):
    """Bytes changed at random are skimmed as far as they can be, or refused by an error of ours."""
    file = folder / "sound-and-groups.mp4"
    if not file.exists():
        write(file, Clip(pts=LONG, key_every=40, b_frames=2, sound=impulses(12, [1])))
    whole = file.read_bytes()
    for seed in range(25):
        lot = random.Random(seed)
        harmed = bytearray(whole if seed % 3 else whole[: lot.randrange(len(whole))])
        for _ in range(lot.choice([1, 20, 400])):
            harmed[lot.randrange(len(harmed))] = lot.randrange(256)
        broken = folder / "harmed.mp4"
        broken.write_bytes(harmed)
        try:
            skim_here(broken, spans=spans)
        except (FootageError, skimming.av.FFmpegError):
            continue
