"""Two recordings on one clock: found with its doubt, ambiguous, refused, or not found, each with its reason."""

from __future__ import annotations

from enum import Enum
from typing import Any

from attrs import field, frozen

from probata.terms.errors import InvalidValue
from probata.verification.sync.patterns import SPEED_OF_SOUND, Spacing

LEAST_ERROR_S = 1e-4
"""No offset by sound is said to be surer: files state the start of their sound hardly better."""


class Outcome(Enum):
    """What came of a pair."""

    FOUND = "found"
    NOTHING_FOUND = "nothing_found"
    COULD_NOT_LOOK = "could_not_look"
    AMBIGUOUS = "ambiguous"
    REFUSED = "refused"


class By(Enum):
    """By what the offset is known."""

    SOUND = "sound"
    IMPULSES = "impulses"
    ANCHORS = "anchors"
    SAME_BYTES = "same_bytes"


@frozen(kw_only=True)
class Offset:
    """B's own time is A's and `offset_s` at `at_s` of A, and drifts by `slope`; errors are of 95 in 100.

    `count` windows, sudden sounds or anchors agree on it, of `tried`; they leave `residual_s` (root mean square).
    """

    at_s: float
    offset_s: float
    error_s: float
    slope: float
    slope_error: float
    residual_s: float
    count: int
    tried: int

    def at(self, seconds: float) -> float:
        """The offset at this moment of A."""
        return self.offset_s + self.slope * (seconds - self.at_s)


@frozen(kw_only=True)
class Candidate:
    """An offset that is possible and was not chosen: how strongly sound speaks for it, or who named it."""

    offset_s: float
    strength: float
    by: By

    def as_json(self) -> dict[str, Any]:
        """The offset in seconds, rounded to a tenth of a millisecond."""
        return {"offset_s": round(self.offset_s, 4), "strength": round(self.strength, 2), "by": self.by.value}


@frozen(kw_only=True)
class Shot:
    """A sudden sound that both recordings hold, on a clock that other sound gave: how much later than A B heard it."""

    a_s: float
    b_s: float
    later_s: float
    error_s: float

    def as_json(self) -> dict[str, float]:
        """When it is heard in each, and the difference in milliseconds and metres of path."""
        return {
            "a_s": round(self.a_s, 4),
            "b_s": round(self.b_s, 4),
            "later_ms": round(self.later_s * 1e3, 2),
            "error_ms": round(self.error_s * 1e3, 2),
            "path_difference_m": round(self.later_s * SPEED_OF_SOUND, 1),
        }


@frozen(kw_only=True)
class Pair:
    """What came of A and B: `offset` only where one was found. `strong` is False where little speaks for it.

    `acoustic_s` bounds by how much an offset of arrival may differ from one of clocks, where the distance between the
    recorders is known; None where it is not.
    """

    a: str
    b: str
    outcome: Outcome
    why: str
    by: By | None = None
    offset: Offset | None = None
    strong: bool = True
    acoustic_s: float | None = None
    candidates: tuple[Candidate, ...] = ()
    spacings: tuple[Spacing, ...] = ()
    shots: tuple[Shot, ...] = ()
    impulses: tuple[tuple[float, ...], tuple[float, ...]] = ((), ())
    notes: tuple[str, ...] = field(default=())

    def __attrs_post_init__(self) -> None:
        """Refuse an answer that says two things."""
        if (self.outcome is Outcome.FOUND) != (self.offset is not None) or (self.offset is None) != (self.by is None):
            raise InvalidValue(what="A pair", why="it must have an offset, and by what it is known, if one was found")

    @property
    def acoustic(self) -> str:
        """What an offset by sound does not know, in words; empty where the offset is not by sound."""
        if self.by not in {By.SOUND, By.IMPULSES}:
            return ""
        told = "This is an offset of arrival: sound needs 2.9 ms for every metre that it has further to one recorder."
        if self.acoustic_s is None:
            return told + " How far apart the recorders stood is not known, so neither is how far the clocks differ."
        return (
            told + f" As far apart as was said, the clocks may differ from it by up to ±{self.acoustic_s * 1e3:.1f} ms."
        )

    def as_json(self) -> dict[str, Any]:
        """The pair as the `sync` contract has it."""
        told: dict[str, Any] = {
            "a": self.a,
            "b": self.b,
            "outcome": self.outcome.value,
            "why": self.why,
            "by": self.by.value if self.by is not None else None,
            "candidates": [one.as_json() for one in self.candidates],
            "notes": list(self.notes),
        }
        if self.offset is not None:
            told |= {
                "offset_s": round(self.offset.offset_s, 6),
                "offset_error_s": round(self.offset.error_s, 6),
                "at_s": round(self.offset.at_s, 4),
                "drift_ppm": round(self.offset.slope * 1e6, 2),
                "drift_error_ppm": round(self.offset.slope_error * 1e6, 2),
                "residual_ms": round(self.offset.residual_s * 1e3, 4),
                "agree": {"count": self.offset.count, "tried": self.offset.tried},
                "strong": self.strong,
                "acoustic_ambiguity_s": round(self.acoustic_s, 6) if self.acoustic_s is not None else None,
                "acoustic": self.acoustic,
            }
        if any(self.impulses):
            told["impulses"] = {"a_s": [round(one, 4) for one in self.impulses[0]]}
            told["impulses"]["b_s"] = [round(one, 4) for one in self.impulses[1]]
        if self.spacings:
            told["intervals"] = [one.as_json() for one in self.spacings]
        if self.shots:
            told["arrivals"] = [one.as_json() for one in self.shots]
        return told
