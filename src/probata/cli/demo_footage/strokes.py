"""Lettering of our own: Cyrillic capitals and digits as strokes, so that captions need no font file.

The font that Pillow ships has no Cyrillic, and a font of the machine would make the pictures differ between machines.
Each glyph is polylines on a grid: two characters a point (x, then y), y from 0 at the top of a capital to 8 on the
line, 9 below it; `a` and `b` are one and two steps above the capital, for the marks of Ё and Й.
"""

from __future__ import annotations

from functools import cache, lru_cache

from PIL import Image, ImageDraw

_STEPS = {mark: step for step, mark in enumerate("ba0123456789", start=-2)}
_CAPITAL_STEPS = 8  # height of a capital in grid steps
_ABOVE_STEPS, _BELOW_STEPS = 3, 2
_GAP_STEPS, _SPACE_STEPS, _PEN_STEPS = 2.4, 3.5, 1.15
_FINER = 4  # strokes are drawn this much larger, then made smaller: smooth edges, the same on every machine

GLYPHS = {
    "А": "08 30 68;15 55",
    "Б": "50 00 08 48 67 65 44 04",
    "В": "00 08 48 67 65 44 04;00 40 51 53 44",
    "Г": "08 00 50",
    "Д": "09 08 68 69;18 20 50 58",
    "Е": "50 00 08 58;04 44",
    "Ё": "50 00 08 58;04 44;1b 1b;4b 4b",
    "Ж": "40 48;00 34 08;80 54 88;34 54",
    "З": "01 10 40 51 53 44 24;44 65 67 48 18 07",
    "И": "00 08 60 68",
    "Й": "00 08 60 68;1b 2a 4a 5b",
    "К": "00 08;60 14 68;04 14",
    "Л": "08 17 20 60 68",
    "М": "08 00 34 60 68",
    "Н": "00 08;60 68;04 64",
    "О": "20 40 62 66 48 28 06 02 20",
    "П": "08 00 60 68",
    "Р": "08 00 40 61 63 44 04",
    "С": "61 40 20 02 06 28 48 67",
    "Т": "00 60;30 38",
    "У": "00 35;60 28 08",
    "Ф": "21 61 83 65 25 03 21;40 48",
    "Х": "00 68;60 08",
    "Ц": "00 08 58;50 58 68 69",
    "Ч": "00 03 14 64;60 68",
    "Ш": "00 08 88 80;40 48",
    "Щ": "00 08 98 99;40 48;80 88",
    "Ъ": "00 20 28 58 67 65 54 24",
    "Ы": "00 08 38 57 55 34 04;80 88",
    "Ь": "00 08 48 67 65 44 04",
    "Э": "01 20 40 62 66 48 28 07;34 64",
    "Ю": "00 08;04 34;50 70 92 96 78 58 36 32 50",
    "Я": "68 60 20 01 03 24 64;24 08",
    "0": "10 40 51 57 48 18 07 01 10",
    "1": "12 30 38;18 58",
    "2": "02 01 10 40 51 53 08 58",
    "3": "01 10 40 51 53 44 24;44 55 57 48 18 07",
    "4": "48 40 06 56",
    "5": "50 00 03 43 54 57 48 18 07",
    "6": "41 40 10 01 07 18 48 57 54 43 13 04",
    "7": "00 50 28",
    "8": "10 40 51 53 44 14 03 01 10;14 05 07 18 48 57 55 44",
    "9": "07 18 48 57 51 40 10 01 03 14 44 53",
    ".": "08 08",
    ",": "18 09",
    ":": "02 02;07 07",
    "-": "04 44",
    "«": "32 14 36;62 44 66",
    "»": "12 34 16;42 64 46",
}


def draw_text(
    image: Image.Image,
    text: str,
    *,
    left_px: float,
    top_px: float,
    height_px: float,
    fill: int | tuple[int, int, int],
) -> None:
    """Draw the text with its capitals `height_px` high, their upper left corner at the place given."""
    mask = _mask(text, round(height_px * 16))
    above_px = _ABOVE_STEPS * height_px / _CAPITAL_STEPS
    colour = (fill,) * 3 if isinstance(fill, int) else fill
    image.paste(colour, (round(left_px), round(top_px - above_px)), mask)


def text_width_px(text: str, height_px: float) -> float:
    """How wide the text stands when its capitals are `height_px` high."""
    return _width_steps(text) * height_px / _CAPITAL_STEPS


def _width_steps(text: str) -> float:
    advances = [_advance_steps(mark) for mark in text]
    return sum(advances) - (_GAP_STEPS if advances else 0)


def _advance_steps(mark: str) -> float:
    if mark == " ":
        return _SPACE_STEPS + _GAP_STEPS
    return max(x for stroke in _strokes(mark) for x, _ in stroke) + _GAP_STEPS


@cache
def _strokes(mark: str) -> tuple[tuple[tuple[int, int], ...], ...]:
    return tuple(
        tuple((_STEPS[point[0]], _STEPS[point[1]]) for point in stroke.split()) for stroke in GLYPHS[mark].split(";")
    )


@lru_cache(maxsize=64)
def _mask(text: str, height_sixteenths_px: int) -> Image.Image:
    """The text as coverage, 0 to 255; drawn once for all frames that show it."""
    step = height_sixteenths_px / 16 / _CAPITAL_STEPS * _FINER
    width = round((_width_steps(text) + 2 * _PEN_STEPS) * step / _FINER + 1) * _FINER
    height = round((_CAPITAL_STEPS + _ABOVE_STEPS + _BELOW_STEPS) * step / _FINER + 1) * _FINER
    large = Image.new("L", (width, height), 0)
    draw = ImageDraw.Draw(large)
    pen = max(_FINER, round(_PEN_STEPS * step))
    left_steps = _PEN_STEPS / 2
    for mark in text:
        if mark != " ":
            for stroke in _strokes(mark):
                points = [((left_steps + x) * step, (_ABOVE_STEPS + y) * step) for x, y in stroke]
                _draw_stroke(draw, points, pen)
        left_steps += _advance_steps(mark)
    return large.resize((width // _FINER, height // _FINER), Image.Resampling.BOX)


def _draw_stroke(draw: ImageDraw.ImageDraw, points: list[tuple[float, float]], pen_px: int) -> None:
    draw.line(points, fill=255, width=pen_px)
    for x, y in points:  # round ends and corners
        draw.ellipse((x - pen_px / 2, y - pen_px / 2, x + pen_px / 2, y + pen_px / 2), fill=255)
