"""In which language a sentence is written, as far as its letters and small words tell: English, Russian, Ukrainian."""

from __future__ import annotations

import re

from probata.claims.reading.rows import sets
from probata.claims.reading.slavic_words import WORDS

_LATIN = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿ]")
_CYRILLIC = re.compile(r"[Ѐ-ӿ]")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_ONLY = {"ru": re.compile(r"[ыэёъЫЭЁЪ]"), "uk": re.compile(r"[іїєґІЇЄҐ]")}
_SMALL = sets("tongues.txt")
# Letters of Belarusian, Serbian and Macedonian, which these rules do not read.
_NEITHER = re.compile(r"[ўЎјљњћђџѓќѕЈЉЊЋЂЏ]")
# A verb in the past says English where a short sentence has no small word.
_ENGLISH_VERB = re.compile(r"(?:said|says|told|wrote|\w{2,}ed)")
# Of 25 letters of Ukrainian, hardly ever none is і, ї or є.
_ENOUGH_LETTERS = 25

READ = ("en", "ru", "uk")
"""The languages whose sentences are read here."""


def tongue_of(words: str, around: str = "und") -> str:
    """`en`, `ru`, `uk`, or `und` where it is another language or nobody can tell; `around` decides short sentences."""
    latin, cyrillic = len(_LATIN.findall(words)), len(_CYRILLIC.findall(words))
    if latin == cyrillic == 0:
        return "und"
    said = [word.lower() for word in _WORD.findall(words)]
    if latin > cyrillic:
        hits = sum(word in _SMALL["en"] or _ENGLISH_VERB.fullmatch(word) is not None for word in said)
        english = hits >= max(1, len(said) * 0.08) or (len(said) < 6 and around == "en")
        return "en" if english else "und"
    return _cyrillic(words, said, around, enough=cyrillic >= _ENOUGH_LETTERS)


def _cyrillic(words: str, said: list[str], around: str, *, enough: bool) -> str:
    if _NEITHER.search(words) or (len(re.findall("[ъЪ]", words)) > 1 and not re.search("[ыэЫЭ]", words)):
        return "und"
    marks = {tag: len(pattern.findall(words)) for tag, pattern in _ONLY.items()}
    hits_of = {tag: sum(word in _SMALL[tag] for word in said) + 2 * marks[tag] for tag in ("ru", "uk")}
    if hits_of["ru"] == hits_of["uk"]:
        if around in {"ru", "uk"}:
            return around
        # A past in -в with no comma before it is a Ukrainian verb; the same ending behind a comma, a Russian gerund.
        if re.search(r"(?<!, )\b[а-яА-Я]+(?:ав|ив|ув)\s", words):
            return "uk"
        by_verbs = {tag: sum(len(cue.findall(words)) for _, cue in WORDS[tag].cues) for tag in ("ru", "uk")}
        if by_verbs["ru"] != by_verbs["uk"]:
            return max(by_verbs, key=lambda tag: by_verbs[tag])
        return "ru" if enough and not marks["uk"] else "und"
    return "ru" if hits_of["ru"] > hits_of["uk"] else "uk"
