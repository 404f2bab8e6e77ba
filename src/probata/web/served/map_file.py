"""The map file that a workspace brings (PMTiles, version 3): whether it can be drawn, and parts of it for the page.

It is drawn under what the page draws anyway and proves nothing; no byte of it is asked of anybody else. Section numbers
are those of version 3 of the PMTiles specification. What lies deeper than its header the page's scripts read, and say
so where they cannot.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from attrs import frozen
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from probata.engines.settings import GivenMap
from probata.terms.errors import NotFound
from probata.web.served.ranges import ByteRange

HEADER_BYTES = 127
_MAGIC = b"PMTiles"
_VERSION = 3
_UNKNOWN, _NONE, _GZIP = 0, 1, 2
# 3.3: what a tile is, by the number in byte 99.
_KINDS: Mapping[int, str] = {1: "vectors", 2: "image/png", 3: "image/jpeg", 4: "image/webp", 5: "image/avif"}
_WORLD_E7 = (1_800_000_000, 900_000_000)
_MOST_ZOOM = 30


class NoMapFile(NotFound):
    """The workspace has no map file, or one that cannot be drawn."""

    code = "no_map_file"
    template = "There is no map file to read: {why}."
    advice = "Name one in `probata.toml` under `[map]`; docs/settings.md says how. Maps are drawn without one as well."


class _Unreadable(Exception):
    """Why a file is no map that can be drawn, for the page to say."""

    def __init__(self, why: str | Promise) -> None:
        super().__init__(why)
        self.why = why


@frozen(kw_only=True)
class MapFile:
    """A file whose header can be drawn from: `kind` is `vectors` or the media type of its pictures."""

    path: Path
    size_bytes: int
    etag: str
    kind: str
    attribution: str

    @property
    def vectors(self) -> bool:
        """Whether its tiles are shapes, which are drawn here, and no pictures."""
        return self.kind == "vectors"


@frozen(kw_only=True)
class State:
    """What a page with a map says: a file to draw, or why the one that is named cannot be; neither where none is."""

    file: MapFile | None = None
    why: str | Promise = ""


def state() -> State:
    """What there is now: the file is looked at anew each time, as it may lie on a disk that comes and goes."""
    given = settings.PROBATA.map_file if settings.PROBATA else None
    if given is None:
        return State()
    try:
        return State(file=_opened(given))
    except _Unreadable as error:
        return State(why=error.why)
    except OSError as error:
        return State(why=os.strerror(error.errno) if error.errno else _("it could not be opened"))


def wanted() -> MapFile:
    """The file whose parts are asked for; raises `NoMapFile`."""
    now = state()
    if now.file is None:
        raise NoMapFile(why=now.why or _("none is named"))
    return now.file


def part(file: MapFile, asked: ByteRange) -> bytes:
    """These bytes of it; raises `NoMapFile` where it went away or became shorter meanwhile."""
    try:
        with file.path.open("rb") as stream:
            stream.seek(asked.first)
            data = stream.read(asked.length)
    except OSError as error:
        raise NoMapFile(why=error.strerror) from error
    if len(data) != asked.length:
        raise NoMapFile(why=_("it ends before its header says"))
    return data


def _opened(given: GivenMap) -> MapFile:
    with given.file.open("rb") as stream:
        about = os.fstat(stream.fileno())
        if not stat.S_ISREG(about.st_mode):
            raise _Unreadable(_("it is no file"))
        kind = _kind(stream.read(HEADER_BYTES), about.st_size)
        version = (about.st_dev, about.st_ino, about.st_size, about.st_mtime_ns)
        if given.sha256 is not None and _digest(given.file, version) != given.sha256:
            raise _Unreadable(_("its SHA-256 is not the one that the settings tell"))
    mark = hashlib.sha256(repr(version).encode()).hexdigest()[:32]
    return MapFile(
        path=given.file,
        size_bytes=about.st_size,
        etag=f'"{mark}"',
        kind=kind,
        attribution=given.attribution or "",
    )


def _kind(untrusted_header: bytes, size_bytes: int) -> str:
    """3.1 to 3.4: what the tiles are, once the header fits the file; raises `_Unreadable`."""
    if not untrusted_header.startswith(_MAGIC):
        raise _Unreadable(_("it is no PMTiles file"))
    if len(untrusted_header) < HEADER_BYTES:
        raise _Unreadable(_("it ends within its header"))
    if untrusted_header[7] != _VERSION:
        raise _Unreadable(_("it is PMTiles of another version than 3"))
    for at in (8, 24, 40, 56):  # the root directory, what the file says of itself, leaf directories, tiles
        first, length = (_number(untrusted_header, place, 8) for place in (at, at + 8))
        if first + length > size_bytes:
            raise _Unreadable(_("it is shorter than its header says: a part is missing"))
    if _number(untrusted_header, 16, 8) == 0:
        raise _Unreadable(_("it holds no directory of tiles"))
    if {untrusted_header[97], untrusted_header[98]} - {_UNKNOWN, _NONE, _GZIP}:
        raise _Unreadable(_("its tiles are compressed in a way that browsers do not read; gzip or none can be read"))
    kind = _KINDS.get(untrusted_header[99])
    if kind is None:
        raise _Unreadable(_("its tiles are neither vectors nor pictures that browsers show"))
    least, most = untrusted_header[100], untrusted_header[101]
    west, south, east, north = (_number(untrusted_header, at, 4, signed=True) for at in (102, 106, 110, 114))
    across, up = _WORLD_E7
    if not (least <= most <= _MOST_ZOOM and -across <= west <= east <= across and -up <= south <= north <= up):
        raise _Unreadable(_("its header names no part of the world"))
    return kind


@lru_cache(maxsize=4)
def _digest(path: Path, _version: tuple[int, ...]) -> str:
    """The SHA-256 of all of it, reckoned once for as long as the file stays as it is."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _number(header: bytes, at: int, length: int, *, signed: bool = False) -> int:
    return int.from_bytes(header[at : at + length], "little", signed=signed)
