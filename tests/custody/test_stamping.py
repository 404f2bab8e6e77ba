"""A workspace has its checkpoints stamped by the authorities it names, and records every use of the network."""

from __future__ import annotations

import json
import shutil
from itertools import chain

import pytest
from local_authority import LocalAuthority, Root

from probata.cli.__main__ import main
from probata.custody.canonical import canonical

pytestmark = [
    pytest.mark.services,
    pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl program on this machine"),
]


def _json(capsys, *words):
    code = main([*map(str, words), "--json"])
    return code, json.loads(capsys.readouterr().out)


@pytest.fixture
def made(tmp_path, capsys):
    """A workspace without any authority, and one authority with its root."""
    root = Root.new("Root")
    authority = LocalAuthority.new(tmp_path / "authority", "Authority", root)
    assert main(["init", str(tmp_path / "w"), "--no-passphrase"]) == 0
    (tmp_path / "w" / "keys" / "roots.pem").write_bytes(root.pem)
    capsys.readouterr()
    return tmp_path / "w", authority


def _name(workspace, url):
    settings = (workspace / "probata.toml").read_text()
    (workspace / "probata.toml").write_text(
        f'{settings}\n[[timestamp_authority]]\nname = "first"\nurl = "{url}"\nroots = "keys/roots.pem"\n'
    )


def test_a_checkpoint_is_stamped_and_the_uses_of_the_network_are_on_the_record(made, capsys):
    """Asked for in words, the authority stamps; the ledger has the use before it was made and its outcome."""
    workspace, authority = made
    with authority.served() as url:
        _name(workspace, url)
        code, shown = _json(capsys, "checkpoint", "-w", workspace, "--timestamp")
    assert (code, [one["authority"] for one in shown["timestamps"]]) == (0, ["first"])
    lines = [json.loads(line) for line in (workspace / "ledger" / "ledger.jsonl").read_text().splitlines()]
    records = [opening["record"] for opening in chain.from_iterable(line["openings"] for line in lines)]
    assert [record["outcome"] for record in records if record.get("url") == url] == ["asked", "answered"]
    assert _json(capsys, "check", "-w", workspace)[0] == 0


def test_a_rebuilt_workspace_still_has_its_stamps(made, capsys, tmp_path):
    """Tokens outlive the database: after a rebuild they travel in packages as before."""
    workspace, authority = made
    with authority.served() as url:
        _name(workspace, url)
        assert _json(capsys, "checkpoint", "-w", workspace, "--timestamp")[0] == 0
    assert _json(capsys, "rebuild", "-w", workspace)[0] == 0
    (tmp_path / "a.bin").write_bytes(b"a")
    assert main(["add", "-w", str(workspace), "--no-look", str(tmp_path / "a.bin")]) == 0
    capsys.readouterr()
    code, sealed = _json(capsys, "seal", "-w", workspace, tmp_path / "package")
    seal = json.loads((tmp_path / "package" / "custody" / "seal.json").read_bytes())
    assert [(token["authority"], token["checkpoint"]) for token in seal["timestamps"]] == [("first", 1)]
    code, verdict = _json(capsys, "verify", tmp_path / "package", "--fingerprint", sealed["fingerprint"])
    assert (code, verdict["verdict"]) == (0, "PASS")


def test_a_seal_promises_its_timestamps_and_stripping_one_fails(made, capsys, tmp_path):
    """A token over the seal's own checkpoint travels with the package; without it verification fails."""
    workspace, authority = made
    (tmp_path / "a.bin").write_bytes(b"a")
    assert main(["add", "-w", str(workspace), "--no-look", str(tmp_path / "a.bin")]) == 0
    capsys.readouterr()
    with authority.served() as url:
        _name(workspace, url)
        _, sealed = _json(capsys, "seal", "-w", workspace, tmp_path / "package", "--timestamp")
    words = ("verify", tmp_path / "package", "--fingerprint", sealed["fingerprint"])
    assert _json(capsys, *words)[0] == 0
    roots = workspace / "keys" / "roots.pem"
    _, judged = _json(capsys, *words, "--authority", f"first={roots}")
    assert {one["layer"]: one["verdict"] for one in judged["layers"]}["timestamps"] == "PASS"
    seal_file = tmp_path / "package" / "custody" / "seal.json"
    seal = json.loads(seal_file.read_bytes())
    assert len(seal["timestamps"]) == 1
    seal["timestamps"] = []
    seal_file.write_bytes(canonical(seal))
    code, verdict = _json(capsys, *words)
    assert code == 11
    assert "timestamps" in [one["layer"] for one in verdict["layers"] if one["verdict"] == "FAIL"]


def test_an_authority_that_is_away_is_a_stated_failure(made, capsys):
    """Nobody answers: the checkpoint stands, the use is recorded as failed, the exit code says so."""
    workspace, authority = made
    with authority.served() as url:
        pass
    _name(workspace, url)
    code, shown = _json(capsys, "checkpoint", "-w", workspace, "--timestamp")
    assert (code, shown["code"]) == (9, "unreachable")
    assert '"outcome":"failed"' in (workspace / "ledger" / "ledger.jsonl").read_text()


def test_without_an_authority_nothing_is_called(made, capsys):
    """No authority in the settings: refused with advice, no use of the network on the record."""
    workspace, _ = made
    code, shown = _json(capsys, "checkpoint", "-w", workspace, "--timestamp")
    assert (code, shown["code"]) == (2, "no_authority")
    assert "network" not in (workspace / "ledger" / "ledger.jsonl").read_text()
