"""Propositions: what may be so, stated once and neutrally, so that claims, evidence and findings speak of the same."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from enum import Enum
from itertools import product, starmap, takewhile
from typing import Any, TypeVar

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
# In Latin, Greek, Armenian, Arabic, Vai and full-width writing, doubled and with an exclamation mark.
_ASKING = frozenset("?\u037e\u055e\u061f\u203d\u2047\u2048\u2049\u2e2e\ua60f\uff1f")
_CONFIDENCE = re.compile(r"\bconfidence\b", re.IGNORECASE)
_LimitT = TypeVar("_LimitT", int, datetime)


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
    affiliated or is said to have done it. `statement` is a clause that can follow "that": it asks nothing, and says
    nothing of confidence, which is the finding's to tell. Raises `InvalidValue` where it does, where the value does not
    fit the type, and for `authorship` without an act.
    """

    type: PropositionType
    statement: SafeText = field(converter=safe_text)
    subject: SafeText | None = None
    act: SafeText | None = field(default=None)
    value: TimeWithDoubt | Place | Count | SafeText | None = field(default=None)
    party: RecordId | None = field(default=None)
    incident: RecordId | None = None

    @statement.validator
    def _may_be_so(self, _attribute: object, value: SafeText) -> None:
        if _asks(value):
            raise InvalidValue(
                what="A proposition", why="it asks; it states what may be so, as in 'three shots are fired'"
            )
        if _CONFIDENCE.search(value):
            raise InvalidValue(
                what="A proposition", why="it speaks of confidence, which a finding tells in its own sentence"
            )

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
    def about(self) -> tuple[str, str, str, str] | None:
        """What it is about, its value aside: two about the same may exclude each other. None where no subject is named.

        Of something that is not named, nobody can say that it is the same thing; nor where the incidents differ.
        """
        if self.subject is None:
            return None
        return self.type.value, self.subject, self.act or "", self.incident or ""

    def differs_from(self, earlier: Proposition) -> tuple[str, ...]:
        """The fields, its wording aside, in which it says something else; an incident may be named where none was."""
        mine, theirs = self.as_json(), earlier.as_json()
        kept = ["type", "subject", "act", "value", *(["incident"] if earlier.incident is not None else [])]
        return tuple(name for name in kept if mine[name] != theirs[name])

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


def _asks(statement: str) -> bool:
    """Whether it ends with a question mark, whatever closes the sentence after that."""
    last = takewhile(lambda character: not character.isalnum(), reversed(statement))
    return not _ASKING.isdisjoint(last)


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
    return _reached(start, _onward((edge.start, edge.end) for edge in edges if edge.kind is EdgeKind.ENTAILS))


def contradictions(propositions: Mapping[str, Proposition], edges: Iterable[Edge]) -> list[Edge]:
    """Every pair that cannot both be so: as people say, as values exclude each other, and as either follows from both.

    A proposition from which both sides of such a pair follow cannot be so at all: it is told as an edge to itself. Two
    values exclude each other only where nothing of the one can be the other and both are said of one subject in one
    incident: ranges of time within which something lies that share no instant, a minimum above a maximum. What went on
    throughout a range went on before and after it too, for all that is said; names of parties and places exclude
    nothing by themselves. Takes as long as the pairs that it tells are many, not as all pairs are.
    """
    edges = list(edges)
    direct = [edge for edge in edges if edge.kind is EdgeKind.CONTRADICTS] + list(_by_value(propositions))
    found: dict[tuple[str, str], Edge] = {}
    for edge in direct:
        found.setdefault(_pair(edge.start, edge.end), edge)
    entailing = _onward((edge.end, edge.start) for edge in edges if edge.kind is EdgeKind.ENTAILS)
    from_which = {end: _reached(end, entailing) for edge in direct for end in (edge.start, edge.end)}
    for edge in direct:
        why = f"what follows from them cannot both be so: {edge.why}"
        for one, other in starmap(_pair, product(from_which[edge.start], from_which[edge.end])):
            if (one, other) not in found and one in propositions and other in propositions:
                reason = f"what follows from it cannot both be so: {edge.why}" if one == other else why
                found[one, other] = Edge(kind=EdgeKind.CONTRADICTS, start=one, end=other, why=reason, computed=True)
    return [found[pair] for pair in sorted(found)]


def _onward(pairs: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    onward: dict[str, set[str]] = {}
    for start, end in pairs:
        onward.setdefault(start, set()).add(end)
    return onward


def _reached(start: str, onward: Mapping[str, set[str]]) -> frozenset[str]:
    reached, todo = {start}, [start]
    while todo:
        for end in onward.get(todo.pop(), ()):
            if end not in reached:
                reached.add(end)
                todo.append(end)
    return frozenset(reached)


def _pair(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one <= other else (other, one)


def _by_value(propositions: Mapping[str, Proposition]) -> Iterator[Edge]:
    alike: dict[tuple[str, ...], dict[str, Proposition]] = {}
    for name in sorted(propositions):
        about, value = propositions[name].about, propositions[name].value
        if about is not None:
            population = value.population if isinstance(value, Count) else ""
            alike.setdefault((*about, population), {})[name] = propositions[name]
    for group in alike.values():
        values = {name: known.value for name, known in group.items()}
        times = {
            name: one.imprecise for name, one in values.items() if isinstance(one, TimeWithDoubt) and one.imprecise
        }
        starts = {name: one.start for name, one in times.items() if isinstance(one.start, datetime)}
        ends = {name: one.end for name, one in times.items() if isinstance(one.end, datetime)}
        for later, earlier in _beyond(starts, ends):
            yield _excluded(later, earlier, "their ranges of time share no instant")
        counts = {name: one for name, one in values.items() if isinstance(one, Count)}
        least = {name: one.min for name, one in counts.items()}
        most = {name: one.max for name, one in counts.items() if one.max is not None}
        for more, fewer in _beyond(least, most):
            yield _excluded(more, fewer, f"the one has at least {least[more]}, the other at most {most[fewer]}")


def _beyond(lower: Mapping[str, _LimitT], upper: Mapping[str, _LimitT]) -> Iterator[tuple[str, str]]:
    """Every pair of which the first lies wholly above the second: its lower limit above the other's upper one."""
    names = sorted(upper, key=lambda name: (upper[name], name))
    limits = [upper[name] for name in names]
    for name in sorted(lower):
        for other in names[: bisect_left(limits, lower[name])]:
            yield name, other


def _excluded(one: str, other: str, why: str) -> Edge:
    start, end = _pair(one, other)
    return Edge(kind=EdgeKind.CONTRADICTS, start=start, end=end, why=why, computed=True)
