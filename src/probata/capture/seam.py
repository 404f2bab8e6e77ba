"""What a way in must be: it offers streams of bytes exactly as they are, and names every failure.

A source alters no byte, follows no link, and says after the reading whether it saw the whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import IO, Literal, Protocol

from attrs import field, frozen

Completeness = Literal["complete", "length_unproven", "partial"]


@frozen(kw_only=True)
class About:
    """What a source says of itself."""

    name: str
    version: str
    promise: str


@frozen(kw_only=True)
class Offer:
    """Bytes that can be had: open once, read to the end, then ask `settle` what the reading proves.

    `facts` are what the origin says of itself (modification time, headers): statements, never evidence of their own.
    """

    untrusted_name: str
    acquired_from: str
    size_bytes: int | None
    open: Callable[[], AbstractContextManager[IO[bytes]]]
    settle: Callable[[int], Completeness]
    facts: dict[str, str | int] = field(factory=dict)


@frozen(kw_only=True)
class Failure:
    """Something that was asked for and could not be had, and why."""

    acquired_from: str
    code: str
    why: str


class Source(Protocol):
    """A way in."""

    about: About

    def accepts(self, untrusted_location: str) -> bool:
        """Whether this source knows what to do with a location."""
        ...

    def offers(self, untrusted_location: str) -> Iterator[Offer | Failure]:
        """Everything found there, in a stable order; a failure is yielded, never raised."""
        ...
