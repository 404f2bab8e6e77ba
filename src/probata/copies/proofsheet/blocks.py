"""What a sheet is made of, as plain data: one list of blocks that is written as a page and drawn as a picture alike."""

from __future__ import annotations

from typing import Literal

import msgspec

Tone = Literal["ink", "soft", "line", "a", "b", "box", "band", "ground"]
Anchor = Literal["start", "middle", "end"]
Point = tuple[float, float]
WIDTH = 1080
"""The width of every drawing and of the column that text stands in, in units of the page's pixels."""


class Line(msgspec.Struct, tag="line", frozen=True, kw_only=True):
    """A line through these points; broken where a drawing has several."""

    points: tuple[Point, ...]
    tone: Tone
    width: float = 1.0


class Shape(msgspec.Struct, tag="shape", frozen=True, kw_only=True):
    """A filled outline."""

    points: tuple[Point, ...]
    tone: Tone


class Letters(msgspec.Struct, tag="letters", frozen=True, kw_only=True):
    """One line of text; `y` is its baseline."""

    x: float
    y: float
    text: str
    tone: Tone = "soft"
    anchor: Anchor = "start"
    strong: bool = False


Mark = Line | Shape | Letters


class Heading(msgspec.Struct, tag="heading", frozen=True, kw_only=True):
    """A heading; level 1 is the sheet's own."""

    text: str
    level: int = 2


class Words(msgspec.Struct, tag="words", frozen=True, kw_only=True):
    """A paragraph."""

    text: str
    quiet: bool = False


class Sentences(msgspec.Struct, tag="sentences", frozen=True, kw_only=True):
    """Sentences one below the other."""

    sentences: tuple[str, ...]


class Table(msgspec.Struct, tag="table", frozen=True, kw_only=True):
    """Rows of cells under their heads; the first cell of a row names it. `code` says which columns are digests."""

    about: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    shares: tuple[float, ...]
    code: tuple[int, ...] = ()


class Drawing(msgspec.Struct, tag="drawing", frozen=True, kw_only=True):
    """Marks on a field `WIDTH` wide and `height` high; `about` says in words what is to be seen."""

    title: str
    about: str
    height: float
    marks: tuple[Mark, ...]


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """One grey picture, a byte a pixel in rows from the top; `stretch` is how much wider than high a pixel is shown.

    `outlines` are drawn on it, their corners in parts of the picture; `names` stand beside them, as many.
    """

    label: str
    about: str
    width: int
    height: int
    grey: bytes
    stretch: float = 1.0
    outlines: tuple[tuple[Point, ...], ...] = ()
    names: tuple[str, ...] = ()


class Pictures(msgspec.Struct, tag="pictures", frozen=True, kw_only=True):
    """Pictures of footage side by side, each under its label."""

    title: str
    pictures: tuple[Shown, ...]


Block = Heading | Words | Sentences | Table | Drawing | Pictures


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """A whole sheet, from the top."""

    title: str
    blocks: tuple[Block, ...]
