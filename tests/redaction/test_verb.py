"""`probata redact`: from a plan in a file to a released rendition, by two people, each answer as its schema says."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from made_redactions import PTS, Team

from probata.cli.__main__ import main

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))
import json_contract

SEGMENT = {"start_pts": PTS[5], "end_pts": PTS[9], "time_base": "1/1000"}


@pytest.fixture
def ask(team: Team, capsys: pytest.CaptureFixture[str]) -> Any:
    """Ask the verb as somebody; what it answers, held against its schema."""

    def asked(*words: str, by: str = "redactor", code: int = 0) -> dict[str, Any]:
        got = main(["redact", team.item, *words, "-w", str(team.root), "--as", by, "--json"])
        told = json.loads(capsys.readouterr().out)
        assert got == code, told
        name = "redact" if code == 0 else "error"
        schema = json.loads((json_contract.SCHEMAS / f"{name}.json").read_text(encoding="utf-8"))
        assert not list(json_contract.faults(told, schema))
        return told

    return asked


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """A plan as a person writes it: one box, one mute."""
    file = tmp_path / "plan.json"
    area = {"segment": SEGMENT, "box": [0.1, 0.2, 0.3, 0.25], "why": "minor"}
    file.write_text(json.dumps({"areas": [area], "mutes": [{"segment": SEGMENT, "why": "source"}]}), encoding="utf-8")
    return file


def test_from_a_plan_to_a_release(ask: Any, plan: Path) -> None:
    """Proposed and rendered by one, released by another; the list says how far each is."""
    assert ask()["redactions"] == []
    (made,) = ask("--plan", str(plan), "--reason", "a child is seen")["redactions"]
    assert made["state"] == "proposed"
    assert made["plan"]["areas"][0]["keys"] == [{"pts": PTS[5], "box": ["0.1", "0.2", "0.3", "0.25"]}]
    (rendered,) = ask("--render", made["id"])["redactions"]
    assert rendered["rendering"]["checked"]["pictures_in_area"] == [4]
    refused = ask("--release", made["id"], "--reason", "mine", code=8)
    assert refused["code"] == "own_redaction"
    seen = ("--seen", rendered["rendering"]["sha256"])
    (released,) = ask("--release", made["id"], *seen, "--reason", "nothing shows", by="counsel")["redactions"]
    assert released["state"] == "released"
    (later,) = ask("--plan", str(plan), "--supersedes", made["id"], "--reason", "wider")["redactions"]
    assert [one["state"] for one in ask()["redactions"]] == ["proposed", "superseded"]
    (gone,) = ask("--withdraw", later["id"], "--reason", "not needed")["redactions"]
    assert gone["state"] == "withdrawn"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--plan", "nowhere.json", "--reason", "r"), "usage"),
        (("--faces", "0", "--reason", "r"), "face_not_found"),
        (("--faces", "none", "--reason", "r"), "usage"),
        (("--render", "0" * 32), "redaction_not_found"),
        (("--render", "0" * 32, "--release", "0" * 32), "usage"),
    ],
)
def test_what_is_off_is_said(ask: Any, words: tuple[str, ...], code: str) -> None:
    """No plan, no such face, no such redaction, two things at once."""
    assert ask(*words, code={"usage": 2}.get(code, 3))["code"] == code


def test_words_for_a_person(team: Team, plan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An empty list says how to begin; a full one what is masked, when and why."""
    assert main(["redact", team.item, "-w", str(team.root)]) == 0
    assert "Begin with" in capsys.readouterr().out
    words = ["--plan", str(plan), "--reason", "a child is seen", "--as", "redactor"]
    assert main(["redact", team.item, *words, "-w", str(team.root)]) == 0
    shown = capsys.readouterr().out
    assert "masked" in shown
    assert "minor" in shown
    assert "muted" in shown
