"""Reading a document of bounds: what each says about which subject, and from which source; all its faults at once."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from attrs import field, frozen

from probata.terms.errors import InvalidValue
from probata.terms.places import Point
from probata.terms.reading import fields, number, text, whole_number, word
from probata.terms.text import SafeText, safe_text
from probata.terms.times import End, RelationKind, civil_zone
from probata.verification.when.daily import Daily, read_place
from probata.verification.when.ends import ReadEnd, read_end

MOST_BOUNDS = 5_000
MOST_BYTES = 16 * 2**20

# What may stand beside without changing what a bound says. Anything else is refused: it may change it.
_REMARKS = frozenset({"note", "label", "title", "description", "text", "stated", "derivation", "clock"})
_REQUIRED = frozenset({"id", "subject", "source"})
_BOUND_FIELDS = frozenset({"precise", "imprecise", "relation", "daily", "zone"}) | _REMARKS
_DOCUMENT_FIELDS = frozenset({"schema", "zone", "place"}) | _REMARKS
_GAPS = ("least_gap_s", "most_gap_s", "least_gap_ticks", "most_gap_ticks")
_TICKS_IN_A_SECOND = 1_000_000
_LONGEST_GAP = 10**15

_Part = TypeVar("_Part")


class Fault(NamedTuple):
    """Where something is wrong in a document, and what."""

    where: str
    why: str


class BoundsRefused(InvalidValue):
    """A document of bounds has faults, all of which are told; nothing was solved."""

    code = "bounds_refused"
    template = "{what} was not solved, because of {count}: {listed}"
    advice = "Mend what is named; docs/json/when.json says what a document of bounds holds."

    def as_json(self) -> dict[str, object]:
        """The error with its faults one by one."""
        return {**super().as_json(), "faults": self.facts.get("faults", [])}


def refused(what: str, faults: list[Fault]) -> BoundsRefused:
    """The error that names all of these faults."""
    count = "one fault" if len(faults) == 1 else f"{len(faults)} faults"
    return BoundsRefused(
        what=what,
        count=count,
        listed="; ".join(f"{fault.where}: {fault.why}" for fault in faults),
        faults=[{"where": fault.where, "why": fault.why} for fault in faults],
    )


@frozen(kw_only=True)
class Source:
    """Where a bound comes from: a kind (first_seen, statement, light, weather, document), words, maybe a reference."""

    kind: SafeText = field(converter=safe_text)
    text: SafeText = field(converter=safe_text)
    ref: SafeText | None = None

    def as_json(self) -> dict[str, object]:
        """The source as plain data: `{kind, text, ref?}`."""
        return {"kind": self.kind, "text": self.text, **({} if self.ref is None else {"ref": self.ref})}

    @classmethod
    def from_json(cls, untrusted: object) -> Source:
        """Read a source; a text alone is one of kind `other`."""
        if isinstance(untrusted, str):
            return cls(kind=safe_text("other"), text=safe_text(untrusted))
        given = fields(untrusted, what="The source", required={"kind", "text"}, optional={"ref", *_REMARKS})
        ref = given.get("ref")
        return cls(
            kind=safe_text(text(given, "kind")),
            text=safe_text(text(given, "text")),
            ref=None if ref is None else safe_text(text(given, "ref")),
        )


@frozen(kw_only=True)
class Range:
    """A range as read; `written` keeps the words of the document."""

    start: ReadEnd
    end: ReadEnd
    written: tuple[str, str]


@frozen(kw_only=True)
class Tie:
    """How the subject stands in time to another subject; gaps are in ticks."""

    kind: RelationKind
    other: SafeText
    least_gap: int = 0
    most_gap: int | None = None
    says_gap: bool = False


@frozen(kw_only=True)
class Said:
    """One bound of the document: it holds whole or is left out whole.

    `stands` says how the subject stands to the range itself (before it, after it, during it); None is "within it"
    for an imprecise range and "throughout it" for a precise one.
    """

    name: SafeText
    subject: SafeText
    source: Source
    precise: Range | None = None
    imprecise: Range | None = None
    stands: RelationKind | None = None
    tie: Tie | None = None
    daily: Daily | None = None


@frozen(kw_only=True)
class Document:
    """The bounds in their order, and the zone that times are shown in where the document names one."""

    bounds: tuple[Said, ...]
    subjects: tuple[str, ...]
    zone: ZoneInfo | None = None
    in_numbers: bool = False
    offset: timedelta | None = None
    notes: tuple[str, ...] = ()


def read_text(untrusted: bytes, *, what: str, zone: ZoneInfo | None = None) -> Document:
    """Read a document from the bytes of a JSON file; raises `BoundsRefused` with every fault.

    `zone` is for times that name neither an offset nor a zone, in a document that names none.
    """
    if len(untrusted) > MOST_BYTES:
        raise refused(what, [Fault("the file", f"it is larger than {MOST_BYTES // 2**20} MiB")])
    try:
        value = json.loads(untrusted.decode("utf-8-sig"), object_pairs_hook=_each_once)
    except UnicodeDecodeError as error:
        raise refused(what, [Fault("the file", f"it is not UTF-8 text ({error.reason})")]) from error
    except InvalidValue as error:
        raise refused(what, [Fault("the file", error.message)]) from error
    except RecursionError as error:
        raise refused(what, [Fault("the file", "its values are nested too deep")]) from error
    except ValueError as error:
        raise refused(what, [Fault("the file", f"it is no JSON: {error}")]) from error
    return read(value, what=what, zone=zone)


def _each_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = _twice(name for name, _value in pairs)
        raise InvalidValue(what=f"An object that names {', '.join(names)} twice", why="only one of them can count")
    return found


def read(untrusted: object, *, what: str = "The document", zone: ZoneInfo | None = None) -> Document:
    """Read a document from plain data; raises `BoundsRefused` with every fault."""
    faults: list[Fault] = []
    try:
        given = fields(untrusted, what="It", required={"bounds"}, optional=_DOCUMENT_FIELDS)
    except InvalidValue as error:
        raise refused(what, [Fault("the document", error.message)]) from error
    context = _Context(zone=_zone(given, zone, "the document", faults), point=_point(given, faults))
    listed = given["bounds"]
    if not isinstance(listed, list) or not 0 < len(listed) <= MOST_BOUNDS:
        why = f"it must be a list of 1 to {MOST_BOUNDS} bounds; without a bound there is nothing to solve"
        raise refused(what, [*faults, Fault("bounds", why)])
    said = [one for number, row in enumerate(listed) if (one := _bound(row, number, context, faults)) is not None]
    faults += _among_each_other(said, listed)
    if faults:
        raise refused(what, faults)
    ends = [end for one in said for end in _ends(one)]
    offsets = {end.offset for end in ends if end.offset is not None}
    return Document(
        bounds=tuple(said),
        subjects=tuple(dict.fromkeys(one.subject for one in said)),
        zone=context.zone,
        in_numbers=any(end.is_number for end in ends),
        offset=offsets.pop() if len(offsets) == 1 else None,
        notes=tuple(f"{one.name}: {end.note}" for one in said for end in _ends(one) if end.note),
    )


def _twice(names: Iterable[str]) -> list[str]:
    return sorted(name for name, times in Counter(names).items() if times > 1)


class _Context(NamedTuple):
    zone: ZoneInfo | None
    point: Point | None


def _zone(given: Mapping[str, object], default: ZoneInfo | None, where: str, faults: list[Fault]) -> ZoneInfo | None:
    if given.get("zone") is None:
        return default
    try:
        return civil_zone(text(given, "zone"))
    except InvalidValue as error:
        faults.append(Fault(where, error.message))
        return default


def _point(given: Mapping[str, object], faults: list[Fault]) -> Point | None:
    try:
        return None if given.get("place") is None else read_place(given["place"])
    except InvalidValue as error:
        faults.append(Fault("the document", error.message))
        return None


def _ends(said: Said) -> list[ReadEnd]:
    return [end for one in (said.precise, said.imprecise) if one is not None for end in (one.start, one.end)]


def _name(row: object, number: int) -> str:
    name = row.get("id") if isinstance(row, dict) else None
    return f"bound {name}" if isinstance(name, str) and name else f"bound no. {number + 1}"


def _bound(row: object, number: int, context: _Context, faults: list[Fault]) -> Said | None:
    """One bound; what is wrong with it goes to the faults, each part read as if the others were right."""
    where = _name(row, number)
    try:
        given = fields(row, what="It", required=_REQUIRED, optional=_BOUND_FIELDS)
    except InvalidValue as error:
        faults.append(Fault(where, error.message))
        return None
    own = context._replace(zone=_zone(given, context.zone, where, faults))
    part = _Parts(given=given, where=where, faults=faults)
    name = part.read("id", lambda: safe_text(text(given, "id")))
    subject = part.read("subject", lambda: safe_text(text(given, "subject")))
    source = part.read("source", lambda: Source.from_json(given["source"]))
    precise = part.read("precise", lambda: _range(given, "precise", own.zone))
    imprecise = part.read("imprecise", lambda: _range(given, "imprecise", own.zone))
    relation = part.read("relation", lambda: _relation(given))
    daily = part.read("daily", lambda: Daily.from_json(given["daily"], zone=own.zone, point=own.point))
    if part.failed or name is None or subject is None or source is None:
        return None
    said = Said(
        name=name,
        subject=subject,
        source=source,
        precise=precise,
        imprecise=imprecise,
        stands=relation if isinstance(relation, RelationKind) else None,
        tie=relation if isinstance(relation, Tie) else None,
        daily=daily,
    )
    faults += [Fault(where, why) for why in _within_itself(said)]
    return said


class _Parts:
    """The parts of one bound, each read as if the others were right."""

    def __init__(self, *, given: Mapping[str, object], where: str, faults: list[Fault]) -> None:
        self._given, self._where, self._faults = given, where, faults
        self.failed = False

    def read(self, name: str, reading: Callable[[], _Part]) -> _Part | None:
        """The part, or None where the bound has none or a wrong one, which is then among the faults."""
        try:
            if self._given.get(name) is not None or name in _REQUIRED:
                return reading()
        except InvalidValue as error:
            self.failed = True
            self._faults.append(Fault(self._where, error.message))
        return None


def _range(given: Mapping[str, object], name: str, zone: ZoneInfo | None) -> Range:
    ends = given[name]
    if not isinstance(ends, list) or len(ends) != 2:
        raise InvalidValue(what=f"The {name} range", why="it must be a list of two ends")
    start, end = (
        read_end(one, zone=zone, is_start=place == 0, widest=name == "imprecise") for place, one in enumerate(ends)
    )
    if start.tick is None and end.tick is None:
        raise InvalidValue(what=f"The {name} range", why="with no limit at either end it says nothing")
    if start.tick is not None and end.tick is not None and end.tick < start.tick:
        raise InvalidValue(what=f"The {name} range {ends[0]} to {ends[1]}", why="it ends before it starts")
    return Range(start=start, end=end, written=(_written(ends[0]), _written(ends[1])))


def _written(untrusted: object) -> str:
    return "open" if untrusted is None else str(untrusted)


def _relation(given: Mapping[str, object]) -> RelationKind | Tie:
    if isinstance(given["relation"], str):
        return word(given, "relation", RelationKind)
    row = fields(given["relation"], what="A relation", required={"kind", "other"}, optional=frozenset(_GAPS))
    kind = word(row, "kind", RelationKind)
    gaps = [name for name in _GAPS if row.get(name) is not None]
    if gaps and kind not in {RelationKind.BEFORE, RelationKind.AFTER}:
        raise InvalidValue(what=f"A gap with {kind.value}", why="only before and after have one")
    if len({name.rpartition("_")[2] for name in gaps}) > 1:
        raise InvalidValue(what="The gap of a relation", why="it is in seconds or in ticks, not in both")
    least = next((_gap(row, name) for name in gaps if name.startswith("least")), 0)
    most = next((_gap(row, name) for name in gaps if name.startswith("most")), None)
    if most is not None and most < least:
        raise InvalidValue(what="The gap of a relation", why="the most is less than the least")
    return Tie(kind=kind, other=safe_text(text(row, "other")), least_gap=least, most_gap=most, says_gap=bool(gaps))


def _gap(row: Mapping[str, object], name: str) -> int:
    ticks = whole_number(row, name) if name.endswith("_ticks") else round(number(row, name) * _TICKS_IN_A_SECOND)
    if not 0 <= ticks <= _LONGEST_GAP:
        raise InvalidValue(what=f"The field {name}", why="a gap is from nothing to some thirty years")
    return ticks


def _within_itself(said: Said) -> list[str]:
    """Why a bound contradicts itself or says nothing."""
    why = []
    if said.precise is None and said.imprecise is None and said.tie is None and said.daily is None:
        why.append("it says nothing: it needs precise, imprecise, daily, or a relation to another subject")
        if said.stands is not None:
            why[-1] = f"{said.stands.value} what? It needs a range beside it, or a relation {{kind, other}}"
    if said.precise is not None and said.imprecise is not None and not _is_inside(said.precise, said.imprecise):
        why.append("its precise range lies outside its imprecise one")
    if said.stands in {RelationKind.DURING, RelationKind.OVERLAPS} and said.precise is not None:
        why.append(f"{said.stands.value} a precise range bounds nothing: what it names may be longer; use imprecise")
    has_range = said.precise is not None or said.imprecise is not None
    if said.stands in {RelationKind.BEFORE, RelationKind.AFTER} and has_range and _has_no_limit(said):
        why.append(f"{said.stands.value} this range bounds nothing: it has no limit on that side")
    if said.tie is not None and said.tie.other == said.subject:
        why.append("it relates its subject to itself")
    return why


def _has_no_limit(said: Said) -> bool:
    is_before = said.stands is RelationKind.BEFORE
    limits: list[ReadEnd] = []
    if said.imprecise is not None:
        limits.append(said.imprecise.end if is_before else said.imprecise.start)
    if said.precise is not None:
        limits.append(said.precise.start if is_before else said.precise.end)
    return all(limit.tick is None for limit in limits)


def _is_inside(inner: Range, outer: Range) -> bool:
    after = outer.start.tick is None or inner.start.tick is None or inner.start.tick >= outer.start.tick
    until = outer.end.tick is None or inner.end.tick is None or inner.end.tick <= outer.end.tick
    return after and until


def _among_each_other(said: list[Said], listed: list[object]) -> list[Fault]:
    """Names given twice, relations to nobody, and times of two kinds."""
    faults = []
    # Faulty bounds count too: their subject is known, and their name is taken.
    rows = [row for row in listed if isinstance(row, dict)]
    subjects = {row.get("subject") for row in rows if isinstance(row.get("subject"), str)}
    names = [row["id"] for row in rows if isinstance(row.get("id"), str)]
    faults += [Fault(f"bound {name}", "its id is given more than once") for name in _twice(names)]
    for one in said:
        if one.tie is not None and one.tie.other not in subjects:
            faults.append(Fault(f"bound {one.name}", f"no bound speaks about the subject {one.tie.other!r}"))
    numbers = {end.is_number for one in said for end in _ends(one) if end.word is None}
    if len(numbers) > 1:
        faults.append(Fault("bounds", "some ends are whole numbers and some are times: they cannot be compared"))
    if True in numbers:
        faults += [
            Fault(f"bound {one.name}", "a daily window needs times, and this document is in whole numbers")
            for one in said
            if one.daily is not None
        ]
    return faults


def unknown_ends(bounds: tuple[Said, ...], subject: str) -> tuple[bool, bool]:
    """Whether some bound says that there is an unknown limit to the subject's start, and to its end."""
    ranges = [one.imprecise for one in bounds if one.subject == subject and one.imprecise and one.stands is None]
    return any(one.start.word is End.UNKNOWN for one in ranges), any(one.end.word is End.UNKNOWN for one in ranges)
