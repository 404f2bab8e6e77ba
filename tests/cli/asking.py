"""Asks a verb for JSON, and holds what it prints against its schema."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from probata.cli.__main__ import main

ROOT = Path(__file__).parents[2]


def json_of(capsys: Any, *words: str) -> tuple[int, dict[str, Any]]:
    """The exit code and the object that a verb prints, which must keep the JSON contract."""
    capsys.readouterr()
    code = main([*words, "--json"])
    text = capsys.readouterr().out
    told = json.loads(text)
    assert falls_short(told["schema"].split("/")[1], text) == ""
    return code, told


def falls_short(verb: str, text: str) -> str:
    """Everything in which an output falls short of the verb's schema; empty where it fits."""
    check = [sys.executable, str(ROOT / "tools" / "json_contract.py"), verb]
    return subprocess.run(check, input=text, capture_output=True, text=True, check=False).stdout
