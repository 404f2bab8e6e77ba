"""Spectrograms: a tone stands at its pitch and its moment, silence and gaps are clear, and no stretch is too much."""

from __future__ import annotations

import io
from fractions import Fraction

import numpy as np
import pytest
from made import write_sound
from PIL import Image

from probata.media.passes import CannotLook
from probata.media.spectrogram import MOST_S, ROWS, spectrogram
from probata.terms.errors import InvalidValue

RATE_HZ = 48_000


def _alpha(found):
    return np.asarray(Image.open(io.BytesIO(found.png)).getchannel("A")).astype(int)


@pytest.fixture(scope="module")
def tone(tmp_path_factory):
    """Three seconds; in the second of them a tone of 3 kHz."""
    at = np.arange(3 * RATE_HZ) / RATE_HZ
    samples = np.where((at >= 1) & (at < 2), 0.5 * np.sin(2 * np.pi * 3000 * at), 0).astype(np.float32)
    return write_sound(tmp_path_factory.mktemp("sound") / "tone.wav", samples, codec="pcm_s16le")


def test_a_tone_stands_at_its_pitch_and_its_moment(tone, jail):
    """The strongest row is that of 3 kHz, in the columns of its second alone."""
    found = spectrogram(tone, Fraction(0), Fraction(3), columns=300, jail=jail)
    level = _alpha(found)
    assert level.shape == (ROWS, 300)
    assert found.top_hz == 12_000
    row = ROWS - 1 - int(3000 / 12_000 * ROWS)
    assert abs(int(level[:, 150].argmax()) - row) <= 1
    loud = np.flatnonzero(level[row - 1 : row + 2].max(axis=0) > 200)
    assert 98 <= loud.min() <= 102
    assert 197 <= loud.max() <= 202


def test_a_part_is_where_the_whole_has_it(tone, jail):
    """Half a second around the start of the tone, asked alone: it begins in the middle."""
    level = _alpha(spectrogram(tone, Fraction(3, 4), Fraction(5, 4), columns=100, jail=jail))
    loud = np.flatnonzero(level.max(axis=0) > 200)
    assert 47 <= loud.min() <= 52
    assert loud.max() == 99


def test_where_there_is_no_sound_it_is_clear(tone, jail):
    """Beyond the end of the file nothing is drawn, and nothing is made up."""
    level = _alpha(spectrogram(tone, Fraction(2), Fraction(4), columns=100, jail=jail))
    assert (level[:, 51:] == 0).all()
    assert spectrogram(tone, Fraction(10), Fraction(11), columns=10, jail=jail) is None


@pytest.mark.parametrize(
    ("start", "end", "columns"), [(0, 0, 10), (2, 1, 10), (0, MOST_S + 1, 10), (0, 1, 0), (0, 1, 9999)]
)
def test_what_is_no_stretch_is_refused(tone, jail, start, end, columns):
    with pytest.raises(InvalidValue):
        spectrogram(tone, Fraction(start), Fraction(end), columns=columns, jail=jail)


def test_what_cannot_be_drawn_says_why(tone, jail):
    """A consumer that fails in the jail is told as such."""
    with pytest.raises((CannotLook, InvalidValue)):
        spectrogram(tone, Fraction(0), Fraction(1), columns=-1, jail=jail)


def test_what_lies_above_the_scale_is_not_drawn_at_its_top(tmp_path, jail):
    """A tone of 18 kHz is beyond 12 kHz: it neither stands in the highest row nor dims a quiet tone below."""
    at = np.arange(RATE_HZ) / RATE_HZ
    samples = (0.5 * np.sin(2 * np.pi * 18_000 * at) + 0.05 * np.sin(2 * np.pi * 3000 * at)).astype(np.float32)
    file = write_sound(tmp_path / "high.wav", samples, codec="pcm_s16le")
    level = _alpha(spectrogram(file, Fraction(0), Fraction(1), columns=50, jail=jail))
    row = ROWS - 1 - int(3000 / 12_000 * ROWS)
    assert abs(int(level[:, 25].argmax()) - row) <= 1
    assert level[0, 25] < 128


@pytest.mark.parametrize("at_s", [0.0, 0.03, 0.05, 0.08])
def test_a_click_is_seen_wherever_it_falls_in_a_column(tmp_path, jail, at_s):
    """A minute in 600 columns: 4 ms at any place of a tenth of a second stand out."""
    samples = 1e-4 * np.random.default_rng(2).standard_normal(60 * RATE_HZ).astype(np.float32)
    start = int((30 + at_s) * RATE_HZ)
    samples[start : start + 192] = 0.9
    file = write_sound(tmp_path / "click.wav", samples, codec="pcm_s16le")
    level = _alpha(spectrogram(file, Fraction(0), Fraction(60), columns=600, jail=jail)).max(axis=0)
    assert int(level.argmax()) in {299, 300, 301}
    assert level[310:].max() < level.max() - 60
