"""`probata where`: every place that a name may mean, and what speaks for and against each."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from probata.cli.output import Progress, show_json

if TYPE_CHECKING:
    from probata.gazetteer.entries import Entry, Kind
    from probata.gazetteer.own_file import OwnFile
    from probata.gazetteer.store import Gazetteer
    from probata.verification.map_files import Feature
    from probata.verification.sightlines import Crossing, SightLine, View
    from probata.verification.where import Answer, Candidate, Question

_KINDS = ("city", "town", "settlement", "village", "city_district", "hromada", "raion", "oblast", "country", "place")
_LINE_KM = 50.0


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which name, and what bounds it."""
    parser.add_argument("name", metavar="NAME", help="a name in any script or spelling; or an id of a gazetteer")
    parser.add_argument(
        "--within",
        metavar="PARENT",
        action="append",
        default=[],
        help='a unit it lies in: "Бучанський район", "Kyiv oblast"; several times: in all of them',
    )
    parser.add_argument(
        "--near",
        metavar="PLACE",
        help='where distance and bearing start: a name ("Буча", "Буча, Київська область"), an id, or LAT,LON '
        "(--near=-12.5,30 where it begins with a minus)",
    )
    parser.add_argument("--distance-km", metavar="D", type=float, help="about so far from there")
    parser.add_argument("--tolerance-km", metavar="T", type=float, help="give or take; else a fifth of D, at least 2")
    parser.add_argument(
        "--bearing-deg", metavar="B", type=float, help="on this bearing from there, degrees from true north"
    )
    parser.add_argument("--bearing-tolerance-deg", metavar="T", type=float, default=15.0, help="give or take; else 15")
    parser.add_argument(
        "--kind", metavar="KIND", action="append", default=[], choices=_KINDS, help=f"one of {', '.join(_KINDS)}"
    )
    parser.add_argument(
        "--seen-from",
        metavar="LAT,LON,AZIMUTH,FIELD,KM",
        action="append",
        default=[],
        help="it is in view from there: azimuth of the picture's middle and its width in degrees, so many km far",
    )
    parser.add_argument(
        "--sight-line",
        metavar="LAT,LON,AZIMUTH,SIGMA",
        action="append",
        default=[],
        help="a line of sight with its error; given twice, the answer says where both cross",
    )
    parser.add_argument("--gazetteer", metavar="FILE", type=Path, help="a GeoNames dump of yours (UA.txt) as well")
    parser.add_argument("--geojson", metavar="FILE", type=Path, help="write the candidates for a map; a new file")
    parser.add_argument("--kml", metavar="FILE", type=Path, help="the same as KML")


def run(options: argparse.Namespace) -> int:
    """Ask; exit 0 whether something was found or not: nothing found is an answer, not proof that there is none."""
    from probata.gazetteer.store import opened
    from probata.verification import sights, where, where_told
    from probata.verification.map_files import must_be_free

    question = _question(options)
    lines = [sights.read_line(text) for text in options.sight_line]
    crossing = sights.crossing_of(lines)
    for path in (options.geojson, options.kml):
        if path is not None:
            must_be_free(path)
    with opened() as gazetteer:
        own = None if options.gazetteer is None else _own_file(options.gazetteer, where.names_in(question))
        answer = where.ask(gazetteer, question, None if own is None else _both(gazetteer, own))
        derivation = where_told.derivation(answer, gazetteer.sources)
        sources = [source.as_json() for source in gazetteer.sources]
    _write_maps(options, answer, question.views, lines, crossing)
    if options.json:
        told: dict[str, Any] = {**where_told.as_json(answer), "sources": sources}
        told["own_file"] = None if own is None else own.as_json()
        told["crossing"] = None if crossing is None else _crossed(crossing)
        told["derivation"] = derivation.as_json()
        show_json("where", told)
    else:
        for line in _lines(answer, own, crossing, sources):
            print(line)
    return 0


def _question(options: argparse.Namespace) -> Question:
    from probata.verification.sights import read_view
    from probata.verification.where import Question

    return Question(
        name=options.name,
        within=tuple(options.within),
        near=options.near,
        distance_km=options.distance_km,
        tolerance_km=options.tolerance_km,
        bearing_deg=options.bearing_deg,
        bearing_tolerance_deg=options.bearing_tolerance_deg,
        kinds=frozenset(_kind(word) for word in options.kind),
        views=tuple(read_view(text) for text in options.seen_from),
    )


def _kind(word: str) -> Kind:
    from probata.gazetteer.entries import Kind

    # The codifier has one word for both.
    return Kind.CITY if word == "town" else Kind(word)


def _own_file(path: Path, names: tuple[str, ...]) -> OwnFile:
    from probata.gazetteer.own_file import read

    with Progress(f"reading {path.name}", as_size=True) as progress:
        return read(path, names, watch=progress.to)


def _both(gazetteer: Gazetteer, own: OwnFile) -> Callable[[str], list[Entry]]:
    from probata.gazetteer.own_file import with_own

    return lambda name: with_own(gazetteer, name, own)


def _crossed(crossing: Crossing) -> dict[str, object]:
    return {
        "lat": crossing.point.latitude_deg,
        "lon": crossing.point.longitude_deg,
        "radius_m": crossing.radius_m,
        "precision": crossing.precision.value,
        "angle_deg": crossing.angle_deg,
    }


def _write_maps(
    options: argparse.Namespace,
    answer: Answer,
    views: tuple[View, ...],
    lines: list[SightLine],
    crossing: Crossing | None,
) -> None:
    if options.geojson is None and options.kml is None:
        return
    from probata.verification import map_files

    shapes: list[Feature] = [feature for one in answer.candidates if (feature := _feature(one)) is not None]
    shapes += [map_files.of_view(view, f"view {number}") for number, view in enumerate(views, start=1)]
    for number, line in enumerate(lines):
        far = _LINE_KM * 1000 if crossing is None else crossing.distances_m[number] * 1.2
        shapes.append(map_files.of_line(line, f"line of sight {number + 1}", far))
    if crossing is not None:
        shapes += map_files.of_crossing(crossing, "where the lines of sight cross")
    if options.geojson is not None:
        map_files.save(options.geojson, map_files.geojson(shapes))
    if options.kml is not None:
        title = f"Places that may be meant by {answer.question.name.written}"
        map_files.save(options.kml, map_files.kml(shapes, title))


def _feature(candidate: Candidate) -> Feature | None:
    from probata.verification.map_files import Feature

    entry = candidate.entry
    if entry.at is None:
        return None
    facts: dict[str, object] = {
        "id": entry.ref,
        "kind": entry.kind.value,
        "parents": [parent.name for parent in entry.parents],
        "radius_m": candidate.radius_m,
        "point_from": entry.at.ref,
        "for": list(candidate.reasons_for),
        "against": list(candidate.reasons_against),
    }
    return Feature(label=entry.name, shape="point", points=(entry.at.point,), facts=facts)


def _lines(
    answer: Answer, own: OwnFile | None, crossing: Crossing | None, sources: list[dict[str, object]]
) -> Iterator[str]:
    from probata.terms.showing import shown

    yield from _heading(answer)
    lists = (
        ("Candidates", answer.candidates),
        ("Cannot be checked", answer.cannot_be_checked),
        ("Set aside", answer.set_aside),
    )
    for title, places in lists:
        if places:
            yield ""
            yield f"{title}: {len(places)}"
        for one in places:
            # Why a place does not fit is enough in a list that people read; JSON tells all of each.
            lines = [f"  {_named(one)}: {one.set_aside[0]}"] if one.set_aside else _place(one)
            yield from (shown(line) for line in lines)
    yield ""
    for note in answer.notes:
        yield shown(note)
    if crossing is not None:
        at = f"{crossing.point.latitude_deg:.5f}, {crossing.point.longitude_deg:.5f}"
        yield f"The lines of sight cross at {at}, within {crossing.radius_m:.0f} m (95 %)."
    if own is not None:
        yield shown(own.told)
    for source in sources:
        yield shown(f"Source: {source['origin']}, {source['version']}; {source['licence']}.")
        yield shown(f"  It says of itself: {source['says']}. It lacks {source['lacks']}.")


def _heading(answer: Answer) -> Iterator[str]:
    from probata.terms.showing import shown

    name = shown(answer.question.name.written)
    if answer.named:
        yield f"{answer.named} {'place bears' if answer.named == 1 else 'places bear'} the name {name} or sound so."
        return
    yield f"Nothing named {name} was found. That is no proof that there is no such place."
    if answer.near_spellings:
        yield shown(f"Near it are {', '.join(answer.near_spellings)}.")


def _named(one: Candidate) -> str:
    entry = one.entry
    at = "" if entry.at is None else f"  {entry.at.point.latitude_deg:.5f}, {entry.at.point.longitude_deg:.5f}"
    return f"{entry.shown}  [{entry.ref}]{at}"


def _place(one: Candidate) -> Iterator[str]:
    yield f"  {_named(one)}"
    yield from (f"      for      {reason}" for reason in one.reasons_for)
    yield from (f"      against  {reason}" for reason in one.reasons_against)
    yield from (f"      open     {reason}" for reason in one.unchecked)
