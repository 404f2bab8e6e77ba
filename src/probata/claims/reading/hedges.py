"""Words with which a text holds back: may have, apparent, alleged, appears to show; kept with their places."""

from __future__ import annotations

import re

from probata.claims.reading.rows import one_of, rows

_BY_TONGUE = {
    tongue: re.compile(one_of(rows(f"hedges.{tongue}.txt")[0][1]), re.IGNORECASE) for tongue in ("en", "ru", "uk")
}


def hedges_in(words: str, tongue: str) -> list[str]:
    """The words that hold back, in the order and the form in which they stand."""
    pattern = _BY_TONGUE.get(tongue)
    return list(dict.fromkeys(" ".join(match[0].split()) for match in pattern.finditer(words))) if pattern else []
