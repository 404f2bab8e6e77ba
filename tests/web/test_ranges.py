"""Byte ranges, as RFC 9110, section 14 has them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probata.web.served.ranges import ByteRange, capped, wanted

ETAG = '"abc"'
SIZES = st.integers(min_value=1, max_value=1 << 40)


def ask(value: str | None, *, size: int = 1000, if_range: str | None = None) -> object:
    return wanted(value, if_range, etag=ETAG, size_bytes=size)


@pytest.mark.parametrize(
    ("value", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=0-499", 0, 499),
        ("bytes=500-999", 500, 999),
        ("bytes=500-", 500, 999),
        ("bytes=-500", 500, 999),
        ("bytes=-5000", 0, 999),
        ("bytes=999-999999999999999999999999", 999, 999),
        ("BYTES=1-2", 1, 2),
        ("bytes=-99999999999999999999999999", 0, 999),
    ],
)
def test_examples_of_14_1_2(value: str, first: int, last: int) -> None:
    """First and last position, open end, suffix; longer than the whole means to its end."""
    assert ask(value) == ByteRange(first=first, last=last)


@pytest.mark.parametrize(
    "value",
    [
        None, "", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=5-4", "items=0-1", "bytes=0-1,5-6", "bytes= 0-1",
        "bytes=0x1-2", "bytes=١-٢", "bytes=--1", "bytes=0-1 ,", "bytes=1.5-2",
    ],
)  # fmt: skip
def test_what_is_malformed_multiple_or_foreign_is_ignored(value: str | None) -> None:
    """A server may ignore a range that is invalid, of another unit, or of several parts (14.2)."""
    assert ask(value) is None


@pytest.mark.parametrize("value", ["bytes=1000-", "bytes=1000-2000", "bytes=-0", f"bytes={'9' * 5000}-"])
def test_a_range_outside_is_unsatisfiable(value: str) -> None:
    """No byte of it exists, so 416 is the answer (15.5.17)."""
    assert ask(value) == "unsatisfiable"


@pytest.mark.parametrize("if_range", ['W/"abc"', '"other"', "abc", "Sun, 22 Nov 2026 00:00:00 GMT", ""])
def test_if_range_counts_only_as_our_strong_tag(if_range: str) -> None:
    """With a date, a weak or another tag the whole is sent (13.1.5)."""
    assert ask("bytes=0-1", if_range=if_range) is None
    assert ask("bytes=0-1", if_range=ETAG) == ByteRange(first=0, last=1)


@given(size=SIZES, first=st.integers(min_value=0), last=st.integers(min_value=0))
def test_a_range_given_lies_inside(size: int, first: int, last: int) -> None:
    """Whatever is asked, what is served lies inside the file and begins where it was asked to."""
    got = ask(f"bytes={first}-{last}", size=size)
    if isinstance(got, ByteRange):
        assert 0 <= got.first == first <= got.last <= min(last, size - 1)
    else:
        assert got == ("unsatisfiable" if first >= size and last >= first else None)


@given(
    first=st.integers(min_value=0, max_value=10_000),
    length=st.integers(min_value=1, max_value=10_000),
    most=st.integers(min_value=1, max_value=500),
    boundary=st.integers(min_value=1, max_value=100),
)
def test_parts_make_the_whole(first: int, length: int, most: int, boundary: int) -> None:
    """Asking on where a shortened answer ended covers the range exactly, in answers of bounded size."""
    whole = ByteRange(first=first, last=first + length - 1)
    at, count = whole.first, 0
    while at <= whole.last:
        part = capped(ByteRange(first=at, last=whole.last), most_bytes=most, boundary_bytes=boundary)
        assert part.first == at
        assert 1 <= part.length <= most
        at, count = part.last + 1, count + 1
    assert at == whole.last + 1
    assert count <= length
