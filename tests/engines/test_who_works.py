"""Seeing that another program works, without taking anything from it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from probata.engines.work.leases import Leases, anybody, held_by_others

_HOLD = """
import sys
from pathlib import Path
from probata.engines.work.leases import Leases
with Leases(Path(sys.argv[1])) as leases:
    assert leases.take("held")
    print("ready", flush=True)
    sys.stdin.readline()
"""


def test_what_another_program_holds_is_seen_and_left_to_it(tmp_path: Path) -> None:
    """While it runs, by name and at all; when it is gone, nobody works."""
    assert not anybody(tmp_path)
    assert held_by_others(tmp_path, ["held"]) == frozenset()
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        assert process.stdout.readline() == "ready\n"
        for _ in range(2):
            assert anybody(tmp_path)
            assert held_by_others(tmp_path, ["held", "free"]) == {"held"}
        process.stdin.write("\n")
        process.stdin.flush()
        assert process.wait(timeout=20) == 0
    assert not anybody(tmp_path)


def test_a_program_sees_its_own_work_and_keeps_it(tmp_path: Path) -> None:
    """The workbench looks who works while it works itself: nothing is let go of by that, and nothing taken twice."""
    with Leases(tmp_path) as mine, Leases(tmp_path) as other:
        assert mine.take("held")
        for _ in range(2):
            assert anybody(tmp_path)
            assert held_by_others(tmp_path, ["held", "free"]) == {"held"}
            assert not other.take("held")
        mine.drop("held")
        assert other.take("held")
    assert not anybody(tmp_path)
