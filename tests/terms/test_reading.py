"""Plain data from outside is asked for by name and type; nothing is guessed."""

from __future__ import annotations

import pytest

from probata.terms.errors import InvalidValue
from probata.terms.reading import fields, number, rows, text, truth, whole_number


@pytest.mark.parametrize("value", [True, 2.0, "2", None])
def test_only_a_whole_number_is_one(value: object) -> None:
    with pytest.raises(InvalidValue, match="whole number"):
        whole_number({"n": value}, "n")


@pytest.mark.parametrize("value", [True, float("nan"), float("inf"), "2", None])
def test_only_a_finite_number_is_one(value: object) -> None:
    with pytest.raises(InvalidValue, match="finite number"):
        number({"n": value}, "n")


@pytest.mark.parametrize("value", [1, 0, "true", None])
def test_only_true_and_false_are_truths(value: object) -> None:
    with pytest.raises(InvalidValue, match="true or false"):
        truth({"t": value}, "t")


def test_a_text_is_not_a_list_and_a_list_is_not_a_text() -> None:
    with pytest.raises(InvalidValue, match="list"):
        rows({"r": "ab"}, "r")
    with pytest.raises(InvalidValue, match="text"):
        text({"t": ["a"]}, "t")


@pytest.mark.parametrize("value", [None, [], "a", 1])
def test_only_an_object_has_fields(value: object) -> None:
    with pytest.raises(InvalidValue, match="named fields"):
        fields(value, what="A thing", required=set())


def test_missing_and_unknown_fields_are_named() -> None:
    with pytest.raises(InvalidValue, match="lacks a, b"):
        fields({}, what="A thing", required={"b", "a"})
    with pytest.raises(InvalidValue, match="not known here: c"):
        fields({"a": 1, "c": 2}, what="A thing", required={"a"}, optional={"b"})
    assert fields({"a": 1, "b": 2}, what="A thing", required={"a"}, optional={"b"}) == {"a": 1, "b": 2}
