"""The print made in the jail while a pass hears: the same as outside, exactly placed, checked when it comes out."""

from __future__ import annotations

import os
from fractions import Fraction

import av
import numpy as np
import pytest
from made import Clip, variable_pts, write, write_sound
from sounds import at_rate, part, voice

from probata.copies.sound.heard import CONSUMER, print_of, soundprint_of
from probata.copies.sound.matching import match
from probata.copies.sound.soundprint import fingerprint
from probata.media.errors import DecoderConfused, NotMedia
from probata.media.passes import Outcome, watch

RATE_HZ = 48_000


@pytest.fixture(scope="module")
def speech():
    return at_rate(voice(1, 8.0), RATE_HZ)


def test_same_as_outside(tmp_path, jail, speech):
    """A file's print is the print of its samples."""
    file = write_sound(tmp_path / "speech.wav", speech, codec="pcm_s16le")
    printed = soundprint_of(file, jail)
    sampled = fingerprint(np.rint(speech * 32768).astype(np.float32) / 32768, RATE_HZ)

    assert printed.samples == len(speech)
    assert printed.anchors[0].seconds == 0
    assert (printed.words != sampled.words).mean() < 0.02


def test_beside_pictures(tmp_path, jail, speech):
    """One pass over a film gives its table of frames and the print of its sound."""
    file = write(tmp_path / "film.mkv", Clip(pts=variable_pts(100), sound=speech, sound_codec="flac"))
    seen = watch(file, [CONSUMER], jail=jail)

    assert len(seen.table.pts) == 100
    assert float(print_of(seen.outcomes[CONSUMER.name]).duration_s) == pytest.approx(8, abs=0.03)


def test_delayed_sound(tmp_path, jail, speech):
    """Sound that begins later in its file matches at the file's own time, exactly as its timestamps tell."""
    whole = write_sound(tmp_path / "whole.wav", speech, codec="pcm_s16le")
    late = tmp_path / "late.mkv"
    with av.open(str(late), "w") as out:
        stream = out.add_stream("pcm_s16le", rate=RATE_HZ, layout="mono")
        stream.time_base = Fraction(1, RATE_HZ)
        cut = part(speech, 2, 6, rate_hz=RATE_HZ)
        for start in range(0, len(cut), 4608):
            piece = np.rint(cut[start : start + 4608] * 32767).astype(np.int16).reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(piece, format="s16", layout="mono")
            frame.sample_rate, frame.pts, frame.time_base = RATE_HZ, start + 3 * RATE_HZ // 2, Fraction(1, RATE_HZ)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    (found,) = match(soundprint_of(late, jail), soundprint_of(whole, jail))

    assert abs(float(found.a_start_s) - 1.5) <= 0.05
    assert abs(float(found.b_start_s) - 2.0) <= 0.05
    assert found.a_start_s == Fraction(3, 2) + Fraction(found.a_start_sample, RATE_HZ)


def test_no_sound(tmp_path, jail):
    """A film without sound has no print, and that is no failure."""
    file = write(tmp_path / "mute.mp4", Clip(pts=[0, 40, 80]))

    assert soundprint_of(file, jail) is None


@pytest.mark.parametrize("samples", [1, 100])
def test_hardly_a_sound(tmp_path, jail, samples):
    """A file of one sample has a print, which says that it is too short."""
    file = write_sound(tmp_path / "click.wav", np.ones(samples, np.float32) / 2, codec="pcm_s16le")
    printed = soundprint_of(file, jail)

    assert printed.samples == samples
    assert "too short" in printed.refusal


def test_no_media(tmp_path, jail):
    """What is no footage is refused as such."""
    file = tmp_path / "notes.txt"
    file.write_text("Nothing to hear.")

    with pytest.raises(NotMedia):
        soundprint_of(file, jail)


def test_an_open_file(tmp_path, jail, speech):
    """A file can be given as it is held open, in a jail of its own too."""
    file = write_sound(tmp_path / "speech.flac", speech, codec="flac")
    handle = os.open(file, os.O_RDONLY)
    try:
        assert soundprint_of(handle) == soundprint_of(file, jail)
    finally:
        os.close(handle)


def test_an_outcome_without_a_print():
    """Nothing found and could not look give no print; the outcome says which it was."""
    assert print_of(Outcome(name="soundprint", outcome="nothing_found")) is None
    assert print_of(Outcome(name="soundprint", outcome="could_not_look", why="it broke")) is None


@pytest.mark.parametrize("untrusted", [b"", b"PSP1", "text", None, [1, 2]])
def test_an_answer_out_of_form(untrusted):
    """What a jail says that has gone astray is not taken for a print."""
    with pytest.raises(DecoderConfused):
        print_of(Outcome(name="soundprint", outcome="found", result=untrusted))
