"""Moments that a person named in two recordings or more: a clap seen and heard, a light that goes out."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np
from attrs import field, frozen

from probata.terms.errors import InvalidValue
from probata.verification.sync.fitting import DRIFT_PRIOR_PPM

ERROR_S = 0.04
"""How far a moment that a person names may be off, in 95 of 100: one picture at 25 a second."""


def _moments(untrusted: Mapping[str, float]) -> Mapping[str, float]:
    if len(untrusted) < 2:
        raise InvalidValue(what="An anchor", why="it must name one moment in two recordings or more")
    if not all(math.isfinite(one) for one in untrusted.values()):
        raise InvalidValue(what="An anchor", why="its moments must be finite seconds")
    return MappingProxyType(dict(untrusted))


@frozen(kw_only=True)
class Anchor:
    """One moment, as seconds of each recording's own time by its letter; each may be off by `error_s`."""

    moments: Mapping[str, float] = field(converter=_moments)
    error_s: float = ERROR_S

    def __attrs_post_init__(self) -> None:
        """Refuse an error that is none."""
        if not (math.isfinite(self.error_s) and self.error_s > 0):
            raise InvalidValue(what="The error of an anchor", why="it must be more than 0 seconds")

    def as_json(self) -> dict[str, object]:
        """The moments by letter, and how far each may be off."""
        return {"moments": dict(self.moments), "error_s": self.error_s}


@frozen(kw_only=True)
class ByHand:
    """The line that anchors give: B's own time is A's and `offset_s` at `at_s` of A; errors are of 95 in 100."""

    at_s: float
    offset_s: float
    error_s: float
    slope: float
    slope_error: float
    residual_s: float
    used: int


def by_hand(anchors: Sequence[Anchor], a: str, b: str) -> ByHand | None:
    """The line through the anchors that name both recordings; None where none does.

    One anchor gives an offset alone; more give a drift too, as far as they lie apart in time.
    """
    rows = [(one.moments[a], one.moments[b], one.error_s) for one in anchors if a in one.moments and b in one.moments]
    if not rows:
        return None
    there, here, error = (np.array(column, np.float64) for column in zip(*rows, strict=True))
    sd = error / 2 * np.sqrt(2)  # of the difference of two moments, each of which may be off
    at_s = float(np.average(there, weights=1 / sd**2))
    columns = np.stack([np.ones(len(there)), there - at_s], axis=1)
    prior = 1e-6 * DRIFT_PRIOR_PPM
    covariance = np.linalg.inv(columns.T @ (columns / sd[:, None] ** 2) + np.diag([0.0, 1 / prior**2]))
    level, slope = covariance @ (columns.T @ ((here - there) / sd**2))
    rest = here - there - level - slope * (there - at_s)
    return ByHand(
        at_s=at_s,
        offset_s=float(level),
        error_s=float(2 * np.sqrt(covariance[0, 0])),
        slope=float(slope),
        slope_error=float(2 * np.sqrt(covariance[1, 1])),
        residual_s=float(np.sqrt(np.mean(rest**2))),
        used=len(rows),
    )


def read_anchor(untrusted: str, *, known: Sequence[str], error_s: float = ERROR_S) -> Anchor:
    """An anchor as a person writes it: `A=1.234,B=5.678`, letters in the order in which the files were named."""
    moments: dict[str, float] = {}
    for part in untrusted.split(","):
        letter, equals, seconds = part.strip().partition("=")
        letter = letter.strip().upper()
        if not equals or letter not in known:
            raise InvalidValue(what=f"The anchor {untrusted!r}", why=f"it must name recordings as {known[0]}=1.234")
        if letter in moments:
            raise InvalidValue(what=f"The anchor {untrusted!r}", why=f"it names {letter} twice")
        try:
            moments[letter] = float(seconds)
        except ValueError as error:
            raise InvalidValue(what=f"The anchor {untrusted!r}", why=f"{seconds!r} is no number of seconds") from error
    return Anchor(moments=moments, error_s=error_s)
