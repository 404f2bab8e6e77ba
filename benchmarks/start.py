"""How long `probata --help` takes, with bytecode compiled. Reach: at most 0.3 s."""

from __future__ import annotations

import compileall
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROUNDS = 9


def measure() -> dict[str, float]:
    """Seconds of the whole process, median of nine; and of `python -c pass` beside it."""
    compileall.compile_dir(str(Path(__file__).parents[1] / "src"), quiet=2)
    help_s = [_timed([sys.executable, "-m", "probata.cli", "--help"]) for _ in range(ROUNDS)]
    bare_s = [_timed([sys.executable, "-c", "pass"]) for _ in range(ROUNDS)]
    return {"help_s": statistics.median(help_s), "bare_python_s": statistics.median(bare_s)}


def _timed(words: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(words, check=True, capture_output=True)
    return time.perf_counter() - start


if __name__ == "__main__":
    found = measure()
    print(f"probata --help: {found['help_s']:.2f} s (reach: 0.3; bare Python {found['bare_python_s']:.2f} s)")
