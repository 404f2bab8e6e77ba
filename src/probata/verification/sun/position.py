"""Where the sun stands in the sky of a place, and when it rises and sets there.

Declination and equation of time come from `astral`, which follows Meeus, *Astronomical Algorithms*, chapter 25, in the
low-precision form that NOAA published; the rest is the spherical triangle of pole, zenith and sun. Between 1900 and
2100 azimuth and altitude are within about 0.01 degrees. Altitudes are apparent: raised by refraction in a standard
atmosphere (NOAA's formula), which near the horizon can be off by some tenths of a degree.
"""

from __future__ import annotations

import math
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from astral import refraction_at_zenith
from astral.sun import eq_of_time, sun_declination
from attrs import frozen

from probata.terms.errors import InvalidValue
from probata.terms.places import Point
from probata.terms.times import first_instant_of_day, instant, instants_of

FIRST_YEAR, LAST_YEAR = 1900, 2100
METRES_IN_A_DEGREE = 111_195.0
"""Of latitude, on a sphere of 6,371 km."""

# Upper limb on the horizon: 16' of half disc and 34' of refraction, as almanacs count rising and setting.
RISING_DEG = -0.833
CIVIL_TWILIGHT_DEG = -6.0

_UNIX_EPOCH_JD = 2_440_587.5
_J2000_JD = 2_451_545.0
_DAY_S = 86_400.0


@frozen(kw_only=True)
class SunPosition:
    """Azimuth clockwise from true north, 0 to 360, and apparent altitude over the level horizon, in degrees."""

    azimuth_deg: float
    altitude_deg: float


@lru_cache(maxsize=65_536)
def declination_and_equation(at_s: float) -> tuple[float, float]:
    """The sun's declination in degrees and the equation of time in minutes, at this second of the Unix epoch."""
    century = (at_s / _DAY_S + _UNIX_EPOCH_JD - _J2000_JD) / 36_525
    return sun_declination(century), eq_of_time(century)


def geometric(at_s: float, latitude_deg: float, longitude_deg: float) -> tuple[float, float]:
    """Azimuth and altitude in degrees without refraction; the sun's centre, seen from sea level."""
    declination_deg, equation_min = declination_and_equation(at_s)
    solar_min = at_s / 60 % 1440 + equation_min + 4 * longitude_deg
    hour = math.radians(solar_min / 4 - 180)
    latitude, declination = math.radians(latitude_deg), math.radians(declination_deg)
    east = -math.cos(declination) * math.sin(hour)
    north = math.cos(latitude) * math.sin(declination) - math.sin(latitude) * math.cos(declination) * math.cos(hour)
    up = math.sin(latitude) * math.sin(declination) + math.cos(latitude) * math.cos(declination) * math.cos(hour)
    return math.degrees(math.atan2(east, north)) % 360, math.degrees(math.atan2(up, math.hypot(east, north)))


def apparent(at_s: float, latitude_deg: float, longitude_deg: float) -> tuple[float, float]:
    """Azimuth and altitude in degrees, refraction included."""
    azimuth_deg, altitude_deg = geometric(at_s, latitude_deg, longitude_deg)
    return azimuth_deg, altitude_deg + float(refraction_at_zenith(90 - altitude_deg))


def position(moment: datetime, point: Point) -> SunPosition:
    """Where the sun stands at this instant over this point; raises `InvalidValue` outside 1900 to 2100."""
    aware = instant(moment)
    if not FIRST_YEAR <= aware.year <= LAST_YEAR:
        raise InvalidValue(what=f"The time {aware.isoformat()}", why="the sun is computed for 1900 to 2100 only")
    azimuth_deg, altitude_deg = apparent(aware.timestamp(), point.latitude_deg, point.longitude_deg)
    return SunPosition(azimuth_deg=azimuth_deg, altitude_deg=altitude_deg)


@frozen(kw_only=True)
class SolarDay:
    """The sun's day at a place: when it stands highest, and when it passes some altitudes on the way up and down.

    What does not happen that day is None; `always_up` and `always_down` then say why.
    """

    noon: datetime
    noon_altitude_deg: float
    sunrise: datetime | None
    sunset: datetime | None
    civil_dawn: datetime | None
    civil_dusk: datetime | None
    always_up: bool
    always_down: bool


def solar_day(day: date, point: Point, zone: ZoneInfo) -> SolarDay:
    """The sun's day that has its noon nearest to this civil day's noon on the clocks of the zone."""
    check_year(day)
    noon_s = _noon_s(day, point, zone)
    _azimuth, altitude_deg = apparent(noon_s, point.latitude_deg, point.longitude_deg)
    rising, setting = (_passing_s(noon_s, point, RISING_DEG, way) for way in (-1, 1))
    dawn, dusk = (_passing_s(noon_s, point, CIVIL_TWILIGHT_DEG, way) for way in (-1, 1))
    higher = geometric(noon_s, point.latitude_deg, point.longitude_deg)[1] > RISING_DEG
    never = rising is None or setting is None
    return SolarDay(
        noon=as_time(noon_s, zone),
        noon_altitude_deg=altitude_deg,
        sunrise=None if rising is None else as_time(rising, zone),
        sunset=None if setting is None else as_time(setting, zone),
        civil_dawn=None if dawn is None else as_time(dawn, zone),
        civil_dusk=None if dusk is None else as_time(dusk, zone),
        always_up=never and higher,
        always_down=never and not higher,
    )


def check_year(day: date) -> None:
    """Refuse a day for which the sun is not computed."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise InvalidValue(what=f"The day {day.isoformat()}", why="the sun is computed for 1900 to 2100 only")


def as_time(at_s: float, zone: ZoneInfo) -> datetime:
    """This second of the Unix epoch on the clocks of the zone, its offset fixed."""
    return instant(datetime.fromtimestamp(at_s, tz=zone))


def day_s(day: date, zone: ZoneInfo) -> tuple[float, float]:
    """The seconds of the Unix epoch at which this civil day begins and the next one does."""
    return tuple(first_instant_of_day(one, zone).timestamp() for one in (day, day + timedelta(days=1)))  # type: ignore[return-value]


def _noon_s(day: date, point: Point, zone: ZoneInfo) -> float:
    shown = instants_of(datetime.combine(day, time(12)), zone)
    middle_s = shown[0].timestamp() if shown else sum(day_s(day, zone)) / 2
    for _again in range(2):
        _declination, equation_min = declination_and_equation(middle_s)
        solar_min = (middle_s / 60 + equation_min + 4 * point.longitude_deg) % 1440
        middle_s += 60 * (720 - solar_min)
    return middle_s


def _passing_s(noon_s: float, point: Point, altitude_deg: float, way: int) -> float | None:
    """When the sun's centre, without refraction, passes this altitude before (-1) or after (1) noon."""
    latitude, altitude = math.radians(point.latitude_deg), math.radians(altitude_deg)
    at_s = noon_s
    _declination, noon_equation = declination_and_equation(noon_s)
    for _again in range(4):
        declination_deg, equation_min = declination_and_equation(at_s)
        declination = math.radians(declination_deg)
        bottom = math.cos(latitude) * math.cos(declination)
        if bottom < 1e-12:
            return None
        cosine = (math.sin(altitude) - math.sin(latitude) * math.sin(declination)) / bottom
        if not -1 <= cosine <= 1:
            return None
        at_s = noon_s + way * math.degrees(math.acos(cosine)) * 240 - 60 * (equation_min - noon_equation)
    return at_s
