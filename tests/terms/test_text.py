"""Text from outside cannot act: it is refused, or shown with what is invisible written out."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probata.terms.errors import InvalidValue
from probata.terms.showing import is_safe_character, shown
from probata.terms.text import Stated, made_safe, safe_text

ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=()))


@given(ANY_TEXT)
def test_what_passes_is_composed_and_holds_nothing_that_acts(untrusted: str) -> None:
    try:
        text = safe_text(untrusted)
    except InvalidValue:
        return
    assert unicodedata.is_normalized("NFC", text)
    assert all(map(is_safe_character, text))
    assert safe_text(text) == text
    assert text == unicodedata.normalize("NFC", untrusted)


@given(ANY_TEXT)
def test_anything_can_be_shown_safely(untrusted: str) -> None:
    text = made_safe(untrusted)
    assert safe_text(text) == text


@pytest.mark.parametrize(
    ("attack", "untrusted"),
    [
        ("right-to-left override", "annex\u202efdp.exe"),
        ("isolate", "a\u2066b\u2069"),
        ("terminal escape", "\x1b[2Jgone"),
        ("second log line", "fine\n2024-01-01 all well"),
        ("line separator", "fine\u2028all well"),
        ("zero-width space", "a\u200bb"),
        ("byte order mark", "\ufeffa"),
        ("lone surrogate of a file name", "a\udce9"),
        ("private use", "\ue000"),
        ("noncharacter", "a\uffff"),
        ("tag characters", "a\U000e0041"),
        ("C1 control", "a\x9bb"),
        ("spaces alone", "  \u00a0 "),
        ("joiners alone", "\u200d\u200c"),
        ("nothing", ""),
    ],
)
def test_a_text_that_acts_is_refused(attack: str, untrusted: str) -> None:
    with pytest.raises(InvalidValue):
        safe_text(untrusted)
    assert safe_text(made_safe(untrusted)), attack


@pytest.mark.parametrize("text", ["Він хрипить", "می‌خواهم", "क्‍ष", "שלום", "👩‍🚒", "a\u0301", "№ 7 — «так»"])
def test_the_scripts_of_the_world_pass(text: str) -> None:
    """Zero-width joiners belong to the spelling of Persian and Hindi."""
    assert safe_text(text) == unicodedata.normalize("NFC", text)


def test_what_acts_is_written_out_and_the_rest_stands() -> None:
    assert shown("a\u202eb\n") == "a<U+202E>b<U+000A>"


@given(st.sampled_from(["ru", "uk-Cyrl", "und"]), st.text(min_size=1).map(made_safe))
def test_a_statement_survives_json_word_for_word(language: str, text: str) -> None:
    stated = Stated(text=text, language=language)
    assert Stated.from_json(json.loads(json.dumps(stated.as_json()))) == stated
