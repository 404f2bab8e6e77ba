"""`probata copies`: what shares footage with an item or a file, and what people decide about it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from probata.cli import workspace
from probata.cli.output import Progress, show_json
from probata.terms.errors import UsageError
from probata.terms.showing import shown

if TYPE_CHECKING:
    from probata.copies.among import Found
    from probata.copies.services import Looked

_IS = {
    "same_bytes": "is the same, byte by byte, as",
    "copy": "is a copy of",
    "excerpt_of": "is an excerpt of",
    "contains": "contains",
    "overlaps": "shares a part with",
    "same_audio_other_picture": "has the sound, with other pictures, of",
    "same_picture_other_audio": "has the pictures, with other sound, of",
    "same_scene_other_camera": "shows the scene, from another camera, of",
    "same_scene_moment_unproven": "shows the scene, the moment unproven, of",
    "related_not_same": "is related to, and is not the same as,",
}
_BY = {"frames": "pictures", "sound": "sound", "both": "pictures and sound"}


def arguments(parser: argparse.ArgumentParser) -> None:
    """What to look for, and where; or what is decided."""
    parser.add_argument("target", nargs="?", metavar="ITEM|FILE", help="an item by digest, or a file; it is not kept")
    parser.add_argument(
        "among", nargs="*", metavar="PATH", help="files and folders to look in, for a FILE; then no workspace is needed"
    )
    parser.add_argument(
        "--due",
        action="store_true",
        help="look for copies of every item that was not searched for under today's methods",
    )
    parser.add_argument("--again", action="store_true", help="compare anew what was compared or decided before")
    parser.add_argument("--confirm", metavar="RELATION", help="confirm a relation by its id; takes --reason")
    parser.add_argument("--reject", metavar="RELATION", help="reject a relation: this pair is not what it says")
    workspace.add_arguments(parser, signs=True)


def run(options: argparse.Namespace) -> int:
    """Print what was found; exit 0 when everything could be compared, 5 when something could not."""
    decision = "confirmed" if options.confirm else "rejected" if options.reject else None
    if decision is not None:
        if (options.confirm and options.reject) or options.target:
            raise UsageError(what="One relation is confirmed or rejected at a time, with no item beside it.")
        return _told(options, _decide(options, options.confirm or options.reject, decision))
    if options.due:
        if options.target:
            raise UsageError(what="Either what is due is looked for, or what is named.")
        return _told(options, _due(options))
    if not options.target:
        raise UsageError(what="Nothing was named to look for.")
    # A name with a path's marks, or of a file that is there, is a file: an item is named by hexadecimal digits.
    is_file = Path(options.target).is_file() or "/" in options.target or "." in options.target
    if options.among:
        if not is_file:
            raise UsageError(what="Items are looked for in their workspace; name a file to look for it in folders.")
        return _told(options, _among_files(options))
    return _told(options, _file(options) if is_file else _item(options))


def _item(options: argparse.Namespace) -> dict[str, Any]:
    workspace.open_workspace(options.workspace)

    from probata.copies import services
    from probata.preservation import selectors as preservation
    from probata.terms.digests import Sha256

    item = Sha256(preservation.item(options.target).sha256)
    with services.one_jail() as jail:
        if not options.again and not services.due(item, jail=jail):
            looked = services.recorded(item)
        else:
            keyring = workspace.unlock(options)
            with Progress("comparing") as progress:
                looked = services.look_for_copies(
                    item,
                    actor=keyring.signing,
                    again=options.again,
                    reason=options.reason or "looked for copies",
                    progress=_counted(progress),
                    jail=jail,
                )
    return {"asked": {"item": item}, **_looked(looked)}


def _due(options: argparse.Namespace) -> dict[str, Any]:
    workspace.open_workspace(options.workspace)

    from probata.copies import services

    keyring = workspace.unlock(options)
    looked: list[Looked] = []
    with services.one_jail() as jail, Progress("comparing") as progress:
        due = services.all_due(jail=jail)
        for number, item in enumerate(due):
            progress.what = f"item {number + 1} of {len(due)}"
            looked.append(
                services.look_for_copies(
                    item,
                    actor=keyring.signing,
                    reason=options.reason or "looked for copies of what was due",
                    progress=_counted(progress, beside=progress.what),
                    jail=jail,
                )
            )
    told = [(one.item, _looked(one)) for one in looked]
    matches = [{"of": item, **match} for item, one in told for match in one["matches"]]
    failed = [{"of": item, **other} for item, one in told for other in one["could_not_look"]]
    outcomes = {one.outcome for one in looked}
    return {
        "asked": {"due": len(due)},
        "outcome": "found" if matches else "could_not_look" if outcomes == {"could_not_look"} else "nothing_found",
        "why": "" if matches else "; ".join(sorted({one.why for one in looked})) or "no item is due",
        "matches": matches,
        "searched": {
            key: max((one["searched"][key] for _item, one in told), default=0) for key in ("items", "frames", "seconds")
        },
        "could_not_look": failed,
    }


def _file(options: argparse.Namespace) -> dict[str, Any]:
    workspace.open_workspace(options.workspace)

    from probata.copies import services

    keyring = workspace.unlock(options)
    with Progress("comparing") as progress:
        found = services.search_for_file(Path(options.target), actor=keyring.signing, progress=_counted(progress))
    return {"asked": {"path": options.target}, **_found(found, "item")}


def _among_files(options: argparse.Namespace) -> dict[str, Any]:
    from probata.copies import among

    own = Path(options.target)
    files = [file for file in among.files_in(Path(path) for path in options.among) if not _same_file(file, own)]
    with Progress("comparing") as progress:
        found = among.search(own, files, progress=_counted(progress))
    return {"asked": {"path": options.target}, **_found(found, "path")}


def _decide(options: argparse.Namespace, relation: str, decision: Any) -> dict[str, Any]:  # noqa: ANN401  one of two words
    workspace.open_workspace(options.workspace)

    from probata.copies import selectors, services

    keyring = workspace.unlock(options)
    services.decide(relation, actor=keyring.signing, decision=decision, reason=options.reason)
    known = selectors.relation(relation)
    return {
        "asked": {"item": known.a},
        "outcome": "found",
        "why": "",
        "matches": [{"item": known.b, "relations": [known.as_json()]}],
        "searched": {"items": 0, "frames": 0, "seconds": 0},
    }


def _looked(looked: Looked) -> dict[str, Any]:
    """What a search of the workspace came to, as the contract has it."""
    matches: dict[str, list[dict[str, Any]]] = {}
    for one in looked.relations:
        matches.setdefault(one.b, []).append(one.as_json())
    return {
        "outcome": looked.outcome,
        "why": looked.why,
        "matches": [{"item": other, "relations": relations} for other, relations in matches.items()],
        "searched": {
            "items": looked.searched_items,
            "frames": looked.searched_frames,
            "seconds": looked.searched_seconds,
        },
        "could_not_look": [{"item": other, "why": why} for other, why in looked.could_not_compare.items()],
    }


def _found(found: Found, key: str) -> dict[str, Any]:
    """What a bare file shares with others, as the contract has it."""
    return {
        "outcome": found.outcome,
        "why": found.why,
        "matches": [
            {key: name, "relations": [relation.as_json() for relation in one.relations]} for name, one in found.matches
        ],
        "searched": {
            "items": len(found.compared),
            "frames": sum(one.frames for one in found.compared.values()),
            "seconds": round(float(sum(one.seconds for one in found.compared.values())), 3),
        },
        "could_not_look": [{key: name, "why": one.why} for name, one in found.could_not_look],
        "passed_over": [{key: name, "why": why} for name, why in found.passed_over.items()],
    }


def _told(options: argparse.Namespace, answer: dict[str, Any]) -> int:
    """Print the answer; the exit code says whether everything could be looked at."""
    if options.json:
        show_json("copies", answer)
    else:
        _print(answer)
    return 5 if answer["outcome"] == "could_not_look" or answer.get("could_not_look") else 0


def _print(answer: dict[str, Any]) -> None:
    for match in answer["matches"]:
        asked = match["of"][:8] if "of" in match else _name(answer["asked"])
        for relation in match["relations"]:
            print(f"{asked} {_IS[relation['kind']]} {_name(match)}")
            print(f"  {_standing(relation)}, score {relation['score']:.2f}, by {_BY[relation['by']]}")
            for one in relation["segments"]:
                print(
                    f"  {one['a_start_s']:.2f} to {one['a_end_s']:.2f} s here"
                    f" = {one['b_start_s']:.2f} to {one['b_end_s']:.2f} s there{_how(one)}"
                )
    for one in answer.get("could_not_look", ()):
        print(f"{_name(one)} could not be compared: {shown(one['why'])}")
    if answer["why"]:
        print(f"{answer['outcome'].replace('_', ' ').capitalize()}: {shown(answer['why'])}")
    searched = answer["searched"]
    if searched["items"]:
        print(f"Looked among {searched['items']}, {searched['frames']} frames, {searched['seconds']:.0f} s of footage.")


def _standing(relation: dict[str, Any]) -> str:
    if relation.get("state") in ("confirmed", "rejected"):
        return (
            f"{relation['state']} by {relation['decided_by']} ({shown(relation['decided_why'])}), {relation['id'][:8]}"
        )
    return f"candidate {relation['id'][:8]}" if "id" in relation else "candidate"


def _how(segment: dict[str, Any]) -> str:
    remarks = [f"speed {segment['speed']:.3f}"] * (abs(segment["speed"] - 1) > 0.002) + ["mirrored"] * segment["mirror"]
    return f"  ({', '.join(remarks)})" if remarks else ""


def _name(told: dict[str, Any]) -> str:
    return str(told["item"])[:8] if "item" in told else shown(str(told["path"]))


def _counted(progress: Progress, *, beside: str = "") -> Any:  # noqa: ANN401  a callback
    def count(step: str, done: int, total: int) -> None:
        progress.what, progress.total = f"{beside}, {step}" if beside else step, total
        progress.to(done)

    return count


def _same_file(one: Path, other: Path) -> bool:
    return one.exists() and other.exists() and one.samefile(other)
