"""Every write of this room: parties, propositions, assertions, and what people decide about proposed ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

from attrs import evolve

from probata.access import selectors as people
from probata.access import services as access
from probata.access.roles import Permission
from probata.claims import models as rows
from probata.claims import selectors
from probata.claims.assertions import Appearance, Assertion, source_of
from probata.claims.parties import Party, PartyKind
from probata.claims.propositions import EdgeKind, Proposition, PropositionType
from probata.claims.selectors import Known, KnownTranslation
from probata.claims.stances import Stance
from probata.claims.wording import page_in, words_stand
from probata.custody import services as custody
from probata.custody.canonical import Record, as_text, from_text
from probata.custody.entries import Signer
from probata.custody.projections import EntryFacts, projects
from probata.preservation import selectors as preservation
from probata.terms.digests import Sha256
from probata.terms.errors import InvalidValue, Refused, UsageError
from probata.terms.ids import RecordId, new_record_id
from probata.terms.languages import language_tag
from probata.terms.text import made_safe, safe_text

if TYPE_CHECKING:
    from probata.claims.reading.page import Page

_ROWS: dict[str, type[rows.Recorded]] = {
    "party": rows.Party,
    "proposition": rows.Proposition,
    "assertion": rows.Assertion,
}
_WHY = {"party": "a party", "proposition": "a proposition", "assertion": "an assertion"}


class ClaimSuperseded(Refused):
    """Somebody superseded a record meanwhile."""

    code = "claim_superseded"
    template = "The {kind} {id} does not stand any more: {other} stands instead."
    advice = "Look at the one that stands now, and supersede that one if you still would."


class AttributionWithoutAct(UsageError):
    """Somebody is said to attribute something, and no act is named."""

    code = "attribution_without_act"
    template = "Who attributes says who did what: the proposition {proposition} does not name a party and an act."
    advice = (
        "State it as `authorship`, with the act in neutral words and the party; what is said of one act is not said of "
        "another. If nobody is named as the author, the stance is `alleges` or `states_circumstances`."
    )


class SupersedesWithoutReason(UsageError):
    """What was recorded is to be replaced or ended, and nobody says why."""

    code = "supersedes_without_reason"
    template = "The {kind} {id} is to stand no more, and no reason is given."
    advice = "Say why, for the record: --reason WORDS."
    advice_here = "Say why, for the record."


class ClaimChanged(Refused):
    """A proposition is to be superseded by one that says something else."""

    code = "claim_changed"
    template = (
        "The proposition {id} is not superseded by one with another {fields}: what was said of it would move along."
    )
    advice = "State it as another proposition. What stands instead of one keeps all but its wording."


class WordsNotThere(Refused):
    """The bytes that are named do not hold the words."""

    code = "words_not_there"
    template = "The bytes {start} to {end} of item {item} do not hold these words: {words}"
    advice = "Give the words letter for letter, with the bytes in which they stand; […] joins parts. `read` tells both."


class ProposalDecided(Refused):
    """A proposal that became an assertion is to become another one."""

    code = "proposal_decided"
    template = (
        "The proposal at bytes {start} to {end} of item {item} was {decision} already: it is assertion {assertion}."
    )
    advice = "Supersede that assertion instead, or reject the proposal first."


class PartyStands(Refused):
    """A party of that name and kind is recorded already."""

    code = "party_stands"
    template = "A party of this kind is called {name} already: {id}."
    advice = "Use that one. If it is another that bears the same name, say so: `probata parties --add … --another`."
    advice_here = "Use that one. If it is another that bears the same name, say so in the form."


def add_party(
    party: Party, *, actor: Signer, reason: str = "", supersedes: str | None = None, another: bool = False
) -> Known[Party]:
    """Record a party, or how it is called instead of the one it supersedes; raises as `add_parties`."""
    return add_parties([party], actor=actor, reason=reason, supersedes=supersedes, another=another)[0]


def add_parties(
    parties: Sequence[Party], *, actor: Signer, reason: str = "", supersedes: str | None = None, another: bool = False
) -> list[Known[Party]]:
    """Record several parties in one act, all or none; `another` says that who bears a known name is somebody else.

    Raises `NotAllowed`, `PartyStands`, `SupersedesWithoutReason` and `ClaimSuperseded`.
    """
    if not another:
        _bear_other_names(parties, supersedes)
    bodies = [party.as_json() for party in parties]
    made = _record("party", bodies, actor=actor, reason=reason, supersedes=supersedes)
    return [selectors.party(one) for one in made]


def add_proposition(
    proposition: Proposition, *, actor: Signer, reason: str = "", supersedes: str | None = None
) -> Known[Proposition]:
    """Record a proposition; raises as `add_propositions`."""
    return add_propositions([proposition], actor=actor, reason=reason, supersedes=supersedes)[0]


def add_propositions(
    propositions: Sequence[Proposition], *, actor: Signer, reason: str = "", supersedes: str | None = None
) -> list[Known[Proposition]]:
    """Record several propositions in one act, all or none; one that supersedes another words the same thing better.

    Raises `NotAllowed`, `PartyNotFound`, `ClaimChanged`, `SupersedesWithoutReason` and `ClaimSuperseded`.
    """
    led = [_led(proposition) for proposition in propositions]
    if supersedes is not None:
        earlier = _led(selectors.proposition(supersedes).thing)
        if changed := [name for one in led for name in one.differs_from(earlier)]:
            raise ClaimChanged(id=supersedes, fields=" and ".join(changed))
    bodies = [proposition.as_json() for proposition in propositions]
    made = _record("proposition", bodies, actor=actor, reason=reason, supersedes=supersedes)
    return [selectors.proposition(one) for one in made]


def add_assertion(
    assertion: Assertion, *, actor: Signer, reason: str = "", supersedes: str | None = None
) -> Known[Assertion]:
    """Record what somebody said of a proposition, in their words; raises as `add_assertions`."""
    return add_assertions([assertion], actor=actor, reason=reason, supersedes=supersedes)[0]


def add_assertions(
    assertions: Sequence[Assertion], *, actor: Signer, reason: str = "", supersedes: str | None = None
) -> list[Known[Assertion]]:
    """Record several assertions in one act, all or none.

    Raises `NotAllowed`, `AttributionWithoutAct`, `SupersedesWithoutReason`, `ClaimSuperseded`, what is not found of all
    that they name, `WordsNotThere` where their bytes hold other words, and `InvalidValue` where these lie beyond the
    end of their item.
    """
    for assertion in assertions:
        _refers_rightly(assertion)
    bodies = [assertion.as_json() for assertion in assertions]
    made = _record("assertion", bodies, actor=actor, reason=reason, supersedes=supersedes)
    return [selectors.assertion(one) for one in made]


def _led(proposition: Proposition) -> Proposition:
    """The proposition with its party as it stands today."""
    if proposition.party is None:
        return proposition
    return evolve(proposition, party=RecordId(selectors.party(proposition.party).id))


def _bear_other_names(parties: Sequence[Party], supersedes: str | None) -> None:
    taken: dict[tuple[PartyKind, str], str] = {}
    for known in selectors.standing_parties():
        if known.id != supersedes:
            taken |= dict.fromkeys(_called(known.thing), known.id)
    for party in parties:
        for name in _called(party):
            if name in taken:
                raise PartyStands(name=name[1], id=taken[name])
        taken |= dict.fromkeys(_called(party), "named in the same act")


def _called(party: Party) -> list[tuple[PartyKind, str]]:
    """The names of a party as they are held against each other: with its kind, without capitals and doubled spaces."""
    return [(party.kind, " ".join(name.text.casefold().split())) for name in party.names]


def _about(assertion: Assertion, made: str) -> str:
    """The subject of what is recorded of an assertion: the item in which its words stand, where that is known."""
    return f"assertion:{made}" if assertion.appears_in is None else f"claims:{assertion.appears_in.item}"


def relate(start: str, kind: EdgeKind, end: str, *, actor: Signer, why: str, stands: bool = True) -> None:
    """Record that one proposition contradicts or entails another, or that it does not after all, and why."""
    access.must_be_allowed(actor, Permission.RECORD_CLAIMS)
    ends = selectors.proposition(start).id, selectors.proposition(end).id
    if ends[0] == ends[1]:
        raise InvalidValue(what="A proposition", why="it neither contradicts nor entails itself")
    with custody.act(actor=actor, reason=safe_text(why)) as act:
        record = {"subject": f"proposition:{ends[0]}", "kind": kind.value, "start": ends[0], "end": ends[1]}
        act.record("relate_propositions", {**record, "stands": stands, "why": why})


def trace(assertion: str, source: str, *, actor: Signer, why: str, stands: bool = True) -> None:
    """Record that an assertion was taken from another, or from footage (`item:` and a digest); or that it was not."""
    access.must_be_allowed(actor, Permission.RECORD_CLAIMS)
    asserted = selectors.assertion(assertion)
    known = asserted.id
    found = _source(source)
    if found == known:
        raise InvalidValue(what="An assertion", why="it does not derive from itself")
    with custody.act(actor=actor, reason=safe_text(why)) as act:
        record = {"subject": _about(asserted.thing, known), "assertion": known, "source": found}
        act.record("trace_assertion", {**record, "stands": stands, "why": why})


def translate(
    assertion: str, *, actor: Signer, text: str, language: str, translator: str = "", reason: str = ""
) -> KnownTranslation:
    """Record a person's translation of an assertion's words; it stands beside others, and never replaces the words."""
    access.must_be_allowed(actor, Permission.RECORD_CLAIMS)
    known = selectors.assertion(assertion)
    made = new_record_id()
    with custody.act(actor=actor, reason=reason or "translated") as act:
        act.record(
            "translate_assertion",
            {
                "subject": _about(known.thing, known.id),
                "id": made,
                "assertion": known.id,
                "text": safe_text(text),
                "language": language_tag(language),
                "translator": made_safe(translator.strip() or people.name_of(actor.key_id)),
            },
        )
    return next(one for one in selectors.translations(known.id) if one.id == made)


def decide_proposal(
    item: str,
    proposed: Mapping[str, Any],
    *,
    actor: Signer,
    decision: Literal["accepted", "corrected", "rejected"],
    assertion: Assertion | None = None,
    reason: str = "",
) -> Known[Assertion] | None:
    """Record what a person made of an assertion that `read` proposed; accepted ones become assertions in the same act.

    `proposed` is the proposal as `read` tells it, with its `start` and `end` in the item's bytes; an assertion that
    does not say where its words stand takes these. Rejecting what was accepted ends the assertion that came of it.
    Raises what `add_assertion` raises, `ProposalDecided` where what was accepted is accepted again, and `InvalidValue`
    where something is accepted as no assertion or rejected as one.
    """
    access.must_be_allowed(actor, Permission.RECORD_CLAIMS)
    if (decision == "rejected") != (assertion is None):
        raise InvalidValue(what="A decision about a proposal", why="what is accepted is an assertion, and only that")
    found = preservation.item(item)
    start, end = int(proposed["start"]), int(proposed["end"])
    if not 0 <= start < end <= found.size_bytes:
        raise InvalidValue(what=f"The bytes {start} to {end}", why=f"the item has {found.size_bytes} bytes")
    made = new_record_id() if assertion is not None else ""
    if assertion is not None:
        assertion = _placed(assertion, Sha256(found.sha256), start, end)
        _refers_rightly(assertion)
    with custody.act(actor=actor, reason=reason or f"{decision} a proposed assertion") as act:
        ends = _ended_by(found.sha256, start, end, decision, reason)
        if assertion is not None:
            act.record("add_claim", _claim("assertion", made, assertion.as_json(), reason, None))
        act.record(
            "decide_proposal",
            {
                "subject": f"claims:{found.sha256}",
                "item": found.sha256,
                "start": start,
                "end": end,
                "proposed": as_text(proposed),
                "decision": decision,
                "assertion": made,
                "ends": ends,
                "reason": reason,
            },
        )
    return selectors.assertion(made) if made else None


def _placed(assertion: Assertion, item: Sha256, start: int, end: int) -> Assertion:
    where = assertion.appears_in
    if where in {None, Appearance(item=item)}:
        return evolve(assertion, appears_in=Appearance(item=item, start=start, end=end))
    if where is not None and where.item != item:
        raise InvalidValue(what="What came of a proposal", why="its words are said to stand in another item")
    return assertion


def _ended_by(item: str, start: int, end: int, decision: str, reason: str) -> str:
    """The assertion that this decision ends, if any; refuses to accept again what was accepted."""
    before = selectors.proposals(item).get((start, end))
    if before is None or before.assertion_id is None:
        return ""
    if decision != "rejected":
        raise ProposalDecided(start=start, end=end, item=item, decision=before.decision, assertion=before.assertion_id)
    ends = selectors.assertion(before.assertion_id).id
    _must_say_why("assertion", ends, reason)
    return ends


def _must_say_why(kind: str, known: str, reason: str) -> None:
    if not reason.strip():
        raise SupersedesWithoutReason(kind=kind, id=known)
    safe_text(reason)


def _refers_rightly(assertion: Assertion) -> None:
    proposition = selectors.proposition(assertion.proposition)
    for party in (assertion.speaker, *assertion.via):
        selectors.party(party)
    for source in assertion.derives_from:
        _source(source)
    if assertion.stance in {Stance.ATTRIBUTES, Stance.CLAIMS_RESPONSIBILITY} and (
        proposition.thing.type is not PropositionType.AUTHORSHIP
    ):
        raise AttributionWithoutAct(proposition=proposition.id)
    if assertion.appears_in is not None:
        _stands_there(assertion.words.text, assertion.appears_in)


def _stands_there(words: str, where: Appearance) -> None:
    size_bytes = preservation.item(where.item).size_bytes
    if where.start is None or where.end is None:
        return
    if where.end > size_bytes:
        raise InvalidValue(what=f"Words at byte {where.end}", why=f"their item has {size_bytes} bytes")
    page = _page_of(where.item)
    if page is not None and not words_stand(page, where.start, where.end, words):
        raise WordsNotThere(start=where.start, end=where.end, item=where.item, words=words)


# Bytes under a digest never change, and a file of assertions has many of the same few articles.
@lru_cache(maxsize=4)
def _page_of(item: Sha256) -> Page | None:
    with preservation.store().open(item) as stream:
        return page_in(stream)


def _source(untrusted: str) -> str:
    source = source_of(untrusted)
    if source.startswith("item:"):
        return f"item:{preservation.item(source.removeprefix('item:')).sha256}"
    return selectors.assertion(source).id


def _record(
    kind: str, bodies: Sequence[dict[str, object]], *, actor: Signer, reason: str, supersedes: str | None
) -> list[str]:
    access.must_be_allowed(actor, Permission.RECORD_CLAIMS)
    if supersedes is not None:
        if len(bodies) != 1:
            raise UsageError(what=f"One {kind} stands instead of another: {len(bodies)} are given.")
        _must_say_why(kind, supersedes, reason)
    made: list[str] = [new_record_id() for _body in bodies]
    with custody.act(actor=actor, reason=reason or _WHY[kind]) as act:
        if supersedes is not None:
            _must_stand(kind, supersedes)
        for one, body in zip(made, bodies, strict=True):
            act.record("add_claim", _claim(kind, one, body, reason, supersedes))
    return made


def _must_stand(kind: str, supersedes: str) -> None:
    after = _ROWS[kind].objects.filter(supersedes_id=supersedes).first()  # type: ignore[attr-defined]
    if after is not None:
        raise ClaimSuperseded(kind=kind, id=supersedes, other=after.pk)
    if not _ROWS[kind].objects.filter(pk=supersedes).exists():  # type: ignore[attr-defined]
        raise InvalidValue(what=f"A {kind}", why=f"there is none with the id {supersedes} to supersede")
    if kind == "assertion":
        # What was ended is not found.
        selectors.assertion(supersedes)


def _claim(kind: str, made: str, body: dict[str, object], reason: str, supersedes: str | None) -> Record:
    subject = _about(Assertion.from_json(body), made) if kind == "assertion" else f"{kind}:{made}"
    record = {"subject": subject, "kind": kind, "id": made, "body": as_text(body)}
    return {**record, "supersedes": supersedes or "", "reason": reason}


@projects("add_claim")
def _added(entry: EntryFacts, records: list[Record]) -> None:
    for record in records:
        body = from_text(record["body"])
        extra: dict[str, Any] = {}
        if record["kind"] == "party":
            extra = {"naming": body["naming"]}
        elif record["kind"] == "proposition":
            extra = {"type": body["type"]}
        else:
            names = {"proposition_id": body["proposition"], "speaker_id": body["speaker"]}
            where = body["appears_in"] or {"item": ""}
            extra = {**names, "stance": body["stance"], "item": where["item"]}
        _ROWS[record["kind"]].objects.create(  # type: ignore[attr-defined]
            id=record["id"],
            body=body,
            supersedes_id=record["supersedes"] or None,
            reason=record["reason"],
            recorded_by=entry.actor,
            at=entry.at,
            seq=entry.seq,
            **extra,
        )


@projects("relate_propositions")
def _related(entry: EntryFacts, records: list[Record]) -> None:
    for record in records:
        rows.Edge.objects.create(
            kind=record["kind"],
            start_id=record["start"],
            end_id=record["end"],
            stands=record["stands"],
            why=record["why"],
            recorded_by=entry.actor,
            at=entry.at,
            seq=entry.seq,
        )


@projects("trace_assertion")
def _traced(entry: EntryFacts, records: list[Record]) -> None:
    for record in records:
        rows.Origin.objects.create(
            assertion_id=record["assertion"],
            source=record["source"],
            stands=record["stands"],
            why=record["why"],
            recorded_by=entry.actor,
            at=entry.at,
            seq=entry.seq,
        )


@projects("translate_assertion")
def _translated(entry: EntryFacts, records: list[Record]) -> None:
    for record in records:
        rows.Translation.objects.create(
            id=record["id"],
            assertion_id=record["assertion"],
            text=record["text"],
            language=record["language"],
            translator=record["translator"],
            recorded_by=entry.actor,
            at=entry.at,
            seq=entry.seq,
        )


@projects("decide_proposal")
def _decided(entry: EntryFacts, records: list[Record]) -> None:
    for record in records:
        rows.ProposalDecision.objects.create(
            item=record["item"],
            start=record["start"],
            end=record["end"],
            proposed=from_text(record["proposed"]),
            decision=record["decision"],
            assertion_id=record["assertion"] or None,
            ends_id=record["ends"] or None,
            reason=record["reason"],
            decided_by=entry.actor,
            at=entry.at,
            seq=entry.seq,
        )
