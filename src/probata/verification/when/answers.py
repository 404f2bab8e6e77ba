"""When each subject may have been: every window, what binds its ends, and which bounds cannot all hold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from attrs import frozen

from probata.verification.when.conflicts import MOST_CONFLICTS, MOST_REPAIRS, Names, mend
from probata.verification.when.network import ORIGIN, Bound, Clash, Network, Solved, Stretch, numbers_in

MOST_WINDOWS = 1_000
"""So many windows are listed for a subject, the latest ones; more are told as such. Where many subjects are tied
together, fewer are: what is listed must be worked out first."""
MOST_REASONS = 100
"""So many bounds are named at an end of a window; a longer chain of them is told as such."""
_FEWEST_WINDOWS = 3
_MOST_STEPS = 300_000
_FEWEST_REPAIRS = 4
_MOST_ROWS = 2_000


@frozen(kw_only=True)
class Window:
    """A stretch of ticks in which the subject may lie, from `start` through `end`; None where nothing limits it.

    It holds with the bounds `left_out` set aside. `start_by` and `end_by` name bounds that together force each end.
    `certain` is what the subject surely covers.
    """

    subject: str
    start: int | None
    end: int | None
    start_by: tuple[str, ...]
    end_by: tuple[str, ...]
    left_out: tuple[str, ...] = ()
    certain: Stretch | None = None


@frozen(kw_only=True)
class Limit:
    """A list that was not carried to its end, about which subjects, and how far it goes."""

    what: str
    subjects: tuple[str, ...]
    most: int


@frozen(kw_only=True)
class Answer:
    """The windows, for every way in which as much as possible holds; the smallest conflicts; what was cut short."""

    windows: tuple[Window, ...]
    conflicts: tuple[tuple[str, ...], ...]
    repairs: tuple[tuple[str, ...], ...]
    limits: tuple[Limit, ...] = ()


def answer(subjects: Sequence[str], bounds: Sequence[Bound]) -> Answer:
    """Solve the bounds over these subjects, whose places in the list are the numbers that the bounds use.

    Subjects that no relation ties together are solved apart, so that a conflict about the one leaves the other alone.
    """
    parts = [_answer_part(subjects, group, own) for group, own in _groups(len(subjects), bounds)]
    return Answer(
        windows=tuple(window for part in parts for window in part.windows),
        conflicts=tuple(conflict for part in parts for conflict in part.conflicts),
        repairs=tuple(repair for part in parts for repair in part.repairs),
        limits=tuple(limit for part in parts for limit in part.limits),
    )


def _groups(subjects: int, bounds: Sequence[Bound]) -> list[tuple[list[int], list[Bound]]]:
    """The subjects that relations tie together, each group with its bounds."""
    above = list(range(subjects))

    def root(one: int) -> int:
        while above[one] != one:
            above[one] = above[above[one]]
            one = above[one]
        return one

    touched = [bound.touches() for bound in bounds]
    for group in touched:
        tied = sorted(group)
        for one in tied[1:]:
            # The first in the document leads, so that the order of the answer is that of the document.
            lower, higher = sorted((root(tied[0]), root(one)))
            above[higher] = lower
    groups: dict[int, tuple[list[int], list[Bound]]] = {}
    for one in range(subjects):
        groups.setdefault(root(one), ([], []))[0].append(one)
    for bound, group in zip(bounds, touched, strict=True):
        if group:
            groups[root(min(group))][1].append(bound)
    return list(groups.values())


def _answer_part(subjects: Sequence[str], group: list[int], bounds: Sequence[Bound]) -> Answer:
    place = {subject: number for number, subject in enumerate(group)}
    is_in_place = all(subject == number for subject, number in place.items())
    own = bounds if is_in_place else [_moved(bound, place) for bound in bounds]
    names = [subjects[one] for one in group]
    mending = mend(len(group), own)
    windows: list[Window] = []
    limits: list[Limit] = []
    most = min(MOST_REPAIRS, max(_FEWEST_REPAIRS, _MOST_ROWS // len(group)))
    for repair in mending.repairs[:most]:
        listed, cut = _windows(names, own, repair)
        windows += listed
        limits += cut
    if not mending.all_conflicts:
        limits.append(Limit(what="conflicts", subjects=tuple(names), most=MOST_CONFLICTS))
    if not mending.all_repairs or len(mending.repairs) > most:
        limits.append(Limit(what="repairs", subjects=tuple(names), most=most))
    return Answer(
        windows=tuple(windows),
        conflicts=tuple(_named(own, sorted(conflict)) for conflict in mending.conflicts),
        repairs=tuple(_named(own, sorted(repair)) for repair in mending.repairs[:most] if repair),
        limits=tuple(dict.fromkeys(limits)),
    )


def _moved(bound: Bound, place: dict[int, int]) -> Bound:
    def node(one: int) -> int:
        return one if one == ORIGIN else 2 * place[(one - 1) // 2] + 2 - one % 2

    edges = tuple((node(earlier), node(later), ticks) for earlier, later, ticks in bound.edges)
    subject = None if bound.subject is None else place[bound.subject]
    return Bound(name=bound.name, edges=edges, subject=subject, stretches=bound.stretches)


def _named(bounds: Sequence[Bound], numbers: Iterable[int]) -> tuple[str, ...]:
    """The names of these bounds, whose numbers come in order."""
    return tuple([bounds[number].name for number in numbers])


def _windows(names: Sequence[str], bounds: Sequence[Bound], repair: Names) -> tuple[list[Window], list[Limit]]:
    """The windows of every subject while these bounds are left out, and for whom there are more than are listed."""
    holding = [number for number in range(len(bounds)) if number not in repair]
    network = _BothWays(len(names), bounds, holding)
    left_out = _named(bounds, sorted(repair))
    windows: list[Window] = []
    limits = []
    for subject, name in enumerate(names):
        found = network.swept(subject) if network.forwards.stretches else [network.whole(subject)]
        if len(found) > network.most:
            limits.append(Limit(what="windows", subjects=(name,), most=network.most))
        if any(len(one.start_by) > MOST_REASONS or len(one.end_by) > MOST_REASONS for one in found):
            limits.append(Limit(what="reasons", subjects=(name,), most=MOST_REASONS))
        windows += [
            Window(
                subject=name,
                start=one.start,
                end=one.end,
                start_by=_named(bounds, one.start_by[:MOST_REASONS]),
                end_by=_named(bounds, one.end_by[:MOST_REASONS]),
                left_out=left_out,
                certain=network.certain(subject),
            )
            for one in reversed(found[: network.most])
        ]
    return windows, limits


class _Found(NamedTuple):
    start: int | None
    end: int | None
    start_by: list[int]
    end_by: list[int]


class _BothWays:
    """The bounds that hold, solved for the least and for the greatest times."""

    def __init__(self, subjects: int, bounds: Sequence[Bound], holding: Sequence[int]) -> None:
        self.forwards = Network(subjects, bounds, holding=holding)
        self.backwards = self.forwards.turned_round()
        self.least, self.greatest = self.forwards.least(), self.backwards.least()
        self.most = min(MOST_WINDOWS, max(_FEWEST_WINDOWS, _MOST_STEPS // max(1, subjects * self.forwards.width)))

    def whole(self, subject: int) -> _Found:
        """From the least start to the greatest end; without stretches nothing between them is excluded."""
        return self._found(self.least, self.greatest, subject)

    def certain(self, subject: int) -> Stretch | None:
        """From its latest start to its earliest end: what it covers in every solution."""
        latest_start = self.greatest.times[self.forwards.first(subject)]
        earliest_end = self.least.times[self.forwards.last(subject)]
        if latest_start is None or earliest_end is None or -latest_start > earliest_end:
            return None
        return -latest_start, earliest_end

    def _found(self, least: Solved, greatest: Solved, subject: int) -> _Found:
        first, last = self.forwards.first(subject), self.forwards.last(subject)
        end = greatest.times[last]
        return _Found(
            start=least.times[first],
            end=None if end is None else -end,
            start_by=numbers_in(least.reasons[first]),
            end_by=numbers_in(greatest.reasons[last]),
        )

    def _reaching_down(self, one: _Found, subject: int) -> _Found:
        """The same from further down, where one long extent reaches across what the stretches of others leave out."""
        if one.start is None or subject in self.forwards.stretches:
            return one
        first, last = self.forwards.first(subject), self.forwards.last(subject)
        known = self.least.times[last]
        if known is not None and known >= one.start:
            return one
        across = self.forwards.raised(self.least, last, one.start - 1)
        start = across.times[first]
        if start is not None and start >= one.start:
            return one
        return one._replace(start=start, start_by=numbers_in(across.reasons[first]))

    def swept(self, subject: int) -> list[_Found]:
        """The windows where stretches are about, latest first, at most one more than are listed.

        From the latest solution back: while every subject stays in the stretch that it has there, no time in between
        is excluded; what is earlier needs another stretch somewhere, so ask for the latest solution that starts there.
        """
        found: list[_Found] = []
        now = self.greatest
        while len(found) <= self.most:
            one = self._reaching_down(self._found(self.forwards.least_beside(now), now, subject), subject)
            later = found[-1] if found else None
            if later is not None and (one.end is None or later.start is None or one.end >= later.start - 1):
                found[-1] = later._replace(start=one.start, start_by=one.start_by)
            else:
                found.append(one)
            if one.start is None:
                break
            try:
                now = self.backwards.raised(self.greatest, self.backwards.last(subject), 1 - one.start)
            except Clash:
                break
        return found
