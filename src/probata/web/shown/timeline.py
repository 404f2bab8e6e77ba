"""Ranges laid on one axis of time: what is drawn where, in shares of a stretch; what has no date is never given one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from math import ceil
from typing import Literal
from zoneinfo import ZoneInfo

from attrs import field, frozen

from probata.terms.errors import InvalidValue
from probata.terms.times import Bound, End, TimeRange, TimeWithDoubt, first_instant_of_day

MOST_DRAWN = 60
"""Of one lane; its table holds all."""
_NO_INSTANT = frozenset(end.value for end in End)
_MOST_TICKS = 8
_MARGIN = 0.04
_ROOM = 36  # of a hundred: enough for words at the usual width
_NARROWEST = timedelta(minutes=1)
# Well within the calendar, so that no mark, zone or margin leads out of it.
_FIRST, _LAST = datetime(100, 1, 1, tzinfo=UTC), datetime(9900, 1, 1, tzinfo=UTC)


Side = Literal["before", "after", "upon"]


@frozen(kw_only=True)
class Entry:
    """Something on a lane: what it is in words from outside, when it was as far as known, and where its page is.

    `kind` says what sort of thing it is, `of` whose word it is; `note` adds what a reader must know, in words.
    """

    id: str
    kind: str
    words: str
    time: TimeWithDoubt | None
    of: str = ""
    note: str = ""
    address: str = ""
    language: str = ""

    @property
    def dated(self) -> bool:
        """Whether a range of it is known; a time that was only said or only stands before another has none."""
        return self.time is not None and (self.time.precise is not None or self.time.imprecise is not None)

    @property
    def ranges(self) -> tuple[TimeRange, ...]:
        """Its ranges: within which it falls, and throughout which it went on."""
        if self.time is None:
            return ()
        return tuple(one for one in (self.time.imprecise, self.time.precise) if one is not None)


def _within_the_calendar(moment: datetime) -> datetime:
    return min(max(moment, _FIRST), _LAST)


@frozen(kw_only=True)
class Window:
    """The stretch of time that is shown."""

    start: datetime = field(converter=_within_the_calendar)
    end: datetime = field(converter=_within_the_calendar)

    @end.validator
    def _forward(self, _attribute: object, value: datetime) -> None:
        if value <= self.start:
            raise InvalidValue(what="The stretch of time", why="it ends before it starts")

    def share(self, moment: datetime) -> float:
        """Where the instant lies, in hundredths of the stretch; below 0 or above 100 outside."""
        return (moment - self.start) / (self.end - self.start) * 100

    def moved(self, *, by: float = 0.0, wider: float = 1.0) -> Window:
        """The stretch that lies so many of its lengths later, and is so many times as long about its middle."""
        length = self.end - self.start
        start = _moved(self.start, length * (by + (1 - wider) / 2))
        end = _moved(self.end, length * (by - (1 - wider) / 2))
        return Window(start=start, end=end) if end - start >= _NARROWEST else self

    @property
    def asked(self) -> str:
        """The stretch as an address asks for it."""
        return f"from={_written(self.start)}&to={_written(self.end)}"


@frozen(kw_only=True)
class Bar:
    """One range as it is drawn: from `x`, `width` wide, in hundredths of the axis; solid where precise.

    `before` and `after` say how its ends stand: nothing for an instant that lies on the axis, `cut` where it goes on
    outside of what is shown, `open` where no limit is claimed, `unknown` where there is one that nobody knows.
    """

    x: float
    width: float
    solid: bool
    before: str = ""
    after: str = ""

    @property
    def end(self) -> float:
        """Where it ends."""
        return self.x + self.width

    @property
    def instant(self) -> bool:
        """Whether it is a single instant, both ends known."""
        return self.width == 0 and not self.before and not self.after


@frozen(kw_only=True)
class Drawn:
    """An entry on its line of a lane, with its number in the lane's table; its words stand at `label`, on that side."""

    number: int
    entry: Entry
    row: int
    bars: tuple[Bar, ...]
    label: float
    side: Side

    @property
    def stub_before(self) -> bool:
        """Whether an arrow leads back from its beginning."""
        return any(bar.before in _NO_INSTANT for bar in self.bars)

    @property
    def stub_after(self) -> bool:
        """Whether an arrow leads on from its end."""
        return any(bar.after in _NO_INSTANT for bar in self.bars)

    @property
    def apart(self) -> int:
        """How far its words stand from `label`, in pixels."""
        if self.side == "upon":
            return 8
        return -(66 if self.stub_before else 12) if self.side == "before" else 66 if self.stub_after else 12

    @property
    def utc(self) -> str:
        """Its widest range in UTC, to the second."""
        ends = [_in_utc(end) for end in (self.entry.ranges[0].start, self.entry.ranges[0].end)]
        return ends[0] if ends[0] == ends[1] else f"{ends[0]} – {ends[1]}"


@frozen(kw_only=True)
class Lane:
    """One lane: everything with a date in order, what of it is drawn, and what has no date."""

    name: str
    dated: tuple[Entry, ...] = field(repr=False)
    undated: tuple[Entry, ...] = field(repr=False)
    drawn: tuple[Drawn, ...] = field(repr=False)
    earlier: int
    later: int
    crowded: int

    @property
    def rows(self) -> int:
        """How many lines it takes."""
        return max(1, len(self.drawn))


@frozen(kw_only=True)
class Tick:
    """A mark of the axis."""

    x: float
    words: str


def whole(entries: Iterable[Entry]) -> Window | None:
    """The stretch that holds every known end of these entries, with a margin; None where none is known."""
    known = [
        end
        for one in entries
        for range_ in one.ranges
        for end in (range_.start, range_.end)
        if isinstance(end, datetime)
    ]
    if not known:
        return None
    first, last = min(known), max(known)
    margin = max((last - first) * _MARGIN, timedelta(minutes=30))
    return Window(start=_moved(first, -margin), end=_moved(last, margin))


def lane(name: str, entries: Iterable[Entry], window: Window | None) -> Lane:
    """A lane with its entries laid on the stretch, in the order of their time."""
    every = list(entries)
    dated = sorted((one for one in every if one.dated), key=_beginning)
    laid = [(number, one, _bars(one, window)) for number, one in enumerate(dated, start=1)] if window else []
    inside = [(number, one, bars) for number, one, bars in laid if bars]
    drawn = tuple(_drawn(row, *one) for row, one in enumerate(inside[:MOST_DRAWN]))
    outside = [one for _number, one, bars in laid if not bars]
    earlier = sum(_lies_before(one, window) for one in outside) if window else 0
    return Lane(
        name=name,
        dated=tuple(dated),
        undated=tuple(one for one in every if not one.dated),
        drawn=drawn,
        earlier=earlier,
        later=len(outside) - earlier,
        crowded=len(inside) - len(drawn),
    )


def ticks(window: Window, zone: ZoneInfo | None) -> list[Tick]:
    """A few marks at round times of this zone, of UTC where none is told."""
    there: tzinfo = zone or UTC
    length = window.end - window.start
    for step, form, marks in _STEPS:
        if length / step <= _MOST_TICKS:
            found = marks(window, zone or ZoneInfo("UTC"), step)
            return [
                Tick(x=window.share(one), words=_as_shown(one, there, form))
                for one in found
                if window.start <= one <= window.end
            ]
    return []


def _drawn(row: int, number: int, entry: Entry, bars: tuple[Bar, ...]) -> Drawn:
    start, end = min(bar.x for bar in bars), max(bar.end for bar in bars)
    # Words stand where there is room for them: behind the bar, before it, or upon it where it fills the axis.
    room_before, room_after = start, 100 - end
    side: Side = "upon" if max(room_before, room_after) < _ROOM else "after" if room_after >= _ROOM else "before"
    return Drawn(number=number, entry=entry, row=row, bars=bars, label=end if side == "after" else start, side=side)


def _bars(entry: Entry, window: Window) -> tuple[Bar, ...]:
    assert entry.time is not None
    told = ((entry.time.imprecise, False), (entry.time.precise, True))
    bars = [_bar(range_, window, solid=solid) for range_, solid in told if range_ is not None]
    return tuple(bar for bar in bars if bar is not None)


def _bar(range_: TimeRange, window: Window, *, solid: bool) -> Bar | None:
    start, before = _end(range_.start, window)
    end, after = _end(range_.end, window)
    # An end that is no instant has no place: what is drawn starts from the one that has.
    start, end = (end if start is None else start), (start if end is None else end)
    assert start is not None
    assert end is not None
    if end < 0 or start > 100:
        return None
    if start < 0:
        start, before = 0.0, "cut"
    if end > 100:
        end, after = 100.0, "cut"
    return Bar(x=round(start, 3), width=round(end - start, 3), solid=solid, before=before, after=after)


def _end(bound: Bound, window: Window) -> tuple[float | None, str]:
    return (None, bound.value) if isinstance(bound, End) else (window.share(bound), "")


def _beginning(entry: Entry) -> tuple[datetime, datetime, str]:
    """What orders entries: the earliest instant that is known of each."""
    known = [end for one in entry.ranges for end in (one.start, one.end) if isinstance(end, datetime)]
    return min(known), max(known), entry.id


def _lies_before(entry: Entry, window: Window) -> bool:
    return _beginning(entry)[1] < window.start


def _moved(moment: datetime, by: timedelta) -> datetime:
    try:
        return _within_the_calendar(moment + by)
    except OverflowError:
        return _FIRST if by < timedelta(0) else _LAST


def _in_utc(bound: Bound) -> str:
    if isinstance(bound, End):
        return "…" if bound is End.OPEN else "?"
    return _as_shown(bound, UTC, "%Y-%m-%d %H:%M:%S UTC")


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _as_shown(moment: datetime, there: tzinfo, form: str) -> str:
    local = moment.astimezone(there)
    # `%Y` leaves the zeros of early years out on some machines.
    return local.strftime(form.replace("%Y", f"{local.year:04d}"))


def _in_seconds(window: Window, zone: ZoneInfo, step: timedelta) -> Iterator[datetime]:
    """Marks within a day, counted from its local midnight."""
    day = window.start.astimezone(zone).date()
    while (begin := first_instant_of_day(day, zone)) <= window.end:
        after = first_instant_of_day(day + timedelta(days=1), zone)
        skipped = max(0, ceil((window.start - begin) / step))
        at = begin + step * skipped
        while at < after and at <= window.end:
            yield at
            at += step
        day += timedelta(days=1)


def _in_days(window: Window, zone: ZoneInfo, step: timedelta) -> Iterator[datetime]:
    # Counted from the calendar's first day, so that marks stay where they are while the stretch moves.
    number = window.start.astimezone(zone).date().toordinal()
    number -= number % step.days
    while (at := first_instant_of_day(date.fromordinal(number), zone)) <= window.end:
        yield at
        number += step.days


def _in_months(window: Window, zone: ZoneInfo, step: timedelta) -> Iterator[datetime]:
    months = round(step.days / _MONTH.days)
    first = window.start.astimezone(zone).date()
    number = first.year * 12 + first.month - 1
    number -= number % months
    if number < 12:  # the calendar has no year 0
        number += months
    while number // 12 <= _LAST.year:
        year, month = divmod(number, 12)
        at = first_instant_of_day(date(year, month + 1, 1), zone)
        if at > window.end:
            return
        yield at
        number += months


_MONTH, _YEAR = timedelta(days=30), timedelta(days=360)
_Marks = Callable[[Window, ZoneInfo, timedelta], Iterator[datetime]]
_STEPS: Sequence[tuple[timedelta, str, _Marks]] = (
    *((timedelta(seconds=count), "%H:%M:%S", _in_seconds) for count in (10, 30)),
    *((timedelta(minutes=count), "%m-%d %H:%M", _in_seconds) for count in (1, 2, 5, 10, 15, 30)),
    *((timedelta(hours=count), "%m-%d %H:%M", _in_seconds) for count in (1, 2, 3, 6, 12)),
    *((timedelta(days=count), "%Y-%m-%d", _in_days) for count in (1, 2, 4, 7, 14)),
    *((_MONTH * count, "%Y-%m", _in_months) for count in (1, 2, 3, 6)),
    *((_YEAR * count, "%Y", _in_months) for count in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000)),
)
