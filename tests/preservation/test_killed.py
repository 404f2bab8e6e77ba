"""`kill -9` at any step of `add`: nothing is preserved without its bytes, nothing is orphaned unnamed."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from probata.access import services as access
from probata.cli import workspace as workspace_module
from probata.custody import services as custody
from probata.preservation import selectors
from probata.preservation import services as preservation
from probata.preservation.models import Acquisition, Item

POINTS = 220


def _drive(root, file, points):
    script = Path(__file__).with_name("killing.py")
    run = subprocess.run(
        [sys.executable, script, str(root), str(file), json.dumps(points)], capture_output=True, text=True, check=True
    )
    return [json.loads(line) for line in run.stdout.splitlines() if line.startswith("{")]


@pytest.mark.slow
def test_killed_at_220_points_of_add(workspace, tmp_path):
    """A file is acquired 220 times, each time killed at another line; what remains is always a whole truth."""
    file = tmp_path / "clip.bin"
    file.write_bytes(b"\x1a\x45\xdf\xa3" + b"0" * 1_500_000)
    lines = _drive(workspace.root, file, None)[0]["lines"]
    points = sorted({1 + round(number * (lines - 1) / (POINTS - 1)) for number in range(POINTS)})
    for index in range(len(points)):
        Path(f"{file}.{index}").write_bytes(b"\x1a\x45\xdf\xa3" + index.to_bytes(4) + b"1" * 1_500_000)
    outcomes = _drive(workspace.root, file, points)
    assert len(outcomes) == len(points) >= 200
    assert sum(outcome["killed"] for outcome in outcomes) >= 200

    # The next open heals what it may and names the rest.
    workspace_module.open_workspace(workspace.root)
    assert list(custody.ledger_faults(access.log_vkey())) == []
    assert list(custody.guard_faults()) == []
    held = set(Item.objects.values_list("sha256", flat=True))
    assert all(reading.result == "sound" for reading in preservation.read_again(sorted(held), sha512=False))
    orphans = " ".join(preservation.orphans())
    known = selectors.known_digests()
    for index, outcome in enumerate(outcomes):
        digest = hashlib.sha256(Path(f"{file}.{index}").read_bytes()).hexdigest()
        if outcome["preserved"]:
            assert digest in held, "what was reported as preserved is preserved"
        if digest not in known and preservation.store().has(digest):
            assert digest in orphans, "bytes without a record are named"
    assert Acquisition.objects.count() == Item.objects.count()


@pytest.mark.slow
def test_a_file_whose_add_was_killed_can_be_added_again(workspace, tmp_path):
    """Bytes that were stored but never recorded are adopted by the next acquisition."""
    data = b"0" * 10_000
    stored = preservation.take(__import__("io").BytesIO(data), what="clip")
    assert any(stored.sha256 in orphan for orphan in preservation.orphans())
    (tmp_path / "clip.bin").write_bytes(data)
    from probata.capture import services as capture

    (outcome,) = capture.add(str(tmp_path / "clip.bin"), actor=workspace.keyring.signing, reason="again")
    assert outcome.acquired is not None
    assert not outcome.acquired.already_held
    assert preservation.orphans() == []
