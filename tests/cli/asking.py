"""Asks a verb for JSON, and holds what it prints against its schema."""

from __future__ import annotations

import json
from typing import Any

from contract import falls_short
from probata.cli.__main__ import main


def json_of(capsys: Any, *words: str) -> tuple[int, dict[str, Any]]:
    """The exit code and the object that a verb prints, which must keep the JSON contract."""
    capsys.readouterr()
    code = main([*words, "--json"])
    text = capsys.readouterr().out
    told = json.loads(text)
    assert falls_short(told["schema"].split("/")[1], text) == ""
    return code, told
