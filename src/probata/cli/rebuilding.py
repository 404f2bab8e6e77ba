"""A fresh database from the ledger, beside the one that stands: for `rebuild` and for `check`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from probata.cli.databases import Beside
from probata.cli.workspace import point_at, set_up_django
from probata.engines.settings import Settings


def rebuild_into(settings: Settings, fresh: Beside, progress: Callable[[int], None] | None = None) -> int:
    """Fill a database beside from the workspace's ledger; returns how many entries it holds."""
    fresh.make()
    with pointed_at(settings, fresh):
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
def pointed_at(settings: Settings, fresh: Beside) -> Iterator[None]:
    """Work on another database of the same workspace for a while."""
    set_up_django(settings)
    point_at(settings, fresh.name)
    try:
        yield
    finally:
        fresh.finish()
        point_at(settings)
