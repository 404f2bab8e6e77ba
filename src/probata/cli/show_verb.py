"""`probata show ITEM`: all that is known about one item, and since when."""

from __future__ import annotations

import argparse

from probata.cli import workspace
from probata.cli.output import show_json, size
from probata.engines.clock import rfc3339


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which item."""
    parser.add_argument("item", metavar="ITEM", help="its SHA-256, or as many first digits as make it unique")
    workspace.add_arguments(parser)


def run(options: argparse.Namespace) -> int:
    """Show the item, where it came from, what was made of it, and its entries in the ledger."""
    workspace.open_workspace(options.workspace)

    from probata.analysis import selectors as analysis
    from probata.custody import selectors as custody
    from probata.preservation import selectors as preservation

    item = preservation.item(options.item)
    facts = {
        "item": item.sha256,
        "size_bytes": item.size_bytes,
        "chunk_root": item.chunk_root,
        "media_type": item.media_type,
        "completeness": item.completeness,
        "generation": item.generation,
        "graphic": item.graphic,
        "acquisitions": [
            {
                "seq": row.seq,
                "at": rfc3339(row.at),
                "name": row.name,
                "name_agrees": row.name_agrees,
                "acquired_from": row.acquired_from,
                "method": row.method,
            }
            for row in preservation.acquisitions(item.sha256)
        ],
        "renditions": [
            {"seq": row.seq, "kind": row.kind, "sha256": row.sha256, "recipe_digest": row.recipe_digest}
            for row in preservation.renditions(item.sha256)
        ],
        "looks": [
            {
                "seq": row.seq,
                "analyser": row.analyser,
                "version": row.version,
                "recipe": row.recipe,
                "outcome": row.outcome,
                "why": row.why,
                "entries": row.entry_count,
            }
            for row in analysis.looks(item.sha256)
        ],
        "fixity": [
            {"seq": row.seq, "at": rfc3339(row.at), "result": row.result, "sha512": row.sha512}
            for row in preservation.fixity_runs(item.sha256)
        ],
        "history": [
            {
                "seq": line.seq,
                "at": rfc3339(line.at),
                "actor": line.actor_name,
                "action": line.action,
                "reason": line.reason,
            }
            for line in custody.history(f"item:{item.sha256}")
        ],
    }
    if options.json:
        show_json("show", facts)
    else:
        _print(facts)
    return 0


def _print(facts: dict[str, object]) -> None:
    print(
        f"Item {facts['item']}\n  {facts['media_type']}, {size(int(str(facts['size_bytes'])))}, {facts['completeness']}"
    )
    print(f"  generation {facts['generation']}, graphic {facts['graphic']}")
    for title in ("acquisitions", "renditions", "looks", "fixity", "history"):
        rows = facts[title]
        assert isinstance(rows, list)
        print(f"{title.capitalize()}:" if rows else f"{title.capitalize()}: none")
        for row in rows:
            print("  " + "  ".join(f"{key} {value}" for key, value in row.items() if value not in ("", None)))
