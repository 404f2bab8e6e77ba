"""Our times to and from EDTF: nothing is padded in silence, and what EDTF cannot say is listed.

A date in EDTF has no zone, and `~` no width: both must be said by the caller, or they are stated as doubt.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from attrs import evolve, field, frozen

from probata.terms.edtf import Edtf, EdtfDate, EdtfInterval, EdtfOneOf, EdtfSecond, Qualifier, read_edtf
from probata.terms.errors import InvalidValue
from probata.terms.languages import language_tag
from probata.terms.text import SafeText, Stated, safe_text
from probata.terms.times import (
    Bound,
    ClockKind,
    End,
    TimeRange,
    TimeWithDoubt,
    civil_zone,
    first_instant_of_day,
    instants_of,
)

# Civil time on Earth lies between these offsets today (the Line Islands and Baker Island).
_EARLIEST_ZONE, _LATEST_ZONE = timezone(timedelta(hours=14)), timezone(timedelta(hours=-12))
_SECOND = timedelta(seconds=1)
_DAY = timedelta(days=1)


def time_from_edtf(
    untrusted_text: str, *, zone: str | None, clock: ClockKind, derivation: str, margin: timedelta | None = None
) -> TimeWithDoubt:
    """The time that an EDTF text states, in this zone; with no zone, widened to every zone on Earth, and it says so.

    A date is a time within it; an interval goes on throughout what lies surely between its ends. `margin` says how
    far `~` reaches: it is required with `~` or `%` and refused without. The text itself is kept in `stated`.
    Raises `InvalidValue` for what `read_edtf` refuses, and for a wall time that no clock of the zone showed.
    """
    edtf = read_edtf(untrusted_text)
    days = _Days(zone=None if zone is None else civil_zone(zone))
    read = TimeWithDoubt(
        precise=_surely_throughout(edtf, days),
        imprecise=_surely_within(edtf, days),
        stated=Stated(text=untrusted_text, language=language_tag("zxx")),
        zone=zone,
        clock=clock,
        derivation="; ".join([derivation, *_doubts(edtf, days.zone)]),
    )
    return _widened(read, edtf, margin)


def _doubts(edtf: Edtf, zone: ZoneInfo | None) -> list[str]:
    doubts = []
    without_offset = not (isinstance(edtf, EdtfSecond) and edtf.offset)
    if without_offset and zone is None:
        doubts.append("no zone is known, so the range covers every zone on Earth")
    if isinstance(edtf, EdtfSecond) and without_offset and zone is not None and _shown_twice(edtf, zone):
        doubts.append(f"clocks in {zone} showed this time twice, so the range holds both")
    if any(one.uncertain for one in _qualifiers(edtf)):
        doubts.append("the source marks it as uncertain")
    return doubts


def _shown_twice(edtf: EdtfSecond, zone: ZoneInfo) -> bool:
    return len(instants_of(datetime.fromisoformat(edtf.wall), zone)) > 1


def _qualifiers(edtf: Edtf) -> list[Qualifier]:
    if isinstance(edtf, EdtfDate):
        return [edtf.qualifier]
    if isinstance(edtf, EdtfInterval):
        return [one.qualifier for one in (edtf.start, edtf.end) if isinstance(one, EdtfDate)]
    return []


def _widened(read: TimeWithDoubt, edtf: Edtf, margin: timedelta | None) -> TimeWithDoubt:
    approximate = any(one.approximate for one in _qualifiers(edtf))
    if not approximate and margin is None:
        return read
    if margin is None:
        raise InvalidValue(what=f"The EDTF text {edtf}", why="it says about when, not how far about: give a margin")
    if not approximate or margin <= timedelta(0):
        raise InvalidValue(what=f"The margin {margin}", why="it goes with ~ or %, and is more than nothing")
    around = read.imprecise
    if around is not None:
        start = around.start if isinstance(around.start, End) else _moved(around.start, -margin)
        end = around.end if isinstance(around.end, End) else _moved(around.end, margin)
        around = TimeRange(start=start, end=end)
    reason = safe_text(f"{read.derivation}; about is taken as within {margin}")
    # What went on surely throughout a date that is only about right is not known.
    return evolve(read, precise=None, imprecise=around, derivation=reason)


@frozen(kw_only=True)
class _Days:
    """When days begin: in one zone, or, where none is known, at the earliest and the latest on Earth."""

    zone: ZoneInfo | None

    def begin_at_the_earliest(self, day: date) -> datetime:
        if self.zone is None:
            return datetime.combine(day, datetime.min.time(), tzinfo=_EARLIEST_ZONE)
        return first_instant_of_day(day, self.zone)

    def begin_at_the_latest(self, day: date) -> datetime:
        if self.zone is None:
            return datetime.combine(day, datetime.min.time(), tzinfo=_LATEST_ZONE)
        return first_instant_of_day(day, self.zone)

    def extent(self, first: date, last: date) -> TimeRange:
        """From the earliest beginning of the first day to the latest end of the last."""
        extent = TimeRange(start=self.begin_at_the_earliest(first), end=self.begin_at_the_latest(_day_after(last)))
        if extent.start == extent.end:
            raise InvalidValue(what=f"The day {first}", why=f"clocks in {self.zone} leapt over it")
        return extent


def _day_after(day: date) -> date:
    if day == date.max:
        raise InvalidValue(what=f"The day {day}", why="it lies at the edge of the calendar")
    return day + _DAY


def _moved(moment: datetime, by: timedelta) -> datetime:
    try:
        return moment + by
    except OverflowError as error:
        raise InvalidValue(what=f"The time {moment.isoformat()}", why="it lies at the edge of the calendar") from error


def _surely_within(edtf: Edtf, days: _Days) -> TimeRange:
    if isinstance(edtf, EdtfSecond):
        return _second(edtf, days.zone)
    if isinstance(edtf, EdtfDate):
        return days.extent(edtf.first_day, edtf.last_day)
    start: Bound = edtf.start if isinstance(edtf.start, End) else days.begin_at_the_earliest(edtf.start.first_day)
    end: Bound = edtf.end if isinstance(edtf.end, End) else days.begin_at_the_latest(_day_after(edtf.end.last_day))
    return TimeRange(start=start, end=end)


def _surely_throughout(edtf: Edtf, days: _Days) -> TimeRange | None:
    if not isinstance(edtf, EdtfInterval) or End.UNKNOWN in (edtf.start, edtf.end):
        return None
    start: Bound = End.OPEN
    if isinstance(edtf.start, EdtfDate):
        start = days.begin_at_the_latest(_day_after(edtf.start.last_day))
    end: Bound = End.OPEN
    if isinstance(edtf.end, EdtfDate):
        end = days.begin_at_the_earliest(edtf.end.first_day)
    if isinstance(start, datetime) and isinstance(end, datetime) and end < start:
        return None
    return TimeRange(start=start, end=end)


def _second(edtf: EdtfSecond, zone: ZoneInfo | None) -> TimeRange:
    if edtf.offset:
        offset = "+00:00" if edtf.offset == "Z" else edtf.offset
        start = datetime.fromisoformat(edtf.wall + (offset if ":" in offset else f"{offset}:00"))
        return TimeRange(start=start, end=_moved(start, _SECOND))
    wall = datetime.fromisoformat(edtf.wall)
    if zone is None:
        earliest = datetime.combine(wall.date(), wall.time(), tzinfo=_EARLIEST_ZONE)
        latest = datetime.combine(wall.date(), wall.time(), tzinfo=_LATEST_ZONE)
        return TimeRange(start=earliest, end=_moved(latest, _SECOND))
    shown = instants_of(wall, zone)
    if not shown:
        raise InvalidValue(what=f"The wall time {edtf.wall}", why=f"clocks in {zone} leapt over it")
    # Where clocks showed it twice, the range holds both.
    return TimeRange(start=shown[0], end=_moved(shown[-1], _SECOND))


def _safe_texts(untrusted_texts: Sequence[str]) -> tuple[SafeText, ...]:
    return tuple(safe_text(one) for one in untrusted_texts)


@frozen(kw_only=True)
class EdtfExport:
    """A time as EDTF, and what of it is not in the text; `text` is None where EDTF has no exact way to say it."""

    text: str | None
    not_said: tuple[SafeText, ...] = field(converter=_safe_texts)


def edtf_from_time(time: TimeWithDoubt) -> EdtfExport:
    """Write the time as EDTF if there is an expression that means exactly its ranges, and list what it leaves out.

    Never the nearest date: a range that begins at noon has no EDTF, and the answer says so.
    """
    left_out = [] if time.clock is ClockKind.UNKNOWN else [f"the clock: {time.clock.value}"]
    left_out.append("how it was derived")
    if time.relations:
        left_out.append("its relations to other times")
    if time.stated is not None:
        left_out.append("what was stated, word for word")
    if time.zone is not None:
        left_out.append(f"the zone: {time.zone}")
    edtf = _exactly(time)
    if edtf is None:
        left_out.append("its ranges: EDTF has no expression that means exactly these")
    return EdtfExport(text=None if edtf is None else str(edtf), not_said=left_out)


def _exactly(time: TimeWithDoubt) -> Edtf | None:
    around = time.imprecise
    if around is None:
        return None
    candidates: list[Edtf] = []
    if time.precise is None:
        candidates += _as_second(around)
    if time.zone is not None:
        zone = civil_zone(time.zone)
        candidates += _as_dates(around, time.precise, zone)
    for candidate in candidates:
        days = _Days(zone=None if time.zone is None else civil_zone(time.zone))
        if _surely_within(candidate, days) == around and _surely_throughout(candidate, days) == time.precise:
            return candidate
    return None


def _as_second(around: TimeRange) -> list[Edtf]:
    start = around.start
    if not isinstance(start, datetime) or start.microsecond or around.end != _moved(start, _SECOND):
        return []
    text = start.isoformat()
    wall, offset = text[:19], text[19:]
    return [EdtfSecond(wall=wall, offset=offset)] if len(offset) == len("+03:00") else []


def _as_dates(around: TimeRange, precise: TimeRange | None, zone: ZoneInfo) -> list[Edtf]:
    """Expressions that may mean these ranges, the plainest first; the caller keeps the one that does."""
    first, last = _day_of(around.start, zone), _day_before(around.end, zone)
    if precise is None:
        if isinstance(first, date) and isinstance(last, date):
            if last < first:
                return []
            return [*_units(first, last), EdtfOneOf(start=_one_day(first), end=_one_day(last))]
        if End.UNKNOWN in (first, last):
            return [EdtfInterval(start=_one_end(first), end=_one_end(last))]
        return [EdtfOneOf(start=_one_end(first), end=_one_end(last))]
    starts = _ends(first, _day_before(precise.start, zone))
    ends = _ends(_day_of(precise.end, zone), last)
    return [EdtfInterval(start=start, end=end) for start in starts for end in ends]


def _day_of(bound: Bound, zone: ZoneInfo) -> date | End:
    return bound if isinstance(bound, End) else bound.astimezone(zone).date()


def _day_before(bound: Bound, zone: ZoneInfo) -> date | End:
    # The last day that ends at this instant, if it is a midnight.
    return bound if isinstance(bound, End) else (bound.astimezone(zone) - _DAY).date()


def _one_day(day: date) -> EdtfDate:
    return EdtfDate(digits=day.isoformat())


def _one_end(day: date | End) -> EdtfDate | End:
    return day if isinstance(day, End) else _one_day(day)


def _units(first: date, last: date) -> list[EdtfDate]:
    """The day, month, year, decade or century that begins and ends with these days."""
    day = first.isoformat()
    units = [EdtfDate(digits=one) for one in (day, day[:7], day[:4], f"{day[:3]}X", f"{day[:2]}XX") if one != "00XX"]
    return [unit for unit in units if (unit.first_day, unit.last_day) == (first, last)]


def _ends(first: date | End, last: date | End) -> list[EdtfDate | End]:
    if isinstance(first, End):
        return [first] if first is last else []
    return [] if isinstance(last, End) else [*_units(first, last)]
