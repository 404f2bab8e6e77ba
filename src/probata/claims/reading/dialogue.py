"""Interviews and transcripts: who speaks where a paragraph begins with `Q:`, `A:`, or a name and a colon."""

from __future__ import annotations

import re
from collections.abc import Sequence

from attrs import frozen

from probata.claims.reading.acts import Act, Cue, From
from probata.claims.reading.page import Block, Span
from probata.claims.reading.sentences import Sentence

_TURN = re.compile(
    r"\s*[–—-]?\s?(?P<who>(?:Q|A|Question|Answer|QUESTION|ANSWER)(?=\s?[:.])"
    r"|[A-Z][\w’'.-]*(?: [A-Z][\w’'.-]*| of| the| de| van){0,5})"
    r"(?: \([^()]{1,60}\))?\s?[:.]\s+(?=[A-Z“\"‘])"
)
_ASKS = re.compile(r"(?:q|question|reporter|journalist|interviewer|moderator|host|chair)\b", re.IGNORECASE)
_ANSWERS = re.compile(r"(?:a|answer)$", re.IGNORECASE)
_FEWEST_QUESTIONS, _FEWEST_TURNS = 2, 4


@frozen(kw_only=True)
class Turn:
    """One paragraph of a dialogue: whose it is, and where the label ends."""

    who: Span
    begins: int
    asks: bool
    answers: bool


def turns_in(text: str, blocks: Sequence[Block]) -> dict[int, Turn]:
    """The turns of a dialogue by the number of their block; none where the page is no dialogue."""
    found: dict[int, Turn] = {}
    for number, block in enumerate(blocks):
        match = None if block.furniture_because else _TURN.match(text, block.start, block.end)
        if match is None or (text[match.end() - 2 : match.end() - 1] == "." and len(match["who"]) > 1):
            continue
        asked = _ASKS.match(match["who"]) is not None or text[block.start : block.end].rstrip().endswith("?")
        found[number] = Turn(
            who=Span(start=match.start("who"), end=match.end("who")), begins=match.end(), asks=asked,
            answers=_ANSWERS.match(match["who"]) is not None,
        )  # fmt: skip
    names = [text[turn.who.start : turn.who.end] for turn in found.values()]
    questions = sum(turn.asks for turn in found.values())
    dialogue = questions >= _FEWEST_QUESTIONS and len(found) >= _FEWEST_TURNS and len(set(names)) < len(names)
    return found if dialogue else {}


def spoken(text: str, sentence: Sentence, turn: Turn) -> list[Act]:
    """The sentence as what the one whose turn it is says; nothing where it asks."""
    start = max(sentence.start, turn.begins)
    if turn.asks or start >= sentence.end or text[start : sentence.end].rstrip().endswith("?"):
        return []
    speaker = None if turn.answers else turn.who
    return [
        Act(
            cue=Cue.SAY, verb=turn.who, speaker=speaker, speaker_from=From.CARRIED if turn.answers else From.WRITTEN,
            content=(Span(start=start, end=sentence.end),), quoted=True,
            frame=Span(start=sentence.start, end=sentence.end),
        )
    ]  # fmt: skip
