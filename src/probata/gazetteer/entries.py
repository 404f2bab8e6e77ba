"""What a gazetteer holds: places with their names, kinds, the units they lie in, and the sources that say so."""

from __future__ import annotations

from enum import Enum

from attrs import field, frozen

from probata.gazetteer.spelling import official
from probata.terms.ids import SourceId, source_id
from probata.terms.places import Point
from probata.terms.text import SafeText, safe_text


class Kind(Enum):
    """What sort of place an entry is, in the words of its source.

    The codifier of Ukraine has one word for city and town (місто): here `city`. `place` is a populated place of which
    the source says no more, `unit` an administrative one.
    """

    COUNTRY = "country"
    OBLAST = "oblast"
    RAION = "raion"
    HROMADA = "hromada"
    UNIT = "unit"
    CITY = "city"
    SETTLEMENT = "settlement"
    VILLAGE = "village"
    PLACE = "place"
    CITY_DISTRICT = "city_district"
    PART_OF_PLACE = "part_of_place"

    @property
    def words(self) -> str:
        """The word as it stands in a sentence: `city district`."""
        return self.value.replace("_", " ")


SETTLEMENTS = frozenset({Kind.CITY, Kind.SETTLEMENT, Kind.VILLAGE, Kind.PLACE})
UNITS = frozenset({Kind.COUNTRY, Kind.OBLAST, Kind.RAION, Kind.HROMADA, Kind.UNIT})
VAGUE = frozenset({Kind.PLACE, Kind.UNIT})
"""Kinds that leave open which other kind it is."""


@frozen(kw_only=True)
class Source:
    """A list that entries were made from: which edition, under which licence, and the digests of its files.

    `says` is what the list says of itself; `lacks` what it does not hold and a reader might think it does.
    """

    name: str
    version: str
    origin: str
    licence: str
    says: str
    lacks: str
    files: dict[str, str] = field(factory=dict)

    def as_json(self) -> dict[str, object]:
        """The source as plain data."""
        return {
            "name": self.name,
            "version": self.version,
            "origin": self.origin,
            "licence": self.licence,
            "says": self.says,
            "lacks": self.lacks,
            "files": dict(sorted(self.files.items())),
        }


@frozen(kw_only=True)
class Parent:
    """A unit that a place lies in: its id, its own name, and its kind."""

    ref: SourceId = field(converter=source_id)
    name: SafeText = field(converter=safe_text)
    kind: Kind

    def as_json(self) -> dict[str, object]:
        """The unit as plain data."""
        return {"id": self.ref, "name": self.name, "official_latin": official(self.name), "kind": self.kind.value}


@frozen(kw_only=True)
class Located:
    """Where a place lies: the id of the point, and why it was given to this place, in words.

    The reason is empty where the place's own entry has the point; `inferred` where several bear its name, and the point
    was given to this one of them.
    """

    point: Point
    ref: SourceId = field(converter=source_id)
    because: str = ""
    inferred: bool = False


@frozen(kw_only=True)
class Entry:
    """A place of a gazetteer. Parents from the nearest to the widest; `at` is None where no source knows a point.

    `region` is the code of its first-level unit where the source gives a code and no name; `people` is 0 where it does
    not count them.

    `perhaps` are the ids of entries that may be the same place: nobody could say which.
    """

    ref: SourceId = field(converter=source_id)
    kind: Kind
    name: SafeText = field(converter=safe_text)
    names: tuple[SafeText, ...] = ()
    parents: tuple[Parent, ...] = ()
    at: Located | None = None
    people: int = 0
    region: str = ""
    perhaps: tuple[SourceId, ...] = ()

    @property
    def all_names(self) -> tuple[str, ...]:
        """Its own name, the official Latin form of it where it is Cyrillic, then the others; each once."""
        return tuple(dict.fromkeys((self.name, official(self.name), *self.names)))

    @property
    def shown(self) -> str:
        """The place in a few words: `Дмитрівка, village (Бучанський район, Київська область)`.

        The country is named where nothing nearer is.
        """
        units: list[str] = [parent.name for parent in self.parents if parent.kind is not Kind.COUNTRY]
        if not units:
            units = [f"region {self.region}"] if self.region else []
            units += [parent.name for parent in self.parents]
        return f"{self.name}, {self.kind.words}" + (f" ({', '.join(units)})" if units else "")
