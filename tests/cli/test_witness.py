"""A witness cosigns what extends what it saw, and nothing else; by files, without a network."""

from __future__ import annotations

import json

from probata.cli.__main__ import main


def _json(capsys, *words):
    code = main([*words, "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_a_witness_cosigns_by_file_exchange(tmp_path, capsys):
    """Request, cosignature, attachment; a later checkpoint is cosigned from where the witness stood."""
    log, witness = tmp_path / "log", tmp_path / "witness"
    assert main(["init", str(log), "--no-passphrase"]) == 0
    capsys.readouterr()
    _, made = _json(capsys, "witness", str(witness), "--name", "witness.example")
    _, first = _json(capsys, "checkpoint", "-w", str(log), "--request", str(tmp_path / "1.request"))
    code, answer = _json(
        capsys, "witness", str(witness), "--request", str(tmp_path / "1.request"), "--log", first["vkey"],
        "--out", str(tmp_path / "1.line"),
    )  # fmt: skip
    assert code == 0
    code, _ = _json(
        capsys, "checkpoint", "-w", str(log), "--attach", str(tmp_path / "1.line"), "--witness", made["vkey"]
    )
    assert code == 0
    assert answer["cosignature"].startswith("\u2014 witness.example ")

    (tmp_path / "a.bin").write_bytes(b"a")
    assert main(["add", "-w", str(log), "--no-look", str(tmp_path / "a.bin")]) == 0
    capsys.readouterr()
    words = ["checkpoint", "-w", str(log), "--request", str(tmp_path / "2.request"), "--seen", str(first["size"])]
    _, second = _json(capsys, *words)
    assert second["size"] > first["size"]
    words = ["witness", str(witness), "--request", str(tmp_path / "2.request"), "--log", first["vkey"]]
    assert _json(capsys, *words)[0] == 0
    # A request from an older state, replayed, is refused: the witness has seen more.
    words = ["witness", str(witness), "--request", str(tmp_path / "1.request"), "--log", first["vkey"]]
    code, refused = _json(capsys, *words)
    assert (code, refused["code"]) == (6, "note_malformed")
