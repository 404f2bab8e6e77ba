"""One name in many spellings: folded, romanised by named tables, and by how it sounds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probata.gazetteer.spelling import folded, keys, mixed, official, romanised, sounding

NAMES = st.text(st.characters(codec="utf-8"), max_size=30)


@pytest.mark.parametrize(
    "spellings",
    [
        "Дмитрівка Дмитровка Dmytrivka Dmitrovka Dmitrivka Dmytriwka Dmitrìvka ДМИТРІВКА",
        "Олександрівка Александровка Oleksandrivka Aleksandrovka",
        "Київ Киев Kyiv Kiev Kijev Kyjiv",
        "Харків Харьков Kharkiv Kharkov",
        "Житомир Zhytomyr Žytomyr Žitomir Zhitomir",
        "Юр’ївка Юр'ївка Юрʼївка Юрьевка Yuriivka Yur’yivka",
        "Гадяч Гадяч Hadiach Hadyach Gadyach",
        "Щастя Shchastia Shchastya",
    ],
)
def test_spellings_of_one_name_share_a_key(spellings):
    """Ukrainian, Russian and the romanisations of either are one question."""
    first, *others = spellings.split()
    for other in others:
        assert keys(first) & keys(other), other


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Дмитрівка", "Димитрівка"),
        ("Буча", "Бучач"),
        ("Лугове", "Луганськ"),
        ("Яр", "Ярок"),
        ("Dmytrivka", "Demydivka"),
    ],
)
def test_other_names_have_other_keys(one, other):
    """What is not a spelling of the name is not found by it."""
    assert not keys(one) & keys(other)


@pytest.mark.parametrize(
    ("name", "latin"),
    [
        ("Дмитрівка", "Dmytrivka"),
        ("Згурівка", "Zghurivka"),
        ("Єнакієве", "Yenakiieve"),
        ("Юрʼївка", "Yurivka"),
        ("Їжакевич", "Yizhakevych"),
        ("Біла Церква", "Bila Tserkva"),
        ("Івано-Франківськ", "Ivano-Frankivsk"),
        ("Знам’янка", "Znamianka"),
        ("Київська область", "Kyivska oblast"),
    ],
)
def test_official_latin_names_follow_the_resolution(name, latin):
    """Resolution 55 of 27 January 2010 with its letters for beginnings and its zgh; capitals stay where they were."""
    assert official(name) == latin


def test_a_latin_name_is_its_own_official_name():
    """Nothing is romanised that is in Latin letters, nor what mixes both."""
    assert (official("Bucha"), romanised("Bucha"), romanised("Буча Bucha")) == ("Bucha", {}, {})


def test_latin_letters_that_look_cyrillic_are_put_right():
    """A Latin p in a Cyrillic word is read as р, and the mixing can be told."""
    assert mixed("Дмитpівка")
    assert folded("Дмитpівка") == folded("Дмитрівка")


def test_other_scripts_are_compared_as_written():
    """Arabic without its vowel signs, Georgian and Han as they stand."""
    assert sounding("دِمَشق") == sounding("دمشق") != ""
    assert keys("東京") == {"東京"}


def test_direction_marks_write_nothing():
    """Marks that only direct the reading make no other name."""
    assert folded("\u200fدمشق\u200e") == folded("دمشق")


@pytest.mark.parametrize("nothing", ["", " ", "…", "’", "\u0301", "\u200e", "—"])
def test_what_writes_nothing_has_no_key(nothing):
    """Signs, spaces and marks alone are no name."""
    assert keys(nothing) == frozenset()


@given(NAMES)
def test_folding_twice_is_folding_once(name):
    """Folding is idempotent on any text."""
    assert folded(folded(name)) == folded(name)


@given(NAMES, NAMES)
def test_what_folds_alike_sounds_alike(one, other):
    """A closer form never tells apart less than a wider one."""
    assert sounding(one) == sounding(folded(one))
    if folded(one) == folded(other):
        assert sounding(one) == sounding(other)


@given(
    st.lists(
        st.sampled_from(["ва", "ди", "мо", "лі", "ку", "не", "рі", "са", "ти", "зе", "пу"]), min_size=1, max_size=6
    ).map("".join)
)
def test_plain_syllables_meet_in_every_table(name):
    """Words whose letters stand for themselves share their key with each of their romanisations."""
    for table, latin in romanised(name).items():
        assert keys(name) & keys(latin), table
