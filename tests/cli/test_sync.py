"""`probata sync`: bare files of every kind, told to a person or to a program."""

from __future__ import annotations

import sys
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from asking import json_of

from probata.cli.__main__ import main

ROOT = Path(__file__).parents[2]
for folder in ("verification", "copies/sound", "media"):
    sys.path.insert(0, str(ROOT / "tests" / folder))

from made import Clip, ordinal_picture, write, write_sound  # noqa: E402  its folder was put on the path above
from made_recorders import RATE_HZ, Recorder, Source, shot  # noqa: E402  same
from sounds import voice  # noqa: E402  same


def write_channels(
    path: Path, samples: np.ndarray, *, codec: str, rate_hz: int, layout: str, starts_s: float = 0.0
) -> Path:
    """Sound with a row a channel, placed from `starts_s` on; so an encoder's own delay is told in the file."""
    with av.open(str(path), "w") as out:
        stream = out.add_stream(codec, rate=rate_hz, layout=layout)
        size = stream.codec_context.frame_size or 1024
        for start in range(0, samples.shape[1], size):
            piece = np.ascontiguousarray(samples[:, start : start + size])
            frame = av.AudioFrame.from_ndarray(piece, format="fltp", layout=layout)
            frame.sample_rate, frame.time_base = rate_hz, Fraction(1, rate_hz)
            frame.pts = start + round(starts_s * rate_hz)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path


@pytest.fixture(scope="module")
def event(tmp_path_factory):
    """One voice as five recorders of different make kept it, shots of two guns, and files without anything to hear."""
    folder = tmp_path_factory.mktemp("event")
    sources = [Source(sound=voice(3, 30, rate_hz=RATE_HZ))]

    def heard(seed: int, starts_s: float, rate_hz: int, **more: float) -> np.ndarray:
        more = {"lasts_s": 14, "noise_db": -45, **more}
        return Recorder(starts_s=starts_s, seed=seed, rate_hz=rate_hz, **more).hears(sources)

    write_sound(folder / "a.wav", heard(1, 0.0, 44_100), codec="pcm_s16le", rate_hz=44_100)
    aac = heard(2, 4.0, 48_000, gain=0.4, clips_at=0.1, drift_ppm=80)
    write_channels(folder / "b.m4a", aac.reshape(1, -1), codec="aac", rate_hz=48_000, layout="mono")
    write_sound(folder / "c.wav", heard(3, 2.0, 8_000, drift_ppm=-60), codec="pcm_s16le", rate_hz=8_000)
    # Its pictures start a second and a half after its sound.
    pictures = Clip(pts=[1500 + 40 * k for k in range(100)], sound=heard(4, 3.0, 48_000, lasts_s=9))
    write(folder / "d.mp4", pictures)
    late = heard(2, 4.0, 48_000).reshape(1, -1)
    write_channels(folder / "late.mkv", late, codec="flac", rate_hz=48_000, layout="mono", starts_s=2.5)
    around = np.stack([heard(5 + k, 1.0, 48_000) for k in range(6)])
    write_channels(folder / "e.m4a", around, codec="aac", rate_hz=48_000, layout="5.1")
    for number, apart_s in enumerate((0.2929, 0.3209, 0.3742)):
        shots = [Source(sound=shot(1), at_s=2), Source(sound=shot(2), at_s=2 + apart_s)]
        fired = Recorder(lasts_s=5 + number, noise_db=-50, seed=number, rate_hz=48_000).hears(shots)
        write_channels(folder / f"gun{number}.m4a", fired.reshape(1, -1), codec="aac", rate_hz=48_000, layout="mono")
    write(folder / "mute.mp4", Clip(pts=[40 * k for k in range(25)], picture=ordinal_picture))
    write_sound(folder / "silence.wav", np.zeros(3 * RATE_HZ, np.float32), codec="pcm_s16le", rate_hz=RATE_HZ)
    (folder / "notes.txt").write_text("no recording")
    (folder / "torn.m4a").write_bytes((folder / "b.m4a").read_bytes()[:3000])
    return folder


def names_of(event: Path, *names: str) -> list[str]:
    return [str(event / name) for name in names]


FIVE = {"a.wav": (0.0, 0.0), "b.m4a": (4.0, 80.0), "c.wav": (2.0, -60.0), "d.mp4": (3.0, 0.0), "e.m4a": (1.0, 0.0)}


def test_five_recorders_of_different_make(event, capsys):
    """44.1, 48 and 8 kHz, AAC, 5.1, clipped, pictures later than sound: all pairs, one clock, every loop closes."""
    code, told = json_of(capsys, "sync", *names_of(event, *FIVE))
    assert code == 0
    assert {one["outcome"] for one in told["pairs"]} == {"found"}
    assert len(told["pairs"]) == 10
    for one, (starts_s, drift_ppm) in zip(told["whole"]["clocks"], FIVE.values(), strict=True):
        # Own time 0 is `starts_s` on A's clock, give or take what drifts meanwhile.
        assert one["offset_s"] == pytest.approx(-starts_s * (1 + drift_ppm * 1e-6), abs=4e-4)
        assert one["drift_ppm"] == pytest.approx(drift_ppm, abs=max(6.0, one["drift_error_ppm"]))
    assert told["whole"]["consistent"]
    assert len(told["whole"]["loops"]) == 10
    assert told["derivation"]["inputs"]["recordings"][0]["sha256"] == told["recordings"][0]["sha256"]
    everybody = next(one for one in told["coverage"] if len(one["recordings"]) == 5)
    assert (everybody["from_s"], everybody["to_s"]) == pytest.approx((4.0, 12.0), abs=0.05)


def test_the_extent_holds_pictures_too(event, capsys):
    """What lasts longer, pictures or sound, is covered; sound starts where the file says."""
    _code, told = json_of(capsys, "sync", *names_of(event, "d.mp4", "a.wav"))
    recording = told["recordings"][0]
    assert recording["sound_from_s"] == pytest.approx(0, abs=0.001)
    assert recording["to_s"] == pytest.approx(9, abs=0.1)


def test_sound_that_starts_late_in_its_file(event, capsys):
    """Sound from 2.5 s of the file's own time on: the offset is one of its seconds, as finely as it states them."""
    _code, told = json_of(capsys, "sync", *names_of(event, "a.wav", "late.mkv"))
    assert told["recordings"][1]["sound_from_s"] == pytest.approx(2.5, abs=0.001)
    (pair,) = told["pairs"]
    assert abs(pair["offset_s"] - (-4 + 2.5)) <= pair["offset_error_s"] < 0.002


def test_shots_of_two_guns_are_refused_and_the_intervals_told(event, capsys):
    """292.9, 320.9 and 374.2 ms through AAC: three refusals with intervals, differences, metres; three clocks."""
    code, told = json_of(capsys, "sync", *names_of(event, "gun0.m4a", "gun1.m4a", "gun2.m4a"))
    assert code == 0
    assert [one["outcome"] for one in told["pairs"]] == ["refused"] * 3
    for one, (a_ms, b_ms) in zip(told["pairs"], ((292.9, 320.9), (292.9, 374.2), (320.9, 374.2)), strict=True):
        (interval,) = one["intervals"]
        assert abs(interval["difference_ms"] - (b_ms - a_ms)) <= interval["error_ms"]
        assert (interval["a_ms"], interval["b_ms"]) == pytest.approx((a_ms, b_ms), abs=4)
        assert one["by"] is None
        assert "offset_s" not in one
        assert [len(one["impulses"][side]) for side in ("a_s", "b_s")] == [2, 2]
    assert told["whole"]["parts"] == [["A"], ["B"], ["C"]]


def test_a_person_is_told_why_it_was_refused(event, capsys):
    """In words: the intervals, the metres, and that no clock was made up."""
    assert main(["sync", *names_of(event, "gun0.m4a", "gun1.m4a")]) == 0
    shown = capsys.readouterr().out
    assert "refused" in shown
    assert "no mark to set clocks by" in shown
    assert "m of path" in shown
    assert "none was made up" in shown


def test_a_person_sees_a_table_and_bars(event, capsys):
    """Offset, error, drift, and which seconds overlap, drawn."""
    assert main(["sync", *names_of(event, "a.wav", "b.m4a"), "--distance-m", "20"]) == 0
    shown = capsys.readouterr().out
    assert "A B   found" in shown
    assert "━" in shown
    assert "A, B" in shown
    assert "±58.3 ms" in shown
    assert "a person has confirmed it" in shown


def test_anchors_by_hand_set_what_sound_may_not(event, capsys):
    """An anchor gives an offset with its error; the refusal is noted beside it."""
    words = [*names_of(event, "gun0.m4a", "gun1.m4a"), "--anchor", "A=1.0,B=1.25", "--anchor-error-s", "0.02"]
    code, told = json_of(capsys, "sync", *words)
    (pair,) = told["pairs"]
    assert (code, pair["outcome"], pair["by"], pair["offset_s"]) == (0, "found", "anchors", 0.25)
    assert 0.02 <= pair["offset_error_s"] <= 0.04
    assert any("refused" in note for note in pair["notes"])


def test_anchors_alone_set_files_without_sound(event, capsys):
    """A file that is mute has a place on the clock where a person gave it one."""
    code, told = json_of(capsys, "sync", *names_of(event, "a.wav", "mute.mp4"), "--anchor", "A=5,B=0.5")
    assert (code, told["pairs"][0]["by"]) == (0, "anchors")
    assert told["coverage"][1]["recordings"] == ["A", "B"]


@pytest.mark.parametrize(
    ("name", "why"),
    [("mute.mp4", "no sound"), ("silence.wav", "silence"), ("notes.txt", ""), ("torn.m4a", "")],
)
def test_files_with_nothing_to_hear(event, capsys, name, why):
    """No sound, silence, no media, a torn file: could not look, why, and exit 5 where that is all."""
    code, told = json_of(capsys, "sync", *names_of(event, "a.wav", name))
    (pair,) = told["pairs"]
    assert (code, pair["outcome"]) == (5, "could_not_look")
    assert why in pair["why"]
    assert pair["why"].startswith("B: ")


def test_one_of_three_that_cannot_be_heard_does_not_stop_the_others(event, capsys):
    """The two that can be heard are set on one clock."""
    code, told = json_of(capsys, "sync", *names_of(event, "a.wav", "mute.mp4", "c.wav"))
    assert code == 0
    assert [one["outcome"] for one in told["pairs"]] == ["could_not_look", "found", "could_not_look"]
    assert told["whole"]["parts"] == [["A", "C"], ["B"]]


def test_a_file_against_itself(event, capsys):
    """One recording, named twice: told as such."""
    code, told = json_of(capsys, "sync", *names_of(event, "a.wav", "a.wav"))
    assert (code, told["pairs"][0]["by"], told["pairs"][0]["offset_s"]) == (0, "same_bytes", 0)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["a.wav"], 2),
        (["a.wav", "gone.wav"], None),
        (["a.wav", "c.wav", "--anchor", "A=1"], 2),
        (["a.wav", "c.wav", "--anchor", "A=1,Z=2"], 2),
        (["a.wav", "c.wav", "--distance-m", "-4"], 2),
        (["a.wav", "c.wav", "--distance-m", "nan"], 2),
        (["a.wav", "c.wav", "--anchor", "A=1,B=2", "--anchor-error-s", "0"], 2),
    ],
)
def test_calls_that_make_no_sense_are_refused(event, capsys, words, code):
    """One file, a file that is not there, anchors and distances that are none: an error that says what to do."""
    given = [str(event / word) if word.endswith(".wav") else word for word in words]
    told = main(["sync", *given])
    assert told == code if code is not None else told != 0
    assert capsys.readouterr().err.startswith("probata: ")
