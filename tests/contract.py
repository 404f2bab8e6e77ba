"""Holds what a verb printed against its schema, by the code of `tools/json_contract.py`, in this process."""

from __future__ import annotations

import json
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "tools"))
import json_contract


def falls_short(verb: str, text: str) -> str:
    """Everything in which an output falls short of the verb's schema; empty where it fits."""
    schema = json.loads((json_contract.SCHEMAS / f"{verb}.json").read_text(encoding="utf-8"))
    return "\n".join(json_contract.faults(json.loads(text), schema))
