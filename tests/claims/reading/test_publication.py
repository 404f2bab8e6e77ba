"""When an article says itself that it was published, as a time with its doubt."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from probata.claims.reading.errors import NotAText
from probata.claims.reading.read import publication_of


def html(stamp: str) -> bytes:
    return f'<html><head><meta property="article:published_time" content="{stamp}"></head><p>Shots.</p></html>'.encode()


def test_an_instant_with_its_offset_stays_one() -> None:
    """The page's own words are kept beside it."""
    published = publication_of(html("2031-10-14T18:20:00+03:00"))
    assert published is not None
    time = published.when
    assert time.imprecise is not None
    assert time.imprecise.start == time.imprecise.end == datetime(2031, 10, 14, 15, 20, tzinfo=UTC)
    assert time.stated is not None
    assert time.stated.text == "2031-10-14T18:20:00+03:00"


def test_a_day_without_a_zone_is_that_day_anywhere_on_earth() -> None:
    """Nothing narrower is known, and it says so."""
    published = publication_of(html("2031-10-14"))
    assert published is not None
    around = published.when.imprecise
    assert around is not None
    assert around.start == datetime(2031, 10, 13, 10, tzinfo=UTC)
    assert around.end == datetime(2031, 10, 15, 12, tzinfo=UTC) - timedelta(seconds=1)
    assert "the zone is not known" in published.when.derivation


def test_what_its_head_says_may_hold_signs_that_turn() -> None:
    """The reason is told as one safe line."""
    published = publication_of("Published \u202e14 October 2031\n\nShots were heard.\n".encode())
    assert published is None or "\u202e" not in published.when.derivation


def test_a_text_that_does_not_say_is_given_no_date() -> None:
    """Neither is a picture."""
    assert publication_of(b"Shots were heard near the mill.\n") is None
    with pytest.raises(NotAText):
        publication_of(b"\xff\xd8\xff\xe0 a picture")
