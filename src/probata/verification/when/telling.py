"""Telling an answer about times: as plain data for a program, each bound and conflict in a sentence for a person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, timezone, tzinfo
from itertools import groupby

from probata import __version__
from probata.terms.times import End, RelationKind
from probata.verification.derivation import Derivation
from probata.verification.when.answers import Limit, Window
from probata.verification.when.document import Document, Range, Said, Source, Tie, unknown_ends
from probata.verification.when.ends import moment_of
from probata.verification.when.solving import Solution

_COUNTS = {2: "two", 3: "three", 4: "four", 5: "five", 6: "six"}
_STANDS = {
    RelationKind.BEFORE: "ends before something",
    RelationKind.AFTER: "begins after something",
    RelationKind.DURING: "goes on during something",
    RelationKind.CONTAINS: "contains something",
    RelationKind.OVERLAPS: "overlaps something",
    RelationKind.SAME_TIME: "is at the same time as something",
}
_TIES = {
    RelationKind.BEFORE: "ends before",
    RelationKind.AFTER: "begins after the end of",
    RelationKind.DURING: "lies within",
    RelationKind.CONTAINS: "contains",
    RelationKind.OVERLAPS: "overlaps",
    RelationKind.SAME_TIME: "is at the same time as",
}


def shown_in(document: Document) -> tzinfo:
    """The zone that answers are shown in: the document's, else the offset all its times share, else UTC."""
    if document.zone is not None:
        return document.zone
    return UTC if document.offset is None else timezone(document.offset)


def end_as_json(tick: int | None, document: Document, *, unknown: bool = False) -> str | int:
    """One end of a window: an RFC 3339 instant (a whole number where the document has these), `open` or `unknown`."""
    if tick is None:
        return str((End.UNKNOWN if unknown else End.OPEN).value)
    if document.in_numbers:
        return tick
    moment = moment_of(tick)
    try:
        return moment.astimezone(shown_in(document)).isoformat()
    except OverflowError:
        return moment.isoformat()


def end_in_words(tick: int | None, document: Document, *, unknown: bool = False) -> str:
    """One end of a window as a person reads it: no offset, no seconds where there are none."""
    written = end_as_json(tick, document, unknown=unknown)
    if tick is None or isinstance(written, int):
        return str(written)
    day, _t, clock = written.partition("T")
    clock = clock[:8]
    return f"{day} {clock.removesuffix(':00')}"


def as_json(solution: Solution) -> dict[str, object]:
    """The answer as `docs/json/when.json` has it, without its `schema`."""
    document, answer = solution.document, solution.answer
    feasible = [_window(window, solution) for window in answer.windows]
    conflicts = [list(conflict) for conflict in answer.conflicts]
    return {
        "feasible": feasible,
        "conflicts": conflicts,
        "why": [sentence(conflict, solution) for conflict in answer.conflicts],
        "alternatives": [_alternative(left_out, windows, solution) for left_out, windows in alternatives(solution)],
        "complete": not answer.limits,
        "limits": [{**_limit(one), "text": limit_in_words(one)} for one in answer.limits],
        "bounds": [
            {"id": one.name, "subject": one.subject, "says": says(one), "source": one.source.as_json()}
            for one in document.bounds
        ],
        "set_aside": list(solution.set_aside),
        "daily": None
        if solution.days is None
        else {"first": solution.days.first.isoformat(), "last": solution.days.last.isoformat()},
        "notes": [*document.notes, *notes(solution)],
        "zone": str(shown_in(document)) if not document.in_numbers else None,
    }


def derivation(solution: Solution, untrusted_input: dict[str, object]) -> Derivation:
    """The run, so that it can be made again: what went in as it was given, and what came out in short."""
    return Derivation(
        tool="probata when",
        version=__version__,
        inputs={"document": untrusted_input, "set_aside": list(solution.set_aside)},
        parameters={"tick": "whole numbers" if solution.document.in_numbers else "microseconds"},
        outputs={
            "windows": len(solution.answer.windows),
            "conflicts": [list(one) for one in solution.answer.conflicts],
        },
        uncertainty={"covers": "every time that the bounds leave, if the bounds hold; whether they do is not judged"},
    )


def alternatives(solution: Solution) -> list[tuple[tuple[str, ...], list[Window]]]:
    """The windows by what is left out, in the order of the answer."""
    found: dict[tuple[str, ...], list[Window]] = {}
    for window in solution.answer.windows:
        found.setdefault(window.left_out, []).append(window)
    return list(found.items())


def notes(solution: Solution) -> list[str]:
    """What was not looked at: days so early or late that daily windows were not worked out for them."""
    days = solution.days
    if days is None:
        return []
    early = any(
        one.start is not None and (moment_of(one.start).date() - days.first).days < 3 for one in _daily(solution)
    )
    late = any(one.end is not None and (days.last - moment_of(one.end).date()).days < 3 for one in _daily(solution))
    told = []
    if early:
        told.append(f"Nothing bounds the windows below: days before {days.first.isoformat()} were not looked at.")
    if late:
        told.append(f"Nothing bounds the windows above: days after {days.last.isoformat()} were not looked at.")
    return told


def _daily(solution: Solution) -> list[Window]:
    daily = {one.name for one in solution.document.bounds if one.daily is not None}
    return [one for one in solution.answer.windows if daily & {*one.start_by, *one.end_by}]


def _alternative(left_out: tuple[str, ...], windows: list[Window], solution: Solution) -> dict[str, object]:
    subjects = []
    for subject, group in groupby(windows, key=lambda window: window.subject):
        own = list(group)
        first, last = (_ends(one, solution) for one in (own[0], own[-1]))
        subjects.append({"subject": subject, "windows": len(own), "first": first, "last": last})
    return {"leaving_out": list(left_out), "subjects": subjects}


def ends_known(window: Window, solution: Solution) -> tuple[bool, bool]:
    """Whether a missing start, or end, is one that somebody says exists and nobody knows."""
    out = {*window.left_out, *solution.set_aside}
    return unknown_ends(tuple(one for one in solution.document.bounds if one.name not in out), window.subject)


def _ends(window: Window, solution: Solution) -> dict[str, object]:
    no_start, no_end = ends_known(window, solution)
    return {
        "start": end_as_json(window.start, solution.document, unknown=no_start),
        "end": end_as_json(window.end, solution.document, unknown=no_end),
    }


def _window(window: Window, solution: Solution) -> dict[str, object]:
    sources: dict[str, Source] = {one.name: one.source for one in solution.document.bounds}
    certain = window.certain
    return {
        "subject": window.subject,
        **_ends(window, solution),
        "leaving_out": list(window.left_out),
        "start_by": _by(window.start_by, sources),
        "end_by": _by(window.end_by, sources),
        "throughout": None if certain is None else [end_as_json(one, solution.document) for one in certain],
    }


def _by(names: Iterable[str], sources: dict[str, Source]) -> list[dict[str, object]]:
    return [{"id": name, "source": sources[name].as_json()} for name in names]


def _limit(limit: Limit) -> dict[str, object]:
    return {"what": limit.what, "subjects": list(limit.subjects), "most": limit.most}


def limit_in_words(limit: Limit) -> str:
    """What was not carried to its end."""
    whose = ", ".join(limit.subjects[:4]) + (" and others" if len(limit.subjects) > 4 else "")
    if limit.what == "windows":
        return f"Only the latest {limit.most} windows of {whose} are listed; there are earlier ones."
    if limit.what == "reasons":
        return f"At an end of a window of {whose} more bounds meet than are named ({limit.most} are)."
    if limit.what == "conflicts":
        return f"Bounds about {whose} may conflict in more ways than are listed (at most {limit.most} are)."
    return f"There may be more ways to leave out bounds about {whose} than the ones listed (at most {limit.most} are)."


def sentence(conflict: Sequence[str], solution: Solution) -> str:
    """The conflict in words: `These two cannot both hold: …`."""
    by_name: dict[str, Said] = {one.name: one for one in solution.document.bounds}
    told = "; ".join(f"{name} ({says(by_name[name])}; {by_name[name].source.text})" for name in conflict)
    if len(conflict) == 1:
        return f"This one cannot hold by itself: {told}."
    if len(conflict) == 2:
        return f"These two cannot both hold: {told}."
    return f"These {_COUNTS.get(len(conflict), len(conflict))} cannot all hold together: {told}."


def says(said: Said) -> str:
    """What a bound says, in words."""
    told = []
    if said.imprecise is not None:
        told.append(_range_in_words(said, said.imprecise, is_precise=False))
    if said.precise is not None:
        told.append(_range_in_words(said, said.precise, is_precise=True))
    if said.daily is not None:
        told.append(f"lies within one window {said.daily.words}")
    if said.tie is not None:
        told.append(_tie_in_words(said.tie))
    return f"{said.subject} " + ", and ".join(told)


def _range_in_words(said: Said, given: Range, *, is_precise: bool) -> str:
    start, end = given.written
    if said.stands is not None:
        where = "that goes on from" if is_precise else "within"
        return f"{_STANDS[said.stands]} {where} {start} to {end}"
    if is_precise:
        return f"goes on throughout {start} to {end}"
    if given.start.tick is None:
        return f"is not after {end}"
    if given.end.tick is None:
        return f"is not before {start}"
    return f"lies within {start}" + ("" if start == end else f" to {end}")


def _tie_in_words(tie: Tie) -> str:
    told = f"{_TIES[tie.kind]} {tie.other}"
    if not tie.says_gap:
        return told
    most = "or more" if tie.most_gap is None else f"to {_gap_in_words(tie.most_gap)}"
    return f"{told}, {_gap_in_words(tie.least_gap)} {most} between them"


def _gap_in_words(ticks: int) -> str:
    seconds, rest = divmod(ticks, 1_000_000)
    if rest or not seconds:
        return f"{ticks / 1_000_000:g} s"
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds % size == 0:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
