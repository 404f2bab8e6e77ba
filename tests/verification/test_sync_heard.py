"""What is heard of a file: samples on its own timeline, gaps as gaps, and answers from the jail that are none."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from probata.media.errors import DecoderConfused
from probata.terms.errors import InvalidValue
from probata.verification.sync.bangs import part
from probata.verification.sync.heard import MOST_S, RATE_HZ, Heard, _laid, _Told, of_samples


def told(samples: np.ndarray, anchors) -> _Told:
    return _Told(samples=samples.astype(np.float16).tobytes(), anchors=anchors)


def test_a_gap_is_silence_that_is_not_there():
    """Half a second between two stretches: zero samples, marked as absent; times as the file states them."""
    sound = np.full(RATE_HZ, 0.5)
    anchors = [(0, Fraction(2)), (RATE_HZ // 2, Fraction(3))]
    samples, present, first_s = _laid(told(sound, anchors))
    assert first_s == 2
    assert len(samples) == 3 * RATE_HZ // 2
    assert present.sum() == RATE_HZ
    assert not present[RATE_HZ // 2 : RATE_HZ].any()
    assert samples[RATE_HZ] == 0.5


@given(starts=st.lists(st.integers(0, 20), min_size=1, max_size=5))
def test_no_sample_is_lost_or_moved(starts):
    """Whatever jumps the timestamps make, forwards or back, every stretch lies where the file puts it."""
    size = 1_000
    sound = np.repeat(np.arange(1, len(starts) + 1) / 8, size)
    anchors = [(number * size, Fraction(start)) for number, start in enumerate(starts)]
    samples, present, first_s = _laid(told(sound, anchors))
    latest = {start: number for number, start in enumerate(starts)}
    for start, number in latest.items():
        place = round((start - first_s) * RATE_HZ)
        assert (samples[place : place + size] == (number + 1) / 8).all()
        assert present[place : place + size].all()


@pytest.mark.parametrize(
    "anchors",
    [[(0, Fraction(0)), (10, Fraction(3 * MOST_S))], [(-1, Fraction(0))], [(10**9, Fraction(0))]],
    ids=["hours apart", "before the first", "after the last"],
)
def test_times_that_no_timeline_holds_are_refused(anchors):
    """A file, or a decoder that was taken over, cannot make us hold days of silence."""
    with pytest.raises(DecoderConfused):
        _laid(told(np.zeros(100), anchors))


def test_a_step_at_a_gap_is_no_bang():
    """Sound that begins or ends in the file alone is nothing that happened; the same step within it is."""
    sound = np.random.default_rng(1).standard_normal(4 * RATE_HZ) * 0.2
    sound[: 2 * RATE_HZ] = 0
    whole = of_samples("A", sound.astype(np.float32))
    gap = Heard(
        name="A",
        samples=whole.samples,
        present=np.arange(len(sound)) >= 2 * RATE_HZ,
        start_s=Fraction(0),
        own_rate_hz=RATE_HZ,
        from_s=Fraction(0),
        to_s=Fraction(4),
    )
    assert len(part(whole).bangs) == 1
    assert part(gap).bangs == ()


def test_columns_that_do_not_belong_together_are_refused():
    """Samples without their marks, and an extent that ends before it starts."""
    good = {"name": "A", "start_s": Fraction(0), "own_rate_hz": 8_000, "from_s": Fraction(0), "to_s": Fraction(1)}
    with pytest.raises(InvalidValue):
        Heard(**good, samples=np.zeros(3, np.float32), present=np.ones(2, np.bool_))
    with pytest.raises(InvalidValue):
        Heard(**{**good, "to_s": Fraction(-1)}, samples=np.zeros(0, np.float32), present=np.zeros(0, np.bool_))
