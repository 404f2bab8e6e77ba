"""Reading plain data from outside into value objects: every field is asked for by name and type, none is guessed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from enum import Enum
from fractions import Fraction
from typing import TypeVar

from probata.terms.errors import InvalidValue

_Member = TypeVar("_Member", bound=Enum)


def fields(
    untrusted: object, *, what: str, required: AbstractSet[str], optional: AbstractSet[str] = frozenset()
) -> Mapping[str, object]:
    """The object's fields, if it is one and has all that are required and none that we do not know.

    An unknown field is refused: it may change what the others mean.
    """
    if not isinstance(untrusted, dict):
        raise InvalidValue(what=what, why="it must be an object with named fields")
    missing = sorted(required - untrusted.keys())
    if missing:
        raise InvalidValue(what=what, why=f"it lacks {', '.join(missing)}")
    unknown = sorted(str(key) for key in untrusted.keys() - required - optional)
    if unknown:
        raise InvalidValue(what=what, why=f"it has fields that are not known here: {', '.join(unknown)}")
    return untrusted


def text(given: Mapping[str, object], name: str) -> str:
    """The field as a text."""
    value = given[name]
    if not isinstance(value, str):
        raise InvalidValue(what=f"The field {name}", why="it must be a text")
    return value


def whole_number(given: Mapping[str, object], name: str) -> int:
    """The field as a whole number; `true` is not 1, and 2.0 is not 2."""
    value = given[name]
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidValue(what=f"The field {name}", why="it must be a whole number")
    return value


def number(given: Mapping[str, object], name: str) -> float:
    """The field as a finite number."""
    value = given[name]
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise InvalidValue(what=f"The field {name}", why="it must be a finite number")
    return float(value)


def truth(given: Mapping[str, object], name: str) -> bool:
    """The field as true or false, nothing that merely resembles them."""
    value = given[name]
    if not isinstance(value, bool):
        raise InvalidValue(what=f"The field {name}", why="it must be true or false")
    return value


def rows(given: Mapping[str, object], name: str) -> list[object]:
    """The field as a list."""
    value = given[name]
    if not isinstance(value, list):
        raise InvalidValue(what=f"The field {name}", why="it must be a list")
    return value


def word(given: Mapping[str, object], name: str, words: type[_Member]) -> _Member:
    """The field as one of the words of this list."""
    value = text(given, name)
    for member in words:
        if member.value == value:
            return member
    known = ", ".join(str(member.value) for member in words)
    raise InvalidValue(what=f"The word {value!r} in {name}", why=f"it must be one of: {known}")


def ratio(given: Mapping[str, object], name: str) -> Fraction:
    """The field as an exact ratio written `1/90000`, in lowest terms."""
    value = text(given, name)
    top, _slash, bottom = value.partition("/")
    try:
        exact = Fraction(int(top), int(bottom))
    except (ValueError, ZeroDivisionError) as error:
        raise InvalidValue(what=f"The ratio {value!r}", why="it must read like 1/90000") from error
    if written_ratio(exact) != value:
        raise InvalidValue(what=f"The ratio {value!r}", why=f"in lowest terms it reads {written_ratio(exact)}")
    return exact


def written_ratio(exact: Fraction) -> str:
    """The ratio as `ratio` reads it: `1/90000`, and `3/1` for a whole number."""
    return f"{exact.numerator}/{exact.denominator}"
