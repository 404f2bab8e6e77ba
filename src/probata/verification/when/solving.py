"""From a document of bounds to the answer: each bound laid out for the solver, its windows and conflicts told back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from attrs import frozen

from probata.terms.errors import NotFound
from probata.terms.times import RelationKind
from probata.verification.when.answers import Answer, answer
from probata.verification.when.document import Document, Fault, Range, Said, refused
from probata.verification.when.ends import moment_of
from probata.verification.when.network import (
    ORIGIN,
    Bound,
    Edge,
    before,
    during,
    end_of,
    overlaps,
    same_time,
    start_of,
    throughout,
    within,
)

_MARGIN = timedelta(days=366)
_LONGEST_DAILY = timedelta(days=50 * 366)


class NoSuchBound(NotFound):
    """A bound was to be set aside, and the document has none of that name."""

    code = "no_such_bound"
    template = "The bound {name} was not found, so it cannot be set aside."
    advice = "Set aside one of: {known}"


@frozen(kw_only=True)
class Days:
    """The days on which daily windows were worked out; what is outside them was not looked at."""

    first: date
    last: date


@frozen(kw_only=True)
class Solution:
    """The document, what was set aside by whoever asked, and the answer."""

    document: Document
    set_aside: tuple[str, ...]
    answer: Answer
    days: Days | None


def solve(document: Document, *, set_aside: Sequence[str] = (), what: str = "The document") -> Solution:
    """Work out when each subject may have been.

    Bounds named in `set_aside` are passed over. Daily windows are worked out from a year before the first time that
    any bound names until a year after the last. Raises `BoundsRefused` where they cannot be, `NoSuchBound`.
    """
    known = {one.name for one in document.bounds}
    for name in set_aside:
        if name not in known:
            raise NoSuchBound(name=name, known=", ".join(sorted(known)))
    said = [one for one in document.bounds if one.name not in set_aside]
    days = _days(said, what)
    numbers = {subject: number for number, subject in enumerate(document.subjects)}
    bounds = [_laid_out(one, numbers, days) for one in said]
    return Solution(
        document=document,
        set_aside=tuple(dict.fromkeys(set_aside)),
        answer=answer(document.subjects, bounds),
        days=days,
    )


def _days(said: Iterable[Said], what: str) -> Days | None:
    daily = [one for one in said if one.daily is not None]
    if not daily:
        return None
    ranges = [given for one in said for given in (one.precise, one.imprecise) if given is not None]
    ticks = [end.tick for given in ranges for end in (given.start, given.end) if end.tick is not None]
    if not ticks:
        why = "a daily window alone leaves every day: some bound must say before or after when"
        raise refused(what, [Fault(f"bound {one.name}", why) for one in daily])
    gaps = sum((one.tie.most_gap or one.tie.least_gap) for one in said if one.tie is not None)
    first, last = moment_of(min(ticks) - gaps), moment_of(max(ticks) + gaps)
    if last - first > _LONGEST_DAILY:
        why = "daily windows are worked out over fifty years at most, and the times named here lie further apart"
        raise refused(what, [Fault(f"bound {one.name}", why) for one in daily])
    try:
        return Days(first=(first - _MARGIN).date(), last=(last + _MARGIN).date())
    except OverflowError:
        why = "daily windows cannot be worked out at the edge of the calendar"
        raise refused(what, [Fault(f"bound {one.name}", why) for one in daily]) from None


def _laid_out(said: Said, numbers: dict[str, int], days: Days | None) -> Bound:
    """Everything that the bound says, as one bound of the solver."""
    subject = numbers[said.subject]
    edges: list[Edge] = []
    for given, is_precise in ((said.imprecise, False), (said.precise, True)):
        if given is not None:
            edges += _edges(said, given, subject, is_precise=is_precise)
    if said.tie is not None:
        edges += _tied(said, subject, numbers).edges
    stretches = None
    if said.daily is not None and days is not None:
        stretches = said.daily.stretches(days.first, days.last)
    return Bound(
        name=said.name, edges=tuple(edges), subject=None if stretches is None else subject, stretches=stretches
    )


def _edges(said: Said, given: Range, subject: int, *, is_precise: bool) -> tuple[Edge, ...]:
    """The subject beside a range of its own, or beside something that lies within it or goes on throughout it."""
    start, end = given.start.tick, given.end.tick
    if said.stands in {None, RelationKind.SAME_TIME}:
        return (throughout if is_precise else within)(said.name, subject, start, end).edges
    if said.stands is RelationKind.DURING:
        return within(said.name, subject, start, end).edges
    if said.stands is RelationKind.BEFORE:
        # Whatever it was before began by the end of an imprecise range, and by the start of a precise one.
        return within(said.name, subject, None, start if is_precise else end).edges
    if said.stands is RelationKind.AFTER:
        return within(said.name, subject, end if is_precise else start, None).edges
    if is_precise:  # contains: it went on throughout
        return throughout(said.name, subject, start, end).edges
    # It contains or overlaps something of which only some moment in the range is sure: it began by the range's end and
    # did not end before its start.
    edges: list[Edge] = []
    if end is not None:
        edges.append((start_of(subject), ORIGIN, -end))
    if start is not None:
        edges.append((ORIGIN, end_of(subject), start))
    return tuple(edges)


def _tied(said: Said, subject: int, numbers: dict[str, int]) -> Bound:
    tie = said.tie
    if tie is None:
        return Bound(name=said.name)
    other = numbers[tie.other]
    if tie.kind is RelationKind.BEFORE:
        return before(said.name, subject, other, least=tie.least_gap, most=tie.most_gap)
    if tie.kind is RelationKind.AFTER:
        return before(said.name, other, subject, least=tie.least_gap, most=tie.most_gap)
    laying = {
        RelationKind.DURING: lambda: during(said.name, subject, other),
        RelationKind.CONTAINS: lambda: during(said.name, other, subject),
        RelationKind.OVERLAPS: lambda: overlaps(said.name, subject, other),
        RelationKind.SAME_TIME: lambda: same_time(said.name, subject, other),
    }
    return laying[tie.kind]()
