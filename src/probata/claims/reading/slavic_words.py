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
    addressee: re.Pattern[str]
    nobody: frozenset[str]
    empty: frozenset[str]
    past: re.Pattern[str]
    inside: re.Pattern[str]
    gerund: re.Pattern[str]
    objects: re.Pattern[str]
    unreached: tuple[re.Pattern[str], ...]


def _cues(tongue: str) -> tuple[tuple[Cue, re.Pattern[str]], ...]:
    sections = rows(f"cues.{tongue}.txt")
    return tuple((Cue(name), re.compile(rf"(?<![\w’'-]){one_of(lines)}", re.IGNORECASE)) for name, lines in sections)


def _adverbial(tongue: str, section: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w’'-]){expressions(f'adverbials.{tongue}.txt')[section]}", re.IGNORECASE)


def _objects(tongue: str) -> re.Pattern[str]:
    return re.compile(rf"\s+{expressions(f'objects.{tongue}.txt')['objects']}$", re.IGNORECASE)


def _unreached(tongue: str) -> tuple[re.Pattern[str], ...]:
    lines = dict(rows("unreached.txt"))[tongue]
    return tuple(re.compile(rf"(?<![\w’'-]){line}", re.IGNORECASE) for line in lines)


WORDS: dict[str, Words] = {
    "ru": Words(
        cues=_cues("ru"),
        that=re.compile(r",?\s*(?:что|будто|как)\s+", re.IGNORECASE),
        according=re.compile(
            r"^(?:по|со|с|согласно|как|на|исходя|судя|следует|видно|явствует|вытекает)\b", re.IGNORECASE
        ),
        conjunctions=sets("small.ru.txt")["conjunctions"],
        pronouns=sets("small.ru.txt")["pronouns"],
        relatives=re.compile(r"котор(?:ый|ая|ое|ые)$", re.IGNORECASE),
        adverbs=sets("small.ru.txt")["adverbs"],
        adverbial=_adverbial("ru", "adverbial"),
        addressee=_adverbial("ru", "addressee"),
        nobody=sets("small.ru.txt")["nobody"],
        empty=sets("small.ru.txt")["empty"],
        past=re.compile(r"(?:л|ла|ли|ло|ся|сь)$"),
        inside=re.compile(r"^(?:в|во|у|из|от)\s+", re.IGNORECASE),
        gerund=re.compile(r"(?:ив|ав|ув|ая|яя|ляя|вая|я)$", re.IGNORECASE),
        objects=_objects("ru"),
        unreached=_unreached("ru"),
    ),
    "uk": Words(
        cues=_cues("uk"),
        that=re.compile(r",?\s*(?:що|ніби|начебто|як)\s+", re.IGNORECASE),
        according=re.compile(r"^(?:за|зі|із|згідно|як|на|виходячи|судячи|відповідно|випливає|видно)\b", re.IGNORECASE),
        conjunctions=sets("small.uk.txt")["conjunctions"],
        pronouns=sets("small.uk.txt")["pronouns"],
        relatives=re.compile(r"(?:який|яка|яке|які|котр(?:ий|а|е|і))$", re.IGNORECASE),
        adverbs=sets("small.uk.txt")["adverbs"],
        adverbial=_adverbial("uk", "adverbial"),
        addressee=_adverbial("uk", "addressee"),
        nobody=sets("small.uk.txt")["nobody"],
        empty=sets("small.uk.txt")["empty"],
        past=re.compile(r"(?:ла|ли|ло|вся|лися|лася)$"),
        inside=re.compile(r"^(?:в|у|із|з|від)\s+", re.IGNORECASE),
        gerund=re.compile(r"(?:вши|ючи|ячи)$", re.IGNORECASE),
        objects=_objects("uk"),
        unreached=_unreached("uk"),
    ),
}
"""The words of each language that these rules read."""
