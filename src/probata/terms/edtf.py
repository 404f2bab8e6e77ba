"""The notation of uncertain dates that others use: EDTF, as in ISO 8601-2:2019 and the Library of Congress profile.

For exchange only: what it cannot say is kept in our own times. In the words of that profile (4 February 2019): level 0
is supported but for the year 0000; of level 1, intervals with open and unknown ends, the qualifiers `?` `~` `%` on
whole dates, and unspecified digits `X` from the right; of level 2, one range of alternatives `[a..b]`. Everything else
(seasons, years before 0001 or after 9999, qualified parts, other sets) is refused, never half read.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, datetime
from enum import Enum

from attrs import field, frozen

from probata.terms.errors import InvalidValue
from probata.terms.times import End


class Qualifier(Enum):
    """What the writer of a date says about it as a whole (ISO 8601-2)."""

    NONE = ""
    UNCERTAIN = "?"
    """The source itself may be wrong."""
    APPROXIMATE = "~"
    """About then; EDTF does not say how far about."""
    BOTH = "%"
    """About then, and the source may be wrong."""

    @property
    def approximate(self) -> bool:
        """Whether the date may lie outside itself."""
        return self in {Qualifier.APPROXIMATE, Qualifier.BOTH}

    @property
    def uncertain(self) -> bool:
        """Whether the source doubts itself."""
        return self in {Qualifier.UNCERTAIN, Qualifier.BOTH}


# Level 1: digits are unspecified from the right only, and nothing specified follows them.
_DATE = re.compile(r"\d{2}XX|\d{3}X|\d{4}(-XX(-XX)?|-\d\d(-(\d\d|XX))?)?")
_WALL = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
_OFFSET = re.compile(r"Z|[+-]\d\d(:\d\d)?")
_WALL_LENGTH = len("2022-03-30T14:05:09")


def _is_a_date(_date: EdtfDate, _attribute: object, value: str) -> None:
    if not _DATE.fullmatch(value):
        raise InvalidValue(
            what=f"The EDTF date {value!r}", why="it must read like 2022, 2022-03-30, 202X or 2022-03-XX"
        )
    lowest = value.replace("-XX", "").replace("X", "0")
    try:
        date.fromisoformat((lowest + "-01-01")[:10])
    except ValueError as error:
        # Year 0000 is 1 BC in ISO 8601, which this program's calendar cannot hold.
        raise InvalidValue(what=f"The EDTF date {value!r}", why=str(error)) from error


@frozen(kw_only=True)
class EdtfDate:
    """A date as EDTF writes it: `2022`, `2022-03`, `2022-03-30`, `202X`, `2022-03-XX`, and its qualifier."""

    digits: str = field(validator=_is_a_date)
    qualifier: Qualifier = Qualifier.NONE

    @property
    def first_day(self) -> date:
        """The first day that it may mean, its qualifier aside."""
        return date.fromisoformat((self.digits.replace("-XX", "").replace("X", "0") + "-01-01")[:10])

    @property
    def last_day(self) -> date:
        """The last day that it may mean, its qualifier aside."""
        year, *rest = self.digits.replace("-XX", "").replace("X", "9").split("-")
        month = int(rest[0]) if rest else 12
        day = int(rest[1]) if len(rest) > 1 else monthrange(int(year), month)[1]
        return date(int(year), month, day)

    def __str__(self) -> str:
        return self.digits + self.qualifier.value


@frozen(kw_only=True)
class EdtfSecond:
    """A date with a time of day, to the second: `wall` on the clock, and its offset from UTC where one is written."""

    wall: str = field()
    offset: str = field(default="")

    @wall.validator
    def _on_the_clock(self, _attribute: object, value: str) -> None:
        if not _WALL.fullmatch(value):
            raise InvalidValue(what=f"The EDTF time {value!r}", why="it must read like 2022-03-30T14:05:09")
        try:
            datetime.fromisoformat(value)
        except ValueError as error:
            raise InvalidValue(what=f"The EDTF time {value!r}", why=str(error)) from error

    @offset.validator
    def _an_offset(self, _attribute: object, value: str) -> None:
        if value and not _OFFSET.fullmatch(value):
            raise InvalidValue(what=f"The EDTF offset {value!r}", why="it must read like Z, +03 or +03:00")

    def __str__(self) -> str:
        return self.wall + self.offset


def _in_order(start: EdtfDate | End, end: EdtfDate | End) -> None:
    if isinstance(start, End) and isinstance(end, End):
        raise InvalidValue(what="An EDTF interval", why="with no date at either end it says nothing")
    if isinstance(start, EdtfDate) and isinstance(end, EdtfDate) and end.last_day < start.first_day:
        raise InvalidValue(what=f"The EDTF interval {start} to {end}", why="it ends before it starts")


@frozen(kw_only=True)
class EdtfInterval:
    """From sometime in one date to sometime in another, `start/end`; an end may be open (`..`) or unknown (nothing)."""

    start: EdtfDate | End
    end: EdtfDate | End = field()

    @end.validator
    def _forward(self, _attribute: object, value: EdtfDate | End) -> None:
        _in_order(self.start, value)

    def __str__(self) -> str:
        return f"{_written_end(self.start)}/{_written_end(self.end)}"


@frozen(kw_only=True)
class EdtfOneOf:
    """At one of the dates from `start` through `end`, `[start..end]`; an end may be open (level 2)."""

    start: EdtfDate | End
    end: EdtfDate | End = field()

    @end.validator
    def _forward(self, _attribute: object, value: EdtfDate | End) -> None:
        _in_order(self.start, value)
        for one in (self.start, value):
            if one is End.UNKNOWN:
                raise InvalidValue(what="An EDTF set", why="its ends are dates or open, not unknown")
            if isinstance(one, EdtfDate) and (one.qualifier is not Qualifier.NONE or "X" in one.digits):
                raise InvalidValue(what=f"The date {one} in an EDTF set", why="only plain dates are read there")

    def __str__(self) -> str:
        start = "" if isinstance(self.start, End) else str(self.start)
        end = "" if isinstance(self.end, End) else str(self.end)
        return f"[{start}..{end}]"


Edtf = EdtfDate | EdtfSecond | EdtfInterval | EdtfOneOf


def read_edtf(untrusted_text: str) -> Edtf:
    """Read one EDTF expression of the subset above; `str` of what is returned writes it back as it was.

    Raises `InvalidValue` for everything else.
    """
    if not untrusted_text.isascii():
        raise InvalidValue(what=f"The EDTF text {untrusted_text!r}", why="EDTF is written in ASCII")
    if untrusted_text.startswith("["):
        return _read_one_of(untrusted_text)
    start, slash, end = untrusted_text.partition("/")
    if slash:
        return EdtfInterval(start=_read_end(start), end=_read_end(end))
    if "T" in untrusted_text:
        return EdtfSecond(wall=untrusted_text[:_WALL_LENGTH], offset=untrusted_text[_WALL_LENGTH:])
    return _read_date(untrusted_text)


def _read_date(untrusted_text: str) -> EdtfDate:
    marks = [mark for mark in Qualifier if mark.value and untrusted_text.endswith(mark.value)]
    if marks:
        return EdtfDate(digits=untrusted_text[:-1], qualifier=marks[0])
    return EdtfDate(digits=untrusted_text)


def _read_end(untrusted_text: str) -> EdtfDate | End:
    if untrusted_text == "..":
        return End.OPEN
    return _read_date(untrusted_text) if untrusted_text else End.UNKNOWN


def _written_end(end: EdtfDate | End) -> str:
    if isinstance(end, EdtfDate):
        return str(end)
    return ".." if end is End.OPEN else ""


def _read_one_of(untrusted_text: str) -> EdtfOneOf:
    inside = untrusted_text[1:-1]
    start, dots, end = inside.partition("..")
    if not untrusted_text.endswith("]") or not dots or "," in inside:
        raise InvalidValue(what=f"The EDTF set {untrusted_text!r}", why="only one range of dates, [a..b], is read here")
    return EdtfOneOf(
        start=_read_date(start) if start else End.OPEN,
        end=_read_date(end) if end else End.OPEN,
    )
