"""`probata demo --no-serve --json` is the main job without a browser."""

from __future__ import annotations

import json

import pytest

from probata.cli.__main__ import main


@pytest.mark.slow
def test_the_main_job_end_to_end(tmp_path, capsys, monkeypatch):
    """Footage is preserved and looked at, a package is sealed, and its own verifier passes it; the workspace checks."""
    monkeypatch.delenv("PROBATA_PASSPHRASE", raising=False)
    assert main(["demo", "--dir", str(tmp_path / "demo"), "--no-serve", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["schema"] == "probata/demo/1"
    assert shown["verdict"] == "PASS"
    assert len(shown["fingerprint"]) == 64
    assert {item["looks"]["frames"] for item in shown["items"]} == {"found"}
    assert {"drawn-scene.mp4", "excerpt.mp4", "vfr-300.mp4"} <= {item["name"] for item in shown["items"]}
    assert main(["verify", shown["package"], "--fingerprint", shown["fingerprint"]]) == 0
    assert main(["check", "-w", str(tmp_path / "demo" / "workspace")]) == 0
