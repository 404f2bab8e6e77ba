# ruff: noqa: INP001  tools are scripts beside each other, not a package
"""Makes what is taken for shots: fireworks, backfires, doors, claps, hammers, things that fall."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from shots_sounds import (
    RATE_HZ,
    Event,
    Random,
    Samples,
    around,
    band_noise,
    blast,
    burst,
    causal_low_pass,
    driven,
    fading,
    from_db,
    knock,
    log_uniform,
    loudest,
    put,
    shot,
    struck,
    ticks,
    wave,
)


def indoors(random: Random, dry: Samples) -> Samples:
    """A sound in a room, or close by."""
    if random.random() < 0.2:
        return dry
    return around(random, dry, seconds=log_uniform(random, 0.1, 0.9), wet_db=random.uniform(-24, -2), echoes=0)[0]


def several(random: Random, one: Callable[[], Samples], kind: str, steps_s: Samples, fall_db: float = 0.0) -> Event:
    """The same kind of sound again and again after these times."""
    starts = [0, *(ticks(step) for step in np.cumsum(steps_s))]
    pieces = [one() for _ in starts]
    out = np.zeros(max(start + len(piece) for start, piece in zip(starts, pieces, strict=True)))
    for number, (start, piece) in enumerate(zip(starts, pieces, strict=True)):
        put(out, start, piece * from_db(-fall_db * number + random.uniform(-4, 0)))
    return loudest(out), [(start, kind) for start in starts]


def door(random: Random) -> Event:
    """A door that falls shut: the latch before, low modes of its leaf, the room."""
    leaf = struck(random, 50, 600, log_uniform(random, 0.02, 0.12), modes=int(random.integers(4, 12)))
    early = ticks(random.uniform(0, 0.12))
    out = np.zeros(len(leaf) + early + ticks(0.2))
    put(out, early, leaf)
    put(out, 0, knock(random, 0.01) * from_db(random.uniform(-30, -4)))
    for _ in range(random.integers(0, 4)):
        put(out, early + ticks(random.uniform(0.01, 0.2)), knock(random, 0.02) * from_db(random.uniform(-26, -8)))
    return loudest(indoors(random, out)), [(0, "door"), (early, "door")]


def clap(random: Random) -> Event:
    """Hands, once or several times."""

    def one() -> Samples:
        centre = log_uniform(random, 500, 3_500)
        noise = band_noise(random, ticks(0.08), centre / random.uniform(1.2, 2.5), centre * random.uniform(1.2, 3))
        return loudest(indoors(random, loudest(noise * fading(len(noise), log_uniform(random, 0.0015, 0.012)))))

    return several(random, one, "clap", random.uniform(0.15, 0.7) * random.uniform(0.9, 1.1, random.integers(0, 8)))


def hammer(random: Random) -> Event:
    """Blows on wood, stone or metal."""
    fade_s, low = log_uniform(random, 0.004, 0.25), log_uniform(random, 150, 1_500)
    modes = int(random.integers(3, 9))

    def one() -> Samples:
        return loudest(indoors(random, struck(random, low, low * 8, fade_s, modes=modes)))

    step = random.uniform(0.25, 1.1)
    return several(random, one, "hammer", step * random.uniform(0.85, 1.15, random.integers(0, 7)))


def dropped(random: Random) -> Event:
    """A thing that falls and bounces, sooner and softer each time."""
    fade_s, low = log_uniform(random, 0.004, 0.15), log_uniform(random, 100, 2_000)

    def one() -> Samples:
        return loudest(indoors(random, struck(random, low, low * 6, fade_s, modes=5)))

    steps = random.uniform(0.12, 0.4) * random.uniform(0.4, 0.8) ** np.arange(random.integers(0, 6))
    return several(random, one, "dropped object", steps, random.uniform(3, 9))


def backfire(random: Random) -> Event:
    """An exhaust that pops: lower and softer than a shot, over an engine."""
    place = int(random.integers(1 << 62))

    def one() -> Samples:
        there = np.random.default_rng(place)
        dry = np.zeros(ticks(0.3))
        put(dry, 0, blast(random, 0.002, 0.012))
        noise = band_noise(random, ticks(0.15), 60, log_uniform(there, 600, 4_000), -5)
        put(dry, 0, noise * fading(len(noise), log_uniform(there, 0.004, 0.04)) * from_db(there.uniform(-12, 0)))
        dry = causal_low_pass(dry, log_uniform(there, 600, 5_000))
        return loudest(
            around(there, dry, seconds=log_uniform(there, 0.1, 1), wet_db=there.uniform(-20, 0), echoes=0)[0]
        )

    sound, marks = several(random, one, "backfire", random.uniform(0.06, 0.6, random.integers(0, 4)))
    hz = random.uniform(20, 90)
    engine = wave(hz * np.arange(len(sound)) / RATE_HZ, 1 / np.arange(1, 9))
    return loudest(sound + engine * from_db(random.uniform(-50, -18))), marks


def bang(random: Random) -> Samples:
    """A rocket that bursts or leaves its tube: a dull blow, or a sharp one with a rumble that swells up after it."""
    dry = np.zeros(ticks(0.5))
    sharp = random.random() < 0.65
    put(dry, 0, blast(random, 0.0003, 0.003) if sharp else blast(random, 0.001, 0.012))
    noise = band_noise(random, ticks(0.5), 60, log_uniform(random, 1_000, 10_000), random.uniform(-6, -2))
    fade_s = log_uniform(random, 0.002, 0.01) if sharp else log_uniform(random, 0.01, 0.15)
    put(dry, 0, noise * fading(len(noise), fade_s) * from_db(random.uniform(-12, 4)))
    dry = causal_low_pass(dry, log_uniform(random, 800, 11_000))
    wet_db = random.uniform(-10, 4) if sharp else random.uniform(-14, 2)
    return loudest(around(random, dry, seconds=log_uniform(random, 0.6, 3), wet_db=wet_db, echoes=0)[0])


def firework(random: Random) -> Event:
    """A rocket that bursts, with a whistle before and crackle after; or crackers one after the other."""
    if random.random() < 0.25:
        place = int(random.integers(1 << 62))

        def one() -> Samples:
            there = np.random.default_rng(place)
            dry = np.zeros(ticks(0.15))
            put(dry, 0, blast(random, 0.0002, 0.002))
            noise = band_noise(random, ticks(0.1), 300, log_uniform(there, 3_000, 11_000), -3)
            put(dry, 0, noise * fading(len(noise), log_uniform(there, 0.001, 0.01)) * from_db(there.uniform(-14, 0)))
            return loudest(
                around(there, dry, seconds=log_uniform(there, 0.1, 1.2), wet_db=there.uniform(-24, -2), echoes=0)[0]
            )

        steps = log_uniform(random, 0.03, 0.3) * random.lognormal(0, 0.7, random.integers(1, 25))
        return several(random, one, "firework", np.clip(steps, 0.015, 1.2))
    out, marks = np.zeros(ticks(4.5)), []
    begun = 0
    if random.random() < 0.5:
        begun = ticks(random.uniform(0.4, 1.5))
        at = np.arange(begun) / RATE_HZ
        hz = np.linspace(random.uniform(1_200, 3_500), random.uniform(800, 4_500), begun)
        whistle = np.sin(2 * np.pi * np.cumsum(hz) / RATE_HZ + 3 * np.sin(2 * np.pi * random.uniform(10, 60) * at))
        put(out, 0, whistle * np.linspace(0.2, 1, begun) * from_db(random.uniform(-40, -12)))
    for _ in range(1 if random.random() < 0.7 else 2):
        put(out, begun, bang(random))
        marks.append((begun, "firework"))
        begun += ticks(random.uniform(0.05, 0.5))
    if random.random() < 0.5:
        for _ in range(random.integers(15, 150)):
            at_sample = begun + ticks(random.gamma(2, 0.35))
            put(
                out,
                at_sample,
                causal_low_pass(blast(random, 0.0002, 0.0008), 5_000) * from_db(random.uniform(-34, -12)),
            )
            marks.append((at_sample, "firework"))
    return loudest(driven(random, out, 20) if random.random() < 0.4 else out), marks


def display(random: Random) -> Event:
    """Fireworks from afar: short dull blows of one place, over their own long reverberation, and crackle."""
    place = int(random.integers(1 << 62))
    far = np.random.default_rng(place)
    cut_hz, seconds, wet_db = log_uniform(far, 900, 9_000), log_uniform(far, 0.5, 2.8), far.uniform(-18, 3)
    sharp = far.random() < 0.75
    out, marks, at_s = np.zeros(ticks(5)), [], 0.0
    for _ in range(random.integers(1, 7)):
        dry = np.zeros(ticks(0.4))
        put(dry, 0, blast(random, 0.0003, 0.004) if sharp else blast(random, 0.001, 0.01))
        noise = band_noise(random, ticks(0.4), 50, cut_hz, random.uniform(-6, -1))
        fade_s = log_uniform(random, 0.001, 0.02) if sharp else log_uniform(random, 0.004, 0.08)
        put(dry, 0, noise * fading(len(noise), fade_s) * from_db(random.uniform(-14, 3)))
        there = np.random.default_rng(place + 1)
        one, _came = around(there, causal_low_pass(dry, cut_hz), seconds=seconds, wet_db=wet_db, echoes=0)
        put(out, ticks(at_s), loudest(one) * from_db(random.uniform(-14, 0)))
        marks.append((ticks(at_s) if at_s else 0, "firework"))
        at_s += log_uniform(random, 0.06, 1.6)
        if at_s > 3.5:
            break
    if random.random() < 0.5:
        begun_s, pause_s = random.uniform(0, 1.5), log_uniform(random, 0.015, 0.12)
        for late_s in begun_s + np.cumsum(random.exponential(pause_s, int(random.integers(8, 90)))):
            if late_s > 4:
                break
            pop = causal_low_pass(blast(random, 0.0002, 0.0008), cut_hz)
            put(out, ticks(late_s), pop * from_db(random.uniform(-30, -8)))
            marks.append((ticks(late_s), "firework"))
    return loudest(driven(random, out, 15) if random.random() < 0.2 else out), marks


EVENTS: dict[str, Callable[[Random], Event]] = {
    "shot": shot,
    "burst": burst,
    "firework": firework,
    "backfire": backfire,
    "door": door,
    "clap": clap,
    "hammer": hammer,
    "dropped object": dropped,
}
