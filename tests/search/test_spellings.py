"""How names sound: spellings of one name meet across scripts, and invented names are told apart."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probata.search.folding import words
from probata.search.query import forms

# Invented, or so common that nobody owns them; each line is one name as records spell it.
SPELLINGS = [
    "Дмитрівка Дмитровка Dmytrivka Dmitrovka Dmitrivka Dmytrovka Дмитрівці Дмитровке Дмитрівкою دميتريفكا",
    "Київ Киев Kyiv Kiev Kyyiv Києва كييف",
    "Харків Харьков Kharkiv Kharkov Harkiv Харковом خاركيف",
    "Щедрогірка Щедрогорка Shchedrohirka Schedrogorka Shchedrogorka",
    "Зажежжя Зажежье Zazhezhzhia Zazhezhye Zažežžja",
    "Лисогонецьк Лысогонецк Lysohonets'k Lysogonetsk ليسوغونيتسك",
    "Олександрійка Александрийка Oleksandriika Aleksandriyka",
    "Ягідне Ягодное Yahidne Yagodnoye Iahidne Jagidne",
    "Верболюбівці Верболюбовцы Verboliubivtsi",
]
APART = [
    ("Дмитрівка", "Дмитрошка"),
    ("Дмитрівка", "Petrivka"),
    ("Вишнева", "Вершинова"),
    ("Kamianka", "Комишанка"),
    ("дом", "дым"),
    ("так", "тик"),
    ("كف", "Kyiv"),
]
# ruff: noqa: SIM905  pages of syllables read better without quotes
STARTS = "Ба Ве Гри До Жу За Ки Ла Мо Ни Ос Пе Ра Си То Ук Фа Хо Че Шу Сте Кра Про Бле".split()
MIDDLES = "ва ле ми до ре ка лу сто зе ни бра га чи пло жа ри ше то ву ла".split()
ENDS = "вка ськ нці не лів гірка полі чани шин рове ївка нськ ляни бірка дол".split()


def _forms(text):
    return [forms(word) for word in words(text)]


@pytest.mark.parametrize("line", SPELLINGS, ids=lambda line: line.split()[0])
def test_every_spelling_of_a_name_finds_every_other(line):
    """Whichever is typed, each of the others is found: across scripts, romanisations and the two languages."""
    found = _forms(line)
    latin = [one for one in found if not one.arabic]
    missed = [(a.folded, b.folded) for a in latin for b in found if a.how(b) is None]
    missed += [(b.folded, a.folded) for b in found if b.arabic for a in latin if b.how(a) is None]
    assert missed == []


@pytest.mark.parametrize(("one", "other"), APART)
def test_other_names_and_short_words_are_told_apart(one, other):
    """A key that everything shares would find nothing; short words have one only where they are written as names."""
    (a,), (b,) = _forms(one), _forms(other)
    assert a.how(b) is None


def test_two_thousand_invented_names_seldom_collide():
    """Made of syllables, 2,000 names: a name shares its sound with 0.1 others in the mean, and 95 in 100 with none."""
    draw = random.Random(5)
    names = set()
    while len(names) < 2_000:
        names.add(draw.choice(STARTS) + "".join(draw.choices(MIDDLES, k=draw.randint(1, 2))) + draw.choice(ENDS))
    keys = {name: _forms(name)[0].sounds for name in sorted(names)}
    held = Counter(key for sounds in keys.values() for key in sounds)
    others = [max(held[key] for key in sounds) - 1 for sounds in keys.values()]
    print(f"mean {sum(others) / len(others):.3f}, alone {sum(not one for one in others) / len(others):.3f}")
    assert sum(others) / len(others) < 0.1
    assert sum(not one for one in others) / len(others) > 0.95


LONG = st.text(alphabet="абвгдежзийклмнопрстуфхцчшщьюяіїєabcdefghijklmnopqrstuvwxyz", min_size=9, max_size=20)


@given(LONG)
def test_a_key_is_the_same_under_case(text):
    """Capitals change no key of a word that is long enough to have one without."""
    lower, upper = _forms(text), _forms(text.upper())
    assert [one.folded for one in lower] == [one.folded for one in upper]
    assert all(a.sounds <= b.sounds for a, b in zip(lower, upper, strict=True))


@given(st.text(max_size=30))
def test_any_text_has_keys_of_plain_signs(text):
    """No text breaks it, and what comes of it is letters alone."""
    for one in _forms(text):
        assert all(key.isalpha() for key in one.sounds | one.bones)
        assert one.how(one) == 0
