"""What an analyser must be: it says who watches the footage for it, and turns what they saw into a track.

Whoever wants to add one writes one file, one line of entry point (`probata.analysers`), and one test class on
`probata.analysis.kit.AnalyserKit`. An analyser concludes nothing: its entries are candidates until a person accepts,
corrects or rejects each.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, Literal, Protocol

from attrs import Attribute, field, frozen

from probata.custody.canonical import canonical
from probata.media.passes import Answer, Consumer, Outcome, PassResult
from probata.terms.digests import Sha256, sha256
from probata.terms.errors import InvalidValue

GROUP = "probata.analysers"


@frozen(kw_only=True)
class Parameter:
    """One knob of an analyser: its name, what it means, in which unit, and the value that stands unless told."""

    name: str
    means: str
    default: int | float | str | bool
    unit: str = ""


@frozen(kw_only=True)
class About:
    """What an analyser says of itself.

    `kinds` are the kinds of entries that it may make, `watches` what it needs in the footage, `needs` the extras of
    the package that must be installed. A change of `version` makes looks due again; old ones stay citable. `tools`
    are the versions of what it works with beside the decoder. `lacking` says what is not on this machine and how to
    get it: such an analyser looks at nothing, and tells that.
    """

    name: str
    version: str
    promise: str
    kinds: tuple[str, ...]
    watches: tuple[Literal["pictures", "sound"], ...]
    parameters: tuple[Parameter, ...] = ()
    needs: tuple[str, ...] = ()
    weights: Mapping[str, Sha256] = field(factory=dict)
    tools: Mapping[str, str] = field(factory=dict)
    lacking: str = ""

    def defaults(self) -> dict[str, int | float | str | bool]:
        """The parameters as they stand unless told otherwise."""
        return {parameter.name: parameter.default for parameter in self.parameters}


def _not_before_start(entry: Entry, _attribute: Attribute[int], value: int) -> None:
    if value < entry.start_pts:
        raise InvalidValue(what=f"An entry from {entry.start_pts} to {value}", why="it ends before it starts")


def _within_one(_entry: object, _attribute: Attribute[float | None], value: float | None) -> None:
    if value is not None and not 0 <= value <= 1:
        raise InvalidValue(what=f"The score {value}", why="scores are from 0 to 1")


@frozen(kw_only=True)
class Entry:
    """One candidate: what may be there, from when to when, exactly.

    `score` says from 0 to 1 how far it stands out; it is no probability. `box` is (left, top, width, height) in
    parts of the picture as shown, from 0 to 1. `more` stands beside these in the JSON, where an analyser's contract
    names fields of its own.
    """

    kind: str
    start_pts: int
    end_pts: int = field(validator=_not_before_start)
    time_base: Fraction
    score: float | None = field(default=None, validator=_within_one)
    text: str | None = None
    box: tuple[float, float, float, float] | None = None
    attributes: Mapping[str, Any] = field(factory=dict)
    more: Mapping[str, Any] = field(factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The entry as the JSON contract of `analyse` has it."""
        told: dict[str, Any] = {
            "kind": self.kind,
            "start_s": round(float(self.start_pts * self.time_base), 6),
            "end_s": round(float(self.end_pts * self.time_base), 6),
            "start_pts": self.start_pts,
            "end_pts": self.end_pts,
            "time_base": f"{self.time_base.numerator}/{self.time_base.denominator}",
            "score": self.score,
            "attributes": dict(self.attributes),
        }
        if self.text is not None:
            told["text"] = self.text
        if self.box is not None:
            told["box"] = list(self.box)
        return {**self.more, **told}


@frozen(kw_only=True)
class Draft:
    """What an analyser makes of a pass: its answer, entries, what more it tells, and pictures it drew (PNG)."""

    outcome: Answer
    why: str = ""
    entries: tuple[Entry, ...] = ()
    more: Mapping[str, Any] = field(factory=dict)
    pictures: Mapping[str, bytes] = field(factory=dict)


@frozen(kw_only=True)
class Track:
    """One look of one analyser at one file: found, nothing found, or could not look and why; and with what.

    `pictures` are PNG files by name, kept beside the track; as JSON it tells their digests.
    """

    analyser: str
    version: str
    recipe: Sha256
    outcome: Answer
    why: str
    entries: tuple[Entry, ...]
    parameters: Mapping[str, Any]
    tools: Mapping[str, str]
    more: Mapping[str, Any] = field(factory=dict)
    pictures: Mapping[str, bytes] = field(factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The track as the JSON contract of `analyse` has it."""
        return {
            "analyser": self.analyser,
            "version": self.version,
            "recipe": self.recipe,
            "outcome": self.outcome,
            "why": self.why,
            "entries": [entry.as_json() for entry in self.entries],
            "parameters": dict(self.parameters),
            "tools": dict(self.tools),
            "pictures": {name: hashlib.sha256(png).hexdigest() for name, png in self.pictures.items()},
            **self.more,
        }


class Analyser(Protocol):
    """One way to look at footage."""

    @property
    def about(self) -> About:
        """What it says of itself: of the class, or of this machine where weights decide."""
        ...

    def consumers(self, parameters: Mapping[str, Any]) -> Sequence[Consumer]:
        """Who must watch the pass: names are this analyser's own; classes are imported inside the jail.

        May raise an error of ours: then this analyser could not look, and the others go on.
        """
        ...

    def track(self, outcomes: Mapping[str, Outcome], seen: PassResult, parameters: Mapping[str, Any]) -> Draft:
        """What its consumers' outcomes, by their names, amount to."""
        ...


def recipe(
    about: About, parameters: Mapping[str, Any], tools: Mapping[str, str], inputs: Sequence[Sha256] = ()
) -> Sha256:
    """The digest of all that a look depends on beside the footage: analyser, weights, parameters, tools, inputs.

    Two looks with one recipe at one file say the same, so the second is never due. SHA-256 of canonical JSON
    (RFC 8785); numbers with a fraction stand as text, since canonical JSON here has whole numbers alone.
    """
    made_of = {
        "analyser": about.name,
        "version": about.version,
        "weights": dict(about.weights),
        "parameters": {name: repr(value) if isinstance(value, float) else value for name, value in parameters.items()},
        "tools": {**tools, **about.tools},
        "inputs": sorted(inputs),
    }
    return sha256(hashlib.sha256(canonical(made_of)).hexdigest())
