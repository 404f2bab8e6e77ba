"""`probata sun`: times from a shadow, or days from where the sun stood."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from textwrap import wrap
from typing import TYPE_CHECKING

from probata.cli.output import show_json
from probata.terms.errors import InvalidValue, UsageError

if TYPE_CHECKING:
    from datetime import date
    from zoneinfo import ZoneInfo

    from probata.verification.sun.around import Around
    from probata.verification.sun.dates import DatesAnswer, SunVector, TimeOfDay
    from probata.verification.sun.shadow import ShadowAnswer


class SunWordsMissing(UsageError):
    """The call does not say what is to be computed."""

    code = "sun_words_missing"
    template = "{what}"
    advice = "See `probata sun --help`; it shows a call of each kind."


_EPILOG = """\
Times from a shadow: every time of day at which a shadow falls so, mornings and afternoons
  probata sun --lat 50.43 --lon 30.05 --zone Europe/Kyiv --date 2022-03-29 --shadow-azimuth 53 --azimuth-sd 3
  probata sun … --date 2022-03-29 --ratio 170:290 --ratio-sd 10%
Days from where the sun stood: every run of days, on both sides of the solstice
  probata sun --lat 10.98 --lon 13.9 --zone Africa/Douala --year 2015 --sun-azimuth 264.8 --sun-altitude 39.7
  probata sun … --sun-azimuth 264.8 --sun-altitude 39.7 --time 15:30 --time-within 20

Azimuths are degrees clockwise from true north: a compass or a map's grid may show another. A shadow points away from
the sun. Altitudes are as seen, refraction included. Ground is taken as level. docs/why/081-sun.md says how it works."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Where, which days, and what was measured."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = _EPILOG
    parser.add_argument("--lat", type=float, required=True, metavar="DEG", help="latitude of the place, north positive")
    parser.add_argument("--lon", type=float, required=True, metavar="DEG", help="longitude, east positive")
    parser.add_argument(
        "--radius", type=float, default=0.0, metavar="METRES", help="the place lies within so far of it"
    )
    parser.add_argument("--zone", metavar="NAME", default="UTC", help="civil zone, such as Europe/Kyiv (default: UTC)")
    parser.add_argument("--date", metavar="DAY", help="one day, such as 2022-03-29")
    parser.add_argument("--from", metavar="DAY", dest="first", help="the first of several days")
    parser.add_argument("--to", metavar="DAY", dest="last", help="the last of them, at most 366 in all")
    parser.add_argument("--year", type=int, metavar="YEAR", help="all days of a year")
    shadow = parser.add_argument_group("a shadow")
    shadow.add_argument("--shadow-azimuth", type=float, metavar="DEG", help="where it points, from foot to tip")
    shadow.add_argument("--azimuth-sd", type=float, metavar="DEG", help="the standard deviation of that; often 2 to 5")
    shadow.add_argument("--ratio", metavar="H:L", help="height of a thing over length of its shadow: 170:290, or 0.59")
    shadow.add_argument("--ratio-sd", metavar="SHARE", help="the standard deviation of that, as a share: 10%% or 0.1")
    shadow.add_argument(
        "--probability", type=float, default=0.9, metavar="P", help="that the windows hold the true time (default: 0.9)"
    )
    vector = parser.add_argument_group("where the sun stood")
    vector.add_argument("--sun-azimuth", type=float, metavar="DEG", help="its azimuth")
    vector.add_argument("--sun-altitude", type=float, metavar="DEG", help="its altitude over a level horizon")
    vector.add_argument(
        "--tolerance", type=float, default=3.0, metavar="DEG", help="how far off it may have stood (default: 3)"
    )
    vector.add_argument("--time", metavar="HH:MM", help="time of day by the zone's clocks, or in UTC: 14:30Z")
    vector.add_argument("--time-within", type=float, metavar="MIN", help="how far off that may be (default: 0)")


def run(options: argparse.Namespace) -> int:
    """Compute; exit 0 whether something fits or not."""
    from probata.terms.places import Point
    from probata.terms.times import civil_zone
    from probata.verification.sun.around import Around

    has_shadow = options.shadow_azimuth is not None or options.ratio is not None
    has_vector = options.sun_azimuth is not None or options.sun_altitude is not None
    if has_shadow == has_vector:
        both = "A shadow and a place of the sun were given: one of them decides what is computed."
        neither = "Neither a shadow (--shadow-azimuth, --ratio) nor a place of the sun (--sun-azimuth) was given."
        raise SunWordsMissing(what=both if has_shadow else neither)
    zone = civil_zone(options.zone)
    around = Around(point=Point(latitude_deg=options.lat, longitude_deg=options.lon), radius_m=options.radius)
    first, last = _days(options)
    if has_shadow:
        return _from_shadow(options, around, first, last, zone)
    return _from_sun(options, around, first, last, zone)


def _days(options: argparse.Namespace) -> tuple[date, date]:
    from datetime import date

    ways = [options.date is not None, options.first is not None or options.last is not None, options.year is not None]
    if sum(ways) != 1:
        raise SunWordsMissing(what="Which days? Give one of --date, --from with --to, or --year.")
    if options.year is not None:
        _in_range(options.year)
        return date(options.year, 1, 1), date(options.year, 12, 31)
    if options.date is not None:
        return _day(options.date), _day(options.date)
    if options.first is None or options.last is None:
        raise SunWordsMissing(what="Which days? --from and --to go together.")
    return _day(options.first), _day(options.last)


def _day(untrusted: str) -> date:
    from probata.verification.sun.reading import read_day

    return read_day(untrusted)


def _in_range(year: int) -> None:
    from probata.verification.sun.position import FIRST_YEAR, LAST_YEAR

    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise InvalidValue(what=f"The year {year}", why=f"the sun is computed for {FIRST_YEAR} to {LAST_YEAR} only")


def _from_shadow(options: argparse.Namespace, around: Around, first: date, last: date, zone: ZoneInfo) -> int:
    from probata.verification.sun.reading import read_ratio, read_share
    from probata.verification.sun.shadow import Shadow, windows_of
    from probata.verification.sun.telling import shadow_as_json

    shadow = Shadow(
        azimuth_deg=options.shadow_azimuth,
        azimuth_sd_deg=options.azimuth_sd,
        ratio=None if options.ratio is None else read_ratio(options.ratio),
        ratio_sd=None if options.ratio_sd is None else read_share(options.ratio_sd),
    )
    answer = windows_of(shadow, around, first, last, zone, probability=options.probability)
    if options.json:
        show_json("sun", shadow_as_json(answer, shadow, around, first, last, zone))
        return 0
    for line in _shadow_lines(answer, around, first, zone):
        print(line)
    return 0


def _shadow_lines(answer: ShadowAnswer, around: Around, first: date, zone: ZoneInfo) -> Iterator[str]:
    from probata.verification.sun.position import solar_day
    from probata.verification.sun.telling import minutes_in_words

    if answer.windows:
        yield f"Windows that hold the true time with a probability of {answer.probability:.0%}, in {zone.key}:"
        yield f"  {'day':<10}  {'from':<8}  {'to':<8}  {'':<9}  {'best at':<8}  sun there: azimuth, altitude"
    for one in answer.windows:
        start, end, best = (moment.strftime("%H:%M:%S") for moment in (one.start, one.end, one.best))
        where = f"{one.azimuth_deg:5.1f}, {one.altitude_deg:4.1f} degrees"
        yield f"  {one.start.date().isoformat()}  {start}  {end}  {one.half:<9}  {best}  {where}"
    for gap in answer.without:
        days = gap.first.isoformat() + ("" if gap.first == gap.last else f" to {gap.last.isoformat()}")
        yield f"  {days}  no time: {gap.why}"
    yield ""
    worth = minutes_in_words(answer.windows)
    if worth:
        yield f"Here {worth}."
        yield "A single minute says more than a shadow does."
    sun = solar_day(first, around.point, zone)
    if sun.sunrise is not None and sun.sunset is not None:
        rise, noon, down = (moment.strftime("%H:%M") for moment in (sun.sunrise, sun.noon, sun.sunset))
        height = f"{sun.noon_altitude_deg:.1f} degrees high"
        yield f"On {first.isoformat()} the sun rises at {rise}, is highest at {noon} ({height}), sets at {down}."
    else:
        yield f"On {first.isoformat()} the sun {'does not set' if sun.always_up else 'does not rise'}."
    yield "Not covered: sloping ground, a leaning thing, an azimuth that is not from true north."


def _from_sun(options: argparse.Namespace, around: Around, first: date, last: date, zone: ZoneInfo) -> int:
    from probata.verification.sun.dates import SunVector, dates_of
    from probata.verification.sun.reading import read_time_of_day
    from probata.verification.sun.telling import dates_as_json

    if options.sun_azimuth is None or options.sun_altitude is None:
        raise SunWordsMissing(what="Where the sun stood takes two angles: --sun-azimuth and --sun-altitude.")
    if options.time is None and options.time_within is not None:
        raise SunWordsMissing(what="--time-within needs a --time.")
    vector = SunVector(
        azimuth_deg=options.sun_azimuth, altitude_deg=options.sun_altitude, tolerance_deg=options.tolerance
    )
    at = None if options.time is None else read_time_of_day(options.time, options.time_within or 0.0)
    answer = dates_of(vector, around, first, last, zone, at=at)
    if options.json:
        show_json("sun", dates_as_json(answer, vector, around, first, last, zone, at))
        return 0
    for line in _date_lines(answer, vector, zone, at):
        print(line)
    return 0


def _date_lines(answer: DatesAnswer, vector: SunVector, zone: ZoneInfo, at: TimeOfDay | None) -> Iterator[str]:
    from probata.verification.sun.telling import TWIN, why_no_date

    if not answer.runs:
        yield why_no_date(answer, vector)
    else:
        when = "at some time of the day" if at is None else f"at {at.clock.isoformat('minutes')}"
        yield f"Days on which the sun came within {vector.tolerance_deg:g} degrees of there, {when}:"
    for one in answer.runs:
        best = f"best on {one.best.isoformat()} at {one.best_time.strftime('%H:%M')}, {one.away_deg:.1f} degrees off"
        cut = "; may go on beyond the days looked at" if one.cut else ""
        yield f"  {one.start.isoformat()} to {one.end.isoformat()}  {best}; the sun goes {one.goes}{cut}"
    yield ""
    if answer.runs:
        yield from wrap(TWIN, width=100)
    yield f"Days and times are those of {zone.key}."
