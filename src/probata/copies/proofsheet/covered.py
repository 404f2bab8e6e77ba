"""Where one of two pictures is covered in every pair: a banner, a caption, a logo, told as boxes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from probata.copies.proofsheet.laying import COLUMNS, PLAINLY_STEPS, ROWS, Laid

Box = tuple[float, float, float, float]
_LEAST_CELLS = 4
_MOST_BOXES = 6


def covered_cells(laid: Sequence[Laid]) -> NDArray[np.bool_]:
    """The cells of A's grid that differ plainly in every pair in which they could be compared."""
    if not laid:
        return np.zeros((ROWS, COLUMNS), bool)
    every = np.stack([one.by_cell() for one in laid])
    compared = np.isfinite(every)
    plainly = np.where(compared, every, np.inf) > PLAINLY_STEPS
    return np.logical_and(plainly.all(axis=0), compared.any(axis=0))


def boxes(covered: NDArray[np.bool_]) -> list[Box]:
    """The box around each group of neighbouring covered cells, in parts of the picture, the largest first."""
    left = covered.copy()
    found: list[tuple[int, Box]] = []
    for row, column in np.argwhere(covered):
        if left[row, column]:
            group = _group(left, int(row), int(column))
            if len(group) >= _LEAST_CELLS:
                found.append((len(group), _box(group)))
    return [box for _size, box in sorted(found, key=lambda one: -one[0])[:_MOST_BOXES]]


def _group(left: NDArray[np.bool_], row: int, column: int) -> list[tuple[int, int]]:
    """All cells that hang together with this one; they are taken out of what is left."""
    group, waiting = [], [(row, column)]
    left[row, column] = False
    while waiting:
        here = waiting.pop()
        group.append(here)
        for down, across in ((0, 1), (1, 0), (0, -1), (-1, 0)):
            near = here[0] + down, here[1] + across
            if 0 <= near[0] < ROWS and 0 <= near[1] < COLUMNS and left[near]:
                left[near] = False
                waiting.append(near)
    return group


def _box(group: Sequence[tuple[int, int]]) -> Box:
    rows, columns = [row for row, _ in group], [column for _, column in group]
    top, left = min(rows), min(columns)
    return left / COLUMNS, top / ROWS, (max(columns) + 1 - left) / COLUMNS, (max(rows) + 1 - top) / ROWS
