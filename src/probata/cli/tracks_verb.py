"""`probata tracks`: an item's tracks as subtitles, for ELAN, for Label Studio, or as plain JSON."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from attrs import frozen

from probata.cli import workspace
from probata.cli.output import show_json
from probata.terms.errors import InvalidValue, NotFound, Refused, UsageError
from probata.terms.reading import ratio, written_ratio
from probata.terms.showing import shown

if TYPE_CHECKING:
    from probata.analysis.exports import Decision

# As `probata.analysis.exports` has them; help must not import what writes them.
_FORMATS = ("vtt", "srt", "json", "eaf", "labelstudio")


class FileThere(Refused):
    """A file that was to be written is there already."""

    code = "file_there"
    template = "{path} is there already, and was left as it is."
    advice = "Name another file or folder with --out, or move that one away."


class TrackNotFound(NotFound):
    """No track of that analyser is there."""

    code = "track_not_found"
    template = "There is no track of {analyser} here."
    advice = "`probata analyse ITEM` makes them; these are here: {there}."


def arguments(parser: argparse.ArgumentParser) -> None:
    """Whose tracks, in which format, and where to."""
    parser.add_argument(
        "target", metavar="ITEM|TRACKS.json", help="an item by digest, or what `analyse --json` printed, in a file"
    )
    parser.add_argument("--as", dest="format", required=True, choices=_FORMATS, help="the format")
    parser.add_argument("--only", metavar="ANALYSER", default="", help="the track of one analyser (default: all)")
    parser.add_argument("--out", type=Path, metavar="PATH", help="a file, or a folder for several (default: print one)")
    parser.add_argument("--media", metavar="NAME", default="", help="the name of the footage that the file refers to")
    workspace.add_arguments(parser)


def run(options: argparse.Namespace) -> int:
    """Write the tracks; exit 5 when the analyser that was named could not look."""
    from probata.analysis.exports import export

    is_file = Path(options.target).is_file() or "/" in options.target or "." in options.target
    found = list(_of_file(options) if is_file else _of_item(options))
    chosen = _chosen(options, found)
    files = []
    for one in chosen:
        name = options.media or one.name
        suffix, media_type, content = export(
            one.track, options.format, media_name=name, decisions=one.decisions, origin_s=one.origin_s
        )
        path = _path(options, len(chosen), f"{PurePosixPath(name).stem or 'track'}{suffix}")
        files.append((_facts(one, media_type, suffix), path, content))
    # All or none: what cannot be written is told before anything is.
    _must_be_free([path for _told, path, _content in files if path is not None])
    for _told, path, content in files:
        _write(path, content, printed=not options.json)
    if options.json:
        show_json("tracks", {"files": [_as_json(*one) for one in files]})
    else:
        _remark(found, files)
    return 5 if any(one.track["outcome"] == "could_not_look" for one in chosen) else 0


@frozen(kw_only=True)
class _Track:
    """A track with what goes along: decisions, the footage's name, and the zero of its player's clock if known."""

    track: dict[str, Any]
    decisions: list[Decision]
    name: str
    origin_s: Fraction | None


def _of_item(options: argparse.Namespace) -> Iterator[_Track]:
    workspace.open_workspace(options.workspace)

    from probata.analysis import selectors
    from probata.analysis.exports.lines import decision
    from probata.preservation import selectors as preservation

    item = preservation.item(options.target)
    origin_s = preservation.origin_s(item.sha256)
    for _name, look in sorted(selectors.current_looks(item.sha256).items()):
        told = [decision(one.as_json()) for one in selectors.candidates(item.sha256, look)]
        yield _Track(
            track=selectors.track(look),
            decisions=[one for one in told if one is not None],
            name=item.name or item.sha256,
            origin_s=origin_s,
        )


def _of_file(options: argparse.Namespace) -> Iterator[_Track]:
    from probata.analysis.exports.lines import decision, told

    path = Path(options.target)
    try:
        untrusted = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise NotFound(what=options.target) from None
    except (ValueError, RecursionError) as error:
        raise InvalidValue(what=f"The file {path.name}", why="it holds no JSON") from error
    given = untrusted if isinstance(untrusted, dict) else {}
    tracks = given.get("tracks", [given])
    if not isinstance(tracks, list) or not all(isinstance(one, dict) and "analyser" in one for one in tracks):
        raise InvalidValue(what=f"The file {path.name}", why="it is not what `analyse --json` prints")
    # Decisions stand beside one track, as `--as json` writes them; beside several nobody would know whose they are.
    beside = given.get("decisions", []) if len(tracks) == 1 else []
    decisions = [decision(one) for one in beside] if isinstance(beside, list) else []
    # `--as json` writes it where it is known; what `analyse --json` prints of a file does not tell it.
    origin_s = ratio(given, "origin_s") if given.get("origin_s") is not None else None
    for track in tracks:
        name = str(track.get("path") or given.get("media") or path.stem)
        told(track, media_name=name, origin_s=origin_s)
        kept = [one for one in decisions if one is not None]
        yield _Track(track=track, decisions=kept, name=name, origin_s=origin_s)


def _chosen(options: argparse.Namespace, found: list[_Track]) -> list[_Track]:
    """The tracks that were asked for: of the analyser that was named, else all that found something."""
    named = [one for one in found if one.track["analyser"] == options.only]
    if options.only and not named:
        there = ", ".join(sorted({str(one.track["analyser"]) for one in found})) or "none"
        raise TrackNotFound(analyser=options.only, there=there)
    chosen = named or [one for one in found if one.track.get("entries")]
    if len(chosen) > 1 and options.out is None and not options.json:
        there = ", ".join(sorted({str(one.track["analyser"]) for one in chosen}))
        raise UsageError(what=f"There are several tracks; choose one with --only, or a folder with --out: {there}.")
    return chosen


def _path(options: argparse.Namespace, count: int, name: str) -> Path | None:
    if options.out is None:
        return None
    path: Path = options.out / name if count > 1 or options.out.is_dir() else options.out
    return path


def _must_be_free(paths: list[Path]) -> None:
    """Nothing stands where something is to be written, and no two go to one place; raises before anything is written.

    A link that leads nowhere stands there as well.
    """
    for number, path in enumerate(paths):
        if os.path.lexists(path):
            raise FileThere(path=path)
        if path in paths[:number]:
            raise UsageError(
                what=f"Two tracks would be written to {path}, so none was: export each from a file of its own."
            )


def _write(path: Path | None, content: bytes, *, printed: bool) -> None:
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Between the question and the writing somebody else may have come: then theirs stays.
        try:
            with path.open("xb") as out:
                out.write(content)
        except FileExistsError:
            raise FileThere(path=path) from None
    elif printed:
        sys.stdout.write(content.decode("utf-8"))


def _facts(told: _Track, media_type: str, suffix: str) -> dict[str, Any]:
    track = told.track
    return {
        "analyser": track["analyser"],
        "version": track["version"],
        "outcome": track["outcome"],
        "why": track["why"],
        "entries": len(track["entries"]),
        "media_type": media_type,
        "suffix": suffix,
        "origin_s": None if told.origin_s is None else written_ratio(told.origin_s),
    }


def _as_json(told: dict[str, Any], path: Path | None, content: bytes) -> dict[str, Any]:
    where = {"text": content.decode("utf-8")} if path is None else {"path": str(path)}
    return {**told, "size_bytes": len(content), **where}


def _remark(found: list[_Track], files: list[tuple[dict[str, Any], Path | None, bytes]]) -> None:
    """On standard error, so that what is printed stays a file: what was written, and who found nothing or could not."""
    for told, path, _content in files:
        if path is not None:
            sys.stderr.write(f"{shown(str(path))}: {told['entries']} entries of {shown(str(told['analyser']))}\n")
    for one in found:
        track = one.track
        if not track.get("entries"):
            why = f" ({shown(str(track.get('why')))})" if track.get("why") else ""
            outcome = shown(str(track.get("outcome"))).replace("_", " ")
            sys.stderr.write(f"{shown(str(track['analyser']))}: {outcome}{why}\n")
