"""`probata derivations`: runs of calculators on the record; an assessment can rest on them."""

from __future__ import annotations

import argparse
from pathlib import Path

from probata.cli import workspace
from probata.cli.output import show_json
from probata.cli.records import each_read, read_documents
from probata.terms.showing import shown_in_a_line


def arguments(parser: argparse.ArgumentParser) -> None:
    """What to record, if anything."""
    parser.add_argument(
        "--add", metavar="FILE", type=Path, help="record what a calculator printed with --json (- for standard input)"
    )
    workspace.add_arguments(parser, signs=True)


def run(options: argparse.Namespace) -> int:
    """Record what was given, then list."""
    workspace.open_workspace(options.workspace)

    from probata.verification import selectors, services
    from probata.verification.derivation import Derivation

    made: list[str] = []
    if options.add is not None:
        # Calculators print their answer with the derivation in it; the derivation alone is taken as well.
        documents = [one.get("derivation", one) for one in read_documents(options.add)]
        wanted = each_read(documents, Derivation.from_json)
        actor = workspace.unlock(options).signing
        made = [services.record_derivation(one, actor=actor, reason=options.reason) for one in wanted]
    found = [one for one in selectors.derivations() if not made or one[0] in made]
    if options.json:
        show_json("derivations", {"derivations": [{"id": id_, "by": by, **run.as_json()} for id_, by, run in found]})
        return 0
    if not found:
        print(
            "No run of a calculator is recorded. For instance: probata when BOUNDS --json | probata derivations --add -"
        )
    for id_, by, run_ in found:
        print(f"{id_}  {shown_in_a_line(run_.tool)} {run_.version}, recorded by {by}")
    return 0
