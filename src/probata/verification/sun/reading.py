"""What the sun's calculators take, as people write it: days, ratios, shares, times of day."""

from __future__ import annotations

import re
from datetime import date, time

from probata.terms.errors import InvalidValue
from probata.verification.sun.dates import TimeOfDay
from probata.verification.sun.position import check_year


def read_day(untrusted: str) -> date:
    """Read `2022-03-29`, within the years for which the sun is computed."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", untrusted):
        raise InvalidValue(what=f"The day {untrusted!r}", why="it must read like 2022-03-29")
    try:
        day = date.fromisoformat(untrusted)
    except ValueError as error:
        raise InvalidValue(what=f"The day {untrusted!r}", why=f"the calendar has no such day ({error})") from error
    check_year(day)
    return day


def read_ratio(untrusted: str) -> float:
    """Read `170:290` or `0.59`."""
    try:
        height, _colon, length = untrusted.partition(":")
        return float(height) / float(length) if _colon else float(height)
    except (ValueError, ZeroDivisionError) as error:
        raise InvalidValue(what=f"The ratio {untrusted!r}", why="it must read like 170:290 or 0.59") from error


def read_share(untrusted: str) -> float:
    """Read `10%` or `0.1`."""
    try:
        return float(untrusted.removesuffix("%")) / (100 if untrusted.endswith("%") else 1)
    except ValueError as error:
        raise InvalidValue(what=f"The share {untrusted!r}", why="it must read like 10% or 0.1") from error


def read_time_of_day(untrusted: str, within_min: float) -> TimeOfDay:
    """Read `15:30` by the clocks of the zone, or `14:30Z` in UTC, known to so many minutes either way."""
    read = re.fullmatch(r"([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?(Z?)", untrusted)
    if read is None:
        raise InvalidValue(what=f"The time of day {untrusted!r}", why="it must read like 15:30, or 14:30Z in UTC")
    clock = time(int(read[1]), int(read[2]), int(read[3] or 0))
    return TimeOfDay(clock=clock, in_utc=bool(read[4]), within_min=within_min)
