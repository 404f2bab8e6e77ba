"""How well points are given to settlements, how wide a key is, and how long a question takes.

`python benchmarks/gazetteer.py FOLDER`: the folder into which pip laid the sources (requirements/gazetteer.lock). Each
point that its name alone joins is put to the question as if it had one, two or three namesakes, drawn from the other
hromadas of its oblast: is it given to its own settlement, to another, or to none?
"""

from __future__ import annotations

import collections
import random
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))

import gazetteer as builder
from probata.gazetteer.assembling import dot, matched, settlement, top_units
from probata.gazetteer.joining import Dot, Join, Settlement, Where, by_neighbours
from probata.gazetteer.spelling import sounding
from probata.gazetteer.store import BUILT, opened
from probata.verification.where import Question, ask

SEED = 1
QUESTIONS = (
    Question(name="Дмитрівка"),
    Question(name="Dmitrovka", within=("Bucha raion",)),
    Question(name="Дмитрівка", near="Буча", distance_km=10, bearing_deg=196),
)


def joining(folder: Path) -> None:
    """Counts of joins, and how often namesakes would have misled."""
    codifier, _edition = builder.codifier_rows(folder / builder.CODIFIER[1])
    points, _countries = builder.named_points(folder)
    home = [point for point in points if point.country == "UA"]
    joined, perhaps = matched(codifier, home)
    counts = collections.Counter(join.how for join in joined)
    print(f"{len(home)} points in Ukraine; joined: {dict(counts)}; apart beside a namesake: {len(perhaps)}")
    rows = {row.ref: settlement(row) for row in codifier if row.category in "MTXC"}
    tops = top_units(codifier)
    dots = {point.ref: dot(point, tops[point.region]) for point in home}
    oblasts = collections.defaultdict(list)
    for one in rows.values():
        oblasts[one.oblast].append(one)
    sure = [join for join in joined if join.how == "name" and join.settlement in rows]
    known = collections.defaultdict(list)
    for join in sure:
        for unit in {rows[join.settlement].hromada, rows[join.settlement].raion}:
            known[unit].append((join.dot, dots[join.dot].at))
    for namesakes in (1, 2, 3):
        told = collections.Counter(_asked(join, rows, oblasts, dots, known, namesakes) for join in sure)
        print(f"with {namesakes} drawn namesakes: {dict(told)}")


def _asked(
    join: Join,
    rows: dict[str, Settlement],
    oblasts: dict[str, list[Settlement]],
    dots: dict[str, Dot],
    known: dict[str, list[tuple[str, Where]]],
    namesakes: int,
) -> str:
    """Whether the point goes to its own settlement when namesakes are drawn beside it."""
    chance = random.Random(f"{SEED} {join.dot} {namesakes}")
    own = rows[join.settlement]
    others = [one for one in oblasts[own.oblast] if one.hromada != own.hromada]
    if len(others) < namesakes:
        return "too few"
    drawn = chance.sample(others, namesakes)
    given = by_neighbours(
        dots[join.dot], [own, *drawn], lambda unit: [at for ref, at in known[unit] if ref != join.dot]
    )
    return "none" if given is None else "right" if given.settlement == own.ref else "wrong"


def keys(folder: Path) -> None:
    """How many different names of the codifier share one key in the mean."""
    codifier, _edition = builder.codifier_rows(folder / builder.CODIFIER[1])
    names = {row.name for row in codifier if row.category in "MTXC"}
    shared = collections.defaultdict(set)
    for name in names:
        shared[sounding(name)].add(name)
    others = statistics.mean(len(shared[sounding(name)]) - 1 for name in names)
    print(f"{len(names)} names of settlements, {len(shared)} keys; {others:.2f} others share a name's key in the mean")


def asking() -> None:
    """Opening and asking, the best of twenty."""
    for question in QUESTIONS:
        best = min(_timed(question) for _again in range(20))
        print(f"{question.name.written}, within {question.within}, near {question.near}: {best * 1000:.0f} ms")


def _timed(question: Question) -> float:
    started = time.perf_counter()
    with opened() as built:
        ask(built, question)
    return time.perf_counter() - started


if __name__ == "__main__":
    joining(Path(sys.argv[1]))
    keys(Path(sys.argv[1]))
    asking()
    print(f"{BUILT.stat().st_size / 1e6:.1f} MB")
