"""Everything that is read about reviews, findings, derivations and comparisons; what is blind stays blind here.

Until the second person has judged, an opinion is read by whoever gave it and by nobody else; a matrix of hypotheses
until everybody has handed in theirs. Who owns the database file can read it all the same: this keeps honest people from
being led, and the order of the ledger's entries shows whether anybody judged after seeing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any

from attrs import field, frozen
from django.db.models import QuerySet

from probata.access import selectors as access
from probata.analysis import selectors as analysis
from probata.claims import selectors as claims
from probata.engines import clock
from probata.terms.errors import NotFound, Refused
from probata.verification import hypotheses
from probata.verification import models as rows
from probata.verification.assessments import Assessment, Dimension, Finding, State
from probata.verification.derivation import Derivation


class ReviewNotFound(NotFound):
    """No review has that id."""

    code = "review_not_found"
    template = "No review of this workspace has the id {wanted}."
    advice = "The page Reviews lists them, and so does `probata assess`, each with its id."


class DerivationNotFound(NotFound):
    """No recorded run of a calculator has that id."""

    code = "derivation_not_found"
    template = "No derivation of this workspace has the id {wanted}."
    advice = "The lists of records show them, and so does `probata derivations`."


class ComparisonNotFound(NotFound):
    """No comparison of hypotheses has that id."""

    code = "comparison_not_found"
    template = "No comparison of hypotheses of this workspace has the id {wanted}."
    advice = "The page Reasoning lists them, and so does `probata hypotheses`."


class EvidenceNotFound(NotFound):
    """An assessment names a record that is none."""

    code = "evidence_not_found"
    template = "No observation, assertion, finding or derivation has the id {wanted}."
    advice = "Name what it rests on by its id, as its own page shows it and as `probata observe` or `assertions` do."


class EvidenceMoved(Refused):
    """A record that somebody judged by does not stand any more."""

    code = "evidence_moved"
    template = "The record {wanted} does not stand any more: it was {state}."
    advice = (
        "Name what stands instead. A review that rests on it can go no further: open it anew on the "
        "page Reviews, or with `probata assess --open PROPOSITION --dimension … --replaces REVIEW`."
    )


@frozen(kw_only=True)
class KnownOpinion:
    """One person's assessment in a review, as it was recorded."""

    id: str
    place: int
    assessment: Assessment
    inputs: tuple[Mapping[str, Any], ...] = field(repr=False)
    by: str
    by_key: str
    at: datetime
    seq: int
    agrees: bool | None
    distance: Mapping[str, Any] | None

    def as_json(self) -> dict[str, Any]:
        """The opinion as plain data."""
        told = {"id": self.id, "place": self.place, "by": self.by, "at": clock.rfc3339(self.at)}
        return {**told, **self.assessment.as_json(), "agrees": self.agrees, "distance": self.distance}


@frozen(kw_only=True)
class KnownFinding:
    """A sealed finding: what it says, all that it rests on as it read then, who judged, and what stands instead.

    `people` are those who agree; where three found three things, all three.
    """

    id: str
    review: str
    proposition: str
    dimension: str
    finding: Finding
    content: Mapping[str, Any] = field(repr=False)
    digest: str
    people: tuple[str, ...]
    sealed_by: str
    at: datetime
    supersedes: str
    superseded_by: str

    def as_json(self) -> dict[str, Any]:
        """The finding as plain data."""
        return {
            "id": self.id,
            "review": self.review,
            "proposition": self.proposition,
            "dimension": self.dimension,
            **self.finding.as_json(),
            "rests_on": self.rests_on,
            "digest": self.digest,
            "people": list(self.people),
            "sealed_by": self.sealed_by,
            "at": clock.rfc3339(self.at),
            "supersedes": self.supersedes or None,
            "superseded_by": self.superseded_by or None,
        }

    @property
    def rests_on(self) -> list[str]:
        """The ids of the records that the people judged by, in order."""
        return [str(one["id"]) for one in self.content["inputs"]]


@frozen(kw_only=True)
class KnownReview:
    """A review as one person may see it: its state, who has which place, and those opinions that they may read.

    `pinned` is the proposition as it read when the review was opened, with the party that it names.
    """

    id: str
    proposition: str
    pinned: Mapping[str, Any] = field(repr=False)
    dimension: Dimension
    state: State
    opened_by: str
    at: datetime
    places: Mapping[int, str]
    opinions: tuple[KnownOpinion, ...] = field(repr=False)
    finding: KnownFinding | None
    supersedes: str
    replaces: str
    replaced_by: str

    @property
    def statement(self) -> str:
        """The proposition's own words, as they are judged."""
        return str(self.pinned["proposition"]["statement"])

    def as_json(self) -> dict[str, Any]:
        """The review as plain data."""
        return {
            "id": self.id,
            "proposition": self.proposition,
            "statement": self.statement,
            "replaces": self.replaces or None,
            "dimension": self.dimension.value,
            "state": self.state.value,
            "opened_by": self.opened_by,
            "at": clock.rfc3339(self.at),
            "places": {str(place): name for place, name in sorted(self.places.items())},
            "opinions": [one.as_json() for one in self.opinions],
            "finding": None if self.finding is None else self.finding.as_json(),
        }


@frozen(kw_only=True)
class Task:
    """What the next person of a review gets to judge by: the proposition and the first one's inputs, side untold."""

    review: str
    proposition: Mapping[str, Any]
    dimension: str
    observations: tuple[Mapping[str, Any], ...]
    assertions: tuple[Mapping[str, Any], ...]
    derivations: tuple[Mapping[str, Any], ...]
    findings: tuple[Mapping[str, Any], ...]

    @property
    def segments(self) -> list[dict[str, Any]]:
        """The stretches of footage that it rests on, seen or spoken, and no other: nobody watches more than this."""
        spoken = [one["appears_in"] for one in self.assertions if (one.get("appears_in") or {}).get("segment")]
        return [{"item": one["item"], "segment": one["segment"]} for one in (*self.observations, *spoken)]

    def as_json(self) -> dict[str, Any]:
        """The task as plain data."""
        return {
            "review": self.review,
            "proposition": dict(self.proposition),
            "dimension": self.dimension,
            "observations": [dict(one) for one in self.observations],
            "assertions": [dict(one) for one in self.assertions],
            "derivations": [dict(one) for one in self.derivations],
            "findings": [dict(one) for one in self.findings],
            "segments": self.segments,
        }


def reviews(viewer: str | None = None, *, of: Iterable[str] | None = None) -> list[KnownReview]:
    """Every review, oldest first, each as the holder of this key may see it; as a stranger without one.

    `of` are the propositions that they are to be about, by id; all where it is not told.
    """
    found = _rows().order_by("seq", "id")
    if of is not None:
        found = found.filter(proposition__in=list(of))
    names, onward = access.names(), _replaced()
    return [_review(row, viewer, names, onward) for row in found]


def review(wanted: str, viewer: str | None = None) -> KnownReview:
    """One review as the holder of this key may see it; raises `ReviewNotFound`."""
    return _review(_row(wanted), viewer, access.names(), _replaced())


def task(wanted: str) -> Task:
    """What is to be judged in a review, and by what: inputs as they read when they were judged by, sides untold.

    The second gets the first's inputs, a third the inputs of both. Nobody's answer is in it, nor which input was held
    for and which against. Raises `ReviewNotFound`.
    """
    row = _row(wanted)
    sorted_out: dict[str, list[Mapping[str, Any]]] = {kind: [] for kind in _KINDS}
    for one in inputs(row):
        sorted_out[one["kind"]].append(one["record"])
    return Task(
        review=row.id,
        proposition={"id": row.proposition, **row.pinned["proposition"]},
        dimension=row.dimension,
        **{kind: tuple(told) for kind, told in sorted_out.items()},
    )


_KINDS = ("observations", "assertions", "derivations", "findings")


def inputs(row: rows.Review) -> list[Mapping[str, Any]]:
    """The records that people judged by so far, each once, in the order of their ids: `{id, kind, record}`."""
    found = {str(one["id"]): one for opinion in row.opinions.all() for one in opinion.inputs}
    return [found[name] for name in sorted(found)]


def _row(wanted: str) -> rows.Review:
    row = _rows().filter(pk=wanted).first()
    if row is None:
        raise ReviewNotFound(wanted=wanted)
    return row


def _rows() -> QuerySet[rows.Review]:
    return rows.Review.objects.select_related("finding__superseded_by").prefetch_related("opinions", "takings")


def _replaced() -> dict[str, str]:
    return dict(rows.Review.objects.exclude(replaces="").values_list("replaces", "id"))


def evidence(wanted: str) -> Mapping[str, Any]:
    """The standing record of this id that an assessment can rest on: `{id, kind, record}`.

    Raises `EvidenceNotFound`, and `EvidenceMoved` for what was withdrawn or superseded, or infers from what was.
    """
    kind, told = _record(wanted)
    return {"id": wanted, "kind": kind, "record": told}


def _record(wanted: str) -> tuple[str, Mapping[str, Any]]:
    for kind, read in (("observations", _observed), ("assertions", _asserted), ("findings", _found)):
        told = read(wanted)
        if told is not None:
            return kind, told
    run = rows.Derivation.objects.filter(pk=wanted).first()
    if run is None:
        raise EvidenceNotFound(wanted=wanted)
    return "derivations", {"id": run.id, **run.body}


def _observed(wanted: str) -> Mapping[str, Any] | None:
    try:
        seen = analysis.observation(wanted)
    except analysis.ObservationNotFound:
        return None
    told = seen.as_json()
    if told["state"] != "stands":
        raise EvidenceMoved(wanted=wanted, state=told["state"])
    for premise in seen.observation.premises:
        _record(premise)
    return told


def _asserted(wanted: str) -> Mapping[str, Any] | None:
    try:
        said = claims.assertion(wanted)
    except claims.AssertionNotFound:
        return None
    if said.id != wanted:
        raise EvidenceMoved(wanted=wanted, state="superseded")
    return said.as_json()


def _found(wanted: str) -> Mapping[str, Any] | None:
    row = rows.Finding.objects.filter(pk=wanted).select_related("superseded_by", "review").first()
    if row is None:
        return None
    known = _finding(row, access.names())
    if known.superseded_by:
        raise EvidenceMoved(wanted=wanted, state="superseded")
    return known.as_json()


def findings(*, standing: bool = True) -> list[KnownFinding]:
    """Every sealed finding, oldest first; without those that were superseded unless asked."""
    found = rows.Finding.objects.select_related("superseded_by", "review").order_by("seq", "id")
    names = access.names()
    known = [_finding(row, names) for row in found]
    return [one for one in known if not (standing and one.superseded_by)]


def finding(wanted: str) -> KnownFinding:
    """One sealed finding; raises `EvidenceNotFound`."""
    row = rows.Finding.objects.filter(pk=wanted).select_related("superseded_by", "review").first()
    if row is None:
        raise EvidenceNotFound(wanted=wanted)
    return _finding(row, access.names())


def derivations() -> list[tuple[str, str, Derivation]]:
    """Every recorded run of a calculator, oldest first: its id, who recorded it, and the run."""
    names = access.names()
    found = rows.Derivation.objects.order_by("seq", "id")
    return [(row.id, names.get(row.recorded_by, "unknown"), Derivation.from_json(row.body)) for row in found]


@frozen(kw_only=True)
class KnownComparison:
    """A comparison of hypotheses: its question, its frame, who is asked, who has handed in; tables once all have.

    `about` is the record that it belongs to, such as `case:…`. `tables` are those that the viewer may read, by analyst:
    until everybody has handed in, at most their own.
    """

    id: str
    question: str
    about: str
    frame: hypotheses.Matrix = field(repr=False)
    analysts: tuple[str, ...]
    handed_in: tuple[str, ...]
    opened_by: str
    at: datetime
    superseded_by: str
    tables: Mapping[str, hypotheses.Matrix] = field(repr=False, hash=False)

    @property
    def complete(self) -> bool:
        """Whether everybody who was asked has handed in."""
        return set(self.analysts) <= set(self.handed_in)

    @cached_property
    def view(self) -> hypotheses.GroupView | None:
        """Everybody's tables side by side; None until all of them are there."""
        if not self.complete or len(self.analysts) < 2:
            return None
        given = [hypotheses.Submission(analyst=name, matrix=self.tables[name]) for name in self.analysts]
        return hypotheses.merge(self.analysts, given)

    def as_json(self) -> dict[str, Any]:
        """The comparison as plain data; `view` is null until everybody has handed in."""
        return {
            "id": self.id,
            "question": self.question,
            "about": self.about or None,
            "frame": self.frame.as_json(),
            "analysts": list(self.analysts),
            "handed_in": list(self.handed_in),
            "superseded_by": self.superseded_by or None,
            "view": None if self.view is None else self.view.as_json(),
        }


def comparisons(*, about: str = "") -> list[KnownComparison]:
    """Every comparison of hypotheses, oldest first, as a stranger may see it; or those that belong to one record."""
    found = rows.Comparison.objects.prefetch_related("matrices").select_related("superseded_by").order_by("seq", "id")
    names = access.names()
    return [_comparison(row, None, names) for row in (found.filter(body__about=about) if about else found)]


def comparison(wanted: str, viewer: str | None = None) -> KnownComparison:
    """One comparison of hypotheses as the holder of this key may see it; raises `ComparisonNotFound`."""
    found = rows.Comparison.objects.prefetch_related("matrices").select_related("superseded_by").filter(pk=wanted)
    row = found.first()
    if row is None:
        raise ComparisonNotFound(wanted=wanted)
    return _comparison(row, viewer, access.names())


def _comparison(row: rows.Comparison, viewer: str | None, names: Mapping[str, str]) -> KnownComparison:
    analysts = tuple(row.body["analysts"])
    given = {names.get(one.given_by, "unknown"): one for one in row.matrices.all()}
    complete = set(analysts) <= set(given)
    after = getattr(row, "superseded_by", None)
    return KnownComparison(
        id=row.id,
        question=row.body["question"],
        about=row.body.get("about", ""),
        frame=hypotheses.Matrix.from_json(row.body["frame"]),
        analysts=analysts,
        handed_in=tuple(sorted(given)),
        opened_by=names.get(row.recorded_by, "unknown"),
        at=row.at,
        superseded_by="" if after is None else after.pk,
        tables={
            name: hypotheses.Matrix.from_json(one.body)
            for name, one in given.items()
            if complete or one.given_by == viewer
        },
    )


def _review(row: rows.Review, viewer: str | None, names: Mapping[str, str], onward: Mapping[str, str]) -> KnownReview:
    opinions = sorted(row.opinions.all(), key=lambda one: one.place)
    places = {one.place: names.get(one.given_by, "unknown") for one in opinions}
    places |= {one.place: names.get(one.taken_by, "unknown") for one in row.takings.all()}
    sealed = getattr(row, "finding", None)
    decided = len(opinions) > 1
    return KnownReview(
        id=row.id,
        proposition=row.proposition,
        pinned=row.pinned,
        dimension=Dimension(row.dimension),
        state=State.SUPERSEDED if row.id in onward else _state(opinions, set(places), sealed),
        opened_by=names.get(row.opened_by, "unknown"),
        at=row.at,
        places=places,
        opinions=tuple(_opinion(one, names) for one in opinions if decided or one.given_by == viewer),
        finding=None if sealed is None else _finding(sealed, names),
        supersedes=row.supersedes,
        replaces=row.replaces,
        replaced_by=onward.get(row.id, ""),
    )


def _state(opinions: list[rows.Opinion], places: set[int], sealed: rows.Finding | None) -> State:
    if sealed is not None:
        return State.SUPERSEDED if getattr(sealed, "superseded_by", None) is not None else State.SEALED
    given = {one.place: one for one in opinions}
    if rows.THIRD in given:
        return State.ADJUDICATED
    if rows.SECOND in given:
        return State.AGREED if given[rows.SECOND].agrees else State.DISAGREED
    if rows.FIRST in given:
        return State.BLIND_SECOND if rows.SECOND in places else State.PROPOSED
    return State.OPEN


def _opinion(row: rows.Opinion, names: Mapping[str, str]) -> KnownOpinion:
    return KnownOpinion(
        id=row.id,
        place=row.place,
        assessment=Assessment.from_json(row.body),
        inputs=tuple(row.inputs),
        by=names.get(row.given_by, "unknown"),
        by_key=row.given_by,
        at=row.at,
        seq=row.seq,
        agrees=row.agrees,
        distance=row.distance,
    )


def _finding(row: rows.Finding, names: Mapping[str, str]) -> KnownFinding:
    after = getattr(row, "superseded_by", None)
    judged = [one["by"] for one in row.content["opinions"]]
    agreeing = [row.first_by, row.second_by]
    unresolved = len(judged) > 2 and row.body["result"] in {"contested", "indeterminate"}
    return KnownFinding(
        id=row.id,
        review=row.review_id,
        proposition=row.review.proposition,
        dimension=row.review.dimension,
        finding=Finding.from_json(row.body),
        content=row.content,
        digest=row.digest,
        people=tuple(names.get(key, "unknown") for key in (judged if unresolved else agreeing)),
        sealed_by=names.get(row.sealed_by, "unknown"),
        at=row.at,
        supersedes=row.supersedes_id or "",
        superseded_by="" if after is None else after.pk,
    )
