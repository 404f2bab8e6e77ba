"""A sentence as words and marks, every one with its place; a quotation of speech counts as one word."""

from __future__ import annotations

import re

from attrs import frozen

from probata.claims.reading.sentences import Sentence

QUOTE = "\u0001"
"""Stands for each character of a quotation of speech in a masked sentence; no text as read holds it."""

_TOKEN = re.compile(
    rf"{QUOTE}+|[^\W_]+(?:[’'.\-/][^\W_]+)*(?:[’'](?=[\s,.;:]|$))?|[“\"«„‘][^“”\"«»„]{{1,80}}[”\"»“’]|[^\w\s]"
)


@frozen(kw_only=True)
class Token:
    """A word, a mark, or a whole quotation."""

    start: int
    end: int
    text: str
    low: str

    @property
    def is_quote(self) -> bool:
        """Whether it stands for a quotation of speech."""
        return self.text.startswith(QUOTE)

    @property
    def is_word(self) -> bool:
        """Whether it has letters or figures and is no quotation of speech."""
        return not self.is_quote and any(character.isalnum() for character in self.text)


def masked(text: str, sentence: Sentence) -> str:
    """The sentence with each character of quoted speech replaced, so that no rule reads what is inside."""
    characters = list(text[sentence.start : sentence.end])
    for one in sentence.quotations:
        if one.speech:
            start, end = max(one.start, sentence.start), min(one.end, sentence.end)
            characters[start - sentence.start : end - sentence.start] = QUOTE * (end - start)
    return "".join(characters)


def tokens_of(sentence_masked: str) -> list[Token]:
    """The words and marks of a masked sentence, with places in the sentence."""
    return [
        Token(start=match.start(), end=match.end(), text=match[0], low=match[0].lower())
        for match in _TOKEN.finditer(sentence_masked)
    ]
