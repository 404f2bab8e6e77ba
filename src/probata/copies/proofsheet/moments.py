"""Which pictures of a stretch are laid side by side: its first, its last, and some between at even distances."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from fractions import Fraction

from attrs import frozen

from probata.copies.extract import Views
from probata.copies.proofsheet.traces import Course

ABOUT_S = Fraction(6, 100)
"""Within so much of the aligned moment the picture of B that differs least is taken, and the sheet says so."""


@frozen(kw_only=True)
class Moment:
    """One picture of A by its place in the views, and the places of B's pictures around the moment that it shows.

    `aligned_s` is that moment in B; the picture that is on screen at it comes first among `near`.
    """

    which: str
    a: int
    near: tuple[int, ...]
    aligned_s: Fraction


def moments(course: Course, a: Views, b: Views, *, most: int) -> list[Moment]:
    """The first and the last picture of the stretch and those between, at even distances, `most` in all at most."""
    first = bisect_left(a.pts, course.a_start_s / a.time_base)
    end = bisect_left(a.pts, course.a_end_s / a.time_base)
    last = max(first, end - 1)
    count = max(1, min(most, last - first + 1))
    places = sorted({first + round(Fraction(last - first) * step / max(1, count - 1)) for step in range(count)})
    return [_moment(course, a, b, min(place, len(a.pts) - 1), _which(place, first, last)) for place in places]


def _which(place: int, first: int, last: int) -> str:
    if place == first:
        return "first"
    return "last" if place == last else "between"


def _moment(course: Course, a: Views, b: Views, place: int, which: str) -> Moment:
    aligned_s = course.on_b(a.pts[place] * a.time_base)
    screen = shown(b, aligned_s)
    around = [
        one
        for one in range(max(0, screen - 8), min(len(b.pts), screen + 9))
        if one != screen and abs(b.pts[one] * b.time_base - aligned_s) <= ABOUT_S
    ]
    return Moment(which=which, a=place, near=(screen, *around), aligned_s=aligned_s)


def shown(views: Views, at_s: Fraction) -> int:
    """The picture on screen at this moment; the first before there is one."""
    return max(bisect_right(views.pts, at_s / views.time_base) - 1, 0)
