"""Scenes drawn by code: a ground full of marks, and blobs that wander over it; cut, cropped and mirrored as asked."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parents[2] / "media"))

from made import Clip, write

WIDTH, HEIGHT, RATE = 320, 192, 15
Pictures = NDArray[np.uint8]


@frozen(kw_only=True)
class Scene:
    """A place (`ground`) filmed once (`moment`): the same moment moves in the same way, another one does not."""

    ground: int
    moment: int

    def pictures(self, start_s: float, end_s: float) -> Pictures:
        """The pictures from one second of the filming to another."""
        ground = _ground(self.ground)
        places = _wanderings(self.moment)
        frames = []
        for number in range(round(start_s * RATE), round(end_s * RATE)):
            frame = ground.copy()
            for blob, path in enumerate(places):
                x, y = path[number]
                frame[y : y + 18, x : x + 14] = 40 + 45 * blob
            frames.append(frame)
        return np.stack(frames)


def film(path: Path, pictures: Pictures, *, sound: NDArray[np.float32] | None = None) -> Path:
    """Write pictures as a clip, encoded as posted footage is."""
    step = 1000 // RATE
    return write(
        path,
        Clip(
            pts=[number * step for number in range(len(pictures))],
            picture=lambda number: np.repeat(pictures[number][:, :, None], 3, axis=2),
            options={"crf": "26"},
            sound=sound,
            sound_rate_hz=16_000,
        ),
    )


def _ground(seed: int) -> Pictures:
    random = np.random.default_rng(seed)
    ground = np.full((HEIGHT, WIDTH), 110, np.uint8)
    for _mark in range(260):
        left, top = random.integers(0, WIDTH - 8), random.integers(0, HEIGHT - 8)
        width, height = random.integers(3, 26), random.integers(3, 20)
        ground[top : top + height, left : left + width] = random.integers(20, 235)
    return ground


def _wanderings(seed: int, *, blobs: int = 4, frames: int = 40 * RATE) -> list[NDArray[np.int64]]:
    random = np.random.default_rng(1000 + seed)
    paths = []
    for _blob in range(blobs):
        heading = np.cumsum(random.normal(0, 0.5, (frames, 2)), axis=0)
        at = np.cumsum(np.sin(heading) * 4, axis=0) + random.uniform(20, 160, 2)
        span = np.array([WIDTH - 15, HEIGHT - 19])
        folded = np.abs(np.mod(at, 2 * span) - span)
        paths.append(folded.astype(np.int64))
    return paths
