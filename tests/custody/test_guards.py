"""What the database refuses by itself, asked as somebody would who has the file."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection

from probata.access import services as access
from probata.access.roles import Role
from probata.cli.databases import beside
from probata.cli.rebuilding import rebuild_into
from probata.custody import entries, projections
from probata.custody.entries import EntryMalformed
from probata.custody.models import Entry, OpenAct
from probata.custody.services import WriteRefused, act, guards, ledger_files, replay
from probata.preservation import services as preservation
from probata.preservation.models import FailedAttempt

NEVER = "probata: rows are never edited"
AN_ACT = "INSERT INTO custody_openact (act_id) VALUES ('0')"
A_MEMBER = (
    "INSERT OR REPLACE INTO cases_member "
    "(id, supersedes, in_case, member_kind, member, within, reason, written_by, at, seq) "
    "VALUES (?, ?, 'a', 'item', 'b', 1, 'why', 'c', '2026-01-01', 1)"
)


def _attempt(workspace, why="gone"):
    with act(actor=workspace.keyring.signing, reason="a test") as opened:
        preservation.attempt_failed(opened, acquired_from="file:x", method="files", code="unreadable", why=why)


@pytest.fixture
def by_hand(workspace):
    """Runs SQL on a bare connection, where nobody asked triggers to see what REPLACE deletes; an act is open."""
    with closing(sqlite3.connect(workspace.settings.database, isolation_level=None)) as bare:
        assert bare.execute("PRAGMA recursive_triggers").fetchone() == (0,)
        bare.execute("BEGIN IMMEDIATE")
        bare.execute(AN_ACT)
        yield bare.execute
        bare.execute("ROLLBACK")


OPENED = "INSERT {} INTO custody_opening (seq, place, subject, salt, record) SELECT seq, place, subject, salt, '{{}}' "


@pytest.mark.parametrize(
    "statement",
    [
        "REPLACE INTO custody_entry SELECT * FROM custody_entry",
        # the number that SQLite gives a row whatever its key
        "INSERT OR REPLACE INTO custody_treehash (rowid, position, hash) SELECT rowid, 99, hash FROM custody_treehash",
        # a constraint over two columns
        OPENED.format("OR REPLACE") + "FROM custody_opening",
        # a unique field
        (
            "REPLACE INTO access_person (name, key_id, recipient, enrolled_seq) "
            "SELECT 'x', key_id, recipient, enrolled_seq FROM access_person"
        ),
        # an upsert
        "INSERT INTO custody_entry SELECT * FROM custody_entry WHERE true ON CONFLICT DO UPDATE SET actor = 'x'",
        OPENED.format("") + "FROM custody_opening WHERE true ON CONFLICT (seq, place) DO UPDATE SET record = '{}'",
        "UPDATE OR REPLACE custody_entry SET seq = 0",
    ],
)
@pytest.mark.sqlite
def test_no_row_is_written_over(by_hand, statement):
    """Neither REPLACE nor an upsert edits a row that stands, with an act open and no help from the connection."""
    with pytest.raises(sqlite3.IntegrityError, match=NEVER):
        by_hand(statement)


@pytest.mark.sqlite
def test_a_chain_is_not_begun_twice_by_writing_over(by_hand):
    """A constraint for some rows only is one by which REPLACE would push rows out too; other rows may be alike."""
    by_hand(A_MEMBER, ("1", None))
    with pytest.raises(sqlite3.IntegrityError, match=NEVER):
        by_hand(A_MEMBER, ("2", None))
    by_hand(A_MEMBER, ("3", "1"))
    with pytest.raises(sqlite3.IntegrityError, match=NEVER):
        by_hand(A_MEMBER, ("4", "1"))


@pytest.mark.sqlite
def test_every_unique_index_is_guarded(workspace):
    """What SQLite itself holds to be unique in a ruled table is what the guards look at, no less."""
    for model, _ in guards.ruled_models():
        table = model._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT name FROM pragma_index_list('{table}') WHERE \"unique\"")
            indexes = [row[0] for row in cursor.fetchall()]
            held = set()
            for index in indexes:
                cursor.execute(f"SELECT name FROM pragma_index_info('{index}') ORDER BY seqno")
                held.add(tuple(row[0] for row in cursor.fetchall()))
        assert held <= {columns for columns, _ in guards.unique_columns(model)}, table


@pytest.mark.sqlite
def test_our_own_connections_let_triggers_see_what_replace_deletes(workspace):
    """Were the guard against REPLACE gone, the one against deletion still refuses it on every connection of ours."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER probata_custody_entry_no_replace")
        cursor.execute(AN_ACT)
        with pytest.raises(IntegrityError, match="probata: rows are never deleted"):
            cursor.execute("INSERT OR REPLACE INTO custody_entry SELECT * FROM custody_entry")


@pytest.mark.sqlite
def test_a_guard_worded_otherwise_is_named_and_put_right(workspace):
    """A trigger of the right name that refuses nothing is no guard."""
    name = "probata_custody_entry_no_replace"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {name}")
        cursor.execute(f"CREATE TRIGGER {name} BEFORE INSERT ON custody_entry BEGIN SELECT 1; END")
    assert guards.missing_triggers() == [name]
    guards.assert_triggers()
    assert guards.missing_triggers() == []


@pytest.mark.sqlite
def test_a_guard_that_no_model_asks_for_any_more_is_taken_away(workspace):
    """What an earlier version refused and this one does not is no longer refused."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TRIGGER probata_custody_entry_of_old BEFORE INSERT ON custody_entry "
            "BEGIN SELECT RAISE(ABORT, 'probata: no more'); END"
        )
    guards.assert_triggers()
    _attempt(workspace)


def test_a_table_that_guards_speak_of_can_be_remade(workspace):
    """A migration finds no guard in its way, and leaves them all standing."""
    call_command("migrate", "custody", "0001", verbosity=0)
    call_command("migrate", verbosity=0)
    assert guards.missing_triggers() == []
    _attempt(workspace)


def test_the_open_act_knows_who_acts(workspace):
    """While an act is open, and not a moment longer, the database knows who acts."""
    with act(actor=workspace.keyring.signing, reason="a test") as opened:
        assert OpenAct.objects.get().actor == workspace.keyring.signing.key_id
        preservation.attempt_failed(opened, acquired_from="file:x", method="files", code="x", why="x")
    assert not OpenAct.objects.exists()


def test_rebuilding_knows_who_acted(workspace, tmp_path, monkeypatch):
    """What guards ask while writing they are told again while rebuilding."""
    _attempt(workspace)
    seen = []
    monkeypatch.setitem(
        projections._projections, "attempt_failed", lambda _entry, _records: seen.append(OpenAct.objects.get().actor)
    )
    rebuild_into(workspace.settings, beside(workspace.settings, "fresh"))
    assert seen == [workspace.keyring.signing.key_id]


@pytest.mark.sqlite
def test_a_guard_ties_a_column_to_who_acts(workspace, monkeypatch):
    """Who is named is who acts; where the open act names nobody, nobody can be named."""
    refusal = "who is named is who acts"
    tied = {"by_who_acts": ("NEW.why IS NOT (SELECT actor FROM custody_openact)", refusal)}
    monkeypatch.setattr(FailedAttempt, "guards", tied, raising=False)
    guards.assert_triggers()
    other = access.enrol(workspace.keyring, "other", None, frozenset({Role.ANALYST}), reason="a test").signing
    _attempt(workspace, why=workspace.keyring.signing.key_id)
    with pytest.raises(WriteRefused, match=refusal):
        _attempt(workspace, why=other.key_id)
    with closing(sqlite3.connect(workspace.settings.database)) as bare:
        bare.execute(AN_ACT)
        with pytest.raises(sqlite3.IntegrityError, match=refusal):
            bare.execute(
                "INSERT INTO preservation_failedattempt (acquired_from, method, code, why, at, seq) "
                "SELECT acquired_from, method, code, why, at, seq FROM preservation_failedattempt"
            )


def test_an_act_of_two_people_is_refused(workspace, tmp_path):
    """A ledger in which somebody goes on with another person's act is not rebuilt."""
    other = access.enrol(workspace.keyring, "other", None, frozenset({Role.ANALYST}), reason="a test").signing
    _attempt(workspace)
    last = entries.read_leaf(bytes(Entry.objects.order_by("seq").last().leaf)).entry
    subject = {"subject": "attempt:x", "acquired_from": "x", "method": "files", "code": "x", "why": "x"}
    opening = entries.Opening(record=subject)
    forged = entries.sign_entry(
        entries.Entry(
            log=last.log, seq=last.seq + 1, act=last.act, at=last.at, actor=other.key_id, action="attempt_failed",
            subjects=(opening.commitment,), tool=last.tool,
        ),
        other,
    )  # fmt: skip
    with ledger_files.file().open("ab") as file:
        file.write(ledger_files._line(forged.leaf, [opening]))
    with pytest.raises(EntryMalformed, match=f"Entry {forged.entry.seq} .*another person's"):
        rebuild_into(workspace.settings, beside(workspace.settings, "fresh"))


@pytest.mark.parametrize(
    "line", [b"{}", b"[]", b"not JSON", b'{"leaf":1,"openings":[]}', b'{"leaf":"","openings":[1]}']
)
def test_a_line_that_is_none_is_named(workspace, tmp_path, line):
    """Whatever stands in the file, the answer is the number of the entry."""
    file = tmp_path / "ledger.jsonl"
    file.write_bytes(line + b"\n")
    with pytest.raises(EntryMalformed, match="Entry 0 "):
        replay(file, origin=workspace.settings.origin)


@pytest.mark.parametrize(
    "opening", [{}, {"salt": "zz", "record": {}}, {"salt": 1, "record": {}}, {"salt": "00" * 32, "record": []}]
)
def test_an_opening_that_is_none_is_named(workspace, tmp_path, opening):
    """The same for what should open an entry."""
    leaf = bytes(Entry.objects.get(seq=0).leaf).decode()
    file = tmp_path / "ledger.jsonl"
    file.write_text(json.dumps({"leaf": leaf, "openings": [opening]}) + "\n")
    with pytest.raises(EntryMalformed, match=r"Entry 0 .*opening"):
        replay(file, origin=workspace.settings.origin)
