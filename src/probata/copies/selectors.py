"""Everything that is read about copies: relations, where footage circulates, and since when it is known to exist."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, Literal, cast

from attrs import evolve, frozen
from django.db.models import Q

from probata.access import selectors as access
from probata.copies import circulation
from probata.copies.circulation import Edge, Member, Span
from probata.copies.models import ComparedPair, CopySearch, Decision
from probata.copies.models import Relation as RelationRow
from probata.copies.recorded import pair_of, reason_from, reason_told, segment_from, turned, turned_kind
from probata.copies.relations import KINDS_OF_COPY, By, Kind, Relation, Segment
from probata.custody import selectors as custody
from probata.engines import clock
from probata.preservation import selectors as preservation
from probata.terms.errors import NotFound, UsageError

State = Literal["candidate", "confirmed", "rejected"]
COULD_NOT_LOOK = "could_not_look"
_OF: dict[By, str] = {"both": "", "frames": "the pictures of ", "sound": "the sound of "}
_STATED = {"file_modified_at": "its file's date of change"}
"""What an origin may say of when its bytes were there, and how that is called; the word of an origin proves nothing."""


class RelationNotFound(NotFound):
    """No relation has that id."""

    code = "relation_not_found"
    template = "No relation of this workspace begins with {relation}."
    advice = "`probata copies ITEM` lists the relations of an item, each with its id."
    advice_here = "The item's page lists what it shares with others."


class RelationAmbiguous(UsageError):
    """Several relations share a shortened id."""

    code = "relation_ambiguous"
    template = "Several relations begin with {relation}."
    advice = "Give more digits of the id."


@frozen(kw_only=True)
class KnownRelation:
    """What `a` is to `b`: proposed by a machine, confirmed or rejected by a person, or neither yet.

    `score` is from 0 to 1 and no probability; `why` are the reasons as `Reason.as_json` tells them; `stretches` are the
    exact segments, `segments` the same as the JSON contract of `compare` has them. `decided_by` is the name of the
    person, empty for a candidate. `decided_seq` is the entry of the newest decision about the pair, 0 for none. `at` is
    when it was recorded, `recipe` the digest of how. `superseded` where the pair was compared again since, unconfirmed.
    """

    id: str
    a: str
    b: str
    kind: Kind
    score: float
    by: By
    stretches: tuple[Segment, ...]
    why: tuple[dict[str, Any], ...]
    strongest_wrong: float | None
    state: State
    decided_by: str = ""
    decided_why: str = ""
    decided_at: datetime | None = None
    decided_seq: int = 0
    at: datetime
    recipe: str
    seq: int
    superseded: bool = False

    @property
    def segments(self) -> list[dict[str, Any]]:
        """The shared stretches as plain data, in order of A."""
        return [segment.as_json() for segment in self.stretches]

    def other(self, item: str) -> str:
        """The one of the two that is not this item."""
        return self.b if item == self.a else self.a

    def seen_from(self, item: str) -> KnownRelation:
        """The same relation told from this item: it becomes `a`, and kind, stretches and crop are turned about."""
        if item == self.a:
            return self
        stretches = sorted((turned(segment) for segment in self.stretches), key=lambda one: one.a_start_s)
        return evolve(self, a=self.b, b=self.a, kind=turned_kind(self.kind), stretches=tuple(stretches))

    @property
    def subject(self) -> str:
        """What entries of the ledger about these two items, compared and decided upon, name as their subject."""
        return f"pair:{pair_of(self.a, self.b)}"

    @property
    def relation(self) -> Relation:
        """What was found, as comparing two files gives it: without who said what of it since."""
        return Relation(
            kind=self.kind,
            score=self.score,
            by=self.by,
            segments=self.stretches,
            why=tuple(reason_told(told) for told in self.why),
            strongest_wrong=self.strongest_wrong,
        )

    def as_json(self) -> dict[str, Any]:
        """The relation as the JSON contract of `copies` has it: that of `compare`, and what the record adds."""
        return {
            "id": self.id,
            "kind": self.kind,
            "score": round(self.score, 4),
            "by": self.by,
            "segments": self.segments,
            "why": list(self.why),
            "strongest_wrong": None if self.strongest_wrong is None else round(self.strongest_wrong, 4),
            "state": self.state,
            "decided_by": self.decided_by,
            "decided_why": self.decided_why,
            "decided_seq": self.decided_seq,
            "at": clock.rfc3339(self.at),
            "recipe": self.recipe,
        }


@frozen(kw_only=True)
class KnownDecision:
    """What one person decided about one relation, and why."""

    relation: str
    decision: State
    by: str
    why: str
    at: datetime
    seq: int


@frozen(kw_only=True)
class Circulation:
    """In how many items an item's footage is proposed to circulate, how many of those people confirmed or rejected."""

    items: int
    confirmed: int
    rejected: int

    @property
    def statement(self) -> str:
        """The counts in one sentence."""
        if not self.items:
            return "no copy or excerpt of it is known here"
        those = f"{self.confirmed} confirmed, {self.rejected} rejected, {self.items - self.confirmed - self.rejected}"
        return f"circulates in {self.items} other items: {those} undecided"


@frozen(kw_only=True)
class Bound:
    """By when the asked item, or some seconds of it, existed at the latest; and on what that rests.

    `spans` are seconds of the asked item, `by` says whether their pictures, their sound or both are meant; `whole`
    where it is the item itself that came in. `item` is the one that
    carries the date, `source` says whose date it is (`acquisition`, or what an origin states), `seq` the entry.
    `rests_on` are relations on the way: where not all are `confirmed`, the bound holds only if the candidates do.
    """

    at: datetime
    item: str
    source: str
    stated: bool
    seq: int
    whole: bool
    by: By
    spans: tuple[Span, ...]
    rests_on: tuple[str, ...]
    confirmed: bool

    @property
    def statement(self) -> str:
        """The bound in one sentence, and never more than it shows."""
        what = "it" if self.whole else f"{_OF[self.by]}the seconds {_seconds(self.spans)} of it"
        by = clock.rfc3339(self.at)
        holder = "it" if self.whole else f"item {self.item[:8]}, which holds them,"
        rests = "" if self.confirmed else "; this rests on a relation that no person has confirmed"
        if self.stated:
            there = "" if self.whole else f" in item {self.item[:8]}"
            return f"{what} existed at the latest by {by}{there} if {self.source} is true: a statement, no proof{rests}"
        return f"{what} existed at the latest by {by}, when {holder} was acquired (entry {self.seq}){rests}"


@frozen(kw_only=True)
class FirstSeen:
    """Since when footage is known to exist: `bounds` by acquisition, the ledger's own; `stated` by the word of origins.

    Both are in order of time. A later bound stands only where it holds for seconds that no earlier one holds for. They
    say by when it existed at the latest, never when it was made.
    """

    item: str
    bounds: tuple[Bound, ...]
    stated: tuple[Bound, ...]

    @property
    def statement(self) -> str:
        """The earliest bound in one sentence."""
        return self.bounds[0].statement


def relation(untrusted_id: str) -> KnownRelation:
    """The relation whose id begins so, superseded or not; raises `RelationNotFound` or `RelationAmbiguous`."""
    rows = RelationRow.objects.filter(id__startswith=untrusted_id.lower()).select_related("compared")[:2]
    if not untrusted_id or not rows:
        raise RelationNotFound(relation=untrusted_id or "nothing")
    if len(rows) > 1:
        raise RelationAmbiguous(relation=untrusted_id)
    row = rows[0]
    (known,) = [one for one in _known(Q(pair=row.compared.pair)) if one.id == row.id]
    return known


def relations_of(item: str) -> list[KnownRelation]:
    """The relations of an item that stand, rejected ones last, copies before scenes, the best founded first.

    `a` and `b` are as they were compared; `seen_from(item)` tells each from the item. What was superseded is left out.
    """
    return sorted((one for one in _known(Q(a=item) | Q(b=item)) if not one.superseded), key=_best_first)


def relation_between(a: str, b: str) -> KnownRelation | None:
    """The best standing relation between two items, told from `a`; None where there is none."""
    found = relations_between(a, b)
    return found[0] if found else None


def relations_between(a: str, b: str) -> list[KnownRelation]:
    """Every standing relation between two items, told from `a`, the best first."""
    standing = (one.seen_from(a) for one in _known(Q(pair=pair_of(a, b))) if not one.superseded)
    return sorted(standing, key=_best_first)


def relations_among(items: Iterable[str]) -> list[KnownRelation]:
    """The relations that stand among these items alone, the best founded first; none that a person rejected."""
    among = set(items)
    found = (one for one in _known(Q(a__in=among, b__in=among)) if not one.superseded and one.state != "rejected")
    return sorted(found, key=_best_first)


def decisions(relation_id: str) -> list[KnownDecision]:
    """Everything that people decided about the pair of a relation, newest first."""
    pair = ComparedPair.objects.filter(relations=relation_id).values("pair")
    rows = Decision.objects.filter(relation__compared__pair__in=pair).order_by("-seq", "-id")
    names = access.names()
    return [
        KnownDecision(
            relation=row.relation_id,
            decision=cast("State", row.decision),
            by=names.get(row.decided_by, "unknown"),
            why=row.reason,
            at=row.at,
            seq=row.seq,
        )
        for row in rows
    ]


def graph(item: str) -> tuple[Member, ...]:
    """The cluster of an item: all that copies and excerpts join to it, each with the kinds of the path; itself first.

    Rejected relations join nothing. Each member tells which seconds of the item it is known to hold (`spans`).
    """
    return circulation.cluster(item, _edges)


def circulates(item: str) -> Circulation:
    """In how many other items this footage directly circulates, and what people decided of those."""
    states: dict[str, set[State]] = {}
    for one in relations_of(item):
        if one.kind in KINDS_OF_COPY:
            states.setdefault(one.other(item), set()).add(one.state)
    return Circulation(
        items=len(states),
        confirmed=sum("confirmed" in held for held in states.values()),
        rejected=sum(held == {"rejected"} for held in states.values()),
    )


def first_seen(item: str, *, without: Collection[str] = ()) -> FirstSeen:
    """Since when an item's footage is known to exist: earliest acquisitions among its cluster, but for `without`."""
    confirmed = circulation.cluster(item, lambda one: (edge for edge in _edges(one) if edge.confirmed))
    every = [(member, True) for member in confirmed] + [(member, False) for member in graph(item)]
    ways = [way for way in every if way[0].item not in without]
    return FirstSeen(
        item=item,
        bounds=_needed(bound for member, sure in ways for bound in _acquired(member, confirmed=sure)),
        stated=_needed(bound for member, sure in ways for bound in _stated(member, confirmed=sure)),
    )


@frozen(kw_only=True)
class CopyCounts:
    """What is known of an item's copies, as a row of a list tells it; `search` is the newest search's answer, or ""."""

    copies: int = 0
    excerpts: int = 0
    undecided: int = 0
    search: str = ""
    why: str = ""
    others: tuple[tuple[str, Kind, State], ...] = ()


def copy_counts(items: Sequence[str]) -> dict[str, CopyCounts]:
    """Copies and excerpts of each of these items, told from it, and whether anybody looked; in a few queries for all.

    An excerpt is what it is part of, or what is part of it. What a person rejected is not counted.
    """
    wanted = set(items)
    best: dict[str, dict[str, KnownRelation]] = {item: {} for item in items}
    for one in sorted(_known(Q(a__in=wanted) | Q(b__in=wanted)), key=_best_first):
        if not one.superseded and one.state != "rejected" and one.kind in KINDS_OF_COPY:
            for item in {one.a, one.b} & wanted:
                best[item].setdefault(one.other(item), one.seen_from(item))
    newest = {row.item: row for row in CopySearch.objects.filter(item__in=wanted).order_by("seq", "id")}
    return {item: _counted(list(found.values()), newest.get(item)) for item, found in best.items()}


def _counted(found: Sequence[KnownRelation], search: CopySearch | None) -> CopyCounts:
    excerpts = sum(one.kind in ("excerpt_of", "contains") for one in found)
    return CopyCounts(
        copies=len(found) - excerpts,
        excerpts=excerpts,
        undecided=sum(one.state == "candidate" for one in found),
        search=search.outcome if search else "",
        why=search.why if search else "",
        others=tuple((one.b, one.kind, one.state) for one in found),
    )


def searches(item: str) -> list[CopySearch]:
    """Every search of the workspace for copies of an item, newest first."""
    return list(CopySearch.objects.filter(item=item).order_by("-seq", "-id"))


def search_under(item: str, recipe: str) -> CopySearch | None:
    """The search for copies of an item under exactly this recipe that could look, or None."""
    return CopySearch.objects.filter(item=item, recipe=recipe).exclude(outcome=COULD_NOT_LOOK).first()


def unreadable(recipe: str) -> frozenset[str]:
    """Items of which it was found under this recipe that they cannot be looked at, and not otherwise since."""
    rows = CopySearch.objects.filter(recipe=recipe).order_by("seq", "id").values_list("item", "outcome")
    return frozenset(item for item, outcome in dict(rows).items() if outcome == COULD_NOT_LOOK)


def compared_under(a: str, b: str, recipe: str) -> ComparedPair | None:
    """The newest comparison of two items under exactly this recipe that could look, or None."""
    rows = ComparedPair.objects.filter(pair=pair_of(a, b), recipe=recipe).exclude(outcome=COULD_NOT_LOOK)
    return rows.order_by("-asked").first()


def comparisons(a: str, b: str) -> list[ComparedPair]:
    """Every time two items were compared, newest first; each with its answer, found or not."""
    return list(ComparedPair.objects.filter(pair=pair_of(a, b)).order_by("-seq", "-id"))


def is_decided(a: str, b: str) -> bool:
    """Whether a person has decided about the pair: then it is compared again only when somebody asks."""
    return Decision.objects.filter(relation__compared__pair=pair_of(a, b)).exists()


def _known(where: Q) -> list[KnownRelation]:
    """The relations of the comparisons that fit; a comparison's pair must be in it as a whole."""
    compared = ComparedPair.objects.filter(where).exclude(outcome=COULD_NOT_LOOK).order_by("seq", "id")
    rows = list(compared.prefetch_related("relations__decisions"))
    newest, names = {row.pair: row.id for row in rows}, access.names()
    said: dict[str, list[int]] = {row.pair: [0] for row in rows}
    for row in rows:
        said[row.pair] += (made.seq for one in row.relations.all() for made in one.decisions.all())
    known = ((row, one) for row in rows for one in row.relations.all())
    return [_as_known(row, one, names, newest[row.pair] != row.id, max(said[row.pair])) for row, one in known]


def _as_known(
    compared: ComparedPair,
    row: RelationRow,
    names: dict[str, str],
    older: bool,  # noqa: FBT001  a fact of the row
    decided_seq: int,
) -> KnownRelation:
    said = max(row.decisions.all(), key=lambda one: (one.seq, one.id), default=None)
    state = cast("State", said.decision if said else "candidate")
    return KnownRelation(
        id=row.id,
        a=compared.a,
        b=compared.b,
        kind=cast("Kind", row.kind),
        score=row.score,
        by=cast("By", row.by),
        stretches=tuple(segment_from(record) for record in row.segments),
        why=tuple(reason_from(record).as_json() for record in row.reasons),
        strongest_wrong=row.strongest_wrong,
        state=state,
        decided_by=names.get(said.decided_by, "unknown") if said else "",
        decided_why=said.reason if said else "",
        decided_at=said.at if said else None,
        decided_seq=decided_seq,
        at=compared.at,
        recipe=compared.recipe,
        seq=compared.seq,
        # What a person confirmed stands until a person says otherwise, whatever a machine finds later.
        superseded=older and state != "confirmed",
    )


def _best_first(one: KnownRelation) -> tuple[int, bool, float, int]:
    return (one.state == "rejected", one.kind not in KINDS_OF_COPY, -one.score, -one.seq)


def _edges(item: str) -> Iterable[Edge]:
    return (
        Edge(
            relation=one.id,
            a=one.a,
            b=one.b,
            kind=one.kind,
            by=one.by,
            confirmed=one.state == "confirmed",
            stretches=one.stretches,
        )
        for one in relations_of(item)
        if one.state != "rejected"
    )


def _acquired(member: Member, *, confirmed: bool) -> Iterable[Bound]:
    for row in preservation.acquisitions(member.item)[:1]:
        dated = _Date(at=row.at, source="acquisition", stated=False, seq=row.seq)
        yield from _bounds(member, dated, confirmed=confirmed)


def _stated(member: Member, *, confirmed: bool) -> Iterable[Bound]:
    for line in custody.history(f"origin:{member.item}"):
        for name, text in line.record.get("origin_says", {}).items():
            if name in _STATED and (at := _moment(text)) is not None:
                dated = _Date(at=at, source=_STATED[name], stated=True, seq=line.seq)
                yield from _bounds(member, dated, confirmed=confirmed)


def _moment(untrusted: object) -> datetime | None:
    """What an origin states as a time, where it is one; a statement out of form bounds nothing."""
    try:
        return clock.parse_rfc3339(str(untrusted))
    except ValueError:
        return None


@frozen(kw_only=True)
class _Date:
    at: datetime
    source: str
    stated: bool
    seq: int


def _bounds(member: Member, date: _Date, *, confirmed: bool) -> Iterable[Bound]:
    """One bound where pictures and sound were followed alike; else one for each."""
    alike = member.whole or member.seen == member.heard
    ways: list[tuple[By, tuple[Span, ...]]] = (
        [("both", member.seen)] if alike else [("frames", member.seen), ("sound", member.heard)]
    )
    for by, spans in ways:
        if spans or member.whole:
            yield Bound(
                at=date.at,
                item=member.item,
                source=date.source,
                stated=date.stated,
                seq=date.seq,
                whole=member.whole,
                by=by,
                spans=spans,
                rests_on=member.rests_on,
                confirmed=confirmed or member.whole,
            )


def _needed(bounds: Iterable[Bound]) -> tuple[Bound, ...]:
    """In order of time, without those that tell of no second more than an earlier, as well founded one does."""
    kept: list[Bound] = []
    for bound in sorted(bounds, key=lambda one: (one.at, not one.confirmed, one.seq)):
        founded = [one for one in kept if (one.confirmed or not bound.confirmed) and one.by in ("both", bound.by)]
        told = circulation.covers([span for one in founded for span in one.spans], bound.spans)
        if not any(one.whole for one in founded) and (bound.whole or not told):
            kept.append(bound)
    return tuple(kept)


def _seconds(spans: Sequence[Span]) -> str:
    told = ", ".join(f"{float(start):.2f} to {float(end):.2f}" for start, end in spans[:3])
    return f"{told} and further ones" if len(spans) > 3 else told
