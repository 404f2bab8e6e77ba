"""`probata search`: words in what is said, written on screen, translated and called, across spellings."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from probata.cli import workspace
from probata.cli.output import Progress, show_json
from probata.terms.showing import shown_in_a_line

if TYPE_CHECKING:
    from probata.search.selectors import Answer, Hit

_BOLD, _PLAIN = "\x1b[1m", "\x1b[0m"


def arguments(parser: argparse.ArgumentParser) -> None:
    """What is looked for, and where."""
    parser.add_argument(
        "words",
        nargs="+",
        metavar="WORDS",
        help="all of them; in one quoted text also a OR b, a -b, and «a b» in a row",
    )
    parser.add_argument(
        "--in", dest="sources", metavar="NAMES", help="where: speech, screen_text, names (default: all)"
    )
    parser.add_argument("--item", default="", metavar="ITEM", help="in one item alone, by digest")
    parser.add_argument(
        "--language",
        default="",
        metavar="TAG",
        help="words that may be in this language: uk, ru, ar; also those of which no language is known, marked so",
    )
    parser.add_argument("--limit", type=int, default=50, metavar="N", help="how many hits at most (default: 50)")
    workspace.add_arguments(parser)


def run(options: argparse.Namespace) -> int:
    """Print what holds the words, best first, and among how much was looked."""
    workspace.open_workspace(options.workspace)

    from probata.search import selectors

    with Progress("items") as progress:
        answer = selectors.hits(
            " ".join(options.words),
            sources=tuple(name for name in (options.sources or "").split(",") if name),
            item=options.item,
            language=options.language,
            limit=options.limit,
            progress=lambda done, _total: progress.to(done),
        )
    if options.json:
        show_json("search", answer.as_json())
    else:
        _print(answer)
    return 0


def _print(answer: Answer) -> None:
    for hit in answer.hits:
        remarks = ", ".join(_remarks(hit, answer))
        print(f"{hit.item[:8] or 'no item '}  {_clock(hit)}  {hit.kind.replace('_', ' ')}  ({remarks})")
        print(f"          {_marked(hit)}")
    if answer.more:
        print("There is more: see further with --limit.")
    if not answer.hits:
        print("Nothing that is known to be said or written holds these words.")
    print(f"Looked through {answer.passages} texts of {answer.items} items.")
    for seen in answer.seen:
        name = seen.analyser.replace("_", " ").capitalize()
        print(
            f"{name}: {seen.looked} items {seen.did}, {seen.could_not_look} could not be,"
            f" {seen.not_looked} have not been."
        )


def _remarks(hit: Hit, answer: Answer) -> Iterator[str]:
    yield hit.how.told
    if hit.doubtful:
        yield "doubtful"
    if hit.of_other_words:
        yield "translates other words than today's"
    if hit.speaker:
        yield shown_in_a_line(hit.speaker)
    if hit.state not in ("", "candidate"):
        yield hit.state.replace("_", " ")
    if hit.superseded:
        yield "of an earlier look"
    if answer.language and not hit.language_known:
        yield "language unknown"


def _clock(hit: Hit) -> str:
    """Hours, minutes, seconds and thousandths as the player shows them, cut and never rounded up."""
    if not hit.item:
        return "             "
    if hit.start is None:
        return "the whole    "
    return "time unknown" if hit.shown_s is None else clock(hit.shown_s)


def clock(seconds: Fraction) -> str:
    """A time as `HH:MM:SS.mmm`, exact to the millisecond below."""
    thousandths = abs(seconds) * 1000 // 1
    whole, parts = divmod(int(thousandths), 1000)
    sign = "-" if seconds < 0 else ""
    return f"{sign}{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}.{parts:03}"


def _marked(hit: Hit) -> str:
    bold = sys.stdout.isatty()
    return "".join(
        f"{_BOLD}{shown_in_a_line(text)}{_PLAIN}" if how and bold else shown_in_a_line(text) for text, how in hit.pieces
    )
