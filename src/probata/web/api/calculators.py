"""Calculators: when, where, sun and sync. Each answers with its derivation and writes nothing."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router
from pydantic import Field

from probata.access.roles import Permission
from probata.gazetteer.entries import Kind
from probata.gazetteer.store import opened
from probata.terms.errors import InvalidValue
from probata.terms.places import Point
from probata.terms.reading import word
from probata.terms.times import civil_zone
from probata.verification import sights, where, where_told
from probata.verification.sun import telling
from probata.verification.sun.around import Around
from probata.verification.sun.dates import SunVector, dates_of
from probata.verification.sun.reading import read_day, read_time_of_day
from probata.verification.sun.shadow import Shadow, windows_of
from probata.verification.sync.anchors import ERROR_S
from probata.verification.when.document import read
from probata.verification.when.solving import solve
from probata.verification.when.telling import as_json, derivation
from probata.web.api.door import caller
from probata.web.api.machines import of_work
from probata.web.api.saying import Given, Line, Name, Record, answer, item_named, told
from probata.web.gate import sight
from probata.web.work import syncing

router = Router(tags=["calculators"])
_WHAT = "The document"
_Degrees = Annotated[float, Field(ge=-360, le=360)]
_Share = Annotated[float, Field(gt=0, le=10_000)]


class Bounds(Given):
    """A document of bounds, as `probata when` takes it, and which of them to set aside."""

    document: Record
    without: Annotated[list[Name], Field(default_factory=list, max_length=200)]
    zone: Name = ""


class Place(Given):
    """A name, and what bounds where it may lie, as `probata where` takes it."""

    name: Line
    within: Annotated[list[Line], Field(default_factory=list, max_length=20)]
    near: Line | None = None
    distance_km: float | None = None
    tolerance_km: float | None = None
    bearing_deg: _Degrees | None = None
    bearing_tolerance_deg: _Degrees = where.BEARING_TOLERANCE_DEG
    kinds: Annotated[list[Name], Field(default_factory=list, max_length=20)]
    seen_from: Annotated[list[Line], Field(default_factory=list, max_length=20)]
    sight_lines: Annotated[list[Line], Field(default_factory=list, max_length=20)]


class Sun(Given):
    """A place, days, and either a shadow or where the sun stood, as `probata sun` takes it; angles in degrees."""

    lat: _Degrees
    lon: _Degrees
    radius_m: float = 0.0
    zone: Name = "UTC"
    first: Name
    last: Name = ""
    shadow_azimuth: _Degrees | None = None
    azimuth_sd: _Degrees | None = None
    ratio: _Share | None = None
    ratio_sd: _Share | None = None
    probability: Annotated[float, Field(gt=0, lt=1)] = 0.9
    sun_azimuth: _Degrees | None = None
    sun_altitude: _Degrees | None = None
    tolerance: _Degrees = 3.0
    time: Name = ""
    time_within: float = 0.0


class Recordings(Given):
    """Items to be set on one clock, the first leads; what is known of them, as `probata sync` takes it."""

    items: Annotated[list[Name], Field(max_length=syncing.MOST)]
    anchors: Annotated[list[Line], Field(default_factory=list, max_length=50)]
    anchor_error_s: Annotated[float, Field(gt=0)] = ERROR_S
    distance_m: Annotated[float, Field(ge=0)] | None = None


@router.post("/when", **told("when", Permission.LIST_ITEMS))
def when(request: HttpRequest, given: Bounds) -> Any:
    """When something was, as far as the bounds say; and which of them cannot both hold."""
    zone = civil_zone(given.zone) if given.zone else None
    solution = solve(read(given.document, what=_WHAT, zone=zone), set_aside=given.without, what=_WHAT)
    run = derivation(solution, {**given.document, "zone_given": given.zone or None})
    return answer("when", {**as_json(solution), "derivation": run.as_json()})


@router.post("/where", **told("where", Permission.LIST_ITEMS))
def where_(request: HttpRequest, given: Place) -> Any:
    """Every place that a name may mean, and what speaks for and against each."""
    question = where.Question(
        name=given.name,
        within=tuple(given.within),
        near=given.near,
        distance_km=given.distance_km,
        tolerance_km=given.tolerance_km,
        bearing_deg=given.bearing_deg,
        bearing_tolerance_deg=given.bearing_tolerance_deg,
        kinds=frozenset(word({"kind": one}, "kind", Kind) for one in given.kinds),
        views=tuple(sights.read_view(one) for one in given.seen_from),
    )
    crossing = sights.crossing_of([sights.read_line(one) for one in given.sight_lines])
    with opened() as gazetteer:
        found = where.ask(gazetteer, question)
        run = where_told.derivation(found, gazetteer.sources)
        sources = [one.as_json() for one in gazetteer.sources]
    crossed = None
    if crossing is not None:
        crossed = {
            "lat": crossing.point.latitude_deg,
            "lon": crossing.point.longitude_deg,
            "radius_m": crossing.radius_m,
            "precision": crossing.precision.value,
            "angle_deg": crossing.angle_deg,
        }
    beside = {"sources": sources, "own_file": None, "crossing": crossed, "derivation": run.as_json()}
    return answer("where", {**where_told.as_json(found), **beside})


@router.post("/sun", **told("sun", Permission.LIST_ITEMS))
def sun(request: HttpRequest, given: Sun) -> Any:
    """Times from a shadow, or days from where the sun stood."""
    measured = given.shadow_azimuth is not None or given.ratio is not None
    stood = given.sun_azimuth is not None or given.sun_altitude is not None
    if measured == stood:
        raise InvalidValue(what="The measurement", why="it is either a shadow or where the sun stood, and one of them")
    around = Around(point=Point(latitude_deg=given.lat, longitude_deg=given.lon), radius_m=given.radius_m)
    zone = civil_zone(given.zone)
    first, last = _days(given)
    if measured:
        shadow = Shadow(
            azimuth_deg=given.shadow_azimuth,
            azimuth_sd_deg=given.azimuth_sd,
            ratio=given.ratio,
            ratio_sd=given.ratio_sd,
        )
        windows = windows_of(shadow, around, first, last, zone, probability=given.probability)
        return answer("sun", telling.shadow_as_json(windows, shadow, around, first, last, zone))
    if given.sun_azimuth is None or given.sun_altitude is None:
        raise InvalidValue(what="Where the sun stood", why="it takes two angles: sun_azimuth and sun_altitude")
    vector = SunVector(azimuth_deg=given.sun_azimuth, altitude_deg=given.sun_altitude, tolerance_deg=given.tolerance)
    at = read_time_of_day(given.time, given.time_within) if given.time else None
    days = dates_of(vector, around, first, last, zone, at=at)
    return answer("sun", telling.dates_as_json(days, vector, around, first, last, zone, at))


@router.post("/sync", **told("machines", Permission.EXAMINE))
def sync(request: HttpRequest, given: Recordings) -> Any:
    """Begin to set recordings on one clock by what they both heard; the work's `id` leads to the answer."""
    question = syncing.Question(
        items=tuple(item_named(request, one) for one in given.items),
        moments=tuple(given.anchors),
        error_s=given.anchor_error_s,
        distance_m=given.distance_m,
    )
    return of_work([syncing.begin(question, by=caller(request).person.name)])


@router.get("/sync/{run}", **told("sync", Permission.LIST_ITEMS))
def synced(request: HttpRequest, run: Name) -> Any:
    """What came of it: every pair, the whole, its derivation; refused while it goes on, and not kept for ever."""
    return syncing.answer(syncing.run(run, sight.of(request)))


def _days(given: Sun) -> tuple[date, date]:
    first = read_day(given.first)
    return first, read_day(given.last) if given.last else first
