"""What is typed is words to look for, whatever is typed; and how a text holds them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probata.search.query import How, NothingToLookFor, Query, QueryTooLong, find, parse

HOSTILE = [
    '"', '""', "*", "NEAR(", "NEAR(a b, 3)", "written : x", "a AND b", "(a", "a)", "^a", "a*", "col:a", "-", "--", "OR",
    "OR OR", "a OR", "'; DROP TABLE passage; --", "\x00", "a\x00b", "{a b} : c", "+a", "\u202ea\u202c", "\u200f",
    "\ud800", "a\ud800b", "%", "_", "\\", "«", '-"', '"a" "', "🙂", "a" * 1_000,
]  # fmt: skip
TYPED = st.one_of(st.text(max_size=40), st.sampled_from(HOSTILE))


def _how(query, text):
    found = find(parse(query), text)
    return None if found is None else found.how


def _marked(query, text):
    return [text[mark.start : mark.end] for mark in find(parse(query), text).marks]


@given(TYPED)
def test_whatever_is_typed_is_read_or_refused(typed):
    """Nothing else can happen, and what is read finds itself."""
    try:
        query = parse(typed)
    except (NothingToLookFor, QueryTooLong):
        return
    assert isinstance(query, Query)
    assert query.groups


@pytest.mark.parametrize("typed", ["", "  ", '"', '""', "*", "-", "OR", "-слово", "🙂", "\x00", "\u200f"])
def test_what_names_no_word_is_refused(typed):
    """And what only leaves out finds nothing in particular."""
    with pytest.raises(NothingToLookFor):
        parse(typed)


@pytest.mark.parametrize("typed", ["a" * 1_001, "слово " * 1_700, "a b " * 40], ids=["a word", "10 kB", "80 words"])
def test_what_is_too_long_is_refused(typed):
    """With what is the most."""
    with pytest.raises(QueryTooLong, match="are the most"):
        parse(typed)


def test_all_words_must_be_there():
    """In any order; one that is missing is a miss."""
    assert _how("спокої залиште", "Залиште його в спокої.") == How.WRITTEN
    assert _how("спокої машина", "Залиште його в спокої.") is None


def test_a_phrase_stands_in_a_row():
    """In straight or curly quotes, in this order, nothing between; signs between words do not count."""
    assert _how('"його в спокої"', "Залиште його — в спокої!") == How.WRITTEN
    assert _how("„його в спокої“", "Залиште його в спокої") == How.WRITTEN
    assert _how('"його спокої"', "Залиште його в спокої") is None
    assert _how('"в спокої його"', "Залиште його в спокої") is None
    assert _how('"спокої', "у спокої") == How.WRITTEN


def test_a_word_with_signs_inside_is_a_row():
    """T-72 is two words in a row, in Latin letters and in Cyrillic."""
    assert _how("Т-72", "кілька Т 72 поруч") == How.WRITTEN
    assert _how("T-72", "кілька Т-72 поруч") == How.SPELLED
    assert _how("Т-72", "72 Т") is None


def test_or_stands_between_two_words_and_not_before_one():
    """One of them is enough, beside the other words that must be there."""
    assert _how("машина танк OR автобус", "автобус і машина") == How.WRITTEN
    assert _how("машина танк OR автобус", "тільки автобус") is None
    assert _how('танк OR "червона машина"', "їде червона машина") == How.WRITTEN
    assert _how("or", "either or") == How.WRITTEN


def test_not_leaves_out_what_holds_the_word_in_any_case():
    """Inflected as well; what merely sounds alike is not left out."""
    assert _how("танк -машина", "танк біля машини") is None
    assert _how("танк -Київ", "танк біля Києва") is None
    assert _how("танк -Дмитрівка", "танк біля Dmytrivka") == How.WRITTEN
    assert _how("Іван-поле", "Іван поле") == How.WRITTEN


def test_a_match_says_how_and_where():
    """The farthest word decides; each mark tells of itself."""
    text = "Біля Дмитровки стоять танки"
    found = find(parse("Дмитрівка танк"), text)
    assert found.how == How.SPELLED
    assert [(text[one.start : one.end], one.how.told) for one in found.marks] == [
        ("Дмитровки", "spelled otherwise"),
        ("танки", "inflected"),
    ]


def test_a_phrase_is_marked_as_one_stretch():
    """From its first word to its last."""
    assert _marked('"біля Дмитрівка"', "стояв біля Dmytrivka, біля дороги") == ["біля Dmytrivka"]


@pytest.mark.parametrize("query", ["Dmytrivka", "Дмитрівка", "Дмитровка", "Dmitrovka", "дмитрівка", "دميتريفكا"])
@pytest.mark.parametrize("text", ["Dmytrivka", "у Дмитрівці", "под Дмитровкой", "near Dmitrovka", "قرب دميتريفكا"])
def test_the_spellings_of_a_village_hit_each_other(query, text):
    """Across scripts, languages and cases."""
    assert _how(query, text) is not None
