"""Looking for copies, recording what was found or not, and what people decide about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

from attrs import evolve, field, frozen
from django.conf import settings

from probata.access import services as access
from probata.access.roles import Permission
from probata.copies import among, run, selectors
from probata.copies.among import Compared, Counted, Found, MatchingMissing, nothing_shared
from probata.copies.models import ComparedPair, CopySearch, Decision, Relation
from probata.copies.recorded import as_record, pair_of
from probata.copies.relations import Relation as RelationFound
from probata.copies.selectors import KnownDecision, KnownRelation
from probata.custody import services as custody
from probata.custody.canonical import Record
from probata.custody.entries import Signer
from probata.custody.projections import EntryFacts, projects
from probata.engines.sandbox import Jail
from probata.media.passes import Answer
from probata.media.wire import a_jail
from probata.preservation import selectors as preservation
from probata.preservation.recipes import digest_of
from probata.terms.digests import Sha256
from probata.terms.errors import FootageError, Refused, UsageError
from probata.terms.ids import new_record_id

if TYPE_CHECKING:
    from probata.copies.archive import Archive
    from probata.copies.extract import Extract

__all__ = [
    "Looked",
    "MatchingMissing",
    "ReasonMissing",
    "RelationDecidedMeanwhile",
    "all_due",
    "could_not_look",
    "decide",
    "due",
    "look_for_copies",
    "one_jail",
    "recorded",
    "search_for_file",
]

VERSION = "3"
"""Of the way in which methods are put together: alignment, proof and verdict. A change makes every search due again."""


class ReasonMissing(UsageError):
    """A decision was given without its reason."""

    code = "reason_missing"
    template = "A decision about a relation needs its reason."
    advice = "Say why with `--reason`: others will read it beside the decision."
    advice_here = "Say why: others will read it beside the decision."


class RelationDecidedMeanwhile(Refused):
    """Somebody decided about the two items between looking at them and deciding."""

    code = "relation_decided_meanwhile"
    template = "{person} {decision} this relation meanwhile; your decision was not recorded."
    advice = "Look at it again, and decide then if you still would: the newest decision counts."


@frozen(kw_only=True)
class Looked:
    """What a search for copies of one item came to, and among how much it looked.

    `relations` stand on the record and are told from the item. `could_not_compare` are items and why.
    """

    item: str
    outcome: Answer
    why: str = ""
    searched_items: int = 0
    searched_frames: int = 0
    searched_seconds: int = 0
    compared_items: int = 0
    relations: tuple[KnownRelation, ...] = ()
    could_not_compare: dict[str, str] = field(factory=dict)


def due(item: Sha256, *, jail: Jail) -> bool:
    """Whether nobody has searched for copies of an item under today's methods and tools, or nobody could."""
    return selectors.search_under(item, _recipe(jail)) is None


def all_due(*, jail: Jail) -> list[Sha256]:
    """The items of which copies are due to be looked for, the first acquired first; those known unreadable left out."""
    return [item for item in _footage(_recipe(jail)) if due(item, jail=jail)]


def look_for_copies(
    item: Sha256,
    *,
    actor: Signer,
    again: bool = False,
    reason: str = "looked for copies",
    progress: Counted | None = None,
    jail: Jail | None = None,
) -> Looked:
    """Search the workspace for copies and excerpts of an item, and record every answer.

    A pair that was compared under the same recipe is not compared again, nor is one that a person has decided about;
    with `again` it is, and what is found is a new candidate. Each comparison is an act of its own, so that a search
    that was stopped goes on where it stopped. Raises `NotAllowed` and `MatchingMissing`.
    """
    access.must_be_allowed(actor, Permission.EXAMINE)
    among.must_be_able()
    with a_jail(jail, policy=settings.PROBATA.jail_policy) as held:
        if not again and not due(item, jail=held):
            return recorded(item)
        search = _Search(item=item, actor=actor, reason=reason, again=again, jail=held, made_with=_made_with(held))
        return search.run(progress)


def recorded(item: Sha256) -> Looked:
    """The newest search for copies of an item that is on the record, told as its relations stand today."""
    rows = selectors.searches(item)
    row = next((one for one in rows if one.outcome != selectors.COULD_NOT_LOOK), rows[0])
    return _answered(
        Looked(
            item=item,
            outcome=cast("Answer", row.outcome),
            why=row.why,
            searched_items=row.searched_items,
            searched_frames=row.searched_frames,
            searched_seconds=row.searched_seconds,
            compared_items=row.compared_items,
        )
    )


def search_for_file(file: Path, *, actor: Signer, progress: Counted | None = None, jail: Jail | None = None) -> Found:
    """Compare a bare file with the workspace's items; neither the file nor what is found is kept.

    Raises `NotAllowed`, `MatchingMissing`, and what `probata.media.passes.watch` raises where it cannot be watched.
    """
    access.must_be_allowed(actor, Permission.EXAMINE)
    among.must_be_able()
    with a_jail(jail, policy=settings.PROBATA.jail_policy) as held:
        found = among.search_archive(file, _footage(_recipe(held)), _archive(), progress=progress, jail=held)
    return Found(compared={str(item): one for item, one in sorted(found.items())})


@contextmanager
def one_jail() -> Iterator[Jail]:
    """A jail to hold through many searches: starting it is the dear part."""
    with a_jail(policy=settings.PROBATA.jail_policy) as held:
        yield held


def could_not_look(items: Sequence[Sha256], why: str, *, actor: Signer, jail: Jail | None = None) -> None:
    """Record that nobody could search for copies of these items, and why: the third answer, in one act."""
    access.must_be_allowed(actor, Permission.EXAMINE)
    with a_jail(jail, policy=settings.PROBATA.jail_policy) as held:
        recipe = _recipe(held)
    with custody.act(actor=actor, reason="copies could not be looked for") as act:
        act.record(
            "search_copies",
            *(_search_record(Looked(item=item, outcome="could_not_look", why=why), recipe) for item in items),
        )


def decide(
    relation_id: str,
    *,
    actor: Signer,
    decision: Literal["confirmed", "rejected"],
    reason: str,
    seen: int | None = None,
) -> KnownDecision:
    """Record what a person decided about a relation, and why; the newest counts, older ones stay.

    `seen` is the entry of the last decision about the pair that the person knew of, 0 for none: if there is a later
    one, theirs is refused. Raises `NotAllowed`, `ReasonMissing`, `RelationNotFound`, `RelationAmbiguous`,
    `RelationDecidedMeanwhile`.
    """
    access.must_be_allowed(actor, Permission.DECIDE)
    if not reason.strip():
        raise ReasonMissing
    known = selectors.relation(relation_id)
    with custody.act(actor=actor, reason=reason) as act:
        newest = selectors.decisions(known.id)[:1]
        if seen is not None and newest and newest[0].seq > seen:
            raise RelationDecidedMeanwhile(person=newest[0].by, decision=newest[0].decision)
        act.record(
            "decide_relation",
            {
                "subject": f"pair:{pair_of(known.a, known.b)}",
                "relation": known.id,
                "decision": decision,
                "reason": reason,
            },
        )
    return selectors.decisions(known.id)[0]


@frozen(kw_only=True)
class _Search:
    """One search for copies of one item, while it runs."""

    item: Sha256
    actor: Signer
    reason: str
    again: bool
    jail: Jail
    made_with: Record

    @property
    def recipe(self) -> Sha256:
        """The name of how this search compares."""
        return digest_of(self.made_with)

    def run(self, progress: Counted | None) -> Looked:
        """Compare with every candidate, record each answer as it comes, and the search itself at the end."""
        from probata.copies import hinted  # noqa: PLC0415  numpy is loaded where something is compared
        from probata.copies.extract import extract  # noqa: PLC0415  same

        beside = hinted.consumers()
        try:
            mine = extract(preservation.original(self.item), beside=beside, jail=self.jail)
        except FootageError as error:
            return self._end(Looked(item=self.item, outcome="could_not_look", why=error.message))
        if mine.views is None and mine.sound is None and not mine.long:
            answer: Answer = "could_not_look" if mine.why else "nothing_found"
            why = mine.why or "there are neither pictures nor sound in it"
            return self._end(Looked(item=self.item, outcome=answer, why=why))
        return self._end(self._compared(mine, progress))

    def _compared(self, mine: Extract, progress: Counted | None) -> Looked:
        files = _footage(self.recipe)
        archive = _archive()
        archive.bring_up_to_date(files, progress=among.step_of(progress, "indexing"), jail=self.jail)
        own = preservation.original(self.item)
        proposal = archive.propose(own, mine, but={self.item}, jail=self.jail)
        answers: dict[Sha256, Compared] = {}
        for number, proposed in enumerate(proposal.proposed):
            if progress is not None:
                progress("comparing", number, len(proposal.proposed))
            item = proposed.item
            if not self._settled(item):
                answers[item] = among.compare_with((own, mine), files[item], proposed.moments, jail=self.jail)
                if answers[item].outcome != "nothing_found":  # else what is found elsewhere may tell the scene
                    self._record(item, answers[item])
        unlike = {item: among.unlike(one) for item, one in proposal.searched.items()}
        answers |= self._scenes(mine, unlike | answers, files, archive)
        for item, one in answers.items():
            if one.outcome == "nothing_found":
                self._record(item, one)
        looked_through = unlike | answers
        failed: dict[str, str] = {other: one.why for other, one in answers.items() if one.outcome == "could_not_look"}
        blind = {other: one.unreadable for other, one in proposal.searched.items() if one.unreadable}
        return Looked(
            item=self.item,
            outcome="nothing_found",
            searched_items=len(proposal.searched),
            searched_frames=sum(one.frames for one in looked_through.values()),
            searched_seconds=round(sum((one.seconds for one in looked_through.values()), Fraction(0))),
            compared_items=len(answers),
            could_not_compare={**{item: why for item, why in blind.items() if not self._settled(item)}, **failed},
        )

    def _scenes(
        self, mine: Extract, answers: Mapping[Sha256, Compared], files: Mapping[Sha256, Path], archive: Archive
    ) -> dict[Sha256, Compared]:
        """The scenes that what was found tells, each recorded; even of pairs of which nothing was found before."""
        standing: dict[Sha256, tuple[RelationFound, ...]] = {}
        rejected: set[Sha256] = set()
        for known in (one.seen_from(self.item) for one in selectors.relations_of(self.item)):
            other = Sha256(known.b)
            if known.state == "rejected":
                rejected.add(other)
            else:
                standing[other] = (*standing.get(other, ()), known.relation)
        own = preservation.original(self.item)
        told = among.scenes_beside(
            (own, mine), answers, files, archive, known=standing, but={self.item, *rejected}, jail=self.jail
        )
        for item, one in told.items():
            self._record(item, one, settled=self._is_told)
        return told

    def _is_told(self, other: str) -> bool:
        """Whether something is on the record of this pair: found under this recipe, or decided by a person."""
        if self.again:
            return False
        known = selectors.compared_under(self.item, other, self.recipe)
        return (known is not None and known.outcome == "found") or selectors.is_decided(self.item, other)

    def _settled(self, other: str) -> bool:
        """Whether this pair needs no comparing: compared under this recipe, or decided by a person."""
        if self.again:
            return False
        known = selectors.compared_under(self.item, other, self.recipe)
        return known is not None or selectors.is_decided(self.item, other)

    def _record(self, other: str, answer: Compared, *, settled: Callable[[str], bool] | None = None) -> None:
        with suppress(_SettledMeanwhile), custody.act(actor=self.actor, reason=self.reason) as act:
            # The act holds the database's lock: what others recorded while this comparison ran is seen here.
            if (settled or self._settled)(other):
                raise _SettledMeanwhile
            known = selectors.compared_under(self.item, other, self.recipe)
            act.record(
                "compare_pair",
                {
                    "subject": f"pair:{pair_of(self.item, other)}",
                    "a": self.item,
                    "b": other,
                    "recipe": self.recipe,
                    "made_with": self.made_with,
                    "asked": known.asked + 1 if known else 0,
                    "outcome": answer.outcome,
                    "why": answer.why,
                    "relations": [{"id": new_record_id(), **as_record(relation)} for relation in answer.relations],
                },
            )

    def _end(self, looked: Looked) -> Looked:
        """Record the search with its answer, and tell what stands."""
        ended = _answered(looked)
        with custody.act(actor=self.actor, reason=self.reason) as act:
            act.record("search_copies", _search_record(ended, self.recipe))
        return ended


class _SettledMeanwhile(Exception):
    """Somebody else recorded this pair while it was compared."""


def _answered(looked: Looked) -> Looked:
    """The search with its answer: found where anything stands that nobody rejected."""
    standing = tuple(one.seen_from(looked.item) for one in selectors.relations_of(looked.item))
    told = evolve(looked, relations=standing)
    if any(one.state != "rejected" for one in standing):
        return evolve(told, outcome="found", why="")
    if standing:
        return evolve(told, outcome="nothing_found", why="all that was found was rejected")
    if looked.why:
        return told
    failed = len(looked.could_not_compare)
    nobody = failed == looked.searched_items > 0
    why = nothing_shared(looked.searched_items, failed)
    return evolve(told, outcome="could_not_look" if nobody else "nothing_found", why=why)


def _footage(recipe: str) -> dict[Sha256, Path]:
    """The originals of all items that are footage, but for those known to be unreadable."""
    left_out = set(selectors.unreadable(recipe))
    rows = preservation.items().exclude(completeness="not_media")
    return {Sha256(row.sha256): preservation.original(row.sha256) for row in rows if row.sha256 not in left_out}


def _archive() -> Archive:
    """The index of this workspace: made from the originals, and made again wherever it is missing."""
    from probata.copies.archive import Archive  # noqa: PLC0415  numpy is loaded where something is compared

    return Archive(settings.PROBATA.index / "copies")


def _made_with(jail: Jail) -> Record:
    """Everything that decides what comparing gives: our version, the methods with their weights, the tools."""
    from probata.copies.archive import FORM  # noqa: PLC0415  numpy is loaded where something is compared

    methods = {
        one.about.name: {"version": one.about.version, "weights": dict(one.about.weights)} for one in run.methods()
    }
    return {
        "made_by": "probata.copies",
        "version": VERSION,
        "methods": methods,
        "index": FORM,
        "tools": {**jail.tools(), **among.tools()},
    }


def _recipe(jail: Jail) -> Sha256:
    return digest_of(_made_with(jail))


def _search_record(looked: Looked, recipe: str) -> Record:
    # A subject of its own: how much a workspace holds is nobody's affair who receives one item of it.
    return {
        "subject": f"copies:{looked.item}",
        "item": looked.item,
        "recipe": recipe,
        "outcome": looked.outcome,
        "why": looked.why,
        "searched": {
            "items": looked.searched_items,
            "frames": looked.searched_frames,
            "seconds": looked.searched_seconds,
            "compared": looked.compared_items,
        },
    }


@projects("compare_pair")
def _compared(entry: EntryFacts, records: list[Record]) -> None:
    for record in records:
        row = ComparedPair.objects.create(
            pair=record["subject"].removeprefix("pair:"),
            a=record["a"],
            b=record["b"],
            recipe=record["recipe"],
            made_with=record["made_with"],
            asked=record["asked"],
            outcome=record["outcome"],
            why=record["why"],
            at=entry.at,
            seq=entry.seq,
        )
        for told in record["relations"]:
            Relation.objects.create(
                id=told["id"],
                compared=row,
                kind=told["kind"],
                score=float(told["score"]),
                by=told["by"],
                segments=told["segments"],
                reasons=told["reasons"],
                strongest_wrong=None if told["strongest_wrong"] is None else float(told["strongest_wrong"]),
            )


@projects("decide_relation")
def _decided(entry: EntryFacts, records: list[Record]) -> None:
    for record in records:
        Decision.objects.create(
            relation_id=record["relation"],
            decision=record["decision"],
            decided_by=entry.actor,
            reason=record["reason"],
            at=entry.at,
            seq=entry.seq,
        )


@projects("search_copies")
def _searched(entry: EntryFacts, records: list[Record]) -> None:
    for record in records:
        searched = record["searched"]
        CopySearch.objects.create(
            item=record["item"],
            recipe=record["recipe"],
            outcome=record["outcome"],
            why=record["why"],
            searched_items=searched["items"],
            searched_frames=searched["frames"],
            searched_seconds=searched["seconds"],
            compared_items=searched["compared"],
            at=entry.at,
            seq=entry.seq,
        )
