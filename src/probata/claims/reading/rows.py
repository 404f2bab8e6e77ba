"""The lists of words in `words/`: sections of lines, each line one expression that a reader can follow or change."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from probata.terms.errors import InvalidValue

_DEFINE = re.compile(r"define ([A-Z_0-9]+) = (.+)")
_SECTION = re.compile(r"\[([^\]]+)\]")


@cache
def rows(name: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The sections of a list in their order, each with its lines; `{NAMES}` are replaced by what is defined above.

    Raises `InvalidValue` for a line outside every section.
    """
    text = files("probata.claims.reading").joinpath("words", name).read_text(encoding="utf-8")
    defined: dict[str, str] = {}
    found: list[tuple[str, list[str]]] = []
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        define, section = _DEFINE.fullmatch(line), _SECTION.fullmatch(line)
        if define:
            defined[define[1]] = _filled(define[2], defined)
        elif section:
            found.append((section[1], []))
        elif not found:
            raise InvalidValue(what=f"The list {name}", why=f"the line {line!r} stands in no section")
        else:
            found[-1][1].append(_filled(line, defined))
    return tuple((section, tuple(lines)) for section, lines in found)


def _filled(line: str, defined: dict[str, str]) -> str:
    for name, value in defined.items():
        line = line.replace(f"{{{name}}}", value)
    return line


def one_of(lines: tuple[str, ...]) -> str:
    """One expression that finds what any of the lines finds, the first line first."""
    return f"(?:{'|'.join(lines)})"


@cache
def expressions(name: str) -> dict[str, str]:
    """Each section of a list as one expression."""
    return {section: one_of(lines) for section, lines in rows(name)}


@cache
def sets(name: str) -> dict[str, frozenset[str]]:
    """Each section of a list as a set of words, which stand on its lines with spaces between them."""
    return {section: frozenset(" ".join(lines).split()) for section, lines in rows(name)}
