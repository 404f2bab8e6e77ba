"""Everything that is read about parties, propositions and assertions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Generic, TypeVar

from attrs import evolve, field, frozen

from probata.access import selectors as access
from probata.claims import models as rows
from probata.claims.assertions import Assertion
from probata.claims.independence import Independence, Source, independence
from probata.claims.parties import Party
from probata.claims.propositions import Edge, EdgeKind, Proposition, contradictions
from probata.engines import clock
from probata.terms.errors import NotFound
from probata.terms.ids import RecordId

ThingT = TypeVar("ThingT", Party, Proposition, Assertion)


class PartyNotFound(NotFound):
    """No party has that id or name."""

    code = "party_not_found"
    template = "No party of this workspace is called or has the id {wanted}."
    advice = "`probata parties` lists them; `probata parties --add NAME --kind KIND` adds one."


class PartyAmbiguous(NotFound):
    """Several parties bear a name."""

    code = "party_ambiguous"
    template = "{count} parties are called {wanted}."
    advice = "Name it by its id: `probata parties` shows them."


class PropositionNotFound(NotFound):
    """No proposition has that id."""

    code = "proposition_not_found"
    template = "No proposition of this workspace has the id {wanted}."
    advice = "`probata propositions` lists them, each with its id."


class AssertionNotFound(NotFound):
    """No assertion has that id."""

    code = "assertion_not_found"
    template = "No assertion of this workspace has the id {wanted}."
    advice = "`probata assertions` lists them, each with its id."


@frozen(kw_only=True)
class Known(Generic[ThingT]):
    """A party, proposition or assertion as it was recorded: by whom, when, and what stands instead of it."""

    id: str
    thing: ThingT
    by: str
    by_key: str
    at: datetime
    reason: str
    supersedes: str
    superseded_by: str

    def as_json(self) -> dict[str, Any]:
        """The thing as plain data, with who recorded it."""
        return {
            "id": self.id,
            **self.thing.as_json(),
            "by": self.by,
            "at": clock.rfc3339(self.at),
            "supersedes": self.supersedes or None,
            "superseded_by": self.superseded_by or None,
        }


@frozen(kw_only=True)
class KnownTranslation:
    """A person's translation of an assertion's words."""

    id: str
    text: str
    language: str
    translator: str
    by: str
    at: datetime

    def as_json(self) -> dict[str, Any]:
        """The translation as plain data."""
        told = {"id": self.id, "text": self.text, "language": self.language, "translator": self.translator}
        return {**told, "by": self.by, "at": clock.rfc3339(self.at)}


@frozen(kw_only=True)
class Claims:
    """All that stands: parties, propositions, edges between them, and assertions; each by its id."""

    parties: Mapping[str, Known[Party]] = field(repr=False)
    propositions: Mapping[str, Known[Proposition]] = field(repr=False)
    assertions: Mapping[str, Known[Assertion]] = field(repr=False)
    edges: tuple[Edge, ...]
    sources: Mapping[str, Source] = field(repr=False)

    def contradictions(self) -> list[Edge]:
        """Every pair of propositions that cannot both be so, as people say and as their values show."""
        return contradictions({name: known.thing for name, known in self.propositions.items()}, self.edges)

    def of(self, proposition: str) -> list[Known[Assertion]]:
        """The assertions of one proposition, as they came: of no other, however alike."""
        return [known for known in self.assertions.values() if known.thing.proposition == proposition]

    def independence(self, assertions: Iterable[str]) -> Independence:
        """From how many independent roots these assertions come."""
        return independence(assertions, self.sources)


def claims() -> Claims:
    """All that stands today, with references to what was superseded led on to what stands instead."""
    parties, moved = _standing(rows.Party, Party.from_json)
    propositions, moved_propositions = _standing(rows.Proposition, Proposition.from_json)
    assertions, moved_assertions = _standing(rows.Assertion, Assertion.from_json)
    moved = moved | moved_propositions | moved_assertions
    led = {name: _led(known, moved) for name, known in assertions.items()}
    return Claims(
        parties=parties,
        propositions={name: _led_proposition(known, moved) for name, known in propositions.items()},
        assertions=led,
        edges=tuple(_edges(moved)),
        sources=_sources(led, moved),
    )


def party(wanted: str) -> Known[Party]:
    """The standing party with this id or one of these names; raises `PartyNotFound` or `PartyAmbiguous`."""
    standing, moved = _standing(rows.Party, Party.from_json)
    if wanted in standing or wanted in moved:
        return standing[moved.get(wanted, wanted)]
    named = [one for one in standing.values() if _is_called(one.thing, wanted)]
    if len(named) > 1:
        raise PartyAmbiguous(count=len(named), wanted=wanted)
    if not named:
        raise PartyNotFound(wanted=wanted)
    return named[0]


def proposition(wanted: str) -> Known[Proposition]:
    """The standing proposition of this id, or what stands instead of it; raises `PropositionNotFound`."""
    standing, moved = _standing(rows.Proposition, Proposition.from_json)
    name = moved.get(wanted, wanted)
    if name not in standing:
        raise PropositionNotFound(wanted=wanted)
    return standing[name]


def assertion(wanted: str) -> Known[Assertion]:
    """The standing assertion of this id, or what stands instead of it; raises `AssertionNotFound`."""
    standing, moved = _standing(rows.Assertion, Assertion.from_json)
    name = moved.get(wanted, wanted)
    if name not in standing:
        raise AssertionNotFound(wanted=wanted)
    return standing[name]


def assertions_in(item: str) -> list[Known[Assertion]]:
    """The standing assertions whose words stand in an item, as they came."""
    found = rows.Assertion.objects.filter(item=item, superseded_by__isnull=True).order_by("seq", "id")
    names = _names()
    return [_known(row, Assertion.from_json, names) for row in found]


def translations(assertion_id: str) -> list[KnownTranslation]:
    """Every translation of an assertion's words, oldest first."""
    names = _names()
    found = rows.Translation.objects.filter(assertion_id=assertion_id).order_by("seq", "id")
    return [
        KnownTranslation(
            id=row.id,
            text=row.text,
            language=row.language,
            translator=row.translator,
            by=names.get(row.recorded_by, "unknown"),
            at=row.at,
        )
        for row in found
    ]


def proposals(item: str) -> dict[tuple[int, int], rows.ProposalDecision]:
    """The newest decision about each proposal of an item, by the bytes it names."""
    found = rows.ProposalDecision.objects.filter(item=item).order_by("seq", "id")
    return {(row.start, row.end): row for row in found}


def names_of_parties() -> list[str]:
    """Every name that a standing party bears: what a neutral label must not hold."""
    standing, _moved = _standing(rows.Party, Party.from_json)
    return sorted({name.text for known in standing.values() for name in known.thing.names})


def _is_called(one: Party, wanted: str) -> bool:
    return wanted.casefold() in {name.text.casefold() for name in one.names} | {(one.description or "").casefold()}


def _standing(model: Any, read: Any) -> tuple[dict[str, Known[Any]], dict[str, str]]:  # noqa: ANN401  three of a kind
    """What stands, by id in the order it came, and where an id that was superseded leads."""
    names = _names()
    every = list(model.objects.order_by("seq", "id"))
    onward = {row.supersedes_id: row.id for row in every if row.supersedes_id}
    standing = {row.id: _known(row, read, names) for row in every if row.id not in onward}
    return standing, {name: _last(name, onward) for name in onward}


def _known(row: Any, read: Any, names: Mapping[str, str]) -> Known[Any]:  # noqa: ANN401  three of a kind
    return Known(
        id=row.id,
        thing=read(row.body),
        by=names.get(row.recorded_by, "unknown"),
        by_key=row.recorded_by,
        at=row.at,
        reason=row.reason,
        supersedes=row.supersedes_id or "",
        superseded_by="",
    )


def _last(name: str, onward: Mapping[str, str]) -> str:
    while name in onward:
        name = onward[name]
    return name


def _led(known: Known[Assertion], moved: Mapping[str, str]) -> Known[Assertion]:
    thing = known.thing
    lead = {name: RecordId(moved.get(name, name)) for name in (thing.proposition, thing.speaker, *thing.via)}
    return evolve(
        known,
        thing=evolve(
            thing,
            proposition=lead[thing.proposition],
            speaker=lead[thing.speaker],
            via=tuple(dict.fromkeys(lead[one] for one in thing.via)),
            derives_from=tuple(dict.fromkeys(moved.get(one, one) for one in thing.derives_from)),
        ),
    )


def _led_proposition(known: Known[Proposition], moved: Mapping[str, str]) -> Known[Proposition]:
    if known.thing.party is None or known.thing.party not in moved:
        return known
    return evolve(known, thing=evolve(known.thing, party=RecordId(moved[known.thing.party])))


def _edges(moved: Mapping[str, str]) -> Iterable[Edge]:
    newest: dict[tuple[str, str, str], rows.Edge] = {}
    for row in rows.Edge.objects.order_by("seq", "id"):
        ends = moved.get(row.start_id, row.start_id), moved.get(row.end_id, row.end_id)
        # To contradict has no direction.
        if row.kind == EdgeKind.CONTRADICTS.value:
            ends = min(ends), max(ends)
        newest[row.kind, *ends] = row
    for (kind, start, end), row in newest.items():
        if row.stands and start != end:
            yield Edge(kind=EdgeKind(kind), start=start, end=end, why=row.why)


def _sources(assertions: Mapping[str, Known[Assertion]], moved: Mapping[str, str]) -> dict[str, Source]:
    later: dict[str, dict[str, bool]] = {}
    for row in rows.Origin.objects.order_by("seq", "id"):
        taken = later.setdefault(moved.get(row.assertion_id, row.assertion_id), {})
        taken[moved.get(row.source, row.source)] = row.stands
    found = {}
    for name, known in assertions.items():
        said = later.get(name, {})
        derived = {one for one in known.thing.derives_from if said.get(one, True)}
        derived |= {source for source, stands in said.items() if stands}
        found[name] = Source(id=name, speaker=known.thing.speaker, derives_from=frozenset(derived - {name}))
    return found


def _names() -> dict[str, str]:
    return {one.key_id: one.name for one in access.people()}
