"""Everything that is read about looks, their candidates, and what people decided about these."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal, Protocol, TypeVar, cast

import msgspec
from attrs import field, frozen
from django.conf import settings
from django.db.models import Count, Q

from probata.access import selectors as access
from probata.analysis.models import CandidateDecision, Look, Translation, TranslationCheck
from probata.analysis.models import Observation as ObservationRow
from probata.analysis.observations import Observation, Tally, tallies
from probata.engines import clock
from probata.engines.work import leases
from probata.preservation import selectors as preservation
from probata.terms.digests import Sha256
from probata.terms.errors import NotFound

State = Literal["candidate", "accepted", "corrected", "rejected"]
Decided = Literal["accepted", "corrected", "rejected", "reopened"]


class CandidateNotFound(NotFound):
    """No look at this item has such an entry."""

    code = "candidate_not_found"
    template = "Item {item} has no candidate {entry} in track {track}."
    advice = "`probata candidates ITEM` lists them, each with its number."
    advice_here = "The item's page lists its candidates."


class TranslationNotFound(NotFound):
    """No translation has that id."""

    code = "translation_not_found"
    template = "No translation of this workspace has the id {translation}."
    advice = "The item's page lists the translations of each text."


class ObservationNotFound(NotFound):
    """No observation has that id."""

    code = "observation_not_found"
    template = "No observation of this workspace has the id {observation}."
    advice = "`probata observe ITEM` lists what was observed in an item, each with its id."
    advice_here = "The item's page lists what was observed in it."


class LookRow(Protocol):
    """A look as other rooms read it."""

    @property
    def analyser(self) -> str:
        """Who looked."""

    @property
    def version(self) -> str:
        """In which version."""

    @property
    def outcome(self) -> str:
        """Which of the three answers."""

    @property
    def why(self) -> str:
        """Why nothing was found, or why it could not look."""

    @property
    def entry_count(self) -> int:
        """How many candidates."""

    @property
    def track_sha256(self) -> str:
        """The digest of the track."""

    @property
    def at(self) -> datetime:
        """When it was recorded."""


LookT = TypeVar("LookT", bound=LookRow)


@frozen(kw_only=True)
class Check:
    """What a second person said of a translation."""

    holds: bool
    reason: str
    by: str
    by_key: str
    at: datetime


@frozen(kw_only=True)
class KnownTranslation:
    """A person's translation of one candidate's words, and its checks; `of_text` are the words that were translated."""

    id: str
    item: str
    track_sha256: str
    entry: int
    of_text: str
    text: str
    language: str
    translator: str
    recorded_by: str
    recorded_by_key: str
    at: datetime
    checks: tuple[Check, ...] = ()

    @property
    def state(self) -> str:
        """`unchecked`, `checked`, or `disputed` where a second person says that it does not hold."""
        if any(not one.holds for one in self.checks):
            return "disputed"
        return "checked" if self.checks else "unchecked"

    def as_json(self) -> dict[str, Any]:
        """The translation as plain data."""
        return {
            "id": self.id,
            "of_text": self.of_text,
            "text": self.text,
            "language": self.language,
            "translator": self.translator,
            "recorded_by": self.recorded_by,
            "at": clock.rfc3339(self.at),
            "state": self.state,
            "checks": [
                {"holds": one.holds, "reason": one.reason, "by": one.by, "at": clock.rfc3339(one.at)}
                for one in self.checks
            ],
        }


@frozen(kw_only=True)
class Standing:
    """What people made of one candidate: how it stands, by whom and why, and its translations.

    `seq` is the entry of the newest decision, also of one that opened it again; 0 for none.
    """

    state: State = "candidate"
    text: str = ""
    by: str = ""
    why: str = ""
    at: datetime | None = None
    seq: int = 0
    translations: tuple[KnownTranslation, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The same as plain data."""
        return {
            "state": self.state,
            "corrected_text": self.text,
            "decided_by": self.by,
            "decided_why": self.why,
            "decided_at": None if self.at is None else clock.rfc3339(self.at),
            "translations": [one.as_json() for one in self.translations],
        }


@frozen(kw_only=True)
class Candidate:
    """One entry of a track, by its place in it, and what people made of it."""

    item: str
    analyser: str
    version: str
    track_sha256: str
    entry: int
    told: Mapping[str, Any] = field(repr=False)
    standing: Standing

    @property
    def kind(self) -> str:
        """What it may be."""
        return str(self.told.get("kind", ""))

    @property
    def words(self) -> str:
        """What it says: as a person corrected it, else as the machine read it, else its doubtful guess."""
        attributes = self.told.get("attributes") or {}
        return self.standing.text or str(self.told.get("text") or attributes.get("guess") or "")

    def as_json(self) -> dict[str, Any]:
        """The entry as `analyse` tells it, named, and what people made of it."""
        return {
            "item": self.item,
            "analyser": self.analyser,
            "version": self.version,
            "track_sha256": self.track_sha256,
            "number": self.entry,
            **self.told,
            **self.standing.as_json(),
        }


def looks(item: str) -> list[Look]:
    """Every look at an item, newest first within an analyser; the first of each analyser is the current one."""
    return list(Look.objects.filter(item=item).order_by("analyser", "-seq"))


def newest_looks(item: str) -> dict[str, Look]:
    """The newest look of each analyser at an item, whatever came of it."""
    newest: dict[str, Look] = {}
    for look in looks(item):
        newest.setdefault(look.analyser, look)
    return newest


def newest_looks_of(items: Sequence[str]) -> dict[str, dict[str, Look]]:
    """The same for each of these items, in one query; items at which nobody looked are left out."""
    newest: dict[str, dict[str, Look]] = {}
    for look in Look.objects.filter(item__in=items).order_by("analyser", "-seq"):
        newest.setdefault(look.item, {}).setdefault(look.analyser, look)
    return newest


def current_looks(item: str) -> dict[str, Look]:
    """The look of each analyser that counts: the newest that could look, else the newest; older ones stay citable.

    That a later one could not look takes nothing away of what was found, nor of what people decided about it.
    """
    return {name: current(rows) for name, rows in looks_by_analyser(item).items()}


def current_looks_of(items: Sequence[str]) -> dict[str, dict[str, Look]]:
    """The look of each analyser that counts at each of these items, in one query; items without one are left out."""
    every: dict[str, dict[str, list[Look]]] = {}
    for look in Look.objects.filter(item__in=items).order_by("-seq"):
        every.setdefault(look.item, {}).setdefault(look.analyser, []).append(look)
    return {item: {name: current(rows) for name, rows in sorted(told.items())} for item, told in every.items()}


@lru_cache(maxsize=10_000)
def languages_heard(track_sha256: str) -> tuple[str, ...]:
    """The likeliest languages of what a track of speech holds, the most heard first; kept, since bytes never change."""
    with preservation.store().open(Sha256(track_sha256)) as stream:
        entries = msgspec.json.decode(stream.read()).get("entries", [])
    told = [(entry.get("attributes") or {}).get("languages") or {} for entry in entries]
    counted = Counter(max(shares, key=lambda code: shares[code]) for shares in told if shares)
    return tuple(code for code, _ in counted.most_common())


def looked_at_now(items: Sequence[str]) -> frozenset[str]:
    """At which of these items another program of this machine looks now."""
    return leases.held_by_others(settings.PROBATA.root / "work", items)


def somebody_looks() -> bool:
    """Whether another program of this machine looks at anything now."""
    return leases.anybody(settings.PROBATA.root / "work")


def looks_by_analyser(item: str) -> dict[str, list[Look]]:
    """Every look of each analyser at an item, newest first."""
    every: dict[str, list[Look]] = {}
    for look in looks(item):
        every.setdefault(look.analyser, []).append(look)
    return every


def current(rows: Sequence[LookT]) -> LookT:
    """Of an analyser's looks, newest first, the one that counts."""
    return next((look for look in rows if look.outcome != "could_not_look"), rows[0])


Told = Mapping[tuple[str, str, str], tuple[int, int]]
"""By item, analyser and recipe: how many looks could look, and how many could not."""


def told_under(recipes: Sequence[str], items: Sequence[str] | None = None) -> Told:
    """What came of the looks under these recipes at these items, or at all."""
    rows = Look.objects.filter(recipe__in=recipes)
    if items is not None:
        rows = rows.filter(item__in=items)
    could_not = Count("id", filter=Q(outcome="could_not_look"))
    counted = rows.values_list("item", "analyser", "recipe").annotate(every=Count("id"), could_not=could_not)
    return {(item, name, recipe): (every - failed, failed) for item, name, recipe, every, failed in counted}


def look_under(item: str, analyser: str, recipe: str) -> Look | None:
    """The look of an analyser under exactly this recipe that could look, or None."""
    return Look.objects.filter(item=item, analyser=analyser, recipe=recipe).exclude(outcome="could_not_look").first()


def track(look: LookRow) -> dict[str, Any]:
    """A look's track, as the JSON contract of `analyse` has it."""
    return track_of(look.track_sha256)


def track_of(track_sha256: str) -> dict[str, Any]:
    """The same, of the track's digest."""
    with preservation.store().open(Sha256(track_sha256)) as stream:
        read: dict[str, Any] = msgspec.json.decode(stream.read())
    return read


def standings(item: str) -> dict[tuple[str, int], Standing]:
    """What people made of the candidates of an item, by track and place; those without a word of anybody left out."""
    names = access.names()
    spoken: dict[tuple[str, int], list[KnownTranslation]] = {}
    for row in Translation.objects.filter(item=item).prefetch_related("checks").order_by("seq", "id"):
        spoken.setdefault((row.track_sha256, row.entry), []).append(_translation(row, names))
    last: dict[tuple[str, int], CandidateDecision] = {}
    for decision in CandidateDecision.objects.filter(item=item).order_by("seq", "id"):
        last[decision.track_sha256, decision.entry] = decision
    return {key: _standing(last.get(key), spoken.get(key, ()), names) for key in last.keys() | spoken.keys()}


def candidates(item: str, look: LookRow) -> list[Candidate]:
    """Every candidate of one look, in the track's order, with what people made of it."""
    known = standings(item)
    return [
        Candidate(
            item=item,
            analyser=look.analyser,
            version=look.version,
            track_sha256=look.track_sha256,
            entry=place,
            told=told,
            standing=known.get((look.track_sha256, place), Standing()),
        )
        for place, told in enumerate(track(look).get("entries", []))
    ]


def candidate(item: str, track_sha256: str, entry: int) -> Candidate:
    """One candidate; raises `CandidateNotFound`."""
    look = Look.objects.filter(item=item, track_sha256=track_sha256).order_by("-seq").first()
    found = candidates(item, look) if look is not None else []
    if not 0 <= entry < len(found):
        raise CandidateNotFound(item=item[:8], entry=entry, track=track_sha256[:8])
    return found[entry]


def decisions(item: str, track_sha256: str, entry: int) -> list[CandidateDecision]:
    """Everything that was decided about one candidate, newest first."""
    rows = CandidateDecision.objects.filter(item=item, track_sha256=track_sha256, entry=entry)
    return list(rows.order_by("-seq", "-id"))


def translation(translation_id: str) -> KnownTranslation:
    """One translation by its id; raises `TranslationNotFound`."""
    row = Translation.objects.filter(id=translation_id).prefetch_related("checks").first()
    if row is None:
        raise TranslationNotFound(translation=translation_id)
    return _translation(row, access.names())


def _standing(
    decision: CandidateDecision | None, spoken: Sequence[KnownTranslation], names: Mapping[str, str]
) -> Standing:
    if decision is None or decision.decision == "reopened":
        return Standing(seq=decision.seq if decision is not None else 0, translations=tuple(spoken))
    return Standing(
        state=cast("State", decision.decision),
        text=decision.text,
        by=names.get(decision.decided_by, "unknown"),
        why=decision.reason,
        at=decision.at,
        seq=decision.seq,
        translations=tuple(spoken),
    )


def _translation(row: Translation, names: Mapping[str, str]) -> KnownTranslation:
    checks: Sequence[TranslationCheck] = sorted(row.checks.all(), key=lambda one: one.seq)
    return KnownTranslation(
        id=row.id,
        item=row.item,
        track_sha256=row.track_sha256,
        entry=row.entry,
        of_text=row.of_text,
        text=row.text,
        language=row.language,
        translator=row.translator,
        recorded_by=names.get(row.recorded_by, "unknown"),
        recorded_by_key=row.recorded_by,
        at=row.at,
        checks=tuple(
            Check(
                holds=one.holds,
                reason=one.reason,
                by=names.get(one.checked_by, "unknown"),
                by_key=one.checked_by,
                at=one.at,
            )
            for one in checks
        ),
    )


@frozen(kw_only=True)
class KnownObservation:
    """An observation as it was recorded: by whom, when, and whether it still stands."""

    id: str
    observation: Observation
    by: str
    by_key: str
    at: datetime
    reason: str
    supersedes: str
    withdrawn: bool
    ended_by: str

    @property
    def stands(self) -> bool:
        """Whether nothing superseded it and nobody withdrew it."""
        return not self.ended_by and not self.withdrawn

    def as_json(self) -> dict[str, Any]:
        """The observation as plain data, with who made it and how it stands."""
        state = "withdrawn" if self.withdrawn else "superseded" if self.ended_by else "stands"
        return {
            "id": self.id,
            **self.observation.as_json(),
            "start_s": float(self.observation.segment.start.seconds),
            "end_s": float(self.observation.segment.end.seconds),
            "by": self.by,
            "at": clock.rfc3339(self.at),
            "reason": self.reason,
            "supersedes": self.supersedes or None,
            "state": state,
        }


def observations(item: str, *, standing: bool = True) -> list[KnownObservation]:
    """What people observed in an item, in the order of its time; with those that no longer stand if asked."""
    rows = ObservationRow.objects.filter(item=item).select_related("superseded_by").order_by("seq")
    names = access.names()
    known = [_observation(row, names) for row in rows]
    known = [one for one in known if one.stands or not standing]
    return sorted(known, key=lambda one: one.observation.segment.start.seconds)


def observations_saying(
    untrusted_words: str, *, most: int, without: Collection[str] = (), items: Collection[str] | None = None
) -> tuple[list[KnownObservation], int]:
    """Observations that stand and hold every word in description or kind: the newest `most`, and how many there are.

    None is of an item in `without`, and where `items` are told, each is of one of them.
    """
    found = ObservationRow.objects.filter(superseded_by__isnull=True, withdrawn=False).exclude(item__in=list(without))
    if items is not None:
        found = found.filter(item__in=items)
    for word in untrusted_words.split():
        # SQLite folds the case of Latin letters alone.
        spelt = {word, word.lower(), word.capitalize(), word.upper()}
        said = Q(kind__icontains=word) | Q(item__startswith=word.lower()) | Q(id=word)
        for one in spelt:
            said |= Q(body__description__icontains=one)
        found = found.filter(said)
    names = access.names()
    rows = found.select_related("superseded_by").order_by("-seq", "id")
    return [_observation(row, names) for row in rows[:most]], found.count()


def observation(observation_id: str) -> KnownObservation:
    """One observation by its id; raises `ObservationNotFound`."""
    row = ObservationRow.objects.filter(id=observation_id).select_related("superseded_by").first()
    if row is None:
        raise ObservationNotFound(observation=observation_id)
    return _observation(row, access.names())


def counts(item: str) -> list[Tally]:
    """For each population counted in an item, what all standing counts give together."""
    found = [one.observation.count for one in observations(item)]
    return tallies(count for count in found if count is not None)


def _observation(row: ObservationRow, names: Mapping[str, str]) -> KnownObservation:
    after: ObservationRow | None = getattr(row, "superseded_by", None)
    return KnownObservation(
        id=row.id,
        observation=Observation.from_json(row.body),
        by=names.get(row.observed_by, "unknown"),
        by_key=row.observed_by,
        at=row.at,
        reason=row.reason,
        supersedes=row.supersedes_id or "",
        withdrawn=row.withdrawn,
        ended_by="" if after is None else names.get(after.observed_by, "unknown"),
    )
