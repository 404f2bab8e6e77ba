"""Draws a sheet as one picture: in the jail, since that is where Pillow is."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import msgspec
import PIL.Image
import PIL.ImageDraw
import PIL.PngImagePlugin

from probata.copies.jailed import lettering
from probata.copies.proofsheet.blocks import (
    WIDTH,
    Block,
    Drawing,
    Heading,
    Letters,
    Line,
    Mark,
    Pictures,
    Point,
    Sentences,
    Shape,
    Sheet,
    Shown,
    Table,
    Words,
)

Image = PIL.Image.Image
_SCALE = 2  # pixels for each unit of the sheet: on A4 about 284 an inch
_FINER = 2  # drawings are drawn this much larger, then made smaller: smooth lines
_MARGIN = 48
_MOST_HEIGHT = 20_000
_PAPER = (255, 255, 255)
_COLOURS = {
    "ink": (27, 30, 35),
    "soft": (86, 93, 104),
    "line": (210, 207, 198),
    "a": (27, 30, 35),
    "b": (111, 158, 232),
    "box": (26, 79, 163),
    "band": (234, 240, 250),
    "ground": _PAPER,
}
_INK, _SOFT = _COLOURS["ink"], _COLOURS["soft"]
_HEADINGS = {1: (28, 16, 8), 2: (18, 30, 6)}  # size, space above, space below
_PICTURE_HEIGHT, _LEAST_LABEL, _GAP = 260, 120, 12


class Drawn:
    """Draws the sheet it is given; it looks at nothing of the file that the cell holds."""

    def __init__(self, *, sheet: dict[str, Any]) -> None:
        self._sheet = msgspec.convert(sheet, Sheet)

    def finish(self) -> bytes:
        """The sheet as PNG."""
        strips = [_block(block) for block in self._sheet.blocks]
        kept: list[Image] = []
        height = 2 * _MARGIN * _SCALE
        for strip in strips:
            if height + strip.height > _MOST_HEIGHT * _SCALE:
                kept.append(_words(Words(text="The sheet is longer: its page and its JSON hold the rest.")))
                break
            kept.append(strip)
            height += strip.height
        whole = PIL.Image.new("RGB", ((WIDTH + 2 * _MARGIN) * _SCALE, height + kept[-1].height), _PAPER)
        top = _MARGIN * _SCALE
        for strip in kept:
            whole.paste(strip, (_MARGIN * _SCALE, top))
            top += strip.height
        written = io.BytesIO()
        whole.crop((0, 0, whole.width, top + _MARGIN * _SCALE)).save(written, "PNG", compress_level=6, dpi=(284, 284))
        return written.getvalue()


def _block(block: Block) -> Image:
    if isinstance(block, Heading):
        size, above, below = _HEADINGS[block.level]
        return _text([block.text], size, _INK, weight=600, above=above, below=below)
    if isinstance(block, Words):
        return _words(block)
    if isinstance(block, Sentences):
        return _stacked([_text([one], 14, _INK, below=3, bullet=True) for one in block.sentences])
    if isinstance(block, Table):
        return _table(block)
    if isinstance(block, Pictures):
        return _pictures(block)
    return _drawing(block)


def _words(words: Words) -> Image:
    return _text([words.text], 13 if words.quiet else 15, _SOFT if words.quiet else _INK, below=4)


def _text(
    paragraphs: Sequence[str],
    size: int,
    colour: lettering.Colour,
    *,
    weight: int = 400,
    above: int = 0,
    below: int = 0,
    width: float = WIDTH,
    bullet: bool = False,
) -> Image:
    """Text in lines within this width, in units of the sheet."""
    indent = 18 if bullet else 0
    size_px, step = size * _SCALE, round(size * 1.45 * _SCALE)
    within = (width - indent) * _SCALE
    lines = [line for one in paragraphs for line in lettering.lines(one, size_px, within, weight=weight)]
    image = PIL.Image.new("RGB", (round(width * _SCALE), len(lines) * step + (above + below) * _SCALE), _PAPER)
    pen = PIL.ImageDraw.Draw(image)
    for row, line in enumerate(lines):
        baseline = above * _SCALE + row * step + round(size * 1.1 * _SCALE)
        lettering.write(pen, (indent * _SCALE, baseline), line, size_px, colour, weight=weight)
        if bullet and row == 0:
            middle = baseline - size * 0.36 * _SCALE
            pen.ellipse((4 * _SCALE, middle - 2.4 * _SCALE, 8.8 * _SCALE, middle + 2.4 * _SCALE), fill=_SOFT)
    return image


def _stacked(images: Sequence[Image]) -> Image:
    whole = PIL.Image.new("RGB", (WIDTH * _SCALE, max(1, sum(image.height for image in images))), _PAPER)
    top = 0
    for image in images:
        whole.paste(image, (0, top))
        top += image.height
    return whole


def _table(table: Table) -> Image:
    heads = _row(table.heads, table, 11, head=True)
    return _stacked(
        [
            _text([table.about], 12, _SOFT, weight=600, above=10, below=2),
            heads,
            *(_row(row, table, 13) for row in table.rows),
            PIL.Image.new("RGB", (1, 6 * _SCALE), _PAPER),
        ]
    )


def _row(cells: Sequence[str], table: Table, size: int, *, head: bool = False) -> Image:
    """One row, as high as its fullest cell, on a line."""
    made = []
    for column, cell in enumerate(cells):
        long = column in table.code or len(cell) == 64
        colour = _SOFT if head or column == 0 else _INK
        width = max(20.0, table.shares[column] * WIDTH - 12)
        small = min(size, 11) if long else size
        made.append(_text([cell], small, colour, above=4 + size - small, below=4, width=width))
    height = max(image.height for image in made)
    row = PIL.Image.new("RGB", (WIDTH * _SCALE, height + 1), _PAPER)
    left = 0.0
    for image, share in zip(made, table.shares, strict=True):
        row.paste(image, (round(left * _SCALE), 0))
        left += share * WIDTH
    PIL.ImageDraw.Draw(row).line(((0, height), (row.width, height)), fill=_COLOURS["line"])
    return row


def _drawing(drawing: Drawing) -> Image:
    grown = _SCALE * _FINER
    field = PIL.Image.new("RGB", (WIDTH * grown, round(drawing.height * grown)), _PAPER)
    pen = PIL.ImageDraw.Draw(field)
    for mark in drawing.marks:
        _mark(pen, mark, grown)
    return _stacked(
        [
            *([_text([drawing.title], 12, _SOFT, weight=600, above=12, below=4)] if drawing.title else []),
            field.reduce(_FINER),
            _text([drawing.about], 12, _SOFT, above=2, below=6),
        ]
    )


def _mark(pen: PIL.ImageDraw.ImageDraw, mark: Mark, grown: int) -> None:
    colour = _COLOURS[mark.tone]
    if isinstance(mark, Line):
        width = max(1, round(mark.width * grown))
        pen.line(_grown(mark.points, grown), fill=colour, width=width, joint="curve")
    elif isinstance(mark, Shape):
        pen.polygon(_grown(mark.points, grown), fill=colour)
    elif isinstance(mark, Letters):
        size_px, weight = 12 * grown, 600 if mark.strong else 400
        shift = {"start": 0.0, "middle": 0.5, "end": 1.0}[mark.anchor]
        left = mark.x * grown - shift * lettering.width(mark.text, size_px, weight=weight)
        lettering.write(pen, (left, mark.y * grown), mark.text, size_px, colour, weight=weight)


def _grown(points: Sequence[Point], grown: int) -> list[Point]:
    return [(x * grown, y * grown) for x, y in points]


def _pictures(row: Pictures) -> Image:
    """Pictures side by side, all of one height, under the row's title."""
    shapes = [one.width * one.stretch / one.height for one in row.pictures]
    height = min(_PICTURE_HEIGHT, (WIDTH - _GAP * (len(shapes) - 1)) / sum(shapes))
    made = [_picture(one, round(height * _SCALE)) for one in row.pictures]
    widths = [max(shape * height, _LEAST_LABEL) for shape in shapes]
    labels = [
        _text([one.label], 12, _SOFT, above=4, below=2, width=width)
        for one, width in zip(row.pictures, widths, strict=True)
    ]
    high = max(image.height for image in made)
    field = PIL.Image.new("RGB", (WIDTH * _SCALE, high + max(label.height for label in labels)), _PAPER)
    left = 0.0
    for image, label, width in zip(made, labels, widths, strict=True):
        field.paste(image, (round(left * _SCALE), 0))
        field.paste(label, (round(left * _SCALE), high))
        left += width + _GAP
    return _stacked([_text([row.title], 12, _SOFT, weight=600, above=10, below=4), field])


def _picture(shown: Shown, height_px: int) -> Image:
    grey = PIL.Image.frombytes("L", (shown.width, shown.height), shown.grey)
    size = max(1, round(shown.width * shown.stretch * height_px / shown.height)), height_px
    image = grey.resize(size, PIL.Image.Resampling.BICUBIC).convert("RGB")
    pen = PIL.ImageDraw.Draw(image)
    for outline, name in zip(shown.outlines, shown.names, strict=True):
        points = [(x * size[0], y * size[1]) for x, y in outline]
        for colour, thick in (((0, 0, 0), 4), ((255, 255, 255), 2)):
            pen.line([*points, points[0], points[1]], fill=colour, width=thick * _SCALE // 2 + 1, joint="curve")
        if name:
            room = points[1][0] < size[0] - 18 * _SCALE
            place = (points[1][0] + 4 * _SCALE if room else points[0][0] - 14 * _SCALE), points[2][1]
            for aside in ((-2, 0), (2, 0), (0, -2), (0, 2)):
                lettering.write(
                    pen, (place[0] + aside[0], place[1] + aside[1]), name, 13 * _SCALE, (0, 0, 0), weight=600
                )
            lettering.write(pen, place, name, 13 * _SCALE, (255, 255, 255), weight=600)
    return image
