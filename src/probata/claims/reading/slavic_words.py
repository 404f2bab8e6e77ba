"""The Russian and Ukrainian words by which somebody is said to say something, as forms of words; one row a cue."""

from __future__ import annotations

import re

from attrs import frozen

from probata.claims.reading.acts import Cue
from probata.claims.reading.rows import expressions, one_of, rows, sets


@frozen(kw_only=True)
class Words:
    """The small words of one language, between which speakers and what they say stand."""

    cues: tuple[tuple[Cue, re.Pattern[str]], ...]
    that: re.Pattern[str]
    according: re.Pattern[str]
    conjunctions: frozenset[str]
    pronouns: frozenset[str]
    relatives: re.Pattern[str]
    adverbs: frozenset[str]
    adverbial: re.Pattern[str]
    inside: re.Pattern[str]
    gerund: re.Pattern[str]
    objects: re.Pattern[str]


def _cues(tongue: str) -> tuple[tuple[Cue, re.Pattern[str]], ...]:
    sections = rows(f"cues.{tongue}.txt")
    return tuple((Cue(name), re.compile(rf"(?<![\w’'-]){one_of(lines)}", re.IGNORECASE)) for name, lines in sections)


def _adverbial(tongue: str) -> re.Pattern[str]:
    ((_, lines),) = rows(f"adverbials.{tongue}.txt")
    return re.compile(rf"(?<![\w’'-]){one_of(lines)}", re.IGNORECASE)


def _objects(tongue: str) -> re.Pattern[str]:
    return re.compile(rf"\s+{expressions(f'objects.{tongue}.txt')['objects']}$", re.IGNORECASE)


WORDS: dict[str, Words] = {
    "ru": Words(
        cues=_cues("ru"),
        that=re.compile(r",?\s*(?:что|будто|как)\s+", re.IGNORECASE),
        according=re.compile(r"^(?:по|со|с|согласно|как)\b", re.IGNORECASE),
        conjunctions=sets("small.ru.txt")["conjunctions"],
        pronouns=sets("small.ru.txt")["pronouns"],
        relatives=re.compile(r"котор(?:ый|ая|ое|ые)$", re.IGNORECASE),
        adverbs=sets("small.ru.txt")["adverbs"],
        adverbial=_adverbial("ru"),
        inside=re.compile(r"^(?:в|во|у|на|из|от)\s+", re.IGNORECASE),
        gerund=re.compile(r"(?:ив|ав|ув|ая|яя|ляя|вая|я)$", re.IGNORECASE),
        objects=_objects("ru"),
    ),
    "uk": Words(
        cues=_cues("uk"),
        that=re.compile(r",?\s*(?:що|ніби|начебто|як)\s+", re.IGNORECASE),
        according=re.compile(r"^(?:за|зі|згідно|як)\b", re.IGNORECASE),
        conjunctions=sets("small.uk.txt")["conjunctions"],
        pronouns=sets("small.uk.txt")["pronouns"],
        relatives=re.compile(r"(?:який|яка|яке|які|котр(?:ий|а|е|і))$", re.IGNORECASE),
        adverbs=sets("small.uk.txt")["adverbs"],
        adverbial=_adverbial("uk"),
        inside=re.compile(r"^(?:в|у|на|із|з|від)\s+", re.IGNORECASE),
        gerund=re.compile(r"(?:вши|ючи|ячи)$", re.IGNORECASE),
        objects=_objects("uk"),
    ),
}
"""The words of each language that these rules read."""
