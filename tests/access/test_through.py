"""Acts through a token: named in the record that opens the act, kept by rebuilding, and no part of a package."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from probata.access import services as access
from probata.access import tokens
from probata.access.limited import Limited
from probata.access.roles import Permission
from probata.capture import services as capture
from probata.cli.__main__ import main
from probata.custody import selectors as custody
from probata.custody.entries import EntryMalformed
from probata.custody.services import acts, rebuilding

if TYPE_CHECKING:
    from tests.conftest import Workspace


@pytest.fixture
def program(workspace: Workspace) -> Limited:
    """The operator's key in the hands of a program that may acquire."""
    may = frozenset({Permission.ACQUIRE, Permission.LIST_ITEMS})
    return tokens.opened(tokens.make(workspace.keyring, label="a scanner", permissions=may).text).signer


def acquired(signer: Limited, folder: Path) -> str:
    """An item that a program brought in."""
    (folder / "note.txt").write_text("a note", encoding="utf-8")
    (outcome,) = capture.add(str(folder / "note.txt"), actor=signer, reason="it scans")
    assert outcome.acquired is not None
    return str(outcome.acquired.sha256)


def test_the_history_names_the_token(workspace: Workspace, program: Limited, tmp_path: Path) -> None:
    """By its id; the same file by hand names none."""
    item = acquired(program, tmp_path)
    (line,) = custody.history(f"item:{item}")
    assert (line.via, line.actor_name) == (f"token:{program.token}", "operator")
    tuple(capture.add(str(tmp_path / "note.txt"), actor=workspace.keyring.signing, reason="again, by hand"))
    assert [one.via for one in custody.history(f"item:{item}")] == [line.via, ""]
    assert tokens.done(program.token).acts == 1


def test_a_package_verifies_and_names_no_token(workspace: Workspace, program: Limited, tmp_path: Path) -> None:
    """`verify.py` alone passes it; through what an act was done stays sealed with its reason."""
    acquired(program, tmp_path)
    package = tmp_path / "package"
    assert main(["seal", str(package), "-w", str(workspace.root), "--recipient", "A court"]) == 0
    verify = [sys.executable, "-I", str(package / "verify.py"), str(package), "--fingerprint", access.log_fingerprint()]
    done = subprocess.run(verify, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    for file in package.rglob("*"):
        assert not file.is_file() or program.token.encode() not in file.read_bytes(), file.name


def test_check_and_rebuild_hold(workspace: Workspace, program: Limited, tmp_path: Path) -> None:
    """The ledger alone gives the same acts, with what each went through."""
    item = acquired(program, tmp_path)
    assert main(["checkpoint", "-w", str(workspace.root)]) == 0
    before = [(one.seq, one.via) for one in custody.history(f"item:{item}")]
    assert main(["rebuild", "-w", str(workspace.root)]) == 0
    assert [(one.seq, one.via) for one in custody.history(f"item:{item}")] == before
    assert custody.acts_through(f"token:{program.token}") == 1
    assert main(["check", "-w", str(workspace.root)]) == 0


@pytest.mark.parametrize("via", ["x", "token:", "token:ABC", "token:" + "0" * 33, 7, None, ["token:00"], "token:0\n"])
def test_a_ledger_that_says_it_otherwise_is_refused(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, via: object
) -> None:
    """What an act went through is a short name, or nothing: another word is no entry of this version."""
    del workspace
    why = {"schema": acts.ACT_SCHEMA, "subject": "act:0", "reason": "x", "via": via}
    monkeypatch.setattr(rebuilding, "_opened_act", lambda _made: why)
    made = type("Made", (), {"signed": type("Signed", (), {"entry": type("Entry", (), {"seq": 3})})})
    with pytest.raises(EntryMalformed, match="through what"):
        rebuilding._via([made])


def test_an_act_of_before_says_nothing(workspace: Workspace) -> None:
    """Ledgers that were written before this was recorded read as they did."""
    lines = (workspace.root / "ledger/ledger.jsonl").read_text(encoding="utf-8").splitlines()
    opened = [one["record"] for line in lines for one in json.loads(line)["openings"]]
    (why,) = [one for one in opened if one.get("schema") == acts.ACT_SCHEMA]
    assert set(why) == {"schema", "subject", "reason"}
