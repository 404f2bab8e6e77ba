"""Asks a finder of copies all questions, and reckons what its answers are worth."""

from __future__ import annotations

import os
import sys
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from attrs import asdict, field, frozen

from copy_edits import EDITS
from copy_peers import SCENES, SCORED, STATED, Finder, Found

LEFT_OUT, KEPT = "look-alikes left out", "look-alikes kept"
_REACH = """\
Reach (issue 3)                             best peer measured before          ours, no weights      with a user's SSCD
recall, 12 edits, look-alikes left out      vPDQ 3-12 %, PDQ aligned 29 %,     >= 96 %, no edit      >= 97 %
                                            Chromaprint 42-53 %, SSCD 72 %,    below 85 %
                                            SSCD or sound 90 %
the same, look-alikes kept                  SSCD 54 %, SSCD or sound 81 %      >= 92 %               same
same scene, other moment called a copy      SSCD 18 %, PDQ 12 %                <= 1 %                same
boundaries, median start / end; overlap     0.3 / 0.6 s; .80                   <= 0.15 s; >= .92     same
indexing, times real time a core            vPDQ 29, videohash2 9              >= 80                 >= 45
shortest excerpt                            ~20 s (VideoDuplicateFinder)       3.5 s, 2 s with sound same"""


def used_s() -> float:
    """Processor time of this process and all that descend from it, living or waited for."""
    parents: dict[int, int] = {}
    spent: dict[int, float] = {}
    tick = os.sysconf("SC_CLK_TCK")
    for entry in os.scandir("/proc"):
        if not entry.name.isdigit():
            continue
        try:
            stat = Path(entry.path, "stat").read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        words = stat.rpartition(")")[2].split()
        parents[int(entry.name)] = int(words[1])
        spent[int(entry.name)] = sum(int(word) for word in words[11:15]) / tick
    ours, front = {os.getpid()}, {os.getpid()}
    while front:
        front = {child for child, parent in parents.items() if parent in front} - ours
        ours |= front
    return sum(spent[pid] for pid in ours)


@frozen(kw_only=True)
class Asked:
    """One pair that a finder was asked about, and what it said of it, if anything."""

    query: dict[str, Any]
    video: str
    alike: bool
    found: Found | None

    @property
    def true(self) -> bool:
        """Whether the video is where the query comes from."""
        return bool(self.query["expect"] == "copy" and self.query["reference"] == self.video)

    @property
    def score(self) -> float:
        """The score it was given; nothing found is below all."""
        return -np.inf if self.found is None else self.found.score

    @property
    def stated(self) -> bool:
        """Whether it was called a copy."""
        return self.found is not None and self.found.kind in STATED


@frozen(kw_only=True)
class Answers:
    """All that one finder said, and what it cost."""

    finder: str
    asked: tuple[Asked, ...]
    pairs: tuple[Asked, ...] = field(factory=tuple)
    prepared_cpu_s: float | None
    query_cpu_s: float

    @classmethod
    def of(
        cls,
        finder: Finder,
        manifest: dict[str, Any],
        *,
        sample: int | None = None,
        only: Sequence[str] | None = None,
        near: bool = False,
    ) -> Answers:
        """Prepare the archive, ask every query of it, and every pair of one scene.

        With `near` a query is asked of its source, its look-alikes and one other video by lot, and of no more.
        """
        videos = manifest["videos"]
        before_s = used_s()
        finder.prepare({name: Path(videos[name]["path"]) for name in manifest["archive"]})
        prepared_s = used_s()
        asked: list[Asked] = []
        queries = chosen(manifest["queries"], sample=sample, only=only)
        for number, query in enumerate(queries):
            asked += _asked(finder, query, _near(query, manifest) if near else manifest["archive"], videos)
            if sys.stderr.isatty() or (number + 1) % 100 == 0:
                print(f"{finder.name}: {number + 1} of {len(queries)} queries", file=sys.stderr)
        queried_s = used_s()
        pairs = manifest["same_scene_pairs"][: None if sample is None else 4 * sample]
        return cls(
            finder=finder.name,
            asked=tuple(asked),
            pairs=tuple(_of_pairs(finder, pairs, manifest)),
            prepared_cpu_s=None if near else prepared_s - before_s,  # past the index nothing is prepared
            query_cpu_s=(queried_s - prepared_s) / max(1, len(queries)),
        )


def chosen(
    queries: list[dict[str, Any]], *, sample: int | None = None, only: Sequence[str] | None = None
) -> list[dict[str, Any]]:
    """The queries of the edits asked for, so many of each edit and expectation, spread over all."""
    of: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for query in queries:
        if only is None or query["edit"] in only:
            of.setdefault((query["edit"], query["expect"]), []).append(query)
    if sample is None:
        return [query for rows in of.values() for query in rows]
    spread = (sorted(rows, key=lambda row: zlib.crc32(row["id"].encode())) for rows in of.values())
    return [query for rows in spread for query in rows[:sample]]


def _near(query: dict[str, Any], manifest: dict[str, Any]) -> list[str]:
    videos, archive = manifest["videos"], manifest["archive"]
    near = [name for name in archive if name == query["reference"] or videos[name]["group"] == query["group"]]
    far = [name for name in archive if name not in near]
    chance = np.random.default_rng(zlib.crc32(query["id"].encode()))
    return [*near, far[int(chance.integers(len(far)))]]


def _asked(finder: Finder, query: dict[str, Any], among: list[str], videos: dict[str, Any]) -> Iterable[Asked]:
    found = {one.video: one for one in finder.find(Path(query["path"]), among)}
    for name in among:
        alike = videos[name]["group"] == query["group"]
        yield Asked(query=query, video=name, alike=alike, found=found.get(name))


def _of_pairs(finder: Finder, pairs: list[list[str]], manifest: dict[str, Any]) -> Iterable[Asked]:
    videos = manifest["videos"]
    finder.prepare({name: Path(videos[name]["path"]) for name in sorted({other for _, other in pairs})})
    for one, other in pairs:
        query = {"id": one, "path": videos[one]["path"], "edit": "pair", "expect": "same_scene", "reference": None}
        yield from _asked(finder, query | {"group": videos[one]["group"]}, [other], videos)


# -- reckoning


def measured(answers: Answers, manifest: dict[str, Any]) -> dict[str, Any]:
    """All figures of one finder as plain data."""
    true = [one for one in answers.asked if one.true]
    wrong = [one for one in answers.asked if not one.true]
    floors = {
        LEFT_OUT: max((one.score for one in wrong if not one.alike), default=-np.inf),
        KEPT: max((one.score for one in wrong), default=-np.inf),
    }
    seconds = sum(manifest["videos"][name]["seconds"] for name in manifest["archive"])
    has_verdict = any(one.found is not None and one.found.kind != SCORED for one in answers.asked)
    return {
        "finder": answers.finder,
        "pairs": {"true": len(true), "wrong": len(wrong), "look_alike": sum(one.alike for one in wrong)},
        "archive_s": round(seconds, 1),
        "indexing_times_real_time": _times_real(seconds, answers.prepared_cpu_s),
        "query_cpu_s": round(answers.query_cpu_s, 2),
        "recall": {
            name: _recall(true, lambda one, least=floor: one.score > least) | {"threshold": _number(floor)}
            for name, floor in floors.items()
        }
        | ({"as told": _recall(true, lambda one: one.stated)} if has_verdict else {}),
        "strongest_wrong": _strongest(wrong),
        "wrong_called_copies": _called(wrong) if has_verdict else None,
        "same_scene": _scenes(answers.pairs, wrong, floors[LEFT_OUT], has_verdict=has_verdict),
        "boundaries": _boundaries([one for one in true if _found(one, floors[LEFT_OUT], has_verdict=has_verdict)]),
        "by": dict(Counter(one.found.by for one in true if one.found is not None and one.score > floors[LEFT_OUT])),
        "answers": [_row(one) for one in (*answers.asked, *answers.pairs)],
    }


def _times_real(seconds: float, spent_s: float | None) -> float | None:
    return None if spent_s is None else round(seconds / max(spent_s, 1e-9), 1)


def _found(one: Asked, floor: float, *, has_verdict: bool) -> bool:
    return one.stated if has_verdict else one.score > floor


def _recall(true: list[Asked], is_found: Any) -> dict[str, Any]:  # noqa: ANN401  a question asked of each pair
    rows: dict[str, list[bool]] = {}
    for one in true:
        rows.setdefault(one.query["edit"], []).append(bool(is_found(one)))
    edits = [hit for edit in EDITS for hit in rows.get(edit, [])]
    short = [
        bool(is_found(one))
        for one in true
        if one.query["edit"] in EDITS and one.query["q_end_s"] - one.query["q_start_s"] <= 4
    ]
    return {
        "edits": {edit: round(sum(hits) / len(hits), 4) for edit, hits in rows.items()},
        "all": round(sum(edits) / len(edits), 4) if edits else None,
        "up_to_4_s": round(sum(short) / len(short), 4) if short else None,
        "queries": {edit: len(hits) for edit, hits in rows.items()},
    }


def _strongest(wrong: list[Asked]) -> list[dict[str, Any]]:
    named = sorted((one for one in wrong if one.found is not None), key=lambda one: -one.score)
    kept = named[:5] + [one for one in named if not one.alike][:5]
    return [
        {"query": one.query["id"], "video": one.video, "alike": one.alike, "score": round(one.score, 4)} for one in kept
    ]


def _called(wrong: list[Asked]) -> dict[str, Any]:
    return {
        name: {
            "called": sum(one.stated for one in rows),
            "told_same_scene": sum(one.found is not None and one.found.kind in SCENES for one in rows),
            "of": len(rows),
        }
        for name, rows in (
            ("strangers", [one for one in wrong if not one.alike]),
            ("look_alikes", [one for one in wrong if one.alike]),
        )
    }


def _scenes(pairs: Sequence[Asked], wrong: list[Asked], floor: float, *, has_verdict: bool) -> dict[str, Any]:
    """Of pairs of one scene: how many are called copies, and how many are told to be one scene.

    A method without a verdict calls a copy what is over the threshold at which no unrelated pair is.
    """
    alike = [one for one in wrong if one.alike]
    told = {}
    for name, rows in (("recordings in one room", pairs), ("look-alikes", alike)):
        if rows:
            told[name] = {
                "pairs": len(rows),
                "called_copy": round(sum(_found(one, floor, has_verdict=has_verdict) for one in rows) / len(rows), 4),
                "told_same_scene": round(
                    sum(one.found is not None and one.found.kind in SCENES for one in rows) / len(rows),
                    4,
                ),
            }
    return told


def _boundaries(found: list[Asked]) -> dict[str, Any] | None:
    """Median errors of start and end in the query, overlap in both videos, and speed and mirror where they are said."""
    rows = [one for one in found if one.found and one.found.segments and one.query["q_start_s"] is not None]
    rows = [one for one in rows if one.query["edit"] in EDITS]
    if not rows:
        return None
    starts, ends, here, there, speeds, mirrors = [], [], [], [], [], []
    for one in rows:
        assert one.found is not None
        query, parts = one.query, one.found.segments
        start_s, end_s = min(part.q_start_s for part in parts), max(part.q_end_s for part in parts)
        starts.append(abs(start_s - query["q_start_s"]))
        ends.append(abs(end_s - query["q_end_s"]))
        here.append(_overlap((start_s, end_s), (query["q_start_s"], query["q_end_s"])))
        span = (min(part.r_start_s for part in parts), max(part.r_end_s for part in parts))
        there.append(_overlap(span, (query["r_start_s"], query["r_end_s"])))
        speeds += [abs(part.speed / query["speed"] - 1) <= 0.02 for part in parts if part.speed is not None]
        mirrors += [part.mirror == query["mirror"] for part in parts if part.mirror is not None]
    return {
        "found": len(rows),
        "start_s": round(median(starts), 3),
        "end_s": round(median(ends), 3),
        "start_p90_s": round(float(np.quantile(starts, 0.9)), 3),
        "end_p90_s": round(float(np.quantile(ends, 0.9)), 3),
        "overlap_query": round(float(np.mean(here)), 4),
        "overlap_reference": round(float(np.mean(there)), 4),
        "speed_right": round(float(np.mean(speeds)), 4) if speeds else None,
        "mirror_right": round(float(np.mean(mirrors)), 4) if mirrors else None,
    }


def _overlap(one: tuple[float, float], other: tuple[float, float]) -> float:
    shared = max(0.0, min(one[1], other[1]) - max(one[0], other[0]))
    return shared / (max(one[1], other[1]) - min(one[0], other[0]))


def _number(score: float) -> float | None:
    return round(score, 4) if np.isfinite(score) else None


def _row(one: Asked) -> dict[str, Any]:
    told = {"query": one.query["id"], "video": one.video, "true": one.true, "alike": one.alike}
    return told | ({} if one.found is None else asdict(one.found))


# -- showing


def table(told: dict[str, Any]) -> str:
    """The figures of one finder as lines of text."""
    pairs = told["pairs"]
    lines = [
        f"\n{told['finder']}: {pairs['true']} true pairs, {pairs['wrong']} wrong, {pairs['look_alike']} of them alike",
        f"  {'recall, %':<24}" + "".join(f"{edit:>8}" for edit in (*EDITS, "all 12", "<= 4 s", "2 s", "natural")),
    ]
    for name, recall in told["recall"].items():
        cells = [*(recall["edits"].get(edit) for edit in EDITS), recall["all"], recall["up_to_4_s"]]
        cells += [recall["edits"].get("plain_2s"), recall["edits"].get("natural")]
        lines.append(f"  {name:<24}" + "".join(f"{_per_cent(cell):>8}" for cell in cells))
    if told["wrong_called_copies"] is not None:
        called = (f"{of['called']} of {of['of']} {who}" for who, of in told["wrong_called_copies"].items())
        lines.append(f"  called copies, as told: {', '.join(called)}")
        strangers = told["wrong_called_copies"]["strangers"]
        lines.append(f"  strangers told to be one scene: {strangers['told_same_scene']} of {strangers['of']}")
    for name, of in told["same_scene"].items():
        scene = f", told to be one scene {_per_cent(of['told_same_scene'])} %"
        called_copy = "over the threshold" if told["wrong_called_copies"] is None else "called a copy"
        lines.append(f"  {name}: {called_copy} {_per_cent(of['called_copy'])} % of {of['pairs']}{scene}")
    if told["boundaries"] is not None:
        at = told["boundaries"]
        lines.append(
            f"  boundaries, median: start {at['start_s']} s, end {at['end_s']} s; overlap {at['overlap_query']} in the"
            f" query, {at['overlap_reference']} in the reference; speed right {_per_cent(at['speed_right'])} %,"
            f" mirror right {_per_cent(at['mirror_right'])} %"
        )
    lines.append(f"  found by {told['by']}; strongest wrong: {_named(told['strongest_wrong'])}")
    speed = told["indexing_times_real_time"]
    looking = "" if speed is None else f"looking at the archive: {speed} x real time a core; "
    lines.append(f"  {looking}a query {told['query_cpu_s']} s")
    return "\n".join(lines)


def reach() -> str:
    """What the issue asks for, beside what peers were measured at before."""
    return _REACH


def _named(rows: list[dict[str, Any]]) -> str:
    return "; ".join(f"{row['query']} in {row['video']} {row['score']}{' (alike)' * row['alike']}" for row in rows[:7])


def _per_cent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.1f}".removesuffix(".0")
