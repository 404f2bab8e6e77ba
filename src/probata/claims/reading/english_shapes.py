"""The shapes of English words around a verb of saying, as expressions, each beside what it finds."""

from __future__ import annotations

import re

from attrs import evolve

from probata.claims.reading.sentences import Sentence
from probata.claims.reading.tokens import QUOTE

# Behind `alleged` as a verb stands what is alleged, or when; behind the adjective a noun.
AS_A_VERB = re.compile(
    rf"\s*(?:$|[^\w\s]|{QUOTE}|[A-Z\d]|(?:that|the|an?|it|he|she|they|his|her|its|their|there|on|in|by|at|to|as|how|no"
    r"|some|earlier|last)\b)"
)
ACCORDING = re.compile(r"^(?:according|in the words|as )| as (?:saying|telling)")
HEARSAY = re.compile(r" to (?:be|have|show|depict|contain|date|come|belong|feature|capture)\b")
NOBODY = re.compile(r"\W*(?:neither|none|nobody|no one)\b", re.IGNORECASE)
GERUND = re.compile(r"\w+ing\b", re.IGNORECASE)
OBJECT = re.compile(r"\s+(?:that|the|an?|its|their|his|her|for|on|to|it|this)\b")
VERB_FIRST = re.compile(
    r"(?:\w+ly |firmly and \w+ |in the strongest (?:possible )?terms )?"
    r"(?:denie[sd]|rejects?|rejected|condemns?|condemned|regrets?|deplores?"
    r"|dismisse[sd]"
    r"|confirms?|confirmed|does not|did not|has no|had no|has not|had not|takes? note|welcomes?|refutes?)\b"
)
WHOSE = re.compile(r"(?:in|by) (?P<who>(?:his|her|its|their|my|our)\b|.*?(?=['’]s? ))", re.IGNORECASE)
ASIDE = re.compile(
    r"\s*(?:in|on|at|during|through|via|after|when|while|as|from|by|late|early|earlier|last|this|yesterday|today|before|\w+ing"
    r"|released|published|posted|broadcast|issued|carried)\b(?!.* that )"
)
WHEN = re.compile(
    r"\s*(?:after|when|while|although|though|if|since|once|before|because|despite|until|unlike|amid|hours|days)\b",
    re.IGNORECASE,
)
# A second quotation behind the verb is said too, unless it is what others shouted.
GOES_ON = re.compile(
    rf"(?!.{{0,40}}\b(?:shouts?|cries|cheers|calls|chants?|applause|under the (?:title|headline))\b)[^{QUOTE}]*{QUOTE}"
)
FULL_NAME = re.compile(r"\b[A-Z][\w’-]+ [A-Z][\w’-]+")
PRONOUN = re.compile(r"\s+(?:him|her|them|it)\b")
INTERRUPTS = re.compile(
    r"(?: [^\s,;:\x01]+){0,6}?,\s"
    r"(?!(?:cit|quot|add|say|stat|not|call|accus|referr|argu|describ|insist|claim|tell|writ)\w*ing\b)"
)
# Who breaks off has said something before: a silence only where nothing is told of it.
BREAKS_OFF = frozenset({"hung up", "hangs up", "rang off", "walked away", "walked off", "put down the phone"})
TRIM = " \t\n,;:—–-"
LEADING = re.compile(r"(?:(?:but|and|yet|so|however|meanwhile|still|also),? )+", re.IGNORECASE)
MEANWHILE = re.compile(r"(?:when|where|while)\s")
# `Witness Without Borders (WBT) says`: what stands in brackets is no word of the clause.
ABBREVIATED = re.compile(rf"\([^(){QUOTE}]{{1,60}}\)(?=[ ,])")
AS_TOLD_BY = re.compile(r"according to|in the \w+ of\b|as \w+ by\b")
# `Said Otto Brisk, who denied that …`: what is denied stands behind the verb.
TOLD_OF = re.compile(r"\b(?:who|which)\s+(?:(?:has|have|had|also|then|later|\w+ly)\s+){0,3}$")
GOES_ON_BEHIND = re.compile(r", (?:and|but) (?:the|that|its|it|he|she|they|his|her|their|no|there|an?)\b(?!.*\x01)")
QUOTED_AS = re.compile(r"\b(?:quot|cit)(?:ed|es|ing) ([^,;:]{3,60}?) as $")
# `My letters to him went unanswered`: to whom they were is told by the shape of the sentence.
CALLS = re.compile(
    r"(?:\w+ ){0,3}(?:calls?|letters?|messages?|e-?mails?|requests?|questions?|inquiries)\b", re.IGNORECASE
)
# `Treated according to the law`: nobody says it.
BY_THE_LAW = re.compile(
    r" (?:the |its |all |our |their )?(?:\w+ )?(?:law|laws|rules?|conventions?|regulations|orders|custom|plan|need)\b",
    re.IGNORECASE,
)
# `Both General Marr and General Tusk deny it`.
BOTH = re.compile(r"\band (?:the )?[A-Z][\w’'.-]*(?: [A-Z][\w’'.-]*){0,3}\s$")
CAME_FROM = re.compile(
    r"\b(?:reply|answer|response|denial|statement|message|word|comment) (?:\w+ )?from ((?:the |an? )?[^,:]{3,60})$"
)
WAS = re.compile(r"\s(?:was|were|went|had|have|has|remained)\b")
HIRED = re.compile(r"(?:asked|hired|commissioned|retained|consulted|appointed|engaged)$")


def opened(text: str, place: Sentence) -> Sentence:
    """The sentence with a quotation opened that holds the verb: `the ministry “categorically denies that …”`."""
    quotations = tuple(
        evolve(one, speech=False)
        if one.speech and VERB_FIRST.match(text, one.inner_start) and text[one.start - 2 : one.start - 1].isalpha()
        else one
        for one in place.quotations
    )
    return place if quotations == place.quotations else evolve(place, quotations=quotations)
