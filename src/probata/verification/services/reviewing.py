"""Reviews by two people who do not see each other's answer, and the findings that they seal."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from probata.access import selectors as people
from probata.access import services as access
from probata.access.roles import Permission, decide
from probata.claims import selectors as claims
from probata.claims.parties import Naming
from probata.claims.propositions import Proposition, PropositionType
from probata.claims.selectors import Known
from probata.custody import services as custody
from probata.custody.canonical import Record, as_text, from_text
from probata.custody.entries import Signer
from probata.custody.projections import EntryFacts, projects
from probata.terms.errors import AccessError, CustodyError, Refused
from probata.terms.ids import new_record_id
from probata.verification import models as rows
from probata.verification import selectors
from probata.verification.assessments import Assessment, Dimension, Finding, Standard, State, agree, distance
from probata.verification.assessments import finding as found_by
from probata.verification.selectors import KnownFinding, KnownOpinion, KnownReview, Task


class OwnAssessment(AccessError):
    """Somebody wanted to be the second to their own assessment."""

    code = "own_assessment"
    template = "{person} has judged in this review, and cannot be its second or third person as well."
    advice = "Ask somebody else: `probata people` lists who works here. Nobody confirms their own assessment."
    advice_here = "Ask somebody else: the page People shows who works here. Nobody confirms their own assessment."


class NotTheirTurn(Refused):
    """A review is not where it would have to be for what was asked."""

    code = "not_their_turn"
    template = "The review {review} is {state}: {why}."
    advice = "`probata assess` shows where each review stands, and whose turn it is."
    advice_here = "The page Reviews shows where each review stands, and whose turn it is."


class PlaceTaken(Refused):
    """Somebody else has that place in a review."""

    code = "place_taken"
    template = "{person} has this place in the review {review}."
    advice = "Take a place in another review: `probata assess` shows which are free."
    advice_here = "Take a place in another review: the page Reviews shows which are free."


class AttributedToNobody(Refused):
    """A finding of whose deed something was is wanted about a party that nobody knows."""

    code = "attributed_to_nobody"
    template = "The proposition {proposition} names {party}: a deed cannot be attributed to who is not known."
    advice = "State it of a named party, or judge whether it occurred; who did it then stays open."


class ReviewStands(Refused):
    """A proposition is under review in that respect already, or its finding stands."""

    code = "review_stands"
    template = "The review {review} of this proposition in this respect is {state}."
    advice = "Take part in that one. A sealed finding is looked at anew with --supersedes FINDING."
    advice_here = "Take part in that one. A sealed finding is looked at anew from its own page."


class AnotherQuestion(Refused):
    """A finding, or a review, is to give way to one of something else."""

    code = "another_question"
    template = "{what} is not of this proposition in this respect."
    advice = "Open the review about the proposition and the respect that it is of."


class FindingSuperseded(Refused):
    """A finding is to be superseded that was superseded already."""

    code = "finding_superseded"
    template = "The finding {finding} does not stand any more: {other} stands instead."
    advice = "Open the review anew about the one that stands."


class PropositionMoved(Refused):
    """What was to be judged reads otherwise by now."""

    code = "proposition_moved"
    template = (
        "What the review {review} was opened about was restated meanwhile: nothing more is judged or sealed in it."
    )
    advice = "Open a review of what stands instead; this one stays readable."


class NotWhatWasGiven(Refused):
    """A second or third person judges by other records than the review was given."""

    code = "not_what_was_given"
    template = "The record {record} is none of those that this review is judged by."
    advice = "The second judges by what the first judged by, and the third by what both did. New records: a new review."


class DoesNotFollow(CustodyError):
    """An entry of the ledger says of a review what does not follow from the entries before it."""

    code = "does_not_follow"
    template = "Entry {entry} says of the review {review} what does not follow from what stands before it: {why}."
    advice = "Whoever signed it wrote it past the program. What stood before it stands; ask them, and keep the ledger."


def open_review(
    proposition: str,
    dimension: Dimension,
    *,
    actor: Signer,
    supersedes: str = "",
    replaces: str = "",
    reason: str = "",
) -> KnownReview:
    """Open a review of a proposition in one respect; nobody has judged yet, and there is one at a time.

    The proposition, and the party that it names, are kept as they read now: that is what is judged and sealed.
    `supersedes` is a sealed finding that is to be looked at anew: it stands until the new one is sealed. `replaces` is
    a review that can go no further, since a record that it rests on moved. Raises `NotAllowed`, `PropositionNotFound`,
    `AttributedToNobody`, `ReviewStands`, `AnotherQuestion`, `EvidenceNotFound`, `FindingSuperseded`.
    """
    access.must_be_allowed(actor, Permission.ASSESS)
    made = new_record_id()
    with custody.act(actor=actor, reason=reason or "a review was opened") as act:
        known = claims.proposition(proposition)
        pinned = _as_it_reads(known)
        attributes = dimension is Dimension.ATTRIBUTION or known.thing.type is PropositionType.AUTHORSHIP
        _naming(pinned, attributes=attributes)
        _one_at_a_time(known.id, dimension, supersedes=supersedes, replaces=replaces)
        record = {"subject": f"review:{made}", "id": made, "proposition": known.id, "dimension": dimension.value}
        record |= {"pinned": as_text(pinned), "supersedes": supersedes, "replaces": replaces}
        act.record("open_review", {**record, "attributes": attributes})
    return selectors.review(made, actor.key_id)


def take(review: str, *, actor: Signer) -> Task:
    """Take the second or third place in a review, and get what it is to be judged by; again, for who has the place.

    Raises `NotAllowed`, `ReviewNotFound`, `OwnAssessment`, `PlaceTaken`, `PropositionMoved`, and `NotTheirTurn` where
    no place is open.
    """
    access.must_be_allowed(actor, Permission.ASSESS)
    taken = rows.Taking.objects.filter(review=review, taken_by=actor.key_id).exists()
    if taken and not rows.Opinion.objects.filter(review=review, given_by=actor.key_id).exists():
        return selectors.task(review)
    with custody.act(actor=actor, reason="a place in a review was taken") as act:
        known = selectors.review(review, actor.key_id)
        place = _open_place(known)
        _must_be_another(known, actor)
        _must_read_the_same(known)
        if place in known.places:
            raise PlaceTaken(person=known.places[place], review=known.id[:8])
        act.record("take_place", {"subject": f"review:{known.id}", "review": known.id, "place": place})
    return selectors.task(review)


def assess(review: str, assessment: Assessment, *, actor: Signer) -> KnownReview:
    """Record one person's judgement in a review: the first, the second that was taken, or the third.

    Nobody but its author reads it until the second has judged. Raises `NotAllowed`, `ReviewNotFound`,
    `OwnAssessment`, `PlaceTaken`, `NotTheirTurn`, `PropositionMoved`, `NotWhatWasGiven`, `EvidenceNotFound`,
    `EvidenceMoved`.
    """
    access.must_be_allowed(actor, Permission.ASSESS)
    made = new_record_id()
    # What somebody judged stands in the body alone: the reason of an act is read by whoever reads the ledger.
    with custody.act(actor=actor, reason="judged in a review") as act:
        known, row, place = _turn(review, actor)
        _must_read_the_same(known)
        judged_by = _judged_by(row, assessment, place)
        record: dict[str, Any] = {"subject": f"review:{review}", "id": made, "review": review, "place": place}
        record |= {"body": as_text(assessment.as_json()), "inputs": as_text({"inputs": judged_by})}
        record |= _beside_the_first(row, assessment, place)
        act.record("assess", record)
    return selectors.review(review, actor.key_id)


def seal(review: str, *, actor: Signer, because: str, standard: Standard | None = None) -> KnownFinding:
    """Seal what two people found alike, or a third decided with one of them, in the words that they judged.

    `because` says why the confidence is what it is. From then on the finding stands or is superseded. Raises
    `NotAllowed`, `ReviewNotFound`, `NotTheirTurn`, `PropositionMoved`, `EvidenceMoved`, `AttributedToNobody`,
    `FindingSuperseded`.
    """
    access.must_be_allowed(actor, Permission.SEAL_FINDINGS)
    made = new_record_id()
    with custody.act(actor=actor, reason="a finding was sealed") as act:
        known = selectors.review(review)
        _must_be_decided(known)
        _must_read_the_same(known)
        for name in sorted({name for one in known.opinions for name in one.assessment.rests_on}):
            selectors.evidence(name)
        if known.supersedes:
            _must_stand(known.supersedes)
        act.record("seal_finding", _sealed_record(made, known, because, standard))
    return selectors.finding(made)


def would_be_found(review: str, *, because: str, standard: Standard | None = None) -> Finding:
    """What `seal` would seal now, in its words; nothing is written. Raises what `seal` raises for them."""
    known = selectors.review(review)
    _must_be_decided(known)
    body = _body_of(known, because, standard)
    return Finding.from_json(body)


def halted(known: KnownReview) -> Refused | None:
    """Why nothing more can be judged or sealed in a review; None where nothing that it rests on moved."""
    try:
        _must_rest_on_what_stands(known)
    except (PropositionMoved, selectors.EvidenceMoved) as moved:
        return moved
    return None


def _must_be_decided(known: KnownReview) -> None:
    if known.state not in {State.AGREED, State.ADJUDICATED}:
        why = "two people agree, or a third has decided, before anything is sealed"
        raise NotTheirTurn(review=known.id[:8], state=known.state.value.replace("_", " "), why=why)


def _must_rest_on_what_stands(known: KnownReview) -> None:
    _must_read_the_same(known)
    for one in selectors.inputs(rows.Review.objects.get(pk=known.id)):
        selectors.evidence(one["id"])


def _sealed_record(made: str, known: KnownReview, because: str, standard: Standard | None) -> Record:
    row = rows.Review.objects.get(pk=known.id)
    first, second = _two_of(known.opinions)
    body = _body_of(known, because, standard)
    content = _content_of(known, row, body)
    return {
        "subject": f"finding:{made}",
        "id": made,
        "review": known.id,
        "attributes": row.attributes,
        "party_naming": _naming(row.pinned, attributes=row.attributes),
        "body": as_text(body),
        "content": as_text(content),
        "digest": seal_digest(content),
        "first_by": first.by_key,
        "second_by": second.by_key,
        "supersedes": known.supersedes,
        "standard": "" if standard is None else standard.value,
        "reason": because,
    }


def _body_of(known: KnownReview, because: str, standard: Standard | None) -> dict[str, object]:
    judged = [one.assessment for one in known.opinions]
    return found_by(judged, known.statement.rstrip("."), standard=standard, because=because).as_json()


def _content_of(known: KnownReview, row: rows.Review, body: Mapping[str, object]) -> dict[str, Any]:
    """All that a finding says and rests on, as it read when it was sealed; the digest is over this."""
    return {
        **row.pinned,
        "dimension": known.dimension.value,
        "opinions": [
            {"place": one.place, "by": one.by_key, "assessment": one.assessment.as_json()} for one in known.opinions
        ],
        "inputs": selectors.inputs(row),
        "finding": dict(body),
    }


def _two_of(opinions: tuple[KnownOpinion, ...]) -> tuple[KnownOpinion, KnownOpinion]:
    """The two on whom a finding rests: both who agree; where a third decided, the third and whoever they agree with."""
    *earlier, last = opinions
    beside = next((one for one in earlier if agree(one.assessment, last.assessment)), earlier[0])
    return beside, last


def seal_digest(content: Mapping[str, Any]) -> str:
    """SHA-256 over all that a finding says and rests on, as `as_text` writes it."""
    return hashlib.sha256(as_text(content).encode()).hexdigest()


def _turn(review: str, actor: Signer) -> tuple[KnownReview, rows.Review, int]:
    """The review, and the place that this person may now fill in it."""
    known = selectors.review(review, actor.key_id)
    row = rows.Review.objects.get(pk=known.id)
    if known.state is State.OPEN:
        return known, row, rows.FIRST
    place = _open_place(known)
    _must_be_another(known, actor)
    taken = row.takings.filter(place=place).first()
    if taken is None:
        why = "take your place first, and see what it is judged by: `probata assess --take`"
        raise NotTheirTurn(review=known.id[:8], state=known.state.value.replace("_", " "), why=why)
    if taken.taken_by != actor.key_id:
        raise PlaceTaken(person=known.places[place], review=known.id[:8])
    return known, row, place


def _open_place(known: KnownReview) -> int:
    if known.state in {State.PROPOSED, State.BLIND_SECOND}:
        return rows.SECOND
    if known.state is State.DISAGREED:
        return rows.THIRD
    why = "nobody has judged yet" if known.state is State.OPEN else "no place in it is open"
    raise NotTheirTurn(review=known.id[:8], state=known.state.value.replace("_", " "), why=why)


def _must_be_another(known: KnownReview, actor: Signer) -> None:
    if rows.Opinion.objects.filter(review=known.id, given_by=actor.key_id).exists():
        raise OwnAssessment(person=people.name_of(actor.key_id))


def _judged_by(row: rows.Review, assessment: Assessment, place: int) -> list[Mapping[str, Any]]:
    """The records that somebody judges by, as they read now for the first, as they were given for those after."""
    if place == rows.FIRST:
        judged_by = [selectors.evidence(name) for name in assessment.rests_on]
        for one in judged_by:
            record = one["record"]
            same = (record.get("proposition"), record.get("dimension")) == (row.proposition, row.dimension)
            if one["kind"] == "findings" and same:
                # It would show the second what somebody found of the very same before.
                raise NotWhatWasGiven(record=one["id"])
        return judged_by
    given = {one["id"]: one for one in selectors.inputs(row)}
    strange = [name for name in assessment.rests_on if name not in given]
    if strange:
        raise NotWhatWasGiven(record=strange[0])
    return [given[name] for name in assessment.rests_on]


def _beside_the_first(row: rows.Review, assessment: Assessment, place: int) -> dict[str, Any]:
    if place != rows.SECOND:
        return {"agrees": None, "distance": None}
    first = Assessment.from_json(row.opinions.get(place=rows.FIRST).body)
    return {"agrees": agree(first, assessment), "distance": distance(first, assessment).as_json()}


def _as_it_reads(known: Known[Proposition]) -> dict[str, Any]:
    """A proposition, and the party that it names, as they read now."""
    party = None if known.thing.party is None else claims.party(known.thing.party).thing.as_json()
    return {"proposition": dict(known.thing.as_json()), "party": party}


def _must_read_the_same(known: KnownReview) -> None:
    stands = claims.proposition(known.proposition)
    if stands.id != known.proposition or not _means_the_same(known.pinned, _as_it_reads(stands)):
        raise PropositionMoved(review=known.id[:8])


def _means_the_same(pinned: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Whether the proposition reads alike, and the party that it names is called as before, further spellings aside."""
    # The party stands by its id in the proposition, and a corrected party has another.
    one, other = ({**each["proposition"], "value": None} for each in (pinned, now))
    if pinned["party"] is None or now["party"] is None:
        return pinned == now
    named = [{name["text"] for name in each["party"]["names"]} for each in (pinned, now)]
    return one == other and pinned["party"]["naming"] == now["party"]["naming"] and named[0] <= named[1]


def _naming(pinned: Mapping[str, Any], *, attributes: bool) -> str:
    """How far the party is known that a proposition names; raises `AttributedToNobody` where a deed is attributed."""
    party = pinned["party"]
    naming = "" if party is None else str(party["naming"])
    if attributes and naming in {"", Naming.UNKNOWN.value}:
        statement = pinned["proposition"]["statement"]
        raise AttributedToNobody(proposition=f"“{statement}”", party="no party" if party is None else "an unknown one")
    return naming


def _one_at_a_time(proposition: str, dimension: Dimension, *, supersedes: str, replaces: str) -> None:
    of_the_same = (proposition, dimension.value)
    if supersedes:
        finding = selectors.finding(supersedes)
        if (finding.proposition, finding.dimension) != of_the_same:
            raise AnotherQuestion(what=f"The finding {supersedes[:8]}")
        _must_stand(supersedes)
    for row in rows.Review.objects.filter(proposition=proposition, dimension=dimension.value):
        known = selectors.review(row.id)
        if known.id == replaces:
            _must_have_moved(known)
        elif known.replaced_by or (known.finding and (known.finding.superseded_by or known.finding.id == supersedes)):
            continue
        else:
            raise ReviewStands(review=known.id[:8], state=known.state.value.replace("_", " "))
    if replaces and (selectors.review(replaces).proposition, selectors.review(replaces).dimension.value) != of_the_same:
        raise AnotherQuestion(what=f"The review {replaces[:8]}")


def _must_have_moved(known: KnownReview) -> None:
    """A review gives way to another only where it can go no further: nobody asks again for another answer."""
    if halted(known) is None:
        raise ReviewStands(review=known.id[:8], state=known.state.value.replace("_", " "))


def _must_stand(finding: str) -> None:
    known = selectors.finding(finding)
    if known.superseded_by:
        raise FindingSuperseded(finding=finding[:8], other=known.superseded_by[:8])


def _may(entry: EntryFacts, permission: Permission, review: str) -> None:
    """Whoever signed the entry had the role for it then: the ledger is read in order, so roles stand as they stood."""
    who = next((one for one in people.people() if one.key_id == entry.actor), None)
    allowed = who is not None and decide(people.roles(who.id), permission).allowed
    if not allowed:
        raise DoesNotFollow(entry=entry.seq, review=review[:8], why="whoever signed it had no role that allows it")


@projects("open_review")
def _opened(entry: EntryFacts, records: list[Record]) -> None:
    for record in records:
        _may(entry, Permission.ASSESS, record["id"])
        rows.Review.objects.create(
            id=record["id"],
            proposition=record["proposition"],
            dimension=record["dimension"],
            pinned=from_text(record["pinned"]),
            attributes=record["attributes"],
            supersedes=record["supersedes"],
            replaces=record["replaces"],
            opened_by=entry.actor,
            at=entry.at,
            seq=entry.seq,
        )


@projects("take_place")
def _taken(entry: EntryFacts, records: list[Record]) -> None:
    for record in records:
        _may(entry, Permission.ASSESS, record["review"])
        rows.Taking.objects.create(
            review_id=record["review"], place=record["place"], taken_by=entry.actor, at=entry.at, seq=entry.seq
        )


@projects("assess")
def _assessed(entry: EntryFacts, records: list[Record]) -> None:
    for record in records:
        _may(entry, Permission.ASSESS, record["review"])
        review = rows.Review.objects.get(pk=record["review"])
        body = from_text(record["body"])
        follows = _beside_the_first(review, Assessment.from_json(body), record["place"])
        if follows != {"agrees": record["agrees"], "distance": record["distance"]}:
            why = "the two judgements do not stand to each other as it says"
            raise DoesNotFollow(entry=entry.seq, review=review.id[:8], why=why)
        rows.Opinion.objects.create(
            id=record["id"],
            review=review,
            place=record["place"],
            body=body,
            inputs=from_text(record["inputs"])["inputs"],
            agrees=record["agrees"],
            distance=record["distance"],
            given_by=entry.actor,
            at=entry.at,
            seq=entry.seq,
        )


@projects("seal_finding")
def _sealed(entry: EntryFacts, records: list[Record]) -> None:
    for record in records:
        _may(entry, Permission.SEAL_FINDINGS, record["review"])
        known = selectors.review(record["review"])
        standard = Standard(record["standard"]) if record["standard"] else None
        if len(known.opinions) < 2 or record != _sealed_record(record["id"], known, record["reason"], standard):
            why = "two people did not find what it says, in these words, by these records"
            raise DoesNotFollow(entry=entry.seq, review=known.id[:8], why=why)
        rows.Finding.objects.create(
            id=record["id"],
            review_id=record["review"],
            body=from_text(record["body"]),
            content=from_text(record["content"]),
            digest=record["digest"],
            attributes=record["attributes"],
            party_naming=record["party_naming"],
            first_by=record["first_by"],
            second_by=record["second_by"],
            sealed_by=entry.actor,
            supersedes_id=record["supersedes"] or None,
            reason=record["reason"],
            at=entry.at,
            seq=entry.seq,
        )
