"""What is said, by its words: whether it denies, explains otherwise, condemns, announces.

Sections of `words/says.*.txt` are tried in their order: what says most comes first. Words of law and morals stand
there as the speakers' words.
"""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache

from probata.claims.reading.rows import expressions, one_of, rows


class Says(Enum):
    """What a clause or a quotation says, as far as its words tell."""

    NOTHING = "nothing"
    NO_KNOWLEDGE = "no_knowledge"
    EVIDENCE = "evidence"
    INQUIRY = "inquiry"
    OWN_HANDS_CLEAN = "own_hands_clean"
    OTHERWISE = "otherwise"
    UNTRUE = "untrue"
    REAL = "real"
    UNALTERED = "unaltered"
    WRONG = "wrong"
    RIGHT = "right"
    OUR_DEED = "our_deed"
    OWN_DEED = "own_deed"
    GENUINE = "genuine"
    THEIR_DEED = "their_deed"
    AMENDS = "amends"
    CHECKED = "checked"
    FOOTAGE_PLACED = "footage_placed"
    HARM = "harm"
    CIRCUMSTANCE = "circumstance"


ROWS: dict[str, tuple[tuple[Says, re.Pattern[str]], ...]] = {
    tongue: tuple(
        (Says(section), re.compile(one_of(lines), re.IGNORECASE)) for section, lines in rows(f"says.{tongue}.txt")
    )
    for tongue in ("en", "ru", "uk")
}
"""By language, what a clause may say and the words that tell it."""

HAPPENED = {tongue: re.compile(one, re.IGNORECASE) for tongue, one in expressions("happened.txt").items()}
"""Words with which somebody grants that it happened, before saying that it was not they."""


_DOERS = expressions("doers.txt")
DOER = {tongue: re.compile(_DOERS[tongue], re.IGNORECASE) for tongue in ("ru", "uk")}
"""Whom one accuses, where it is a named unit, army or group: then the charge says whose act it was."""

OF_THEIRS = re.compile(_DOERS["theirs"], re.IGNORECASE)
"""Whom one owns to be one's own, in what is confirmed in Russian or Ukrainian."""


_WEAK = {
    tongue: re.compile(rf"(?<![\w’'-])(?:{one})(?![\w’'-])", re.IGNORECASE)
    for tongue, one in expressions("weak.txt").items()
}


def charges(said: str, language: str) -> bool:
    """Whether words of harm are left when those are taken out that charge nobody by themselves."""
    harm = next((pattern for says, pattern in ROWS.get(language, ()) if says is Says.HARM), None)
    return harm is None or harm.search(_WEAK[language].sub(" ", said)) is not None


@lru_cache(maxsize=1024)
def says_of(said: str, language: str, *, quoted: bool) -> list[tuple[Says, str]]:
    """Everything that the words may say, in the order of the rows, each with the words that tell it."""
    found = []
    for says, pattern in ROWS.get(language, ()):
        # `They attacked` in a speaker's own words is somebody else; in indirect speech it may be the speaker.
        match = None if quoted and says is Says.OWN_DEED else pattern.search(said)
        if match:
            found.append((says, match[0]))
    return found
