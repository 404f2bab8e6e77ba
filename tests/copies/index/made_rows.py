"""Rows of the index made by chance from a seed, as items and as segments; no footage in them."""

from __future__ import annotations

import hashlib
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from probata.copies.codes import KEPT, WORDS
from probata.copies.index.segments import Coded, Segment, segment_bytes
from probata.terms.digests import Sha256, sha256

NOTHING_AT_ALL = np.uint64(0)


def item(number: int) -> Sha256:
    """The name of an item."""
    return sha256(hashlib.sha256(f"item {number}".encode()).hexdigest())


def rows(seed: int, count: int) -> NDArray[np.void]:
    """Rows of chance; every byte that an item may have is there, and some are blank or hold few words."""
    random = np.random.default_rng([8, seed])
    made = np.zeros(count, KEPT)
    made["code"] = random.integers(0, 1 << 64, (count, 4), dtype=np.uint64)
    made["code"][:, 3] &= np.uint64((1 << 63) - 1)
    made["pts"] = np.sort(random.integers(-1000, 1 << 40, count))
    made["digest"] = random.integers(0, 256, made["digest"].shape, dtype=np.uint8)
    made["quality"] = random.integers(0, 101, count)
    made["code"][made["quality"] == 0] = NOTHING_AT_ALL
    made["count"] = random.integers(0, WORDS + 1, count)
    some = np.arange(WORDS) < made["count"][:, None]
    made["words"] = np.where(some, random.integers(1, 1 << 64, (count, WORDS), dtype=np.uint64), NOTHING_AT_ALL)
    made["places"] = np.where(some, random.integers(0, 1 << 16, (count, WORDS), dtype=np.uint16), 0)
    return made


def coded(number: int, count: int = 5, *, seed: int | None = None) -> Coded:
    """What is kept of an item."""
    return Coded(
        item=item(number),
        time_base=Fraction(1, 90_000),
        rows=rows(number if seed is None else seed, count),
        looked=count + 3,
        same=1,
        blank={"black": 2},
    )


def segment(*many: Coded, background: bool = False) -> Segment:
    """These items as an open segment."""
    return Segment.read("made", memoryview(segment_bytes(many, background=background)))
