"""Lines of time put together: which seconds of one item are which of another, where each is known to a third.

A line is exact (`Fraction`) and says nothing beyond its ends: what neither of two lines holds, their composition does
not hold either. Nothing is extended, bridged or rounded here.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from attrs import Attribute, field, frozen

from probata.copies.relations import Segment
from probata.terms.errors import InvalidValue


def _moving(_line: Line, _attribute: Attribute[Fraction], value: Fraction) -> None:
    if value == 0:
        raise InvalidValue(what="A speed of 0", why="a still picture maps to no stretch of time")


def _lasting(line: Line, _attribute: Attribute[Fraction], value: Fraction) -> None:
    if value <= line.start_s:
        raise InvalidValue(what=f"A line of time from {line.start_s} to {value}", why="it ends where it starts")


@frozen(kw_only=True)
class Line:
    """Seconds of one item from `start_s` to before `end_s`; each is the second `offset_s + speed * it` of another.

    Below 0, `speed` runs backwards. `through` are the places of the stretches it was made of, in their order.
    """

    start_s: Fraction
    end_s: Fraction = field(validator=_lasting)
    offset_s: Fraction
    speed: Fraction = field(default=Fraction(1), validator=_moving)
    through: tuple[int, ...] = ()

    def across(self, at_s: Fraction) -> Fraction | None:
        """The same second of the other item; None outside the line."""
        return self._there(at_s) if self.start_s <= at_s < self.end_s else None

    @property
    def there(self) -> tuple[Fraction, Fraction]:
        """From which to which second of the other item it leads, the earlier first."""
        first, last = sorted((self._there(self.start_s), self._there(self.end_s)))
        return first, last

    def turned(self) -> Line:
        """The same line told from the other item."""
        start, end = self.there
        return Line(
            start_s=start,
            end_s=end,
            offset_s=-self.offset_s / self.speed,
            speed=1 / self.speed,
            through=self.through[::-1],
        )

    def segment(self) -> Segment:
        """The line as a stretch, without a picture's transform."""
        start, end = self.there
        return Segment(a_start_s=self.start_s, a_end_s=self.end_s, b_start_s=start, b_end_s=end, speed=self.speed)

    def _there(self, at_s: Fraction) -> Fraction:
        return self.offset_s + self.speed * at_s


def lines(segments: Sequence[Segment]) -> list[Line]:
    """Each stretch's line through its middle, cut to what both its ends hold; numbered by the stretches' places.

    The ends of a stretch are rounded to pictures on both sides. The middle takes half of each rounding, and where the
    line would then leave one of the two sides, it ends.
    """
    found = []
    for place, one in enumerate(segments):
        middle_a, middle_b = (one.a_start_s + one.a_end_s) / 2, (one.b_start_s + one.b_end_s) / 2
        half = min((one.a_end_s - one.a_start_s) / 2, (one.b_end_s - one.b_start_s) / abs(one.speed) / 2)
        found.append(
            Line(
                start_s=middle_a - half,
                end_s=middle_a + half,
                offset_s=middle_b - one.speed * middle_a,
                speed=one.speed,
                through=(place,),
            )
        )
    return found


def composed(first: Iterable[Line], second: Iterable[Line]) -> list[Line]:
    """From the first item to the third by way of the one in the middle, in order of the first; gaps stay gaps."""
    onward = list(second)
    found = []
    for one in first:
        low, high = one.there
        for other in onward:
            start, end = max(low, other.start_s), min(high, other.end_s)
            if start >= end:
                continue
            back = sorted((at - one.offset_s) / one.speed for at in (start, end))
            found.append(
                Line(
                    start_s=back[0],
                    end_s=back[1],
                    offset_s=other.offset_s + other.speed * one.offset_s,
                    speed=one.speed * other.speed,
                    through=one.through + other.through,
                )
            )
    return sorted(found, key=lambda line: (line.start_s, line.end_s, line.through))


def across(every: Iterable[Line], at_s: Fraction) -> list[Fraction]:
    """Every second of the other item that is this one; none in a gap, several where footage was used twice."""
    return [there for one in every if (there := one.across(at_s)) is not None]


def way(joined: Mapping[str, Sequence[str]], start: str, end: str) -> tuple[str, ...]:
    """The shortest way from one item to another over items that are joined, both included; empty where there is none.

    Of several equally short ones it is the one that `joined` names first.
    """
    came: dict[str, str] = {start: start}
    waiting = deque([start])
    while waiting and end not in came:
        here = waiting.popleft()
        for there in joined.get(here, ()):
            if there not in came:
                came[there] = here
                waiting.append(there)
    if end not in came:
        return ()
    back = [end]
    while back[-1] != start:
        back.append(came[back[-1]])
    return tuple(reversed(back))
