"""Byte ranges of HTTP, as RFC 9110, section 14 has them; one range at a time."""

from __future__ import annotations

import re
from typing import Literal

from attrs import frozen

# RFC 9110, 14.1.2: first-byte and optional last-byte, or a suffix length. Numbers of any length are allowed.
_RANGE = re.compile(r"bytes=(?:(?P<first>\d+)-(?P<last>\d*)|-(?P<suffix>\d+))", re.ASCII | re.IGNORECASE)
# More bytes than any file has; a number of more digits is as good as this one, and costs no time.
_BEYOND = 10**19


@frozen(kw_only=True)
class ByteRange:
    """From byte `first` to byte `last`, both inside."""

    first: int
    last: int

    @property
    def length(self) -> int:
        """How many bytes it spans."""
        return self.last - self.first + 1

    def content_range(self, size_bytes: int) -> str:
        """The value of `Content-Range` (RFC 9110, 14.4)."""
        return f"bytes {self.first}-{self.last}/{size_bytes}"


def wanted(untrusted_range: str | None, untrusted_if_range: str | None, *, etag: str, size_bytes: int) -> Wanted:
    """The one range that a GET asks for, None where the whole is to be sent, or `unsatisfiable`.

    A range of another unit, malformed, or of several parts is ignored, as 14.2 allows. `If-Range` counts only as the
    strong entity tag that we gave (13.1.5): with a date, a weak or another tag the whole is sent.
    """
    if untrusted_range is None or (untrusted_if_range is not None and untrusted_if_range.strip() != etag):
        return None
    found = _RANGE.fullmatch(untrusted_range.strip())
    if found is None:
        return None
    if found["suffix"] is not None:
        return _suffix(_number(found["suffix"]), size_bytes)
    first, last = _number(found["first"]), _number(found["last"] or str(_BEYOND))
    if last < first:  # invalid, 14.1.1: as if it were not there
        return None
    if first >= size_bytes:
        return "unsatisfiable"
    return ByteRange(first=first, last=min(last, size_bytes - 1))


def capped(asked: ByteRange, *, most_bytes: int, boundary_bytes: int) -> ByteRange:
    """As much of the range as one answer carries, ending at a chunk's end where it is cut short.

    A 206 may hold less than was asked and says so itself (RFC 9110, 15.3.7); the player asks for the rest. Each part
    is then permitted, proved and logged anew.
    """
    if asked.length <= most_bytes:
        return asked
    end = (asked.first + most_bytes) // boundary_bytes * boundary_bytes
    return ByteRange(first=asked.first, last=max(end, asked.first + 1) - 1)


def _number(digits: str) -> int:
    return int(digits) if len(digits) < len(str(_BEYOND)) else _BEYOND


def _suffix(length: int, size_bytes: int) -> Wanted:
    if length == 0 or size_bytes == 0:
        return "unsatisfiable"
    return ByteRange(first=max(size_bytes - length, 0), last=size_bytes - 1)


Wanted = ByteRange | Literal["unsatisfiable"] | None
