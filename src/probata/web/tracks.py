"""Tracks as screens show them: on the player's clock, each entry tied to the frame at which it begins."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any

from attrs import asdict, field, frozen
from django.utils.translation import gettext

from probata.analysis import selectors as analysis
from probata.analysis.exports import export
from probata.analysis.exports.lines import decision
from probata.analysis.selectors import Candidate, CandidateNotFound, LookRow, Standing
from probata.analysis.services import FRAMES
from probata.engines import plugins
from probata.media.table import PtsTable
from probata.media.waveform import FULL_SCALE, Waveform
from probata.preservation import selectors as preservation
from probata.terms.showing import shown_in_a_line
from probata.terms.spans import Moment
from probata.web import renditions

SPOKEN = ("speech", "doubtful_speech", "voice")
UNSURE, CLEARLY, MOST_LANGUAGES, MOST_ROWS = 0.5, 0.8, 3, 500
MOST_BUCKETS = 120_000
"""Ten for each pixel of a very wide screen; below that, a wider view loses nothing that can be seen."""


@frozen(kw_only=True)
class Word:
    """One word as a machine heard it, when, and how sure it was; `unsure` where it hardly was."""

    text: str
    start_s: float
    probability: float

    @property
    def unsure(self) -> bool:
        """Whether a reader should be warned."""
        return self.probability < UNSURE


@frozen(kw_only=True)
class TrackEntry:
    """One thing found, from `start_s` to `end_s` on the player's clock; `ordinal` is the frame shown at its start.

    `track` and `number` name it; `text` is what it says, as a person corrected it, else as the machine told it;
    `standing` is what people made of it. `facts` are further things about it, ready to be read.
    """

    analyser: str
    version: str
    track: str
    number: int
    kind: str
    start_s: float
    end_s: float
    start_pts: int | None
    end_pts: int | None
    time_base: str
    ordinal: int | None
    score: float | None
    text: str
    guess: str
    standing: Standing
    languages: tuple[tuple[str, float], ...] = ()
    words: tuple[Word, ...] = ()
    facts: tuple[str, ...] = ()
    box: tuple[float, ...] | None = None
    attributes: Mapping[str, Any] = field(factory=dict)

    @property
    def says(self) -> str:
        """The words it stands for: corrected, read, or guessed."""
        return self.standing.text or self.text or self.guess

    @property
    def spoken(self) -> bool:
        """Whether it has a place in the transcript."""
        return self.kind in SPOKEN

    @property
    def doubts(self) -> tuple[str, ...]:
        """Why the machine's words are a guess; none where it is sure of itself."""
        return tuple(str(one) for one in self.attributes.get("doubts", ()))

    @property
    def speaker(self) -> str:
        """S1, S2 and so on where voices were told apart by pitch within the file; whose they are nobody says."""
        return str(self.attributes.get("speaker", ""))

    @property
    def draft(self) -> str:
        """A machine's draft of a translation, for triage; empty where none was asked for."""
        return str((self.attributes.get("draft_translation") or {}).get("text", ""))

    @property
    def tag(self) -> str:
        """The language of its words where one stands out enough to set and read them by; else empty."""
        likely = self.languages[:1]
        return likely[0][0] if likely and likely[0][1] >= CLEARLY else ""

    def as_json(self) -> dict[str, Any]:
        """The entry for a script to draw."""
        told = asdict(self, filter=lambda attribute, _value: attribute.name not in {"standing", "words"})
        standing = {"state": self.standing.state, "seq": self.standing.seq}
        return {**told, "says": self.says, "shown": shown_in_a_line(self.says), **standing}


@frozen(kw_only=True)
class Earlier:
    """A look that a later one superseded; it can still be read. People decided about `decided` of its candidates."""

    track: str
    version: str
    at: datetime
    count: int
    decided: int


@frozen(kw_only=True)
class Track:
    """One analyser's answer: found, nothing found, could not look (and why), or not looked yet.

    `summary` says what it comes to as a whole, such as how many sounds at least and at most, and why. `failed_since` is
    why a later look could not look: what was found before stands.
    """

    analyser: str
    version: str
    outcome: str
    why: str
    track: str = ""
    entries: tuple[TrackEntry, ...] = ()
    summary: str = ""
    superseded: bool = False
    failed_since: str = ""
    earlier: tuple[Earlier, ...] = ()

    @property
    def undecided(self) -> int:
        """How many candidates nobody has decided about."""
        return sum(one.standing.state == "candidate" for one in self.entries)

    @property
    def rows(self) -> tuple[TrackEntry, ...]:
        """As many entries as a page can show as rows."""
        return self.entries[:MOST_ROWS]

    @property
    def left_out(self) -> int:
        """How many entries are no rows."""
        return max(0, len(self.entries) - MOST_ROWS)

    def as_json(self) -> dict[str, Any]:
        """The track for a script to draw."""
        plain = {name: getattr(self, name) for name in ("analyser", "version", "outcome", "why", "track", "summary")}
        return {**plain, "superseded": self.superseded, "entries": [entry.as_json() for entry in self.entries]}


def tracks(item: str, older: Sequence[str] = ()) -> list[Track]:
    """Every analyser's newest answer about an item, and the names of those that have not looked yet.

    `older` are digests of superseded tracks to show in place of the newest of the same analyser.
    """
    table, origin_s = renditions.frames(item), renditions.origin_s(item)
    every = analysis.looks_by_analyser(item)
    answered = []
    for looks in every.values():
        chosen = next((look for look in looks if look.track_sha256 in older), analysis.current(looks))
        if not _is_mere_table(chosen):
            answered.append(_track(item, chosen, looks, table, origin_s))
    waiting = [
        Track(analyser=name, version="", outcome="not_looked", why="")
        for name in plugins.names("probata.analysers")
        if name not in every
    ]
    return answered + waiting


def entry(item: str, track_sha256: str, number: int) -> TrackEntry:
    """One candidate as screens show it; raises `CandidateNotFound`."""
    table, origin_s = renditions.frames(item), renditions.origin_s(item)
    one = analysis.candidate(item, track_sha256, number)
    look = next(look for look in analysis.looks(item) if look.track_sha256 == track_sha256)
    return _entry(one, _segments(analysis.track(look)), table, origin_s)


def exported(item: str, track_sha256: str, format: str, *, media_name: str) -> tuple[str, str, bytes]:  # noqa: A002  the trade's word
    """A track as a file for another tool: the end of its name, its media type, its bytes.

    Raises `CandidateNotFound` where the item has no such track, and `UnknownFormat`.
    """
    look = next((look for look in analysis.looks(item) if look.track_sha256 == track_sha256), None)
    if look is None:
        raise CandidateNotFound(item=item[:8], entry=0, track=track_sha256[:8])
    told = [decision(one.as_json()) for one in analysis.candidates(item, look)]
    decided = [one for one in told if one is not None]
    # None where nobody made what tells the player's clock: the file then says that it is not known.
    origin_s = preservation.origin_s(item)
    return export(analysis.track(look), format, media_name=media_name, decisions=decided, origin_s=origin_s)


def _is_mere_table(look: LookRow) -> bool:
    # That the frames were counted is told by the axis itself; that they could not be is an answer of its own.
    return bool(look.analyser == FRAMES and look.outcome == "found")


def _track(item: str, look: LookRow, looks: Sequence[LookRow], table: PtsTable | None, origin_s: Fraction) -> Track:
    told = analysis.track(look) if look.outcome == "found" else {}
    segments = _segments(told)
    counts, standings = analysis.current(looks), analysis.standings(item)
    decided = Counter(track for (track, _place), standing in standings.items() if standing.state != "candidate")
    return Track(
        analyser=look.analyser,
        version=look.version,
        outcome=look.outcome,
        why=look.why,
        track=look.track_sha256,
        entries=tuple(
            _entry(one, segments, table, origin_s)
            for one in (analysis.candidates(item, look) if look.outcome == "found" else ())
        ),
        summary=_summary(told),
        superseded=look is not counts,
        failed_since="" if looks[0] is counts else looks[0].why,
        earlier=tuple(
            Earlier(
                track=one.track_sha256,
                version=one.version,
                at=one.at,
                count=one.entry_count,
                decided=decided[one.track_sha256],
            )
            for one in looks
            if one is not look and one.outcome != "could_not_look"
        ),
    )


def _summary(told: Mapping[str, Any]) -> str:
    count = told.get("count")
    if not isinstance(count, Mapping):
        return ""
    least, most = count.get("min"), count.get("max")
    number = f"{least}" if least == most else f"≥ {least}" if most is None else f"{least}–{most}"
    return f"{number}: {count.get('why', '')}".removesuffix(": ")


def _segments(told: Mapping[str, Any]) -> dict[int, Mapping[str, Any]]:
    # Word by word, by the tick at which a segment starts.
    rows = (*told.get("segments", ()), *told.get("doubtful", ()))
    return {row["start_pts"]: row for row in rows if "start_pts" in row}


def _entry(
    one: Candidate, segments: Mapping[int, Mapping[str, Any]], table: PtsTable | None, origin_s: Fraction
) -> TrackEntry:
    stored = one.told
    time_base = str(stored.get("time_base") or "")
    start_pts, end_pts = stored.get("start_pts"), stored.get("end_pts")
    start = _seconds(start_pts, time_base, stored.get("start_s"))
    end = _seconds(end_pts, time_base, stored.get("end_s", stored.get("start_s")))
    attributes = stored.get("attributes") or {}
    segment = segments.get(start_pts, {}) if start_pts is not None and one.kind in SPOKEN else {}
    return TrackEntry(
        analyser=one.analyser,
        version=one.version,
        track=one.track_sha256,
        number=one.entry,
        kind=one.kind,
        start_s=float(start - origin_s),
        end_s=float(end - origin_s),
        start_pts=start_pts,
        end_pts=end_pts,
        time_base=time_base,
        ordinal=shown_at(table, start),
        score=stored.get("score"),
        text=str(stored.get("text") or ""),
        guess=str(attributes.get("guess") or ""),
        standing=one.standing,
        languages=_languages(attributes.get("languages") or {}),
        words=tuple(_word(told, origin_s) for told in segment.get("words", ())),
        facts=tuple(_facts(stored, attributes)),
        box=tuple(stored["box"]) if stored.get("box") else None,
        attributes=attributes,
    )


def _languages(shares: Mapping[str, float]) -> tuple[tuple[str, float], ...]:
    return tuple(sorted(shares.items(), key=lambda pair: -pair[1])[:MOST_LANGUAGES])


def _word(told: Mapping[str, Any], origin_s: Fraction) -> Word:
    start_s = Fraction(told["start_s"]) - origin_s
    return Word(text=told["text"], start_s=float(start_s), probability=told["probability"])


def _facts(stored: Mapping[str, Any], attributes: Mapping[str, Any]) -> Iterator[str]:
    """What else an entry tells, in words: how exact, what it may be instead, of what it may be the echo."""
    told = {**attributes, **stored}
    if (error_s := told.get("onset_error_s")) is not None:
        yield f"± {float(error_s) * 1000:.0f} ms"
    likely = [one for one in told.get("alternatives") or () if isinstance(one, Mapping) and "kind" in one]
    if likely:
        scored = [(str(one["kind"]).replace("_", " "), float(one.get("score", 0))) for one in likely[:4]]
        names = ", ".join(f"{kind} {score:.2f}" for kind, score in scored)
        yield gettext("may be: %(names)s") % {"names": names}
    if told.get("echo_of") is not None:
        yield gettext("may be an echo of number %(number)s") % {"number": told["echo_of"]}
    if told.get("seen") is not None:
        yield gettext("read in %(count)s pictures") % {"count": told["seen"]}


def _seconds(pts: int | None, time_base: str, seconds: float | None) -> Fraction:
    # Ticks are exact; seconds stand in where a track was made from sound alone.
    if pts is not None and time_base:
        return pts * Fraction(time_base)
    return Fraction(seconds or 0)


def shown_at(table: PtsTable | None, start_s: Fraction) -> int | None:
    """The frame that is on screen at a time of the file's own clock, and of several with that PTS the first."""
    if table is None or not table.count:
        return None
    ticks = round(start_s / table.time_base)
    found = table.by_pts(ticks) if ticks * table.time_base == start_s else ()
    return found[0] if found else table.shown_at(Moment(pts=ticks, time_base=table.time_base))


def frame_columns(table: PtsTable) -> dict[str, Any]:
    """The table of frames for a script: columns, whole numbers only, so that nothing is rounded on the way.

    `middles` are twice the ticks of the middle of each frame's interval: where a player seeks to show it; None for a
    frame that no time shows. Digests are asked for one by one: a screen names one frame at a time.
    """
    middles = []
    for ordinal in range(table.count):
        shown = table.interval(ordinal)
        middles.append(None if shown is None else shown.start_pts + shown.end_pts)
    return {
        "schema": "probata/frame-columns/1",
        "count": table.count,
        "time_base": [table.time_base.numerator, table.time_base.denominator],
        "origin_s": [table.origin_s.numerator, table.origin_s.denominator],
        "pts": table.pts,
        "middles": middles,
        "keys": table.keys,
        "faults": table.faults,
    }


def wave_columns(wave: Waveform, origin_s: Fraction) -> dict[str, Any]:
    """The waveform for a script: levels in columns, and from which bucket on which time counts."""
    shown = wave if wave.count <= MOST_BUCKETS else wave.coarser(-(-wave.count // MOST_BUCKETS))
    return {
        "schema": "probata/wave-columns/1",
        "full_scale": FULL_SCALE,
        "bucket_s": float(Fraction(shown.samples_a_bucket, shown.rate_hz)),
        "anchors": [[one.sample / shown.samples_a_bucket, float(one.seconds - origin_s)] for one in shown.anchors],
        "lowest": shown.lowest,
        "highest": shown.highest,
        "level": shown.level,
    }
