"""Everything that is read about parties, propositions and assertions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from attrs import evolve, field, frozen

from probata.access import selectors as access
from probata.claims import models as rows
from probata.claims.assertions import Assertion
from probata.claims.independence import Independence, Origins, Source
from probata.claims.parties import Party
from probata.claims.propositions import Edge, EdgeKind, Proposition, contradictions
from probata.custody.canonical import from_text
from probata.engines import clock
from probata.preservation import selectors as preservation
from probata.terms.digests import Sha256
from probata.terms.errors import NotFound
from probata.terms.ids import RecordId

if TYPE_CHECKING:
    from probata.claims.reading.english_who import Parser
    from probata.claims.reading.proposals import Reading

ThingT = TypeVar("ThingT", Party, Proposition, Assertion)
RowT = TypeVar("RowT", rows.Party, rows.Proposition, rows.Assertion)


class PartyNotFound(NotFound):
    """No party has that id or name."""

    code = "party_not_found"
    template = "No party of this workspace is called or has the id {wanted}."
    advice = "`probata parties` lists them; `probata parties --add NAME --kind KIND` adds one."
    advice_here = "The page of parties, under Claims, lists them and adds one."


class PartyAmbiguous(NotFound):
    """Several parties bear a name."""

    code = "party_ambiguous"
    template = "{count} parties are called {wanted}."
    advice = "Name it by its id: `probata parties` shows them."
    advice_here = "Choose it from the list."


class PropositionNotFound(NotFound):
    """No proposition has that id."""

    code = "proposition_not_found"
    template = "No proposition of this workspace has the id {wanted}."
    advice = "`probata propositions` lists them, each with its id."
    advice_here = "The page Claims lists them."


class AssertionNotFound(NotFound):
    """No assertion has that id."""

    code = "assertion_not_found"
    template = "No assertion of this workspace has the id {wanted}."
    advice = "`probata assertions` lists them, each with its id."
    advice_here = "The page of the proposition lists what is said of it."


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
class Traced:
    """That somebody found that an assertion was taken from a source, or was not after all, and why."""

    source: str
    stands: bool
    why: str
    by: str
    at: datetime


@frozen(kw_only=True)
class Change:
    """One thing recorded about a proposition: it was stated, said, translated, related, traced, or an assertion ended.

    `kind` is `stated`, `reworded`, `said`, `corrected`, `ended`, `translated`, `related` or `traced`; `assertion` is
    the one it is about, if any.
    """

    kind: str
    proposition: str
    assertion: str
    by: str
    at: datetime
    why: str


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
        return list(self._said_of.get(proposition, ()))

    def independence(self, assertions: Iterable[str]) -> Independence:
        """From how many independent roots these assertions come."""
        return self._origins.independence(assertions)

    # Lists ask of one proposition after another: what all answers rest on is made once.
    @cached_property
    def _origins(self) -> Origins:
        return Origins.of(self.sources)

    @cached_property
    def _said_of(self) -> Mapping[str, list[Known[Assertion]]]:
        said: dict[str, list[Known[Assertion]]] = {}
        for known in self.assertions.values():
            said.setdefault(known.thing.proposition, []).append(known)
        return said


def claims() -> Claims:
    """All that stands today, with references to what was superseded led on to what stands instead."""
    parties, moved = _standing(rows.Party, Party.from_json)
    propositions, moved_propositions = _standing(rows.Proposition, Proposition.from_json)
    assertions, moved_assertions = _standing(rows.Assertion, Assertion.from_json)
    moved = moved | moved_propositions | moved_assertions
    ended = set(rows.ProposalDecision.objects.exclude(ends=None).values_list("ends_id", flat=True))
    led = {name: _led(known, moved) for name, known in assertions.items() if name not in ended}
    return Claims(
        parties=parties,
        propositions={name: _led_proposition(known, moved) for name, known in propositions.items()},
        assertions=led,
        edges=tuple(_edges(moved)),
        sources=_sources(led, moved),
    )


def party(wanted: str) -> Known[Party]:
    """The standing party with this id or one of these names; raises `PartyNotFound` or `PartyAmbiguous`."""
    row = _onward(rows.Party, wanted)
    if row is not None:
        return _known(row, Party.from_json, access.names())
    named = [one for one in standing_parties() if _is_called(one.thing, wanted)]
    if len(named) > 1:
        raise PartyAmbiguous(count=len(named), wanted=wanted)
    if not named:
        raise PartyNotFound(wanted=wanted)
    return named[0]


def standing_parties() -> list[Known[Party]]:
    """Every party that stands, as they came."""
    names = access.names()
    found = rows.Party.objects.filter(superseded_by__isnull=True).order_by("seq", "id")
    return [_known(row, Party.from_json, names) for row in found]


def proposition(wanted: str) -> Known[Proposition]:
    """The standing proposition of this id, or what stands instead of it; raises `PropositionNotFound`."""
    row = _onward(rows.Proposition, wanted)
    if row is None:
        raise PropositionNotFound(wanted=wanted)
    return _known(row, Proposition.from_json, access.names())


def earlier_wordings() -> Mapping[str, str]:
    """The propositions that were superseded, each with the one that stands instead of it, by their ids."""
    found = rows.Proposition.objects.exclude(supersedes=None).values_list("supersedes_id", "id")
    onward = {str(before): after for before, after in found}
    return {name: _last(name, onward) for name in onward}


def assertion(wanted: str) -> Known[Assertion]:
    """The standing assertion of this id, or what stands instead of it; raises `AssertionNotFound`.

    What came of a proposal that was rejected afterwards does not stand.
    """
    row = _onward(rows.Assertion, wanted)
    if row is None or rows.ProposalDecision.objects.filter(ends_id=row.pk).exists():
        raise AssertionNotFound(wanted=wanted)
    return _known(row, Assertion.from_json, access.names())


def assertions_in(item: str) -> list[Known[Assertion]]:
    """The standing assertions whose words stand in an item, as they came."""
    found = rows.Assertion.objects.filter(item=item, superseded_by__isnull=True, ended_by__isnull=True)
    names = access.names()
    return [_known(row, Assertion.from_json, names) for row in found.order_by("seq", "id")]


def places_of(record: str) -> set[str]:
    """The item in which the assertion stood that a record of the ledger supersedes; nothing for any other record."""
    superseded = from_text(record).get("supersedes") or ""
    return set(rows.Assertion.objects.filter(pk=superseded).exclude(item="").values_list("item", flat=True))


def translations(assertion_id: str) -> list[KnownTranslation]:
    """Every translation of an assertion's words, oldest first: also from before it was corrected in something else."""
    names = access.names()
    found = rows.Translation.objects.filter(assertion_id__in=_same_words(assertion_id)).order_by("seq", "id")
    return [_translation(row, names) for row in found]


def every_translation() -> dict[str, list[KnownTranslation]]:
    """The translations of every assertion that has any, as `translations` tells them of one; for lists."""
    names = access.names()
    later = rows.Assertion.objects.exclude(supersedes=None)
    onward = {row.supersedes_id: (row.pk, row.body["words"]) for row in later}
    found: dict[str, list[KnownTranslation]] = {}
    for row in rows.Translation.objects.select_related("assertion").order_by("seq", "id"):
        here, words = row.assertion_id, row.assertion.body["words"]
        found.setdefault(here, []).append(_translation(row, names))
        # It goes along to what stands instead, as long as the words are the same.
        while here in onward and onward[here][1] == words:
            here = onward[here][0]
            found.setdefault(here, []).append(_translation(row, names))
    return found


def _translation(row: rows.Translation, names: Mapping[str, str]) -> KnownTranslation:
    return KnownTranslation(
        id=row.id,
        text=row.text,
        language=row.language,
        translator=row.translator,
        by=names.get(row.recorded_by, "unknown"),
        at=row.at,
    )


def earlier_propositions(standing: str) -> list[Known[Proposition]]:
    """How a proposition was worded before, the last wording first."""
    names = access.names()
    found = []
    row = rows.Proposition.objects.select_related("supersedes").get(pk=standing).supersedes
    while row is not None:
        found.append(_known(row, Proposition.from_json, names))
        row = row.supersedes
    return found


def traces(assertions: Iterable[str]) -> dict[str, dict[str, Traced]]:
    """What people found later of where each of these assertions comes from: by source, of each the newest word."""
    names = access.names()
    whose = _with_earlier(assertions)
    found: dict[str, dict[str, Traced]] = {}
    for row in rows.Origin.objects.filter(assertion_id__in=list(whose)).order_by("seq", "id"):
        # A source that was superseded is led on, as `claims` leads it.
        stands = None if row.source.startswith("item:") else _onward(rows.Assertion, row.source)
        source = row.source if stands is None else stands.pk
        by = names.get(row.recorded_by, "unknown")
        told = Traced(source=source, stands=row.stands, why=row.why, by=by, at=row.at)
        found.setdefault(whose[row.assertion_id], {})[source] = told
    return found


def _with_earlier(assertions: Iterable[str]) -> dict[str, str]:
    """These assertions and all that they superseded, each with the one of these that stands instead."""
    whose = {name: name for name in assertions}
    todo = list(whose)
    while todo:
        before = rows.Assertion.objects.filter(pk__in=todo).exclude(supersedes=None)
        todo = []
        for name, earlier in before.values_list("pk", "supersedes_id"):
            whose[earlier] = whose[name]
            todo.append(earlier)
    return whose


def changes(since: datetime) -> list[Change]:
    """What was recorded about propositions since a moment, the newest first, each under the proposition that stands."""
    names = access.names()
    onward = earlier_wordings()
    found = sorted(_changes(since), key=lambda one: one[0], reverse=True)
    return [
        Change(
            kind=kind,
            proposition=onward.get(about, about),
            assertion=asserted,
            by=names.get(key, "unknown"),
            at=at,
            why=why,
        )
        for _seq, kind, about, asserted, key, at, why in found
    ]


def _changes(since: datetime) -> Iterable[tuple[int, str, str, str, str, datetime, str]]:
    """Sequence, kind, proposition, assertion, whose key, when and why; without the bodies, which lists do not need."""

    def of(model: Any, *names: str) -> Any:  # noqa: ANN401  five of a kind
        return model.objects.filter(at__gte=since).values_list("seq", "recorded_by", "at", *names)

    for seq, key, at, why, name, before in of(rows.Proposition, "reason", "pk", "supersedes_id"):
        yield seq, "reworded" if before else "stated", name, "", key, at, why
    for seq, key, at, why, name, before, about in of(rows.Assertion, "reason", "pk", "supersedes_id", "proposition_id"):
        yield seq, "corrected" if before else "said", about, name, key, at, why
    for seq, key, at, name, about in of(rows.Translation, "assertion_id", "assertion__proposition_id"):
        yield seq, "translated", about, name, key, at, ""
    for seq, key, at, why, about in of(rows.Edge, "why", "start_id"):
        yield seq, "related", about, "", key, at, why
    for seq, key, at, why, name, about in of(rows.Origin, "why", "assertion_id", "assertion__proposition_id"):
        yield seq, "traced", about, name, key, at, why
    ended = rows.ProposalDecision.objects.filter(at__gte=since).exclude(ends=None)
    told = ended.values_list("seq", "decided_by", "at", "reason", "ends_id", "ends__proposition_id")
    for seq, key, at, why, name, about in told:
        yield seq, "ended", about, name or "", key, at, why


def reading(item: str, *, published_on: str = "") -> Reading:
    """What a preserved article says that somebody said, read anew by the rules of today; nothing is recorded.

    Raises `NotAText`, `TooLarge`, and `InvalidValue` for a date that is none.
    """
    return _reading(Sha256(preservation.item(item).sha256), published_on)


# Bytes under a digest never change, and whoever decides about proposals comes back to the same article.
@lru_cache(maxsize=4)
def _reading(item: Sha256, published_on: str) -> Reading:
    # The grammars are loaded with them: only where an article is read.
    from probata.claims.reading import read_article  # noqa: PLC0415
    from probata.claims.reading.stored import MOST_BYTES  # noqa: PLC0415

    with preservation.store().open(item) as stream:
        untrusted = stream.read(MOST_BYTES + 1)
    return read_article(untrusted, published_on=published_on, parser=_parser())


@lru_cache(maxsize=1)
def _parser() -> Parser | None:
    from probata.claims.reading import parsed  # noqa: PLC0415

    return parsed.english_parser() if parsed.installed() else None


def _same_words(assertion_id: str) -> list[str]:
    """This assertion and those that it superseded, as far back as the words are the same."""
    row: Any = rows.Assertion.objects.filter(pk=assertion_id).select_related("supersedes").first()
    found: list[str] = []
    while row is not None:
        found.append(row.pk)
        before = row.supersedes
        row = before if before is not None and before.body["words"] == row.body["words"] else None
    return found


def proposals(item: str) -> dict[tuple[int, int], rows.ProposalDecision]:
    """The newest decision about each proposal of an item, by the bytes it names."""
    found = rows.ProposalDecision.objects.filter(item=item).order_by("seq", "id")
    return {(row.start, row.end): row for row in found}


def names_of_parties() -> list[str]:
    """Every name that a standing party bears: what a neutral label must not hold."""
    return sorted({name.text for known in standing_parties() for name in known.thing.names})


def _onward(model: type[RowT], wanted: str) -> RowT | None:
    """The row with this id, or the last of those that superseded it, one after the other."""
    row = model.objects.filter(pk=wanted).first()
    while row is not None:
        after = model.objects.filter(supersedes_id=row.pk).first()
        if after is None:
            break
        row = after
    return row


def _is_called(one: Party, wanted: str) -> bool:
    return wanted.casefold() in {name.text.casefold() for name in one.names} | {(one.description or "").casefold()}


def _standing(model: Any, read: Any) -> tuple[dict[str, Known[Any]], dict[str, str]]:  # noqa: ANN401  three of a kind
    """What stands, by id in the order it came, and where an id that was superseded leads."""
    names = access.names()
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
