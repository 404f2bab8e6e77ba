"""What a large archive is asked: less of a long query, so that a scan takes seconds and not minutes."""

from __future__ import annotations

from typing import Final

import numpy as np
from attrs import evolve
from numpy.typing import NDArray

from probata.copies.index.footage import AskedPicture, Query

MANY_FRAMES: Final = 2_000_000  # fewer are asked everything
LOOKED_UP_OF_MANY: Final = 1 << 17
THIRDS_OF_MANY: Final = 1
_PICTURES, _WITH_PARTS = 30, 15
_PARTS, _PLACES_A_PART = 4, 10
_SAME_VIEW_BITS = 6
_WHOLE = "whole"


def fewer(query: Query) -> Query:
    """The query as a very large archive is asked: some pictures, no two in a row alike, and their best places.

    Of many pictures every other is asked whole, and not by its parts. A stretch of the query shorter than the gap
    between the pictures may be missed; of a minute it is two seconds, as key pictures are kept.
    """
    told: list[AskedPicture] = []
    for picture in query.pictures:
        if not told or not _same_views(told[-1], picture):
            told.append(picture)
    if len(told) > _PICTURES:
        told = [told[round(place)] for place in np.linspace(0, len(told) - 1, _PICTURES)]
    if len(told) > _WITH_PARTS:
        told = [picture if number % 2 == 0 else _without_parts(picture) for number, picture in enumerate(told)]
    return Query(pictures=tuple(map(_best_places, told)), blank=query.blank)


def compared_whole(query: Query) -> NDArray[np.bool_]:
    """Which of all codes of a query are those of whole pictures, mirrored ones too: these are never approximated."""
    return np.array([part == _WHOLE for picture in query.pictures for part in picture.parts], dtype=bool)


def _without_parts(picture: AskedPicture) -> AskedPicture:
    kept = [number for number, part in enumerate(picture.parts) if part == _WHOLE]
    return evolve(
        picture,
        parts=tuple(picture.parts[number] for number in kept),
        boxes=tuple(picture.boxes[number] for number in kept),
        mirrors=tuple(picture.mirrors[number] for number in kept),
        codes=picture.codes[kept],
    )


def _same_views(one: AskedPicture, other: AskedPicture) -> bool:
    if one.parts != other.parts or not len(one.codes):
        return False
    return int(np.bitwise_count(one.codes ^ other.codes).sum(axis=1).max()) < _SAME_VIEW_BITS


def _best_places(picture: AskedPicture) -> AskedPicture:
    # The strongest of each part of the picture: the strongest of all are often those of lettering laid over it.
    part = np.floor(picture.places.x * _PARTS) * _PARTS + np.floor(picture.places.y * _PARTS)
    order = np.lexsort((-picture.strength, part))
    first = np.searchsorted(part[order], part[order])
    best = np.sort(order[np.arange(len(order)) - first < _PLACES_A_PART])
    return evolve(
        picture,
        descriptors=picture.descriptors[best],
        places=picture.places.taken(best),
        strength=picture.strength[best],
    )
