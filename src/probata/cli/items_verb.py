"""`probata items`: what the workspace holds."""

from __future__ import annotations

import argparse
from typing import Any

from probata.cli import workspace
from probata.cli.output import show_json, size


def arguments(parser: argparse.ArgumentParser) -> None:
    """Words to filter by."""
    parser.add_argument(
        "words", nargs="*", metavar="WORD", help="only items whose digest, name or type contains each word"
    )
    workspace.add_arguments(parser)


def run(options: argparse.Namespace) -> int:
    """List items, newest first."""
    workspace.open_workspace(options.workspace)

    from probata.analysis import selectors as analysis
    from probata.preservation import selectors as preservation

    rows: list[dict[str, Any]] = [
        {
            "item": row.sha256,
            "name": row.name,
            "size_bytes": row.size_bytes,
            "media_type": row.media_type,
            "completeness": row.completeness,
            "generation": row.generation,
            "graphic": row.graphic,
            "acquired_at": row.at.isoformat(),
            "acquisitions": row.acquisition_count,
            "looks": {name: look.outcome for name, look in analysis.current_looks(row.sha256).items()},
        }
        for row in preservation.search(" ".join(options.words))
    ]
    if options.json:
        show_json("items", {"items": rows})
    elif not rows:
        print("No items yet. `probata add PATH…` acquires some." if not options.words else "No item matches.")
    else:
        for row in rows:
            print(f"{row['item'][:8]}  {size(row['size_bytes']):>10}  {row['media_type']:<18} {row['name']}")
    return 0
