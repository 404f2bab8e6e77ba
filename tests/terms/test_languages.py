"""Languages are tags with a direction, or shares of likelihood; never one guess."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probata.terms.errors import InvalidValue
from probata.terms.languages import LanguagesInDoubt, direction, language_tag

WRITTEN = [("RU", "ru"), ("uk-cyrl", "uk-Cyrl"), ("ckb-arab-iq", "ckb-Arab-IQ"), ("es-419", "es-419"), ("und", "und")]


@pytest.mark.parametrize(("untrusted", "tag"), WRITTEN)
def test_a_tag_gets_its_conventional_case(untrusted: str, tag: str) -> None:
    """RFC 5646, section 2.1.1."""
    assert language_tag(untrusted) == tag
    assert language_tag(tag) == tag


@pytest.mark.parametrize("code", ["rus", "ukr", "eng", "deu"])
def test_a_long_code_with_a_shorter_twin_is_refused_and_the_twin_named(code: str) -> None:
    """RFC 5646, section 2.2.1: the shortest code; else one language would have two names in the record."""
    with pytest.raises(InvalidValue, match="its tag is"):
        language_tag(code)


@pytest.mark.parametrize(
    "untrusted", ["", "xx", "r", "russian", "ru_RU", "ru-", "ru-RU-x-foo", "sl-nedis", "i-klingon", "р", "ru\n"]
)
def test_what_is_not_in_the_subset_is_refused(untrusted: str) -> None:
    with pytest.raises(InvalidValue):
        language_tag(untrusted)


@pytest.mark.parametrize("tag", ["ar", "fa", "he", "ckb", "uz-Arab", "pa-Arab-PK"])
def test_these_run_from_right_to_left(tag: str) -> None:
    assert direction(language_tag(tag)) == "rtl"


@pytest.mark.parametrize("tag", ["ru", "und", "zxx", "ar-Latn", "ku", "es-419"])
def test_these_run_from_left_to_right(tag: str) -> None:
    """A script named in the tag outweighs the language's usual one."""
    assert direction(language_tag(tag)) == "ltr"


@st.composite
def distributions(draw: st.DrawFn) -> LanguagesInDoubt:
    tags = draw(st.lists(st.sampled_from(["ru", "uk", "be", "en", "ar"]), unique=True, max_size=5))
    weights = [draw(st.integers(min_value=1, max_value=100)) for _tag in tags]
    rest = draw(st.integers(min_value=0, max_value=100))
    total = sum(weights) + rest or 1
    return LanguagesInDoubt(shares={tag: weight / total for tag, weight in zip(tags, weights, strict=True)})


@given(distributions())
def test_distributions_survive_json_most_probable_first(languages: LanguagesInDoubt) -> None:
    assert LanguagesInDoubt.from_json(json.loads(json.dumps(languages.as_json()))) == languages
    shares = [share for _tag, share in languages.shares]
    assert shares == sorted(shares, reverse=True)
    assert 0 <= languages.undetermined <= 1


@pytest.mark.parametrize("shares", [{"ru": 0.7, "uk": 0.4}, {"ru": 0.0}, {"ru": -0.1}, {"ru": float("nan")}, {"ru": 2}])
def test_shares_that_are_no_probabilities_are_refused(shares: dict[str, float]) -> None:
    with pytest.raises(InvalidValue):
        LanguagesInDoubt(shares=shares)


def test_one_language_under_two_spellings_is_refused() -> None:
    with pytest.raises(InvalidValue, match="twice"):
        LanguagesInDoubt(shares={"ru": 0.3, "RU": 0.3})
