"""A fresh database from the ledger, beside the one that stands: for `rebuild` and for `check`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from probata.cli.workspace import set_up_django
from probata.engines.settings import Settings


def rebuild_into(settings: Settings, database: Path, progress: Callable[[int], None] | None = None) -> int:
    """Make a database at a path from the workspace's ledger; returns how many entries it holds."""
    with pointed_at(settings, database):
        from django.core.management import call_command

        from probata.access import services as access
        from probata.custody import services as custody
        from probata.custody.services import ledger_files

        call_command("migrate", verbosity=0, interactive=False)
        custody.assert_triggers()
        count = custody.replay(settings.ledger / ledger_files.NAME, origin=settings.origin, progress=progress)
        custody.restore_checkpoints(settings.checkpoints, access.log_vkey())
        return count


@contextmanager
def pointed_at(settings: Settings, database: Path) -> Iterator[None]:
    """Work on another database of the same workspace for a while."""
    from django.db import connections

    set_up_django(settings)
    connections["default"].close()
    connections["default"].settings_dict["NAME"] = str(database)
    try:
        yield
    finally:
        with connections["default"].cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connections["default"].close()
        connections["default"].settings_dict["NAME"] = str(settings.database)
