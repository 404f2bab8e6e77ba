"""The sun: times from a shadow, and days from where the sun stood, with the twin on the other side of a solstice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from attrs import frozen
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from probata.access.roles import Permission
from probata.terms.errors import InvalidValue, ProbataError
from probata.terms.places import Point
from probata.terms.times import civil_zone
from probata.verification import services
from probata.verification.derivation import Derivation
from probata.verification.sun import telling
from probata.verification.sun.around import Around
from probata.verification.sun.dates import DateRun, DatesAnswer, SunVector, dates_of
from probata.verification.sun.position import solar_day
from probata.verification.sun.reading import read_day, read_ratio, read_share, read_time_of_day
from probata.verification.sun.shadow import NoWindow, Shadow, ShadowWindow, windows_of
from probata.web import answers
from probata.web.gate import presence
from probata.web.gate.permission import decision, require
from probata.web.shown.bars import Bar, Line, Mark, of_day
from probata.web.shown.moments import Moment
from probata.web.shown.typed import number, text

_PROBABILITY = 0.9
_TOLERANCE_DEG = 3.0
_DAY_MARKS = tuple(Mark(x=100 * hour / 24, words=f"{hour:02d}:00") for hour in (0, 6, 12, 18, 24))


@frozen(kw_only=True)
class Where:
    """The place and the days that both calculators take."""

    around: Around
    zone: ZoneInfo
    first: date
    last: date


@frozen(kw_only=True)
class WindowRow:
    """A window of a shadow: its moments and how the sun stands there."""

    window: ShadowWindow
    start: Moment
    end: Moment
    best: Moment


@frozen(kw_only=True)
class DayRows:
    """One day: its windows, and a bar of 24 hours on which its light and its windows stand."""

    day: date
    windows: tuple[WindowRow, ...]
    bars: tuple[Bar, ...]


@frozen(kw_only=True)
class Shadows:
    """Times from a shadow, as the page shows them."""

    days: tuple[DayRows, ...]
    without: tuple[NoWindow, ...]
    probability: float
    worth: str
    marks: tuple[Mark, ...]
    where: Where
    derivation: Derivation


@frozen(kw_only=True)
class RunRow:
    """Days in a row on which the sun stands so, with their bar along all days that were looked at."""

    run: DateRun
    best: Moment
    bars: tuple[Bar, ...]


@frozen(kw_only=True)
class Days:
    """Days from where the sun stood, as the page shows them."""

    runs: tuple[RunRow, ...]
    answer: DatesAnswer
    why: str
    marks: tuple[Mark, ...]
    where: Where
    derivation: Derivation

    @property
    def are_twins(self) -> bool:
        """Whether the sun goes north in one of the runs and south in another."""
        return len({one.run.goes for one in self.runs}) > 1


@require_safe
def shadow(request: HttpRequest) -> HttpResponse:
    """Every time of day at which a shadow falls so; what was measured stands in the address."""
    return _page(request, "web/times_shadow.html", ("shadow_azimuth", "ratio"), shadows_of)


@require_safe
def sun(request: HttpRequest) -> HttpResponse:
    """Every run of days on which the sun stands so; what was measured stands in the address."""
    return _page(request, "web/times_sun.html", ("sun_azimuth", "sun_altitude"), days_of)


@require_POST
def record_shadow(request: HttpRequest) -> HttpResponse:
    """Compute what the address asks again and put the run on the record."""
    return _recorded(request, "places_shadow", shadows_of)


@require_POST
def record_sun(request: HttpRequest) -> HttpResponse:
    """Compute what the address asks again and put the run on the record."""
    return _recorded(request, "places_sun", days_of)


def _page(
    request: HttpRequest, template: str, measured: tuple[str, ...], compute: Callable[[QueryDict], Shadows | Days]
) -> HttpResponse:
    require(request, Permission.LIST_ITEMS)
    context: dict[str, Any] = {
        "given": request.GET,
        "may_record": decision(request, Permission.ASSESS),
        "query": request.GET.urlencode(),
    }
    status = 200
    # A place alone, as another page hands it over, asks nothing yet.
    if any(text(request.GET, name) for name in (*measured, "first")):
        try:
            context["found"] = compute(request.GET)
        except ProbataError as error:
            context["error"], status = error.told(_), 400
    return render(request, template, context, status=status)


def _recorded(request: HttpRequest, address: str, compute: Callable[[QueryDict], Shadows | Days]) -> HttpResponse:
    require(request, Permission.ASSESS)
    made = services.record_derivation(
        compute(request.GET).derivation,
        actor=presence.of(request).keyring.signing,
        reason=request.POST.get("reason", "").strip(),
    )
    to = f"{reverse(address)}?{request.GET.urlencode()}"
    return answers.done(request, to=to, said=_("The run is on the record as derivation %(id)s.") % {"id": made})


def _where(given: QueryDict) -> Where:
    latitude, longitude = number(given, "lat", "latitude"), number(given, "lon", "longitude")
    if latitude is None or longitude is None:
        raise InvalidValue(
            what="The place", why="it needs a latitude and a longitude in degrees, such as 50.45 and 30.52"
        )
    first = text(given, "first")
    if not first:
        raise InvalidValue(what="The days", why="at least the first is needed, such as 2022-03-29")
    around = Around(
        point=Point(latitude_deg=latitude, longitude_deg=longitude),
        radius_m=number(given, "radius_m", "radius") or 0.0,
    )
    return Where(
        around=around,
        zone=civil_zone(text(given, "zone") or "UTC"),
        first=read_day(first),
        last=read_day(text(given, "last") or first),
    )


def shadows_of(given: QueryDict) -> Shadows:
    """The answer to a shadow; raises for numbers that are none, and as the calculator."""
    where = _where(given)
    ratio, share = text(given, "ratio"), text(given, "ratio_sd")
    measured = Shadow(
        azimuth_deg=number(given, "shadow_azimuth", "azimuth of the shadow"),
        azimuth_sd_deg=number(given, "azimuth_sd", "standard deviation of the azimuth"),
        ratio=read_ratio(ratio) if ratio else None,
        ratio_sd=read_share(share) if share else None,
    )
    probability = number(given, "probability", "probability") or _PROBABILITY
    asked = (where.around, where.first, where.last, where.zone)
    answer = windows_of(measured, *asked, probability=probability)
    told = telling.shadow_as_json(answer, measured, *asked)
    by_day = groupby(answer.windows, key=lambda one: one.start.astimezone(where.zone).date())
    return Shadows(
        days=tuple(_day(day, tuple(windows), where) for day, windows in by_day),
        without=answer.without,
        probability=answer.probability,
        worth=telling.minutes_in_words(answer.windows),
        marks=_DAY_MARKS,
        where=where,
        derivation=Derivation.from_json(told["derivation"]),
    )


def _day(day: date, windows: tuple[ShadowWindow, ...], where: Where) -> DayRows:
    midnight = datetime.combine(day, time(0), tzinfo=where.zone)

    def bar(kind: str, start: datetime, end: datetime) -> Bar:
        x, end_x = (of_day(one.astimezone(where.zone), midnight) for one in (start, end))
        return Bar(kind=kind, x=x, width=max(end_x - x, 0.3))

    sky = solar_day(day, where.around.point, where.zone)
    light = [bar("light", sky.sunrise, sky.sunset)] if sky.sunrise and sky.sunset else []
    if sky.always_up:
        light = [Bar(kind="light", x=0, width=100)]
    return DayRows(
        day=day,
        windows=tuple(
            WindowRow(
                window=one,
                start=Moment.of(one.start, where.zone),
                end=Moment.of(one.end, where.zone),
                best=Moment.of(one.best, where.zone),
            )
            for one in windows
        ),
        bars=(*light, *(bar("imprecise", one.start, one.end) for one in windows)),
    )


def days_of(given: QueryDict) -> Days:
    """The answer to where the sun stood; raises for numbers that are none, and as the calculator."""
    where = _where(given)
    azimuth = number(given, "sun_azimuth", "azimuth of the sun")
    altitude = number(given, "sun_altitude", "altitude of the sun")
    if azimuth is None or altitude is None:
        raise InvalidValue(what="Where the sun stood", why="it takes two angles: an azimuth and an altitude")
    vector = SunVector(
        azimuth_deg=azimuth,
        altitude_deg=altitude,
        tolerance_deg=number(given, "tolerance", "tolerance") or _TOLERANCE_DEG,
    )
    clock = text(given, "time")
    within_min = number(given, "time_within", "doubt of the time") or 0.0
    at = read_time_of_day(clock, within_min) if clock else None
    asked = (where.around, where.first, where.last, where.zone)
    answer = dates_of(vector, *asked, at=at)
    told = telling.dates_as_json(answer, vector, *asked, at)
    line = Line(start=_ordinal(where.first), end=_ordinal(where.last) + 1)
    return Days(
        runs=tuple(_run(one, line, where.zone) for one in answer.runs),
        answer=answer,
        why=telling.why_no_date(answer, vector),
        marks=_months(where, line),
        where=where,
        derivation=Derivation.from_json(told["derivation"]),
    )


def _ordinal(day: date) -> int:
    return day.toordinal()


def _run(run: DateRun, line: Line, zone: ZoneInfo) -> RunRow:
    bar = line.bar("imprecise", _ordinal(run.start), _ordinal(run.end) + 1)
    return RunRow(run=run, best=Moment.of(run.best_time, zone), bars=(bar,))


def _months(where: Where, line: Line) -> tuple[Mark, ...]:
    """A mark at the first of every month, of every other one where there are many; the two ends where there is none."""
    days = [where.first + timedelta(days=number_) for number_ in range((where.last - where.first).days + 1)]
    firsts = [day for day in days if day.day == 1]
    shown = firsts[:: max(1, -(-len(firsts) // 6))] or [where.first]
    return tuple(Mark(x=line.at(_ordinal(day)), words=day.isoformat()) for day in shown)
