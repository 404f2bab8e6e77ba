"""Boxes of text from a detector's map of where text is likely, and lines from boxes.

The detector is of the kind that draws shrunken text (differentiable binarisation, DB): each patch of its map is one
word or line, smaller than the text by a known measure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

_LEAST_SIDE = 3  # pixels of the map
_MOST_PATCHES = 200
_SAME_LINE = 0.6  # of the lower of two boxes that both must cover of each other's height
_ALIKE = 0.55  # heights of boxes on one line
_GAP = 1.2  # of a box's height, between two boxes of one line


@frozen(kw_only=True)
class Box:
    """A box in pixels: left and top lie in it, right and bottom behind it; `score` is how sure the detector is."""

    left: float
    top: float
    right: float
    bottom: float
    score: float = 0.0

    @property
    def width(self) -> float:
        """How wide it is."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """How high it is."""
        return self.bottom - self.top

    @property
    def area(self) -> float:
        """How much it covers."""
        return max(0.0, self.width) * max(0.0, self.height)

    def scaled(self, across: float, down: float) -> Box:
        """The same box in a picture of another size."""
        return Box(
            left=self.left * across,
            top=self.top * down,
            right=self.right * across,
            bottom=self.bottom * down,
            score=self.score,
        )

    def grown(self, by: float, width: float, height: float) -> Box:
        """The box with so many pixels more on every side, inside a picture of this size."""
        return Box(
            left=max(0.0, self.left - by),
            top=max(0.0, self.top - by),
            right=min(width, self.right + by),
            bottom=min(height, self.bottom + by),
            score=self.score,
        )

    def moved(self, right: float, down: float) -> Box:
        """The box elsewhere."""
        return Box(
            left=self.left + right,
            top=self.top + down,
            right=self.right + right,
            bottom=self.bottom + down,
            score=self.score,
        )

    def joined(self, other: Box) -> Box:
        """The least box that holds both; as sure as both are, weighed by what they cover."""
        whole = self.area + other.area
        score = (self.score * self.area + other.score * other.area) / whole if whole else 0.0
        return Box(
            left=min(self.left, other.left),
            top=min(self.top, other.top),
            right=max(self.right, other.right),
            bottom=max(self.bottom, other.bottom),
            score=score,
        )

    def shared(self, other: Box) -> float:
        """What both cover, as a part of the smaller one."""
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        least = min(self.area, other.area)
        return max(0.0, across) * max(0.0, down) / least if least else 0.0

    def pixels(self) -> tuple[slice, slice]:
        """Rows and columns of a picture."""
        return (
            slice(int(self.top), max(int(self.top) + 1, round(self.bottom))),
            slice(int(self.left), max(int(self.left) + 1, round(self.right))),
        )


def found(likely: NDArray[np.float32], *, threshold: float, least_score: float, unclip: float) -> list[Box]:
    """The boxes of a map of probabilities, grown back to the size of the text; the surest first."""
    height, width = likely.shape
    boxes = []
    for top, bottom, left, right in patches(likely > threshold):
        if min(bottom - top, right - left) < _LEAST_SIDE:
            continue
        inside = likely[top:bottom, left:right]
        score = float(inside[inside > threshold].mean())
        if score < least_score:
            continue
        across, down = right - left, bottom - top
        box = Box(left=left, top=top, right=right, bottom=bottom, score=min(1.0, score))
        boxes.append(box.grown(across * down * unclip / (2 * (across + down)), width, height))
    return sorted(boxes, key=lambda box: (-box.score * box.area, box.top, box.left))[:_MOST_PATCHES]


def patches(mask: NDArray[np.bool_]) -> list[tuple[int, int, int, int]]:
    """Top, bottom, left and right of every patch that hangs together, corners included."""
    edges = np.diff(np.pad(mask.astype(np.int8), ((0, 0), (1, 1))), axis=1)
    rows, starts = np.nonzero(edges == 1)
    ends = np.nonzero(edges == -1)[1]
    parents = list(range(len(rows)))

    def root(one: int) -> int:
        while parents[one] != one:
            parents[one] = parents[parents[one]]
            one = parents[one]
        return one

    first_of_row = np.searchsorted(rows, np.arange(mask.shape[0] + 1))
    for row in range(1, mask.shape[0]):
        above, here = first_of_row[row - 1], first_of_row[row]
        stop_above, stop = first_of_row[row], first_of_row[row + 1]
        while above < stop_above and here < stop:
            if starts[above] <= ends[here] and starts[here] <= ends[above]:
                parents[root(int(here))] = root(int(above))
            if ends[above] < ends[here]:
                above += 1
            else:
                here += 1
    bounds: dict[int, tuple[int, int, int, int]] = {}
    for run in range(len(rows)):
        top, bottom, left, right = bounds.get(root(run), (1 << 30, 0, 1 << 30, 0))
        row = int(rows[run])
        bounds[root(run)] = (
            min(top, row),
            max(bottom, row + 1),
            min(left, int(starts[run])),
            max(right, int(ends[run])),
        )
    return list(bounds.values())


def lines(boxes: Iterable[Box]) -> list[Box]:
    """Boxes that stand beside one another on one line, joined; from the top, then from the left."""
    joined = sorted(boxes, key=lambda box: box.left)
    while True:
        pair = next(
            (
                (one, other)
                for number, one in enumerate(joined)
                for other in joined[number + 1 :]
                if _on_one_line(one, other)
            ),
            None,
        )
        if pair is None:
            return sorted(joined, key=lambda box: (box.top, box.left))
        one, other = pair
        joined = sorted([*_without(joined, pair), one.joined(other)], key=lambda box: box.left)


def _without(boxes: Sequence[Box], pair: tuple[Box, Box]) -> list[Box]:
    return [box for box in boxes if box is not pair[0] and box is not pair[1]]


def _on_one_line(one: Box, other: Box) -> bool:
    lower, higher = sorted((one.height, other.height))
    if not lower or lower / higher < _ALIKE:
        return one.shared(other) > _SAME_LINE
    shared = min(one.bottom, other.bottom) - max(one.top, other.top)
    gap = max(one.left, other.left) - min(one.right, other.right)
    return shared >= _SAME_LINE * lower and gap <= _GAP * higher
