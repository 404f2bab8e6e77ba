"""Every verb has its schema, and the check of it can fail."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from probata.cli.verbs import VERBS
from probata.terms.errors import NotFound

ROOT = Path(__file__).resolve().parents[2]
SCHEMAS = sorted((ROOT / "docs" / "json").glob("*.json"))


def check(verb: str, value: object) -> subprocess.CompletedProcess[str]:
    """What `tools/json_contract.py` says of an output."""
    command = [sys.executable, str(ROOT / "tools" / "json_contract.py"), verb]
    return subprocess.run(command, input=json.dumps(value), capture_output=True, text=True, check=False)


def test_every_verb_has_a_schema_and_every_schema_a_verb() -> None:
    assert {file.stem for file in SCHEMAS} == set(VERBS) | {"error"}


@pytest.mark.parametrize("file", SCHEMAS, ids=lambda file: file.stem)
def test_a_schema_names_itself_and_is_of_the_known_kind(file: Path) -> None:
    """An empty object falls short of it, by faults and not by an unknown keyword."""
    schema = json.loads(file.read_text(encoding="utf-8"))
    assert schema["title"] == schema["properties"]["schema"]["const"] == f"probata/{file.stem}/1"
    done = check(file.stem, {})
    assert done.returncode == 1
    assert "lacks 'schema'" in done.stdout


def test_an_error_of_ours_fits_its_schema() -> None:
    done = check("error", NotFound(what="Item 7f3a").as_json())
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"verdict": "OK"}, "none of"),
        ({"verdict": True}, "none of"),
        ({"layers": [{"layer": "bytes", "verdict": "PASS"}]}, "$.layers[0]: lacks 'why'"),
        ({"layers": {}}, "$.layers: is not of type array"),
        ({"signer": {"log": "probata/x", "fingerprint": "7F3A"}}, "does not match"),
        ({"sealed": {"at": "yesterday", "entry": -1}}, "below 0"),
        ({"sealed": {"at": "2026-01-01T00:00:00Z", "entry": True}}, "not of type integer"),
        ({"schema": "probata/verify/2"}, "is not 'probata/verify/1'"),
    ],
)
def test_an_output_that_falls_short_is_named(change: dict[str, Any], fault: str) -> None:
    layer = {"layer": "bytes", "verdict": "PASS", "why": "three files, each as listed"}
    sound: dict[str, Any] = {"schema": "probata/verify/1", "verdict": "PASS", "layers": [layer], "more": "may stand"}
    assert check("verify", sound).returncode == 0
    done = check("verify", sound | change)
    assert done.returncode == 1
    assert fault in done.stdout
