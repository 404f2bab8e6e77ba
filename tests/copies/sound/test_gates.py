"""What can be compared: silence, hiss and tones prove nothing, music little, and the print says which is which."""

from __future__ import annotations

import numpy as np
import pytest
from sounds import RATE_HZ, hiss, mixed, music, part, room, tone, voice

from probata.copies.sound.gates import Kind
from probata.copies.sound.matching import compare
from probata.copies.sound.soundprint import fingerprint
from probata.terms.errors import InvalidValue

NOTHING = {
    "digital silence": (np.zeros(10 * RATE_HZ, np.float32), "silence"),
    "room hiss": (room(1, 10.0), "silence|steady noise"),
    "a tone": (tone(440, 10.0), "a steady tone"),
    "two tones": (tone(440, 10.0) + tone(1234, 10.0), "a steady tone"),
    "white noise": (hiss(1, 10.0), "steady noise"),
    "no sample": (np.zeros(0, np.float32), "too short"),
    "one sample": (np.ones(1, np.float32), "too short"),
    "a second of speech": (voice(1, 1.0), "too short"),
    "no numbers": (np.full(5 * RATE_HZ, np.nan, np.float32), "silence"),
}


@pytest.mark.parametrize("name", NOTHING)
def test_nothing_to_compare(name):
    """Against itself and against speech, it matches nothing, and the answer says why."""
    sound, why = NOTHING[name]
    empty, speech = fingerprint(sound, RATE_HZ), fingerprint(voice(2, 6.0), RATE_HZ)

    assert any(reason in empty.refusal for reason in why.split("|"))
    for one, other in ((empty, empty), (empty, speech), (speech, empty)):
        compared = compare(one, other)
        assert compared.matches == ()
        assert any(reason in compared.why for reason in why.split("|"))


def test_too_few_samples_a_second():
    """Sound below 6.5 kHz is not compared, and it says so; a rate of nothing is no rate."""
    assert "too slowly" in fingerprint(voice(1, 3.0), 4_000).refusal
    with pytest.raises(InvalidValue):
        fingerprint(voice(1, 3.0), 0)


def test_same_music():
    """Shared music is found and called weak, since it may be laid under any pictures."""
    tune = music(1, 14.0)
    found = compare(fingerprint(part(tune, 6, 12), RATE_HZ), fingerprint(tune, RATE_HZ)).matches

    assert abs(float(found[0].b_start_s) - 6) <= 0.1
    assert all(one.weak and "music" in one.why for one in found)


@pytest.mark.parametrize("note_s", [0.4, 1.2, 5.0])
def test_other_music(note_s):
    """Other music of the same notes, held or not, is nothing found, or weak and says why."""
    one, other = (fingerprint(music(seed, 12.0, note_s=note_s), RATE_HZ) for seed in (1, 2))

    assert all(found.weak and "music" in found.why for found in compare(one, other).matches)


def test_one_chord_held():
    """A chord that is held for ten seconds is music or a tone throughout, wherever it is laid against itself."""
    held = fingerprint(music(1, 10.0, note_s=10.0), RATE_HZ)

    assert not (held.kinds == Kind.SOUND).any()
    assert all(found.weak for found in compare(held, held).matches)


def test_speech_is_no_music():
    """Speech is sound; so it is in a room whose echo raises the same notes all the time."""
    speech = voice(1, 12.0)
    echoed = speech.copy()
    for delay_s, share in ((0.013, 0.35), (0.031, 0.22), (0.057, 0.12)):
        late = round(delay_s * RATE_HZ)
        echoed[late:] += np.float32(share) * echoed[:-late]
    for one in (speech, mixed(echoed, echoed) + 0.3 * hiss(2, 12.0)):
        assert (fingerprint(one, RATE_HZ).kinds == Kind.SOUND).mean() > 0.8


def test_kinds_change_where_the_sound_does():
    """Each stretch of a track is what it is, but for the second around the change."""
    sound = np.concatenate([voice(1, 6.0), np.zeros(6 * RATE_HZ, np.float32), hiss(1, 6.0), tone(500, 6.0)])
    kinds = fingerprint(sound, RATE_HZ).kinds
    for place, wanted in enumerate((Kind.SOUND, Kind.SILENCE, Kind.HISS, Kind.TONE)):
        middle = kinds[(place * 6 + 2) * 20 : (place * 6 + 4) * 20]
        assert (middle == wanted).all()
