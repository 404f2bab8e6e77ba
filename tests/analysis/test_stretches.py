"""Stretches with a voice, the clock of samples, guards and languages: the craft of `speech`, without a model."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from probata.analysis.speech import languages
from probata.analysis.speech.clock import Clock
from probata.analysis.speech.guards import Guards, Signs
from probata.analysis.speech.stretches import WINDOW, Cutter, Rules
from probata.media.waveform import Anchor

RULES = Rules(voice=0.5, quiet=0.35, pause=10, most=100, least=3, pad=4)


def cut(probabilities, rules=RULES, at_once=7):
    cutter = Cutter(rules)
    found = []
    for start in range(0, len(probabilities), at_once):
        found += cutter.take(probabilities[start : start + at_once])
    return [*found, *cutter.finish(len(probabilities) * WINDOW)], cutter


def windows(stretches):
    return [(one.start // WINDOW, one.end // WINDOW) for one in stretches]


def test_a_voice_between_silences_is_one_stretch_with_some_silence_around_it():
    """The stretch begins and ends `pad` windows beside the voice."""
    found, _ = cut([0.0] * 20 + [0.9] * 10 + [0.0] * 40)
    assert windows(found) == [(16, 34)]
    assert found[0].share(0, found[0].end - found[0].start) == pytest.approx(10 / 18)


def test_a_pause_shorter_than_the_rule_does_not_end_a_stretch_and_a_longer_one_does():
    """Ten windows of silence are waited for, eleven end it."""
    assert windows(cut([0.9] * 10 + [0.0] * 10 + [0.9] * 10)[0]) == [(0, 30)]
    assert windows(cut([0.9] * 10 + [0.0] * 20 + [0.9] * 10)[0]) == [(0, 14), (26, 40)]


def test_a_voice_goes_on_below_what_begins_it():
    """Between `quiet` and `voice` a voice goes on, and none begins."""
    assert windows(cut([0.4] * 30)[0]) == []
    assert windows(cut([0.9] + [0.4] * 9 + [0.0] * 20)[0]) == [(0, 14)]


def test_what_is_too_brief_is_counted():
    """Two windows of voice are no stretch, and are not passed over in silence."""
    found, cutter = cut([0.0] * 10 + [0.9] * 2 + [0.0] * 40)
    assert (found, cutter.brief) == ([], 1)


def test_a_long_voice_is_cut_at_its_longest_pause():
    """No stretch is longer than the rule; the cut falls into the longest pause of its later part."""
    found, _ = cut([0.9] * 60 + [0.0] * 6 + [0.9] * 60 + [0.0] * 20)
    assert windows(found) == [(0, 63), (63, 130)]


@given(
    st.lists(st.sampled_from([0.0, 0.2, 0.4, 0.6, 0.95]), max_size=400),
    st.integers(1, 40),
    st.integers(5, 60),
    st.integers(0, 6),
)
def test_every_voice_that_is_long_enough_lies_in_one_stretch(probabilities, at_once, most, pad):
    """Stretches are in order, never overlap, never exceed the bound, and do not depend on how sound is handed over."""
    rules = evolve(RULES, most=most, pad=pad, least=1)
    found, cutter = cut(probabilities, rules, at_once)
    assert windows(found) == windows(cut(probabilities, rules, 1)[0])
    assert all(one.end <= two.start for one, two in pairwise(found))
    assert all(one.end - one.start <= (most + 2 * pad) * WINDOW for one in found)
    covered = {window for start, end in windows(found) for window in range(start, end)}
    assert {number for number, likely in enumerate(probabilities) if likely >= RULES.voice} <= covered
    assert cutter.brief == 0


@given(
    st.lists(st.tuples(st.integers(1, 10_000), st.fractions(0, 100, max_denominator=90_000)), max_size=4),
    st.integers(0, 60_000),
)
def test_the_time_of_a_sample_is_exact(jumps, sample):
    """A tick of the clock's time base is exactly when the anchors say that the sample is heard."""
    anchors, at = [Anchor(sample=0, seconds=Fraction(1, 3))], 0
    for step, seconds in jumps:
        at += step
        anchors.append(Anchor(sample=at, seconds=seconds))
    clock = Clock(anchors, 16_000)
    last = max((anchor for anchor in anchors if anchor.sample <= sample), key=lambda anchor: anchor.sample)
    assert clock.pts(sample) * clock.time_base == last.seconds + Fraction(sample - last.sample, 16_000)


def test_a_span_over_a_jump_back_in_time_does_not_end_before_it_begins():
    """Where the file's own times jump back, a span is as long as its samples."""
    clock = Clock([Anchor(sample=0, seconds=Fraction(50)), Anchor(sample=100, seconds=Fraction(2))], 16_000)
    start, end = clock.span(50, 150)
    assert (end - start) * clock.time_base == Fraction(100, 16_000)


GUARDS = Guards(no_speech=0.6, log_probability=-1.0, compression=2.4, probability=0.35, language=0.5)
PLAIN = Signs(
    text="They are walking down the road.",
    seconds=Fraction(2),
    no_speech=0.1,
    log_probability=-0.3,
    compression=1.1,
    voiced=0.8,
    probability=0.8,
    language=0.9,
)


def test_plain_speech_has_no_doubts():
    """What every guard passes is told as speech."""
    assert GUARDS.doubts(PLAIN) == ()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"no_speech": 0.9, "log_probability": -0.6}, "no speech"),
        ({"log_probability": -1.4}, "unsure"),
        ({"compression": 3.0}, "repeats itself"),
        ({"probability": 0.2}, "unlikely"),
        ({"language": 0.35}, "language is unclear"),
        ({"voiced": 0.1}, "10% of its time"),
        ({"seconds": Fraction(1, 2), "text": "a" * 40}, "more than can be said"),
        ({"text": "Thanks for watching!"}, "subtitles"),
        ({"text": "Продолжение следует..."}, "subtitles"),
    ],
)
def test_each_guard_fires_alone_and_says_why(change, reason):
    """A segment that fails one guard is doubtful for that reason and no other."""
    (doubt,) = GUARDS.doubts(evolve(PLAIN, **change))
    assert reason in doubt


def test_russian_and_ukrainian_are_told_together():
    """Where either is likely both are told, however unlikely the other is, with the note that a speaker is asked."""
    told = languages.told({"ru": 0.97, "en": 0.02, "uk": 0.0004, "pl": 0.001})
    assert told == {"ru": 0.97, "en": 0.02, "uk": 0.0004}
    assert "speaker of both" in languages.note({"ru": 0.97})
    assert languages.told({"en": 0.98, "ru": 0.002}) == {"en": 0.98}
    assert "speaker of the language" in languages.note({"en": 0.98})


def test_russian_and_ukrainian_are_believed_as_one():
    """A phrase between the two is speech in one of them: that it is unclear which is no doubt about its words."""
    assert languages.belief({"ru": 0.5, "uk": 0.4, "en": 0.1}, "ru") == pytest.approx(0.9)
    assert languages.belief({"ru": 0.5, "uk": 0.4, "en": 0.1}, "en") == pytest.approx(0.1)


def test_languages_of_a_file_weigh_by_how_long_each_stretch_is():
    """Nine seconds of one and one of another are nine tenths of the one."""
    assert languages.pooled([(9.0, {"uk": 1.0}), (1.0, {"ru": 1.0})]) == pytest.approx({"uk": 0.9, "ru": 0.1})
    assert languages.pooled([]) == {}
