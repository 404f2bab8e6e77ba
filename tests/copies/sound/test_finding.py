"""Which seconds of one sound are found in another, and where exactly, whatever was done to them."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest
from attrs import evolve
from sounds import RATE_HZ, at_rate, faster, hiss, mixed, music, part, through_aac, voice

from probata.cli.demo_footage.encode import SOUND_RATE_HZ
from probata.cli.demo_footage.errors import NoVoice
from probata.cli.demo_footage.speech import Sentence, say
from probata.copies.sound import matching
from probata.copies.sound.background import Background
from probata.copies.sound.matching import compare, match, search
from probata.copies.sound.soundprint import fingerprint

LONG_S = 24.0
CUT_S = 11.03  # no whole number of frames


@lru_cache
def long_voice():
    return voice(1, LONG_S)


@lru_cache
def long_print():
    return fingerprint(long_voice(), RATE_HZ)


def cut(seconds):
    return part(long_voice(), CUT_S, CUT_S + seconds)


def sole(one, other=None):
    """The one match of a sound in the long one."""
    (found,) = match(fingerprint(one, RATE_HZ), other or long_print())
    return found


def assert_lies_at(found, start_s, end_s, *, within_s):
    assert abs(float(found.b_start_s) - start_s) <= within_s
    assert abs(float(found.b_end_s) - end_s) <= within_s


def test_itself():
    """A sound is found in itself: all of it, at its own place and speed, bit by bit."""
    found = sole(long_voice())

    assert (found.a_start_s, found.a_end_s) == (found.b_start_s, found.b_end_s)
    assert_lies_at(found, 0, LONG_S, within_s=0.05)
    assert found.speed == 1
    assert found.pitch_kept
    assert found.agreement > 0.999
    assert not found.weak


@pytest.mark.parametrize("seconds", [3.5, 2.0])
def test_excerpt(seconds):
    """An excerpt of 3.5 s, and of 2 s, is found where it was cut, to a twentieth of a second."""
    found = sole(cut(seconds))

    assert_lies_at(found, CUT_S, CUT_S + seconds, within_s=0.05)
    assert abs(float(found.a_start_s)) <= 0.05
    assert abs(float(found.a_end_s) - seconds) <= 0.05
    assert not found.weak


@pytest.mark.parametrize("rate_hz", [8_000, 22_050, 44_100, 48_000])
def test_excerpt_at_another_rate(rate_hz):
    """The rate at which a copy is sampled does not matter."""
    (found,) = match(fingerprint(at_rate(cut(3.5), rate_hz), rate_hz), long_print())

    assert_lies_at(found, CUT_S, CUT_S + 3.5, within_s=0.05)


def test_excerpt_hidden_in_other_sound():
    """Of an excerpt between other sounds, the seconds are told that are shared, and no others."""
    found = sole(np.concatenate([voice(8, 3.0), cut(3.5), voice(9, 3.0)]))

    assert_lies_at(found, CUT_S, CUT_S + 3.5, within_s=0.1)
    assert abs(float(found.a_start_s) - 3.0) <= 0.1
    assert abs(float(found.a_end_s) - 6.5) <= 0.1


@pytest.mark.parametrize("pitch_kept", [True, False])
@pytest.mark.parametrize("speed", [1.25, 1.1, 0.9])
def test_another_speed(speed, pitch_kept):
    """A copy that runs faster or slower is found, its pitch kept or not, and its speed told to two in a hundred."""
    found = sole(faster(cut(5.0), speed, pitch_kept=pitch_kept))

    assert_lies_at(found, CUT_S, CUT_S + 5.0, within_s=0.15)
    assert float(1 / found.speed) == pytest.approx(speed, rel=0.02)
    assert found.pitch_kept == pitch_kept


@pytest.mark.parametrize("bits_a_second", [16_000, 8_000])
def test_low_bit_rate(bits_a_second):
    """AAC of a bit rate at which speech is hard to bear leaves the excerpt where it was."""
    found = sole(through_aac(cut(3.5), bits_a_second=bits_a_second))

    assert_lies_at(found, CUT_S, CUT_S + 3.5, within_s=0.1)


@pytest.mark.parametrize("over", [voice(7, 3.5), hiss(7, 3.5)], ids=["a voice", "noise"])
def test_something_over_it(over):
    """A voice or noise laid over the excerpt at its own level does not hide it."""
    found = sole(mixed(cut(3.5), over))

    assert_lies_at(found, CUT_S, CUT_S + 3.5, within_s=0.3)
    assert float(found.speed) == pytest.approx(1, abs=0.02)


def test_other_voice():
    """Of another voice nothing is found, and the answer tells what was asked and what foreign sound reached."""
    compared = compare(fingerprint(voice(5, 10.0), RATE_HZ), long_print())

    assert compared.matches == ()
    assert compared.needed > compared.strongest_wrong > 0
    assert f"{compared.needed:.1f}" in compared.why


@pytest.mark.parametrize("speed", [1.0, 1.1])
def test_symmetric(speed):
    """Compared the other way round, the answer is the same with the two exchanged."""
    one = fingerprint(faster(cut(6.0), speed, pitch_kept=True) if speed != 1 else cut(6.0), RATE_HZ)
    there, back = compare(one, long_print()), compare(long_print(), one)

    assert there.matches
    assert back == evolve(there, matches=tuple(exchanged(found) for found in there.matches))


def exchanged(found):
    return evolve(
        found,
        a_start_sample=found.b_start_sample,
        a_end_sample=found.b_end_sample,
        b_start_sample=found.a_start_sample,
        b_end_sample=found.a_end_sample,
        a_start_s=found.b_start_s,
        a_end_s=found.b_end_s,
        b_start_s=found.a_start_s,
        b_end_s=found.a_end_s,
        speed=1 / found.speed,
    )


def test_loop():
    """What is played three times is found three times, each at its own place, and called a loop."""
    looped = np.concatenate([cut(4.0)] * 3)
    found = sorted(match(fingerprint(cut(4.0), RATE_HZ), fingerprint(looped, RATE_HZ)), key=lambda one: one.b_start_s)

    assert [round(float(one.b_start_s)) for one in found] == [0, 4, 8]
    assert all(abs(float(one.b_end_s - one.b_start_s) - 4) < 0.15 for one in found)
    assert all("3 places" in one.why for one in found)


def test_two_pieces_in_another_order():
    """Of a compilation every piece is told by itself, with its own offset."""
    pieces = np.concatenate([part(long_voice(), 18, 22), part(long_voice(), 5, 9)])
    found = sorted(match(fingerprint(pieces, RATE_HZ), long_print()), key=lambda one: one.a_start_s)

    assert [round(float(one.b_start_s), 1) for one in found] == [pytest.approx(18, abs=0.1), pytest.approx(5, abs=0.1)]


def test_spoken_words():
    """An excerpt of a synthetic voice that speaks words is found under another sentence of the same voice."""
    try:
        spoken = say(
            Sentence(text="The water rose in the night, and by noon the lower road was closed. " * 2, language="en")
        )
        other = say(Sentence(text="Nobody crossed the old bridge after the second of March, they said.", language="en"))
    except NoVoice as why:
        pytest.skip(str(why))
    excerpt = mixed(spoken[2 * SOUND_RATE_HZ : 6 * SOUND_RATE_HZ], other)
    found = match(fingerprint(excerpt, SOUND_RATE_HZ), fingerprint(spoken, SOUND_RATE_HZ))

    assert found
    assert abs(float(found[0].b_start_s - found[0].a_start_s) - 2) <= 0.1


@lru_cache
def many():
    """Half a dozen sounds, of which the third holds the excerpt."""
    return (
        [fingerprint(voice(seed, 8.0), RATE_HZ) for seed in (11, 12)]
        + [long_print()]
        + [fingerprint(mixed(voice(seed, 8.0), music(seed, 8.0)), RATE_HZ) for seed in (13, 14, 15)]
    )


@pytest.mark.parametrize("every_place", [True, False], ids=["every place", "voting"])
@pytest.mark.parametrize(
    "edit",
    [
        lambda sound: sound,
        lambda sound: faster(sound, 1.25, pitch_kept=False),
        lambda sound: mixed(through_aac(sound, bits_a_second=12_000), voice(7, 6.0)),
    ],
    ids=["as it was", "faster", "voice over"],
)
def test_search_among_many(monkeypatch, edit, every_place):
    """Searched among many, the excerpt is found in the one that holds it and in no other, by either way to search."""
    monkeypatch.setattr(matching, "_EVERY_PLACE", 1 << 60 if every_place else 0)
    found = search(fingerprint(edit(cut(6.0)), RATE_HZ), many())

    assert [bool(one.matches) for one in found] == [False, False, True, False, False, False]
    assert_lies_at(found[2].matches[0], CUT_S, CUT_S + 6, within_s=0.25)


def test_voting_finds_across_the_cut_of_a_row(monkeypatch):
    """A sound that is longer than what is searched at once is found where it is cut, too."""
    monkeypatch.setattr(matching, "_EVERY_PLACE", 0)
    monkeypatch.setattr("probata.copies.sound.voting._ROW", 400)
    others = [fingerprint(voice(12, 2.0), RATE_HZ), long_print()]
    for start_s in (4.0, 12.0, 18.5):
        found = search(fingerprint(part(long_voice(), start_s, start_s + 5), RATE_HZ), others)

        assert_lies_at(found[1].matches[0], start_s, start_s + 5, within_s=0.05)


def test_one_of_many_that_cannot_be_compared():
    """Silence among the many has an answer of its own, and the others keep their places."""
    silent = fingerprint(np.zeros(5 * RATE_HZ, np.float32), RATE_HZ)
    nothing, found = search(fingerprint(cut(3.5), RATE_HZ), [silent, long_print()])

    assert nothing.matches == ()
    assert "silence" in nothing.why
    assert found.matches
    assert search(silent, [long_print()])[0].why.startswith("of the first")
    assert search(long_print(), []) == ()


def test_intro_heard_elsewhere_too():
    """A shared intro that the background has as well is told, and called weak; what follows it is not."""
    intro = voice(21, 4.0)
    one, other = np.concatenate([intro, voice(22, 6.0)]), np.concatenate([intro, voice(23, 6.0)])
    background = Background.of([fingerprint(np.concatenate([intro, voice(24, 8.0)]), RATE_HZ)])
    (found,) = compare(fingerprint(one, RATE_HZ), fingerprint(other, RATE_HZ), background).matches
    (alone,) = compare(fingerprint(one, RATE_HZ), fingerprint(other, RATE_HZ)).matches

    assert found.weak
    assert "background" in found.why
    assert not alone.weak
    assert_lies_at(found, 0, 4, within_s=0.1)


def test_background_leaves_a_copy_strong():
    """A background that has nothing of the sound takes nothing from it."""
    background = Background.of([fingerprint(voice(seed, 10.0), RATE_HZ) for seed in (31, 32)])
    (found,) = compare(fingerprint(cut(3.5), RATE_HZ), long_print(), background).matches

    assert not found.weak


def test_silence_before_the_cut_belongs_to_it():
    """Where both fall silent alike the shared seconds go on, a second at most."""
    quiet = np.zeros(3 * RATE_HZ, np.float32)
    sound = np.concatenate([voice(41, 5.0), quiet, voice(42, 5.0)])
    excerpt = np.concatenate([part(sound, 1.0, 5.6), hiss(43, 1.0)])
    found = sole(excerpt, fingerprint(sound, RATE_HZ))

    assert_lies_at(found, 1.0, 5.6, within_s=0.2)


def test_match_as_json():
    """A match prints its seconds as decimals and its samples exactly."""
    told = sole(cut(3.5)).as_json()

    assert told["b"]["samples"][0] == pytest.approx(CUT_S * RATE_HZ, abs=0.05 * RATE_HZ)
    assert told["b"]["start_s"] == told["b"]["samples"][0] / RATE_HZ
    assert told["weak"] is False
