"""Windows that come back every day, such as the light of the afternoon: from 13:00 by local clocks until sunset."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from attrs import field, frozen

from probata.terms.errors import InvalidValue
from probata.terms.places import Point
from probata.terms.reading import fields, number, text
from probata.terms.times import civil_zone, first_instant_of_day, instant, instants_of
from probata.verification.sun.position import CIVIL_TWILIGHT_DEG, solar_day
from probata.verification.when.ends import ticks_of
from probata.verification.when.network import Stretch

SUN_WORDS = ("sunrise", "sunset", "solar_noon", "civil_dawn", "civil_dusk")
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?|24:00")
_BY_SUN = re.compile(rf"({'|'.join(SUN_WORDS)})(?:([+-])(\d\d):([0-5]\d))?")
_SECOND = timedelta(seconds=1)


@frozen(kw_only=True)
class DailyEnd:
    """One end of a daily window: a time by the clock, or so long before or after something the sun does."""

    written: str
    clock: time | None = None
    next_midnight: bool = False
    sun: str | None = None
    shift: timedelta = timedelta()

    @classmethod
    def read(cls, untrusted_text: str) -> DailyEnd:
        """Read `13:00`, `24:00`, `sunset` or `sunset-00:30`; raises `InvalidValue` for anything else."""
        clock = _CLOCK.fullmatch(untrusted_text)
        if clock and untrusted_text == "24:00":
            return cls(written=untrusted_text, clock=time(0), next_midnight=True)
        if clock:
            return cls(written=untrusted_text, clock=time(int(clock[1]), int(clock[2]), int(clock[3] or 0)))
        sun = _BY_SUN.fullmatch(untrusted_text)
        if sun is None:
            known = f"a time such as 13:00, or one of {', '.join(SUN_WORDS)}, such as sunset-00:30"
            raise InvalidValue(what=f"The daily time {untrusted_text!r}", why=f"it must be {known}")
        shift = timedelta(hours=int(sun[3] or 0), minutes=int(sun[4] or 0))
        return cls(written=untrusted_text, sun=sun[1], shift=-shift if sun[2] == "-" else shift)


@frozen(kw_only=True)
class Daily:
    """From one time of the day to another, each day, by the clocks of the zone and the sun over the point."""

    start: DailyEnd
    end: DailyEnd
    zone: ZoneInfo
    point: Point | None = field(default=None)

    @point.validator
    def _where_the_sun_is_asked(self, _attribute: object, value: Point | None) -> None:
        if value is None and (self.start.sun or self.end.sun):
            raise InvalidValue(what="A daily window by the sun", why='it needs a "place" with lat and lon')
        if self.start == self.end:
            raise InvalidValue(what="A daily window", why="it begins and ends at the same time of day")

    @classmethod
    def from_json(cls, untrusted: object, *, zone: ZoneInfo | None, point: Point | None) -> Daily:
        """Read `{from, to, zone?, place?}`; raises `InvalidValue`. What it does not say, the document says."""
        given = fields(untrusted, what="A daily window", required={"from", "to"}, optional={"zone", "place"})
        own = civil_zone(text(given, "zone")) if "zone" in given else zone
        if own is None:
            raise InvalidValue(what="A daily window", why='it needs a "zone" such as Europe/Kyiv')
        return cls(
            start=DailyEnd.read(text(given, "from")),
            end=DailyEnd.read(text(given, "to")),
            zone=own,
            point=read_place(given["place"]) if "place" in given else point,
        )

    @property
    def words(self) -> str:
        """The window in words."""
        return f"each day from {self.start.written} to {self.end.written} ({self.zone.key})"

    def stretches(self, first: date, last: date) -> tuple[Stretch, ...]:
        """The windows that begin on these days, both included, in ticks of a microsecond, to the whole second."""
        found = []
        for number_of_day in range((last - first).days + 1):
            window = self._on(first + timedelta(days=number_of_day))
            if window is not None:
                found.append(window)
        return tuple(found)

    def _on(self, day: date) -> Stretch | None:
        start = self._moment(self.start, day, is_start=True)
        end = self._moment(self.end, day, is_start=False)
        if start is None or end is None:
            return None
        if end < start and self._runs_over_midnight():
            end = self._moment(self.end, day + timedelta(days=1), is_start=False)
        if end is None or end < start:
            return None
        return ticks_of(start.replace(microsecond=0)), ticks_of(end.replace(microsecond=0))

    def _runs_over_midnight(self) -> bool:
        # From 22:00 to 04:00, or from sunset to sunrise. From 13:00 to a sunset before 13:00 is no window at all.
        return self.start.sun in {"sunset", "civil_dusk"} or (
            self.start.clock is not None and self.end.clock is not None
        )

    def _moment(self, end: DailyEnd, day: date, *, is_start: bool) -> datetime | None:
        if end.sun is None:
            return _by_clock(end, day, self.zone, is_start=is_start)
        moment = self._by_sun(end.sun, day)
        return None if moment is None else moment + end.shift

    def _by_sun(self, word: str, day: date) -> datetime | None:
        if self.point is None:
            raise InvalidValue(what="A daily window by the sun", why="it needs a place")
        sun = solar_day(day, self.point, self.zone)
        moment: datetime | None = sun.noon if word == "solar_noon" else getattr(sun, word)
        if moment is not None:
            return moment
        # In a polar summer the light lasts all day; in a polar winter there is none.
        light = sun.always_up if word in {"sunrise", "sunset"} else sun.noon_altitude_deg > CIVIL_TWILIGHT_DEG
        if not light:
            return None
        return first_instant_of_day(day if word in {"sunrise", "civil_dawn"} else day + timedelta(days=1), self.zone)


def _by_clock(end: DailyEnd, day: date, zone: ZoneInfo, *, is_start: bool) -> datetime:
    at = datetime.combine(day + timedelta(days=1) if end.next_midnight else day, end.clock or time(0))
    shown = instants_of(at, zone)
    if shown:
        return shown[0] if is_start else shown[-1]
    # Clocks leapt over it: read by the offset that gives the wider window (PEP 495).
    return instant(datetime.combine(at.date(), at.time().replace(fold=1 if is_start else 0), tzinfo=zone))


def read_place(untrusted: object) -> Point:
    """Read `{lat, lon}` in degrees; raises `InvalidValue`."""
    given = fields(untrusted, what="A place", required={"lat", "lon"}, optional={"label", "radius_m"})
    return Point(latitude_deg=number(given, "lat"), longitude_deg=number(given, "lon"))
