"""The claims board as screens show it: propositions against speakers, with roots, contradictions and what changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache

from attrs import field, frozen

from probata.cases import selectors as cases
from probata.cases.selectors import Sight
from probata.claims import selectors as claims
from probata.claims.assertions import Assertion
from probata.claims.independence import Independence
from probata.claims.parties import Party
from probata.claims.propositions import EdgeKind, Proposition
from probata.claims.selectors import Change, Claims, Known, KnownTranslation
from probata.custody import selectors as custody
from probata.terms.counts import Count
from probata.terms.places import Place
from probata.terms.times import TimeWithDoubt
from probata.web.shown.claimed import when
from probata.web.shown.claims_said import Said, Source, said, source_of

_MOST_IN_A_TREE = 200
_DEEPEST_SHOWN = 6


@frozen(kw_only=True)
class Bond:
    """How another proposition stands to this one, in words: which, why, and whether that was computed."""

    other: str
    statement: str
    why: str
    computed: bool


@frozen(kw_only=True)
class OnRecord:
    """Everything the board reads, made once between two writes."""

    claims: Claims = field(repr=False)
    translations: Mapping[str, Sequence[KnownTranslation]] = field(repr=False)
    contradicts: Mapping[str, Sequence[Bond]] = field(repr=False)
    entails: Mapping[str, Sequence[Bond]] = field(repr=False)
    follows_from: Mapping[str, Sequence[Bond]] = field(repr=False)
    contradictions: int = 0

    def said(self, proposition: str) -> list[Said]:
        """Every assertion of a proposition as screens show it, as they came."""
        return [self.one_said(known) for known in self.claims.of(proposition)]

    def one_said(self, known: Known[Assertion]) -> Said:
        """One assertion as screens show it."""
        return said(self.claims, known, self.translations.get(known.id, ()))


@frozen(kw_only=True)
class Column:
    """A speaker of the board."""

    id: str
    party: Party
    count: int


@frozen(kw_only=True)
class Row:
    """A proposition of the board, with what each speaker of the board says of it, in the order of the columns."""

    id: str
    known: Known[Proposition]
    incident: str
    value: str
    cells: Sequence[Sequence[Said]]
    independence: Independence
    contradicts: Sequence[Bond]
    entails: Sequence[Bond]
    follows_from: Sequence[Bond]
    changes: Sequence[Change]

    @property
    def bond_count(self) -> int:
        """To how many propositions it leads, or follows from, if it is so."""
        return len(self.entails) + len(self.follows_from)

    @property
    def said(self) -> list[Said]:
        """All that is said of it."""
        return [one for cell in self.cells for one in cell]


@frozen(kw_only=True)
class Wanted:
    """What of the board is asked for: words, an incident, a speaker, only what changed."""

    query: str = ""
    incident: str = ""
    speaker: str = ""
    changed: bool = False

    def __bool__(self) -> bool:
        """Whether anything is left out."""
        return bool(self.query or self.incident or self.speaker or self.changed)


def on_record(seen: Sight) -> OnRecord:
    """What is on record now, as far as the person may know of it."""
    size, _last = custody.size_and_time()
    return _under(custody.root(size) if size else b"", seen)


# What is on record changes with the ledger alone, and a ledger's root never comes back.
@lru_cache(maxsize=4)
def _under(_root: bytes, seen: Sight) -> OnRecord:
    known = seen.of_claims(claims.claims())
    contradictions = known.contradictions()
    contradicts: dict[str, list[Bond]] = {}
    for edge in contradictions:
        for one, other in {(edge.start, edge.end), (edge.end, edge.start)}:
            contradicts.setdefault(one, []).append(_bond(known, other, edge.why, computed=edge.computed))
    entails: dict[str, list[Bond]] = {}
    follows_from: dict[str, list[Bond]] = {}
    for edge in known.edges:
        if edge.kind is EdgeKind.ENTAILS and {edge.start, edge.end} <= known.propositions.keys():
            entails.setdefault(edge.start, []).append(_bond(known, edge.end, edge.why))
            follows_from.setdefault(edge.end, []).append(_bond(known, edge.start, edge.why))
    return OnRecord(
        claims=known,
        translations=claims.every_translation(),
        contradicts=contradicts,
        entails=entails,
        follows_from=follows_from,
        contradictions=len(contradictions),
    )


def _bond(known: Claims, other: str, why: str, *, computed: bool = False) -> Bond:
    return Bond(other=other, statement=known.propositions[other].thing.statement, why=why, computed=computed)


def wanted_propositions(record: OnRecord, wanted: Wanted, changed: Iterable[str]) -> list[str]:
    """The propositions that are asked for, in the order in which they were stated."""
    of_late = set(changed) if wanted.changed else None
    needles = wanted.query.casefold().split()
    return [
        name
        for name, known in record.claims.propositions.items()
        if (not wanted.incident or known.thing.incident == wanted.incident)
        and (of_late is None or name in of_late)
        and (not wanted.speaker or any(one.thing.speaker == wanted.speaker for one in record.claims.of(name)))
        and (not needles or all(needle in _haystack(record, name) for needle in needles))
    ]


def _haystack(record: OnRecord, name: str) -> str:
    thing = record.claims.propositions[name].thing
    texts = [thing.statement, thing.subject or "", thing.act or "", thing.type.value.replace("_", " "), name]
    for known in record.claims.of(name):
        texts += [known.thing.words.text, known.thing.stance.value.replace("_", " ")]
        texts += [spelling.text for spelling in record.claims.parties[known.thing.speaker].thing.names]
        texts += [one.text for one in record.translations.get(known.id, ())]
    return "\n".join(texts).casefold()


def columns(record: OnRecord, propositions: Iterable[str], only: str = "") -> list[Column]:
    """Whoever speaks of these propositions, who says most first; `only` leaves one of them."""
    counts: dict[str, int] = {}
    for name in propositions:
        for known in record.claims.of(name):
            counts[known.thing.speaker] = counts.get(known.thing.speaker, 0) + 1
    found = [Column(id=one, party=record.claims.parties[one].thing, count=count) for one, count in counts.items()]
    return sorted((one for one in found if not only or one.id == only), key=lambda one: -one.count)


def rows(
    record: OnRecord,
    propositions: Iterable[str],
    speakers: Sequence[Column],
    labels: Mapping[str, str],
    changes: Iterable[Change],
) -> list[Row]:
    """A page of the board."""
    of_late: dict[str, list[Change]] = {}
    for change in changes:
        of_late.setdefault(change.proposition, []).append(change)
    return [_row(record, name, speakers, labels, of_late.get(name, ())) for name in propositions]


def _row(
    record: OnRecord, name: str, speakers: Sequence[Column], labels: Mapping[str, str], changes: Sequence[Change]
) -> Row:
    known = record.claims.propositions[name]
    by_speaker: dict[str, list[Said]] = {}
    for one in record.said(name):
        by_speaker.setdefault(one.speaker_id, []).append(one)
    return Row(
        id=name,
        known=known,
        incident=labels.get(known.thing.incident or "", ""),
        value=value_in_words(known.thing, record.claims),
        cells=[by_speaker.get(column.id, ()) for column in speakers],
        independence=record.claims.independence(one.id for one in record.claims.of(name)),
        contradicts=record.contradicts.get(name, ()),
        entails=record.entails.get(name, ()),
        follows_from=record.follows_from.get(name, ()),
        changes=changes,
    )


def labels_of_incidents(seen: Sight) -> dict[str, str]:
    """The label of every incident that the person may know of, by its id."""
    return {name: label for name, label in cases.incident_labels().items() if not seen.hides(name)}


def changes_since(now: datetime, seen: Sight) -> list[Change]:
    """What was recorded since a day ago about propositions that the person may know of, the newest first."""
    every = claims.changes(now - timedelta(days=1))
    return [one for one in every if not seen.hides(one.proposition, one.assertion)]


def value_in_words(thing: Proposition, known: Claims) -> str:
    """The value that a proposition states, as it is read: a time, a place, a count with its basis, a party, words."""
    if thing.party is not None:
        return known.parties[thing.party].thing.shown_as if thing.party in known.parties else ""
    value = thing.value
    if isinstance(value, TimeWithDoubt):
        return when(value)
    if isinstance(value, Place):
        return (
            value.stated.text if value.stated is not None else ", ".join(one.gazetteer_id for one in value.candidates)
        )
    if isinstance(value, Count):
        return f"{value.figure} {value.population}"
    return value or ""


@frozen(kw_only=True)
class Branch:
    """A line in the tree of a root: an assertion or footage, how deep it stands, and from whom it was taken."""

    said: Said | None
    source: Source
    depth: int
    taken_from: str


@frozen(kw_only=True)
class RootTree:
    """One independent root: what kind it is, whose, and what was taken from what, for reading."""

    kind: str
    speakers: Sequence[str]
    members: int
    branches: Sequence[Branch]
    left_out: bool


def roots(record: OnRecord, found: Independence) -> list[RootTree]:
    """The roots of an independence, each as a tree of what derives from what."""
    known = record.claims
    taken: dict[str, list[str]] = {}
    for name, source in known.sources.items():
        for origin in source.derives_from:
            taken.setdefault(origin, []).append(name)
    told = []
    for root in found.roots:
        branches = list(_branches(record, root.origin, taken, _leads_to(root.members, known)))
        told.append(
            RootTree(
                kind=root.kind,
                speakers=[known.parties[one].thing.shown_as for one in root.speakers if one in known.parties],
                members=len(root.members),
                branches=branches[:_MOST_IN_A_TREE],
                left_out=len(branches) > _MOST_IN_A_TREE,
            )
        )
    return told


def _leads_to(members: Iterable[str], known: Claims) -> set[str]:
    """These assertions and everything from which they derive, through whatever chain."""
    reached: set[str] = set()
    todo = list(members)
    while todo:
        name = todo.pop()
        if name not in reached:
            reached.add(name)
            todo += known.sources[name].derives_from if name in known.sources else ()
    return reached


def _branches(
    record: OnRecord, origins: Iterable[str], taken: Mapping[str, Sequence[str]], below: set[str]
) -> Iterator[Branch]:
    """Each of them once, sources first, in the order of reading; a ring ends where it began."""
    seen: set[str] = set()
    todo = [(name, 0, "") for name in sorted(origins, reverse=True) if name in below]
    while todo and len(seen) <= _MOST_IN_A_TREE:
        name, depth, taken_from = todo.pop()
        if name in seen:
            continue
        seen.add(name)
        known = record.claims.assertions.get(name)
        told = None if known is None else record.one_said(known)
        source = source_of(record.claims, name)
        yield Branch(said=told, source=source, depth=min(depth, _DEEPEST_SHOWN), taken_from=taken_from)
        todo += [(one, depth + 1, source.name) for one in reversed(taken.get(name, ())) if one in below]
