"""What one speaker says in one breath, apart where it does several things: `it is staged, and nobody was shot`."""

from __future__ import annotations

import re

from attrs import evolve

from probata.claims.reading.acts import Act, Cue
from probata.claims.reading.deciding import Decision, decide
from probata.claims.reading.page import Span
from probata.claims.stances import Stance

_APART = frozenset({Cue.SAY, Cue.ALLEGE})
_SENTENCES = re.compile(r"[.!?…]+[»”\"]?\s+")
_CLAUSES = re.compile(
    r"[.!?…]+[»”\"]?\s+|;\s+|,?\s(?:но|однако|зато|але|однак|проте|натомість)\s|,?\s(?:а|и|та|й|і)(?: (?:что|що))?\s",
    re.IGNORECASE,
)
_AGAINST = re.compile(r",?\s(?:но|однако|але|однак|проте)\s", re.IGNORECASE)
_STRONG = frozenset(
    {
        Stance.DENIES_ACT, Stance.ALTERNATIVE_EXPLANATION, Stance.DENIES_KNOWLEDGE, Stance.CONDEMNS,
        Stance.ANNOUNCES_INVESTIGATION, Stance.ANNOUNCES_EVIDENCE_COLLECTION, Stance.CLAIMS_RESPONSIBILITY,
    }
)  # fmt: skip
_FEWEST_LETTERS = 8


def slavic_parted(text: str, act: Act, tongue: str) -> list[Act]:
    """The act, or one for each thing that its words do, each with its stretch."""
    if act.cue not in _APART or act.negated:
        return [act]
    whole = _stance(text, act, act.content, tongue)
    if whole is None or not whole.told or whole.stance is Stance.ACKNOWLEDGES_DENIES_RESPONSIBILITY:
        return [act]
    groups: list[tuple[Stance | None, list[Span]]] = []
    for span, strong in _pieces(text, act):
        decision = _stance(text, act, (span,), tongue)
        stance = decision.stance if decision is not None and decision.told else None
        if stance is not None and strong and stance not in _STRONG:
            stance = None
        if groups and (stance is None or groups[-1][0] in {None, stance}):
            groups[-1] = (groups[-1][0] or stance, _joined(groups[-1][1], span))
        else:
            groups.append((stance, [span]))
    if len(groups) < 2 or any(stance is None for stance, _ in groups):
        return [act]
    return [evolve(act, content=tuple(spans)) for _, spans in groups]


def _stance(text: str, act: Act, spans: tuple[Span, ...], tongue: str) -> Decision | None:
    said = " ".join(text[span.start : span.end] for span in spans)
    who = "" if act.speaker is None else text[act.speaker.start : act.speaker.end]
    return decide(act, text[act.verb.start : act.verb.end], said, tongue, who)


def _pieces(text: str, act: Act) -> list[tuple[Span, bool]]:
    """Sentences and clauses of what is said; whether a piece is a clause that must say much to stand alone."""
    found: list[tuple[Span, bool]] = []
    for span in act.content:
        begun = span.start
        for match in _CLAUSES.finditer(text, span.start, span.end):
            if match.end() - begun < _FEWEST_LETTERS or span.end - match.end() < _FEWEST_LETTERS:
                continue
            strong = (_SENTENCES.fullmatch(match[0]) is None and _AGAINST.fullmatch(match[0]) is None) or (
                len(act.content) > 1 and not act.quoted
            )
            stop = match.start() if strong else match.start() + 1
            found.append((Span(start=begun, end=stop), strong))
            begun = match.end()
        strong = (bool(found) and found[-1][1] and begun != span.start) or (len(act.content) > 1 and not act.quoted)
        found.append((Span(start=begun, end=span.end), strong))
    return found


def _joined(spans: list[Span], span: Span) -> list[Span]:
    """The spans with one more, as one stretch where only a conjunction or a space lies between."""
    last = spans[-1]
    if 0 <= span.start - last.end <= 12:
        return [*spans[:-1], Span(start=last.start, end=span.end)]
    return [*spans, span]
