"""A workspace whose rows stand on a Postgres server: the same rules, asked as somebody would who has the server."""

from __future__ import annotations

import json
from threading import Barrier, Thread

import psycopg
import pytest
from allauth.mfa.models import Authenticator
from django.db import connection, connections
from tests.postgres import on_server

from probata.access import selectors as people
from probata.access import services as access
from probata.access.roles import Role
from probata.cli import workspace as workspace_module
from probata.cli.__main__ import main
from probata.custody import services as custody
from probata.custody.models import Entry
from probata.custody.services import WriteRefused, act, guards, ledger_files
from probata.preservation import services as preservation
from probata.preservation.models import FailedAttempt

pytestmark = pytest.mark.services

PEOPLE, ACTS = 8, 12
NO_UPDATE = "probata_custody_entry_no_update"
AS_OURS = "RETURNS trigger LANGUAGE plpgsql SET search_path = probata, pg_temp"
ON_ENTRIES = "BEFORE UPDATE ON custody_entry FOR EACH ROW"
NEVER_FIRES = f"CREATE TRIGGER {NO_UPDATE} {ON_ENTRIES} WHEN (false) EXECUTE FUNCTION {NO_UPDATE}()"
ALWAYS = f"ALTER TABLE custody_entry ENABLE ALWAYS TRIGGER {NO_UPDATE}"


@pytest.fixture(scope="module")
def moved(tmp_path_factory, server):
    """A workspace made in a folder, and moved to a server by its settings and `probata rebuild`."""
    root = tmp_path_factory.mktemp("moved") / "w"
    (root.parent / "one.bin").write_bytes(b"one" * 1000)
    assert main(["init", str(root), "--no-passphrase"]) == 0
    assert main(["add", "-w", str(root), "--no-look", str(root.parent / "one.bin")]) == 0
    account = access.account_of(access.unlock(people.person(None), None))
    Authenticator.objects.create(user=account, type="totp", data={"secret": access.sealed_secret("JBSWY3DP")})
    connections.close_all()
    settings = on_server(root, server, server.fresh())
    assert main(["rebuild", "-w", str(root)]) == 0
    yield settings
    connections.close_all()


@pytest.fixture
def settings(moved):
    """That workspace, open in this thread."""
    return workspace_module.open_workspace(moved.root)


@pytest.fixture
def keyring(settings):
    """Who founded it."""
    return access.unlock(people.person(None), None)


@pytest.fixture
def by_hand(settings):
    """Runs SQL as the owner of the database, with an act open or none; nothing of it stays."""
    server = settings.postgres
    options = f"-c search_path={server.schema}"
    with psycopg.connect(host=server.host, dbname=server.name, user=server.user, options=options) as bare:

        def run(*statements, in_an_act=True):
            try:
                if in_an_act:
                    bare.execute("INSERT INTO custody_openact (act_id) VALUES ('0')")
                for statement in statements:
                    bare.execute(statement)
            finally:
                bare.rollback()

        yield run


def _attempt(keyring, why="gone"):
    with act(actor=keyring.signing, reason="a test") as opened:
        preservation.attempt_failed(opened, acquired_from="file:x", method="files", code="unreadable", why=why)


def _attempt_and_fail(keyring):
    with act(actor=keyring.signing, reason="a test") as opened:
        preservation.attempt_failed(opened, acquired_from="file:x", method="files", code="x", why="x")
        1 / 0  # noqa: B018  whatever goes wrong in the middle


def _checked(settings, capsys):
    capsys.readouterr()
    code = main(["check", "-w", str(settings.root), "--json"])
    return code, json.loads(capsys.readouterr().out)["verdict"]


RULED = {model._meta.db_table: model for model, _ in guards.ruled_models()}


def test_a_workspace_that_moves_takes_second_factors_along(settings, keyring):
    """Nobody's login becomes weaker; the file that stood is kept under another name, so that nothing opens it again."""
    (factor,) = Authenticator.objects.filter(user=access.account_of(keyring))
    assert access.opened_secret(factor.data["secret"]) == "JBSWY3DP"
    assert not settings.database.exists()
    assert (settings.root / "probata.before-rebuild").exists()


def test_an_empty_database_is_not_taken_for_the_workspace_s(tmp_path, server, capsys):
    """Whoever names a server and forgets to rebuild is told so, before anything could be written."""
    root = tmp_path / "w"
    assert main(["init", str(root), "--no-passphrase"]) == 0
    connections.close_all()
    on_server(root, server, server.fresh())
    assert main(["items", "-w", str(root)]) == custody.DatabaseBehind.exit_code
    assert "probata rebuild" in capsys.readouterr().err


def test_no_table_is_emptied(by_hand):
    """`TRUNCATE` meets a guard too, with an act open and as the owner of the database."""
    for table in RULED:
        with pytest.raises(psycopg.errors.IntegrityError, match="probata: rows are never deleted"):
            by_hand(f"TRUNCATE {table} CASCADE")


def test_no_row_is_edited_or_taken_away(by_hand, settings):
    """In every table that has rows; what guards the others is worded the same."""
    filled = [table for table, model in sorted(RULED.items()) if model.objects.exists()]
    assert {"custody_entry", "custody_opening", "custody_treehash", "preservation_item"} <= set(filled)
    for table in filled:
        column = RULED[table]._meta.pk.column
        with pytest.raises(psycopg.errors.IntegrityError, match="probata: rows are never edited"):
            by_hand(f"UPDATE {table} SET {column} = {column}")
        with pytest.raises(psycopg.errors.IntegrityError, match="probata: rows are never deleted"):
            by_hand(f"DELETE FROM {table}")
    assert guards.missing_triggers() == []


def test_nothing_is_written_outside_an_act(by_hand):
    """A row of nothing but defaults meets the guard before anything else."""
    for table, model in RULED.items():
        if model.rule == guards.RECORDED:
            with pytest.raises(psycopg.errors.IntegrityError, match="probata: "):
                by_hand(f"INSERT INTO {table} DEFAULT VALUES", in_an_act=False)


@pytest.mark.parametrize(
    "trick",
    [
        "CREATE TEMP TABLE custody_openact (act_id text, actor text)",
        "SET search_path = pg_temp, probata; CREATE TEMP TABLE custody_openact (act_id text, actor text)",
        "SET session_replication_role = replica",
    ],
)
def test_a_guard_is_not_led_astray(by_hand, trick):
    """A table of the same name that only this session sees, and a setting that puts ordinary triggers to sleep."""
    open_one = "INSERT INTO custody_openact VALUES ('0', '')" if "TEMP" in trick else "SELECT 1"
    with pytest.raises(psycopg.errors.IntegrityError, match="nothing is written outside an act"):
        by_hand(trick, open_one, "INSERT INTO probata.access_person DEFAULT VALUES", in_an_act=False)


@pytest.mark.parametrize(
    "tampering",
    [
        f"DROP TRIGGER {NO_UPDATE} ON custody_entry",
        f"ALTER TABLE custody_entry DISABLE TRIGGER {NO_UPDATE}",
        f"ALTER TABLE custody_entry ENABLE TRIGGER {NO_UPDATE}",
        f"CREATE OR REPLACE FUNCTION {NO_UPDATE}() {AS_OURS} AS $$BEGIN RETURN NEW; END$$",
        f"ALTER FUNCTION {NO_UPDATE}() RESET search_path",
        f"DROP TRIGGER {NO_UPDATE} ON custody_entry; {NEVER_FIRES}; {ALWAYS}",
    ],
)
def test_a_guard_that_was_tampered_with_is_named_and_put_right(settings, tampering):
    """Taken away, put to sleep, emptied, led elsewhere, or made to look the other way."""
    assert guards.missing_triggers() == []
    with connection.cursor() as cursor:
        cursor.execute(tampering)
    assert guards.missing_triggers() == [NO_UPDATE]
    guards.assert_triggers()
    assert guards.missing_triggers() == []


def test_who_is_named_is_who_acts(settings, keyring, monkeypatch):
    """A guard of a model's own asks the same of Postgres as of SQLite, word for word."""
    refusal = "who is named is who acts"
    tied = {"by_who_acts": ("NEW.why IS NOT (SELECT actor FROM custody_openact)", refusal)}
    monkeypatch.setattr(FailedAttempt, "guards", tied, raising=False)
    guards.assert_triggers()
    _attempt(keyring, why=keyring.signing.key_id)
    with pytest.raises(WriteRefused, match=refusal):
        _attempt(keyring, why="somebody else")
    monkeypatch.undo()
    guards.assert_triggers()


def test_an_act_that_failed_leaves_no_gap_in_numbers(settings, keyring, capsys):
    """Numbers of rows come from the rows, so that what the ledger makes anew is what stood."""
    _attempt(keyring)
    last = FailedAttempt.objects.latest("id").id
    with pytest.raises(ZeroDivisionError):
        _attempt_and_fail(keyring)
    _attempt(keyring)
    assert FailedAttempt.objects.latest("id").id == last + 1
    assert _checked(settings, capsys) == (0, "PASS")


def test_acts_of_many_at_once_are_one_chain(settings, keyring, capsys):
    """Everybody waits for their turn; nothing is lost, doubled or out of order, in the database and in the file."""
    before, together, failed = Entry.objects.count(), Barrier(PEOPLE), []

    def work():
        together.wait()
        try:
            for _ in range(ACTS):
                _attempt(keyring)
        except Exception as error:  # noqa: BLE001  told by the test that waits
            failed.append(error)
        finally:
            connection.close()

    threads = [Thread(target=work) for _ in range(PEOPLE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert Entry.objects.count() == before + PEOPLE * ACTS
    lines = ledger_files.file().read_text(encoding="utf-8").splitlines()
    written = [json.loads(json.loads(line)["leaf"])["entry"]["seq"] for line in lines]
    assert written == list(range(before + PEOPLE * ACTS))
    assert _checked(settings, capsys) == (0, "PASS")


def test_rows_changed_on_the_server_are_found(settings, keyring, capsys):
    """By whoever owns the server and takes a guard away for it."""
    _attempt(keyring)
    row = FailedAttempt.objects.latest("id")
    guard = "ALTER TABLE preservation_failedattempt {} TRIGGER probata_preservation_failedattempt_no_update"
    for why, expected in (("forged", (13, "FAIL")), (row.why, (0, "PASS"))):
        with connection.cursor() as cursor:
            cursor.execute(guard.format("DISABLE"))
            cursor.execute("UPDATE preservation_failedattempt SET why = %s WHERE id = %s", (why, row.id))
        guards.assert_triggers()
        assert _checked(settings, capsys) == expected


def test_it_is_made_anew_beside_what_stood(settings, capsys):
    """`probata rebuild` keeps the schema that stood, and leaves none of its own behind."""
    assert main(["rebuild", "-w", str(settings.root)]) == 0
    assert "probata_before_rebuild" in capsys.readouterr().out
    with connection.cursor() as cursor:
        cursor.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'probata%%' ORDER BY 1")
        assert [name for (name,) in cursor.fetchall()] == ["probata", "probata_before_rebuild"]
    assert _checked(settings, capsys) == (0, "PASS")


def test_a_package_sealed_there_is_verified_anywhere(settings, tmp_path, capsys):
    """Nothing of where the rows stood goes into a package."""
    package = tmp_path / "package"
    assert main(["seal", "-w", str(settings.root), str(package), "--recipient", "a court", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert main(["verify", str(package), "--fingerprint", told["fingerprint"]]) == 0


def test_a_second_person_is_known_to_the_guards(settings, keyring):
    """`custody_openact` tells who acts, seen by nobody else before it is gone."""
    other = access.enrol(keyring, "other", None, frozenset({Role.ANALYST}), reason="a test").signing
    with act(actor=other, reason="a test") as opened:
        with psycopg.connect(
            host=settings.postgres.host, dbname=settings.postgres.name, user="postgres"
        ) as bare:  # fmt: skip
            assert bare.execute("SELECT count(*) FROM probata.custody_openact").fetchone() == (0,)
        preservation.attempt_failed(opened, acquired_from="file:x", method="files", code="x", why="x")
    assert Entry.objects.latest("seq").actor == other.key_id


def test_a_server_that_does_not_answer_is_said(tmp_path, server, capsys):
    """With what to do, and no trace of a stack."""
    root = tmp_path / "w"
    assert main(["init", str(root), "--no-passphrase"]) == 0
    connections.close_all()
    gone = type(server)(socket=str(tmp_path))
    on_server(root, gone, "nowhere")
    assert main(["items", "-w", str(root)]) == custody.DatabaseUnreachable.exit_code
    assert "does not answer" in capsys.readouterr().err
