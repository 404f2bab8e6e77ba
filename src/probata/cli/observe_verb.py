"""`probata observe`: what people saw and heard in an item: list it, add to it, supersede or withdraw it."""

from __future__ import annotations

import argparse
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from probata.cli import workspace
from probata.cli.candidates_verb import place
from probata.cli.output import show_json
from probata.cli.records import each_read, read_documents
from probata.terms.errors import UsageError
from probata.terms.showing import shown_in_a_line

if TYPE_CHECKING:
    from probata.analysis.observations import Observation
    from probata.analysis.selectors import KnownObservation
    from probata.terms.spans import Span

_MOST_FIGURES = 9
_NEEDED_TO_ADD = "--at SECONDS, and --describe WORDS"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which item, and what was seen or heard where in it."""
    parser.add_argument("item", metavar="ITEM", help="an item by digest")
    parser.add_argument("--all", action="store_true", help="list also what was superseded or withdrawn")
    seen = parser.add_argument_group("add one")
    seen.add_argument("--kind", metavar="KIND", help="what kind of thing: speech, body, armband, weapon, face, other…")
    seen.add_argument("--describe", metavar="WORDS", help="what is seen or heard, in plain words")
    seen.add_argument("--at", metavar="SECONDS", help="from when, in seconds of the file; the frame shown then counts")
    seen.add_argument("--to", metavar="SECONDS", help="until when (default: that one frame)")
    seen.add_argument("--box", metavar="L,T,W,H", help="where in the picture, in shares of it: .25,.4,.1,.2")
    seen.add_argument("--heard", action="store_true", help="it is heard (default: it is seen)")
    seen.add_argument("--infer-from", metavar="IDS", help="it is inferred from these observations, separated by commas")
    seen.add_argument("--certainty", default="moderate", choices=("low", "moderate", "high"), help="how sure")
    seen.add_argument("--count", metavar="MIN[-MAX]", help="how many, at least; with a maximum only if all was swept")
    seen.add_argument("--of", metavar="POPULATION", default="", help="with --count: of what")
    seen.add_argument("--swept", action="store_true", help="with --count: the whole scene was swept")
    seen.add_argument("--distinct", action="store_true", help="with --count: told apart, not all in view at once")
    seen.add_argument("--candidate", metavar="ANALYSER:N", help="take over a machine's candidate that was accepted")
    seen.add_argument("--add", metavar="FILE", type=Path, help="add every observation of a JSON file (- for input)")
    later = parser.add_argument_group("change your mind")
    later.add_argument("--supersede", metavar="ID", default=None, help="what is added stands instead of this one")
    later.add_argument("--withdraw", metavar="ID", help="this one stands no more: say why with --reason")
    workspace.add_arguments(parser, signs=True)


def run(options: argparse.Namespace) -> int:
    """Record what was asked for, then list what stands."""
    workspace.open_workspace(options.workspace)

    from probata.analysis import selectors
    from probata.preservation import selectors as preservation

    item = preservation.item(options.item).sha256
    made = _made(options, item)
    found = made or selectors.observations(item, standing=not options.all)
    tallies = selectors.counts(item)
    if options.json:
        told = {"item": item, "observations": [one.as_json() for one in found]}
        show_json("observe", {**told, "counts": [one.as_json() for one in tallies]})
        return 0
    if not found:
        print("Nobody has observed anything here yet. Begin with:")
        print("  probata observe ITEM --kind body --at 12.5 --describe 'a person lying still' --count 1 --of persons")
    for one in found:
        _print(one)
    for tally in tallies:
        print(f"of {tally.population}: {tally.contradiction or tally.count.figure if tally.count else ''}".rstrip())
    return 0


def _made(options: argparse.Namespace, item: str) -> list[KnownObservation]:
    from probata.analysis import services
    from probata.analysis.observations import Observation
    from probata.terms.words import Confidence

    if options.withdraw:
        actor = workspace.unlock(options).signing
        return [services.withdraw(options.withdraw, actor=actor, reason=options.reason)]
    if options.add is not None:
        documents = [{"item": item, **one} for one in read_documents(options.add)]
        wanted = each_read(documents, Observation.from_json)
        actor = workspace.unlock(options).signing
        return services.observe_all(wanted, actor=actor, reason=options.reason)
    if options.candidate:
        actor = workspace.unlock(options).signing
        track, entry = place(item, options.candidate)
        certainty = Confidence(options.certainty)
        return [services.observe_candidate(item, track, entry, actor=actor, certainty=certainty, reason=options.reason)]
    if options.kind:
        observation = _observation(options, item)
        actor = workspace.unlock(options).signing
        return [services.observe(observation, actor=actor, reason=options.reason, supersedes=options.supersede)]
    return []


def _observation(options: argparse.Namespace, item: str) -> Observation:
    from probata.analysis.observations import Observation

    if options.at is None or not options.describe:
        raise UsageError(what=f"An observation of kind {options.kind} needs {_NEEDED_TO_ADD}.")
    told: dict[str, Any] = {
        "item": item,
        "kind": options.kind,
        "epistemic": "inferred" if options.infer_from else "audible" if options.heard else "visible",
        "certainty": options.certainty,
        "description": options.describe,
        "segment": _segment(item, options.at, options.to).as_json(),
    }
    if options.box:
        told["box"] = [_figure(part, "--box") for part in options.box.split(",")]
    if options.infer_from:
        told["premises"] = options.infer_from.split(",")
    if options.count:
        least, _dash, most = options.count.partition("-")
        told["count"] = {
            "min": _whole(least, "--count"),
            "max": _whole(most, "--count") if most else None,
            "basis": "tracked_distinct" if options.distinct else "simultaneous",
            "population": options.of,
            "exhaustive": options.swept,
        }
    return Observation.from_json(told)


def _segment(item: str, start: str, end: str | None) -> Span:
    from probata.analysis.services import observing

    end_s = None if end is None else _exact(end, "--to")
    return observing.stretch(item, _exact(start, "--at"), end_s)


def _exact(untrusted: str, option: str) -> Fraction:
    try:
        return Fraction(untrusted)
    except (ValueError, ZeroDivisionError) as error:
        raise UsageError(what=f"{option} takes seconds, such as 12.5, not {untrusted!r}.") from error


def _whole(untrusted: str, option: str) -> int:
    if not untrusted.isascii() or not untrusted.isdecimal() or len(untrusted) > _MOST_FIGURES:
        raise UsageError(what=f"{option} takes whole numbers, such as 2 or 2-3, not {untrusted!r}.")
    return int(untrusted)


def _figure(untrusted: str, option: str) -> float:
    try:
        return float(untrusted)
    except ValueError as error:
        raise UsageError(what=f"{option} takes figures, not {untrusted!r}.") from error


def _print(one: KnownObservation) -> None:
    told = one.as_json()
    seen = one.observation
    count = f"  {seen.count.figure} {seen.count.population}" if seen.count else ""
    print(f"{told['start_s']:>10.3f} – {told['end_s']:.3f} s  {seen.kind.value.replace('_', ' ')}{count}  {one.id}")
    how = seen.epistemic.value.replace("_", " ")
    state = "" if told["state"] == "stands" else f", {told['state']}"
    print(f"     {shown_in_a_line(seen.description)}")
    print(f"     {how}, certainty {seen.certainty.value}, by {one.by}{state}")
