"""Tables of hypotheses as screens show them: cells as words, places as sentences, what the order hangs on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from attrs import frozen
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from probata.cases import selectors as cases
from probata.cases.elements import Evidence
from probata.cases.selectors import Citable
from probata.terms.errors import InvalidValue
from probata.verification.hypotheses import SEEDS, Cell, Comparison, Flip, Hypothesis, Matrix, Row
from probata.verification.selectors import KnownComparison

CELLS: Mapping[Cell, Promise] = {
    Cell.CONSISTENT_STRONGLY: _("strongly consistent"),
    Cell.CONSISTENT: _("consistent"),
    Cell.NEUTRAL: _("neutral"),
    Cell.INCONSISTENT: _("inconsistent"),
    Cell.INCONSISTENT_STRONGLY: _("strongly inconsistent"),
    Cell.NOT_APPLICABLE: _("cannot bear on it"),
    Cell.BLANK: _("not judged"),
}
KEYS = tuple(enumerate([*list(Cell)[:-1]], start=1))
"""The figure that sets each cell; 0 clears it."""

SPREADS: Mapping[int | None, Promise] = {
    None: _("not judged against two explanations"),
    0: _("tells nothing apart"),
    1: _("tells them apart a little"),
    2: _("tells them apart"),
    3: _("tells them well apart"),
    4: _("tells them apart as far as a row can"),
}
DISTANCES: Mapping[int, Promise] = {
    0: _("one judged, another did not or says that it cannot bear on it"),
    1: _("one step apart"),
    2: _("two steps apart"),
    3: _("three steps apart"),
    4: _("as far apart as can be"),
}


@frozen(kw_only=True)
class Told:
    """An explanation with its words; `seeded` are those that every comparison holds, in the language of the page."""

    id: str
    statement: str
    seeded: bool
    rejected_because: str


@frozen(kw_only=True)
class Judged:
    """One cell of a table: its code, its words, and its place."""

    code: str
    words: Promise
    down: int
    along: int
    explanation: Told


@frozen(kw_only=True)
class Line:
    """One row of a table: the evidence in its words as they were when it was asked, and its cells."""

    row: Row
    record: Citable | None
    cells: tuple[Judged, ...]
    same_source: int


@frozen(kw_only=True)
class Grid:
    """A table as it is shown: explanations across, evidence down, copies of one source beside each other."""

    explanations: tuple[Told, ...]
    lines: tuple[Line, ...]
    sources: int


@frozen(kw_only=True)
class Ranked:
    """One explanation with its place, and what is held against it; without a place where nothing speaks of it."""

    explanation: Told
    place: int | None
    tied: bool
    against: int
    at_most: int
    for_it: int
    against_it: int
    blank: int


@frozen(kw_only=True)
class Hinge:
    """A row, or where none is told a source, without which the order would be another; and who then stands first."""

    line: Line | None
    source: str
    first_changes: bool
    first: tuple[Told, ...]


@frozen(kw_only=True)
class Analyst:
    """What one person's table says: the order, what it hangs on, what could still turn it, and the table itself."""

    name: str
    ranked: tuple[Ranked, ...]
    unranked: tuple[Ranked, ...]
    hinges: tuple[Hinge, ...]
    unsettled: tuple[tuple[Told, Told], ...]
    grid: Grid


@frozen(kw_only=True)
class Difference:
    """A cell that people judge differently: each with their judgement."""

    line: Line
    explanation: Told
    cells: tuple[tuple[str, str, Promise], ...]
    distance: Promise


@frozen(kw_only=True)
class Group:
    """Everybody's table side by side, once all are there."""

    analysts: tuple[Analyst, ...]
    same_order: bool
    diagnostic: tuple[tuple[Line, tuple[tuple[str, Promise], ...]], ...]
    differences: tuple[Difference, ...]
    half_judged: tuple[Difference, ...]


def waiting_for(known: KnownComparison) -> list[str]:
    """Who was asked and has not handed in."""
    return [name for name in known.analysts if name not in known.handed_in]


def is_name(row: str) -> bool:
    """Whether a row is named by a record; rows of tables that were written elsewhere may bear any name."""
    try:
        Evidence.named(row)
    except InvalidValue:
        return False
    return True


def grid(matrix: Matrix, records: Mapping[str, Citable] | None = None) -> Grid:
    """A table with rows of one source beside each other, each row and column under the number that the form uses.

    `records` are those of its rows, where they were read already.
    """
    told = tuple(_told(one) for one in matrix.hypotheses)
    roots = list(dict.fromkeys(row.root for row in matrix.rows))
    if records is None:
        records = cases.cited(row.id for row in matrix.rows if is_name(row.id))
    of_root = Counter(row.root for row in matrix.rows)
    lines = [
        Line(
            row=row,
            record=records.get(row.id),
            cells=tuple(_judged(row, one, down, along) for along, one in enumerate(told)),
            same_source=of_root[row.root],
        )
        for down, row in enumerate(matrix.rows)
    ]
    return Grid(
        explanations=told,
        lines=tuple(sorted(lines, key=lambda line: roots.index(line.row.root))),
        sources=len(roots),
    )


def group(known: KnownComparison) -> Group:
    """What all tables of a comparison say; only for one that is complete."""
    assert known.view is not None
    frame, view = grid(known.frame), known.view
    told = {one.id: one for one in frame.explanations}
    lines: dict[str, Line] = {line.row.id: line for line in frame.lines}
    spreads = {name: [one.diagnosticity[name] for one in view.comparisons.values()] for name in lines}
    most_first = sorted(frame.lines, key=lambda line: -max(spread or 0 for spread in spreads[line.row.id]))
    differ: dict[bool, list[Difference]] = {True: [], False: []}
    for one in view.disagreements:
        cells = tuple((name, cell.value, CELLS[cell]) for name, cell in one.cells.items())
        shown = Difference(
            line=lines[one.row], explanation=told[one.hypothesis], cells=cells, distance=DISTANCES[one.distance]
        )
        differ[one.distance > 0].append(shown)
    return Group(
        analysts=tuple(_analyst(name, one, known.tables[name], lines) for name, one in view.comparisons.items()),
        same_order=view.same_order,
        diagnostic=tuple(
            (line, tuple(zip(known.analysts, (SPREADS[spread] for spread in spreads[line.row.id]), strict=True)))
            for line in most_first
        ),
        differences=tuple(differ[True]),
        half_judged=tuple(differ[False]),
    )


def _told(one: Hypothesis) -> Told:
    return Told(
        id=one.id,
        statement=one.statement,
        seeded=SEEDS.get(one.id) == one.statement,
        rejected_because=one.rejected_because or "",
    )


def _judged(row: Row, one: Told, down: int, along: int) -> Judged:
    cell = row.cell(one.id)
    return Judged(code=cell.value, words=CELLS[cell], down=down, along=along, explanation=one)


def _analyst(name: str, one: Comparison, matrix: Matrix, lines: Mapping[str, Line]) -> Analyst:
    told: dict[str, Told] = {each.id: _told(each) for each in matrix.hypotheses}
    ranked = tuple(_ranked(one, told))
    records = {known: line.record for known, line in lines.items() if line.record is not None}
    placed = {each.explanation.id for each in ranked if each.place is not None}
    return Analyst(
        name=name,
        ranked=tuple(each for each in ranked if each.place is not None),
        unranked=tuple(each for each in ranked if each.place is None),
        hinges=tuple(_hinge(flip, told, lines) for flip in one.flips),
        unsettled=tuple((told[a], told[b]) for a, b in one.unsettled if {a, b} <= placed),
        grid=grid(matrix, records),
    )


def _ranked(one: Comparison, told: Mapping[str, Told]) -> Iterator[Ranked]:
    places = {name: (at, len(place) > 1) for at, place in enumerate(one.order, start=1) for name in place}
    for standing in sorted(one.standings, key=lambda each: places.get(each.hypothesis, (len(told) + 1, False))):
        place, tied = places.get(standing.hypothesis, (None, False))
        yield Ranked(
            explanation=told[standing.hypothesis],
            place=place,
            tied=tied,
            against=standing.against,
            at_most=standing.at_most,
            for_it=len(standing.for_it),
            against_it=len(standing.against_it),
            blank=len(standing.blank),
        )


def _hinge(flip: Flip, told: Mapping[str, Told], lines: Mapping[str, Line]) -> Hinge:
    return Hinge(
        line=None if flip.row is None else lines[flip.row],
        source=flip.root,
        first_changes=flip.first_changes,
        first=tuple(told[name] for name in sorted(flip.order[0])) if flip.order else (),
    )
