"""Words, folded: what writers vary freely is one, what makes another word is not, and every word keeps its place."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probata.search.folding import fold, folded_word, words

TEXTS = st.text(
    alphabet=st.one_of(
        st.characters(exclude_categories=["Cs"]),
        st.sampled_from("абвіїєґёйўыЁЇ'’-\u0301\u0306\u0308aceoxABÉß\u0130ıﬁ\u0644\u0623\u0629\u064e\u0640\u200f"),
    ),
    max_size=40,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ЁЛКА", "елка"),
        ("Ґанок", "ганок"),
        ("за́мок", "замок"),
        ("Café", "CAFE"),
        ("Łazarz", "lazarz"),
        ("ﬁlm", "film"),
        ("м'яч", "м’яч"),
        ("м'яч", "мяч"),
        ("Dmytrivka's", "dmytrivka"),
        ("كِتَابٌ", "كتاب"),
        ("كـتـاب", "كتاب"),
        ("أحمد", "احمد"),
        ("مدينة", "مدينه"),
        ("على", "علي"),
        ("کتاب", "كتاب"),
        ("٢٠٢٢", "2022"),
        ("да\u00adча", "дача"),
        ("Kиїв", "київ"),
        ("cтpілянина", "стрілянина"),
    ],
)
def test_two_writings_of_one_word_are_one(one, other):
    """Case, accents, optional dots and vowel signs, joiners, figures, and letters that only look right."""
    assert folded_word(one) == folded_word(other)


@pytest.mark.parametrize(
    ("one", "other"), [("мій", "міи"), ("їсти", "істи"), ("мир", "мір"), ("быт", "бит"), ("ночь", "ноч")]
)
def test_letters_that_make_another_word_stay(one, other):
    """й, ї, і, ы and ь are letters, not ornaments."""
    assert folded_word(one) != folded_word(other)


@given(TEXTS)
def test_folding_again_changes_nothing(text):
    """Whatever the text, once is enough."""
    assert fold(fold(text)) == fold(text)
    assert folded_word(folded_word(text)) == folded_word(text)


@given(TEXTS)
def test_composed_or_not_is_the_same(text):
    """The same text in NFC and in NFD has the same folding."""
    assert fold(unicodedata.normalize("NFC", text)) == fold(unicodedata.normalize("NFD", text))


@given(TEXTS)
def test_every_word_stands_where_it_says(text):
    """Places are in order, do not overlap, and hold what is written; a word holds letters, figures and marks alone."""
    found = words(text)
    assert [text[one.start : one.end] for one in found] == [one.written for one in found]
    assert all(one.end <= other.start for one, other in pairwise(found))
    assert all(unicodedata.category(letter)[0] in "LNM" for one in found for letter in one.folded)


def test_words_are_cut_where_readers_cut_them():
    """Signs part words, apostrophes and joiners inside do not; scripts without spaces are cut letter by letter."""
    cut = [one.folded for one in words("Т-72, об'єкт «Дім» na\u200dme 'quoted' 東京")]
    assert cut == ["т", "72", "обєкт", "дім", "name", "quoted", "東", "京"]
