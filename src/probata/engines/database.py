"""Where a workspace's rows stand: one SQLite file in its folder, or a schema on a Postgres server that its owner names.

Whatever it is, the database is a projection: `probata rebuild` makes it anew from the ledger's file.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from attrs import field, frozen

ENGINES = ("sqlite", "postgres")
_MOST_PORT = 65_535
# Encrypted and of whom it says it is (libpq, 34.19): anything less must be written down.
_ELSEWHERE_SSL = "verify-full"
_HERE = frozenset({"", "localhost", "127.0.0.1", "::1"})
_TEXTS = frozenset({"host", "name", "user", "schema", "passfile", "sslmode", "sslrootcert"})


def _schema(_: object, __: object, value: str) -> None:
    if not value.isascii() or not value.isidentifier() or value != value.lower() or value.startswith("pg_"):
        raise ValueError("database.schema is a name of small letters, digits and underscores")


@frozen(kw_only=True)
class Postgres:
    """A Postgres server, 15 or later, and the schema there that one workspace has to itself.

    `host` is a name, an address, or the folder of a socket; empty means what libpq takes by default. There is no
    password in it: libpq reads one from `passfile` or from the file of the account that runs the program.
    """

    name: str = "probata"
    host: str = ""
    port: int = 5432
    user: str = ""
    schema: str = field(default="probata", validator=_schema)
    passfile: Path | None = None
    sslmode: str = ""
    sslrootcert: Path | None = None

    @property
    def is_elsewhere(self) -> bool:
        """Whether what is asked and answered crosses a network."""
        return self.host not in _HERE and not self.host.startswith("/")

    def options(self, schema: str | None = None) -> dict[str, str]:
        """What libpq is told beside host, port, name and user: rows are found in one schema alone.

        A temporary table must not stand before one of ours, so that its schema is named, and named last.
        """
        given = {
            "options": f"-c search_path={schema or self.schema},pg_temp -c synchronous_commit=on -c lock_timeout=60s",
            "sslmode": self.sslmode or (_ELSEWHERE_SSL if self.is_elsewhere else "prefer"),
            "application_name": "probata",
        }
        if self.passfile is not None:
            given["passfile"] = str(self.passfile)
        if self.sslrootcert is not None:
            given["sslrootcert"] = str(self.sslrootcert)
        return given


def read(root: Path, untrusted: dict[str, Any]) -> Postgres | None:
    """The server that the settings name; None where rows stand in the folder. Raises `ValueError`, `TypeError`."""
    engine = untrusted.pop("engine", "sqlite")
    if engine not in ENGINES:
        raise ValueError("database.engine is sqlite or postgres")
    if "password" in untrusted:
        raise ValueError("a password does not belong into this file: put it into libpq's password file (passfile)")
    if engine == "sqlite":
        if untrusted:
            raise ValueError(f"database.{min(untrusted)} is for postgres alone")
        return None
    port = untrusted.pop("port", 5432)
    if not isinstance(port, int) or isinstance(port, bool) or not 1 <= port <= _MOST_PORT:
        raise ValueError(f"database.port is a number from 1 to {_MOST_PORT}")
    for key, value in untrusted.items():
        if key not in _TEXTS:
            raise ValueError(f"database.{key} is no setting")
        if not isinstance(value, str) or not value:
            raise TypeError(f"database.{key} must be a text")
    files = {key: root / untrusted.pop(key) for key in ("passfile", "sslrootcert") if key in untrusted}
    return Postgres(port=port, **untrusted, **files)


def for_django(file: Path | None, server: Postgres | None, beside: str | None = None) -> dict[str, Any]:
    """What Django is told of a workspace's database; `beside` names another of it: a file, or a schema on the server.

    Without a file and a server it is an empty database in memory.
    """
    if server is not None:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": server.name,
            "USER": server.user,
            "PASSWORD": "",
            "HOST": server.host,
            "PORT": server.port,
            # A thread keeps its connection, and looks at it before each request: servers are started anew.
            "CONN_MAX_AGE": None,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": server.options(beside),
        }
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": beside or (str(file) if file is not None else ":memory:"),
        "OPTIONS": {
            # A writer asks for the lock when it begins, so that two writers wait instead of failing halfway.
            "transaction_mode": "IMMEDIATE",
            "timeout": 60,
            # FULL: a committed act survives a power cut. Nothing less may be called preserved.
            # recursive_triggers: a row that REPLACE pushes out meets the triggers against deletion.
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
                "PRAGMA recursive_triggers=ON;"
            ),
        },
    }
