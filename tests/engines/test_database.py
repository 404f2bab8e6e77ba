"""Where rows stand, as the settings file says it: what is taken, what is refused, and what libpq is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from probata.engines import settings as workspace_settings
from probata.engines.database import for_django, read

ROOT = Path("/somewhere")


def test_rows_stand_in_the_folder_unless_a_server_is_named(tmp_path: Path) -> None:
    """An older settings file says nothing of it; a new one says sqlite."""
    assert read(ROOT, {}) is None
    assert workspace_settings.create(tmp_path / "w").postgres is None
    assert workspace_settings.load(tmp_path / "w").postgres is None


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"engine": "postgres", "password": "x"}, "does not belong"),
        ({"engine": "mysql"}, "sqlite or postgres"),
        ({"engine": "sqlite", "host": "db"}, "for postgres alone"),
        ({"engine": "postgres", "port": 0}, "a number from 1"),
        ({"engine": "postgres", "port": True}, "a number from 1"),
        ({"engine": "postgres", "port": "5432"}, "a number from 1"),
        ({"engine": "postgres", "hosts": "db"}, "no setting"),
        ({"engine": "postgres", "host": 7}, "must be a text"),
        ({"engine": "postgres", "schema": 'x"; DROP'}, "small letters"),
        ({"engine": "postgres", "schema": "Probata"}, "small letters"),
        ({"engine": "postgres", "schema": "pg_catalog"}, "small letters"),
    ],
)
def test_what_it_cannot_be_is_refused(given: dict[str, object], why: str) -> None:
    """A password above all: it does not belong into a file that is shown and copied."""
    with pytest.raises((ValueError, TypeError), match=why):
        read(ROOT, given)


@pytest.mark.parametrize(
    ("host", "sslmode"),
    [("", "prefer"), ("/run/postgresql", "prefer"), ("localhost", "prefer"), ("db.example", "verify-full")],
)
def test_a_server_elsewhere_is_spoken_to_encrypted_and_known(host: str, sslmode: str) -> None:
    """Less than that must be written down."""
    given = {"engine": "postgres"} | ({"host": host} if host else {})
    server, weaker = read(ROOT, dict(given)), read(ROOT, {**given, "sslmode": "require"})
    assert server is not None
    assert weaker is not None
    assert server.options()["sslmode"] == sslmode
    assert weaker.options()["sslmode"] == "require"


def test_rows_are_looked_for_in_one_schema_and_temporary_tables_last() -> None:
    """Beside it too, where a database is made anew; files are those of the workspace."""
    server = read(ROOT, {"engine": "postgres", "schema": "team", "passfile": "keys/pgpass"})
    told = for_django(None, server, "team_rebuilding")
    assert "search_path=team_rebuilding,pg_temp " in told["OPTIONS"]["options"]
    assert told["OPTIONS"]["passfile"] == "/somewhere/keys/pgpass"
    assert told["PASSWORD"] == ""
