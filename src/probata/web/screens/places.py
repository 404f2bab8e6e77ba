"""Places: every place that a name may mean, what speaks for and against each, on a map that asks no server."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from attrs import frozen
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from probata.access.roles import Permission
from probata.gazetteer.entries import Kind
from probata.gazetteer.store import opened
from probata.terms.errors import EnvironmentLacking, ProbataError
from probata.terms.places import Point
from probata.terms.times import read_instant
from probata.verification import map_files, services, sights, where, where_told
from probata.verification.derivation import Derivation
from probata.verification.sightlines import Crossing, SightLine, View
from probata.verification.sun.position import SunPosition, position
from probata.web import answers
from probata.web.gate import presence
from probata.web.gate.permission import decision, require
from probata.web.served import map_file
from probata.web.shown.typed import lines, number, text

# Lines of sight that do not cross are drawn so far; a line to the sun is as long as the map is wide.
_LINE_M = 50_000.0
_KIND_WORDS = {
    Kind.CITY: gettext_lazy("city or town"),
    Kind.SETTLEMENT: gettext_lazy("settlement"),
    Kind.VILLAGE: gettext_lazy("village"),
    Kind.CITY_DISTRICT: gettext_lazy("city district"),
    Kind.PART_OF_PLACE: gettext_lazy("part of a place"),
    Kind.HROMADA: gettext_lazy("hromada"),
    Kind.RAION: gettext_lazy("raion"),
    Kind.OBLAST: gettext_lazy("oblast"),
    Kind.COUNTRY: gettext_lazy("country"),
    Kind.PLACE: gettext_lazy("populated place"),
    Kind.UNIT: gettext_lazy("administrative unit"),
}
_ASKED_FOR = tuple(kind for kind in _KIND_WORDS if kind not in {Kind.PART_OF_PLACE, Kind.UNIT})


@frozen(kw_only=True)
class Row:
    """One place of the answer with its number on the map."""

    number: int
    list: str
    candidate: where.Candidate
    kind: Any
    sun: SunPosition | None

    @property
    def at(self) -> Point | None:
        """Its point, where one is known."""
        located = self.candidate.entry.at
        return None if located is None else located.point

    @property
    def shadow_deg(self) -> float | None:
        """Where shadows point, where the sun is up."""
        up = self.sun is not None and self.sun.altitude_deg > 0
        return (self.sun.azimuth_deg + 180) % 360 if up and self.sun else None


@frozen(kw_only=True)
class Found:
    """An answer as the page shows it."""

    answer: where.Answer
    groups: tuple[tuple[str, Any, tuple[Row, ...]], ...]
    crossing: Crossing | None
    shapes: str
    derivation: Derivation
    sources: tuple[Any, ...]

    @property
    def without_point(self) -> int:
        """How many have no point, and so stand in the table alone."""
        return sum(row.at is None for _list, _words, rows in self.groups for row in rows)


@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """Ask the gazetteer; what was asked stands in the address, so that it can be kept and gone back to."""
    require(request, Permission.LIST_ITEMS)
    asked_for = request.GET
    context: dict[str, Any] = {
        "given": asked_for,
        "kinds": [(kind.value, _KIND_WORDS[kind], kind.value in asked_for.getlist("kind")) for kind in _ASKED_FOR],
        "narrowed": any(asked_for.get(name, "").strip() for name in asked_for if name != "name"),
        "may_record": decision(request, Permission.ASSESS),
        "query": asked_for.urlencode(),
    }
    status = 200
    if text(asked_for, "name"):
        try:
            context["found"] = _found(asked_for)
            context["map_file"] = map_file.state()
        except EnvironmentLacking:
            raise
        except ProbataError as error:
            context["error"], status = error.told(_), 400
    return render(request, "web/places.html", context, status=status)


@require_POST
def record(request: HttpRequest) -> HttpResponse:
    """Run what the address asks again and put the run on the record."""
    require(request, Permission.ASSESS)
    made = services.record_derivation(
        _found(request.GET).derivation,
        actor=presence.of(request).keyring.signing,
        reason=request.POST.get("reason", "").strip(),
    )
    to = f"{reverse('places')}?{request.GET.urlencode()}"
    return answers.done(request, to=to, said=_("The run is on the record as derivation %(id)s.") % {"id": made})


@require_safe
def around(request: HttpRequest) -> HttpResponse:
    """The largest places in the part of the world that the map shows, so that one knows where it is; as GeoJSON."""
    require(request, Permission.LIST_ITEMS)
    south, west, north, east = (number(request.GET, name, name) or 0.0 for name in ("south", "west", "north", "east"))
    corners = [
        Point(latitude_deg=max(-90.0, min(90.0, up)), longitude_deg=max(-180.0, min(180.0, across)))
        for up, across in ((south, west), (north, east))
    ]
    with opened() as gazetteer:
        entries = gazetteer.landmarks(*corners)
    marks = [
        map_files.Feature(label=one.name, shape="point", points=(one.at.point,), facts={"kind": "landmark"})
        for one in entries
        if one.at is not None
    ]
    return HttpResponse(map_files.geojson(marks), content_type="application/geo+json")


def _found(given: QueryDict) -> Found:
    question = question_of(given)
    sight = [sights.read_line(one) for one in lines(given, "sight_line")]
    crossing = sights.crossing_of(sight)
    written = text(given, "sun_at")
    moment = read_instant(written) if written else None
    with opened() as gazetteer:
        answer = where.ask(gazetteer, question)
        sources = tuple(gazetteer.sources)
        derivation = where_told.derivation(answer, sources)
        groups = _groups(answer, moment)
    shapes = _shapes(question.views, sight, crossing)
    return Found(
        answer=answer,
        groups=groups,
        crossing=crossing,
        shapes=map_files.geojson(shapes).decode(),
        derivation=derivation,
        sources=sources,
    )


def question_of(given: QueryDict) -> where.Question:
    """The question that an address asks; raises for numbers that are none, and as `where.Question`."""
    tolerance_deg = number(given, "bearing_tolerance_deg", "give or take, of the bearing")
    kinds = {kind.value: kind for kind in Kind}
    return where.Question(
        name=text(given, "name"),
        within=tuple(lines(given, "within")),
        near=text(given, "near") or None,
        distance_km=number(given, "distance_km", "distance"),
        tolerance_km=number(given, "tolerance_km", "give or take, of the distance"),
        bearing_deg=number(given, "bearing_deg", "bearing"),
        bearing_tolerance_deg=where.BEARING_TOLERANCE_DEG if tolerance_deg is None else tolerance_deg,
        kinds=frozenset(kinds[word] for word in given.getlist("kind") if word in kinds),
        views=tuple(sights.read_view(one) for one in lines(given, "seen_from")),
    )


def _groups(answer: where.Answer, moment: datetime | None) -> tuple[tuple[str, Any, tuple[Row, ...]], ...]:
    lists = (
        ("candidate", _("Candidates: all that was asked speaks for them"), answer.candidates),
        ("open", _("Cannot be checked: not ruled out"), answer.cannot_be_checked),
        ("aside", _("Set aside, each with the reason"), answer.set_aside),
    )
    groups, at = [], 0
    for name, words, candidates in lists:
        rows = tuple(_row(at + place, name, one, moment) for place, one in enumerate(candidates, start=1))
        at += len(rows)
        groups.append((name, words, rows))
    return tuple(groups)


def _row(number_: int, name: str, candidate: where.Candidate, moment: datetime | None) -> Row:
    located = candidate.entry.at
    sun = None if moment is None or located is None else position(moment, located.point)
    return Row(number=number_, list=name, candidate=candidate, kind=_KIND_WORDS[candidate.entry.kind], sun=sun)


def _shapes(
    views: Iterable[View], sight: Sequence[SightLine], crossing: Crossing | None
) -> Iterable[map_files.Feature]:
    for at, view in enumerate(views, start=1):
        yield map_files.of_view(view, _("view %(n)d") % {"n": at})
    for at, line in enumerate(sight):
        far = _LINE_M if crossing is None else crossing.distances_m[at] * 1.2
        yield map_files.of_line(line, _("line of sight %(n)d") % {"n": at + 1}, far)
    if crossing is not None:
        yield from map_files.of_crossing(crossing, _("where the lines of sight cross"))
