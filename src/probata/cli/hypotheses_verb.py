"""`probata hypotheses`: weigh rival explanations against the evidence; each person alone first, then side by side."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from probata.cli import workspace
from probata.cli.output import show_json
from probata.cli.records import each_read, read_documents
from probata.terms.errors import UsageError
from probata.terms.showing import shown_in_a_line

if TYPE_CHECKING:
    from probata.verification.hypotheses import Comparison, Matrix
    from probata.verification.selectors import KnownComparison


def arguments(parser: argparse.ArgumentParser) -> None:
    """A table to weigh by itself, or a step of a comparison by several people."""
    parser.add_argument("file", metavar="TABLE", nargs="?", type=Path, help="weigh this table; no workspace is needed")
    parser.add_argument(
        "--seeds", action="store_true", help="print an empty table with the explanations always asked about"
    )
    parser.add_argument("--open", metavar="QUESTION", help="ask several people: with --frame and --analysts")
    parser.add_argument("--frame", metavar="FILE", type=Path, help="the table without cells")
    parser.add_argument("--analysts", metavar="NAMES", default="", help="who is asked, separated by commas")
    parser.add_argument("--hand-in", metavar="COMPARISON", help="hand in your own table, given with --table")
    parser.add_argument("--table", metavar="FILE", type=Path, help="your table, cells filled")
    parser.add_argument("--show", metavar="COMPARISON", help="one comparison; the tables once everybody has handed in")
    workspace.add_arguments(parser, signs=True)


def run(options: argparse.Namespace) -> int:
    """Weigh the table, or do the step, and tell how the explanations then stand."""
    from probata.verification.hypotheses import Matrix, compare

    if options.seeds:
        show_json("hypotheses", Matrix.seeded().as_json())
        return 0
    if options.file is not None:
        matrix = _read(options.file)
        comparison = compare(matrix)
        if options.json:
            show_json("hypotheses", {"comparison": comparison.as_json()})
        else:
            _print(comparison, _statements(matrix))
        return 0
    workspace.open_workspace(options.workspace)
    found = _step(options)
    if options.json:
        show_json("hypotheses", {"comparisons": [one.as_json() for one in found]})
        return 0
    if not found:
        print("Nothing is weighed yet. Begin with: probata hypotheses --seeds > table.json")
    for known in found:
        _print_known(known)
    return 0


def _step(options: argparse.Namespace) -> list[KnownComparison]:
    from probata.verification import selectors, services

    if options.open:
        if options.frame is None or not options.analysts:
            raise UsageError(what="To ask several people takes --frame FILE and --analysts NAME,NAME.")
        frame = _read(options.frame)
        actor = workspace.unlock(options).signing
        names = tuple(name.strip() for name in options.analysts.split(",") if name.strip())
        return [services.compare_hypotheses(options.open, frame, names, actor=actor)]
    if options.hand_in:
        if options.table is None:
            raise UsageError(what="Hand in your table with --table FILE.")
        matrix = _read(options.table)
        actor = workspace.unlock(options).signing
        return [services.hand_in(options.hand_in, matrix, actor=actor)]
    return [selectors.comparison(options.show)] if options.show else selectors.comparisons()


def _read(path: Path) -> Matrix:
    from probata.verification.hypotheses import Matrix

    documents = [{name: told for name, told in one.items() if name != "schema"} for one in read_documents(path)]
    (matrix, *more) = each_read(documents, Matrix.from_json)
    if more:
        raise UsageError(what=f"{path} holds several tables; give one.")
    return matrix


def _statements(matrix: Matrix) -> dict[str, str]:
    return {one.id: one.statement for one in matrix.hypotheses}


def _print(comparison: Comparison, statements: Mapping[str, str]) -> None:
    standing = {one.hypothesis: one for one in comparison.standings}
    print(f"{comparison.rows} rows of evidence from {comparison.roots} independent sources")
    for place, names in enumerate(comparison.order, start=1):
        for name in sorted(names):
            tie = "  (tied)" if len(names) > 1 else ""
            one = standing[name]
            print(f"{place:>3}  against {one.against}, at most {one.at_most}  {shown_in_a_line(statements[name])}{tie}")
            if one.rejected_because:
                print(f"       rejected by a person: {shown_in_a_line(one.rejected_because)}")
    for name in comparison.unweighed:
        print(f"  ?  nothing speaks for or against it yet: {shown_in_a_line(statements[name])}")
    for flip in comparison.flips:
        what = f"row {flip.row}" if flip.row else f"source {flip.root} with all its copies"
        first = ", its first too" if flip.first_changes else ""
        print(f"without {shown_in_a_line(what)} the order would be another{first}")
    print("The least inconsistent stands first; that is no proof of it.")


def _print_known(known: KnownComparison) -> None:
    print(f"{known.id}  {shown_in_a_line(known.question)}")
    waiting = [name for name in known.analysts if name not in known.handed_in]
    if waiting:
        print(f"     waiting for {', '.join(waiting)}; nobody sees a table before")
    if known.view is None:
        return
    statements = _statements(known.frame)
    for name, comparison in known.view.comparisons.items():
        print(f"  {name}:")
        _print(comparison, statements)
    for one in known.view.disagreements:
        cells = ", ".join(f"{who} {cell.value or 'blank'}" for who, cell in one.cells.items())
        print(f"  they differ on {one.row} / {one.hypothesis}: {cells}")
