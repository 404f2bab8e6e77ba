"""Whether words stand in the bytes in which they are said to stand: what was written decides, not who copied it."""

from __future__ import annotations

import re
import unicodedata
from itertools import compress
from typing import IO, TYPE_CHECKING

from probata.terms.showing import shown

if TYPE_CHECKING:
    from probata.claims.reading.page import Page

_BETWEEN_PARTS = re.compile(r"\[ ?(?:…|\.\.\.) ?\]")
# As `shown` writes out the ends of lines that a stretch of several paragraphs has in it.
_LINE_ENDS = re.compile(r"<U\+(?:0009|000[A-D]|0085|2028|2029)>")
_QUOTES = re.compile(r"[\"'`´«»‹›‘-‟′-‷〝-〟＂＇]")
# Soft hyphens, joiners of words and marks of direction: writing them or not leaves the words the same.
_SILENT = re.compile("[\u00ad\u200b\u200e\u200f\u2060\ufeff]")


def page_in(untrusted: IO[bytes]) -> Page | None:
    """A stored file as it reads, every character with its bytes; None where it holds no text that could be read."""
    # The grammars are loaded with them: only where words are compared, not with every verb that opens a workspace.
    from probata.claims.reading.errors import NotAText, TooLarge  # noqa: PLC0415
    from probata.claims.reading.read import page_of  # noqa: PLC0415
    from probata.claims.reading.stored import MOST_BYTES  # noqa: PLC0415

    try:
        return page_of(untrusted.read(MOST_BYTES + 1))
    except (NotAText, TooLarge):
        return None


def words_stand(page: Page, start: int, end: int, words: str) -> bool:
    """Whether what was read from exactly these bytes holds the words.

    White space, quotation marks and the composition of letters (UAX #15) are taken alike, letters are not; parts that
    `[…]` joins must all be there, in their order.
    """
    inside = (start <= first and last <= end for first, last in zip(page.starts, page.ends, strict=True))
    said = _alike(shown(" ".join("".join(compress(page.text, inside)).split())))
    parts = [part.strip('" ') for part in _BETWEEN_PARTS.split(_alike(words))]
    place = 0
    for part in filter(None, parts):
        found = said.find(part, place)
        if found < 0:
            return False
        place = found + len(part)
    return any(parts)


def _alike(text: str) -> str:
    """The text with one kind of space and one kind of quotation mark, without what writes nothing."""
    written = _SILENT.sub("", _LINE_ENDS.sub(" ", text))
    return " ".join(_QUOTES.sub('"', unicodedata.normalize("NFC", written)).split())
