"""A stretch of sound is cut out to the sample, with nothing of what stands around it."""

from __future__ import annotations

import io
import wave
from fractions import Fraction

import numpy as np
import pytest
from made import write_sound

from probata.media.heard import MOST_S, heard
from probata.terms.errors import FootageError, InvalidValue

RATE_HZ = 48_000


@pytest.fixture(scope="module")
def steps(tmp_path_factory):
    """Five seconds, each as loud as its number says."""
    samples = (np.repeat(np.arange(5), RATE_HZ) / 10).astype(np.float32)
    return write_sound(tmp_path_factory.mktemp("sound") / "steps.wav", samples, codec="pcm_s16le")


def levels(found):
    with wave.open(io.BytesIO(found.wav)) as read:
        assert (read.getnchannels(), read.getsampwidth(), read.getframerate()) == (1, 2, found.rate_hz)
        return np.frombuffer(read.readframes(read.getnframes()), "<i2") / 32767


@pytest.mark.parametrize(("start", "end"), [(0, 1), (1, 2), (2, 5), (3, 4)])
def test_it_holds_its_own_seconds_alone(steps, jail, start, end):
    """As many samples as it lasts, and only levels of its own seconds, from the first sample to the last."""
    found = heard(steps, Fraction(start), Fraction(end), jail=jail)
    assert found.sample_count == (end - start) * RATE_HZ
    wanted = np.repeat(np.arange(start, end), RATE_HZ) / 10
    assert np.abs(levels(found) - wanted).max() < 1e-3


def test_to_the_sample(steps, jail):
    """A few samples around an edge: those before it, those after it, in order."""
    found = heard(steps, Fraction(2) - Fraction(3, RATE_HZ), Fraction(2) + Fraction(2, RATE_HZ), jail=jail)
    assert np.round(levels(found), 2).tolist() == [0.1, 0.1, 0.1, 0.2, 0.2]


def test_past_the_end_there_is_none(steps, jail):
    """Not silence: none."""
    assert heard(steps, Fraction(9), Fraction(10), jail=jail) is None
    assert heard(steps, Fraction(4), Fraction(9), jail=jail).sample_count == RATE_HZ


@pytest.mark.parametrize(("start", "end"), [(1, 1), (2, 1), (0, MOST_S + 1)])
def test_what_is_no_stretch_is_refused(steps, jail, start, end):
    """Nothing, backwards, more than a minute."""
    with pytest.raises(InvalidValue, match="at most"):
        heard(steps, Fraction(start), Fraction(end), jail=jail)


def test_what_is_no_sound_is_refused_in_words(tmp_path, jail):
    """A text under a name of sound."""
    path = tmp_path / "words.wav"
    path.write_text("no sound")
    with pytest.raises(FootageError):
        heard(path, Fraction(0), Fraction(1), jail=jail)
