"""Stems: what is left of a word when its endings are taken off; for Russian, Ukrainian, English and Arabic.

Russian, English and Arabic by the Snowball algorithms. Snowball has no Ukrainian, and the dictionaries that exist are
under a licence that is not ours to pass on; so its endings stand here, taken off in the order of Snowball's Russian:
the reflexive, then one ending of an adjective, a verb or a noun, the longest that fits; never so much that no vowel is
left. Written in Cyrillic, a word of which no letter tells the language has a stem in each. A stem is a key, no lemma.
"""

from __future__ import annotations

import re
import threading
from functools import lru_cache
from typing import Any

import snowballstemmer  # type: ignore[import-untyped]

VERSION = "1"
_UKRAINIAN, _RUSSIAN = frozenset("іїє"), frozenset("ыэъ")
_VOWELS = "аеєиіїоуюя"
_LEAST = 3
_ARTICLE = re.compile("^[وبفك]?ال(?=...)")


def _longest_first(endings: str) -> tuple[str, ...]:
    return tuple(sorted(set(endings.split()), key=lambda one: (-len(one), one)))


# Of adjectives and participles, in all cases, numbers and genders; short -ів and -ин of belonging stay on.
_ADJECTIVE = _longest_first(
    "ого ього ому ьому ими іми ий ій їй ої ьої ею ою ьою им ім їм их іх їх ая яя еє оє їх єї ії юю ую"
)
# Of verbs: infinitive, present, past, imperative. Short ones that nouns share (-у, -а, -и) are left to the nouns.
_VERB = _longest_first(
    """
    увати ювати ували ювали увала ювала увало ювало ував ював ують юють ує ює уєш юєш уємо юємо уєте юєте ую юю
    ати яти іти їти ити ути ала яла іла ила ула ола ало яло іло ило уло оло али яли іли или ули оли
    ає яє іє аєш яєш ієш аємо яємо іємо аєте яєте ієте ають яють іють аю яю ію
    еш єш емо ємо ете єте уть ють иш їш имо їмо ите їте ить їть ать ять
    ав яв ив ів ув ай яй йте іть ла ло ли
    """
)
_NOUN = _longest_first(
    """
    ами ями ьми іями ові еві єві ам ям ах ях іях іям ом ем єм ою ею єю ією ів їв ей ій їй ія ії ію іє
    а я о е є и і ї у ю ь й
    """
)
_PERFECTIVE = _longest_first("вши ючи учи ачи ячи")
_REFLEXIVE = ("ся", "сь")
_SHORT_VERB = frozenset({"ла", "ло", "ли", "ув", "ів"})
# Roots that end as a verb does: постріли is no past tense.
_ROOTS = ("стріл",)


class _Snowball(threading.local):
    """Snowball's stemmers keep the word they work on, so each thread has its own."""

    def __init__(self) -> None:
        self.by_language: dict[str, Any] = {}

    def stem(self, language: str, word: str) -> str:
        if language not in self.by_language:
            self.by_language[language] = snowballstemmer.stemmer(language)
        return str(self.by_language[language].stemWord(word))


_SNOWBALL = _Snowball()


def made_by() -> str:
    """What makes the stems, by version: another one makes other stems, and what was kept must be made anew."""
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415  only whoever opens an index asks

    try:
        return f"{VERSION}+snowball/{version('snowballstemmer')}"
    except PackageNotFoundError:
        return f"{VERSION}+snowball"


@lru_cache(maxsize=65_536)
def stems(folded: str) -> frozenset[str]:
    """The stems of a folded word, each with its language before it (`uk:дмитрівк`); none in a script we do not stem."""
    if "а" <= folded[:1] <= "ӿ":
        letters = set(folded)
        found = set()
        if not letters & _UKRAINIAN:
            found.add(f"ru:{_SNOWBALL.stem('russian', folded)}")
        if not letters & _RUSSIAN:
            found |= {f"uk:{stem}" for stem in ukrainian(folded)}
        return frozenset(found)
    if "a" <= folded[:1] <= "z":
        return frozenset({f"en:{_SNOWBALL.stem('english', folded)}"})
    if "\u0621" <= folded[:1] <= "\u064a":
        return frozenset(f"ar:{_SNOWBALL.stem('arabic', bare)}" for bare in _arabic(folded))
    return frozenset()


def _arabic(folded: str) -> set[str]:
    """The word without its article; where it ends in h, also with the ta marbuta that the writer may have meant."""
    bare = _ARTICLE.sub("", folded)
    return {bare, f"{bare[:-1]}ة"} if bare.endswith("ه") and len(bare) > _LEAST else {bare}


def ukrainian(folded: str) -> frozenset[str]:
    """The stems of a Ukrainian word, folded: one, and two where a softened ц may be a к: Дмитрівці, хлопці."""
    stem = _ukrainian(folded)
    softened = folded.endswith("ці") and len(stem) > _LEAST and stem[-2] not in _VOWELS
    return frozenset({stem, f"{stem[:-1]}к"} if softened else {stem})


def _ukrainian(folded: str) -> str:
    for root in _ROOTS:
        if root in folded:
            return folded[: folded.index(root) + len(root)]
    word = folded
    for ending in _REFLEXIVE:
        if word.endswith(ending) and len(word) - len(ending) >= _LEAST + 1:
            word = word[: -len(ending)]
            break
    for endings in (_PERFECTIVE, _ADJECTIVE, _VERB, _NOUN):
        shorter = _without(word, endings)
        if shorter != word:
            return _levelled(shorter)
    return _levelled(word)


def _without(word: str, endings: tuple[str, ...]) -> str:
    for ending in endings:
        left = len(word) - len(ending)
        least = _LEAST + 1 if ending in _SHORT_VERB else _LEAST
        if word.endswith(ending) and left >= least and any(one in _VOWELS for one in word[:left]):
            return word[:left]
    return word


def _levelled(stem: str) -> str:
    """The end of a stem as its other cases have it: one of two letters alike, no -ов and -ат, no vowel that goes."""
    stem = stem.rstrip("ь")
    if len(stem) > _LEAST and stem[-1] == stem[-2]:
        stem = stem[:-1]
    if stem[-2:] in {"ов", "ев", "єв", "ат"} and len(stem) > _LEAST + 2:
        stem = stem[:-2]
    if stem[-2:] in {"ів", "їв"}:  # Львів, Львова; Київ, Києва
        stem = stem[:-2] + {"ів": "ов", "їв": "єв"}[stem[-2:]]
    if stem.endswith("іст") and len(stem) > _LEAST + 2:
        stem = f"{stem[:-3]}ост"
    # Дмитрівка, Дмитрівок; хлопця, хлопець: a vowel parts the last two letters in one case.
    if len(stem) > _LEAST + 1 and stem[-2:] in {"ок", "ек", "ец"} and stem[-3] not in _VOWELS:
        return f"{stem[:-2]}{stem[-1]}"
    return stem
