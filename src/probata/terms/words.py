"""Words of likelihood and of confidence, each in a sentence of its own (ICD 203, section D.6.e.2).

Likelihood says how probable a thing is; confidence says how good the ground under that judgement is. Put into one
sentence they are read as one; so there are always two.
"""

from __future__ import annotations

from enum import Enum

from attrs import field, frozen

from probata.terms.errors import InvalidValue
from probata.terms.reading import fields, text, word
from probata.terms.text import SafeText, safe_text


class Likelihood(Enum):
    """The seven bands of ICD 203, section D.6.e.2.a, each with its range in percent."""

    ALMOST_NO_CHANCE = "almost_no_chance"
    VERY_UNLIKELY = "very_unlikely"
    UNLIKELY = "unlikely"
    ROUGHLY_EVEN_CHANCE = "roughly_even_chance"
    LIKELY = "likely"
    VERY_LIKELY = "very_likely"
    ALMOST_CERTAIN = "almost_certain"

    @property
    def percent(self) -> tuple[int, int]:
        """The band's lower and upper limit in percent, both included."""
        return _BANDS[self]

    @property
    def words(self) -> str:
        """The word as it stands in a sentence: `very likely`."""
        return self.value.replace("_", " ")


_BANDS = {
    Likelihood.ALMOST_NO_CHANCE: (1, 5),
    Likelihood.VERY_UNLIKELY: (5, 20),
    Likelihood.UNLIKELY: (20, 45),
    Likelihood.ROUGHLY_EVEN_CHANCE: (45, 55),
    Likelihood.LIKELY: (55, 80),
    Likelihood.VERY_LIKELY: (80, 95),
    Likelihood.ALMOST_CERTAIN: (95, 99),
}


def bands_holding(percent: float) -> tuple[Likelihood, ...]:
    """The bands that hold this percentage: two on a limit they share, none below 1 or above 99.

    ICD 203 has no word for certainty; nobody here invents one.
    """
    return tuple(band for band, (low, high) in _BANDS.items() if low <= percent <= high)


class Confidence(Enum):
    """How good the ground under a judgement is (ICD 203, section D.6.e.2.b)."""

    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"


@frozen(kw_only=True)
class Judgement:
    """How likely a statement is, and how sure we may be of that, with the reason; read out as two sentences.

    `statement` is a clause that can follow "that", without a full stop: `both clips show the same courtyard`.
    """

    statement: SafeText = field(converter=safe_text)
    likelihood: Likelihood
    confidence: Confidence
    because: SafeText = field(converter=safe_text)

    @statement.validator
    @because.validator
    def _a_clause(self, _attribute: object, value: SafeText) -> None:
        if value.endswith("."):
            raise InvalidValue(
                what=f"The clause {value!r}", why="it becomes part of a sentence: leave out the full stop"
            )

    @statement.validator
    def _says_nothing_about_confidence(self, _attribute: object, value: SafeText) -> None:
        if "confidence" in value.lower():
            raise InvalidValue(what=f"The statement {value!r}", why="confidence stands in the second sentence")

    @property
    def likelihood_sentence(self) -> str:
        """The first sentence: how likely."""
        low, high = self.likelihood.percent
        if self.likelihood is Likelihood.ALMOST_NO_CHANCE:
            return f"There is almost no chance ({low}–{high} %) that {self.statement}."
        if self.likelihood is Likelihood.ROUGHLY_EVEN_CHANCE:
            return f"There is a roughly even chance ({low}–{high} %) that {self.statement}."
        return f"It is {self.likelihood.words} ({low}–{high} %) that {self.statement}."

    @property
    def confidence_sentence(self) -> str:
        """The second sentence: how good the ground is, and why."""
        return f"Confidence in this judgement is {self.confidence.value}: {self.because}."

    def as_json(self) -> dict[str, object]:
        """The judgement as plain data, words as words."""
        return {
            "statement": self.statement,
            "likelihood": self.likelihood.value,
            "confidence": self.confidence.value,
            "because": self.because,
        }

    @classmethod
    def from_json(cls, untrusted: object) -> Judgement:
        """Read `as_json` back; raises `InvalidValue` for anything else."""
        given = fields(untrusted, what="A judgement", required={"statement", "likelihood", "confidence", "because"})
        return cls(
            statement=safe_text(text(given, "statement")),
            likelihood=word(given, "likelihood", Likelihood),
            confidence=word(given, "confidence", Confidence),
            because=safe_text(text(given, "because")),
        )
