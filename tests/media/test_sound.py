"""Sound on its way to those who listen: exactly placed, at any rate, with jumps told and no silence made up."""

from __future__ import annotations

import os
from fractions import Fraction

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made import Clip, impulses, variable_pts, write

from probata.media.errors import TableUnreadable
from probata.media.jailed import watching
from probata.media.jailed.sound import AtRate, SoundTrack, as_float
from probata.media.limits import Limits
from probata.media.waveform import Anchor, Waveform
from probata.terms.errors import InvalidValue


class Listener:
    """Keeps all that it hears, at the rate that it wants."""

    def __init__(self, rate_hz=None):
        if rate_hz is not None:
            self.sound_rate_hz = rate_hz
        self.blocks = []

    def hear(self, block):
        self.blocks.append(block)

    def finish(self):
        return len(self.blocks)


def _frame(samples, *, pts, rate_hz=48_000):
    frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1).astype(np.float32), format="fltp", layout="mono")
    frame.sample_rate, frame.pts, frame.time_base = rate_hz, pts, Fraction(1, rate_hz)
    return frame


@pytest.mark.parametrize("rate_hz", [8_000, 16_000, 22_050, 44_100, 48_000, 96_000])
def test_sound_at_a_wanted_rate_lies_where_it_lay(folder, rate_hz):
    """Clicks are heard within a thousandth of a second of their time at every rate, in blocks without a gap."""
    clicks = [0.3, 1.1, 1.9]
    file = folder / "rates.mkv"
    if not file.exists():
        write(file, Clip(pts=variable_pts(60), sound=impulses(2.4, clicks), sound_codec="flac"))
    listener, other = Listener(rate_hz), Listener()
    handle = os.open(file, os.O_RDONLY)
    watching.watched(
        handle,
        Limits(),
        [watching._Attendant("at a rate", listener), watching._Attendant("as decoded", other)],
        lambda _progress: None,
    )
    os.close(handle)

    assert {block.rate_hz for block in listener.blocks} == {rate_hz}
    assert {block.rate_hz for block in other.blocks} == {48_000}
    whole = np.concatenate([block.mono for block in listener.blocks])
    starts = np.cumsum([0] + [block.channels.shape[1] for block in listener.blocks])
    assert [block.start_sample for block in listener.blocks] == list(starts[:-1])
    assert abs(len(whole) / rate_hz - 2.4) < 0.03
    for click in clicks:
        near = range(int((click - 0.1) * rate_hz), int((click + 0.1) * rate_hz))
        loud = [sample for sample in near if abs(whole[sample]) > 0.45]
        assert abs(loud[0] / rate_hz - click) < 0.001
        assert abs((loud[-1] + 1) / rate_hz - click - 0.001) < 0.001


def test_a_jump_in_time_is_an_anchor_and_no_silence():
    """Where the file's timestamps leave a hole, samples go on being counted and an anchor says when they are heard."""
    track = SoundTrack(time_base=Fraction(1, 48_000), rate_hz=48_000)
    for number in range(20):
        track.take(_frame(np.ones(1024), pts=number * 1024 + (48_000 if number >= 12 else 0)))
    block = track.flush()

    assert track.samples == 20 * 1024
    assert track.anchors == [
        Anchor(sample=0, seconds=Fraction(0)),
        Anchor(sample=12 * 1024, seconds=Fraction(12 * 1024 + 48_000, 48_000)),
    ]
    assert block is None or float(np.abs(block.channels).min()) == 1.0


def test_ticks_too_coarse_for_samples_are_no_jumps():
    """Milliseconds, as Matroska counts, cannot say where each sample lies: rounding is no hole."""
    track = SoundTrack(time_base=Fraction(1, 1000), rate_hz=44_100)
    for number in range(200):
        track.take(_frame(np.ones(1024), pts=round(number * 1024 * 1000 / 44_100), rate_hz=44_100))

    assert track.anchors == [Anchor(sample=0, seconds=Fraction(0))]


def test_frames_without_a_time_follow_the_last():
    """Missing timestamps do not move the sound."""
    track = SoundTrack(time_base=Fraction(1, 48_000), rate_hz=48_000)
    for pts in (None, None, 2048):
        frame = _frame(np.ones(1024), pts=0)
        frame.pts = pts
        track.take(frame)

    assert track.anchors == [Anchor(sample=0, seconds=Fraction(0))]


@pytest.mark.parametrize(
    ("sample_format", "values", "wanted"),
    [
        ("u8", [0, 128, 255], [-1.0, 0.0, 127 / 128]),
        ("s16", [-32768, 0, 16384], [-1.0, 0.0, 0.5]),
        ("s16p", [-32768, 0, 16384], [-1.0, 0.0, 0.5]),
        ("s32", [-(2**31), 0, 2**30], [-1.0, 0.0, 0.5]),
        ("flt", [-1.0, 0.0, 0.5], [-1.0, 0.0, 0.5]),
        ("dblp", [-1.0, 0.0, 0.5], [-1.0, 0.0, 0.5]),
    ],
)
@pytest.mark.parametrize("layout", ["mono", "stereo"])
def test_every_sample_format_becomes_float(sample_format, values, wanted, layout):
    """Full scale is 1.0, silence 0.0, one row a channel, however the samples lie in memory."""
    channels = 1 if layout == "mono" else 2
    kinds = {"u8": np.uint8, "s1": np.int16, "s3": np.int32, "fl": np.float32, "db": np.float64}
    rows = np.array([values] * channels, dtype=kinds[sample_format[:2]])
    held = rows if sample_format.endswith("p") else np.ascontiguousarray(rows.T.reshape(1, -1))
    frame = av.AudioFrame.from_ndarray(held, format=sample_format, layout=layout)

    assert as_float(frame).tolist() == [pytest.approx(wanted)] * channels


def test_mono_is_the_mean_of_the_channels():
    """One loud channel is heard at half, not lost and not clipped."""
    track = SoundTrack(time_base=Fraction(1, 48_000), rate_hz=48_000)
    stereo = np.stack([np.ones(48_000, np.float32), np.zeros(48_000, np.float32)])
    frame = av.AudioFrame.from_ndarray(stereo, format="fltp", layout="stereo")
    frame.sample_rate, frame.pts, frame.time_base = 48_000, 0, Fraction(1, 48_000)
    block = track.take(frame)

    assert block.channels.shape == (2, 48_000)
    assert set(block.mono.tolist()) == {0.5}
    resampled = AtRate(16_000).take(block)
    assert float(resampled.mono[4000:8000].mean()) == pytest.approx(0.5, abs=0.01)


columns = st.lists(
    st.tuples(st.integers(-32767, 0), st.integers(0, 32767), st.integers(0, 32767)), min_size=1, max_size=60
)


@given(columns, st.integers(1, 480), st.integers(1, 12))
def test_a_coarser_waveform_keeps_its_extremes_and_its_place(rows, size, times):
    """Wider buckets hold the lowest and highest of those that they join, and start when the first of them does."""
    wave = _wave(rows, size)
    coarse = wave.coarser(times)

    assert coarse.count == -(-wave.count // times)
    for bucket in range(coarse.count):
        joined = slice(bucket * times, (bucket + 1) * times)
        assert coarse.lowest[bucket] == min(wave.lowest[joined])
        assert coarse.highest[bucket] == max(wave.highest[joined])
        assert min(wave.level[joined]) <= coarse.level[bucket] <= max(wave.level[joined])
        assert coarse.start_s(bucket) == wave.start_s(bucket * times)


@given(columns, st.integers(1, 480), st.fractions(-10, 10, max_denominator=1000))
def test_a_stored_waveform_reads_back_the_same(rows, size, start_s):
    """To bytes and back: nothing is lost."""
    wave = _wave(rows, size, start_s)

    assert Waveform.from_bytes(wave.to_bytes()) == wave
    assert wave.to_bytes()[4:8] == bytes(4)


def _wave(rows, size, start_s=Fraction(0)):
    lowest, highest, level = zip(*rows, strict=True)
    return Waveform(
        rate_hz=48_000,
        samples=len(rows) * size,
        samples_a_bucket=size,
        anchors=(Anchor(sample=0, seconds=start_s),),
        lowest=lowest,
        highest=highest,
        level=level,
    )


@pytest.mark.parametrize("stored", [b"", b"not a waveform", b"\x1f\x8b\x08\x00"])
def test_bytes_that_are_no_waveform_are_refused(stored):
    """Foreign bytes are a stated refusal."""
    with pytest.raises(TableUnreadable):
        Waveform.from_bytes(stored)


def test_a_waveform_that_does_not_cover_its_samples_is_refused():
    """A waveform refuses nonsense when it is made."""
    with pytest.raises(InvalidValue):
        Waveform(
            rate_hz=48_000,
            samples=1000,
            samples_a_bucket=480,
            anchors=(Anchor(sample=0, seconds=Fraction(0)),),
            lowest=(0,),
            highest=(0,),
            level=(0,),
        )
