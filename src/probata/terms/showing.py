"""Showing texts from outside to a person or a log without letting them act: what is invisible is made visible."""

from __future__ import annotations

import unicodedata

# Format characters that writing needs and that reorder nothing by force: zero-width joiners shape Persian, Urdu and
# Indic words; the three directional marks hint at a direction and cannot override it (UAX #9, section 2.6).
_WRITING_NEEDS = frozenset("\u200c\u200d\u200e\u200f\u061c")
# Control, surrogate, private use, line and paragraph separators. Unassigned code points are not refused, so that the
# same text is judged alike by every Python; noncharacters are.
_UNSAFE_CATEGORIES = frozenset({"Cc", "Cs", "Co", "Zl", "Zp"})


def is_safe_character(character: str) -> bool:
    """Whether this character only writes: no control, no bidirectional override, nothing invisible or private.

    Bidirectional embeddings, overrides and isolates (UAX #9) can make `fdp.exe` read as `exe.pdf`; control characters
    can drive a terminal (ECMA-48).
    """
    if character in _WRITING_NEEDS:
        return True
    category = unicodedata.category(character)
    return category not in _UNSAFE_CATEGORIES and category != "Cf" and not _is_noncharacter(ord(character))


def _is_noncharacter(code_point: int) -> bool:
    # The Unicode Standard, section 23.7: the last two of every plane, and U+FDD0..U+FDEF.
    return code_point & 0xFFFE == 0xFFFE or 0xFDD0 <= code_point <= 0xFDEF


def shown(untrusted_text: str) -> str:
    """The text with every character that could act written out as `<U+202E>`; the rest as it stands."""
    return "".join(one if is_safe_character(one) else f"<U+{ord(one):04X}>" for one in untrusted_text)


def shown_in_a_line(untrusted_text: str) -> str:
    """The same for a text of several lines, which are told one after the other, a stroke between them."""
    return " / ".join(shown(line) for line in untrusted_text.split("\n"))
