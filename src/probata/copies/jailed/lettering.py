"""Letters for pictures: the workbench's own fonts where they are installed, else the one that Pillow brings."""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import lru_cache
from importlib import resources
from itertools import groupby

import PIL.features
import PIL.Image
import PIL.ImageDraw
import PIL.ImageFont

Colour = tuple[int, int, int]
_NAMES = (
    "inter/inter-latin",
    "inter/inter-latin-ext",
    "inter/inter-cyrillic",
    "inter/inter-cyrillic-ext",
    "noto-sans-arabic/noto-sans-arabic-arabic",
)
_NOWHERE = "\uffff"


def _read() -> dict[tuple[str, int], bytes]:
    # Read when this module is imported: a cell can no longer, once it holds the file.
    folder = resources.files("probata") / "web" / "static" / "vendor"
    files = {(name, weight): folder / f"{name}-{weight}-normal.woff2" for name in _NAMES for weight in (400, 600)}
    return {key: file.read_bytes() for key, file in files.items() if file.is_file()}


_FILES = _read()
# Figures of one width, where text is shaped by Raqm.
_FEATURES = ["tnum"] if PIL.features.check("raqm") else None


@lru_cache(maxsize=64)
def _fonts(size_px: int, weight: int) -> tuple[PIL.ImageFont.FreeTypeFont, ...]:
    made = [
        PIL.ImageFont.truetype(io.BytesIO(_FILES[name, weight]), size_px) for name in _NAMES if (name, weight) in _FILES
    ]
    own = PIL.ImageFont.load_default(size_px)
    assert isinstance(own, PIL.ImageFont.FreeTypeFont)
    return (*made, own)


@lru_cache(maxsize=4096)
def _font_of(character: str, size_px: int, weight: int) -> PIL.ImageFont.FreeTypeFont | None:
    for font in _fonts(size_px, weight):
        if character.isspace() or bytes(font.getmask(character)) != bytes(font.getmask(_NOWHERE)):
            return font
    return None


def runs(text: str, size_px: int, weight: int) -> Iterator[tuple[PIL.ImageFont.FreeTypeFont, str]]:
    """The text in runs of one font; a character that no font has is written out as `<U+0915>`."""
    written = "".join(one if _font_of(one, size_px, weight) is not None else f"<U+{ord(one):04X}>" for one in text)
    for font, characters in groupby(written, key=lambda one: _font_of(one, size_px, weight)):
        assert font is not None
        yield font, "".join(characters)


def width(text: str, size_px: int, *, weight: int = 400) -> float:
    """How wide the text stands."""
    return sum(font.getlength(run, features=_FEATURES) for font, run in runs(text, size_px, weight))


def write(
    pen: PIL.ImageDraw.ImageDraw,
    place: tuple[float, float],
    text: str,
    size_px: int,
    colour: Colour,
    *,
    weight: int = 400,
) -> None:
    """Write one line; `place` is where its baseline starts."""
    x, y = place
    for font, run in runs(text, size_px, weight):
        pen.text((x, y), run, font=font, fill=colour, anchor="ls", features=_FEATURES)
        x += font.getlength(run, features=_FEATURES)


def lines(text: str, size_px: int, within_px: float, *, weight: int = 400) -> list[str]:
    """The text in lines that fit; a word that does not fit is broken."""
    made = [""]
    for word in text.split(" "):
        tried = f"{made[-1]} {word}" if made[-1] else word
        if width(tried, size_px, weight=weight) <= within_px:
            made[-1] = tried
            continue
        made += [""] if made[-1] else []
        made[-1] = word
        while width(made[-1], size_px, weight=weight) > within_px and len(made[-1]) > 1:
            fits = _fitting(made[-1], size_px, within_px, weight)
            made[-1:] = [made[-1][:fits], made[-1][fits:]]
    return made


def _fitting(word: str, size_px: int, within_px: float, weight: int) -> int:
    fits = 1
    while fits < len(word) and width(word[: fits + 1], size_px, weight=weight) <= within_px:
        fits += 1
    return fits
