"""Which places a name may mean, and what speaks for and against each of them.

Every place of that name stands in one of three lists, and none is dropped: the candidates, which all that was asked
speaks for; those of which something cannot be checked; and those set aside, each with the reason. A name that was given
as a bound (`within`, `near`) may itself mean several places: it holds where it holds for one of them, and the sentence
says for which.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal

from attrs import Attribute, evolve, field, frozen

from probata.gazetteer.asking import Asked, as_called, asked, coordinates, is_called, units, writes_it_so
from probata.gazetteer.entries import SETTLEMENTS, VAGUE, Entry, Kind
from probata.gazetteer.spelling import folded, keys, mixed, official, romanised
from probata.gazetteer.store import Gazetteer
from probata.terms.errors import InvalidValue, NotFound, Refused
from probata.terms.places import Point
from probata.verification.sightlines import HALF_ROUND_M, View, leg, precision, turn_deg

DISTANCE_TOLERANCE = 0.2
"""What `about` means where nobody says: a fifth of the distance, and no less than LEAST_TOLERANCE_KM."""
LEAST_TOLERANCE_KM = 2.0
BEARING_TOLERANCE_DEG = 15.0
_SAME_SPOT_M = 1.0
_SOUNDS_ALIKE = 3

Speaks = Literal["for", "against", "cannot"]


class NoSuchPlace(NotFound):
    """A bound names a place that the gazetteer does not hold."""

    code = "no_such_place"
    template = "The gazetteer holds no {what} named {name}{near}."
    advice = "That is no proof that there is none. Try another spelling, an id, or coordinates as LAT,LON."


class NearWithoutPoint(Refused):
    """No point is known of any place that a distance should be measured from."""

    code = "near_without_point"
    template = "No point is known of {places}: nothing can be measured from there."
    advice = "Give the coordinates as LAT,LON, or a file with more points (`--gazetteer FILE`)."
    advice_here = "Give the coordinates as LAT,LON."


def _within_limits(low: float, high: float, unit: str) -> Callable[[object, Attribute[Any], Any], None]:
    def check(_instance: object, attribute: Attribute[Any], value: float | None) -> None:
        if value is not None and not low <= value <= high:
            what = f"{attribute.name} {value}"
            raise InvalidValue(what=what, why=f"it lies between {low:g} and {high:g} {unit}")

    return check


def _as_asked(given: Asked | str) -> Asked:
    return given if isinstance(given, Asked) else asked(given)


_ROUND_KM = HALF_ROUND_M / 1000


@frozen(kw_only=True)
class Question:
    """A name and what bounds it. Distance and bearing are measured from `near`, a place or `LAT,LON`, to the place.

    Raises `InvalidValue` for a distance or bearing from nowhere, and for `near` without either.
    """

    name: Asked = field(converter=_as_asked)
    within: tuple[str, ...] = ()
    near: str | None = None
    distance_km: float | None = field(default=None, validator=_within_limits(0.0, _ROUND_KM, "km"))
    tolerance_km: float | None = field(default=None, validator=_within_limits(0.0, _ROUND_KM, "km"))
    bearing_deg: float | None = field(default=None, validator=_within_limits(0.0, 360.0, "degrees"))
    bearing_tolerance_deg: float = field(
        default=BEARING_TOLERANCE_DEG,
        validator=_within_limits(0.0, 180.0, "degrees"),
    )
    kinds: frozenset[Kind] = frozenset()
    views: tuple[View, ...] = ()

    def __attrs_post_init__(self) -> None:
        measured = self.distance_km is not None or self.bearing_deg is not None
        if measured and self.near is None:
            raise InvalidValue(what="The distance or bearing", why="it is measured from nowhere: give --near")
        if self.near is not None and not measured:
            raise InvalidValue(what="--near", why="it needs --distance-km, --bearing-deg, or both")
        if self.tolerance_km is not None and self.distance_km is None:
            raise InvalidValue(what="--tolerance-km", why="it needs --distance-km")

    @property
    def give_or_take_km(self) -> float:
        """By how much the distance may be off."""
        if self.tolerance_km is not None:
            return self.tolerance_km
        return max(LEAST_TOLERANCE_KM, DISTANCE_TOLERANCE * (self.distance_km or 0.0))


@frozen(kw_only=True)
class Anchor:
    """What a distance is measured from: how it was asked for, the places that may be meant, those without a point."""

    written: str
    points: tuple[tuple[str, Point], ...]
    places: tuple[Entry, ...] = ()
    without_point: tuple[Entry, ...] = ()


@frozen(kw_only=True)
class Bound:
    """The units that a `within` may mean."""

    written: str
    units: tuple[Entry, ...]


@frozen(kw_only=True)
class Candidate:
    """A place of that name, and what speaks for it, against it, or cannot be checked."""

    entry: Entry
    reasons_for: tuple[str, ...]
    reasons_against: tuple[str, ...]
    unchecked: tuple[str, ...]
    set_aside: tuple[str, ...]

    @property
    def radius_m(self) -> float | None:
        """How far around its point the place may reach: a convention by kind and people, since no source tells it."""
        return None if self.entry.at is None else reach_m(self.entry)

    def as_json(self) -> dict[str, object]:
        """The candidate as the contract prints it."""
        entry = self.entry
        told: dict[str, object] = {
            "id": entry.ref,
            "name": entry.name,
            "official_latin": official(entry.name),
            "names": list(entry.all_names),
            "parents": [parent.as_json() for parent in entry.parents],
            "kind": entry.kind.value,
        }
        if entry.at is not None:
            told["lat"] = entry.at.point.latitude_deg
            told["lon"] = entry.at.point.longitude_deg
            told["radius_m"] = self.radius_m
            told["precision"] = precision(reach_m(entry)).value
            told["point"] = {"from": entry.at.ref, "because": entry.at.because, "inferred": entry.at.inferred}
        if entry.people:
            told["people"] = entry.people
        if entry.region:
            told["region_code"] = entry.region
        told["for"] = list(self.reasons_for)
        told["against"] = [*self.set_aside, *self.reasons_against]
        told["unchecked"] = list(self.unchecked)
        told["perhaps_same_as"] = list(entry.perhaps)
        return told


@frozen(kw_only=True)
class Answer:
    """All places of a name, in three lists that together are all; and how the bounds were understood."""

    question: Question
    candidates: tuple[Candidate, ...]
    cannot_be_checked: tuple[Candidate, ...]
    set_aside: tuple[Candidate, ...]
    within: tuple[Bound, ...]
    anchor: Anchor | None
    notes: tuple[str, ...]
    near_spellings: tuple[str, ...]

    @property
    def named(self) -> int:
        """How many places bear the name at all."""
        return len(self.candidates) + len(self.cannot_be_checked) + len(self.set_aside)


def reach_m(entry: Entry) -> float:
    """How far a settlement reaches from its point, in metres, by kind and people: a convention, wide on purpose."""
    if entry.people > 100_000:
        return 10_000.0
    return 5_000.0 if entry.kind is Kind.CITY or entry.people > 10_000 else 3_000.0


def names_in(question: Question) -> tuple[str, ...]:
    """The names that settlements are looked up by: of the one asked for, and of the one that is measured from."""
    near = None if question.near is None or coordinates(question.near) is not None else asked(question.near)
    both = (question.name,) if near is None else (question.name, near)
    return tuple(dict.fromkeys(name for one in both for name in (one.name, one.whole)))


def ask(gazetteer: Gazetteer, question: Question, named: Callable[[str], list[Entry]] | None = None) -> Answer:
    """Every place that the name may mean. `named` looks settlements up where more than the gazetteer is to be asked.

    Raises `NoSuchPlace` and `NearWithoutPoint` for bounds that mean nothing.
    """
    bounds = tuple(_bound(gazetteer, written) for written in (*question.within, *question.name.within))
    look_up = named or gazetteer.named
    question = evolve(question, name=as_called(question.name, look_up))
    anchor = None if question.near is None else _anchor(gazetteer, question.near, look_up)
    kinds = question.kinds | question.name.kinds
    entries = _one_by_id(gazetteer, question.name) or look_up(question.name.name)
    judged = [_judged(entry, question, bounds, anchor, kinds) for entry in entries]
    judged.sort(key=lambda one: (_closeness(one.entry, question.name.name), one.entry.ref))
    good = tuple(one for one in judged if not one.set_aside and not one.unchecked)
    open_ = tuple(one for one in judged if not one.set_aside and one.unchecked)
    off = tuple(one for one in judged if one.set_aside)
    return Answer(
        question=question,
        candidates=good,
        cannot_be_checked=open_,
        set_aside=off,
        within=bounds,
        anchor=anchor,
        notes=tuple(_notes(question, bounds, anchor, open_)),
        near_spellings=() if judged else tuple(gazetteer.near_spellings(question.name.name)),
    )


def _one_by_id(gazetteer: Gazetteer, name: Asked) -> list[Entry]:
    entry = gazetteer.one(name.written) if ":" in name.written else None
    return [] if entry is None else [entry]


def _bound(gazetteer: Gazetteer, written: str) -> Bound:
    question = asked(written)
    found = _one_by_id(gazetteer, question) or units(gazetteer, question)
    for above in question.within:
        among = {one.ref for one in _bound(gazetteer, above).units}
        found = [one for one in found if among & {parent.ref for parent in one.parents}]
    if not found:
        raise NoSuchPlace(what="unit", name=written, near=_perhaps(gazetteer, question.name))
    return Bound(written=question.written, units=tuple(found))


def _anchor(gazetteer: Gazetteer, written: str, look_up: Callable[[str], list[Entry]]) -> Anchor:
    point = coordinates(written)
    if point is not None:
        told = f"{point.latitude_deg:g}, {point.longitude_deg:g}"
        return Anchor(written=told, points=((told, point),))
    question = asked(written)
    found = _one_by_id(gazetteer, question)
    if not found:
        question = as_called(question, look_up)
        kinds = question.kinds or SETTLEMENTS
        named = [one for one in look_up(question.name) if one.kind in kinds]
        found = [one for one in named if is_called(one, question.name)] or named
        for above in question.within:
            among = {one.ref for one in _bound(gazetteer, above).units}
            found = [one for one in found if among & {parent.ref for parent in one.parents}]
    if not found:
        raise NoSuchPlace(what="place", name=written, near=_perhaps(gazetteer, question.name))
    points = tuple((one.shown, one.at.point) for one in found if one.at is not None)
    if not points:
        raise NearWithoutPoint(places="; ".join(f"{one.shown} [{one.ref}]" for one in found))
    without = tuple(one for one in found if one.at is None)
    return Anchor(written=question.written, points=points, places=tuple(found), without_point=without)


def _perhaps(gazetteer: Gazetteer, name: str) -> str:
    near = gazetteer.near_spellings(name)
    return f"; near it are {', '.join(near)}" if near else ""


def _judged(
    entry: Entry, question: Question, bounds: Sequence[Bound], anchor: Anchor | None, kinds: frozenset[Kind]
) -> Candidate:
    told: dict[Speaks, list[str]] = {"for": [], "against": [], "cannot": []}
    judged = [_of_kind(entry, kinds), *(_lies_in(entry, bound) for bound in bounds)]
    judged += [_measured(entry, question, anchor), *(_in_view(entry, view) for view in question.views)]
    for one in judged:
        if one is not None:
            told[one[0]].append(one[1])
    closeness, sentence = _closeness(entry, question.name.name), _spelled(entry, question.name)
    mild = [] if closeness < _SOUNDS_ALIKE else [sentence]
    if entry.at is not None and entry.at.inferred:
        mild.append(f"Its point is an inference ({entry.at.ref}). {entry.at.because}")
    if entry.perhaps:
        mild.append(f"It may be the same place as {', '.join(entry.perhaps)}: nobody could say which.")
    return Candidate(
        entry=entry,
        reasons_for=(*([sentence] if closeness < _SOUNDS_ALIKE else []), *told["for"]),
        reasons_against=tuple(mild),
        unchecked=tuple(told["cannot"]),
        set_aside=tuple(told["against"]),
    )


def _closeness(entry: Entry, name: str) -> int:
    """0 where its own name is written so, 1 where another is, 2 where a table says so, 3 where it sounds alike."""
    if ":" in name or folded(entry.name) == folded(name):
        return 0
    if writes_it_so(entry, name):
        return 1
    return 2 if _table(entry, name) else _SOUNDS_ALIKE


def _table(entry: Entry, name: str) -> tuple[str, str] | None:
    """The table by which one name is the other in Latin letters, and the Cyrillic name."""
    for cyrillic, latin in (*((one, name) for one in entry.all_names), *((name, one) for one in entry.all_names)):
        for table, told in romanised(cyrillic).items():
            if folded(told) == folded(latin):
                return table, cyrillic
    return None


def _spelled(entry: Entry, name: Asked) -> str:
    if ":" in name.written:
        return f"It has the id {entry.ref}."
    if _closeness(entry, name.name) < 2:
        return f"Its name is written {name.name} in its source."
    found = _table(entry, name.name)
    if found is not None:
        return f"{name.name} and {entry.name} are one name: so {found[0]} writes {found[1]} in Latin letters."
    alike = next((one for one in entry.all_names if keys(one) & keys(name.name)), entry.name)
    return f"It is not written {name.name} in its source: {alike} only sounds alike."


def _of_kind(entry: Entry, kinds: frozenset[Kind]) -> tuple[Speaks, str] | None:
    if not kinds:
        return None
    words = " or ".join(sorted(kind.words for kind in kinds))
    if entry.kind in kinds:
        return "for", f"It is a {entry.kind.words}, as asked."
    if entry.kind in VAGUE:
        return "cannot", f"Whether it is a {words} cannot be checked: its source does not tell its kind."
    return "against", f"It is a {entry.kind.words}, not a {words}."


def _lies_in(entry: Entry, bound: Bound) -> tuple[Speaks, str]:
    verdicts = [_lies_in_one(entry, unit) for unit in bound.units]
    for wanted in ("for", "cannot"):
        for speaks, sentence in verdicts:
            if speaks == wanted:
                return speaks, sentence
    if len(verdicts) == 1:
        return verdicts[0]
    return "against", f"It lies in none of the {len(verdicts)} units named {bound.written}."


def _lies_in_one(entry: Entry, unit: Entry) -> tuple[Speaks, str]:
    above = {parent.ref: parent for parent in entry.parents}
    if unit.ref in above:
        return "for", f"It lies in {unit.shown}."
    own = {one.kind: one for one in (*reversed(unit.parents),)} | {unit.kind: unit}
    for parent in entry.parents:
        other = own.get(parent.kind)
        if other is not None and other.ref != parent.ref:
            return "against", f"It lies in {parent.name}, not in {unit.shown}."
    if entry.ref.startswith("katottg:") and unit.ref.startswith("katottg:"):
        return "against", f"The codifier does not place it in {unit.shown}."
    why = "its source does not tell its units so far down"
    return "cannot", f"Whether it lies in {unit.shown} cannot be checked: {why}."


def _measured(entry: Entry, question: Question, anchor: Anchor | None) -> tuple[Speaks, str] | None:
    if anchor is None:
        return None
    if entry.at is None:
        return "cannot", f"Its distance from {anchor.written} cannot be checked: no point is known."
    verdicts = [_from_one(entry.at.point, question, told, point) for told, point in anchor.points]
    for wanted in ("for", "cannot"):
        for speaks, sentence in verdicts:
            if speaks == wanted:
                return speaks, sentence
    if len(verdicts) == 1:
        return verdicts[0]
    return "against", f"From none of the {len(verdicts)} places named {anchor.written}. {verdicts[0][1]}"


def _from_one(point: Point, question: Question, told: str, start: Point) -> tuple[Speaks, str]:
    way = leg(start, point)
    away_km = way.distance_m / 1000
    asked_for, fits = [], True
    if question.distance_km is not None:
        asked_for.append(f"about {question.distance_km:g} km, give or take {question.give_or_take_km:g}")
        fits = abs(away_km - question.distance_km) <= question.give_or_take_km
    if question.bearing_deg is not None:
        if way.distance_m < _SAME_SPOT_M:
            return ("cannot" if fits else "against"), f"It is the very spot of {told}: there is no bearing to it."
        asked_for.append(f"bearing {question.bearing_deg:g}°, give or take {question.bearing_tolerance_deg:g}")
        fits = fits and turn_deg(way.bearing_deg, question.bearing_deg) <= question.bearing_tolerance_deg
    sentence = f"It lies {away_km:.1f} km away on bearing {way.bearing_deg:.0f}° from {told}; "
    return ("for" if fits else "against"), f"{sentence}asked for: {', '.join(asked_for)}."


def _in_view(entry: Entry, view: View) -> tuple[Speaks, str]:
    camera = f"{view.at.latitude_deg:g}, {view.at.longitude_deg:g} towards {view.azimuth_deg:g}°"
    if entry.at is None:
        return "cannot", f"Whether it is in view from {camera} cannot be checked: no point is known."
    holding = view.holds(entry.at.point, reach_m(entry))
    if holding == "inside":
        return "for", f"It lies in view from {camera}."
    if holding == "outside":
        return "against", f"No part of it lies in view from {camera}."
    return "for", f"A part of it may lie in view from {camera}."


def _notes(
    question: Question, bounds: Sequence[Bound], anchor: Anchor | None, unchecked: Sequence[Candidate]
) -> Iterator[str]:
    if mixed(question.name.written):
        yield "The name holds Cyrillic and Latin letters; those that only look alike were read as Cyrillic."
    for bound in bounds:
        if len(bound.units) > 1:
            yield f"{len(bound.units)} units are named {bound.written}; a place counts that lies in one of them."
    if anchor is not None and len(anchor.points) > 1:
        yield f"{len(anchor.points)} places are named {anchor.written}; a place counts that fits from one of them."
    if anchor is not None and anchor.without_point:
        others = "; ".join(f"{one.shown} [{one.ref}]" for one in anchor.without_point)
        yield (
            f"Nothing was measured from {others}: no point is known. If that is the {anchor.written} which was meant, "
            "what the distance sets aside here may be right."
        )
    if unchecked:
        yield f"{len(unchecked)} of this name cannot be checked against all that was asked; they are not ruled out."
