"""Propositions: what may be so, stated once and neutrally, so that claims, evidence and findings speak of the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from itertools import combinations
from typing import Any

from attrs import field, frozen

from probata.terms.counts import Count
from probata.terms.errors import InvalidValue
from probata.terms.ids import RecordId, record_id
from probata.terms.places import Place
from probata.terms.reading import fields, text, word
from probata.terms.text import SafeText, safe_text
from probata.terms.times import TimeWithDoubt

_REQUIRED = {"type", "statement"}
_OPTIONAL = {"subject", "act", "value", "incident"}


class PropositionType(Enum):
    """What a proposition says of its subject."""

    OCCURRED = "occurred"
    LOCATED = "located"
    DATED = "dated"
    PERSON_STATUS = "person_status"
    COUNT = "count"
    AFFILIATION = "affiliation"
    IDENTITY_OF_OBJECT = "identity_of_object"
    UTTERANCE = "utterance"
    AUTHORSHIP = "authorship"
    CUSTODY = "custody"
    RELATED_MEDIA = "related_media"


class EdgeKind(Enum):
    """How two propositions stand to each other."""

    CONTRADICTS = "contradicts"
    """They cannot both be so."""
    ENTAILS = "entails"
    """If the first is so, the second is."""


Value = TimeWithDoubt | Place | Count | RecordId | SafeText
"""A time, a place, a count, a party (by its record id), or words."""

_OF_VALUE = {
    PropositionType.DATED: ("time",),
    PropositionType.LOCATED: ("place",),
    PropositionType.COUNT: ("count",),
    PropositionType.AUTHORSHIP: ("party",),
    PropositionType.AFFILIATION: ("party",),
}
"""The types that can hold one form of value only; the others take words, or nothing."""


def _form(value: Value | None) -> str:
    """The name of the value's form in JSON."""
    if isinstance(value, TimeWithDoubt):
        return "time"
    if isinstance(value, Place):
        return "place"
    return "count" if isinstance(value, Count) else "none" if value is None else "text"


@frozen(kw_only=True)
class Proposition:
    """One thing that may be so: a type, what it is about, which act, and the value that it states.

    `act` names the deed in neutral words: who is said to have carried out *the ambush* is one proposition, who is said
    to have carried out *the shooting* another, and nothing said of the one speaks of the other. `party` is whoever is
    affiliated or is said to have done it. Raises `InvalidValue` where the value does not fit the type, and for
    `authorship` without an act.
    """

    type: PropositionType
    statement: SafeText = field(converter=safe_text)
    subject: SafeText | None = None
    act: SafeText | None = field(default=None)
    value: TimeWithDoubt | Place | Count | SafeText | None = field(default=None)
    party: RecordId | None = field(default=None)
    incident: RecordId | None = None

    @act.validator
    def _which_act(self, _attribute: object, value: SafeText | None) -> None:
        if self.type is PropositionType.AUTHORSHIP and value is None:
            raise InvalidValue(what="A proposition of who did something", why="it does not name the act")

    @party.validator
    def _fits_the_type(self, _attribute: object, value: RecordId | None) -> None:
        wanted = _OF_VALUE.get(self.type)
        forms = ("party",) if value is not None else (_form(self.value),)
        if value is not None and self.value is not None:
            raise InvalidValue(what="A proposition", why="it states a party and another value; it states one")
        if wanted is not None and forms != wanted:
            raise InvalidValue(what=f"A proposition of type {self.type.value}", why=f"its value is a {wanted[0]}")
        if wanted is None and forms[0] not in {"text", "none"}:
            why = f"a {forms[0]} has a type of its own"
            raise InvalidValue(what=f"A proposition of type {self.type.value}", why=why)

    @property
    def about(self) -> tuple[str, str, str]:
        """What it is about, its value aside: two propositions about the same may contradict each other."""
        return self.type.value, self.subject or "", self.act or ""

    def as_json(self) -> dict[str, object]:
        """The proposition as plain data; `value` is `{time|place|count|party|text: …}` or null."""
        return {
            "type": self.type.value,
            "statement": self.statement,
            "subject": self.subject,
            "act": self.act,
            "value": self._value_as_json(),
            "incident": self.incident,
        }

    def _value_as_json(self) -> dict[str, object] | None:
        if self.party is not None:
            return {"party": self.party}
        if self.value is None:
            return None
        return {_form(self.value): self.value if isinstance(self.value, str) else self.value.as_json()}

    @classmethod
    def from_json(cls, untrusted: object) -> Proposition:
        """Read `as_json` back; raises `InvalidValue` for anything else."""
        given = fields(untrusted, what="A proposition", required=_REQUIRED, optional=_OPTIONAL)
        value, party = _value(given.get("value"))
        return cls(
            type=word(given, "type", PropositionType),
            statement=safe_text(text(given, "statement")),
            subject=_words(given, "subject"),
            act=_words(given, "act"),
            value=value,
            party=party,
            incident=None if given.get("incident") is None else record_id(text(given, "incident")),
        )


def _words(given: Mapping[str, object], name: str) -> SafeText | None:
    return None if given.get(name) is None else safe_text(text(given, name))


def _value(untrusted: object) -> tuple[TimeWithDoubt | Place | Count | SafeText | None, RecordId | None]:
    if untrusted is None:
        return None, None
    forms = {"time", "place", "count", "party", "text"}
    given = fields(untrusted, what="The value of a proposition", required=set(), optional=forms)
    if len(given) != 1:
        raise InvalidValue(what="The value of a proposition", why=f"it is one of {', '.join(sorted(forms))}")
    if "party" in given:
        return None, record_id(text(given, "party"))
    readers: dict[str, Any] = {"time": TimeWithDoubt.from_json, "place": Place.from_json, "count": Count.from_json}
    ((form, content),) = given.items()
    return (readers[form](content) if form in readers else safe_text(text(given, form))), None


@frozen(kw_only=True)
class Edge:
    """That one proposition contradicts or entails another, and why; said by a person, or computed from their values."""

    kind: EdgeKind
    start: str
    end: str
    why: str
    computed: bool = False

    def as_json(self) -> dict[str, object]:
        """The edge as plain data: `{kind, from, to, why, computed}`."""
        ends = {"from": self.start, "to": self.end}
        return {"kind": self.kind.value, **ends, "why": self.why, "computed": self.computed}


def entailed_by(start: str, edges: Iterable[Edge]) -> frozenset[str]:
    """Every proposition that follows if this one is so, itself included; rings of entailment end."""
    follows: dict[str, set[str]] = {}
    for edge in edges:
        if edge.kind is EdgeKind.ENTAILS:
            follows.setdefault(edge.start, set()).add(edge.end)
    reached, todo = {start}, [start]
    while todo:
        for end in follows.get(todo.pop(), ()):
            if end not in reached:
                reached.add(end)
                todo.append(end)
    return frozenset(reached)


def contradictions(propositions: Mapping[str, Proposition], edges: Iterable[Edge]) -> list[Edge]:
    """Every pair that cannot both be so: as people say, as values exclude each other, and as either follows from both.

    Two values exclude each other only where nothing of the one can be the other: ranges of time that share no
    instant, a minimum above a maximum. Names of parties and places exclude nothing by themselves.
    """
    edges = list(edges)
    direct = [edge for edge in edges if edge.kind is EdgeKind.CONTRADICTS] + list(_by_value(propositions))
    follows = {one: entailed_by(one, edges) for one in propositions}
    found: dict[tuple[str, str], Edge] = {}
    for edge in direct:
        found.setdefault(_pair(edge.start, edge.end), edge)
    for one, other in combinations(sorted(propositions), 2):
        if _pair(one, other) in found:
            continue
        through = next((edge for edge in direct if _excludes(edge, follows[one], follows[other])), None)
        if through is not None:
            why = f"what follows from them cannot both be so: {through.why}"
            found[one, other] = Edge(kind=EdgeKind.CONTRADICTS, start=one, end=other, why=why, computed=True)
    return [found[pair] for pair in sorted(found)]


def _excludes(edge: Edge, one: frozenset[str], other: frozenset[str]) -> bool:
    return (edge.start in one and edge.end in other) or (edge.end in one and edge.start in other)


def _pair(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one <= other else (other, one)


def _by_value(propositions: Mapping[str, Proposition]) -> Iterator[Edge]:
    about: dict[tuple[str, str, str], list[str]] = {}
    for name in sorted(propositions):
        about.setdefault(propositions[name].about, []).append(name)
    for names in about.values():
        for one, other in combinations(names, 2):
            if why := _why_not_both(propositions[one].value, propositions[other].value):
                yield Edge(kind=EdgeKind.CONTRADICTS, start=one, end=other, why=why, computed=True)


def _why_not_both(one: Value | None, other: Value | None) -> str:
    if isinstance(one, TimeWithDoubt) and isinstance(other, TimeWithDoubt):
        ranges = [time.imprecise or time.precise for time in (one, other)]
        if ranges[0] is not None and ranges[1] is not None and ranges[0].overlap(ranges[1]) is None:
            return "their ranges of time share no instant"
    if isinstance(one, Count) and isinstance(other, Count) and one.population == other.population:
        for least, most in ((one, other), (other, one)):
            if most.max is not None and least.min > most.max:
                return f"the one has at least {least.min}, the other at most {most.max}"
    return ""
