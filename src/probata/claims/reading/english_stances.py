"""Where English words change what a verb announces: of whom somebody is accused, on what it is blamed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from probata.claims.reading.acts import Act, Cue
from probata.claims.reading.said_words import Says
from probata.claims.stances import Stance

_OF_LYING = re.compile(r"\bof (?:\w+ly )?(?:lying|fabricat|spreading|inventing|making up|slander|falsif|misleading)")
_OF_STAGING = re.compile(r"\bof (?:\w+ly )?(?:staging|faking|doctoring|manipulating|editing|acting|re-?enacting)")
_NO_DOER = re.compile(
    r"\b(?:on |to )?(?:an? |the |heavy |stray |their own |its own |[\w’'-]+['’]s )?"
    r"(?:\w+ ){0,2}?(?:shell\w*|artillery|mortars?"
    r"|air ?strikes?|rockets?|missiles?|mines?|landmines?|drones?|cross-?fire|explosions?|accidents?|shrapnel|friendly"
    r"|minefields?|weather|collapse|fire|mistake|malfunction|own (?:side|fire|guns|men|troops|forces))\b"
)
_AS_STAGED = re.compile(
    r"\b(?:as|was|were|is|been) (?:an? |the |crude(?:ly)? |poor(?:ly)? |clumsy |clumsily "
    r"|obviously |clearly |\w+ly )*(?:staged|montage|re-?enact\w*"
    r"|acting|actors|old footage|an? old|edited|doctored|spliced|computer|deep ?fake|rehears\w*|training|exercise)\b"
)
_BY_NOBODY = {
    Cue.BLAME: re.compile(rf"^{_NO_DOER.pattern}|\bon {_NO_DOER.pattern}"),
    Cue.ATTRIBUTE: re.compile(rf"\bto {_NO_DOER.pattern}"),
}
_PARTY = re.compile(
    r"\b(?:army|ministry|staff|government|brigade|battalion|regiment|commander|general|gen\.|col\.|colonel|spokes\w+|president"
    r"|minister|command|authorities|officials?|militia|front|guard|corps|navy|forces|governor|embassy|regime)\b",
    re.IGNORECASE,
)
_CHECKING = re.compile(
    r"\b(?:prosecut\w+|police|forensic|inspect\w+|investigat\w+|laborator\w+|experts?)\b", re.IGNORECASE
)
_THEMSELVES = re.compile(
    r"(?:to )?having (?:\w+ly )?(?:shot|killed|executed|murdered)|(?:that )?(?:he|she|I)(?: had| have| has|['’]d)?"
    r" (?:himself |herself |personally |\w+ly )?(?:shot|killed|fired|ordered|executed|gave the order|given the order"
    r"|pulled the trigger|finished)\b",
    re.IGNORECASE,
)
_OF_PRISONERS = re.compile(r"\b(?:shot|killed|executed|murdered|tortured|beaten|mistreated|abused)\b")


def beyond_in_english(act: Act, verb: str, said: str, kinds: Sequence[Says], who: str) -> tuple[Stance, str] | None:
    """The stance that the words give against the verb, and how they do; None where the verb stands."""
    cue = act.cue
    if cue is Cue.ACCUSE:
        return _accused(said)
    if cue in {Cue.BLAME, Cue.ATTRIBUTE} and _BY_NOBODY[cue].search(said):
        return Stance.ALTERNATIVE_EXPLANATION, "on what nobody did on purpose"
    if cue is Cue.DENY and _AS_STAGED.search(said):
        return Stance.ALTERNATIVE_EXPLANATION, "as something else"
    if cue is Cue.CONFIRM:
        return _confirmed(verb, kinds, who)
    own = Says.OWN_DEED in kinds or Says.OUR_DEED in kinds
    theirs = own and Says.OWN_HANDS_CLEAN not in kinds and not _OF_PRISONERS.search(said)
    if cue is Cue.ACCEPT and (theirs or _THEMSELVES.match(said)):
        return Stance.CLAIMS_RESPONSIBILITY, "a deed of their own"
    return None


def _confirmed(verb: str, kinds: Sequence[Says], who: str) -> tuple[Stance, str] | None:
    """Whoever concludes that a unit did it attributes it; a party that confirms what is said of it accepts it."""
    if Says.THEIR_DEED in kinds and re.match(r"(?:conclud|found|find|establish|determin|show|indicat)", verb):
        return Stance.ATTRIBUTES, "whose deed it was"
    party = _PARTY.search(who) and not _CHECKING.search(who)
    if party and verb.startswith("confirm") and (Says.REAL in kinds or Says.GENUINE in kinds or Says.HARM in kinds):
        return Stance.ACCEPTS, "what others say of it"
    return None


def _accused(said: str) -> tuple[Stance, str] | None:
    if _OF_LYING.search(said):
        return Stance.DENIES_ACT, "of saying what is not so"
    if _OF_STAGING.search(said):
        return Stance.ALTERNATIVE_EXPLANATION, "of having made it"
    return None
