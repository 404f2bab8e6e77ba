"""The ledger's file while several people act at once."""

from __future__ import annotations

import fcntl
import json
from threading import Barrier, Thread

from django.db import connection

from probata.custody.models import Entry
from probata.custody.services import act, ledger_files
from probata.preservation import services as preservation

PEOPLE, ACTS = 8, 12


def test_acts_of_many_at_once_stand_in_the_file_once_each_and_in_order(workspace):
    together = Barrier(PEOPLE)

    def work(person):
        together.wait()
        for number in range(ACTS):
            with act(actor=workspace.keyring.signing, reason="a test") as opened:
                preservation.attempt_failed(
                    opened, acquired_from=f"file:{person}/{number}", method="files", code="unreadable", why="gone"
                )
        connection.close()

    threads = [Thread(target=work, args=(person,)) for person in range(PEOPLE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    lines = ledger_files.file().read_text(encoding="utf-8").splitlines()
    written = [json.loads(json.loads(line)["leaf"])["entry"]["seq"] for line in lines]
    assert written == list(range(Entry.objects.count()))
    assert len(written) > PEOPLE * ACTS


def test_who_writes_the_file_waits_for_whoever_is_writing_it(workspace):
    with ledger_files.file().open("ab") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        waiting = Thread(target=_caught_up)
        waiting.start()
        waiting.join(timeout=0.5)
        assert waiting.is_alive()
    waiting.join(timeout=30)
    assert not waiting.is_alive()


def _caught_up():
    ledger_files.catch_up()
    connection.close()
