"""`probata assertions`: who says what of which proposition; list them, add to them, translate and trace them."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from probata.cli import workspace
from probata.cli.output import show_json
from probata.cli.records import each_read, read_documents, superseding
from probata.terms.errors import UsageError
from probata.terms.showing import shown_in_a_line

if TYPE_CHECKING:
    from probata.claims.selectors import Claims


def arguments(parser: argparse.ArgumentParser) -> None:
    """What to add, and of which proposition to list them."""
    parser.add_argument("--of", metavar="PROPOSITION", help="those of one proposition (default: all)")
    said = parser.add_argument_group("add one")
    said.add_argument("--speaker", metavar="NAME|ID", help="who says it")
    said.add_argument("--role", metavar="WORDS", help="in which role, as written")
    said.add_argument(
        "--stance", metavar="STANCE", help="alleges, attributes, confirms_verified, denies_act, condemns…"
    )
    said.add_argument("--words", metavar="WORDS", help="the words as they were said or written")
    said.add_argument("--language", metavar="TAG", default="und", help="their language (default: not known)")
    said.add_argument("--via", metavar="NAME|ID", action="append", default=[], help="who passed it on, nearest first")
    said.add_argument(
        "--basis", metavar="BASIS", default="unknown", help="saw, recorded, told_by_unnamed, own_analysis…"
    )
    said.add_argument("--derives-from", metavar="ID|item:DIGEST", action="append", default=[], help="taken from this")
    said.add_argument("--in", dest="item", metavar="ITEM", help="the item in which the words stand")
    said.add_argument("--bytes", metavar="START-END", help="with --in: at which bytes of it")
    said.add_argument("--from", dest="file", metavar="FILE", type=Path, help="add those of a JSON file (- for input)")
    said.add_argument("--supersede", metavar="ID", default=None, help="what is added stands instead of this one")
    later = parser.add_argument_group("say more of one")
    later.add_argument(
        "--translate", metavar="ID", help="record a translation of its words: --text, --to, --translator"
    )
    later.add_argument("--text", metavar="WORDS", default="", help="the translation")
    later.add_argument("--to", metavar="LANGUAGE", default="en", help="its language (default: en)")
    later.add_argument("--translator", metavar="NAME", default="", help="who translated, if somebody else did")
    later.add_argument("--trace", nargs=2, metavar="ID", help="the first was taken from the second: why with --reason")
    later.add_argument("--not-so", action="store_true", help="with --trace: after all it was not")
    workspace.add_arguments(parser, signs=True)


def run(options: argparse.Namespace) -> int:
    """Record what was asked for, then list."""
    workspace.open_workspace(options.workspace)

    from probata.claims import selectors

    made = _made(options)
    claims = selectors.claims()
    wanted = selectors.proposition(options.of).id if options.of else None
    shown = [
        name
        for name, known in claims.assertions.items()
        if (not made or name in made) and wanted in {None, known.thing.proposition}
    ]
    independence = claims.independence(shown)
    if options.json:
        told = [_as_json(claims, name) for name in shown]
        show_json("assertions", {"assertions": told, "independence": independence.as_json()})
        return 0
    if not shown:
        print("Nobody is recorded as saying anything yet. `probata read ARTICLE` proposes; or begin with:")
        print("  probata assertions --of ID --speaker NAME --stance alleges --words '…' --language en")
    for name in shown:
        _print(claims, name)
    if len(shown) > 1:
        print(f"{independence.sentence}; roots are shown, they are no vote.")
    return 0


def _made(options: argparse.Namespace) -> list[str]:
    from probata.claims import selectors, services
    from probata.claims.assertions import Assertion

    documents = _documents(options)
    wanted = each_read(documents, Assertion.from_json) if documents else []
    after = superseding(options, wanted)
    if not wanted and not options.translate and not options.trace:
        return []
    if options.trace and not options.reason:
        raise UsageError(what="That one was taken from another needs a reason: give --reason.")
    actor = workspace.unlock(options).signing
    made = []
    if wanted:
        known = services.add_assertions(wanted, actor=actor, reason=options.reason, supersedes=after)
        made = [one.id for one in known]
    if options.translate:
        words = {"text": options.text, "language": options.to, "translator": options.translator}
        services.translate(options.translate, actor=actor, reason=options.reason, **words)
        made.append(selectors.assertion(options.translate).id)
    if options.trace:
        services.trace(*options.trace, actor=actor, why=options.reason, stands=not options.not_so)
        made.append(selectors.assertion(options.trace[0]).id)
    return made


def _documents(options: argparse.Namespace) -> list[dict[str, Any]]:
    if options.bytes and not options.item:
        raise UsageError(what="--bytes counts in an item: give --in ITEM.")
    if options.file is not None:
        return read_documents(options.file)
    if options.words is None:
        return []
    if not (options.of and options.speaker and options.stance):
        raise UsageError(what="An assertion needs --of PROPOSITION, --speaker and --stance.")

    from probata.claims import selectors
    from probata.preservation import selectors as preservation

    told: dict[str, Any] = {
        "proposition": selectors.proposition(options.of).id,
        "stance": options.stance,
        "speaker": selectors.party(options.speaker).id,
        "words": {"text": options.words, "language": options.language},
        "speaker_role": options.role,
        "via": [selectors.party(name).id for name in options.via],
        "basis": options.basis,
        "derives_from": options.derives_from,
    }
    if options.item:
        told["appears_in"] = {"item": preservation.item(options.item).sha256}
        if options.bytes:
            start, _dash, end = options.bytes.partition("-")
            if not (start.isdecimal() and end.isdecimal()):
                raise UsageError(what="--bytes takes the first byte and the one after the last: 120-184.")
            told["appears_in"] |= {"start": int(start), "end": int(end)}
    return [told]


def _as_json(claims: Claims, name: str) -> dict[str, Any]:
    from probata.claims import selectors

    known = claims.assertions[name]
    return {
        **known.as_json(),
        "derives_from": sorted(claims.sources[name].derives_from),
        "speaker_shown": claims.parties[known.thing.speaker].thing.shown_as,
        "translations": [one.as_json() for one in selectors.translations(name)],
    }


def _print(claims: Claims, name: str) -> None:
    told = _as_json(claims, name)
    role = f", {told['speaker_role']}" if told["speaker_role"] else ""
    via = [claims.parties[one].thing.shown_as for one in told["via"]]
    by = f", as {' and '.join(via)} pass it on" if via else ""
    stance = told["stance"].replace("_", " ")
    print(f"{name}  {shown_in_a_line(told['speaker_shown'] + role)} {stance}{shown_in_a_line(by)}")
    print(f"     {told['words']['language']}: {shown_in_a_line(told['words']['text'])}")
    for one in told["translations"]:
        by = shown_in_a_line(one["translator"])
        print(f"     {one['language']}: {shown_in_a_line(one['text'])}  (translated by {by})")
    for source in told["derives_from"]:
        print(f"     taken from {source[:37]}")
