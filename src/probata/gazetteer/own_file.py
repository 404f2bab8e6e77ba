"""A list of places of one's own: a GeoNames dump (`UA.txt`, tab-separated), read for a few names beside the built one.

The file is somebody else's: its size, lines and fields are capped, a row that makes no sense is counted and told, and
nothing of it is kept after the answer.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import BinaryIO

from attrs import evolve, field, frozen

from probata.gazetteer.assembling import (
    OBLASTS,
    UKRAINE,
    NamedPoint,
    dot,
    located,
    of_point,
    safe_names,
)
from probata.gazetteer.entries import SETTLEMENTS, Entry, Kind, Parent
from probata.gazetteer.joining import Join, Settlement, by_neighbours, namesakes
from probata.gazetteer.spelling import keys
from probata.gazetteer.store import Gazetteer
from probata.terms.errors import InvalidValue, StorageError
from probata.terms.ids import source_id
from probata.terms.showing import shown

LARGEST_BYTES = 4 << 30
LONGEST_LINE_BYTES = 1 << 16
MOST_OF_A_NAME = 100_000
MOST_FAULTS_TOLD = 5
_COLUMNS = 19  # geonames.org/export: the main 'geoname' table
_TOLD_EACH = 2000
# Feature classes: P populated places, A administrative units; of P this code is a part of another. Places that were
# destroyed or left (PPLW, PPLQ) stay in: one of them may be what is meant.
_PARTS = {"PPLX"}


class OwnFileUnreadable(StorageError):
    """The list of places that was given cannot be read as one."""

    code = "own_gazetteer_unreadable"
    template = "{path} cannot be read as a list of places: {why}."
    advice = "Give an unpacked GeoNames dump, such as UA.txt: 19 columns parted by tabs, in UTF-8."


@frozen(kw_only=True)
class OwnFile:
    """What a file held of the names: its rows, how many rows it has in all, which made no sense, and its digest."""

    path: Path
    sha256: str
    rows: int
    faulty: int
    faults: tuple[str, ...]
    points: tuple[NamedPoint, ...] = field(default=())

    @property
    def told(self) -> str:
        """What was read, in a sentence."""
        rows = "row" if self.faulty == 1 else "rows"
        faulty = f"; {self.faulty} {rows} made no sense: {'; '.join(self.faults)}" if self.faulty else ""
        return f"Read beside it: {self.path.name}, {self.rows} rows, {len(self.points)} of these names{faulty}."

    def as_json(self) -> dict[str, object]:
        """The file as plain data."""
        return {
            "name": self.path.name,
            "sha256": self.sha256,
            "rows": self.rows,
            "of_these_names": len(self.points),
            "faulty_rows": self.faulty,
            "faults": list(self.faults),
        }


def read(path: Path, names: Collection[str], watch: Callable[[float], None] = lambda _done: None) -> OwnFile:
    """Every row of which a name sounds like one of these. Raises `OwnFileUnreadable` for what is no such list."""
    reading = _Reading(path, names)
    digest = hashlib.sha256()
    done = 0
    try:
        if path.exists() and not path.is_file():
            raise OwnFileUnreadable(path=path, why="it is no regular file")
        if path.exists() and path.stat().st_size > LARGEST_BYTES:
            raise OwnFileUnreadable(path=path, why=f"it is larger than {LARGEST_BYTES >> 30} GiB")
        with path.open("rb") as file:
            for line in _lines(file, path):
                digest.update(line)
                done += len(line)
                reading.take(line)
                if reading.rows % _TOLD_EACH == 0:
                    watch(done)
    except OSError as error:
        raise OwnFileUnreadable(path=path, why=error.strerror or str(error)) from error
    return reading.read(digest.hexdigest())


class _Reading:
    """What was found so far, and what made no sense."""

    def __init__(self, path: Path, names: Collection[str]) -> None:
        self._path = path
        self._wanted = frozenset(key for name in names for key in keys(name))
        self._found: dict[str, NamedPoint] = {}
        self._faults: list[str] = []
        self.rows = self._faulty = 0

    def take(self, line: bytes) -> None:
        """One more row."""
        self.rows += 1
        try:
            point = _row(line, self._wanted)
        except (InvalidValue, ValueError) as error:
            self._faulty += 1
            if len(self._faults) < MOST_FAULTS_TOLD:
                self._faults.append(f"row {self.rows}: {shown(str(error)).rstrip('.')}")
            return
        if point is not None:
            self._found[point.ref] = point
            if len(self._found) > MOST_OF_A_NAME:
                why = f"it has more than {MOST_OF_A_NAME} places of this name"
                raise OwnFileUnreadable(path=self._path, why=why)

    def read(self, sha256: str) -> OwnFile:
        """What the file held."""
        if self._faulty == self.rows:
            raise OwnFileUnreadable(path=self._path, why=self._faults[0] if self._faults else "it is empty")
        return OwnFile(
            path=self._path,
            sha256=sha256,
            rows=self.rows,
            faulty=self._faulty,
            faults=tuple(self._faults),
            points=tuple(self._found[ref] for ref in sorted(self._found)),
        )


def _lines(file: BinaryIO, path: Path) -> Iterator[bytes]:
    # One byte more than is allowed shows that a line is longer; without the limit one line could fill the memory.
    while line := file.readline(LONGEST_LINE_BYTES + 1):
        if len(line) > LONGEST_LINE_BYTES:
            raise OwnFileUnreadable(path=path, why=f"a line has more than {LONGEST_LINE_BYTES} bytes")
        yield line


def _row(line: bytes, wanted: frozenset[str]) -> NamedPoint | None:
    """A row that bears the name; None for another. Raises `InvalidValue` or `ValueError` where it makes no sense."""
    columns = line.decode("utf-8").rstrip("\r\n").split("\t")
    if len(columns) != _COLUMNS:
        raise InvalidValue(what="A row", why=f"it has {len(columns)} columns, not {_COLUMNS}")
    number, name, ascii_name, others, latitude, longitude, feature, code, country, _cc2, region = columns[:11]
    if feature not in {"P", "A"}:
        return None
    names = tuple(dict.fromkeys(one for one in (name, ascii_name, *others.split(",")) if one))
    if not any(wanted & keys(one) for one in names):
        return None
    if not (number.isascii() and number.isdecimal()) or len(number) > 12:
        raise InvalidValue(what=f"The id {number!r}", why="it is a whole number")
    people = columns[14]
    point = NamedPoint(
        ref=f"geonames:{int(number)}",
        names=names,
        country=country,
        region=region,
        latitude_deg=float(latitude),
        longitude_deg=float(longitude),
        people=int(people) if people.isascii() and people.isdecimal() and len(people) < 12 else 0,
        kind=Kind.UNIT if feature == "A" else Kind.PART_OF_PLACE if code in _PARTS else Kind.PLACE,
    )
    # Made once, so that an impossible place is refused here.
    _at = point.point
    return point


def with_own(gazetteer: Gazetteer, name: str, own: OwnFile) -> list[Entry]:
    """What both hold of the name: known points once, new ones given to settlements where that is beyond doubt."""
    built = gazetteer.named(name)
    known = {entry.ref for entry in built} | {entry.at.ref for entry in built if entry.at is not None}
    wanted = keys(name)
    fresh = {
        point.ref: point
        for point in own.points
        if any(wanted & keys(one) for one in point.names)
        and point.ref not in known
        and gazetteer.one(point.ref) is None
    }
    above = _Above(gazetteer)
    joined, perhaps = _joined(gazetteer, built, fresh, above)
    given = {join.settlement: join for join in joined}
    taken = {join.dot for join in joined}
    entries = []
    for entry in built:
        join = given.get(entry.ref)
        if join is None:
            also = tuple(source_id(ref) for ref, among in perhaps.items() if entry.ref in among)
            entries.append(evolve(entry, perhaps=(*entry.perhaps, *also)))
            continue
        point = fresh[join.dot]
        names = tuple(dict.fromkeys((*entry.names, *safe_names(point.names))))
        entries.append(evolve(entry, at=located(point, join), names=names, people=point.people or entry.people))
    for ref, point in sorted(fresh.items()):
        if ref not in taken:
            entries.append(evolve(of_point(point, perhaps.get(ref, ())), parents=above.of(point)))
    return entries


class _Above:
    """The units that a row of a dump lies in, as far as its codes tell."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._countries: dict[str, Parent] = {
            str(code): Parent(ref=entry.ref, name=entry.name, kind=Kind.COUNTRY)
            for entry in gazetteer.units({Kind.COUNTRY})
            for code in entry.names
        }
        # Kyiv and Sevastopol lie in no oblast; villages that are called so do.
        cities = [entry for code in ("12", "20") for entry in gazetteer.named(OBLASTS[code]) if entry.kind is Kind.CITY]
        tops = [entry for entry in cities if all(parent.kind is Kind.COUNTRY for parent in entry.parents)]
        tops = [entry for entry in (*gazetteer.units({Kind.OBLAST}), *tops) if entry.ref.startswith("katottg:")]
        by_name: dict[str, Entry] = {entry.name.removesuffix(" область"): entry for entry in tops}
        self._tops: dict[str, Entry] = {code: by_name[name] for code, name in OBLASTS.items() if name in by_name}

    def of(self, point: NamedPoint) -> tuple[Parent, ...]:
        """The oblast where it is known, and the country."""
        country = self._countries.get(point.country)
        top = self.top(point)
        own = () if top is None else (Parent(ref=top.ref, name=top.name, kind=top.kind),)
        return (*own, *(() if country is None else (country,)))

    def top(self, point: NamedPoint) -> Entry | None:
        """The oblast or city of special status of a row for Ukraine."""
        return self._tops.get(point.region) if point.country == UKRAINE else None


def _joined(
    gazetteer: Gazetteer, built: list[Entry], fresh: dict[str, NamedPoint], above: _Above
) -> tuple[list[Join], dict[str, list[str]]]:
    """The joins beyond doubt; and for every point that is left the settlements without one that it may be."""
    codified = [entry for entry in built if entry.ref.startswith("katottg:") and entry.kind in SETTLEMENTS]
    settlements = [_settlement(entry) for entry in codified]
    open_ = {entry.ref for entry in built if entry.at is None}
    dots = [
        dot(point, top.ref)
        for point in fresh.values()
        if point.kind is Kind.PLACE and (top := above.top(point)) is not None
    ]
    told: dict[str, list[Join]] = defaultdict(list)
    named = namesakes(settlements, dots)
    for one in dots:
        among = named.get(one.ref, [])
        if len(among) == 1:
            told[among[0].ref].append(Join(dot=one.ref, settlement=among[0].ref, how="name"))
        elif (join := by_neighbours(one, among, gazetteer.points_in)) is not None:
            told[join.settlement].append(join)
    # Two points for one settlement, or one for a settlement that has its point: nothing is given.
    joined = [only[0] for ref, only in sorted(told.items()) if len(only) == 1 and ref in open_]
    taken = {join.dot for join in joined} | {join.settlement for join in joined}
    left = sorted(named.keys() - taken)
    return joined, {ref: [one.ref for one in named[ref] if one.ref in open_ - taken] for ref in left}


def _settlement(entry: Entry) -> Settlement:
    units = {parent.kind: parent.ref for parent in entry.parents}
    oblast = units.get(Kind.OBLAST, entry.ref)
    raion = units.get(Kind.RAION, oblast)
    hromada = units.get(Kind.HROMADA, raion)
    city = entry.kind is Kind.CITY
    return Settlement(ref=entry.ref, name=entry.name, city=city, oblast=oblast, raion=raion, hromada=hromada)
