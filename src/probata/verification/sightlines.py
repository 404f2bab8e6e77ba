"""What can be seen from where: distances and bearings, views that hold a point or do not, and lines that cross.

Geometry on the WGS 84 ellipsoid by geodesics (Karney 2013, doi:10.1007/s00190-012-0578-z, through `geographiclib`).
Bearings are degrees clockwise from true north at the point they start from. A place is a point and a radius in metres
within which it lies; where a radius comes out of angles it holds the place with 95 % probability.
"""

from __future__ import annotations

import math
from enum import Enum
from typing import Literal

from attrs import Attribute, field, frozen
from geographiclib.geodesic import Geodesic  # type: ignore[import-untyped]

from probata.terms.errors import InvalidValue
from probata.terms.places import Point

_EARTH = Geodesic.WGS84
HALF_ROUND_M = 20_003_931.0
"""Half a meridian: nothing lies farther away."""
# chi-squared of two degrees of freedom at 95 %, and its root: the radius that holds a round error, in its sigmas.
_CHI_SQUARED_95 = 5.991465
_SIGMAS_95 = math.sqrt(_CHI_SQUARED_95)
_ROUNDS = 40
_CLOSE_ENOUGH_M = 1e-4

Holding = Literal["inside", "outside", "perhaps"]


class Precision(Enum):
    """How well a place is known, as a word for the radius within which it lies.

    The radius is the statement (the point-radius method: Wieczorek, Guo and Hijmans 2004,
    doi:10.1080/13658810412331280211); the word is for reading. The limits are this program's own.
    """

    EXACT = "exact"
    VICINITY = "vicinity"
    LOCALITY = "locality"
    DISTRICT = "district"
    REGION = "region"

    @property
    def up_to_m(self) -> float:
        """The largest radius that the word stands for, in metres."""
        return _UP_TO_M[self]


_UP_TO_M = {
    Precision.EXACT: 25.0,  # a building, a gate
    Precision.VICINITY: 500.0,  # a street, a crossroads
    Precision.LOCALITY: 5_000.0,  # a village or a town's quarter
    Precision.DISTRICT: 50_000.0,  # a raion
    Precision.REGION: math.inf,
}


def precision(radius_m: float) -> Precision:
    """The closest word for a radius. Raises `InvalidValue` for one that is not above nothing."""
    if not radius_m > 0:
        raise InvalidValue(what=f"The radius {radius_m} m", why="a place has some extent: it is above nothing")
    return next(one for one in Precision if radius_m <= one.up_to_m)


def _finite(_instance: object, attribute: Attribute[float], value: float) -> None:
    if not math.isfinite(value):
        raise InvalidValue(what=f"The number {attribute.name}", why="it must be finite")


def _not_below_nothing(_instance: object, attribute: Attribute[float], value: float) -> None:
    if not 0 <= value <= HALF_ROUND_M:
        why = "it lies between nothing and half way round the Earth, in metres"
        raise InvalidValue(what=f"{attribute.name} {value}", why=why)


@frozen(kw_only=True)
class Leg:
    """The shortest way from one point to another: metres, the bearing it starts on, the bearing it arrives on."""

    distance_m: float
    bearing_deg: float
    arriving_deg: float


def _round_once(bearing_deg: float) -> float:
    turned = math.fmod(bearing_deg, 360.0)
    turned = turned + 360.0 if turned < 0 else turned
    # A tiny negative angle rounds up to a full turn.
    return 0.0 if turned >= 360.0 else turned


def turn_deg(a_deg: float, b_deg: float) -> float:
    """The angle between two bearings, from 0 to 180 degrees, whichever way is shorter."""
    return abs((a_deg - b_deg + 180.0) % 360.0 - 180.0)


def leg(a: Point, b: Point) -> Leg:
    """The way from a to b. Between the same point, and between opposite ones, a bearing means nothing."""
    told = _EARTH.Inverse(a.latitude_deg, a.longitude_deg, b.latitude_deg, b.longitude_deg)
    return Leg(
        distance_m=float(told["s12"]), bearing_deg=_round_once(told["azi1"]), arriving_deg=_round_once(told["azi2"])
    )


def onward(start: Point, bearing_deg: float, distance_m: float) -> Point:
    """The point so far from the start on this bearing."""
    told = _EARTH.Direct(start.latitude_deg, start.longitude_deg, bearing_deg, distance_m)
    return Point(latitude_deg=told["lat2"], longitude_deg=told["lon2"])


@frozen(kw_only=True)
class View:
    """What a camera takes in: from where, which way its middle points, how wide, how far, and how well that is known.

    `field_deg` is the whole horizontal angle; 360 is all around. The camera stands within `at_radius_m` of the point;
    the middle is known to `azimuth_error_deg` either way.
    """

    at: Point
    azimuth_deg: float = field(converter=float, validator=_finite)
    field_deg: float = field(converter=float)
    range_m: float = field(converter=float, validator=_not_below_nothing)
    at_radius_m: float = field(default=0.0, converter=float, validator=_not_below_nothing)
    azimuth_error_deg: float = field(default=0.0, converter=float)

    @field_deg.validator
    def _an_angle(self, _attribute: object, value: float) -> None:
        if not 0 < value <= 360:
            raise InvalidValue(what=f"The field of view {value}", why="it lies above 0 and up to 360 degrees")

    @azimuth_error_deg.validator
    def _an_error(self, _attribute: object, value: float) -> None:
        if not 0 <= value <= 180:
            raise InvalidValue(what=f"The error {value} of an azimuth", why="it lies between 0 and 180 degrees")

    def holds(self, point: Point, radius_m: float = 0.0) -> Holding:
        """Whether a place within the radius of the point is in view: `inside` or `outside` whatever the errors are."""
        away = leg(self.at, point)
        slack = radius_m + self.at_radius_m
        if away.distance_m - slack > self.range_m:
            return "outside"
        far = "inside" if away.distance_m + slack <= self.range_m else "perhaps"
        if self.field_deg >= 360:
            return "inside" if far == "inside" else "perhaps"
        if away.distance_m <= slack:
            return "perhaps"
        # Seen from the camera the place is so wide to either side, wherever in their circles both stand.
        wide = math.degrees(math.asin(min(1.0, slack / away.distance_m))) + self.azimuth_error_deg
        aside = turn_deg(away.bearing_deg, self.azimuth_deg)
        if aside - wide > self.field_deg / 2:
            return "outside"
        return "inside" if far == "inside" and aside + wide <= self.field_deg / 2 else "perhaps"

    def outline(self, steps: int = 32) -> tuple[Point, ...]:
        """The view's edge as a ring, first and last alike, anticlockwise as RFC 7946 section 3.1.6 wants it."""
        half = self.field_deg / 2
        angles = [self.azimuth_deg + half - self.field_deg * step / steps for step in range(steps + 1)]
        arc = [onward(self.at, angle, self.range_m) for angle in angles]
        if self.field_deg >= 360:
            return (*arc[:-1], arc[0])
        return (self.at, *arc, self.at)


@frozen(kw_only=True)
class SightLine:
    """A line of sight: from a point known to a radius, on an azimuth known to one sigma, as far as it matters."""

    at: Point
    azimuth_deg: float = field(converter=float, validator=_finite)
    sigma_deg: float = field(converter=float)
    at_radius_m: float = field(default=0.0, converter=float, validator=_not_below_nothing)

    @sigma_deg.validator
    def _an_error(self, _attribute: object, value: float) -> None:
        if not 0 < value <= 45:
            why = "one sigma lies above 0 and up to 45 degrees: no line is known exactly"
            raise InvalidValue(what=f"The sigma {value} of an azimuth", why=why)

    def aside_m(self, distance_m: float) -> float:
        """One sigma of how far to the side the line may pass at this distance, in metres."""
        return math.hypot(distance_m * math.radians(self.sigma_deg), self.at_radius_m / _SIGMAS_95)


@frozen(kw_only=True)
class Crossing:
    """Where two lines of sight cross: a point, and the radius that holds it with 95 % probability.

    `angle_deg` is how steeply they cross; the flatter, the longer the error. `distances_m` from each line's start.
    """

    point: Point
    radius_m: float
    angle_deg: float
    distances_m: tuple[float, float]

    @property
    def precision(self) -> Precision:
        """The word for the radius."""
        return precision(self.radius_m)


class NoCrossing(InvalidValue):
    """Two lines of sight that do not cross in a place that can be told."""

    code = "no_crossing"
    template = "The two lines of sight give no place: {why}."
    advice = "Check both azimuths, or take a line that crosses the other more steeply."


def crossing(a: SightLine, b: SightLine, *, farthest_m: float = 200_000.0) -> Crossing:
    """Where the lines cross, with the doubt of both azimuths and both standpoints.

    The errors are propagated linearly, so the lines must cross at three times their joint sigma or more. Raises
    `NoCrossing` where they are flatter than that, part, or cross farther away than `farthest_m`.
    """
    distances, angle = _meeting(a, b)
    if angle < 3 * math.hypot(a.sigma_deg, b.sigma_deg):
        raise NoCrossing(why=f"they cross at {angle:.1f} degrees, less than three times their joint error")
    if min(distances) <= 0:
        raise NoCrossing(why="one would have to be followed backwards")
    if max(distances) > farthest_m:
        raise NoCrossing(why=f"they cross more than {farthest_m / 1000:.0f} km away")
    # Each line says where the place lies across it: two equations, n·x = e, with variances s².
    across_a, across_b = a.aside_m(distances[0]), b.aside_m(distances[1])
    sine, cosine = math.sin(math.radians(angle)), math.cos(math.radians(angle))
    # In axes along and across a: x across is e_a, x along is (e_b - e_a cos)/sin.
    variance_across = across_a**2
    variance_along = (across_b**2 + (across_a * cosine) ** 2) / sine**2
    covariance = -(across_a**2) * cosine / sine
    mean, half = (variance_across + variance_along) / 2, (variance_across - variance_along) / 2
    longest = mean + math.hypot(half, covariance)
    # The circle around the whole ellipse: it holds at least 95 %.
    radius = math.sqrt(_CHI_SQUARED_95 * longest)
    return Crossing(
        point=onward(a.at, a.azimuth_deg, distances[0]), radius_m=radius, angle_deg=angle, distances_m=distances
    )


def _meeting(a: SightLine, b: SightLine) -> tuple[tuple[float, float], float]:
    """How far along each line they meet (below nothing: backwards), and at which angle; by Newton's method."""
    along_a = along_b = 0.0
    for _round in range(_ROUNDS):
        ends = [
            _EARTH.Direct(line.at.latitude_deg, line.at.longitude_deg, line.azimuth_deg, along)
            for line, along in ((a, along_a), (b, along_b))
        ]
        way_a, way_b = math.radians(ends[0]["azi2"]), math.radians(ends[1]["azi2"])
        gap = _EARTH.Inverse(ends[0]["lat2"], ends[0]["lon2"], ends[1]["lat2"], ends[1]["lon2"])
        if gap["s12"] > HALF_ROUND_M / 4:
            raise NoCrossing(why="their starts lie too far apart, or they part")
        # The second line's direction, carried along the gap to where the first one is.
        towards, turned = math.radians(gap["azi1"]), math.radians(gap["azi1"] - gap["azi2"])
        way_b += turned
        sine = math.sin(way_b - way_a)
        if abs(sine) < 1e-6:
            raise NoCrossing(why="they run side by side")
        if gap["s12"] < _CLOSE_ENOUGH_M:
            break
        step_a = gap["s12"] * math.sin(way_b - towards) / sine
        step_b = gap["s12"] * math.sin(way_a - towards) / sine
        along_a += max(-HALF_ROUND_M / 8, min(HALF_ROUND_M / 8, step_a))
        along_b += max(-HALF_ROUND_M / 8, min(HALF_ROUND_M / 8, step_b))
    else:
        raise NoCrossing(why="no place was found where they meet")
    angle = abs(math.degrees(math.asin(max(-1.0, min(1.0, sine)))))
    return (along_a, along_b), angle
