"""Recordings on one clock by sound: `python benchmarks/sync.py [--quick] [--trials N]`.

Two recorders hear one event made by code: a voice in a room that differs for each of them, under noise of their own,
with clocks up to 100 parts in a million apart. For each loudness of the noise, how many pairs are found, ambiguous and
not found, how far the offsets are off, and how often the truth lies within the error that was stated. Then what must
never be found: strangers, shots from two places, music, loops. Last, what it costs a minute of sound.

What code makes is kinder than the world: these figures rank ways of doing it, and promise nothing about real footage.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
from attrs import define, field
from numpy.typing import NDArray

ROOT = Path(__file__).parents[1]
for folder in ("verification", "copies/sound"):
    sys.path.insert(0, str(ROOT / "tests" / folder))

from made_recorders import RATE_HZ, Recorder, Source, crowd, shot  # noqa: E402  its folder was put on the path above
from sounds import music, voice  # noqa: E402  same

from probata.verification.sync.heard import Heard, of_samples  # noqa: E402  same
from probata.verification.sync.pairs import Pair  # noqa: E402  same
from probata.verification.sync.run import sync_heard  # noqa: E402  same

Sound = NDArray[np.float32]
LASTS_S = 25.0


@define
class Sums:
    """What a row of trials came to."""

    answers: Counter[str] = field(factory=Counter)
    off_ms: list[float] = field(factory=list)
    within: int = 0
    drift_within: int = 0


def in_a_room(sound: Sound, random: np.random.Generator, direct: float) -> Sound:
    """The sound with an echo of its own that fades by 60 dB in a second; `direct` is how much louder its first is."""
    at_s = np.arange(RATE_HZ) / RATE_HZ
    echo = random.standard_normal(RATE_HZ) * np.exp(-at_s / 0.145)
    echo /= np.sqrt(np.sum(echo**2))
    echo[0] += direct
    count = len(sound) + len(echo)
    heard: Sound = np.fft.irfft(np.fft.rfft(sound, count) * np.fft.rfft(echo, count), count)[: len(sound)]
    return heard.astype(np.float32)


def trial(seed: int, *, noise_db: float, direct: float, sums: Sums) -> None:
    """One voice, two recorders; `noise_db` is their noise against the voice, each."""
    random = np.random.default_rng(seed)
    starts_s, drift = float(random.uniform(0, 8)), random.uniform(-100, 100, 2)
    spoken = voice(seed, 45, rate_hz=RATE_HZ)
    heard = []
    for number in range(2):
        there = in_a_room(spoken, random, direct)
        level_db = 10 * np.log10(np.mean(np.square(there)))
        recorder = Recorder(
            starts_s=number * starts_s,
            lasts_s=LASTS_S,
            seed=2 * seed + number,
            noise_db=level_db + noise_db,
            drift_ppm=float(drift[number]),
        )
        heard.append(of_samples("AB"[number], recorder.hears([Source(sound=there)])))
    pair = pair_of(heard)
    sums.answers[pair.outcome.value] += 1
    if pair.offset is None:
        return
    slow, fast = 1 + drift[0] * 1e-6, 1 + drift[1] * 1e-6
    truth_s = (pair.offset.at_s / slow - starts_s) * fast - pair.offset.at_s
    off_s = pair.offset.offset_s - truth_s
    sums.off_ms.append(1e3 * abs(off_s))
    sums.within += abs(off_s) <= pair.offset.error_s
    sums.drift_within += abs(pair.offset.slope - (fast / slow - 1)) <= pair.offset.slope_error


def pair_of(heard: Iterable[Heard]) -> Pair:
    """The one pair of two recordings."""
    (pair,) = sync_heard(list(heard)).pairs
    return pair


def recorders(sources: list[Source], seed: int, *, at_m: float = 0.0) -> Iterable[Heard]:
    """Two recorders of these sources, `at_m` apart."""
    for number in range(2):
        recorder = Recorder(
            starts_s=1.3 * number, lasts_s=14, place_m=(at_m * number, 5.0), noise_db=-50, seed=2 * seed + number
        )
        yield of_samples("AB"[number], recorder.hears(sources))


def strangers(seed: int) -> Pair:
    """Two voices, each with shots, that were never in one place."""
    random = np.random.default_rng(seed)
    heard = []
    for number in range(2):
        sources = [Source(sound=voice(700 + 2 * seed + number, 16, rate_hz=RATE_HZ))]
        sources += [Source(sound=shot(seed + k), at_s=float(random.uniform(1, 13))) for k in range(4)]
        heard.append(
            of_samples("AB"[number], Recorder(lasts_s=14, noise_db=-45, seed=2 * seed + number).hears(sources))
        )
    return pair_of(heard)


def two_guns(seed: int) -> Pair:
    """Two to four shots, in turn from two places 30 to 200 m apart, and nothing else that is shared."""
    random = np.random.default_rng(seed)
    far_m = float(random.uniform(30, 200))
    moments = np.cumsum(random.uniform(0.3, 1.5, int(random.integers(2, 5)))) + 3
    sources = [
        Source(sound=shot(10 * seed + k), at_s=float(at_s), place_m=(far_m * (k % 2), 0.0))
        for k, at_s in enumerate(moments)
    ]
    return pair_of(recorders(sources, seed, at_m=far_m))


def broadcast(seed: int) -> Pair:
    """Music alone."""
    return pair_of(recorders([Source(sound=music(seed, 20, rate_hz=RATE_HZ))], seed))


def loop(seed: int) -> Pair:
    """A few seconds of voice, over and over."""
    spoken = voice(900 + seed, 2 + seed % 3, rate_hz=RATE_HZ)
    return pair_of(recorders([Source(sound=np.tile(spoken, 10))], seed))


def cost(minutes: float) -> None:
    """Processor seconds a minute of a pair, and the memory at its height."""
    sources = [Source(sound=crowd(5, 60 * minutes + 10))]
    heard = [
        of_samples(
            "AB"[i],
            Recorder(starts_s=3.0 * i, lasts_s=60 * minutes, noise_db=-30, drift_ppm=60 * i, seed=i).hears(sources),
        )
        for i in range(2)
    ]
    started = time.process_time()
    pair = pair_of(heard)
    spent = time.process_time() - started
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    found = f"{pair.outcome.value}, drift {pair.offset.slope * 1e6:.2f} ppm" if pair.offset else pair.outcome.value
    print(f"a pair of {minutes:g} min each: {spent:.1f} s of processor, {peak_mb:.0f} MB at most; {found}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=20, help="pairs a row (20)")
    parser.add_argument("--quick", action="store_true", help="few pairs, short sound")
    options = parser.parse_args()
    trials = 4 if options.quick else options.trials
    print(f"{trials} pairs a row, {LASTS_S:g} s each; errors in ms")
    print("direct  noise  found ambiguous none   median off   most off   within error   drift within")
    for direct in (3.0, 1.0, 0.5):
        for noise_db in (-20.0, -5.0, 0.0, 5.0):
            sums = Sums()
            for seed in range(trials):
                trial(seed, noise_db=noise_db, direct=direct, sums=sums)
            told = [sums.answers[name] for name in ("found", "ambiguous", "nothing_found")]
            off = sums.off_ms or [float("nan")]
            print(
                f"{direct:>6g} {noise_db:>+4g} dB {told[0]:>6} {told[1]:>9} {told[2]:>4} {np.median(off):>12.3f} "
                f"{max(off):>10.3f} {sums.within:>9}/{told[0]} {sums.drift_within:>11}/{told[0]}"
            )
    never: dict[str, Callable[[int], Pair]] = {
        "strangers": strangers,
        "two guns": two_guns,
        "music": broadcast,
        "loops": loop,
    }
    for name, made in never.items():
        answers = Counter(made(seed).outcome.value for seed in range(trials))
        print(f"{name}: found {answers.pop('found', 0)} of {trials}; {dict(sorted(answers.items()))}")
    for minutes in (1.0,) if options.quick else (1.0, 10.0):
        cost(minutes)


if __name__ == "__main__":
    main()
