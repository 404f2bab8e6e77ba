"""The stance of an act of speech, from the kind of verb and from what is said; with the words that decided it."""

from __future__ import annotations

import re

from attrs import frozen

from probata.claims.reading.acts import Act, Cue
from probata.claims.reading.english_stances import beyond_in_english
from probata.claims.reading.said_words import HAPPENED, Says, charges, says_of
from probata.claims.reading.slavic_stances import beyond_in_slavic
from probata.claims.stances import Stance

_BY_WHAT_IS_SAID = {
    Says.NOTHING: Stance.NO_COMMENT,
    Says.NO_KNOWLEDGE: Stance.DENIES_KNOWLEDGE,
    Says.EVIDENCE: Stance.ANNOUNCES_EVIDENCE_COLLECTION,
    Says.INQUIRY: Stance.ANNOUNCES_INVESTIGATION,
    Says.OWN_HANDS_CLEAN: Stance.ACKNOWLEDGES_DENIES_RESPONSIBILITY,
    Says.OTHERWISE: Stance.ALTERNATIVE_EXPLANATION,
    Says.UNTRUE: Stance.DENIES_ACT,
    Says.REAL: Stance.ACCEPTS,
    Says.UNALTERED: Stance.CONFIRMS_VERIFIED,
    Says.WRONG: Stance.CONDEMNS,
    Says.RIGHT: Stance.PRAISES,
    Says.OUR_DEED: Stance.CLAIMS_RESPONSIBILITY,
    Says.OWN_DEED: Stance.CLAIMS_RESPONSIBILITY,
    Says.GENUINE: Stance.ACCEPTS,
    Says.THEIR_DEED: Stance.ATTRIBUTES,
    Says.AMENDS: Stance.CONDEMNS,
    Says.CHECKED: Stance.CONFIRMS_VERIFIED,
    Says.FOOTAGE_PLACED: Stance.STATES_CIRCUMSTANCES,
    Says.HARM: Stance.ALLEGES,
    Says.CIRCUMSTANCE: Stance.STATES_CIRCUMSTANCES,
}
_BY_VERB = {
    Cue.SILENT: Stance.NO_COMMENT,
    Cue.UNABLE: Stance.DENIES_KNOWLEDGE,
    Cue.CLAIM: Stance.CLAIMS_RESPONSIBILITY,
    Cue.COLLECT: Stance.ANNOUNCES_EVIDENCE_COLLECTION,
    Cue.INVESTIGATE: Stance.ANNOUNCES_INVESTIGATION,
    Cue.BLAME: Stance.ATTRIBUTES,
    Cue.ATTRIBUTE: Stance.ATTRIBUTES,
    Cue.ACCUSE: Stance.ALLEGES,
    Cue.CONDEMN: Stance.CONDEMNS,
    Cue.PRAISE: Stance.PRAISES,
    Cue.DENY: Stance.DENIES_ACT,
    Cue.CONFIRM: Stance.CONFIRMS_VERIFIED,
    Cue.ACCEPT: Stance.ACCEPTS,
}
_ORDINARY = {Cue.SAY: Stance.STATES_CIRCUMSTANCES, Cue.ALLEGE: Stance.ALLEGES, Cue.CALL: None}
_NAMES_A_CRIME = re.compile(
    r"(?:war )?(?:atrocit|crimes?|massacre|murder|barbar|преступ|злочин|военн\w+ преступлен)\w*", re.IGNORECASE
)
_THEY_DID = re.compile(r"(?:that )?they\b", re.IGNORECASE)
_ONE_PERSON = re.compile(
    r"(?:(?i:he|she|i)|(?i:an? |the |one |his |her )(?:[\w’'-]+ ){0,3}?"
    r"(?i:witness|survivor|resident|woman|man|farmer|mother|father|brother|sister|neighbour|widow|deserter|medic|priest"
    r"|teacher|nurse|doctor|shopkeeper|fisherman|boy|girl))"
)
_NEGATED = re.compile(r"\b(?:not|no|none|never|nothing|не|ни|нет|ні|немає)\b|n['’]t\b", re.IGNORECASE)
_BESIDE = re.compile(
    r",\s(?:which|whose|an? (?:assertion|claim|charge|allegation|accusation|view|remark|description)|котор\w+"
    r"|чь[ияёе]\w*|як(?:ий|а|е|і|ого|ої|их))\b[^,;.]*",
    re.IGNORECASE,
)
# `Was not behind the shooting`: a deed that is told of as one grants that it was done.
_THE_DEED = re.compile(
    r"\b(?:the|those|these) (?:\w+ )?(?:shootings?|killings?|deaths?|murders?|massacre|executions?)\b"
    r"|\b(?:к|за) (?:\w+ )?(?:расстрелу?|казн[иь]|гибели?|убийств[уо]|смерт[иь])\b"
    r"|\b(?:до|за) (?:\w+ )?(?:розстріл[уи]?|страти?|загибел[іь]|вбивства?|смерт[іь])\b",
    re.IGNORECASE,
)
_CLAUSE_ENDS = re.compile(r"[,;.!?:—–]| (?:but|though|although|however|yet|но|однако|але|проте|хоча|хотя) ")
# A time or a place without a verb says nothing yet: `boasted about an ambush on the road`; `put it at noon` does.
_HAS_VERB = re.compile(
    r"^(?:put|dat|plac|situat)|\b(?:is|are|was|were|has|have|had|did|does|will|would|could|can|may|might|left|went|came|took"
    r"|lay|stood|began|held|ran|drove|saw|heard|fell|puts?|shows?|lies|stands|dates|been|spoke|wore|gave|gives|sent"
    r"|found|got|brought|kept|met|lost|broke|sat|led|made|built|rang|rose|flew|rode|slept|knew|put|set|shot|hit|cut|lasts?|begins?"
    r"|bears?|leads?)\b|(?<!^)\b\w+ed\b(?=.* )"
)


@frozen(kw_only=True)
class Decision:
    """The stance, and the words by which a reader can follow it."""

    stance: Stance
    because: str
    told: bool = True
    """Whether words told it; False where it is what the verb ordinarily does."""


def decide(act: Act, verb: str, said: str, language: str, who: str = "") -> Decision | None:
    """The stance of the act; None where it takes none that the vocabulary has."""
    # What stands in the main clause weighs more than what is told beside it.
    main = _BESIDE.sub(" ", said)
    says = (says_of(main, language, quoted=act.quoted) if main != said else []) or says_of(
        said, language, quoted=act.quoted
    )
    if language == "en" and _THEY_DID.match(said) and _ONE_PERSON.fullmatch(who):
        # `They shot his cousin, he said`: whom one person calls `they` is somebody else.
        says = [one for one in says if one[0] is not Says.OWN_DEED]
    kinds = [kind for kind, _words in says]
    if act.negated and act.cue not in {Cue.SILENT, Cue.UNABLE}:
        return _negated(act, verb)
    if language == "en":
        beyond = beyond_in_english(act, verb, said, kinds, who)
    else:
        beyond = beyond_in_slavic(act, verb, said, kinds, who)
    if beyond is not None:
        return Decision(stance=beyond[0], because=f"“{verb}” {beyond[1]}")
    special = _beyond_the_verb(act, verb, said, kinds, language)
    if special is not None:
        return special
    if act.cue in _BY_VERB:
        return Decision(stance=_BY_VERB[act.cue], because=f"the verb “{verb}”")
    return _by_what_is_said(act, verb, said, says, language)


def _negated(act: Act, verb: str) -> Decision | None:
    # `Did not confirm` is no confirmation and no denial; what `did not say`, `has not condemned` leave out is not said.
    if act.cue in {Cue.CONFIRM, Cue.ACCEPT}:
        return Decision(stance=Stance.DENIES_KNOWLEDGE, because=f"“{verb}” is negated")
    if act.cue is Cue.SAY and re.match(r"(?:believ|think|thought|buy)", verb):
        return Decision(stance=Stance.DENIES_ACT, because=f"“{verb}” is negated")
    if act.cue is Cue.DENY:
        return Decision(stance=Stance.ACCEPTS, because=f"“{verb}” is negated")
    return None


def _beyond_the_verb(act: Act, verb: str, said: str, kinds: list[Says], language: str) -> Decision | None:
    """Where what is said changes what the verb announces."""
    if (
        act.cue is Cue.DENY
        and Says.NO_KNOWLEDGE not in kinds
        and re.search(
            r"\b(?:knowledge|knowing|being aware|having (?:seen|known|heard))\b|\bзнал|осведомл|\bзнав|обізнан", said
        )
    ):
        return Decision(stance=Stance.DENIES_KNOWLEDGE, because=f"“{verb}” with knowing")
    if act.cue is Cue.ACCEPT:
        if Says.OWN_HANDS_CLEAN in kinds:
            return Decision(stance=Stance.ACKNOWLEDGES_DENIES_RESPONSIBILITY, because=f"“{verb}”, and not they")
        if Says.INQUIRY in kinds and not HAPPENED[language].search(said) and Says.GENUINE not in kinds:
            return None if "findings" in said else Decision(stance=Stance.ACCEPTS, because=f"the verb “{verb}”")
    if act.cue is Cue.CONFIRM and kinds[:1] in ([Says.INQUIRY], [Says.EVIDENCE]) and not act.quoted:
        return Decision(stance=_BY_WHAT_IS_SAID[kinds[0]], because=f"“{verb}” that it is under way")
    if act.cue is Cue.PRAISE and not act.quoted and Says.INQUIRY in kinds:
        return Decision(stance=Stance.ANNOUNCES_INVESTIGATION, because=f"“{verb}” an inquiry")
    return None


def _without_clause(said: str, words: str) -> str:
    """What is said without the clause in which the words stand: `no man of ours killed them` grants no killing."""
    negation = _NEGATED.search(words)
    if negation is None or re.search(r"command|control|work of|act of", words):
        return said
    at = max(said.find(words), 0) + negation.start()
    begun = max((match.end() for match in _CLAUSE_ENDS.finditer(said, 0, at)), default=0)
    stop = _CLAUSE_ENDS.search(said, at + len(words) - negation.start())
    definite = " ".join(_THE_DEED.findall(said))
    return f"{said[:begun]} {said[stop.start() :] if stop else ''} {definite}"


def _outweighed(act: Act, verb: str, said: str, kind: Says, words: str, kinds: frozenset[Says], language: str) -> bool:
    """Whether something else that is said weighs more than this, or the verb does."""
    theirs = Says.THEIR_DEED in kinds
    if kind is Says.HARM:
        return act.cue is Cue.SAY and Says.CIRCUMSTANCE in kinds and not charges(said, language)
    if kind in {Says.REAL, Says.GENUINE}:
        # `No doubt that it was the Guard`: whose deed it was is what is said.
        return theirs and "doubt" in words
    if kind is Says.WRONG and theirs and _NAMES_A_CRIME.fullmatch(words.strip()):
        return True
    if kind in {Says.OUR_DEED, Says.OWN_DEED}:
        return Says.FOOTAGE_PLACED in kinds
    if act.cue is Cue.ALLEGE and kind in {Says.FOOTAGE_PLACED, Says.WRONG, Says.CIRCUMSTANCE}:
        return True
    bare = kind is Says.CIRCUMSTANCE and language == "en" and not act.quoted
    return bare and not _HAS_VERB.search(f"{verb} {said}")


def _by_what_is_said(act: Act, verb: str, said: str, says: list[tuple[Says, str]], language: str) -> Decision | None:
    kinds = frozenset(kind for kind, _words in says)
    for kind, words in says:
        if _outweighed(act, verb, said, kind, words, kinds, language):
            continue
        stance = _BY_WHAT_IS_SAID[kind]
        if kind is Says.OWN_HANDS_CLEAN and not HAPPENED[language].search(_without_clause(said, words)):
            stance = Stance.DENIES_ACT
        if kind is Says.HARM and act.cue is Cue.CALL:
            # `Called the killings an affront`: a charge that is called something is judged.
            stance = Stance.CONDEMNS
        because = f"what is said: “{words[:60]}”"
        return Decision(stance=stance, because=because, told=language != "en" or kind is not Says.CIRCUMSTANCE)
    ordinary = _ORDINARY.get(act.cue)
    if ordinary is None or (language == "en" and act.cue is Cue.SAY):
        # English words that tell neither when nor where nor what happened say nothing that is looked for here.
        return None
    return Decision(stance=ordinary, because=f"the verb “{verb}”; nothing in what is said tells more", told=False)
