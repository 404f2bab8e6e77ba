"""Map files written by hand, byte by byte (PMTiles, version 3): pictures that say their own place, or shapes.

Section numbers are those of the specification. Its tile ids run along a Hilbert curve (4.1).
"""

from __future__ import annotations

import gzip
import io
import json
import math
import struct
from functools import cache
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

Place = tuple[int, int, int]
BOX = (22.0, 44.0, 41.0, 53.0)  # west, south, east, north, in degrees
ZOOMS = range(3, 8)
VECTORS, PNG = 1, 2
GZIP, PLAIN = 2, 1
ATTRIBUTION = "© <b>nobody</b>; made for a test"


@cache
def pictures(**header: int) -> bytes:
    """A file of pictures that say their zoom, column and row."""
    return written({place: picture(place) for place in places()}, kind=PNG, tiles=PLAIN, about={}, told=header)


@cache
def shapes(*layers: str, **header: int) -> bytes:
    """A file of shapes: in each layer a field, a line and a point with a name."""
    tile = gzip.compress(b"".join(_layer(name) for name in layers), mtime=0)
    about = {"vector_layers": [{"id": name, "fields": {"name": "String"}} for name in layers]}
    return written(dict.fromkeys(places(), tile), kind=VECTORS, tiles=GZIP, about=about, told=header)


def places() -> Iterator[Place]:
    """Every tile of these zooms that holds some of the box."""
    west, south, east, north = BOX
    for zoom in ZOOMS:
        (left, top), (right, bottom) = _tile(zoom, west, north), _tile(zoom, east, south)
        for x in range(left, right + 1):
            for y in range(top, bottom + 1):
                yield zoom, x, y


def picture(place: Place) -> bytes:
    """A field with a frame and three numbers."""
    image = Image.new("RGB", (256, 256), (226, 232, 214) if sum(place[1:]) % 2 else (212, 226, 236))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 255, 255), outline=(120, 130, 120))
    draw.text((12, 12), "{}/{}/{}".format(*place), fill=(60, 60, 60))
    held = io.BytesIO()
    image.save(held, "PNG")
    return held.getvalue()


def written(tiles_of: Mapping[Place, bytes], *, kind: int, tiles: int, about: object, told: Mapping[str, int]) -> bytes:
    """3 and 4: the header (with what `told` says otherwise), one directory, words of the file about itself, tiles."""
    ordered = sorted((tile_id(*place), data) for place, data in tiles_of.items())
    kept: dict[bytes, int] = {}
    data = b""
    entries = []
    for number, tile in ordered:
        if tile not in kept:
            kept[tile] = len(data)
            data += tile
        entries.append((number, kept[tile], len(tile)))
    root, words = (gzip.compress(one, mtime=0) for one in (_directory(entries), json.dumps(about).encode()))
    first = 127
    parts = [first, len(root), first + len(root), len(words), first + len(root) + len(words), 0]
    parts += [first + len(root) + len(words), len(data), len(entries), len(entries), len(kept)]
    west, south, east, north = (round(degrees * 1e7) for degrees in BOX)
    head = b"PMTiles" + bytes([told.get("version", 3)]) + struct.pack("<11Q", *parts)
    head += bytes([0, GZIP, told.get("compression", tiles), told.get("kind", kind), ZOOMS[0], ZOOMS[-1]])
    head += struct.pack("<4i", west, south, east, north) + bytes([ZOOMS[0]])
    head += struct.pack("<2i", (west + east) // 2, (south + north) // 2)
    assert len(head) == first
    return head + root + words + data


def tile_id(zoom: int, x: int, y: int) -> int:
    """4.1: how many tiles come before it: all of lesser zooms, and those before it on the curve."""
    number, half = sum(4**less for less in range(zoom)), 2**zoom // 2
    while half:
        right, low = int(bool(x & half)), int(bool(y & half))
        number += half * half * ((3 * right) ^ low)
        if not low:
            if right:
                x, y = half - 1 - (x & (half - 1)), half - 1 - (y & (half - 1))
            x, y = y, x
        x, y, half = x & (half - 1), y & (half - 1), half // 2
    return number


def _directory(entries: list[tuple[int, int, int]]) -> bytes:
    """4.2: how many, then columns: ids as differences, runs, lengths, offsets and one."""
    columns: tuple[Callable[[int], int], ...] = (
        lambda at: entries[at][0] - (entries[at - 1][0] if at else 0),
        lambda _at: 1,
        lambda at: entries[at][2],
        lambda at: entries[at][1] + 1,
    )
    numbers = [len(entries), *(column(at) for column in columns for at in range(len(entries)))]
    return b"".join(map(_varint, numbers))


def _layer(name: str) -> bytes:
    """A layer of a Mapbox vector tile, version 2: a field, a line across it, and a point called after the layer."""
    field = [_move(1), *_step(600, 600), _line(3), *_step(2600, 0), *_step(0, 2600), *_step(-2600, 0), 15]
    line = [_move(1), *_step(0, 2048), _line(1), *_step(4096, 0)]
    point = [_move(1), *_step(2048, 2048)]
    features = [(3, field), (2, line), (1, point)]
    told = _text(1, name) + b"".join(_bytes(2, _feature(*one)) for one in features)
    told += _text(3, "name") + _bytes(4, _text(1, f"the {name}")) + _number(5, 4096) + _number(15, 2)
    return _bytes(3, told)


def _feature(kind: int, geometry: list[int]) -> bytes:
    tags = b"\x00\x00" if kind == 1 else b""
    return _bytes(2, tags) + _number(3, kind) + _bytes(4, b"".join(map(_varint, geometry)))


def _move(count: int) -> int:
    return count << 3 | 1


def _line(count: int) -> int:
    return count << 3 | 2


def _step(right: int, down: int) -> list[int]:
    return [one << 1 if one >= 0 else (-one << 1) - 1 for one in (right, down)]


def _varint(number: int) -> bytes:
    told = bytearray()
    while number > 127:
        told.append(number & 127 | 128)
        number >>= 7
    return bytes([*told, number])


def _number(field: int, number: int) -> bytes:
    return _varint(field << 3) + _varint(number)


def _bytes(field: int, data: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(data)) + data


def _text(field: int, text: str) -> bytes:
    return _bytes(field, text.encode())


def _tile(zoom: int, longitude: float, latitude: float) -> tuple[int, int]:
    """The column and row of a place, as the web's maps have them."""
    across = (longitude + 180) / 360
    up = (1 - math.asinh(math.tan(math.radians(latitude))) / math.pi) / 2
    return int(across * 2**zoom), int(up * 2**zoom)
