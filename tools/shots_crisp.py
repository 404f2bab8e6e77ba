# ruff: noqa: INP001  tools are scripts beside each other, not a package
"""Makes crisp scenes for training `shots`: near, unlimited shots and bursts that stand far out of what lies behind."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from shots_beside import EVENTS
from shots_scenes import Scene, one_behind, plain_noise, written
from shots_sounds import (
    Event,
    Random,
    Samples,
    around,
    band_noise,
    blast,
    burst,
    coloured,
    fading,
    from_db,
    log_uniform,
    loudest,
    put,
    shot,
    ticks,
)
from shots_startling import startling

BESIDE = ("firework", "backfire", "door", "clap", "hammer", "dropped object", "startling")
SHARES = (0.20, 0.05, 0.13, 0.14, 0.12, 0.06, 0.30)
"""What else happens in such a scene, and how often."""


def report(random: Random, place: Random) -> Event:
    """A shot that nothing limited: noise that is loudest at once and falls in two steps, with or without a blast."""
    dry = np.zeros(ticks(0.6))
    high_hz = log_uniform(place, 5_000, 11_900)
    noise = band_noise(random, len(dry), log_uniform(place, 20, 300), high_hz, place.uniform(-4, 0))
    soon = fading(len(dry), log_uniform(place, 0.003, 0.03))
    late = fading(len(dry), log_uniform(place, 0.05, 0.25)) * from_db(place.uniform(-40, -14))
    put(dry, 0, noise / 3 * (soon + late))
    put(dry, 0, blast(random, 0.0003, 0.006) * from_db(place.uniform(-30, 6)))
    if place.random() < 0.6:
        seconds, wet_db = log_uniform(place, 0.15, 2), place.uniform(-30, -8)
        dry, _came = around(place, dry, seconds=seconds, wet_db=wet_db, echoes=0)
    return loudest(coloured(place, dry) if place.random() < 0.5 else dry), [(0, "shot")]


def one_shot(random: Random, place: int) -> Event:
    """One shot of this place: the same surroundings every time."""
    there = np.random.default_rng(place)
    if there.random() < 0.65:
        return report(random, there)
    return shot(random, there)


def volley(random: Random) -> Event:
    """Shots at the steady pace of a machine, unlimited."""
    if random.random() < 0.4:
        return burst(random)
    place, step, at = int(random.integers(1 << 62)), 60 / random.uniform(450, 1_300), 0.0
    count = int(random.integers(3, 14))
    out, marks = np.zeros(ticks(step * count * 1.1 + 1)), []
    for _ in range(count):
        one, _marks = report(random, np.random.default_rng(place))
        put(out, ticks(at), one * from_db(random.uniform(-3, 0)))
        marks.append((ticks(at), "shot"))
        at += step * random.uniform(0.96, 1.04)
    return loudest(out), marks


def events(random: Random) -> list[Event]:
    """What happens in one scene."""
    kind, place = random.random(), int(random.integers(1 << 62))
    told: list[Event] = []
    if kind < 0.45:
        told += [one_shot(random, place) for _ in range(random.integers(1, 5))]
    elif kind < 0.75:
        told += [volley(random) for _ in range(random.integers(1, 3))]
    others = int(random.choice([0, 1, 2], p=[0.4, 0.4, 0.2])) if kind < 0.75 else int(random.integers(1, 4))
    for name in random.choice(BESIDE, others, p=SHARES):
        event, marks = startling(random, one_behind) if name == "startling" else EVENTS[str(name)](random)
        told.append((coloured(random, event) if random.random() < 0.6 else event, marks))
    return told


def light(random: Random, count: int) -> Samples:
    """What lies behind, at a level of about 1: nothing at all, a hiss, or something quiet."""
    if random.random() < 0.15:
        return np.zeros(count)
    ground = plain_noise(random, count) if random.random() < 0.5 else one_behind(random, count)
    return ground / (ground.std() + 1e-12)


def crisp(random: Random, codec: Callable[[Random, Samples], Samples]) -> Scene:
    """A scene of a few seconds in which all that happens stands out by 17 to 68 dB of its peak."""
    seconds = random.uniform(2, 7)
    count = ticks(seconds)
    ground = light(random, count)
    sound, marks = ground.copy(), []
    base_db = random.uniform(25, 65)
    for event, told in events(random):
        loud_db = base_db + random.uniform(-8, 3)
        at = ticks(random.uniform(0.03, max(0.1, seconds - 0.6)))
        put(sound, at, event * from_db(loud_db))
        for mark, what in told:
            near = np.abs(event[mark : mark + ticks(0.02)]).max(initial=1e-9)
            behind = np.abs(ground[max(0, at + mark - ticks(0.1)) : at + mark + ticks(0.03)]).max(initial=1e-9)
            marks.append((at + mark, what, loud_db + 20 * float(np.log10((near + 1e-9) / (behind + 1e-9)))))
    sound = written(random, sound) if random.random() < 0.4 else loudest(sound) * from_db(random.uniform(-18, 0))
    kept = sorted(mark for mark in marks if 0 <= mark[0] < count)
    return Scene(
        samples=codec(random, sound),
        marks=tuple((mark, kind) for mark, kind, _loud in kept),
        loud_db=tuple(loud for _mark, _kind, loud in kept),
    )
