"""What of a bound can be drawn along a line of time: from when to when its subject lies, or goes on throughout."""

from __future__ import annotations

from attrs import frozen

from probata.terms.times import End, RelationKind
from probata.verification.when.document import Range, Said
from probata.verification.when.ends import ReadEnd


@frozen(kw_only=True)
class Extent:
    """One stretch of ticks about the subject; None where an end has no limit, or none that anybody knows.

    `is_precise`: it goes on throughout; else it lies within. `unknown` says of each end whether a limit exists that
    nobody knows.
    """

    is_precise: bool
    start: int | None
    end: int | None
    unknown: tuple[bool, bool] = (False, False)


def extents(said: Said) -> tuple[Extent, ...]:
    """The stretches that a bound gives its own subject; a bound to another subject or to a time of day has none."""
    found = [
        _extent(said, given, is_precise=precise) for given, precise in ((said.imprecise, False), (said.precise, True))
    ]
    return tuple(one for one in found if one is not None)


def _extent(said: Said, given: Range | None, *, is_precise: bool) -> Extent | None:
    if given is None:
        return None
    start, end = given.start, given.end
    if said.stands in {None, RelationKind.SAME_TIME} or (said.stands is RelationKind.CONTAINS and is_precise):
        return _between(start, end, is_precise=is_precise)
    if said.stands is RelationKind.DURING:
        return _between(start, end, is_precise=False)
    if said.stands is RelationKind.BEFORE:
        return _between(None, start if is_precise else end, is_precise=False)
    if said.stands is RelationKind.AFTER:
        return _between(end if is_precise else start, None, is_precise=False)
    return None


def _between(start: ReadEnd | None, end: ReadEnd | None, *, is_precise: bool) -> Extent:
    return Extent(
        is_precise=is_precise,
        start=None if start is None else start.tick,
        end=None if end is None else end.tick,
        unknown=(start is not None and start.word is End.UNKNOWN, end is not None and end.word is End.UNKNOWN),
    )
