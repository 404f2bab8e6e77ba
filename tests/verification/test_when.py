"""Documents of bounds: what each kind of bound means, what comes out, and every fault of a bad one at once."""

from __future__ import annotations

import json
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probata.terms.errors import InvalidValue, NotFound
from probata.terms.places import Point
from probata.terms.times import read_instant
from probata.verification.when import as_json, read, read_text, solve
from probata.verification.when.daily import Daily
from probata.verification.when.document import MOST_BYTES, BoundsRefused
from probata.verification.when.ends import moment_of
from probata.verification.when.telling import derivation

KYIV = ZoneInfo("Europe/Kyiv")
SOURCE = {"kind": "document", "text": "a record of the depot"}


def bound(name: str, subject: str = "event", **said: Any) -> dict[str, Any]:
    return {"id": name, "subject": subject, "source": SOURCE, **said}


def told(*bounds: dict[str, Any], set_aside: tuple[str, ...] = (), **document: Any) -> dict[str, Any]:
    return as_json(solve(read({"bounds": list(bounds), **document}), set_aside=set_aside))


def only(answer: dict[str, Any], subject: str = "event") -> tuple[Any, Any]:
    (window,) = [one for one in answer["feasible"] if one["subject"] == subject]
    return window["start"], window["end"]


def faults_of(document: object) -> list[tuple[str, str]]:
    with pytest.raises(BoundsRefused) as caught:
        solve(read(document))
    return [(fault["where"], fault["why"]) for fault in caught.value.as_json()["faults"]]  # type: ignore[attr-defined]


COPY = bound("copy", "filming", imprecise=[None, "2022-03-30T09:40"]) | {
    "source": {"kind": "first_seen", "text": "first public copy, in the morning of 30 March", "ref": "item 1"}
}
LIGHT = bound("light", "filming", daily={"from": "13:00", "to": "sunset"}) | {
    "source": {"kind": "light", "text": "shadows fall to the east"}
}
STATEMENT = bound("statement", "filming", imprecise=["2022-03-31", "2022-03-31"]) | {
    "source": {"kind": "statement", "text": "48 hours before 2 April"}
}
PLACE = {"zone": "Europe/Kyiv", "place": {"lat": 50.43, "lon": 30.05}}


class TestTheReference:
    """First public copy, afternoon light, and a statement about another day, in one document."""

    answer = told(COPY, LIGHT, STATEMENT, **PLACE)

    def test_the_conflict_is_copy_and_statement_and_no_more(self):
        """The light takes no side."""
        assert self.answer["conflicts"] == [["copy", "statement"]]
        assert self.answer["why"][0].startswith("These two cannot both hold: copy (filming is not after 2022-03-30")

    def test_without_the_statement_the_last_afternoon_is_that_of_29_march(self):
        """The same document says what is left if the statement goes; and what is left if the copy goes."""
        by_left_out = {tuple(one["leaving_out"]): one["subjects"][0]["last"] for one in self.answer["alternatives"]}
        assert set(by_left_out) == {("statement",), ("copy",)}
        last = by_left_out["statement",]
        assert last["start"] == "2022-03-29T13:00:00+03:00"
        assert last["end"].startswith("2022-03-29T19:2")
        assert by_left_out["copy",]["start"] == "2022-03-31T13:00:00+03:00"

    def test_every_window_names_what_it_leaves_out(self):
        """In the one list, nothing is preferred: what stands first in the document is kept first."""
        left_out = [window["leaving_out"] for window in self.answer["feasible"]]
        assert left_out == sorted(left_out, reverse=True)
        assert {tuple(one) for one in left_out} == {("statement",), ("copy",)}

    def test_ends_name_their_bounds_and_sources(self):
        """The last afternoon begins by the light and ends by copy and light, each with its source."""
        window = [one for one in self.answer["feasible"] if one["leaving_out"] == ["statement"]][-1]
        assert [one["id"] for one in window["start_by"]] == ["light"]
        assert {one["id"]: one["source"]["kind"] for one in window["end_by"]} == {
            "copy": "first_seen",
            "light": "light",
        }
        assert window["end_by"][0]["source"]["ref"] == "item 1"

    def test_set_aside_by_hand(self):
        """With the statement set aside there is no conflict, and the same last afternoon."""
        answer = told(COPY, LIGHT, STATEMENT, set_aside=("statement",), **PLACE)
        assert answer["conflicts"] == []
        assert answer["feasible"][-1]["start"] == "2022-03-29T13:00:00+03:00"
        assert answer["set_aside"] == ["statement"]

    def test_days_not_looked_at_are_told(self):
        """Nothing bounds it from below, so the windows go back a year, and the answer says that it stops there."""
        assert any("not looked at" in note for note in self.answer["notes"])
        assert self.answer["daily"]["first"] == "2021-03-29"

    def test_the_run_is_written_down(self):
        """The derivation holds the document as it was given; run again, it gives the same."""
        document = {"bounds": [COPY, LIGHT, STATEMENT], **PLACE}
        run = derivation(solve(read(document)), document).as_json()
        inputs: Any = run["inputs"]
        assert as_json(solve(read(inputs["document"]), set_aside=inputs["set_aside"])) == self.answer


class TestMeaning:
    """What a bound says, after CIDOC CRM P81 and P82."""

    def test_imprecise_ranges_are_cut_with_each_other(self):
        """It lies within all of them."""
        answer = told(bound("a", imprecise=[0, 10]), bound("b", imprecise=[4, 20]))
        assert only(answer) == (4, 10)
        (window,) = answer["feasible"]
        assert [window["start_by"][0]["id"], window["end_by"][0]["id"]] == ["b", "a"]

    def test_precise_ranges_are_joined(self):
        """It went on throughout each, so throughout all that lies between them too; and it may be longer."""
        answer = told(bound("a", precise=[0, 1]), bound("b", precise=[5, 6]))
        (window,) = answer["feasible"]
        assert (window["start"], window["end"], window["throughout"]) == ("open", "open", [0, 6])

    def test_precise_outside_imprecise_of_another_is_a_conflict(self):
        """What it covers surely must lie in what it lies within."""
        assert told(bound("a", precise=[0, 5]), bound("b", imprecise=[3, 9]))["conflicts"] == [["a", "b"]]

    @pytest.mark.parametrize(
        ("relation", "said", "expected"),
        [
            ("before", {"imprecise": [10, 20]}, ("open", 20)),
            ("before", {"precise": [10, 20]}, ("open", 10)),
            ("after", {"imprecise": [10, 20]}, (10, "open")),
            ("after", {"precise": [10, 20]}, (20, "open")),
            ("during", {"imprecise": [10, 20]}, (10, 20)),
            ("same_time", {"imprecise": [10, 20]}, (10, 20)),
            ("contains", {"precise": [10, 20]}, ("open", "open")),
        ],
    )
    def test_a_word_beside_a_range_says_how_the_subject_stands_to_it(self, relation, said, expected):
        """Before something that lies within the range, or goes on throughout it."""
        assert only(told(bound("a", relation=relation, **said))) == expected

    def test_overlaps_and_contains_need_one_moment_of_the_range(self):
        """It began by the end of the range and had not ended before its start."""
        for relation in ("overlaps", "contains"):
            answer = told(bound("a", relation=relation, imprecise=[10, 20]), bound("b", imprecise=[0, 12]))
            assert only(answer) == (0, 12)
            against = told(bound("a", relation=relation, imprecise=[10, 20]), bound("b", imprecise=[0, 9]))
            assert against["conflicts"] == [["a", "b"]]

    @pytest.mark.parametrize(
        ("relation", "expected"),
        [
            ({"kind": "before", "other": "rescue"}, (0, 60)),
            ({"kind": "before", "other": "rescue", "least_gap_ticks": 10}, (0, 50)),
            ({"kind": "before", "other": "rescue", "most_gap_ticks": 5}, (0, 60)),
            ({"kind": "after", "other": "rescue"}, (50, 100)),
            ({"kind": "during", "other": "rescue"}, (50, 60)),
            ({"kind": "same_time", "other": "rescue"}, (50, 60)),
            ({"kind": "contains", "other": "rescue"}, (0, 100)),
        ],
    )
    def test_relations_between_subjects(self, relation, expected):
        """Both ranges and the relation bound each other."""
        answer = told(
            bound("a", imprecise=[0, 100]), bound("b", "rescue", imprecise=[50, 60]), bound("c", relation=relation)
        )
        assert only(answer) == expected

    def test_gaps_in_seconds(self):
        """`48 hours before` ties an event to another to the second."""
        gap = {"kind": "before", "other": "statement", "least_gap_s": 172_800, "most_gap_s": 172_800}
        answer = told(
            bound("a", imprecise=["2022-03-01T00:00:00Z", "2022-04-30T00:00:00Z"]),
            bound("b", "statement", imprecise=["2022-04-02T00:00:00Z", "2022-04-02T12:00:00Z"]),
            bound("c", relation=gap),
        )
        assert only(answer)[1] == "2022-03-31T12:00:00+00:00"

    def test_a_daily_window_reaches_others_through_a_relation(self):
        """What happened at the same time as something in an afternoon happened in an afternoon."""
        answer = told(
            bound("a", imprecise=["2022-03-28", "2022-03-30"]),
            bound("b", daily={"from": "13:00", "to": "18:00"}),
            bound("c", "call", relation={"kind": "same_time", "other": "event"}),
            zone="Europe/Kyiv",
        )
        starts = [one["start"][:16] for one in answer["feasible"] if one["subject"] == "call"]
        assert starts == [f"2022-03-{day}T13:00" for day in (28, 29, 30)]

    def test_two_daily_windows_that_never_meet(self):
        """Forenoon and afternoon: a conflict of the two alone, whatever the day."""
        answer = told(
            bound("a", imprecise=["2022-03-28", "2022-03-30"]),
            bound("b", daily={"from": "08:00", "to": "11:00"}),
            bound("c", daily={"from": "13:00", "to": "18:00"}),
            zone="Europe/Kyiv",
        )
        assert answer["conflicts"] == [["b", "c"]]

    def test_a_range_between_two_windows(self):
        """Not one of three bounds contradicts another, all three do."""
        answer = told(
            bound("a", imprecise=[None, "2022-03-29T12:00"]),
            bound("b", imprecise=["2022-03-28T19:00", None]),
            bound("c", daily={"from": "13:00", "to": "18:00"}),
            zone="Europe/Kyiv",
        )
        assert answer["conflicts"] == [["a", "b", "c"]]
        assert "These three cannot all hold together" in answer["why"][0]


class TestEnds:
    """How one end of a range reads."""

    @pytest.mark.parametrize("word", ["open", None])
    def test_open(self, word):
        """No limit is claimed on that side."""
        assert only(told(bound("a", imprecise=[word, 5]))) == ("open", 5)

    def test_unknown(self):
        """There is a limit, and nobody knows it: told as such."""
        assert only(told(bound("a", imprecise=["unknown", 5]))) == ("unknown", 5)
        assert only(told(bound("a", imprecise=["unknown", 5]), bound("b", imprecise=[2, None]))) == (2, 5)

    def test_a_day_is_meant_whole(self):
        """From its first instant through its last; the next midnight is another day."""
        answer = told(bound("a", imprecise=["2022-03-27", "2022-03-27"]), zone="Europe/Kyiv")
        assert only(answer) == ("2022-03-27T00:00:00+02:00", "2022-03-27T23:59:59.999999+03:00")
        beside = told(
            bound("a", imprecise=["2022-03-27", "2022-03-27"]),
            bound("b", imprecise=["2022-03-28T00:00", None]),
            zone="Europe/Kyiv",
        )
        assert beside["conflicts"] == [["a", "b"]]

    def test_the_double_hour_of_autumn_is_read_on_the_safe_side(self):
        """Imprecise at its widest, precise at its narrowest; and the answer says so."""
        twice = "2022-10-30T03:30"
        wide = told(bound("a", imprecise=[twice, twice]), zone="Europe/Kyiv")
        assert only(wide) == ("2022-10-30T03:30:00+03:00", "2022-10-30T03:30:00+02:00")
        assert any("twice" in note for note in wide["notes"])
        narrow = told(bound("a", precise=[twice, "2022-10-30T05:00"]), zone="Europe/Kyiv")
        assert narrow["feasible"][0]["throughout"][0] == "2022-10-30T03:30:00+02:00"

    def test_a_bound_may_have_a_zone_of_its_own(self):
        """Its wall times are read there, whatever the document says."""
        answer = told(bound("a", imprecise=["2022-03-30T12:00", None], zone="UTC"), zone="Europe/Kyiv")
        assert only(answer)[0] == "2022-03-30T15:00:00+03:00"

    @given(st.integers(-(10**15), 10**15), st.integers(0, 10**12))
    def test_whole_numbers_come_back_as_they_went_in(self, start, length):
        """Ticks of any clock; never a float."""
        assert only(told(bound("a", imprecise=[start, start + length]))) == (start, start + length)

    @pytest.mark.parametrize("ticks", [10**30, -(10**30)])
    def test_beyond_the_calendar(self, ticks):
        """What lies beyond is shown as the calendar's edge instead of failing."""
        assert moment_of(ticks).year in {1, 9999}


class TestDaily:
    """Windows that come back every day."""

    POINT = Point(latitude_deg=50.43, longitude_deg=30.05)
    HIGH_NORTH = Point(latitude_deg=78.2, longitude_deg=15.6)

    def stretches(self, first: str, last: str, *, point: Point = POINT, day: date = date(2022, 3, 29)) -> list[str]:
        daily = Daily.from_json({"from": first, "to": last}, zone=KYIV, point=point)
        return [moment_of(end).isoformat() for pair in daily.stretches(day, day) for end in pair]

    def test_by_the_clock(self):
        """13:00 to 18:00 in summer time."""
        assert self.stretches("13:00", "18:00") == ["2022-03-29T10:00:00+00:00", "2022-03-29T15:00:00+00:00"]

    def test_over_midnight(self):
        """A window that ends before it begins runs into the next day; 24:00 is the next midnight."""
        assert self.stretches("22:00", "04:00") == ["2022-03-29T19:00:00+00:00", "2022-03-30T01:00:00+00:00"]
        assert self.stretches("22:00", "24:00")[1] == "2022-03-29T21:00:00+00:00"
        assert self.stretches("sunset", "sunrise")[1].startswith("2022-03-30T03:4")

    def test_by_the_sun_with_a_shift(self):
        """Half an hour before sunset at 19:27 local time."""
        assert self.stretches("13:00", "sunset-00:30")[1].startswith("2022-03-29T15:5")

    def test_spring_leaps_over_it(self):
        """03:30 did not exist on 27 March 2022: read so that the window is the wider one."""
        leap = date(2022, 3, 27)
        assert self.stretches("03:30", "05:00", day=leap)[0] == "2022-03-27T00:30:00+00:00"
        assert self.stretches("01:00", "03:30", day=leap)[1] == "2022-03-27T01:30:00+00:00"

    def test_polar_summer_and_winter(self):
        """Where the sun does not set, light lasts until midnight; where it does not rise, there is no window."""
        summer, winter = date(2022, 6, 21), date(2022, 12, 21)
        assert self.stretches("13:00", "sunset", point=self.HIGH_NORTH, day=summer)[1] == "2022-06-21T21:00:00+00:00"
        assert self.stretches("13:00", "sunset", point=self.HIGH_NORTH, day=winter) == []

    def test_light_that_never_was_is_a_conflict_of_one(self):
        """Daylight in the polar night cannot hold by itself."""
        answer = told(
            bound("a", imprecise=["2022-12-10", "2022-12-31"]),
            bound("b", daily={"from": "sunrise", "to": "sunset"}),
            zone="Arctic/Longyearbyen",
            place={"lat": 78.2, "lon": 15.6},
        )
        assert answer["conflicts"] == [["a", "b"]]


BAD_ENDS = [
    ("2022-02-30", "no such day"),
    ("2022-03-27T03:30", "never showed it"),
    ("2022-03-30T25:00", "no such time"),
    ("30 March", "must read like"),
    ("2022-03-30T10:00:60Z", "second"),
    (True, "must be a text"),
    (1.5, "must be a text"),
    ({}, "must be a text"),
    (10**21, "twenty digits"),
    ("9999-12-31", "edge of the calendar"),
]


class TestFaults:
    """A bad document is refused whole, with each fault in its place."""

    @pytest.mark.parametrize(("end", "why"), BAD_ENDS)
    def test_an_end_that_is_none(self, end, why):
        """Impossible days, leapt-over hours, floats, huge numbers."""
        (fault,) = faults_of({"zone": "Europe/Kyiv", "bounds": [bound("a", imprecise=[None, end])]})
        assert fault[0] == "bound a"
        assert why in fault[1]

    @pytest.mark.parametrize("end", ["2022-03-30T10:00", "2022-03-30"])
    def test_a_naive_time_without_a_zone(self, end):
        """Nothing is assumed; the fault says what to add."""
        (fault,) = faults_of({"bounds": [bound("a", imprecise=[None, end])]})
        assert "offset" in fault[1]

    @pytest.mark.parametrize(
        ("said", "why"),
        [
            ({"imprecise": [5, 1]}, "ends before it starts"),
            ({"precise": [0, 9], "imprecise": [1, 9]}, "outside its imprecise"),
            ({"imprecise": [None, None]}, "says nothing"),
            ({"imprecise": ["unknown", "open"]}, "says nothing"),
            ({"imprecise": [1]}, "list of two ends"),
            ({"imprecise": "2022"}, "list of two ends"),
            ({}, "says nothing"),
            ({"relation": "before"}, "before what"),
            ({"relation": "near", "imprecise": [0, 1]}, "must be one of"),
            ({"relation": "before", "imprecise": [0, None]}, "no limit on that side"),
            ({"relation": "during", "precise": [0, 1]}, "bounds nothing"),
            ({"relation": {"kind": "before", "other": "nobody"}}, "no bound speaks about"),
            ({"relation": {"kind": "before", "other": "event"}}, "to itself"),
            ({"relation": {"kind": "during", "other": "b", "least_gap_s": 1}}, "only before and after"),
            ({"relation": {"kind": "before", "other": "b", "least_gap_s": 2, "most_gap_s": 1}}, "less than the least"),
            ({"relation": {"kind": "before", "other": "b", "least_gap_s": -1}}, "gap"),
            ({"imprecise": [0, 1], "zone": "Europe/Nowhere"}, "no such zone"),
            ({"imprecise": [0, 1], "zone": "../../etc/passwd"}, "no such zone"),
            ({"imprecise": [0, 1], "dayly": {}}, "not known here: dayly"),
            ({"imprecise": ["2022-03-30T10:00:00Z", None], "daily": {"from": "13:00", "to": "dusk"}}, "zone"),
        ],
    )
    def test_a_bound_that_makes_no_sense(self, said, why):
        """Self-contradiction, nothing said, relations to nobody, unknown words and fields."""
        faults = faults_of({"bounds": [bound("a", **said)]})
        assert any(why in fault[1] for fault in faults), faults

    @pytest.mark.parametrize("bounds", [[], {}, None, "x", 5])
    def test_no_bounds(self, bounds):
        """Without a bound there is nothing to solve."""
        (fault,) = faults_of({"bounds": bounds})
        assert fault[0] == "bounds"

    @pytest.mark.parametrize("document", [[], None, 3, {}, {"bound": []}])
    def test_no_document(self, document):
        """An object with `bounds`, or nothing."""
        assert len(faults_of(document)) == 1

    def test_all_faults_at_once(self):
        """Each bound's faults, a name given twice, and a relation to nobody, in one answer."""
        faults = faults_of(
            {
                "zone": "Europe/Nowhere",
                "bounds": [
                    bound("a", imprecise=["2022-02-30", "2022-13-01"]),
                    bound("a", imprecise=["2022-03-30T10:00:00Z", None]),
                    bound("c", relation={"kind": "before", "other": "nobody"}),
                    {"id": "d", "subject": "event"},
                    bound("e", precise=[None, None], imprecise=["2022-03-30", None]),
                    17,
                ],
            }
        )
        text = " | ".join(f"{where}: {why}" for where, why in faults)
        for part in ("Europe/Nowhere", "2022-02-30", "more than once", "'nobody'", "bound d", "bound e", "no. 6"):
            assert part in text
        assert len([one for one in faults if one[0] == "bound e"]) == 2

    def test_numbers_and_times_do_not_mix(self):
        """A frame number and an instant cannot be compared."""
        faults = faults_of(
            {"bounds": [bound("a", imprecise=[0, 1]), bound("b", imprecise=["2022-03-30T10:00:00Z", None])]}
        )
        assert "cannot be compared" in faults[0][1]

    def test_a_daily_window_alone_leaves_every_day(self):
        """Some bound must say before or after when."""
        document = {"bounds": [bound("a", daily={"from": "13:00", "to": "18:00"})], "zone": "UTC"}
        assert "every day" in faults_of(document)[0][1]

    def test_a_daily_window_over_a_thousand_years(self):
        """Too many days to work out are refused, not cut without a word."""
        document = {
            "bounds": [bound("a", imprecise=["1000-01-01", "2000-01-01"], daily={"from": "13:00", "to": "18:00"})],
            "zone": "UTC",
        }
        assert "fifty years" in faults_of(document)[0][1]

    def test_an_unknown_bound_cannot_be_set_aside(self):
        """The answer lists the names there are."""
        with pytest.raises(NotFound, match="nobody"):
            told(bound("a", imprecise=[0, 1]), set_aside=("nobody",))

    @pytest.mark.parametrize(
        ("raw", "why"),
        [
            (b"{", "no JSON"),
            (b"\xff\xfe", "UTF-8"),
            (b"[" * 100_000, "nested"),
            (b'{"bounds": [], "bounds": []}', "twice"),
            (b" " * (MOST_BYTES + 1), "larger"),
            (b'{"bounds": [' + b"9" * 5_000 + b"]}", "no JSON"),
        ],
    )
    def test_hostile_bytes(self, raw, why):
        """Broken, deep, doubled, huge: refused with a reason."""
        with pytest.raises(BoundsRefused, match=why):
            read_text(raw, what="x.json")

    def test_control_characters_are_refused(self):
        """A name that could drive a terminal is no name."""
        with pytest.raises(InvalidValue):
            told(bound("a\x1b[2J", imprecise=[0, 1]))

    @given(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=5),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(
                    st.sampled_from(
                        [
                            "bounds",
                            "id",
                            "subject",
                            "source",
                            "imprecise",
                            "precise",
                            "relation",
                            "daily",
                            "kind",
                            "other",
                            "zone",
                        ]
                    ),
                    inner,
                    max_size=5,
                )
            ),
            max_leaves=20,
        )
    )
    def test_anything_at_all_is_answered_or_refused(self, document):
        """No shape of input ends in anything but an answer or our own error."""
        try:
            told_of = as_json(solve(read(document)))
        except InvalidValue:
            return
        json.dumps(told_of)


SUBJECTS = ["filming", "call", "visit"]
EARLY = st.sampled_from(["2022-03-26", "2022-03-27T02:59:59.5", "2022-03-28T09:40", "2022-03-29T00:00:00Z", "open"])
LATE = st.sampled_from(["2022-03-29", "2022-03-30T09:40", "2022-10-30T03:30", "2022-03-30T00:00:00+05:00"])
TIES = st.fixed_dictionaries(
    {"kind": st.sampled_from(["before", "after"]), "other": st.sampled_from(SUBJECTS)},
    optional={"least_gap_s": st.sampled_from([0, 0.5, 3_600]), "most_gap_s": st.sampled_from([3_600, 200_000])},
) | st.fixed_dictionaries(
    {"kind": st.sampled_from(["during", "contains", "overlaps", "same_time"]), "other": st.sampled_from(SUBJECTS)}
)
CLOCKS = st.sampled_from(["00:00", "03:30", "13:00", "24:00", "sunset", "sunrise+01:00", "civil_dusk", "solar_noon"])
RANGES = st.tuples(EARLY, LATE).map(list)
SAID = st.one_of(
    st.fixed_dictionaries({"imprecise": RANGES}),
    st.fixed_dictionaries({"precise": RANGES}),
    st.fixed_dictionaries({"imprecise": RANGES, "relation": st.sampled_from(["before", "contains", "overlaps"])}),
    st.fixed_dictionaries({"relation": TIES}),
    st.fixed_dictionaries({"daily": st.fixed_dictionaries({"from": CLOCKS, "to": CLOCKS})}),
)
ROWS = st.tuples(st.sampled_from(SUBJECTS), SAID).map(lambda row: {"subject": row[0], "source": SOURCE, **row[1]})
KNOWN = [{"subject": subject, "source": SOURCE, "imprecise": ["2022-03-20", None]} for subject in SUBJECTS]


@given(st.lists(ROWS, min_size=1, max_size=5), st.sampled_from(["Europe/Kyiv", "Arctic/Longyearbyen"]))
def test_whatever_makes_sense_is_answered_whole(rows, zone):
    """Of bounds that can be read: windows run forwards, and conflicts and alternatives fit each other."""
    rows = [{**row, "id": f"b{number}"} for number, row in enumerate([*KNOWN, *rows])]
    document = {"zone": zone, "place": {"lat": 70.0, "lon": 25.0}, "bounds": rows}
    try:
        answer = as_json(solve(read(document)))
    except BoundsRefused:
        return
    json.dumps(answer)
    assert len(answer["why"]) == len(answer["conflicts"])
    left_out = [set(one["leaving_out"]) for one in answer["alternatives"]]
    for conflict in answer["conflicts"]:
        assert any(set(conflict) & one for one in left_out)
    for window in answer["feasible"]:
        if {window["start"], window["end"]} & {"open", "unknown"} == set():
            assert read_instant(window["start"]) <= read_instant(window["end"])
        assert not {one["id"] for one in window["start_by"] + window["end_by"]} & set(window["leaving_out"])


@pytest.mark.parametrize("written", ["open", None, ".."])
def test_an_open_end_may_be_written_in_three_ways(written: object) -> None:
    """As a word, as nothing, and as EDTF writes it; each claims no limit on that side."""
    assert only(told(bound("a", imprecise=[written, 7]))) == ("open", 7)
    assert only(told(bound("a", imprecise=[7, written]))) == (7, "open")
