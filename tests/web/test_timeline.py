"""Ranges laid on an axis: shares of a stretch, ends that are no instants, marks at round local times."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probata.terms.errors import InvalidValue
from probata.terms.text import Stated
from probata.terms.times import ClockKind, End, TimeRange, TimeWithDoubt
from probata.web.shown.timeline import MOST_DRAWN, Entry, Window, lane, ticks, whole

DAY = datetime(2031, 10, 12, tzinfo=UTC)
_FROM = datetime(150, 1, 1, tzinfo=UTC)
INSTANTS = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=9600 * 365)).map(lambda after: _FROM + after)


def at(hour: float) -> datetime:
    return DAY + timedelta(hours=hour)


def entry(name: str = "one", *, within: object = None, throughout: object = None, said: str = "") -> Entry:
    """An entry with a range within which it falls, one throughout which it went on, or words alone."""
    time = TimeWithDoubt(
        precise=TimeRange(start=throughout[0], end=throughout[1]) if throughout else None,
        imprecise=TimeRange(start=within[0], end=within[1]) if within else None,
        stated=Stated.from_json({"text": said, "language": "en"}) if said else None,
        clock=ClockKind.STATED,
        derivation="a test",
    )
    return Entry(id=name, kind="proposition", words=name, time=time)


def day() -> Window:
    return Window(start=DAY, end=at(24))


def test_what_is_precise_is_solid_and_lies_in_what_is_not() -> None:
    """One entry may have both: throughout, and at some time within."""
    (drawn,) = lane("event", [entry(within=(at(6), at(18)), throughout=(at(9), at(12)))], day()).drawn
    imprecise, precise = drawn.bars
    assert (imprecise.solid, imprecise.x, imprecise.width) == (False, 25, 50)
    assert (precise.solid, precise.x, precise.width) == (True, 37.5, 12.5)


def test_an_unknown_date_is_never_given_one() -> None:
    """What was only said, or has no time at all, stands beside the axis and on no place of it."""
    told = lane("event", [entry(said="in the evening"), Entry(id="two", kind="said", words="two", time=None)], day())
    assert (told.dated, told.drawn) == ((), ())
    assert [one.id for one in told.undated] == ["one", "two"]
    assert whole([entry(said="in the evening")]) is None


@pytest.mark.parametrize("end", list(End))
def test_an_end_that_is_no_instant_is_an_arrow(end: End) -> None:
    """It is drawn from the end that is known, and says whether no limit is claimed or one that nobody knows."""
    until, since = lane("event", [entry("a", within=(end, at(6))), entry("b", within=(at(12), end))], day()).drawn
    assert [(bar.x, bar.width, bar.before, bar.after) for bar in until.bars] == [(25, 0, end.value, "")]
    assert [(bar.x, bar.width, bar.before, bar.after) for bar in since.bars] == [(50, 0, "", end.value)]
    assert until.stub_before
    assert since.stub_after
    assert not since.bars[0].instant


def test_what_goes_on_outside_is_cut_and_not_said_to_end() -> None:
    """A range that reaches out of the stretch is drawn to its edge, with a mark of its own."""
    (drawn,) = lane("event", [entry(within=(at(-5), at(30)))], day()).drawn
    assert [(bar.x, bar.end, bar.before, bar.after) for bar in drawn.bars] == [(0, 100, "cut", "cut")]
    assert drawn.side == "upon"


def test_what_lies_outside_is_counted() -> None:
    """Before and after; the table has it all the same."""
    told = lane("event", [entry("a", within=(at(-9), at(-8))), entry("b", within=(at(40), at(41)))], day())
    assert (len(told.dated), told.drawn, told.earlier, told.later) == (2, (), 1, 1)


def test_no_more_is_drawn_than_a_person_reads() -> None:
    """The others are counted, and keep their numbers in the table."""
    told = lane("event", [entry(f"{n:03}", within=(at(n / 9), at(n / 9))) for n in range(MOST_DRAWN + 5)], day())
    assert (len(told.drawn), told.crowded, len(told.dated)) == (MOST_DRAWN, 5, MOST_DRAWN + 5)
    assert [one.number for one in told.drawn[:3]] == [1, 2, 3]


def test_an_instant_is_one_in_every_zone() -> None:
    """The same instant under two offsets has one place."""
    other = at(6).astimezone(timezone(timedelta(hours=-7)))
    (drawn,) = lane("event", [entry(within=(at(6), other))], day()).drawn
    assert drawn.bars[0].instant
    assert drawn.utc == "2031-10-12 06:00:00 UTC"


def test_a_stretch_that_ends_before_it_starts_is_refused() -> None:
    """An address may ask for anything."""
    with pytest.raises(InvalidValue):
        Window(start=at(2), end=at(1))


def test_marks_of_a_day_stand_at_local_midnight() -> None:
    """Also in the night in which clocks are put back, when a day has 25 hours."""
    zone = ZoneInfo("Europe/Kyiv")
    start = datetime(2031, 10, 24, 21, tzinfo=UTC)
    found = ticks(Window(start=start, end=start + timedelta(days=4)), zone)
    nights = [one for one in found if one.words.endswith("00:00")]
    assert [one.words for one in nights] == ["10-25 00:00", "10-26 00:00", "10-27 00:00", "10-28 00:00"]
    assert nights[2].x - nights[1].x == pytest.approx((nights[1].x - nights[0].x) * 25 / 24)


@given(INSTANTS, INSTANTS)
def test_every_stretch_has_a_few_marks_in_order(one: datetime, other: datetime) -> None:
    """From a minute to ten thousand years, each mark lies on the axis and after the one before."""
    start, end = sorted((one, other))
    window = Window(start=start, end=end + timedelta(minutes=1))
    places = [tick.x for tick in ticks(window, ZoneInfo("Asia/Tokyo"))]
    assert len(places) <= 10
    assert places == sorted(set(places))
    assert all(0 <= place <= 100 for place in places)


@given(INSTANTS, INSTANTS, st.sampled_from([0.5, 1.0, 2.0]), st.sampled_from([-0.5, 0.0, 0.5]))
def test_a_stretch_can_be_moved_without_end(one: datetime, other: datetime, wider: float, by: float) -> None:
    """However often somebody presses a key, the stretch stays one within the calendar."""
    start, end = sorted((one, other))
    window = Window(start=start, end=end + timedelta(minutes=2))
    for _press in range(40):
        window = window.moved(by=by, wider=wider)
    assert window.end - window.start >= timedelta(minutes=1)


@given(st.lists(st.tuples(INSTANTS, INSTANTS), min_size=1, max_size=8))
def test_everything_that_is_dated_lies_on_the_whole_stretch(pairs: list[tuple[datetime, datetime]]) -> None:
    """The stretch that holds all shows all, uncut."""
    entries = [entry(str(n), within=tuple(sorted(pair))) for n, pair in enumerate(pairs)]
    told = lane("event", entries, whole(entries))
    assert (len(told.drawn), told.earlier, told.later) == (len(entries), 0, 0)
    assert all(0 <= bar.x <= bar.end <= 100.001 and not bar.before for one in told.drawn for bar in one.bars)
