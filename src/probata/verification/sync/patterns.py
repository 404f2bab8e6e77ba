"""What the spacing of sudden sounds says: one clock for both recordings, several, or shots of two different guns.

A shot is heard by each recorder later by its distance over the speed of sound. Shots from one place keep their spacing
at every recorder; shots from two places do not, and how it differs tells where they came from. To lay such shots on
each other would destroy that evidence, and set the clocks wrong by as much.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from probata.verification.sync.bangs import Bang
from probata.verification.sync.searching import MOST_DRIFT_PPM

SPEED_OF_SOUND = 343.0
"""Metres a second in dry air at 20 °C; from 319 at -20 °C to 355 at 40 °C."""
MOST_SPACING_S = 1.0
"""Spacings that differ by more (343 m of path) are no spacings of the same shots."""
_LEAST_MATCHED, _LEAST_SHARE, _RIVAL_SHARE = 3, 0.6, 0.5
_BESIDE_S = 0.0005
_MOST_OFFSETS = 12


class Answer(Enum):
    """What the spacing says."""

    NONE = "none"
    AGREES = "agrees"
    AMBIGUOUS = "ambiguous"
    DIFFERS = "differs"


@frozen(kw_only=True)
class Spacing:
    """One interval between the same two shots as each of two recorders heard it, in seconds; how far they differ.

    `path_m` is the difference in path that this means at 343 m/s; errors are the sum in squares of those of the onsets,
    doubled, and what clocks may drift in so much time.
    """

    a_s: float
    b_s: float
    differ_s: float
    error_s: float

    @property
    def path_m(self) -> float:
        """The difference of the ways of the two sounds to the two recorders, in metres; never below 0."""
        return abs(self.differ_s) * SPEED_OF_SOUND

    @property
    def path_error_m(self) -> float:
        """How far `path_m` may be wrong for the onsets and clocks; the air's temperature adds 1 in 20 at most."""
        return self.error_s * SPEED_OF_SOUND

    def as_json(self) -> dict[str, float]:
        """The interval in milliseconds and metres."""
        return {
            "a_ms": round(self.a_s * 1e3, 2),
            "b_ms": round(self.b_s * 1e3, 2),
            "difference_ms": round(self.differ_s * 1e3, 2),
            "error_ms": round(self.error_s * 1e3, 2),
            "path_difference_m": round(self.path_m, 1),
            "path_error_m": round(self.path_error_m, 1),
        }


@frozen(kw_only=True)
class Laid:
    """One way of laying the sudden sounds of A on those of B: B's own time is A's and `offset_s`; who meets whom."""

    offset_s: float
    error_s: float
    pairs: tuple[tuple[int, int], ...]


@frozen(kw_only=True)
class Patterns:
    """The answer with its reason, every way of laying that stands to reason, and the spacings where they differ."""

    answer: Answer
    why: str
    laid: tuple[Laid, ...] = ()
    spacings: tuple[Spacing, ...] = ()


def compare(a: Sequence[Bang], b: Sequence[Bang], *, distance_m: float | None = None) -> Patterns:
    """Hold the spacing of A's sudden sounds against that of B's.

    `distance_m` between the recorders, where it is known, bounds by how much spacings of the same shots can differ:
    twice that distance over the speed of sound.
    """
    if not a or not b:
        return Patterns(answer=Answer.NONE, why="no sudden sound is heard in both")
    ways = _ways(a, b)
    if min(len(a), len(b)) == 1:
        return Patterns(
            answer=Answer.AMBIGUOUS,
            why="one sudden sound alone has no spacing: it can be laid on any other",
            laid=tuple(ways[:_MOST_OFFSETS]),
        )
    told = _agreed(a, b, ways)
    if told is not None:
        return told
    spacings = _in_order(a, b, distance_m)
    if not spacings:
        why = "sudden sounds are heard in both, and their spacing has nothing in common"
        return Patterns(answer=Answer.NONE, why=why)
    if all(abs(one.differ_s) <= one.error_s for one in spacings):
        return Patterns(
            answer=Answer.AMBIGUOUS,
            why="sudden sounds may keep their spacing, and too few do, or too loosely, to set a clock by",
            laid=tuple(ways[:_MOST_OFFSETS]),
        )
    return Patterns(
        answer=Answer.DIFFERS,
        why="the spacing of the sudden sounds differs by more than clocks can drift: no one offset fits them",
        laid=tuple(ways[:_MOST_OFFSETS]),
        spacings=spacings,
    )


def _agreed(a: Sequence[Bang], b: Sequence[Bang], ways: Sequence[Laid]) -> Patterns | None:
    """What it means that sounds keep their spacing: one offset, several, or two places; None where too few do."""
    best = ways[0]
    met = len(best.pairs)
    rivals = [way for way in ways[1:] if len(way.pairs) > _RIVAL_SHARE * met]
    if met == len(a) == len(b) == 2:
        return Patterns(answer=Answer.AGREES, why="two sudden sounds keep their spacing", laid=(best,))
    if met < _LEAST_MATCHED:
        return None
    # Among many sounds a few meet by chance, whatever the offset: most must.
    most_meet = met >= _LEAST_SHARE * _within(a, b, best)
    if most_meet and not rivals:
        return Patterns(answer=Answer.AGREES, why=f"{met} sudden sounds keep their spacing", laid=(best,))
    places = _of_two_places(a, b, best, rivals)
    if places is not None or not most_meet:
        return places
    return Patterns(
        answer=Answer.AMBIGUOUS,
        why="the sudden sounds repeat evenly: they can be laid on each other in several ways",
        laid=(best, *rivals[: _MOST_OFFSETS - 1]),
    )


def _of_two_places(a: Sequence[Bang], b: Sequence[Bang], best: Laid, rivals: Sequence[Laid]) -> Patterns | None:
    """Some sounds fit one offset, and others, not the same ones, another: None where that is not so."""
    mine = {one for one, _other in best.pairs}
    apart = [way for way in rivals if not mine & {one for one, _other in way.pairs}]
    near = [way for way in apart if abs(way.offset_s - best.offset_s) <= MOST_SPACING_S]
    near = [way for way in near if len(way.pairs) + len(mine) >= _LEAST_SHARE * min(len(a), len(b))]
    if not near:
        return None
    (i, k), (j, m) = best.pairs[0], near[0].pairs[0]
    return Patterns(
        answer=Answer.DIFFERS,
        why="some of the sudden sounds fit one offset and the others another: they come from two places",
        laid=(best, *near[: _MOST_OFFSETS - 1]),
        spacings=(_spacing(a[i], a[j], b[k], b[m]),),
    )


def _ways(a: Sequence[Bang], b: Sequence[Bang]) -> list[Laid]:
    """Every way in which sounds meet, those in which most do first; of ways within their error the best alone."""
    a_s, b_s = np.array([one.at_s for one in a]), np.array([one.at_s for one in b])
    a_error, b_error = np.array([one.error_s for one in a]), np.array([one.error_s for one in b])
    told = [_way(i, k, a_s, b_s, a_error, b_error) for i in range(len(a)) for k in range(len(b))]
    told.sort(key=lambda one: (-one[0], one[1]))
    kept: list[Laid] = []
    for _met, _rest, way in told:
        if len(kept) >= 4 * _MOST_OFFSETS:
            break
        if all(abs(way.offset_s - one.offset_s) > way.error_s + one.error_s for one in kept):
            kept.append(way)
    return kept


Doubles = NDArray[np.float64]


def _way(i: int, k: int, a_s: Doubles, b_s: Doubles, a_error: Doubles, b_error: Doubles) -> tuple[int, float, Laid]:
    offset = b_s[k] - a_s[i]
    there = a_s + offset
    place = np.clip(np.searchsorted(b_s, there), 1, max(1, len(b_s) - 1))
    before, after = np.maximum(place - 1, 0), np.minimum(place, len(b_s) - 1)
    nearest = np.where(np.abs(b_s[before] - there) <= np.abs(b_s[after] - there), before, after)
    rest = b_s[nearest] - there
    allowed = 2 * np.sqrt(a_error**2 + b_error[nearest] ** 2 + a_error[i] ** 2 + b_error[k] ** 2) / np.sqrt(2)
    allowed += _BESIDE_S + 1e-6 * MOST_DRIFT_PPM * np.abs(a_s - a_s[i])
    pairs: list[tuple[int, int]] = []
    used: set[int] = set()
    for number in np.flatnonzero(np.abs(rest) <= allowed):
        if int(nearest[number]) not in used:
            used.add(int(nearest[number]))
            pairs.append((int(number), int(nearest[number])))
    differences = np.array([b_s[other] - a_s[one] for one, other in pairs])
    errors = np.array([np.hypot(a_error[one], b_error[other]) for one, other in pairs])
    middle = float(np.average(differences, weights=1 / errors**2))
    error = float(max(errors.mean() / np.sqrt(len(pairs)), np.ptp(differences) / 2)) * 2
    laid = Laid(offset_s=middle, error_s=error + _BESIDE_S, pairs=tuple(pairs))
    return len(pairs), float(np.abs(rest[[one for one, _other in pairs]]).sum()), laid


def _within(a: Sequence[Bang], b: Sequence[Bang], way: Laid) -> int:
    """How many sounds of the recording with fewer lie where the other has any, this way laid."""
    slack = way.error_s + 0.05
    from_s, to_s = b[0].at_s - slack - way.offset_s, b[-1].at_s + slack - way.offset_s
    mine = sum(from_s <= one.at_s <= to_s for one in a)
    from_s, to_s = a[0].at_s - slack + way.offset_s, a[-1].at_s + slack + way.offset_s
    theirs = sum(from_s <= one.at_s <= to_s for one in b)
    return min(mine, theirs)


def _in_order(a: Sequence[Bang], b: Sequence[Bang], distance_m: float | None) -> tuple[Spacing, ...]:
    """The spacings of as many sounds in each, taken in order, if they may be those of the same shots; else none."""
    most_s = MOST_SPACING_S if distance_m is None else 2 * distance_m / SPEED_OF_SOUND
    fewer, more = (a, b) if len(a) <= len(b) else (b, a)
    best: tuple[float, int] | None = None
    for start in range(len(more) - len(fewer) + 1):
        part = more[start : start + len(fewer)]
        apart = [abs((fewer[at].at_s - fewer[0].at_s) - (part[at].at_s - part[0].at_s)) for at in range(1, len(fewer))]
        if max(apart) <= most_s + 0.01 and (best is None or sum(apart) < best[0]):
            best = sum(apart), start
    if best is None:
        return ()
    part = more[best[1] : best[1] + len(fewer)]
    one, other = (fewer, part) if fewer is a else (part, fewer)
    return tuple(_spacing(one[at], one[at + 1], other[at], other[at + 1]) for at in range(len(fewer) - 1))


def _spacing(a_first: Bang, a_next: Bang, b_first: Bang, b_next: Bang) -> Spacing:
    a_s, b_s = a_next.at_s - a_first.at_s, b_next.at_s - b_first.at_s
    onsets = np.sqrt(sum(one.error_s**2 for one in (a_first, a_next, b_first, b_next)))
    return Spacing(a_s=a_s, b_s=b_s, differ_s=b_s - a_s, error_s=float(onsets) + 1e-6 * MOST_DRIFT_PPM * abs(a_s))
