"""The `shots` analyser, on sounds that these tests make."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from made import Clip, variable_pts, write, write_sound

from probata.analysis import run
from probata.analysis.analysers.shots import CONFUSED, Shots
from probata.analysis.jailed.impulses import Impulses
from probata.analysis.kit import AnalyserKit
from probata.analysis.run import analyse_file
from probata.analysis.shots import counting, features, onsets
from probata.analysis.shots.counting import Impulse, Rules
from probata.analysis.shots.model import Model
from probata.media.jailed.sound import SoundBlock
from probata.media.waveform import Anchor
from probata.terms.errors import InvalidValue

RATE_HZ = 48_000
WEIGHTS = (Path(counting.__file__).parent / "weights.json").read_bytes()
START = (Anchor(sample=0, seconds=Fraction(0)),)


def shot(seed=5, rate_hz=RATE_HZ):
    """A blast wave, the noise of it, and what a street makes of it."""
    random = np.random.default_rng(seed)
    at = np.arange(int(1.2 * rate_hz)) / rate_hz
    blast = (1 - at / 0.0008) * np.exp(-at / 0.0008)
    noise = random.standard_normal(len(at))
    smooth = np.convolve(noise, np.ones(4) / 4, "same")
    tail = np.convolve(noise, np.exp(-np.arange(48) / 12), "same") / 4
    sound = (
        blast + 0.8 * noise * np.exp(-at / 0.006) + 0.5 * smooth * np.exp(-at / 0.03) + 0.05 * tail * np.exp(-at / 0.25)
    )
    sound = np.tanh(3 * sound)
    return sound / np.abs(sound).max()


def shout(seconds=0.5, rate_hz=RATE_HZ):
    """A voice that is raised: pulses through formants, swelling and ebbing."""
    at = np.arange(int(seconds * rate_hz)) / rate_hz
    phase = 2 * np.pi * np.cumsum(260 + 60 * np.sin(2 * np.pi * at / seconds)) / rate_hz
    heights = [
        np.exp(-(((260 * n - 800) / 500) ** 2)) + 0.5 * np.exp(-(((260 * n - 1800) / 600) ** 2)) for n in range(1, 14)
    ]
    voice = sum(height * np.sin(n * phase) for n, height in enumerate(heights, 1))
    voice = voice * np.minimum(1, at / 0.06) * np.minimum(1, (seconds - at) / 0.15)
    return voice / np.abs(voice).max()


def quiet(seconds, rate_hz=RATE_HZ, level=0.004):
    """A microphone in the open, where nothing happens."""
    noise = np.random.default_rng(1).standard_normal(int(seconds * rate_hz))
    return level * np.convolve(noise, np.ones(6) / 6, "same")


def laid(ground, *events, rate_hz=RATE_HZ):
    """The ground with each sound at its second."""
    out = ground.copy()
    for at_s, sound in events:
        start = round(at_s * rate_hz)
        stop = min(len(out), start + len(sound))
        out[start:stop] += sound[: stop - start]
    return np.clip(out, -1, 1).astype(np.float32)


def burst(count=8, step_s=0.1):
    """Shots at the pace of a machine."""
    one = shot()
    out = np.zeros(int(step_s * count * RATE_HZ) + len(one))
    for number in range(count):
        at = round(number * step_s * RATE_HZ)
        out[at : at + len(one)] += 0.7 * one * np.exp(-np.arange(len(one)) / RATE_HZ / 0.05)
    return out


def wav(path, samples, rate_hz=RATE_HZ):
    return write_sound(path, samples, codec="pcm_s16le", rate_hz=rate_hz)


@pytest.fixture(scope="module")
def village(folder):
    """Two shots, a shout, a third shot."""
    sound = laid(quiet(7), (1.0, 0.8 * shot()), (2.3, 0.7 * shot()), (3.4, 0.3 * shout()), (5.1, 0.6 * shot()))
    return wav(folder / "village.wav", sound)


def look(file, jail=None):
    (track,) = analyse_file(file, ["shots"], jail=jail)
    return track


def of_kind(track, kind):
    return [entry for entry in track.entries if entry.kind == kind]


class TestShots(AnalyserKit):
    """`shots` keeps the promises of every analyser."""

    name = "shots"

    def found(self, folder):
        """Two shots in a quiet place."""
        return wav(folder / "two.wav", laid(quiet(4), (1.0, 0.8 * shot()), (2.4, 0.8 * shot())))

    def nothing(self, folder):
        """Two seconds of silence."""
        return wav(folder / "silence.wav", np.zeros(2 * RATE_HZ, np.float32))

    def unfit(self, folder):
        """A page that was sent in place of footage."""
        (folder / "page.mp4").write_text("<!doctype html><title>Log in</title>", encoding="utf-8")
        return folder / "page.mp4"


def test_two_shots_a_shout_and_a_third_shot_are_three_candidates(village, jail):
    """Each within five milliseconds of its time, with an error that says so; the shout is none."""
    track = look(village, jail)
    sounds = of_kind(track, "impulsive_sound")

    assert [round(float(one.start_pts * one.time_base), 1) for one in sounds] == [1.0, 2.3, 5.1]
    for one, true_s in zip(sounds, (1.0, 2.3, 5.1), strict=True):
        assert abs(one.more["onset_s"] - true_s) <= 0.005
        assert 0 < one.more["onset_error_s"] <= 0.02
    assert track.more["count"]["min"] <= 3 <= track.more["count"]["max"]


def report(seed):
    """A shot that nothing limited: noise that is loudest at its first samples and falls in two steps."""
    at = np.arange(RATE_HZ // 2) / RATE_HZ
    noise = np.random.default_rng(seed).uniform(-1, 1, len(at)) * (np.exp(-at / 0.008) + 0.12 * np.exp(-at / 0.09))
    noise[:8] = np.array([1, -1, 1, 1, -1, 1, -1, -1])
    return noise / np.abs(noise).max()


@pytest.mark.parametrize("seed", [20, 40, 60])
def test_crisp_shots_in_the_open_are_told_plainly(tmp_path, jail, seed):
    """What no telephone limited stands out of a quiet place: each is plain, within five milliseconds of its time."""
    true_s = (1.0, 2.3, 5.1)
    sound = laid(quiet(7), *((at, 0.9 * report(seed + number)) for number, at in enumerate(true_s)))
    track = look(wav(tmp_path / "crisp.wav", sound), jail)

    told = [one.more["onset_s"] for one in of_kind(track, "impulsive_sound")]
    assert told == pytest.approx(true_s, abs=0.005)


def test_each_candidate_tells_what_else_it_may_be(village, jail):
    """Onset, error and alternatives stand beside kind and score; alternatives are known kinds, the likeliest first."""
    told = look(village, jail).as_json()
    for entry in told["entries"]:
        assert {"onset_s", "onset_error_s", "alternatives"} <= entry.keys()
        scores = [one["score"] for one in entry["alternatives"]]
        assert scores == sorted(scores, reverse=True)
        assert {one["kind"] for one in entry["alternatives"]} <= set(CONFUSED)
        assert entry["attributes"]["features"]
    assert told["count"].keys() == {"min", "max", "why"}


def test_it_never_says_what_a_sound_was(village, jail):
    """The word that would be a verdict stands nowhere in what is told, nor in what the analyser says of itself."""
    assert "gunshot" not in json.dumps(look(village, jail).as_json()).lower()
    assert "gunshot" not in repr(Shots().about).lower()


def test_no_sound_silence_and_a_click_are_stated(tmp_path, jail):
    """Each has an outcome of its own, and why; none is an empty result."""
    pictures = write(tmp_path / "pictures.mp4", Clip(pts=variable_pts(10)))
    silence = wav(tmp_path / "silence.wav", np.zeros(2 * RATE_HZ, np.float32))
    click = wav(tmp_path / "click.wav", np.full(2_400, 0.5, np.float32))
    told = {file.name: look(file, jail) for file in (pictures, silence, click)}

    assert {name: track.outcome for name, track in told.items()} == {
        "pictures.mp4": "nothing_found",
        "silence.wav": "nothing_found",
        "click.wav": "could_not_look",
    }
    assert "no sound" in told["pictures.mp4"].why
    assert "silent throughout" in told["silence.wav"].why
    assert "too short" in told["click.wav"].why
    assert told["silence.wav"].more["count"] | {"why": ""} == {"min": 0, "max": 0, "why": ""}


def test_a_telephone_at_8_khz_is_heard(tmp_path, jail):
    """Sound without its highs still gives candidates at the right times."""
    sound = laid(quiet(4, 8_000), (1.0, 0.8 * shot(rate_hz=8_000)), (2.5, 0.8 * shot(rate_hz=8_000)), rate_hz=8_000)
    track = look(wav(tmp_path / "narrow.wav", sound, rate_hz=8_000), jail)
    starts = [float(one.start_pts * one.time_base) for one in track.entries]

    assert starts == pytest.approx([1.0, 2.5], abs=0.005)


def test_six_channels_are_heard_as_one(tmp_path, jail):
    """What stands in one of six channels alone is heard."""
    path = tmp_path / "six.wav"
    sound = laid(quiet(3), (1.2, 0.9 * shot()))
    with av.open(str(path), "w") as out:
        stream = out.add_stream("pcm_s16le", rate=RATE_HZ, layout="5.1")
        channels = np.zeros((6, len(sound)), np.float32)
        channels[2] = sound
        frame = av.AudioFrame.from_ndarray(channels, format="fltp", layout="5.1")
        frame.sample_rate = RATE_HZ
        formed = av.AudioResampler(format="s16", layout="5.1", rate=RATE_HZ, frame_size=1024)
        for piece in [*formed.resample(frame), *formed.resample(None)]:
            out.mux(stream.encode(piece))
        out.mux(stream.encode(None))
    (entry,) = look(path, jail).entries

    assert float(entry.start_pts * entry.time_base) == pytest.approx(1.2, abs=0.005)


def test_sound_that_goes_on_after_the_pictures_is_heard(tmp_path, jail):
    """A candidate may lie behind the last picture."""
    sound = laid(quiet(4), (3.0, 0.8 * shot()))
    clip = Clip(pts=variable_pts(20), sound=sound, sound_codec="flac", container="matroska")
    track = look(write(tmp_path / "longer.mkv", clip), jail)

    assert [round(float(one.start_pts * one.time_base), 2) for one in track.entries] == [3.0]


def test_what_comes_back_weaker_is_told_as_a_possible_echo(tmp_path, jail):
    """An echo names the sound it may come from, is not in the least count, and is in the most."""
    back = np.convolve(shot(), np.exp(-np.arange(240) / 60) / 30, "full")
    sound = laid(quiet(4, level=0.001), (1.0, 0.9 * shot()), (1.4, 0.25 * back / np.abs(back).max()))
    track = look(wav(tmp_path / "echo.wav", sound), jail)
    first, *rest = track.entries

    assert "echo_of" not in first.more
    assert all(one.more["echo_of"]["start_pts"] == first.start_pts for one in of_kind(track, "impulsive_sound")[1:])
    assert rest
    assert track.more["count"]["min"] <= 1 < track.more["count"]["max"]


def test_a_burst_is_marked_and_not_counted_inside(tmp_path, jail):
    """One entry from its first sound to its last; the sounds in it are in no count."""
    track = look(wav(tmp_path / "burst.wav", laid(quiet(4), (1.0, 0.9 * burst()))), jail)
    (one,) = of_kind(track, "impulsive_burst")

    assert float(one.start_pts * one.time_base) == pytest.approx(1.0, abs=0.02)
    assert float(one.end_pts * one.time_base) == pytest.approx(1.7, abs=0.25)
    assert of_kind(track, "impulsive_sound") == []
    assert track.more["count"]["min"] == 0
    assert "not counted inside" in track.more["count"]["why"]


@pytest.mark.parametrize("at_once", [12_000, 777, 512])
def test_the_same_is_heard_however_the_sound_is_handed_over(at_once):
    """Blocks of any size give the same impulses, to the last digit, at exact times across a jump."""
    sound = laid(quiet(8, 24_000), (1.0, 0.8 * shot(rate_hz=24_000)), (6.0, 0.8 * shot(rate_hz=24_000)), rate_hz=24_000)
    anchors = (Anchor(sample=0, seconds=Fraction(7, 90)), Anchor(sample=96_000, seconds=Fraction(100)))
    told, whole = (hear(sound, anchors, size) for size in (at_once, len(sound)))
    first, *_rest, last = [
        one["start_pts"] * told["time_base"] for one in told["impulses"] if one["scores"]["shot"] > 0.5
    ]

    assert told == whole
    assert float(first) == pytest.approx(7 / 90 + 1, abs=0.002)
    assert float(last) == pytest.approx(100 + 2, abs=0.002)


def test_sound_of_hours_is_not_kept():
    """Two minutes in, two or three seconds of sound are held."""
    listener = listening()
    for start in range(0, 120 * 24_000, 12_000):
        listener.hear(block(quiet(0.5, 24_000), start, START))
    assert len(listener._kept) < 4 * 24_000


def test_samples_that_are_no_numbers_are_silence():
    """A decoder's infinities and not-a-numbers do not spread."""
    sound = laid(quiet(4, 24_000), (2.0, 0.8 * shot(rate_hz=24_000)), rate_hz=24_000)
    sound[100:110], sound[200] = np.nan, np.inf
    told = hear(sound, START, 12_000)
    assert [one for one in told["impulses"] if one["scores"]["shot"] > 0.5]


def test_more_than_can_be_kept_is_told(monkeypatch):
    """Where too much may be told the least likely is left out, and its number told."""
    monkeypatch.setattr("probata.analysis.jailed.impulses._MOST", 20)
    clicks = [(at, np.full(24, 0.1 + at / 20)) for at in np.arange(0.1, 7.9, 0.1)]
    told = hear(laid(quiet(8, 24_000), *clicks, rate_hz=24_000), START, 12_000)
    assert told["left_out"] > 0
    assert told["sudden"] > told["left_out"]


def listening():
    return Impulses(weights=WEIGHTS, rise_db=3.5, least=0.0, kinds=["shot"])


def block(samples, start, anchors):
    channels = samples.astype(np.float32).reshape(1, -1)
    return SoundBlock(start_sample=start, rate_hz=24_000, channels=channels, anchors=anchors)


def hear(samples, anchors, at_once):
    listener = listening()
    for start in range(0, len(samples), at_once):
        listener.hear(block(samples[start : start + at_once], start, anchors))
    return listener.finish()


def test_an_onset_is_found_to_the_millisecond():
    """Where silence ends is told within a few samples; what lies before does not move it."""
    for true in (3_000, 5_431):
        sound = quiet(1, 24_000).astype(np.float32)
        piece = shot(rate_hz=24_000)[: len(sound) - true]
        sound[true:] += piece.astype(np.float32)
        for near in (true - 60, true, true + 90):
            assert abs(onsets.exact(sound, near).sample - true) <= 6


def test_what_a_codec_puts_before_a_loud_sound_is_not_taken_for_it():
    """Out of silence a faint noise rises as far as the sound some milliseconds after it: the louder is the onset."""
    sound = np.zeros(24_000, np.float32)
    faint = np.random.default_rng(3).standard_normal(288).astype(np.float32)
    sound[12_000 - 288 : 12_000] = 0.004 * faint
    sound[12_000:] = 0.8 * shot(rate_hz=24_000)[:12_000].astype(np.float32)
    (frame,) = onsets.candidates(onsets.levels(sound), 3.5)[:1]
    begun = onsets.exact(sound, int(frame) * onsets.HOP + onsets.WINDOW // 2).sample

    assert abs(begun - 12_000) <= 48


@given(st.integers(0, 2_000), st.integers(200, 30_000), st.sampled_from([0.0, 1e-6, 0.2, 1.0]))
@settings(max_examples=40, deadline=None)
def test_a_description_is_whole_wherever_the_sound_begins_and_ends(onset, count, loud):
    """At the first frame, at the last, in silence and at full scale, every feature is a number within bounds."""
    sound = loud * np.random.default_rng(count).uniform(-1, 1, count).astype(np.float32)
    level = onsets.levels(np.concatenate([sound, np.zeros(onsets.WINDOW, np.float32)]))
    frame = min(onset // onsets.HOP, len(level) - 1)
    told = features.describe(level, frame, sound, min(onset, count - 1))

    assert told.shape == (len(features.NAMES),)
    assert np.isfinite(told).all()
    assert np.abs(told).max() < 1_000


def test_another_model_is_another_recipe(monkeypatch):
    """The digest of the weights goes into the recipe."""
    analyser = Shots()
    before = run.recipe_of(analyser, {})
    monkeypatch.setattr(analyser, "_weights", analyser._weights + b" ")
    assert run.recipe_of(analyser, {}) != before


@pytest.mark.parametrize(
    "spoiled",
    [
        b"",
        b"{}",
        WEIGHTS.replace(b'"rise"', b'"risen"', 1),
        WEIGHTS.replace(b'"mean": [', b'"mean": [1.0, ', 1),
        WEIGHTS.replace(b'"kinds": ["shot", ', b'"kinds": [', 1),
    ],
)
def test_a_model_that_is_none_is_refused(spoiled):
    """Other features, lacking kinds and numbers that do not fit are named, never read as something else."""
    with pytest.raises(InvalidValue, match="model of `shots`"):
        Model.read(spoiled)


def test_the_model_says_how_it_was_made():
    """The weights name the command that made them and what it measured; each row of scores comes to one."""
    told = json.loads(WEIGHTS)
    assert told["made_by"].startswith("tools/train_shots.py")
    assert told["measured"]["shots"] > 0
    model = Model.read(WEIGHTS)
    rows = np.random.default_rng(0).normal(0, 30, (9, len(features.NAMES + features.CONTEXT))).astype(np.float32)
    assert model.scores(rows).sum(axis=1) == pytest.approx(np.ones(9), abs=1e-5)


# ---- counting, over all that might be heard


def kinds_of(shares):
    whole = sum(shares) or 1
    return dict(zip(("shot", "echo", "firework", "door", "other"), (share / whole for share in shares), strict=True))


SOUNDS = st.lists(
    st.builds(
        Impulse,
        onset_s=st.floats(0, 20, allow_nan=False),
        level_db=st.floats(-90, 0, allow_nan=False),
        rise_db=st.floats(3, 40, allow_nan=False),
        scores=st.builds(kinds_of, st.lists(st.integers(0, 20), min_size=5, max_size=5)),
    ),
    max_size=30,
).map(lambda sounds: [evolve(one, key=key) for key, one in enumerate(sounds)])


@given(SOUNDS)
def test_the_least_is_never_more_than_the_most(sounds):
    """The count is a range of whole numbers that holds what is told, and says why it is one."""
    found = counting.heard(sounds, Rules())
    assert 0 <= found.count.least <= len(found.plain) <= found.count.most <= len(sounds)
    assert found.count.why


@given(SOUNDS, st.randoms())
def test_the_order_in_which_sounds_are_handed_over_does_not_matter(sounds, random):
    """The same impulses give the same candidates and the same count."""
    shuffled = list(sounds)
    random.shuffle(shuffled)
    assert counting.heard(sounds, Rules()) == counting.heard(shuffled, Rules())


@given(SOUNDS)
def test_an_echo_comes_after_a_plainer_sound_that_is_none(sounds):
    """What may be an echo names an earlier candidate, no echo itself, and is not much louder or hardly rises."""
    found = counting.heard(sounds, Rules())
    told = {one.key: one for one in (*found.plain, *found.doubtful)}
    for one in told.values():
        if one.echo_of is not None:
            source = told[one.echo_of]
            assert source.echo_of is None
            assert source.onset_s <= one.onset_s <= source.onset_s + Rules().echo_s
            assert source.level_db > one.level_db - 3 or one.rise_db < 6


@given(SOUNDS)
def test_nothing_inside_a_burst_is_counted(sounds):
    """No candidate lies in a burst, and bursts do not overlap."""
    found = counting.heard(sounds, Rules())
    for one in found.bursts:
        assert not [sound for sound in (*found.plain, *found.doubtful) if one.start_s <= sound.onset_s <= one.end_s]
        assert len(one.keys) >= Rules().burst_of
    ends = [one.end_s for one in found.bursts]
    assert all(later.start_s > end for later, end in zip(found.bursts[1:], ends, strict=False))


def test_fireworks_around_a_sound_widen_the_count():
    """Where crackle is heard, a sound that is plainly like a shot is still told, and no longer in the least count."""
    bang = Impulse(onset_s=20.0, level_db=-10, rise_db=30, scores={"shot": 0.95})
    crackle = [
        Impulse(onset_s=30 + place / 3, level_db=-20, rise_db=9, scores={"shot": 0.02, "firework": 0.9}, key=place)
        for place in range(1, 9)
    ]
    alone, among = counting.heard([bang], Rules()), counting.heard([bang, *crackle], Rules())

    assert (alone.count.least, alone.count.most) == (1, 1)
    assert (among.count.least, among.count.most) == (0, 1)
    assert "firework" in among.count.why


def test_a_voice_near_by_is_no_fireworks():
    """Syllables that are like crackle follow each other at once: however many, they cast no doubt on a plain sound."""
    bang = Impulse(onset_s=20.0, level_db=-10, rise_db=30, scores={"shot": 0.95})
    voice = [
        Impulse(onset_s=30 + place / 10, level_db=-20, rise_db=9, scores={"shot": 0.02, "firework": 0.9}, key=place)
        for place in range(1, 12)
    ]
    assert counting.heard([bang, *voice], Rules()).count.least == 1


def test_a_weak_sound_is_told_only_beside_a_certain_one():
    """What is somewhat like a shot is doubtful by itself or far from a certain one, and told where one is near."""
    weak = Impulse(onset_s=40.0, level_db=-20, rise_db=20, scores={"shot": 0.5, "other": 0.5}, key=1)
    certain = Impulse(onset_s=20.0, level_db=-10, rise_db=30, scores={"shot": 0.95}, key=2)

    by_itself = counting.heard([weak], Rules())
    beside = counting.heard([weak, certain], Rules())
    far = counting.heard([weak, evolve(certain, onset_s=5.0)], Rules())

    assert (by_itself.plain, by_itself.count.least, by_itself.count.most) == ((), 0, 1)
    assert [one.key for one in beside.plain] == [2, 1]
    assert (beside.count.least, beside.count.most) == (1, 2)
    assert [one.key for one in far.doubtful] == [1]


def test_a_sound_that_another_name_fits_better_is_doubtful():
    """A sound that is more like a hammer than like a shot is not told as plain, whatever is near it."""
    certain = Impulse(onset_s=20.0, level_db=-10, rise_db=30, scores={"shot": 0.95}, key=2)
    blow = Impulse(onset_s=23.0, level_db=-12, rise_db=30, scores={"shot": 0.4, "hammer": 0.45}, key=3)
    found = counting.heard([certain, blow], Rules())
    assert [one.key for one in found.plain] == [2]
    assert [one.key for one in found.doubtful] == [3]


def test_a_bang_by_itself_that_may_be_a_rocket_is_doubtful():
    """However plain it is: only another certain sound near it speaks for it; both are in the most in any case."""
    bang = Impulse(onset_s=20.0, level_db=-10, rise_db=30, scores={"shot": 0.85, "firework": 0.14}, key=1)
    other = Impulse(onset_s=24.0, level_db=-10, rise_db=30, scores={"shot": 0.97, "firework": 0.01}, key=2)

    alone, beside = counting.heard([bang], Rules()), counting.heard([bang, other], Rules())

    assert (alone.plain, alone.count.least, alone.count.most) == ((), 0, 1)
    assert [one.key for one in beside.plain] == [1, 2]


@given(SOUNDS, st.floats(0.5, 0.8), st.floats(0.05, Rules().doubtful))
def test_asking_for_more_certainty_widens_the_range(sounds, told, doubtful):
    """A lower score for doubts never lowers the most; a higher one for certainty never raises the least."""
    usual = counting.heard(sounds, Rules(told=told)).count
    assert counting.heard(sounds, Rules(told=told, doubtful=doubtful)).count.most >= usual.most
    assert counting.heard(sounds, Rules(told=told, certain=0.95)).count.least <= usual.least


def test_scores_out_of_order_are_refused():
    """Rules whose least and most would cross cannot be made."""
    with pytest.raises(InvalidValue, match="rules of `shots`"):
        Rules(told=0.2, doubtful=0.4)
