"""Frames that say their own number: a strip of blocks a program reads, and small digits a person reads.

The strip stands in the lower left corner: 16 columns of two cells, one light and one dark. The light cell on top means
1, below means 0, so no threshold is needed and a picture that bears no strip is told from one that does. Twelve
columns are the ordinal, most significant first; four are a check.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw

from probata.cli.demo_footage.encode import Encoding, TimedPicture, write_clip
from probata.cli.demo_footage.errors import OrdinalUnreadable
from probata.cli.demo_footage.rhythm import RESTLESS, frame_times
from probata.cli.demo_footage.strokes import draw_text
from probata.cli.demo_footage.truth import MadeClip, PictureTruth

if TYPE_CHECKING:
    from numpy.typing import NDArray

ORDINAL_LIMIT = 1 << 12
_COLUMNS = 16
_ROWS = 2
_CELLS_PER_SHORT_SIDE = 24
_LEAST_CONTRAST = 48  # of 255; drawn cells differ by 215, heavy compression leaves above 150
_DARK, _LIGHT = 20, 235


def draw_ordinal(image: Image.Image, ordinal: int) -> None:
    """Draw the number of the frame into the picture: the strip, and the digits beside it."""
    cell = _cell_px(*image.size)
    top = image.height - _ROWS * cell
    draw = ImageDraw.Draw(image)
    for column, bit in enumerate(_bits(ordinal)):
        left, right = round(column * cell), round((column + 1) * cell) - 1
        middle, bottom = round(top + cell), image.height - 1
        upper, lower = (_LIGHT, _DARK) if bit else (_DARK, _LIGHT)
        draw.rectangle((left, round(top), right, middle - 1), fill=(upper,) * 3)
        draw.rectangle((left, middle, right, bottom), fill=(lower,) * 3)
    left = round(_COLUMNS * cell)
    draw.rectangle((left, round(top), round(left + 4.6 * cell), image.height - 1), fill=(_DARK,) * 3)
    draw_text(
        image, f"{ordinal:04d}", left_px=left + 0.5 * cell, top_px=top + 0.4 * cell, height_px=1.2 * cell, fill=_LIGHT
    )


def read_ordinal(picture: NDArray[np.uint8] | bytes | Path) -> int:
    """The number that the picture says it has, or a refusal; never a guess.

    Takes the whole upright picture at any size: a grey (H, W) or colour (H, W, 3 or 4) array, the bytes of a PNG or
    JPEG, or the path of one. Raises `OrdinalUnreadable` where a column has too little contrast or the check fails.
    """
    grey = _grey(picture)
    height, width = grey.shape
    cell = _cell_px(width, height)
    bits = []
    for column in range(_COLUMNS):
        upper = _cell_mean(grey, (column + 0.5) * cell, height - 1.5 * cell, cell)
        lower = _cell_mean(grey, (column + 0.5) * cell, height - 0.5 * cell, cell)
        if abs(upper - lower) < _LEAST_CONTRAST:
            raise OrdinalUnreadable(why=f"column {column} of the strip has too little contrast")
        bits.append(int(upper > lower))
    ordinal = int("".join(map(str, bits[:12])), 2)
    if bits != _bits(ordinal):
        raise OrdinalUnreadable(why="its check does not fit its number")
    return ordinal


def make_ordinal_clip(
    path: Path,
    *,
    frames: int = 300,
    width: int = 320,
    height: int = 180,
    turned_degrees: int = 0,
    seed: int = 300,
) -> MadeClip:
    """Write a clip of uneven frame rate whose every frame says its ordinal; no sound. Same seed, same bytes.

    Gaps run from 10 ms to 250 ms, so that no single frame rate leads to the right picture. The file has B-frames, and
    a key frame only every 60 frames, as a seeking player meets them.
    """
    times = frame_times(RESTLESS, seed=seed, frames=frames)
    pictures = (
        TimedPicture(rgb=_ordinal_picture(width, height, ordinal, frames), pts=pts, duration=duration)
        for ordinal, (pts, duration) in enumerate(times)
    )
    write_clip(path, pictures, encoding=Encoding(b_frames=2, turned_degrees=turned_degrees))
    return MadeClip(
        path=path,
        about="Uneven frame times, each frame bearing its ordinal",
        picture=PictureTruth.of(times, width=width, height=height, turned_degrees=turned_degrees),
    )


def _ordinal_picture(width: int, height: int, ordinal: int, frames: int) -> NDArray[np.uint8]:
    """A calm field with a hand that goes round, the ordinal large in the middle and as a strip."""
    image = Image.new("RGB", (width, height), (58, 66, 74))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, round(width * (ordinal + 1) / frames), height // 24), fill=(120, 140, 150))
    draw_text(image, f"{ordinal:04d}", left_px=width * 0.3, top_px=height * 0.35, height_px=height * 0.22, fill=_LIGHT)
    draw_ordinal(image, ordinal)
    return np.asarray(image)


def _cell_px(width: int, height: int) -> float:
    return min(width, height) / _CELLS_PER_SHORT_SIDE


def _bits(ordinal: int) -> list[int]:
    if not 0 <= ordinal < ORDINAL_LIMIT:
        raise OrdinalUnreadable(why=f"{ordinal} is outside 0…{ORDINAL_LIMIT - 1}")
    # The check is the sum of the ordinal's three nibbles, each weighted so that swapped nibbles differ.
    check = (3 * (ordinal >> 8) + 5 * (ordinal >> 4 & 15) + 7 * (ordinal & 15) + 11) % 16
    return [ordinal >> place & 1 for place in range(11, -1, -1)] + [check >> place & 1 for place in range(3, -1, -1)]


def _grey(picture: NDArray[np.uint8] | bytes | Path) -> NDArray[np.float64]:
    if isinstance(picture, bytes):
        picture = np.asarray(Image.open(io.BytesIO(picture)).convert("L"))
    elif isinstance(picture, Path):
        picture = np.asarray(Image.open(picture).convert("L"))
    grey = picture.astype(np.float64)
    return grey[:, :, :3].mean(axis=2) if grey.ndim == 3 else grey


def _cell_mean(grey: NDArray[np.float64], centre_x: float, centre_y: float, cell: float) -> float:
    """The mean of the inner half of a cell, so that a blurred or slightly displaced edge does not count."""
    quarter = cell / 4
    top, left = int(centre_y - quarter), int(centre_x - quarter)
    bottom, right = max(top + 1, round(centre_y + quarter)), max(left + 1, round(centre_x + quarter))
    return float(grey[top:bottom, left:right].mean())
