"""What a speaker does in saying something: accuses, confirms, denies, announces; one vocabulary for every room.

A stance says how the speaker stands to what is said, never whether it is so.
"""

from __future__ import annotations

from enum import Enum


class Stance(Enum):
    """How somebody stands to what they say about an act, or about footage that may show it."""

    ALLEGES = "alleges"
    """Says that it happened or that somebody did it, as a charge or without saying how they know."""
    ATTRIBUTES = "attributes"
    """Says whose act it was: a named unit, group or side."""
    CONFIRMS_VERIFIED = "confirms_verified"
    """Says that they checked it themselves, and that it held."""
    STATES_CIRCUMSTANCES = "states_circumstances"
    """Says where, when or under what conditions, without a charge."""
    CLAIMS_RESPONSIBILITY = "claims_responsibility"
    """Says that they themselves did it, as their own deed."""
    ACCEPTS = "accepts"
    """Takes what others say or found for true or authentic."""
    ACKNOWLEDGES_DENIES_RESPONSIBILITY = "acknowledges_denies_responsibility"
    """Says that it happened, and that they did not do it."""
    ALTERNATIVE_EXPLANATION = "alternative_explanation"
    """Says that something else happened, such as staging or another cause."""
    DENIES_ACT = "denies_act"
    """Says that it did not happen, or that what is said is untrue."""
    DENIES_KNOWLEDGE = "denies_knowledge"
    """Says that they do not know of it, or could not confirm it."""
    CONDEMNS = "condemns"
    """Calls it wrong."""
    ANNOUNCES_INVESTIGATION = "announces_investigation"
    """Says that it is or will be investigated, or orders or asks that it be."""
    ANNOUNCES_EVIDENCE_COLLECTION = "announces_evidence_collection"
    """Says that evidence is or will be gathered, kept or handed over."""
    PRAISES = "praises"
    """Calls it right, or honours those who did it."""
    NO_COMMENT = "no_comment"
    """Was asked and said nothing, or declined to."""
