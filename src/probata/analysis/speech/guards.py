"""What may be believed of a segment that a model wrote down: what fails is kept with the reason, and is doubtful."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from attrs import frozen

_MOST_LETTERS_A_SECOND = 30
_LEAST_VOICED = 0.25
_SURELY = -0.3
# What models of this family add where nothing is said: they were taught with subtitles. Without case and marks.
_FROM_SUBTITLES = (
    "thanks for watching",
    "thank you for watching",
    "ill see you in the next video",
    "see you in the next video",
    "please subscribe",
    "subscribe to my channel",
    "like and subscribe",
    "субтитры сделал",
    "субтитры создавал",
    "субтитры подогнал",
    "редактор субтитров",
    "продолжение следует",
    "спасибо за просмотр",
    "подписывайтесь на канал",
    "дякую за перегляд",
    "дякуємо за перегляд",
    "дякую за увагу",
    "sous titres réalisés",
    "untertitel der",
    "untertitelung",
    "اشتركوا في القناة",
    "شكرا على المشاهدة",
)


@frozen(kw_only=True)
class Signs:
    """What tells how far a segment may be believed, as the model and the voice detector gave it.

    `voiced` is the share of its time in which a voice is heard; `probability` the mean of its words'; `language` how
    likely the one is that it was written in.
    """

    text: str
    seconds: Fraction
    no_speech: float
    log_probability: float
    compression: float
    voiced: float
    probability: float
    language: float


@frozen(kw_only=True)
class Guards:
    """Bounds past which a segment is doubtful."""

    no_speech: float
    log_probability: float
    compression: float
    probability: float
    language: float

    def doubts(self, signs: Signs) -> tuple[str, ...]:
        """Every reason why this segment is doubtful; none for one that may be shown as speech."""
        return tuple(self._doubts(signs))

    def _doubts(self, signs: Signs) -> Iterator[str]:
        if signs.no_speech > self.no_speech and signs.log_probability < _SURELY:
            yield f"the model holds it to be no speech ({signs.no_speech:.2f})"
        if signs.log_probability < self.log_probability:
            yield f"the model is unsure of what it wrote (log probability {signs.log_probability:.2f})"
        if signs.compression > self.compression:
            yield f"it repeats itself (compression ratio {signs.compression:.1f})"
        if signs.probability < self.probability:
            yield f"its words are unlikely (mean probability {signs.probability:.2f})"
        if signs.language < self.language:
            yield f"its language is unclear: the one that it was written in is likely by {signs.language:.2f} only"
        if signs.voiced < _LEAST_VOICED:
            yield f"a voice is heard in {signs.voiced:.0%} of its time only"
        letters = sum(letter.isalnum() for letter in signs.text)
        if letters > _MOST_LETTERS_A_SECOND * signs.seconds and letters > _MOST_LETTERS_A_SECOND:
            yield f"it has {letters} letters in {float(signs.seconds):.1f} s: more than can be said"
        if any(phrase in plain(signs.text) for phrase in _FROM_SUBTITLES):
            yield "it is a phrase of subtitles, which such models add where nothing is said"


def plain(text: str) -> str:
    """A text without case and marks, its words one space apart."""
    return " ".join(re.sub(r"[^\w\s]", "", text.casefold()).split())
