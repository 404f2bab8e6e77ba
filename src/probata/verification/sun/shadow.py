"""From a shadow to the times at which the sun casts it so, all of them, with the measurements' errors carried through.

A time is kept if what was measured lies within the error region of what the sun does at that time: the misfit, the sum
of squared errors in standard deviations, stays below the chi-squared quantile of the probability asked for, with as
many degrees of freedom as there are measurements. So with errors as stated (normal, independent) the true time is in
the answer with that probability, on whichever day and in whichever half of it; nothing is drawn by chance, and no time
of day is held likelier beforehand. Where the place has a radius, a measurement misses by what it misses at least over
the whole of it, which only ever widens the windows.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from statistics import NormalDist
from zoneinfo import ZoneInfo

from attrs import evolve, field, frozen

from probata.terms.errors import InvalidValue
from probata.verification.sun.around import Around, angle_between, stretches_below
from probata.verification.sun.position import METRES_IN_A_DEGREE, apparent, as_time, check_year, day_s, solar_day

MOST_DAYS = 366
_STEP_S = 240.0
_LOWEST_DEG = 1e-3


@frozen(kw_only=True)
class Shadow:
    """What was measured of a shadow, each with its standard deviation; at least one of the two.

    `azimuth_deg` is the direction from the foot of a thing to the tip of its shadow, clockwise from true north.
    `ratio` is the height of the thing over the length of its shadow on level ground, and `ratio_sd` the share of it by
    which it may be off: .2 is a fifth. It counts on a scale of ratios, so that length over height gives the same times.
    """

    azimuth_deg: float | None = None
    azimuth_sd_deg: float | None = None
    ratio: float | None = None
    ratio_sd: float | None = field(default=None)

    def __attrs_post_init__(self) -> None:
        if self.azimuth_deg is None and self.ratio is None:
            raise InvalidValue(what="A shadow", why="it needs an azimuth, a ratio of height to length, or both")
        _check("The azimuth of the shadow", self.azimuth_deg, self.azimuth_sd_deg, lowest=0.0, highest=360.0)
        _check("The ratio of height to shadow", self.ratio, self.ratio_sd, lowest=1e-4, highest=1e4)

    def parts(self) -> Iterator[Shadow]:
        """Each measurement by itself."""
        if self.azimuth_deg is not None:
            yield evolve(self, ratio=None, ratio_sd=None)
        if self.ratio is not None:
            yield evolve(self, azimuth_deg=None, azimuth_sd_deg=None)

    def misfit(self, around: Around) -> Callable[[float], float]:
        """The squared error at a second of the Unix epoch, in standard deviations; infinite while the sun is down."""
        centre, *rim = around.spots
        spots = [centre, *rim]
        # Over a rim so far away the sun cannot stand higher by more than this; refraction is within the degree.
        hopeless_deg = -1 - around.radius_m / METRES_IN_A_DEGREE

        def at(at_s: float) -> float:
            if rim and apparent(at_s, *centre)[1] < hopeless_deg:
                return math.inf
            suns = [apparent(at_s, latitude, longitude) for latitude, longitude in spots]
            if max(altitude for _azimuth, altitude in suns) <= 0:
                return math.inf
            told = 0.0
            if self.azimuth_deg is not None and self.azimuth_sd_deg is not None:
                off = [angle_between(azimuth + 180, self.azimuth_deg) for azimuth, _altitude in suns]
                told += (_least(off) / self.azimuth_sd_deg) ** 2
            if self.ratio is not None and self.ratio_sd is not None:
                off = [math.log(_ratio_at(altitude) / self.ratio) for _azimuth, altitude in suns]
                told += (_least(off) / self.ratio_sd) ** 2
            return told

        return at

    @property
    def measurements(self) -> int:
        """How many things were measured."""
        return len(list(self.parts()))


def _ratio_at(altitude_deg: float) -> float:
    return math.tan(math.radians(min(max(altitude_deg, _LOWEST_DEG), 90.0)))


def _check(what: str, value: float | None, sd: float | None, *, lowest: float, highest: float) -> None:
    if value is None and sd is None:
        return
    if value is None or sd is None:
        raise InvalidValue(what=what, why="it needs a value and a standard deviation")
    if not (math.isfinite(value) and lowest <= value <= highest):
        raise InvalidValue(what=f"{what}, {value},", why=f"it lies between {lowest:g} and {highest:g}")
    if not (math.isfinite(sd) and sd > 0):
        raise InvalidValue(what=f"{what}: its standard deviation {sd}", why="it is above nothing; no reading is exact")


def _least(off: list[float]) -> float:
    """How far a measurement is off at least, over the spots and all that lies between them."""
    spread = max(off) - min(off)
    if spread < 180 and min(off) <= 0 <= max(off):
        return 0.0
    return min(abs(one) for one in off)


@frozen(kw_only=True)
class ShadowWindow:
    """A stretch of time that fits, ends included; `best` is where it fits best, and how the sun stands there.

    The last two say how many minutes one degree is worth there; None where the sun hardly moves in that way.
    """

    start: datetime
    end: datetime
    best: datetime
    half: str
    azimuth_deg: float
    altitude_deg: float
    minutes_per_azimuth_degree: float | None
    minutes_per_altitude_degree: float | None


@frozen(kw_only=True)
class NoWindow:
    """Days in a row on which no time fits, and why."""

    first: date
    last: date
    code: str
    why: str


@frozen(kw_only=True)
class ShadowAnswer:
    """All windows in the order of time, and the days without one."""

    windows: tuple[ShadowWindow, ...]
    without: tuple[NoWindow, ...]
    probability: float


def quantile(measurements: int, probability: float) -> float:
    """The chi-squared quantile for one or two degrees of freedom (Abramowitz and Stegun, 26.4)."""
    if not 0.01 <= probability <= 0.9999:
        raise InvalidValue(what=f"The probability {probability}", why="it lies between 0.01 and 0.9999")
    if measurements == 1:
        return NormalDist().inv_cdf((1 + probability) / 2) ** 2
    return -2 * math.log(1 - probability)


def windows_of(
    shadow: Shadow, around: Around, first: date, last: date, zone: ZoneInfo, *, probability: float = 0.9
) -> ShadowAnswer:
    """Every window on these civil days of the zone, both included; raises `InvalidValue` for more than 366 days."""
    days = days_between(first, last)
    limit = quantile(shadow.measurements, probability)
    misfit = shadow.misfit(around)
    found: list[tuple[float, float, float]] = []
    without: list[NoWindow] = []
    for day in days:
        start_s, end_s = day_s(day, zone)
        todays = list(stretches_below(misfit, limit, start_s, end_s, step_s=_STEP_S))
        if todays and found and todays[0][0] <= found[-1][2] + 1:
            # The sun of a polar summer casts a shadow over midnight.
            opened, best, _closed = found.pop()
            better = min(best, todays[0][1], key=misfit)
            todays[0] = (opened, better, todays[0][2])
        found += todays
        if not todays:
            code, why = _why_none(shadow, around, day, zone, limit)
            if without and without[-1].code == code and without[-1].last == day - timedelta(days=1):
                without[-1] = evolve(without[-1], last=day)
            else:
                without.append(NoWindow(first=day, last=day, code=code, why=why))
    return ShadowAnswer(
        windows=tuple(_window(*one, around, zone) for one in found), without=tuple(without), probability=probability
    )


def days_between(first: date, last: date) -> list[date]:
    """The days from the first through the last; raises `InvalidValue` for none, too many, or years not computed."""
    if last < first:
        raise InvalidValue(what=f"The days {first} to {last}", why="they end before they start")
    if (last - first).days >= MOST_DAYS:
        raise InvalidValue(what=f"The days {first} to {last}", why=f"at most {MOST_DAYS} are looked at in one go")
    for day in (first, last):
        check_year(day)
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def _window(start_s: float, best_s: float, end_s: float, around: Around, zone: ZoneInfo) -> ShadowWindow:
    latitude_deg, longitude_deg = around.point.latitude_deg, around.point.longitude_deg
    azimuth_deg, altitude_deg = apparent(best_s, latitude_deg, longitude_deg)
    later_azimuth, later_altitude = apparent(best_s + 60, latitude_deg, longitude_deg)
    # As it comes to a whole second, outwards: a window is never narrower than it was worked out.
    start, end = as_time(math.floor(start_s), zone), as_time(math.ceil(end_s), zone)
    noon = solar_day(as_time(best_s, zone).date(), around.point, zone).noon
    return ShadowWindow(
        start=start,
        end=end,
        best=as_time(round(best_s), zone),
        half="morning" if best_s < noon.timestamp() else "afternoon",
        azimuth_deg=azimuth_deg,
        altitude_deg=altitude_deg,
        minutes_per_azimuth_degree=_minutes_a_degree(angle_between(later_azimuth, azimuth_deg)),
        minutes_per_altitude_degree=_minutes_a_degree(later_altitude - altitude_deg),
    )


def _minutes_a_degree(degrees_a_minute: float) -> float | None:
    # Slower than one degree in two hours, an angle tells nothing about the time.
    return None if abs(degrees_a_minute) < 1 / 120 else 1 / abs(degrees_a_minute)


def _why_none(shadow: Shadow, around: Around, day: date, zone: ZoneInfo, limit: float) -> tuple[str, str]:
    """Why no time of this day fits, as a code and in words that hold for the days around it too."""
    start_s, end_s = day_s(day, zone)
    looks = [start_s + (end_s - start_s) * number / 288 for number in range(289)]
    suns = [sun for at_s in looks for sun in around.suns(at_s)]
    if max(altitude for _azimuth, altitude in suns) <= 0:
        return "sun_below_horizon", "the sun does not rise, so nothing casts a shadow in its light"
    if shadow.measurements == 2:
        alone = [
            part
            for part in shadow.parts()
            if list(stretches_below(part.misfit(around), limit, start_s, end_s, step_s=240))
        ]
        if len(alone) == 2:
            return "not_together", "the direction and the length each fit at some time, but at no time both"
        shadow = next(part for part in shadow.parts() if part not in alone)
    if shadow.ratio is not None:
        needed = math.degrees(math.atan(shadow.ratio))
        highest = max(altitude for _azimuth, altitude in suns)
        if needed > highest:
            why = f"the sun would have to stand {needed:.1f} degrees high, and stands {highest:.1f} at most"
            return "sun_too_low", why
        return "sun_too_high", f"the sun would have to stand {needed:.1f} degrees high, and is never so low in daylight"
    return "never_points_there", f"while the sun is up, no shadow points to {shadow.azimuth_deg:g} degrees"
