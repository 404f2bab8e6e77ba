"""Texts that people enter in this room: one safe line each, of a length that a person reads."""

from __future__ import annotations

from probata.terms.errors import InvalidValue
from probata.terms.text import SafeText, safe_text

LINE = 200
"""The most characters of a title or a label."""
PASSAGE = 4_000
"""The most characters of a reason, a question or an answer."""


def line(untrusted_text: str, what: str, *, most: int = LINE) -> SafeText:
    """Take a text for one visible line of at most so many characters; spaces at its ends are left off.

    `what` names the field in the refusal. The length is looked at first, so that a text of a megabyte is refused
    without being repeated. Raises `InvalidValue`.
    """
    if len(untrusted_text) > most:
        raise InvalidValue(what=what, why=f"it has {len(untrusted_text):,} characters, and may have {most:,}")
    trimmed = untrusted_text.strip(" ")
    if not trimmed:
        hint = "; on the command line it is given with --reason" if what.startswith("The reason") else ""
        raise InvalidValue(what=what, why=f"it is empty{hint}")
    try:
        return safe_text(trimmed)
    except InvalidValue as error:
        raise InvalidValue(what=what, why=str(error.facts.get("why", error))) from error


def passage(untrusted_text: str, what: str) -> SafeText:
    """The same for a reason, a question or an answer, of up to `PASSAGE` characters."""
    return line(untrusted_text, what, most=PASSAGE)
