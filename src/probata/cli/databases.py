"""The databases of a workspace: the one that stands, and others beside it, as a file or as a schema on a server."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from probata.engines.database import Postgres
from probata.engines.settings import Settings
from probata.terms.errors import EnvironmentLacking

LEAST_POSTGRES = 15


class DriverMissing(EnvironmentLacking):
    """What speaks to the server is not installed."""

    code = "database_driver_missing"
    template = "The settings name a Postgres server, but psycopg, which speaks to one, is not installed."
    advice = "Install it: `pip install 'probata[postgres]'`. Rows may stand in the folder instead: engine = \"sqlite\"."


class DatabaseTooOld(EnvironmentLacking):
    """The server is older than what was tried."""

    code = "database_too_old"
    template = "The database's server is Postgres {found}; {least} or later is needed. Nothing was written."
    advice = 'Name a newer server in `[database]` of probata.toml, or let rows stand in the folder: engine = "sqlite".'


def make_schema(server: Postgres) -> None:
    """A schema for a workspace that has none on its server yet.

    Raises `DriverMissing`, `DatabaseUnreachable` and `DatabaseTooOld`.
    """
    if importlib.util.find_spec("psycopg") is None:
        raise DriverMissing
    from django.db import DatabaseError, connection

    from probata.custody import services as custody

    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('server_version_num')::int, to_regnamespace(%s)", (server.schema,))
            version, schema = cursor.fetchone()
            if version < LEAST_POSTGRES * 10_000:
                raise DatabaseTooOld(found=version // 10_000, least=LEAST_POSTGRES)
            if schema is None:
                cursor.execute(f'CREATE SCHEMA IF NOT EXISTS "{server.schema}"')
    except DatabaseError as error:
        raise custody.stated(error) from error


class Beside(Protocol):
    """A database of the same workspace beside the one that stands."""

    name: str
    """The file, or the schema."""

    def remove(self) -> None:
        """Take it away, if it is there."""

    def make(self) -> None:
        """Make it ready for its tables."""

    def finish(self) -> None:
        """Have all that was written to it stand where it stands."""

    def take_place(self) -> str | None:
        """Put it in the place of the one that stands, and return under which name that is kept; None where none was."""

    def stands(self) -> bool:
        """Whether one stands that could be looked at."""

    def difference(self, table: str) -> tuple[int, int]:
        """How many rows of a table stand here no more than there: those of the one that stands, and those of this."""


def beside(settings: Settings, what: str, folder: Path | None = None) -> Beside:
    """A database beside the one that stands, to be called `what`; it is not made by this.

    A file stands in the folder that is named, else in the workspace's.
    """
    return SchemaBeside(settings, what) if settings.postgres is not None else FileBeside(settings, what, folder)


class FileBeside:
    """An SQLite file, in the workspace's folder or another."""

    def __init__(self, settings: Settings, what: str, folder: Path | None) -> None:
        self._standing = settings.database
        self._file = (folder or settings.root) / settings.database.with_suffix(f".{what}").name
        self.name = str(self._file)

    def make(self) -> None:
        """Nothing: SQLite makes a file where none is."""

    def remove(self) -> None:
        """The file and what SQLite keeps beside it."""
        _remove(self._file)

    def finish(self) -> None:
        """All of it into the one file."""
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def stands(self) -> bool:
        """Whether there is a file."""
        return self._standing.exists()

    def take_place(self) -> str | None:
        """The file that stood is kept beside it."""
        kept = _kept(self._standing)
        self._file.replace(self._standing)
        return kept

    def difference(self, table: str) -> tuple[int, int]:
        """Both files opened for reading alone, on a connection of its own."""
        import sqlite3
        from contextlib import closing

        with closing(sqlite3.connect(f"file:{self._standing}?mode=ro", uri=True)) as stands:
            stands.execute("ATTACH DATABASE ? AS rebuilt", (f"file:{self._file}?mode=ro",))
            more, fewer = (
                stands.execute(query).fetchone()[0] for query in _both_ways(f"main.{table}", f"rebuilt.{table}")
            )
        return int(more), int(fewer)


class SchemaBeside:
    """A schema of the same database on a Postgres server."""

    def __init__(self, settings: Settings, what: str) -> None:
        if settings.postgres is None:
            raise TypeError("the workspace names no server")
        self._standing = settings.postgres.schema
        self._file = settings.database
        self.name = f"{self._standing}_{what.replace('-', '_')}"

    def make(self) -> None:
        """An empty schema, of whoever runs the program."""
        self._run(f'CREATE SCHEMA "{self.name}"')

    def remove(self) -> None:
        """With all that is in it."""
        self._run(f'DROP SCHEMA IF EXISTS "{self.name}" CASCADE')

    def finish(self) -> None:
        """Nothing: what is committed stands."""

    def stands(self) -> bool:
        """Whether there is a schema of that name with a table in it."""
        return bool(
            self._asked("SELECT count(*) FROM information_schema.tables WHERE table_schema = %s", (self._standing,))
        )

    def take_place(self) -> str | None:
        """Names are changed in one transaction; guards look for tables by the schema's name, and are put anew."""
        from django.db import transaction

        from probata.custody import services as custody

        kept, stood = f"{self._standing}_before_rebuild", self.stands()
        with transaction.atomic():
            if stood:
                self._run(f'DROP SCHEMA IF EXISTS "{kept}" CASCADE')
                self._run(f'ALTER SCHEMA "{self._standing}" RENAME TO "{kept}"')
            else:
                self._run(f'DROP SCHEMA IF EXISTS "{self._standing}"')
            self._run(f'ALTER SCHEMA "{self.name}" RENAME TO "{self._standing}"')
            custody.assert_triggers()
        if stood:
            return kept
        # A workspace that moves here leaves its file behind: whoever goes back must not take old logins for today's.
        return _kept(self._file)

    def difference(self, table: str) -> tuple[int, int]:
        """Both schemas are seen by one connection."""
        more, fewer = (
            self._asked(query) for query in _both_ways(f'"{self._standing}".{table}', f'"{self.name}".{table}')
        )
        return more, fewer

    def _run(self, statement: str) -> None:
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(statement)

    def _asked(self, query: str, named: Sequence[str] = ()) -> int:
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(query, named)
            return int(cursor.fetchone()[0])


def _both_ways(one: str, other: str) -> list[str]:
    # The names come from our own models and settings, never from outside; no database takes a table as a parameter.
    query = "SELECT count(*) FROM (SELECT * FROM {} EXCEPT SELECT * FROM {}) more"
    return [query.format(one, other), query.format(other, one)]


def _kept(standing: Path) -> str | None:
    """Put a file that stands out of the way; returns what is kept under which name, from now or from before."""
    kept = standing.with_suffix(".before-rebuild")
    if standing.exists():
        _remove(kept)
        standing.replace(kept)
    _remove(standing)
    return kept.name if kept.exists() else None


def _remove(database: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        with suppress(FileNotFoundError):
            Path(f"{database}{suffix}").unlink()
