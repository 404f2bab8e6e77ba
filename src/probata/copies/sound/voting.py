"""Where in hours of sound the one may be heard: places that share words with it are voted for, and only those weighed.

A word is 16 bits of the print: 16 bands of one frame, or fewer bands of several frames (Haitsma & Kalker looked up
whole frames; a damaged copy rarely keeps 32 bits, but often 16 of them). Every word that the two sounds share votes for
the offset at which they would run together, in the way in which the one was played (as Shazam does: Wang, ISMIR 2003).
The offsets with the most votes are weighed bit by bit; what stands over foreign sound there are the candidates.

Ten seconds against an hour cost 2.5 s where every place is tried, 0.1 s where places are voted for. What voting passes
over are damaged copies of two or three seconds that hardly stand above chance.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from probata.copies.sound.rows import Row, in_rows
from probata.copies.sound.soundprint import BITS, SoundPrint
from probata.copies.sound.spectra import FRAMES_A_SECOND, Floats
from probata.copies.sound.tracing import BLOCK, Candidate, Chance, Strip, Trace
from probata.copies.sound.ways import Way

Words = NDArray[np.uint32]
Frames = NDArray[np.int64]
Mask = NDArray[np.bool_]

# From which band, how many neighbouring bands of a frame, and how many frames apart the frames are.
_KINDS: Final = (
    *((band, 16, 1) for band in range(0, 17, 4)),
    *((band, 8, apart) for apart in (2, 4) for band in range(0, 25, 4)),
    *((band, 4, 3) for band in range(0, 29, 4)),
)
_REACH = 9  # frames from the first to the last of a word
_NO_WORD = 1 << 16
_PIECE = 20  # blocks of the one sound that vote together: 12 s, in which a wrong speed drifts by a frame or two
_PIECE_STEP = 16
_ROW = 3600 * FRAMES_A_SECOND  # frames of the others at once
_COMMON = 40  # times as often as chance has it: such a word says nothing
_LEAST_COMMON = 12
_MOST_WEIGHED = 3000  # offsets a row
_LEAST_VOTES = 3
_MOST_KEPT = 1000  # candidates a row
_WORTH = 0.9  # of what is worth keeping where every place is tried: single bits weigh a little otherwise


@frozen(kw_only=True, eq=False)
class _Ballot:
    """The words of one kind that the one sound has: `held` tells how often each, `first` where its `codes` begin.

    A code tells which way and frame; taken from the place of an equal word in a row, it is the cell that it votes for.
    """

    kind: tuple[int, int, int]
    held: Frames
    first: Frames
    ways: Frames
    frames: Frames

    @classmethod
    def of(cls, kind: tuple[int, int, int], words: Words, usable: Mask) -> _Ballot:
        """All words of this kind, of every way."""
        keys = _keys(words, usable, kind)
        ways, frames = np.nonzero(keys < _NO_WORD)
        present = keys[ways, frames]
        order = np.argsort(present, kind="stable")
        held = np.bincount(present, minlength=_NO_WORD + 1)
        return cls(kind=kind, held=held, first=np.cumsum(held) - held, ways=ways[order], frames=frames[order])

    def votes(self, row: Row, span: int, lead: int) -> Frames:
        """One cell for each pair of equal words: its way's stretch of `span`, and within it the offset from `lead`."""
        theirs = _keys(row.words, row.usable, self.kind)
        common = max(_LEAST_COMMON, _COMMON * len(theirs) // _NO_WORD)
        held = np.where(np.bincount(theirs, minlength=_NO_WORD + 1) > common, 0, self.held)
        places = np.flatnonzero(held[theirs])
        met = theirs[places]
        counts = held[met]
        pairs = np.repeat(self.first[met] - (np.cumsum(counts) - counts), counts) + np.arange(counts.sum())
        cells: Frames = (self.ways * span + lead - self.frames)[pairs] + np.repeat(places, counts)
        return cells


@frozen(kw_only=True, eq=False)
class _Piece:
    """Some seconds of the one sound passing in every way, as words: one row a way, short ones filled up."""

    strips: list[Strip]
    words: Words
    weights: Floats
    ballots: list[_Ballot]

    @classmethod
    def of(cls, strips: list[Strip]) -> _Piece:
        """The strips' cells as bits again; how far each was certain is its weight."""
        length = max(len(strip.rows) for strip in strips) * BLOCK
        words = np.zeros((len(strips), length), dtype=np.uint32)
        weights = np.zeros((len(strips), length), dtype=np.float32)
        for place, strip in enumerate(strips):
            cells = strip.rows.reshape(-1, BITS)
            packed = np.packbits(cells > 0, axis=1, bitorder="little").view("<u4").ravel()
            words[place, : len(cells)] = packed
            weights[place, : len(cells)] = np.abs(cells).mean(axis=1)
        ballots = [_Ballot.of(kind, words, weights > 0) for kind in _KINDS]
        return cls(strips=strips, words=words, weights=weights, ballots=ballots)


def voted(cells: Floats, others: Sequence[SoundPrint], foreign: Floats, ways: tuple[Way, ...]) -> Trace:
    """Where the one sound may run in the others, tried where their words meet; the rest as `tracing.traced`."""
    found: tuple[list[Candidate], ...] = tuple([] for _ in others)
    chance = Chance(cells=cells, foreign=foreign, ways=ways)
    rows = list(in_rows(others, frames=_ROW, overlap=_PIECE * BLOCK))
    for strips in chance.strips(_PIECE, _PIECE_STEP):
        piece = _Piece.of(strips)
        for row in rows:
            for which, candidate in _weighed(piece, row, *_most_voted(piece, row), chance.worth * _WORTH):
                found[which].append(candidate)
    return chance.trace(found)


def _keys(words: Words, usable: Mask, kind: tuple[int, int, int]) -> NDArray[np.uint32]:
    """The word that begins at each frame (of the last axis); `_NO_WORD` where one of its frames may not be compared."""
    band, width, apart = kind
    count = words.shape[-1] - _REACH
    keys = np.zeros((*words.shape[:-1], max(count, 0)), dtype=np.uint32)
    whole = np.ones(keys.shape, dtype=bool)
    for place in range(16 // width):
        span = slice(place * apart, place * apart + max(count, 0))
        bits = words[..., span] >> np.uint32(band) & np.uint32((1 << width) - 1)
        keys |= bits << np.uint32(place * width)
        whole &= usable[..., span]
    keys[~whole] = _NO_WORD
    return keys


def _most_voted(piece: _Piece, row: Row) -> tuple[Frames, Frames]:
    """The offsets with the most votes: for each the way's place among the strips, and the offset in the row."""
    lead = piece.words.shape[1] + 1
    span = len(row.words) + lead + 1
    cells = np.concatenate([ballot.votes(row, span, lead) for ballot in piece.ballots])
    votes = np.bincount(cells, minlength=len(piece.strips) * span).astype(np.uint16)
    # A speed between two of the grid drifts to the next frame: votes on either side count.
    votes[1:-1] = votes[:-2] + votes[1:-1] + votes[2:]
    many = np.cumsum(np.bincount(votes)[::-1])[::-1]
    least = max(_LEAST_VOTES, int(np.searchsorted(-many, -_MOST_WEIGHED)))
    most = np.flatnonzero(votes >= least)
    return most // span, most % span - lead


def _weighed(piece: _Piece, row: Row, ways: Frames, offsets: Frames, worth: float) -> Iterator[tuple[int, Candidate]]:
    """The offsets as candidates where enough blocks agree, each told with the sound in which it lies."""
    lead = piece.words.shape[1]
    words = np.pad(row.words, (lead, lead + BLOCK))
    usable = np.pad(row.usable, (lead, lead + BLOCK))
    kept: list[tuple[float, Strip, int, int, int]] = []
    for place in np.unique(ways).tolist():
        strip = piece.strips[place]
        length = len(strip.rows) * BLOCK
        here = offsets[ways == place]
        there = np.lib.stride_tricks.sliding_window_view(words, length)[here + lead]
        fit = np.lib.stride_tricks.sliding_window_view(usable, length)[here + lead]
        differing = np.bitwise_count(there ^ piece.words[place, :length])
        agreement = (np.float32(BITS) - 2 * differing.astype(np.float32)) * fit * piece.weights[place, :length]
        blocks = agreement.reshape(len(here), -1, BLOCK).sum(axis=2).T
        running = np.pad(np.cumsum(strip.in_deviations(blocks), axis=0), ((1, 0), (0, 0)))
        for size, scale in strip.scales.items():
            sums = (running[size:] - running[:-size]) / scale
            first = sums.argmax(axis=0)
            best = sums.max(axis=0)
            kept += [
                (float(best[one]), strip, int(here[one]), int(first[one]), size)
                for one in np.flatnonzero(best > worth).tolist()
            ]
    kept.sort(key=lambda one: -one[0])
    for score, strip, offset, first_block, size in kept[:_MOST_KEPT]:
        start, end = first_block * BLOCK, (first_block + size) * BLOCK
        which = row.at(offset + (start + end) // 2)
        yield (
            which,
            Candidate(
                score=score,
                way=strip.way,
                offset=offset - row.starts[which] - strip.first * BLOCK,
                start=strip.first * BLOCK + start,
                end=strip.first * BLOCK + end,
            ),
        )
