"""Blocks as sentences, and what stands in quotation marks; a quotation is never cut in the middle."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from attrs import field, frozen

from probata.claims.reading.page import Block
from probata.claims.reading.rows import sets
from probata.claims.reading.slavic_words import WORDS

_CLOSES = {"“": "”“", "„": "“”", "«": "»", '"': '"', "‘": "’", "‹": "›", "”": "”"}
_WORDS = re.compile(r"[^\W\d_]+(?:[’'\-][^\W\d_]+)*")
_ENDS_INSIDE = re.compile(r"[.,!?…][”“»\"’›)\]]?$")
_AFTER_SPEECH = re.compile(r"\s*,?\s*[—–]\s|\s*,\s")
# Quotation marks around so few words, with no full stop or comma inside, are a name, a title or an emphasis.
_FEWEST_WORDS_OF_SPEECH = 6

_LONGEST_QUOTATION = 6_000
# Behind so many marks that open and never close, a block is not prose.
_MOST_UNCLOSED = 100

_ABBREVIATIONS = sets("abbreviations.txt")["abbreviations"]
_STOP = re.compile(r"[.!?…]+[”“»\"’›)\]]*(?=\s+)")
_VERB_AFTER_A_QUESTION = re.compile(
    r"(?:(?:the|a|an|his|her) )?(?:[\w’'.-]+ ){1,5}(?:said|asked|wrote|told|says|added|replied|shouted)\b",
    re.IGNORECASE,
)
# «А, — сказала она. — Б»: who speaks stands inside the marks, as Russian and Ukrainian set it.
_INSERTED = re.compile(
    r"(?P<mark>,|[!?…]+|\.\.\.)\s+[—–]\s+(?P<said>[а-яёіїєґ][^«»„“”—–]{2,200}?)(?:[.,!?:]\s+[—–]\s+|[.]?$)"
)
_SAID_SO = re.compile(
    r"(?:[\w-]+\s+){0,3}?\w+(?:[ліув]ся|лась|лася|лись|лися|[аиеёуо]л[аи]?|ли|ла|[аиіу]в|ить|[аяу]є|[еи]т|ют|ють|ят|ять)\b"
)
_DIALOGUE = re.compile(r"[—–]\s+")
_DIALOGUE_ENDS = re.compile(r"[,!?…]\s+[—–]\s+(?=[^\W\d_])")


@frozen(kw_only=True)
class Quotation:
    """What stands in quotation marks, marks included; `speech` where it is what somebody said and no name or title."""

    start: int
    end: int
    inner_start: int
    inner_end: int
    speech: bool


@frozen(kw_only=True)
class Sentence:
    """One sentence, the block that it stands in, and the quotations inside it."""

    start: int
    end: int
    block: int
    quotations: tuple[Quotation, ...] = field(factory=tuple)


def sentences_of(text: str, blocks: Sequence[Block]) -> list[Sentence]:
    """Every sentence of the blocks that are no furniture, in the order of the page."""
    found = []
    of_article = [(number, block) for number, block in enumerate(blocks) if not block.furniture_because]
    for place, (number, block) in enumerate(of_article):
        if block.tag in {"h2", "h3", "h4", "h5", "h6"}:
            continue
        following = of_article[place + 1][1] if place + 1 < len(of_article) else None
        goes_on = following is not None and text[following.start] in '“«"„‘'
        quotations = quotations_of(text, block.start, block.end, goes_on=goes_on)
        starts = [one.start for one in quotations]
        for start, end in _stretches(text, block.start, block.end, quotations):
            inside = tuple(quotations[k] for k in range(bisect_right(starts, start - 1), bisect_right(starts, end - 1)))
            found.append(Sentence(start=start, end=end, block=number, quotations=inside))
    return found


def quotations_of(text: str, start: int, end: int, *, goes_on: bool = False) -> list[Quotation]:
    """What stands in quotation marks between two places; with `goes_on`, one may be closed in a later block.

    The outermost marks count. A mark that is never closed opens nothing, unless the next block opens again.
    """
    found: list[Quotation] = []
    dialogue = _dialogue(text, start, end)
    if dialogue:
        return dialogue
    position, failed = start, 0
    while position < end and failed < _MOST_UNCLOSED:
        character = text[position]
        if not _opens(text, position, start):
            position += 1
            continue
        close = _close(text, position, end, character)
        if close < 0 and goes_on and not any(mark in text[position + 1 : end] for mark in _CLOSES[character]):
            found.append(_quotation(text, position, end, end, speech=True))
            break
        if close < 0:
            position += 1
            failed += 1
            continue
        found += _parted(text, position, close) or [_quotation(text, position, close + 1, close, speech=None)]
        position = close + 1
    return found


def _dialogue(text: str, start: int, end: int) -> list[Quotation]:
    """Speech behind a dash at the head of a block, as Russian and Ukrainian set it."""
    opening = _DIALOGUE.match(text, start, end)
    if opening is None:
        return []
    stop = _DIALOGUE_ENDS.search(text, opening.end(), end)
    if stop is None:
        return []
    found = [_quotation(text, opening.end(), stop.start() + 1, stop.start() + 1, speech=True, marks=0)]
    again = re.compile(r"[.]\s+[—–]\s+").search(text, stop.end(), end)
    if again:
        found.append(_quotation(text, again.end(), end, end, speech=True, marks=0))
    return found


def _parted(text: str, start: int, close: int) -> list[Quotation]:
    """The pieces of a quotation inside whose marks it is told who says it; none where nothing is told."""
    inner = text[start + 1 : close]
    found: list[Quotation] = []
    begun = start
    for match in _INSERTED.finditer(inner):
        said = match["said"]
        telling = any(cue.search(said) for words in WORDS.values() for _, cue in words.cues)
        if not telling and _SAID_SO.match(said) is None:
            continue
        stop = start + 1 + (match.start() if match["mark"] == "," else match.end("mark"))
        end = start + 1 + match.end("mark")
        found.append(_quotation(text, begun, end, stop, speech=True, marks=int(begun == start)))
        begun = start + 1 + match.end()
    if found and begun < close:
        found.append(_quotation(text, begun, close + 1, close, speech=True, marks=0))
    return found


def _opens(text: str, position: int, start: int) -> bool:
    character = text[position]
    if character not in _CLOSES or character == "”":
        return False
    before = text[position - 1] if position > start else " "
    if character in '"‘“':
        return not before.isalnum() and position + 1 < len(text) and not text[position + 1].isspace()
    return True


def _close(text: str, position: int, end: int, opening: str) -> int:
    depth = 0
    for place in range(position + 1, min(end, position + _LONGEST_QUOTATION)):
        character = text[place]
        if opening == "«" and character == "«":
            depth += 1
        elif character in _CLOSES[opening]:
            if opening == "‘" and place + 1 < end and text[place + 1].isalnum():
                continue
            if opening == "“" and character == "“" and not text[place - 1].isalnum() and text[place - 1] not in ".,!?…":
                continue
            if depth == 0:
                return place
            depth -= 1
    return -1


def _quotation(text: str, start: int, end: int, inner_end: int, *, speech: bool | None, marks: int = 1) -> Quotation:
    inner_start = start + marks
    if speech is None:
        inner = text[inner_start:inner_end]
        words = len(_WORDS.findall(inner))
        ended = _ENDS_INSIDE.search(inner) is not None
        before = text[max(0, start - 2) : start]
        # Behind a noun a short quotation is its name: `the group «Справедливость сейчас», which …`.
        alone = before.strip()[-1:] in {"", *".,:!?—–»”"}
        follows = alone and _AFTER_SPEECH.match(text, end, min(len(text), end + 6)) is not None
        speech = words >= _FEWEST_WORDS_OF_SPEECH or ended or ": " in before or (follows and words > 1)
        # `«…», — сказал он`: a comma and a dash stand behind speech alone.
        speech = speech or re.match(r",\s*[—–]", text[end : end + 4]) is not None
    return Quotation(start=start, end=end, inner_start=inner_start, inner_end=inner_end, speech=bool(speech))


def _stretches(text: str, start: int, end: int, quotations: Sequence[Quotation]) -> list[tuple[int, int]]:
    found = []
    begun = start
    starts = [one.start for one in quotations]
    for stop in _STOP.finditer(text, start, end):
        at = stop.end()
        # The full stop of a quotation that ends here stands inside it.
        around = bisect_right(starts, stop.start()) - 1
        inside = quotations[around] if around >= 0 else None
        if inside is not None and inside.start <= stop.start() < inside.end and at < inside.end:
            continue
        if _is_end(text, begun, stop, end, in_quotation=inside is not None and stop.start() < inside.end):
            found.append((begun, at))
            begun = _past_space(text, at, end)
    if begun < end:
        found.append((begun, end))
    return [(a, b) for a, b in found if b > a]


def _is_end(text: str, begun: int, stop: re.Match[str], end: int, *, in_quotation: bool) -> bool:
    at = stop.end()
    after = text[at : min(end, at + 120)].lstrip()
    if not after:
        return True
    if in_quotation and re.search(r"[!?…]", stop[0]) and _VERB_AFTER_A_QUESTION.match(after):
        return False
    first = after[0]
    if first in "—–":
        return not in_quotation and re.match(r"[—–]\s+[A-ZА-ЯЁІЇЄҐ“«]", after) is not None
    if not (first.isupper() or first.isdigit() or first in '“«"„‘([•'):
        return False
    return not stop[0].startswith(".") or in_quotation or not _is_abbreviation(text, begun, stop.start())


def _is_abbreviation(text: str, begun: int, stop: int) -> bool:
    """Whether the full stop belongs to the word before it: `Gen.`, `U.S.`, an initial, «в г. Бренна»."""
    word = re.search(r"[\w.\-]+$", text[max(begun, stop - 12) : stop])
    last = word[0].lower() if word else ""
    if last == "г":
        return re.search(r"\b(?:в|из|под|около|у)\s+$", text[max(begun, stop - 8) : stop - 1]) is not None
    return last in _ABBREVIATIONS or (len(last) == 1 and last.isalpha() and word is not None and word[0].isupper())


def _past_space(text: str, position: int, end: int) -> int:
    while position < end and text[position].isspace():
        position += 1
    return position
