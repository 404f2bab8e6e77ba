"""Tables of elements: opening one under a stated class of conflict, filling its cells, sealing it by another person."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from probata.access import selectors as people
from probata.access import services as access
from probata.access.roles import Permission
from probata.cases import selectors
from probata.cases.elements import (
    Bearing,
    Conflict,
    ContrarySearch,
    Entry,
    Evidence,
    NoContrarySide,
    SearchOutcome,
    crime,
    mode,
    must_have_element,
)
from probata.cases.models import ElementMatrix, Linkage, MatrixCell, MatrixSeal, MatrixSearch
from probata.cases.selectors import KnownTable
from probata.cases.services.writing import from_entry, must_be_as_seen
from probata.cases.wording import passage
from probata.custody import services as custody
from probata.custody.canonical import Record, canonical
from probata.custody.entries import Signer
from probata.custody.projections import EntryFacts, projects
from probata.terms.errors import AccessError, Refused
from probata.terms.ids import new_record_id


class TableSealed(Refused):
    """Something was to be entered in a table of elements that is sealed."""

    code = "table_of_elements_sealed"
    template = "This table of elements was sealed by {by}; it takes nothing more."
    advice = "Open a further one for the same article, which then supersedes it."


class TableStands(Refused):
    """A second table of one article was to be opened beside one that is still open."""

    code = "table_of_elements_stands"
    template = "A table of {article} is open for this case and incident: {table}."
    advice = "Fill that one; a further table takes its place only once it is sealed."


class EvidenceSuperseded(Refused):
    """A table of elements was to be sealed although it cites what something else stands instead of."""

    code = "evidence_superseded"
    template = "The table cites what was superseded: {name}."
    advice = "Enter what stands instead, and enter the earlier one as silent, with the reason; then seal it."


class OwnTable(AccessError):
    """Somebody wanted to seal a table of elements that they filled themselves."""

    code = "own_table_of_elements"
    template = "{person} opened this table or entered something in it, and cannot seal it."
    advice = "Ask a reviewer or a lawyer who entered nothing in it."


def open_table(
    case: str, article: str, *, actor: Signer, conflict: Conflict, reason: str, incident: str = ""
) -> KnownTable:
    """Open a table of a crime's elements in a case; `reason` says why the conflict is of the class that is stated.

    The class is never inferred, and a crime of the other class is refused. A sealed table of the same case, incident
    and article is superseded. Raises `NotAllowed`, `CaseNotFound`, `IncidentNotFound`, `CrimeNotFound`,
    `ConflictClassDiffers`, `TableStands`, `InvalidValue`.
    """
    access.must_be_allowed(actor, Permission.KEEP_CASES)
    known, why, wanted = selectors.case_id(case), passage(reason, "The reason for the class"), crime(article)
    about = selectors.incident_id(incident) if incident else ""
    wanted.must_be_of(conflict)
    made = new_record_id()
    with custody.act(actor=actor, reason=why) as act:
        before = selectors.current(ElementMatrix, in_case=known, incident=about, article=wanted.article)
        if before is not None and not MatrixSeal.objects.filter(matrix=before).exists():
            raise TableStands(article=wanted.article, table=before.id)
        act.record(
            "open_elements",
            {
                "subject": f"elements:{made}",
                "id": made,
                "case": known,
                "incident": about,
                "article": wanted.article,
                "conflict": conflict.value,
                "element_count": len(wanted.elements),
                "reason": why,
                "supersedes": before.id if before else None,
            },
        )
    return selectors.table(made)


def enter(table: str, entry: Entry, *, actor: Signer, seen: str | None = None) -> KnownTable:
    """Enter how a piece of evidence bears on an element; a later entry of the same supersedes it, which stays.

    Raises `NotAllowed`, `TableNotFound`, `EvidenceUnknown`, `TableSealed`, `ChangedMeanwhile`, and `InvalidValue` for
    an element that the crime does not have.
    """
    access.must_be_allowed(actor, Permission.KEEP_CASES)
    known = selectors.table(table)
    must_have_element(known.table.crime, entry.element)
    selectors.must_be_on_record(entry.evidence.name)
    with custody.act(actor=actor, reason=entry.reason) as act:
        _must_be_open(known.id)
        about = {"element": entry.element, "evidence": entry.evidence.name}
        before = selectors.current(MatrixCell, matrix=known.id, **about)
        must_be_as_seen(before, seen, "this cell")
        act.record(
            "enter_element",
            {
                "subject": f"elements:{known.id}",
                "id": new_record_id(),
                "table": known.id,
                **about,
                # As it read when it was judged: a later version may word it otherwise.
                "element_text": known.table.crime.elements[entry.element - 1].text,
                "bearing": entry.bearing.value,
                "reason": entry.reason,
                "supersedes": before.id if before else None,
            },
        )
    return selectors.table(known.id)


def record_search(table: str, searches: Sequence[ContrarySearch], *, actor: Signer) -> KnownTable:
    """Record that evidence against these elements was searched for: where and for what, and that there was none.

    A search that could not be made is recorded as well, and fills no side. Raises `NotAllowed`, `TableNotFound`,
    `TableSealed`, and `InvalidValue` for another element.
    """
    access.must_be_allowed(actor, Permission.KEEP_CASES)
    known = selectors.table(table)
    for one in searches:
        must_have_element(known.table.crime, one.element)
    with custody.act(actor=actor, reason=searches[0].looked if searches else "searched for the contrary") as act:
        _must_be_open(known.id)
        records: list[Record] = [
            {
                "subject": f"elements:{known.id}",
                "id": new_record_id(),
                "table": known.id,
                "element": one.element,
                "outcome": one.outcome.value,
                "looked": one.looked,
            }
            for one in searches
        ]
        act.record("search_contrary", *records)
    return selectors.table(known.id)


def link_person(
    table: str, article: str, *, actor: Signer, evidence: Evidence, bearing: Bearing, reason: str
) -> KnownTable:
    """Enter how evidence bears on a mode of linkage (articles 25 and 28); it stands apart and counts for no element.

    Raises `NotAllowed`, `TableNotFound`, `CrimeNotFound`, `EvidenceUnknown`, `TableSealed`, `InvalidValue`.
    """
    access.must_be_allowed(actor, Permission.KEEP_CASES)
    known, wanted, why = selectors.table_id(table), mode(article), passage(reason, "The reason")
    selectors.must_be_on_record(evidence.name)
    with custody.act(actor=actor, reason=why) as act:
        _must_be_open(known)
        before = selectors.current(Linkage, matrix=known, mode=wanted.article, evidence=evidence.name)
        act.record(
            "enter_linkage",
            {
                "subject": f"elements:{known}",
                "id": new_record_id(),
                "table": known,
                "mode": wanted.article,
                "evidence": evidence.name,
                "bearing": bearing.value,
                "reason": why,
                "supersedes": before.id if before else None,
            },
        )
    return selectors.table(known)


def seal_table(table: str, *, actor: Signer, reason: str) -> KnownTable:
    """Close a table over what it holds: by somebody who entered nothing, and only with a contrary side to each element.

    Gaps on the supporting side do not hinder it; they are told. The ledger keeps the whole content. Raises
    `NotAllowed`, `TableNotFound`, `TableSealed`, `OwnTable`, `NoContrarySide`, `EvidenceSuperseded`, `InvalidValue`.
    """
    access.must_be_allowed(actor, Permission.SEAL_FINDINGS)
    known, why = selectors.table_id(table), passage(reason, "The reason")
    with custody.act(actor=actor, reason=why) as act:
        told = selectors.table(known)
        for hindrance in hindrances(told, actor.key_id):
            raise hindrance
        content = told.content()
        act.record(
            "seal_elements",
            {
                "subject": f"elements:{known}",
                "id": new_record_id(),
                "table": known,
                "content": content,
                "content_sha256": hashlib.sha256(canonical(content)).hexdigest(),
                "reason": why,
            },
        )
    return selectors.table(known)


def hindrances(table: KnownTable, key_id: str) -> tuple[Refused | AccessError, ...]:
    """Why the holder of this key cannot seal a table as it stands, roles aside; nothing where they can."""
    if table.seal is not None:
        return (TableSealed(by=table.seal.by),)
    found: list[Refused | AccessError] = []
    if key_id in selectors.filled_by(table.id):
        found.append(OwnTable(person=people.name_of(key_id)))
    try:
        table.table.must_have_a_contrary_side()
    except NoContrarySide as error:
        found.append(error)
    if table.superseded_evidence:
        found.append(EvidenceSuperseded(name=", ".join(table.superseded_evidence)))
    return tuple(found)


def _must_be_open(table: str) -> None:
    seal = MatrixSeal.objects.filter(matrix=table).first()
    if seal is not None:
        raise TableSealed(by=people.name_of(seal.written_by))


@projects("open_elements")
def _opened(entry: EntryFacts, records: list[Record]) -> None:
    for record in records:
        ElementMatrix.objects.create(
            id=record["id"],
            in_case=record["case"],
            incident=record["incident"],
            article=record["article"],
            conflict=record["conflict"],
            element_count=record["element_count"],
            reason=record["reason"],
            supersedes=record["supersedes"],
            **from_entry(entry),
        )


@projects("enter_element")
def _entered(entry: EntryFacts, records: list[Record]) -> None:
    for record in records:
        MatrixCell.objects.create(
            id=record["id"],
            matrix_id=record["table"],
            element=record["element"],
            evidence=record["evidence"],
            bearing=record["bearing"],
            reason=record["reason"],
            supersedes=record["supersedes"],
            **from_entry(entry),
        )


@projects("search_contrary")
def _searched(entry: EntryFacts, records: list[Record]) -> None:
    for record in records:
        MatrixSearch.objects.create(
            id=record["id"],
            matrix_id=record["table"],
            element=record["element"],
            outcome=SearchOutcome(record["outcome"]).value,
            reason=record["looked"],
            **from_entry(entry),
        )


@projects("enter_linkage")
def _linked(entry: EntryFacts, records: list[Record]) -> None:
    for record in records:
        Linkage.objects.create(
            id=record["id"],
            matrix_id=record["table"],
            mode=record["mode"],
            evidence=record["evidence"],
            bearing=record["bearing"],
            reason=record["reason"],
            supersedes=record["supersedes"],
            **from_entry(entry),
        )


@projects("seal_elements")
def _sealed(entry: EntryFacts, records: list[Record]) -> None:
    for record in records:
        MatrixSeal.objects.create(
            id=record["id"],
            matrix_id=record["table"],
            content_sha256=record["content_sha256"],
            reason=record["reason"],
            **from_entry(entry),
        )
