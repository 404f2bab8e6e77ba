"""Making entries of a codifier's units and of a list of named points: joined where that is beyond doubt, else apart."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from attrs import frozen

from probata.gazetteer.entries import SETTLEMENTS, Entry, Kind, Located
from probata.gazetteer.joining import Dot, Join, Settlement, joins, namesakes
from probata.gazetteer.spelling import folded
from probata.gazetteer.store import Row
from probata.terms.ids import source_id
from probata.terms.places import Point
from probata.terms.text import SafeText, made_safe

# The codifier's letters. T, urban-type settlements, were made settlements (X) in 2024; older editions have both.
CATEGORIES = {
    "O": Kind.OBLAST, "K": Kind.CITY, "P": Kind.RAION, "H": Kind.HROMADA, "M": Kind.CITY, "T": Kind.SETTLEMENT,
    "X": Kind.SETTLEMENT, "C": Kind.VILLAGE, "B": Kind.CITY_DISTRICT,
}  # fmt: skip
# How a unit is called in full; the codifier writes the adjective alone.
_LEVELS = {
    Kind.OBLAST: "{} область", Kind.RAION: "{} район", Kind.HROMADA: "{} громада", Kind.CITY_DISTRICT: "{} район",
}  # fmt: skip
# GeoNames' first-level codes for Ukraine and the codifier's names; tests hold them against both lists.
OBLASTS = {
    "01": "Черкаська", "02": "Чернігівська", "03": "Чернівецька", "04": "Дніпропетровська", "05": "Донецька",
    "06": "Івано-Франківська", "07": "Харківська", "08": "Херсонська", "09": "Хмельницька", "10": "Кіровоградська",
    "11": "Автономна Республіка Крим", "12": "Київ", "13": "Київська", "14": "Луганська", "15": "Львівська",
    "16": "Миколаївська", "17": "Одеська", "18": "Полтавська", "19": "Рівненська", "20": "Севастополь", "21": "Сумська",
    "22": "Тернопільська", "23": "Вінницька", "24": "Волинська", "25": "Закарпатська", "26": "Запорізька",
    "27": "Житомирська",
}  # fmt: skip
UKRAINE = "UA"


@frozen(kw_only=True)
class CodifierRow:
    """A row of the codifier: its id, the ids of the units above it from the widest on, its letter, its name."""

    ref: str
    above: tuple[str, ...]
    category: str
    name: str


@frozen(kw_only=True)
class NamedPoint:
    """A row of a list of points: names, country (ISO 3166-1), code of its first-level unit, where it lies.

    `country` is empty where the list does not say; `kind` is `place` where it says no more.
    """

    ref: str
    names: tuple[str, ...]
    country: str
    region: str
    latitude_deg: float
    longitude_deg: float
    people: int = 0
    kind: Kind = Kind.PLACE

    @property
    def point(self) -> Point:
        """Where it lies."""
        return Point(latitude_deg=self.latitude_deg, longitude_deg=self.longitude_deg)


@frozen(kw_only=True)
class Country:
    """A country: its code, its id in the list, its English name."""

    code: str
    ref: str
    name: str


def rows(codifier: Sequence[CodifierRow], points: Sequence[NamedPoint], countries: Iterable[Country]) -> Iterator[Row]:
    """Every entry of both lists, each place once where it is beyond doubt that both mean it."""
    lands = {country.code: country for country in countries}
    for country in lands.values():
        name = made_safe(country.name)
        entry = Entry(ref=country.ref, kind=Kind.COUNTRY, name=name, names=(made_safe(country.code),))
        # The list names countries in English alone; the codifier's own is called so by those who read it.
        yield Row(entry=entry, also=("Україна", "Украина") if country.code == UKRAINE else ())
    at_home = {point.ref: point for point in points if point.country == UKRAINE}
    joined, perhaps = matched(codifier, at_home.values())
    given = {join.settlement: join for join in joined}
    back: dict[str, list[str]] = defaultdict(list)
    for ref, others in perhaps.items():
        for other in others:
            back[other].append(ref)
    home = lands[UKRAINE].ref if UKRAINE in lands else None
    for row in codifier:
        join = given.get(row.ref)
        point = None if join is None else at_home[join.dot]
        yield _of_codifier(row, point, join, back.get(row.ref, []), home)
    taken = {join.dot for join in joined}
    tops = top_units(codifier)
    for one in points:
        if one.ref not in taken:
            land = lands[one.country].ref if one.country in lands else None
            above = tops.get(one.region, land) if one.country == UKRAINE else land
            yield Row(entry=of_point(one, perhaps.get(one.ref, [])), parent=above)


def matched(codifier: Sequence[CodifierRow], points: Iterable[NamedPoint]) -> tuple[list[Join], dict[str, list[str]]]:
    """The joins beyond doubt, and for every other point the settlements of its name that nobody else was given to."""
    settlements = [settlement(row) for row in codifier if CATEGORIES[row.category] in SETTLEMENTS]
    tops = top_units(codifier)
    dots = [dot(point, tops[point.region]) for point in points if point.region in tops and point.names]
    joined = joins(settlements, dots)
    taken = {join.dot for join in joined} | {join.settlement for join in joined}
    perhaps = {
        ref: [one.ref for one in among if one.ref not in taken]
        for ref, among in namesakes(settlements, dots).items()
        if ref not in taken
    }
    return joined, perhaps


def top_units(codifier: Iterable[CodifierRow]) -> dict[str, str]:
    """The id of each oblast or city of special status, by GeoNames' code of it."""
    by_name = {row.name: row.ref for row in codifier if row.category in {"O", "K"}}
    return {code: by_name[name] for code, name in OBLASTS.items() if name in by_name}


def settlement(row: CodifierRow) -> Settlement:
    """The row as what a point may be joined to."""
    above = [*row.above, row.ref][:3]
    oblast, raion, hromada = above[0], above[min(1, len(above) - 1)], above[-1]
    if row.ref in above:
        # A city of special status lies in no unit but itself.
        raion = hromada = above[0]
    city = CATEGORIES[row.category] is Kind.CITY
    return Settlement(ref=row.ref, name=row.name, city=city, oblast=oblast, raion=raion, hromada=hromada)


def dot(point: NamedPoint, oblast: str) -> Dot:
    """The row of the list as what may be joined to a settlement of this oblast."""
    at = (point.latitude_deg, point.longitude_deg)
    return Dot(ref=point.ref, names=point.names, oblast=oblast, at=at, people=point.people)


def because(join: Join) -> str:
    """Why a point was given to a settlement, in a sentence."""
    if join.how == "name":
        return "It is the only settlement of this name in its oblast, and the only point."
    if join.how == "size":
        return "Of its name in the oblast it alone is a city, and the list counts more than 10,000 people there."
    told = "its hromada's nearest other point"
    if join.by_raion:
        told = "no other point of its hromada is known, and its raion's nearest"
    rival = "" if join.rival_km is None else f", the nearest of another namesake's hromada {join.rival_km:.0f} km"
    return f"Given to it among several of its name in the oblast: {told} lies {join.near_km:.0f} km away{rival}."


def of_point(point: NamedPoint, perhaps: Sequence[str] = ()) -> Entry:
    """A row of a list of points as an entry of its own."""
    names = safe_names(point.names)
    return Entry(
        ref=point.ref,
        kind=point.kind,
        name=names[0] if names else made_safe(""),
        names=names[1:],
        at=Located(point=point.point, ref=point.ref),
        people=point.people,
        region=made_safe(point.region) if point.region and point.country != UKRAINE else "",
        perhaps=tuple(source_id(ref) for ref in perhaps),
    )


def _of_codifier(
    row: CodifierRow, point: NamedPoint | None, join: Join | None, perhaps: Sequence[str], home: str | None
) -> Row:
    kind = CATEGORIES[row.category]
    full = _LEVELS.get(kind, "{}").format(row.name) if row.name.endswith(("а", "ий")) else row.name
    entry = Entry(
        ref=row.ref,
        kind=kind,
        name=full,
        names=() if point is None else tuple(one for one in safe_names(point.names) if one != full),
        at=None if point is None or join is None else located(point, join),
        people=0 if point is None else point.people,
        perhaps=tuple(source_id(ref) for ref in perhaps),
    )
    return Row(entry=entry, parent=row.above[-1] if row.above else home, also=() if full == row.name else (row.name,))


def located(point: NamedPoint, join: Join) -> Located:
    """The point that a settlement was given, with the reason."""
    return Located(point=point.point, ref=point.ref, because=because(join), inferred=join.how != "name")


def safe_names(untrusted_names: Iterable[str]) -> tuple[SafeText, ...]:
    """The names as safe lines, each once; what shows nothing is left out."""
    return tuple(dict.fromkeys(_safe(one.strip()) for one in untrusted_names if folded(one)))


def _safe(untrusted_name: str) -> SafeText:
    # What Python calls printable holds nothing that acts; asking it spares most of a million names the longer way.
    if untrusted_name.isprintable():
        return SafeText(unicodedata.normalize("NFC", untrusted_name))
    return made_safe(untrusted_name)
