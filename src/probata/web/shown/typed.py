"""Reading what was typed into the fields of a calculator: texts, lines, numbers; empty fields are not given."""

from __future__ import annotations

import math

from django.http import QueryDict

from probata.terms.errors import InvalidValue

_LONGEST = 4_000
_DIGITS = 16


def text(given: QueryDict, name: str) -> str:
    """What stands in the field, without blanks around it."""
    return _whole(given.get(name, ""), name).strip()


def _whole(written: str, name: str) -> str:
    if len(written) > _LONGEST:
        raise InvalidValue(what=f"The field {name}", why=f"it holds more than {_LONGEST} characters")
    return written


def entry(given: QueryDict, name: str) -> int | None:
    """The number of an entry of the ledger that a page sent along; None where it sent none, or what is none."""
    untrusted = given.get(name, "")
    return int(untrusted) if untrusted.isascii() and untrusted.isdecimal() and len(untrusted) < _DIGITS else None


def lines(given: QueryDict, name: str) -> list[str]:
    """The lines of the field, without blanks around them and without empty ones; a field given again counts too."""
    written = [line.strip() for one in given.getlist(name) for line in _whole(one, name).splitlines()]
    return [line for line in written if line]


def number(given: QueryDict, name: str, called: str) -> float | None:
    """The number in the field, a comma read as a point; None for an empty one. Raises `InvalidValue` for others."""
    written = text(given, name)
    if not written:
        return None
    try:
        value = float(written.replace(",", ".").replace("\N{MINUS SIGN}", "-"))
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise InvalidValue(what=f"The {called}", why=f"it must be a number such as 12.5, not {written!r}")
    return value
