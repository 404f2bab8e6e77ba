"""Reads one text and tells what was proposed, in the shortest form that a test can hold against."""

from __future__ import annotations

from typing import Any

from probata.claims.reading import read_article
from probata.claims.reading.telling import as_json


def told_of(text: str | bytes, *, published_on: str = "2031-04-09") -> dict[str, Any]:
    """The whole answer for a text or the bytes of a page."""
    untrusted = text.encode() if isinstance(text, str) else text
    return as_json(read_article(untrusted, published_on=published_on))


def said_in(text: str | bytes, **given: str) -> list[tuple[str, str, str]]:
    """Speaker, stance and words of every proposal."""
    return [(one["speaker"], one["stance"], one["text"]) for one in told_of(text, **given)["assertions"]]


def who_and_how(text: str | bytes, **given: str) -> list[tuple[str, str]]:
    """Speaker and stance of every proposal."""
    return [(speaker, stance) for speaker, stance, _words in said_in(text, **given)]
