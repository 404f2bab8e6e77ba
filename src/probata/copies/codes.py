"""What is kept of a key picture, in 256 bytes: a code of the whole, words for some places in it, and its address.

The code of a picture is the sign of each of its 16 by 16 lowest cosine waves: encoding, scaling and grading change few
of them. A word is the sign of 64 fixed mixtures of a RootSIFT descriptor: it survives crop, frame and turn. Nothing
here was learned from pictures; what is drawn by chance comes from a fixed seed. All of it is numpy alone.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, Literal

import numpy as np
from attrs import frozen
from numpy import ma as _loaded_before_the_jail_is_sealed  # noqa: F401  numpy itself would load it late, for medians
from numpy.random import default_rng  # same
from numpy.typing import NDArray

RECIPE: Final = "probata/copies/codes/1"
CODE_BITS, WORD_BITS, WORDS = 255, 64, 20
DIGEST_BYTES = 14

Grey = NDArray[np.uint8]
Waves = NDArray[np.float32]
Code = NDArray[np.uint64]
Words = NDArray[np.uint64]
Descriptors = NDArray[np.uint8]
Blank = Literal["", "black", "flat", "noise", "small"]

# One key picture as it is kept. `digest` is the head of the digest of the decoded picture: with the PTS, its address.
# `quality` 0 is a picture whose code says nothing and whose words may; `count` is how many words there are.
KEPT: Final = np.dtype(
    [
        ("code", "<u8", 4),
        ("pts", "<i8"),
        ("digest", "u1", DIGEST_BYTES),
        ("quality", "u1"),
        ("count", "u1"),
        ("words", "<u8", WORDS),
        ("places", "<u2", WORDS),
    ]
)

# -- the code of a whole picture

_CELLS, _WAVES = 64, 16
_LEAST_SIDE_PX = 16
_BLACK_LEVEL, _FLAT_SPREAD, _LEAST_WAVES, _NOISE_RATIO = 16, 2.0, 0.8, 1.0


@lru_cache(maxsize=256)
def _transform(length_px: int) -> NDArray[np.float32]:
    # Rows 1 to 16 of the cosine transform of 64 cells, each the mean of its share of the pixels.
    edges = np.linspace(0, length_px, _CELLS + 1)
    pixels = np.arange(length_px)
    share = np.minimum(edges[1:, None], pixels + 1) - np.maximum(edges[:-1, None], pixels)
    means = np.maximum(share, 0)
    means /= means.sum(axis=1, keepdims=True)
    waves = np.arange(1, _WAVES + 1)[:, None]
    cosines = np.cos(np.pi * waves * (2 * np.arange(_CELLS) + 1) / (2 * _CELLS)) * np.sqrt(2 / _CELLS)
    return np.asarray(cosines @ means, dtype=np.float32)


def waves_of(grey: Grey) -> Waves:
    """How strong each of the 16 by 16 lowest cosine waves is in the picture, rows by columns, the constant left out."""
    height, width = grey.shape
    return _transform(height) @ grey.astype(np.float32) @ _transform(width).T


def why_blank(grey: Grey) -> Blank:
    """Why the picture says nothing: it is black, flat, noise or too small; empty if it says something.

    In noise neighbouring pixels differ as much as any two (the ratio of von Neumann is 2); in pictures of things they
    hardly do.
    """
    if min(grey.shape) < _LEAST_SIDE_PX:
        return "small"
    level = grey.astype(np.float32)
    if float(level.std()) < _FLAT_SPREAD:
        return "black" if float(level.mean()) < _BLACK_LEVEL else "flat"
    steps = min(float((np.diff(level, axis=axis) ** 2).mean()) for axis in (0, 1))
    return "noise" if steps > _NOISE_RATIO * float(level.var()) else ""


def quality_of(waves: Waves) -> int:
    """From 0 to 100, how much the waves stand out; 0 is a picture whose code would be chance."""
    spread = float(np.sqrt(np.sum(waves**2))) / _CELLS
    return 0 if spread < _LEAST_WAVES else min(100, max(1, round(4 * spread)))


def code_of(waves: Waves) -> Code:
    """The signs of the waves as four numbers of 64 bits; the last is always 0, so that what differs fits in a byte."""
    signs = waves > 0
    signs[-1, -1] = False
    return np.packbits(signs, axis=None, bitorder="little").view("<u8").astype(np.uint64)


def mirrored_waves(waves: Waves) -> Waves:
    """The waves of the picture mirrored left to right: every other column changes its sign."""
    turned = waves.copy()
    turned[:, ::2] *= -1
    return turned


def differing(codes: NDArray[np.uint64], code: Code) -> NDArray[np.int64]:
    """In how many bits each row of codes differs from the code."""
    return np.asarray(np.bitwise_count(codes ^ code).sum(axis=-1, dtype=np.int64))


# -- the parts of a picture that may be the whole of another: asked of the query alone

Box = tuple[float, float, float, float]  # left, top, width, height, as parts of the picture
_PARTS_OF_A_PICTURE: Final[dict[str, Box]] = {
    "whole": (0, 0, 1, 1),
    "centre": (0.15, 0.15, 0.7, 0.7),
    "upper left": (0, 0, 0.6, 0.6),
    "upper right": (0.4, 0, 0.6, 0.6),
    "lower left": (0, 0.4, 0.6, 0.6),
    "lower right": (0.4, 0.4, 0.6, 0.6),
    "without lower band": (0, 0, 1, 0.78),
    "without upper band": (0, 0.22, 1, 0.78),
    "middle band": (0, 0.25, 1, 0.5),
    "upright middle": (0.25, 0, 0.5, 1),
}


@frozen(kw_only=True, eq=False)
class View:
    """The code of a part of a picture, plain or mirrored."""

    part: str
    box: Box
    mirror: bool
    code: Code


def views_of(grey: Grey, inner: dict[str, Box] | None = None) -> list[View]:
    """The codes of the picture's parts and of the `inner` ones that were found, each mirrored too; not of flat ones."""
    views = []
    height, width = grey.shape
    for part, box in {**_PARTS_OF_A_PICTURE, **(inner or {})}.items():
        left, top = round(box[0] * width), round(box[1] * height)
        cut = grey[top : top + max(1, round(box[3] * height)), left : left + max(1, round(box[2] * width))]
        if why_blank(cut):
            continue
        waves = waves_of(cut)
        if quality_of(waves):
            views.append(View(part=part, box=box, mirror=False, code=code_of(waves)))
            views.append(View(part=part, box=box, mirror=True, code=code_of(mirrored_waves(waves))))
    return views


_DETAIL_SHARE, _MOST_DETAIL, _MOST_EDGE = 0.45, 24.0, 40.0
_LEAST_FRAME, _FRAME_PART, _FRAME_LINES = 8.0, 5, 8


def inner_boxes(pictures: NDArray[np.uint8]) -> dict[str, Box]:
    """Where another picture may lie inside these, which follow each other: between bars, or within a frame.

    Bars are black, of one colour or blurred: there is little detail in them at any time. A frame is four straight edges
    that stay while what is on either side of them moves.
    """
    level = pictures.astype(np.float32)
    across, down = np.abs(np.diff(level, axis=2)), np.abs(np.diff(level, axis=1))
    found: dict[str, Box] = {}
    if min(level.shape[1:]) < 2 * _FRAME_PART:
        return found
    detail = np.minimum((across[:, :-1] + down[:, :, :-1]).mean(axis=0), _MOST_DETAIL)
    top, tall = _detailed(detail.mean(axis=1))
    left, wide = _detailed(detail.mean(axis=0))
    if tall < 1:
        found["between bars above and below"] = (0.0, top, 1.0, tall)
    if wide < 1:
        found["between bars at the sides"] = (left, 0.0, wide, 1.0)
    if tall < 1 and wide < 1:
        found["between bars all round"] = (left, top, wide, tall)
    framed = _framed(np.quantile(across, 0.25, axis=0), np.quantile(down, 0.25, axis=0))
    if framed is not None:
        found["within a frame"] = framed
    return found


def _detailed(profile: NDArray[np.float32]) -> tuple[float, float]:
    # The longest run of lines with detail, single lines without it passed over: where it starts, how long it is.
    has = profile > _DETAIL_SHARE * np.percentile(profile, 85)
    has[1:-1] |= has[:-2] & has[2:]
    edges = np.flatnonzero(np.diff(np.concatenate([[False], has, [False]]).astype(np.int8)))
    starts, ends = edges[::2], edges[1::2]
    if not len(starts):
        return 0.0, 1.0
    best = int(np.argmax(ends - starts))
    start, end = int(starts[best]), int(ends[best])
    whole = len(profile) + 1
    # A line between two rows of pixels stands for both.
    return (0.0, 1.0) if end - start >= 0.95 * len(profile) else (start / whole, (end - start + 1) / whole)


def _framed(upright: NDArray[np.float32], level: NDArray[np.float32]) -> Box | None:
    upright, level = np.minimum(upright, _MOST_EDGE), np.minimum(level, _MOST_EDGE)
    height, width = len(upright), level.shape[1]
    columns = np.concatenate([np.zeros((1, width - 1)), np.cumsum(upright - np.median(upright), axis=0)])
    rows = np.concatenate([np.zeros((height - 1, 1)), np.cumsum(level - np.median(level), axis=1)], axis=1)
    best, box = _LEAST_FRAME, None
    for top in range(height - 1):
        for bottom in range(top + height // _FRAME_PART, height - 1):
            strength = (columns[bottom + 1] - columns[top + 1]) / (bottom - top)
            lines = np.sort(np.argpartition(-strength, _FRAME_LINES)[:_FRAME_LINES])
            left, right = lines[:, None], lines[None, :]
            wide = np.maximum(right - left, 1)
            above, below = ((rows[at][right + 1] - rows[at][left + 1]) / wide for at in (top, bottom))
            sides = np.minimum(np.minimum(strength[left], strength[right]), np.minimum(above, below))
            sides[right - left < width // _FRAME_PART] = 0
            place = int(np.argmax(sides))
            if sides.flat[place] > best:
                best = float(sides.flat[place])
                first, last = lines[place // _FRAME_LINES], lines[place % _FRAME_LINES]
                box = (first + 1) / width, (top + 1) / height, (last - first) / width, (bottom - top) / height
    return None if box is None else tuple(float(part) for part in box)  # type: ignore[return-value]


# -- the words of places

# What a descriptor has at a distance from its middle (3 rings of cells) and in a direction (8) is much the same in all
# pictures. Mixtures that sum to nothing over each ring and direction are blind to it, so that each sign is as often
# plus as minus, without a mean learned from anybody's pictures.
_CELLS_ACROSS, _DIRECTIONS, _SEED = 4, 8, 3


def _mixtures() -> NDArray[np.float32]:
    outer = np.abs(np.arange(_CELLS_ACROSS) - 1.5) > 1
    ring = outer[:, None].astype(int) + outer[None, :]
    kind = (ring[:, :, None] * _DIRECTIONS + np.arange(_DIRECTIONS)).ravel()
    same = (kind[:, None] == np.arange(3 * _DIRECTIONS)).astype(np.float64)
    same /= np.linalg.norm(same, axis=0)
    chance = default_rng(_SEED).normal(size=(WORD_BITS, kind.size))
    chance -= chance @ same @ same.T
    mixed: list[NDArray[np.float64]] = []
    for row in chance:  # Gram and Schmidt: the same on every machine to far more digits than a sign needs
        apart = row - sum((row @ other) * other for other in mixed)
        mixed.append(apart / np.linalg.norm(apart))
    return np.stack(mixed).T.astype(np.float32)


@lru_cache(maxsize=1)
def _mix() -> NDArray[np.float32]:
    return _mixtures()


def mixed(descriptors: Descriptors) -> NDArray[np.float32]:
    """The 64 mixtures of each RootSIFT descriptor (Arandjelović and Zisserman 2012), one row a place."""
    raw = descriptors.astype(np.float32)
    return np.asarray(np.sqrt(raw / np.maximum(raw.sum(axis=1, keepdims=True), 1.0)) @ _mix(), dtype=np.float32)


def words_of(mixtures: NDArray[np.float32]) -> Words:
    """The signs of the mixtures as one number of 64 bits a place; 0, which is no word, becomes 1."""
    packed = np.packbits(mixtures > 0, axis=1, bitorder="little").view("<u8").astype(np.uint64).ravel()
    return np.maximum(packed, np.uint64(1))


def mirrored_descriptors(descriptors: Descriptors) -> Descriptors:
    """The descriptors of the picture mirrored left to right, without looking at it again.

    A SIFT descriptor has 4 by 4 cells of 8 directions, laid along the place's own direction: mirroring swaps the rows
    of cells across that axis and turns the sense of the directions.
    """
    cells = descriptors.reshape(-1, _CELLS_ACROSS, _CELLS_ACROSS, _DIRECTIONS)
    return np.ascontiguousarray(cells[:, ::-1][..., [0, 7, 6, 5, 4, 3, 2, 1]]).reshape(len(descriptors), 128)


def negative_descriptors(descriptors: Descriptors) -> Descriptors:
    """The descriptors of the picture in negative, without looking at it again: each turned by half.

    In negative every slope runs the other way, so that the place's own direction turns about, and all with it but the
    cells. Such pictures are like pictures and are copies of nothing: what matches them matches by chance.
    """
    cells = descriptors.reshape(-1, _CELLS_ACROSS, _CELLS_ACROSS, _DIRECTIONS)
    return np.ascontiguousarray(cells[:, ::-1, ::-1]).reshape(len(descriptors), 128)


# -- where the places are, in 16 bits: 5 across, 5 down, 3 for the size, 3 for the direction

_GRID, _SIZES, _TURNS = 32, 8, 8
_SMALLEST, _SIZE_STEP = 0.016, 0.6  # of the long side; in octaves


@frozen(kw_only=True, eq=False)
class Places:
    """Where places are: x and y and size as parts of the long side, directions in radians."""

    x: NDArray[np.float32]
    y: NDArray[np.float32]
    size: NDArray[np.float32]
    turn: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.x)

    def packed(self) -> NDArray[np.uint16]:
        """Each in 16 bits, coarse."""
        x = np.clip(self.x * _GRID, 0, _GRID - 1).astype(np.uint16)
        y = np.clip(self.y * _GRID, 0, _GRID - 1).astype(np.uint16)
        octaves = np.log2(np.maximum(self.size, 1e-6) / _SMALLEST)
        size = np.clip(np.round(octaves / _SIZE_STEP), 0, _SIZES - 1).astype(np.uint16)
        turn = (np.round(self.turn * (_TURNS / (2 * np.pi))).astype(np.int64) % _TURNS).astype(np.uint16)
        return np.asarray(x | y << 5 | size << 10 | turn << 13, dtype=np.uint16)

    @classmethod
    def unpacked(cls, packed: NDArray[np.uint16]) -> Places:
        """The middle of what each may have been."""
        return cls(
            x=((packed & 31) + np.float32(0.5)) / np.float32(_GRID),
            y=((packed >> 5 & 31) + np.float32(0.5)) / np.float32(_GRID),
            size=_SMALLEST * np.exp2((packed >> 10 & 7) * np.float32(_SIZE_STEP), dtype=np.float32),
            turn=(packed >> 13 & 7) * np.float32(2 * np.pi / _TURNS),
        )

    def mirrored(self, width: float) -> Places:
        """The places in the picture mirrored left to right; `width` is a part of the long side too."""
        return Places(x=np.float32(width) - self.x, y=self.y, size=self.size, turn=np.float32(np.pi) - self.turn)

    def negative(self) -> Places:
        """The places in the picture in negative: where they were, directions turned about."""
        return Places(x=self.x, y=self.y, size=self.size, turn=self.turn + np.float32(np.pi))

    def taken(self, which: NDArray[np.intp]) -> Places:
        """Some of the places, in this order."""
        return Places(x=self.x[which], y=self.y[which], size=self.size[which], turn=self.turn[which])


_MOST_A_PART, _PARTS = 3, 4
_BURST_BITS = 6


def chosen(words: Words, places: Places, strength: NDArray[np.float32], *, most: int = WORDS) -> NDArray[np.intp]:
    """Which words to keep of a picture: the strongest, spread over it, and no two that are nearly one word."""
    held: list[int] = []
    filled: dict[tuple[int, int], int] = {}
    for place in np.argsort(-strength, kind="stable"):
        part = int(places.x[place] * _PARTS), int(places.y[place] * _PARTS)
        if filled.get(part, 0) >= _MOST_A_PART:
            continue
        if held and int(np.bitwise_count(words[held] ^ words[place]).min()) <= _BURST_BITS:
            continue
        held.append(int(place))
        filled[part] = filled.get(part, 0) + 1
        if len(held) == most:
            break
    return np.array(held, dtype=np.intp)
