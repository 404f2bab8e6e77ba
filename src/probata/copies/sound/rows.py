"""Many sounds in a row, so that one search runs along all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from probata.copies.sound.soundprint import SoundPrint, signed
from probata.copies.sound.spectra import Floats


@frozen(kw_only=True, eq=False)
class Row:
    """Prints, or parts of them, one after the other: `which` tells for each frame from which of the sounds it is.

    `starts` tells where in the row the first frame of each sound lies, or would lie.
    """

    words: NDArray[np.uint32]
    usable: NDArray[np.bool_]
    which: NDArray[np.int32]
    starts: dict[int, int]

    @property
    def cells(self) -> Floats:
        """The bits as +1 and -1, one row a frame."""
        return signed(self.words, self.usable)

    def at(self, frame: int) -> int:
        """Which sound lies at this frame of the row; the nearest, beyond its ends."""
        return int(self.which[min(max(frame, 0), len(self.which) - 1)])


def in_rows(sounds: Sequence[SoundPrint], *, frames: int, overlap: int) -> Iterator[Row]:
    """The sounds in rows of so many frames; one that is cut goes on in the next row from `overlap` frames before."""
    parts: list[tuple[int, int, int]] = []
    room = frames
    for which, sound in enumerate(sounds):
        end = 0
        while end < len(sound):
            start = max(0, end - overlap)
            end = min(len(sound), start + room)
            parts.append((which, start, end))
            room -= end - start
            if room <= overlap:
                yield _row(sounds, parts)
                parts, room = [], frames
    if parts:
        yield _row(sounds, parts)


def _row(sounds: Sequence[SoundPrint], parts: list[tuple[int, int, int]]) -> Row:
    starts, at = {}, 0
    for which, start, end in parts:
        starts[which] = at - start
        at += end - start
    return Row(
        words=np.concatenate([sounds[which].words[start:end] for which, start, end in parts]),
        usable=np.concatenate([sounds[which].usable[start:end] for which, start, end in parts]),
        which=np.concatenate([np.full(end - start, which, dtype=np.int32) for which, start, end in parts]),
        starts=starts,
    )
