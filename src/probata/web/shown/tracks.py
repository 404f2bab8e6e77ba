"""Tracks as screens show them: on the player's clock, each entry tied to the frame at which it begins."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from functools import lru_cache
from typing import Any

from attrs import asdict, evolve, field, frozen
from django.utils.translation import get_language, gettext

from probata.analysis import selectors as analysis
from probata.analysis.exports import export
from probata.analysis.exports.lines import decision
from probata.analysis.selectors import Candidate, CandidateNotFound, LookRow, Standing
from probata.analysis.services import FRAMES
from probata.engines import plugins
from probata.media.table import PtsTable
from probata.preservation import selectors as preservation
from probata.terms.showing import shown_in_a_line
from probata.web.machine_words import called
from probata.web.reasons import in_words
from probata.web.served import renditions

SPOKEN = ("speech", "doubtful_speech", "voice")
UNSURE, CLEARLY, MOST_LANGUAGES = 0.5, 0.8, 3
ROWS = 40
"""How many entries of a track stand in the page as rows at first; the others come as they are wanted."""


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

    def drawn(self) -> dict[str, Any]:
        """As much as a script draws of it; `says` and `shown` only where they are other than `text`."""
        shown = shown_in_a_line(self.says)
        told = {
            "number": self.number,
            "kind": self.kind,
            "start_s": round(self.start_s, 6),
            "end_s": round(self.end_s, 6),
            "ordinal": self.ordinal,
            "text": self.text,
            "state": self.standing.state,
            "seq": self.standing.seq,
        }
        told |= {} if self.says == self.text else {"says": self.says}
        told |= {} if shown == self.text else {"shown": shown}
        return told if self.box is None else {**told, "box": self.box}

    def as_json(self) -> dict[str, Any]:
        """The entry with all that is known of it, for a script."""
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
    def figure(self) -> str:
        """How many at least and at most, of the summary; it reads from left to right."""
        return self.summary.partition(": ")[0]

    @property
    def because(self) -> str:
        """Why not one number, of the summary."""
        return self.summary.partition(": ")[2]

    @property
    def undecided(self) -> int:
        """How many candidates nobody has decided about."""
        return sum(one.standing.state == "candidate" for one in self.entries)

    @property
    def rows(self) -> Rows:
        """The first entries, as rows."""
        return Rows.of(self.track, self.entries)

    @property
    def lines(self) -> Rows:
        """The first entries that have a place in the transcript, as its lines."""
        return Rows.of(self.track, self.spoken)

    @property
    def spoken(self) -> tuple[TrackEntry, ...]:
        """The entries that have a place in the transcript."""
        return tuple(one for one in self.entries if one.spoken)

    def as_json(self) -> dict[str, Any]:
        """The track for a script to draw."""
        plain = {name: getattr(self, name) for name in ("analyser", "version", "outcome", "track", "superseded")}
        told = {"why": in_words(self.why), "summary": self.summary}
        return {**plain, **told, "entries": [entry.drawn() for entry in self.entries]}


@frozen(kw_only=True)
class Rows:
    """A stretch of a list, as a page shows it: from which place on, and of how many in all."""

    track: str
    start: int
    total: int
    entries: tuple[TrackEntry, ...]

    @classmethod
    def of(cls, track: str, every: Sequence[TrackEntry], start: int = 0) -> Rows:
        """Those from a place on; before the first and after the last there are none."""
        start = max(0, min(start, len(every)))
        return cls(track=track, start=start, total=len(every), entries=tuple(every[start : start + ROWS]))

    @property
    def first(self) -> int:
        """The number of the first of them, as people count."""
        return self.start + 1 if self.entries else 0

    @property
    def last(self) -> int:
        """The number of the last of them, as people count."""
        return self.start + len(self.entries)

    @property
    def later(self) -> int:
        """How many come after."""
        return self.total - self.last


def tracks(item: str, older: Sequence[str] = ()) -> list[Track]:
    """Every analyser's newest answer about an item, and the names of those that have not looked yet.

    `older` are digests of superseded tracks to show in place of the newest of the same analyser.
    """
    every, standings = analysis.looks_by_analyser(item), analysis.standings(item)
    answered = []
    for looks in every.values():
        chosen = next((look for look in looks if look.track_sha256 in older), analysis.current(looks))
        if not _is_mere_table(chosen):
            answered.append(_track(item, chosen, looks, standings))
    waiting = [
        Track(analyser=name, version="", outcome="not_looked", why="")
        for name in plugins.names("probata.analysers")
        if name not in every
    ]
    return answered + waiting


def entry(item: str, track_sha256: str, number: int) -> TrackEntry:
    """One candidate as screens show it; raises `CandidateNotFound`."""
    found = entries(item, track_sha256)
    if not 0 <= number < len(found):
        raise CandidateNotFound(item=item[:8], entry=number, track=track_sha256[:8])
    return found[number]


def entries(item: str, track_sha256: str) -> tuple[TrackEntry, ...]:
    """Every candidate of one track of an item as screens show it; raises `CandidateNotFound` where it has no such."""
    look = next((look for look in analysis.looks(item) if look.track_sha256 == track_sha256), None)
    if look is None:
        raise CandidateNotFound(item=item[:8], entry=0, track=track_sha256[:8])
    return _entries(item, look, analysis.standings(item))


def stretch(every: Sequence[TrackEntry], track_sha256: str, *, start: int = 0, around: int | None = None) -> Rows:
    """As many rows as a page shows at a time: from a place on, or those among which the candidate `around` is."""
    if around is not None:
        place = next((place for place, one in enumerate(every) if one.number == around), 0)
        start = place - place % ROWS
    return Rows.of(track_sha256, every, start)


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


Standings = Mapping[tuple[str, int], Standing]


def _entries(item: str, look: LookRow, standings: Standings) -> tuple[TrackEntry, ...]:
    """The candidates of a look as they stand: most of what is shown of them never changes, and is kept."""
    return _standing(look, _told_of(item, look)[1], standings)


def _standing(look: LookRow, told: Sequence[TrackEntry], standings: Standings) -> tuple[TrackEntry, ...]:
    found = list(told)
    for (track, number), standing in standings.items():
        if track == look.track_sha256 and number < len(found):
            found[number] = evolve(found[number], standing=standing)
    return tuple(found)


def _told_of(item: str, look: LookRow) -> tuple[str, tuple[TrackEntry, ...]]:
    if look.outcome != "found":
        return "", ()
    table = preservation.rendition(item, renditions.TABLE)
    return _told(
        item,
        look.analyser,
        look.version,
        look.track_sha256,
        None if table is None else str(table.sha256),
        renditions.origin_s(item),
        get_language(),
    )


@lru_cache(maxsize=24)
def _told(
    item: str,
    analyser: str,
    version: str,
    track_sha256: str,
    _table: str | None,
    origin_s: Fraction,
    _language: str | None,
) -> tuple[str, tuple[TrackEntry, ...]]:
    """A track's summary and its entries, before anybody decided; the table and the language are there to keep by."""
    told = analysis.track_of(track_sha256)
    segments, table = _segments(told), renditions.frames(item)
    undecided = Standing()
    found = (
        Candidate(
            item=item,
            analyser=analyser,
            version=version,
            track_sha256=track_sha256,
            entry=place,
            told=one,
            standing=undecided,
        )
        for place, one in enumerate(told.get("entries", ()))
    )
    return _summary(told), tuple(_entry(one, segments, table, origin_s) for one in found)


def _track(item: str, look: LookRow, looks: Sequence[LookRow], standings: Standings) -> Track:
    counts, (summary, told) = analysis.current(looks), _told_of(item, look)
    decided = Counter(track for (track, _place), standing in standings.items() if standing.state != "candidate")
    return Track(
        analyser=look.analyser,
        version=look.version,
        outcome=look.outcome,
        why=look.why,
        track=look.track_sha256,
        entries=_standing(look, told, standings),
        summary=summary,
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
    return f"{number}: {in_words(str(count.get('why') or ''))}".removesuffix(": ")


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
        ordinal=renditions.shown_at(table, start),
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
    # Most clocks start at 0, and an hour has ten thousand words.
    start_s = Fraction(told["start_s"]) - origin_s if origin_s else told["start_s"]
    return Word(text=told["text"], start_s=float(start_s), probability=told["probability"])


def _facts(stored: Mapping[str, Any], attributes: Mapping[str, Any]) -> Iterator[str]:
    """What else an entry tells, in words: how exact, what it may be instead, of what it may be the echo."""
    told = {**attributes, **stored}
    if (error_s := told.get("onset_error_s")) is not None:
        yield f"± {float(error_s) * 1000:.0f} ms"
    likely = [one for one in told.get("alternatives") or () if isinstance(one, Mapping) and "kind" in one]
    if likely:
        scored = [(called(str(one["kind"]).replace(" ", "_")), float(one.get("score", 0))) for one in likely[:4]]
        names = ", ".join(f"{kind} {score:.2f}" for kind, score in scored)
        yield gettext("may be: %(names)s") % {"names": names}
    if told.get("echo_of") is not None:
        yield gettext("may be an echo of number %(number)s") % {"number": told["echo_of"]}
    if told.get("seen") is not None:
        yield gettext("read in %(count)s pictures") % {"count": told["seen"]}


def _seconds(pts: int | None, time_base: str, seconds: float | None) -> Fraction:
    # Ticks are exact; seconds stand in where a track was made from sound alone.
    if pts is not None and time_base:
        return pts * _tick(time_base)
    return Fraction(seconds or 0)


@lru_cache(maxsize=64)
def _tick(time_base: str) -> Fraction:
    # Thousands of entries name the same one.
    return Fraction(time_base)
