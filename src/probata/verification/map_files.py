"""Places, views and lines of sight as files for maps: GeoJSON (RFC 7946) and KML 2.3 (OGC 12-007r2).

Names come from outside. In GeoJSON they are strings; in KML they are escaped for XML, and once more for the HTML that
viewers make of a description; in a label, where viewers disagree, angle brackets are written as ‹ and ›.
"""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal
from xml.etree import ElementTree as ET

from attrs import evolve, field, frozen

from probata.terms.errors import InvalidValue, Refused, StorageError
from probata.terms.places import Point
from probata.terms.text import SafeText, made_safe
from probata.verification.sightlines import Crossing, SightLine, View, leg, onward

Shape = Literal["point", "line", "area"]
_KML = "http://www.opengis.net/kml/2.3"
_DIGITS = 7  # a centimetre; no source is better
_STEPS = 64
_LINE_STEPS = 16


class MapFileThere(Refused):
    """The file that a map should be written to is there already."""

    code = "map_file_there"
    template = "{path} is there already: nothing was written over it."
    advice = "Name a file that is not there yet."


class MapFileUnwritable(StorageError):
    """The file that a map should be written to cannot be written."""

    code = "map_file_unwritable"
    template = "{path} could not be written: {why}."
    advice = "Name a file in a folder that is there and that you may write to."


@frozen(kw_only=True)
class Feature:
    """A shape on the map with a label and named facts; an area is a ring whose first and last point are one."""

    label: SafeText = field(converter=made_safe)
    shape: Shape
    points: tuple[Point, ...] = field()
    facts: dict[str, object] = field(factory=dict)

    @points.validator
    def _enough(self, _attribute: object, value: tuple[Point, ...]) -> None:
        least = {"point": 1, "line": 2, "area": 4}[self.shape]
        if len(value) < least or (self.shape == "area" and value[0] != value[-1]):
            raise InvalidValue(what=f"A shape for a map ({self.shape})", why=f"it takes {least} points, a ring closed")


def of_view(view: View, label: str, *, steps: int = 32) -> Feature:
    """The view's area. Raises `InvalidValue` where it reaches a pole: no ring of degrees goes around one."""
    for latitude in (-90.0, 90.0):
        if leg(view.at, Point(latitude_deg=latitude, longitude_deg=0.0)).distance_m <= view.range_m:
            raise InvalidValue(what=f"The area {label}", why="it reaches a pole, around which no map draws a ring")
    return Feature(label=label, shape="area", points=view.outline(steps), facts={"kind": "view"})


def of_line(line: SightLine, label: str, length_m: float) -> Feature:
    """The line of sight, followed so far."""
    along = [onward(line.at, line.azimuth_deg, length_m * step / _LINE_STEPS) for step in range(_LINE_STEPS + 1)]
    return Feature(label=label, shape="line", points=tuple(along), facts={"kind": "line_of_sight"})


def of_circle(point: Point, radius_m: float, label: str, **facts: object) -> Feature:
    """The circle around a point, as the ring of a polygon."""
    ring = of_view(View(at=point, azimuth_deg=0, field_deg=360, range_m=radius_m), label, steps=_STEPS)
    return evolve(ring, facts={"radius_m": round(radius_m, 1), **facts})


def of_crossing(crossing: Crossing, label: str) -> tuple[Feature, Feature]:
    """The point where two lines cross, and the circle that holds it with 95 %."""
    facts: dict[str, object] = {"kind": "crossing", "radius_m": round(crossing.radius_m, 1)}
    point = Feature(label=label, shape="point", points=(crossing.point,), facts=facts)
    return point, of_circle(crossing.point, crossing.radius_m, f"{label}: 95 %", kind="crossing")


def geojson(features: Iterable[Feature]) -> bytes:
    """One FeatureCollection, longitude first; shapes that cross the antimeridian are cut there (section 3.1.9)."""
    collection = {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": _geometry(feature),
                "properties": {"name": feature.label, **{key: _safe(value) for key, value in feature.facts.items()}},
            }
            for feature in features
        ],
    }
    return (json.dumps(collection, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def kml(features: Iterable[Feature], title: str) -> bytes:
    """One document with a placemark for each shape; facts stand as extended data and in an escaped description."""
    ET.register_namespace("", _KML)
    root = ET.Element(f"{{{_KML}}}kml")
    document = ET.SubElement(root, f"{{{_KML}}}Document")
    _add(document, "name", _label(title))
    for feature in features:
        mark = ET.SubElement(document, f"{{{_KML}}}Placemark")
        _add(mark, "name", _label(feature.label))
        told = {key: _line(value) for key, value in feature.facts.items()}
        _add(mark, "description", "<br>".join(html.escape(f"{key}: {value}") for key, value in told.items()))
        data = ET.SubElement(mark, f"{{{_KML}}}ExtendedData")
        for key, value in told.items():
            one = ET.SubElement(data, f"{{{_KML}}}Data", name=key)
            _add(one, "value", html.escape(value))
        _kml_geometry(mark, feature)
    ET.indent(root, " ")
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def must_be_free(path: Path) -> None:
    """Raises `MapFileThere` where something bears that name already; a link that leads nowhere is something."""
    if path.exists() or path.is_symlink():
        raise MapFileThere(path=path)


def save(path: Path, content: bytes) -> None:
    """Write a new file; raises `MapFileThere` rather than write over one."""
    try:
        with path.open("xb") as out:
            out.write(content)
    except FileExistsError:
        raise MapFileThere(path=path) from None
    except OSError as error:
        raise MapFileUnwritable(path=path, why=error.strerror or str(error)) from error


def _safe(value: object) -> object:
    if isinstance(value, str):
        return made_safe(value)
    if isinstance(value, list | tuple):
        return [_safe(one) for one in value]
    return value


def _line(value: object) -> str:
    return made_safe("; ".join(str(one) for one in value) if isinstance(value, list | tuple) else str(value))


def _label(text: str) -> str:
    # `$[…]` would be filled in by viewers (section on BalloonStyle); a label is no template.
    return made_safe(text).replace("<", "‹").replace(">", "›").replace("$[", "$ [")


def _geometry(feature: Feature) -> dict[str, Any]:
    if feature.shape == "point":
        return {"type": "Point", "coordinates": _position(feature.points[0])}
    if feature.shape == "line":
        parts = [[_rounded(*one) for one in part] for part in _cut_line(_unrolled(feature.points))]
        lines = {"type": "LineString", "coordinates": parts[0]}
        return lines if len(parts) == 1 else {"type": "MultiLineString", "coordinates": parts}
    rings = [[_rounded(*one) for one in ring] for ring in _cut_ring(_unrolled(feature.points))]
    area = {"type": "Polygon", "coordinates": rings[:1]}
    return area if len(rings) == 1 else {"type": "MultiPolygon", "coordinates": [[ring] for ring in rings]}


def _position(point: Point) -> list[float]:
    return _rounded(point.longitude_deg, point.latitude_deg)


def _rounded(longitude: float, latitude: float) -> list[float]:
    return [round(longitude, _DIGITS), round(latitude, _DIGITS)]


_Position = tuple[float, float]


def _unrolled(points: Sequence[Point]) -> list[_Position]:
    """Longitude and latitude without jumps of a full turn, so that a shape lies in one piece past 180 degrees."""
    told = [(points[0].longitude_deg, points[0].latitude_deg)]
    for point in points[1:]:
        longitude = point.longitude_deg
        turns = round((told[-1][0] - longitude) / 360.0)
        told.append((longitude + 360.0 * turns, point.latitude_deg))
    return told


def _cut_line(line: list[_Position]) -> list[list[_Position]]:
    parts: list[list[_Position]] = [[line[0]]]
    for before, after in pairwise(line):
        edge = next((one for one in (-180.0, 180.0) if (before[0] - one) * (after[0] - one) < 0), None)
        if edge is not None:
            cut = _at(before, after, edge)
            parts[-1].append(cut)
            parts.append([cut])
        parts[-1].append(after)
    return [_turned_back(part) for part in parts]


def _cut_ring(ring: list[_Position]) -> list[list[_Position]]:
    parts = []
    for turn in (-360.0, 0.0, 360.0):
        half = _clipped(_clipped(ring, turn - 180.0, keep_above=True), turn + 180.0, keep_above=False)
        if len(half) >= 4:
            parts.append([(longitude - turn, latitude) for longitude, latitude in half])
    return parts


def _clipped(ring: list[_Position], edge: float, *, keep_above: bool) -> list[_Position]:
    """The part of a ring on one side of a meridian (Sutherland and Hodgman), closed."""
    kept: list[_Position] = []
    for before, after in pairwise(ring):
        inside = [(one[0] >= edge) if keep_above else (one[0] <= edge) for one in (before, after)]
        if inside[0]:
            kept.append(before)
        if inside[0] != inside[1]:
            kept.append(_at(before, after, edge))
    if len({one for one in kept if one[0] != edge}) == 0:
        return []
    return [*kept, kept[0]]


def _at(before: _Position, after: _Position, edge: float) -> _Position:
    share = (edge - before[0]) / (after[0] - before[0])
    return edge, before[1] + share * (after[1] - before[1])


def _turned_back(part: list[_Position]) -> list[_Position]:
    middle = sum(longitude for longitude, _latitude in part) / len(part)
    turn = 360.0 * round(middle / 360.0)
    return [(longitude - turn, latitude) for longitude, latitude in part]


def _kml_geometry(mark: ET.Element, feature: Feature) -> None:
    geometry = _geometry(feature)
    kind, given = geometry["type"], geometry["coordinates"]
    if kind == "Point":
        _add(ET.SubElement(mark, f"{{{_KML}}}Point"), "coordinates", _tuples([given]))
        return
    several = kind.startswith("Multi")
    place = ET.SubElement(mark, f"{{{_KML}}}MultiGeometry") if several else mark
    for part in given if several else [given]:
        if feature.shape == "line":
            line = ET.SubElement(place, f"{{{_KML}}}LineString")
            _add(line, "tessellate", "1")
            _add(line, "coordinates", _tuples(part))
        else:
            area = ET.SubElement(place, f"{{{_KML}}}Polygon")
            edge = ET.SubElement(ET.SubElement(area, f"{{{_KML}}}outerBoundaryIs"), f"{{{_KML}}}LinearRing")
            _add(edge, "coordinates", _tuples(part[0]))


def _add(parent: ET.Element, tag: str, text: str) -> None:
    ET.SubElement(parent, f"{{{_KML}}}{tag}").text = text


def _tuples(positions: Iterable[Sequence[float]]) -> str:
    return " ".join(f"{longitude},{latitude}" for longitude, latitude in positions)
