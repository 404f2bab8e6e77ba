"""Every figure of the Reach table, each beside its peer in one run. `python benchmarks/run.py [NAME…]`.

Each benchmark is a process of its own. What matters is the ratio: absolute figures depend on the machine and on what
else it does. Exit 1 when a benchmark could not run.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

NAMES = ("start", "ingest", "one_pass", "ledger", "act", "verify")


def main() -> int:
    """Run the named benchmarks, or all."""
    chosen = sys.argv[1:] or list(NAMES)
    one_minute, *_ = os.getloadavg()
    print(f"load of the machine before: {one_minute:.1f} on {os.cpu_count()} cores", flush=True)
    failed = []
    for name in chosen:
        print(f"\n== {name}", flush=True)
        script = Path(__file__).with_name(f"{name}.py")
        if subprocess.run([sys.executable, script], check=False).returncode:
            failed.append(name)
    if failed:
        print(f"\ncould not run: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
