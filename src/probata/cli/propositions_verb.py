"""`probata propositions`: what may be so; list it with what contradicts and what follows, and add to it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from probata.cli import workspace
from probata.cli.output import show_json
from probata.cli.records import each_read, read_documents, superseding
from probata.terms.errors import UsageError
from probata.terms.showing import shown_in_a_line

if TYPE_CHECKING:
    from probata.claims.selectors import Claims


def arguments(parser: argparse.ArgumentParser) -> None:
    """What to add, and what to relate."""
    parser.add_argument("--add", metavar="WORDS", help="add one: what may be so, in one neutral sentence")
    parser.add_argument("--type", metavar="TYPE", default="occurred", help="occurred, located, dated, authorship…")
    parser.add_argument("--about", metavar="WORDS", help="what it is about")
    parser.add_argument("--act", metavar="WORDS", help="which act, in neutral words: the ambush")
    parser.add_argument("--party", metavar="NAME|ID", help="the party that it names, for authorship and affiliation")
    parser.add_argument("--from", dest="file", metavar="FILE", type=Path, help="add those of a JSON file (- for input)")
    parser.add_argument("--supersede", metavar="ID", default=None, help="what is added stands instead of this one")
    parser.add_argument("--contradicts", nargs=2, metavar="ID", help="these two cannot both be so: why with --reason")
    parser.add_argument("--entails", nargs=2, metavar="ID", help="if the first is so, the second is: why with --reason")
    parser.add_argument("--not-so", action="store_true", help="with these two: after all they do not")
    workspace.add_arguments(parser, signs=True)


def run(options: argparse.Namespace) -> int:
    """Add and relate what was asked for, then list."""
    workspace.open_workspace(options.workspace)

    from probata.claims import selectors

    made = _made(options)
    claims = selectors.claims()
    shown = [name for name in claims.propositions if not made or name in made]
    contradictions = claims.contradictions()
    if options.json:
        told = {
            "propositions": [_as_json(claims, name) for name in shown],
            "edges": [edge.as_json() for edge in claims.edges],
            "contradictions": [edge.as_json() for edge in contradictions],
        }
        show_json("propositions", told)
        return 0
    _print(claims, shown)
    for edge in contradictions:
        pair = f"cannot both be so: {edge.start[:8]} and {edge.end[:8]}"
        print(f"{pair if edge.start != edge.end else f'cannot be so: {edge.start[:8]}'}: {shown_in_a_line(edge.why)}")
    return 0


def _print(claims: Claims, shown: list[str]) -> None:
    if not shown:
        print("Nothing is stated yet. Begin with: probata propositions --add 'three shots are fired' --type occurred")
    for name in shown:
        proposition = claims.propositions[name].thing
        act = f" ({proposition.act})" if proposition.act else ""
        print(f"{name}  {proposition.type.value.replace('_', ' ')}{act}: {shown_in_a_line(proposition.statement)}")
        asserted = claims.of(name)
        if asserted:
            print(f"     {claims.independence(one.id for one in asserted).sentence}; an independent root is no vote")


def _made(options: argparse.Namespace) -> list[str]:
    from probata.claims import services
    from probata.claims.propositions import EdgeKind, Proposition

    documents = _documents(options)
    wanted = each_read(documents, Proposition.from_json) if documents else []
    after = superseding(options, wanted)
    made: list[str] = []
    if wanted:
        actor = workspace.unlock(options).signing
        known = services.add_propositions(wanted, actor=actor, reason=options.reason, supersedes=after)
        made.extend(one.id for one in known)
    for pair, kind in ((options.contradicts, EdgeKind.CONTRADICTS), (options.entails, EdgeKind.ENTAILS)):
        if pair:
            if not options.reason:
                raise UsageError(what=f"That one proposition {kind.value} another needs a reason: give --reason.")
            actor = workspace.unlock(options).signing
            services.relate(pair[0], kind, pair[1], actor=actor, why=options.reason, stands=not options.not_so)
    return made


def _as_json(claims: Claims, name: str) -> dict[str, object]:
    asserted = claims.of(name)
    independence = claims.independence(one.id for one in asserted)
    return {
        **claims.propositions[name].as_json(),
        "assertions": [one.id for one in asserted],
        "independence": independence.as_json(),
    }


def _documents(options: argparse.Namespace) -> list[dict[str, object]]:
    if options.file is not None:
        return read_documents(options.file)
    if options.add is None:
        return []
    told: dict[str, object] = {"type": options.type, "statement": options.add}
    told |= {"subject": options.about, "act": options.act}
    if options.party:
        from probata.claims import selectors

        told["value"] = {"party": selectors.party(options.party).id}
    return [told]
