"""How a place's name is written and sounds: Дмитрівка, Дмитровка, Dmytrivka and Dmitrovka are one question.

Three forms, from the closest to the widest:

- `folded`: case, accents, apostrophes, spaces and hyphens levelled; letters that make another name stay apart;
- `romanised`: a Cyrillic name in Latin letters by four named tables, told with the table's name;
- `sounding`: a key in which о, е, є, и, і, ї, ы, й, y, e and i are one vowel and г, ґ, х, h, g and kh one consonant, so
  that Ukrainian, Russian and any romanisation of either meet. It proposes: other names may share it.

Names in other scripts (Arabic, Hebrew, Georgian, Han) are compared as they are written.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

VERSION = "1"
"""Of the keys; a built gazetteer whose keys were made by another version is made anew."""

_CYRILLIC = str.maketrans(
    {
        "а": "a", "б": "b", "в": "v", "г": "h", "ґ": "h", "д": "d", "е": "i", "ё": "i", "є": "i", "ж": "ž", "з": "z",
        "и": "i", "і": "i", "ї": "i", "й": "i", "ј": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "i", "п": "p",
        "р": "r", "с": "s", "т": "t", "у": "u", "ў": "v", "ф": "f", "х": "h", "ц": "c", "ч": "č", "ш": "š", "щ": "š",
        "ъ": "", "ы": "i", "ь": "", "э": "i", "ю": "u", "я": "a", "ђ": "d", "ћ": "č", "љ": "l", "њ": "n", "џ": "ž",
    }
)  # fmt: skip
# What romanisations write with several letters, the longest first; a lone c is k but before e, i, y and j.
_LATIN = {
    "shch": "š", "stch": "š", "szcz": "š", "tsch": "č", "sch": "š", "šč": "š", "tch": "č", "zh": "ž", "kh": "h",
    "gh": "h", "ch": "č", "cz": "č", "sh": "š", "sz": "š", "ph": "f", "ck": "k", "ts": "c", "tz": "c", "qu": "k",
}  # fmt: skip
_LATIN_LETTERS = re.compile("|".join([*sorted(_LATIN, key=lambda one: -len(one)), "c"]))
_LATIN_ALONE = str.maketrans({"q": "k", "x": "ks", "w": "v", "g": "h", "j": "i", "y": "i", "o": "i", "e": "i"})
_HACEKS = {"š", "ž", "č"}
# Latin letters that look like Cyrillic ones; a name with letters of both scripts was meant to be in one of them.
_LOOKALIKES = str.maketrans("aceiopxyhkmtbr", "асеіорхункмтвг")
_KEPT_MARKS = {"й", "ї", "ў"}
_TWOFOLD = re.compile(r"(.)\1+")
_GLIDE = re.compile("i(?=[au])")

_COMMON = {
    "а": "a", "б": "b", "в": "v", "д": "d", "з": "z", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p",
    "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "’": "", "'": "", "ʼ": "",
}  # fmt: skip
# Resolution 55 of the Cabinet of Ministers of Ukraine, 27 January 2010: zgh for зг, and other letters at the beginning.
_KMU = _COMMON | {
    "г": "h", "ґ": "g", "е": "e", "є": "ie", "ж": "zh", "и": "y", "і": "i", "ї": "i", "й": "i", "х": "kh", "ц": "ts",
    "ч": "ch", "ш": "sh", "щ": "shch", "ь": "", "ю": "iu", "я": "ia",
}  # fmt: skip
_KMU_FIRST = {"є": "ye", "ї": "yi", "й": "y", "ю": "yu", "я": "ya"}
# BGN/PCGN 1965 for Ukrainian; the apostrophe of ь is levelled away when compared.
_BGN_UK = _COMMON | {
    "г": "h", "ґ": "g", "е": "e", "є": "ye", "ж": "zh", "и": "y", "і": "i", "ї": "yi", "й": "y", "х": "kh", "ц": "ts",
    "ч": "ch", "ш": "sh", "щ": "shch", "ь": "’", "ю": "yu", "я": "ya",
}  # fmt: skip
# ISO 9:1995, one letter for one, as it is written everyday: accents stand and are levelled when compared.
_ISO_9 = _COMMON | {
    "г": "g", "ґ": "g̀", "е": "e", "є": "ê", "ё": "ë", "ж": "ž", "и": "i", "і": "ì", "ї": "ï", "й": "j", "х": "h",
    "ц": "c", "ч": "č", "ш": "š", "щ": "ŝ", "ъ": "ʺ", "ы": "y", "ь": "ʹ", "э": "è", "ю": "û", "я": "â",
}  # fmt: skip
# What newspapers write for Russian names.
_EVERYDAY = _COMMON | {
    "г": "g", "ґ": "g", "е": "e", "є": "e", "ё": "yo", "ж": "zh", "и": "i", "і": "i", "ї": "i", "й": "y", "х": "kh",
    "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu", "я": "ya",
}  # fmt: skip
TABLES = {"KMU 2010": _KMU, "BGN/PCGN 1965": _BGN_UK, "ISO 9": _ISO_9, "everyday": _EVERYDAY}


@lru_cache(maxsize=65_536)
def folded(name: str) -> str:
    """The name with all levelled that writers vary freely; empty where it writes nothing.

    Folding again changes nothing. Letters of a neighbouring script that only look right are put right: `Дмитpівка`
    with a Latin p is `дмитрівка`.
    """
    if name.isascii():
        return "".join(one for one in name.lower() if one.isalnum())
    kept: list[str] = []
    for one in unicodedata.normalize("NFC", unicodedata.normalize("NFKC", name).casefold()):
        if one in _KEPT_MARKS:
            kept.append(one)
        else:
            kept.extend(bare for bare in unicodedata.normalize("NFKD", one) if bare.isalnum())
    levelled = "".join(kept).replace("ґ", "г").translate(_LEVELLED)
    if mixed(levelled):
        levelled = levelled.translate(_LOOKALIKES)
    return levelled


_LEVELLED = str.maketrans(
    {
        "ł": "l", "ø": "o", "đ": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "ə": "e", "ß": "ss", "ʼ": None,
        "ʹ": None, "ʺ": None, "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه", "ء": None, "ـ": None, "ٱ": "ا",
    }
)  # fmt: skip


def is_cyrillic(name: str) -> bool:
    """Whether Cyrillic letters stand in the name."""
    return any("Ѐ" <= one <= "ӿ" for one in name)


def mixed(name: str) -> bool:
    """Whether Cyrillic and Latin letters stand in one name."""
    return is_cyrillic(name) and any("a" <= one <= "z" or "A" <= one <= "Z" for one in name)


@lru_cache(maxsize=65_536)
def sounding(name: str) -> str:
    """How the name may sound, in a few signs; in scripts other than Cyrillic and Latin the folded name itself.

    Names that fold alike sound alike. Empty where the name writes nothing.
    """
    level = folded(name)
    if any("а" <= one <= "ӿ" for one in level):
        return _levelled(level.translate(_CYRILLIC))
    if not any("a" <= one <= "z" for one in level):
        return level
    return _levelled(_latin(level))


def keys(name: str) -> frozenset[str]:
    """All keys under which a name is kept and looked for: as folded, and where háčeks tell more, as they tell it."""
    found = {sounding(name)}
    if any(one in _HACEKS for one in unicodedata.normalize("NFC", name).lower()):
        told = "".join(_haceks(unicodedata.normalize("NFC", name).lower()))
        found.add(_levelled(_latin(told)))
    return frozenset(found - {""})


def _haceks(name: str) -> Iterator[str]:
    for one in name:
        if one in _HACEKS:
            yield one
        else:
            yield folded(one)


def _latin(level: str) -> str:
    return _LATIN_LETTERS.sub(_as_heard, level).translate(_LATIN_ALONE)


def _as_heard(letters: re.Match[str]) -> str:
    found = letters[0]
    if found == "c":
        following = letters.string[letters.end() : letters.end() + 1]
        return "c" if following and following in "eijy" else "k"
    return _LATIN[found]


def _levelled(heard: str) -> str:
    """Without glides before a and u and without twofold signs; a at the beginning is what о and А write there."""
    single = _GLIDE.sub("", _TWOFOLD.sub(r"\1", heard.replace("ts", "c")))
    return _TWOFOLD.sub(r"\1", re.sub("^a(?=[^iu])", "i", single))


def romanised(name: str) -> dict[str, str]:
    """A Cyrillic name in Latin letters, by the name of each table; empty for a name in another script."""
    written = unicodedata.normalize("NFC", name)
    if mixed(name) or not any("а" <= one <= "ӿ" for one in written.lower()):
        return {}
    return {table: _by(signs, written, official=table == "KMU 2010") for table, signs in TABLES.items()}


def official(name: str) -> str:
    """A Ukrainian name in Latin letters by Resolution 55 of 2010; the name itself where it is not Cyrillic."""
    return romanised(name).get("KMU 2010", name)


def _by(signs: dict[str, str], written: str, *, official: bool) -> str:
    words = re.split(r"([\s-]+)", written)
    return "".join(_word(word, signs, official=official) for word in words)


def _word(word: str, signs: dict[str, str], *, official: bool) -> str:
    told = []
    lower = word.lower()
    for place, one in enumerate(lower):
        if official and place == 0 and one in _KMU_FIRST:
            told.append(_KMU_FIRST[one])
        elif official and one == "г" and lower[max(0, place - 1) : place] == "з":
            told.append("gh")
        else:
            told.append(signs.get(one, one))
    latin = "".join(told)
    return latin[:1].upper() + latin[1:] if word[:1].isupper() else latin
