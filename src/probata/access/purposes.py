"""Why somebody asks to see footage: a word from a short list, since it goes into the record.

Seeing less begins with saying what one is looking for; text, tracks and stills often answer it without a viewing.
"""

from __future__ import annotations

from enum import StrEnum

from probata.terms.errors import InvalidValue


class Purpose(StrEnum):
    """What a viewing is for."""

    EXAMINE_CONTENT = "examine_content"
    EXACT_FRAME = "exact_frame"
    PLACE = "place"
    TIME = "time"
    SPEECH_AND_SOUND = "speech_and_sound"
    COMPARE = "compare"
    SECOND_REVIEW = "second_review"
    PREPARE_REDACTION = "prepare_redaction"
    CHECK_ACQUISITION = "check_acquisition"

    @property
    def words(self) -> str:
        """The purpose as a sentence of the ledger."""
        return _WORDS[self]


def purpose_named(untrusted: str) -> Purpose:
    """The purpose of that word; raises `InvalidValue`, with those that there are."""
    try:
        return Purpose(untrusted)
    except ValueError:
        known = ", ".join(Purpose)
        raise InvalidValue(what=f"The purpose {untrusted[:40]!r}", why=f"it is not one of the list: {known}") from None


_WORDS = {
    Purpose.EXAMINE_CONTENT: "to note what is seen and heard in it",
    Purpose.EXACT_FRAME: "to look at one exact frame",
    Purpose.PLACE: "to work out where it was filmed",
    Purpose.TIME: "to work out when it was filmed",
    Purpose.SPEECH_AND_SOUND: "to listen to speech or sounds",
    Purpose.COMPARE: "to compare it with another item",
    Purpose.SECOND_REVIEW: "to review another person's assessment",
    Purpose.PREPARE_REDACTION: "to prepare what must be masked or muted",
    Purpose.CHECK_ACQUISITION: "to check that it was acquired whole",
}
