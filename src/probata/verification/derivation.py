"""One run of a calculator, written down so that anybody can run it again: what went in, what came out, how sure."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from types import MappingProxyType

from attrs import field, frozen

from probata.terms.errors import InvalidValue
from probata.terms.reading import fields, text, whole_number
from probata.terms.text import SafeText, safe_text

_NAMES = {"tool", "version", "inputs", "parameters", "seed", "outputs", "uncertainty"}
_DEEPEST = 24


def _plain_part(value: object, depth: int) -> object:
    if depth > _DEEPEST:
        raise InvalidValue(what="A derivation", why=f"its values are nested deeper than {_DEEPEST} levels")
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise InvalidValue(what="A derivation", why="the names of its values must be texts")
        return MappingProxyType({key: _plain_part(one, depth + 1) for key, one in value.items()})
    if isinstance(value, list | tuple):
        return tuple(_plain_part(one, depth + 1) for one in value)
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    raise InvalidValue(what="A derivation", why=f"JSON has no value like {value!r}")


def _plain(untrusted: Mapping[str, object]) -> Mapping[str, object]:
    plain = _plain_part(untrusted, 0)
    if not isinstance(plain, Mapping):
        raise InvalidValue(what="A derivation", why="inputs, parameters, outputs and uncertainty are named values")
    return plain


def _as_json_part(value: object) -> object:
    if isinstance(value, Mapping):
        return {key: _as_json_part(one) for key, one in value.items()}
    if isinstance(value, tuple):
        return [_as_json_part(one) for one in value]
    return value


@frozen(kw_only=True)
class Derivation:
    """How a calculator came to its answer: the same tool, version, inputs, parameters and seed give the same again.

    `inputs` is what a person gave, `parameters` what the method fixes, each with its unit in its name; `seed` is None
    where no chance was used. `uncertainty` says what the doubt of the outputs covers. Values are plain JSON, held
    unchangeable. Raises `InvalidValue` for what JSON cannot say.
    """

    tool: SafeText = field(converter=safe_text)
    version: SafeText = field(converter=safe_text)
    inputs: Mapping[str, object] = field(converter=_plain)
    parameters: Mapping[str, object] = field(converter=_plain, factory=dict)
    seed: int | None = field(default=None)
    outputs: Mapping[str, object] = field(converter=_plain)
    uncertainty: Mapping[str, object] = field(converter=_plain)

    @seed.validator
    def _whole(self, _attribute: object, value: object) -> None:
        if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
            raise InvalidValue(what="The seed of a derivation", why="it must be a whole number, or absent")

    def __hash__(self) -> int:
        return hash(json.dumps(self.as_json(), sort_keys=True))

    def as_json(self) -> dict[str, object]:
        """The derivation as plain data: `{tool, version, inputs, parameters, seed, outputs, uncertainty}`."""
        return {
            "tool": self.tool,
            "version": self.version,
            "inputs": _as_json_part(self.inputs),
            "parameters": _as_json_part(self.parameters),
            "seed": self.seed,
            "outputs": _as_json_part(self.outputs),
            "uncertainty": _as_json_part(self.uncertainty),
        }

    @classmethod
    def from_json(cls, untrusted: object) -> Derivation:
        """Read `as_json` back; raises `InvalidValue` for anything else."""
        given = fields(untrusted, what="A derivation", required=_NAMES)
        return cls(
            tool=safe_text(text(given, "tool")),
            version=safe_text(text(given, "version")),
            inputs=_named(given, "inputs"),
            parameters=_named(given, "parameters"),
            seed=None if given["seed"] is None else whole_number(given, "seed"),
            outputs=_named(given, "outputs"),
            uncertainty=_named(given, "uncertainty"),
        )


def _named(given: Mapping[str, object], name: str) -> Mapping[str, object]:
    value = given[name]
    if not isinstance(value, dict):
        raise InvalidValue(what=f"The field {name}", why="it must be an object with named values")
    return value
