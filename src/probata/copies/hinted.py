"""Where a descriptor that the user gave holds pictures alike: tried as well, and never believed by itself.

None is given by default. Where one is, its hits name pictures and which way round; what those share is then looked for
with a lower bar, and the proof in time decides as ever.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from attrs import evolve

from probata.copies.extract import Extract, Sight
from probata.copies.likeness import worth_trying
from probata.copies.methods.learned import WATCHER, LearnedDescriptor
from probata.copies.places import PlacePair, matched
from probata.copies.seam import Hit
from probata.media.passes import CannotLook, Consumer

_LEAST_PLACES = 6
_WHOLE = (0.0, 0.0, 1.0, 1.0)


def consumers() -> tuple[Consumer, ...]:
    """Who must watch for the descriptor, if one is given; raises its `Refused` where another file lies there."""
    try:
        return tuple(LearnedDescriptor().consumers())
    except CannotLook:
        return ()


def hits(one: Extract, other: Extract) -> tuple[Hit, ...]:
    """The moments that the descriptor holds alike, the best first; none where it did not watch both."""
    if WATCHER not in one.outcomes or WATCHER not in other.outcomes:
        return ()
    method = LearnedDescriptor()
    try:
        mine, theirs = method.kept(one.outcomes), method.kept(other.outcomes)
    except CannotLook:
        return ()
    return () if mine is None or theirs is None else method.explain(mine, theirs).hits


def pairs(told: Sequence[Hit], a: Sequence[Sight], b: Sequence[Sight]) -> list[PlacePair]:
    """For each way round the pictures named best: the few places that agree in them, or the whole on the whole."""
    found: list[PlacePair] = []
    for hit in worth_trying(told):
        place_a, place_b = _nearest(a, float(hit.a_s)), _nearest(b, float(hit.b_s))
        one, other = a[place_a], b[place_b]
        agreed = [pair for pair in matched([one], [other], least=_LEAST_PLACES) if pair.mirror == hit.mirror]
        best = max(agreed, key=lambda pair: pair.places, default=_whole(one, other, mirror=hit.mirror))
        found.append(evolve(best, a=place_a, b=place_b))
    return found


def _whole(one: Sight, other: Sight, *, mirror: bool) -> PlacePair:
    """All of A's picture on all of B's: no place is named."""
    matrix = np.array([[other.width / one.width, 0, 0], [0, other.height / one.height, 0]], np.float64)
    return PlacePair(a=0, b=0, mirror=mirror, places=0, matrix=matrix, box=_WHOLE)


def _nearest(sights: Sequence[Sight], at_s: float) -> int:
    return min(range(len(sights)), key=lambda place: abs(float(sights[place].seconds) - at_s))
