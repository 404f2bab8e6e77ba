"""`probata rebuild`: the database anew, from the store and the ledger alone."""

from __future__ import annotations

import argparse

from attrs import evolve

from probata.cli import workspace
from probata.cli.databases import Beside, beside
from probata.cli.output import Progress, show_json
from probata.cli.rebuilding import pointed_at, rebuild_into
from probata.engines import settings as workspace_settings


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which workspace."""
    workspace.add_arguments(parser)


def run(options: argparse.Namespace) -> int:
    """Make it beside the old one, check it against the last checkpoint, then put it in the old one's place."""
    settings = workspace_settings.load(workspace.find(options.workspace))
    workspace.set_up_django(settings)
    fresh = beside(settings, "rebuilding")
    fresh.remove()
    try:
        count = _made(settings, fresh)
        carried = _carry_logins(settings, fresh)
        kept = fresh.take_place()
    finally:
        # What could not be finished is taken away; the database that stood before has not been touched by it.
        fresh.remove()
    if options.json:
        show_json("rebuild", {"entries": count, "kept": kept})
    else:
        print(f"Rebuilt from {count} entries." + f" What stood before is kept as {kept}." * bool(kept))
        print("The log of views and the sessions are not in the ledger; they stay in the database that was replaced.")
        if not carried:
            print("Second factors could not be read from it: whoever had one logs in by passphrase alone now.")
    return 0


def _made(settings: workspace_settings.Settings, fresh: Beside) -> int:
    """Make it; returns how many entries. Raises for the first that cannot be made, or was not signed so."""
    with Progress("entries") as progress:
        count = rebuild_into(settings, fresh, progress.add)
    faults = _faults(settings, fresh)
    if faults:
        from probata.custody.notes import CheckpointInconsistent

        raise CheckpointInconsistent(size=count, why=faults[0])
    return count


def _carry_logins(settings: workspace_settings.Settings, fresh: Beside) -> bool:
    """Second factors are in no ledger, and must not be lost silently; False where the old database gives none."""
    from django.db import DatabaseError

    from probata.access import services as access

    moving = settings.postgres is not None and not fresh.stands() and settings.database.exists()
    if not moving and not fresh.stands():
        return False
    try:
        if moving:
            workspace.point_at(evolve(settings, postgres=None))
        kept = access.logins()
    except DatabaseError:
        return False
    finally:
        workspace.point_at(settings)
    with pointed_at(settings, fresh):
        access.restore_logins(kept)
    return True


def _faults(settings: workspace_settings.Settings, fresh: Beside) -> list[str]:
    with pointed_at(settings, fresh):
        from probata.access import services as access
        from probata.custody import services as custody

        return list(custody.checkpoint_faults(access.log_vkey()))
