"""Assessments: how one person judges one proposition in one respect; and how two people's judgements stand together.

Two people judge alone, from the same inputs, before either may see what the other found (double coding, as in content
analysis; ICD 203 for the words). What they agree on can be sealed; what they do not goes to a third.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import Enum
from typing import Any

from attrs import field, frozen

from probata.terms.errors import InvalidValue
from probata.terms.ids import RecordId, record_id
from probata.terms.places import Point
from probata.terms.reading import fields, rows, text, word
from probata.terms.text import SafeText, safe_text
from probata.terms.times import TimeRange
from probata.terms.words import Confidence, Judgement, Likelihood

_REQUIRED = {"result", "reasons"}
_OPTIONAL = {
    "likelihood",
    "confidence",
    "for",
    "against",
    "other_side",
    "alternatives",
    "derivations",
    "point",
    "range",
}
_EARTH_RADIUS_M = 6_371_008.8
"""The mean radius of the Earth (IUGG)."""


class Dimension(Enum):
    """In which respect a proposition is judged: the five pillars, and three that tribunals ask about."""

    PROVENANCE = "provenance"
    SOURCE = "source"
    DATE = "date"
    LOCATION = "location"
    MOTIVATION = "motivation"
    INTEGRITY = "integrity"
    CONTENT = "content"
    ATTRIBUTION = "attribution"


class Result(Enum):
    """What somebody judges, from the strongest yes to the strongest no, and three words for neither."""

    ESTABLISHED = "established"
    LIKELY = "likely"
    POSSIBLE = "possible"
    CONTESTED = "contested"
    REFUTED = "refuted"
    INDETERMINATE = "indeterminate"
    NOT_APPLICABLE = "not_applicable"


class State(Enum):
    """How far a review has come."""

    OPEN = "open"
    PROPOSED = "proposed"
    BLIND_SECOND = "blind_second"
    AGREED = "agreed"
    DISAGREED = "disagreed"
    ADJUDICATED = "adjudicated"
    SEALED = "sealed"
    SUPERSEDED = "superseded"


class Standard(Enum):
    """The standard of proof that a finding is said to meet: a label that people give, never computed."""

    REASONABLE_SUSPICION = "reasonable_suspicion"
    REASONABLE_GROUNDS = "reasonable_grounds_to_believe"
    BALANCE = "balance_of_probabilities"
    CLEAR_AND_CONVINCING = "clear_and_convincing"
    BEYOND_REASONABLE_DOUBT = "beyond_reasonable_doubt"


_SCALE = (Result.ESTABLISHED, Result.LIKELY, Result.POSSIBLE, Result.REFUTED)
"""What can be told in words of likelihood; the other results judge nothing, and have no such words."""
_BANDS = tuple(Likelihood)
_SURE = tuple(Confidence)
_BANDS_OF = {
    Result.ESTABLISHED: frozenset({Likelihood.VERY_LIKELY, Likelihood.ALMOST_CERTAIN}),
    Result.LIKELY: frozenset({Likelihood.LIKELY, Likelihood.VERY_LIKELY}),
    Result.POSSIBLE: frozenset({Likelihood.UNLIKELY, Likelihood.ROUGHLY_EVEN_CHANCE, Likelihood.LIKELY}),
    Result.REFUTED: frozenset({Likelihood.ALMOST_NO_CHANCE, Likelihood.VERY_UNLIKELY}),
}
"""Which likelihoods a result can have: how likely it is that the proposition is so, never that it is not."""
_LEAST_SURE = {
    Standard.REASONABLE_SUSPICION: Confidence.LOW,
    Standard.REASONABLE_GROUNDS: Confidence.MODERATE,
    Standard.BALANCE: Confidence.MODERATE,
    Standard.CLEAR_AND_CONVINCING: Confidence.HIGH,
    Standard.BEYOND_REASONABLE_DOUBT: Confidence.HIGH,
}
"""Below which confidence a label would contradict the sentence beside it; above it, people still give it or do not."""


def bands_of(result: Result) -> tuple[Likelihood, ...]:
    """The likelihoods that go with a result, from the least; none where the result judges nothing."""
    fitting = _BANDS_OF.get(result, frozenset())
    return tuple(band for band in _BANDS if band in fitting)


def _words_fit(result: Result, likelihood: Likelihood | None, confidence: Confidence | None, what: str) -> None:
    judged = result in _BANDS_OF
    if judged != (confidence is not None) or judged != (likelihood is not None):
        why = "it needs a likelihood and a confidence" if judged else "where nothing is judged, nothing is likely"
        raise InvalidValue(what=what, why=why)
    if likelihood is not None and likelihood not in _BANDS_OF[result]:
        fitting = ", ".join(band.words for band in _BANDS if band in _BANDS_OF[result])
        raise InvalidValue(what=what, why=f"it does not go with {likelihood.words}: it may be {fitting}")


@frozen(kw_only=True)
class Assessment:
    """One person's judgement, with reasons, what speaks for it, what against it, and what else it could be.

    `reasons_for`, `reasons_against` and `derivations` name records. `other_side` says where evidence to the contrary
    was looked for: needed where none stands here. `point` and `range` are what somebody found for a place or a date,
    so that two answers can be measured against each other. Raises `InvalidValue` for words of doubt that do not go
    with the result, for one record on both sides, for a judgement on nothing, and for one that heard one side only.
    """

    result: Result
    reasons: SafeText = field(converter=safe_text)
    likelihood: Likelihood | None = None
    confidence: Confidence | None = field(default=None)
    reasons_for: tuple[RecordId, ...] = ()
    reasons_against: tuple[RecordId, ...] = field(default=())
    derivations: tuple[RecordId, ...] = ()
    other_side: SafeText | None = field(default=None)
    alternatives: tuple[SafeText, ...] = ()
    point: Point | None = None
    range: TimeRange | None = None

    @confidence.validator
    def _in_words_where_judged(self, _attribute: object, value: Confidence | None) -> None:
        _words_fit(self.result, self.likelihood, value, f"The result {self.result.value}")

    @reasons_against.validator
    def _on_one_side(self, _attribute: object, value: tuple[RecordId, ...]) -> None:
        if set(value) & set(self.reasons_for):
            raise InvalidValue(what="An assessment", why="one record stands for it and against it; say which, or why")

    @other_side.validator
    def _both_sides_were_heard(self, _attribute: object, value: SafeText | None) -> None:
        if self.result not in _BANDS_OF:
            return
        if not self.rests_on:
            raise InvalidValue(what="An assessment", why="it rests on nothing: name the records that it judges by")
        contrary = self.reasons_for if self.result is Result.REFUTED else self.reasons_against
        if not contrary and value is None:
            why = "nothing stands on the other side: say where it was looked for"
            raise InvalidValue(what="An assessment", why=why)

    @property
    def rests_on(self) -> tuple[RecordId, ...]:
        """Every record it names, in an order that does not tell on which side."""
        return tuple(sorted({*self.reasons_for, *self.reasons_against, *self.derivations}))

    def as_json(self) -> dict[str, object]:
        """The assessment as plain data."""
        return {
            "result": self.result.value,
            "reasons": self.reasons,
            "likelihood": None if self.likelihood is None else self.likelihood.value,
            "confidence": None if self.confidence is None else self.confidence.value,
            "for": list(self.reasons_for),
            "against": list(self.reasons_against),
            "other_side": self.other_side,
            "alternatives": list(self.alternatives),
            "derivations": list(self.derivations),
            "point": None if self.point is None else self.point.as_json(),
            "range": None if self.range is None else self.range.as_json(),
        }

    @classmethod
    def from_json(cls, untrusted: object) -> Assessment:
        """Read `as_json` back; raises `InvalidValue` for anything else."""
        given = fields(untrusted, what="An assessment", required=_REQUIRED, optional=_OPTIONAL)
        there = {name for name, value in given.items() if value is not None}
        return cls(
            result=word(given, "result", Result),
            reasons=safe_text(text(given, "reasons")),
            likelihood=word(given, "likelihood", Likelihood) if "likelihood" in there else None,
            confidence=word(given, "confidence", Confidence) if "confidence" in there else None,
            reasons_for=_ids(given, "for"),
            reasons_against=_ids(given, "against"),
            other_side=safe_text(text(given, "other_side")) if "other_side" in there else None,
            alternatives=tuple(safe_text(one) for one in _texts(given, "alternatives")),
            derivations=_ids(given, "derivations"),
            point=Point.from_json(given["point"]) if "point" in there else None,
            range=TimeRange.from_json(given["range"]) if "range" in there else None,
        )


@frozen(kw_only=True)
class Distance:
    """How far two people's answers lie apart, each figure None where it cannot be measured.

    `result_steps` and `likelihood_bands` count steps on the scales; `metres` lie between their points, `minutes`
    between what their ranges of time can have in common (0 where they overlap).
    """

    result_steps: int | None
    likelihood_bands: int | None
    metres: int | None = None
    minutes: int | None = None

    def as_json(self) -> dict[str, object]:
        """The distance as plain data."""
        return {
            "result_steps": self.result_steps,
            "likelihood_bands": self.likelihood_bands,
            "metres": self.metres,
            "minutes": self.minutes,
        }


def distance(one: Assessment, other: Assessment) -> Distance:
    """How far apart two judgements lie; the same either way round."""
    on_scale = one.result in _SCALE and other.result in _SCALE
    steps = abs(_SCALE.index(one.result) - _SCALE.index(other.result)) if on_scale else None
    bands = None
    if one.likelihood is not None and other.likelihood is not None:
        bands = abs(_BANDS.index(one.likelihood) - _BANDS.index(other.likelihood))
    metres = None if one.point is None or other.point is None else _apart_m(one.point, other.point)
    minutes = None if one.range is None or other.range is None else _apart_minutes(one.range, other.range)
    return Distance(result_steps=steps, likelihood_bands=bands, metres=metres, minutes=minutes)


def agree(one: Assessment, other: Assessment) -> bool:
    """Whether two people found the same: the same result, the same band of likelihood or the next, and times that meet.

    Points are for people to compare: how near is near enough depends on the place.
    """
    apart = distance(one, other)
    return one.result is other.result and (apart.likelihood_bands or 0) <= 1 and not apart.minutes


@frozen(kw_only=True)
class Finding:
    """What two people found alike, in two sentences, and the standard of proof that they say it meets.

    `statement` is a clause that can follow "that". Raises `InvalidValue` where a result that judges nothing is given
    likelihood or confidence.
    """

    statement: SafeText = field(converter=safe_text)
    result: Result
    standard: Standard | None = None
    judgement: Judgement | None = field(default=None)

    @judgement.validator
    def _as_the_result_asks(self, _attribute: object, value: Judgement | None) -> None:
        likelihood, confidence = (None, None) if value is None else (value.likelihood, value.confidence)
        _words_fit(self.result, likelihood, confidence, f"A finding that is {self.result.value}")
        if self.standard is None:
            return
        if self.result not in {Result.ESTABLISHED, Result.REFUTED}:
            why = "only what is established or refuted can be said to meet a standard of proof"
            raise InvalidValue(what=f"A finding that is {self.result.value}", why=why)
        if confidence is None or _SURE.index(confidence) < _SURE.index(_LEAST_SURE[self.standard]):
            sure = "none" if confidence is None else confidence.value
            why = f"its confidence is {sure}, which does not go with that standard of proof"
            raise InvalidValue(what=f"A finding {self.standard.value.replace('_', ' ')}", why=why)

    @property
    def sentences(self) -> tuple[str, ...]:
        """Likelihood and confidence in a sentence each; where nothing is judged, one sentence that says so."""
        if self.judgement is None:
            return (f"Whether {self.statement} is {self.result.value.replace('_', ' ')}.",)
        return self.judgement.likelihood_sentence, self.judgement.confidence_sentence

    def as_json(self) -> dict[str, object]:
        """The finding as plain data, with its sentences."""
        return {
            "statement": self.statement,
            "result": self.result.value,
            "standard": None if self.standard is None else self.standard.value,
            "judgement": None if self.judgement is None else self.judgement.as_json(),
            "sentences": list(self.sentences),
        }

    @classmethod
    def from_json(cls, untrusted: object) -> Finding:
        """Read `as_json` back; raises `InvalidValue` for anything else."""
        given = fields(
            untrusted, what="A finding", required={"statement", "result", "standard", "judgement", "sentences"}
        )
        return cls(
            statement=safe_text(text(given, "statement")),
            result=word(given, "result", Result),
            standard=None if given["standard"] is None else word(given, "standard", Standard),
            judgement=None if given["judgement"] is None else Judgement.from_json(given["judgement"]),
        )


def finding(assessments: Sequence[Assessment], statement: str, *, standard: Standard | None, because: str) -> Finding:
    """What these judgements allow to be found: their result, the more doubtful likelihood, the lower confidence.

    `assessments` are two that agree, or three of which the last is the adjudicator's. A third who agrees with one of
    the two decides with them; a third who agrees with neither can only find that it is contested or indeterminate.
    Raises `InvalidValue` for fewer than two, for two that do not agree, and for three of whom none agree on more.
    """
    if len(assessments) < 2:
        raise InvalidValue(what="A finding", why="it takes two people")
    *earlier, last = assessments
    counting = [*(one for one in earlier if agree(one, last)), last]
    if len(counting) == 1 and len(assessments) == 2:
        raise InvalidValue(what="A finding", why="the two people do not agree; a third decides")
    if len(counting) == 1 and last.result not in {Result.CONTESTED, Result.INDETERMINATE}:
        why = "three people found three things: only that it is contested or indeterminate can be found"
        raise InvalidValue(what="A finding", why=why)
    result = counting[-1].result
    judgement = None
    if result in _BANDS_OF:
        bands = [one.likelihood for one in counting if one.likelihood is not None]
        sure = [one.confidence for one in counting if one.confidence is not None]
        middle = (len(_BANDS) - 1) / 2
        judgement = Judgement(
            statement=safe_text(statement),
            likelihood=min(bands, key=lambda band: abs(_BANDS.index(band) - middle)),
            confidence=min(sure, key=_SURE.index),
            because=safe_text(because),
        )
    return Finding(statement=safe_text(statement), result=result, standard=standard, judgement=judgement)


def _apart_m(one: Point, other: Point) -> int:
    # The haversine formula: to half a percent on an ellipsoid, which is far less than two people differ by.
    lats = math.radians(one.latitude_deg), math.radians(other.latitude_deg)
    across = math.radians(other.longitude_deg - one.longitude_deg)
    half = math.sin((lats[1] - lats[0]) / 2) ** 2 + math.cos(lats[0]) * math.cos(lats[1]) * math.sin(across / 2) ** 2
    return round(2 * _EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(half))))


def _apart_minutes(one: TimeRange, other: TimeRange) -> int | None:
    if one.overlap(other) is not None:
        return 0
    gaps = [
        abs(start - end)
        for start, end in ((one.start, other.end), (other.start, one.end))
        if isinstance(start, datetime) and isinstance(end, datetime)
    ]
    return max(1, round(min(gaps).total_seconds() / 60)) if gaps else None


def _texts(given: Mapping[str, Any], name: str) -> list[str]:
    untrusted = rows(given, name) if given.get(name) is not None else []
    texts = [one for one in untrusted if isinstance(one, str)]
    if len(texts) != len(untrusted):
        raise InvalidValue(what=f"The field {name}", why="it must hold texts only")
    return texts


def _ids(given: Mapping[str, Any], name: str) -> tuple[RecordId, ...]:
    return tuple(dict.fromkeys(record_id(one) for one in _texts(given, name)))
