"""A small gazetteer of invented places, built as the real one is: a codifier without points, a list without units."""

from __future__ import annotations

from pathlib import Path

from probata.gazetteer.assembling import CodifierRow, Country, NamedPoint, rows
from probata.gazetteer.entries import Source
from probata.gazetteer.store import write

HOME = "geonames:1"
NORTH, EAST = "katottg:UA01", "katottg:UA02"


def unit(ref: str, above: tuple[str, ...], category: str, name: str) -> CodifierRow:
    return CodifierRow(
        ref=f"katottg:UA{ref}", above=tuple(f"katottg:UA{one}" for one in above), category=category, name=name
    )


def point(number: int, names: str, latitude: float, longitude: float, region: str = "13", **more: object) -> NamedPoint:
    told = {"country": "UA", "region": region, **more}
    return NamedPoint(
        ref=f"geonames:{number}", names=tuple(names.split("|")), latitude_deg=latitude, longitude_deg=longitude, **told
    )


# Two oblasts: Київська (code 13) with two raions, and Сумська (21). Лугове is borne by five villages; Зоряне by a city
# and a village; Тиха by one alone.
CODIFIER = [
    unit("01", (), "O", "Київська"),
    unit("0110", ("01",), "P", "Лозівський"),
    unit("0111", ("01", "0110"), "H", "Лозівська"),
    unit("011101", ("01", "0110", "0111"), "M", "Лозова Балка"),
    unit("011102", ("01", "0110", "0111"), "C", "Лугове"),
    unit("011103", ("01", "0110", "0111"), "M", "Зоряне"),
    unit("0112", ("01", "0110"), "H", "Тихівська"),
    unit("011201", ("01", "0110", "0112"), "C", "Тиха"),
    unit("011202", ("01", "0110", "0112"), "C", "Лугове"),
    unit("0120", ("01",), "P", "Кам’янський"),
    unit("0121", ("01", "0120"), "H", "Кам’янська"),
    unit("012101", ("01", "0120", "0121"), "X", "Кам’яне Озеро"),
    unit("012102", ("01", "0120", "0121"), "C", "Лугове"),
    unit("012103", ("01", "0120", "0121"), "C", "Зоряне"),
    unit("02", (), "O", "Сумська"),
    unit("0210", ("02",), "P", "Ярський"),
    unit("0211", ("02", "0210"), "H", "Ярська"),
    unit("021101", ("02", "0210", "0211"), "C", "Лугове"),
    unit("021102", ("02", "0210", "0211"), "C", "Яр"),
    unit("021103", ("02", "0210", "0211"), "C", "Лугове"),
]
# Of the three Лугове of Київська one is a point: 3 km from Лозова Балка, 46 km from Тиха, 97 from Кам’яне Озеро.
POINTS = [
    point(10, "Lozova Balka|Лозова Балка", 50.50, 30.20, people=900),
    point(11, "Tykha|Тиха|Тихая", 50.90, 30.20),
    point(12, "Kamyane Ozero|Кам’яне Озеро|Каменное Озеро", 50.50, 31.55),
    point(13, "Luhove|Лугове|Луговое|Lugovoe", 50.48, 30.23, people=700),
    point(14, "Zoryane|Зоряне", 50.55, 30.10, people=25_000),
    point(15, "Yar|Яр", 51.00, 34.00, region="21"),
    # Two Лугове in one hromada: nobody can say which of them this is.
    point(16, "Luhove|Лугове", 51.01, 34.02, region="21"),
    point(20, "Zoryane|زوريانه", 40.0, 20.0, region="05", country="XA", people=1200),
    point(22, "Nova City|Нова Сіті", 41.0, 20.0, region="05", country="XA"),
    point(21, "Luhove", 40.2, 20.3, region="05", country="XA"),
]
COUNTRIES = [Country(code="UA", ref=HOME, name="Ukraine"), Country(code="XA", ref="geonames:2", name="Xanadia")]
SOURCES = [
    Source(
        name="katottg", version="1", origin="a codifier", licence="free", says="edition 1", lacks="points", files={}
    ),
    Source(name="geonames", version="2", origin="a list", licence="CC BY 4.0", says="some", lacks="units", files={}),
]


def make(path: Path) -> Path:
    """Write the small gazetteer."""
    write(path, list(rows(CODIFIER, POINTS, COUNTRIES)), SOURCES)
    return path
