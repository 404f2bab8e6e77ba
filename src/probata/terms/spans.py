"""Exact time in footage: presentation timestamps (PTS) in ticks of a time base, never float seconds.

Equality is about time, not about notation: tick 1 of 1/2 s and tick 2 of 1/4 s are the same moment. A moment says
nothing about which stream it lies in; the address of a frame adds item, stream, ordinal and digest.
"""

from __future__ import annotations

from fractions import Fraction
from math import gcd

from attrs import field, frozen

from probata.terms.errors import InvalidValue
from probata.terms.reading import fields, ratio, whole_number, written_ratio


def _a_tick_lasts(_instance: object, _attribute: object, value: Fraction) -> None:
    # A float would pass arithmetic and lose the exactness that the type promises.
    if not isinstance(value, Fraction):
        raise InvalidValue(what=f"The time base {value!r}", why="it must be an exact fraction of a second")
    if value <= 0:
        raise InvalidValue(what=f"The time base {value}", why="a tick lasts longer than nothing")


def _whole_ticks(_instance: object, _attribute: object, value: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidValue(what=f"The timestamp {value!r}", why="PTS are whole ticks")


@frozen(kw_only=True, eq=False)
class Moment:
    """A moment in one stream: `pts` ticks of `time_base` seconds, exact. May be negative, as files allow."""

    pts: int = field(validator=_whole_ticks)
    time_base: Fraction = field(validator=_a_tick_lasts)

    @property
    def seconds(self) -> Fraction:
        """The exact time in seconds from the stream's own zero."""
        return self.pts * self.time_base

    def in_base(self, time_base: Fraction) -> Moment:
        """The same moment in ticks of another time base.

        Raises `InvalidValue` where it would fall between two ticks: it is never rounded.
        """
        return Moment(pts=_exact_ticks(self.seconds, time_base), time_base=time_base)

    def __eq__(self, other: object) -> bool:
        return self.seconds == other.seconds if isinstance(other, Moment) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.seconds)

    def __lt__(self, other: Moment) -> bool:
        return self.seconds < other.seconds

    def __le__(self, other: Moment) -> bool:
        return self.seconds <= other.seconds

    def as_json(self) -> dict[str, object]:
        """The moment as plain data: `{pts, time_base: "1/90000"}`."""
        return {"pts": self.pts, "time_base": written_ratio(self.time_base)}

    @classmethod
    def from_json(cls, untrusted: object) -> Moment:
        """Read `as_json` back; raises `InvalidValue` for anything else."""
        given = fields(untrusted, what="A moment", required={"pts", "time_base"})
        return cls(pts=whole_number(given, "pts"), time_base=ratio(given, "time_base"))


@frozen(kw_only=True, eq=False)
class Span:
    """A half-open stretch of one stream: from `start` up to, not including, `end`; both in the same ticks.

    Empty spans are refused: a moment is a `Moment`.
    """

    start_pts: int = field(validator=_whole_ticks)
    end_pts: int = field(validator=_whole_ticks)
    time_base: Fraction = field(validator=_a_tick_lasts)

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
        return self.start <= moment < self.end

    def overlap(self, other: Span) -> Span | None:
        """The stretch both share, in ticks of the coarsest time base that fits both; None when they share nothing."""
        start, end = max(self.start.seconds, other.start.seconds), min(self.end.seconds, other.end.seconds)
        return _span(start, end, common_time_base(self.time_base, other.time_base)) if start < end else None

    def in_base(self, time_base: Fraction) -> Span:
        """The same stretch in ticks of another time base.

        Raises `InvalidValue` where an end would fall between two ticks: it is never rounded.
        """
        return _span(self.start.seconds, self.end.seconds, time_base)

    def __eq__(self, other: object) -> bool:
        return (self.start, self.end) == (other.start, other.end) if isinstance(other, Span) else NotImplemented

    def __hash__(self) -> int:
        return hash((self.start, self.end))

    def as_json(self) -> dict[str, object]:
        """The span as plain data: `{start_pts, end_pts, time_base: "1/90000"}`."""
        return {"start_pts": self.start_pts, "end_pts": self.end_pts, "time_base": written_ratio(self.time_base)}

    @classmethod
    def from_json(cls, untrusted: object) -> Span:
        """Read `as_json` back; raises `InvalidValue` for anything else."""
        given = fields(untrusted, what="A span", required={"start_pts", "end_pts", "time_base"})
        start_pts, end_pts = whole_number(given, "start_pts"), whole_number(given, "end_pts")
        return cls(start_pts=start_pts, end_pts=end_pts, time_base=ratio(given, "time_base"))


def common_time_base(one: Fraction, other: Fraction) -> Fraction:
    """The coarsest time base in which ticks of both are whole: the greatest common divisor of two fractions."""
    numerator = gcd(one.numerator * other.denominator, other.numerator * one.denominator)
    return Fraction(numerator, one.denominator * other.denominator)


def _exact_ticks(seconds: Fraction, time_base: Fraction) -> int:
    ticks = seconds / time_base
    if ticks.denominator != 1:
        raise InvalidValue(what=f"The moment {seconds} s in ticks of {time_base} s", why="it falls between two ticks")
    return ticks.numerator


def _span(start_s: Fraction, end_s: Fraction, time_base: Fraction) -> Span:
    start_pts, end_pts = _exact_ticks(start_s, time_base), _exact_ticks(end_s, time_base)
    return Span(start_pts=start_pts, end_pts=end_pts, time_base=time_base)
