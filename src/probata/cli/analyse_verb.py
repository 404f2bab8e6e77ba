"""`probata analyse`: look at items of a workspace, or at a bare file without one."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

from probata.cli import workspace
from probata.cli.output import Progress, show_json
from probata.engines import settings
from probata.terms.errors import UsageError
from probata.terms.showing import shown_in_a_line


def arguments(parser: argparse.ArgumentParser) -> None:
    """What to look at, and who shall look."""
    parser.add_argument(
        "targets", nargs="*", metavar="ITEM|FILE", help="items by digest; or files, which need no workspace"
    )
    parser.add_argument("--only", metavar="NAMES", help="analysers by name, separated by commas (default: all)")
    parser.add_argument("--due", action="store_true", help="every item at which somebody has not looked yet")
    parser.add_argument("--workers", type=int, metavar="N", help="so many items at once (default: half the cores)")
    workspace.add_arguments(parser, signs=True)


def run(options: argparse.Namespace) -> int:
    """Print the tracks; exit 0 when everybody could look, 5 when somebody could not.

    Who lacks an extra or weights says so, and counts only if asked for by name.
    """
    only = tuple(name for name in options.only.split(",") if name) if options.only is not None else None
    # A name with a path's marks, or of a file that is there, is a file: an item is named by hexadecimal digits.
    files = [target for target in options.targets if Path(target).is_file() or "/" in target or "." in target]
    if bool(targets := options.targets) == options.due:
        raise UsageError(what="Name items or files to look at, or give --due for every item that is due.")
    if files:
        _name_the_workspace(options.workspace)
    tracks = [track for file in files for track in _file(file, only)]
    items = [target for target in targets if target not in files]
    if items or options.due:
        tracks += _items(options, items, only)
    if options.json:
        show_json("analyse", {"tracks": tracks})
    else:
        for track in tracks:
            _print(track)
    return 5 if any(_failed(track, only) for track in tracks) else 0


def _failed(track: dict[str, Any], only: tuple[str, ...] | None) -> bool:
    from probata.analysis.run import NOT_INSTALLED

    return track["outcome"] == "could_not_look" and (only is not None or track.get("code") != NOT_INSTALLED)


def _name_the_workspace(given: Path | None) -> None:
    # A bare file needs none; where there is one, its settings may name weights.
    folder = workspace.find(given)
    if (folder / settings.FILE_NAME).exists():
        os.environ[settings.ENVIRONMENT] = str(folder)


def _file(file: str, only: tuple[str, ...] | None) -> list[dict[str, Any]]:
    from probata.analysis.run import analyse_file

    return [{**track.as_json(), "path": file} for track in analyse_file(Path(file), only)]


def _items(options: argparse.Namespace, digests: list[str], only: tuple[str, ...] | None) -> list[dict[str, Any]]:
    workspace.open_workspace(options.workspace)

    from probata.analysis import selectors, services
    from probata.preservation import selectors as preservation
    from probata.terms.digests import Sha256

    found = [Sha256(preservation.item(digest).sha256) for digest in digests]
    keyring = workspace.unlock(options)
    if options.due:
        with services.one_jail() as jail:
            found = services.all_due(only, tools=jail.tools())
    tracks = []
    with Progress("frames") as progress:
        for number, one in enumerate(
            services.examine_all(
                found,
                actor=keyring.signing,
                only=only,
                reason=options.reason or "examined",
                workers=options.workers,
                tries=services.MOST_TRIES if options.due else None,
                told=progress.to,
            )
        ):
            progress.what = f"{number + 1} of {len(found)} items, frames"
            if one.error is not None:
                raise one.error
            shown = [look for look in one.looks if only is None or look.analyser in only]
            tracks += [{**selectors.track(look), "item": one.item} for look in shown]
    return tracks


def _print(track: dict[str, Any]) -> None:
    where = track.get("path") or str(track.get("item", ""))[:8]
    why = f" ({track['why']})" if track["why"] else ""
    print(f"{where}  {track['analyser']} {track['version']}: {track['outcome'].replace('_', ' ')}{why}")
    for entry in track["entries"]:
        score = "" if entry["score"] is None else f"  score {entry['score']:.2f}"
        print(f"  candidate  {entry['start_s']:>9.3f} s  {entry['kind']}{score}  pts {entry['start_pts']}")
        if text := entry.get("text"):
            print(f"             {shown_in_a_line(text)}")
        if doubts := entry["attributes"].get("doubts"):
            print(f"             doubted: {'; '.join(doubts)}")
