"""The built-in matching methods keep what every method promises, each alone, on drawn footage and made sound."""

from __future__ import annotations

import numpy as np
import pytest
from made import write_sound
from made_copies import cropped, film, graded, held, mirrored, part, reel, resized, scene
from sounds import RATE_HZ, hiss, voice

from probata.copies import run
from probata.copies.kit import MethodKit
from probata.copies.run import NoSuchMethod


class OfPictures(MethodKit):
    """Drawn places, for every method that watches pictures."""

    def footage(self, folder):
        """A place from a hand."""
        return film(folder / "footage.mp4", scene(1, 1, 2.0, camera=held(1)))

    def copy(self, folder):
        """The same, small and darker."""
        return film(folder / "copy.mp4", graded(resized(scene(1, 1, 2.0, camera=held(1)), 240, 136), 0.8, 10), crf=28)

    def other(self, folder):
        """Another place."""
        return film(folder / "other.mp4", scene(2, 2, 2.0, camera=held(2)))

    def noise(self, folder):
        """Flat pictures, which have neither places nor waves."""
        return film(folder / "noise.mp4", reel(np.full((30, 180, 320, 3), 90, np.uint8)))


class TestLocalFeatures(OfPictures):
    """`local_features` keeps the promises of every matching method."""

    name = "local_features"


class TestFrameCodes(OfPictures):
    """`frame_code` keeps the promises of every matching method."""

    name = "frame_code"


def test_a_frame_code_tells_a_mirrored_copy(tmp_path):
    """The whole mirrored is found at its moments, and each of the best hits says that it is mirrored."""
    whole = scene(3, 3, 3.0, camera=held(3))
    told = run.explain(film(tmp_path / "a.mp4", mirrored(whole)), film(tmp_path / "b.mp4", whole), "frame_code")

    assert told.hits[0].mirror
    assert abs(told.hits[0].a_s - told.hits[0].b_s) < 0.1


class TestSoundPrint(MethodKit):
    """`sound_print` keeps the promises of every matching method."""

    name = "sound_print"

    def footage(self, folder):
        """Somebody speaking."""
        return write_sound(folder / "footage.wav", voice(1, 6.0), codec="pcm_s16le", rate_hz=RATE_HZ)

    def copy(self, folder):
        """The same as AAC, half as loud."""
        return write_sound(folder / "copy.m4a", voice(1, 6.0) / 2, codec="aac", rate_hz=RATE_HZ, container="ipod")

    def other(self, folder):
        """Somebody else."""
        return write_sound(folder / "other.wav", voice(2, 6.0), codec="pcm_s16le", rate_hz=RATE_HZ)

    def noise(self, folder):
        """Hiss."""
        return write_sound(folder / "noise.wav", hiss(3, 4.0), codec="pcm_s16le", rate_hz=RATE_HZ)


def test_local_features_tell_a_mirrored_crop(tmp_path):
    """A mirrored crop is found at its moments, and each hit says that it is mirrored."""
    whole = scene(3, 3, 4.0, camera=held(3))
    source = film(tmp_path / "whole.mp4", whole)
    posted = film(tmp_path / "posted.mp4", mirrored(cropped(part(whole, 1, 3), (0.1, 0.1, 0.8, 0.8))))
    told = run.explain(posted, source, "local_features")

    assert told.outcome == "found"
    assert all(hit.mirror for hit in told.hits)
    assert min(abs(hit.b_s - hit.a_s - 1) for hit in told.hits) < 0.5


def test_what_a_method_cannot_watch_it_says(tmp_path):
    """Sound alone has no pictures, and a film without sound no sound: `could_not_look`, and which file it was."""
    heard = write_sound(tmp_path / "voice.wav", voice(1, 3.0), codec="pcm_s16le", rate_hz=RATE_HZ)
    seen = film(tmp_path / "film.mp4", scene(1, 1, 1.0))
    for name, files in (("local_features", (seen, heard)), ("sound_print", (heard, seen))):
        told = run.explain(*files, name)

        assert told.outcome == "could_not_look"
        assert told.why
        assert told.hits == ()


def test_a_method_that_is_not_there_is_named():
    """A name that nobody installed is a refusal that lists what there is."""
    with pytest.raises(NoSuchMethod) as caught:
        run.methods(["a method of another house"])

    assert "local_features" in caught.value.what_to_do
    assert "sound_print" in caught.value.what_to_do


def test_every_method_that_is_installed_can_be_made():
    """All that are installed are listed by name, and the built-in ones among them."""
    assert {"frame_code", "local_features", "sound_print"} <= {method.about.name for method in run.methods()}
