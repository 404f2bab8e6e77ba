"""Opening a workspace for a verb: find it, set Django up for it, assert its guards, unlock a key."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from probata.cli.databases import make_schema
from probata.engines import database
from probata.engines import settings as workspace_settings
from probata.engines.settings import ENVIRONMENT, Settings

if TYPE_CHECKING:
    from probata.custody.keys import Keyring

PASSPHRASE = "PROBATA_PASSPHRASE"  # noqa: S105  the name of a variable


def add_arguments(parser: argparse.ArgumentParser, *, signs: bool = False) -> None:
    """The arguments of every verb that works in a workspace; those of a verb that signs as well."""
    parser.add_argument(
        "--workspace",
        "-w",
        type=Path,
        default=None,
        metavar="FOLDER",
        help=f"the workspace (default: ${ENVIRONMENT}, else this folder or the nearest above it that is one)",
    )
    if signs:
        parser.add_argument("--as", dest="person", metavar="NAME", help="who acts (default: the only person)")
        parser.add_argument("--reason", default="", metavar="WORDS", help="why, for the record")
        parser.add_argument("--passphrase-file", type=Path, metavar="FILE", help="read the passphrase from a file")


def find(given: Path | None) -> Path:
    """The workspace that was meant: as given, from the environment, or the nearest one from here upwards."""
    if given is not None:
        return given
    if os.environ.get(ENVIRONMENT):
        return Path(os.environ[ENVIRONMENT])
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / workspace_settings.FILE_NAME).exists():
            return folder
    return here


def open_workspace(given: Path | None, *, to_look: bool = False) -> Settings:
    """Open a workspace: settings, database brought up to date, guards asserted, ledger files caught up, self-test.

    Raises `DatabaseBehind` where the database lacks what the ledger's file holds, unless somebody opens it to look into
    just that.
    """
    settings = workspace_settings.load(find(given))
    set_up_django(settings)

    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from probata.custody import selftest
    from probata.custody.services import assert_triggers, catch_up, must_hold_all

    selftest.run()
    if settings.postgres is not None:
        make_schema(settings.postgres)
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", verbosity=0, interactive=False)
    # A migration may have rebuilt a table, and with it silently dropped what guards it.
    assert_triggers()
    catch_up()
    if not to_look:
        must_hold_all()
    return settings


def set_up_django(settings: Settings) -> None:
    """Point Django at a workspace; in one process, one workspace at a time."""
    os.environ[ENVIRONMENT] = str(settings.root)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "probata.web.settings")

    import django
    from django.apps import apps
    from django.conf import settings as django_settings

    if not apps.ready:
        django.setup()
        return
    django_settings.PROBATA = settings
    point_at(settings)


def point_at(settings: Settings, beside: str | None = None) -> None:
    """Have this thread ask the workspace's database from now on, or another of the same workspace that is named."""
    from django.db import connections

    connections["default"].close()
    # Another may be of another engine: the next who asks is given a connection made anew from this.
    del connections["default"]
    connections.settings["default"].update(
        connections.configure_settings({"default": database.for_django(settings.database, settings.postgres, beside)})[
            "default"
        ]
    )


def unlock(options: argparse.Namespace) -> Keyring:
    """The keyring of who acts, unlocked: passphrase from a file, the environment or the terminal."""
    from probata.access import selectors
    from probata.access import services as access

    person = selectors.person(options.person)
    return access.unlock(person, passphrase_for(person.name, options.passphrase_file))


def passphrase_for(name: str, file: Path | None) -> str | None:
    """The passphrase of a person's keyring; None when it has none. Raises `PassphraseNeeded`."""
    from probata.access import services as access
    from probata.custody.keys import PassphraseNeeded

    if not access.is_locked(name):
        return None
    if file is not None:
        return file.read_text(encoding="utf-8").rstrip("\r\n")
    if PASSPHRASE in os.environ:
        return os.environ[PASSPHRASE]
    if not sys.stdin.isatty():
        raise PassphraseNeeded(what=f"The key of {name}")
    return getpass.getpass(f"Passphrase of {name}: ")
