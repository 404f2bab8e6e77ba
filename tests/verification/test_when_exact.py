"""The solver beside brute force: every window, every smallest conflict and every smallest repair, on small grids."""

from __future__ import annotations

import random
from itertools import combinations

import numpy as np
import pytest

from probata.verification.when.answers import Answer, answer
from probata.verification.when.network import (
    ORIGIN,
    Bound,
    before,
    during,
    end_of,
    overlaps,
    same_time,
    start_of,
    throughout,
    within,
)

SIZE = 6
MARGIN = 5
GRID = range(-MARGIN, SIZE + MARGIN + 1)
# Bounds and gaps reach from -2 to SIZE + 2; a gap keeps what has no limit a tick or two off the edge of the grid.
EARLY, LATE = GRID[0] + 3, GRID[-1] - 3


def every_extent() -> tuple[np.ndarray, np.ndarray]:
    """Start and end of all stretches on the grid."""
    both = np.array([(start, end) for start in GRID for end in GRID if start <= end])
    return both[:, 0], both[:, 1]


def every_time(subjects: int) -> list[np.ndarray]:
    """By node: its time in every way to lay so many subjects on the grid."""
    starts, ends = every_extent()
    places = np.meshgrid(*[np.arange(len(starts))] * subjects, indexing="ij")
    flat = [place.ravel() for place in places]
    times = [np.zeros(len(flat[0]), dtype=int)]
    for place in flat:
        times += [starts[place], ends[place]]
    return times


def kept(bound: Bound, times: list[np.ndarray]) -> np.ndarray:
    """In which of all ways the bound holds."""
    holds = np.ones(len(times[ORIGIN]), dtype=bool)
    for earlier, later, ticks in bound.edges:
        holds &= times[later] >= times[earlier] + ticks
    if bound.stretches is not None:
        start, end = times[start_of(bound.subject)], times[end_of(bound.subject)]
        inside = np.zeros_like(holds)
        for first, last in bound.stretches:
            inside |= (first <= start) & (end <= last)
        holds &= inside
    return holds


def drawn_bound(chance: random.Random, name: str, subjects: int) -> Bound:
    """One bound of any kind, about any subject."""
    subject = chance.randrange(subjects)
    other = (subject + 1) % subjects
    start, end = sorted((chance.randint(0, SIZE), chance.randint(0, SIZE)))
    kinds = ["within", "from", "until", "throughout", "stretches"]
    kind = chance.choice(kinds + (["before", "during", "overlaps", "same_time"] if subjects > 1 else []))
    if kind == "before":
        return before(name, subject, other, least=chance.randint(0, 1), most=chance.choice([None, 2]))
    if kind == "stretches":
        firsts = [chance.randint(0, SIZE) for _ in range(chance.randint(1, 3))]
        stretches = tuple((first, min(SIZE, first + chance.randint(0, 2))) for first in firsts)
        return Bound(name=name, subject=subject, stretches=stretches)
    return {
        "within": lambda: within(name, subject, start, end),
        "from": lambda: within(name, subject, start, None),
        "until": lambda: within(name, subject, None, end),
        "throughout": lambda: throughout(name, subject, start, end),
        "during": lambda: during(name, subject, other),
        "overlaps": lambda: overlaps(name, subject, other),
        "same_time": lambda: same_time(name, subject, other),
    }[kind]()


def drawn(seed: int) -> tuple[int, list[Bound]]:
    """A random set of bounds on one or two subjects."""
    chance = random.Random(seed)
    subjects = 1 + seed % 2
    return subjects, [drawn_bound(chance, f"b{number}", subjects) for number in range(chance.randint(1, 6))]


def runs(covered: set[int]) -> list[tuple[int | None, int | None]]:
    """Runs of ticks that follow each other; what comes near the edge of the grid has no limit there."""
    found: list[list[int]] = []
    for tick in sorted(covered):
        if found and found[-1][1] == tick - 1:
            found[-1][1] = tick
        else:
            found.append([tick, tick])
    return [(None if a < EARLY else a, None if b > LATE else b) for a, b in found]


def by_brute_force(subjects: int, bounds: list[Bound]) -> tuple[dict, set[frozenset[str]], set[frozenset[str]]]:
    """Windows by subject and bounds left out; smallest conflicts; smallest repairs: all by trying everything."""
    tied = any(len(bound.touches()) > 1 for bound in bounds)
    groups = [list(range(subjects))] if tied else [[one] for one in range(subjects)]
    windows, conflicts, repairs = {}, set(), set()
    for group in groups:
        own = [bound for bound in bounds if bound.touches() & set(group)]
        times = TIMES[subjects] if tied or subjects == 1 else TIMES[2]
        holds = [kept(bound, times) for bound in own]
        codes = sum((held.astype(int) << number for number, held in enumerate(holds)), np.zeros(len(times[0]), int))
        possible = set(np.unique(codes).tolist())
        largest = [one for one in possible if not any(one != other and one & other == one for other in possible)]
        for code in largest:
            out = frozenset(bound.name for number, bound in enumerate(own) if not code >> number & 1)
            repairs |= {out} if out else set()
            solutions = (codes & code) == code
            for subject in group:
                covered: set[int] = set()
                extents = np.unique(
                    np.stack([times[start_of(subject)][solutions], times[end_of(subject)][solutions]]), axis=1
                )
                for start, end in extents.T.tolist():
                    covered.update(range(start, end + 1))
                windows[subject, out] = runs(covered)
        numbers = range(len(own))
        for size in range(1, len(own) + 1):
            for chosen in combinations(numbers, size):
                code = sum(1 << number for number in chosen)
                names = frozenset(own[number].name for number in chosen)
                if not any(code & one == code for one in possible) and not any(one < names for one in conflicts):
                    conflicts.add(names)
    return windows, conflicts, repairs


TIMES = {1: every_time(1), 2: every_time(2)}


def as_found(told: Answer) -> dict[tuple[int, frozenset[str]], list[tuple[int | None, int | None]]]:
    """The solver's windows in the same shape."""
    found: dict = {}
    for window in told.windows:
        found.setdefault((int(window.subject), frozenset(window.left_out)), []).append((window.start, window.end))
    return found


# 10,000 sets in all, in ten lots so that a fault says where to look.
@pytest.mark.slow
@pytest.mark.parametrize("lot", range(10))
def test_exact_on_ten_thousand_random_sets(lot: int):
    """On a grid of whole ticks the solver gives what trying every start and end of every subject gives."""
    for seed in range(lot * 1_000, (lot + 1) * 1_000):
        subjects, bounds = drawn(seed)
        told = answer([str(one) for one in range(subjects)], bounds)
        windows, conflicts, repairs = by_brute_force(subjects, bounds)
        assert told.limits == ()
        assert as_found(told) == windows, (seed, bounds)
        assert {frozenset(one) for one in told.conflicts} == conflicts, (seed, bounds)
        assert {frozenset(one) for one in told.repairs} == repairs, (seed, bounds)
