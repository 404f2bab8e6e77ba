"""`probata parties`: whoever speaks or is spoken of in claims; list them, add to them."""

from __future__ import annotations

import argparse
from pathlib import Path

from probata.cli import workspace
from probata.cli.output import show_json
from probata.cli.records import each_read, read_documents, superseding
from probata.terms.errors import UsageError
from probata.terms.showing import shown_in_a_line


def arguments(parser: argparse.ArgumentParser) -> None:
    """Whom to add, if anybody."""
    parser.add_argument(
        "--add", metavar="NAME", help="add one that is named so; with --describe, one that is not named"
    )
    parser.add_argument(
        "--kind", metavar="KIND", help="state_body, armed_group, unit, outlet, organisation, official_role"
    )
    parser.add_argument(
        "--language", metavar="TAG", default="und", help="the language of the name (default: not known)"
    )
    parser.add_argument("--also", metavar="TAG:NAME", action="append", default=[], help="another spelling of the name")
    parser.add_argument("--describe", metavar="WORDS", help="who it is, in the words of a source that names nobody")
    parser.add_argument("--unknown", action="store_true", help="nobody here knows who it is")
    parser.add_argument("--from", dest="file", metavar="FILE", type=Path, help="add those of a JSON file (- for input)")
    parser.add_argument("--supersede", metavar="ID", default=None, help="what is added stands instead of this one")
    parser.add_argument(
        "--another", action="store_true", help="it is another one that bears the name of one who is recorded already"
    )
    workspace.add_arguments(parser, signs=True)


def run(options: argparse.Namespace) -> int:
    """Add what was asked for, then list: what was added, or everybody."""
    workspace.open_workspace(options.workspace)

    from probata.claims import selectors, services
    from probata.claims.parties import Party

    documents = _documents(options)
    wanted = each_read(documents, Party.from_json) if documents else []
    after = superseding(options, wanted)
    if wanted:
        actor = workspace.unlock(options).signing
        told = {"reason": options.reason, "supersedes": after, "another": options.another}
        found = services.add_parties(wanted, actor=actor, **told)
    else:
        found = list(selectors.claims().parties.values())
    if options.json:
        show_json("parties", {"parties": [one.as_json() for one in found]})
        return 0
    if not found:
        print("Nobody is recorded yet. Begin with: probata parties --add 'The Morning Lantern' --kind outlet")
    for one in found:
        also = [name.text for name in one.thing.names[1:]]
        more = f"  also {', '.join(also)}" if also else ""
        kind = f"{one.thing.kind.value.replace('_', ' ')}, {one.thing.naming.value}"
        print(f"{one.id}  {shown_in_a_line(one.thing.shown_as)}  ({kind}){shown_in_a_line(more)}")
    return 0


def _documents(options: argparse.Namespace) -> list[dict[str, object]]:
    if options.file is not None:
        return read_documents(options.file)
    if options.add is None and options.describe is None and not options.unknown:
        return []
    if options.kind is None:
        raise UsageError(what="A party has a kind: give --kind.")
    names = [] if options.add is None else [{"text": options.add, "language": options.language}]
    for spelling in options.also:
        language, _colon, name = spelling.partition(":")
        names.append({"text": name, "language": language})
    naming = "unknown" if options.unknown else "named" if names else "unnamed"
    return [{"kind": options.kind, "naming": naming, "names": names, "description": options.describe}]
