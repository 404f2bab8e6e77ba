"""What is heard: `python benchmarks/listening.py [--quick] [--way ours|defaults] [SOUNDS]`.

Speech beside faster-whisper's own defaults, with the same weights, in int8, on one thread, in one run:

- words that are wrong in short readings whose words are known, as a share of all words;
- words written down a minute where nobody speaks: shots, household sounds, and wind, hum, music, silence made by code;
- seconds of sound a second of processor time, with all that a file costs: process, libraries, weights.

SOUNDS is a folder of sounds that are kept beside the repository and never in it (default: `../shared/sounds`); without
it only what code makes is heard. Sets are small: they rank ways of doing it, and promise nothing about other sound.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
import time
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

os.environ.update(
    HF_HUB_OFFLINE="1", HF_HUB_DISABLE_TELEMETRY="1", ORT_DISABLE_TELEMETRY="1", OMP_NUM_THREADS="1", DO_NOT_TRACK="1"
)

import numpy as np
from attrs import define
from numpy.typing import NDArray

from probata.analysis.run import analyse_file
from probata.engines import weights
from probata.engines.sandbox import Jail
from probata.media.wire import a_jail

RATE_HZ = 16_000
SOUNDS = Path(__file__).parents[2] / "shared" / "sounds"
# What is said in each, as heard by a person or told where it was published.
READINGS = {
    "jfk.flac": "and so my fellow americans ask not what your country can do for you "
    "ask what you can do for your country",
    "ru_pisets_test_sound_en.wav": "neural networks are good",
    "ru_pisets_test_sound_ru.wav": "нейронные сети это хорошо",
    "ru_golos.wav": "шестьдесят тысяч тенге сколько будет стоить",
}
NUMBERS = {"60": "шестьдесят"}


@define
class Sums:
    """What one way of doing it came to."""

    words: int = 0
    wrong: int = 0
    invented: int = 0
    doubtful: int = 0
    seconds: float = 0.0
    processor_s: float = 0.0


class Ours:
    """The `speech` analyser, in its jail."""

    def __init__(self, jail: Jail) -> None:
        self._jail = jail

    def hear(self, file: Path) -> tuple[str, str, float]:
        """The speech, what is doubtful, and the processor time of the cell that heard it."""
        (track,) = analyse_file(file, ["speech"], jail=self._jail)
        if track.outcome == "could_not_look":
            sys.exit(f"{file.name}: {track.why}")
        told, doubtful = (
            " ".join(segment["text"] for segment in track.more.get(name, ())) for name in ("segments", "doubtful")
        )
        assert self._jail.last is not None
        return told, doubtful, self._jail.last.processor_s


class Defaults:
    """faster-whisper with nothing chosen but the machine: int8, one thread; loaded anew for each file, as ours is."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self._files = files

    def hear(self, file: Path) -> tuple[str, str, float]:
        """The same; nothing is doubtful to it."""
        from faster_whisper import WhisperModel

        start = time.process_time()
        model = WhisperModel(
            "given", device="cpu", compute_type="int8", cpu_threads=1, local_files_only=True, files=dict(self._files)
        )
        segments, _told = model.transcribe(str(file))
        text = " ".join(segment.text for segment in segments)
        return text, "", time.process_time() - start


def main() -> int:
    """Hear everything, both ways, and print a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("sounds", nargs="?", type=Path, default=SOUNDS)
    parser.add_argument("--quick", action="store_true", help="leave most of the shots out")
    parser.add_argument("--way", choices=("ours", "defaults"), help="one way alone")
    asked = parser.parse_args()
    for role in (weights.SPEECH, weights.VOICE):
        if lacks := weights.lacking(role):
            print(f"cannot run: {lacks}")
            return 1
    peer = Defaults(dict(weights.read(weights.SPEECH).files))
    with a_jail() as jail, tempfile.TemporaryDirectory() as folder:
        ours = Ours(jail)
        ways = {"ours": ("ours", ours), "defaults": ("faster-whisper as it comes", peer)}
        for title, which in [ways[asked.way]] if asked.way else ways.values():
            _report(title, which, asked.sounds, Path(folder), quick=asked.quick)
    return 0


def _report(title: str, way: Any, sounds: Path, folder: Path, *, quick: bool) -> None:  # noqa: ANN401  two of a kind
    print(f"\n{title}", flush=True)
    read = Sums()
    for name, said in READINGS.items():
        if (sounds / "speech" / name).is_file():
            text, doubtful, _processor_s = way.hear(sounds / "speech" / name)
            words = plain(said)
            wrong = distance(words, plain(f"{text} {doubtful}"))
            read.words, read.wrong = read.words + len(words), read.wrong + wrong
            read.doubtful += len(plain(doubtful))
            print(
                f"  {name:<32} {wrong} of {len(words)} words wrong, {len(plain(doubtful))} doubtful: {text}", flush=True
            )
    if read.words:
        print(f"  words wrong: {read.wrong / read.words:.3f} of {read.words}; {read.doubtful} written as doubtful")
    silent = Sums()
    for file, seconds in nobody_speaks(sounds, folder, quick=quick):
        text, doubtful, _processor_s = way.hear(file)
        silent.seconds += seconds
        silent.invented += len(plain(text))
        silent.doubtful += len(plain(doubtful))
        if text or doubtful:
            print(f"  {file.name:<32} {text!r}, doubtful {doubtful!r}", flush=True)
    minutes = silent.seconds / 60
    print(f"  words invented: {silent.invented / minutes:.2f} a minute in {minutes:.1f} minutes without speech", end="")
    print(f"; {silent.doubtful / minutes:.2f} more kept as doubtful")
    if (long := _long_reading(sounds, folder)) is not None:
        file, seconds = long
        _text, _doubtful, processor_s = way.hear(file)
        print(
            f"  {seconds / processor_s:.1f} s of speech a second of one core ({seconds:.0f} s in {processor_s:.1f} s)"
        )


def nobody_speaks(sounds: Path, folder: Path, *, quick: bool) -> Iterator[tuple[Path, float]]:
    """Sounds in which nobody speaks: made ones, household ones, shots one after the other and alone."""
    for name, samples in made():
        yield written(folder / f"made_{name}.wav", samples)
    for file in sorted((sounds / "negatives").glob("*")):
        if "people_talking" not in file.name:
            yield file, len(decoded(file)) / RATE_HZ
    for weapon in sorted((sounds / "gun_dev").glob("*"))[: 2 if quick else None]:
        clips = sorted(weapon.glob("*.flac"))
        yield written(folder / f"shots_{weapon.name}.wav", np.concatenate([decoded(clip) for clip in clips]))
        for clip in clips[: 1 if quick else 3]:
            yield clip, len(decoded(clip)) / RATE_HZ


def made() -> Iterator[tuple[str, NDArray[np.float32]]]:
    """Twenty seconds each of silence, noise, wind, hum, music and bursts, the same every time."""
    random = np.random.default_rng(4)
    count = 20 * RATE_HZ
    at = np.arange(count) / RATE_HZ
    noise = random.standard_normal(count)
    drift = np.cumsum(noise)
    drift -= np.convolve(drift, np.ones(800) / 800, "same")
    bursts = noise * np.exp(-((at * 0.7) % 1) * 30)
    chord = sum(np.sin(2 * np.pi * hz * at) for hz in (220, 277, 330)) * np.exp(-((at * 2) % 1) * 3)
    for name, samples in {
        "silence": np.zeros(count),
        "noise": 0.05 * noise,
        "wind": 0.5 * drift / np.abs(drift).max() * (0.6 + 0.4 * np.sin(2 * np.pi * 0.2 * at)),
        "hum": 0.1 * np.sin(2 * np.pi * 50 * at) + 0.05 * np.sin(2 * np.pi * 150 * at),
        "music": 0.25 * chord,
        "bursts": 0.3 * bursts,
    }.items():
        yield name, samples.astype(np.float32)


def _long_reading(sounds: Path, folder: Path) -> tuple[Path, float] | None:
    file = sounds / "speech" / "jfk.flac"
    if not file.is_file():
        return None
    return written(folder / "long.wav", np.tile(decoded(file), 8))


def written(path: Path, samples: NDArray[np.float32]) -> tuple[Path, float]:
    """A sound as a file, and how many seconds it lasts."""
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE_HZ)
        out.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return path, len(samples) / RATE_HZ


def decoded(file: Path) -> NDArray[np.float32]:
    """The samples of a sound of ours to keep, at 16 kHz."""
    from faster_whisper.audio import decode_audio

    samples: NDArray[np.float32] = decode_audio(str(file), sampling_rate=RATE_HZ)
    return samples


def plain(text: str) -> list[str]:
    """Its words, without case and marks."""
    return [NUMBERS.get(word, word) for word in re.sub(r"[^\w\s]", " ", text.casefold()).split()]


def distance(said: list[str], told: list[str]) -> int:
    """How many words must be changed, put in or left out to make one of the other."""
    row = list(range(len(told) + 1))
    for number, word in enumerate(said, 1):
        before, row[0] = row[0], number
        for column, other in enumerate(told, 1):
            before, row[column] = row[column], min(row[column] + 1, row[column - 1] + 1, before + (word != other))
    return row[-1]


if __name__ == "__main__":
    sys.exit(main())
