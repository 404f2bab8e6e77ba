"""Footage drawn by code, and what people do to it: cut, cropped, mirrored, framed, sped up, spliced, encoded again.

A `Reel` is pictures and when each is shown; every edit takes reels and gives one. Everything is seeded: the same call
draws the same pictures. `film` writes a reel as posted footage is encoded.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
from attrs import evolve, frozen
from made import Clip, write
from numpy.typing import NDArray

from probata.copies.extract import Sight, Views

WIDTH, HEIGHT, RATE = 320, 180, 25
TICKS = 600  # a second; pictures of 12, 24, 25 and 30 a second last a whole number of them
Pictures = NDArray[np.uint8]
Camera = Callable[[NDArray[np.float64]], NDArray[np.float64]]
Box = tuple[float, float, float, float]


@frozen(kw_only=True, eq=False)
class Reel:
    """Pictures, one after the other, each shown from its own tick of `TICKS` a second; the last one until `end`."""

    pictures: Pictures
    at: tuple[int, ...]
    end: int

    @property
    def lasts_s(self) -> float:
        """How long it is."""
        return self.end / TICKS

    def shown(self, ticks: Sequence[int]) -> Pictures:
        """The pictures that are on screen at these ticks."""
        return self.pictures[np.searchsorted(self.at, ticks, side="right") - 1]


def reel(pictures: Pictures, rate: int = RATE) -> Reel:
    """Pictures that follow each other evenly."""
    step = TICKS // rate
    return Reel(pictures=pictures, at=tuple(range(0, len(pictures) * step, step)), end=len(pictures) * step)


# What is filmed.


def ground(seed: int, *, width: int = WIDTH + 40, height: int = HEIGHT + 40) -> NDArray[np.float32]:
    """A place: hills of light, and marks of every size over them."""
    random = np.random.default_rng([1, seed])
    coarse = random.uniform(50, 190, (7, 12, 3)).astype(np.float32)
    made = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    for _mark in range(width * height // 500):
        left, top = int(random.integers(-8, width)), int(random.integers(-8, height))
        across, down = (int(side) for side in random.integers(3, 28, 2))
        made[max(0, top) : top + down, max(0, left) : left + across] += random.uniform(-60, 60, 3)
    return np.clip(cv2.GaussianBlur(made, (0, 0), 0.7), 0, 255).astype(np.float32)


def still(moments: NDArray[np.float64]) -> NDArray[np.float64]:
    """A camera on a tripod."""
    return np.full((len(moments), 2), 20.0)


def held(seed: int) -> Camera:
    """A camera in a hand: it wavers by a few pixels, differently each time."""
    random = np.random.default_rng([2, seed])
    reach, pace, phase = random.uniform(1, 4, (3, 2)), random.uniform(0.3, 1.4, (3, 2)), random.uniform(0, 6.3, (3, 2))

    def along(moments: NDArray[np.float64]) -> NDArray[np.float64]:
        turns = moments[:, None, None] * pace * 2 * np.pi + phase
        return np.asarray(20 + (reach * np.sin(turns)).sum(axis=1), np.float64)

    return along


def panned(pixels_a_second: float) -> Camera:
    """A camera that turns evenly to the right."""

    def along(moments: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.stack([5 + pixels_a_second * moments, np.full(len(moments), 20.0)], axis=1)

    return along


def scene(
    place: int, moment: int, seconds: float, *, rate: int = RATE, camera: Camera | None = None, things: int = 5
) -> Reel:
    """A place filmed once: the same `moment` moves in the same way, another one does not; noise is the moment's own."""
    at_s = np.arange(round(seconds * rate)) / rate
    on_ground = (camera or still)(at_s)
    wide = int(on_ground[:, 0].max()) + WIDTH + 8
    drawn = ground(place, width=max(wide, WIDTH + 40))
    moving = [_thing(moment, number) for number in range(things)]
    random = np.random.default_rng([3, place, moment])
    pictures = []
    for moment_s, (x, y) in zip(at_s, on_ground, strict=True):
        shift = np.array([[1, 0, x], [0, 1, y]], np.float64)
        picture = cv2.warpAffine(drawn, shift, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
        for look, path in moving:
            _laid(picture, look, *path(moment_s))
        pictures.append(noisy(picture, random))
    return reel(np.stack(pictures), rate)


def pendulum(place: int, phase: float, seconds: float, *, period_s: float = 1.6) -> Reel:
    """A place in which one thing swings to and fro for ever, the same in every take; `phase` in turns."""
    drawn, random = ground(place), np.random.default_rng([4, place, round(phase * 1000)])
    look, _path = _thing(99, 0)
    pictures = []
    for moment_s in np.arange(round(seconds * RATE)) / RATE:
        turn = 2 * np.pi * (moment_s / period_s + phase)
        picture = drawn[20 : 20 + HEIGHT, 20 : 20 + WIDTH].copy()
        _laid(picture, look, 160 + 90 * np.sin(turn), 90 + 25 * np.cos(2 * turn))
        pictures.append(noisy(picture, random))
    return reel(np.stack(pictures))


def noisy(picture: NDArray[np.float32], random: np.random.Generator, spread: float = 2.0) -> Pictures:
    """What a sensor makes of a picture."""
    noise = random.standard_normal(picture.shape[:2], np.float32) * np.float32(spread)
    return np.clip(picture + noise[:, :, None], 0, 255).astype(np.uint8)


def _thing(moment: int, number: int) -> tuple[NDArray[np.float32], Callable[[float], tuple[float, float]]]:
    """Something that moves: how it looks, and where its middle is at each second."""
    random = np.random.default_rng([5, moment, number])
    across, down = (int(side) for side in random.integers(18, 56, 2))
    marks = random.uniform(20, 235, (4, 4, 3)).astype(np.float32)
    look = cv2.resize(marks, (across, down), interpolation=cv2.INTER_NEAREST)
    reach = random.uniform((40, 20), (110, 60), (2, 2))
    pace, phase = random.uniform(0.11, 0.53, (2, 2)), random.uniform(0, 6.3, (2, 2))
    middle = random.uniform((90, 50), (230, 130))

    def path(moment_s: float) -> tuple[float, float]:
        x, y = middle + (reach * np.sin(2 * np.pi * pace * moment_s + phase)).mean(axis=0)
        return float(x), float(y)

    return look, path


def _laid(picture: NDArray[np.float32], look: NDArray[np.float32], x: float, y: float) -> None:
    left, top = round(x - look.shape[1] / 2), round(y - look.shape[0] / 2)
    low_x, low_y = max(0, left), max(0, top)
    high_x, high_y = min(picture.shape[1], left + look.shape[1]), min(picture.shape[0], top + look.shape[0])
    if high_x > low_x and high_y > low_y:
        picture[low_y:high_y, low_x:high_x] = look[low_y - top : high_y - top, low_x - left : high_x - left]


# What people do to it: in time.


def part(one: Reel, start_s: float, end_s: float) -> Reel:
    """The seconds of a reel from one to another."""
    start, end = round(start_s * TICKS), min(round(end_s * TICKS), one.end)
    kept = [place for place, at in enumerate(one.at) if start <= at < end]
    return Reel(
        pictures=one.pictures[kept], at=tuple(one.at[place] - one.at[kept[0]] for place in kept), end=end - start
    )


def spliced(*reels: Reel) -> Reel:
    """One reel after the other."""
    at: list[int] = []
    end = 0
    for one in reels:
        at += [end + tick for tick in one.at]
        end += one.end
    return Reel(pictures=np.concatenate([one.pictures for one in reels]), at=tuple(at), end=end)


def backwards(one: Reel) -> Reel:
    """The reel run from its end."""
    ends = [*one.at[1:], one.end]
    return Reel(pictures=one.pictures[::-1], at=tuple(one.end - end for end in ends[::-1]), end=one.end)


def at_speed(one: Reel, speed: float, *, rate: int = RATE) -> Reel:
    """The reel `speed` times as fast, at the same number of pictures a second."""
    step = TICKS // rate
    count = int(one.end / speed) // step
    return reel(one.shown([round(number * step * speed) for number in range(count)]), rate)


def at_rate(one: Reel, rate: int) -> Reel:
    """The same seconds at another number of pictures a second, each the one that is on screen."""
    return at_speed(one, 1, rate=rate)


def unevenly(one: Reel, seed: int = 0) -> Reel:
    """The same seconds as a phone writes them: pictures dropped, and none for as long as the one before."""
    random = np.random.default_rng([6, seed])
    at = [0]
    while at[-1] < one.end - 40:
        at.append(at[-1] + int(random.integers(12, 48)))
    return Reel(pictures=one.shown(at), at=tuple(at), end=one.end)


# What people do to it: in space.


def each(one: Reel, edit: Callable[[Pictures], Pictures]) -> Reel:
    """Every picture edited in the same way."""
    return evolve(one, pictures=np.stack([np.ascontiguousarray(edit(picture)) for picture in one.pictures]))


def cropped(one: Reel, box: Box) -> Reel:
    """A part of the picture alone: left, top, width, height in parts of it."""
    height, width = one.pictures.shape[1:3]
    left, top = round(box[0] * width), round(box[1] * height)
    across, down = round(box[2] * width) // 2 * 2, round(box[3] * height) // 2 * 2
    return evolve(one, pictures=one.pictures[:, top : top + down, left : left + across])


def mirrored(one: Reel) -> Reel:
    """Left for right."""
    return evolve(one, pictures=one.pictures[:, :, ::-1])


def resized(one: Reel, width: int, height: int) -> Reel:
    """The picture at another size."""
    return each(one, lambda picture: cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA))


def bannered(one: Reel, *, seed: int = 0, share: float = 0.2) -> Reel:
    """With a banner over its lowest part: a bar with lettering that stays."""
    high = round(one.pictures.shape[1] * share)
    bar = lettered(seed, one.pictures.shape[2], high)
    return each(one, lambda picture: np.concatenate([picture[:-high], bar]))


def lettered(seed: int, width: int, height: int) -> Pictures:
    """Marks like lettering on a bar."""
    random = np.random.default_rng([7, seed])
    bar = np.full((height, width, 3), 235, np.uint8)
    for left in range(8, width - 12, 9):
        for top in range(4, height - 10, 14):
            cell = np.where(random.random((5, 3, 1)) < 0.55, 15, 235).astype(np.uint8)
            bar[top : top + 10, left : left + 6] = cell.repeat(2, axis=0).repeat(2, axis=1)
    return bar


def framed(one: Reel, around: Reel, box: Box) -> Reel:
    """The picture within the picture of another reel that runs on around it."""
    height, width = around.pictures.shape[1:3]
    left, top = round(box[0] * width), round(box[1] * height)
    across, down = round(box[2] * width), round(box[3] * height)
    small = resized(one, across, down).pictures
    made = around.shown(one.at).copy()
    made[:, top : top + down, left : left + across] = small
    return evolve(one, pictures=made)


def graded(one: Reel, gain: float, bias: float) -> Reel:
    """Brighter and of other contrast."""
    return each(one, lambda picture: np.clip(picture * gain + bias, 0, 255).astype(np.uint8))


def ticker(one: Reel, *, seed: int = 0, share: float = 0.2, pixels_a_second: float = 60) -> Reel:
    """With lettering that runs along its lowest part, as news have it."""
    high, width = round(one.pictures.shape[1] * share), one.pictures.shape[2]
    strip = lettered(seed, width + round(pixels_a_second * one.lasts_s) + 1, high)
    made = one.pictures.copy()
    for picture, at in zip(made, one.at, strict=True):
        left = int(pixels_a_second * at / TICKS)
        picture[-high:] = strip[:, left : left + width]
    return evolve(one, pictures=made)


def grey(one: Reel) -> Reel:
    """Without its colours."""
    return each(one, lambda picture: cv2.cvtColor(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB))


# What the product makes of it, without a file.


def views(one: Reel, *, side_px: int = 96) -> Views:
    """The small grey views of a reel."""
    height, width = one.pictures.shape[1:3]
    size = side_px, round(side_px * height / width)
    greys = [cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY) for picture in one.pictures]
    return Views(
        time_base=Fraction(1, TICKS),
        pts=one.at,
        ordinals=tuple(range(len(one.at))),
        end_s=Fraction(one.end, TICKS),
        pictures=np.stack([cv2.resize(grey_one, size, interpolation=cv2.INTER_AREA) for grey_one in greys]),
    )


def sight(picture: Pictures, *, at_s: Fraction = Fraction(0)) -> Sight:
    """The local features of one picture."""
    seen = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY) if picture.ndim == 3 else picture
    points, descriptors = cv2.SIFT.create(nfeatures=600, contrastThreshold=0.008).detectAndCompute(seen, None)
    table = np.array([(*point.pt, point.size, point.response) for point in points], np.float32).reshape(-1, 4)
    raw = np.zeros((0, 128), np.float32) if descriptors is None else descriptors
    return Sight(
        ordinal=0,
        pts=0,
        digest=b"",
        seconds=at_s,
        width=seen.shape[1],
        height=seen.shape[0],
        spread=float(seen.std()),
        points=table[:, :2],
        sizes=table[:, 2],
        responses=table[:, 3],
        roots=np.sqrt(raw / np.maximum(raw.sum(axis=1, keepdims=True), 1.0)),
    )


# What a file is made of.


def film(path: Path, one: Reel, *, crf: int = 23, sound: NDArray[np.float32] | None = None, **more: object) -> Path:
    """Write a reel as posted footage is encoded; `sound` at 16 kHz; `more` is the `Clip`'s."""
    durations = {late - early for early, late in pairwise([*one.at, one.end])}
    assert min(durations) > 0
    clip = Clip(
        pts=one.at,
        time_base=Fraction(1, TICKS),
        picture=lambda number: np.ascontiguousarray(one.pictures[number]),
        # Looking ahead runs on a thread of its own: with B pictures, the same reel would give another file each time.
        options={"crf": str(crf), "rc-lookahead": "0", "preset": "superfast"},
        key_every=50,
        b_frames=2,
        sound=sound,
        sound_rate_hz=16_000,
    )
    return write(path, evolve(clip, **more))
