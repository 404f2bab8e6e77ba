"""Tracks as analysers make them, written by hand and put on the record, for tests that must not need a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from probata.analysis.seam import Answer, Entry, Track
from probata.terms.digests import Sha256, sha256

if TYPE_CHECKING:
    from probata.custody.entries import Signer

TICK = Fraction(1, 16_000)
WORDS = ("Он хрипит.", "Залиште його в спокої.", "Дмитровка")
LANGUAGES = ({"ru": 0.61, "uk": 0.33}, {"uk": 0.52, "ru": 0.44}, {"ru": 0.9})


def said(text: str, start_s: float, end_s: float, *, sure: bool = True, languages: Mapping[str, float]) -> Entry:
    """An entry of speech; where the analyser is not sure, its words are a guess and no text."""
    doubts: dict[str, Any] = {} if sure else {"guess": text, "doubts": ["few words were made out"]}
    return Entry(
        kind="speech" if sure else "doubtful_speech",
        start_pts=round(start_s * 16_000),
        end_pts=round(end_s * 16_000),
        time_base=TICK,
        score=0.8 if sure else 0.3,
        text=text if sure else None,
        attributes={"languages": dict(languages), **doubts},
    )


def speech(*, recipe: str = "5", version: str = "1", texts: Sequence[str] = WORDS) -> Track:
    """A voice that says three things, the last of them hardly heard."""
    entries = tuple(
        said(text, 0.1 + place, 0.8 + place, sure=place != 2, languages=LANGUAGES[place % 3])
        for place, text in enumerate(texts)
    )
    segments = [
        {**one.as_json(), "languages": one.attributes["languages"], "words": _words(one)}
        for one in entries
        if one.kind == "speech"
    ]
    return _track("speech", version, recipe, entries, {"segments": segments})


def impulses(*, recipe: str = "6", onsets_s: Sequence[float] = (0.5, 0.9, 1.9)) -> Track:
    """Impulsive sounds, the last but one perhaps an echo."""
    entries = tuple(
        Entry(
            kind="impulsive_sound",
            start_pts=round(at * 16_000),
            end_pts=round((at + 0.1) * 16_000),
            time_base=TICK,
            score=0.9,
            attributes={"alternatives": [{"kind": "door", "score": 0.2}], "onset_error_s": 0.003},
        )
        for at in onsets_s
    )
    return _track(
        "shots", "1", recipe, entries, {"count": {"min": len(entries) - 1, "max": len(entries), "why": "echo"}}
    )


def caption(*, recipe: str = "8", text: str = "Озерне") -> Track:
    """One caption in the lower half of the picture."""
    entry = Entry(
        kind="visible_text",
        start_pts=3_200,
        end_pts=32_000,
        time_base=TICK,
        score=0.9,
        text=text,
        box=(0.25, 0.7, 0.5, 0.2),
    )
    return _track("screen_text", "1", recipe, (entry,), {})


def could_not(analyser: str, *, recipe: str = "9") -> Track:
    """An answer of somebody who could not look."""
    return _track(analyser, "9", recipe, (), {}, "could_not_look")


def record(item: str, track: Track, actor: Signer) -> str:
    """Put a track on the record as `examine` does; the digest of the track."""
    from probata.analysis import selectors, services
    from probata.custody import services as custody

    with custody.act(actor=actor, reason="a track made by hand for a test") as act:
        services.looking._record_track(act, Sha256(item), track)
    return selectors.newest_looks(item)[track.analyser].track_sha256


def _words(entry: Entry) -> list[dict[str, Any]]:
    told = entry.as_json()
    parts = (entry.text or "").split()
    step = (told["end_s"] - told["start_s"]) / max(1, len(parts))
    return [
        {
            "text": f" {part}",
            "start_s": round(told["start_s"] + place * step, 6),
            "end_s": round(told["start_s"] + (place + 1) * step, 6),
            "start_pts": round((told["start_s"] + place * step) * 16_000),
            "end_pts": round((told["start_s"] + (place + 1) * step) * 16_000),
            "time_base": told["time_base"],
            "probability": 0.95 if place else 0.4,
        }
        for place, part in enumerate(parts)
    ]


def _track(
    analyser: str,
    version: str,
    recipe: str,
    entries: tuple[Entry, ...],
    more: Mapping[str, Any],
    outcome: Answer = "found",
) -> Track:
    return Track(
        analyser=analyser,
        version=version,
        recipe=sha256(recipe * 64),
        outcome=outcome,
        why="",
        entries=entries,
        parameters={},
        tools={"made": "by hand"},
        more=more,
    )
