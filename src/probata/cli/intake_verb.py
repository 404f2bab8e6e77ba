"""`probata intake`: what came in, what waits for an answer first, and how each report was answered and why."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from probata.cli import workspace
from probata.cli.output import show_json
from probata.terms.errors import UsageError
from probata.terms.showing import shown

if TYPE_CHECKING:
    from probata.cases.selectors import KnownReport


_OUTCOMES = (
    "answer REPORT, with --reason: accepted, duplicate_of, excerpt_of, out_of_scope, not_footage, referred, "
    "unsafe_to_keep, could_not_assess"
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which report to show, what to take in, how to answer."""
    parser.add_argument("report", metavar="REPORT", nargs="?", help="one report by its id (default: list them all)")
    one = parser.add_mutually_exclusive_group()
    one.add_argument(
        "--add", metavar="WORDS", help="take in a report: a summary in a line, --origin, --came-at, --item"
    )
    one.add_argument(
        "--from",
        dest="file",
        metavar="FILE.csv",
        type=Path,
        help="take in a table, whole or not at all: summary, origin, came_at, items, outcome, target, reason",
    )
    one.add_argument("--outcome", metavar="WORD", help=_OUTCOMES)
    one.add_argument("--waiting", action="store_true", help="list what waits for an answer alone")
    parser.add_argument(
        "--origin", metavar="WORDS", default="", help="where it comes from; name nobody whom that may put at risk"
    )
    parser.add_argument("--came-at", metavar="TIME", help="when it came in, such as 2022-03-31T10:00:00+03:00")
    parser.add_argument("--item", metavar="DIGEST", action="append", default=[], help="an item that it is about")
    parser.add_argument(
        "--target", metavar="WHAT", default="", help="of what or to whom: report:ID, item:DIGEST, words"
    )
    workspace.add_arguments(parser, signs=True)


def run(options: argparse.Namespace) -> int:
    """Take in or answer what was asked for, then show: that, or everything, what waits first."""
    workspace.open_workspace(options.workspace)

    from probata.cases import selectors

    found = _written(options)
    if found is None:
        found = [selectors.report(options.report)] if options.report else selectors.reports()
    waiting = sum(not one.answered for one in found)
    if options.waiting:
        found = [one for one in found if not one.answered]
    if options.json:
        show_json("intake", {"reports": [one.as_json() for one in found], "waiting": waiting})
        return 0
    if not found:
        print("Nothing waits for an answer." if options.waiting else "Nothing has come in yet. Begin with:")
        if not options.waiting:
            print("  probata intake --add 'A clip of a yard, sent by a reader'   or   --from reports.csv")
    for one in found:
        _print(one)
    if len(found) > 1:
        print(f"{waiting} of {len(found)} wait for an answer.")
    return 0


def _written(options: argparse.Namespace) -> list[KnownReport] | None:
    from probata.cases import services
    from probata.cases.incoming import Answer, Incoming, outcome
    from probata.preservation import selectors as preservation
    from probata.terms.times import read_instant

    if options.add is not None:
        came_at = read_instant(options.came_at) if options.came_at else None
        items = tuple(preservation.item(digest).sha256 for digest in options.item)
        one = Incoming(summary=options.add, origin=options.origin.strip(), came_at=came_at, items=items)
        return services.receive([(one, None)], actor=workspace.unlock(options).signing, reason=options.reason)
    if options.file is not None:
        return _from_table(options)
    if options.outcome:
        if not options.report:
            raise UsageError(what="Say which report, by its id.")
        answer = Answer(outcome=outcome(options.outcome), target=options.target.strip(), reason=options.reason)
        return [services.answer_report(options.report, answer, actor=workspace.unlock(options).signing)]
    return None


def _from_table(options: argparse.Namespace) -> list[KnownReport]:
    from probata.cases import services
    from probata.cases.incoming import MOST_BYTES, ReportsUnreadable, read_table

    try:
        with options.file.open("rb") as stream:
            table = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise ReportsUnreadable(file=options.file, faults=f"{error.strerror or error}.") from error
    reports = read_table(table, file=str(options.file))
    return services.receive(reports, actor=workspace.unlock(options).signing, reason=options.reason)


def _print(one: KnownReport) -> None:
    print(f"{one.id}  {shown(one.summary)}")
    if one.outcome is None:
        print(f"     waits, {one.waits_days} days")
        return
    of_what = f" {shown(one.outcome.target)}" if one.outcome.target else ""
    words = one.outcome.outcome.replace("_", " ")
    print(f"     {words}{of_what}, by {shown(one.outcome.by)}: {shown(one.outcome.reason)}")
    for earlier in one.outcomes[:-1]:
        print(f"     before: {earlier.outcome.replace('_', ' ')}, by {shown(earlier.by)}: {shown(earlier.reason)}")
