"""Dual control: one person proposes what is disclosed, another releases it (design, 4: two distinct actor keys)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from probata.access import services as access
from probata.access.roles import Permission
from probata.cases import selectors as cases
from probata.cases.selectors import Sight
from probata.cases.wording import passage
from probata.claims import selectors as claims
from probata.custody import services as custody
from probata.custody.canonical import Record
from probata.custody.entries import Signer
from probata.custody.projections import EntryFacts, projects
from probata.disclosure import redacted, selectors
from probata.disclosure.gathering import Gathered
from probata.disclosure.models import REFUSED, RELEASED, WITHDRAWN, Disclosure, DisclosureDecision
from probata.disclosure.plan import Plan
from probata.disclosure.selectors import KnownDisclosure
from probata.preservation import selectors as preservation
from probata.preservation import services as preservation_services
from probata.preservation.services import Reading
from probata.terms.errors import AccessError, InvalidValue, Refused
from probata.terms.ids import new_record_id


class SamePerson(AccessError):
    """Whoever proposed a disclosure wants to release or seal it as well."""

    code = "same_person"
    template = "You proposed this disclosure: another person {does} it."
    advice = "Ask somebody of the roles legal or custodian; they see exactly what would go."


class AlreadyDecided(Refused):
    """A disclosure was decided before."""

    code = "already_decided"
    template = "This disclosure was {decision} already."
    advice = "Propose a new one; the earlier one stays on the record."


class NotAccountedFor(Refused):
    """Items of the case are neither chosen nor withheld with a reason."""

    code = "not_accounted_for"
    template = "Of the case, {count} items are neither chosen nor withheld with a reason: {items}."
    advice = "Choose each, or say with a word of the list why it is withheld."


class RecordMoved(Refused):
    """What would be disclosed is no longer what was seen."""

    code = "record_moved"
    template = "What this disclosure would hold has changed since it was seen."
    advice = "Look at the preview again. If it was released already, propose it anew: nobody released this."


class NotReadAgain(Refused):
    """An item's stored bytes were not read again and found sound."""

    code = "not_read_again"
    template = "The bytes of {count} items were not read again and found sound: {items}."
    advice = "A custodian or an auditor has them read again on the page of the disclosure, or with `probata check`."
    advice_here = "A custodian or an auditor has them read again on the page of the disclosure."


def propose(plan: Plan, *, actor: Signer, reason: str) -> KnownDisclosure:
    """Propose a disclosure; nothing leaves by it.

    Raises `NotAllowed`, `InvalidValue`, `ItemNotFound`, `CaseNotFound`, `NotAccountedFor`, `NameStands`.
    """
    access.must_be_allowed(actor, Permission.PROPOSE_DISCLOSURE)
    why = passage(reason, "The reason")
    plan.must_be_complete()
    must_be_accounted_for(plan, cases.sight(actor.key_id))
    selectors.gather(plan, name="package", by=actor.key_id)
    made = new_record_id()
    with custody.act(actor=actor, reason=why) as act:
        record = {"subject": f"disclosure:{made}", "id": made, "plan": plan.as_json(), "reason": why}
        act.record("propose_disclosure", record)
    return selectors.disclosure(made)


def must_be_accounted_for(plan: Plan, sight: Sight) -> None:
    """Raise unless everything named is there for this person, and every item of the case is chosen or withheld."""
    for digest in (*plan.items, *(one.item for one in plan.withheld)):
        if sight.hides(digest) or preservation.item_or_none(digest) is None:
            raise preservation.ItemNotFound(digest=digest)
    redacted.must_stand(plan)
    for party in plan.labels:
        if claims.party(party).id != party:
            raise InvalidValue(what="A label", why="the party that it stands for was told anew: choose again")
    if not plan.case:
        if plan.withheld:
            raise InvalidValue(what="The withheld items", why="no case is named that they belong to")
        return
    if sight.hides(plan.case):
        raise cases.CaseNotFound(name=plan.case)
    members = {one.id for one in cases.case(plan.case).members if one.kind == "item" and not sight.hides(one.id)}
    open_items = sorted(members - set(plan.items) - {one.item for one in plan.withheld})
    if open_items:
        raise NotAccountedFor(count=len(open_items), items=_named(open_items))


def release(disclosure: str, *, seen: str, actor: Signer, reason: str) -> KnownDisclosure:
    """Release what somebody else proposed, exactly as it was seen: `seen` is the digest that the preview shows.

    Raises `NotAllowed`, `DisclosureNotFound`, `SamePerson`, `AlreadyDecided`, `NotReadAgain`, `RecordMoved`.
    """
    access.must_be_allowed(actor, Permission.RELEASE_DISCLOSURE)
    known, why = selectors.seen_by(disclosure, actor.key_id), passage(reason, "The reason")
    if known.proposed_key == actor.key_id:
        raise SamePerson(does="releases")
    _must_be_open(known)
    redacted.must_stand(known.plan)
    must_be_read_again(known.plan)
    if gathered(known).sha256 != seen:
        raise RecordMoved
    _decide("release_disclosure", known, actor, why, contents=seen)
    return selectors.disclosure(known.id)


def refuse(disclosure: str, *, actor: Signer, reason: str) -> KnownDisclosure:
    """Refuse what somebody else proposed; raises `NotAllowed`, `SamePerson`, `AlreadyDecided`."""
    access.must_be_allowed(actor, Permission.RELEASE_DISCLOSURE)
    known, why = selectors.seen_by(disclosure, actor.key_id), passage(reason, "The reason")
    if known.proposed_key == actor.key_id:
        raise SamePerson(does="refuses")
    _must_be_open(known)
    _decide("refuse_disclosure", known, actor, why)
    return selectors.disclosure(known.id)


def withdraw(disclosure: str, *, actor: Signer, reason: str) -> KnownDisclosure:
    """Withdraw what one proposed oneself, before anybody decided; raises `AlreadyDecided`, `InvalidValue`."""
    known, why = selectors.seen_by(disclosure, actor.key_id), passage(reason, "The reason")
    if known.proposed_key != actor.key_id:
        raise InvalidValue(what="A proposal", why="only whoever made it withdraws it")
    _must_be_open(known)
    _decide("withdraw_disclosure", known, actor, why)
    return selectors.disclosure(known.id)


def gathered(known: KnownDisclosure) -> Gathered:
    """What a proposed disclosure would hold, as its proposer could know it and up to when it was proposed."""
    return selectors.gather(known.plan, name=known.package_name, by=known.proposed_key, before_seq=known.seq)


def must_be_read_again(plan: Plan) -> None:
    """Raise `NotReadAgain` unless the newest reading of every item found its bytes sound."""
    lacking = selectors.not_read_again(plan.items)
    if lacking:
        raise NotReadAgain(count=len(lacking), items=_named(lacking))


def read_again(
    items: Sequence[str], *, actor: Signer, reason: str, progress: Callable[[int], None] | None = None
) -> list[Reading]:
    """Read the stored bytes of items again, and record what was found; raises `NotAllowed`."""
    access.must_be_allowed(actor, Permission.CHECK)
    readings = list(preservation_services.read_again(items, sha512=True, progress=progress))
    with custody.act(actor=actor, reason=passage(reason, "The reason")) as act:
        for one in readings:
            preservation_services.record_fixity(act, one.sha256, result=one.result, sha512=one.sha512)
    return readings


def _named(items: Sequence[str]) -> str:
    more = f" and {len(items) - 5} more" if len(items) > 5 else ""
    return ", ".join(one[:8] for one in items[:5]) + more


def _must_be_open(known: KnownDisclosure) -> None:
    if known.decision:
        raise AlreadyDecided(decision=known.decision)


def _decide(action: str, known: KnownDisclosure, actor: Signer, why: str, *, contents: str = "") -> None:
    with custody.act(actor=actor, reason=why) as act:
        # Two who decide at once do not both win: what stands is looked at again inside the act.
        _must_be_open(selectors.disclosure(known.id))
        record = {"subject": f"disclosure:{known.id}", "disclosure": known.id, "reason": why}
        act.record(action, record | {"contents_sha256": contents, "proposed_by": known.proposed_key})


@projects("propose_disclosure")
def _proposed(entry: EntryFacts, records: list[Record]) -> None:
    for record in records:
        Disclosure.objects.create(
            id=record["id"],
            recipient=record["plan"]["recipient"],
            body=record["plan"],
            reason=record["reason"],
            proposed_by=entry.actor,
            at=entry.at,
            seq=entry.seq,
        )


def _decided(decision: str, entry: EntryFacts, records: list[Record]) -> None:
    for record in records:
        DisclosureDecision.objects.create(
            disclosure_id=record["disclosure"],
            decision=decision,
            contents_sha256=record["contents_sha256"],
            reason=record["reason"],
            proposed_by=record["proposed_by"],
            decided_by=entry.actor,
            at=entry.at,
            seq=entry.seq,
        )


@projects("release_disclosure")
def _released(entry: EntryFacts, records: list[Record]) -> None:
    _decided(RELEASED, entry, records)


@projects("refuse_disclosure")
def _refused(entry: EntryFacts, records: list[Record]) -> None:
    _decided(REFUSED, entry, records)


@projects("withdraw_disclosure")
def _withdrawn(entry: EntryFacts, records: list[Record]) -> None:
    _decided(WITHDRAWN, entry, records)
