# ruff: noqa: INP001  tools are scripts beside each other, not a package
"""Makes what begins as suddenly as a shot and is none: cuts, clicks of an editor, plosives, barks, horns, shouts."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from shots_beside import indoors
from shots_sounds import (
    RATE_HZ,
    Event,
    Random,
    Samples,
    band_noise,
    fading,
    from_db,
    log_uniform,
    loudest,
    put,
    ticks,
    wave,
)

Behind = Callable[[Random, int], Samples]


def edges(random: Random, samples: Samples, longest_s: float = 0.004) -> Samples:
    """The sound with ends that are cut: at once, or within a few milliseconds."""
    out = samples.copy()
    for part in (out, out[::-1]):
        if random.random() < 0.5:
            ramp = min(len(out), ticks(log_uniform(random, 0.0001, longest_s)))
            part[:ramp] *= np.linspace(0, 1, ramp)
    return out


def cut(random: Random, behind: Behind) -> Samples:
    """A piece of a voice, music or a machine that an editor put in."""
    whole = behind(random, ticks(random.uniform(1, 4)))
    long = min(len(whole), ticks(log_uniform(random, 0.04, 3)))
    loud = np.flatnonzero(np.abs(whole) > 0.5)
    start = int(random.choice(loud)) if len(loud) else 0
    return edges(random, whole[start : start + long])


def click(random: Random, _behind: Behind) -> Samples:
    """A step, a spike, or a pop of an editor, a plug or a codec."""
    kind, long = random.integers(0, 3), int(random.integers(1, 12))
    if kind == 0:
        return random.uniform(-1, 1, long)
    out = fading(ticks(0.25), log_uniform(random, 0.0005, 0.06))
    if kind == 1:
        return out
    hz = log_uniform(random, 40, 400)
    return out * np.sin(2 * np.pi * hz * np.arange(len(out)) / RATE_HZ + random.uniform(0, 6.28))


def vowel(random: Random, hz: float, seconds: float) -> Samples:
    """A voice from its first pulse on, as high as a child's or as low as a man's."""
    at = np.arange(ticks(seconds)) / RATE_HZ
    bend = np.interp(at, np.linspace(0, seconds, 4), random.uniform(0.85, 1.2, 4))
    where = hz * np.arange(1, max(2, min(40, int(9_000 / hz))))
    heights = 0.01 + sum(
        1 / (1 + ((where - log_uniform(random, low, high)) / 150) ** 2)
        for low, high in ((250, 1_000), (900, 2_600), (2_200, 4_000))
    )
    tone = loudest(wave(np.cumsum(hz * bend) / RATE_HZ, heights))
    rough = band_noise(random, len(at), 300, 7_000, -3) * random.uniform(0, 0.2)
    ends = np.minimum(1, at / log_uniform(random, 0.0005, 0.03)) * np.minimum(1, (seconds - at) / 0.04)
    return (tone + rough) * ends


def shout(random: Random, _behind: Behind) -> Samples:
    """A shout, or one word, that begins hard."""
    said = vowel(random, log_uniform(random, 90, 800), log_uniform(random, 0.07, 0.8))
    return indoors(random, said)


def plosive(random: Random, _behind: Behind) -> Samples:
    """Breath that hits a microphone, and the vowel after it."""
    out = np.zeros(ticks(0.7))
    puff = band_noise(random, ticks(0.2), 15, log_uniform(random, 150, 5_000), random.uniform(-8, 0))
    puff *= fading(len(puff), log_uniform(random, 0.003, 0.04))
    put(out, 0, loudest(puff) * random.uniform(0.2, 2))
    put(out, ticks(random.uniform(0.005, 0.06)), vowel(random, log_uniform(random, 80, 400), random.uniform(0.06, 0.3)))
    return out


def bark(random: Random, _behind: Behind) -> Samples:
    """A dog, once or twice."""
    out = np.zeros(ticks(1.2))
    hz, start = log_uniform(random, 180, 1_000), 0.0
    for _ in range(random.integers(1, 4)):
        long = random.uniform(0.06, 0.25)
        one = vowel(random, hz * random.uniform(0.9, 1.1), long)
        one = one + band_noise(random, len(one), 300, 8_000, -3) * random.uniform(0.1, 0.7) * fading(len(one), long / 2)
        put(out, ticks(start), one * random.uniform(0.6, 1))
        start += random.uniform(0.2, 0.5)
    return indoors(random, out)


def horn(random: Random, _behind: Behind) -> Samples:
    """A horn, a beep, an alarm: tones from one moment on."""
    long, hz = log_uniform(random, 0.05, 1.5), log_uniform(random, 200, 3_000)
    at = np.arange(ticks(long)) / RATE_HZ
    tone = sum(
        wave(hz * ratio * at, np.arange(1.0, 9) ** -random.uniform(0.2, 2))
        for ratio in (1, random.choice([1.0, 1.19, 1.26, 1.5]))
    )
    sound = loudest(tone) * np.minimum(1, at / log_uniform(random, 0.0003, 0.02))
    return indoors(random, edges(random, sound))


MAKERS = (cut, cut, click, shout, shout, plosive, bark, horn)


def startling(random: Random, behind: Behind) -> Event:
    """One of them; no kind of its own is told for it."""
    make = MAKERS[random.integers(len(MAKERS))]
    return loudest(make(random, behind)), []


def gated(random: Random, samples: Samples) -> Samples:
    """What lies behind, let through and shut off as a noise gate, a radio or an editor does."""
    count = len(samples)
    gate = np.full(count, from_db(random.uniform(-90, -30)) if random.random() < 0.5 else 0.0)
    at = 0
    while at < count:
        at += ticks(log_uniform(random, 0.05, 3))
        stop = at + ticks(log_uniform(random, 0.05, 3))
        if at < count:
            gate[at:stop] = edges(random, np.ones(min(stop, count) - at), 0.03)
        at = stop
    return samples * gate
