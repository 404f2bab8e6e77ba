"""Canonical JSON (RFC 8785): one value, one sequence of bytes, so that a hash or a signature means the value.

The domain is smaller than JSON: objects, lists, texts, true, false, null and whole numbers within ±(2^53 - 1). Floats
are refused, because two programs may print one float differently; what needs a fraction is written as a text.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import msgspec
import rfc8785

from probata.custody import verifier
from probata.terms.errors import CustodyError

MAX_WHOLE = 2**53 - 1

Record = dict[str, Any]
"""A JSON object within the domain."""

_encoder = msgspec.json.Encoder(order="sorted")


class NotCanonical(CustodyError):
    """A value or bytes that canonical JSON has no place for."""

    code = "not_canonical"
    template = "It cannot be written as canonical JSON (RFC 8785): {why}."
    advice = "Records hold objects, lists, texts, true, false, null and whole numbers within ±(2^53 - 1)."


def canonical(value: object) -> bytes:
    """The one canonical form of a value; raises `NotCanonical` outside the domain. RFC 8785."""
    # msgspec sorts keys by code point, RFC 8785 by UTF-16 unit; below U+D800 both orders agree (section 3.2.3).
    sorts_alike = _within_domain(value)
    try:
        return _encoder.encode(value) if sorts_alike else rfc8785.dumps(value)  # type: ignore[arg-type]
    except (UnicodeEncodeError, rfc8785.CanonicalizationError, RecursionError) as error:
        raise NotCanonical(why=error) from error


def encode_checked(value: object) -> bytes:
    """The canonical form of a value whose parts were checked when they were made, with names in ASCII only."""
    return _encoder.encode(value)


def parse(untrusted: bytes) -> Any:  # noqa: ANN401  JSON has no narrower type
    """Read canonical JSON back; raises `NotCanonical` unless the bytes are exactly what `canonical` writes."""
    try:
        return verifier.parse_canonical(untrusted)
    except verifier.Fault as fault:
        raise NotCanonical(why=fault) from fault


def parse_object(untrusted: bytes) -> Record:
    """Read a canonical JSON object back; raises `NotCanonical` for anything else."""
    value = parse(untrusted)
    if not isinstance(value, dict):
        raise NotCanonical(why="it is not an object")
    return value


def as_text(body: Mapping[str, object]) -> str:
    """An object with fractions in it, as one text that a record can hold; `from_text` reads it back as it was."""
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def from_text(body: str) -> dict[str, Any]:
    """Read `as_text` back."""
    read: dict[str, Any] = json.loads(body)
    return read


def _within_domain(value: object, depth: int = 0) -> bool:
    """Refuse what has no canonical form here; whether every key sorts alike by code point and by UTF-16 unit."""
    if value is None or isinstance(value, bool | str):
        return True
    if isinstance(value, int):
        if not -MAX_WHOLE <= value <= MAX_WHOLE:
            raise NotCanonical(why=f"{value} lies outside ±(2^53 - 1)")
        return True
    if depth >= verifier.MAX_DEPTH:
        raise NotCanonical(why=f"it is nested deeper than {verifier.MAX_DEPTH}")
    if isinstance(value, Mapping):
        return _keys_within_domain(value, depth)
    if isinstance(value, list | tuple):
        return min((_within_domain(part, depth + 1) for part in value), default=True)
    raise NotCanonical(why=f"a {type(value).__name__} is outside the domain")


def _keys_within_domain(value: Mapping[object, object], depth: int) -> bool:
    sorts_alike = True
    for key, part in value.items():
        if not isinstance(key, str):
            raise NotCanonical(why="a key is not a text")
        sorts_alike &= key.isascii() or max(key) < "\ud800"
        sorts_alike &= _within_domain(part, depth + 1)
    return sorts_alike
