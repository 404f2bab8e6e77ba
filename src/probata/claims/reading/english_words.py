"""The English words by which somebody is said to say something, and the small words between which they stand.

What each cue announces and how it is written stands in `words/cues.en.txt`; a section further up is taken first.
"""

from __future__ import annotations

import re

from probata.claims.reading.acts import Cue
from probata.claims.reading.rows import expressions, one_of, rows, sets

NOUNS = r"condemnation|criticism|outrage|outcry|rebuke|denunciation|praise"
"""Nouns that say the same as a verb: `drew condemnation from the Council`."""

CUES = tuple(
    (Cue(section), re.compile(rf"\b{one_of(lines)}(?![\w’'-])", re.IGNORECASE))
    for section, lines in rows("cues.en.txt")
)
"""Every cue with the expression that finds it in a sentence."""

_SMALL = sets("small.en.txt")
AUXILIARIES = _SMALL["auxiliaries"]
BE = _SMALL["be"]
NEGATIONS = _SMALL["negations"]
ADVERBS = _SMALL["adverbs"]
CONJUNCTIONS = _SMALL["conjunctions"]
RELATIVES = _SMALL["relatives"]
SUBORDINATORS = _SMALL["subordinators"]
PREPOSITIONS = _SMALL["prepositions"]
DETERMINERS = _SMALL["determiners"]
NO_SUBJECTS = _SMALL["determiners"] - _SMALL["may_stand_before_a_verb"]
ADJECTIVES = _SMALL["adjectives"]
PRONOUNS = _SMALL["pronouns"]
UNSPEAKING = _SMALL["unspeaking"]
BASE_FORMS = _SMALL["base_forms"]
PLURALS = _SMALL["plurals"]
PLURAL_NOUNS = _SMALL["plural_nouns"]
HEARSAY = _SMALL["hearsay"]
ANSWERED = _SMALL["answered"]
THINGS = _SMALL["things"]

_PHRASES = expressions("phrases.en.txt")
LEADING = re.compile(rf"^(?:{_PHRASES['leading']}\b,? )+", re.IGNORECASE)
TEMPORAL = re.compile(_PHRASES["temporal"], re.IGNORECASE)
VERBISH = re.compile(_PHRASES["verbish"])
DATED = re.compile(rf"\W*{_PHRASES['dated']},?\s+(?=\w)", re.IGNORECASE)
"""A day or a season before a subject: `in October the ministry conceded`."""
DAY = re.compile(
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march|april|may|june|july|august|september|october|november|december|\d{4}"
)
ADDRESSEE = re.compile(_PHRASES["addressee"])
ADVERBIAL = re.compile(
    rf"(?:,?\s+{expressions('means.en.txt')['means']}(?![\w’'-]))+",
    re.IGNORECASE,
)
"""When, where and by what means it was said: what may stand between the verb and what is said."""
