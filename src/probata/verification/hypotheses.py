"""Rival explanations held against the evidence: what speaks against each, which rows tell them apart, what is open.

Analysis of competing hypotheses after R. J. Heuer, *Psychology of Intelligence Analysis* (CIA, 1999), chapter 8: the
hypothesis with the least against it stands first, not the one with the most for it, because the same evidence is often
consistent with several. Nothing here says which hypothesis is so. Trials of the method's use against bias are mixed:
it lays reasoning open, and is offered, never imposed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from itertools import combinations
from types import MappingProxyType

from attrs import asdict, evolve, field, frozen

from probata.terms.errors import InvalidValue, Refused
from probata.terms.reading import fields, rows, text, word
from probata.terms.text import SafeText, safe_text


class Cell(Enum):
    """How one row of evidence sits with one hypothesis."""

    CONSISTENT_STRONGLY = "CC"
    CONSISTENT = "C"
    NEUTRAL = "N"
    INCONSISTENT = "I"
    INCONSISTENT_STRONGLY = "II"
    NOT_APPLICABLE = "NA"
    """The row cannot bear on this hypothesis at all."""
    BLANK = ""
    """Nobody has judged it yet; never read as consistent."""


WEIGHTS: Mapping[Cell, int] = MappingProxyType({Cell.INCONSISTENT: 1, Cell.INCONSISTENT_STRONGLY: 2})
"""What counts against a hypothesis. Heuer, chapter 8, steps 3 and 5: only inconsistency is added up; consistency adds
nothing. One step for I and two for II is the convention of the common programs for the method; it is an order of
strength, not a measure."""

_DEGREES: Mapping[Cell, int] = MappingProxyType(
    {
        Cell.CONSISTENT_STRONGLY: -2,
        Cell.CONSISTENT: -1,
        Cell.NEUTRAL: 0,
        Cell.INCONSISTENT: 1,
        Cell.INCONSISTENT_STRONGLY: 2,
    }
)
_HEAVIEST = max(WEIGHTS.values())

SEEDS: Mapping[str, str] = MappingProxyType(
    {
        "staged": "What is seen and heard was acted or made for the recording",
        "other_date_or_place": "It was recorded on another date or at another place than is stated",
        "other_party": "Another party did it than the one to which it is attributed",
        "already_dead": "The persons who are seen dead had died before what the recording shows, in another event",
        "killed_in_combat": "The persons who are seen dead were killed in combat while they took part in it",
    }
)
"""Explanations that every comparison holds from the start: a person may reject one and say why, never leave it out."""


@frozen(kw_only=True)
class Hypothesis:
    """One explanation, under a short name; rejected only with a reason, and kept in the table even then."""

    id: SafeText = field(converter=safe_text)
    statement: SafeText = field(converter=safe_text)
    rejected_because: SafeText | None = field(default=None)

    @rejected_because.validator
    def _a_reason(self, _attribute: object, value: str | None) -> None:
        if value is not None:
            safe_text(value)

    def as_json(self) -> dict[str, object]:
        """The hypothesis as plain data: `{id, statement, rejected_because or null}`."""
        return {"id": self.id, "statement": self.statement, "rejected_because": self.rejected_because}

    @classmethod
    def from_json(cls, untrusted: object) -> Hypothesis:
        """Read `as_json` back; raises `InvalidValue` for anything else."""
        given = fields(untrusted, what="A hypothesis", required={"id", "statement", "rejected_because"})
        reason = None if given["rejected_because"] is None else safe_text(text(given, "rejected_because"))
        return cls(
            id=safe_text(text(given, "id")), statement=safe_text(text(given, "statement")), rejected_because=reason
        )


def _as_cells(given: Mapping[str, Cell]) -> Mapping[str, Cell]:
    if not all(isinstance(cell, Cell) for cell in given.values()):
        raise InvalidValue(
            what="A row of evidence", why="each of its cells must be one of CC, C, N, I, II, NA or blank"
        )
    return MappingProxyType(dict(given))


@frozen(kw_only=True)
class Row:
    """One piece of evidence and how it sits with each hypothesis; a hypothesis that is not named is blank.

    `root` names the independent source that it comes from: copies, excerpts and retellings of one source share it.
    """

    id: SafeText = field(converter=safe_text)
    evidence: SafeText = field(converter=safe_text)
    root: SafeText = field(converter=safe_text)
    cells: Mapping[str, Cell] = field(converter=_as_cells, hash=False)

    def cell(self, hypothesis: str) -> Cell:
        """The judgement about one hypothesis; blank where nobody has judged."""
        return self.cells.get(hypothesis, Cell.BLANK)

    def as_json(self) -> dict[str, object]:
        """The row as plain data: `{id, evidence, root, cells: {hypothesis: CC | C | N | I | II | NA | ""}}`."""
        cells = {name: cell.value for name, cell in self.cells.items()}
        return {"id": self.id, "evidence": self.evidence, "root": self.root, "cells": cells}

    @classmethod
    def from_json(cls, untrusted: object) -> Row:
        """Read `as_json` back; raises `InvalidValue` for anything else."""
        given = fields(untrusted, what="A row of evidence", required={"id", "evidence", "root", "cells"})
        cells = given["cells"]
        if not isinstance(cells, dict):
            raise InvalidValue(what="The cells of a row", why="they must be an object by hypothesis")
        read: dict[str, Cell] = {safe_text(str(name)): word(cells, name, Cell) for name in cells}
        names = ("id", "evidence", "root")
        one, told, root = (safe_text(text(given, name)) for name in names)
        return cls(id=one, evidence=told, root=root, cells=read)


@frozen(kw_only=True)
class Matrix:
    """Hypotheses against rows of evidence, as one person sees it; refuses to leave out one of `SEEDS`.

    Raises `InvalidValue` for a name that stands twice, and for a cell about a hypothesis that is not in the table.
    """

    hypotheses: tuple[Hypothesis, ...] = field()
    rows: tuple[Row, ...] = field(default=())

    @hypotheses.validator
    def _seeded(self, _attribute: object, value: tuple[Hypothesis, ...]) -> None:
        names = [one.id for one in value]
        _each_once("hypothesis", names)
        missing = [seed for seed in SEEDS if seed not in names]
        if missing:
            why = f"it leaves out {', '.join(missing)}; one may be rejected with a reason, not left out"
            raise InvalidValue(what="A comparison of hypotheses", why=why)

    @rows.validator
    def _about_these(self, _attribute: object, value: tuple[Row, ...]) -> None:
        _each_once("row", [one.id for one in value])
        known = {one.id for one in self.hypotheses}
        for row in value:
            strange = sorted(set(row.cells) - known)
            if strange:
                raise InvalidValue(what=f"The row {row.id}", why=f"it judges what is not compared: {strange[0]}")

    @classmethod
    def seeded(cls, *further: Hypothesis) -> Matrix:
        """A fresh table that holds the seeds and what else is compared, without evidence yet."""
        return cls(hypotheses=(*further, *(Hypothesis(id=name, statement=told) for name, told in SEEDS.items())))

    def holding(self, *evidence: Row) -> Matrix:
        """The same table with these rows at its end."""
        return evolve(self, rows=(*self.rows, *evidence))

    def rejecting(self, hypothesis: str, *, because: str) -> Matrix:
        """The same table with a hypothesis rejected for this reason; it stays, with all that was held against it."""
        if hypothesis not in {one.id for one in self.hypotheses}:
            raise InvalidValue(what=f"The hypothesis {hypothesis!r}", why="it is not in this comparison")
        reason = safe_text(because)
        changed = [evolve(one, rejected_because=reason) if one.id == hypothesis else one for one in self.hypotheses]
        return evolve(self, hypotheses=tuple(changed))

    def as_json(self) -> dict[str, object]:
        """The table as plain data: `{hypotheses, rows}`."""
        return {
            "hypotheses": [one.as_json() for one in self.hypotheses],
            "rows": [one.as_json() for one in self.rows],
        }

    @classmethod
    def from_json(cls, untrusted: object) -> Matrix:
        """Read `as_json` back; raises `InvalidValue` for anything else."""
        given = fields(untrusted, what="A comparison of hypotheses", required={"hypotheses", "rows"})
        return cls(
            hypotheses=tuple(Hypothesis.from_json(one) for one in rows(given, "hypotheses")),
            rows=tuple(Row.from_json(one) for one in rows(given, "rows")),
        )


def _each_once(what: str, names: Sequence[str]) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InvalidValue(what=f"The {what} {twice[0]!r}", why="it stands twice")


@frozen(kw_only=True)
class Standing:
    """How much is held against one hypothesis, by independent source.

    `against` is the sum over sources; `at_most` what it could become if every source that is still blank about it were
    strongly inconsistent. `for_it` lists sources that are consistent with it: shown, never counted. `weighed` is False
    where no source speaks for or against it: then it has no place, because nothing against it was looked for.
    """

    hypothesis: str
    against: int
    at_most: int
    for_it: tuple[str, ...]
    against_it: tuple[str, ...]
    blank: tuple[str, ...]
    weighed: bool
    rejected_because: str | None

    def as_json(self) -> dict[str, object]:
        """The standing as plain data, under the names that it has here."""
        return asdict(self)


Order = tuple[frozenset[str], ...]
"""Places from the least inconsistent on; those who share a place are tied."""


@frozen(kw_only=True)
class Flip:
    """What happens to the order without one row, or without one source with all of its copies.

    `row` is None where the whole source is left out. `first_changes` says that another hypothesis, or another tie,
    would then stand first.
    """

    root: str
    row: str | None
    order: Order
    first_changes: bool

    def as_json(self) -> dict[str, object]:
        """The same as plain data; `order` is a list of places, each a list of names."""
        told = _order_as_json(self.order)
        return {"root": self.root, "row": self.row, "order": told, "first_changes": self.first_changes}


@frozen(kw_only=True)
class Comparison:
    """What follows from a table: the order with its ties, what each row tells apart, and what the order hangs on.

    `diagnosticity` is by row, 0 to 4: the spread between its most and least consistent cell; None where fewer than two
    hypotheses are judged. `unsettled` are pairs whose order the cells that are still blank could turn or tie.
    """

    standings: tuple[Standing, ...]
    order: Order
    unweighed: tuple[str, ...]
    diagnosticity: Mapping[str, int | None] = field(hash=False)
    flips: tuple[Flip, ...]
    unsettled: tuple[tuple[str, str], ...]
    roots: int
    rows: int

    @property
    def ties(self) -> tuple[frozenset[str], ...]:
        """The places that several hypotheses share."""
        return tuple(place for place in self.order if len(place) > 1)

    def as_json(self) -> dict[str, object]:
        """The comparison as plain data, with the weights that it used."""
        return {
            "weights": {cell.value: weight for cell, weight in WEIGHTS.items()},
            "standings": [one.as_json() for one in self.standings],
            "order": _order_as_json(self.order),
            "ties": _order_as_json(self.ties),
            "unweighed": list(self.unweighed),
            "diagnosticity": dict(self.diagnosticity),
            "flips": [one.as_json() for one in self.flips],
            "unsettled": [list(pair) for pair in self.unsettled],
            "sources": {"rows": self.rows, "independent_roots": self.roots},
        }


def _order_as_json(order: Sequence[frozenset[str]]) -> list[list[str]]:
    return [sorted(place) for place in order]


def compare(matrix: Matrix) -> Comparison:
    """Order the hypotheses by how little is held against them, and say what that order hangs on.

    Rows of one root are one source, and count once: per hypothesis only the most inconsistent cell of a root counts.
    Nine retellings of one post are not nine witnesses; and of what one source says, the part that a hypothesis can
    bear least is what it must explain, which softer copies must not water down. Ties are told as ties.
    """
    by_root: dict[str, list[Row]] = {}
    for row in matrix.rows:
        by_root.setdefault(row.root, []).append(row)
    standings = tuple(_standing(one, by_root) for one in matrix.hypotheses)
    return Comparison(
        standings=standings,
        order=_order({one.hypothesis: (one.against, len(one.for_it) + len(one.against_it)) for one in standings}),
        unweighed=tuple(one.hypothesis for one in standings if not one.weighed),
        diagnosticity=MappingProxyType({row.id: _spread(row, matrix.hypotheses) for row in matrix.rows}),
        flips=tuple(_flips([one.id for one in matrix.hypotheses], by_root)),
        unsettled=tuple(_unsettled(standings)),
        roots=len(by_root),
        rows=len(matrix.rows),
    )


def _standing(hypothesis: Hypothesis, by_root: Mapping[str, Sequence[Row]]) -> Standing:
    against, at_most = 0, 0
    for_it: list[str] = []
    against_it: list[str] = []
    blank: list[str] = []
    for root, members in by_root.items():
        weight, speaks = _weighs(members, hypothesis.id)
        open_still = any(row.cell(hypothesis.id) is Cell.BLANK for row in members)
        against += weight
        at_most += _HEAVIEST if open_still else weight
        if speaks:
            (against_it if weight else for_it).append(root)
        if open_still:
            blank.append(root)
    return Standing(
        hypothesis=hypothesis.id,
        against=against,
        at_most=at_most,
        for_it=tuple(for_it),
        against_it=tuple(against_it),
        blank=tuple(blank),
        weighed=bool(for_it or against_it),
        rejected_because=hypothesis.rejected_because,
    )


def _weighs(members: Sequence[Row], hypothesis: str) -> tuple[int, bool]:
    """What rows of one source hold against a hypothesis, and whether the source speaks for or against it at all."""
    cells = [row.cell(hypothesis) for row in members]
    weight = max((WEIGHTS.get(cell, 0) for cell in cells), default=0)
    return weight, weight > 0 or Cell.CONSISTENT in cells or Cell.CONSISTENT_STRONGLY in cells


def _order(totals: Mapping[str, tuple[int, int]]) -> Order:
    """Places by the sum against each hypothesis; those about which no source speaks have none."""
    weighed = {name: against for name, (against, speaking) in totals.items() if speaking}
    degrees = sorted(set(weighed.values()))
    return tuple(frozenset(name for name, against in weighed.items() if against == degree) for degree in degrees)


def _spread(row: Row, hypotheses: Sequence[Hypothesis]) -> int | None:
    # Heuer, chapter 8, step 3: evidence that sits alike with every hypothesis has no diagnostic value.
    degrees = [_DEGREES[cell] for cell in (row.cell(one.id) for one in hypotheses) if cell in _DEGREES]
    return max(degrees) - min(degrees) if len(degrees) > 1 else None


def _flips(names: Sequence[str], by_root: Mapping[str, Sequence[Row]]) -> list[Flip]:
    """Every single row, and every source, without which the order would be another (Heuer, chapter 8, step 6)."""
    parts = {root: [_weighs(members, name) for name in names] for root, members in by_root.items()}
    places = range(len(names))
    whole = [
        (sum(part[at][0] for part in parts.values()), sum(part[at][1] for part in parts.values())) for at in places
    ]
    order = _order(dict(zip(names, whole, strict=True)))
    found = []
    for root, members in by_root.items():
        alone = [(row.id, [one for one in members if one is not row]) for row in members]
        for row_id, kept in alone if len(members) == 1 else [(None, []), *alone]:
            rest = [_weighs(kept, name) for name in names]
            without = _order(
                {
                    name: (total[0] - gone[0] + left[0], total[1] - gone[1] + left[1])
                    for name, total, gone, left in zip(names, whole, parts[root], rest, strict=True)
                }
            )
            if without != order:
                found.append(Flip(root=root, row=row_id, order=without, first_changes=without[:1] != order[:1]))
    return found


def _unsettled(standings: Sequence[Standing]) -> list[tuple[str, str]]:
    found = []
    for one, other in combinations(standings, 2):
        better, worse = sorted((one, other), key=lambda standing: standing.against)
        may_turn = better.at_most >= worse.against and (better.blank or worse.blank) and better.at_most > better.against
        tie_may_break = better.against == worse.against and (better.blank or worse.blank)
        if may_turn or tie_may_break:
            found.append((one.hypothesis, other.hypothesis))
    return found


class MatricesMissing(Refused):
    """The group's view was asked for before everybody had handed in a table of their own."""

    code = "matrices_missing"
    template = "Tables of {missing} are missing: nobody sees the others' before handing in their own."
    advice = "Wait for them, or agree in writing that they take no part; then ask again without them."


@frozen(kw_only=True)
class Submission:
    """One analyst's own table, made without sight of the others'."""

    analyst: SafeText = field(converter=safe_text)
    matrix: Matrix


@frozen(kw_only=True)
class Disagreement:
    """One cell that the analysts judge differently: each with their own judgement, none averaged."""

    row: str
    hypothesis: str
    cells: Mapping[str, Cell] = field(hash=False)

    @property
    def distance(self) -> int:
        """How far apart the furthest two are, 0 to 4; 0 also where one judged and another did not."""
        degrees = [_DEGREES[cell] for cell in self.cells.values() if cell in _DEGREES]
        return max(degrees) - min(degrees) if degrees else 0

    def as_json(self) -> dict[str, object]:
        """The same as plain data: `{row, hypothesis, cells: {analyst: cell}, distance}`."""
        cells = {name: cell.value for name, cell in self.cells.items()}
        return {"row": self.row, "hypothesis": self.hypothesis, "cells": cells, "distance": self.distance}


@frozen(kw_only=True)
class GroupView:
    """Everybody's comparison side by side, and each cell on which they differ, the furthest apart first."""

    comparisons: Mapping[str, Comparison] = field(hash=False)
    disagreements: tuple[Disagreement, ...]

    @property
    def same_order(self) -> bool:
        """Whether every analyst comes to the same order, ties included."""
        return len({one.order for one in self.comparisons.values()}) == 1

    def as_json(self) -> dict[str, object]:
        """The view as plain data: `{analysts: {name: comparison}, same_order, disagreements}`."""
        return {
            "analysts": {name: one.as_json() for name, one in self.comparisons.items()},
            "same_order": self.same_order,
            "disagreements": [one.as_json() for one in self.disagreements],
        }


def merge(analysts: Sequence[str], submissions: Sequence[Submission]) -> GroupView:
    """Lay private tables side by side, once each of these analysts has handed one in; nothing is averaged.

    Raises `MatricesMissing` while one is missing, and `InvalidValue` for fewer than two analysts, for a table of
    somebody who was not asked or of one person twice, and for tables that hold different hypotheses or rows.
    """
    handed_in = [one.analyst for one in submissions]
    _each_once("analyst", list(analysts))
    _each_once("table of", handed_in)
    if len(analysts) < 2:
        raise InvalidValue(what="A group's view", why="it takes at least two analysts")
    missing = [name for name in analysts if name not in handed_in]
    if missing:
        raise MatricesMissing(missing=", ".join(missing))
    strangers = [name for name in handed_in if name not in analysts]
    if strangers:
        raise InvalidValue(what=f"The table of {strangers[0]}", why="this analyst was not asked for one")
    by_name = {one.analyst: one.matrix for one in submissions}
    _same_frame(by_name)
    return GroupView(
        comparisons=MappingProxyType({name: compare(by_name[safe_text(name)]) for name in analysts}),
        disagreements=tuple(sorted(_differing(by_name), key=lambda one: -one.distance)),
    )


def _same_frame(by_name: Mapping[SafeText, Matrix]) -> None:
    first_name, first = next(iter(by_name.items()))
    for name, matrix in by_name.items():
        if {one.id for one in matrix.hypotheses} != {one.id for one in first.hypotheses}:
            raise InvalidValue(
                what=f"The table of {name}", why=f"it compares other hypotheses than that of {first_name}"
            )
        if {(one.id, one.root) for one in matrix.rows} != {(one.id, one.root) for one in first.rows}:
            raise InvalidValue(what=f"The table of {name}", why=f"it holds other evidence than that of {first_name}")


def _differing(by_name: Mapping[SafeText, Matrix]) -> list[Disagreement]:
    tables = {name: {row.id: row for row in matrix.rows} for name, matrix in by_name.items()}
    first = next(iter(by_name.values()))
    found = []
    for row in first.rows:
        for hypothesis in first.hypotheses:
            cells = {str(name): table[row.id].cell(hypothesis.id) for name, table in tables.items()}
            if len(set(cells.values())) > 1:
                found.append(Disagreement(row=row.id, hypothesis=hypothesis.id, cells=MappingProxyType(cells)))
    return found
