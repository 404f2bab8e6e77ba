"""What a matching method must be: who watches for it, what it keeps, and which moments it holds alike.

Whoever wants to add one writes one file, one line of entry point (`probata.methods`), and one test class on
`probata.copies.kit.MethodKit`. A method proposes *moments*; whether files are copies is the verdict's to say, from
proof in time, whichever method proposed them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, Literal, Protocol

from attrs import Attribute, field, frozen

from probata.media.passes import Answer, Consumer, Outcome
from probata.terms.digests import Sha256
from probata.terms.errors import InvalidValue

GROUP = "probata.methods"


@frozen(kw_only=True)
class About:
    """What a method says of itself: `promise` in one line, what it `watches`, which extras it `needs`, its weights."""

    name: str
    version: str
    promise: str
    watches: Literal["pictures", "sound"]
    needs: tuple[str, ...] = ()
    weights: Mapping[str, Sha256] = field(factory=dict)


def _within_one(_hit: object, _attribute: Attribute[float], value: float) -> None:
    if not 0 <= value <= 1:
        raise InvalidValue(what=f"The score {value}", why="scores are from 0 to 1")


@frozen(kw_only=True)
class Hit:
    """One moment of A that looks or sounds like a moment of B, and why the method says so.

    `lasts_s` is 0 for a pair of pictures. `score` from 0 to 1 says how far it stands out and is no probability;
    `needed` is the least that the method calls a hit, above the strongest score of what is known to be wrong. `weak`
    hits agree and prove little: music, say.
    """

    a_s: Fraction
    b_s: Fraction
    lasts_s: Fraction = Fraction(0)
    speed: Fraction = Fraction(1)
    mirror: bool = False
    score: float = field(validator=_within_one)
    needed: float = field(validator=_within_one)
    weak: bool = False
    why: str

    def turned_about(self) -> Hit:
        """The same told from B to A."""
        return Hit(
            a_s=self.b_s,
            b_s=self.a_s,
            lasts_s=self.lasts_s * abs(self.speed),
            speed=1 / self.speed,
            mirror=self.mirror,
            score=self.score,
            needed=self.needed,
            weak=self.weak,
            why=self.why,
        )

    def as_json(self) -> dict[str, Any]:
        """The hit as plain data, seconds rounded for reading."""
        return {
            "a_s": round(float(self.a_s), 6),
            "b_s": round(float(self.b_s), 6),
            "lasts_s": round(float(self.lasts_s), 6),
            "speed": round(float(self.speed), 4),
            "mirror": self.mirror,
            "score": round(self.score, 4),
            "needed": round(self.needed, 4),
            "weak": self.weak,
            "why": self.why,
        }


@frozen(kw_only=True)
class Explanation:
    """What one method made of two files: one of three answers, why, and every hit, the best first."""

    method: str
    version: str
    outcome: Answer
    why: str = ""
    hits: tuple[Hit, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The explanation as plain data."""
        return {
            "method": self.method,
            "version": self.version,
            "outcome": self.outcome,
            "why": self.why,
            "hits": [hit.as_json() for hit in self.hits],
        }


class Kept(Protocol):
    """What a method keeps of one file: nothing but what it can write and read back."""

    def to_bytes(self) -> bytes:
        """The same bytes for the same footage on every machine."""
        ...


class Method(Protocol):
    """One way to see or hear that moments are alike."""

    @property
    def about(self) -> About:
        """What the method says of itself; a class variable will do, where nothing is given."""
        ...

    def consumers(self) -> Sequence[Consumer]:
        """Who must watch the pass: names are this method's own; classes are imported inside the jail."""
        ...

    def kept(self, outcomes: Mapping[str, Outcome]) -> Kept | None:
        """What its consumers' outcomes, by their names, leave to compare by; None where there is nothing.

        Raises `CannotLook` with the reason where they could not look.
        """
        ...

    def explain(self, a: Kept, b: Kept) -> Explanation:
        """Every moment of A that is like a moment of B, each with its reason."""
        ...
