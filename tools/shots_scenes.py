# ruff: noqa: INP001  tools are scripts beside each other, not a package
"""Makes whole scenes for training `shots`: what lies behind, what happens in it, and how a telephone wrote it down."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from attrs import frozen
from shots_beside import EVENTS, indoors
from shots_sounds import (
    RATE_HZ,
    Random,
    Samples,
    band_noise,
    causal_low_pass,
    coloured,
    fading,
    from_db,
    knock,
    levelled,
    log_uniform,
    loudest,
    put,
    shaped,
    shot,
    struck,
    ticks,
    wave,
)
from shots_startling import gated, startling


@frozen(kw_only=True)
class Scene:
    """Sound, and which kind of impulse begins at which sample; whatever else begins in it is `other`."""

    samples: Samples
    marks: tuple[tuple[int, str], ...]
    loud_db: tuple[float, ...]
    """Of each mark, its peak over the level of what lies behind it."""


# ---- what lies behind: all of it at a level of about 1


def wind(random: Random, count: int) -> Samples:
    """Gusts, and the rumble and buffeting of a microphone in them."""
    gusts = np.interp(np.arange(count), np.linspace(0, count, 24), random.gamma(1.2, 1, 24))
    rumble = band_noise(random, count, 15, log_uniform(random, 60, 400), -6) * gusts
    for _ in range(random.integers(0, 25)):
        thud = band_noise(random, ticks(0.2), 20, 250, -6) * np.hanning(ticks(0.2))
        put(rumble, int(random.integers(count)), thud * random.uniform(0.5, 4))
    return rumble + 0.3 * band_noise(random, count, 200, 3_000, -6) * gusts


def plain_noise(random: Random, count: int) -> Samples:
    """Traffic, rain, a ventilator or a microphone's own hiss."""
    noise = band_noise(
        random, count, log_uniform(random, 20, 300), log_uniform(random, 800, 11_500), random.uniform(-7, 1)
    )
    slow = np.interp(np.arange(count), np.linspace(0, count, 9), random.uniform(0.5, 1.3, 9))
    hum = wave(50 * np.arange(count) / RATE_HZ, 1 / np.arange(1, 6))
    return noise * slow + hum * random.choice([0, 0, 0.3])


def syllable(random: Random, pitch_hz: float) -> Samples:
    """A vowel of a voice, with a hiss or a plosive before it."""
    seconds = random.uniform(0.06, 0.32)
    count = ticks(seconds)
    at = np.arange(count) / RATE_HZ
    hz = pitch_hz * np.linspace(random.uniform(0.8, 1.25), random.uniform(0.8, 1.25), count)
    centres = random.uniform(250, 900), random.uniform(800, 2_500), random.uniform(2_200, 3_800)
    where = pitch_hz * np.arange(1, max(2, min(45, int(9_000 / pitch_hz))))
    heights = 0.004 + sum(
        strength / (1 + ((where - centre) / width) ** 2)
        for centre, width, strength in zip(centres, (90, 130, 220), (1, 0.6, 0.35), strict=True)
    )
    vowel = wave(np.cumsum(hz) / RATE_HZ, heights)
    rise, fall = log_uniform(random, 0.003, 0.07), log_uniform(random, 0.02, 0.1)
    vowel = loudest(vowel) * np.minimum(1, at / rise) * np.minimum(1, (seconds - at) / fall)
    before = random.random()
    if before < 0.3:
        hiss = band_noise(random, ticks(random.uniform(0.05, 0.16)), log_uniform(random, 900, 5_000), 11_000)
        return np.concatenate([hiss * np.hanning(len(hiss)) * random.uniform(0.03, 0.25), vowel])
    if before < 0.65:
        puff = band_noise(random, ticks(random.uniform(0.01, 0.05)), log_uniform(random, 60, 2_500), 9_000, -3)
        puff *= fading(len(puff), log_uniform(random, 0.002, 0.015)) * random.uniform(0.03, 0.5)
        return np.concatenate([puff, np.zeros(ticks(random.uniform(0.001, 0.04))), vowel])
    return vowel


def voice(random: Random, count: int, low_hz: float = 80, high_hz: float = 330) -> Samples:
    """Somebody who speaks, with pauses."""
    out = np.zeros(count)
    pitch, at = log_uniform(random, low_hz, high_hz), 0
    while at < count:
        one = syllable(random, pitch * random.lognormal(0, 0.12))
        put(out, at, one * random.uniform(0.3, 1))
        at += len(one) + ticks(random.uniform(0, 0.06) if random.random() < 0.85 else random.uniform(0.2, 1.5))
    out = indoors(random, out)[:count] if random.random() < 0.6 else out
    return out / (out.std() + 1e-9)


def shouting(random: Random, count: int) -> Samples:
    """Shouts, high and long, and children."""
    out = np.zeros(count)
    for _ in range(random.integers(3, 14)):
        one = voice(random, ticks(random.uniform(0.2, 1)), 250, 900)
        put(out, int(random.integers(count)), one * random.uniform(0.2, 1))
    return out / (out.std() + 1e-9)


def crowd(random: Random, count: int) -> Samples:
    """Many voices at once, and some applause."""
    out = np.zeros(count)
    for _ in range(random.integers(3, 7)):
        out += np.roll(voice(random, count // 2, 80, 450).repeat(1), 0)[
            np.arange(count) % (count // 2)
        ] * random.uniform(0.3, 1)
    if random.random() < 0.3:
        for at in random.integers(0, count, 200):
            puff = band_noise(random, 400, 700, 4_000) * fading(400, 0.003)
            put(out, int(at), puff * random.uniform(0.3, 2.5))
    return out / (out.std() + 1e-9)


def drum(random: Random, kind: int) -> Samples:
    """One stroke: a bass drum, a snare, a cymbal."""
    count = ticks(0.35)
    at = np.arange(count) / RATE_HZ
    if kind == 0:
        hz = 45 + random.uniform(40, 160) * np.exp(-at / 0.03)
        return np.sin(2 * np.pi * np.cumsum(hz) / RATE_HZ) * np.exp(-at / random.uniform(0.05, 0.2))
    if kind == 1:
        body = np.sin(2 * np.pi * random.uniform(150, 260) * at) * np.exp(-at / 0.06)
        return loudest(0.6 * body + band_noise(random, count, 300, 10_000) * np.exp(-at / random.uniform(0.03, 0.15)))
    return 0.4 * band_noise(random, count, 5_000, 11_900) * np.exp(-at / random.uniform(0.01, 0.15))


def music(random: Random, count: int) -> Samples:
    """A beat, a bass and chords, or some of these."""
    out, beat = np.zeros(count), ticks(60 / random.uniform(70, 180) / random.choice([1, 2]))
    at = np.arange(count) / RATE_HZ
    strokes = [drum(random, kind) for kind in range(3)]
    grid = random.random((3, 16)) < np.array([[0.35], [0.25], [0.6]])
    levels = random.uniform(0, 1, 3) * (random.random() < 0.8)
    for number, start in enumerate(range(0, count, beat)):
        for kind in range(3):
            if grid[kind, number % 16]:
                put(out, start, strokes[kind] * levels[kind] * random.uniform(0.8, 1))
    root = random.uniform(80, 220)
    for start in range(0, count, beat * 4):
        stop = min(count, start + beat * 4)
        for step in random.choice([0, 3, 4, 5, 7, 9, 10, 12, 16], 4):
            hz, here = root * 2 ** (step / 12), at[: stop - start]
            tone = wave(hz * here, np.arange(1.0, 7) ** -random.uniform(0.8, 2))
            out[start:stop] += (
                0.12
                * tone
                * np.minimum(1, here / log_uniform(random, 0.002, 0.1))
                * np.exp(-here * random.uniform(0, 4))
            )
    return out / (out.std() + 1e-9)


def barking(random: Random, count: int) -> Samples:
    """A dog."""
    out = np.zeros(count)
    pitch = log_uniform(random, 200, 900)
    for start in np.cumsum(random.uniform(0.2, 1.4, 12)):
        long = ticks(random.uniform(0.07, 0.25))
        here = np.arange(long) / RATE_HZ
        hz = pitch * random.uniform(0.85, 1.15) * (1 + 0.35 * np.sin(np.pi * here / here[-1]))
        bark = wave(np.cumsum(hz) / RATE_HZ, np.exp(-(((np.arange(1, 12) * pitch - 1_100) / 1_300) ** 2)))
        bark = loudest(bark) + 0.4 * band_noise(random, long, 400, 6_000, -3)
        put(
            out,
            ticks(start),
            bark * np.minimum(1, here / log_uniform(random, 0.003, 0.03)) * np.hanning(long * 2)[long:],
        )
    out = indoors(random, out)[:count]
    return out / (out.std() + 1e-9)


def crying(random: Random, count: int) -> Samples:
    """A child that cries, a siren, a horn: tones that go up and down or on and off."""
    at = np.arange(count) / RATE_HZ
    hz = log_uniform(random, 300, 1_200) * (
        1 + random.uniform(0, 0.4) * np.sin(2 * np.pi * random.uniform(0.1, 4) * at)
    )
    tone = wave(np.cumsum(hz) / RATE_HZ, np.arange(1.0, 8) ** -random.uniform(0.3, 1.5))
    gate = np.repeat(random.random(24) < 0.65, count // 24 + 1)[:count].astype(float)
    gate = causal_low_pass(gate, log_uniform(random, 3, 200))
    return tone * gate / ((tone * gate).std() + 1e-9) + 0.05 * band_noise(random, count, 300, 8_000)


def machine(random: Random, count: int) -> Samples:
    """A pneumatic hammer, an engine, a saw: blows at a steady pace."""
    out = np.zeros(count)
    blow = struck(random, 100, 3_000, log_uniform(random, 0.003, 0.03), modes=5)
    step, at = 1 / log_uniform(random, 6, 60), 0.0
    while ticks(at) < count:
        put(out, ticks(at), blow * random.uniform(0.7, 1))
        at += step * random.uniform(0.97, 1.03)
    gate = np.repeat(random.random(8) < 0.7, count // 8 + 1)[:count].astype(float)
    out = indoors(random, out)[:count] * causal_low_pass(gate, 20)
    return out / (out.std() + 1e-9) + 0.2 * plain_noise(random, count)


def handling(random: Random, count: int) -> Samples:
    """Steps, taps on the telephone, clicks, rattling keys, breaking glass, over a little noise."""
    out = 0.02 * band_noise(random, count, 60, 6_000, -3)
    step = random.uniform(0.35, 0.9)
    foot = struck(random, 60, 900, 0.03, modes=4)
    for start in np.arange(random.uniform(0, 1), count / RATE_HZ, step):
        put(out, ticks(start), causal_low_pass(foot, 2_500) * random.uniform(0.1, 0.5))
    for _ in range(random.integers(0, 12)):
        put(out, int(random.integers(count)), knock(random, log_uniform(random, 0.001, 0.02)) * random.uniform(0.05, 1))
    for _ in range(random.integers(0, 3)):
        start = int(random.integers(count))
        for _ in range(random.integers(5, 40)):
            put(
                out,
                start + ticks(random.exponential(0.15)),
                struck(random, 2_000, 10_000, 0.03, modes=3) * random.uniform(0.05, 0.8),
            )
    for _ in range(random.integers(0, 3)):
        put(out, int(random.integers(count)), random.uniform(-1, 1, int(random.integers(1, 5))))
    return out / (out.std() + 1e-9)


def thunder(random: Random, count: int) -> Samples:
    """A storm that rolls."""
    out = 0.1 * band_noise(random, count, 100, 9_000, -1)
    for _ in range(random.integers(1, 4)):
        long = ticks(random.uniform(1, 4))
        roll = band_noise(random, long, 20, log_uniform(random, 150, 2_500), -6)
        shape = np.interp(np.arange(long), np.linspace(0, long, 30), random.gamma(0.7, 1, 30)) * fading(
            long, long / RATE_HZ / 3
        )
        put(out, int(random.integers(count)), roll * shape)
    return out / (out.std() + 1e-9)


BEHIND: dict[str, tuple[float, Callable[[Random, int], Samples]]] = {
    "noise": (2, plain_noise),
    "wind": (1, wind),
    "voice": (3, voice),
    "shouting": (1.5, shouting),
    "crowd": (1.5, crowd),
    "music": (2, music),
    "barking": (1.2, barking),
    "crying": (1, crying),
    "machine": (1.2, machine),
    "handling": (1.5, handling),
    "thunder": (0.5, thunder),
}


def one_behind(random: Random, count: int) -> Samples:
    """One kind of what lies behind."""
    weights = np.array([weight for weight, _make in BEHIND.values()])
    makers = [make for _weight, make in BEHIND.values()]
    return makers[random.choice(len(makers), p=weights / weights.sum())](random, count)


def behind(random: Random, count: int) -> Samples:
    """What lies behind: one kind or two, over a microphone's hiss or, where code or an editor wrote it, silence."""
    out = from_db(random.uniform(-75, -12)) * plain_noise(random, count) * (random.random() < 0.7)
    for _ in range(1 if random.random() < 0.6 else 2):
        out += one_behind(random, count) * random.uniform(0.3, 1)
    if random.random() < 0.25:
        out = gated(random, out)
    if random.random() < 0.4:
        cut_hz = log_uniform(random, 2_000, 9_000)
        out = shaped(out, lambda hz: 1 / (1 + (hz / cut_hz) ** 20))
    return out / (out.std() + 1e-12)


# ---- the scene

SHARES = (0.40, 0.04, 0.15, 0.05, 0.08, 0.06, 0.06, 0.06, 0.10)
"""How often each of `EVENTS`, and what begins as suddenly and is none of them, happens in a scene."""


def scene(random: Random, seconds: float = 10.0, *, codec: Callable[[Random, Samples], Samples] | None = None) -> Scene:
    """A scene with some events over what lies behind, as it comes out of a telephone."""
    count = ticks(seconds)
    sound = behind(random, count)
    marks: list[tuple[int, str, float]] = []
    wanted = int(random.choice([0, 1, 3, 4, 6, 8]))
    kinds = [str(kind) for kind in random.choice([*EVENTS, "startling"], wanted, p=SHARES)]
    place, base_db = int(random.integers(1 << 62)), random.uniform(13, 42)
    alike = random.random() < 0.6
    for kind in kinds:
        if kind == "startling":
            event, told = startling(random, one_behind)
            event = coloured(random, event)
        elif kind == "shot" and alike:
            event, told = shot(random, np.random.default_rng(place))
        else:
            event, told = EVENTS[kind](random)
            event = event if kind in {"shot", "burst"} else coloured(random, event)
        loud_db = base_db + random.uniform(-4, 4) if random.random() < 0.6 else random.uniform(10, 42)
        at = int(random.integers(0, max(1, count - ticks(0.3))))
        put(sound, at, event * from_db(loud_db))
        for mark, what in told:
            near = np.abs(event[mark : mark + ticks(0.02)]).max(initial=1e-9)
            marks.append((at + mark, what, loud_db + 20 * float(np.log10(near + 1e-9))))
    sound = written(random, sound)
    if codec is not None:
        sound = codec(random, sound)
    kept = sorted(mark for mark in marks if 0 <= mark[0] < count)
    return Scene(
        samples=sound,
        marks=tuple((mark, kind) for mark, kind, _loud in kept),
        loud_db=tuple(loud for _mark, _kind, loud in kept),
    )


def written(random: Random, sound: Samples) -> Samples:
    """The sound as a telephone wrote it down: its gain, its limits, its band, its noise."""
    sound = loudest(sound)
    if random.random() < 0.3:
        sound = levelled(random, sound * from_db(random.uniform(0, 20)))
    if random.random() < 0.2:
        sound = np.clip(sound * from_db(random.uniform(0, 12)), -1, 1)
    low, high = (
        log_uniform(random, 10, 250),
        random.choice([3_400, 3_900, 7_500, 11_000, 12_000], p=[0.06, 0.06, 0.1, 0.18, 0.6]),
    )
    sound = shaped(sound, lambda hz: 1 / (1 + (low / np.maximum(hz, 1)) ** 2) / (1 + (hz / high) ** 24))
    sound = loudest(sound) * from_db(random.uniform(-30, 0))
    noise = from_db(random.uniform(-110, -66)) * (random.random() < 0.75)
    return sound + random.standard_normal(len(sound)) * noise
