"""Places as the text names them: a name behind a word of place; which place it is, nobody decides here."""

from __future__ import annotations

import re

from probata.claims.reading.rows import expressions

_WORDS = expressions("places.txt")
_EN = re.compile(rf"{_WORDS['en']} (?P<name>[A-Z][\w’'-]+(?: (?:[A-Z][\w’'-]+|of|upon))*(?<! of)(?<! upon))")
_CYRILLIC = re.compile(rf"{_WORDS['cyrillic']} (?P<name>[А-ЯЁІЇЄҐ][\w’'-]+(?:[ -][А-ЯЁІЇЄҐ][\w’'-]+)*)")
_NO_PLACE = re.compile(rf"{_WORDS['no_place']}\b")


def places_in(words: str, tongue: str) -> list[str]:
    """The names of places as they stand, in their order; no name is looked up."""
    found = []
    for match in (_EN if tongue == "en" else _CYRILLIC).finditer(words):
        name = re.sub(r"['’]s$", "", match["name"])
        if not _NO_PLACE.match(name):
            found.append(name)
    return list(dict.fromkeys(found))
