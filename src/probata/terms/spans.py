"""Exact time in footage: presentation timestamps (PTS) in ticks of a time base, never float seconds."""

from __future__ import annotations

from fractions import Fraction
from math import gcd

from attrs import field, frozen

from probata.terms.errors import InvalidValue


@frozen(kw_only=True)
class Moment:
    """A moment in one stream: `pts` ticks of `time_base` seconds, exact. May be negative, as files allow."""

    pts: int
    time_base: Fraction = field()

    @time_base.validator
    def _positive(self, _attribute: object, value: Fraction) -> None:
        if value <= 0:
            raise InvalidValue(what=f"The time base {value}", why="a tick lasts longer than nothing")

    @property
    def seconds(self) -> Fraction:
        """The exact time in seconds from the stream's own zero."""
        return self.pts * self.time_base

    def __lt__(self, other: Moment) -> bool:
        return self.seconds < other.seconds

    def __le__(self, other: Moment) -> bool:
        return self.seconds <= other.seconds


@frozen(kw_only=True)
class Span:
    """A half-open stretch of one stream: from `start` up to, not including, `end`; both in the same ticks.

    Empty spans are refused: a moment is a `Moment`.
    """

    start_pts: int
    end_pts: int = field()
    time_base: Fraction = field()

    @time_base.validator
    def _positive(self, _attribute: object, value: Fraction) -> None:
        if value <= 0:
            raise InvalidValue(what=f"The time base {value}", why="a tick lasts longer than nothing")

    @end_pts.validator
    def _forward(self, _attribute: object, value: int) -> None:
        if value <= self.start_pts:
            raise InvalidValue(what=f"The span {self.start_pts}…{value}", why="it ends where it starts, or before")

    @property
    def start(self) -> Moment:
        """The first moment inside."""
        return Moment(pts=self.start_pts, time_base=self.time_base)

    @property
    def end(self) -> Moment:
        """The first moment after it."""
        return Moment(pts=self.end_pts, time_base=self.time_base)

    @property
    def duration_s(self) -> Fraction:
        """How long it lasts, exactly."""
        return (self.end_pts - self.start_pts) * self.time_base

    def contains(self, moment: Moment) -> bool:
        """Whether the moment falls inside, whatever its time base."""
        return self.start.seconds <= moment.seconds < self.end.seconds

    def overlap(self, other: Span) -> Span | None:
        """The stretch both share, in ticks of the finer common time base; None when they share nothing."""
        base = common_time_base(self.time_base, other.time_base)
        start = max(self.start.seconds, other.start.seconds) / base
        end = min(self.end.seconds, other.end.seconds) / base
        if end <= start:
            return None
        return Span(start_pts=int(start), end_pts=int(end), time_base=base)


def common_time_base(one: Fraction, other: Fraction) -> Fraction:
    """The coarsest time base in which ticks of both are whole: gcd of two fractions."""
    numerator = gcd(one.numerator * other.denominator, other.numerator * one.denominator)
    return Fraction(numerator, one.denominator * other.denominator)
