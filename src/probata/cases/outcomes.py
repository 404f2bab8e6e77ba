"""What may become of something that came in: every report ends with one of these and a reason; none vanishes."""

from __future__ import annotations

from enum import Enum


class Outcome(Enum):
    """How a report was answered."""

    ACCEPTED = "accepted"
    """It is worked on; the target may name the item, incident or case."""
    DUPLICATE_OF = "duplicate_of"
    """It tells the same as another report or item."""
    EXCERPT_OF = "excerpt_of"
    """Its footage is part of footage that is here."""
    OUT_OF_SCOPE = "out_of_scope"
    NOT_FOOTAGE = "not_footage"
    REFERRED = "referred"
    """Somebody else is the right one for it; the target says who."""
    UNSAFE_TO_KEEP = "unsafe_to_keep"
    """Keeping it would put somebody at risk."""
    COULD_NOT_ASSESS = "could_not_assess"
    """It could not be opened, reached or understood; why stands in the reason."""

    @property
    def words(self) -> str:
        """The outcome as it stands in a sentence."""
        return self.value.replace("_", " ")


NEEDS_TARGET = (Outcome.DUPLICATE_OF, Outcome.EXCERPT_OF, Outcome.REFERRED)
"""Outcomes that mean nothing without saying of what, or to whom."""
