"""`probata add`: acquire files and folders."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from probata.cli import workspace
from probata.cli.output import Progress, show_json, size
from probata.terms.errors import ProbataError

if TYPE_CHECKING:
    from probata.capture.services import Outcome
    from probata.custody.entries import Signer
    from probata.engines.sandbox import Jail
    from probata.terms.digests import Sha256


def arguments(parser: argparse.ArgumentParser) -> None:
    """What to acquire."""
    parser.add_argument(
        "paths", nargs="+", metavar="PATH", help="files and folders; folders are walked, links are not followed"
    )
    parser.add_argument("--no-look", action="store_true", help="only preserve: no PTS tables, no peaks, no copies now")
    parser.add_argument("--no-copies", action="store_true", help="do not look for copies of what came in now")
    workspace.add_arguments(parser, signs=True)


def run(options: argparse.Namespace) -> int:
    """Acquire each file in an act of its own, make the PTS tables and peaks that are due, then look for copies."""
    workspace.open_workspace(options.workspace)

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
    taken = list(dict.fromkeys(outcome.acquired.sha256 for outcome in outcomes if outcome.acquired))
    copies = {} if options.no_look else _look(taken, keyring.signing, options)
    if options.json:
        show_json("add", {"items": [_as_json(outcome) for outcome in outcomes], "copies": copies})
    elif not outcomes:
        print("Nothing was found there.")
    elif copies:
        _print_copies(copies)
    return 0 if all(outcome.acquired for outcome in outcomes) else 5


def _look(items: Sequence[Sha256], actor: Signer, options: argparse.Namespace) -> dict[str, Any]:
    """Tables and waveforms of what came in, then what it shares with what is held, unless that was left out."""
    from probata.analysis import services as analysis

    if not items:
        return {}
    with analysis.one_jail() as jail:
        with Progress("tables and waveforms", total=len(items)) as progress:
            for digest in items:
                analysis.examine(digest, actor=actor, only=(), jail=jail)
                progress.add(1)
        return {} if options.no_copies else _look_for_copies(items, actor, jail)


def _look_for_copies(items: Sequence[Sha256], actor: Signer, jail: Jail) -> dict[str, Any]:
    """What of the new arrivals shares footage with what is held; that it could not look never fails the verb."""
    from probata.copies import services

    found: dict[str, Any] = {"outcome": "nothing_found", "why": "", "searched": 0, "matches": []}
    try:
        with Progress("looking for copies", total=len(items)) as progress:
            for number, item in enumerate(items):
                looked = services.look_for_copies(item, actor=actor, progress=_share(progress, number), jail=jail)
                found["searched"] += 1
                standing = [one for one in looked.relations if one.state != "rejected"]
                found["matches"] += [{"item": item, "other": one.b, **one.as_json()} for one in standing]
    except services.MatchingMissing as error:
        services.could_not_look(items, error.message, actor=actor, jail=jail)
        return {**found, "outcome": "could_not_look", "why": f"{error.message} {error.what_to_do}"}
    except ProbataError as error:
        return {**found, "outcome": "could_not_look", "why": f"{error.message} {error.what_to_do}".strip()}
    return {**found, "outcome": "found" if found["matches"] else "nothing_found"}


def _share(progress: Progress, number: int) -> Callable[[str, int, int], None]:
    """How far the search for one of several items is, told as a part of them all."""
    return lambda _step, done, total: progress.to(number + done / total)


def _print_copies(copies: dict[str, Any]) -> None:
    if copies["outcome"] == "could_not_look":
        print(f"could not look for copies: {copies['why']}")
    for one in copies["matches"]:
        what = f"{one['item'][:8]}  {one['kind'].replace('_', ' ')}  {one['other'][:8]}"
        print(f"{one['state']}  {what}  (score {one['score']:.2f}, relation {one['id'][:8]})")


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
