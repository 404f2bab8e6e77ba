"""Contact sheets: small pictures of a video side by side, each under its address; made where pictures are decoded."""

from __future__ import annotations

import io
from fractions import Fraction

import numpy as np
import PIL.Image
import PIL.ImageDraw
import PIL.ImageFont
import PIL.PngImagePlugin
from attrs import frozen
from numpy.typing import NDArray

TILE_HEIGHT_PX = 108
_LABEL_HEIGHT_PX = 30
_GAP_PX = 6
_SHEET_WIDTH_PX = 1200
_PAPER, _INK = (24, 24, 24), (232, 232, 232)
_FONT = PIL.ImageFont.load_default(size=11)  # read here once, in the nursery: a cell can no longer


@frozen(kw_only=True, eq=False)
class Tile:
    """One picture of a sheet, in RGB as coded, and its address."""

    rgb: NDArray[np.uint8]
    ordinal: int
    pts: int
    time_base: Fraction


class ContactSheet:
    """Draws tiles, turned upright by `turned_degrees` clockwise, in rows from the left; labels are ASCII digits."""

    def __init__(self, *, turned_degrees: float = 0) -> None:
        self._quarter_turns = round(turned_degrees / 90) % 4 if turned_degrees % 90 == 0 else 0

    def png(self, tiles: list[Tile]) -> bytes:
        """The sheet as PNG; refuses an empty list."""
        pictures = [PIL.Image.fromarray(np.rot90(tile.rgb, -self._quarter_turns).copy()) for tile in tiles]
        width = max(picture.width for picture in pictures)
        height = max(picture.height for picture in pictures) + _LABEL_HEIGHT_PX
        across = max(1, min(len(tiles), _SHEET_WIDTH_PX // (width + _GAP_PX)))
        down = -(-len(tiles) // across)
        sheet = PIL.Image.new(
            "RGB", (across * (width + _GAP_PX) + _GAP_PX, down * (height + _GAP_PX) + _GAP_PX), _PAPER
        )
        pen = PIL.ImageDraw.Draw(sheet)
        for place, (tile, picture) in enumerate(zip(tiles, pictures, strict=True)):
            row, column = divmod(place, across)
            left, top = _GAP_PX + column * (width + _GAP_PX), _GAP_PX + row * (height + _GAP_PX)
            sheet.paste(picture, (left, top))
            label = f"frame {tile.ordinal}  {float(tile.pts * tile.time_base):.3f} s\nPTS {tile.pts}"
            pen.text((left, top + picture.height + 2), label, font=_FONT, fill=_INK)
        written = io.BytesIO()
        sheet.save(written, "PNG", compress_level=3)
        return written.getvalue()
