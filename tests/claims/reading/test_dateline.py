"""An article that says in its first lines when it was published is dated by that, and says so."""

from __future__ import annotations

import pytest

from probata.claims.reading import read_article


@pytest.mark.parametrize(
    ("head", "day"),
    [
        ("HERON WIRE\nPublished: 14 October 2031, 09:10", "2031-10-14"),
        ("October 14, 2031", "2031-10-14"),
        ("By A. Writer | 14 October 2031", "2031-10-14"),
        ("Опубликовано: 15 октября 2031, 11:30", "2031-10-15"),
        ("Опубліковано 15 жовтня 2031", "2031-10-15"),
        ("Posted on 2031-10-14", "2031-10-14"),
    ],
)
def test_a_date_near_the_head_is_that_of_the_publication(head, day):
    """Behind a word that says so, or alone in its line; then `on Monday` is a day."""
    reading = read_article(f"{head}\n\nThe ministry said on Monday that an inquiry had begun.\n".encode())
    assert reading.published is not None
    assert reading.published.day.isoformat() == day
    assert head.split("\n")[-1].split(",")[0] in reading.published.because


@pytest.mark.parametrize(
    "head",
    [
        "VILLAGE, April 2 (Heron Wire)",
        "The events of 14 October 2031, of which the ministry and several witnesses told our reporter at some length",
        "Archive 2031",
        "Monday",
        "99 October 2031",
    ],
)
def test_another_date_is_not_taken_for_it(head):
    """No year, a date within a sentence, a year alone, a weekday, a day that there is not."""
    reading = read_article(f"{head}\n\nThe ministry said on Monday that an inquiry had begun.\n".encode())
    assert reading.published is None


def test_what_the_markup_says_comes_first():
    """A date in a meta element is taken before one in a line."""
    page = (
        '<html><head><meta property="article:published_time" content="2031-10-16"></head>'
        "<body><p>Published: 14 October 2031</p><p>The ministry said an inquiry had begun.</p></body></html>"
    )
    assert read_article(page.encode()).published.day.isoformat() == "2031-10-16"
