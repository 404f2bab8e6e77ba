"""What one speaker says in one breath, taken apart where it says two things: `that it was real and that nobody died`.

Only what differs is told apart: clauses that take the same stance, or tell nothing of their own, stay one statement.
"""

from __future__ import annotations

import re

from attrs import evolve

from probata.claims.reading.acts import Act, Cue
from probata.claims.reading.deciding import Decision, decide
from probata.claims.reading.page import Span
from probata.claims.reading.slavic_parts import slavic_parted
from probata.claims.stances import Stance

_OPEN = frozenset({Cue.SAY, Cue.ALLEGE, Cue.CONFIRM, Cue.ACCEPT, Cue.ACCUSE})
"""What the words decide; of another verb, what is said is one thing."""
_IN_A_QUOTATION = re.compile(
    r"(?<=[.!?…])\s+(?=[A-Z“‘\"])|;\s+|,\s+(?:and|but|yet)\s+(?=(?:we|they|I|it|he|she|this|that|to|the|our|no|there|nobody)\b)"
)
_IN_A_CLAUSE = re.compile(
    r",?\s+(?:and|but|yet)\s+(?=that\b)|,\s+(?=that\b)|;\s+|,?\s+(?:but|though|although|whereas)\s+(?=(?!not\b)\w)"
    r"|,\s+(?:and|as|because|since)\s+(?=(?:the|this|that|it|he|she|they|we|there|no|its|his|her|their|what|any)\b)"
    r"|,?\s+and\s+(?=(?:could|did|had|has|was|were|would|will|have)(?: not|n['’]t)? )"
    r"|,\s+(?:and\s+)?(?=(?:which|something|a|an)\s+(?:\w+\s+)?(?:he|she|it|they)\s+(?:called|described))"
)
_BETWEEN = re.compile(r"[\s,;]*(?:(?:and|but|yet|as|because|since|though|although|whereas)\s+)?")
_WHOLE = frozenset({Stance.ACKNOWLEDGES_DENIES_RESPONSIBILITY})


def parted(text: str, act: Act, tongue: str) -> list[Act]:
    """The act once for each stance that its words take, in their order; alone where they take one."""
    if tongue in {"ru", "uk"}:
        return slavic_parted(text, act, tongue)
    if tongue != "en" or act.cue not in _OPEN or act.negated:
        return [act]
    pieces = [piece for span in act.content for piece in _pieces(text, span, quoted=act.quoted)]
    if len(pieces) < 2:
        return [act]
    whole = _decided(text, act, act.content, tongue)
    if whole is not None and whole.stance in _WHOLE:
        return [act]
    groups: list[tuple[Decision | None, list[Span]]] = []
    for piece in pieces:
        decision = _decided(text, act, (piece,), tongue)
        if decision is not None and not decision.told:
            decision = None
        last = groups[-1] if groups else None
        if last is not None and (decision is None or last[0] is None or last[0].stance is decision.stance):
            groups[-1] = (last[0] or decision, [*last[1], piece])
        else:
            groups.append((decision, [piece]))
    if len(groups) < 2:
        return [act]
    return [evolve(act, content=_joined(text, spans)) for _decision, spans in groups]


def _decided(text: str, act: Act, spans: tuple[Span, ...], tongue: str) -> Decision | None:
    said = " ".join(text[span.start : span.end] for span in spans)
    who = "" if act.speaker is None else text[act.speaker.start : act.speaker.end]
    return decide(evolve(act, content=spans), text[act.verb.start : act.verb.end], said, tongue, who)


def _pieces(text: str, span: Span, *, quoted: bool) -> list[Span]:
    found, begun = [], span.start
    for match in (_IN_A_QUOTATION if quoted else _IN_A_CLAUSE).finditer(text, span.start, span.end):
        if _outside_quotations(text, span.start, match.start()) and match.start() > begun:
            found.append(Span(start=begun, end=match.start()))
            begun = match.end()
    found.append(Span(start=begun, end=span.end))
    return [one for one in found if one.end > one.start]


def _outside_quotations(text: str, start: int, place: int) -> bool:
    said = text[start:place]
    return said.count("“") <= said.count("”") and said.count('"') % 2 == 0


def _joined(text: str, spans: list[Span]) -> tuple[Span, ...]:
    """Neighbours with nothing but a conjunction between them are one stretch again."""
    joined: list[Span] = []
    for span in spans:
        if joined and _BETWEEN.fullmatch(text, joined[-1].end, span.start):
            joined[-1] = Span(start=joined[-1].start, end=span.end)
        else:
            joined.append(span)
    return tuple(joined)
