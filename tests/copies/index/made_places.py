"""Places drawn by code with as much in them as a street has: things of every size, sharp, one before the other."""

from __future__ import annotations

import cv2
import numpy as np
from made_copies import Reel, noisy, reel

WIDTH, HEIGHT, RATE = 480, 270, 10


def street(seed: int, seconds: float) -> Reel:
    """A place seen by a camera that turns slowly; the same seed gives the same footage."""
    random = np.random.default_rng([9, seed])
    place = np.full((HEIGHT + 40, WIDTH + 120, 3), random.uniform(60, 200, 3), np.float32)
    for size in (90, 60, 40, 26, 18, 12):
        for _thing in range(3 * place.shape[0] * place.shape[1] // (size * size * 12)):
            _draw(place, random, size)
    pictures = []
    for number in range(round(seconds * RATE)):
        left, top = round(60 * number / (RATE * 10)), 20
        pictures.append(noisy(place[top : top + HEIGHT, left : left + WIDTH], random))
    return reel(np.stack(pictures), RATE)


def _draw(place: np.ndarray, random: np.random.Generator, size: int) -> None:
    x, y = (int(random.integers(0, side)) for side in place.shape[1::-1])
    colour = random.uniform(0, 255, 3).tolist()
    across, down = (int(side) for side in random.integers(size // 2, size, 2))
    if random.random() < 0.5:
        cv2.ellipse(place, (x, y), (across // 2, down // 2), float(random.uniform(0, 180)), 0, 360, colour, -1)
    else:
        turned = ((x, y), (across, down), float(random.uniform(0, 90)))
        cv2.fillPoly(place, [cv2.boxPoints(turned).astype(np.int32)], colour)
