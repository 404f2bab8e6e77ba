"""Dates as an article says them: ranges with reasons, counted from the publication, open where nothing can be known."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from asking_reader import told_of
from hypothesis import given
from hypothesis import strategies as st

from probata.claims.reading.dates import Published, dates_in, published
from probata.terms.errors import InvalidValue
from probata.terms.times import TimeWithDoubt

# 9 April 2031 is a Wednesday.
AT = Published(day=date(2031, 4, 9), zone=UTC, because="given", stated="2031-04-09")


def days_of(text, tongue, at=AT):
    """First and last day of the one date in the text; None where it stays open."""
    (said,) = dates_in(text, tongue, at)
    between = said.time.as_json()["imprecise"]
    return None if between is None else (between[0][:10], between[1][:10])


@pytest.mark.parametrize(
    ("text", "tongue", "first", "last"),
    [
        ("on Wednesday", "en", "2031-04-09", "2031-04-09"),
        ("on Thursday", "en", "2031-04-03", "2031-04-03"),
        ("last week", "en", "2031-03-30", "2031-04-06"),
        ("this week", "en", "2031-04-07", "2031-04-09"),
        ("over the weekend", "en", "2031-04-05", "2031-04-06"),
        ("last month", "en", "2031-03-01", "2031-03-31"),
        ("yesterday", "en", "2031-04-08", "2031-04-08"),
        ("on March 30", "en", "2031-03-30", "2031-03-30"),
        ("on or around March 30", "en", "2031-03-28", "2031-04-01"),
        ("between March 29 and 31", "en", "2031-03-29", "2031-03-31"),
        ("30 March 2030", "en", "2030-03-30", "2030-03-30"),
        ("on November 2", "en", "2030-11-02", "2030-11-02"),
        ("in late March", "en", "2031-03-18", "2031-03-31"),
        ("three days ago", "en", "2031-04-05", "2031-04-07"),
        ("в среду", "ru", "2031-04-09", "2031-04-09"),
        ("на прошлой неделе", "ru", "2031-03-30", "2031-04-06"),
        ("около 30 марта", "ru", "2031-03-28", "2031-04-01"),
        ("вчера", "ru", "2031-04-08", "2031-04-08"),
        ("12.03.2031", "ru", "2031-03-12", "2031-03-12"),
        ("у середу", "uk", "2031-04-09", "2031-04-09"),
        ("минулого тижня", "uk", "2031-03-30", "2031-04-06"),
        ("30 березня", "uk", "2031-03-30", "2031-03-30"),
        ("наприкінці березня", "uk", "2031-03-18", "2031-03-31"),
    ],
)
def test_what_the_words_can_mean(text, tongue, first, last):
    """A date is the days that its words can mean, no narrower and not after the publication where they look back."""
    assert days_of(text, tongue) == (first, last)


@pytest.mark.parametrize(
    ("text", "tongue"),
    [("on Wednesday", "en"), ("last week", "en"), ("on March 30", "en"), ("в среду", "ru"), ("минулого тижня", "uk")],
)
def test_without_a_publication_what_is_relative_stays_open(text, tongue):
    """The words are kept, no range is made up, and the reason says why."""
    (said,) = dates_in(text, tongue, None)
    assert said.time.imprecise is None
    assert "open" in said.time.derivation


def test_a_full_date_needs_no_publication():
    """Day, month and year as written stand by themselves."""
    assert days_of("on 30 March 2031", "en", None) == ("2031-03-30", "2031-03-30")


def test_two_days_earlier_is_before_the_publication_and_no_more():
    """What is counted from something else has an unknown beginning and ends before the publication."""
    (said,) = dates_in("two days earlier", "en", AT)
    assert said.time.as_json()["imprecise"] == ["unknown", "2031-04-07T23:59:59+00:00"]


def test_an_unknown_zone_widens_the_day():
    """Where the page gives no offset, a day begins where days begin first and ends where they end last."""
    (said,) = dates_in("on Wednesday", "en", published("2031-04-09", "given"))
    assert said.time.as_json()["imprecise"] == ["2031-04-09T00:00:00+14:00", "2031-04-09T23:59:59-12:00"]
    assert "zone is not known" in said.time.derivation


def test_a_known_zone_is_the_publications():
    """An offset on the page is the one in which its days are counted."""
    (said,) = dates_in("on Wednesday", "en", published("2031-04-09T08:30:00+03:00", "given"))
    assert said.time.as_json()["imprecise"] == ["2031-04-09T00:00:00+03:00", "2031-04-09T23:59:59+03:00"]


@pytest.mark.parametrize("text", ["He may march on", "a moment later he fell", "Marchetti and Mayor Sun", "30 Febuary"])
def test_words_that_are_no_dates(text):
    """`May`, `march` and a sun are no dates by themselves."""
    assert [
        one for one in dates_in(text, "en", AT) if one.time.imprecise is not None and "unknown" not in str(one.time)
    ] == []


@given(
    st.dates(min_value=date(1950, 1, 1), max_value=date(2150, 12, 31)),
    st.sampled_from(
        ["on Monday", "last week", "yesterday", "over the weekend", "two weeks ago", "last month", "on May 5"]
    ),
)
def test_what_looks_back_is_not_after_the_publication(day, text):
    """A range that looks back never begins after the publication, and a round trip through JSON keeps it."""
    at = Published(day=day, zone=UTC, because="given", stated=day.isoformat())
    (said,) = dates_in(text, "en", at)
    start = said.time.imprecise.start
    month_ahead = timedelta(days=62 if "May" in text else 0)
    assert start <= datetime.combine(day, datetime.max.time(), tzinfo=UTC) + month_ahead
    assert TimeWithDoubt.from_json(said.time.as_json()) == said.time


@pytest.mark.parametrize("text", ["tomorrow", "2031-13-01", "", "07.04.2031", "0001-01-01", "9999-12-31"])
def test_a_publication_that_is_no_date_is_refused(text):
    """What is given must be a date, in a year in which articles are published."""
    with pytest.raises(InvalidValue):
        published(text, "given")


def test_when_it_was_said_is_apart_from_when_it_happened():
    """`Said on Wednesday that they were shot on March 30`: the one is when, the other is in what is said."""
    (one,) = told_of("The group said on Wednesday that the men had been shot on March 30.")["assertions"]
    assert one["made_at"]["stated"]["text"] == "Wednesday"
    assert [time["stated"]["text"] for time in one["times"]] == ["March 30"]
