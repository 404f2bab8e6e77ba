"""A run of a calculator as a value: plain, unchangeable, and read back as it was written."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probata.terms.errors import InvalidValue
from probata.verification.derivation import Derivation

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
NAMED = st.dictionaries(st.text(), PLAIN, max_size=3)


def made(**changed: object) -> Derivation:
    facts = {"tool": "a calculator", "version": "1", "inputs": {}, "outputs": {}, "uncertainty": {}}
    return Derivation(**{**facts, **changed})


@given(NAMED, NAMED, NAMED, NAMED, st.none() | st.integers())
def test_there_and_back(inputs, parameters, outputs, uncertainty, seed):
    """What is written as JSON reads back as the same derivation."""
    one = made(inputs=inputs, parameters=parameters, outputs=outputs, uncertainty=uncertainty, seed=seed)
    again = Derivation.from_json(json.loads(json.dumps(one.as_json())))
    assert again == one
    assert hash(again) == hash(one)


def test_nobody_changes_it_later():
    """What was given may change afterwards; what was kept does not."""
    given_list: list[object] = [1, 2]
    one = made(inputs={"values": given_list})
    given_list.append(3)
    assert one.as_json()["inputs"] == {"values": [1, 2]}
    with pytest.raises(TypeError):
        one.inputs["values"] = ()  # type: ignore[index]


@pytest.mark.parametrize("nonsense", [math.nan, math.inf, object(), {1: 2}, b"bytes", {1, 2}])
def test_what_json_cannot_say_is_refused(nonsense):
    """No NaN, no bytes, no names that are not texts."""
    with pytest.raises(InvalidValue):
        made(outputs={"value": nonsense})


def test_nested_too_deep():
    """A hostile depth is refused before it overflows anything."""
    deep: object = 1
    for _level in range(5_000):
        deep = [deep]
    with pytest.raises(InvalidValue, match="nested"):
        made(inputs={"deep": deep})


@pytest.mark.parametrize("seed", [True, 1.0, "1"])
def test_a_seed_is_a_whole_number(seed):
    """`true` is not 1, and 1.0 is not 1."""
    with pytest.raises(InvalidValue):
        made(seed=seed)


@pytest.mark.parametrize("missing", ["tool", "seed", "uncertainty"])
def test_every_field_is_asked_for(missing):
    """A field that is missing is not guessed, a field that is not known is refused."""
    told = made().as_json()
    del told[missing]
    with pytest.raises(InvalidValue, match=missing):
        Derivation.from_json(told)
    with pytest.raises(InvalidValue, match="extra"):
        Derivation.from_json({**made().as_json(), "extra": 1})
