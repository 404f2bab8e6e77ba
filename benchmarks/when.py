"""How long the interval solver takes for 1,000 bounds, of six shapes. Reach: at most 50 ms, but for the tangle."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

from probata.verification.when.answers import answer
from probata.verification.when.network import Bound, before, throughout, within

BOUNDS = 1_000
ROUNDS = 7

Case = tuple[list[str], list[Bound]]


def one_subject() -> Case:
    """All about one subject; they hold together."""
    chance = random.Random(1)
    return ["a"], [within(f"b{one}", 0, -chance.randint(1, 10**6), chance.randint(1, 10**6)) for one in range(BOUNDS)]


def one_wrong() -> Case:
    """All about one subject; one of them conflicts with a hundred others."""
    subjects, bounds = one_subject()
    late = [within(f"l{one}", 0, None, 5_000_000 + one) for one in range(100)]
    return subjects, [*bounds[:899], *late, within("wrong", 0, 6_000_000, None)][:BOUNDS]


def at_random() -> Case:
    """All about one subject, anywhere: a hundred thousand pairs conflict, and the caps are reached."""
    chance = random.Random(2)
    bounds: list[Bound] = []
    for one in range(BOUNDS):
        start = chance.randint(0, 10**6)
        kind = throughout if one % 20 == 0 else within
        bounds.append(kind(f"b{one}", 0, start, start + chance.randint(0, 10**6)))
    return ["a"], bounds


def a_chain() -> Case:
    """Three hundred subjects, each before the next, and seven hundred ranges; they hold together."""
    chance = random.Random(3)
    subjects = [f"s{one}" for one in range(300)]
    bounds = [before(f"o{one}", one, one + 1, least=chance.randint(0, 5)) for one in range(299)]
    while len(bounds) < BOUNDS:
        one = chance.randrange(300)
        middle = one * 1_000
        bounds.append(
            within(f"b{len(bounds)}", one, middle - chance.randint(0, 9**6), middle + chance.randint(6, 9**6))
        )
    chance.shuffle(bounds)
    return subjects, bounds


def a_chain_with_a_conflict() -> Case:
    """The same, and two bounds on one subject that cannot both hold."""
    subjects, bounds = a_chain()
    wrong = [within("early", 150, None, 150_000), within("late", 150, 150_010, None)]
    return subjects, [*bounds[: BOUNDS - 2], *wrong]


def a_tangle() -> Case:
    """The same, and a bound so late that it conflicts along the chain with everything that comes after it."""
    subjects, bounds = a_chain_with_a_conflict()
    return subjects, [*bounds[: BOUNDS - 1], within("late", 150, 10**7, None)]


CASES: list[Callable[[], Case]] = [one_subject, one_wrong, at_random, a_chain, a_chain_with_a_conflict, a_tangle]


def measure() -> dict[str, tuple[float, float]]:
    """By case, milliseconds of processor time and by the clock: the fastest of seven, as other work only ever adds."""
    found = {}
    for case in CASES:
        subjects, bounds = case()
        worked, waited = [], []
        for _round in range(ROUNDS):
            work, wall = time.process_time(), time.perf_counter()
            told = answer(subjects, bounds)
            worked.append((time.process_time() - work) * 1_000)
            waited.append((time.perf_counter() - wall) * 1_000)
        name = f"{case.__name__} ({len(told.conflicts)} conflicts, {len(told.windows)} windows)"
        found[name] = min(worked), min(waited)
    return found


if __name__ == "__main__":
    for name, (worked_ms, waited_ms) in measure().items():
        print(f"{BOUNDS} bounds, {name}: {worked_ms:.1f} ms of processor, {waited_ms:.1f} ms by the clock (reach: 50)")
