"""Every write of this room: reviews by two people, findings, derivations, comparisons."""

from __future__ import annotations

from probata.verification.services.reviewing import (
    AnotherQuestion,
    AttributedToNobody,
    DoesNotFollow,
    FindingSuperseded,
    NotTheirTurn,
    NotWhatWasGiven,
    OwnAssessment,
    PlaceTaken,
    PropositionMoved,
    ReviewStands,
    assess,
    halted,
    open_review,
    seal,
    seal_digest,
    take,
    would_be_found,
)
from probata.verification.services.weighing import compare_hypotheses, hand_in, record_derivation

__all__ = [
    "AnotherQuestion",
    "AttributedToNobody",
    "DoesNotFollow",
    "FindingSuperseded",
    "NotTheirTurn",
    "NotWhatWasGiven",
    "OwnAssessment",
    "PlaceTaken",
    "PropositionMoved",
    "ReviewStands",
    "assess",
    "compare_hypotheses",
    "halted",
    "hand_in",
    "open_review",
    "record_derivation",
    "seal",
    "seal_digest",
    "take",
    "would_be_found",
]
