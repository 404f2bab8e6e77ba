"""Everything that is read about tables of elements: each side of each element, what is missing, who sealed what."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from attrs import frozen

from probata.access import selectors as access
from probata.cases.elements import (
    Bearing,
    Conflict,
    ContrarySearch,
    ElementTable,
    Entry,
    Evidence,
    SearchOutcome,
    crime,
    mode,
)
from probata.cases.models import ElementMatrix, Linkage, MatrixCell, MatrixSeal, MatrixSearch
from probata.cases.selectors.chains import full_id
from probata.cases.selectors.evidence import superseded
from probata.engines import clock
from probata.terms.errors import NotFound


class TableNotFound(NotFound):
    """No table of elements has that id."""

    code = "table_of_elements_not_found"
    template = "No table of elements of this workspace has the id {name}."
    advice = "`probata elements` lists them, each with its id."
    advice_here = "The page Reasoning lists them."


@frozen(kw_only=True)
class KnownLinkage:
    """How a piece of evidence bears on who is linked to the acts and in which mode; no part of the elements."""

    mode: str
    title: str
    evidence: str
    bearing: Bearing
    reason: str
    by: str

    def as_json(self) -> dict[str, Any]:
        """The linkage as plain data."""
        return {
            "mode": self.mode,
            "title": self.title,
            "evidence": self.evidence,
            "bearing": self.bearing.value,
            "reason": self.reason,
            "by": self.by,
        }


@frozen(kw_only=True)
class KnownSeal:
    """Who closed a table, why, when, and the digest of what it then held."""

    by: str
    at: datetime
    reason: str
    content_sha256: str

    def as_json(self) -> dict[str, Any]:
        """The seal as plain data."""
        told = {"by": self.by, "at": clock.rfc3339(self.at), "reason": self.reason}
        return {**told, "content_sha256": self.content_sha256}


@frozen(kw_only=True)
class KnownTable:
    """A table of elements of a case as it stands, under the class of conflict that somebody stated.

    `other_class` are tables about the same case and incident under the other class: the question is not settled there.
    `superseded_evidence` is what it cites for or against although something else stands instead of it today.
    """

    id: str
    case: str
    incident: str
    conflict: Conflict
    conflict_reason: str
    conflict_by: str
    opened_at: datetime
    table: ElementTable
    linkage: tuple[KnownLinkage, ...]
    seal: KnownSeal | None
    supersedes: str | None
    superseded_by: str | None
    other_class: tuple[str, ...]
    superseded_evidence: tuple[str, ...]

    @property
    def state(self) -> str:
        """`open`, `sealed`, or `superseded` by a further table."""
        if self.superseded_by:
            return "superseded"
        return "sealed" if self.seal else "open"

    def content(self) -> dict[str, Any]:
        """What a seal is over: everything that was entered, and under which class of conflict."""
        return {
            "case": self.case,
            "incident": self.incident or None,
            "conflict": {
                "class": self.conflict.value,
                "reason": self.conflict_reason,
                "stated_by": self.conflict_by,
            },
            **self.table.as_json(),
            "linkage": [one.as_json() for one in self.linkage],
        }

    def as_json(self) -> dict[str, Any]:
        """The table as plain data; it holds no sum and no verdict."""
        return {
            "id": self.id,
            "state": self.state,
            "opened_at": clock.rfc3339(self.opened_at),
            **self.content(),
            "other_class": list(self.other_class),
            "superseded_evidence": list(self.superseded_evidence),
            "seal": None if self.seal is None else self.seal.as_json(),
            "supersedes": self.supersedes,
            "superseded_by": self.superseded_by,
        }


@frozen(kw_only=True)
class TableLine:
    """A table of elements as one line of a list: which crime, in which case, how it stands, how much is missing."""

    id: str
    case: str
    incident: str
    article: str
    title: str
    conflict: Conflict
    state: str
    sealed_by: str
    opened_by: str
    opened_at: datetime
    entries: int
    gaps: int


def table_id(untrusted_beginning: str) -> str:
    """The id of the table that begins so; raises `TableNotFound` or `RecordAmbiguous`."""
    return full_id(ElementMatrix, untrusted_beginning, TableNotFound)


def tables(*, case: str | None = None) -> list[KnownTable]:
    """Every table of elements, or those of one case, in the order in which they were opened."""
    rows = ElementMatrix.objects.filter(**({} if case is None else {"in_case": case}))
    return [_told(row) for row in rows.order_by("seq", "id")]


def table(untrusted_beginning: str) -> KnownTable:
    """One table by its id or the beginning of it; raises `TableNotFound` or `RecordAmbiguous`."""
    return _told(ElementMatrix.objects.get(id=table_id(untrusted_beginning)))


def table_lines(*, case: str | None = None) -> list[TableLine]:
    """Every table as a line of a list, newest first; as many queries for one as for many."""
    rows = ElementMatrix.objects.filter(**({} if case is None else {"in_case": case})).order_by("-seq", "id")
    people = access.names()
    seals = {seal.matrix_id: seal for seal in MatrixSeal.objects.filter(matrix__in=rows)}
    onward = dict(ElementMatrix.objects.exclude(supersedes=None).values_list("supersedes", "id"))
    cells, searches = _by_table(MatrixCell, rows), _by_table(MatrixSearch, rows)
    found = []
    for row in rows:
        entered = _entered(row.article, cells.get(row.id, []), searches.get(row.id, []), people)
        seal = seals.get(row.id)
        found.append(
            TableLine(
                id=row.id,
                case=row.in_case,
                incident=row.incident,
                article=entered.crime.article,
                title=entered.crime.title,
                conflict=Conflict(row.conflict),
                state="superseded" if row.id in onward else "sealed" if seal else "open",
                sealed_by="" if seal is None else people.get(seal.written_by, "unknown"),
                opened_by=people.get(row.written_by, "unknown"),
                opened_at=row.at,
                entries=len(entered.entries),
                gaps=sum(len(gaps) for gaps in entered.gaps().values()),
            )
        )
    return found


def filled_by(table: str) -> set[str]:
    """The keys of whoever opened this table or entered something in it."""
    filled = {ElementMatrix.objects.get(id=table).written_by}
    for rows in (MatrixCell.objects, MatrixSearch.objects, Linkage.objects):
        filled |= set(rows.filter(matrix=table).values_list("written_by", flat=True))
    return filled


def newest_cells(table: str) -> dict[tuple[int, str], str]:
    """The row that stands in each cell of a table, by element and evidence: what a person saw who judges it anew."""
    return {(one.element, one.evidence): one.id for one in _newest(list(MatrixCell.objects.filter(matrix=table)))}


def _by_table(model: type[MatrixCell | MatrixSearch], tables: Any) -> dict[str, list[Any]]:  # noqa: ANN401  a query of another model
    found: dict[str, list[Any]] = {}
    for one in model.objects.filter(matrix__in=tables).order_by("seq", "id"):
        found.setdefault(one.matrix_id, []).append(one)
    return found


def _told(row: ElementMatrix) -> KnownTable:
    people = access.names()
    seal = MatrixSeal.objects.filter(matrix=row).first()
    other = ElementMatrix.objects.filter(in_case=row.in_case, incident=row.incident).exclude(conflict=row.conflict)
    entered, linkage = _table(row, people), _linkage(row, people)
    weighs = [one.evidence.name for one in entered.entries if one.bearing is not Bearing.SILENT]
    weighs += [one.evidence for one in linkage if one.bearing is not Bearing.SILENT]
    return KnownTable(
        id=row.id,
        case=row.in_case,
        incident=row.incident,
        conflict=Conflict(row.conflict),
        conflict_reason=row.reason,
        conflict_by=people.get(row.written_by, "unknown"),
        opened_at=row.at,
        table=entered,
        linkage=linkage,
        seal=None if seal is None else _seal(seal, people),
        supersedes=row.supersedes,
        superseded_by=ElementMatrix.objects.filter(supersedes=row.id).values_list("id", flat=True).first(),
        other_class=tuple(other.order_by("seq", "id").values_list("id", flat=True)),
        superseded_evidence=superseded(weighs),
    )


def _newest(rows: list[MatrixCell] | list[Linkage]) -> list[Any]:
    superseded = {row.supersedes for row in rows}
    return [row for row in rows if row.id not in superseded]


def _table(row: ElementMatrix, people: dict[str, str]) -> ElementTable:
    cells = list(MatrixCell.objects.filter(matrix=row).order_by("seq", "id"))
    searches = list(MatrixSearch.objects.filter(matrix=row).order_by("seq", "element", "id"))
    return _entered(row.article, cells, searches, people)


def _entered(
    article: str, cells: list[MatrixCell], searches: list[MatrixSearch], people: dict[str, str]
) -> ElementTable:
    return ElementTable(
        crime=crime(article),
        entries=tuple(
            Entry(
                element=one.element,
                evidence=Evidence.named(one.evidence),
                bearing=Bearing(one.bearing),
                reason=one.reason,
                by=people.get(one.written_by, "unknown"),
            )
            for one in _newest(cells)
        ),
        searches=tuple(
            ContrarySearch(
                element=one.element,
                outcome=SearchOutcome(one.outcome),
                looked=one.reason,
                by=people.get(one.written_by, "unknown"),
            )
            for one in searches
        ),
    )


def _linkage(row: ElementMatrix, people: dict[str, str]) -> tuple[KnownLinkage, ...]:
    found = _newest(list(Linkage.objects.filter(matrix=row).order_by("seq", "id")))
    return tuple(
        KnownLinkage(
            mode=one.mode,
            title=mode(one.mode).title,
            evidence=one.evidence,
            bearing=Bearing(one.bearing),
            reason=one.reason,
            by=people.get(one.written_by, "unknown"),
        )
        for one in found
    )


def _seal(row: MatrixSeal, people: dict[str, str]) -> KnownSeal:
    by = people.get(row.written_by, "unknown")
    return KnownSeal(by=by, at=row.at, reason=row.reason, content_sha256=row.content_sha256)
