"""Shots: sounds that begin like a shot, what else each may be, and the least and the most there may be of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from importlib.resources import files
from typing import Any

import msgspec
from attrs import frozen

from probata.analysis.seam import About, Draft, Entry, Parameter
from probata.analysis.shots import classes, counting
from probata.analysis.shots.classes import ClassMap, Opinion, Patch
from probata.analysis.shots.counting import Heard, Impulse, Rules
from probata.engines import settings, weights
from probata.engines.weights import GivenWeights, Role
from probata.media.passes import Consumer, Outcome, PassResult
from probata.terms.digests import sha256

_NAME, _TARGET = "heard", "probata.analysis.jailed.impulses:Impulses"
_CLASSED, _CLASSING = "classed", "probata.analysis.jailed.classing:Classing"
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
    said: list[Opinion | None] = []
    """What a given classifier says of each: filled in on this side."""

    @property
    def seconds(self) -> Fraction:
        """How much sound there was."""
        return Fraction(self.samples, self.rate_hz)


class _Classed(msgspec.Struct, dict=True):
    """What the user's classifier gave, checked on this side of the jail."""

    time_base: Fraction
    classes: list[tuple[str, bool]]
    patches: list[tuple[int, int, list[float]]]

    def opinion(self, onset_s: Fraction) -> Opinion | None:
        """What it says of a sound that begins then; None where it heard nothing there."""
        return classes.opinion(onset_s, self._patches, self.classes)

    @cached_property
    def _patches(self) -> list[Patch]:
        return [
            Patch(start_s=start * self.time_base, end_s=end * self.time_base, scores=tuple(scores))
            for start, end, scores in self.patches
        ]


@frozen(kw_only=True)
class _Asked:
    """A classifier that the user gives: the role it plays, and where its weights lie."""

    role: Role
    given: GivenWeights


def _asked() -> _Asked | None:
    """The classifier that the settings of the workspace name; None where they name none: nothing is asked then."""
    role, given = weights.ROLES.get(classes.ROLE), settings.given_weights(classes.ROLE)
    return _Asked(role=role, given=given) if role is not None and given is not None else None


class Shots:
    """Finds sounds that begin like a shot, with what else each may be; what they were is for people to say."""

    def __init__(self) -> None:
        self._weights = files("probata.analysis.shots").joinpath("weights.json").read_bytes()
        self._asked = _asked()

    @property
    def about(self) -> About:
        """The digest of the model is part of it, and that of a given classifier: another model is another look."""
        rules, asked = Rules(), self._asked
        return About(
            name="shots",
            version="2",
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
                Parameter(
                    name="classifier_share",
                    means="how much of a score comes from the classifier of [models.sound], if one is given, 0 to 1",
                    default=0.25,
                ),
            ),
            needs=("sound",) if asked is not None else (),
            weights={"shots": sha256(hashlib.sha256(self._weights).hexdigest())}
            | ({classes.ROLE: asked.given.sha256} if asked is not None else {}),
            tools=weights.versions(asked.role) if asked is not None else {},
            lacking=weights.lacking(asked.role, asked.given) if asked is not None else "",
        )

    def consumers(self, parameters: Mapping[str, Any]) -> Sequence[Consumer]:
        """One consumer hears, with the model; a second asks the classifier, where one is given."""
        told = {
            "weights": self._weights,
            "rise_db": float(parameters["rise_db"]),
            "least": _LEAST_TOLD,
            "kinds": list(counting.NEIGHBOURS),
        }
        heard = Consumer(name=_NAME, target=_TARGET, parameters=told)
        if self._asked is None:
            return (heard,)
        read = weights.read(self._asked.role, self._asked.given).files
        ClassMap.read(read[classes.MAP])  # what does not fit is told as a fault of the settings, not of the footage
        given = {"model": read[classes.MODEL], "classes": read[classes.MAP]}
        return (heard, Consumer(name=_CLASSED, target=_CLASSING, parameters=given))

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
        classed = outcomes.get(_CLASSED)
        if classed is not None and classed.outcome == "could_not_look":
            return Draft(outcome="could_not_look", why=classed.why)
        told.said = _said(told, classed.result_as(_Classed) if classed is not None else None)
        share = min(1.0, max(0.0, float(parameters["classifier_share"])))
        found = counting.heard(
            [_impulse(number, told, share) for number in range(len(told.impulses))], _rules(parameters)
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


def _said(told: _Heard, classed: _Classed | None) -> list[Opinion | None]:
    """What the classifier says of each impulse, in order; nothing where none is given."""
    return [classed.opinion(one.start_pts * told.time_base) if classed else None for one in told.impulses]


def _impulse(number: int, told: _Heard, share: float) -> Impulse:
    one, said = told.impulses[number], told.said[number]
    return Impulse(
        onset_s=float(one.start_pts * told.time_base),
        level_db=one.level_db,
        rise_db=one.features["rise"],
        scores=one.scores if said is None else classes.fused(one.scores, counting.WANTED, said, share),
        key=number,
        against=said is not None and said.against,
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
    here, said = told.impulses[one.key], told.said[one.key]
    facts: dict[str, Any] = {**_place(here, told.time_base), "alternatives": _alternatives([here])}
    if one.echo_of is not None:
        source = told.impulses[one.echo_of]
        facts["echo_of"] = {"onset_s": _seconds(source.start_pts, told.time_base), "start_pts": source.start_pts}
    doubts = list(_doubts(kind, one, here, said))
    return Entry(
        kind=kind,
        start_pts=here.start_pts,
        end_pts=here.end_pts,
        time_base=told.time_base,
        score=round(one.score, 4),
        attributes={
            **facts,
            "features": {name: round(value, 2) for name, value in here.features.items()},
            **(_with_classifier(one, here, said) if said is not None else {}),
            **({"doubts": doubts} if doubts else {}),
        },
        more=facts,
    )


def _with_classifier(one: Impulse, here: _Impulse, said: Opinion) -> dict[str, Any]:
    """What the given classifier says of it, and of what the score is made."""
    return {
        "classifier": said.as_json(),
        "score_of": {
            "own": round(here.scores[counting.WANTED], 4),
            "classifier": round(said.alike, 4),
            "both": round(one.scores[counting.WANTED], 4),
        },
    }


def _doubts(kind: str, one: Impulse, here: _Impulse, said: Opinion | None) -> Iterator[str]:
    if one.echo_of is not None:
        yield "possible echo of an earlier sound"
    if one.crackle:
        yield "fireworks are heard around it"
    if kind == "doubtful_impulse":
        yield "little speaks for it"
    if one.against and said is not None:
        yield f"the classifier that was given hears {said.name}"
    if sum(here.scores.get(kind, 0.0) for kind in counting.ALIKE) >= here.scores[counting.WANTED] / 2:
        yield "it may as well be a firework or a backfire"
    if here.features["over"] < _LOUD_DB:
        yield "it hardly stands out of what is heard behind it"


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
