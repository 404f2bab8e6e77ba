"""How A differs from B along what they share, in words: one wording for the proof sheet, the verbs and the workbench.

Plain sentences without a full stop, their figures left open as `%(name)s`: whoever shows one fills it, and may put it
into another language first. When something is worth a sentence is for the teller to say: a sheet measures on pairs of
pictures, a screen tells what the record holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from probata.copies.circulation import Span
from probata.copies.relations import Segment

BACKWARDS = "A runs backwards"
SPEED = "A runs at %(speed).3g times the speed of B"
MIRRORED = "A is mirrored left to right"
TURNED = "A is turned by %(degrees).1f°"
CROPPED = "A shows a part of B's picture: %(part)s"
FRAMED = "B's picture fills a part of A's: %(part)s; around it A shows something else (bars, a frame, another picture)"
PART = "%(width)d %% × %(height)d %%, from %(left)d %% across and %(top)d %% down"
GOES_BACK = "At %(at)s, A goes back in B, to %(there)s"
LEAVES_OUT = "At %(at)s, A leaves out %(seconds)s of B"
REPEATS = "At %(at)s, A repeats %(seconds)s of B"
HOLDS_BETWEEN = "Before %(at)s, A holds %(seconds)s that were not found in B"
MORE_THAN_ONCE = "%(seconds)s of %(side)s are in more than one stretch"
ALL_FOUND = "All of %(side)s was found in %(other)s"
NOT_FOUND = "Of %(side)s, %(seconds)s were not found in %(other)s: %(places)s"

_SAME_SPEED = Fraction(1, 200)
Box = tuple[float, float, float, float]


def pace(stretch: Segment) -> Iterator[tuple[str, dict[str, float]]]:
    """What is different in A's time along a stretch: backwards, faster, slower; nothing where it runs as B does."""
    if stretch.speed < 0:
        yield BACKWARDS, {}
    if abs(abs(stretch.speed) - 1) > _SAME_SPEED:
        yield SPEED, {"speed": float(abs(stretch.speed))}


def part(box: Box) -> dict[str, int]:
    """The figures of `PART`, in whole parts of a hundred."""
    left, top, width, height = (round(100 * one) for one in box)
    return {"width": width, "height": height, "left": left, "top": top}


def left_over(spans: Iterable[Span], start_s: Fraction, end_s: Fraction, *, least_s: Fraction) -> Iterator[Span]:
    """What lies between the spans from `start_s` to `end_s`, wherever it lasts `least_s` or more."""
    reached = start_s
    for start, end in [*sorted(spans), (end_s, end_s)]:
        if min(start, end_s) - reached >= least_s:
            yield reached, min(start, end_s)
        reached = max(reached, end)


def held_twice(spans: Iterable[Span]) -> Fraction:
    """How many seconds are in more than one of the spans, told once for each time more."""
    twice, reached = Fraction(0), None
    for start, end in sorted(spans):
        if reached is not None and start < reached:
            twice += min(end, reached) - start
        reached = end if reached is None else max(reached, end)
    return twice
