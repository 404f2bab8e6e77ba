"""`probata add`: acquire files and folders."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from probata.cli import workspace
from probata.cli.output import Progress, show_json, size

if TYPE_CHECKING:
    from probata.capture.services import Outcome


def arguments(parser: argparse.ArgumentParser) -> None:
    """What to acquire."""
    parser.add_argument(
        "paths", nargs="+", metavar="PATH", help="files and folders; folders are walked, links are not followed"
    )
    parser.add_argument("--no-look", action="store_true", help="only preserve: do not make PTS tables and peaks now")
    workspace.add_arguments(parser, signs=True)


def run(options: argparse.Namespace) -> int:
    """Acquire each file in an act of its own, then make the PTS tables and peaks that are due."""
    workspace.open_workspace(options.workspace)

    from probata.analysis import services as analysis
    from probata.capture import services as capture

    keyring = workspace.unlock(options)
    outcomes = []
    for path in options.paths:
        with Progress(f"acquiring {path}", as_size=True) as progress:
            for outcome in capture.add(
                path, actor=keyring.signing, reason=options.reason or "acquired", progress=progress.add
            ):
                outcomes.append(outcome)
                if not options.json:
                    print(_line(outcome), flush=True)
    taken = [outcome.acquired for outcome in outcomes if outcome.acquired]
    if not options.no_look:
        with analysis.one_jail() as jail, Progress("tables and waveforms", total=len(taken)) as progress:
            for digest in dict.fromkeys(one.sha256 for one in taken):
                analysis.examine(digest, actor=keyring.signing, only=(), jail=jail)
                progress.add(1)
    failed = sum(1 for outcome in outcomes if not outcome.acquired)
    if options.json:
        show_json("add", {"items": [_as_json(outcome) for outcome in outcomes]})
    elif not outcomes:
        print("Nothing was found there.")
    return 5 if failed else 0


def _line(outcome: Outcome) -> str:
    one = outcome.acquired
    if one is None:
        return f"not acquired  {outcome.name}: {outcome.why}"
    remarks = [one.media_type, size(one.size_bytes)]
    remarks += ["held already: a further acquisition"] * one.already_held
    remarks += [one.completeness.replace("_", " ")] * (one.completeness != "complete")
    remarks += ["its name says otherwise"] * (not one.name_agrees)
    return f"preserved  {one.sha256[:8]}  {outcome.name}  ({', '.join(remarks)})"


def _as_json(outcome: Outcome) -> dict[str, object]:
    one = outcome.acquired
    facts: dict[str, object] = {"name": outcome.name, "acquired_from": outcome.acquired_from}
    if one is None:
        return {**facts, "outcome": "not_acquired", "code": outcome.code, "why": outcome.why}
    return {
        **facts,
        "outcome": "preserved",
        "item": one.sha256,
        "size_bytes": one.size_bytes,
        "media_type": one.media_type,
        "completeness": one.completeness,
        "name_agrees": one.name_agrees,
        "already_held": one.already_held,
        "seq": one.seq,
    }
