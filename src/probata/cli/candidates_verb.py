"""`probata candidates`: what machines propose about an item, and what people decide about it."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from probata.cli import workspace
from probata.cli.output import show_json
from probata.terms.errors import UsageError
from probata.terms.showing import shown, shown_in_a_line

if TYPE_CHECKING:
    from probata.analysis.selectors import Candidate, Decided, KnownTranslation

_DECISIONS: dict[str, Decided] = {
    "accept": "accepted",
    "correct": "corrected",
    "reject": "rejected",
    "reopen": "reopened",
}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which item, and what is decided about which of its candidates."""
    parser.add_argument("item", metavar="ITEM", help="an item by digest")
    parser.add_argument("--only", metavar="NAMES", help="analysers by name, separated by commas (default: all)")
    parser.add_argument("--open", action="store_true", help="those alone about which nobody has decided")
    one = parser.add_mutually_exclusive_group()
    place = "ANALYSER:N"
    one.add_argument("--accept", metavar=place, help="it is as the machine tells it: speech:3")
    one.add_argument("--correct", metavar=place, help="it is something else: say what with --text")
    one.add_argument("--reject", metavar=place, help="it is not so")
    one.add_argument("--reopen", metavar=place, help="undecided again; what was decided stays on the record")
    one.add_argument("--translate", metavar=place, help="record a person's translation: --text, --to, --translator")
    one.add_argument("--check", metavar="TRANSLATION", help="be the second check of a translation, by its id")
    parser.add_argument("--text", default="", help="the right words, or the translation")
    parser.add_argument("--to", metavar="LANGUAGE", default="en", help="the language of the translation (default: en)")
    parser.add_argument("--translator", default="", metavar="NAME", help="who translated, if somebody else did")
    parser.add_argument("--fails", action="store_true", help="with --check: the translation does not hold")
    workspace.add_arguments(parser, signs=True)


def run(options: argparse.Namespace) -> int:
    """List the candidates, or decide about one and show it."""
    workspace.open_workspace(options.workspace)

    from probata.preservation import selectors as preservation

    item = preservation.item(options.item).sha256
    found = _decided(options, item) or _listed(options, item)
    if options.json:
        show_json("candidates", {"item": item, "candidates": [one.as_json() for one in found]})
        return 0
    if not found:
        print("No candidate stands here; `probata analyse ITEM` says who has looked.")
    for one in found:
        _print(one)
    return 0


def _listed(options: argparse.Namespace, item: str) -> list[Candidate]:
    from probata.analysis import selectors

    only = options.only.split(",") if options.only else None
    looks = [look for name, look in sorted(selectors.current_looks(item).items()) if only is None or name in only]
    every = [one for look in looks for one in selectors.candidates(item, look)]
    return [one for one in every if not options.open or one.standing.state == "candidate"]


def _decided(options: argparse.Namespace, item: str) -> list[Candidate]:
    from probata.analysis import selectors, services

    if options.check:
        keyring = workspace.unlock(options)
        known = services.check_translation(
            options.check, actor=keyring.signing, holds=not options.fails, reason=options.reason or ""
        )
        return [selectors.candidate(known.item, known.track_sha256, known.entry)]
    if options.translate:
        track, entry = place(item, options.translate)
        keyring = workspace.unlock(options)
        services.translate(
            item,
            track,
            entry,
            actor=keyring.signing,
            text=options.text,
            language=options.to,
            translator=options.translator,
        )
        return [selectors.candidate(item, track, entry)]
    for option, decision in _DECISIONS.items():
        named = getattr(options, option)
        if named:
            track, entry = place(item, named)
            keyring = workspace.unlock(options)
            return [
                services.decide(
                    item,
                    track,
                    entry,
                    actor=keyring.signing,
                    decision=decision,
                    text=options.text,
                    reason=options.reason or "",
                )
            ]
    return []


def place(item: str, named: str) -> tuple[str, int]:
    """The track and place of `speech:3`, in the newest look of that analyser."""
    from probata.analysis import selectors

    analyser, _colon, number = named.rpartition(":")
    look = selectors.current_looks(item).get(analyser)
    if look is None or not number.isdecimal():
        raise UsageError(what=f"{named!r} names no candidate of this item; write it as ANALYSER:NUMBER.")
    return look.track_sha256, int(number)


def _print(one: Candidate) -> None:
    state = one.standing.state
    by = f" by {shown(one.standing.by)}" if one.standing.by else ""
    why = f": {shown(one.standing.why)}" if one.standing.why else ""
    start: Any = one.told.get("start_s", 0.0)
    print(f"{one.analyser}:{one.entry:<4} {start:>10.3f} s  {one.kind.replace('_', ' ')}  {state}{by}{why}")
    if one.words:
        print(f"     {shown_in_a_line(one.words)}")
    for translation in one.standing.translations:
        _print_translation(translation)


def _print_translation(one: KnownTranslation) -> None:
    print(f"     {one.language}: {shown_in_a_line(one.text)}")
    print(f"         translated by {shown(one.translator)}, {one.state}; {one.id}")
