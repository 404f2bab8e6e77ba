"""Text from outside that passed a check: one line, composed alike, nothing invisible that acts."""

from __future__ import annotations

import unicodedata
from typing import NewType

from attrs import field, frozen

from probata.terms.errors import InvalidValue
from probata.terms.languages import LanguageTag, language_tag
from probata.terms.reading import fields, text
from probata.terms.showing import is_safe_character, shown

SafeText = NewType("SafeText", str)
"""One non-empty line in Unicode NFC that passed `safe_text`."""


def safe_text(untrusted_text: str) -> SafeText:
    """Take a text only if it is one visible line; composes it to NFC (UAX #15), changes nothing else.

    Raises `InvalidValue` where it holds control or bidirectional-override characters, line breaks, or nothing at all.
    """
    if not _shows_anything(untrusted_text):
        raise InvalidValue(what="A text", why="it shows nothing")
    for position, character in enumerate(untrusted_text):
        if not is_safe_character(character):
            why = f"character {position} is U+{ord(character):04X}, which acts instead of writing"
            raise InvalidValue(what=f"The text {shown(untrusted_text)!r}", why=why)
    return SafeText(unicodedata.normalize("NFC", untrusted_text))


def made_safe(untrusted_text: str) -> SafeText:
    """The text as one safe line, with each character that could act written out as `<U+202E>`; never refuses.

    A text that shows nothing becomes `(empty)`. For showing what came from outside; the bytes as they came are kept
    elsewhere.
    """
    visible = shown(untrusted_text)
    return safe_text(visible if _shows_anything(visible) else "(empty)")


def _shows_anything(untrusted_text: str) -> bool:
    # Letters, numbers, punctuation, symbols, and marks; spaces and joiners alone show nothing.
    return any(unicodedata.category(character)[0] in "LNPSM" for character in untrusted_text)


@frozen(kw_only=True)
class Stated:
    """What somebody wrote or said, word for word, and in which language; `und` where that is not known."""

    text: SafeText = field(converter=safe_text)
    language: LanguageTag = field(converter=language_tag)

    def as_json(self) -> dict[str, object]:
        """The statement as plain data: `{text, language}`."""
        return {"text": self.text, "language": self.language}

    @classmethod
    def from_json(cls, untrusted: object) -> Stated:
        """Read `as_json` back; raises `InvalidValue` for anything else."""
        given = fields(untrusted, what="A statement", required={"text", "language"})
        return cls(text=safe_text(text(given, "text")), language=language_tag(text(given, "language")))
