"""Which languages a stretch may be in: a distribution with what must be told beside it, never a verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

_MOST = 5
_LEAST = 0.01
_LIKELY = 0.05
# Short phrases of one are called the other, more often Ukrainian Russian: neither is told without the other.
_PAIR = ("ru", "uk")

ASK = "a guess from the sound; a speaker of the language must be asked"
ASK_PAIR = (
    "a guess from the sound; short phrases in Ukrainian are often taken for Russian, so both are told: "
    "a speaker of both must be asked"
)


def told(probabilities: Mapping[str, float]) -> dict[str, float]:
    """The likeliest languages, highest first; of Russian and Ukrainian both as soon as either is likely."""
    ordered = sorted(probabilities.items(), key=lambda one: (-one[1], one[0]))
    kept = [(code, likely) for code, likely in ordered[:_MOST] if likely >= _LEAST] or ordered[:1]
    names = {code for code, _likely in kept}
    if pair(probabilities):
        kept += [(code, probabilities.get(code, 0.0)) for code in _PAIR if code not in names]
    return {code: round(likely, 4) for code, likely in sorted(kept, key=lambda one: (-one[1], one[0]))}


def pair(probabilities: Mapping[str, float]) -> bool:
    """Whether Russian or Ukrainian is likely."""
    return any(probabilities.get(code, 0.0) >= _LIKELY for code in _PAIR)


def belief(probabilities: Mapping[str, float], language: str) -> float:
    """How likely a language is; Russian and Ukrainian as one, since which of them it is, is not believed anyway."""
    codes = _PAIR if language in _PAIR else (language,)
    return min(1.0, sum(probabilities.get(code, 0.0) for code in codes))


def note(probabilities: Mapping[str, float]) -> str:
    """What is told beside the languages."""
    return ASK_PAIR if pair(probabilities) else ASK


def pooled(parts: Sequence[tuple[float, Mapping[str, float]]]) -> dict[str, float]:
    """The languages of several stretches together, each weighing as many seconds as it lasts."""
    whole = sum(seconds for seconds, _one in parts)
    sums: dict[str, float] = {}
    for seconds, one in parts:
        for code, likely in one.items():
            sums[code] = sums.get(code, 0.0) + likely * seconds
    return {code: amount / whole for code, amount in sums.items()} if whole else {}
