"""Reading one end of a range: an instant, a wall time, a day, a whole number, or the word that there is no limit.

Wall times and days need a civil zone. Where clocks show a wall time twice, an *imprecise* range is read at its widest
and a *precise* one at its narrowest, so that neither says more than the source did. A day is meant whole.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from attrs import frozen

from probata.terms.errors import InvalidValue
from probata.terms.times import End, first_instant_of_day, instant, instants_of, read_instant

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)
_FIRST = datetime(1, 1, 1, tzinfo=UTC)
_LAST = datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)
_LARGEST_TICK = 10**20

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_WALL = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d)(:\d\d(?:\.\d{1,6})?)?")
_TO_THE_MINUTE = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d)(Z|[+-]\d\d:\d\d)")


def ticks_of(moment: datetime) -> int:
    """Whole microseconds since 1970 began in UTC."""
    return (moment - _EPOCH) // _TICK


def moment_of(ticks: int) -> datetime:
    """The instant of so many microseconds, in UTC; at most the edge of the calendar."""
    try:
        return _EPOCH + ticks * _TICK
    except OverflowError:
        return _LAST if ticks > 0 else _FIRST


@frozen(kw_only=True)
class ReadEnd:
    """One end as read: its tick, or which word stands for its absence; and what a reader should know about it."""

    tick: int | None
    word: End | None = None
    offset: timedelta | None = None
    is_number: bool = False
    note: str | None = None


def read_end(untrusted: object, *, zone: ZoneInfo | None, is_start: bool, widest: bool) -> ReadEnd:
    """Read one end of a range; `widest` for imprecise ranges. Raises `InvalidValue` with what is wrong."""
    # `..` is how EDTF writes an open end.
    if untrusted is None or untrusted == "..":
        return ReadEnd(tick=None, word=End.OPEN)
    if isinstance(untrusted, int) and not isinstance(untrusted, bool):
        if abs(untrusted) > _LARGEST_TICK:
            raise InvalidValue(what="A whole number as a time", why="it may have twenty digits at most")
        return ReadEnd(tick=untrusted, is_number=True)
    if not isinstance(untrusted, str):
        raise InvalidValue(what="An end of a range", why="it must be a text, a whole number, or null")
    for word in End:
        if untrusted == word.value:
            return ReadEnd(tick=None, word=word)
    early = is_start == widest
    if _DAY.fullmatch(untrusted):
        return _read_day(untrusted, zone, is_start=is_start)
    if _WALL.fullmatch(untrusted):
        return _read_wall(untrusted, zone, early=early)
    to_the_minute = _TO_THE_MINUTE.fullmatch(untrusted)
    written = f"{to_the_minute[1]}:00{to_the_minute[2]}" if to_the_minute else untrusted
    moment = read_instant(written)
    return ReadEnd(tick=ticks_of(moment), offset=moment.utcoffset())


def _needed(zone: ZoneInfo | None, what: str) -> ZoneInfo:
    if zone is None:
        raise InvalidValue(
            what=what, why='it does not say its offset from UTC: add one (+03:00), or a "zone" such as Europe/Kyiv'
        )
    return zone


def _read_day(untrusted_text: str, zone: ZoneInfo | None, *, is_start: bool) -> ReadEnd:
    try:
        day = date.fromisoformat(untrusted_text)
    except ValueError as error:
        raise InvalidValue(what=f"The day {untrusted_text!r}", why=f"the calendar has no such day ({error})") from error
    civil = _needed(zone, f"The day {untrusted_text}")
    try:
        moment = first_instant_of_day(day if is_start else day + timedelta(days=1), civil)
    except OverflowError as error:
        raise InvalidValue(what=f"The day {untrusted_text!r}", why="it lies at the edge of the calendar") from error
    if is_start:
        return ReadEnd(tick=ticks_of(moment), offset=moment.utcoffset())
    # Ranges include their ends, and the next midnight is no part of this day.
    last = instant((moment - _TICK).astimezone(civil))
    return ReadEnd(tick=ticks_of(last), offset=last.utcoffset())


def _read_wall(untrusted_text: str, zone: ZoneInfo | None, *, early: bool) -> ReadEnd:
    try:
        wall = datetime.fromisoformat(untrusted_text)
    except ValueError as error:
        raise InvalidValue(what=f"The time {untrusted_text!r}", why=f"there is no such time ({error})") from error
    civil = _needed(zone, f"The time {untrusted_text}")
    shown = instants_of(wall, civil)
    if not shown:
        raise InvalidValue(
            what=f"The time {untrusted_text}",
            why=f"clocks in {civil.key} never showed it: they leapt over it in spring",
        )
    note = None
    if len(shown) > 1:
        which = "first" if early else "second"
        note = f"clocks in {civil.key} showed {untrusted_text} twice; the {which} is taken here, as the safe side"
    moment = shown[0] if early else shown[-1]
    return ReadEnd(tick=ticks_of(moment), offset=moment.utcoffset(), note=note)
