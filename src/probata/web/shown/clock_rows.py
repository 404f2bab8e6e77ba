"""Recordings on one clock as a page shows them: bars with their doubt, what each pair rests on, what was refused."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from attrs import frozen
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from probata.web.shown.bars import Bar, Mark
from probata.web.templatetags.wording import media_time

OUTCOMES: Mapping[str, Promise] = {
    "found": _("an offset was found"),
    "nothing_found": _("shared sound is not found"),
    "could_not_look": _("could not look"),
    "ambiguous": _("ambiguous: none was chosen"),
    "refused": _("refused"),
}
BY: Mapping[str, Promise] = {
    "sound": _("by sound that both hold"),
    "impulses": _("by sudden sounds alone"),
    "anchors": _("by moments set by hand"),
    "same_bytes": _("by the same bytes"),
}
_MEANS: Mapping[str, Promise] = {
    "nothing_found": _("That does not say that the two were not at one event."),
    "could_not_look": _("The sound of one of them cannot be compared."),
    "ambiguous": _(
        "Several offsets may be right, as where sound comes back from walls, repeats itself or comes from several "
        "places, or one of the two is cut."
    ),
    "refused": _(
        "No sound but sudden ones could be shared, and the time between these differs. If they are the same ones, they "
        "come from different places: that difference is evidence, and no mark to set clocks by. No offset is named."
    ),
}
_LEAST_SHOWN = 0.3
_MOST_MARKS = 6


@frozen(kw_only=True)
class Recording:
    """One of them, as the page names it; `why` says why it cannot be compared, where it cannot."""

    letter: str
    sha256: str
    name: str
    why: str


@frozen(kw_only=True)
class OnClock:
    """One recording on the clock of the first of its part: `weak` where little holds it there."""

    recording: Recording
    leads: bool
    offset: str
    error: str
    drift: str
    start: str
    end: str
    weak: bool
    bars: tuple[Bar, ...]

    @property
    def says(self) -> str:
        """The bar in words."""
        words = gettext("%(letter)s runs from %(start)s to %(end)s") % {
            "letter": self.recording.letter,
            "start": self.start,
            "end": self.end,
        }
        return f"{words}, ± {self.error}" if self.error else words


@frozen(kw_only=True)
class Clock:
    """A part whose recordings stand on one clock; `travels` where an offset of it is one of arrival."""

    of: str
    rows: tuple[OnClock, ...]
    marks: tuple[Mark, ...]
    travels: bool
    shared: tuple[tuple[str, str, str], ...]


@frozen(kw_only=True)
class PairRow:
    """What came of two of them; `told` is what the calculator says itself, in English."""

    one: Recording
    other: Recording
    outcome: str
    words: Promise
    by: Promise | str
    rests: str
    offset: str
    error: str
    drift: str
    weak: bool
    candidates: tuple[str, ...]
    more: int
    intervals: tuple[Mapping[str, float], ...]
    arrivals: tuple[Mapping[str, float], ...]
    told: tuple[str, ...]
    relation: str


@frozen(kw_only=True)
class Loop:
    """Three recordings: by how much one does not come back to where one began."""

    letters: str
    closes: bool
    misses_ms: str
    error_ms: str


@frozen(kw_only=True)
class Board:
    """An answer as the page shows it; `alone` are recordings that no offset connects with another."""

    recordings: tuple[Recording, ...]
    clocks: tuple[Clock, ...]
    alone: tuple[Recording, ...]
    pairs: tuple[PairRow, ...]
    loops: tuple[Loop, ...]
    tool: str
    travel_ms: str

    @property
    def placed(self) -> int:
        """How many stand on a clock with another."""
        return sum(len(one.rows) for one in self.clocks)


def board(answer: Mapping[str, Any], names: Mapping[str, str], relations: Mapping[frozenset[str], str]) -> Board:
    """An answer of the `sync` contract; `names` by digest, `relations` by both digests where one stands."""
    recordings = {one["name"]: _recording(one, names) for one in answer["recordings"]}
    whole = answer["whole"]
    distance_m = answer["derivation"]["inputs"]["distance_m"]
    speed_m_s = answer["derivation"]["parameters"]["speed_of_sound_m_s"]
    parts = [part for part in whole["parts"] if len(part) > 1]
    return Board(
        recordings=tuple(recordings.values()),
        clocks=tuple(_clock(part, answer, recordings) for part in parts),
        alone=tuple(recordings[part[0]] for part in whole["parts"] if len(part) == 1),
        pairs=tuple(_pair(one, recordings, relations) for one in answer["pairs"]),
        loops=tuple(
            Loop(
                letters=" ".join(one["of"]),
                closes=one["closes"],
                misses_ms=f"{one['misses_ms']:+.2f}",
                error_ms=f"{one['error_ms']:.2f}",
            )
            for one in whole["loops"]
        ),
        tool=f"{answer['derivation']['tool']} {answer['derivation']['version']}",
        travel_ms="" if distance_m is None else f"{distance_m / speed_m_s * 1e3:.1f}",
    )


def _recording(one: Mapping[str, Any], names: Mapping[str, str]) -> Recording:
    return Recording(
        letter=one["name"],
        sha256=one["sha256"],
        name=names.get(one["sha256"], ""),
        why=one["why"],
    )


def _clock(part: Sequence[str], answer: Mapping[str, Any], recordings: Mapping[str, Recording]) -> Clock:
    clocks = [one for one in answer["whole"]["clocks"] if one["name"] in part]
    found = [one for one in answer["pairs"] if one["outcome"] == "found" and one["a"] in part]
    doubt_s = {one["name"]: _doubt_s(one, found) for one in clocks}
    start = min(one["from_s"] - doubt_s[one["name"]] for one in clocks)
    end = max(one["to_s"] + doubt_s[one["name"]] for one in clocks)
    line = (start, max(end - start, 1e-3))
    broken = {name for loop in answer["whole"]["loops"] if not loop["closes"] for name in loop["of"]}
    held = _held(part[0], found)
    rows = []
    for one in clocks:
        leads, name = one["name"] == one["clock_of"], one["name"]
        weak = not leads and (name in broken or name not in held)
        rows.append(
            OnClock(
                recording=recordings[name],
                leads=leads,
                offset="" if leads else f"{one['offset_s']:+.4f} s",
                error="" if leads else f"{one['offset_error_s']:.4f} s",
                drift="" if leads else _drift(one),
                start=media_time(one["from_s"]),
                end=media_time(one["to_s"]),
                weak=weak,
                bars=tuple(_bars(one, doubt_s[name], line, weak=weak)),
            )
        )
    shared = (one for one in answer["coverage"] if one["clock_of"] == part[0] and len(one["recordings"]) > 1)
    return Clock(
        of=part[0],
        rows=tuple(rows),
        marks=tuple(_marks(*line)),
        travels=any(one["by"] in ("sound", "impulses") for one in found),
        shared=tuple(
            (media_time(one["from_s"]), media_time(one["to_s"]), ", ".join(one["recordings"])) for one in shared
        ),
    )


def _held(leader: str, found: Sequence[Mapping[str, Any]]) -> set[str]:
    """Which are joined to the one that leads by pairs for which much speaks, and by these alone."""
    held, size = {leader}, 0
    while len(held) > size:
        size = len(held)
        for one in found:
            if one["strong"] and held & {one["a"], one["b"]}:
                held |= {one["a"], one["b"]}
    return held


def _doubt_s(one: Mapping[str, Any], found: Sequence[Mapping[str, Any]]) -> float:
    """Its own doubt, and what the way of sound may add where the distance is known: as much at each pair on the way."""
    if one["name"] == one["clock_of"]:
        return 0.0
    ways = [pair["acoustic_ambiguity_s"] or 0.0 for pair in found if pair["by"] in ("sound", "impulses")]
    direct = any({pair["a"], pair["b"]} == {one["name"], one["clock_of"]} for pair in found)
    steps = 1 if direct else len({name for pair in found for name in (pair["a"], pair["b"])}) - 1
    return float(one["offset_error_s"]) + steps * max(ways, default=0.0)


def _bars(one: Mapping[str, Any], doubt_s: float, line: tuple[float, float], *, weak: bool) -> Iterator[Bar]:
    """Solid from where it surely runs; hatched where it may, and all of it where little holds it there."""

    def bar(kind: str, from_s: float, to_s: float) -> Bar:
        x = 100 * (from_s - line[0]) / line[1]
        width = max(100 * (to_s - from_s) / line[1], _LEAST_SHOWN)
        return Bar(kind=kind, x=max(0.0, min(x, 100 - width)), width=min(width, 100.0))

    from_s, to_s = one["from_s"], one["to_s"]
    seen = 200 * doubt_s / line[1] >= _LEAST_SHOWN
    if weak or (seen and 2 * doubt_s >= to_s - from_s):
        yield bar("imprecise", from_s - doubt_s, to_s + doubt_s)
    elif seen:
        yield bar("imprecise", from_s - doubt_s, from_s + doubt_s)
        yield bar("precise", from_s + doubt_s, to_s - doubt_s)
        yield bar("imprecise", to_s - doubt_s, to_s + doubt_s)
    else:
        yield bar("precise", from_s, to_s)


def _marks(start: float, length: float) -> Iterator[Mark]:
    step = 10.0 ** math.floor(math.log10(length / _MOST_MARKS))
    step = next(step * times for times in (1, 2, 5, 10) if length / (step * times) <= _MOST_MARKS)
    for number in range(math.ceil(start / step), math.floor((start + length) / step) + 1):
        yield Mark(x=100 * (number * step - start) / length, words=f"{number * step:g} s")


def _drift(one: Mapping[str, Any]) -> str:
    return f"{one['drift_ppm']:+.1f} ± {one['drift_error_ppm']:.1f} ppm"


def _pair(
    one: Mapping[str, Any], recordings: Mapping[str, Recording], relations: Mapping[frozenset[str], str]
) -> PairRow:
    a, b = recordings[one["a"]], recordings[one["b"]]
    found = one["outcome"] == "found"
    return PairRow(
        one=a,
        other=b,
        outcome=one["outcome"],
        words=OUTCOMES[one["outcome"]],
        by=BY[one["by"]] if one["by"] else "",
        rests=_rests(one) if found else str(_MEANS[one["outcome"]]),
        offset=f"{one['offset_s']:+.4f} s" if found else "",
        error=f"{one['offset_error_s']:.4f} s" if found else "",
        drift=_drift(one) if found else "",
        weak=found and not one["strong"],
        candidates=tuple(f"{it['offset_s']:+.4f} s" for it in one["candidates"][:12]),
        more=max(0, len(one["candidates"]) - 12),
        intervals=tuple(one.get("intervals", ())),
        arrivals=tuple(one.get("arrivals", ())),
        told=(one["why"], *one["notes"]),
        relation=relations.get(frozenset((a.sha256, b.sha256)), ""),
    )


def _rests(one: Mapping[str, Any]) -> str:
    """On what an offset rests, in words."""
    n = {"n": one["agree"]["count"], "all": one["agree"]["tried"]}
    if one["by"] == "sound":
        return gettext("%(n)d of %(all)d windows of shared sound lie on one line of time.") % n
    if one["by"] == "anchors":
        return ngettext("%(n)d moment that a person named.", "%(n)d moments that a person named.", n["n"]) % n
    if one["by"] == "same_bytes":
        return gettext("The two are the same file, byte for byte: one recording, not two.")
    return gettext("No other sound is shared. Sudden sounds keep their spacing, as from one place or places in line.")
