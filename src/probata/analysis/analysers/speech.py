"""Speech: when a voice is heard, what it may say, word by word, and in which languages; never whose voice it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

import msgspec

from probata.analysis.seam import About, Draft, Entry, Parameter
from probata.analysis.speech import languages, voices
from probata.analysis.speech.guards import Guards, Signs
from probata.engines import settings, weights
from probata.engines.weights import SPEECH, VOICE
from probata.media.passes import Consumer, Outcome, PassResult
from probata.terms.digests import Sha256

_NAME, _TARGET = "heard", "probata.analysis.jailed.recognising:Recogniser"
_WINDOWS_A_SECOND = 16_000 / 512
_MOST_S = 28.0  # Whisper hears thirty seconds at a time
_PAD_S = 0.3
_LEAST_VOICE_S = 0.2
_LEAST_SOUND_S = 0.25
_MOST_FAULTS = 20
_SILENT = 1 / 32_768  # half a step of 16 bits would be rounding
_DRAFT = {
    "language": "en",
    "by": "machine, unverified",
    "warning": "of the whole stretch; the model invents content: ask a person who reads the language, never quote it",
}
_WORDS = "words are placed by the model on a grid of 20 ms, not to the millisecond; play them before citing a time"


class _Word(msgspec.Struct):
    """A word as `probata.analysis.jailed.recognising` tells it."""

    text: str
    start_pts: int
    end_pts: int
    probability: float


class _Segment(msgspec.Struct):
    """A segment, the same."""

    text: str
    start_pts: int
    end_pts: int
    words: list[_Word]
    no_speech: float
    log_probability: float
    compression: float
    voiced: float
    probability: float
    pitch: float | None = None


class _Stretch(msgspec.Struct):
    """A stretch with a voice, the same."""

    start_pts: int
    end_pts: int
    language: str
    languages: dict[str, float]
    segments: list[_Segment]
    draft: str = ""


class _Heard(msgspec.Struct):
    """All that was heard, checked on this side of the jail."""

    samples: int
    rate_hz: int
    peak: float
    brief: int
    jumps: int
    time_base: Fraction
    stretches: list[_Stretch]

    @property
    def seconds(self) -> Fraction:
        """How much sound there was."""
        return Fraction(self.samples, self.rate_hz)


class Speech:
    """Hears where a voice speaks and writes down what it may say, with doubts, and languages as a distribution."""

    def __init__(self) -> None:
        self._given = {role.name: settings.given_weights(role.name) for role in (SPEECH, VOICE)}
        self._lacking = "; ".join(
            dict.fromkeys(lacks for role in (SPEECH, VOICE) if (lacks := weights.lacking(role, self._given[role.name])))
        )
        self._named: list[dict[str, str]] = []

    @property
    def about(self) -> About:
        """The weights' digests and the versions of what runs them are part of it: another model is another look."""
        able = not self._lacking
        return About(
            name="speech",
            version="2",
            promise="When a voice is heard, what it may say word by word, and in which languages it may be.",
            kinds=("speech", "doubtful_speech", "voice"),
            watches=("sound",),
            parameters=(
                Parameter(name="beam", means="how many readings of a stretch are followed at once", default=5),
                Parameter(name="voice", means="how likely a voice must be to begin a stretch, 0 to 1", default=0.35),
                Parameter(name="pause_s", means="the silence that ends a stretch", default=2.0, unit="s"),
                Parameter(
                    name="no_speech", means="above this, and unsure, a segment is doubtful: no speech", default=0.6
                ),
                Parameter(
                    name="log_probability",
                    means="below this mean a segment is doubtful: the model is unsure",
                    default=-1.0,
                ),
                Parameter(
                    name="compression", means="above this ratio a segment is doubtful: it repeats itself", default=2.4
                ),
                Parameter(name="probability", means="below this mean of its words a segment is doubtful", default=0.35),
                Parameter(
                    name="draft_translation",
                    means="let the model translate each stretch into English: it invents content; never a quote",
                    default=False,
                ),
                Parameter(
                    name="language", means="below this a segment is doubtful: its language is unclear", default=0.5
                ),
            ),
            needs=("speech",),
            weights={role.name: self._digest(role) for role in (SPEECH, VOICE)} if able else {},
            tools=weights.versions(SPEECH) if able else {},
            lacking=self._lacking,
        )

    def consumers(self, parameters: Mapping[str, Any]) -> Sequence[Consumer]:
        """One consumer hears; the weights go into the jail with it, as the bytes whose digest was right."""
        speech, voice = (weights.read(role, self._given[role.name]) for role in (SPEECH, VOICE))
        self._named = [speech.named, voice.named]
        likely = float(parameters["voice"])
        rules = {
            "voice": likely,
            "quiet": max(0.01, likely - 0.15),
            "pause": _windows(float(parameters["pause_s"])),
            "most": _windows(_MOST_S),
            "least": _windows(_LEAST_VOICE_S),
            "pad": _windows(_PAD_S),
        }
        told = {
            "speech": speech.files,
            "voice": next(iter(voice.files.values())),
            "rules": rules,
            "beam": parameters["beam"],
            "draft": parameters["draft_translation"],
            "threads": 1,
        }
        return (Consumer(name=_NAME, target=_TARGET, parameters=told),)

    def track(self, outcomes: Mapping[str, Outcome], seen: PassResult, parameters: Mapping[str, Any]) -> Draft:
        """Segments that pass every guard as speech, the others as doubtful, and voices of which no word was made."""
        outcome = outcomes[_NAME]
        if outcome.outcome == "could_not_look":
            return Draft(outcome="could_not_look", why=outcome.why, more={"models": self._named})
        if outcome.result is None:
            why = "the sound cannot be decoded" if _has_sound(seen) else "there is no sound in the footage"
            answered: Any = "could_not_look" if _has_sound(seen) else "nothing_found"
            return Draft(outcome=answered, why=why, more={"models": self._named})
        heard = outcome.result_as(_Heard)
        if heard.seconds < _LEAST_SOUND_S:
            why = f"the sound lasts {float(heard.seconds):.3f} s: too short to hear speech in"
            return Draft(outcome="could_not_look", why=why, more={"models": self._named})
        told = list(_told(heard, _guards(parameters)))
        entries = tuple(sorted((entry for entry, _segment in told), key=lambda one: (one.start_pts, one.end_pts)))
        return Draft(
            outcome="found" if entries else "nothing_found",
            why=_why(heard, entries),
            entries=entries,
            more={**_more(heard, told), "faults": list(seen.faults[:_MOST_FAULTS]), "models": self._named},
        )

    def _digest(self, role: weights.Role) -> Sha256:
        given = self._given[role.name]
        return given.sha256 if given is not None else role.sha256


def _windows(seconds: float) -> int:
    return max(1, round(seconds * _WINDOWS_A_SECOND))


def _guards(parameters: Mapping[str, Any]) -> Guards:
    names = ("no_speech", "log_probability", "compression", "probability", "language")
    return Guards(**{name: float(parameters[name]) for name in names})


def _has_sound(seen: PassResult) -> bool:
    return seen.facts.sound_stream is not None


def _why(heard: _Heard, entries: Sequence[Entry]) -> str:
    if entries:
        plainly = any(entry.kind == "speech" for entry in entries)
        return "" if plainly else "a voice may be heard; nothing that was made of it passes the guards"
    seconds = f"{float(heard.seconds):.1f} s of sound"
    if heard.peak < _SILENT:
        return f"the sound is silent throughout, {seconds}"
    brief = f"; what was like a voice and shorter than {_LEAST_VOICE_S} s: {heard.brief}" if heard.brief else ""
    return f"no voice was heard in {seconds}{brief}"


def _told(heard: _Heard, guards: Guards) -> Iterator[tuple[Entry, dict[str, Any]]]:
    """Every segment as an entry and as the JSON contract of `speech` has it, and every voice without words."""
    speakers = iter(voices.told_apart([one.pitch for stretch in heard.stretches for one in stretch.segments]))
    for stretch in heard.stretches:
        likely = languages.told(stretch.languages)
        belief = languages.belief(stretch.languages, stretch.language)
        spoken = {"languages": likely, "languages_note": languages.note(stretch.languages)}
        if not stretch.segments:
            entry = Entry(
                kind="voice",
                start_pts=stretch.start_pts,
                end_pts=stretch.end_pts,
                time_base=heard.time_base,
                attributes={"doubts": ["a voice is heard, and no word of it was made out"]},
            )
            yield entry, {}
        drafted = {"draft_translation": {"text": stretch.draft, **_DRAFT}} if stretch.draft else {}
        for one in stretch.segments:
            doubts = list(guards.doubts(_signs(one, heard.time_base, belief)))
            speaker = next(speakers)
            beside = {**spoken, **drafted, **({"speaker": speaker} if speaker else {})}
            yield _entry(one, heard.time_base, beside, doubts), _segment(one, heard.time_base, beside, doubts)


def _signs(one: _Segment, time_base: Fraction, belief: float) -> Signs:
    return Signs(
        text=one.text,
        seconds=(one.end_pts - one.start_pts) * time_base,
        no_speech=one.no_speech,
        log_probability=one.log_probability,
        compression=one.compression,
        voiced=one.voiced,
        probability=one.probability,
        language=belief,
    )


def _entry(one: _Segment, time_base: Fraction, spoken: dict[str, Any], doubts: list[str]) -> Entry:
    # What is doubtful has no text of its own: nobody who lists or searches texts takes it for what was said.
    attributes = {**spoken, **({"doubts": doubts, "guess": one.text} if doubts else {})}
    return Entry(
        kind="doubtful_speech" if doubts else "speech",
        start_pts=one.start_pts,
        end_pts=one.end_pts,
        time_base=time_base,
        score=round(min(1.0, max(0.0, one.probability)), 4),
        text=None if doubts else one.text,
        attributes=attributes,
    )


def _segment(one: _Segment, time_base: Fraction, spoken: dict[str, Any], doubts: list[str]) -> dict[str, Any]:
    return {
        "text": one.text,
        "doubts": doubts,
        **_place(one, time_base),
        **spoken,
        "words": [
            {"text": word.text, **_place(word, time_base), "probability": round(word.probability, 4)}
            for word in one.words
        ],
        "guards": {
            "no_speech": round(one.no_speech, 4),
            "log_probability": round(one.log_probability, 4),
            "compression": round(one.compression, 4),
            "voiced": round(one.voiced, 4),
            "probability": round(one.probability, 4),
        },
    }


def _place(one: _Word | _Segment, time_base: Fraction) -> dict[str, Any]:
    return {
        "start_s": round(float(one.start_pts * time_base), 6),
        "end_s": round(float(one.end_pts * time_base), 6),
        "start_pts": one.start_pts,
        "end_pts": one.end_pts,
        "time_base": f"{time_base.numerator}/{time_base.denominator}",
    }


def _more(heard: _Heard, told: list[tuple[Entry, dict[str, Any]]]) -> dict[str, Any]:
    parts = [
        (float((one.end_pts - one.start_pts) * heard.time_base), one.languages)
        for one in heard.stretches
        if one.segments
    ]
    together = languages.pooled(parts)
    return {
        "segments": [segment for entry, segment in told if entry.kind == "speech"],
        "doubtful": [segment for entry, segment in told if entry.kind == "doubtful_speech"],
        "languages": languages.told(together) if together else {},
        "languages_note": languages.note(together),
        "speakers": sorted({entry.attributes["speaker"] for entry, _segment in told if "speaker" in entry.attributes}),
        "speakers_note": voices.NOTE,
        "sound": {
            "seconds": round(float(heard.seconds), 6),
            "voiced_stretches": len(heard.stretches),
            "too_brief": heard.brief,
            "jumps": heard.jumps,
        },
        "note": _WORDS,
    }
