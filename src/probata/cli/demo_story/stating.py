"""The story's parties and propositions: two sides told alike, what may be so, and what cannot be so together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from string import Template
from typing import Any

from probata.claims import services
from probata.claims.parties import Party
from probata.claims.propositions import EdgeKind, Proposition
from probata.cli.demo_story.people import Cast

_ACT, _ROAD = "the shooting", "the roadside"
_UNIT = "Third Heath Battalion"

# Each with its names by language; a description stands where nobody gives a name.
_NAMED: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("lantern", "outlet", {"en": "The Morning Lantern"}),
    ("heron", "outlet", {"en": "Heron Wire"}),
    ("evening", "outlet", {"en": "Evening Post"}),
    ("courier", "outlet", {"en": "The Hill Courier"}),
    ("ruchey", "outlet", {"ru": "Газета «Ручей»", "en": "Ruchey"}),
    ("battalion", "unit", {"en": _UNIT}),
    ("north", "armed_group", {"en": "armed forces of $NORTH", "ru": "вооружённые силы $NORTH_RU"}),
    ("south", "armed_group", {"en": "armed forces of $SOUTH", "ru": "вооружённые силы $SOUTH_RU"}),
    ("south defence", "state_body", {"en": "Ministry of Defence of $SOUTH", "ru": "Министерство обороны $SOUTH_RU"}),
    ("south minister", "official_role", {"en": "Foreign minister of $SOUTH"}),
    ("north prosecutor", "official_role", {"en": "Prosecutor General of $NORTH"}),
)
_DESCRIBED = (
    ("residents", "official_role", "unnamed", "two residents, who asked not to be named"),
    ("driver", "official_role", "unnamed", "a driver who passed by, not named"),
    ("commander", "official_role", "unnamed", f"a commander of the {_UNIT}, not named"),
    ("north adviser", "official_role", "unnamed", "an adviser to the president of $NORTH, not named"),
    ("south spokesperson", "official_role", "unnamed", "a spokesperson for the Ministry of Defence of $SOUTH"),
    ("unknown", "unit", "unknown", None),
)


def parties(cast: Cast, names: Mapping[str, str]) -> dict[str, str]:
    """Record everybody who speaks or is spoken of, in one act; record ids by short name."""
    told: dict[str, dict[str, Any]] = {
        key: {"kind": kind, "naming": "named", "names": _spelt(spelt, names)} for key, kind, spelt in _NAMED
    }
    for key, kind, naming, words in _DESCRIBED:
        told[key] = {"kind": kind, "naming": naming, "description": words and _put(words, names)}
    made = services.add_parties([Party.from_json(one) for one in told.values()], actor=cast.analyst)
    return {key: known.id for key, known in zip(told, made, strict=True)}


def propositions(cast: Cast, ids: Mapping[str, str], names: Mapping[str, str], incident: str) -> dict[str, str]:
    """Record what may be so, and how these stand to each other; record ids by short name."""
    told = {
        key: {**one, "incident": None if key == "other video" else incident}
        for key, one in {**dict(_told(ids, names)), **_counts()}.items()
    }
    made = services.add_propositions([Proposition.from_json(one) for one in told.values()], actor=cast.analyst)
    known = {key: one.id for key, one in zip(told, made, strict=True)}
    for start, kind, end, why in _EDGES:
        services.relate(known[start], kind, known[end], actor=cast.analyst, why=why)
    return known


_EDGES = (
    ("hit", EdgeKind.ENTAILS, "shots", "who is hit by the shots is hit by shots that were fired"),
    ("north fired", EdgeKind.ENTAILS, "shots", "whoever fired the shots, shots were fired"),
    ("south fired", EdgeKind.ENTAILS, "shots", "whoever fired the shots, shots were fired"),
    ("unhurt", EdgeKind.CONTRADICTS, "hit", "where nobody is hit, no person is"),
)


def _told(ids: Mapping[str, str], names: Mapping[str, str]) -> Iterator[tuple[str, dict[str, Any]]]:
    for key, statement in (
        ("shots", "three shots are fired"),
        ("hit", "persons who lie beside the road are hit by the shots"),
        ("unhurt", "nobody is hit by the shots"),
    ):
        yield key, {"type": "occurred", "statement": statement, "act": _ACT}
    for key in ("north", "south"):
        statement = _put(f"armed forces of ${key.upper()} fired the shots", names)
        yield f"{key} fired", _done(statement, _ACT, ids[key])
    yield "unknown fired", _done("a unit that nobody knows fired the shots", _ACT, ids["unknown"])
    yield "ambush", _done(f"the {_UNIT} carried out the ambush", "the ambush", ids["battalion"])
    yield "sunday", _dated("the shooting was on Sunday, 12 October", "2031-10-12T00:00:00+03:00", "2031-10-12T23:59:59")
    yield (
        "tuesday",
        _dated(
            "the shooting was on the afternoon of Tuesday, 14 October",
            "2031-10-14T12:00:00+03:00",
            "2031-10-14T20:00:00",
        ),
    )
    yield "near", _located("the road lies near Verkhnya Pelemka", "Verkhnya Pelemka", "en")
    yield "called", _located("the road lies near a village that people call Berezivka", "Березівка", "uk")
    status = "the persons who lie there had laid down their arms"
    yield "status", {"type": "person_status", "statement": status, "subject": "the persons who lie there"}
    yield (
        "other video",
        {
            "type": "related_media",
            "statement": "an earlier, different video shows mistreatment of persons who were held",
        },
    )


def _counts() -> dict[str, dict[str, Any]]:
    found = {}
    for key, statement, least, most in (
        ("many", "three persons or more lie there", 3, None),
        ("few", "two persons at most lie there", 0, 2),
    ):
        count = {"min": least, "max": most, "basis": "reported", "population": "persons lying"}
        value = {"count": {**count, "exhaustive": most is not None}}
        found[key] = {"type": "count", "statement": statement, "subject": _ROAD, "value": value}
    return found


def _done(statement: str, act: str, party: str) -> dict[str, Any]:
    return {"type": "authorship", "statement": statement, "act": act, "value": {"party": party}}


def _dated(statement: str, start: str, end: str) -> dict[str, Any]:
    time = {
        "precise": None,
        "imprecise": [start, f"{end}+03:00"],
        "relations": [],
        "stated": None,
        "zone": "Europe/Kyiv",
        "clock": "stated",
        "derivation": "as it is stated",
    }
    return {"type": "dated", "statement": statement, "subject": _ACT, "value": {"time": time}}


def _located(statement: str, name: str, language: str) -> dict[str, Any]:
    place: dict[str, Any] = {"stated": {"text": name, "language": language}, "candidates": [], "chosen": None}
    return {"type": "located", "statement": statement, "subject": _ROAD, "value": {"place": place}}


def _spelt(spelt: Mapping[str, str], names: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"text": _put(text, names), "language": language} for language, text in spelt.items()]


def _put(words: str, names: Mapping[str, str]) -> str:
    return Template(words).substitute(names)
