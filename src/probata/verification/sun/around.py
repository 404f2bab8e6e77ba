"""A place known to some radius, the sun over all of it, and finding the stretches of time in which something holds."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

from attrs import field, frozen

from probata.terms.errors import InvalidValue
from probata.terms.places import Point
from probata.verification.sun.position import METRES_IN_A_DEGREE, apparent

LARGEST_RADIUS_M = 200_000.0
_RIM = 8
_GOLDEN = (math.sqrt(5) - 1) / 2


@frozen(kw_only=True)
class Around:
    """Within `radius_m` metres of the point; 0 is the point itself."""

    point: Point
    radius_m: float = field(default=0.0, converter=float)

    @radius_m.validator
    def _not_half_the_world(self, _attribute: object, value: float) -> None:
        if not 0 <= value <= LARGEST_RADIUS_M:
            why = f"it lies between 0 and {LARGEST_RADIUS_M:.0f} m: for more, narrow the place down first"
            raise InvalidValue(what=f"The radius {value} m", why=why)

    @property
    def spots(self) -> list[tuple[float, float]]:
        """Latitude and longitude, in degrees, of the centre and of eight points on the rim."""
        centre = self.point.latitude_deg, self.point.longitude_deg
        if not self.radius_m:
            return [centre]
        across = self.radius_m / METRES_IN_A_DEGREE
        squeezed = max(math.cos(math.radians(centre[0])), 1e-6)
        spots = [centre]
        for number in range(_RIM):
            way = 2 * math.pi * number / _RIM
            latitude = min(90.0, max(-90.0, centre[0] + across * math.cos(way)))
            spots.append((latitude, centre[1] + min(180.0, across / squeezed) * math.sin(way)))
        return spots

    def suns(self, at_s: float) -> list[tuple[float, float]]:
        """The sun's azimuth and apparent altitude at this second, over each of the spots."""
        return [apparent(at_s, latitude, longitude) for latitude, longitude in self.spots]


def angle_between(one_deg: float, other_deg: float) -> float:
    """From the second direction to the first, the short way: -180 up to 180 degrees."""
    return (one_deg - other_deg + 180) % 360 - 180


def stretches_below(
    misfit: Callable[[float], float], limit: float, start_s: float, end_s: float, *, step_s: float
) -> Iterator[tuple[float, float, float]]:
    """Every stretch of time in which the misfit is at most the limit: its start, its best moment, its end, in seconds.

    The misfit is looked at every step; between two looks that are both too high, its lowest point is searched for
    (golden section), so that a stretch shorter than a step is not passed over. Ends are exact to a tenth of a second.
    """
    count = max(2, math.ceil((end_s - start_s) / step_s))
    looks = [start_s + (end_s - start_s) * number / count for number in range(count + 1)]
    values = [misfit(at_s) for at_s in looks]
    points = list(zip(looks, values, strict=True))
    for number in range(1, count):
        before, here, after = values[number - 1 : number + 2]
        if limit < here <= min(before, after) and math.isfinite(here):
            low_s = _lowest(misfit, looks[number - 1], looks[number + 1])
            points.append((low_s, misfit(low_s)))
    points.sort()
    inside = [value <= limit for _at, value in points]
    number = 0
    while number < len(points):
        if not inside[number]:
            number += 1
            continue
        last = number
        while last + 1 < len(points) and inside[last + 1]:
            last += 1
        opened = points[0][0] if number == 0 else _edge(misfit, limit, points[number - 1][0], points[number][0])
        closed = (
            points[-1][0] if last == len(points) - 1 else _edge(misfit, limit, points[last + 1][0], points[last][0])
        )
        best = min(points[number : last + 1], key=lambda point: point[1])[0]
        lower, upper = max(opened, best - step_s), min(closed, best + step_s)
        refined = _lowest(misfit, lower, upper)
        yield opened, refined if misfit(refined) <= misfit(best) else best, closed
        number = last + 1


def _edge(misfit: Callable[[float], float], limit: float, outside_s: float, inside_s: float) -> float:
    """Where the misfit passes the limit, on the inner side, by halving."""
    while abs(outside_s - inside_s) > 0.1:
        middle = (outside_s + inside_s) / 2
        if misfit(middle) <= limit:
            inside_s = middle
        else:
            outside_s = middle
    return inside_s


def _lowest(misfit: Callable[[float], float], lower_s: float, upper_s: float) -> float:
    """The time between these two at which the misfit is lowest (golden section), to half a second."""
    while upper_s - lower_s > 0.5:
        one, other = upper_s - _GOLDEN * (upper_s - lower_s), lower_s + _GOLDEN * (upper_s - lower_s)
        if misfit(one) <= misfit(other):
            upper_s = other
        else:
            lower_s = one
    return (lower_s + upper_s) / 2
