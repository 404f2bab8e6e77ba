# ruff: noqa: INP001  tools are scripts beside each other, not a package
"""Makes the shots that the model of `shots` is trained on, and what other made sounds are put together from.

Nothing here was recorded. A shot is a blast wave (Friedlander) or a ballistic crack (N-wave) with its noise, mechanism,
ground reflection, echoes and reverberation; doors, hammers and dropped things are struck bodies with their modes;
voices are pulses through formants. All is drawn at random within wide bounds, since variety is what carries over.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float64]
Random = np.random.Generator
RATE_HZ = 24_000


def ticks(seconds: float) -> int:
    """How many samples these seconds are; one at least."""
    return max(1, round(seconds * RATE_HZ))


def log_uniform(random: Random, low: float, high: float) -> float:
    """A number between these whose logarithm is equally likely everywhere."""
    return float(np.exp(random.uniform(np.log(low), np.log(high))))


def from_db(level_db: float) -> float:
    """The factor that a level in dB is."""
    return float(10 ** (level_db / 20))


def shaped(samples: Samples, gain: Callable[[Samples], Samples]) -> Samples:
    """The sound with each frequency (Hz) weighted, without a delay to speak of for smooth weights."""
    padded = 512
    while padded < len(samples) + 128:  # lengths that a fast transform likes
        padded = padded * 3 // 2 if padded * 3 // 2 >= len(samples) + 128 else padded * 2
    spectrum = np.fft.rfft(samples, padded)
    return np.fft.irfft(spectrum * gain(np.fft.rfftfreq(padded, 1 / RATE_HZ)), padded)[: len(samples)]


def causal_low_pass(samples: Samples, cut_hz: float, order: int = 1) -> Samples:
    """What is left of a sharp sound after air and distance: the highs go, nothing comes earlier."""
    length = ticks(min(0.05, 4 / cut_hz))
    kernel = np.exp(-2 * np.pi * cut_hz * np.arange(length) / RATE_HZ)
    kernel /= kernel.sum()
    for _ in range(order):
        samples = np.convolve(samples, kernel)[: len(samples)]
    return samples


def band_noise(random: Random, count: int, low_hz: float, high_hz: float, tilt_db: float = 0.0) -> Samples:
    """Noise between two frequencies with a slope in dB an octave, its level 1."""

    def gain(hz: Samples) -> Samples:
        within = 1 / (1 + (low_hz / np.maximum(hz, 1)) ** 4) / (1 + (hz / high_hz) ** 6)
        return within * (np.maximum(hz, 20) / 1000) ** (tilt_db / 6.02)

    noise = shaped(random.standard_normal(count), gain)
    return noise / (noise.std() + 1e-12)


def fading(count: int, seconds: float) -> Samples:
    """From 1 down to 1/e in these seconds, and on."""
    return np.exp(-np.arange(count) / (seconds * RATE_HZ))


def wave(phase: Samples, heights: Samples) -> Samples:
    """A tone of these heights of its harmonics, read from one turn of it; `phase` counts turns."""
    count = 4_096
    spectrum = np.zeros(count // 2 + 1, complex)
    spectrum[1 : len(heights) + 1] = heights * np.exp(0.7j * np.arange(len(heights)) ** 2)
    turn = np.fft.irfft(spectrum, count) * count / 2
    return turn[(phase * count).astype(np.int64) % count]


def put(into: Samples, at: int, samples: Samples) -> None:
    """Add a sound at a sample; what reaches over the ends is left out."""
    start, stop = max(0, at), min(len(into), at + len(samples))
    if stop > start:
        into[start:stop] += samples[start - at : stop - at]


def loudest(samples: Samples) -> Samples:
    """The sound with its largest sample at 1."""
    return samples / (np.abs(samples).max() + 1e-12)


# ---- blasts


def blast(random: Random, shortest_s: float, longest_s: float) -> Samples:
    """A Friedlander wave: a step of pressure, a fall below the air's, a slow return."""
    positive_s = log_uniform(random, shortest_s, longest_s)
    at = np.arange(ticks(positive_s * 8)) / RATE_HZ / positive_s
    wave: Samples = (1 - at) * np.exp(-random.uniform(0.8, 2.5) * at)
    return wave


def crack(random: Random) -> Samples:
    """The N-wave of a thing faster than sound."""
    count = ticks(random.uniform(0.00018, 0.0005))
    return np.concatenate([np.linspace(1, -1, count), np.zeros(8)])


def around(random: Random, dry: Samples, *, seconds: float, wet_db: float, echoes: int) -> tuple[Samples, list[int]]:
    """The sound with its surroundings: ground, near walls, a tail of so many seconds, echoes; and when these come."""
    cut_hz = log_uniform(random, 1_500, 14_000)
    total = len(dry) + ticks(seconds * 1.1) + (ticks(1.3) if echoes else 0)
    out = np.zeros(total)
    put(out, 0, dry)
    ground = ticks(log_uniform(random, 0.0003, 0.006))
    dull, duller = causal_low_pass(dry, cut_hz), causal_low_pass(dry, cut_hz * 0.6)[: ticks(0.06)]
    put(out, ground, dull * random.uniform(0.2, 0.9))
    power = float(np.sqrt((dry**2).sum()))
    for _ in range(random.integers(2, 25)):
        late_s = log_uniform(random, 0.004, 0.16)
        gain = from_db(random.uniform(-26, -5)) * np.exp(-late_s / 0.12) * random.choice([-1, 1])
        put(out, ticks(late_s), dull * gain)
    tail_at = ticks(random.uniform(0.002, 0.03))
    tail = band_noise(random, ticks(seconds), log_uniform(random, 30, 150), cut_hz, random.uniform(-5, 0))
    # Forests and streets build up before they fade.
    rise = 1 - np.exp(-np.arange(len(tail)) / ticks(log_uniform(random, 0.001, 0.06)))
    tail *= fading(len(tail), seconds / 6.9) * rise
    tail *= power * from_db(wet_db) / (np.sqrt((tail**2).sum()) + 1e-12)
    put(out, tail_at, tail)
    came = []
    for late_s in np.sort(random.uniform(0.07, 1.2, echoes)):
        smear = band_noise(random, ticks(log_uniform(random, 0.002, 0.03)), 60, cut_hz)
        smear = smear * fading(len(smear), len(smear) / RATE_HZ / 4)
        smear[0] += random.uniform(0, 4)
        again = np.convolve(duller, smear)
        gain = from_db(random.uniform(-20, -5)) * np.abs(dry).max()
        put(out, ticks(late_s), loudest(again) * gain * random.choice([-1, 1]))
        came.append(ticks(late_s))
    return out, came


def driven(random: Random, samples: Samples, most_db: float) -> Samples:
    """The sound through a microphone that it is too loud for: limited, then flat for as long as it stays loud."""
    drive = from_db(random.uniform(0, most_db))
    kind = random.integers(0, 3)
    loud = loudest(samples) * drive
    if kind == 0:
        return loudest(np.clip(loud, -1, 1))
    if kind == 1:
        return loudest(np.tanh(loud))
    return loudest(levelled(random, loud))


def levelled(random: Random, samples: Samples) -> Samples:
    """The sound through an automatic gain: down within milliseconds, up again within a second."""
    hop = 24
    count = -(-len(samples) // hop)
    peaks = np.abs(np.pad(samples, (0, count * hop - len(samples)))).reshape(count, hop).max(axis=1)
    release = np.exp(-hop / RATE_HZ / log_uniform(random, 0.05, 1.0))
    held, level = np.empty(count), 0.0
    for number, peak in enumerate(peaks.tolist()):
        level = max(peak, level * release)
        held[number] = level
    threshold = random.uniform(0.2, 1.0)
    gain = np.minimum(1, (threshold / np.maximum(held, 1e-9)) ** random.uniform(0.4, 0.95))
    gain = np.concatenate([np.full(int(random.integers(0, 6)), gain[0]), gain])  # the attack lets the first through
    return np.clip(samples * np.interp(np.arange(len(samples)), np.arange(len(gain)) * hop, gain), -1.5, 1.5)


def coloured(random: Random, samples: Samples) -> Samples:
    """The sound through a microphone, or a place, that favours some frequencies."""
    tilt_db, low, high = random.uniform(-4, 4), log_uniform(random, 10, 150), log_uniform(random, 3_500, 20_000)
    peaks = [(log_uniform(random, 80, 7_000), random.uniform(-12, 12), random.uniform(0.3, 1)) for _ in range(3)]

    def gain(hz: Samples) -> Samples:
        octaves = np.log2(np.maximum(hz, 20) / 1_000)
        bumps = sum(
            height_db * np.exp(-(((octaves - np.log2(centre / 1_000)) / wide) ** 2))
            for centre, height_db, wide in peaks
        )
        weight: Samples = 10 ** ((tilt_db * octaves + bumps) / 20)
        return weight / (1 + (low / np.maximum(hz, 1)) ** 2) / (1 + (hz / high) ** 2)

    return loudest(shaped(samples, gain))


# ---- events: a sound, and when which kind of impulse in it begins

Event = tuple[Samples, list[tuple[int, str]]]


def shot(random: Random, place: Random | None = None) -> Event:
    """One shot, near or far, with its echoes; `place` draws the surroundings, the same for all shots of a place."""
    there = place if place is not None else random
    far = there.random()
    seconds = log_uniform(there, 0.15, 2.8)
    wet_db = there.uniform(-24, -2) + 12 * far
    echoes = int(there.choice([0, 0, 0, 1, 2, 3]))
    dry = np.zeros(ticks(0.35))
    begun, marks = 0, []
    if there.random() < 0.12:
        begun = ticks(there.uniform(0.03, 0.3))
        put(dry, 0, crack(random) * there.uniform(0.3, 2))
        marks.append((0, "shot"))
    put(dry, begun, blast(random, 0.0003, 0.008))
    high_hz = log_uniform(there, 4_000, 16_000)
    hiss = band_noise(random, ticks(0.3), log_uniform(there, 20, 300), high_hz, there.uniform(-6, -1))
    hiss *= fading(len(hiss), log_uniform(there, 0.002, 0.08)) * from_db(there.uniform(-12, 12))
    put(dry, begun, hiss)
    if there.random() < 0.5:
        for _ in range(there.integers(1, 5)):
            put(dry, begun + ticks(there.uniform(0.008, 0.1)), knock(random, 0.003) * from_db(there.uniform(-44, -18)))
    if there.random() < 0.5:
        # A barrel, a room, a roof over a range, a microphone's case: they ring.
        ringing = struck(there, 45, 1_200, log_uniform(there, 0.008, 0.12), modes=int(there.integers(1, 6)))
        put(dry, begun, ringing * from_db(there.uniform(-20, 3)))
    if far > 0.55:
        dry = causal_low_pass(dry, log_uniform(there, 700, 9_000), int(there.integers(1, 3)))
    wet, came = around(there, dry, seconds=seconds, wet_db=wet_db, echoes=echoes)
    marks += [(begun, "echo" if marks else "shot")] + [(begun + late, "echo") for late in came]
    wet = coloured(there, wet)
    if there.random() < 0.75:
        wet = driven(there, wet, 45)
    return loudest(wet), marks


def burst(random: Random) -> Event:
    """Shots at the steady pace of a machine."""
    seed = int(random.integers(1 << 62))
    step = 60 / random.uniform(450, 1_300)
    count = int(random.integers(3, 14))
    one, marks = shot(random, np.random.default_rng(seed))
    out = np.zeros(len(one) + ticks(step * count * 1.1))
    told: list[tuple[int, str]] = []
    at = 0.0
    for _ in range(count):
        again, marks = shot(random, np.random.default_rng(seed))
        put(out, ticks(at), again * from_db(random.uniform(-3, 0)))
        told += [(ticks(at) + mark, kind) for mark, kind in marks]
        at += step * random.uniform(0.96, 1.04)
    return (driven(random, out, 20) if random.random() < 0.4 else loudest(out)), told


def knock(random: Random, seconds: float) -> Samples:
    """A short hard touch: a few modes and a click."""
    return struck(random, 700, 7_000, seconds, modes=4)


def struck(random: Random, low_hz: float, high_hz: float, seconds: float, *, modes: int) -> Samples:
    """A body that was struck: its modes, higher ones fading sooner, and the noise of the touch."""
    count = ticks(min(1.5, seconds * 7))
    at = np.arange(count) / RATE_HZ
    out = np.zeros(count)
    for _ in range(modes):
        hz = log_uniform(random, low_hz, high_hz)
        fade_s = seconds * random.uniform(0.4, 1.3) * (low_hz / hz) ** 0.3
        out += random.uniform(0.2, 1) * np.sin(2 * np.pi * hz * at + random.uniform(0, 6.28)) * np.exp(-at / fade_s)
    touch = band_noise(random, count, low_hz / 2, min(11_000, high_hz * 2))
    soft = 1 - np.exp(-np.arange(count) / ticks(log_uniform(random, 0.00005, 0.004)))
    out = loudest(out) + touch * fading(count, log_uniform(random, 0.0005, seconds)) * random.uniform(0.05, 0.7)
    return loudest(out * soft)
