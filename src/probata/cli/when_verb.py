"""`probata when`: narrow down when something was, and name the bounds that cannot both hold."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from probata.cli.output import show_json
from probata.terms.errors import NotFound

if TYPE_CHECKING:
    from probata.verification.when.answers import Window
    from probata.verification.when.document import Said
    from probata.verification.when.solving import Solution

_BAR = 48
_ROWS = 7


class NoSuchFile(NotFound):
    """The file of bounds is not there or cannot be read."""

    code = "no_such_bounds"
    template = "The file {file} cannot be read: {why}."
    advice = "Name a JSON file of bounds, or - for standard input; docs/json/when.json says what it holds."


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which bounds, and what to set aside."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("file", metavar="FILE", help="a JSON file of bounds, - for standard input")
    parser.add_argument(
        "--without", metavar="ID", action="append", default=[], help="set this bound aside; may be given again"
    )
    parser.add_argument(
        "--zone", metavar="NAME", help="the civil zone of times that name none, such as Europe/Kyiv, if FILE names none"
    )
    parser.epilog = _EPILOG


_EPILOG = """\
FILE holds {"zone"?, "place"?: {"lat", "lon"}, "bounds": [...]}; each bound has an id, a subject, a source (a text, or
{kind, text, ref?}) and at least one of
  "imprecise": [a, b]      the subject lies within it          "precise": [a, b]   it goes on throughout it
  "daily": {"from", "to"}  it lies within one day's window, such as from 13:00 to sunset (sunrise, solar_noon,
                           civil_dawn, civil_dusk; with a shift: sunset-00:30)
  "relation": {"kind": before | after | during | contains | overlaps | same_time, "other": SUBJECT,
               "least_gap_s"?, "most_gap_s"?}
  "relation": KIND         how the subject stands to the range beside it
Ends are times with an offset, wall times or days (which need a zone), "open" or null, "unknown", or whole numbers.
Conflicts are an answer: the exit code is 0. Why it works as it does: docs/why/080-intervals.md."""


def run(options: argparse.Namespace) -> int:
    """Solve; exit 0 whether bounds conflict or not, 2 when the document has faults."""
    from probata.terms.times import civil_zone
    from probata.verification.when.document import read_text
    from probata.verification.when.solving import solve
    from probata.verification.when.telling import as_json, derivation

    untrusted = _bytes_of(options.file)
    zone = civil_zone(options.zone) if options.zone else None
    document = read_text(untrusted, what=f"The document {options.file}", zone=zone)
    solution = solve(document, set_aside=options.without, what=f"The document {options.file}")
    if options.json:
        run_again = derivation(solution, {**json.loads(untrusted.decode("utf-8-sig")), "zone_given": options.zone})
        show_json("when", {**as_json(solution), "derivation": run_again.as_json()})
    else:
        for line in _lines(solution):
            print(line)
    return 0


def _bytes_of(file: str) -> bytes:
    from probata.verification.when.document import MOST_BYTES

    if file == "-":
        return sys.stdin.buffer.read(MOST_BYTES + 1)
    try:
        with open(file, "rb") as opened:  # noqa: PTH123  the name is kept as it was given
            return opened.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        raise NoSuchFile(file=file, why=getattr(error, "strerror", None) or str(error)) from error


def _lines(solution: Solution) -> Iterator[str]:
    from probata.terms.showing import shown
    from probata.verification.when.telling import alternatives, limit_in_words, notes, shown_in

    for line in _conflicts(solution):
        yield shown(line)
    for left_out, windows in alternatives(solution):
        yield ""
        yield shown(f"If {_listed(left_out)} is left out" if left_out else "All bounds hold together")
        for subject, group in groupby(windows, key=lambda window: window.subject):
            for line in _subject(subject, list(group), solution):
                yield shown(line)
    yield ""
    if not solution.document.in_numbers:
        yield f"Times are shown in {shown_in(solution.document)}."
    for note in (*solution.document.notes, *notes(solution), *map(limit_in_words, solution.answer.limits)):
        yield shown(note)
    if solution.set_aside:
        yield shown(f"Set aside by you: {_listed(solution.set_aside)}.")
    yield "A window says when it may have been if these bounds hold, not that they do."


def _listed(names: Sequence[str]) -> str:
    return " and ".join((", ".join(names[:-1]), names[-1])) if len(names) > 1 else names[0]


def _conflicts(solution: Solution) -> Iterator[str]:
    from probata.verification.when.telling import says

    said: dict[str, Said] = {one.name: one for one in solution.document.bounds}
    for number, conflict in enumerate(solution.answer.conflicts):
        if number:
            yield ""
        several = "These two cannot both hold:" if len(conflict) == 2 else "These cannot all hold together:"
        yield "This one cannot hold by itself:" if len(conflict) == 1 else several
        width = max(len(name) for name in conflict)
        for name in conflict:
            source = said[name].source
            yield f"  {name:<{width}}  {says(said[name])}  [{source.kind}: {source.text}]"
    if solution.answer.conflicts:
        yield "Nothing here says which of them is right."


def _subject(subject: str, windows: list[Window], solution: Solution) -> Iterator[str]:
    from probata.verification.when.telling import end_in_words, ends_known

    count = "" if len(windows) == 1 else f"  {len(windows)} windows, the last ones:"
    yield f"  {subject}{count}"
    last = windows[-_ROWS:]
    for window, bar in zip(last, _bars(last), strict=True):
        no_start, no_end = ends_known(window, solution)
        start = end_in_words(window.start, solution.document, unknown=no_start)
        end = end_in_words(window.end, solution.document, unknown=no_end)
        yield f"    {start:>19}  {bar}  {end}"
    final = windows[-1]
    ends = [
        f"{which} by {_listed(names)}" for which, names in (("start", final.start_by), ("end", final.end_by)) if names
    ]
    if ends:
        yield f"    bound at its {', at its '.join(ends)}" + (" (the last)" if len(windows) > 1 else "")
    if final.certain is not None and final.certain != (final.start, final.end):
        start, end = (end_in_words(one, solution.document) for one in final.certain)
        yield f"    surely going on from {start} to {end}"


def _bars(windows: Sequence[Window]) -> list[str]:
    """One bar a window on a line of time that they share: full where it surely went on, arrows where it is open."""
    ends = [end for one in windows for end in (one.start, one.end, *(one.certain or ())) if end is not None]
    first, last = (min(ends), max(ends)) if ends else (0, 1)
    length = max(last - first, 1)

    def column(tick: int) -> int:
        return min(_BAR - 1, (tick - first) * _BAR // length)

    bars = []
    for one in windows:
        start = 0 if one.start is None else column(one.start)
        end = _BAR - 1 if one.end is None else column(one.end)
        bar = [" "] * start + ["░"] * (end - start + 1) + [" "] * (_BAR - 1 - end)
        if one.certain is not None:
            for place in range(column(one.certain[0]), column(one.certain[1]) + 1):
                bar[place] = "█"
        left, right = "‹" if one.start is None else "│", "›" if one.end is None else "│"
        bars.append(left + "".join(bar) + right)
    return bars
