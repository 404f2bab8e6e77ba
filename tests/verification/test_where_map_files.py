"""Files for maps: what the standards ask for, names that cannot act, and shapes across the antimeridian."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probata.terms.errors import InvalidValue
from probata.terms.places import Point
from probata.verification.map_files import (
    Feature,
    MapFileThere,
    MapFileUnwritable,
    geojson,
    kml,
    must_be_free,
    of_circle,
    of_crossing,
    of_line,
    of_view,
    save,
)
from probata.verification.sightlines import SightLine, View, crossing, leg, onward

KML = "{http://www.opengis.net/kml/2.3}"


def spot(latitude: float, longitude: float) -> Point:
    return Point(latitude_deg=latitude, longitude_deg=longitude)


def mark(label: str = "Лугове", **facts: object) -> Feature:
    return Feature(label=label, shape="point", points=(spot(50.5, 30.25),), facts=facts)


def area(ring: list[list[float]]) -> float:
    """Twice the signed area of a ring in degrees: above nothing where it runs anticlockwise."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))


def test_geojson_puts_longitude_first():
    """RFC 7946 section 3.1.1: longitude, then latitude; members of a feature as section 3.2 names them."""
    (feature,) = json.loads(geojson([mark(kind="village")]))["features"]
    assert feature["geometry"] == {"type": "Point", "coordinates": [30.25, 50.5]}
    assert feature["properties"] == {"name": "Лугове", "kind": "village"}


def test_a_view_is_a_closed_ring_that_runs_anticlockwise():
    """RFC 7946 section 3.1.6, the right-hand rule; every corner lies in the view's range."""
    view = View(at=spot(50, 30), azimuth_deg=200, field_deg=60, range_m=5000)
    (feature,) = json.loads(geojson([of_view(view, "v")]))["features"]
    (ring,) = feature["geometry"]["coordinates"]
    assert ring[0] == ring[-1]
    assert area(ring) > 0
    assert all(leg(view.at, spot(one[1], one[0])).distance_m <= 5000.1 for one in ring)


@given(st.floats(-70, 70), st.floats(179, 180) | st.floats(-180, -179), st.floats(1000, 80_000))
def test_a_circle_across_the_antimeridian_is_cut(latitude, longitude, radius_m):
    """RFC 7946 section 3.1.9: no ring jumps over 180 degrees, each is closed, and both halves make up the whole."""
    (feature,) = json.loads(geojson([of_circle(spot(latitude, longitude), radius_m, "c")]))["features"]
    geometry = feature["geometry"]
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    for (ring,) in polygons:
        assert ring[0] == ring[-1]
        assert area(ring) >= 0
        assert all(-180 <= one[0] <= 180 for one in ring)
        assert all(abs(a[0] - b[0]) < 180 for a, b in pairwise(ring))
    moved = of_circle(spot(latitude, 10.0), radius_m, "c")
    (whole,) = json.loads(geojson([moved]))["features"][0]["geometry"]["coordinates"]
    assert sum(area(ring) for (ring,) in polygons) == pytest.approx(area(whole), rel=1e-3, abs=1e-5)


def test_a_line_across_the_antimeridian_is_cut():
    """Both parts end on the meridian, one east and one west of it."""
    line = SightLine(at=spot(0, 179.9), azimuth_deg=90, sigma_deg=1)
    (feature,) = json.loads(geojson([of_line(line, "l", 50_000)]))["features"]
    first, second = feature["geometry"]["coordinates"]
    assert (feature["geometry"]["type"], first[-1][0], second[0][0]) == ("MultiLineString", 180.0, -180.0)
    assert second[-1][0] < -179


def test_a_crossing_is_a_point_and_the_circle_that_holds_it():
    """The circle is as wide as the radius says."""
    target = spot(50.4, 30.2)
    starts = onward(target, 0, 3000), onward(target, 90, 3000)
    lines = [SightLine(at=at, azimuth_deg=leg(at, target).bearing_deg, sigma_deg=1) for at in starts]
    found = crossing(*lines)
    point, circle = of_crossing(found, "x")
    assert leg(point.points[0], circle.points[0]).distance_m == pytest.approx(found.radius_m, rel=1e-6)


HOSTILE = "</name><script>alert(1)</script>&amp;]]>\"'\x00\x1b[31m\u202e<img src=x onerror=y>$[description]"


class Tags(HTMLParser):
    """Collects the tags that a viewer would make of a description."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()

    def handle_starttag(self, tag, _attrs):
        self.tags.add(tag)


def test_hostile_names_cannot_act_in_kml():
    """The file stays well-formed; a viewer that reads HTML in it finds line breaks and nothing else."""
    root = ET.fromstring(kml([mark(HOSTILE, names=[HOSTILE], note=HOSTILE)], HOSTILE))
    texts = [one.text or "" for one in root.iter() if one.text and one.text.strip()]
    for text in texts:
        seen = Tags()
        seen.feed(text)
        assert seen.tags <= {"br"}
        assert "\x1b" not in text
        assert "\u202e" not in text
        assert "\x00" not in text
    assert not any("$[" in (one.text or "") for one in root.iter(f"{KML}name"))
    assert {one.tag.removeprefix(KML) for one in root.iter()} <= {
        "kml", "Document", "name", "Placemark", "description", "ExtendedData", "Data", "value", "Point", "coordinates",
    }  # fmt: skip


def test_hostile_names_stay_one_string_in_geojson():
    """Control characters are written out, and the rest is data."""
    told = json.loads(geojson([mark(HOSTILE, names=[HOSTILE])]))["features"][0]["properties"]
    assert "<U+202E>" in told["name"]
    assert "\x1b" not in told["names"][0]


@given(st.text(max_size=60))
def test_any_name_makes_a_file_that_can_be_read(name):
    """Whatever a list calls a place, both files parse."""
    json.loads(geojson([mark(name, note=name)]))
    ET.fromstring(kml([mark(name, note=name)], name))


def test_kml_holds_every_shape():
    """Points, lines and areas each as their element, longitude before latitude (OGC 12-007r2, clause 10)."""
    view = View(at=spot(50, 30), azimuth_deg=0, field_deg=60, range_m=5000)
    line = SightLine(at=spot(50, 30), azimuth_deg=0, sigma_deg=1)
    across = of_circle(spot(10, 180), 20_000, "c")
    root = ET.fromstring(kml([mark(), of_view(view, "v"), of_line(line, "l", 1000), across], "t"))
    assert root.tag == f"{KML}kml"
    assert root.find(f".//{KML}Point/{KML}coordinates").text == "30.25,50.5"
    assert root.find(f".//{KML}LineString/{KML}coordinates").text.startswith("30.0,50.0")
    assert root.find(f".//{KML}Polygon/{KML}outerBoundaryIs/{KML}LinearRing/{KML}coordinates") is not None
    assert len(root.findall(f".//{KML}MultiGeometry/{KML}Polygon")) == 2


@pytest.mark.parametrize("latitude", [89.9, -89.9])
def test_an_area_around_a_pole_is_refused(latitude):
    """No ring of degrees goes around a pole: nothing false is drawn."""
    with pytest.raises(InvalidValue, match="pole"):
        of_circle(spot(latitude, 0), 50_000, "c")


def test_a_shape_of_too_few_points_is_refused():
    """No line of one point, no area that is open."""
    with pytest.raises(InvalidValue):
        Feature(label="l", shape="line", points=(spot(0, 0),))
    with pytest.raises(InvalidValue):
        Feature(label="a", shape="area", points=(spot(0, 0), spot(0, 1), spot(1, 1), spot(1, 0)))


def test_no_file_is_written_over(tmp_path):
    """What is there stays as it is, a link that leads nowhere included."""
    (tmp_path / "a.kml").write_bytes(b"mine")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    for path in (tmp_path / "a.kml", tmp_path / "link"):
        with pytest.raises(MapFileThere):
            must_be_free(path)
        with pytest.raises(MapFileThere):
            save(path, b"ours")
    assert (tmp_path / "a.kml").read_bytes() == b"mine"
    assert not (tmp_path / "nowhere").exists()


def test_a_folder_that_is_missing_is_told(tmp_path):
    """An error of the disk is told with its path."""
    with pytest.raises(MapFileUnwritable, match="missing"):
        save(tmp_path / "missing" / "a.kml", b"x")
