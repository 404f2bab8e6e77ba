"""Stems: inflections of one word meet, and words that only look alike do not."""

from __future__ import annotations

import pytest

from probata.search.folding import folded_word
from probata.search.stems import stems, ukrainian

UKRAINIAN = """
Дмитрівка Дмитрівки Дмитрівці Дмитрівку Дмитрівкою Дмитрівок Дмитрівкам
Харків Харкова Харкову Харкові Харковом
Київ Києва Києву Києві Києвом
Львів Львова Львову Львові
танк танка танки танків танками танках танкам
дорога дороги дорогу дорогою дорогами дорогах
стріляти стріляв стріляла стріляли стріляє стріляють
постріл постріли пострілу пострілів пострілами
полонений полоненого полоненому полонені полонених полоненими
військовий військові військових військового
солдат солдати солдата солдатів солдатами солдатам
граната гранати гранату гранатами
село села селі селом селах
пов'язка пов'язки пов'язку пов'язкою пов'язок
хрипить хрипіти хрипів хрипіла
зупинився зупинитися зупинилася зупинилися
машина машини машину машиною машин машинами
люди людей людям людьми людях
білий біла біле білі білого білих білу білою
область області областю областей
швидкість швидкості швидкістю
лежить лежать лежав лежати
хлопець хлопця хлопці хлопців
""".strip().splitlines()
APART = [
    ("танк", "танець"),
    ("село", "сила"),
    ("дорога", "дорогий міст"),
    ("рука", "річка"),
    ("постріл", "пост"),
    ("люди", "лід"),
]


@pytest.mark.parametrize("line", UKRAINIAN, ids=lambda line: line.split()[0])
def test_the_cases_of_a_ukrainian_word_have_one_stem(line):
    """Nouns, names of places, adjectives, verbs, with the softening of к and the vowels that come and go."""
    assert frozenset.intersection(*(ukrainian(folded_word(word)) for word in line.split()))


@pytest.mark.parametrize(("one", "other"), APART)
def test_other_words_have_other_stems(one, other):
    """What is left of a word still tells it from its neighbours."""
    assert not ukrainian(folded_word(one)) & ukrainian(folded_word(other))


def test_a_stem_is_never_empty():
    """Of a word of endings alone something stays."""
    for word in ("ами", "ого", "ться", "ія", "о", "вши", "ові"):
        assert all(ukrainian(word))


@pytest.mark.parametrize(
    ("words", "shared"),
    [
        ("Дмитровка Дмитровки Дмитровке Дмитровкой", "ru:"),
        ("стрелять стреляли стреляет", "ru:"),
        ("shooting shoots", "en:"),
        ("المدينة مدينة المدينه مدينتنا", "ar:"),
    ],
)
def test_the_cases_of_a_word_share_a_stem(words, shared):
    """Russian, English and Arabic by Snowball."""
    common = frozenset.intersection(*(stems(folded_word(word)) for word in words.split()))
    assert any(stem.startswith(shared) for stem in common)


def test_a_word_whose_letters_tell_no_language_has_a_stem_in_each():
    """Nobody decides for Russian or Ukrainian where nothing tells."""
    assert {stem[:3] for stem in stems("дорога")} == {"ru:", "uk:"}
    assert {stem[:3] for stem in stems("дорозі")} == {"uk:"}
    assert {stem[:3] for stem in stems("был")} == {"ru:"}


def test_figures_and_other_scripts_have_none():
    """They are looked for as written."""
    assert stems("72") == stems("東") == frozenset()
