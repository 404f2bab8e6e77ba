"""SQL by hand, as who has the database would write it: with an act open, so that only a room's rules refuse."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any

from probata.engines.settings import Settings


class Refused(Exception):
    """The database did not take it; its words."""


def by_hand(settings: Settings) -> Callable[..., None]:
    """Runs a statement with its values (marked `?`) on a connection of nobody's, and takes it back."""
    return _on_sqlite(settings) if settings.postgres is None else _on_postgres(settings)


def _on_sqlite(settings: Settings) -> Callable[..., None]:
    def run(statement: str, *values: Any) -> None:
        with closing(sqlite3.connect(settings.database, isolation_level=None)) as connection:
            connection.execute("PRAGMA foreign_keys=ON")
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("INSERT INTO custody_openact (act_id) VALUES ('0')")
            try:
                connection.execute(statement, values)
            except sqlite3.IntegrityError as error:
                raise Refused(str(error)) from error
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    return run


def _on_postgres(settings: Settings) -> Callable[..., None]:
    def run(statement: str, *values: Any) -> None:
        import psycopg

        server = settings.postgres
        assert server is not None
        options = f"-c search_path={server.schema}"
        where = {"host": server.host, "dbname": server.name, "user": server.user, "options": options}
        with closing(psycopg.connect(**where)) as connection:
            connection.execute("INSERT INTO custody_openact (act_id) VALUES ('0')")
            try:
                connection.execute(statement.replace("?", "%s"), values)
            except psycopg.errors.UniqueViolation as error:
                # SQLite's guard against writing over is needed for REPLACE alone; here the constraint itself refuses.
                raise Refused(f"rows are never edited: {error}") from error
            except psycopg.IntegrityError as error:
                raise Refused(str(error)) from error

    return run
