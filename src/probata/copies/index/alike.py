"""Words of two pictures that lie alike: where one turn, scale and shift lays those of one on those of the other.

Words are given in rows, each of a pair of pictures. Of all words of a pair the one is sought that most others follow;
then the turn, scale and shift of the least squares is laid through those, and who lies off it is left out.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from probata.copies.codes import Places

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

LEAST_WORDS: Final = 2
_MOST_PAIRS = 6000  # pairs of pictures whose words are laid on each other
_MOST_A_PAIR = 24  # words of a pair
_OFF = 0.06  # of the long side: places are kept to a thirty-second of it


def fitting(follows: Integers, members: Integers, count: int, ours: Places, theirs: Places) -> NDArray[np.bool_]:
    """Which members lie where the one turn, scale and shift that fits all members of their pair best lays them."""
    q = (ours.x + 1j * ours.y)[members].astype(np.complex128)
    r = (theirs.x + 1j * theirs.y)[members].astype(np.complex128)
    fits = np.ones(len(members), dtype=bool)
    for _turn in range(2):
        a, shift = _similarity(follows[fits], q[fits], r[fits], count)
        off = np.abs(a[follows] * q + shift[follows] - r)
        fits &= off < _OFF
    return fits


def _similarity(
    of: Integers, q: NDArray[np.complex128], r: NDArray[np.complex128], count: int
) -> tuple[NDArray[np.complex128], NDArray[np.complex128]]:
    """For each pair the turn and scale, and the shift, of the least squares from q to r, as complex numbers."""
    many = np.maximum(np.bincount(of, minlength=count), 1)

    def mean(values: NDArray[np.complex128]) -> NDArray[np.complex128]:
        summed = np.bincount(of, values.real, count) + 1j * np.bincount(of, values.imag, count)
        return np.asarray(summed / many, dtype=np.complex128)

    middle_q, middle_r = mean(q), mean(r)
    apart = q - middle_q[of]
    spread = mean(apart * np.conj(apart)).real
    a = mean(np.conj(apart) * (r - middle_r[of])) / np.maximum(spread, 1e-9)
    return a, middle_r - a * middle_q


def best_of_each(pairs: Integers, heavy: Floats) -> Integers:
    """For each pair the word whose turn, scale and shift most of the others follow."""
    order = np.lexsort((-heavy, pairs))
    first = np.ones(len(order), dtype=bool)
    first[1:] = pairs[order][1:] != pairs[order][:-1]
    return order[first]


def once(pairs: Integers, of: Integers, weights: Floats) -> Integers:
    """Which to keep so that in a pair each of `of` votes once, with its heaviest; in order of pairs."""
    order = np.lexsort((-weights, of, pairs))
    first = np.ones(len(order), dtype=bool)
    first[1:] = (pairs[order][1:] != pairs[order][:-1]) | (of[order][1:] != of[order][:-1])
    return order[first]


def heaviest_pairs(pairs: Integers, weights: Floats) -> Integers:
    """The words of the pairs that weigh most, in order of pairs and not too many of each."""
    order = np.lexsort((-weights, pairs))
    pair, first, counts = np.unique(pairs[order], return_index=True, return_counts=True)
    if not len(pair):
        return order
    place = np.arange(len(order)) - np.repeat(first, counts)
    heavy = np.add.reduceat(weights[order], first)
    heavy[counts < LEAST_WORDS] = 0
    good = heavy > (np.partition(heavy, -_MOST_PAIRS)[-_MOST_PAIRS] if len(heavy) > _MOST_PAIRS else 0)
    return order[np.repeat(good, counts) & (place < _MOST_A_PAIR)]


def agreeing(
    pairs: Integers, weights: Floats, ours: Places, theirs: Places
) -> tuple[Integers, Integers, Floats, Integers]:
    """Which words of a pair lie where the turn, scale and shift of one of them lays them.

    Gives that one and the others, one row each, itself among them; and for each word what those weigh, and how many.
    """
    if not len(pairs):
        nothing = np.zeros(0, np.int64)
        return nothing, nothing, np.zeros(0), nothing
    _pair, first, counts = np.unique(pairs, return_index=True, return_counts=True)
    mine, others = _with_each_other(first, counts)
    scale, turn = theirs.size / np.maximum(ours.size, 1e-6), theirs.turn - ours.turn
    across, down = ours.x[others] - ours.x[mine], ours.y[others] - ours.y[mine]
    along, side = np.cos(turn[mine]) * scale[mine], np.sin(turn[mine]) * scale[mine]
    x = theirs.x[mine] + along * across - side * down
    y = theirs.y[mine] + side * across + along * down
    off = np.hypot(x - theirs.x[others], y - theirs.y[others])
    reach = np.hypot(across, down) * scale[mine]
    turned = np.abs((turn[mine] - turn[others] + np.pi) % (2 * np.pi) - np.pi)
    scaled = np.abs(np.log2(scale[mine] / scale[others]))
    agree = (off < 0.05 + 0.35 * reach) & (turned < np.pi / 4 + 0.01) & (scaled < 1.01)
    mine, others = mine[agree], others[agree]
    heavy = np.bincount(mine, weights[others], minlength=len(pairs)).astype(np.float64)
    return mine, others, heavy, np.bincount(mine, minlength=len(pairs)).astype(np.int64)


def _with_each_other(first: Integers, counts: Integers) -> tuple[Integers, Integers]:
    # Every ordered pair of places within each run.
    repeats = np.repeat(counts, counts)
    mine = np.repeat(np.arange(counts.sum()), repeats)
    starts = np.repeat(np.repeat(first, counts), repeats)
    within = np.arange(len(mine)) - np.repeat(np.cumsum(repeats) - repeats, repeats)
    return mine, starts + within
