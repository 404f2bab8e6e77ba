"""Counts that never claim more than was seen at once, and leave the maximum unknown unless everything was swept."""

from __future__ import annotations

from enum import Enum

from attrs import field, frozen

from probata.terms.errors import InvalidValue, Refused
from probata.terms.reading import fields, text, truth, whole_number, word
from probata.terms.text import SafeText, safe_text


class CountBasis(Enum):
    """What the minimum of a count rests on."""

    SIMULTANEOUS = "simultaneous"
    """That many are in view at one moment."""
    TRACKED_DISTINCT = "tracked_distinct"
    """That many were followed or told apart, so that none is counted twice."""
    REPORTED = "reported"
    """Somebody says so; nobody here has counted."""


class CountsContradict(Refused):
    """Two counts of the same population cannot both be right."""

    code = "counts_contradict"
    template = "Of {population}, one count has at least {least} and another at most {most}."
    advice = "Keep both counts and look again: one of the sweeps was not complete, or these are two populations."


def _not_below_nothing(_count: Count, _attribute: object, value: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise InvalidValue(what=f"The count {value!r}", why="it must be a whole number, zero or more")


def _known_by_sweeping(count: Count, _attribute: object, value: int | None) -> None:
    if value is None:
        return
    if not count.exhaustive:
        raise InvalidValue(what=f"The maximum {value}", why="the whole scene was not swept, so it stays unknown")
    if isinstance(value, bool) or not isinstance(value, int) or value < count.min:
        raise InvalidValue(what=f"The maximum {value!r}", why=f"the minimum is {count.min}")


@frozen(kw_only=True)
class Count:
    """How many of a population there are: at least `min`, at most `max` where that is known.

    `exhaustive` says that the whole scene was swept; only then may `max` be given, and even then it may stay None.
    """

    population: SafeText = field(converter=safe_text)
    min: int = field(validator=_not_below_nothing)
    max: int | None = field(default=None, validator=_known_by_sweeping)
    basis: CountBasis
    exhaustive: bool = False

    @property
    def figure(self) -> str:
        """The count as figures: `≥ 3`, `2–3`, or `3` where minimum and maximum agree."""
        if self.max is None:
            return f"≥ {self.min}"
        return str(self.min) if self.min == self.max else f"{self.min}–{self.max}"

    def as_json(self) -> dict[str, object]:
        """The count as plain data: `{min, max or null, basis, population, exhaustive}`."""
        return {
            "min": self.min,
            "max": self.max,
            "basis": self.basis.value,
            "population": self.population,
            "exhaustive": self.exhaustive,
        }

    @classmethod
    def from_json(cls, untrusted: object) -> Count:
        """Read `as_json` back; raises `InvalidValue` for anything else."""
        given = fields(untrusted, what="A count", required={"min", "max", "basis", "population", "exhaustive"})
        return cls(
            population=safe_text(text(given, "population")),
            min=whole_number(given, "min"),
            max=None if given["max"] is None else whole_number(given, "max"),
            basis=word(given, "basis", CountBasis),
            exhaustive=truth(given, "exhaustive"),
        )


# On equal minimums the stronger ground is kept: seen at once needs no argument about who is who.
_STRENGTH = {CountBasis.REPORTED: 0, CountBasis.TRACKED_DISTINCT: 1, CountBasis.SIMULTANEOUS: 2}


def same_population(one: Count, other: Count) -> Count:
    """What two looks at the same population give together: the larger minimum, the smaller known maximum.

    Never the sum: whoever was in view at one moment may be in view at another. Raises `CountsContradict` when the
    one sees more than the other's sweep allows, and `InvalidValue` for two populations or a report with a look.
    """
    if one.population != other.population:
        raise InvalidValue(what="Counting together", why=f"{one.population!r} is not {other.population!r}")
    _both_seen_or_both_reported(one, other)
    stronger = max(one, other, key=lambda count: (count.min, _STRENGTH[count.basis]))
    known = [count.max for count in (one, other) if count.max is not None]
    most = min(known, default=None)
    if most is not None and most < stronger.min:
        raise CountsContradict(population=one.population, least=stronger.min, most=most)
    swept = one.exhaustive or other.exhaustive
    return Count(population=one.population, min=stronger.min, max=most, basis=stronger.basis, exhaustive=swept)


def disjoint_populations(one: Count, other: Count, *, population: str) -> Count:
    """What two counts give together when no member can be in both: the sums, under the name of the whole.

    That nobody is in both is the caller's claim to make and to give grounds for. The sum was not seen at one moment,
    so its basis is `tracked_distinct`; it has a maximum only where both have one.
    """
    _both_seen_or_both_reported(one, other)
    basis = CountBasis.REPORTED if one.basis is CountBasis.REPORTED else CountBasis.TRACKED_DISTINCT
    most = None if one.max is None or other.max is None else one.max + other.max
    swept = one.exhaustive and other.exhaustive
    whole = safe_text(population)
    return Count(population=whole, min=one.min + other.min, max=most, basis=basis, exhaustive=swept)


def _both_seen_or_both_reported(one: Count, other: Count) -> None:
    if (one.basis is CountBasis.REPORTED) != (other.basis is CountBasis.REPORTED):
        raise InvalidValue(what="Counting together", why="what was reported and what was seen are kept apart")
