"""Bounds on times as a network of differences, over whole ticks: its least solution, its greatest, or why it has none.

Each subject has a start and an end, start <= end (CIDOC CRM E52). A bound is a handful of edges `later >= earlier +
ticks` between these and the origin 0, and may add that the subject lies within one of a list of stretches. All of them
are kept by the smaller and the larger of any two solutions, taken time by time, stretches included: "start and end in
one stretch" is `end's stretch begins <= start`. So raising every time only as far as something forces it ends at the
least solution or proves that there is none (Dechter, Meiri and Pearl 1991 for the edges; Cooper and Jeavons, on
max-closed constraints, for why the stretches do no harm). A tick is whatever the caller counts in.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from copy import copy
from functools import cached_property
from heapq import heappop, heappush

from attrs import field, frozen

from probata.terms.errors import InvalidValue

Edge = tuple[int, int, int]
"""`(earlier, later, ticks)`: the time of node `later` is at least that of node `earlier` plus so many ticks."""

Stretch = tuple[int, int]
"""From one tick through another, both included."""

ORIGIN = 0


def start_of(subject: int) -> int:
    """The node of a subject's start."""
    return 2 * subject + 1


def end_of(subject: int) -> int:
    """The node of a subject's end."""
    return 2 * subject + 2


def _merged(stretches: Iterable[Stretch]) -> tuple[Stretch, ...]:
    merged: list[Stretch] = []
    for start, end in sorted(stretches):
        if end < start:
            raise InvalidValue(what=f"The stretch {start} to {end}", why="it ends before it starts")
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return tuple(merged)


@frozen(kw_only=True)
class Bound:
    """One bound as the network takes it: it holds as a whole or is left out as a whole.

    `edges` lie between nodes (`start_of`, `end_of`, `ORIGIN`); with `stretches`, `subject` lies wholly within one of
    them: those that touch are one. An empty list of stretches can never be kept.
    """

    name: str
    edges: tuple[Edge, ...] = ()
    subject: int | None = None
    stretches: tuple[Stretch, ...] | None = field(default=None)

    def __attrs_post_init__(self) -> None:
        if self.stretches is not None:
            if self.subject is None:
                raise InvalidValue(what=f"The bound {self.name}", why="stretches need a subject")
            object.__setattr__(self, "stretches", _merged(self.stretches))

    def touches(self) -> set[int]:
        """The subjects that it speaks about."""
        nodes = {node for edge in self.edges for node in edge[:2] if node != ORIGIN}
        return {(node - 1) // 2 for node in nodes} | (set() if self.subject is None else {self.subject})


Reason = int
"""Why a time cannot be earlier: the numbers of the bounds it comes down to, as bits."""


def numbers_in(reason: Reason) -> list[int]:
    """The bounds in a reason, in order."""
    bits = bin(reason)[:1:-1]
    found = []
    place = bits.find("1")
    while place >= 0:
        found.append(place)
        place = bits.find("1", place + 1)
    return found


class Clash(Exception):
    """There is no solution; `bounds` cannot all hold (they need not be the fewest)."""

    def __init__(self, reason: Reason) -> None:
        super().__init__()
        self.bounds = set(numbers_in(reason))


class Solved:
    """The least time of every node (None where nothing bounds it below), each with its reason."""

    def __init__(self, times: list[int | None], reasons: list[Reason]) -> None:
        self.times, self.reasons = times, reasons

    def copied(self) -> Solved:
        """A copy that can be raised further while this one stays."""
        return Solved(self.times.copy(), self.reasons.copy())


class _Stretches:
    """The stretches of one bound, for asking which is next."""

    def __init__(self, bound: int, stretches: Sequence[Stretch]) -> None:
        self.reason = 1 << bound
        self.starts = [start for start, _end in stretches]
        self.ends = [end for _start, end in stretches]

    def not_before(self, time: int) -> int | None:
        """The place of the first stretch that does not end before this time."""
        place = bisect_left(self.ends, time)
        return place if place < len(self.ends) else None


_Labelled = tuple[int, int, int, Reason]


def _tightest(bounds: Sequence[Bound], holding: Iterable[int]) -> list[_Labelled]:
    """The edges of these bounds; of many between the origin and one time only the tightest, which decides."""
    # Runs for every set of bounds that is tried. The origin is 0: where one node is it, the difference names both.
    tightest: dict[int, tuple[int, int, int, int]] = {}
    edges: list[_Labelled] = []
    for number in holding:
        for earlier, later, ticks in bounds[number].edges:
            if earlier and later:
                edges.append((earlier, later, ticks, 1 << number))
            else:
                known = tightest.get(later - earlier)
                if known is None or ticks > known[2]:
                    tightest[later - earlier] = earlier, later, ticks, number
    return edges + [(earlier, later, ticks, 1 << number) for earlier, later, ticks, number in tightest.values()]


_FIRST_PATIENCE = 32


def _refuse_circle(came_from: Sequence[tuple[int, Reason] | None], node: int) -> None:
    """Raise `Clash` with the bounds of the circle that leads to this node, if the way to it holds one."""
    place: dict[int, int] = {}
    way: list[Reason] = []
    step = came_from[node]
    while step is not None and node not in place:
        place[node] = len(way)
        way.append(step[1])
        node, step = step[0], came_from[step[0]]
    if node in place:
        circle = 0
        for by in way[place[node] :]:
            circle |= by
        raise Clash(circle)


class Network:
    """The bounds that hold, over `subjects` subjects; `backwards` turns time round, for greatest solutions.

    Bounds are numbered by their place in the list; those not in `holding` are passed over. With `circles` False the
    caller knows that no times are raised by way of themselves.
    """

    def __init__(
        self,
        subjects: int,
        bounds: Sequence[Bound],
        *,
        holding: Iterable[int] | None = None,
        backwards: bool = False,
        circles: bool = True,
    ) -> None:
        self.bounds = bounds
        self.holding = range(len(bounds)) if holding is None else sorted(holding)
        self.size = 2 * subjects + 1
        self._edges = _tightest(bounds, self.holding)
        self._daily = [
            (number, bounds[number].subject or 0, stretches)
            for number in self.holding
            if (stretches := bounds[number].stretches) is not None
        ]
        self.may_circle = circles and any(edge[2] > 0 and ORIGIN not in edge[:2] for edge in self._edges)
        self._lay(backwards=backwards)

    def turned_round(self) -> Network:
        """The same bounds with time running the other way."""
        other = copy(self)
        other.__dict__.pop("_order", None)
        other._lay(backwards=not self.backwards)  # noqa: SLF001  it is one of us
        return other

    def _lay(self, *, backwards: bool) -> None:
        self.backwards = backwards
        self.after: list[list[tuple[int, int, Reason]]] = [[] for _ in range(self.size)]
        self.stretches: dict[int, list[_Stretches]] = {}
        touched: set[int] = set()
        for earlier, later, ticks, by in self._edges:
            source, target = (later, earlier) if backwards else (earlier, later)
            self.after[source].append((target, ticks, by))
            touched |= {earlier, later}
        for number, subject, stretches in self._daily:
            self._lay_stretches(number, subject, stretches)
            touched.add(start_of(subject))
        self.touched = sorted({(node - 1) // 2 for node in touched - {ORIGIN}})
        for subject in self.touched:
            self.after[self.first(subject)].append((self.last(subject), 0, 0))

    def first(self, subject: int) -> int:
        """The node of a subject that comes first, as time runs here."""
        return end_of(subject) if self.backwards else start_of(subject)

    def last(self, subject: int) -> int:
        """The node of a subject that comes last, as time runs here."""
        return start_of(subject) if self.backwards else end_of(subject)

    def _lay_stretches(self, number: int, subject: int, stretches: tuple[Stretch, ...]) -> None:
        turned = [(-end, -start) for start, end in reversed(stretches)] if self.backwards else stretches
        self.stretches.setdefault(subject, []).append(_Stretches(number, turned))
        if turned:
            self.after[ORIGIN].append((self.first(subject), turned[0][0], 1 << number))
            self.after[self.last(subject)].append((ORIGIN, -turned[-1][1], 1 << number))

    @property
    def width(self) -> int:
        """How many edges there are to follow."""
        return sum(len(edges) for edges in self.after)

    def least(self) -> Solved:
        """The least solution; raises `Clash` where there is none."""
        for choices in self.stretches.values():
            for one in choices:
                if not one.starts:
                    raise Clash(one.reason)
        if self.may_circle:
            self._refuse_circles()
        solved = Solved([None] * self.size, [0] * self.size)
        solved.times[ORIGIN] = 0
        self._raise_from(solved, [ORIGIN])
        return solved

    def farthest(self) -> list[int | None]:
        """By node, how late the bounds that tie it to the origin from below push it, whatever limits it above.

        Stretches are passed over. Raises `Clash` where times are raised by way of themselves.
        """
        if self.may_circle:
            self._refuse_circles()
        solved = Solved([None] * self.size, [0] * self.size)
        solved.times[ORIGIN] = 0
        self._raise_from(solved, [ORIGIN], stretches=False, origin=False)
        return solved.times

    def least_beside(self, solution: Solved) -> Solved:
        """The least solution with all subjects in the stretches of this one, which is of the network turned round."""
        solved = Solved([None] * self.size, [0] * self.size)
        solved.times[ORIGIN] = 0
        waiting = [ORIGIN]
        for subject, choices in self.stretches.items():
            node = self.first(subject)
            time = solution.times[self.last(subject)]
            for one in choices:
                place = None if time is None else one.not_before(-time)
                floor, known = None if place is None else one.starts[place], solved.times[node]
                if floor is not None and (known is None or floor > known):
                    solved.times[node], solved.reasons[node] = floor, one.reason
            waiting.append(node)
        # A limit above need not be looked at: the solution given keeps it, and the least one is nowhere later.
        self._raise_from(solved, waiting, stretches=False)
        return solved

    def raised(self, solved: Solved, node: int, time: int) -> Solved:
        """The least solution in which this node is not before this time; raises `Clash` where there is none."""
        further = solved.copied()
        further.times[node], further.reasons[node] = time, 0
        self._raise_from(further, {node, *self._fit((node - 1) // 2, further)})
        return further

    def _refuse_circles(self) -> None:
        # A before B before A with a gap has no tie to the origin: start every time at 0 and see whether all settle.
        solved = Solved([0] * self.size, [0] * self.size)
        self._raise_from(solved, self._order[1], stretches=False, origin=False)

    def _raise_from(
        self, solved: Solved, raised: Iterable[int], *, stretches: bool = True, origin: bool = True
    ) -> None:
        times, reasons = solved.times, solved.reasons
        # What others build on comes first, so that where nothing runs in a circle every time is raised once.
        rank, by_rank = self._order
        waiting = sorted({rank[node] for node in raised})
        queued = set(waiting)
        steps = [0] * self.size
        came_from: list[tuple[int, Reason] | None] = [None] * self.size
        patience = _FIRST_PATIENCE
        while waiting:
            place = heappop(waiting)
            queued.discard(place)
            node = by_rank[place]
            time, reason, step = times[node], reasons[node], steps[node] + 1
            if time is None:  # only what has a time waits
                continue
            for target, ticks, by in self.after[node]:
                known, reached = times[target], time + ticks
                if (known is not None and reached <= known) or (target == ORIGIN and not origin):
                    continue
                if target == ORIGIN:  # later than the latest that it may be
                    raise Clash(reason | by)
                times[target], reasons[target], steps[target] = reached, reason | by, step
                came_from[target] = node, by
                if step > patience:
                    # So long a way may go through itself. If it does, it never ends; if not, look again further on.
                    _refuse_circle(came_from, target)
                    patience = min(2 * patience, self.size)
                    steps[target] = 0
                lifted = self._fit((target - 1) // 2, solved) if stretches else set()
                for one in lifted:
                    steps[one], came_from[one] = 0, None
                for one in {target, *lifted}:
                    if rank[one] not in queued:
                        heappush(waiting, rank[one])
                        queued.add(rank[one])

    @cached_property
    def _order(self) -> tuple[list[int], list[int]]:
        """Every node's rank, and the nodes by rank: those first that others build on (reverse postorder)."""
        left: list[int] = []
        seen = [False] * self.size
        touched = [node for subject in self.touched for node in (start_of(subject), end_of(subject))]
        for root in (ORIGIN, *touched):
            if seen[root]:
                continue
            seen[root] = True
            path = [(root, iter(self.after[root]))]
            while path:
                node, following = path[-1]
                for target, _ticks, _by in following:
                    if target != ORIGIN and not seen[target]:
                        seen[target] = True
                        path.append((target, iter(self.after[target])))
                        break
                else:
                    left.append(node)
                    path.pop()
        by_rank = left[::-1]
        rank = [0] * self.size
        for place, node in enumerate(by_rank):
            rank[node] = place
        return rank, by_rank

    def _fit(self, subject: int, solved: Solved) -> set[int]:
        """Raise start and end of a subject into the next stretch, both the same; returns what moved."""
        first, last = self.first(subject), self.last(subject)
        moved: set[int] = set()
        settled = False
        while not settled:
            settled = True
            for one in self.stretches.get(subject, ()):
                for node, judged in ((first, first), (last, last), (first, last)):
                    if self._lift(one, node, judged, solved):
                        moved.add(node)
                        settled = False
        return moved

    @staticmethod
    def _lift(one: _Stretches, node: int, judged: int, solved: Solved) -> bool:
        # The stretch that `judged` is in, or comes to next, begins no later than `node`.
        time, reason = solved.times[judged], solved.reasons[judged] | one.reason
        if time is None:
            return False
        place = one.not_before(time)
        if place is None:
            raise Clash(reason)
        known = solved.times[node]
        if known is not None and known >= one.starts[place]:
            return False
        solved.times[node], solved.reasons[node] = one.starts[place], reason
        return True


def within(name: str, subject: int, start: int | None, end: int | None) -> Bound:
    """The subject lies within this range (CIDOC CRM P82, *imprecise*); None is no limit."""
    edges: list[Edge] = []
    if start is not None:
        edges.append((ORIGIN, start_of(subject), start))
    if end is not None:
        edges.append((end_of(subject), ORIGIN, -end))
    return Bound(name=name, edges=tuple(edges))


def throughout(name: str, subject: int, start: int | None, end: int | None) -> Bound:
    """The subject goes on throughout this range (CIDOC CRM P81, *precise*); None says nothing on that side."""
    edges: list[Edge] = []
    # It has begun by whichever end is known first, and has not ended before the one known last.
    first, last = end if start is None else start, start if end is None else end
    if first is not None:
        edges.append((start_of(subject), ORIGIN, -first))
    if last is not None:
        edges.append((ORIGIN, end_of(subject), last))
    return Bound(name=name, edges=tuple(edges))


def before(name: str, subject: int, other: int, *, least: int = 0, most: int | None = None) -> Bound:
    """The subject has ended when the other begins, with a gap from `least` to `most` ticks; they may touch at 0."""
    edges: list[Edge] = [(end_of(subject), start_of(other), least)]
    if most is not None:
        edges.append((start_of(other), end_of(subject), -most))
    return Bound(name=name, edges=tuple(edges))


def during(name: str, subject: int, other: int) -> Bound:
    """The other goes on for as long as the subject does, and maybe longer."""
    edges = ((start_of(other), start_of(subject), 0), (end_of(subject), end_of(other), 0))
    return Bound(name=name, edges=edges)


def overlaps(name: str, subject: int, other: int) -> Bound:
    """There is at least one tick at which both go on (CIDOC CRM P132 in time)."""
    edges = ((start_of(subject), end_of(other), 0), (start_of(other), end_of(subject), 0))
    return Bound(name=name, edges=edges)


def same_time(name: str, subject: int, other: int) -> Bound:
    """Both begin together and end together."""
    return Bound(name=name, edges=during(name, subject, other).edges + during(name, other, subject).edges)
