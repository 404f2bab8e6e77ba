"""The words of dates in English, Russian and Ukrainian, and the expressions that find them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from probata.claims.reading.rows import rows

WEEKDAYS: dict[str, tuple[str, ...]] = {
    "en": ("mon", "tue", "wed", "thu", "fri", "sat", "sun"),
    "ru": ("понедельник", "вторник", "сред", "четверг", "пятниц", "суббот", "воскресень"),
    "uk": ("понеділ", "вівтор", "серед", "четвер", "п[’'ʼ]?ятниц", "субот", "неділ"),
}
MONTHS: dict[str, tuple[str, ...]] = {
    "en": ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"),
    "ru": (
        "январ",
        "феврал",
        "март",
        "апрел",
        "ма[йяе]",
        "июн",
        "июл",
        "август",
        "сентябр",
        "октябр",
        "ноябр",
        "декабр",
    ),
    "uk": ("січ", "лют", "берез", "квіт", "трав", "черв", "лип", "серп", "верес", "жовт", "листопад", "груд"),
}
_COUNTS = {
    "en": ["a", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"],
    "ru": [
        "один",
        "два",
        "три",
        "четыре",
        "пять",
        "шесть",
        "семь",
        "восемь",
        "девять",
        "десять",
        "одиннадцать",
        "двенадцать",
    ],
    "uk": [
        "один",
        "два",
        "три",
        "чотири",
        "п’ять",
        "шість",
        "сім",
        "вісім",
        "дев’ять",
        "десять",
        "одинадцять",
        "дванадцять",
    ],
}
_NUMERIC = (
    r"(?<![\d.])(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)(?![\d-])",
    r"(?<![\d.])(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})(?!\d)",
)

BACK = r"earlier|before|ранее|раньше|до этого|до того|до\s|раніше|до цього"
"""What counts backwards from something else."""


def _patterns(tongue: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    told = [(line, meaning) for meaning, lines in rows(f"dates.{tongue}.txt") for line in lines]
    # English months are written with a capital; `may` and `march` are other words.
    return tuple(
        (re.compile(line, 0 if tongue == "en" and meaning == "calendar" else re.IGNORECASE), meaning)
        for line, meaning in (*((line, "numeric") for line in _NUMERIC), *told)
    )


PATTERNS: dict[str, tuple[tuple[re.Pattern[str], str], ...]] = {
    tongue: _patterns(tongue) for tongue in ("en", "ru", "uk")
}
"""By language, the expressions that find dates, and what each means."""


def number_of(written: str, stems: Sequence[str]) -> int | None:
    """Which of the stems the word begins with."""
    return next((n for n, stem in enumerate(stems) if re.match(stem, written.lower())), None)


def count_of(written: str | None, tongue: str) -> int | None:
    """The count in figures or words; none is one, as in «неделю назад»."""
    if written is None or written.lower() in {"an", "a"}:
        return 1
    low = written.lower().replace("'", "’")
    if low.isdigit():
        return int(low)
    if low in {"две", "дві"}:
        return 2
    counts = [word for word in _COUNTS[tongue] if word != "a"]
    return counts.index(low) + 1 if low in counts else None


def days_of(unit: str) -> int:
    """About how many days a unit has."""
    if re.match(r"week|недел|тиж", unit):
        return 7
    if re.match(r"month|месяц|місяц", unit):
        return 30
    return 365 if re.match(r"year|год|лет|рік|рок", unit) else 1


def unit_of(written: str) -> str | None:
    """Week, weekend, month or year."""
    low = written.lower()
    for unit, pattern in (
        ("weekend", "weekend|выходн|вихідн"),
        ("week", "week|недел|тиж"),
        ("month", "month|месяц|місяц"),
        ("year", "year|год|рок"),
    ):
        if re.match(pattern, low):
            return unit
    return None


def which_of(written: str) -> str:
    """The one that runs, or the last."""
    return "last" if re.match(r"last|the previous|прошл|минув|минул", written.lower()) else "this"


def part_of_month(part: str, length: int) -> tuple[int, int, str]:
    """First and last day of `early`, `mid`, `late`, and the words that say how that was taken."""
    if re.search(r"early|beginning|first|начал|перв|почат|перш", part):
        return 1, 12, ", its first twelve days"
    if re.search(r"late|end|last|конце|последн|наприкін|останн", part):
        return 18, length, ", from its 18th day on"
    if re.search(r"mid|серед", part):
        return 8, 23, ", its 8th to 23rd day"
    return 1, length, ", the whole month"
