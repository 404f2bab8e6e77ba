"""`probata elements`: elements of crimes against the evidence for and against each, and what is missing; no verdict."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from probata.cli import workspace
from probata.cli.output import show_json
from probata.terms.errors import UsageError
from probata.terms.showing import shown

if TYPE_CHECKING:
    from probata.cases.elements import Bearing
    from probata.cases.selectors import KnownTable

_GAPS = {
    "nothing_supports": "nothing supports it",
    "no_contrary_side": "nothing undermines it, and nobody has searched for what might",
}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which table to show, what to open, enter or seal."""
    parser.add_argument("table", metavar="TABLE", nargs="?", help="one table by its id (default: list them all)")
    one = parser.add_mutually_exclusive_group()
    one.add_argument("--crimes", action="store_true", help="list the articles that are known, with their elements")
    one.add_argument("--add", metavar="ARTICLE", help="open a table in --case: --conflict, and --reason for that class")
    one.add_argument("--cell", metavar="N", type=int, help="enter how --evidence bears on element N of TABLE")
    one.add_argument("--searched", metavar="N,N|all", help="evidence against these elements was searched for: --looked")
    one.add_argument("--linkage", metavar="ARTICLE", help="enter how --evidence bears on a mode of linkage: '28(a)'")
    one.add_argument("--seal", action="store_true", help="close TABLE; by somebody who entered nothing in it")
    parser.add_argument("--case", metavar="CASE", help="the case that the table belongs to")
    parser.add_argument("--incident", metavar="ID", default="", help="the incident that it is about")
    parser.add_argument("--conflict", metavar="CLASS", help="international or non_international: what you say it is")
    parser.add_argument("--evidence", metavar="KIND:ID", help="a record: proposition:…, finding:…, observation:…")
    bearing = parser.add_mutually_exclusive_group()
    for name, help_ in (
        ("supports", "it speaks for the element"),
        ("undermines", "it speaks against the element"),
        ("silent", "it was looked at, and says nothing about the element"),
    ):
        bearing.add_argument(f"--{name}", dest="bearing", action="store_const", const=name, help=help_)
    parser.add_argument("--looked", metavar="WORDS", default="", help="where and for what was searched")
    parser.add_argument("--could-not-look", action="store_true", help="the search could not be made")
    workspace.add_arguments(parser, signs=True)


def run(options: argparse.Namespace) -> int:
    """Write what was asked for, then show: the table, or all of them."""
    if options.crimes:
        return _tell_crimes(options)
    workspace.open_workspace(options.workspace)

    from probata.cases import selectors

    written = _written(options)
    if written is None:
        case = selectors.case_id(options.case) if options.case else None
        found = [selectors.table(options.table)] if options.table else selectors.tables(case=case)
    else:
        found = [written]
    if options.json:
        show_json("elements", {"tables": [one.as_json() for one in found], "crimes": [], "modes": []})
        return 0
    if not found:
        print("No table of elements is open yet. `probata elements --crimes` lists the articles; begin with:")
        print("  probata elements --add '8(2)(b)(vi)' --case CASE --conflict international --reason 'why it is so'")
    for one in found:
        _print(one, whole=len(found) == 1)
    return 0


def _tell_crimes(options: argparse.Namespace) -> int:
    from probata.cases.elements import crimes, modes

    if options.json:
        told = {
            "tables": [],
            "crimes": [one.as_json() for one in crimes()],
            "modes": [one.as_json() for one in modes()],
        }
        show_json("elements", told)
        return 0
    for crime in crimes():
        print(f"{crime.article}  {crime.title}  ({crime.conflict.words} armed conflict)")
        for element in crime.elements:
            print(f"     {element.number}  {element.text}")
    print("Linkage, apart from the acts:")
    for mode in modes():
        print(f"{mode.article}  {mode.title}")
    print(*crimes()[0].notes, crimes()[0].source, sep="\n")
    return 0


def _written(options: argparse.Namespace) -> KnownTable | None:
    from probata.cases import services
    from probata.cases.elements import Entry, Evidence

    if options.add:
        return _open(options)
    if options.searched:
        return _searched(options)
    if options.seal:
        table, actor = _named(options), workspace.unlock(options).signing
        return services.seal_table(table, actor=actor, reason=options.reason)
    if options.cell is None and not options.linkage:
        return None
    table, bearing = _named(options), _bearing(options)
    evidence = Evidence.named(options.evidence)
    if options.linkage:
        actor = workspace.unlock(options).signing
        return services.link_person(
            table, options.linkage, actor=actor, evidence=evidence, bearing=bearing, reason=options.reason
        )
    cell = Entry(element=options.cell, evidence=evidence, bearing=bearing, reason=options.reason)
    return services.enter(table, cell, actor=workspace.unlock(options).signing)


def _open(options: argparse.Namespace) -> KnownTable:
    from probata.cases import services
    from probata.cases.elements import Conflict
    from probata.terms.reading import word

    if not options.case or not options.conflict:
        raise UsageError(
            what="A table belongs to a case, under a class of conflict that you state: give --case and --conflict."
        )
    conflict = word({"conflict": options.conflict.replace("-", "_")}, "conflict", Conflict)
    actor = workspace.unlock(options).signing
    return services.open_table(
        options.case, options.add, actor=actor, conflict=conflict, reason=options.reason, incident=options.incident
    )


def _searched(options: argparse.Namespace) -> KnownTable:
    from probata.cases import selectors, services
    from probata.cases.elements import ContrarySearch, SearchOutcome

    known = selectors.table(_named(options))
    if options.searched == "all":
        numbers = [one.number for one in known.table.crime.elements]
    else:
        parts = [part.strip() for part in options.searched.split(",")]
        if not all(part.isascii() and part.isdecimal() and len(part) < 4 for part in parts):
            raise UsageError(what="Say which elements, such as --searched 1,2 or --searched all.")
        numbers = [int(part) for part in parts]
    ended = SearchOutcome.COULD_NOT_LOOK if options.could_not_look else SearchOutcome.NOTHING_FOUND
    searches = [ContrarySearch(element=number, outcome=ended, looked=options.looked) for number in numbers]
    return services.record_search(known.id, searches, actor=workspace.unlock(options).signing)


def _named(options: argparse.Namespace) -> str:
    if not options.table:
        raise UsageError(what="Say which table, by its id.")
    return str(options.table)


def _bearing(options: argparse.Namespace) -> Bearing:
    from probata.cases.elements import Bearing

    if not options.evidence or not options.bearing:
        raise UsageError(what="Give --evidence, and how it bears: --supports, --undermines or --silent.")
    return Bearing(options.bearing)


def _print(one: KnownTable, *, whole: bool) -> None:
    gaps = sum(len(found) for found in one.table.gaps().values())
    print(f"{one.id}  {one.table.crime.article}  {one.table.crime.title}")
    print(f"     {one.state}, case {one.case[:8]}, {len(one.table.entries)} cells, {gaps} gaps")
    stated = f"{one.conflict.words} armed conflict as stated by {shown(one.conflict_by)}"
    print(f"     {stated}: {shown(one.conflict_reason)}")
    if one.other_class:
        print(f"     under the other class stands {', '.join(table[:8] for table in one.other_class)}: not settled")
    if one.superseded_evidence:
        print(f"     cites what was superseded: {', '.join(name[:24] for name in one.superseded_evidence)}")
    if one.seal is not None:
        print(f"     sealed by {shown(one.seal.by)}: {shown(one.seal.reason)}")
    if whole:
        _print_elements(one)


def _print_elements(one: KnownTable) -> None:
    from probata.cases.elements import Bearing

    for element in one.table.crime.elements:
        print(f"  {element.number}  {element.text}")
        for bearing in Bearing:
            for cell in one.table.of(element.number, bearing):
                print(f"       {bearing.value:<10} {cell.evidence.name[:24]}  {shown(cell.by)}: {shown(cell.reason)}")
        for search in one.table.searches:
            if search.element == element.number:
                ended = search.outcome.value.replace("_", " ")
                print(f"       searched for the contrary, {ended}: {shown(search.looked)}")
        for gap in one.table.gaps()[element.number]:
            print(f"       gap: {_GAPS[gap.value]}")
    for link in one.linkage:
        print(
            f"  linkage {link.mode}  {link.bearing.value} {link.evidence[:24]}  {shown(link.by)}: {shown(link.reason)}"
        )
    print("  What each element weighs, and whether anybody answers for it, is for people to say.")
