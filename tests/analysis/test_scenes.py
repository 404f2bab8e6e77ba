"""The `scenes` analyser: where footage was cut, on clips whose every change is known."""

from __future__ import annotations

import io

import numpy as np
import PIL.Image
import pytest
from made import Clip, scene_picture, variable_pts, write

from probata.analysis import run
from probata.analysis.kit import AnalyserKit
from probata.analysis.run import NoSuchAnalyser, analyse_file

PTS = variable_pts(120)


def spliced(*lengths):
    """A clip's pictures: a scene for each length, one after the other."""
    scenes = [scene for scene, length in enumerate(lengths) for _ in range(length)]
    return lambda ordinal: scene_picture(scenes[ordinal], ordinal)


def clip_of(path, *lengths, picture=None):
    return write(path, Clip(pts=PTS[: sum(lengths)], picture=picture or spliced(*lengths)))


class TestScenes(AnalyserKit):
    """`scenes` keeps the promises of every analyser."""

    name = "scenes"

    def found(self, folder):
        """Three scenes."""
        return clip_of(folder / "cut.mp4", 30, 20, 30)

    def nothing(self, folder):
        """One scene in which something moves."""
        return clip_of(folder / "whole.mp4", 60)

    def unfit(self, folder):
        """A page that was sent in place of footage."""
        (folder / "page.mp4").write_text("<!doctype html><title>Log in</title>", encoding="utf-8")
        return folder / "page.mp4"


def _changes(file):
    (track,) = analyse_file(file, ["scenes"])
    return [(entry.kind, entry.attributes["start_ordinal"]) for entry in track.entries]


@pytest.mark.parametrize("lengths", [(30, 30), (1, 40), (40, 1), (25, 3, 30), (10, 10, 10, 10, 10)])
def test_every_cut_is_found_at_its_frame(tmp_path, lengths):
    """A cut is at the first frame of the new scene, however short the scenes are; nothing else is told."""
    file = clip_of(tmp_path / "cut.mp4", *lengths)

    assert _changes(file) == [("cut", sum(lengths[: number + 1])) for number in range(len(lengths) - 1)]


def test_a_caption_that_comes_and_goes_is_no_cut(tmp_path):
    """A caption changes a part of the picture at once and leaves the scene as it was: told as that, at its frames."""

    def captioned(ordinal):
        picture = scene_picture(0, ordinal).copy()
        if 20 <= ordinal < 60:
            height, width = picture.shape[:2]
            picture[int(height * 0.8) : int(height * 0.9), int(width * 0.2) : int(width * 0.7)] = 255
        return picture

    file = clip_of(tmp_path / "captioned.mp4", 90, picture=captioned)

    assert _changes(file) == [("part_changed", 20), ("part_changed", 60)]


def test_a_cut_is_told_at_the_exact_time_of_its_frame(tmp_path):
    """Time is the frame's own PTS, in footage whose frames are anything but even."""
    (track,) = analyse_file(clip_of(tmp_path / "cut.mp4", 37, 41), ["scenes"])
    (entry,) = track.entries

    assert entry.start_pts * entry.time_base * 1000 == PTS[37]
    assert track.as_json()["entries"][0]["start_s"] == pytest.approx(PTS[37] / 1000)


def test_a_flash_is_no_cut(tmp_path):
    """A picture lit for a moment, by a camera's flash or a shot, and then as before: nothing was cut."""

    def lit(ordinal):
        picture = scene_picture(0, ordinal)
        return np.full_like(picture, 250) if ordinal in {30, 31, 60} else picture

    assert _changes(clip_of(tmp_path / "flash.mp4", 90, picture=lit)) == []


def test_a_moving_camera_is_no_cut(tmp_path):
    """A picture that glides, or shakes from frame to frame, is one scene."""
    random = np.random.default_rng(3)
    ground = random.integers(30, 225, (30, 60, 3), dtype=np.uint8).repeat(16, axis=0).repeat(16, axis=1)
    shakes = np.random.default_rng(4).integers(0, 5, 120)

    def moved(ordinal):
        left, top = 5 * ordinal, 20 + 3 * int(shakes[ordinal])
        return np.ascontiguousarray(ground[top : top + 96, left : left + 160])

    assert _changes(clip_of(tmp_path / "pan.mp4", 100, picture=moved)) == []


def test_repeated_pictures_are_no_cuts(tmp_path):
    """Footage whose frames are each written four times (low light, screen recordings) has no cut at each fifth."""
    assert _changes(clip_of(tmp_path / "slow.mp4", 100, picture=lambda at: scene_picture(0, at // 4 * 4))) == []


def test_a_dissolve_is_told_as_a_stretch(tmp_path):
    """One scene mixed into another over twenty frames is a dissolve that lies over them, and no cut."""

    def mixed(ordinal):
        part = min(max((ordinal - 40) / 20, 0), 1)
        return (scene_picture(0, 0) * (1 - part) + scene_picture(1, 0) * part).astype(np.uint8)

    (track,) = analyse_file(clip_of(tmp_path / "dissolve.mp4", 100, picture=mixed), ["scenes"])
    (entry,) = track.entries

    assert entry.kind == "dissolve"
    assert 36 <= entry.attributes["start_ordinal"] < entry.attributes["end_ordinal"] <= 64


def test_a_fade_through_black_is_told(tmp_path):
    """Down to black step by step and up again: one fade, out and in, over the black."""

    def faded(ordinal):
        light = min(max(abs(ordinal - 50) - 3, 0) / 12, 1)
        return (scene_picture(int(ordinal > 50), 0) * light).astype(np.uint8)

    (track,) = analyse_file(clip_of(tmp_path / "fade.mp4", 100, picture=faded), ["scenes"])

    assert ("fade", True, True) in [
        (entry.kind, entry.attributes.get("fades_out"), entry.attributes.get("fades_in")) for entry in track.entries
    ]
    assert "cut" not in {entry.kind for entry in track.entries}


def test_the_contact_sheet_has_one_picture_a_scene(tmp_path):
    """The sheet is a PNG with one tile a scene, each of a frame in its own scene, short scenes too."""
    (track,) = analyse_file(clip_of(tmp_path / "cut.mp4", 30, 3, 30), ["scenes"])
    told = track.as_json()["scenes"]
    sheet = PIL.Image.open(io.BytesIO(track.pictures["contact_sheet.png"]))

    assert told["count"] == 3
    assert told["tiles_left_out"] == 0
    first, second, third = told["tiles"]
    assert first < 30 <= second < 33 <= third
    assert sheet.width > 3 * 160
    assert track.as_json()["pictures"].keys() == {"contact_sheet.png"}


def test_sound_alone_cannot_be_looked_at(tmp_path):
    """Footage without pictures is `could_not_look` for an analyser of pictures: never an empty result."""
    import av

    with av.open(str(tmp_path / "sound.m4a"), "w", format="ipod") as out:
        stream = out.add_stream("aac", rate=48_000, layout="mono")
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 4800), np.float32), format="fltp", layout="mono")
        frame.sample_rate = 48_000
        out.mux(stream.encode(frame) + stream.encode(None))

    (track,) = analyse_file(tmp_path / "sound.m4a", ["scenes"])

    assert (track.outcome, track.why) == ("could_not_look", "there are no pictures in the footage")


def test_an_analyser_that_is_not_there_is_named():
    """A name that nobody installed is a refusal that lists what there is."""
    with pytest.raises(NoSuchAnalyser) as caught:
        run.analysers(["shots of another house"])

    assert "scenes" in caught.value.what_to_do
