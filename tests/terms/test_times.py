"""Times with doubt: aware instants, ranges with reasons, open ends."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probata.terms.errors import InvalidValue
from probata.terms.ids import new_record_id
from probata.terms.text import Stated
from probata.terms.times import (
    Bound,
    ClockKind,
    End,
    Relation,
    RelationKind,
    TimeRange,
    TimeWithDoubt,
    civil_zone,
    first_instant_of_day,
    instant,
    instants_of,
    read_instant,
)

KYIV = ZoneInfo("Europe/Kyiv")
OFFSETS = st.sampled_from([timezone(timedelta(minutes=minutes)) for minutes in (-720, -210, 0, 60, 180, 345, 840)])
INSTANTS = st.datetimes(min_value=datetime(1900, 1, 2), max_value=datetime(2100, 1, 1), timezones=OFFSETS)  # noqa: DTZ001  hypothesis adds the offset
ENDS = st.sampled_from(End)


@st.composite
def ranges(draw: st.DrawFn) -> TimeRange:
    start, end = sorted([draw(INSTANTS), draw(INSTANTS)])
    shape = draw(st.sampled_from(["both", "start", "end"]))
    return TimeRange(start=draw(ENDS) if shape == "end" else start, end=draw(ENDS) if shape == "start" else end)


@st.composite
def times(draw: st.DrawFn) -> TimeWithDoubt:
    moments = sorted(draw(st.lists(INSTANTS, min_size=4, max_size=4)))
    inner = TimeRange(start=moments[1], end=moments[2])
    outer = TimeRange(start=moments[0], end=draw(st.just(moments[3]) | ENDS))
    kinds = draw(st.lists(st.sampled_from(RelationKind), max_size=2))
    return TimeWithDoubt(
        precise=draw(st.none() | st.just(inner)),
        imprecise=draw(st.none() | st.just(outer)),
        relations=tuple(Relation(kind=kind, other=new_record_id()) for kind in kinds),
        stated=Stated(text="on or around March 30", language="en"),
        zone=draw(st.none() | st.sampled_from(["Europe/Kyiv", "Asia/Kathmandu", "UTC"])),
        clock=draw(st.sampled_from(ClockKind)),
        derivation="read from a post",
    )


@given(times())
def test_times_survive_json(time: TimeWithDoubt) -> None:
    assert TimeWithDoubt.from_json(json.loads(json.dumps(time.as_json()))) == time


@given(INSTANTS)
def test_an_instant_comes_back_with_the_offset_it_was_written_with(moment: datetime) -> None:
    """`14:00+03:00` is never read back as `14:00+00:00`."""
    read = read_instant(instant(moment).isoformat())
    assert read == moment
    assert read.utcoffset() == moment.utcoffset()


@pytest.mark.parametrize(
    "untrusted",
    [
        "",
        "2022-03-30",
        "2022-03-30T14:05Z",
        "2022-03-30T14:05:09",
        "2022-03-30 14:05:09Z",
        "2022-03-30T14:05:60Z",
        "2022-02-30T00:00:00Z",
        "2022-03-30T14:05:09.1234567Z",
        "2022-03-30T14:05:09+25:00",
        "20220330T140509Z",
        "2022-W13-3T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
    ],
)
def test_what_is_not_a_full_instant_is_refused_rather_than_completed(untrusted: str) -> None:
    with pytest.raises(InvalidValue):
        read_instant(untrusted)


def test_a_time_without_an_offset_is_refused() -> None:
    naive = datetime(2022, 3, 30, 14)  # noqa: DTZ001  the case
    with pytest.raises(InvalidValue, match="offset"):
        TimeRange(start=naive, end=End.OPEN)


@given(ranges(), INSTANTS)
def test_an_open_or_unknown_end_excludes_nothing(span: TimeRange, moment: datetime) -> None:
    inside = span.contains(moment)
    assert inside == (
        (isinstance(span.start, End) or span.start <= moment) and (isinstance(span.end, End) or moment <= span.end)
    )


@given(ranges(), ranges(), INSTANTS)
def test_an_instant_is_in_the_overlap_exactly_when_it_is_in_both(
    one: TimeRange, other: TimeRange, moment: datetime
) -> None:
    shared = one.overlap(other)
    assert (shared is not None and shared.contains(moment)) == (one.contains(moment) and other.contains(moment))


@given(ranges(), ranges(), ranges())
def test_overlap_is_symmetric_associative_and_idempotent(one: TimeRange, two: TimeRange, three: TimeRange) -> None:
    assert one.overlap(two) == two.overlap(one)
    assert one.overlap(one) == one
    left, right = one.overlap(two), two.overlap(three)
    assert (left.overlap(three) if left else None) == (one.overlap(right) if right else None)


@given(ranges(), ranges())
def test_an_overlap_lies_within_both(one: TimeRange, other: TimeRange) -> None:
    shared = one.overlap(other)
    if shared is not None:
        assert shared.within(one)
        assert shared.within(other)


def test_ranges_that_touch_share_the_instant_where_they_touch() -> None:
    noon = datetime(2022, 3, 30, 12, tzinfo=UTC)
    before = TimeRange(start=End.UNKNOWN, end=noon)
    after = TimeRange(start=noon, end=End.OPEN)
    assert before.overlap(after) == TimeRange(start=noon, end=noon)


@pytest.mark.parametrize(("start", "end"), [(End.OPEN, End.OPEN), (End.UNKNOWN, End.OPEN)])
def test_a_range_with_no_instant_is_refused(start: Bound, end: Bound) -> None:
    with pytest.raises(InvalidValue):
        TimeRange(start=start, end=end)


def test_a_range_that_ends_before_it_starts_is_refused() -> None:
    noon = datetime(2022, 3, 30, 12, tzinfo=UTC)
    with pytest.raises(InvalidValue, match="before it starts"):
        TimeRange(start=noon, end=noon - timedelta(microseconds=1))


def test_the_hour_that_autumn_has_twice_keeps_its_order() -> None:
    """Two readings of 03:30 in one zone are an hour apart; compared by wall clock they would be equal."""
    first = datetime(2022, 10, 30, 3, 30, tzinfo=KYIV)
    second = datetime(2022, 10, 30, 3, 30, fold=1, tzinfo=KYIV)
    assert first == second, "the trap of the standard library"
    span = TimeRange(start=first, end=second)
    assert isinstance(span.start, datetime)
    assert isinstance(span.end, datetime)
    assert span.end - span.start == timedelta(hours=1)


@pytest.mark.parametrize(
    ("wall", "offsets_h"),
    [(datetime(2022, 3, 30, 14), [3]), (datetime(2022, 10, 30, 3, 30), [3, 2]), (datetime(2022, 3, 27, 3, 30), [])],  # noqa: DTZ001  wall times have no offset
)
def test_a_wall_time_has_every_instant_that_showed_it(wall: datetime, offsets_h: list[int]) -> None:
    found = instants_of(wall, KYIV)
    assert [one.utcoffset() for one in found] == [timedelta(hours=hours) for hours in offsets_h]
    assert list(found) == sorted(found)


@given(st.datetimes(min_value=datetime(1950, 1, 1), max_value=datetime(2040, 1, 1)))  # noqa: DTZ001  wall times
def test_every_instant_found_shows_the_wall_time_it_was_found_for(wall: datetime) -> None:
    for found in instants_of(wall, KYIV):
        clock = found.astimezone(KYIV)
        assert (clock.date(), clock.time()) == (wall.date(), wall.time())


@pytest.mark.parametrize(
    ("day", "zone", "first"),
    [
        (date(2022, 3, 27), "Europe/Kyiv", "2022-03-27T00:00:00+02:00"),
        (date(2022, 3, 27), "Asia/Beirut", "2022-03-27T01:00:00+03:00"),  # clocks leapt from 00:00 to 01:00
        (date(1919, 3, 31), "America/Toronto", "1919-03-31T00:30:00-04:00"),  # from 23:30 to 00:30
    ],
)
def test_a_day_begins_at_midnight_or_where_clocks_leap_over_it(day: date, zone: str, first: str) -> None:
    assert first_instant_of_day(day, civil_zone(zone)).isoformat() == first


@pytest.mark.parametrize("name", ["Europe", "Nowhere/At_All", "../../etc/passwd", "", "Europe/Kyiv\x00"])
def test_a_zone_that_is_not_known_is_refused(name: str) -> None:
    with pytest.raises(InvalidValue):
        civil_zone(name)


def test_what_went_on_throughout_must_lie_inside_what_it_fell_within() -> None:
    noon = datetime(2022, 3, 30, 12, tzinfo=UTC)
    wide = TimeRange(start=noon, end=noon + timedelta(hours=2))
    narrow = TimeRange(start=noon, end=noon + timedelta(hours=1))
    with pytest.raises(InvalidValue, match="inside"):
        TimeWithDoubt(precise=wide, imprecise=narrow, clock=ClockKind.DEVICE, derivation="camera clock")


def test_a_time_that_says_nothing_is_refused() -> None:
    with pytest.raises(InvalidValue, match="needs"):
        TimeWithDoubt(clock=ClockKind.UNKNOWN, derivation="nobody knows")


def test_a_time_without_its_derivation_is_refused() -> None:
    noon = datetime(2022, 3, 30, 12, tzinfo=UTC)
    with pytest.raises(InvalidValue):
        TimeWithDoubt(precise=TimeRange(start=noon, end=noon), clock=ClockKind.DEVICE, derivation="")
