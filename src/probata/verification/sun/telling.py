"""Telling what the sun says: as plain data with the derivation, so that anybody can run it again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from importlib.metadata import version
from zoneinfo import ZoneInfo

from probata import __version__
from probata.verification.derivation import Derivation
from probata.verification.sun.around import Around
from probata.verification.sun.dates import DateRun, DatesAnswer, SunVector, TimeOfDay
from probata.verification.sun.position import RISING_DEG, solar_day
from probata.verification.sun.shadow import Shadow, ShadowAnswer, ShadowWindow

_MODEL = {
    "sun": "NOAA and Meeus, by astral: azimuth and altitude within about 0.01 degrees, 1900 to 2100",
    "refraction": "included, NOAA's formula for a standard atmosphere: within some tenths of a degree near the horizon",
    "ground": "level; azimuths from true north",
    "rising_deg": RISING_DEG,
}
TWIN = (
    "The sun stands alike on either side of a solstice. Where two runs of days are given, the sun cannot say which it "
    "was; leaves, snow, crops or the weather may."
)


def _place(around: Around, zone: ZoneInfo, first: date, last: date) -> dict[str, object]:
    return {
        "latitude_deg": around.point.latitude_deg,
        "longitude_deg": around.point.longitude_deg,
        "radius_m": around.radius_m,
        "zone": zone.key,
        "first_day": first.isoformat(),
        "last_day": last.isoformat(),
    }


def _tool() -> str:
    return f"{__version__} (astral {version('astral')})"


def shadow_as_json(
    answer: ShadowAnswer, shadow: Shadow, around: Around, first: date, last: date, zone: ZoneInfo
) -> dict[str, object]:
    """Windows, days without one and why, the sun's day, and the derivation."""
    windows = [_window(one) for one in answer.windows]
    without = [
        {"start": one.first.isoformat(), "end": one.last.isoformat(), "code": one.code, "why": one.why}
        for one in answer.without
    ]
    measured: dict[str, object] = {
        "shadow_azimuth_deg": shadow.azimuth_deg,
        "azimuth_sd_deg": shadow.azimuth_sd_deg,
        "height_over_shadow": shadow.ratio,
        "ratio_sd_share": shadow.ratio_sd,
    }
    derivation = Derivation(
        tool="probata sun",
        version=_tool(),
        inputs={**_place(around, zone, first, last), **measured},
        parameters={**_MODEL, "probability": answer.probability},
        outputs={"windows": windows},
        uncertainty={
            "probability": answer.probability,
            "covers": "the errors as stated, normal and independent (of a ratio: as a share of it), and the "
            "whole radius of the place; not sloping ground, a leaning thing, or a wrong north",
        },
    )
    return {
        "windows": windows,
        "without": without,
        "probability": answer.probability,
        "sun": _day(around, first, zone),
        "derivation": derivation.as_json(),
    }


def _window(one: ShadowWindow) -> dict[str, object]:
    return {
        "start": one.start.isoformat(),
        "end": one.end.isoformat(),
        "best": one.best.isoformat(),
        "half": one.half,
        "sun_azimuth_deg": round(one.azimuth_deg, 2),
        "sun_altitude_deg": round(one.altitude_deg, 2),
        "minutes_per_azimuth_degree": _rounded(one.minutes_per_azimuth_degree),
        "minutes_per_altitude_degree": _rounded(one.minutes_per_altitude_degree),
    }


def _rounded(minutes: float | None) -> float | None:
    return None if minutes is None else round(minutes, 1)


def _day(around: Around, day: date, zone: ZoneInfo) -> dict[str, object]:
    """The sun's day on the first of the days, for a person to hold the windows against."""
    sun = solar_day(day, around.point, zone)
    return {
        "day": day.isoformat(),
        "sunrise": None if sun.sunrise is None else sun.sunrise.isoformat(timespec="seconds"),
        "noon": sun.noon.isoformat(timespec="seconds"),
        "noon_altitude_deg": round(sun.noon_altitude_deg, 2),
        "sunset": None if sun.sunset is None else sun.sunset.isoformat(timespec="seconds"),
        "always_up": sun.always_up,
        "always_down": sun.always_down,
    }


def dates_as_json(
    answer: DatesAnswer,
    vector: SunVector,
    around: Around,
    first: date,
    last: date,
    zone: ZoneInfo,
    at: TimeOfDay | None,
) -> dict[str, object]:
    """Runs of days, what comes nearest, and the derivation."""
    runs = [_run(one) for one in answer.runs]
    inputs: dict[str, object] = {
        **_place(around, zone, first, last),
        "sun_azimuth_deg": vector.azimuth_deg,
        "sun_altitude_deg": vector.altitude_deg,
        "tolerance_deg": vector.tolerance_deg,
        "time_of_day": None if at is None else at.clock.isoformat() + ("Z" if at.in_utc else ""),
        "time_within_min": None if at is None else at.within_min,
    }
    derivation = Derivation(
        tool="probata sun",
        version=_tool(),
        inputs=inputs,
        parameters={**_MODEL, "distance": "across the sky"},
        outputs={"dates": runs},
        uncertainty={"tolerance_deg": vector.tolerance_deg, "covers": "whatever the tolerance was made to cover"},
    )
    return {
        "dates": runs,
        "nearest": None
        if answer.nearest_away_deg == float("inf")
        else {"day": answer.nearest.isoformat(), "away_deg": round(answer.nearest_away_deg, 2)},
        "twin": TWIN,
        "why": why_no_date(answer, vector),
        "derivation": derivation.as_json(),
    }


def _run(one: DateRun) -> dict[str, object]:
    return {
        "start": one.start.isoformat(),
        "end": one.end.isoformat(),
        "best": one.best.isoformat(),
        "best_time": one.best_time.isoformat(),
        "away_deg": round(one.away_deg, 2),
        "declination_deg": round(one.declination_deg, 2),
        "sun_goes": one.goes,
        "cut": one.cut,
    }


def why_no_date(answer: DatesAnswer, vector: SunVector) -> str:
    """Why no day fits; empty where one does."""
    if answer.runs:
        return ""
    if answer.nearest_away_deg == float("inf"):
        return "On none of these days is the sun up at that time of day."
    return (
        f"On no day does the sun come within {vector.tolerance_deg:g} degrees; on {answer.nearest.isoformat()} it "
        f"comes nearest, within {answer.nearest_away_deg:.1f}."
    )


def minutes_in_words(windows: Sequence[ShadowWindow]) -> str:
    """What one degree is worth in these windows, in minutes; empty where there is none."""
    azimuth = [one.minutes_per_azimuth_degree for one in windows if one.minutes_per_azimuth_degree is not None]
    altitude = [one.minutes_per_altitude_degree for one in windows if one.minutes_per_altitude_degree is not None]
    told = [
        f"one degree of {what} is {min(values):.0f}"
        + ("" if round(min(values)) == round(max(values)) else f" to {max(values):.0f}")
        + " minutes"
        for what, values in (("azimuth", azimuth), ("altitude", altitude))
        if values
    ]
    return " and ".join(told)
