"""Dates as an article says them, as ranges with reasons: `Wednesday`, `last week`, `on or around March 30`, «в среду».

Every range is what the words can mean, no narrower: of a weekday, the last such day up to the publication; of `last
week`, the week before and what a writer may count to it. Without a date of publication what is relative stays open.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, datetime, time, timedelta, timezone
from functools import partial

from attrs import frozen

from probata.claims.reading import date_words as words
from probata.terms.errors import InvalidValue
from probata.terms.languages import language_tag
from probata.terms.text import Stated, made_safe
from probata.terms.times import Bound, ClockKind, End, TimeRange, TimeWithDoubt, instant

_WIDEST = (timezone(timedelta(hours=14)), timezone(timedelta(hours=-12)))
_FIRST_YEAR, _LAST_YEAR = 1900, 2200


@frozen(kw_only=True)
class Published:
    """When the article was published: its day, and the offset from UTC where the page gives one."""

    day: date
    zone: timezone | None
    because: str
    stated: str

    @property
    def when(self) -> TimeWithDoubt:
        """When it was published, as a time: the instant where the page gives one with its offset, else within its day.

        Where no offset is given, the day is any such day on Earth.
        """
        early, late = (self.zone, self.zone) if self.zone is not None else _WIDEST
        moment = _instant_in(self.stated)
        start = moment or instant(datetime.combine(self.day, time.min, tzinfo=early))
        end = moment or instant(datetime.combine(self.day, time(23, 59, 59), tzinfo=late))
        zone = "" if self.zone is not None else "; the zone is not known: the day from UTC+14 to UTC-12"
        return TimeWithDoubt(
            imprecise=TimeRange(start=start, end=end),
            stated=Stated(text=made_safe(self.stated), language=language_tag("und")),
            clock=ClockKind.STATED,
            derivation=made_safe(f"the article says so itself ({self.because}){zone}"),
        )


def _instant_in(stated: str) -> datetime | None:
    """The instant that a text names with date, time and offset; None where it names less."""
    try:
        moment = datetime.fromisoformat(stated)
    except ValueError:
        return None
    return None if moment.utcoffset() is None else instant(moment)


def published(untrusted_text: str, because: str) -> Published:
    """Read a date of publication: `2031-04-07`, or with a time and an offset; `InvalidValue` for what is none."""
    said = untrusted_text.strip().replace(" ", "T", 1)
    try:
        moment = datetime.fromisoformat(said)
    except ValueError as error:
        raise InvalidValue(
            what=f"The date {untrusted_text!r}", why="it must read like 2031-04-07 or 2031-04-07T18:20:00+01:00"
        ) from error
    offset = moment.utcoffset()
    zone = None if offset is None else timezone(offset)
    if not _FIRST_YEAR < moment.year < _LAST_YEAR:
        raise InvalidValue(what=f"The date {untrusted_text!r}", why="no article was published in that year")
    return Published(day=moment.date(), zone=zone, because=because, stated=said)


@frozen(kw_only=True)
class Said:
    """A date in the text: where it stands, and what it can mean."""

    start: int
    end: int
    time: TimeWithDoubt


_Meaning = tuple[date, date, str] | str
"""First day, last day and the reason; or why it stays open."""


def dates_in(text: str, tongue: str, at: Published | None) -> list[Said]:
    """Every date that the words name, in their order; the longest reading of a stretch wins."""
    found: list[Said] = []
    taken: list[tuple[int, int]] = []
    for pattern, meaning in words.PATTERNS.get(tongue, ()):
        for match in pattern.finditer(text):
            if any(match.start() < end and start < match.end() for start, end in taken):
                continue
            resolved = _MEANINGS[meaning](match, tongue, at)
            if resolved is None:
                continue
            taken.append(match.span())
            found.append(_said(match, tongue, at, resolved))
    return sorted(found, key=lambda one: one.start)


def _said(match: re.Match[str], tongue: str, at: Published | None, resolved: _Meaning) -> Said:
    stated = Stated(text=made_safe(" ".join(match[0].split())), language=language_tag(tongue))
    if isinstance(resolved, str):
        time_ = TimeWithDoubt(stated=stated, clock=ClockKind.STATED, derivation=resolved)
        return Said(start=match.start(), end=match.end(), time=time_)
    first, last, reason = resolved
    zone = at.zone if at is not None else None
    early, late = (zone, zone) if zone is not None else _WIDEST
    start: Bound = End.UNKNOWN if first == date.min else instant(datetime.combine(first, time.min, tzinfo=early))
    end = instant(datetime.combine(last, time(23, 59, 59), tzinfo=late))
    of_zone = f"days as at {zone}" if zone is not None else "the zone is not known: days from UTC+14 to UTC-12"
    time_ = TimeWithDoubt(
        imprecise=TimeRange(start=start, end=end),
        stated=stated,
        clock=ClockKind.STATED,
        derivation=f"{reason}; {of_zone}",
    )
    return Said(start=match.start(), end=match.end(), time=time_)


def _open(said: str) -> str:
    return f"{said} is relative, and the date of publication is not known: it stays open"


def _published_as(at: Published) -> str:
    return f"the article is of {at.day.isoformat()} ({at.because})"


def _weekday(match: re.Match[str], tongue: str, at: Published | None) -> _Meaning | None:
    number = words.number_of(match["weekday"], words.WEEKDAYS[tongue])
    if number is None:
        return None
    if at is None:
        return _open("a weekday")
    ago = (at.day.weekday() - number) % 7
    if "last" in match.groupdict() and match["last"]:
        first, last = at.day - timedelta(days=ago + 7), at.day - timedelta(days=ago or 7)
        return first, last, f"`last` with a weekday may mean the latest such day or the one before; {_published_as(at)}"
    day = at.day - timedelta(days=ago)
    reason = f"the latest such weekday up to the publication; {_published_as(at)}"
    return day, day, reason


def _days_from(match: re.Match[str], tongue: str, at: Published | None, *, shift: int) -> _Meaning:
    del match, tongue
    if at is None:
        return _open("the day")
    day = at.day + timedelta(days=shift)
    return (
        day,
        day,
        f"{abs(shift)} day before the publication" if shift else f"the day of publication; {_published_as(at)}",
    )


def _ago(match: re.Match[str], tongue: str, at: Published | None) -> _Meaning | None:
    count = words.count_of(match["count"], tongue)
    unit = match["unit"].lower()
    if count is None or count > 400:
        return None
    if at is None:
        return _open("a time before today")
    days = count * words.days_of(unit)
    slack = 0 if words.days_of(unit) == 1 else words.days_of(unit) // 2 + 1
    middle = at.day - timedelta(days=days)
    slack = max(slack, 1)
    return (
        middle - timedelta(days=slack),
        min(at.day, middle + timedelta(days=slack)),
        f"{count} × {words.days_of(unit)} days before the publication, {slack} either way; {_published_as(at)}",
    )


def _earlier(match: re.Match[str], tongue: str, at: Published | None) -> _Meaning | None:
    """`Two days earlier` is counted from something else: from the date before it in the text, where there is one."""
    count = words.count_of(match["count"], tongue)
    days = words.days_of(match["unit"].lower())
    if count is None or count > 400:
        return None
    if at is None:
        return (
            "counted from something else that the text tells, and the date of publication is not known: it stays open"
        )
    if re.search(r"hour|час|годин", match["unit"].lower()):
        return (
            date.min,
            at.day,
            f"counted from something else that the text tells; before the publication; {_published_as(at)}",
        )
    back = timedelta(days=count * days) if re.search(words.BACK, match[0].lower()) else timedelta(0)
    reason = "counted from something else that the text tells, itself not after the publication"
    return date.min, at.day - back, f"{reason}; {_published_as(at)}"


def _period(match: re.Match[str], tongue: str, at: Published | None) -> _Meaning | None:
    del tongue
    if at is None:
        return _open("a week or month")
    unit = words.unit_of(match["unit"])
    if unit is None:
        return None
    first, last, reason = _PERIODS[unit](at.day, words.which_of(match["which"]) == "last")
    return first, min(last, at.day), f"{reason}; {_published_as(at)}"


def _week(day: date, last: bool) -> tuple[date, date, str]:  # noqa: FBT001  one table calls them all
    monday = day - timedelta(days=day.weekday())
    if not last:
        return monday, day, "the week of the publication, up to it"
    # In some countries the week begins on Sunday: the Sunday before may be counted to it.
    return monday - timedelta(days=8), monday - timedelta(days=1), "the calendar week before, its first Sunday included"


def _weekend(day: date, last: bool) -> tuple[date, date, str]:  # noqa: FBT001  same
    saturday = day - timedelta(days=(day.weekday() - 5) % 7)
    first = saturday - timedelta(days=7) if last and day.weekday() >= 5 else saturday
    return first, first + timedelta(days=1), "the latest weekend"


def _month(day: date, last: bool) -> tuple[date, date, str]:  # noqa: FBT001  same
    begun = day.replace(day=1)
    if not last:
        return begun, day, "the month of the publication, up to it"
    end = begun - timedelta(days=1)
    return end.replace(day=1), end, "the calendar month before"


def _whole_year(day: date, last: bool) -> tuple[date, date, str]:  # noqa: FBT001  same
    year = day.year - last
    return date(year, 1, 1), date(year, 12, 31), f"the year {year}"


_PERIODS: dict[str, Callable[[date, bool], tuple[date, date, str]]] = {
    "week": _week,
    "weekend": _weekend,
    "month": _month,
    "year": _whole_year,
}


def _calendar(match: re.Match[str], tongue: str, at: Published | None) -> _Meaning | None:
    month = words.number_of(match["month"], words.MONTHS[tongue])
    if month is None:
        return None
    month += 1
    year, reason = _year(match.groupdict().get("year"), month, at)
    if year is None:
        return reason
    length = monthrange(year, month)[1]
    around = match.groupdict().get("around")
    day = match.groupdict().get("day")
    if day:
        number = int(day)
        if not 1 <= number <= length:
            return None
        last = int(match.groupdict().get("last_day") or number)
        last = last if number <= last <= length else number
        first_day, last_day = date(year, month, number), date(year, month, last)
        if around:
            two = timedelta(days=2)
            return first_day - two, last_day + two, f"{reason}; `{around.strip()}` is taken as two days either way"
        return first_day, last_day, reason
    part = (match.groupdict().get("part") or "").lower()
    first, last, of_part = words.part_of_month(part, length)
    return date(year, month, first), date(year, month, last), f"{reason}{of_part}"


def _year(written: str | None, month: int, at: Published | None) -> tuple[int | None, str]:
    if written:
        year = int(written)
        return (year, "the date as written") if _FIRST_YEAR < year < _LAST_YEAR else (None, "the year makes no sense")
    if at is None:
        return None, "no year is written, and the date of publication is not known: it stays open"
    # A month without a year is the latest such month up to the publication; a little after it, a date that is to come.
    year = at.day.year if month <= at.day.month + 1 else at.day.year - 1
    return year, f"no year is written: the one that fits {_published_as(at)}"


def _numeric(match: re.Match[str], tongue: str, at: Published | None) -> _Meaning | None:
    del tongue, at
    try:
        day = date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        return None
    return (day, day, "the date as written") if _FIRST_YEAR < day.year < _LAST_YEAR else None


_MEANINGS: dict[str, Callable[[re.Match[str], str, Published | None], _Meaning | None]] = {
    "weekday": _weekday,
    "today": partial(_days_from, shift=0),
    "yesterday": partial(_days_from, shift=-1),
    "before_yesterday": partial(_days_from, shift=-2),
    "ago": _ago,
    "earlier": _earlier,
    "period": _period,
    "calendar": _calendar,
    "numeric": _numeric,
}
