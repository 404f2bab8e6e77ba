"""`probata check`: verify the workspace: every byte, every entry, every row, every proof."""

from __future__ import annotations

import argparse
import secrets
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from probata.cli import workspace
from probata.cli.databases import beside
from probata.cli.output import Progress, show_json
from probata.cli.rebuilding import rebuild_into
from probata.engines.settings import Settings
from probata.terms.errors import ProbataError

if TYPE_CHECKING:
    from probata.preservation.services import Reading

EXIT_CODES = {"PASS": 0, "FAIL": 13, "NOT CHECKED": 14}
"""What `check` exits with for each verdict."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """How thorough."""
    parser.add_argument(
        "--quick", action="store_true", help="do not read the stored bytes again; that layer is NOT CHECKED"
    )
    parser.add_argument(
        "--record", action="store_true", help="record what reading the bytes found (with SHA-512) as an act of yours"
    )
    workspace.add_arguments(parser, signs=True)


def run(options: argparse.Namespace) -> int:
    """Check layer by layer; exit 0 only when none fails."""
    settings = workspace.open_workspace(options.workspace, to_look=True)

    from probata.access import services as access
    from probata.custody import services as custody
    from probata.preservation import services as preservation

    layers = [
        _layer("guards", custody.guard_faults(), "every trigger stands"),
        _layer("ledger", custody.ledger_faults(access.log_vkey()), "entries, tree, file and checkpoints agree"),
        _layer("rows", _row_faults(settings), "every table is what the ledger says"),
        _bytes_layer(options),
    ]
    orphans = preservation.orphans()
    verdict = _verdict({layer["verdict"] for layer in layers})
    if options.json:
        show_json("check", {"verdict": verdict, "layers": layers, "orphans": orphans})
    else:
        for layer in layers:
            print(f"{layer['verdict']:<12} {layer['layer']:<8} {layer['why']}")
        for orphan in orphans:
            print(f"{'left over':<12} {'store':<8} {orphan}")
        print(f"Verdict: {verdict}")
    return EXIT_CODES[verdict]


def _verdict(answers: set[str]) -> str:
    """PASS only if every layer passes: a layer that was left out is not a layer that holds."""
    return next((verdict for verdict in ("FAIL", "NOT CHECKED") if verdict in answers), "PASS")


def _layer(name: str, faults: Iterator[str], sound: str) -> dict[str, str]:
    """PASS where nothing is found, else FAIL with what was; an error while looking is a FAIL that says so."""
    from django.db import DatabaseError

    try:
        found = list(faults)
    except (ProbataError, DatabaseError, sqlite3.DatabaseError, OSError, ValueError) as error:
        found = [str(error)]
    return {"layer": name, "verdict": "FAIL" if found else "PASS", "why": "; ".join(found[:20]) or sound}


def _bytes_layer(options: argparse.Namespace) -> dict[str, str]:
    from probata.preservation import selectors
    from probata.preservation import services as preservation

    known = sorted(selectors.known_digests())
    if options.quick:
        return {"layer": "bytes", "verdict": "NOT CHECKED", "why": f"{len(known)} blobs were not read again"}
    with Progress("reading again", as_size=True) as progress:
        readings = list(preservation.read_again(known, sha512=options.record, progress=progress.add))
    if options.record:
        _record(options, readings)
    faults = (f"{reading.sha256} is {reading.result}" for reading in readings if reading.result != "sound")
    return _layer("bytes", faults, f"{len(readings)} blobs read again, each has its digest")


def _record(options: argparse.Namespace, readings: list[Reading]) -> None:
    from probata.access import services as access
    from probata.access.roles import Permission
    from probata.custody import services as custody
    from probata.preservation import selectors
    from probata.preservation import services as preservation

    keyring = workspace.unlock(options)
    access.must_be_allowed(keyring.signing, Permission.CHECK)
    with custody.act(actor=keyring.signing, reason=options.reason or "fixity run") as act:
        for reading in readings:
            if selectors.item_or_none(reading.sha256) is not None:
                preservation.record_fixity(act, reading.sha256, result=reading.result, sha512=reading.sha512)


def _row_faults(settings: Settings) -> Iterator[str]:
    """Rebuild from the ledger beside the database and name every table whose rows differ."""
    from probata.custody.services.guards import ruled_models

    tables = sorted(model._meta.db_table for model, rule in ruled_models() if rule == "recorded")  # noqa: SLF001  public meta API
    with TemporaryDirectory(prefix="probata-check-") as folder:
        fresh = beside(settings, f"checking-{secrets.token_hex(4)}", Path(folder))
        try:
            rebuild_into(settings, fresh)
            for table in tables:
                more, fewer = fresh.difference(table)
                if more or fewer:
                    yield f"{table}: {more} rows that the ledger does not know, {fewer} rows missing or altered"
        finally:
            fresh.remove()
