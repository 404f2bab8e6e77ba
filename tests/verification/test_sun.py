"""The sun: where it stands beside published and independent figures, times from shadows, days from where it stood."""

from __future__ import annotations

import math
import random
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from probata.terms.errors import InvalidValue
from probata.terms.places import Point
from probata.verification.sun.around import Around, angle_between
from probata.verification.sun.dates import SunVector, TimeOfDay, dates_of
from probata.verification.sun.position import declination_and_equation, geometric, position, solar_day
from probata.verification.sun.shadow import Shadow, ShadowAnswer, quantile, windows_of

KYIV = ZoneInfo("Europe/Kyiv")
VILLAGE = Point(latitude_deg=50.43, longitude_deg=30.05)
DAY = date(2022, 3, 29)
SAVANNA = Point(latitude_deg=10.98, longitude_deg=13.9)
DOUALA = ZoneInfo("Africa/Douala")
MINUTE = timedelta(minutes=1)
SOME_TIME = st.floats(-2_200_000_000, 4_100_000_000)


def at(hour: int, minute: int = 0, day: date = DAY, zone: ZoneInfo = KYIV) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=zone)


def windows(shadow: Shadow, day: date = DAY, *, radius_m: float = 0, probability: float = 0.9) -> ShadowAnswer:
    around = Around(point=VILLAGE, radius_m=radius_m)
    return windows_of(shadow, around, day, day, KYIV, probability=probability)


def shadow_at(moment: datetime, *, azimuth_sd_deg: float | None = None, ratio_sd: float | None = None) -> Shadow:
    """The shadow that the sun really casts at this moment, with these errors."""
    sun = position(moment, VILLAGE)
    return Shadow(
        azimuth_deg=None if azimuth_sd_deg is None else (sun.azimuth_deg + 180) % 360,
        azimuth_sd_deg=azimuth_sd_deg,
        ratio=None if ratio_sd is None else math.tan(math.radians(sun.altitude_deg)),
        ratio_sd=ratio_sd,
    )


def by_sidereal_time(at_s: float, latitude_deg: float, longitude_deg: float) -> tuple[float, float]:
    """Azimuth and altitude by another way: right ascension and sidereal time (Meeus, chapters 12, 13, 25)."""
    days = at_s / 86_400 + 2_440_587.5 - 2_451_545.0
    century = days / 36_525
    mean = math.radians(357.52911 + 35_999.05029 * century - 0.0001537 * century**2)
    centre = (1.914602 - 0.004817 * century - 0.000014 * century**2) * math.sin(mean)
    centre += (0.019993 - 0.000101 * century) * math.sin(2 * mean) + 0.000289 * math.sin(3 * mean)
    node = math.radians(125.04 - 1_934.136 * century)
    longitude = math.radians(
        280.46646 + 36_000.76983 * century + 0.0003032 * century**2 + centre - 0.00569 - 0.00478 * math.sin(node)
    )
    tilt = math.radians(23.4392911 - 0.0130042 * century + 0.00256 * math.cos(node))
    ascension = math.atan2(math.cos(tilt) * math.sin(longitude), math.cos(longitude))
    declination = math.asin(math.sin(tilt) * math.sin(longitude))
    sidereal = 280.46061837 + 360.98564736629 * days + 0.000387933 * century**2 - 0.00478 * 0.9175 * math.sin(node)
    hour = math.radians(sidereal + longitude_deg) - ascension
    latitude = math.radians(latitude_deg)
    up = math.sin(latitude) * math.sin(declination) + math.cos(latitude) * math.cos(declination) * math.cos(hour)
    south = math.cos(hour) * math.sin(latitude) - math.tan(declination) * math.cos(latitude)
    return math.degrees(math.atan2(math.sin(hour), south)) % 360 + 180, math.degrees(math.asin(up))


class TestPosition:
    """Where the sun stands."""

    def test_the_example_of_the_solar_position_algorithm(self):
        """Reda and Andreas 2004, appendix: 17 October 2003, 12:30:30 at UTC-7, topocentric without refraction."""
        moment = datetime(2003, 10, 17, 12, 30, 30, tzinfo=timezone(timedelta(hours=-7)))
        azimuth, altitude = geometric(moment.timestamp(), 39.742476, -105.1786)
        assert azimuth == pytest.approx(194.34024, abs=0.01)
        assert altitude == pytest.approx(39.872046, abs=0.01)

    def test_the_examples_of_meeus(self):
        """13 October 1992, 0h: declination -7.78507 degrees, equation of time 13 min 42.6 s."""
        declination, equation = declination_and_equation(datetime(1992, 10, 13, tzinfo=UTC).timestamp())
        assert declination == pytest.approx(-7.78507, abs=0.002)
        assert equation == pytest.approx(13 + 42.6 / 60, abs=0.02)

    @given(SOME_TIME, st.floats(-89, 89), st.floats(-180, 180))
    def test_beside_another_way_of_computing_it(self, at_s, latitude, longitude):
        """Right ascension and sidereal time lead to the same place in the sky, within a fiftieth of a degree."""
        azimuth, altitude = geometric(at_s, latitude, longitude)
        other_azimuth, other_altitude = by_sidereal_time(at_s, latitude, longitude)
        assert altitude == pytest.approx(other_altitude, abs=0.02)
        assert abs(angle_between(azimuth, other_azimuth)) * math.cos(math.radians(altitude)) < 0.02

    @pytest.mark.parametrize(
        ("point", "day", "zone", "rises", "sets"),
        [
            ((51.48, 0.0), date(2022, 6, 21), "Europe/London", "04:43", "21:21"),
            ((40.71, -74.01), date(2022, 12, 21), "America/New_York", "07:16", "16:32"),
            ((50.43, 30.05), DAY, "Europe/Kyiv", "06:43", "19:26"),
        ],
    )
    def test_rising_and_setting_as_almanacs_have_them(self, point, day, zone, rises, sets):
        """Within two minutes, on the clocks of the place and its history of summer time."""
        sun = solar_day(day, Point(latitude_deg=point[0], longitude_deg=point[1]), ZoneInfo(zone))
        for moment, written in ((sun.sunrise, rises), (sun.sunset, sets)):
            assert moment is not None
            expected = datetime.combine(day, time.fromisoformat(written), tzinfo=ZoneInfo(zone))
            assert abs(moment - expected) <= 2 * MINUTE

    @given(st.dates(date(1900, 1, 2), date(2100, 12, 30)), st.floats(-89, 89), st.floats(-180, 180))
    def test_noon_is_the_highest(self, day, latitude, longitude):
        """A quarter of an hour before and after noon the sun is lower; at rising it is on the horizon."""
        point = Point(latitude_deg=latitude, longitude_deg=longitude)
        sun = solar_day(day, point, ZoneInfo("UTC"))
        heights = [
            geometric((sun.noon + timedelta(minutes=offset)).timestamp(), latitude, longitude)[1]
            for offset in (-15, 0, 15)
        ]
        assert heights[1] >= max(heights[0], heights[2]) - 0.01
        if sun.sunrise is not None and abs(latitude) < 60:
            assert geometric(sun.sunrise.timestamp(), latitude, longitude)[1] == pytest.approx(-0.833, abs=0.02)

    @pytest.mark.parametrize("year", [1899, 2101, 1, 9999])
    def test_years_that_are_not_computed(self, year):
        """Outside 1900 to 2100 there is a refusal, not a figure."""
        with pytest.raises(InvalidValue, match="1900 to 2100"):
            position(datetime(year, 6, 1, tzinfo=UTC), VILLAGE)
        with pytest.raises(InvalidValue, match="1900 to 2100"):
            solar_day(date(year, 6, 1), VILLAGE, KYIV)


class TestShadow:
    """From a shadow to times."""

    def test_what_a_degree_is_worth(self):
        """Near Kyiv on 29 March a degree of azimuth is 2.9 to 5.2 minutes, one of altitude 6 to 8, 17 near noon."""
        hours = [windows(shadow_at(at(hour), azimuth_sd_deg=2)).windows[0] for hour in (8, 10, 12, 13, 14, 16, 18)]
        azimuth = [one.minutes_per_azimuth_degree for one in hours]
        assert all(one is not None and 2.9 <= one <= 5.2 for one in azimuth)
        assert [hours[0].minutes_per_altitude_degree, hours[-1].minutes_per_altitude_degree] == [
            pytest.approx(6.4, abs=0.3)
        ] * 2
        assert hours[2].minutes_per_altitude_degree == pytest.approx(17, abs=0.5)
        assert hours[3].minutes_per_altitude_degree is None

    @pytest.mark.parametrize(("sd", "least", "most"), [(2, 10, 17), (5, 25, 42)])
    @pytest.mark.parametrize("hour", [8, 10, 12, 14, 16, 18])
    def test_a_minute_is_fiction(self, hour, sd, least, most):
        """An azimuth known to 2 degrees leaves 10 to 17 minutes either way, to 5 degrees 25 to 42."""
        (window,) = windows(shadow_at(at(hour), azimuth_sd_deg=sd)).windows
        half = (window.end - window.start) / 2
        assert least * MINUTE <= half <= most * MINUTE
        assert window.start <= at(hour) <= window.end

    def test_a_ratio_known_to_a_fifth(self):
        """At 16:00 it leaves some 80 minutes before and 55 after; and the morning fits as well."""
        morning, afternoon = windows(shadow_at(at(16), ratio_sd=0.2)).windows
        assert (morning.half, afternoon.half) == ("morning", "afternoon")
        assert at(16) - afternoon.start == pytest.approx(79 * MINUTE, abs=6 * MINUTE)
        assert afternoon.end - at(16) == pytest.approx(53 * MINUTE, abs=4 * MINUTE)

    def test_both_measurements_leave_one_half_of_the_day(self):
        """The length alone fits twice, the direction tells which."""
        (window,) = windows(shadow_at(at(16), azimuth_sd_deg=5, ratio_sd=0.2)).windows
        assert window.half == "afternoon"
        assert window.start < at(16) < window.end

    def test_length_over_height_would_give_the_same(self):
        """Errors of a ratio count as shares: the window's ends are as far below the ratio as above it."""
        shadow = shadow_at(at(16), ratio_sd=0.1)
        (_morning, window) = windows(shadow).windows
        ends = [math.tan(math.radians(position(moment, VILLAGE).altitude_deg)) for moment in (window.start, window.end)]
        assert ends[0] * ends[1] == pytest.approx(shadow.ratio**2, rel=0.01)  # type: ignore[operator]

    def test_the_stated_probability_is_kept(self):
        """With errors drawn as stated, the true time is in the windows nine times in ten."""
        chance = random.Random(5)
        hits = 0
        for _turn in range(300):
            truth = at(8) + chance.random() * timedelta(hours=10)
            real = shadow_at(truth, azimuth_sd_deg=4, ratio_sd=0.15)
            seen = Shadow(
                azimuth_deg=(real.azimuth_deg + chance.gauss(0, 4)) % 360,  # type: ignore[operator]
                azimuth_sd_deg=4,
                ratio=real.ratio * math.exp(chance.gauss(0, 0.15)),  # type: ignore[operator]
                ratio_sd=0.15,
            )
            hits += any(one.start <= truth <= one.end for one in windows(seen).windows)
        assert 255 <= hits <= 285

    @hypothesis_settings(max_examples=30)
    @given(
        st.integers(0, 359),
        st.floats(0.2, 10),
        st.floats(0.05, 3),
        st.floats(0.02, 0.5),
        st.dates(date(2022, 1, 1), date(2022, 12, 31)),
    )
    def test_windows_are_all_there_is(self, azimuth, sd, ratio, ratio_sd, day):
        """Inside every window the misfit is within the limit, and at no look outside it is."""
        for shadow in (
            Shadow(azimuth_deg=azimuth, azimuth_sd_deg=sd),
            Shadow(ratio=ratio, ratio_sd=ratio_sd),
            Shadow(azimuth_deg=azimuth, azimuth_sd_deg=sd, ratio=ratio, ratio_sd=ratio_sd),
        ):
            misfit, limit = shadow.misfit(Around(point=VILLAGE)), quantile(shadow.measurements, 0.9)
            found = windows(shadow, day).windows
            for number in range(0, 1440, 7):
                moment = at(0, day=day).astimezone(UTC) + number * MINUTE
                inside = any(one.start <= moment <= one.end for one in found)
                near = any(abs(moment - edge) < 3 * MINUTE for one in found for edge in (one.start, one.end))
                assert inside == (misfit(moment.timestamp()) <= limit) or near

    @pytest.mark.parametrize("radius_m", [500, 5_000, 50_000])
    def test_a_radius_only_widens(self, radius_m):
        """Wherever in the circle it was, the time is in the window."""
        shadow = shadow_at(at(16), azimuth_sd_deg=2)
        (narrow,) = windows(shadow).windows
        (wide,) = windows(shadow, radius_m=radius_m).windows
        assert wide.start <= narrow.start
        assert wide.end >= narrow.end
        east = Point(latitude_deg=50.43, longitude_deg=30.05 + radius_m / 111_195 / math.cos(math.radians(50.43)))
        sun = position(at(16), east)
        (there,) = windows(
            Shadow(azimuth_deg=(sun.azimuth_deg + 180) % 360, azimuth_sd_deg=0.01), radius_m=radius_m
        ).windows
        assert there.start <= at(16) <= there.end

    def test_summer_time_began_on_27_march(self):
        """Windows carry the offset that clocks in Kyiv had on their day."""
        shadow = shadow_at(at(16), azimuth_sd_deg=2)
        answer = windows_of(shadow, Around(point=VILLAGE), date(2022, 3, 26), date(2022, 3, 28), KYIV)
        assert [str(one.start.utcoffset())[0] for one in answer.windows] == ["2", "3", "3"]

    def test_a_window_over_midnight_is_one(self):
        """In a polar summer the sun stands in the north at midnight, and the window does not break there."""
        far_north = Around(point=Point(latitude_deg=78, longitude_deg=0))
        shadow = Shadow(azimuth_deg=180, azimuth_sd_deg=5)
        answer = windows_of(shadow, far_north, date(2022, 6, 20), date(2022, 6, 22), ZoneInfo("UTC"))
        assert [(one.start.day, one.end.day) for one in answer.windows] == [(20, 20), (20, 21), (21, 22), (22, 23)]

    @pytest.mark.parametrize(
        ("point", "day", "shadow", "code"),
        [
            ((78, 15), date(2022, 12, 21), Shadow(azimuth_deg=40, azimuth_sd_deg=5), "sun_below_horizon"),
            ((50.43, 30.05), DAY, Shadow(azimuth_deg=180, azimuth_sd_deg=3), "never_points_there"),
            ((50.43, 30.05), DAY, Shadow(ratio=3, ratio_sd=0.05), "sun_too_low"),
            ((85, 0), date(2022, 6, 21), Shadow(ratio=0.05, ratio_sd=0.05), "sun_too_high"),
            (
                (50.43, 30.05),
                DAY,
                Shadow(azimuth_deg=0, azimuth_sd_deg=2, ratio=0.1, ratio_sd=0.05),
                "not_together",
            ),
        ],
    )
    def test_no_window_has_its_reason(self, point, day, shadow, code):
        """Polar night, a direction never taken, too long, too short, or never both at once."""
        around = Around(point=Point(latitude_deg=point[0], longitude_deg=point[1]))
        answer = windows_of(shadow, around, day, day, ZoneInfo("UTC"))
        assert answer.windows == ()
        (gap,) = answer.without
        assert gap.code == code
        assert gap.why

    @pytest.mark.parametrize(
        "facts",
        [
            {},
            {"azimuth_deg": 10},
            {"azimuth_sd_deg": 10},
            {"azimuth_deg": 361, "azimuth_sd_deg": 1},
            {"azimuth_deg": math.nan, "azimuth_sd_deg": 1},
            {"azimuth_deg": 10, "azimuth_sd_deg": 0},
            {"ratio": 0, "ratio_sd": 0.1},
            {"ratio": -1, "ratio_sd": 0.1},
            {"ratio": 1, "ratio_sd": math.inf},
        ],
    )
    def test_measurements_that_make_no_sense(self, facts):
        """No error stated, none at all, or no measurement."""
        with pytest.raises(InvalidValue):
            Shadow(**facts)

    @pytest.mark.parametrize("last", [date(2022, 3, 28), date(2023, 6, 1)])
    def test_days_that_make_no_sense(self, last):
        """Backwards, or more than a year in one go."""
        with pytest.raises(InvalidValue):
            windows_of(Shadow(ratio=1, ratio_sd=0.1), Around(point=VILLAGE), DAY, last, KYIV)

    @pytest.mark.parametrize("radius_m", [-1, 1e9, math.nan])
    def test_a_radius_that_makes_no_sense(self, radius_m):
        """Below nothing, or half a continent."""
        with pytest.raises(InvalidValue):
            Around(point=VILLAGE, radius_m=radius_m)


class TestDates:
    """From where the sun stood to days."""

    def vector(self, moment: datetime, tolerance_deg: float = 3) -> SunVector:
        sun = position(moment, SAVANNA)
        return SunVector(azimuth_deg=sun.azimuth_deg, altitude_deg=sun.altitude_deg, tolerance_deg=tolerance_deg)

    def runs(self, vector: SunVector, **at_time: TimeOfDay) -> list[tuple[date, date]]:
        answer = dates_of(vector, Around(point=SAVANNA), date(2015, 1, 1), date(2015, 12, 31), DOUALA, **at_time)
        return [(one.start, one.end) for one in answer.runs]

    def test_the_twin_is_told(self):
        """At 10.98 north, the sun of 28 March, 15:30, within 3 degrees: 21 March to 4 April, and 8 to 22 September."""
        vector = self.vector(at(15, 30, date(2015, 3, 28), DOUALA))
        assert self.runs(vector) == [
            (date(2015, 3, 21), date(2015, 4, 4)),
            (date(2015, 9, 8), date(2015, 9, 22)),
        ]

    def test_a_known_time_of_day_narrows_the_twin(self):
        """The equation of time differs by ten minutes between the two; in UTC it is the same moment."""
        vector = self.vector(at(15, 30, date(2015, 3, 28), DOUALA))
        known = self.runs(vector, at=TimeOfDay(clock=time(15, 30)))
        assert known[0] == (date(2015, 3, 21), date(2015, 4, 4))
        (start, end) = known[1]
        assert date(2015, 9, 8) <= start < end <= date(2015, 9, 22)
        assert self.runs(vector, at=TimeOfDay(clock=time(14, 30), in_utc=True)) == known
        assert self.runs(vector, at=TimeOfDay(clock=time(15, 30), within_min=60)) == self.runs(vector)

    def test_near_a_solstice_both_are_one(self):
        """On 21 June the sun turns: one run of days, on both sides of it."""
        ((start, end),) = self.runs(self.vector(at(9, 0, date(2015, 6, 21), DOUALA)))
        assert start < date(2015, 6, 21) < end

    def test_a_run_that_may_go_on_says_so(self):
        """The run about New Year's Day comes in two halves, each said to be cut; in April nothing is."""
        for day, cut in ((date(2015, 1, 2), [True, True]), (date(2015, 4, 20), [False, False])):
            vector = self.vector(at(9, 0, day, DOUALA), 1)
            answer = dates_of(vector, Around(point=SAVANNA), date(2015, 1, 1), date(2015, 12, 31), DOUALA)
            assert [one.cut for one in answer.runs] == cut

    @hypothesis_settings(max_examples=8)
    @given(st.dates(date(2015, 1, 1), date(2015, 12, 31)), st.integers(7, 17), st.floats(0.3, 8))
    def test_the_true_day_is_always_among_them(self, day, hour, tolerance):
        """Whatever the day and hour, with the time known and without."""
        vector = self.vector(at(hour, 0, day, DOUALA), tolerance)
        for at_time in ({}, {"at": TimeOfDay(clock=time(hour))}):
            assert any(start <= day <= end for start, end in self.runs(vector, **at_time))

    def test_none_says_what_comes_nearest(self):
        """The sun of a high latitude never stands overhead."""
        vector = SunVector(azimuth_deg=180, altitude_deg=85, tolerance_deg=3)
        answer = dates_of(vector, Around(point=VILLAGE), date(2015, 1, 1), date(2015, 12, 31), KYIV)
        assert answer.runs == ()
        assert answer.nearest.month == 6
        assert answer.nearest_away_deg == pytest.approx(85 - 63.0, abs=0.2)

    def test_at_midnight_it_is_down(self):
        """A time of day at which the sun is never up fits no day, and nothing comes near."""
        vector = SunVector(azimuth_deg=180, altitude_deg=40, tolerance_deg=3)
        around = Around(point=SAVANNA)
        answer = dates_of(vector, around, date(2015, 1, 1), date(2015, 12, 31), DOUALA, at=TimeOfDay(clock=time(0)))
        assert (answer.runs, answer.nearest_away_deg) == ((), math.inf)

    def test_an_hour_that_clocks_leapt_over(self):
        """On 27 March 2022 clocks in Kyiv never showed 03:30; the day is passed over, not guessed."""
        assert TimeOfDay(clock=time(3, 30)).on(date(2022, 3, 27), KYIV) == ()
        assert len(TimeOfDay(clock=time(3, 30)).on(date(2022, 10, 30), KYIV)) == 2

    @pytest.mark.parametrize(
        "facts",
        [
            {"azimuth_deg": 361, "altitude_deg": 10, "tolerance_deg": 3},
            {"azimuth_deg": 10, "altitude_deg": 91, "tolerance_deg": 3},
            {"azimuth_deg": 10, "altitude_deg": -5, "tolerance_deg": 3},
            {"azimuth_deg": 10, "altitude_deg": 10, "tolerance_deg": 0},
            {"azimuth_deg": math.nan, "altitude_deg": 10, "tolerance_deg": 3},
        ],
    )
    def test_vectors_that_make_no_sense(self, facts):
        """Angles that are none, a sun that nobody sees, no tolerance."""
        with pytest.raises(InvalidValue):
            SunVector(**facts)
