"""Views and lines of sight as people write them: numbers parted by commas."""

from __future__ import annotations

from collections.abc import Sequence

from probata.terms.errors import UsageError
from probata.terms.places import Point
from probata.verification.sightlines import Crossing, SightLine, View, crossing

VIEW_FORM = "LAT,LON,AZIMUTH,FIELD,KM"
LINE_FORM = "LAT,LON,AZIMUTH,SIGMA"


class BadSight(UsageError):
    """The words for a view or a line of sight are off."""

    code = "bad_sight"
    template = "{given} is no {what}: {why}."
    advice = "Give numbers parted by commas: {form}."


def read_view(untrusted: str) -> View:
    """Read `50.5,30.2,180,60,3`: from where, the azimuth of the middle, how wide in degrees, how far in kilometres."""
    latitude, longitude, azimuth, wide, far = _numbers(untrusted, "view", VIEW_FORM)
    at = Point(latitude_deg=latitude, longitude_deg=longitude)
    return View(at=at, azimuth_deg=azimuth, field_deg=wide, range_m=far * 1000)


def read_line(untrusted: str) -> SightLine:
    """Read `50.5,30.2,180,2`: from where, on which azimuth, and one sigma of it in degrees."""
    latitude, longitude, azimuth, sigma = _numbers(untrusted, "line of sight", LINE_FORM)
    at = Point(latitude_deg=latitude, longitude_deg=longitude)
    return SightLine(at=at, azimuth_deg=azimuth, sigma_deg=sigma)


def crossing_of(lines: Sequence[SightLine]) -> Crossing | None:
    """Where two lines cross; None for fewer. Raises `BadSight` for more than two."""
    if len(lines) > 2:
        raise BadSight(given=str(len(lines)), what="number of lines", why="two cross", form="one or two lines of sight")
    return crossing(lines[0], lines[1]) if len(lines) == 2 else None


def _numbers(untrusted: str, what: str, form: str) -> list[float]:
    try:
        numbers = [float(part) for part in untrusted.split(",")]
    except ValueError:
        raise BadSight(given=untrusted, what=what, why="it holds something else than numbers", form=form) from None
    if len(numbers) != form.count(",") + 1:
        raise BadSight(given=untrusted, what=what, why=f"it holds {len(numbers)} numbers", form=form)
    return numbers
