"""Every write of this room: parties, propositions, assertions, and what people decide about proposed ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from probata.access import selectors as people
from probata.access import services as access
from probata.access.roles import Permission
from probata.claims import models as rows
from probata.claims import selectors
from probata.claims.assertions import Assertion, source_of
from probata.claims.parties import Party
from probata.claims.propositions import EdgeKind, Proposition, PropositionType
from probata.claims.selectors import Known, KnownTranslation
from probata.claims.stances import Stance
from probata.custody import services as custody
from probata.custody.canonical import Record, as_text, from_text
from probata.custody.entries import Signer
from probata.custody.projections import EntryFacts, projects
from probata.preservation import selectors as preservation
from probata.terms.errors import InvalidValue, Refused, UsageError
from probata.terms.ids import new_record_id
from probata.terms.languages import language_tag
from probata.terms.text import safe_text

_ROWS: dict[str, type[rows.Recorded]] = {
    "party": rows.Party,
    "proposition": rows.Proposition,
    "assertion": rows.Assertion,
}


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


def add_party(party: Party, *, actor: Signer, reason: str = "", supersedes: str | None = None) -> Known[Party]:
    """Record a party, or how it is called instead of the one it supersedes. Raises `NotAllowed`, `ClaimSuperseded`."""
    made = _record("party", party.as_json(), actor=actor, reason=reason or "a party", supersedes=supersedes)
    return selectors.party(made)


def add_proposition(
    proposition: Proposition, *, actor: Signer, reason: str = "", supersedes: str | None = None
) -> Known[Proposition]:
    """Record a proposition. Raises `NotAllowed`, `PartyNotFound`, `ClaimSuperseded`."""
    if proposition.party is not None:
        selectors.party(proposition.party)
    body = proposition.as_json()
    made = _record("proposition", body, actor=actor, reason=reason or "a proposition", supersedes=supersedes)
    return selectors.proposition(made)


def add_assertion(
    assertion: Assertion, *, actor: Signer, reason: str = "", supersedes: str | None = None
) -> Known[Assertion]:
    """Record what somebody said of a proposition, in their words.

    Raises `NotAllowed`, `AttributionWithoutAct`, `ClaimSuperseded`, what is not found of all that it names, and
    `InvalidValue` where the words are said to stand beyond the end of their item.
    """
    _refers_rightly(assertion)
    body = assertion.as_json()
    made = _record("assertion", body, actor=actor, reason=reason or "an assertion", supersedes=supersedes)
    return selectors.assertion(made)


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
                "translator": translator.strip() or _name_of(actor),
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

    `proposed` is the proposal as `read` tells it, with its `start` and `end` in the item's bytes. Raises what
    `add_assertion` raises, and `InvalidValue` where something is accepted as no assertion or rejected as one.
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
        _refers_rightly(assertion)
    with custody.act(actor=actor, reason=reason or f"{decision} a proposed assertion") as act:
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
                "reason": reason,
            },
        )
    return selectors.assertion(made) if made else None


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
    where = assertion.appears_in
    if where is not None:
        size_bytes = preservation.item(where.item).size_bytes
        if where.end is not None and where.end > size_bytes:
            raise InvalidValue(what=f"Words at byte {where.end}", why=f"their item has {size_bytes} bytes")


def _source(untrusted: str) -> str:
    source = source_of(untrusted)
    if source.startswith("item:"):
        return f"item:{preservation.item(source.removeprefix('item:')).sha256}"
    return selectors.assertion(source).id


def _record(kind: str, body: dict[str, object], *, actor: Signer, reason: str, supersedes: str | None) -> str:
    access.must_be_allowed(actor, Permission.RECORD_CLAIMS)
    made = new_record_id()
    with custody.act(actor=actor, reason=reason) as act:
        if supersedes is not None:
            after = _ROWS[kind].objects.filter(supersedes_id=supersedes).first()  # type: ignore[attr-defined]
            if after is not None:
                raise ClaimSuperseded(kind=kind, id=supersedes, other=after.pk)
            if not _ROWS[kind].objects.filter(pk=supersedes).exists():  # type: ignore[attr-defined]
                raise InvalidValue(what=f"A {kind}", why=f"there is none with the id {supersedes} to supersede")
        act.record("add_claim", _claim(kind, made, body, reason, supersedes))
    return made


def _claim(kind: str, made: str, body: dict[str, object], reason: str, supersedes: str | None) -> Record:
    subject = _about(Assertion.from_json(body), made) if kind == "assertion" else f"{kind}:{made}"
    record = {"subject": subject, "kind": kind, "id": made, "body": as_text(body)}
    return {**record, "supersedes": supersedes or "", "reason": reason}


def _name_of(actor: Signer) -> str:
    return next((one.name for one in people.people() if one.key_id == actor.key_id), "unknown")


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
            reason=record["reason"],
            decided_by=entry.actor,
            at=entry.at,
            seq=entry.seq,
        )
