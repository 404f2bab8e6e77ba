"""Which point of one list is which settlement of another: by name and oblast, else by what lies around.

The codifier of Ukraine tells units and no points; a list of points tells the oblast and nothing below it. Three rules,
in this order; what none of them settles stays apart, and both sides say so:

1. *name*: only one settlement of the oblast bears a name of the point, and no other point bears its. Not joined where
   it lies far from everything else in its hromada.
2. *size*: of the namesakes one alone is a city, and the list counts more people there than villages have.
3. *neighbours*: the point lies near other settlements of one namesake's hromada, and far from every other's. Of one
   hromada no other point may be known: then the rest must be farther still, and the point must lie near its raion's.

Distances here are great circles on a sphere, good to 0.6 %: they decide between kilometres, not metres.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal

from attrs import frozen

from probata.gazetteer.spelling import folded, sounding

How = Literal["name", "size", "neighbours"]
Where = tuple[float, float]
"""Latitude and longitude in degrees."""

NEAR_KM = 12.0
"""A point lies in a hromada if one of its other settlements lies nearer than this."""
TIMES_FARTHER = 2.0
"""The namesakes' hromadas lie at least so many times farther away, and FARTHER_KM more."""
FARTHER_KM = 5.0
ALONE_KM = 20.0
"""Where nothing is known of one namesake's hromada, all others must lie at least so far away."""
ASTRAY_KM = 25.0
"""A point farther than this from all others of the hromada is not the settlement that its name says."""
PEOPLE_OF_A_CITY = 10_000
"""More than all but a few villages have."""
_RADIUS_KM = 6371.0088


@frozen(kw_only=True)
class Settlement:
    """An entry of the codifier: its id, its name, whether it is a city, and the ids of the units that it lies in.

    `hromada` is the raion's id, and `raion` the oblast's, where there is none.
    """

    ref: str
    name: str
    city: bool
    oblast: str
    raion: str
    hromada: str


@frozen(kw_only=True)
class Dot:
    """A named point: its id, its own name first, the others after it, the id of its oblast, where it lies.

    `people` is 0 where the list does not count them.
    """

    ref: str
    names: tuple[str, ...]
    oblast: str
    at: Where
    people: int = 0


@frozen(kw_only=True)
class Join:
    """A point and the settlement that it was given to, by which rule.

    `near_km` is how far the nearest known point of the settlement's hromada lies (of its raion, where `by_raion`), None
    where none is known; `rival_km` the same for the nearest namesake's hromada.
    """

    dot: str
    settlement: str
    how: How
    near_km: float | None = None
    rival_km: float | None = None
    by_raion: bool = False


Lying = Callable[[str], Sequence[Where]]
"""The points that are known in a unit, by its id."""


def apart_km(a: Where, b: Where) -> float:
    """How far two points lie from each other on a sphere of the Earth's mean radius."""
    latitude_a, latitude_b = math.radians(a[0]), math.radians(b[0])
    half = math.sin((latitude_b - latitude_a) / 2) ** 2
    half += math.cos(latitude_a) * math.cos(latitude_b) * math.sin(math.radians(b[1] - a[1]) / 2) ** 2
    return 2 * _RADIUS_KM * math.asin(min(1.0, math.sqrt(half)))


def joins(settlements: Sequence[Settlement], dots: Sequence[Dot]) -> list[Join]:
    """Every join that is beyond doubt by the three rules, ordered by rule and point; the rest is left out."""
    named = namesakes(settlements, dots)
    points = {dot.ref: dot for dot in dots}
    bearers = defaultdict(list)
    for ref, among in named.items():
        for settlement in among:
            bearers[settlement.ref].append(ref)
    alone = {ref: among[0] for ref, among in named.items() if len(among) == 1 and len(bearers[among[0].ref]) == 1}
    by_name = _by_name(alone, points)
    known: dict[str, list[Where]] = defaultdict(list)
    for join in by_name:
        settlement = alone[join.dot]
        for unit in {settlement.hromada, settlement.raion}:
            known[unit].append(points[join.dot].at)
    told: dict[str, list[Join]] = defaultdict(list)
    for ref in sorted(named.keys() - alone.keys()):
        given = by_size(points[ref], named[ref]) or by_neighbours(points[ref], named[ref], lambda unit: known[unit])
        if given is not None:
            told[given.settlement].append(given)
    # Two points for one settlement: neither is given to it.
    return [*by_name, *(only[0] for only in told.values() if len(only) == 1)]


def _by_name(alone: Mapping[str, Settlement], points: Mapping[str, Dot]) -> list[Join]:
    lying: dict[str, list[tuple[str, Where]]] = defaultdict(list)
    for ref, settlement in alone.items():
        lying[settlement.hromada].append((ref, points[ref].at))
    found = []
    for ref, settlement in sorted(alone.items()):
        others = [at for other, at in lying[settlement.hromada] if other != ref]
        near = _nearest(points[ref].at, others)
        if near is None or near <= ASTRAY_KM:
            found.append(Join(dot=ref, settlement=settlement.ref, how="name", near_km=near))
    return found


def by_size(dot: Dot, among: Sequence[Settlement]) -> Join | None:
    """The only city among the namesakes, where the point has more people than villages have."""
    cities = [settlement for settlement in among if settlement.city]
    if dot.people < PEOPLE_OF_A_CITY or len(cities) != 1:
        return None
    return Join(dot=dot.ref, settlement=cities[0].ref, how="size")


def by_neighbours(dot: Dot, among: Sequence[Settlement], lying: Lying) -> Join | None:
    """The namesake whose hromada the point lies in; None where two may be meant, or none is near."""
    units: dict[str, list[Settlement]] = defaultdict(list)
    for settlement in among:
        units[settlement.hromada].append(settlement)
    measured = [(_nearest(dot.at, lying(unit)), unit) for unit in sorted(units)]
    unknown = [unit for away, unit in measured if away is None]
    known = sorted((away, unit) for away, unit in measured if away is not None)
    if len(unknown) > 1 or not measured:
        return None
    by_raion = bool(unknown)
    chosen = unknown[0] if by_raion else known[0][1]
    if len(units[chosen]) > 1:
        return None
    settlement = units[chosen][0]
    near = _nearest(dot.at, lying(settlement.raion)) if by_raion else known[0][0]
    rival = next((away for away, unit in known if unit != chosen), None)
    if near is None or near > NEAR_KM or (by_raion and rival is None):
        return None
    if rival is not None and rival < max(TIMES_FARTHER * near, near + FARTHER_KM, ALONE_KM if by_raion else 0.0):
        return None
    return Join(
        dot=dot.ref, settlement=settlement.ref, how="neighbours", near_km=near, rival_km=rival, by_raion=by_raion
    )


def namesakes(settlements: Sequence[Settlement], dots: Sequence[Dot]) -> dict[str, list[Settlement]]:
    """For each point the settlements of its oblast that bear a name of it: as written, else its own name's sound."""
    written: dict[tuple[str, str], list[Settlement]] = defaultdict(list)
    heard: dict[tuple[str, str], list[Settlement]] = defaultdict(list)
    for settlement in settlements:
        written[settlement.oblast, folded(settlement.name)].append(settlement)
        heard[settlement.oblast, sounding(settlement.name)].append(settlement)
    found = {}
    for dot in dots:
        named = {one.ref: one for name in dot.names for one in written.get((dot.oblast, folded(name)), ())}
        if not named:
            named = {one.ref: one for one in heard.get((dot.oblast, sounding(dot.names[0])), ())}
        if named:
            found[dot.ref] = sorted(named.values(), key=lambda one: one.ref)
    return found


def _nearest(at: Where, others: Iterable[Where]) -> float | None:
    return min((apart_km(at, other) for other in others), default=None)
