"""The built gazetteer: one SQLite file, written once at set-up and only read after, with its sources inside.

Names stand in it as their sources write them; `keyed` holds the keys of `probata.gazetteer.spelling`, so that a name is
one look-up in whatever spelling. The same sources make the same bytes with the same SQLite.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing, contextmanager
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from attrs import frozen

from probata.gazetteer.entries import Entry, Kind, Located, Parent, Source
from probata.gazetteer.spelling import VERSION, is_cyrillic, keys, sounding
from probata.terms.errors import EnvironmentLacking, StorageError
from probata.terms.ids import SourceId
from probata.terms.places import Point

BUILT = Path(__file__).parent / "data" / "places.sqlite3"
"""Where set-up puts it."""

FORMAT = "1"
_DEEPEST = 12
_LIKE = 0.75
# Landmarks stand a ninth of the box apart, and are looked for among so many.
_APART = 9
_MOST_LOOKED_AT = 2_000
_SCHEMA = """
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE place (
    id INTEGER PRIMARY KEY, ref TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, names TEXT NOT NULL,
    parent INTEGER, latitude_deg REAL, longitude_deg REAL, point_ref TEXT, because TEXT, inferred INTEGER,
    people INTEGER NOT NULL, region TEXT NOT NULL, perhaps TEXT NOT NULL
);
CREATE TABLE keyed (key TEXT NOT NULL, place INTEGER NOT NULL, PRIMARY KEY (key, place)) WITHOUT ROWID;
"""
_INDEXES = (
    "CREATE UNIQUE INDEX place_ref ON place (ref)",
    "CREATE INDEX place_point ON place (point_ref) WHERE point_ref IS NOT NULL",
    "CREATE INDEX place_parent ON place (parent) WHERE ref LIKE 'katottg:%'",
    "CREATE INDEX place_unit ON place (kind) WHERE kind NOT IN ('place', 'village', 'settlement', 'city')",
)
_COLUMNS = """
    id, ref, kind, name, names, parent, latitude_deg, longitude_deg, point_ref, because, inferred, people,
    region, perhaps
"""


class GazetteerMissing(EnvironmentLacking):
    """The built gazetteer is not there."""

    code = "gazetteer_missing"
    template = "There is no gazetteer at {path}: no name could be looked up."
    advice = "Run `make setup`, or `python tools/gazetteer.py FOLDER` as docs/why/082-gazetteer.md says."


class GazetteerUnreadable(StorageError):
    """The built gazetteer is damaged, or was made by another version of the program."""

    code = "gazetteer_unreadable"
    template = "The gazetteer at {path} cannot be used: {why}."
    advice = "Delete it and run `make setup`: it is made anew from its sources."


@frozen(kw_only=True)
class Row:
    """An entry to be written, with the id of the unit right above it (None for the widest), and what it is called.

    `also` are words by which it is looked for and which are not names of it: `Бучанський` for the raion.
    """

    entry: Entry
    parent: str | None = None
    also: tuple[str, ...] = ()


def write(path: Path, rows: Sequence[Row], sources: Sequence[Source]) -> None:
    """Write a gazetteer anew, in the order of the ids; the file must not be there. Parents must be among the rows."""
    ordered = sorted(rows, key=lambda row: row.entry.ref)
    numbers = {row.entry.ref: number for number, row in enumerate(ordered, start=1)}
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.executescript(
            f"PRAGMA page_size = 8192; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; {_SCHEMA}"
        )
        database.execute("BEGIN")
        about = {
            "format": FORMAT,
            "spelling": VERSION,
            "sources": json.dumps([source.as_json() for source in sources], ensure_ascii=False, sort_keys=True),
        }
        database.executemany("INSERT INTO about VALUES (?, ?)", sorted(about.items()))
        marks = ", ".join("?" * 14)
        database.executemany(f"INSERT INTO place VALUES ({marks})", (_written(row, numbers) for row in ordered))  # noqa: S608
        database.executemany("INSERT INTO keyed VALUES (?, ?)", sorted(_keyed(ordered)))
        for index in _INDEXES:
            database.execute(index)
        database.execute("COMMIT")
        database.execute("VACUUM")


def _written(row: Row, numbers: dict[SourceId, int]) -> tuple[Any, ...]:
    entry = row.entry
    at = entry.at
    return (
        numbers[entry.ref],
        entry.ref,
        entry.kind.value,
        entry.name,
        "\n".join(entry.names),
        None if row.parent is None else numbers[SourceId(row.parent)],
        None if at is None else at.point.latitude_deg,
        None if at is None else at.point.longitude_deg,
        None if at is None or at.ref == entry.ref else at.ref,
        None if at is None or at.ref == entry.ref else at.because,
        None if at is None or at.ref == entry.ref else int(at.inferred),
        entry.people,
        entry.region,
        " ".join(entry.perhaps),
    )


def _keyed(ordered: Sequence[Row]) -> Iterator[tuple[str, int]]:
    for number, row in enumerate(ordered, start=1):
        found: set[str] = set()
        for name in (row.entry.name, *row.entry.names, *row.also):
            found |= keys(name)
        yield from ((key, number) for key in found)


class Gazetteer:
    """A built gazetteer, open for reading: look names up, walk up to the units above."""

    def __init__(self, database: sqlite3.Connection, path: Path) -> None:
        self._database, self._path = database, path
        self._above: dict[int, tuple[Parent, ...]] = {}
        about = dict(self._ask("SELECT name, value FROM about"))
        if about.get("format") != FORMAT or about.get("spelling") != VERSION:
            raise GazetteerUnreadable(path=path, why="it was made by another version")
        self.sources = tuple(Source(**one) for one in json.loads(about["sources"]))

    def named(self, name: str) -> list[Entry]:
        """Every place of which a name sounds like this one, in the order of their ids; never cut off."""
        found: dict[int, Entry] = {}
        for key in sorted(keys(name)):
            rows = self._ask(
                f"SELECT {_COLUMNS} FROM keyed JOIN place ON place.id = keyed.place WHERE keyed.key = ?",  # noqa: S608
                key,
            )
            found.update((row[0], self._entry(row)) for row in rows)
        return [found[number] for number in sorted(found)]

    def one(self, ref: str) -> Entry | None:
        """The place of this id, also by the id of the point that was given to it; None where there is none."""
        for column in ("ref", "point_ref"):
            for row in self._ask(f"SELECT {_COLUMNS} FROM place WHERE {column} = ?", ref):  # noqa: S608  our own words
                return self._entry(row)
        return None

    def units(self, kinds: Collection[Kind]) -> list[Entry]:
        """Every unit of these kinds."""
        marks = ", ".join("?" * len(kinds))
        words = sorted(kind.value for kind in kinds)
        return [
            self._entry(row)
            for row in self._ask(f"SELECT {_COLUMNS} FROM place WHERE kind IN ({marks}) ORDER BY id", *words)  # noqa: S608
        ]

    def points_in(self, ref: str) -> list[tuple[float, float]]:
        """Latitude and longitude of every place right below this unit of the codifier, and below its parts."""
        rows = self._ask(
            """
            WITH RECURSIVE below (id) AS (
                SELECT id FROM place WHERE ref = ?
                UNION SELECT place.id FROM place JOIN below ON place.parent = below.id WHERE place.ref LIKE 'katottg:%'
            )
            SELECT latitude_deg, longitude_deg FROM place JOIN below USING (id)
            WHERE latitude_deg IS NOT NULL AND inferred IS NOT 1 ORDER BY place.id
            """,
            ref,
        )
        return [(float(latitude), float(longitude)) for latitude, longitude in rows]

    def landmarks(self, southwest: Point, northeast: Point, *, most: int = 24) -> list[Entry]:
        """The largest places between these two corners, none of them close to a larger one."""
        south, west, north, east = *_both(southwest), *_both(northeast)
        rows = self._ask(
            f"SELECT {_COLUMNS} FROM place WHERE latitude_deg BETWEEN ? AND ? AND longitude_deg BETWEEN ? AND ? "  # noqa: S608  our own words
            "ORDER BY people DESC, ref LIMIT ?",
            south,
            north,
            west,
            east,
            _MOST_LOOKED_AT,
        )
        found: list[tuple[float, float]] = []
        kept: list[Entry] = []
        for row in rows:
            place = (row[6], row[7])
            if len(kept) < most and not any(_is_close(place, other, (north - south, east - west)) for other in found):
                found.append(place)
                kept.append(self._entry(row))
        return kept

    def near_spellings(self, name: str, limit: int = 8) -> list[str]:
        """Names that sound a little like this one, the likest first; for where nothing was found."""
        key = sounding(name)
        if not key:
            return []
        scored = []
        for (other,) in self._ask(
            "SELECT DISTINCT key FROM keyed WHERE key >= ? AND key < ? AND length(key) BETWEEN ? AND ?",
            key[:1],
            key[:1] + "\U0010ffff",
            len(key) - 2,
            len(key) + 2,
        ):
            matcher = SequenceMatcher(None, key, other, autojunk=False)
            # The bounds above the likeness cost less than itself.
            if min(matcher.real_quick_ratio(), matcher.quick_ratio()) >= _LIKE and matcher.ratio() >= _LIKE:
                scored.append((-matcher.ratio(), other))
        found: dict[str, None] = {}
        for _like, other in sorted(scored)[: limit * 2]:
            found.update(dict.fromkeys(self._written(other, name)))
        return list(found)[:limit]

    def _written(self, key: str, like: str) -> list[str]:
        """How a name of this key is written: in the script of the other name, where a source writes it so."""
        rows = self._ask(
            "SELECT name, names FROM keyed JOIN place ON place.id = keyed.place WHERE key = ? ORDER BY place.id", key
        )
        names = [one for name, others in rows for one in (name, *others.split("\n")) if key in keys(one)]
        alike = [one for one in names if is_cyrillic(one) == is_cyrillic(like)]
        return (alike or names)[:1]

    def _entry(self, row: Sequence[Any]) -> Entry:
        _id, ref, kind, name, names, parent, latitude, longitude, point_ref, because, inferred, *last = row
        people, region, perhaps = last
        at = None
        if latitude is not None:
            point = Point(latitude_deg=latitude, longitude_deg=longitude)
            at = Located(point=point, ref=point_ref or ref, because=because or "", inferred=bool(inferred))
        return Entry(
            ref=ref,
            kind=Kind(kind),
            name=name,
            names=tuple(names.split("\n")) if names else (),
            parents=self._parents(parent),
            at=at,
            people=people,
            region=region,
            perhaps=tuple(perhaps.split()),
        )

    def _parents(self, number: int | None, depth: int = 0) -> tuple[Parent, ...]:
        if number is None:
            return ()
        if depth > _DEEPEST:
            raise GazetteerUnreadable(path=self._path, why="a unit lies within itself")
        if number not in self._above:
            rows = self._ask("SELECT ref, name, kind, parent FROM place WHERE id = ?", number)
            if not rows:
                raise GazetteerUnreadable(path=self._path, why="a unit is missing")
            ref, name, kind, parent = rows[0]
            self._above[number] = (Parent(ref=ref, name=name, kind=Kind(kind)), *self._parents(parent, depth + 1))
        return self._above[number]

    def _ask(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        try:
            return self._database.execute(query, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise GazetteerUnreadable(path=self._path, why=str(error)) from error


def _both(point: Point) -> tuple[float, float]:
    return point.latitude_deg, point.longitude_deg


def _is_close(one: tuple[float, float], other: tuple[float, float], box: tuple[float, float]) -> bool:
    return all(abs(a - b) < side / _APART for a, b, side in zip(one, other, box, strict=True))


@contextmanager
def opened(path: Path | None = None) -> Iterator[Gazetteer]:
    """Open a built gazetteer for reading, else the one of set-up. Raises `GazetteerMissing`, `GazetteerUnreadable`."""
    path = path or BUILT
    if not path.is_file():
        raise GazetteerMissing(path=path)
    try:
        database = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
    except sqlite3.DatabaseError as error:
        raise GazetteerUnreadable(path=path, why=str(error)) from error
    with closing(database):
        yield Gazetteer(database, path)
