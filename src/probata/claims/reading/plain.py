"""Plain text as blocks: paragraphs between empty lines, or lines where there are no empty ones."""

from __future__ import annotations

import re

from probata.claims.reading.furniture import marked
from probata.claims.reading.page import Block, Page
from probata.claims.reading.stored import ACTING, Stored, is_silent, told_of_acting

_EMPTY_LINE = re.compile(r"\n[ \t\r\f\v]*\n")


def read_plain(untrusted: Stored) -> Page:
    """The text in blocks; runs of white space become one space, what writes nothing is left out."""
    source, starts_of = untrusted.text, untrusted.starts
    by_paragraph = _EMPTY_LINE.search(source) is not None
    text: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    blocks: list[Block] = []
    for start, end in _stretches(source, by_paragraph=by_paragraph):
        begun = len(text)
        for position in range(start, end):
            character = source[position]
            if is_silent(character):
                continue
            character = " " if character.isspace() else character
            if character == " " and (len(text) == begun or text[-1] == " "):
                continue
            text.append(character)
            starts.append(starts_of[position])
            ends.append(starts_of[position + 1])
        if len(text) > begun and text[-1] == " ":
            for row in (text, starts, ends):
                row.pop()
        if len(text) > begun:
            blocks.append(Block(start=begun, end=len(text), tag="p"))
            text += "\n\n"
            starts += [ends[-1]] * 2
            ends += [ends[-1]] * 2
    read = "".join(text)
    acting = sum(source.count(character) for character in ACTING)
    return Page(
        text=read,
        starts=tuple(starts),
        ends=tuple(ends),
        blocks=marked(read, blocks, [()] * len(blocks), {}, []),
        form="text",
        encoding=untrusted.encoding,
        encoding_because=untrusted.why,
        unread=tuple(told_of_acting(acting)),
    )


def _stretches(source: str, *, by_paragraph: bool) -> list[tuple[int, int]]:
    breaks = _EMPTY_LINE if by_paragraph else re.compile(r"[\r\n\u2028\u2029]")
    found, begun = [], 0
    for match in breaks.finditer(source):
        found.append((begun, match.start()))
        begun = match.end()
    found.append((begun, len(source)))
    return found
