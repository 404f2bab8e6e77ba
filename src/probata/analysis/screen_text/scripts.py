"""Readings of one line in several languages: which is likeliest, which are close, and what speaks against it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

from attrs import evolve, field, frozen

CYRILLIC, LATIN, ARABIC = "Cyrillic", "Latin", "Arabic"
SCRIPTS = {"rus": CYRILLIC, "ukr": CYRILLIC, "eng": LATIN, "ara": ARABIC}
"""The languages that are tried, as Tesseract names them, and the script of each."""
_NAMES = {"CYRILLIC": CYRILLIC, "LATIN": LATIN, "ARABIC": ARABIC}
_EDGES = " |[]{}_~`«»‹›<>\\/'\"‘’“”.,:;-—–=*°^"
_CLOSING = '.,!?:»)"”'
_A_LETTER = 0.8  # letters that a line must hold for every time it is as wide as it is high
_CLOSE = 0.85  # of the best, from which another language's reading is told beside it
_SURE, _AGREE = 0.9, 2
_MOST_ALTERNATIVES = 3
_LEAST_LETTERS = 2
_SAME_WORD = 0.7  # of the wider of two words, that both cover
_LEAST_WORD = 3  # letters, of a word that may take another's place
# Of 2,620 words of captions read in the script that they are not in, two reach .93; real words mostly do.
_CERTAIN, _RATHER, _SURER, _PLAINLY = 0.93, 0.85, 0.015, 0.2
_UNSURE_WORD, _UNSURE_PART = 0.5, 0.25
_LOOK_ALIKE = frozenset("АВЕКМНОРСТУХІЈЅаеорсухіјѕABEKMHOPCTYXIJSaeopcyxijs")


@frozen(kw_only=True)
class Word:
    """One word of a reading: its text, how sure the reader is of it, and from where to where it stands, in pixels."""

    text: str
    confidence: float
    left: int
    right: int


@frozen(kw_only=True)
class Candidate:
    """One reading: in which language, of which preparation, how sure the reader is, and its weight beside others."""

    text: str
    language: str
    preparation: str
    confidence: float
    weight: float
    words: tuple[Word, ...] = ()

    @property
    def script(self) -> str:
        """The script that its language is written in; several where words of another were put in."""
        return ", ".join(dict.fromkeys(SCRIPTS[language] for language in self.language.split("+")))


@frozen(kw_only=True)
class Chosen:
    """The likeliest reading, the best of other languages where they are close, and every doubt."""

    best: Candidate
    alternatives: tuple[Candidate, ...] = ()
    doubts: tuple[str, ...] = field(default=())


def candidate(
    text: str, language: str, preparation: str, confidence: float, aspect: float, words: tuple[Word, ...] = ()
) -> Candidate:
    """A reading with its weight: less where letters are of another script, or far fewer than the line is wide."""
    plain = cleaned(text)
    letters = [one for one in plain if one.isalpha()]
    own = sum(script_of(one) == SCRIPTS[language] for one in letters)
    told = sum(one.isalnum() for one in plain)
    fitting = own / len(letters) if letters else float(told > 0)
    enough = min(1.0, told / max(1.0, _A_LETTER * aspect))
    return Candidate(
        text=plain,
        language=language,
        preparation=preparation,
        confidence=confidence,
        weight=confidence * fitting * enough,
        words=words,
    )


def chosen(candidates: Sequence[Candidate], *, least_confidence: float) -> Chosen | None:
    """The reading to tell; None where no reading holds a letter or digit."""
    told = [one for one in candidates if any(letter.isalnum() for letter in one.text)]
    if not told:
        return None
    ranked = sorted(told, key=lambda one: (-one.weight, one.language, one.preparation))
    best = _mixed(ranked[0], ranked)
    alternatives: dict[str, Candidate] = {}
    for one in ranked[1:]:
        close = one.weight >= _CLOSE * best.weight and one.language not in best.language.split("+")
        if close and one.text != best.text and one.text not in {other.text for other in alternatives.values()}:
            alternatives.setdefault(one.language, one)
    return Chosen(
        best=best,
        alternatives=tuple(alternatives.values())[:_MOST_ALTERNATIVES],
        doubts=(*_doubts(best, least_confidence), *_other_scripts(best, ranked)),
    )


def is_settled(candidates: Iterable[Candidate]) -> bool:
    """Whether two preparations gave one and the same reading, surely, so that no more need be tried."""
    sure: dict[str, set[str]] = {}
    for one in candidates:
        if one.weight >= _SURE:
            sure.setdefault(one.text, set()).add(one.preparation)
    return any(len(preparations) >= _AGREE for preparations in sure.values())


def cleaned(text: str) -> str:
    """The text in logical order, without marks of direction, and without what edges of a picture are read as."""
    plain = "".join(one for one in text if unicodedata.category(one) not in {"Cf", "Cc", "Cs", "Co", "Cn"})
    words = " ".join(plain.split())
    core = words.strip(_EDGES)
    end = words.find(core) + len(core) if core else 0
    return core + (words[end] if core and end < len(words) and words[end] in _CLOSING else "")


def script_of(letter: str) -> str:
    """The script of a letter; empty for one of a script that nobody here reads."""
    return _NAMES.get(unicodedata.name(letter, "").split(" ")[0], "")


def direction(text: str) -> str:
    """`rtl` where the first letter with a direction is written from the right (Unicode, UAX #9, P2 and P3)."""
    for letter in text:
        told = unicodedata.bidirectional(letter)
        if told in {"R", "AL"}:
            return "rtl"
        if told == "L":
            return "ltr"
    return "ltr"


def alike(one: str, other: str) -> float:
    """How alike two texts are, 0 to 1: one less the part of letters that must be changed."""
    ours, theirs = one.casefold(), other.casefold()
    if not ours or not theirs:
        return float(ours == theirs)
    row = list(range(len(theirs) + 1))
    for number, letter in enumerate(ours, 1):
        before, row[0] = row[0], number
        for column, mark in enumerate(theirs, 1):
            before, row[column] = row[column], min(row[column] + 1, row[column - 1] + 1, before + (letter != mark))
    return 1 - row[-1] / max(len(ours), len(theirs))


def _mixed(best: Candidate, others: Sequence[Candidate]) -> Candidate:
    """The reading with the words of another script put in that stand in the line, as names in a Cyrillic one do.

    A line is mixed only where each of two languages is surer of some word: of one plainly, of another at all.
    """
    for other in others:
        if other.preparation != best.preparation or {best.script, other.script} != {CYRILLIC, LATIN}:
            continue
        pairs = [(ours, theirs) for ours in best.words for theirs in other.words if _is_at(ours, theirs)]
        surer = {ours: theirs for ours, theirs in pairs if _is_surer(theirs, ours, other.script)}
        plainly = any(ours.confidence > theirs.confidence + _PLAINLY for ours, theirs in pairs)
        if not surer or not (
            plainly or any(one.confidence > ours.confidence + _PLAINLY for ours, one in surer.items())
        ):
            continue
        if not any(ours not in surer and len(_letters(ours.text)) >= _LEAST_WORD for ours in best.words):
            continue
        words = tuple(surer.get(word, word) for word in best.words)
        return evolve(
            best,
            text=cleaned(" ".join(word.text for word in words)),
            language=f"{best.language}+{other.language}",
            confidence=sum(word.confidence for word in words) / len(words),
            words=words,
        )
    return best


def _other_scripts(best: Candidate, others: Sequence[Candidate]) -> Iterable[str]:
    """A doubt where a word of the line is read more surely in Arabic script, or out of it: such lines are not mixed."""
    for other in others:
        if other.preparation != best.preparation or (ARABIC in best.script) == (other.script == ARABIC):
            continue
        if any(
            theirs.confidence >= max(_RATHER, ours.confidence + _PLAINLY / 2)
            and len(_letters(theirs.text)) >= _LEAST_WORD
            and all(script_of(letter) == other.script for letter in _letters(theirs.text))
            and _is_at(ours, theirs)
            for ours in best.words
            for theirs in other.words
        ):
            yield f"a part of it may be in {other.script} script"
            return


def _is_at(one: Word, other: Word) -> bool:
    shared = min(one.right, other.right) - max(one.left, other.left)
    return shared >= _SAME_WORD * max(one.right - one.left, other.right - other.left)


def _is_surer(theirs: Word, ours: Word, script: str) -> bool:
    letters = _letters(theirs.text)
    if len(letters) < _LEAST_WORD or any(script_of(letter) != script for letter in letters):
        return False
    # Words of letters that look alike in both scripts stay as they are: nothing on the picture tells which they are.
    told_apart = any(letter not in _LOOK_ALIKE for letter in letters)
    return told_apart and theirs.confidence >= max(_CERTAIN, ours.confidence + _SURER)


def _letters(text: str) -> list[str]:
    return [one for one in text if one.isalpha()]


def _doubts(best: Candidate, least_confidence: float) -> Iterable[str]:
    if best.confidence < least_confidence:
        yield f"the reader is unsure: {best.confidence:.2f}"
    elif best.weight < least_confidence:
        yield "fewer letters than so wide a line would hold, or letters of another script"
    unsure = sum(len(word.text) for word in best.words if word.confidence < _UNSURE_WORD)
    if unsure > _UNSURE_PART * sum(len(word.text) for word in best.words):
        yield "the reader is unsure of some of its words"
    if sum(letter.isalnum() for letter in best.text) < _LEAST_LETTERS:
        yield "a single letter or digit"
    mixed = [word for word in best.text.split() if len({script_of(one) for one in word if one.isalpha()} - {""}) > 1]
    if mixed:
        yield "letters of two scripts in one word"
