"""Labels of incidents by one rule, place, date, act: no party, no verdict, so that a label can be shown to anybody.

Whoever reads a list of incidents has read no evidence yet. A label that names a side or says what kind of wrong it was
would answer the question before it is asked; parties enter through what is claimed and what is found.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from attrs import field, frozen

from probata.cases.wording import line
from probata.terms.edtf import read_edtf
from probata.terms.errors import Refused
from probata.terms.text import SafeText

PLACE_UNKNOWN, DATE_UNKNOWN = "place unknown", "date unknown"
_PART = 80

# Beginnings of words that say what it was in law, who was right, or whether it is true, instead of what happened.
# Killing, death, shooting, detention and the like say what happened, and are let through.
_VERDICTS = (
    # English; a full stop ends a word that must stand alone (heroin, the Crimea)
    "assassin", "atroc", "barbar", "butcher", "crime.", "crimes.", "crimin", "enem", "execute", "executing",
    "execution", "fake", "genocid", "guilt", "hero.", "heroes.", "heroic", "hoax", "illegal", "innocen", "invad",
    "invasi", "liberat", "liquidat", "marty", "massacr", "murder", "occupi", "perpetrat", "separatis", "slaughter",
    "staged", "staging", "terror", "traito", "unlawful", "victi",
    # Ukrainian and Russian
    "ворог", "ворож", "враг", "враж", "геноцид", "герой", "героев", "героїв", "героїч", "героич", "жертв",
    "загарбник", "захватчик", "зверств", "звірств", "злочин", "казнь", "казни", "казнен", "карател", "мученик",
    "окупант", "оккупант", "преступ", "різанин", "резня", "страта.", "страту.", "страти.", "стратив", "страчен",
    "терор", "террор", "фейк",
    # Arabic
    "مجزر", "مذبح", "جريم", "ارهاب", "شهيد", "شهداء", "اباد", "العدو", "اعدام",
)  # fmt: skip
_ARTICLE = "ال"
_ARTICLES = frozenset({"the", "a", "an"})
_LETTERS = re.compile(r"[^\W\d_]+(?:['’ʼ-][^\W\d_]+)*")


class LabelTakesASide(Refused):
    """A label names a party, or says what only a finding may say."""

    code = "label_takes_a_side"
    template = "The {part} of the label holds {word!r}, which {why}."
    advice = (
        "Say what happened in neutral words, such as: killing of a person, shots, detention. Parties enter by claims."
    )


def folded(text: str) -> str:
    """The text for comparison: without case, compatibility forms, accents and joiners; ё as е, alif forms as one."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    return "".join(one for one in bare if not unicodedata.combining(one) and unicodedata.category(one) != "Cf")


_FOLDED_VERDICTS = tuple(folded(stem) for stem in _VERDICTS)


def _words(text: str) -> list[str]:
    return _LETTERS.findall(folded(text))


def _as_place(untrusted: str) -> str:
    return line(untrusted, "The place of a label", most=_PART) if untrusted else ""


def _as_day(untrusted: str) -> str:
    if not untrusted:
        return ""
    day = line(untrusted, "The date of a label", most=_PART)
    read_edtf(day)
    return day


def _as_act(untrusted: str) -> SafeText:
    return line(untrusted, "The act of a label", most=_PART)


@frozen(kw_only=True)
class Label:
    """An incident's label in its three parts; `text` reads `Place, 2022-03-30: killing of a person`.

    `place` and `day` may be empty and then read as unknown. `day` is a date or a range as EDTF writes it, such as
    `2022-03-29/2022-03-30` or `2022-03~`. Raises `InvalidValue` for anything else.

    Whether it is neutral is asked once, when it is about to be recorded (`must_be_neutral`): a rule that grows stricter
    must not make what is on the record unreadable.
    """

    place: str = field(default="", converter=_as_place)
    day: str = field(default="", converter=_as_day)
    act: SafeText = field(converter=_as_act)

    @property
    def text(self) -> str:
        """The label as it is shown."""
        return f"{self.place or PLACE_UNKNOWN}, {self.day or DATE_UNKNOWN}: {self.act}"

    def must_be_neutral(self, party_names: Iterable[str]) -> None:
        """Raise `LabelTakesASide` for a word of verdict in the act, or a part that names one of these parties.

        In the act a name is refused with another ending as well; a place only when it holds the whole name as it is
        written: villages and parties share roots.
        """
        for word in _words(self.act):
            if _is_verdict(word):
                raise LabelTakesASide(part="act", word=word, why="judges instead of saying what happened")
        for name in party_names:
            wanted = [word for word in _words(name) if word not in _ARTICLES] or _words(name)
            if wanted and _holds(_words(self.act), wanted, inflected=True):
                raise LabelTakesASide(part="act", word=name, why="is the name of a recorded party")
            if wanted and _holds(_words(self.place), wanted, inflected=False):
                raise LabelTakesASide(part="place", word=name, why="is the name of a recorded party")


def _is_verdict(word: str) -> bool:
    bare = word.removeprefix(_ARTICLE)
    return any(_begins(one, stem) for stem in _FOLDED_VERDICTS for one in (word, bare))


def _begins(word: str, stem: str) -> bool:
    return word == stem[:-1] if stem.endswith(".") else word.startswith(stem)


def _holds(words: list[str], wanted: list[str], *, inflected: bool) -> bool:
    windows = (words[start : start + len(wanted)] for start in range(len(words) - len(wanted) + 1))
    alike = _same_word if inflected else str.__eq__
    return any(all(alike(one, other) for one, other in zip(window, wanted, strict=True)) for window in windows)


def _same_word(one: str, other: str) -> bool:
    """Whether two folded words may be forms of one: a shared beginning of four letters, at most three letters after."""
    shared = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            break
        shared += 1
    return one == other or (shared >= 4 and max(len(one), len(other)) - shared <= 3)
