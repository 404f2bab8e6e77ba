"""EDTF in and out: exact or refused, never padded in silence."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from probata.terms.edtf import read_edtf
from probata.terms.errors import InvalidValue
from probata.terms.exchange import edtf_from_time, time_from_edtf
from probata.terms.times import ClockKind, End, TimeRange, TimeWithDoubt

DAYS = st.dates(min_value=datetime(1905, 1, 1, tzinfo=UTC).date(), max_value=datetime(2090, 1, 1, tzinfo=UTC).date())
SHAPES = st.sampled_from([10, 7, 4])
MARKS = st.sampled_from(["", "?", "~", "%"])
ZONES = st.sampled_from(["Europe/Kyiv", "Asia/Beirut", "America/Toronto", "UTC", "Asia/Kathmandu"])


@st.composite
def dates(draw: st.DrawFn, marks: st.SearchStrategy[str] = MARKS) -> str:
    whole = draw(DAYS).isoformat()
    unspecified = [whole[:3] + "X", whole[:2] + "XX", whole[:4] + "-XX", whole[:7] + "-XX", whole[:4] + "-XX-XX"]
    return draw(st.sampled_from([whole, whole[:7], whole[:4], *unspecified])) + draw(marks)


@st.composite
def plain_dates(draw: st.DrawFn) -> str:
    return draw(DAYS).isoformat()[: draw(SHAPES)]


@st.composite
def expressions(draw: st.DrawFn, marks: st.SearchStrategy[str] = MARKS) -> str:
    """EDTF texts of the subset; ends of a range in order by construction of the digits."""
    kind = draw(st.sampled_from(["date", "interval", "from", "until", "one of", "second"]))
    if kind == "date":
        return draw(dates(marks))
    if kind == "second":
        wall = f"{draw(DAYS).isoformat()}T{draw(st.times()).replace(microsecond=0).isoformat()}"
        return wall + draw(st.sampled_from(["", "Z", "+03:00", "-03:30", "+14"]))
    first, last = sorted([draw(DAYS).isoformat(), draw(DAYS).isoformat()])
    first, last = first[: draw(SHAPES)], last[: draw(SHAPES)]
    if kind == "interval":
        return f"{first}{draw(marks)}/{last}{draw(marks)}"
    if kind == "from":
        return f"{first}{draw(marks)}/{draw(st.sampled_from(['', '..']))}"
    if kind == "until":
        return f"{draw(st.sampled_from(['', '..']))}/{last}{draw(marks)}"
    return draw(st.sampled_from([f"[{first}..{last}]", f"[{first}..]", f"[..{last}]"]))


def read(text: str, zone: str | None = "Europe/Kyiv", margin: timedelta | None = None) -> TimeWithDoubt:
    return time_from_edtf(text, zone=zone, clock=ClockKind.STATED, derivation="a post says so", margin=margin)


@given(expressions())
def test_an_expression_is_written_back_as_it_was_read(text: str) -> None:
    assert str(read_edtf(text)) == text


@given(st.text(alphabet="0123456789X-/.~?%[]T:Z+YE,{}", max_size=24) | st.text(max_size=12))
def test_any_text_is_read_or_refused_and_never_changed(text: str) -> None:
    try:
        edtf = read_edtf(text)
    except InvalidValue:
        return
    assert str(edtf) == text


@given(expressions(marks=st.just("")), ZONES | st.none())
def test_a_time_that_came_from_edtf_goes_back_to_the_same_time(text: str, zone: str | None) -> None:
    """Where EDTF can say it, what is written means exactly the ranges that were read."""
    try:
        time = read(text, zone)
    except InvalidValue:
        assume(False)  # noqa: FBT003  hypothesis: a wall time that no clock of the zone showed
    written = edtf_from_time(time).text
    if written is None:
        assert zone is None or "T" in text, "only a doubled or zoneless time cannot go back"
        return
    again = read(written, zone)
    assert (again.precise, again.imprecise) == (time.precise, time.imprecise)


@given(dates(st.just("")), ZONES)
def test_without_a_zone_the_range_covers_what_it_is_in_any(text: str, zone: str) -> None:
    widest, narrow = read(text, None).imprecise, read(text, zone).imprecise
    assert widest is not None
    assert narrow is not None
    assert narrow.within(widest)


def test_a_day_is_a_time_within_it_in_its_zone() -> None:
    time = read("2022-03-30")
    assert time.precise is None
    assert time.imprecise is not None
    assert time.imprecise.as_json() == ["2022-03-30T00:00:00+03:00", "2022-03-31T00:00:00+03:00"]


def test_an_interval_goes_on_surely_between_its_ends_only() -> None:
    time = read("2022-03-28/2022-04-01")
    assert time.precise is not None
    assert time.imprecise is not None
    assert time.precise.as_json() == ["2022-03-29T00:00:00+03:00", "2022-04-01T00:00:00+03:00"]
    assert time.imprecise.as_json() == ["2022-03-28T00:00:00+03:00", "2022-04-02T00:00:00+03:00"]


def test_open_and_unknown_ends_stay_apart() -> None:
    """`..` claims no limit, so the thing goes on; an empty end is a limit nobody knows."""
    ongoing, ended = read("2022-03-30/.."), read("2022-03-30/")
    assert ongoing.imprecise is not None
    assert ended.imprecise is not None
    assert (ongoing.imprecise.end, ended.imprecise.end) == (End.OPEN, End.UNKNOWN)
    assert ongoing.precise is not None
    assert ended.precise is None
    assert [edtf_from_time(time).text for time in (ongoing, ended)] == ["2022-03-30/..", "2022-03-30/"]


@pytest.mark.parametrize("text", ["2022-03-30~", "2022-03%", "2022-03-30~/2022-04-02", "../2022~"])
def test_about_has_no_width_until_somebody_says_one(text: str) -> None:
    with pytest.raises(InvalidValue, match="give a margin"):
        read(text)
    widened = read(text, margin=timedelta(days=1))
    assert widened.precise is None
    assert "within 1 day" in widened.derivation


def test_a_margin_widens_by_exactly_itself_and_only_where_about_is_written() -> None:
    about = read("2022-03-30~", margin=timedelta(days=1)).imprecise
    assert about is not None
    assert about.as_json() == ["2022-03-29T00:00:00+03:00", "2022-04-01T00:00:00+03:00"]
    with pytest.raises(InvalidValue, match="margin"):
        read("2022-03-30", margin=timedelta(days=1))


def test_the_source_s_own_doubt_is_kept_in_words() -> None:
    time = read("2022-03-30?")
    assert "uncertain" in time.derivation
    assert time.stated is not None
    assert time.stated.text == "2022-03-30?"


def test_a_wall_time_shown_twice_covers_both_and_says_so() -> None:
    time = read("2022-10-30T03:30:00")
    assert time.imprecise is not None
    assert time.imprecise.as_json() == ["2022-10-30T03:30:00+03:00", "2022-10-30T03:30:01+02:00"]
    assert "twice" in time.derivation


@pytest.mark.parametrize("text", ["2022-03-27T03:30:00", "2022-03-27T03:00:00"])
def test_a_wall_time_no_clock_showed_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue, match="leapt"):
        read(text)


def test_a_day_that_a_country_skipped_is_refused() -> None:
    """Samoa had no 30 December 2011."""
    with pytest.raises(InvalidValue, match="leapt"):
        read("2011-12-30", "Pacific/Apia")


@pytest.mark.parametrize(
    "text",
    """
    2022-21 Y17E7 -0500 0000 2022-13 2022-02-30 2004-06~-11 ?2004-06 [1667,1668] {1960..61} 1XXX-12 156X-12-25
    2022-XX-30 2022-03-30T25:00:00 2022-03-30T14:05 2022-03-30T14:05:09~ 20220330 2022-04/2022-03 .. / ../.. [..]
    [2022?..2023] ٢٠٢٢ 2022-03-30/2022-04-01/2022-05 9999-12-31 2022-03-30T10:00:00+3
    """.split(),  # noqa: SIM905  a page of notation reads better without quotes
)
def test_what_is_outside_the_subset_is_refused_not_half_read(text: str) -> None:
    with pytest.raises(InvalidValue):
        read(text)


def test_an_empty_text_is_refused() -> None:
    with pytest.raises(InvalidValue):
        read("")


def test_what_edtf_cannot_say_has_no_text_and_says_why() -> None:
    noon = datetime(2022, 3, 30, 12, tzinfo=UTC)
    afternoon = TimeRange(start=noon, end=noon + timedelta(hours=3))
    for time in (
        TimeWithDoubt(imprecise=afternoon, zone="UTC", clock=ClockKind.DEVICE, derivation="camera clock"),
        TimeWithDoubt(precise=afternoon, zone="UTC", clock=ClockKind.DEVICE, derivation="camera clock"),
    ):
        export = edtf_from_time(time)
        assert export.text is None
        assert any("ranges" in reason for reason in export.not_said)


def test_an_export_lists_what_it_leaves_out() -> None:
    assert edtf_from_time(read("2022-03-30")).not_said == (
        "the clock: stated",
        "how it was derived",
        "what was stated, word for word",
        "the zone: Europe/Kyiv",
    )
