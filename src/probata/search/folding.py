"""Words of a text and the form in which two writings of one word are the same.

Case, compatibility forms (NFKC) and marks that writers leave out are levelled: accents of Latin letters, stress and
the dots of ё, ґ for г, Arabic vowel signs and the forms of alif, hamza, ya and ta marbuta. Letters that make another
word stay apart: й, ї, ў, і and ы. Every word keeps its place in the text as it stands, so that a match is shown there.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from attrs import frozen

_APOSTROPHES = frozenset("'’‘ʼʹ`´′＇")
# Format characters and signs that stand inside a word and write nothing: joiners, directions, the soft hyphen.
_SILENT = frozenset("\u00ad\u200b\u200c\u200d\u200e\u200f\u061c\u2060\ufeff\u202a\u202b\u202c\u202d\u202e") | frozenset(
    "\u2066\u2067\u2068\u2069"
)
_KEPT_MARKS = {("и", "\u0306"), ("у", "\u0306"), ("і", "\u0308")}  # й, ў, ї are letters of their own
_LETTERS = str.maketrans(
    {
        "ґ": "г", "ł": "l", "ø": "o", "đ": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d",
        "ٱ": "ا", "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه", "ۀ": "ه", "ە": "ه", "ء": None, "ـ": None, "ٸ": "ي", "ٶ": "و",
    }
)  # fmt: skip
# Latin letters that look like Cyrillic ones; a word with letters of both scripts is one that was meant to look so.
_LOOKALIKES = str.maketrans("aceiopxyhkmtbr", "асеіорхункмтвг")
_MORE_ROUNDS = 8
_NO_SPACES = (
    ("\u0e00", "\u0eff"), ("\u1000", "\u109f"), ("\u1780", "\u17ff"), ("\u3040", "\u30ff"), ("\u31f0", "\u31ff"),
    ("\u3400", "\u4dbf"), ("\u4e00", "\u9fff"), ("\uf900", "\ufaff"), ("\U00020000", "\U0003ffff"),
)  # fmt: skip
"""Scripts written without spaces: Thai, Lao, Burmese, Khmer, kana and Han; each letter counts as a word."""


@frozen(kw_only=True)
class Word:
    """One word of a text: as it stands, from which character up to which, and folded."""

    written: str
    folded: str
    start: int
    end: int

    @property
    def capital(self) -> bool:
        """Whether it begins with a capital, as names do."""
        return self.written[:1].isupper() or self.written[:1].istitle()


def fold(text: str) -> str:
    """The text with all levelled that writers vary freely; folding it again changes nothing."""
    folded = text
    for _round in range(_MORE_ROUNDS):
        before, folded = folded, _folded_once(folded)
        if before == folded:
            break
    return folded


def words(text: str) -> list[Word]:
    """The words of a text in their order: letters, figures and marks in a row, apostrophes between letters included."""
    found = []
    for start, end in _stretches(text):
        written = text[start:end]
        if folded := folded_word(written):
            found.append(Word(written=written, folded=folded, start=start, end=end))
    return found


@lru_cache(maxsize=65_536)
def folded_word(written: str) -> str:
    """One word, folded, without apostrophes; letters of a neighbouring script that only look right are put right."""
    bare = fold(written)
    for mark in _APOSTROPHES:
        stem, found, ending = bare.rpartition(mark)
        if found and ending == "s" and stem.isascii():
            bare = stem  # "Dmytrivka's"
    bare = "".join(one for one in bare if _writes(one))
    if any("а" <= one <= "ӿ" for one in bare) and any("a" <= one <= "z" for one in bare):
        bare = bare.translate(_LOOKALIKES)
    return bare


def _folded_once(text: str) -> str:
    levelled = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    kept: list[str] = []
    for one in unicodedata.normalize("NFD", levelled):
        if unicodedata.category(one) == "Mn":
            if (kept[-1] if kept else "", one) in _KEPT_MARKS or (kept and not _drops_marks(kept[-1])):
                kept.append(one)
        elif one not in _SILENT:
            kept.append(_figure(one))
    return unicodedata.normalize("NFKC", "".join(kept).translate(_LETTERS))


def _drops_marks(base: str) -> bool:
    """Whether marks on this letter are left out freely: Latin, Greek, Cyrillic, Hebrew and Arabic writing."""
    return base < "\u0780" or "\u1e00" <= base <= "\u1fff"


def _figure(one: str) -> str:
    """The digit in the figures that everybody reads; other characters as they are."""
    return str(unicodedata.digit(one)) if unicodedata.category(one) == "Nd" else one


def _writes(one: str) -> bool:
    return unicodedata.category(one)[0] in "LNM"


def _stretches(text: str) -> Iterator[tuple[int, int]]:
    start: int | None = None
    for place, one in enumerate(text):
        if _without_spaces(one):
            if start is not None:
                yield start, place
            yield place, place + 1
            start = None
        elif _writes(one):
            start = place if start is None else start
        elif start is not None and not (one in _SILENT or _between_letters(text, place)):
            yield start, place
            start = None
    if start is not None:
        yield start, len(text)


def _between_letters(text: str, place: int) -> bool:
    if text[place] not in _APOSTROPHES or place + 1 >= len(text):
        return False
    return text[place - 1].isalpha() and text[place + 1].isalpha()


def _without_spaces(one: str) -> bool:
    return one >= _NO_SPACES[0][0] and any(first <= one <= last for first, last in _NO_SPACES)
