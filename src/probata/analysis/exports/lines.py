"""A track as lines that every format writes: checked, on the player's clock, and with how each line stands."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from fractions import Fraction
from pathlib import PurePosixPath
from typing import Any, Literal, cast, get_args

from attrs import field, frozen

from probata.terms.errors import InvalidValue
from probata.terms.reading import ratio, rows, text, whole_number, written_ratio
from probata.terms.showing import shown

LABEL = "machine candidate, unverified"
State = Literal["candidate", "accepted", "corrected", "rejected"]
_OUTCOMES = ("found", "nothing_found", "could_not_look")
_MOST_S = 10**12
_LINE_BREAKS = re.compile("\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")


@frozen(kw_only=True)
class Decision:
    """What a person decided about one entry of a track, by its place from 0; `text` is what a correction says."""

    entry: int
    state: State
    text: str = ""
    by: str = ""
    why: str = ""

    def as_json(self) -> dict[str, Any]:
        """The decision as plain data, in the words of `candidates --json`; `decision` reads it back."""
        return {
            "number": self.entry,
            "state": self.state,
            "corrected_text": self.text,
            "decided_by": self.by,
            "decided_why": self.why,
        }


@frozen(kw_only=True)
class Word:
    """One word of a line, when it may be said, on the player's clock."""

    text: str
    start: Fraction
    end: Fraction


@frozen(kw_only=True)
class Line:
    """One entry: its place in the track, its kind, from when to when, its words, and how it stands.

    `start` and `end` are seconds on the player's clock, exact; `exact` are the ticks of the file's own.
    """

    number: int
    kind: str
    start: Fraction
    end: Fraction
    exact: str
    text: str
    doubtful: bool
    score: float | None
    words: tuple[Word, ...] = ()
    decision: Decision | None = None

    @property
    def state(self) -> State:
        """How it stands: a candidate unless a person decided."""
        return "candidate" if self.decision is None else self.decision.state

    @property
    def standing(self) -> str:
        """The same in words, for a reader of the file."""
        if self.decision is not None:
            by = f" by {self.decision.by}" if self.decision.by else " by a person"
            return self.decision.state + by
        return f"doubtful, {LABEL}" if self.doubtful else LABEL

    @property
    def said(self) -> str:
        """Its words as people left them; where it has none, its kind in brackets."""
        corrected = self.decision.text if self.decision is not None and self.decision.state == "corrected" else ""
        return corrected or self.text or f"({self.kind.replace('_', ' ')})"


@frozen(kw_only=True)
class Told:
    """A whole track, checked: its lines in order of time, what came of the look, and the footage's name.

    `origin_s` is the time of the file at which a player's clock says 0, None where that is not known.
    """

    untrusted: Mapping[str, Any] = field(repr=False)
    analyser: str
    version: str
    outcome: str
    why: str
    media_name: str
    origin_s: Fraction | None
    lines: tuple[Line, ...]
    decisions: tuple[Decision, ...]

    @property
    def analyser_in_name(self) -> str:
        """The analyser as a part of a file's name."""
        return re.sub(r"[^a-z0-9_]+", "-", self.analyser.lower()).strip("-") or "track"

    @property
    def kept(self) -> tuple[Line, ...]:
        """The lines that no person rejected."""
        return tuple(line for line in self.lines if line.state != "rejected")

    @property
    def about(self) -> tuple[str, ...]:
        """What a reader must know before any line: who looked, what came of it, how the lines stand, whose clock."""
        rejected = len(self.lines) - len(self.kept)
        return (
            f"{shown(self.analyser)} {shown(self.version)}: {self.outcome.replace('_', ' ')}",
            *([shown(self.why)] if self.why else []),
            f"Every line is a {LABEL}, unless it says that a person decided.",
            self.clock,
            *([f"Rejected by a person and left out: {rejected}."] if rejected else []),
        )

    @property
    def clock(self) -> str:
        """Whose clock the times are on, and how far it is from the file's."""
        if self.origin_s is None:
            return "Times are the file's own; at which of them a player's clock starts is not known here."
        return f"Times are on the player's clock: the file's own less {self.origin_s} s. Ticks are the file's own."

    @property
    def written_origin(self) -> str | None:
        """The file's time at which the clock says 0, as an exact ratio; None where it is not known."""
        return None if self.origin_s is None else written_ratio(self.origin_s)


def told(
    untrusted_track: object,
    *,
    media_name: str,
    decisions: Iterable[Decision] = (),
    origin_s: Fraction | None = None,
) -> Told:
    """Take plain data for a track only if it is one. Raises `InvalidValue`."""
    if not isinstance(untrusted_track, dict):
        raise InvalidValue(what="A track", why="it must be an object with named fields")
    given: dict[str, Any] = untrusted_track
    for name in ("analyser", "version", "outcome", "why", "entries"):
        if name not in given:
            raise InvalidValue(what="A track", why=f"it lacks {name}")
    if given["outcome"] not in _OUTCOMES:
        raise InvalidValue(what=f"The outcome {given['outcome']!r}", why=f"it must be one of {', '.join(_OUTCOMES)}")
    decided = {one.entry: one for one in decisions}
    zero_s = origin_s or Fraction(0)
    words = _words_by_place(given, zero_s)
    lines = [_line(number, entry, decided, words, zero_s) for number, entry in enumerate(rows(given, "entries"))]
    if missing := sorted(decided.keys() - range(len(lines))):
        raise InvalidValue(what=f"A decision about entry {missing[0]}", why="the track has no such entry")
    return Told(
        untrusted=given,
        analyser=text(given, "analyser"),
        version=text(given, "version"),
        outcome=text(given, "outcome"),
        why=text(given, "why"),
        media_name=bare_name(media_name),
        origin_s=origin_s,
        lines=tuple(sorted(lines, key=lambda line: (line.start, line.end, line.number))),
        decisions=tuple(decided[number] for number in sorted(decided)),
    )


def decision(untrusted: object) -> Decision | None:
    """A person's decision as `candidates --json` tells it beside an entry; None where nobody decided."""
    if not isinstance(untrusted, dict) or untrusted.get("state", "candidate") == "candidate":
        return None
    if untrusted["state"] not in get_args(State):
        raise InvalidValue(
            what=f"The decision {untrusted['state']!r}", why=f"it is none of {', '.join(get_args(State))}"
        )
    return Decision(
        entry=whole_number(untrusted, "number"),
        state=cast("State", untrusted["state"]),
        text=str(untrusted.get("corrected_text") or ""),
        by=str(untrusted.get("decided_by") or ""),
        why=str(untrusted.get("decided_why") or ""),
    )


def bare_name(untrusted_name: str) -> str:
    """The name of a file without its folders, which are nobody else's business."""
    name = PurePosixPath(untrusted_name.replace("\\", "/")).name
    return shown(name) if name not in ("", "..") else "footage"


def safe_lines(untrusted_text: str) -> list[str]:
    """The text in lines that show something, with every character that could act written out as `<U+202E>`."""
    lines = (shown(line.replace("\t", " ")) for line in _LINE_BREAKS.split(untrusted_text))
    return [line.strip() for line in lines if line.strip()]


def in_ms(line: Line | Word) -> tuple[int, int] | None:
    """From which to which millisecond, each the nearest, at least one long; None where all of it lies before 0.

    Start and end go the same way, so that what follows without a gap still does.
    """
    start, end = _nearest(line.start), _nearest(line.end)
    if line.start < 0 and end <= 0:
        return None
    return max(0, start), max(end, max(0, start) + 1)


def before_zero(lines: Iterable[Line], *, whole: str) -> list[str]:
    """Notes on lines that begin before the player's clock does; `whole` says what becomes of those that also end so."""
    early = [line for line in lines if line.start < 0]
    cut = sum(in_ms(line) is not None for line in early)
    gone = len(early) - cut
    return [
        *([f"Before the zero of the player's clock, {whole}: {gone}."] if gone else []),
        *([f"Begin before the zero of the player's clock, and are told from there: {cut}."] if cut else []),
    ]


def _nearest(seconds: Fraction) -> int:
    return int((seconds * 2000 + 1) // 2)


def _line(
    number: int,
    untrusted: object,
    decided: Mapping[int, Decision],
    words: Mapping[tuple[int, int, str], tuple[Word, ...]],
    origin_s: Fraction,
) -> Line:
    if not isinstance(untrusted, dict):
        raise InvalidValue(what=f"Entry {number} of a track", why="it must be an object with named fields")
    for name in ("kind", "start_pts", "time_base"):
        if name not in untrusted:
            raise InvalidValue(what=f"Entry {number} of a track", why=f"it lacks {name}")
    time_base = ratio(untrusted, "time_base")
    start = whole_number(untrusted, "start_pts")
    end = whole_number(untrusted, "end_pts") if "end_pts" in untrusted else start
    if end < start or time_base <= 0:
        raise InvalidValue(what=f"Entry {number} of a track", why="it ends before it starts")
    start_s, end_s = start * time_base - origin_s, end * time_base - origin_s
    if max(abs(start_s), abs(end_s)) > _MOST_S:
        raise InvalidValue(what=f"Entry {number} of a track", why="no footage lasts until then")
    attributes = untrusted.get("attributes")
    guess = attributes.get("guess") if isinstance(attributes, dict) else None
    said = untrusted.get("text")
    return Line(
        number=number,
        kind=text(untrusted, "kind") or "entry",
        start=start_s,
        end=end_s,
        exact=f"{start}-{end}@{written_ratio(time_base)}",
        text=str(said or guess or ""),
        doubtful=not said and bool(guess),
        score=_score(number, untrusted.get("score")),
        words=words.get((start, end, written_ratio(time_base)), ()),
        decision=decided.get(number),
    )


def _score(number: int, untrusted: object) -> float | None:
    if not isinstance(untrusted, int | float):
        return None
    try:
        score = float(untrusted)
    except OverflowError:
        score = math.inf
    if not math.isfinite(score):
        raise InvalidValue(what=f"The score of entry {number} of a track", why="it must be a finite number")
    return score


def _words_by_place(given: Mapping[str, Any], origin_s: Fraction) -> dict[tuple[int, int, str], tuple[Word, ...]]:
    """The words of each segment of a `speech` track, by the segment's place; a place told twice has none."""
    found: dict[tuple[int, int, str], tuple[Word, ...]] = {}
    for name in ("segments", "doubtful"):
        for segment in given.get(name) or ():
            if not isinstance(segment, dict) or not {"start_pts", "end_pts", "time_base"} <= segment.keys():
                continue
            place = (whole_number(segment, "start_pts"), whole_number(segment, "end_pts"), text(segment, "time_base"))
            found[place] = () if place in found else tuple(_word(one, origin_s) for one in rows(segment, "words"))
    return found


def _word(untrusted: object, origin_s: Fraction) -> Word:
    if not isinstance(untrusted, dict) or not {"text", "start_pts", "end_pts", "time_base"} <= untrusted.keys():
        raise InvalidValue(what="A word of a track", why="it must have text, start_pts, end_pts and time_base")
    time_base = ratio(untrusted, "time_base")
    start, end = whole_number(untrusted, "start_pts"), whole_number(untrusted, "end_pts")
    return Word(
        text=text(untrusted, "text"), start=start * time_base - origin_s, end=max(start, end) * time_base - origin_s
    )
