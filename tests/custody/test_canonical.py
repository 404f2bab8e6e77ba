"""Canonical JSON is RFC 8785 on our domain, refuses what lies outside, and reads back only what it writes."""

from __future__ import annotations

import json
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from probata.custody import verifier
from probata.custody.canonical import MAX_WHOLE, NotCanonical, canonical, parse, parse_object

texts = st.text(st.characters(exclude_categories=["Cs"]))
scalars = st.none() | st.booleans() | st.integers(-MAX_WHOLE, MAX_WHOLE) | texts
values: st.SearchStrategy[Any] = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(texts, inner, max_size=5),
    max_leaves=20,
)
# Keys around the surrogates' place, where order by code point and by UTF-16 unit part ways.
odd_keys = st.text(st.sampled_from('a\ud7ff\ue000\uffff\U00010000\U0010ffff\x00\x1f\x7f"\\'), max_size=3)


@given(values)
def test_it_is_what_the_reference_library_writes(value: Any) -> None:
    """On our domain the fast encoder, the verifier's encoder and `rfc8785` agree byte for byte."""
    written = rfc8785.dumps(value)
    assert canonical(value) == written
    assert verifier.canonical(value) == written


@given(st.dictionaries(odd_keys, st.integers(0, 9), max_size=8))
def test_keys_are_sorted_by_utf_16_units(value: dict[str, int]) -> None:
    """RFC 8785, section 3.2.3, also for keys outside the Basic Multilingual Plane."""
    written = rfc8785.dumps(value)
    assert canonical(value) == written
    assert verifier.canonical(value) == written


@given(values)
def test_it_reads_back_what_it_writes(value: Any) -> None:
    """Reading canonical bytes gives the value again."""
    assert parse(canonical(value)) == value


@given(values, st.integers(0, 10))
def test_another_spelling_is_refused(value: Any, indent: int) -> None:
    """The same value in any other spelling is not canonical."""
    other = json.dumps(value, indent=indent).encode()
    if other != canonical(value):
        with pytest.raises(NotCanonical):
            parse(other)


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        0.5,
        float("nan"),
        MAX_WHOLE + 1,
        -MAX_WHOLE - 1,
        "\ud800",
        {"\udfff": 1},
        {1: 2},
        {"a": {"b": [1.0]}},
        b"bytes",
        {1, 2},
        object(),
    ],
)
def test_what_lies_outside_the_domain_is_refused(value: object) -> None:
    """Floats, large numbers, halves of surrogate pairs, keys that are no texts, other types."""
    with pytest.raises(NotCanonical):
        canonical(value)


@pytest.mark.parametrize(
    "spelling",
    [
        b"1.0",
        b"1e3",
        b"-0",
        b"9007199254740992",
        b"NaN",
        b"Infinity",
        b' {"a":1}',
        b'{"a":1}\n',
        b'{"a": 1}',
        b'{"b":1,"a":2}',
        b'{"a":1,"a":1}',
        b'"\\u00e9"',
        b'"\\ud800"',
        b'"\\/"',
        b'"\\u000A"',
        b"\xef\xbb\xbf1",
        b"\xff",
        b"",
        b"[" * 100_000,
        b"[" * 70 + b"]" * 70,
        b"1" * 5000,
    ],
)
def test_other_spellings_are_refused(spelling: bytes) -> None:
    """Bytes that a lenient reader takes and another reads otherwise."""
    with pytest.raises(NotCanonical):
        parse(spelling)


def test_nesting_has_one_limit() -> None:
    """What is nested too deep to be read is not written either."""
    value: Any = 0
    for _ in range(verifier.MAX_DEPTH):
        value = [value]
    assert parse(canonical(value)) == value
    with pytest.raises(NotCanonical):
        canonical([value])


def test_an_object_is_asked_for() -> None:
    """`parse_object` takes nothing but an object."""
    assert parse_object(b'{"a":1}') == {"a": 1}
    with pytest.raises(NotCanonical):
        parse_object(b"[]")
