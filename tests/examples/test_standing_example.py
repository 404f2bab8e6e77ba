"""The standing example runs from the command line, and with the parties' names exchanged nothing else changes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
@pytest.mark.timeout(1_800)
def test_the_standing_example_holds_whoever_bears_which_name(tmp_path):
    """Every result of the example is as it must be, twice, and what was told differs in the names alone."""
    script = ROOT / "examples" / "standing_example.py"
    done = subprocess.run(
        [sys.executable, str(script), "--swap", "--dir", str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-3_000:] + done.stderr[-3_000:]
    assert "with the parties' names exchanged, only the names are exchanged" in done.stdout
