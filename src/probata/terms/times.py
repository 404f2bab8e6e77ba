"""Times with doubt: ranges with reasons, open ends, the kind of clock behind them; every instant zone-aware.

Two ranges, never mixed, as in CIDOC CRM: a *precise* one throughout which the thing goes on (P81), and an *imprecise*
one at some time within which it falls (P82). Both include their ends. Instants carry a fixed offset from UTC; the
civil zone stands beside them as a name, because its rules are changed by governments and an instant is not.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from enum import Enum
from zoneinfo import ZoneInfo

from attrs import field, frozen

from probata.terms.errors import InvalidValue
from probata.terms.ids import RecordId, record_id
from probata.terms.reading import fields, rows, text, word
from probata.terms.text import SafeText, Stated, safe_text


class End(Enum):
    """An end of a range that is not an instant."""

    OPEN = "open"
    """No limit is claimed on this side."""
    UNKNOWN = "unknown"
    """There is a limit on this side, and nobody here knows it."""


Bound = datetime | End
"""One end of a range: an aware instant, or the word for its absence."""

# RFC 3339, section 5.6, with at most six digits of a second: what datetime can hold without cutting.
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d(:\d\d)?)")


def instant(moment: datetime) -> datetime:
    """The same instant with its offset from UTC fixed.

    Two datetimes that share one `ZoneInfo` are compared by their wall clocks, which is wrong in the hour that an
    autumn night has twice; with fixed offsets they are compared as instants. Raises `InvalidValue` without an offset.
    """
    offset = moment.utcoffset()
    if offset is None:
        raise InvalidValue(what=f"The time {moment.isoformat()}", why="it does not say its offset from UTC")
    try:
        return moment.astimezone(timezone(offset))
    except OverflowError as error:
        raise InvalidValue(what=f"The time {moment.isoformat()}", why="it lies at the edge of the calendar") from error


def read_instant(untrusted_text: str) -> datetime:
    """Read an instant such as `2022-03-30T14:05:09.25+03:00` (RFC 3339); nothing is cut, nothing assumed.

    Raises `InvalidValue` without an offset, and for a leap second (`:60`), which datetime cannot hold.
    """
    if not _INSTANT.fullmatch(untrusted_text):
        raise InvalidValue(what=f"The time {untrusted_text!r}", why="it must read like 2022-03-30T14:05:09+03:00")
    try:
        return instant(datetime.fromisoformat(untrusted_text))
    except ValueError as error:
        raise InvalidValue(what=f"The time {untrusted_text!r}", why=str(error)) from error


def civil_zone(untrusted_name: str) -> ZoneInfo:
    """The civil time zone of this IANA name, such as `Europe/Kyiv`; raises `InvalidValue` where there is none."""
    try:
        return ZoneInfo(untrusted_name)
    except (ValueError, OSError, KeyError) as error:
        # A folder of zones (`Europe`) is an OSError, an unknown name a KeyError, a path with dots a ValueError.
        raise InvalidValue(what=f"The time zone {untrusted_name!r}", why="no such zone is known here") from error


def instants_of(wall: datetime, zone: ZoneInfo) -> tuple[datetime, ...]:
    """Every instant at which clocks of this zone show this wall time: one, two in an autumn night, none in a gap."""
    if wall.tzinfo is not None:
        raise InvalidValue(what=f"The wall time {wall.isoformat()}", why="it has an offset already")
    found = set()
    for fold in (0, 1):
        guess = _read_by_zone(wall, zone, fold=fold)
        clock = guess.astimezone(zone)
        if (clock.date(), clock.time()) == (wall.date(), wall.time()):
            found.add(guess)
    return tuple(instant(guess.astimezone(zone)) for guess in sorted(found))


def _read_by_zone(wall: datetime, zone: ZoneInfo, *, fold: int) -> datetime:
    # PEP 495: where clocks show a time twice, fold=1 is the second; where they leap over it, fold=0 reads it by the
    # offset before the leap and fold=1 by the one after.
    try:
        return datetime.combine(wall.date(), wall.time().replace(fold=fold), tzinfo=zone).astimezone(UTC)
    except OverflowError as error:
        raise InvalidValue(
            what=f"The wall time {wall.isoformat()}", why="it lies at the edge of the calendar"
        ) from error


def first_instant_of_day(day: date, zone: ZoneInfo) -> datetime:
    """When this day begins in this zone: at its midnight, or where clocks leap over midnight, at the leap."""
    midnight = datetime.combine(day, datetime.min.time())
    shown = instants_of(midnight, zone)
    if shown:
        return shown[0]
    before, after = _read_by_zone(midnight, zone, fold=1), _read_by_zone(midnight, zone, fold=0)
    offset_after = after.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        if middle.astimezone(zone).utcoffset() == offset_after:
            after = middle
        else:
            before = middle
    return instant(after.astimezone(zone))


def _as_bound(bound: Bound) -> Bound:
    return instant(bound) if isinstance(bound, datetime) else bound


def _bound_as_json(bound: Bound) -> str:
    return bound.isoformat() if isinstance(bound, datetime) else bound.value


def _read_bound(untrusted_text: str) -> Bound:
    for end in End:
        if end.value == untrusted_text:
            return end
    return read_instant(untrusted_text)


@frozen(kw_only=True)
class TimeRange:
    """From one instant through another, both included; an end may be open or unknown, but not both ends.

    `TimeRange(start=a, end=a)` is the instant itself.
    """

    start: Bound = field(converter=_as_bound)
    end: Bound = field(converter=_as_bound)

    @end.validator
    def _forward(self, _attribute: object, value: Bound) -> None:
        if isinstance(self.start, End) and isinstance(value, End):
            raise InvalidValue(what="A range of time", why="with no instant at either end it says nothing")
        if isinstance(self.start, datetime) and isinstance(value, datetime) and value < self.start:
            raise InvalidValue(
                what=f"The range {self.start.isoformat()} to {value.isoformat()}", why="it ends before it starts"
            )

    def contains(self, moment: datetime) -> bool:
        """Whether the instant may lie inside; an open or unknown end excludes nothing."""
        after_start = isinstance(self.start, End) or self.start <= moment
        return after_start and (isinstance(self.end, End) or moment <= self.end)

    def within(self, other: TimeRange) -> bool:
        """Whether nothing that is known of this range lies outside the other."""
        return _not_before(self.start, other.start) and _not_after(self.end, other.end)

    def overlap(self, other: TimeRange) -> TimeRange | None:
        """The range both may share, a single instant included; None when they share nothing."""
        start, end = _later(self.start, other.start), _earlier(self.end, other.end)
        if isinstance(start, datetime) and isinstance(end, datetime) and end < start:
            return None
        return TimeRange(start=start, end=end)

    def as_json(self) -> list[str]:
        """The range as `[start, end]`, each an RFC 3339 instant, `open` or `unknown`."""
        return [_bound_as_json(self.start), _bound_as_json(self.end)]

    @classmethod
    def from_json(cls, untrusted: object) -> TimeRange:
        """Read `as_json` back; raises `InvalidValue` for anything else."""
        if not isinstance(untrusted, list) or len(untrusted) != 2 or not all(isinstance(one, str) for one in untrusted):
            raise InvalidValue(what="A range of time", why="it must be a list of two texts")
        return cls(start=_read_bound(untrusted[0]), end=_read_bound(untrusted[1]))


def _not_before(mine: Bound, theirs: Bound) -> bool:
    return isinstance(theirs, End) or (isinstance(mine, datetime) and mine >= theirs)


def _not_after(mine: Bound, theirs: Bound) -> bool:
    return isinstance(theirs, End) or (isinstance(mine, datetime) and mine <= theirs)


def _later(one: Bound, other: Bound) -> Bound:
    if isinstance(one, datetime) and isinstance(other, datetime):
        return max(one, other)
    return _the_limit(one, other)


def _earlier(one: Bound, other: Bound) -> Bound:
    if isinstance(one, datetime) and isinstance(other, datetime):
        return min(one, other)
    return _the_limit(one, other)


def _the_limit(one: Bound, other: Bound) -> Bound:
    # An instant limits more than a word does; an unknown limit is still a limit, an open end is none.
    if isinstance(one, datetime):
        return one
    if isinstance(other, datetime):
        return other
    return End.UNKNOWN if End.UNKNOWN in (one, other) else End.OPEN


class ClockKind(Enum):
    """Which kind of clock a time was read from."""

    SYNCHRONISED = "synchronised"
    """A clock that was held to a time service when it was read."""
    DEVICE = "device"
    """The clock of a camera or telephone; nobody has checked it."""
    PLATFORM = "platform"
    """A server's stamp on what was uploaded, posted or delivered."""
    STATED = "stated"
    """No clock: somebody says so."""
    COMPUTED = "computed"
    """No clock: a calculator derived it, such as from shadows."""
    UNKNOWN = "unknown"
    """Nobody here knows."""


class RelationKind(Enum):
    """How a time stands to that of another record."""

    BEFORE = "before"
    AFTER = "after"
    DURING = "during"
    CONTAINS = "contains"
    OVERLAPS = "overlaps"
    SAME_TIME = "same_time"


@frozen(kw_only=True)
class Relation:
    """This time stands so to the time of another record: before it, after it, during it."""

    kind: RelationKind
    other: RecordId = field(converter=record_id)

    def as_json(self) -> dict[str, object]:
        """The relation as plain data."""
        return {"kind": self.kind.value, "other": self.other}

    @classmethod
    def from_json(cls, untrusted: object) -> Relation:
        """Read `as_json` back; raises `InvalidValue` for anything else."""
        given = fields(untrusted, what="A relation in time", required={"kind", "other"})
        return cls(kind=word(given, "kind", RelationKind), other=record_id(text(given, "other")))


def _zone_name(untrusted_name: str | None) -> str | None:
    return None if untrusted_name is None else civil_zone(untrusted_name).key


@frozen(kw_only=True)
class TimeWithDoubt:
    """When something was, as far as it is known, and how that is known.

    `precise`: it went on throughout. `imprecise`: it falls at some time within. With both, the precise range lies
    inside the imprecise one. `derivation` says in words how the ranges came about; `stated` keeps what was said, word
    for word.
    """

    precise: TimeRange | None = None
    imprecise: TimeRange | None = field(default=None)
    relations: tuple[Relation, ...] = ()
    stated: Stated | None = field(default=None)
    zone: str | None = field(default=None, converter=_zone_name)
    clock: ClockKind
    derivation: SafeText = field(converter=safe_text)

    @imprecise.validator
    def _around_the_precise(self, _attribute: object, value: TimeRange | None) -> None:
        if self.precise is not None and value is not None and not self.precise.within(value):
            raise InvalidValue(what="A time", why="what it holds throughout must lie inside what it lies within")

    @stated.validator
    def _says_something(self, _attribute: object, value: Stated | None) -> None:
        if value is None and self.precise is None and self.imprecise is None and not self.relations:
            raise InvalidValue(what="A time", why="it needs a range, a relation or a statement")

    def as_json(self) -> dict[str, object]:
        """The time as plain data; ranges as `[start, end]`, what is not known as null."""
        return {
            "precise": None if self.precise is None else self.precise.as_json(),
            "imprecise": None if self.imprecise is None else self.imprecise.as_json(),
            "relations": [relation.as_json() for relation in self.relations],
            "stated": None if self.stated is None else self.stated.as_json(),
            "zone": self.zone,
            "clock": self.clock.value,
            "derivation": self.derivation,
        }

    @classmethod
    def from_json(cls, untrusted: object) -> TimeWithDoubt:
        """Read `as_json` back; raises `InvalidValue` for anything else."""
        names = {"precise", "imprecise", "relations", "stated", "zone", "clock", "derivation"}
        given = fields(untrusted, what="A time", required=names)
        return cls(
            precise=None if given["precise"] is None else TimeRange.from_json(given["precise"]),
            imprecise=None if given["imprecise"] is None else TimeRange.from_json(given["imprecise"]),
            relations=tuple(Relation.from_json(one) for one in rows(given, "relations")),
            stated=None if given["stated"] is None else Stated.from_json(given["stated"]),
            zone=None if given["zone"] is None else text(given, "zone"),
            clock=word(given, "clock", ClockKind),
            derivation=safe_text(text(given, "derivation")),
        )
