"""Which languages a written text may be in, by its letters and its shortest words; a distribution, never a verdict.

Russian, Ukrainian and Belarusian are told by the letters that the others lack and by the small words that every text
has; Arabic, Persian, Urdu and Sorani likewise; of Latin writing English alone is known, and the rest stays
undetermined. No model is needed. What is likely is held back by how little was read: of nine letters less than half
is given away, and ten words of a place name are still ten words that two languages share.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping

from probata.search.folding import words
from probata.terms.languages import LanguagesInDoubt

_HALF_AT = 12
"""Letters at which half of the likelihood is given away; a short text leaves the rest undetermined."""
_LETTER, _WORD, _MOST = 1.6, 1.1, 6.0
_LEAST_TOLD = 0.01

# Letters that tell, and small words that tell, by language; each script is judged by itself.
_LETTERS: dict[str, dict[str, str]] = {
    "cyrillic": {"ru": "ыэёъ", "uk": "іїєґ", "be": "ыэёіў"},
    "arabic": {"ar": "ةىأإؤئ", "fa": "پچژگکی", "ur": "ٹڈڑںےہ", "ckb": "ێۆڵڕە"},
    "latin": {"en": ""},
}
_SMALL: dict[str, dict[str, str]] = {
    "cyrillic": {
        "ru": "и в не на что он она они это как его но из у же вы так за бы по только мне было вот от еще нет да если",
        "uk": "і в не на що він вона вони це як його але із у ж ви так за б по тільки мені було ось від ще ні та якщо",
        "be": "і ў не на што ён яна яны гэта як яго але з у ж вы так за б па толькі мне было вось ад яшчэ ды калі",
    },
    "arabic": {
        "ar": "في من على إلى أن هذا هذه ما لا كان الذي التي عن مع هو هي لم قد و يا",
        "fa": "در از که را با این است به آن برای می ها شد هم و نه یک بود",
        "ur": "کے میں کی ہے سے کو کا اور نے پر نہیں یہ ہیں",
        "ckb": "لە بە کە بۆ ئەو و ئەم نە",
    },
    "latin": {
        "en": """
        the of and to in is that it was he she they for on are with as his her at be this had not but from or have an
        you we were been has if will would there what so no who out all me my your
        """
    },
}
_PRIOR: dict[str, dict[str, float]] = {
    "cyrillic": {"ru": 0.48, "uk": 0.48, "be": 0.04},
    "arabic": {"ar": 0.8, "fa": 0.12, "ur": 0.04, "ckb": 0.04},
    "latin": {"en": 0.4, "und": 0.6},
}


def likely(text: str) -> LanguagesInDoubt:
    """How likely the text is in each language that is known here; what is missing to 1 is undetermined."""
    found = words(text)
    letters = Counter(script for word in found for one in word.folded if (script := _script(one)))
    whole = sum(letters.values())
    if not whole:
        return LanguagesInDoubt(shares={})
    shares: dict[str, float] = {}
    for script, count in letters.items():
        given = count / whole * count / (count + _HALF_AT)
        lines = [word.written.casefold() for word in found if _script(word.folded[0]) == script]
        for language, share in _shares(script, lines).items():
            if language != "und" and share * given >= _LEAST_TOLD:
                shares[language] = round(share * given, 4)
    return LanguagesInDoubt(shares=shares)


def _shares(script: str, lines: list[str]) -> Mapping[str, float]:
    weighed = {language: math.log(prior) for language, prior in _PRIOR[script].items()}
    for language in _LETTERS[script]:
        others = "".join(more for name, more in _LETTERS[script].items() if name != language)
        small = set(_SMALL[script][language].split())
        shared = {word for name, more in _SMALL[script].items() if name != language for word in more.split()}
        speaks = 0.0
        for line in lines:
            letters = set(line)
            speaks += _LETTER * len(letters & set(_LETTERS[script][language]))
            speaks -= _LETTER * len(letters & (set(others) - set(_LETTERS[script][language])))
            speaks += _WORD * (line in small - shared)
        weighed[language] += max(-_MOST, min(_MOST, speaks))
    top = max(weighed.values())
    raised = {language: math.exp(one - top) for language, one in weighed.items()}
    return {language: one / sum(raised.values()) for language, one in raised.items()}


def _script(one: str) -> str:
    if "\u0400" <= one <= "\u04ff":
        return "cyrillic"
    if "\u0600" <= one <= "\u06ff" or "\u0750" <= one <= "\u077f":
        return "arabic"
    if one.isalpha() and (one.isascii() or "\u00c0" <= one <= "\u024f"):
        return "latin"
    return ""
