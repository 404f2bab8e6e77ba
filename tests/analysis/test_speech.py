"""The `speech` analyser: with a detector and a model that a test makes, and with weights where they are installed."""

from __future__ import annotations

import io
import subprocess
import sys
import types
import wave
from fractions import Fraction
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
from made import Clip, variable_pts, write, write_sound

from probata.analysis import run
from probata.analysis.analysers.speech import Speech
from probata.analysis.jailed import recognising
from probata.analysis.jailed.recognising import Recogniser
from probata.analysis.kit import AnalyserKit
from probata.analysis.run import analyse_file
from probata.analysis.speech import voices
from probata.engines import settings, weights
from probata.media.jailed.sound import SoundBlock
from probata.media.passes import CannotLook
from probata.media.waveform import Anchor

RATE_HZ = 16_000
LACKS = "; ".join(filter(None, (weights.lacking(role) for role in (weights.SPEECH, weights.VOICE))))
needs_weights = pytest.mark.skipif(bool(LACKS), reason=LACKS or "weights are here")
READING = Path(__file__).parents[3] / "shared" / "sounds" / "speech" / "jfk.flac"
RULES = {"voice": 0.5, "quiet": 0.35, "pause": 31, "most": 875, "least": 6, "pad": 9}


class LoudIsVoice:
    """Stands for ONNX Runtime and the detector in one: a window is a voice if it is loud."""

    SessionOptions = types.SimpleNamespace

    class InferenceSession:
        def __init__(self, _model, _options, providers):
            pass

        def run(self, _outputs, given):
            loud = np.abs(given["input"]).max(axis=1) > 0.1
            return np.where(loud, 0.9, 0.0)[:, None], given["h"], given["c"]


class OneWord:
    """Stands for faster-whisper: every stretch holds one word, from its second tenth to its third."""

    loaded = 0
    tasks: ClassVar[list[str | None]] = []

    class WhisperModel:
        def __init__(self, _name, *, files, local_files_only, **_options):
            assert local_files_only
            assert files == {"model.bin": b"weights"}
            OneWord.loaded += 1
            self.model = self
            self.is_multilingual = True
            self.feature_extractor = self

        nb_max_frames = 3_000

        def __call__(self, samples):
            return np.zeros((80, len(samples) // 160 + 1), np.float32)

        def encode(self, features):
            assert features.shape == (80, 3_000)

        def detect_language(self, _encoded):
            return [[("<|uk|>", 0.6), ("<|ru|>", 0.3)]]

        def transcribe(self, samples, **options):
            assert options["language"] == "uk"
            OneWord.tasks.append(options.get("task"))
            assert len(samples) <= 30 * RATE_HZ
            word = types.SimpleNamespace(word=" so", start=0.2, end=0.3, probability=0.9)
            segment = types.SimpleNamespace(
                text=" so",
                start=0.0,
                end=99.0,
                words=[word],
                no_speech_prob=0.1,
                avg_logprob=-0.2,
                compression_ratio=1.0,
            )
            return iter([segment]), None


@pytest.fixture
def recogniser(monkeypatch):
    """A recogniser with the stand-ins."""
    OneWord.loaded = 0
    OneWord.tasks.clear()
    monkeypatch.setattr(recognising, "_engines", lambda: (LoudIsVoice, OneWord))
    return Recogniser(speech={"model.bin": b"weights"}, voice=b"detector", rules=RULES, beam=5, threads=1)


def _hum(hertz, seconds=1.0):
    at = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    return sum(np.sin(2 * np.pi * hertz * part * at) / part for part in range(1, 8)).astype(np.float32)


def test_voices_far_apart_in_pitch_are_two_groups_and_near_ones_are_none():
    """S1 and S2 in order of appearance; where pitches run into each other nobody is told apart."""
    low, high, also_low = (voices.pitch_of(_hum(hertz), RATE_HZ) for hertz in (105, 220, 120))
    assert voices.told_apart([high, low, also_low, None]) == ["S1", "S2", "S2", ""]
    near = [voices.pitch_of(_hum(hertz), RATE_HZ) for hertz in (105, 130, 160, 200)]
    assert voices.told_apart(near) == [""] * 4


@pytest.mark.parametrize("hertz", [80, 110, 160, 220, 330])
def test_a_pitch_is_told_within_a_semitone(hertz):
    assert abs(voices.pitch_of(_hum(hertz), RATE_HZ) - 12 * np.log2(hertz)) < 1


@pytest.mark.parametrize("kind", ["noise", "silence", "short"])
def test_what_has_no_pitch_has_none(kind):
    """Noise, silence and a tenth of a second belong to nobody."""
    noise = np.random.default_rng(1).standard_normal(RATE_HZ).astype(np.float32)
    samples = {"noise": noise, "silence": noise * 0, "short": _hum(110, 0.1)}[kind]
    assert voices.pitch_of(samples, RATE_HZ) is None


@pytest.mark.parametrize("draft", [False, True])
def test_a_machine_translates_only_where_it_was_told_to(recogniser, draft):
    """By default no translation is made; where one is, it is a draft beside the words, of the whole stretch."""
    recogniser._draft = draft
    (stretch,) = hear(recogniser, bursts(4, (1, 2)), (Anchor(sample=0, seconds=Fraction(0)),), 8_000)["stretches"]
    assert OneWord.tasks == [None, "translate"][: 1 + draft]
    assert stretch["draft"] == ("so" if draft else "")


def hear(recogniser, samples, anchors, at_once):
    for start in range(0, len(samples), at_once):
        piece = samples[start : start + at_once].astype(np.float32).reshape(1, -1)
        recogniser.hear(SoundBlock(start_sample=start, rate_hz=RATE_HZ, channels=piece, anchors=anchors))
    return recogniser.finish()


def bursts(seconds, *spans):
    """Silence with a tone in each span of seconds."""
    samples = np.zeros(seconds * RATE_HZ)
    for start, end in spans:
        at = np.arange(int(start * RATE_HZ), int(end * RATE_HZ))
        samples[at] = 0.5 * np.sin(2 * np.pi * 300 * at / RATE_HZ)
    return samples


@pytest.mark.parametrize("at_once", [8_000, 777, 512])
def test_times_are_exact_from_the_sounds_own_anchors(recogniser, at_once):
    """A word's tick is its sample's time by the anchors, across a jump, however the sound is handed over."""
    anchors = (Anchor(sample=0, seconds=Fraction(7, 90)), Anchor(sample=160_000, seconds=Fraction(100)))
    told = hear(recogniser, bursts(20, (2, 3), (12, 13)), anchors, at_once)
    first, second = ((one["segments"][0]["words"][0]["start_pts"]) * told["time_base"] for one in told["stretches"])

    begun = (62 - RULES["pad"]) * 512  # the window in which the first tone begins, and the padding before it
    assert first == Fraction(7, 90) + Fraction(begun + 3_200, RATE_HZ)
    assert second == 100 + Fraction((375 - RULES["pad"]) * 512 + 3_200 - 160_000, RATE_HZ)
    assert OneWord.loaded == 1


def test_sound_of_hours_is_not_kept(recogniser):
    """What no later stretch may take is let go; a voice without a pause is written down in parts."""
    told = hear(recogniser, bursts(120, (1, 70), (100, 101)), (Anchor(sample=0, seconds=Fraction(0)),), 8_000)

    assert len(told["stretches"]) == 4
    assert len(recogniser._kept) < 35 * RATE_HZ


def test_a_model_is_loaded_only_for_a_voice(recogniser):
    """Where no voice is heard, the speech model is never parsed."""
    told = hear(recogniser, bursts(3), (Anchor(sample=0, seconds=Fraction(0)),), 8_000)
    assert (told["stretches"], told["peak"], OneWord.loaded) == ([], 0.0, 0)


def test_a_model_that_fails_is_an_answer(recogniser, monkeypatch):
    """Whatever the model raises becomes *could not look*, with the reason."""
    monkeypatch.setattr(OneWord.WhisperModel, "transcribe", lambda *_args, **_named: 1 / 0)
    with pytest.raises(CannotLook, match="ZeroDivisionError"):
        hear(recogniser, bursts(4, (1, 2)), (Anchor(sample=0, seconds=Fraction(0)),), 8_000)


def test_samples_that_are_no_numbers_are_silence(recogniser):
    """A decoder's infinities and not-a-numbers do not spread."""
    samples = bursts(4, (1, 2))
    samples[100:110] = np.nan
    samples[200] = np.inf
    assert len(hear(recogniser, samples, (Anchor(sample=0, seconds=Fraction(0)),), 8_000)["stretches"]) == 1


def test_without_weights_it_could_not_look_and_says_what_to_install(tmp_path, monkeypatch):
    """The answer names the words to install; the file is not refused, and other analysers look."""
    monkeypatch.setattr(weights, "_path_of", lambda _part: None)
    tracks = {one.analyser: one for one in analyse_file(_silence(tmp_path), ["speech", "scenes"])}

    assert tracks["speech"].outcome == "could_not_look"
    assert "pip install" in tracks["speech"].why
    assert tracks["speech"].more["code"] == run.NOT_INSTALLED


def test_without_the_extra_it_says_which(monkeypatch):
    """The extra that is wanting is named."""
    monkeypatch.setattr(weights, "_installed", lambda _package: None)
    assert "probata[speech]" in Speech().about.lacking


def test_weights_that_are_not_those_that_were_named_are_refused_aloud(tmp_path, monkeypatch):
    """The track says that they are not used, and with which digest they were found."""
    root = settings.create(tmp_path / "workspace").root
    (root / "w.onnx").write_bytes(b"no model")
    with (root / "probata.toml").open("a") as file:
        file.write(f'\n[models.voice]\npath = "w.onnx"\nsha256 = "{"0" * 64}"\n')
    monkeypatch.setenv("PROBATA_WORKSPACE", str(root))
    monkeypatch.setattr(weights, "versions", lambda _role: {})
    monkeypatch.setattr(weights, "lacking", lambda _role, _given=None: "")
    monkeypatch.setattr(weights, "SPEECH", weights.VOICE)
    monkeypatch.setattr("probata.analysis.analysers.speech.SPEECH", weights.VOICE)
    (track,) = analyse_file(_silence(tmp_path), ["speech"])

    assert track.outcome == "could_not_look"
    assert "not " + "0" * 64 in track.why
    assert track.more["code"] == "weights_refused"


def _silence(folder, seconds=2):
    return write_sound(
        folder / "silence.wav", np.zeros(int(seconds * RATE_HZ), np.float32), codec="pcm_s16le", rate_hz=RATE_HZ
    )


def _spoken(folder, words="The men are walking along the road to the village.", language="en-us"):
    """A sentence in a voice made by code."""
    module = [sys.executable, "-m", "probata.cli.demo_footage.voice", "--language", language]
    done = subprocess.run(module, input=words.encode(), capture_output=True, check=False)
    if done.returncode:
        pytest.skip(done.stderr.decode())
    with wave.open(io.BytesIO(done.stdout)) as spoken:
        rate_hz = spoken.getframerate()
        samples = np.frombuffer(spoken.readframes(spoken.getnframes()), "<i2").astype(np.float32) / 32768
    return write_sound(folder / "spoken.wav", samples, codec="pcm_s16le", rate_hz=rate_hz)


@needs_weights
@pytest.mark.slow
class TestSpeech(AnalyserKit):
    """`speech` keeps the promises of every analyser."""

    name = "speech"

    def found(self, folder):
        """A sentence spoken by code."""
        return _spoken(folder)

    def nothing(self, folder):
        """Two seconds of silence."""
        return _silence(folder)

    def unfit(self, folder):
        """A page that was sent in place of footage."""
        (folder / "page.mp4").write_text("<!doctype html><title>Log in</title>", encoding="utf-8")
        return folder / "page.mp4"


@needs_weights
def test_no_sound_silence_and_a_click_are_stated(tmp_path):
    """Each has an outcome of its own, and why; none is an empty result."""
    pictures = write(tmp_path / "pictures.mp4", Clip(pts=variable_pts(10)))
    click = write_sound(tmp_path / "click.wav", np.full(800, 0.5, np.float32), codec="pcm_s16le", rate_hz=RATE_HZ)
    told = {file.name: analyse_file(file, ["speech"])[0] for file in (pictures, _silence(tmp_path), click)}

    assert {name: track.outcome for name, track in told.items()} == {
        "pictures.mp4": "nothing_found",
        "silence.wav": "nothing_found",
        "click.wav": "could_not_look",
    }
    assert "no sound" in told["pictures.mp4"].why
    assert "silent throughout" in told["silence.wav"].why
    assert "too short" in told["click.wav"].why


@needs_weights
def test_every_result_names_its_models(tmp_path):
    """Role, title, digest, licence and source of all weights; the digests go into the recipe."""
    (track,) = analyse_file(_silence(tmp_path), ["speech"])
    assert {one["role"] for one in track.more["models"]} == {"speech", "voice"}
    assert {one["sha256"] for one in track.more["models"]} == set(Speech().about.weights.values())


@needs_weights
@pytest.mark.skipif(not READING.is_file(), reason="the reading that is kept beside the repository is not here")
def test_a_reading_is_written_down_word_by_word():
    """A real voice: every word, in order, with times inside the sound, and English as the likeliest language."""
    (track,) = analyse_file(READING, ["speech"])
    segments = track.more["segments"]
    words = [word["text"].strip(" ,.!").lower() for segment in segments for word in segment["words"]]
    starts = [word["start_pts"] for segment in segments for word in segment["words"]]

    assert " ".join(words).endswith("ask what you can do for your country")
    assert starts == sorted(starts)
    assert all(0 <= word["start_s"] <= word["end_s"] <= 11 for segment in segments for word in segment["words"])
    assert max(track.more["languages"], key=track.more["languages"].get) == "en"
    assert {entry.kind for entry in track.entries} == {"speech"}
