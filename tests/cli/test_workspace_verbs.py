"""The verbs of a workspace, as a person runs them."""

from __future__ import annotations

import json
import shutil
import sqlite3

import pytest

from probata.cli.__main__ import main


@pytest.fixture
def made(tmp_path, capsys):
    """A workspace with two files in it, made by the verbs themselves."""
    root = tmp_path / "w"
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "one.bin").write_bytes(b"one" * 1000)
    (tmp_path / "in" / "two.bin").write_bytes(b"two" * 1000)
    assert main(["init", str(root), "--no-passphrase"]) == 0
    assert main(["add", "-w", str(root), "--no-look", str(tmp_path / "in")]) == 0
    capsys.readouterr()
    return root


def _json(capsys, *words):
    code = main([*words, "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_check_passes_on_an_untouched_workspace(made, capsys):
    """Every layer passes, and the exit code is 0."""
    code, shown = _json(capsys, "check", "-w", str(made))
    assert (code, shown["verdict"]) == (0, "PASS")
    assert [layer["layer"] for layer in shown["layers"]] == ["guards", "ledger", "rows", "bytes"]
    assert shown["orphans"] == []


def test_check_can_record_what_reading_found(made, capsys):
    """A fixity run is an act with SHA-512 as second digest."""
    code, _ = _json(capsys, "check", "-w", str(made), "--record")
    assert code == 0
    _, items = _json(capsys, "items", "-w", str(made))
    _, shown = _json(capsys, "show", "-w", str(made), items["items"][0]["item"][:12])
    assert shown["fixity"][0]["result"] == "sound"
    assert len(shown["fixity"][0]["sha512"]) == 128


@pytest.mark.parametrize(
    ("layer", "statements"),
    [
        ("rows", ["DROP TRIGGER probata_preservation_item_no_update", "UPDATE preservation_item SET size_bytes = 7"]),
        ("rows", ["DROP TRIGGER probata_preservation_acquisition_no_delete", "DELETE FROM preservation_acquisition"]),
        ("ledger", ["DROP TRIGGER probata_custody_treehash_no_update",
                    "UPDATE custody_treehash SET hash = zeroblob(32)"]),
        ("ledger", ["DROP TRIGGER probata_custody_entry_no_delete", "DELETE FROM custody_entry WHERE seq = 2"]),
        ("ledger", ["DROP TRIGGER probata_custody_entry_no_update",
                    "UPDATE custody_entry SET leaf = CAST(replace(leaf, 'acquire', 'acquisx') AS BLOB) WHERE seq = 1"]),
    ],
)  # fmt: skip
def test_check_finds_a_database_that_somebody_altered(made, capsys, layer, statements):
    """Whoever owns the file can drop a trigger and alter rows; the ledger still tells."""
    with sqlite3.connect(made / "probata.sqlite3") as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()
    code, shown = _json(capsys, "check", "-w", str(made))
    failed = {one["layer"] for one in shown["layers"] if one["verdict"] == "FAIL"}
    assert code == 13
    assert layer in failed


def test_check_finds_a_ledger_cut_after_it_was_signed(made, capsys):
    """Entries that a signed checkpoint covers cannot be taken away unseen, even with a rebuilt database."""
    assert main(["checkpoint", "-w", str(made)]) == 0
    file = made / "ledger" / "ledger.jsonl"
    file.write_bytes(b"".join(file.read_bytes().splitlines(keepends=True)[:-1]))
    assert main(["rebuild", "-w", str(made)]) == 6
    assert "not signed" in capsys.readouterr().err


def test_rebuild_gives_the_same_rows(made, capsys):
    """The database can be thrown away: store and ledger give it back."""
    before = _json(capsys, "items", "-w", str(made))
    for file in made.glob("probata.sqlite3*"):
        file.unlink()
    assert main(["rebuild", "-w", str(made)]) == 0
    capsys.readouterr()
    assert _json(capsys, "items", "-w", str(made)) == before
    assert _json(capsys, "check", "-w", str(made))[0] == 0


def test_check_names_bytes_without_a_record(made, capsys):
    """An orphan is named, never hidden and never removed."""
    store = made / "blobs" / "ff" / "ff"
    store.mkdir(parents=True)
    (store / ("f" * 64)).write_bytes(b"?")
    code, shown = _json(capsys, "check", "-w", str(made), "--quick")
    assert (code, shown["verdict"]) == (14, "NOT CHECKED")
    assert shown["orphans"] == [f"blob {'f' * 64}: bytes without a record"]
    assert shown["layers"][-1]["verdict"] == "NOT CHECKED"


def test_a_folder_without_a_workspace_says_so(tmp_path, capsys):
    """The error names the folder and what to do."""
    assert main(["items", "-w", str(tmp_path)]) == 3
    assert "probata init" in capsys.readouterr().err


def test_init_never_overwrites(made, capsys):
    """A second init in the same folder is refused and changes nothing."""
    before = (made / "probata.toml").read_bytes()
    assert main(["init", str(made), "--no-passphrase"]) == 4
    assert (made / "probata.toml").read_bytes() == before


def test_a_wrong_passphrase_is_refused(tmp_path, capsys, monkeypatch):
    """The key stays locked, nothing is written, and the person is told what to do."""
    monkeypatch.setenv("PROBATA_PASSPHRASE", "the right one")
    assert main(["init", str(tmp_path / "w")]) == 0
    monkeypatch.setenv("PROBATA_PASSPHRASE", "another")
    (tmp_path / "a").write_bytes(b"a")
    assert main(["add", "-w", str(tmp_path / "w"), "--no-look", str(tmp_path / "a")]) == 8
    assert "passphrase" in capsys.readouterr().err


def test_a_copied_workspace_checks_out(made, tmp_path, capsys):
    """A workspace is one folder: copied elsewhere it is whole."""
    shutil.copytree(made, tmp_path / "copy")
    assert _json(capsys, "check", "-w", str(tmp_path / "copy"))[0] == 0


def test_a_sealed_package_passes_and_a_touched_one_fails(made, tmp_path, capsys):
    """`seal` makes a package that `verify` passes against the fingerprint, and fails once a byte is changed."""
    package = tmp_path / "package"
    code, sealed = _json(capsys, "seal", "-w", str(made), str(package), "--recipient", "A court")
    assert code == 0
    code, verdict = _json(capsys, "verify", str(package), "--fingerprint", sealed["fingerprint"])
    assert (code, verdict["verdict"]) == (0, "PASS")
    code, verdict = _json(capsys, "verify", str(package))
    assert (code, verdict["verdict"]) == (10, "INTACT_SIGNER_UNKNOWN")
    victim = next((package / "data").iterdir())
    victim.chmod(0o644)
    victim.write_bytes(victim.read_bytes() + b"!")
    code, verdict = _json(capsys, "verify", str(package), "--fingerprint", sealed["fingerprint"])
    assert (code, verdict["verdict"]) == (11, "FAIL")
    assert main(["check", "-w", str(made)]) == 0


def test_a_package_names_no_source(made, tmp_path, capsys):
    """Where files came from, reasons and people's names are nowhere in the package's bytes."""
    package = tmp_path / "package"
    assert main(["seal", "-w", str(made), str(package), "--reason", "because-of-that"]) == 0
    for file in package.rglob("*"):
        if file.is_file():
            data = file.read_bytes()
            assert str(tmp_path / "in").encode() not in data
            assert b"one.bin" not in data
            assert b"because-of-that" not in data


def test_a_database_that_was_lost_is_said_and_made_anew(made, capsys):
    """An empty list of items would be a lie: the ledger's file tells of more."""
    (made / "probata.sqlite3").unlink()
    assert main(["items", "-w", str(made)]) == 7
    assert "probata rebuild" in capsys.readouterr().err
    assert _json(capsys, "check", "-w", str(made))[1]["verdict"] == "FAIL"
    assert main(["rebuild", "-w", str(made)]) == 0
    capsys.readouterr()
    assert len(_json(capsys, "items", "-w", str(made))[1]["items"]) == 2
