"""From where the sun stood to the days on which it stands so: all, the twin on the other side of a solstice too.

The sun passes almost every declination twice a year, on the way up and on the way down. Only a day near a solstice has
no twin of its own. Which of the two it was, the sun cannot say; seasons, leaves and weather may.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from attrs import field, frozen

from probata.terms.errors import InvalidValue
from probata.terms.times import instants_of
from probata.verification.sun.around import Around
from probata.verification.sun.position import (
    METRES_IN_A_DEGREE,
    apparent,
    as_time,
    day_s,
    declination_and_equation,
)
from probata.verification.sun.shadow import days_between

_UNKNOWN_STEP_S = 600.0
_LONGEST_DOUBT_MIN = 720.0


@frozen(kw_only=True)
class SunVector:
    """Where the sun stood: azimuth clockwise from true north and apparent altitude, in degrees.

    `tolerance_deg` is how far, across the sky, it may have stood from there.
    """

    azimuth_deg: float
    altitude_deg: float
    tolerance_deg: float = field()

    def __attrs_post_init__(self) -> None:
        if not 0 <= self.azimuth_deg <= 360:
            raise InvalidValue(what=f"The azimuth {self.azimuth_deg}", why="it lies between 0 and 360 degrees")
        if not -1 <= self.altitude_deg <= 90:
            raise InvalidValue(
                what=f"The altitude {self.altitude_deg}", why="it lies between -1 and 90: below, the sun is not seen"
            )
        if not 0 < self.tolerance_deg <= 45:
            raise InvalidValue(what=f"The tolerance {self.tolerance_deg}", why="it lies above 0, up to 45 degrees")

    def away(self, azimuth_deg: float, altitude_deg: float) -> float:
        """How far the sun at this azimuth and altitude is from here, in degrees across the sky (haversine)."""
        one, other = math.radians(self.altitude_deg), math.radians(altitude_deg)
        turned = math.radians(azimuth_deg - self.azimuth_deg)
        half = math.sin((other - one) / 2) ** 2 + math.cos(one) * math.cos(other) * math.sin(turned / 2) ** 2
        return math.degrees(2 * math.asin(min(1.0, math.sqrt(half))))


@frozen(kw_only=True)
class TimeOfDay:
    """A time of day by the clocks of the zone (or in UTC), known to so many minutes either way."""

    clock: time
    in_utc: bool = False
    within_min: float = field(default=0.0, converter=float)

    @within_min.validator
    def _some_part_of_a_day(self, _attribute: object, value: float) -> None:
        if not 0 <= value <= _LONGEST_DOUBT_MIN:
            raise InvalidValue(what=f"The doubt of {value} minutes", why="it lies between 0 and 720; or give no time")

    def on(self, day: date, zone: ZoneInfo) -> tuple[float, ...]:
        """The seconds of the Unix epoch at which clocks show it that day: two in an autumn hour, none in a leap."""
        wall = datetime.combine(day, self.clock)
        shown = (datetime.combine(day, self.clock, tzinfo=UTC),) if self.in_utc else instants_of(wall, zone)
        return tuple(moment.timestamp() for moment in shown)


@frozen(kw_only=True)
class DateRun:
    """Days in a row that fit, both included; `best` fits best, at `best_time`, the sun `away_deg` from the vector.

    `cut` says that the run reaches an end of the days that were looked at, and may go on beyond.
    """

    start: date
    end: date
    best: date
    best_time: datetime
    away_deg: float
    declination_deg: float
    goes: str
    cut: bool


@frozen(kw_only=True)
class DatesAnswer:
    """All runs of days; where there is none, the day that comes nearest and how near."""

    runs: tuple[DateRun, ...]
    nearest: date
    nearest_away_deg: float


@frozen(kw_only=True)
class _Day:
    day: date
    at_s: float
    away_deg: float


def dates_of(
    vector: SunVector, around: Around, first: date, last: date, zone: ZoneInfo, *, at: TimeOfDay | None = None
) -> DatesAnswer:
    """Every run of days, among these, on which the sun stands so at that time of day; at any, where `at` is None."""
    days = [_nearest_on(day, vector, around, zone, at) for day in days_between(first, last)]
    runs: list[list[_Day]] = []
    for number, day in enumerate(days):
        if day.away_deg > vector.tolerance_deg:
            continue
        if runs and number and days[number - 1] is runs[-1][-1]:
            runs[-1].append(day)
        else:
            runs.append([day])
    nearest = min(days, key=lambda one: one.away_deg)
    return DatesAnswer(
        runs=tuple(_run(run, days, zone) for run in runs), nearest=nearest.day, nearest_away_deg=nearest.away_deg
    )


def _nearest_on(day: date, vector: SunVector, around: Around, zone: ZoneInfo, at: TimeOfDay | None) -> _Day:
    """When the sun comes nearest to the vector that day, and how near; never, where it is below the horizon."""
    latitude_deg, longitude_deg = around.point.latitude_deg, around.point.longitude_deg

    def away(at_s: float) -> float:
        azimuth, altitude = apparent(at_s, latitude_deg, longitude_deg)
        return math.inf if altitude < -1 else vector.away(azimuth, altitude)

    if at is None:
        start_s, end_s = day_s(day, zone)
        looks = [start_s + number * _UNKNOWN_STEP_S for number in range(int((end_s - start_s) // _UNKNOWN_STEP_S) + 1)]
        reach_s = _UNKNOWN_STEP_S
    else:
        shown = at.on(day, zone)
        reach_s = 60 * at.within_min
        steps = math.ceil(reach_s / _UNKNOWN_STEP_S)
        looks = [
            middle + (reach_s * number / steps if steps else 0)
            for middle in shown
            for number in range(-steps, steps + 1)
        ]
        reach_s = reach_s / steps if steps else 0
    if not looks:
        return _Day(day=day, at_s=day_s(day, zone)[0], away_deg=math.inf)
    best_s = min(looks, key=away)
    low, high = max(looks[0], best_s - reach_s), min(looks[-1], best_s + reach_s)
    while high - low > 1:
        one, other = low + (high - low) / 3, high - (high - low) / 3
        low, high = (low, other) if away(one) <= away(other) else (one, high)
    best_s = min(best_s, (low + high) / 2, key=away)
    return _Day(day=day, at_s=best_s, away_deg=max(0.0, away(best_s) - _allowance_deg(around, vector)))


def _allowance_deg(around: Around, vector: SunVector) -> float:
    # Going some way over the globe tilts the sky by as much, and near a pole turns north as well.
    tilt = around.radius_m / METRES_IN_A_DEGREE
    turn = tilt * abs(math.tan(math.radians(min(abs(around.point.latitude_deg), 89.0))))
    return tilt + turn * math.cos(math.radians(vector.altitude_deg))


def _run(run: Sequence[_Day], days: Sequence[_Day], zone: ZoneInfo) -> DateRun:
    best = min(run, key=lambda one: one.away_deg)
    declination_deg, _equation = declination_and_equation(best.at_s)
    later_deg, _equation = declination_and_equation(best.at_s + 86_400)
    return DateRun(
        start=run[0].day,
        end=run[-1].day,
        best=best.day,
        best_time=as_time(round(best.at_s), zone),
        away_deg=best.away_deg,
        declination_deg=declination_deg,
        goes="north" if later_deg > declination_deg else "south",
        cut=len(run) < len(days) and (run[0] is days[0] or run[-1] is days[-1]),
    )
