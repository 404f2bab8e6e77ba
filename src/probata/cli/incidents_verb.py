"""`probata incidents`: what is told to have happened, under neutral labels, and how incidents stand to each other."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from probata.cli import workspace
from probata.cli.output import show_json
from probata.cli.records import each_read, read_documents
from probata.terms.errors import UsageError
from probata.terms.showing import shown

if TYPE_CHECKING:
    from probata.cases.selectors import KnownIncident

_T = TypeVar("_T")
_SEEN_FROM_HERE = {
    "parent": "is part of",
    "child": "has as a part",
    "parallel": "runs beside",
    "related_not_same": "is related to, and not the same as,",
}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which incident to show, what to open or tell anew, which two to link."""
    parser.add_argument(
        "incident", metavar="INCIDENT", nargs="?", help="one incident by its id (default: list them all)"
    )
    one = parser.add_mutually_exclusive_group()
    one.add_argument(
        "--add", action="store_true", help="open one: --act, and --place and --day as far as they are known"
    )
    one.add_argument("--describe", action="store_true", help="tell INCIDENT anew; what is not given stays as it was")
    one.add_argument("--link", metavar="OTHER", help="say with --is what OTHER is to INCIDENT")
    one.add_argument("--unlink", metavar="OTHER", help="the link between INCIDENT and OTHER does not stand any more")
    parser.add_argument("--act", metavar="WORDS", help="what happened, in neutral words: no party, no verdict")
    parser.add_argument("--place", metavar="WORDS", help="the place, for the label")
    parser.add_argument(
        "--day", metavar="EDTF", help="the day or range, for the label: 2022-03-29/2022-03-30, 2022-03~"
    )
    parser.add_argument("--where", metavar="FILE", type=Path, help="the place with its candidates, as JSON")
    parser.add_argument("--when", metavar="FILE", type=Path, help="the time with its doubt, as JSON")
    parser.add_argument("--is", dest="kind", metavar="KIND", help="parent, child, parallel or related_not_same")
    workspace.add_arguments(parser, signs=True)


def run(options: argparse.Namespace) -> int:
    """Write what was asked for, then show: the incident, or all of them."""
    workspace.open_workspace(options.workspace)
    found = _written(options) or _listed(options)
    if options.json:
        show_json("incidents", {"incidents": [one.as_json() for one in found]})
        return 0
    if not found:
        print("No incident is open yet. Begin with:")
        print("  probata incidents --add --place 'Karsk' --day 2022-03-30 --act 'shots are heard' --reason 'two clips'")
    for one in found:
        _print(one, whole=len(found) == 1)
    return 0


def _listed(options: argparse.Namespace) -> list[KnownIncident]:
    from probata.cases import selectors

    return [selectors.incident(options.incident)] if options.incident else selectors.incidents()


def _written(options: argparse.Namespace) -> list[KnownIncident]:
    from probata.cases import services

    if options.add:
        return [_add(options)]
    if options.describe:
        return [_describe(options)]
    other = options.link or options.unlink
    if not other:
        return []
    here = _named(options)
    if options.unlink:
        actor = workspace.unlock(options).signing
        return [services.withdraw_link(here, other, actor=actor, reason=options.reason)]
    if not options.kind:
        raise UsageError(what="A link says what the other incident is: give --is.")
    actor = workspace.unlock(options).signing
    return [services.link_incidents(here, other, actor=actor, kind=options.kind, reason=options.reason)]


def _add(options: argparse.Namespace) -> KnownIncident:
    from probata.cases import services
    from probata.cases.labels import Label

    if options.act is None:
        raise UsageError(what="An incident takes a label: give --act, and --place and --day as far as they are known.")
    label = Label(place=(options.place or "").strip(), day=options.day or "", act=options.act)
    place_and_time = _place_and_time(options)
    actor = workspace.unlock(options).signing
    return services.open_incident(label, actor=actor, reason=options.reason, **place_and_time)


def _describe(options: argparse.Namespace) -> KnownIncident:
    from probata.cases import selectors, services
    from probata.cases.labels import Label
    from probata.terms.places import Place
    from probata.terms.times import TimeWithDoubt

    known = selectors.incident(_named(options))
    label = Label(
        place=known.label.place if options.place is None else options.place.strip(),
        day=known.label.day if options.day is None else options.day,
        act=options.act or known.label.act,
    )
    told = _place_and_time(options)
    if told["where"] is None and known.where is not None:
        told["where"] = Place.from_json(known.where)
    if told["when"] is None and known.when is not None:
        told["when"] = TimeWithDoubt.from_json(known.when)
    actor = workspace.unlock(options).signing
    return services.describe_incident(known.id, label, actor=actor, reason=options.reason, seen=known.row, **told)


def _named(options: argparse.Namespace) -> str:
    if not options.incident:
        raise UsageError(what="Say which incident, by its id.")
    return str(options.incident)


def _place_and_time(options: argparse.Namespace) -> dict[str, Any]:
    from probata.terms.places import Place
    from probata.terms.times import TimeWithDoubt

    return {"where": _read(options.where, Place.from_json), "when": _read(options.when, TimeWithDoubt.from_json)}


def _read(path: Path | None, read: Callable[[object], _T]) -> _T | None:
    if path is None:
        return None
    documents = read_documents(path)
    if len(documents) != 1:
        raise UsageError(what=f"{path} holds {len(documents)} objects; an incident has one place and one time.")
    return each_read(documents, read)[0]


def _print(one: KnownIncident, *, whole: bool) -> None:
    print(f"{one.id}  {shown(one.label.text)}")
    for link in one.links:
        print(f"     {_SEEN_FROM_HERE[link.is_its]} {shown(link.label)}  ({link.to[:8]}): {shown(link.reason)}")
    if not whole:
        return
    print(f"     told by {shown(one.by)}, {one.at:%Y-%m-%d %H:%M}Z: {shown(one.reason)}")
    print(f"     place {_state(one.where, 'candidates')}, time {_state(one.when, None)}")
    for claimed in one.propositions:
        print(f"     claimed: {shown(claimed.statement)}  ({claimed.id[:8]})")
    for case in one.cases:
        print(f"     in case {case[:8]}")


def _state(told: dict[str, Any] | None, counted: str | None) -> str:
    if told is None:
        return "not told beyond the label"
    return f"told with {len(told[counted])} candidates" if counted else "told with its ranges"
