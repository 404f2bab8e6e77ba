"""What is found in a sentence before anything is decided: who, by which words, said what, and where each stands."""

from __future__ import annotations

from enum import Enum

from attrs import field, frozen

from probata.claims.reading.page import Span


class Cue(Enum):
    """What kind of saying the words announce; the stance is decided from this and from what is said."""

    SAY = "say"
    ALLEGE = "allege"
    ACCUSE = "accuse"
    BLAME = "blame"
    ATTRIBUTE = "attribute"
    CALL = "call"
    DENY = "deny"
    CONFIRM = "confirm"
    ACCEPT = "accept"
    CLAIM = "claim"
    CONDEMN = "condemn"
    PRAISE = "praise"
    INVESTIGATE = "investigate"
    COLLECT = "collect"
    UNABLE = "unable"
    SILENT = "silent"


MOST_CUES = 40
"""A sentence in which more is said is no sentence, or made to keep the rules busy; nothing is proposed from it."""
SPEECH = frozenset(
    {
        Cue.SAY, Cue.ALLEGE, Cue.ACCUSE, Cue.BLAME, Cue.ATTRIBUTE, Cue.CALL, Cue.DENY, Cue.CONFIRM, Cue.CONDEMN,
        Cue.PRAISE, Cue.ACCEPT,
    }
)  # fmt: skip
"""Cues after which somebody else's cue may stand inside what is said: `B says that A accuses C`."""


class From(Enum):
    """How the speaker is known."""

    WRITTEN = "written"
    PRONOUN = "pronoun"
    CARRIED = "carried_over"
    SHARED = "shared_subject"
    OUTLET = "outlet"
    NOT_SAID = "not_said"


@frozen(kw_only=True)
class Act:
    """One act of speech in the text as read; spans are in characters of the page."""

    cue: Cue
    verb: Span
    speaker: Span | None
    speaker_from: From
    role: Span | None = None
    negated: bool = False
    content: tuple[Span, ...]
    quoted: bool
    trailing: bool = False
    """The attribution stands behind what is said."""
    agent: bool = False
    """The speaker stands behind `by`."""
    via: tuple[Span, ...] = field(factory=tuple)
    frame: Span
    """The sentence; what of it lies outside the content says when and how it was said."""
