"""Pictures of one line, made ready for a reader of dark text on light ground.

A caption stands still while what is behind it moves: over several pictures of it the median, the darkest and the
lightest value of every pixel tell letters from ground better than any one picture does. Which of them shows the letters
depends on their colour, so several are made, and the reader's own confidence chooses.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.float32]
Stack = NDArray[np.uint8]

HEIGHT_PX = 40  # the reader was trained on lines about so high
_BORDER_PX = 10
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)
_PALE = 0.78  # of full brightness, in its darkest channel at its darkest moment: white letters
_DISTANCE = 1.5
_MOST_ASPECT = 60


def prepared(stack: Stack) -> Iterator[tuple[str, NDArray[np.uint8]]]:
    """Every preparation by its name, the likeliest first; `stack` is pictures x rows x columns x RGB, of one line."""
    values = stack.astype(np.float32)
    grey: Grey = values @ _LUMA
    middle = _median(grey)
    darkest: Grey = grey.min(axis=0)
    lowest: Grey = values.min(axis=3)
    yield "light letters", _ready(255 - _stretched(middle))
    yield "white letters", _ready(np.where(lowest.min(axis=0) > _PALE * 255, 0, 255).astype(np.float32))
    yield "dark letters", _ready(_stretched(middle))
    yield "letters of one colour", _ready(_unlike_the_letters(values, darkest))
    red_or_green = np.minimum(values[..., 0], values[..., 1]) - values[..., 2]
    yield "yellow letters", _ready(255 - _stretched(np.maximum(0, _median(red_or_green))))
    yield "light letters, darkest moment", _ready(255 - _stretched(darkest))
    yield "pale letters", _ready(255 - _stretched(_median(lowest)))


def sharpest(stack: Stack) -> int:
    """Which picture of a stack has the steepest edges."""
    grey = stack.astype(np.float32) @ _LUMA
    steep = np.abs(np.diff(grey, axis=2)).mean(axis=(1, 2)) + np.abs(np.diff(grey, axis=1)).mean(axis=(1, 2))
    return int(np.argmax(steep))


def scaled(grey: Grey, height: int, width: int) -> Grey:
    """The picture at another size: each new pixel is the mean of what it covers, nearer ones weighing more."""
    if height == grey.shape[0] and width == grey.shape[1]:
        return grey
    made: Grey = (_weights(grey.shape[0], height) @ grey @ _weights(grey.shape[1], width).T).astype(np.float32)
    return made


def _unlike_the_letters(values: NDArray[np.float32], darkest: Grey) -> Grey:
    # The letters are taken to be what is lightest at its darkest moment: what moves behind them has been dark once.
    light = darkest >= np.percentile(darkest, 90)
    colour = np.median(np.median(values, axis=0)[light], axis=0)
    unlike = np.abs(values - colour.astype(np.float32)).max(axis=3).max(axis=0)
    made: Grey = np.minimum(255, unlike * np.float32(_DISTANCE)).astype(np.float32)
    return made


def _median(values: NDArray[np.float32]) -> Grey:
    made: Grey = np.median(values, axis=0).astype(np.float32)
    return made


def _stretched(grey: Grey) -> Grey:
    low, high = np.percentile(grey, [2, 98])
    made: Grey = np.clip((grey - low) / max(1.0, high - low) * 255, 0, 255).astype(np.float32)
    return made


def _ready(grey: Grey) -> NDArray[np.uint8]:
    rows, columns = grey.shape
    width = max(1, min(round(columns * HEIGHT_PX / rows), HEIGHT_PX * _MOST_ASPECT))
    made = np.clip(np.rint(scaled(grey, HEIGHT_PX, width)), 0, 255).astype(np.uint8)
    return np.pad(made, _BORDER_PX, constant_values=255)


def _weights(old: int, new: int) -> NDArray[np.float32]:
    # A triangle as wide as an old or a new pixel, whichever is wider: linear up, a mean down.
    reach = max(1.0, old / new)
    centres = (np.arange(new) + 0.5) * old / new - 0.5
    weights = np.maximum(0, 1 - np.abs(np.arange(old)[None] - centres[:, None]) / reach)
    made: NDArray[np.float32] = (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)
    return made
