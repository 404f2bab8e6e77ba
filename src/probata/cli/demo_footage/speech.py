"""Asks the voice, which speaks in a process of its own, for a sentence."""

from __future__ import annotations

import io
import subprocess
import sys
import wave

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from probata.cli.demo_footage.encode import SOUND_RATE_HZ
from probata.cli.demo_footage.errors import NoVoice

_PATIENCE_S = 60
_SILENCE = 0.002  # of full scale; what the voice leaves before and after its words is below


@frozen(kw_only=True)
class Sentence:
    """Words, the language they are in, and how the voice says them."""

    text: str
    language: str
    words_per_minute: int = 150
    pitch: int = 40


def say(sentence: Sentence) -> NDArray[np.float64]:
    """The sentence as samples at `SOUND_RATE_HZ`, peak 1.0, no silence at either end.

    Raises `NoVoice` where the machine has none: the caller then makes the clip without voice and says so.
    """
    asked = [
        *(sys.executable, "-m", "probata.cli.demo_footage.voice"),
        *("--language", sentence.language),
        *("--words-per-minute", str(sentence.words_per_minute)),
        *("--pitch", str(sentence.pitch)),
    ]
    done = subprocess.run(asked, input=sentence.text.encode(), capture_output=True, timeout=_PATIENCE_S, check=False)
    if done.returncode != 0:
        lines = done.stderr.decode(errors="replace").strip().splitlines()
        raise NoVoice(why=lines[-1] if lines else f"the voice ended with {done.returncode}")
    with wave.open(io.BytesIO(done.stdout)) as heard:
        rate_hz = heard.getframerate()
        samples = np.frombuffer(heard.readframes(heard.getnframes()), dtype="<i2") / 32768
    loud = np.flatnonzero(np.abs(samples) > _SILENCE)
    if loud.size == 0:
        raise NoVoice(why="the voice gave silence")
    spoken = _at_our_rate(samples[loud[0] : loud[-1] + 1], rate_hz)
    spoken /= np.abs(spoken).max()
    return spoken


def _at_our_rate(samples: NDArray[np.float64], rate_hz: int) -> NDArray[np.float64]:
    """Resampled by padding the spectrum: nothing is heard above what the voice had."""
    margin = rate_hz // 50  # silence at both ends, since the transform joins end to start
    padded = np.concatenate((np.zeros(margin), samples, np.zeros(margin)))
    wanted = round(len(padded) * SOUND_RATE_HZ / rate_hz)
    resampled = np.fft.irfft(np.fft.rfft(padded), wanted) * (wanted / len(padded))
    kept = round(margin * SOUND_RATE_HZ / rate_hz)
    return resampled[kept:-kept]
