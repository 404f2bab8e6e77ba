"""What somebody looks for: words, "phrases", `a OR b`, `-not`; and how a text holds it.

What is typed is never handed to the index as it is: it is cut into words first, as texts are, and words hold letters,
figures and marks alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import IntEnum
from functools import lru_cache
from typing import Any

from attrs import field, frozen

from probata.search import spellings
from probata.search.folding import Word, words
from probata.search.stems import stems
from probata.terms.errors import UsageError

MOST_CHARACTERS, MOST_WORDS = 1_000, 64
_LONGEST_WORD = 64
"""What is longer is no word of a language, and is looked for as written."""
_QUOTES = '"“”„«»‟＂'
_PART = re.compile(
    rf"(?P<no>(?<!\S)-)?(?:[{_QUOTES}](?P<phrase>[^{_QUOTES}]*)(?:[{_QUOTES}]|$)|(?P<word>[^\s{_QUOTES}]+))"
)
_OR = "OR"


class NothingToLookFor(UsageError):
    """A search names no word that a text could hold."""

    code = "nothing_to_look_for"
    template = "The search names no word to look for."
    advice = 'Give words; "several words" are looked for in a row, OR stands between two, -word leaves out.'


class QueryTooLong(UsageError):
    """A search is longer than any text that it could find."""

    code = "query_too_long"
    template = "The search is too long: {count} {what}, and {most} are the most."
    advice = "Look for fewer words; the rarest ones find the place."


class How(IntEnum):
    """How a word of a text is a word that was looked for; the lower, the nearer."""

    WRITTEN = 0
    INFLECTED = 1
    SPELLED = 2

    @property
    def told(self) -> str:
        """The same in words."""
        return ("as written", "inflected", "spelled otherwise")[self]


@frozen(kw_only=True)
class Forms:
    """A word in every form in which it is compared."""

    folded: str
    stems: frozenset[str]
    sounds: frozenset[str]
    bones: frozenset[str]
    arabic: bool

    def how(self, other: Forms) -> How | None:
        """How the other is this word: the same, inflected, spelled otherwise; or None."""
        if self.folded == other.folded:
            return How.WRITTEN
        if self.stems & other.stems:
            return How.INFLECTED
        if self.arabic != other.arabic:
            return How.SPELLED if self.bones & other.bones else None
        return How.SPELLED if self.sounds & other.sounds else None


@frozen(kw_only=True)
class Mark:
    """Characters of a text that are what was looked for, and how they are."""

    start: int
    end: int
    how: How

    def as_json(self) -> dict[str, Any]:
        """The mark as the JSON contract of `search` has it."""
        return {"start": self.start, "end": self.end, "how": self.how.told}


Row = tuple[Forms, ...]
"""Words one after another."""


@frozen(kw_only=True)
class Query:
    """What is looked for: of every group one row of words, and none of the rows that are left out."""

    groups: tuple[tuple[Row, ...], ...]
    without: tuple[Row, ...] = field(default=())


@frozen(kw_only=True)
class Found:
    """A text that holds what was looked for: the farthest way in which it does, and where."""

    how: How
    marks: tuple[Mark, ...]


def parse(untrusted_text: str) -> Query:
    """Read what somebody typed; whatever it is, it is words to look for, or an error that says why not.

    Raises `NothingToLookFor` and `QueryTooLong`.
    """
    if len(untrusted_text) > MOST_CHARACTERS:
        raise QueryTooLong(count=len(untrusted_text), what="characters", most=MOST_CHARACTERS)
    groups: list[list[Row]] = []
    without: list[Row] = []
    joins = False
    for part in _PART.finditer(untrusted_text):
        typed = part["word"] if part["phrase"] is None else part["phrase"]
        if part["word"] == _OR and not part["no"]:
            joins = bool(groups)
            continue
        row = _row(typed)
        if row and part["no"]:
            without.append(row)
        elif row and joins:
            groups[-1].append(row)
        elif row:
            groups.append([row])
        joins = joins and not row
    count = sum(len(row) for group in groups for row in group) + sum(len(row) for row in without)
    if count > MOST_WORDS:
        raise QueryTooLong(count=count, what="words", most=MOST_WORDS)
    if not groups:
        raise NothingToLookFor
    return Query(groups=tuple(tuple(group) for group in groups), without=tuple(without))


def find(query: Query, text: str) -> Found | None:
    """Where and how a text holds what is looked for, or None."""
    return find_among(query, words(text))


def find_among(query: Query, text: Sequence[Word]) -> Found | None:
    """The same of a text that was cut into words."""
    held = [forms(word) for word in text]
    if any(how < How.SPELLED for row in query.without for _place, how in _places(row, held)):
        return None
    marks: set[Mark] = set()
    farthest = How.WRITTEN
    for group in query.groups:
        places = [(place, how, len(row)) for row in group for place, how in _places(row, held)]
        if not places:
            return None
        farthest = max(farthest, min(how for _place, how, _length in places))
        for place, how, length in places:
            marks.add(Mark(start=text[place].start, end=text[place + length - 1].end, how=how))
    return Found(how=farthest, marks=tuple(sorted(marks, key=lambda one: (one.start, one.end, one.how))))


def forms(word: Word) -> Forms:
    """Every form of a word; the same words come again and again, and are kept."""
    return _forms(word.written, word.folded)


@lru_cache(maxsize=65_536)
def _forms(written: str, folded: str) -> Forms:
    if len(folded) > _LONGEST_WORD:
        return Forms(folded=folded, stems=frozenset(), sounds=frozenset(), bones=frozenset(), arabic=False)
    word = Word(written=written, folded=folded, start=0, end=len(written))
    return Forms(
        folded=folded,
        stems=stems(folded),
        sounds=spellings.sounds(word),
        bones=spellings.bones(word),
        arabic=spellings.is_arabic(word),
    )


def _row(typed: str) -> Row:
    # Nobody who looks for a name bothers with capitals: each word may be one.
    return tuple(_forms(word.written[:1].upper() + word.written[1:], word.folded) for word in words(typed))


def _places(row: Row, held: Sequence[Forms]) -> Iterator[tuple[int, How]]:
    for place in range(len(held) - len(row) + 1):
        hows = [wanted.how(held[place + number]) for number, wanted in enumerate(row)]
        if all(how is not None for how in hows):
            yield place, max(how for how in hows if how is not None)
