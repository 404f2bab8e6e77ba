"""A ledger whose rows the database, or a room, refuses: `check` and `rebuild` say which entry, and nothing is lost."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from asking import json_of
from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError, OperationalError, connection

from probata.access import services as access
from probata.access.roles import Role
from probata.cli.__main__ import main
from probata.custody import projections
from probata.custody.services import act, guards
from probata.preservation import services as preservation
from probata.terms.errors import CustodyError, InvalidValue, Refused


class _DoesNotFollow(CustodyError):
    template = "The record does not follow from the one before."


def _refuse(workspace, capsys, seq, reason):
    """Neither verb dies, both name the entry, and the database that stood still stands."""
    database = workspace.settings.database
    before = [row.seq for row in _entries()]
    code, told = json_of(capsys, "check", "--quick", "-w", str(workspace.root))
    layers = {layer["layer"]: layer for layer in told["layers"]}
    assert (code, layers["rows"]["verdict"]) == (13, "FAIL")
    assert f"Entry {seq} " in layers["rows"]["why"]
    assert reason in layers["rows"]["why"]
    assert main(["rebuild", "-w", str(workspace.root)]) == 6
    said = capsys.readouterr().err
    assert f"Entry {seq} " in said
    assert reason in said
    assert [row.seq for row in _entries()] == before
    assert [file.name for file in database.parent.glob("*.rebuilding*")] == []
    assert not database.with_suffix(".before-rebuild").exists()


def _entries():
    from probata.custody.models import Entry

    return Entry.objects.order_by("seq")


def _attempt(workspace):
    with act(actor=workspace.keyring.signing, reason="a test") as opened:
        preservation.attempt_failed(opened, acquired_from="file:x", method="files", code="x", why="x")


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (_DoesNotFollow(), "does not follow from the one before"),
        (InvalidValue(what="A word", why="nobody says it"), "nobody says it"),
        (Refused(what="The house forbids it."), "The house forbids it"),
        (ObjectDoesNotExist("no such review"), "no such review"),
        (IndexError("out of range"), "out of range"),
        (KeyError("subject"), "subject"),
        (IntegrityError("probata: two agree first"), "two agree first"),
        (IntegrityError("UNIQUE constraint failed"), "UNIQUE constraint failed"),
        (OperationalError("no such column"), "no such column"),
        (OverflowError("int too large"), "int too large"),
    ],
)
def test_what_a_projection_refuses_is_said_with_its_entry(workspace, capsys, monkeypatch, error, reason):
    """Whatever a projection raises, the answer is the entry's number and why."""

    def refuse(_entry, _records):
        raise error

    _attempt(workspace)
    monkeypatch.setitem(projections._projections, "attempt_failed", refuse)
    _refuse(workspace, capsys, 1, reason)


def test_an_action_that_nobody_knows_is_said_with_its_entry(workspace, capsys, monkeypatch):
    """A newer version's ledger: which entry, and that a newer version is wanted."""
    _attempt(workspace)
    monkeypatch.delitem(projections._projections, "attempt_failed")
    _refuse(workspace, capsys, 1, "Use the version of Probata that wrote it")


def test_what_the_database_refuses_when_an_act_ends_is_said(workspace, capsys):
    """A row that names another is held to it at the act's end; the row that was named was put in by hand."""
    digest = "a" * 64
    with closing(sqlite3.connect(workspace.settings.database, isolation_level=None)) as bare:
        bare.execute("BEGIN")
        bare.execute("INSERT INTO custody_openact (act_id) VALUES ('0')")
        bare.execute(
            "INSERT INTO preservation_item (sha256, size_bytes, chunk_root, media_type, completeness, generation, "
            "graphic, at, seq) VALUES (?, 1, '', '', '', '', '', '2026-01-01', 0)",
            (digest,),
        )
        bare.execute("DELETE FROM custody_openact")
        bare.execute("COMMIT")
    with act(actor=workspace.keyring.signing, reason="a test") as opened:
        preservation.record_fixity(opened, digest, result="sound")
    _refuse(workspace, capsys, 1, "FOREIGN KEY constraint failed")


def test_what_a_guard_refuses_is_said(workspace, capsys):
    """Two people of one name: possible only where somebody altered the first, and refused when made anew."""
    access.enrol(workspace.keyring, "first", None, frozenset({Role.ANALYST}), reason="a test")
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER probata_access_person_no_update")
        cursor.execute("UPDATE access_person SET name = 'hidden' WHERE name = 'first'")
        cursor.execute("UPDATE access_account SET name = 'hidden' WHERE name = 'first'")
    guards.assert_triggers()
    for file in workspace.settings.keys.glob("first*"):
        file.unlink()
    access.enrol(workspace.keyring, "first", None, frozenset({Role.ANALYST}), reason="a test")
    _refuse(workspace, capsys, _entries().last().seq, "rows are never edited")


def test_a_full_disk_is_no_fault_of_the_ledger(workspace, capsys, monkeypatch):
    """Rebuilding where there is no room left says so, and blames no entry."""

    def refuse(_entry, _records):
        raise OperationalError("database or disk is full")

    _attempt(workspace)
    monkeypatch.setitem(projections._projections, "attempt_failed", refuse)
    assert main(["rebuild", "-w", str(workspace.root)]) == 7
    assert "Entry" not in capsys.readouterr().err


def test_a_ledger_file_with_a_line_that_is_none_fails_the_check(workspace, capsys):
    """Garbage in the middle of the file is a fault of the ledger, said with the number of its line."""
    _attempt(workspace)
    file = workspace.settings.ledger / "ledger.jsonl"
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"garbage\n" + lines[1])
    code, told = json_of(capsys, "check", "--quick", "-w", str(workspace.root))
    assert code == 13
    assert {one["layer"] for one in told["layers"] if one["verdict"] == "FAIL"} == {"ledger", "rows"}
    assert main(["rebuild", "-w", str(workspace.root)]) == 6


@pytest.mark.parametrize("last", [b"garbage\n", b"{}\n", b'{"leaf":"1","openings":[]}\n'])
def test_a_ledger_file_that_ends_in_no_entry_is_said(workspace, capsys, last):
    """No verb goes on where the file's end tells not how far it goes, and none dies of it."""
    with (workspace.settings.ledger / "ledger.jsonl").open("ab") as file:
        file.write(last)
    assert main(["check", "--quick", "-w", str(workspace.root)]) == 6
    assert main(["rebuild", "-w", str(workspace.root)]) == 6
    assert "Entry 1 " in capsys.readouterr().err


def test_without_a_ledger_there_is_nothing_to_rebuild_from(workspace, capsys):
    """The database stays where the ledger's file is gone."""
    (workspace.settings.ledger / "ledger.jsonl").unlink()
    assert main(["rebuild", "-w", str(workspace.root)]) == 3
    assert "ledger.jsonl" in capsys.readouterr().err
    assert workspace.settings.database.exists()
