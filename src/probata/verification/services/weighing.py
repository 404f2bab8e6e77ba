"""Runs of calculators on the record, and rival hypotheses that several people weigh, each alone first."""

from __future__ import annotations

from probata.access import selectors as people
from probata.access import services as access
from probata.access.roles import Permission, demand
from probata.custody import selectors as ledger
from probata.custody import services as custody
from probata.custody.canonical import Record, as_text, from_text
from probata.custody.entries import Signer
from probata.custody.projections import EntryFacts, projects
from probata.terms.errors import InvalidValue
from probata.terms.ids import new_record_id
from probata.terms.text import safe_text
from probata.verification import models as rows
from probata.verification import selectors
from probata.verification.derivation import Derivation
from probata.verification.hypotheses import Matrix
from probata.verification.selectors import KnownComparison


def record_derivation(derivation: Derivation, *, actor: Signer, reason: str = "") -> str:
    """Record one run of a calculator, so that an assessment can rest on it; returns its id."""
    access.must_be_allowed(actor, Permission.ASSESS)
    made = new_record_id()
    with custody.act(actor=actor, reason=reason or "a calculator was run") as act:
        body = as_text(derivation.as_json())
        act.record("record_derivation", {"subject": f"derivation:{made}", "id": made, "body": body, "reason": reason})
    return made


def compare_hypotheses(
    question: str,
    frame: Matrix,
    analysts: tuple[str, ...],
    *,
    actor: Signer,
    about: str = "",
    supersedes: str = "",
) -> KnownComparison:
    """Ask these people to weigh the same rival explanations against the same evidence, each alone first.

    `frame` holds hypotheses and rows without cells; `about` is the record that it belongs to, such as `case:…`. Raises
    `NotAllowed`, `PersonNotFound`, and `InvalidValue` for cells that are filled already, for fewer than two people, and
    where the ledger tells of no such record.
    """
    access.must_be_allowed(actor, Permission.ASSESS)
    if any(cell.value for row in frame.rows for cell in row.cells.values()):
        raise InvalidValue(what="The frame of a comparison", why="its cells are filled: each person fills their own")
    names = tuple(dict.fromkeys(people.person(name).name for name in analysts))
    if len(names) < 2:
        raise InvalidValue(what="A comparison of hypotheses", why="it takes two people at least, each alone first")
    for name in names:
        who = people.person(name)
        demand(who.name, people.roles(who.id), Permission.ASSESS)
    if about and not ledger.seqs_about({about}):
        raise InvalidValue(what="What the comparison belongs to", why="the ledger tells of no such record")
    made = new_record_id()
    body = {"question": safe_text(question), "about": about, "frame": frame.as_json(), "analysts": list(names)}
    with custody.act(actor=actor, reason="rival explanations are weighed") as act:
        if supersedes and selectors.comparison(supersedes).superseded_by:
            raise InvalidValue(what="A comparison of hypotheses", why="what it is to supersede was superseded already")
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
        if known.superseded_by:
            raise InvalidValue(what="A table", why=f"{known.superseded_by[:8]} stands instead of this comparison")
        name = people.name_of(actor.key_id)
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
