"""Languages of written texts: a distribution, with more left open the less there is to read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probata.search.languages import likely


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Оставь его в покое, он уже ничего не сделает, мы все это видели", "ru"),
        ("Залиште його в спокої, він уже нічого не зробить, ми всі це бачили", "uk"),
        ("Ён ужо нічога не зробіць, мы ўсе гэта бачылі з вёскі", "be"),
        ("They said that he was there and that we had to leave with the others", "en"),
        ("قال إنهم كانوا في القرية على الطريق إلى المدينة", "ar"),
        ("او گفت که این را از روستا به شهر می‌برند و پس از آن برمی‌گردند", "fa"),
    ],
)
def test_a_sentence_is_most_likely_in_its_language(text, language):
    """By its letters and its small words."""
    assert likely(text).shares[0][0] == language
    assert likely(text).shares[0][1] > 0.5


@pytest.mark.parametrize("text", ["Так", "Дом", "Буча", "Stop", "قف"])
def test_a_short_text_is_never_a_verdict(text):
    """Of a word that several languages have, most is left undetermined."""
    assert likely(text).undetermined > 0.5


def test_a_text_in_two_scripts_may_be_in_two_languages():
    """Each script is judged by itself."""
    told = likely("Залиште його в спокої, він уже нічого не зробить. They said that he was there with the others.")
    assert {"uk", "en"} <= {tag for tag, _share in told.shares}


def test_figures_and_unknown_scripts_tell_nothing():
    """No language is made up."""
    assert likely("12:45 — 東京").shares == ()


@given(st.text(max_size=60))
def test_any_text_has_a_distribution(text):
    """Shares are likelihoods, and something is always left undetermined."""
    assert likely(text).undetermined > 0
