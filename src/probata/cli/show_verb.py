"""`probata show ITEM`: all that is known about one item, and since when."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from probata.cli import workspace
from probata.cli.output import show_json, size
from probata.engines.clock import rfc3339

if TYPE_CHECKING:
    from django.db.models import Model

_TABLES = ("acquisitions", "renditions", "looks", "searches", "fixity", "history")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which item."""
    parser.add_argument("item", metavar="ITEM", help="its SHA-256, or as many first digits as make it unique")
    workspace.add_arguments(parser)


def run(options: argparse.Namespace) -> int:
    """Show the item, where it came from, what was made of it, and its entries in the ledger."""
    workspace.open_workspace(options.workspace)

    from probata.analysis import selectors as analysis
    from probata.preservation import selectors as preservation

    item = preservation.item(options.item)
    digest = item.sha256
    facts = {
        "item": digest,
        **_columns(item, "size_bytes chunk_root media_type completeness generation graphic"),
        "acquisitions": [
            _columns(row, "seq at name name_agrees acquired_from method") for row in preservation.acquisitions(digest)
        ],
        "renditions": [_columns(row, "seq kind sha256 recipe_digest") for row in preservation.renditions(digest)],
        "looks": [
            {**_columns(row, "seq analyser version recipe outcome why"), "entries": row.entry_count}
            for row in analysis.looks(digest)
        ],
        **_copies(digest),
        "fixity": [_columns(row, "seq at result sha512") for row in preservation.fixity_runs(digest)],
        "history": _history(digest),
    }
    if options.json:
        show_json("show", facts)
    else:
        _print(facts)
    return 0


def _columns(row: Model, names: str) -> dict[str, Any]:
    """Some columns of a row, times as RFC 3339."""
    told = {name: getattr(row, name) for name in names.split()}
    if "at" in told:
        told["at"] = rfc3339(told["at"])
    return told


def _copies(digest: str) -> dict[str, Any]:
    """What the item is to others, in how many it circulates, and by when its footage existed at the latest."""
    from probata.copies import selectors as copies

    seen = copies.first_seen(digest)
    circulates = copies.circulates(digest)
    return {
        "relations": [
            {"other": one.other(digest), **one.seen_from(digest).as_json()} for one in copies.relations_of(digest)
        ],
        "circulates": {
            "items": circulates.items,
            "confirmed": circulates.confirmed,
            "rejected": circulates.rejected,
            "statement": circulates.statement,
        },
        "first_seen": [
            {
                "at": rfc3339(bound.at),
                "item": bound.item,
                "source": bound.source,
                "rests_on": list(bound.rests_on),
                "confirmed": bound.confirmed,
                "statement": bound.statement,
            }
            for bound in (*seen.bounds, *seen.stated)
        ],
        "searches": [_columns(row, "seq at recipe outcome why searched_items") for row in copies.searches(digest)],
    }


def _history(digest: str) -> list[dict[str, Any]]:
    from probata.custody import selectors as custody

    return [
        {
            "seq": line.seq,
            "at": rfc3339(line.at),
            "actor": line.actor_name,
            "action": line.action,
            "reason": line.reason,
            "via": line.via,
        }
        for line in custody.history(f"item:{digest}")
    ]


def _print(facts: dict[str, Any]) -> None:
    print(f"Item {facts['item']}")
    print(f"  {facts['media_type']}, {size(facts['size_bytes'])}, {facts['completeness'].replace('_', ' ')}")
    print(f"  generation {facts['generation']}, graphic {facts['graphic']}")
    for relation in facts["relations"]:
        other, kind = relation["other"][:8], relation["kind"].replace("_", " ")
        print(f"  {relation['state']}: {kind}  {other}  score {relation['score']:.2f}  relation {relation['id'][:8]}")
    print(f"  {facts['circulates']['statement']}")
    for bound in facts["first_seen"]:
        print(f"  {bound['statement']}")
    for title in _TABLES:
        print(f"{title.capitalize()}:" if facts[title] else f"{title.capitalize()}: none")
        for row in facts[title]:
            print("  " + "  ".join(f"{key} {value}" for key, value in row.items() if value not in ("", None)))
