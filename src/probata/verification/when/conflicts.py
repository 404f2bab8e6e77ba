"""Which bounds cannot all hold: every smallest such set, and every smallest set whose leaving out mends them all.

The two lists decide each other (Reiter 1987): what mends is what takes one bound from each conflict. So known conflicts
give the ways that may mend, and a way that does not yet mend has left another conflict to be found, until none is left.
Both lists can be longer than anybody reads, so there are caps; reaching one is told, never hidden.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from attrs import evolve, frozen

from probata.verification.when.network import ORIGIN, Bound, Clash, Edge, Network, start_of

MOST_CONFLICTS = 200
MOST_REPAIRS = 32
MOST_WORK = 1_500_000
_MOST_WAYS = 1_000
_MOST_CORNERS = 20_000

Names = frozenset[int]


@frozen(kw_only=True)
class Mending:
    """The smallest conflicts, what may be left out to mend them, and whether each list is complete.

    Bounds are numbers. With no conflict the one repair leaves out nothing.
    """

    conflicts: tuple[Names, ...]
    repairs: tuple[Names, ...]
    all_conflicts: bool = True
    all_repairs: bool = True


def mend(subjects: int, bounds: Sequence[Bound]) -> Mending:
    """Every smallest conflict among these bounds and every smallest repair, up to the caps of this module."""
    if _clash(subjects, bounds, range(len(bounds))) is None:
        return Mending(conflicts=(), repairs=(frozenset(),))
    if subjects == 1 and all(_is_plain(one) for one in bounds):
        return _mend_one_subject(bounds)
    suspects, circles = _suspects(subjects, bounds)
    found = _mend_by_looking(subjects, [bounds[number] for number in suspects], circles=circles)
    return evolve(
        found,
        conflicts=tuple(frozenset(suspects[number] for number in one) for one in found.conflicts),
        repairs=tuple(frozenset(suspects[number] for number in one) for one in found.repairs),
    )


def _suspects(subjects: int, bounds: Sequence[Bound]) -> tuple[list[int], bool]:
    """The bounds that may be in a conflict at all, so that the others need not be looked at again and again.

    And whether relations alone may raise times by way of themselves.

    Where only edges matter, a conflict is a way from the origin round to the origin that is longer than nothing. An
    edge may lie on one if the longest way to it, itself, and the longest way on from it come to more than nothing.
    """
    everything = list(range(len(bounds)))
    if any(one.stretches is not None for one in bounds):
        return everything, True
    try:
        forwards = Network(subjects, bounds)
        there, back = forwards.farthest(), forwards.turned_round().farthest()
    except Clash:
        return everything, True
    there[ORIGIN] = back[ORIGIN] = 0

    def may_clash(edge: Edge) -> bool:
        to_it, from_it = there[edge[0]], back[edge[1]]
        return to_it is not None and from_it is not None and to_it + edge[2] + from_it > 0

    return [number for number in everything if any(map(may_clash, bounds[number].edges))], False


def _clash(subjects: int, bounds: Sequence[Bound], holding: Iterable[int], *, circles: bool = True) -> set[int] | None:
    try:
        Network(subjects, bounds, holding=holding, circles=circles).least()
    except Clash as clash:
        return clash.bounds
    return None


class _Looking:
    """Asks whether some of the bounds clash, and counts how much was asked."""

    def __init__(self, subjects: int, bounds: Sequence[Bound], *, circles: bool) -> None:
        self._subjects, self._bounds, self._circles = subjects, bounds, circles
        self.work = 0

    def __call__(self, holding: set[int]) -> set[int] | None:
        self.work += len(holding) + self._subjects
        return _clash(self._subjects, self._bounds, holding, circles=self._circles)

    @property
    def is_enough(self) -> bool:
        """Whether no more should be asked than one answer takes."""
        return self.work > MOST_WORK


def _fewest(suspects: set[int], clash_of: _Looking) -> Names | None:
    """Leave out one after the other; who may go without the conflict going is no part of it. None: too much work."""
    kept = clash_of(suspects) or set(suspects)
    for one in sorted(kept):
        if clash_of.work > 4 * MOST_WORK:
            return None
        if one in kept:
            left = clash_of(kept - {one})
            if left is not None:
                kept = left
    return frozenset(kept)


def _by_size(sets: Iterable[Names]) -> list[Names]:
    return sorted(sets, key=lambda one: (len(one), sorted(one)))


def kept_first(repairs: Iterable[Names]) -> list[Names]:
    """Fewest left out first; among as many, what stands early in the document is kept first."""
    return sorted(repairs, key=lambda one: (len(one), sorted(-number for number in one)))


def _mend_by_looking(subjects: int, bounds: Sequence[Bound], *, circles: bool) -> Mending:
    clash_of = _Looking(subjects, bounds, circles=circles)
    everything = set(range(len(bounds)))
    conflicts: list[Names] = []
    ways: list[Names] = [frozenset()]
    mends: set[Names] = set()
    while len(conflicts) < MOST_CONFLICTS and not clash_of.is_enough:
        untried = [way for way in kept_first(ways) if way not in mends]
        if not untried:
            return Mending(conflicts=tuple(_by_size(conflicts)), repairs=tuple(kept_first(ways)))
        if len(ways) > (4 * MOST_REPAIRS if len(mends) >= MOST_REPAIRS else _MOST_WAYS):
            break
        left = clash_of(everything - untried[0])
        if left is None:
            mends.add(untried[0])
            continue
        conflict = _fewest(left, clash_of)
        if conflict is None:
            break
        conflicts.append(conflict)
        ways = _also_meeting(ways, conflict)
        mends &= set(ways)
    if not mends:
        mends = {_kept_in_order(everything, clash_of)}
    return Mending(
        conflicts=tuple(_by_size(conflicts)),
        repairs=tuple(kept_first(mends)[:MOST_REPAIRS]),
        all_conflicts=False,
        all_repairs=False,
    )


def _kept_in_order(everything: set[int], clash_of: _Looking) -> Names:
    """One repair at least: of every clash the bound that stands last goes; then each comes back that can."""
    out: set[int] = set()
    while (clash := clash_of(everything - out)) is not None:
        out.add(max(clash))
    for one in sorted(out):
        if clash_of(everything - out | {one}) is None:
            out.discard(one)
    return frozenset(out)


def _also_meeting(ways: list[Names], conflict: Names) -> list[Names]:
    """The smallest sets that take one from each conflict so far, and now from this one too (Berge)."""
    meeting = [way for way in ways if way & conflict]
    longer = {way | {one} for way in ways if not way & conflict for one in conflict}
    return meeting + [way for way in longer if not any(known <= way for known in meeting)]


class _Box:
    """What one bound on one subject demands: start and end each between two limits, None is none."""

    def __init__(self, bound: Bound) -> None:
        self.start_from: int | None = None
        self.start_by: int | None = None
        self.end_from: int | None = None
        self.end_by: int | None = None
        for earlier, later, ticks in bound.edges:
            if earlier == ORIGIN and later == start_of(0):
                self.start_from = _larger(self.start_from, ticks)
            elif earlier == ORIGIN:
                self.end_from = _larger(self.end_from, ticks)
            elif earlier == start_of(0):
                self.start_by = _smaller(self.start_by, -ticks)
            else:
                self.end_by = _smaller(self.end_by, -ticks)


def _larger(one: int | None, other: int) -> int:
    return other if one is None else max(one, other)


def _smaller(one: int | None, other: int) -> int:
    return other if one is None else min(one, other)


def _is_plain(bound: Bound) -> bool:
    return bound.stretches is None and all(ORIGIN in edge[:2] for edge in bound.edges)


def _mend_one_subject(bounds: Sequence[Bound]) -> Mending:
    """One subject, ranges only: what cannot hold together fails in pairs, or by itself (Helly, in one dimension)."""
    boxes = [_Box(one) for one in bounds]
    conflicts, all_conflicts = _pairs(boxes)
    repairs, all_repairs = _corners(boxes)
    return Mending(
        conflicts=tuple(_by_size(conflicts)),
        repairs=tuple(repairs),
        all_conflicts=all_conflicts,
        all_repairs=all_repairs,
    )


def _pairs(boxes: Sequence[_Box]) -> tuple[list[Names], bool]:
    # Start or end too early for a limit below: each way round is a list sorted by the limit above.
    def above(limits: Iterable[tuple[int | None, int]]) -> list[tuple[int, int]]:
        return sorted((limit, number) for limit, number in limits if limit is not None)

    starts_by = above((box.start_by, number) for number, box in enumerate(boxes))
    ends_by = above((box.end_by, number) for number, box in enumerate(boxes))
    alone: set[int] = set()
    found: dict[Names, None] = {}
    for number, box in enumerate(boxes):
        for floor, limits in ((box.start_from, starts_by), (box.start_from, ends_by), (box.end_from, ends_by)):
            for limit, other in limits if floor is not None else ():
                if floor is None or limit >= floor:
                    break
                if other == number:
                    alone.add(number)
                found[frozenset({number, other})] = None
                if len(found) > 2 * MOST_CONFLICTS:
                    break
        if len(found) > 2 * MOST_CONFLICTS:
            break
    smallest = [one for one in found if len(one) == 1 or not one & alone]
    return smallest[:MOST_CONFLICTS], len(found) <= 2 * MOST_CONFLICTS and len(smallest) <= MOST_CONFLICTS


def _keeping(limits: Sequence[tuple[int | None, int | None]], at: Sequence[int]) -> dict[int, int]:
    """For each of these times, the bounds that it keeps, as bits."""
    always, opening, closing = 0, [], []
    for number, (start, end) in enumerate(limits):
        if start is None:
            always |= 1 << number
        else:
            opening.append((start, 1 << number))
        if end is not None:
            closing.append((end, 1 << number))
    opening.sort(reverse=True)
    closing.sort(reverse=True)
    keeping: dict[int, int] = {}
    open_now, closed = always, 0
    for time in sorted(at):
        while opening and opening[-1][0] <= time:
            open_now |= opening.pop()[1]
        while closing and closing[-1][0] < time:
            closed |= closing.pop()[1]
        keeping[time] = open_now & ~closed
    return keeping


def _corners(boxes: Sequence[_Box]) -> tuple[list[Names], bool]:
    """Every largest set that holds together holds at its own least start and end: try those, keep the largest."""
    limits = [limit for box in boxes for limit in (box.start_from, box.start_by, box.end_from, box.end_by)]
    early = min(limit for limit in limits if limit is not None) - 1
    starts = sorted({early} | {box.start_from for box in boxes if box.start_from is not None})
    ends = {box.end_from for box in boxes if box.end_from is not None}
    by_start = _keeping([(box.start_from, box.start_by) for box in boxes], starts)
    by_end = _keeping([(box.end_from, box.end_by) for box in boxes], sorted(ends | set(starts)))
    complete = len(starts) * (len(ends) + 1) <= _MOST_CORNERS
    tried = sorted(ends) if complete else sorted(ends)[:: len(starts) * len(ends) // _MOST_CORNERS + 1]
    kept = {by_start[start] & by_end[end] for start in starts for end in [start, *tried] if end >= start}
    largest: list[int] = []
    for one in sorted(kept, key=lambda bits: (-bits.bit_count(), bits)):
        if not any(one & larger == one for larger in largest):
            largest.append(one)
            if len(largest) > MOST_REPAIRS:
                break
    everything = range(len(boxes))
    repairs = [frozenset(number for number in everything if not one >> number & 1) for one in largest]
    return kept_first(repairs)[:MOST_REPAIRS], complete and len(largest) <= MOST_REPAIRS
