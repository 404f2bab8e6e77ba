"""The print itself: the same however the sound comes, exact in time, stored and read back, refused when broken."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sounds import RATE_HZ, music, voice

from probata.copies.sound.errors import SoundPrintUnreadable
from probata.copies.sound.soundprint import Printer, SoundPrint, fingerprint
from probata.copies.sound.spectra import FRAMES_A_SECOND
from probata.media.waveform import Anchor
from probata.terms.errors import InvalidValue


@st.composite
def prints(draw):
    """Prints of any rate and length, with times that jump."""
    rate_hz = draw(st.integers(1, 400_000))
    frames = draw(st.integers(0, 60))
    samples = frames * rate_hz // FRAMES_A_SECOND
    frames = -(-samples * FRAMES_A_SECOND // rate_hz)
    random = np.random.default_rng(draw(st.integers(0, 1 << 32)))
    seconds = st.fractions(-1000, 1000, max_denominator=90_000)
    jumps = sorted(draw(st.sets(st.integers(1, max(samples, 1)), max_size=3)))
    return SoundPrint(
        rate_hz=rate_hz,
        samples=samples,
        words=random.integers(0, 1 << 32, frames, dtype=np.uint32),
        states=random.integers(0, 6, frames, dtype=np.uint8) | random.integers(0, 32, frames, dtype=np.uint8) << 3,
        anchors=tuple(Anchor(sample=sample, seconds=draw(seconds)) for sample in (0, *jumps)),
    )


@given(prints())
def test_stored_and_read_back(one):
    """To bytes and back nothing is lost, and the same print is the same bytes."""
    again = SoundPrint.from_bytes(one.to_bytes())

    assert again == one
    assert hash(again) == hash(one)
    assert again.anchors == one.anchors
    assert (again.rate_hz, again.samples) == (one.rate_hz, one.samples)
    assert again.words.tolist() == one.words.tolist()
    assert again.states.tolist() == one.states.tolist()


@given(prints(), st.data())
def test_cut_short(one, data):
    """A stored print that lost its end, or got one, is refused."""
    stored = one.to_bytes()
    keep = data.draw(st.integers(0, len(stored) - 1))
    for broken in (stored[:keep], stored + b"\0"):
        with pytest.raises(SoundPrintUnreadable):
            SoundPrint.from_bytes(broken)


@given(st.binary(max_size=200))
def test_foreign_bytes(untrusted):
    """Bytes that are no print are a stated refusal, never another failure."""
    with pytest.raises(SoundPrintUnreadable):
        SoundPrint.from_bytes(untrusted)


@given(prints(), st.integers(0, 10_000), st.integers(0, 255))
def test_one_byte_changed(one, place, value):
    """A stored print with a byte changed is refused, or is a print whose every part can be asked for."""
    stored = bytearray(one.to_bytes())
    stored[place % len(stored)] = value
    try:
        read = SoundPrint.from_bytes(bytes(stored))
    except SoundPrintUnreadable:
        return
    assert isinstance(read.refusal, str)
    assert read.cells().shape == (len(read), 32)
    assert read.heard_at(read.samples) is not None


@pytest.mark.parametrize(
    "anchors",
    [
        (),
        (Anchor(sample=5, seconds=Fraction(0)),),
        (Anchor(sample=0, seconds=Fraction(0)), Anchor(sample=0, seconds=Fraction(1))),
        (
            Anchor(sample=0, seconds=Fraction(0)),
            Anchor(sample=9, seconds=Fraction(1)),
            Anchor(sample=3, seconds=Fraction(2)),
        ),
    ],
)
def test_anchors_out_of_order(anchors):
    """A print whose times are not in order is none."""
    with pytest.raises(InvalidValue):
        SoundPrint(
            rate_hz=20, samples=10, words=np.zeros(10, np.uint32), states=np.zeros(10, np.uint8), anchors=anchors
        )


@pytest.mark.parametrize(("frames", "states"), [(9, 9), (10, 9), (11, 10)])
def test_columns_that_do_not_cover_the_samples(frames, states):
    """A print that is shorter or longer than its sound is none."""
    with pytest.raises(InvalidValue):
        SoundPrint(rate_hz=20, samples=10, words=np.zeros(frames, np.uint32), states=np.zeros(states, np.uint8))


def test_unknown_kind():
    """A state that names no kind is refused."""
    with pytest.raises(InvalidValue):
        SoundPrint(rate_hz=20, samples=1, words=np.zeros(1, np.uint32), states=np.full(1, 6, np.uint8))


@pytest.mark.parametrize(("piece", "rate_hz"), [(1_000, 16_000), (700_001, 16_000), (7_001, 8_000)])
def test_pieces(piece, rate_hz):
    """The print is the same, bit by bit, however the sound is cut on its way, also beyond a minute."""
    sound = np.concatenate([voice(1, 12.0), music(1, 12.0)] * 4)
    printer = Printer(rate_hz=rate_hz)
    for start in range(0, len(sound), piece):
        printer.take(sound[start : start + piece])

    assert printer.finish() == fingerprint(sound, rate_hz)


def test_time_is_exact():
    """When a sample is heard follows from the last anchor before it, as a fraction."""
    one = fingerprint(voice(1, 2.0), RATE_HZ)
    anchors = (Anchor(sample=0, seconds=Fraction(-1, 3)), Anchor(sample=16_000, seconds=Fraction(5)))
    moved = SoundPrint(rate_hz=RATE_HZ, samples=one.samples, words=one.words, states=one.states, anchors=anchors)

    assert moved.heard_at(15_999) == Fraction(-1, 3) + Fraction(15_999, 16_000)
    assert moved.heard_at(16_000) == 5
    assert moved.heard_at(24_000) == Fraction(11, 2)


def test_a_hundred_bytes_a_second():
    """The print is small: a hundred bytes a second and a head."""
    assert len(fingerprint(voice(1, 12.0), RATE_HZ).to_bytes()) <= 100 * 12 + 60
