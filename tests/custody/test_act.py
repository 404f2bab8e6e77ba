"""Nothing is written without an act, and what was written is never edited."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from probata.custody import selectors
from probata.custody.models import Entry, Opening
from probata.custody.services import ClockSetBack, EmptyAct, act, guards
from probata.engines import clock
from probata.preservation import services as preservation
from probata.preservation.models import FailedAttempt, Item


def _attempt(workspace, why="gone"):
    with act(actor=workspace.keyring.signing, reason="a test") as opened:
        preservation.attempt_failed(opened, acquired_from="file:x", method="files", code="unreadable", why=why)


def test_an_entry_commits_with_the_write(workspace):
    """The row and its ledger entry are there together."""
    _attempt(workspace)
    assert FailedAttempt.objects.count() == 1
    assert Entry.objects.filter(action="attempt_failed").count() == 1


def test_leaving_an_act_without_an_entry_rolls_back(workspace):
    """An act that recorded nothing leaves nothing."""
    with pytest.raises(EmptyAct), act(actor=workspace.keyring.signing, reason="nothing"):
        pass
    assert selectors.size_and_time()[0] == 1


def test_an_error_inside_an_act_leaves_neither_rows_nor_entries(workspace):
    """The block raises: rows and entries are gone together."""

    def failing():
        with act(actor=workspace.keyring.signing, reason="fails") as opened:
            preservation.attempt_failed(opened, acquired_from="file:x", method="files", code="x", why="x")
            raise LookupError

    with pytest.raises(LookupError):
        failing()
    assert FailedAttempt.objects.count() == 0
    assert selectors.size_and_time()[0] == 1


def test_a_write_outside_an_act_is_refused_by_the_database(workspace):
    """Even code that goes around the services cannot write a recorded row."""
    with pytest.raises(DatabaseError, match="nothing is written outside an act"):
        Item.objects.create(
            sha256="0" * 64, size_bytes=1, chunk_root="", media_type="", completeness="", generation="", graphic="",
            at=clock.now(), seq=0,
        )  # fmt: skip


@pytest.mark.parametrize("statement", ["UPDATE {} SET reason = 'x'", "DELETE FROM {}"])
def test_rows_are_never_edited_nor_deleted(workspace, statement):
    """The database refuses UPDATE and DELETE on recorded tables, act or no act."""
    with pytest.raises(DatabaseError, match="probata: rows are never"), connection.cursor() as cursor:
        cursor.execute(statement.format("custody_act"))


@pytest.mark.engines
def test_guards_that_a_migration_lost_are_put_back(workspace):
    """A dropped trigger is named as missing, and asserted again at the next open."""
    with connection.cursor() as cursor:
        cursor.execute(guards._dialect().drop("probata_custody_entry_no_update", "custody_entry"))
    assert guards.missing_triggers() == ["probata_custody_entry_no_update"]
    guards.assert_triggers()
    assert guards.missing_triggers() == []


def test_a_clock_set_back_is_refused(workspace, monkeypatch):
    """When the machine's clock stands before the last entry, nothing is written and the reason is said."""
    earlier = clock.now() - timedelta(days=1)
    monkeypatch.setattr(clock, "now", lambda: earlier)
    with pytest.raises(ClockSetBack, match="Nothing was written"):
        _attempt(workspace)
    assert selectors.size_and_time()[0] == 1


def test_the_reason_is_kept_and_shown(workspace):
    """Who, when and why stand beside what."""
    _attempt(workspace)
    opening = Opening.objects.filter(subject__startswith="attempt:").get()
    line = selectors.history(opening.subject)[0]
    assert (line.actor_name, line.action, line.reason) == ("operator", "attempt_failed", "a test")


def test_a_batch_is_one_act(workspace):
    """A thousand entries in one act share its id and follow each other."""
    with act(actor=workspace.keyring.signing, reason="a batch") as opened:
        for number in range(1000):
            preservation.attempt_failed(opened, acquired_from=f"file:{number}", method="files", code="x", why="x")
    rows = list(Entry.objects.filter(action="attempt_failed").values_list("seq", "act_id"))
    assert [seq for seq, _ in rows] == list(range(1, 1001))
    assert len({act_id for _, act_id in rows}) == 1


def test_acts_do_not_nest(workspace):
    """An act is one transaction of its own."""
    with pytest.raises(RuntimeError), transaction.atomic():
        _attempt(workspace)
