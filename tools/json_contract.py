#!/usr/bin/env python3
"""Hold what a verb prints with `--json` against its schema in docs/json/; name every fault, exit 1 where there is one.

`python tools/json_contract.py VERB [FILE]`. Knows the part of JSON Schema (draft 2020-12) that our schemas use, and
refuses a schema that uses more, so that nothing is passed over in silence.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

SCHEMAS = Path(__file__).resolve().parent.parent / "docs" / "json"
ANNOTATIONS = {"$schema", "title", "description"}
TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}


def faults(value: Any, schema: dict[str, Any], place: str = "$") -> Iterator[str]:  # noqa: ANN401  any JSON
    """Everything in which the value falls short of the schema, with its place."""
    for keyword, wanted in schema.items():
        if keyword in ANNOTATIONS:
            continue
        check = CHECKS.get(keyword)
        if check is None:
            raise SystemExit(f"the schema uses {keyword!r}, which is not known here")
        yield from check(value, wanted, place)


def _type(value: Any, wanted: str, place: str) -> Iterator[str]:  # noqa: ANN401  same
    # In Python true is an int; in JSON it is not.
    fits = isinstance(value, TYPES[wanted]) and (wanted == "boolean" or not isinstance(value, bool))
    if not fits:
        yield f"{place}: is not of type {wanted}"


def _const(value: Any, wanted: object, place: str) -> Iterator[str]:  # noqa: ANN401  same
    if value != wanted:
        yield f"{place}: is not {wanted!r}"


def _enum(value: Any, wanted: list[object], place: str) -> Iterator[str]:  # noqa: ANN401  same
    if value not in wanted:
        yield f"{place}: {value!r} is none of {wanted}"


def _pattern(value: Any, wanted: str, place: str) -> Iterator[str]:  # noqa: ANN401  same
    if isinstance(value, str) and not re.search(wanted, value):
        yield f"{place}: {value!r} does not match {wanted}"


def _minimum(value: Any, wanted: float, place: str) -> Iterator[str]:  # noqa: ANN401  same
    if isinstance(value, int | float) and value < wanted:
        yield f"{place}: {value} is below {wanted}"


def _maximum(value: Any, wanted: float, place: str) -> Iterator[str]:  # noqa: ANN401  same
    if isinstance(value, int | float) and value > wanted:
        yield f"{place}: {value} is above {wanted}"


def _required(value: Any, wanted: list[str], place: str) -> Iterator[str]:  # noqa: ANN401  same
    if isinstance(value, dict):
        yield from (f"{place}: lacks {name!r}" for name in wanted if name not in value)


def _properties(value: Any, wanted: dict[str, Any], place: str) -> Iterator[str]:  # noqa: ANN401  same
    if isinstance(value, dict):
        for name, schema in wanted.items():
            if name in value:
                yield from faults(value[name], schema, f"{place}.{name}")


def _additional_properties(value: Any, wanted: dict[str, Any], place: str) -> Iterator[str]:  # noqa: ANN401  same
    # Used only where there are no `properties`: every value of a mapping is of one kind.
    if isinstance(value, dict):
        for name, one in value.items():
            yield from faults(one, wanted, f"{place}.{name}")


def _items(value: Any, wanted: dict[str, Any], place: str) -> Iterator[str]:  # noqa: ANN401  same
    if isinstance(value, list):
        for number, one in enumerate(value):
            yield from faults(one, wanted, f"{place}[{number}]")


def _any_of(value: Any, wanted: list[dict[str, Any]], place: str) -> Iterator[str]:  # noqa: ANN401  same
    found = [list(faults(value, schema, place)) for schema in wanted]
    if all(found):
        # What it comes closest to is what it was meant to be.
        yield from min(found, key=len)


CHECKS: dict[str, Callable[[Any, Any, str], Iterator[str]]] = {
    "type": _type,
    "const": _const,
    "enum": _enum,
    "pattern": _pattern,
    "minimum": _minimum,
    "maximum": _maximum,
    "required": _required,
    "properties": _properties,
    "additionalProperties": _additional_properties,
    "items": _items,
    "anyOf": _any_of,
}


def main(arguments: list[str]) -> int:
    """Print every fault of one output."""
    schema = json.loads((SCHEMAS / f"{arguments[0]}.json").read_text(encoding="utf-8"))
    text = Path(arguments[1]).read_text(encoding="utf-8") if len(arguments) > 1 else sys.stdin.read()
    found = list(faults(json.loads(text), schema))
    for fault in found:
        sys.stdout.write(f"{fault}\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
