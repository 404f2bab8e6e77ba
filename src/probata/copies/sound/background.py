"""Foreign sound beside which every score is judged: what chance reaches in it is what a match must clearly exceed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from attrs import frozen

from probata.copies.sound.soundprint import BITS, SoundPrint
from probata.copies.sound.spectra import FRAMES_A_SECOND, Floats
from probata.copies.sound.tracing import BLOCK

MOST_FRAMES = 600 * FRAMES_A_SECOND
_STRETCHES = 4


@frozen(kw_only=True, eq=False)
class Background:
    """Prints of sounds that have nothing to do with the question; ten minutes of them are used.

    An empty one is allowed: then foreign sound is the two sounds themselves, played backwards. What is found in the
    background as clearly as a copy would be is a sound heard in many places (an intro, a jingle): matches in it are
    called weak.
    """

    prints: tuple[SoundPrint, ...] = ()

    @classmethod
    def of(cls, prints: Iterable[SoundPrint]) -> Background:
        """A background of these prints, those left out in which nothing can be compared, or that are too many."""
        kept: list[SoundPrint] = []
        room = MOST_FRAMES
        for one in prints:
            if not one.refusal and len(one) <= room:
                kept.append(one)
                room -= len(one)
        return cls(prints=tuple(kept))


def backwards(sounds: Sequence[Sequence[SoundPrint]], *, least: int, most: int) -> Floats:
    """Sound that is like these and surely none of them: each group played backwards, over and over until it is enough.

    Each group has the same share of `most` frames. Played backwards, what rose falls: the signs are turned, so that
    sounds which are their own mirror stay alike.
    """
    gap = np.zeros((BLOCK, BITS), dtype=np.float32)
    parts = [part for group in sounds for cells in _some(group, most // len(sounds)) for part in (-cells[::-1], gap)]
    joined = np.concatenate(parts) if parts else gap
    times = -(-least // max(len(joined), 1))
    return np.concatenate([joined] * max(1, times))[:most]


def _some(group: Sequence[SoundPrint], most: int) -> list[Floats]:
    """All of the sounds, or a few stretches spread over them."""
    if sum(map(len, group)) <= most:
        return [one.cells() for one in group]
    begins = np.cumsum([0, *map(len, group)])
    size = most // _STRETCHES
    stretches = []
    for number in range(_STRETCHES):
        middle = int(begins[-1]) * (2 * number + 1) // (2 * _STRETCHES)
        which = int(np.searchsorted(begins, middle, side="right")) - 1
        start = max(0, min(middle - int(begins[which]) - size // 2, len(group[which]) - size))
        stretches.append(group[which].cells(start, start + size))
    return stretches
