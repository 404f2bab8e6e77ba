"""Every write of this room: reviews by two people who do not see each other, findings, derivations, comparisons."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from probata.access import selectors as people
from probata.access import services as access
from probata.access.roles import Permission
from probata.claims import selectors as claims
from probata.claims.parties import Naming
from probata.custody import services as custody
from probata.custody.canonical import Record, as_text, canonical, from_text
from probata.custody.entries import Signer
from probata.custody.projections import EntryFacts, projects
from probata.terms.errors import AccessError, InvalidValue, Refused
from probata.terms.ids import new_record_id
from probata.terms.text import safe_text
from probata.verification import models as rows
from probata.verification import selectors
from probata.verification.assessments import Assessment, Dimension, Standard, State, agree, distance
from probata.verification.assessments import finding as found_by
from probata.verification.derivation import Derivation
from probata.verification.hypotheses import Matrix
from probata.verification.selectors import KnownComparison, KnownFinding, KnownOpinion, KnownReview, Task


class OwnAssessment(AccessError):
    """Somebody wanted to be the second to their own assessment."""

    code = "own_assessment"
    template = "{person} has judged in this review, and cannot be its second or third person as well."
    advice = "Ask somebody else: `probata people` lists who works here. Nobody confirms their own assessment."


class NotTheirTurn(Refused):
    """A review is not where it would have to be for what was asked."""

    code = "not_their_turn"
    template = "The review {review} is {state}: {why}."
    advice = "`probata assess` shows where each review stands, and whose turn it is."


class PlaceTaken(Refused):
    """Somebody else has that place in a review."""

    code = "place_taken"
    template = "{person} has this place in the review {review}."
    advice = "Take a place in another review: `probata assess` shows which are free."


class AttributedToNobody(Refused):
    """A finding of attribution was wanted about a party that nobody knows."""

    code = "attributed_to_nobody"
    template = "The proposition {proposition} names {party}: a deed cannot be attributed to who is not known."
    advice = "State it of a named party, or judge whether it occurred; who did it then stays open."


class FindingSuperseded(Refused):
    """A finding is to be superseded that was superseded already."""

    code = "finding_superseded"
    template = "The finding {finding} does not stand any more: {other} stands instead."
    advice = "Open the review anew about the one that stands."


def open_review(
    proposition: str, dimension: Dimension, *, actor: Signer, supersedes: str = "", reason: str = ""
) -> KnownReview:
    """Open a review of a proposition in one respect; nobody has judged yet.

    `supersedes` is a sealed finding that is to be looked at anew: it stands until the new one is sealed. Raises
    `NotAllowed`, `PropositionNotFound`, `AttributedToNobody`, `EvidenceNotFound`, `FindingSuperseded`.
    """
    access.must_be_allowed(actor, Permission.ASSESS)
    known = claims.proposition(proposition)
    _naming(known.id, dimension)
    if supersedes:
        _must_stand(supersedes)
    made = new_record_id()
    with custody.act(actor=actor, reason=reason or "a review was opened") as act:
        record = {"subject": f"review:{made}", "id": made, "proposition": known.id}
        act.record("open_review", {**record, "dimension": dimension.value, "supersedes": supersedes})
    return selectors.review(made, actor.key_id)


def take(review: str, *, actor: Signer) -> Task:
    """Take the second or third place in a review, and get what it is to be judged by.

    Raises `NotAllowed`, `ReviewNotFound`, `OwnAssessment`, `PlaceTaken`, and `NotTheirTurn` where no place is open.
    """
    access.must_be_allowed(actor, Permission.ASSESS)
    with custody.act(actor=actor, reason="a place in a review was taken") as act:
        known = selectors.review(review, actor.key_id)
        place = _open_place(known)
        _must_be_another(known, actor)
        if place in known.places:
            raise PlaceTaken(person=known.places[place], review=known.id[:8])
        act.record("take_place", {"subject": f"review:{known.id}", "review": known.id, "place": place})
    return selectors.task(review)


def assess(review: str, assessment: Assessment, *, actor: Signer) -> KnownReview:
    """Record one person's judgement in a review: the first, the second that was taken, or the third.

    Nobody but its author reads it until the second has judged. Raises `NotAllowed`, `ReviewNotFound`,
    `OwnAssessment`, `PlaceTaken`, `NotTheirTurn`, `EvidenceNotFound`.
    """
    access.must_be_allowed(actor, Permission.ASSESS)
    for name in assessment.rests_on:
        selectors.evidence(name)
    made = new_record_id()
    # What somebody judged stands in the body alone: the reason of an act is read by whoever reads the ledger.
    with custody.act(actor=actor, reason="judged in a review") as act:
        row, place = _turn(review, actor)
        record: dict[str, Any] = {"subject": f"review:{review}", "id": made, "review": review, "place": place}
        record |= {"body": as_text(assessment.as_json()), "agrees": None, "distance": None}
        if place == rows.SECOND:
            first = _given(row, rows.FIRST)
            record["agrees"] = agree(first, assessment)
            record["distance"] = distance(first, assessment).as_json()
        act.record("assess", record)
    return selectors.review(review, actor.key_id)


def seal(
    review: str, *, actor: Signer, statement: str = "", because: str, standard: Standard | None = None
) -> KnownFinding:
    """Seal what two people found alike, or a third decided; from then on it is superseded or it stands.

    `statement` is a clause that can follow "that", the proposition's own unless given; `because` says why the
    confidence is what it is. Raises `NotAllowed`, `ReviewNotFound`, `NotTheirTurn`, `AttributedToNobody`,
    `FindingSuperseded`.
    """
    access.must_be_allowed(actor, Permission.SEAL_FINDINGS)
    made = new_record_id()
    with custody.act(actor=actor, reason="a finding was sealed") as act:
        row = rows.Review.objects.get(pk=selectors.review(review).id)
        known = selectors.review(review)
        if known.state not in {State.AGREED, State.ADJUDICATED}:
            why = "two people agree, or a third has decided, before anything is sealed"
            raise NotTheirTurn(review=known.id[:8], state=known.state.value.replace("_", " "), why=why)
        if row.supersedes:
            _must_stand(row.supersedes)
        first, second = _two_of(known.opinions)
        opinions = known.opinions
        clause = statement or known.statement.rstrip(".")
        judged = [one.assessment for one in opinions]
        found = found_by(judged, clause, standard=standard, because=because)
        rests_on = sorted({name for one in judged for name in one.rests_on})
        body = found.as_json()
        record = {
            "subject": f"finding:{made}",
            "id": made,
            "review": known.id,
            "dimension": known.dimension.value,
            "party_naming": _naming(known.proposition, known.dimension),
            "body": as_text(body),
            "rests_on": rests_on,
            "digest": seal_digest(known, body, rests_on),
            "first_by": first.by_key,
            "second_by": second.by_key,
            "supersedes": row.supersedes,
            "reason": because,
        }
        act.record("seal_finding", record)
    return selectors.finding(made)


def _two_of(opinions: tuple[KnownOpinion, ...]) -> tuple[KnownOpinion, KnownOpinion]:
    """The two on whom a finding rests: both who agree; where a third decided, the third and whoever they agree with."""
    *earlier, last = opinions
    beside = next((one for one in earlier if agree(one.assessment, last.assessment)), earlier[0])
    return beside, last


def seal_digest(review: KnownReview, body: Mapping[str, Any], rests_on: Sequence[str]) -> str:
    """SHA-256 over a finding, the proposition it is about, every opinion under it, and all that these rest on."""
    told = {
        "proposition": as_text(claims.proposition(review.proposition).thing.as_json()),
        "dimension": review.dimension.value,
        "opinions": [as_text(one.as_json()) for one in review.opinions],
        "rests_on": [as_text(selectors.evidence(name)[1]) for name in rests_on],
        "finding": as_text(body),
    }
    return hashlib.sha256(canonical(told)).hexdigest()


def record_derivation(derivation: Derivation, *, actor: Signer, reason: str = "") -> str:
    """Record one run of a calculator, so that an assessment can rest on it; returns its id."""
    access.must_be_allowed(actor, Permission.ASSESS)
    made = new_record_id()
    with custody.act(actor=actor, reason=reason or "a calculator was run") as act:
        body = as_text(derivation.as_json())
        act.record("record_derivation", {"subject": f"derivation:{made}", "id": made, "body": body, "reason": reason})
    return made


def compare_hypotheses(
    question: str, frame: Matrix, analysts: tuple[str, ...], *, actor: Signer, supersedes: str = ""
) -> KnownComparison:
    """Ask these people to weigh the same rival explanations against the same evidence, each alone first.

    `frame` holds hypotheses and rows without cells. Raises `NotAllowed`, `PersonNotFound`, and `InvalidValue` for
    cells that are filled already and for fewer than two people.
    """
    access.must_be_allowed(actor, Permission.ASSESS)
    if any(cell.value for row in frame.rows for cell in row.cells.values()):
        raise InvalidValue(what="The frame of a comparison", why="its cells are filled: each person fills their own")
    names = tuple(dict.fromkeys(people.person(name).name for name in analysts))
    if len(names) < 2:
        raise InvalidValue(what="A comparison of hypotheses", why="it takes two people at least, each alone first")
    made = new_record_id()
    body = {"question": safe_text(question), "frame": frame.as_json(), "analysts": list(names)}
    with custody.act(actor=actor, reason="rival explanations are weighed") as act:
        record = {"subject": f"hypotheses:{made}", "id": made, "body": as_text(body)}
        act.record("compare_hypotheses", {**record, "supersedes": supersedes})
    return selectors.comparison(made)


def hand_in(comparison: str, matrix: Matrix, *, actor: Signer) -> KnownComparison:
    """Hand in one's own table; nobody sees the others' before everybody has, and nobody hands in twice.

    Raises `NotAllowed`, `ComparisonNotFound`, and `InvalidValue` for other hypotheses or evidence than were asked
    about, and for somebody who was not asked or has handed in.
    """
    access.must_be_allowed(actor, Permission.ASSESS)
    with custody.act(actor=actor, reason="a table of hypotheses was handed in") as act:
        known = selectors.comparison(comparison)
        name = next((one.name for one in people.people() if one.key_id == actor.key_id), "unknown")
        if name not in known.analysts:
            raise InvalidValue(what=f"A table by {name}", why="they were not asked for one")
        if name in known.handed_in:
            raise InvalidValue(what=f"A second table by {name}", why="theirs stands; open the comparison anew")
        if _frame_of(matrix) != _frame_of(known.frame):
            raise InvalidValue(what="This table", why="it holds other hypotheses or evidence than were asked about")
        record = {"subject": f"hypotheses:{known.id}", "comparison": known.id}
        act.record("hand_in_matrix", {**record, "body": as_text(matrix.as_json())})
    return selectors.comparison(comparison)


def _frame_of(matrix: Matrix) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]]]:
    hypotheses: list[tuple[str, ...]] = [(one.id, one.statement) for one in matrix.hypotheses]
    evidence: list[tuple[str, ...]] = [(row.id, row.evidence, row.root) for row in matrix.rows]
    return sorted(hypotheses), sorted(evidence)


def _turn(review: str, actor: Signer) -> tuple[rows.Review, int]:
    """The review, and the place that this person may now fill in it."""
    known = selectors.review(review, actor.key_id)
    row = rows.Review.objects.get(pk=known.id)
    if known.state is State.OPEN:
        return row, rows.FIRST
    place = _open_place(known)
    _must_be_another(known, actor)
    taken = row.takings.filter(place=place).first()
    if taken is None:
        why = "take your place first, and see what it is judged by: `probata assess --take`"
        raise NotTheirTurn(review=known.id[:8], state=known.state.value.replace("_", " "), why=why)
    if taken.taken_by != actor.key_id:
        raise PlaceTaken(person=known.places[place], review=known.id[:8])
    return row, place


def _open_place(known: KnownReview) -> int:
    if known.state in {State.PROPOSED, State.BLIND_SECOND}:
        return rows.SECOND
    if known.state is State.DISAGREED:
        return rows.THIRD
    why = "nobody has judged yet" if known.state is State.OPEN else "no place in it is open"
    raise NotTheirTurn(review=known.id[:8], state=known.state.value.replace("_", " "), why=why)


def _must_be_another(known: KnownReview, actor: Signer) -> None:
    if rows.Opinion.objects.filter(review=known.id, given_by=actor.key_id).exists():
        name = next((one.name for one in people.people() if one.key_id == actor.key_id), "This person")
        raise OwnAssessment(person=name)


def _given(row: rows.Review, place: int) -> Assessment:
    return Assessment.from_json(row.opinions.get(place=place).body)


def _naming(proposition: str, dimension: Dimension) -> str:
    """How far the party is known that a proposition names; raises `AttributedToNobody` where a deed is attributed."""
    known = claims.proposition(proposition)
    if known.thing.party is None:
        if dimension is Dimension.ATTRIBUTION:
            raise AttributedToNobody(proposition=known.id[:8], party="no party")
        return ""
    party = claims.party(known.thing.party).thing
    if dimension is Dimension.ATTRIBUTION and party.naming is Naming.UNKNOWN:
        raise AttributedToNobody(proposition=known.id[:8], party=party.shown_as)
    return party.naming.value


def _must_stand(finding: str) -> None:
    known = selectors.finding(finding)
    if known.superseded_by:
        raise FindingSuperseded(finding=finding[:8], other=known.superseded_by[:8])


@projects("open_review")
def _opened(entry: EntryFacts, records: list[Record]) -> None:
    for record in records:
        rows.Review.objects.create(
            id=record["id"],
            proposition=record["proposition"],
            dimension=record["dimension"],
            supersedes=record["supersedes"],
            opened_by=entry.actor,
            at=entry.at,
            seq=entry.seq,
        )


@projects("take_place")
def _taken(entry: EntryFacts, records: list[Record]) -> None:
    for record in records:
        rows.Taking.objects.create(
            review_id=record["review"], place=record["place"], taken_by=entry.actor, at=entry.at, seq=entry.seq
        )


@projects("assess")
def _assessed(entry: EntryFacts, records: list[Record]) -> None:
    for record in records:
        rows.Opinion.objects.create(
            id=record["id"],
            review_id=record["review"],
            place=record["place"],
            body=from_text(record["body"]),
            agrees=record["agrees"],
            distance=record["distance"],
            given_by=entry.actor,
            at=entry.at,
            seq=entry.seq,
        )


@projects("seal_finding")
def _sealed(entry: EntryFacts, records: list[Record]) -> None:
    for record in records:
        rows.Finding.objects.create(
            id=record["id"],
            review_id=record["review"],
            body=from_text(record["body"]),
            rests_on=record["rests_on"],
            digest=record["digest"],
            dimension=record["dimension"],
            party_naming=record["party_naming"],
            first_by=record["first_by"],
            second_by=record["second_by"],
            sealed_by=entry.actor,
            supersedes_id=record["supersedes"] or None,
            reason=record["reason"],
            at=entry.at,
            seq=entry.seq,
        )


@projects("record_derivation")
def _derived(entry: EntryFacts, records: list[Record]) -> None:
    for record in records:
        body = from_text(record["body"])
        rows.Derivation.objects.create(
            id=record["id"],
            tool=body["tool"][:80],
            body=body,
            reason=record["reason"],
            recorded_by=entry.actor,
            at=entry.at,
            seq=entry.seq,
        )


@projects("compare_hypotheses")
def _asked(entry: EntryFacts, records: list[Record]) -> None:
    for record in records:
        rows.Comparison.objects.create(
            id=record["id"],
            body=from_text(record["body"]),
            supersedes_id=record["supersedes"] or None,
            recorded_by=entry.actor,
            at=entry.at,
            seq=entry.seq,
        )


@projects("hand_in_matrix")
def _handed_in(entry: EntryFacts, records: list[Record]) -> None:
    for record in records:
        rows.Matrix.objects.create(
            comparison_id=record["comparison"],
            body=from_text(record["body"]),
            given_by=entry.actor,
            at=entry.at,
            seq=entry.seq,
        )
