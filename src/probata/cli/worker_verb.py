"""`probata worker`: do what is due, several items at once, and go on doing it."""

from __future__ import annotations

import argparse
import signal
import time
from typing import TYPE_CHECKING, Any

from attrs import define, field

from probata.cli import workspace
from probata.cli.output import Progress, show_json
from probata.terms.errors import ProbataError, UsageError
from probata.terms.showing import shown

if TYPE_CHECKING:
    from probata.custody.entries import Signer

_EVERY_S = 5.0


@define(kw_only=True)
class _Tally:
    """What was done, by item, and who could not look at what."""

    examined: int = 0
    searched: int = 0
    busy: set[str] = field(factory=set)
    failed: list[dict[str, str]] = field(factory=list)
    tried: set[str] = field(factory=set)

    def as_json(self) -> dict[str, Any]:
        return {
            "examined": self.examined,
            "searched_for_copies": self.searched,
            "busy": len(self.busy),
            "could_not_look": self.failed,
        }


def arguments(parser: argparse.ArgumentParser) -> None:
    """How long, how much at once."""
    parser.add_argument("--once", action="store_true", help="end when nothing is due any more")
    parser.add_argument("--workers", type=int, metavar="N", help="so many items at once (default: half the cores)")
    parser.add_argument("--only", metavar="NAMES", help="analysers by name, separated by commas (default: all)")
    parser.add_argument("--no-copies", action="store_true", help="do not look for copies")
    parser.add_argument(
        "--every", type=float, default=_EVERY_S, metavar="SECONDS", help="how often to ask what is due (default: 5)"
    )
    workspace.add_arguments(parser, signs=True)


def run(options: argparse.Namespace) -> int:
    """Work until nothing is due, or until Ctrl+C; exit 5 if somebody could not look.

    It can be stopped at any time: what was done is on the record, and the next one goes on with the rest.
    """
    if options.every <= 0:
        raise UsageError(what="--every takes a number of seconds above 0.")
    workspace.open_workspace(options.workspace)
    keyring = workspace.unlock(options)
    tally = _Tally()
    # Whoever ends it politely gets the same as with Ctrl+C: what was done is told, and nobody works on.
    before = signal.signal(signal.SIGTERM, _stop)
    try:
        while _round(options, keyring.signing, tally) or not options.once:
            if not options.once:
                time.sleep(options.every)
    except KeyboardInterrupt:
        if not options.json:
            print("Stopped; what was done is on the record.")
    finally:
        signal.signal(signal.SIGTERM, before)
    if options.json:
        show_json("worker", tally.as_json())
    else:
        print(f"{tally.examined} items examined, copies looked for of {tally.searched}.")
        if tally.busy:
            print(f"{len(tally.busy)} items were left to another worker.")
    return 5 if tally.failed else 0


def _stop(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _round(options: argparse.Namespace, actor: Signer, tally: _Tally) -> bool:
    """Do what is due now; whether anything was done."""
    looked = _examine(options, actor, tally)
    return (not options.no_copies and _look_for_copies(options, actor, tally)) or looked


def _examine(options: argparse.Namespace, actor: Signer, tally: _Tally) -> bool:
    from probata.analysis import services

    only = tuple(name for name in options.only.split(",") if name) if options.only else None
    with services.one_jail() as jail:
        # What could not be looked at stays due: once a run is enough.
        due = [item for item in services.all_due(only, tools=jail.tools()) if item not in tally.tried]
    before = tally.examined
    with Progress(f"examining {len(due)} items, frames") as progress:
        for one in services.examine_all(
            due,
            actor=actor,
            only=only,
            reason=options.reason or "examined what was due",
            workers=options.workers,
            tries=services.MOST_TRIES,
            told=progress.to,
        ):
            if one.busy:
                tally.busy.add(one.item)
                continue
            tally.tried.add(one.item)
            tally.busy.discard(one.item)
            tally.examined += 1
            progress.what = f"{tally.examined - before} of {len(due)} items done, frames"
            failed = {
                name: why
                for name, why in one.could_not_look.items()
                if only is None or name in {services.FRAMES, *only}
            }
            tally.failed += [{"item": one.item, "analyser": name, "why": why} for name, why in failed.items()]
            if not options.json:
                _print(one.item, {look.analyser: look.outcome for look in one.looks}, failed)
    return tally.examined > before


def _look_for_copies(options: argparse.Namespace, actor: Signer, tally: _Tally) -> bool:
    from probata.copies import services

    before = tally.searched
    try:
        with services.one_jail() as jail:
            for item in services.all_due(jail=jail):
                looked = services.look_for_copies(
                    item, actor=actor, reason=options.reason or "looked for copies of what was due", jail=jail
                )
                tally.searched += 1
                if not options.json:
                    print(f"{item[:8]}  copies: {looked.outcome.replace('_', ' ')}", flush=True)
    except services.MatchingMissing as error:
        _tell(error, options)
        options.no_copies = True
    return tally.searched > before


def _print(item: str, outcomes: dict[str, str], failed: dict[str, str]) -> None:
    told = ", ".join(f"{name}: {outcome.replace('_', ' ')}" for name, outcome in sorted(outcomes.items()))
    print(f"{item[:8]}  {told}", flush=True)
    for name, why in failed.items():
        print(f"          {name} could not look: {shown(why)}")


def _tell(error: ProbataError, options: argparse.Namespace) -> None:
    if not options.json:
        print(f"Copies are not looked for: {error.message} {error.what_to_do}")
