"""Foreign sound beside which every score is judged: what chance reaches in it is what a match must clearly exceed."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import numpy as np
from attrs import frozen

from probata.copies.sound.soundprint import BITS, SoundPrint
from probata.copies.sound.spectra import FRAMES_A_SECOND, Floats
from probata.copies.sound.tracing import BLOCK

MOST_FRAMES = 600 * FRAMES_A_SECOND


@frozen(kw_only=True, eq=False, slots=False)
class Background:
    """Prints of sounds that have nothing to do with the question; ten minutes of them are used.

    An empty one is allowed: then foreign sound is the two sounds themselves, played backwards. What is found in the
    background as clearly as a copy would be is a sound heard in many places (an intro, a jingle): matches in it are
    called weak.
    """

    prints: tuple[SoundPrint, ...] = ()

    @classmethod
    def of(cls, prints: Iterable[SoundPrint]) -> Background:
        """A background of these prints, those in which nothing can be compared left out."""
        return cls(prints=tuple(one for one in prints if not one.refusal))

    @cached_property
    def cells(self) -> Floats:
        """The bits of all of them in a row, as +1 and -1, a gap between each and the next."""
        gap = np.zeros((BLOCK, BITS), dtype=np.float32)
        parts: list[Floats] = [gap]
        room = MOST_FRAMES
        for one in self.prints:
            parts += [one.cells[: max(room, 0)], gap]
            room -= len(one)
        return np.concatenate(parts)
