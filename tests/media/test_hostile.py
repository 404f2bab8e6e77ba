"""Hostile footage ends as a stated outcome: no other file is opened, no socket, and whoever asked lives on."""

from __future__ import annotations

import collections
import contextlib
import os
from fractions import Fraction
from pathlib import Path

import hostile
import PIL.Image
import pytest
from attrs import evolve
from made import Clip, impulses, ordinal_picture, variable_pts, write

from probata.engines.sandbox import CellDied
from probata.media.errors import AnotherPicture, NotMedia, OverLimit, Unreadable
from probata.media.limits import Limits
from probata.media.passes import Consumer, watch
from probata.media.probe import probe
from probata.media.stills import StillReader, still
from probata.media.table import PtsTable
from probata.terms.errors import FootageError

FUZZED = 2000
STATED = {
    "seen",
    "unreadable",
    "not_media",
    "over_limit",
    "decoder_not_listed",
    "decoder_died",
    "decoder_out_of_memory",
    "decoder_out_of_time",
}
TIGHT = Limits(memory_bytes=2 << 30, wall_s=10, silence_s=10)


@pytest.fixture(scope="module")
def sound_clip(folder):
    """A sound clip, to be damaged, and to be looked at after every attack."""
    return write(folder / "sound.mp4", Clip(pts=variable_pts(20), sound=impulses(0.8, [0.2])))


def _reading_shows(folder):
    # The check above can fail: reading a file changes its time of access here, or the file system keeps none.
    control = folder / "control"
    control.write_bytes(b"read")
    os.utime(control, (0, 0))
    control.read_bytes()
    return control.stat().st_atime > 0 or "noatime" in Path("/proc/mounts").read_text()


@pytest.mark.parametrize("attack", hostile.ATTACKS, ids=lambda attack: attack.__name__)
@pytest.mark.parametrize("name", ["evil.mp4", "evil.m3u8", "evil.mkv"])
def test_a_file_that_names_another_is_refused_and_opens_nothing(tmp_path, sound_clip, jail, attack, name):
    """Whatever a file asks to be opened beside it, no byte of the other is read: it is refused, by a stated error."""
    canary = tmp_path / "canary.mp4"
    canary.write_bytes(sound_clip.read_bytes())
    os.utime(canary, (0, 0))
    evil = tmp_path / name
    evil.write_bytes(attack(canary))

    with pytest.raises((NotMedia, Unreadable)):
        watch(evil, jail=jail)
    with contextlib.suppress(NotMedia, Unreadable):
        told = probe(evil, jail=jail)
        assert told.sound is None
        assert attack in {hostile.subtitle_in_avi, hostile.elsewhere_in_mov}

    assert canary.stat().st_atime == 0
    assert _reading_shows(tmp_path)
    assert probe(sound_clip, jail=jail).media_type == "video/mp4"


def test_the_smallest_attack_is_ninety_five_bytes(tmp_path, jail):
    """The playlist that made another decoder show another case's footage: told as what it is."""
    evil = tmp_path / "evil.mp4"
    evil.write_bytes(hostile.playlist(Path("/other-cases/sealed/footage/of/another/.mp4"))[:95])
    assert len(evil.read_bytes()) == 95

    with pytest.raises(NotMedia, match="mpegurl"):
        probe(evil, jail=jail)


@pytest.mark.parametrize("part", [0.02, 0.4, 0.6, 0.9, 0.99])
@pytest.mark.parametrize("front", [True, False])
def test_a_truncated_file_gives_what_is_left_or_says_why_not(folder, tmp_path, jail, part, front):
    """With its index in front, a cut file gives the frames that are there and says it is cut; else it is unreadable."""
    name = "front.mp4" if front else "back.mp4"
    options = {"movflags": "faststart"} if front else {}
    whole = folder / name
    if not whole.exists():
        write(whole, Clip(pts=variable_pts(60), container_options=options))
    cut = tmp_path / name
    cut.write_bytes(whole.read_bytes()[: int(whole.stat().st_size * part)])
    complete = watch(whole, jail=jail)
    assert not complete.facts.truncated

    if not front or part < 0.1:
        with pytest.raises(Unreadable) as caught:
            watch(cut, jail=jail)
        assert caught.value.what_to_do
        return

    seen = watch(cut, jail=jail)
    assert seen.facts.truncated
    assert 0 < seen.table.count < 60
    same = seen.table.count - 2  # the last pictures may be half there
    assert seen.table.digests[: 32 * same] == complete.table.digests[: 32 * same]


def test_a_picture_of_thirty_thousand_squared_is_refused_before_it_is_made(tmp_path, jail):
    """A small file that unpacks to 900 million pixels costs neither memory nor time."""
    bomb = tmp_path / "bomb.png"
    bomb.write_bytes(hostile.vast_png(30_000))
    assert bomb.stat().st_size < 200_000

    with pytest.raises((OverLimit, Unreadable)):
        watch(bomb, jail=jail)


def test_a_large_picture_within_the_limit_is_shown(tmp_path, jail):
    """A hundred million pixels, as telephones make them, are no attack."""
    large = tmp_path / "large.png"
    large.write_bytes(hostile.vast_png(10_000))

    assert watch(large, jail=jail).table.count == 1


def test_memory_beyond_the_grant_is_a_stated_end(tmp_path, jail):
    """A decoder that wants more memory than it may have ends, and is told as that; the next file is looked at."""
    large = tmp_path / "large.png"
    large.write_bytes(hostile.vast_png(14_000, bit_depth=8))

    with pytest.raises(FootageError) as caught:
        watch(large, jail=jail, limits=Limits(memory_bytes=400 << 20))

    assert caught.value.code in {"decoder_out_of_memory", "unreadable"}
    assert caught.value.what_to_do


def test_a_consumer_that_takes_the_decoder_down_is_told(sound_clip, jail):
    """A plug-in that crashes its process is a stated end of the look; the next look is sound."""
    with pytest.raises(CellDied, match="SIGABRT"):
        watch(sound_clip, [Consumer(name="crashes", target="os:abort")], jail=jail)

    assert watch(sound_clip, jail=jail).table.count == 20


def test_a_still_of_another_file_is_refused(folder, sound_clip, jail):
    """A table that belongs to other footage shows nothing: the digest of the picture decides."""
    other = write(
        folder / "swapped.mp4", Clip(pts=variable_pts(20), picture=lambda ordinal: ordinal_picture(ordinal + 100))
    )
    table = watch(other, jail=jail).table

    with pytest.raises(AnotherPicture, match="another picture"):
        still(sound_clip, table, 3, jail=jail)


def test_a_table_whose_digest_was_changed_shows_nothing(sound_clip, jail):
    """One changed bit of a stored digest is enough for a refusal; its neighbours are still shown."""
    table = watch(sound_clip, jail=jail).table
    digests = bytearray(table.digests)
    digests[5 * 32] ^= 1
    changed = PtsTable.from_bytes(evolve(table, digests=bytes(digests)).to_bytes())

    with StillReader(sound_clip, changed, jail=jail) as reader:
        with pytest.raises(AnotherPicture):
            reader.still(5)
        assert reader.still(6).ordinal == 6


@pytest.mark.parametrize(
    ("name", "clip"),
    [
        ("broken.mp4", Clip(pts=variable_pts(60), b_frames=2)),
        ("broken.mkv", Clip(pts=variable_pts(60), codec="libx265")),
        ("broken.webm", Clip(pts=variable_pts(60), codec="libvpx-vp9")),
        ("broken.avi", Clip(pts=range(60), time_base=Fraction(1, 30), codec="mpeg4")),
    ],
)
def test_stills_of_damaged_footage_are_exact(folder, tmp_path, jail, name, clip):
    """Where the decoder conceals damage, a still shows what the pass saw, at the digest that the pass took."""
    whole = write(folder / name, clip).read_bytes()
    broken = bytearray(whole)
    for place in range(len(whole) // 4, len(whole) * 3 // 4, len(whole) // 9):
        broken[place] ^= 0x55
    file = tmp_path / name
    file.write_bytes(broken)
    seen = watch(file, jail=jail)
    sound = watch(folder / name, jail=jail)
    assert seen.table.digests != sound.table.digests
    assert seen.table.count > 30

    with StillReader(file, seen.table, jail=jail) as reader:
        for ordinal in [*range(seen.table.count - 1, 0, -7), *range(seen.table.count)]:
            assert reader.still(ordinal).digest == seen.table.digest(ordinal)


@pytest.mark.slow
def test_two_thousand_damaged_files_end_as_stated_outcomes(folder, tmp_path, jail):
    """Each of 2,000 damaged files, in a cell of its own, is seen or refused with a code; the jail stays sound."""
    clips = _small_clips(folder)
    wholes = [clip.read_bytes() for clip in clips]
    before = [watch(clip, jail=jail).table.digests for clip in clips]
    ends = collections.Counter()
    file = tmp_path / "damaged"
    for seed in range(FUZZED):
        file.write_bytes(hostile.damaged(wholes[seed % len(wholes)], seed))
        try:
            seen = watch(file, limits=TIGHT, jail=jail)
        except FootageError as error:
            ends[error.code if error.what_to_do else "without advice"] += 1
        else:
            ends["seen"] += 1
            assert seen.table is not None or seen.facts.sound is not None, seed

    assert sum(ends.values()) == FUZZED
    assert ends["seen"] > FUZZED / 5, ends
    assert ends["unreadable"] > FUZZED / 50, ends
    assert set(ends) <= STATED, ends
    assert [watch(clip, jail=jail).table.digests for clip in clips] == before


def _small_clips(folder):
    def small(ordinal):
        return ordinal_picture(ordinal, width=96, height=64)

    pts = variable_pts(8)
    made = [
        write(folder / "small.mp4", Clip(pts=pts, picture=small, b_frames=2, key_every=4, sound=impulses(0.3, [0.1]))),
        write(folder / "small.mkv", Clip(pts=pts, picture=small, codec="libx265", key_every=4)),
        write(folder / "small.webm", Clip(pts=pts, picture=small, codec="libvpx-vp9")),
        write(folder / "small.avi", Clip(pts=range(8), picture=small, codec="mpeg4")),
        write(folder / "small.ts", Clip(pts=pts, picture=small, container="mpegts")),
        write(folder / "small-av1.mp4", Clip(pts=pts, picture=small, codec="libsvtav1")),
        write(folder / "small.flv", Clip(pts=pts, picture=small, codec="flv")),
    ]
    for kind in ("png", "jpg", "webp"):
        PIL.Image.fromarray(small(1)).save(folder / f"small.{kind}")
        made.append(folder / f"small.{kind}")
    return made
