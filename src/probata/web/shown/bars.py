"""Bars along one line of time: where each begins and ends, as shares of the line, and its marks with their words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta, tzinfo

from attrs import frozen

from probata.verification.when.ends import moment_of, ticks_of

_SECOND = 1_000_000
_DAY = 86_400 * _SECOND
# Between marks: seconds, minutes, hours, days; beyond, whole months and years are counted by the calendar.
_STEPS = tuple(
    seconds * _SECOND
    for seconds in (1, 5, 15, 30, 60, 300, 900, 1800, 3600, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800, 1_209_600)
)
_MOST_MARKS = 6
_LEAST_PERCENT = 0.3


@frozen(kw_only=True)
class Bar:
    """A stretch of the line in percent, and whether it goes on beyond what any limit says."""

    kind: str
    x: float
    width: float
    open_start: bool = False
    open_end: bool = False

    @property
    def end(self) -> float:
        """Where it ends, in percent."""
        return self.x + self.width


@frozen(kw_only=True)
class Mark:
    """A place on the line with its words."""

    x: float
    words: str


@frozen(kw_only=True)
class Line:
    """A line of time from one tick to another."""

    start: int
    end: int

    @classmethod
    def over(cls, ticks: Iterable[int], *, in_numbers: bool = False) -> Line:
        """A line that holds all these ticks with some room at both ends."""
        known = sorted(set(ticks)) or [0]
        length = known[-1] - known[0]
        room = max(length // 16, (1 if in_numbers else 1800 * _SECOND) if length else (2 if in_numbers else _DAY))
        return cls(start=known[0] - room, end=known[-1] + room)

    def at(self, tick: int) -> float:
        """The place of a tick in percent of the line."""
        return min(100.0, max(0.0, 100 * (tick - self.start) / (self.end - self.start)))

    def bar(self, kind: str, start: int | None, end: int | None) -> Bar:
        """The bar of a stretch; a stretch too short to be seen is drawn as wide as can just be seen."""
        x = 0.0 if start is None else self.at(start)
        end_x = 100.0 if end is None else self.at(end)
        width = max(end_x - x, _LEAST_PERCENT)
        return Bar(kind=kind, x=min(x, 100 - width), width=width, open_start=start is None, open_end=end is None)

    def marks(self, zone: tzinfo | None) -> tuple[Mark, ...]:
        """Marks at round times of the zone; at round numbers where there is no zone."""
        if zone is None:
            return tuple(Mark(x=self.at(tick), words=str(tick)) for tick in self._round_numbers())
        step, moments = self._round_times(zone)
        form = "%Y-%m-%d" if step >= _DAY else "%m-%d %H:%M" if step >= 60 * _SECOND else "%H:%M:%S"
        return tuple(Mark(x=self.at(ticks_of(one)), words=one.astimezone(zone).strftime(form)) for one in moments)

    def _round_numbers(self) -> Iterator[int]:
        step = 1
        while (self.end - self.start) // step > _MOST_MARKS:
            step *= 5 if str(step).startswith("2") else 2
        first = -(-self.start // step) * step
        yield from range(first, self.end + 1, step)

    def _round_times(self, zone: tzinfo) -> tuple[int, list[datetime]]:
        length = self.end - self.start
        step = next((one for one in _STEPS if length // one <= _MOST_MARKS), None)
        if step is None:
            return _DAY, list(self._months(zone, max(1, -(-length // (_DAY * 30) // _MOST_MARKS))))
        # Round by the clocks of the zone as they stand at the line's start.
        first = moment_of(self.start).astimezone(zone)
        midnight = ticks_of(first.replace(hour=0, minute=0, second=0, microsecond=0))
        at = midnight + -(-(self.start - midnight) // step) * step
        return step, [moment_of(tick) for tick in range(at, self.end + 1, step)]

    def _months(self, zone: tzinfo, every: int) -> Iterator[datetime]:
        every = next((one for one in (1, 2, 3, 6, 12) if one >= every), -(-every // 12) * 12)
        first = moment_of(self.start).astimezone(zone)
        month = first.year * 12 + first.month - 1
        month = -(-month // every) * every
        while month < 12 * 9999:
            moment = datetime(month // 12, month % 12 + 1, 1, tzinfo=zone).astimezone(UTC)
            if ticks_of(moment) > self.end:
                return
            if ticks_of(moment) >= self.start:
                yield moment
            month += every


def of_day(moment: datetime, day_start: datetime) -> float:
    """How far through the day of 24 hours a moment lies, in percent; by the clock, so that a row is one day."""
    clock = timedelta(hours=moment.hour, minutes=moment.minute, seconds=moment.second)
    days = (moment.date() - day_start.date()).days
    return min(100.0, max(0.0, 100 * (clock / timedelta(days=1) + days)))
