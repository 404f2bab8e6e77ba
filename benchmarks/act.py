"""How fast one act takes entries, database, signatures, openings and the plain file included.

Reach: at least 10,000 entries a second in one act. The median of five acts is told, each after the other.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

from probata.cli import workspace as workspace_module
from probata.engines import settings as workspace_settings

ENTRIES = 20_000
TURNS = 5


def measure(entries: int = ENTRIES, turns: int = TURNS) -> dict[str, float]:
    """Record `entries` entries in one act of a fresh workspace, `turns` times; seconds are medians, by the wall."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "workspace"
        workspace_settings.create(root)
        workspace_module.open_workspace(root)

        from django.db import connections

        from probata.access import services as access
        from probata.custody import selectors
        from probata.custody.projections import projects
        from probata.custody.services import act

        projects("benchmark_noted")(_nothing)
        keyring = access.found("operator", None)
        taken = []
        for _ in range(turns):
            start = time.perf_counter()
            with act(actor=keyring.signing, reason="a benchmark") as opened:
                for number in range(entries):
                    opened.record("benchmark_noted", {"subject": f"note:{number}", "number": number})
            taken.append(time.perf_counter() - start)
        taken_s = statistics.median(taken)
        size, _ = selectors.size_and_time()
        connections.close_all()
    return {"entries": float(size), "seconds": taken_s, "entries_per_s": entries / taken_s}


def _nothing(_entry: object, _records: object) -> None:
    """No rows of its own: what is measured is the ledger."""


if __name__ == "__main__":
    found = measure(int(sys.argv[1]) if len(sys.argv) > 1 else ENTRIES)
    print(f"one act: {found['entries_per_s']:,.0f} entries/s (reach: 10,000)")
