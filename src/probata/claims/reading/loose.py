"""What a sentence says by its shape where no verb of the list says so: `…, the doctor retorted`, `to X it is`.

A verb that nobody listed stands where a verb of saying would; a noun names what is said; who says it stands in a
phrase. What is found here is proposed only where its words tell a stance.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from attrs import frozen

from probata.claims.reading.acts import Act, Cue, From
from probata.claims.reading.page import Span
from probata.claims.reading.rows import rows
from probata.claims.reading.sentences import Sentence
from probata.claims.reading.tokens import QUOTE, masked

_SHAPES = {
    tongue: tuple(
        (Cue(section.split()[0]), re.compile(line, re.IGNORECASE))
        for section, lines in rows(f"loose.{tongue}.txt")
        for line in lines
    )
    for tongue in ("en", "ru", "uk")
}
_TRIM = " \t\n,;:—–-"
_PRONOUN = re.compile(
    r"(?:he|she|it|they|his|her|its|their|him|them|он|она|они|его|её|ее|их|він|вона|вони|його|її|їх)\b", re.IGNORECASE
)
_WHEN = re.compile(
    r"\W*(?:after|when|while|although|though|if|since|once|before|because|despite|until|unlike|amid|on|in|at|by|as|with)\b",
    re.IGNORECASE,
)
_HAS_VERB = re.compile(
    r"\b(?:is|are|was|were|be|been|has|have|had|did|does|would|will|could|can|shot|took|made|left|came|went|saw|fell|held"
    r"|put|gave|\w{2,}ed)\b"
)
_LONGEST = 600


@frozen(kw_only=True)
class _Found:
    who: tuple[int, int] | None
    verb: tuple[int, int]
    said: tuple[tuple[int, int], ...]
    behind: bool


def loosely(text: str, sentence: Sentence, acts: Sequence[Act], tongue: str) -> list[Act]:
    """The acts that the shape of the sentence tells, beside those that its verbs told."""
    mask = masked(text, sentence)
    if len(mask) > _LONGEST or mask.rstrip().endswith("?"):
        return []
    made: list[Act] = []
    for cue, pattern in _SHAPES[tongue]:
        for match in pattern.finditer(mask):
            found = _read(mask, match, tongue)
            act = None if found is None else _act(cue, sentence, mask, found)
            if act is not None and not any(_meets(act, other) for other in (*acts, *made)):
                made.append(act)
    return sorted(made, key=lambda one: one.verb.start)


def _read(mask: str, match: re.Match[str], tongue: str) -> _Found | None:
    groups = match.groupdict()
    pieces = []
    for name in ("before", "said", "rest"):
        if groups.get(name):
            start, end = match.span(name)
            start += len(mask[start:end]) - len(mask[start:end].lstrip(_TRIM))
            end = start + len(mask[start:end].rstrip(_TRIM + "."))
            if end > start:
                pieces.append((start, end))
    if not pieces:
        return None
    before = groups.get("before")
    if before is not None:
        clause = mask[slice(*pieces[0])]
        if tongue == "en" and QUOTE not in clause and (_WHEN.match(clause) or not _HAS_VERB.search(clause)):
            if not groups.get("rest") or len(pieces) < 2:
                return None
            pieces = pieces[1:]
    who = match.span("who") if groups.get("who") else None
    return _Found(who=who, verb=match.span("verb"), said=tuple(pieces), behind=before is not None)


def _act(cue: Cue, sentence: Sentence, mask: str, found: _Found) -> Act | None:
    at = sentence.start
    spans: list[Span] = []
    quoted = False
    for start, end in found.said:
        inside = [
            one
            for one in sentence.quotations
            if one.speech
            and start - 1 <= one.start - at
            and one.end - at <= end + 3
            and one.inner_end > one.inner_start
        ]
        if inside and not re.search(r"\w", mask[start:end].replace(QUOTE, "")):
            spans += [Span(start=one.inner_start, end=one.inner_end) for one in inside]
            quoted = True
        else:
            spans.append(Span(start=at + start, end=at + end))
    who = "" if found.who is None else mask[slice(*found.who)].strip()
    if found.who is None:
        return _carried(cue, sentence, found, spans)
    if not who or QUOTE in who:
        return None
    start = found.who[0] + len(mask[slice(*found.who)]) - len(mask[slice(*found.who)].lstrip())
    how = From.PRONOUN if _PRONOUN.fullmatch(who) else From.WRITTEN
    return Act(
        cue=cue, verb=Span(start=at + found.verb[0], end=at + found.verb[1]),
        speaker=Span(start=at + start, end=at + start + len(who)), speaker_from=how, content=tuple(spans),
        quoted=quoted, trailing=found.behind, frame=Span(start=sentence.start, end=sentence.end),
    )  # fmt: skip


def _carried(cue: Cue, sentence: Sentence, found: _Found, spans: list[Span]) -> Act:
    """What is told of the one who spoke last: `later calls were not answered`."""
    return Act(
        cue=cue, verb=Span(start=sentence.start + found.verb[0], end=sentence.start + found.verb[1]), speaker=None,
        speaker_from=From.CARRIED, content=tuple(spans), quoted=False,
        frame=Span(start=sentence.start, end=sentence.end),
    )  # fmt: skip


def _meets(one: Act, other: Act) -> bool:
    if one.verb.start < other.verb.end and other.verb.start < one.verb.end:
        return True
    return any(
        span.start < place.end and place.start < span.end
        for span in one.content
        for place in (*other.content, other.verb)
    )
