"""Keys of how a word sounds, alike for spellings and scripts: Дмитрівка, Дмитровка, Dmytrivka, Dmitrovka are one.

Two keys, since Arabic writes no short vowels and has no p, v and g:

- `sounds`: for Cyrillic (Russian, Ukrainian) and Latin letters, with the vowels in three classes: a, u, and all that
  romanisations and the alternation of о, е and і interchange; г, ґ, х, h, g and kh are one; endings of cases are off.
- `bones`: consonants alone, b and p, v and f, and all of the throat as one; between Arabic letters and the others only.

Short words sound alike too often, so they have a key only where they are written as names are. A key proposes; that two
spellings mean one place is for a person to say.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from probata.search.folding import Word

VERSION = "1"
_CYRILLIC = str.maketrans(
    {
        "а": "a", "б": "b", "в": "v", "г": "h", "ґ": "h", "д": "d", "е": "i", "ё": "i", "є": "i", "ж": "ž", "з": "z",
        "и": "i", "і": "i", "ї": "i", "й": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "i", "п": "p", "р": "r",
        "с": "s", "т": "t", "у": "u", "ў": "v", "ф": "f", "х": "h", "ц": "c", "ч": "č", "ш": "š", "щ": "š", "ъ": "",
        "ы": "i", "ь": "", "э": "i", "ю": "u", "я": "a",
    }
)  # fmt: skip
# What romanisations write with several letters; a lone c is k but before e, i, y and j.
_LATIN = {
    "shch": "š", "stch": "š", "szcz": "š", "tsch": "č", "sch": "š", "šč": "š", "tch": "č", "zh": "ž", "kh": "h",
    "gh": "h", "ch": "č", "cz": "č", "sh": "š", "sz": "š", "ph": "f", "ck": "k", "ts": "c", "tz": "c", "qu": "k",
    "q": "k", "x": "ks", "w": "v", "g": "h", "j": "i", "y": "i", "o": "i", "e": "i",
}  # fmt: skip
_LATIN_LETTERS = re.compile("|".join([*sorted(_LATIN, key=lambda one: -len(one)), "."]))
_SIGNS = frozenset("abcdfhiklmnprstuvzčšž")
_ARABIC = (
    ("تش", "č"), ("تس", "c"), ("ا", ""), ("و", ""), ("ي", ""), ("ع", ""), ("ب", "p"), ("پ", "p"), ("ت", "t"),
    ("ط", "t"), ("ث", "t"), ("ج", "h"), ("چ", "č"), ("غ", "h"), ("گ", "h"), ("ه", "h"), ("ح", "h"), ("خ", "h"),
    ("ق", "k"), ("ك", "k"), ("س", "s"), ("ص", "s"), ("ز", "z"), ("ذ", "z"), ("ظ", "z"), ("ش", "š"), ("ژ", "h"),
    ("د", "d"), ("ض", "d"), ("ر", "r"), ("ل", "l"), ("م", "m"), ("ن", "n"), ("ف", "v"), ("ڤ", "v"),
)  # fmt: skip
_TO_BONES = str.maketrans({"b": "p", "f": "v", "ž": "h", "a": "", "i": "", "u": ""})
# Endings of cases in Russian and Ukrainian that do not end in a vowel; those that do are cut off as vowels.
_CASE = re.compile(r"(?<=..[бвгґджзклмнпрстфхцчшщ])(?:[оеєё]м|[аяи]х|[ая]м|[ая]ми)$")
_SOFTENED = re.compile(r"(?<=[вйклмнр])ці$")
_ARTICLE = re.compile(r"^[وبفك]?ال(?=...)")
_LONG_VOWELS = "اوي"
_VOWELS = re.compile("[aiu]")
_OPEN_END = re.compile("(?<=[^aiu])[aiu]+$")
_NAMES_LEAST, _WORDS_LEAST = 2, 3


def sounds(word: Word) -> frozenset[str]:
    """How a word in Cyrillic or Latin letters may sound; nothing in other scripts, and for short words but names."""
    return _sounds(word.folded, word.written, word.capital)


def bones(word: Word) -> frozenset[str]:
    """The consonants of a word in Arabic, Cyrillic or Latin letters; nothing where they are too few to tell it."""
    if is_arabic(word):
        return _arabic_bones(word.folded)
    return frozenset(re.sub(r"(.)\1+", r"\1", one.translate(_TO_BONES)) for one in sounds(word))


def is_arabic(word: Word) -> bool:
    """Whether a word is written in Arabic letters: its bones are compared with those of other scripts."""
    return "\u0621" <= word.folded[:1] <= "\u06ff"


@lru_cache(maxsize=65_536)
def _sounds(folded: str, written: str, capital: bool) -> frozenset[str]:  # noqa: FBT001  a fact of the word
    least = 1 if len(folded) == 1 else _NAMES_LEAST if capital else _WORDS_LEAST
    found = (_levelled(heard) for heard in _heard(folded, written))
    return frozenset(_OPEN_END.sub("", one) for one in found if len(_VOWELS.sub("", one)) >= least)


def _levelled(heard: str) -> str:
    """Without glides before a and u and without twofold letters; Ахтырка begins as Охтирка does."""
    single = re.sub(r"(.)\1+", r"\1", heard.replace("ts", "c"))
    # Александр and Олександр, also where another word stands before them.
    return re.sub("^a(?=[^iu])|a(?=liks)", "i", re.sub("i(?=[au])", "", single))


def _heard(folded: str, written: str) -> Iterator[str]:
    if "а" <= folded[:1] <= "ӿ":
        bare = re.sub("[сзш]ч", "щ", _CASE.sub("", folded))
        for one in {bare, _SOFTENED.sub("ка", bare)}:
            heard = one.translate(_CYRILLIC)
            if set(heard) <= _SIGNS:
                yield heard
    elif "a" <= folded[:1] <= "z":
        # As written, since folding takes the haček off š and ž before they are heard.
        bare = re.sub("[’']s$", "", unicodedata.normalize("NFKC", written.casefold()))
        heard = _LATIN_LETTERS.sub(_as_heard, bare)
        yield "".join(one for one in heard if one in _SIGNS)


def _as_heard(letters: re.Match[str]) -> str:
    found = letters[0]
    if found == "c":
        return "c" if letters.string[letters.end() : letters.end() + 1] in set("eijy") else "k"
    if found in _LATIN or found in _SIGNS:
        return _LATIN.get(found, found)
    plain = unicodedata.normalize("NFD", found)[0]
    return _LATIN.get(plain, plain)


@lru_cache(maxsize=65_536)
def _arabic_bones(folded: str) -> frozenset[str]:
    kept = _ARTICLE.sub("", folded)
    # Foreign names are written with long vowels; short words of Arabic itself are not.
    foreign = sum(one in _LONG_VOWELS for one in kept) >= _NAMES_LEAST
    for letters, sign in _ARABIC:
        kept = kept.replace(letters, sign)
    kept = re.sub(r"(.)\1+", r"\1", kept)
    told = len(kept) >= (_NAMES_LEAST if foreign else _WORDS_LEAST) and set(kept) <= _SIGNS
    return frozenset({kept} if told else ())
