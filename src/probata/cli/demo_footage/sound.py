"""Sound of the demo's clips: wind, impulses, a voice nearby and a voice far off, each where the script puts it."""

from __future__ import annotations

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from probata.cli.demo_footage.encode import SOUND_RATE_HZ

Samples = NDArray[np.float64]


@frozen(kw_only=True)
class Placed:
    """A sound and the sample at which it starts."""

    start: int
    samples: Samples


def mix(length: int, *, seed: int, placed: list[Placed]) -> NDArray[np.int16]:
    """All sounds over wind, as 16-bit samples; what would be louder than full scale is held there."""
    mixed = 0.02 * wind(length, seed=seed)
    for sound in placed:
        end = min(length, sound.start + len(sound.samples))
        mixed[sound.start : end] += sound.samples[: end - sound.start]
    held: NDArray[np.int16] = np.round(np.clip(mixed, -1, 32767 / 32768) * 32768).clip(-32768, 32767).astype(np.int16)
    return held


def wind(length: int, *, seed: int) -> Samples:
    """Low noise that swells and falls, peak about 1."""
    chance = np.random.default_rng(seed)
    gusts = 0.6 + 0.4 * np.sin(np.linspace(0, 2 * np.pi * length / SOUND_RATE_HZ / 5.3, length) + chance.uniform(0, 6))
    low = _filtered(chance.standard_normal(length), below_hz=400) * gusts
    swelling: Samples = low / np.abs(low).max()
    return swelling


def impulse(*, seed: int, peak: float = 0.9) -> Samples:
    """A burst of noise that is loudest at its first samples and decays: a sharp part, and a long quiet one."""
    chance = np.random.default_rng(seed)
    at_s = np.arange(SOUND_RATE_HZ // 2) / SOUND_RATE_HZ
    decay = np.exp(-at_s / 0.008) + 0.12 * np.exp(-at_s / 0.09)
    burst = chance.uniform(-1, 1, len(at_s)) * decay
    burst[:8] = np.array([1, -1, 1, 1, -1, 1, -1, -1])  # the first sample is the onset, whatever the seed
    scaled: Samples = peak * burst / np.abs(burst).max()
    return scaled


def nearby(voice: Samples) -> Samples:
    """A voice beside the microphone."""
    return 0.35 * voice


def far_off(voice: Samples, *, seed: int) -> Samples:
    """A voice across a field: its high part lost in the air, and the place answering it."""
    chance = np.random.default_rng(seed)
    tail_s = np.arange(SOUND_RATE_HZ * 2 // 5) / SOUND_RATE_HZ
    answer = chance.standard_normal(len(tail_s)) * np.exp(-tail_s / 0.09) * 0.02
    answer[0] = 1
    length = len(voice) + len(answer) - 1
    heard = np.fft.irfft(np.fft.rfft(voice, length) * np.fft.rfft(answer, length), length)
    heard = _filtered(heard, below_hz=1500)
    quiet: Samples = 0.10 * heard / np.abs(heard).max()
    return quiet


def _filtered(samples: Samples, *, below_hz: float) -> Samples:
    """A gentle low pass, 12 dB an octave, without delay."""
    spectrum = np.fft.rfft(samples)
    frequency_hz = np.fft.rfftfreq(len(samples), 1 / SOUND_RATE_HZ)
    return np.fft.irfft(spectrum / (1 + (frequency_hz / below_hz) ** 2), len(samples))
