"""Shots: sounds that begin like a shot, what else each may be, and the least and the most there may be of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from importlib.resources import files
from typing import Any

import msgspec

from probata.analysis.seam import About, Draft, Entry, Parameter
from probata.analysis.shots import counting
from probata.analysis.shots.counting import Heard, Impulse, Rules
from probata.media.passes import Consumer, Outcome, PassResult
from probata.terms.digests import sha256

_NAME, _TARGET = "heard", "probata.analysis.jailed.impulses:Impulses"
_LEAST_SOUND_S = 0.25
_SILENT = 1 / 32_768  # half a step of 16 bits would be rounding
_LEAST_ALTERNATIVE = 0.02
_LEAST_TOLD = 0.1
_MOST_FAULTS = 20
_LOUD_DB = 10
CONFUSED = ("firework", "backfire", "door", "clap", "hammer", "dropped object", "other")
"""What is taken for a shot, and shots for it; `other` has no name here: voices, music, machines, a microphone."""
_NOTE = (
    "each is a candidate: a sound that begins like a shot. Scores say how alike, and are no probabilities. "
    "Fireworks and backfires cannot be told from shots by sound alone; listen, and look at what else is known"
)


class _Impulse(msgspec.Struct):
    """An impulse as `probata.analysis.jailed.impulses` tells it."""

    start_pts: int
    end_pts: int
    error_s: float
    level_db: float
    scores: dict[str, float]
    features: dict[str, float]


class _Heard(msgspec.Struct):
    """All that was heard, checked on this side of the jail."""

    samples: int
    rate_hz: int
    peak: float
    jumps: int
    sudden: int
    left_out: int
    time_base: Fraction
    impulses: list[_Impulse]

    @property
    def seconds(self) -> Fraction:
        """How much sound there was."""
        return Fraction(self.samples, self.rate_hz)


class Shots:
    """Finds sounds that begin like a shot, with what else each may be; what they were is for people to say."""

    def __init__(self) -> None:
        self._weights = files("probata.analysis.shots").joinpath("weights.json").read_bytes()

    @property
    def about(self) -> About:
        """The digest of the model is part of it: another model is another look."""
        rules = Rules()
        return About(
            name="shots",
            version="1",
            promise="Sounds that begin like a shot: when exactly, what else each may be, and how many there may be.",
            kinds=("impulsive_sound", "doubtful_impulse", "impulsive_burst"),
            watches=("sound",),
            parameters=(
                Parameter(name="rise_db", means="how suddenly a sound must begin", default=3.5, unit="dB"),
                Parameter(
                    name="told",
                    means="from which score on a sound is told where a certain one is near, 0 to 1",
                    default=rules.told,
                ),
                Parameter(
                    name="alone", means="from which score on it is told where none is, 0 to 1", default=rules.alone
                ),
                Parameter(
                    name="doubtful", means="from which score on it is told as doubtful, 0 to 1", default=rules.doubtful
                ),
                Parameter(
                    name="certain", means="from which score on it is in the least count, 0 to 1", default=rules.certain
                ),
                Parameter(name="echo_s", means="how long after a sound its echo may come", default=1.3, unit="s"),
                Parameter(
                    name="burst_gap_s", means="the longest pause inside a burst", default=rules.burst_gap_s, unit="s"
                ),
            ),
            weights={"shots": sha256(hashlib.sha256(self._weights).hexdigest())},
        )

    def consumers(self, parameters: Mapping[str, Any]) -> Sequence[Consumer]:
        """One consumer hears; the model goes into the jail with it."""
        told = {
            "weights": self._weights,
            "rise_db": float(parameters["rise_db"]),
            "least": _LEAST_TOLD,
            "kinds": list(counting.NEIGHBOURS),
        }
        return (Consumer(name=_NAME, target=_TARGET, parameters=told),)

    def track(self, outcomes: Mapping[str, Outcome], seen: PassResult, parameters: Mapping[str, Any]) -> Draft:
        """Every sound as an entry with its doubts, bursts apart, and the count as the least and the most."""
        outcome = outcomes[_NAME]
        if outcome.outcome == "could_not_look":
            return Draft(outcome="could_not_look", why=outcome.why)
        if outcome.result is None:
            if seen.facts.sound_stream is None:
                return Draft(outcome="nothing_found", why="there is no sound in the footage", more=_nothing("no sound"))
            return Draft(outcome="could_not_look", why="the sound cannot be decoded")
        told = outcome.result_as(_Heard)
        if told.seconds < _LEAST_SOUND_S:
            why = f"the sound lasts {float(told.seconds):.3f} s: too short to tell what begins in it"
            return Draft(outcome="could_not_look", why=why)
        found = counting.heard(
            [_impulse(number, one, told.time_base) for number, one in enumerate(told.impulses)], _rules(parameters)
        )
        entries = tuple(sorted(_entries(found, told), key=lambda one: (one.start_pts, one.end_pts, one.kind)))
        return Draft(
            outcome="found" if entries else "nothing_found",
            why=_why(found, told, entries),
            entries=entries,
            more={
                "count": found.count.as_json(),
                "bursts": len(found.bursts),
                "sound": {
                    "seconds": round(float(told.seconds), 6),
                    "sudden": told.sudden,
                    "left_out": told.left_out,
                    "jumps": told.jumps,
                },
                "faults": list(seen.faults[:_MOST_FAULTS]),
                "note": _NOTE,
            },
        )


def _nothing(why: str) -> dict[str, Any]:
    return {"count": counting.Count(least=0, most=0, why=why).as_json(), "bursts": 0, "note": _NOTE}


def _rules(parameters: Mapping[str, Any]) -> Rules:
    told, alone, doubtful, certain, echo_s, burst_gap_s = (
        float(parameters[name]) for name in ("told", "alone", "doubtful", "certain", "echo_s", "burst_gap_s")
    )
    return Rules(told=told, alone=alone, doubtful=doubtful, certain=certain, echo_s=echo_s, burst_gap_s=burst_gap_s)


def _impulse(number: int, one: _Impulse, time_base: Fraction) -> Impulse:
    return Impulse(
        onset_s=float(one.start_pts * time_base),
        level_db=one.level_db,
        rise_db=one.features["rise"],
        scores=one.scores,
        key=number,
    )


def _why(found: Heard, told: _Heard, entries: Sequence[Entry]) -> str:
    if entries:
        return "" if found.plain or found.bursts else "all that was found is doubtful"
    if told.peak < _SILENT:
        return f"the sound is silent throughout, {float(told.seconds):.1f} s"
    return f"nothing begins like a shot in {float(told.seconds):.1f} s of sound; {told.sudden} sounds begin suddenly"


def _entries(found: Heard, told: _Heard) -> Iterator[Entry]:
    for one in found.plain:
        yield _sound("impulsive_sound", one, told)
    for one in found.doubtful:
        yield _sound("doubtful_impulse", one, told)
    for burst in found.bursts:
        first, last = told.impulses[burst.keys[0]], told.impulses[burst.keys[-1]]
        facts = {
            **_place(first, told.time_base),
            "alternatives": _alternatives([told.impulses[key] for key in burst.keys]),
        }
        yield Entry(
            kind="impulsive_burst",
            start_pts=first.start_pts,
            end_pts=max(first.start_pts, last.end_pts),
            time_base=told.time_base,
            score=round(burst.score, 4),
            attributes={**facts, "a_minute": round(burst.a_minute), "doubts": ["a burst: not counted inside"]},
            more=facts,
        )


def _sound(kind: str, one: Impulse, told: _Heard) -> Entry:
    here = told.impulses[one.key]
    facts: dict[str, Any] = {**_place(here, told.time_base), "alternatives": _alternatives([here])}
    doubts = []
    if one.echo_of is not None:
        source = told.impulses[one.echo_of]
        facts["echo_of"] = {"onset_s": _seconds(source.start_pts, told.time_base), "start_pts": source.start_pts}
        doubts.append("possible echo of an earlier sound")
    if one.crackle:
        doubts.append("fireworks are heard around it")
    if kind == "doubtful_impulse":
        doubts.append("little speaks for it")
    if sum(here.scores.get(kind, 0.0) for kind in counting.ALIKE) >= here.scores[counting.WANTED] / 2:
        doubts.append("it may as well be a firework or a backfire")
    if here.features["over"] < _LOUD_DB:
        doubts.append("it hardly stands out of what is heard behind it")
    return Entry(
        kind=kind,
        start_pts=here.start_pts,
        end_pts=here.end_pts,
        time_base=told.time_base,
        score=round(one.score, 4),
        attributes={
            **facts,
            "features": {name: round(value, 2) for name, value in here.features.items()},
            **({"doubts": doubts} if doubts else {}),
        },
        more=facts,
    )


def _place(one: _Impulse, time_base: Fraction) -> dict[str, Any]:
    return {"onset_s": _seconds(one.start_pts, time_base), "onset_error_s": round(one.error_s, 6)}


def _seconds(pts: int, time_base: Fraction) -> float:
    return round(float(pts * time_base), 6)


def _alternatives(sounds: Sequence[_Impulse]) -> list[dict[str, Any]]:
    """What else it may be, the likeliest first; what no sound alone tells from a shot always among them."""
    scores = {kind: sum(one.scores.get(kind, 0.0) for one in sounds) / len(sounds) for kind in CONFUSED}
    ordered = sorted(scores, key=lambda kind: (-scores[kind], kind))
    return [
        {"kind": kind, "score": round(scores[kind], 4)}
        for kind in ordered
        if kind in counting.ALIKE or scores[kind] >= _LEAST_ALTERNATIVE
    ]
