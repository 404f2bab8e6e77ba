"""What bytes are, by their own first bytes; names and declared types are not asked.

Sources: ISO/IEC 14496-12 (ftyp), RFC 9559 (Matroska, EBML), RFC 3533 (Ogg), RFC 9649 (WebP), ISO/IEC 13818-1 (MPEG
systems), PNG (ISO/IEC 15948), JFIF, and the WHATWG MIME sniffing standard for what is no media.
"""

from __future__ import annotations

import re
from typing import Literal

from attrs import frozen

HEAD_BYTES = 4096
Kind = Literal["video", "sound", "picture", "other", "unknown"]


@frozen(kw_only=True)
class Magic:
    """A media type as found, and which of our demuxers may read it; none where it is no media, or none that we read."""

    media_type: str
    kind: Kind
    demuxers: tuple[str, ...] = ()

    @property
    def is_media(self) -> bool:
        """Whether a decoder may try it; bytes we cannot name may be tried too."""
        return self.kind != "other"


_MOV = ("mov", "mp4", "m4a", "3gp", "3g2", "mj2")
_EVERY_DEMUXER = (
    *_MOV, "matroska", "webm", "avi", "asf", "flv", "mpegts", "mpeg", "mpegvideo", "mxf", "ogg", "wav", "w64", "aiff",
    "caf", "mp3", "aac", "flac", "amr", "ivf", "dhav", "h264", "hevc", "gif", "png_pipe", "jpeg_pipe", "webp_pipe",
    "bmp_pipe",
)  # fmt: skip
UNKNOWN = Magic(media_type="application/octet-stream", kind="unknown", demuxers=_EVERY_DEMUXER)


def _media(media_type: str, kind: Kind, *demuxers: str) -> Magic:
    return Magic(media_type=media_type, kind=kind, demuxers=demuxers)


def _other(media_type: str) -> Magic:
    return Magic(media_type=media_type, kind="other")


_BRANDS: dict[bytes, tuple[str, Kind]] = {
    b"qt  ": ("video/quicktime", "video"),
    b"M4A ": ("audio/mp4", "sound"),
    b"M4B ": ("audio/mp4", "sound"),
    b"avif": ("image/avif", "picture"),
    b"avis": ("image/avif", "picture"),
    b"heic": ("image/heic", "picture"),
    b"heix": ("image/heic", "picture"),
    b"mif1": ("image/heif", "picture"),
    b"3gp": ("video/3gpp", "video"),
    b"3g2": ("video/3gpp2", "video"),
}
# (offset, bytes, what it is); the first that fits.
_SIGNATURES: tuple[tuple[int, bytes, Magic], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", _media("image/png", "picture", "png_pipe", "apng")),
    (0, b"\xff\xd8\xff", _media("image/jpeg", "picture", "jpeg_pipe")),
    (0, b"GIF87a", _media("image/gif", "picture", "gif")),
    (0, b"GIF89a", _media("image/gif", "picture", "gif")),
    (0, b"FLV\x01", _media("video/x-flv", "video", "flv")),
    (0, bytes.fromhex("3026b2758e66cf11"), _media("video/x-ms-asf", "video", "asf")),
    (0, bytes.fromhex("060e2b34020501010d010201"), _media("application/mxf", "video", "mxf")),
    (0, b"\x00\x00\x01\xba", _media("video/mpeg", "video", "mpeg")),
    (0, b"\x00\x00\x01\xb3", _media("video/mpeg", "video", "mpegvideo")),
    (0, b"OggS", _media("application/ogg", "video", "ogg")),
    (0, b"fLaC", _media("audio/flac", "sound", "flac")),
    (0, b"ID3", _media("audio/mpeg", "sound", "mp3", "aac", "flac")),
    (0, b"#!AMR", _media("audio/amr", "sound", "amr")),
    (0, b"caff", _media("audio/x-caf", "sound", "caf")),
    (0, b"DKIF", _media("video/x-ivf", "video", "ivf")),
    (0, b"DHAV", _media("video/x-dhav", "video", "dhav")),
    # Media that none of our demuxers reads: told by name, preserved, not examined.
    (0, b"II*\x00", _media("image/tiff", "picture")),
    (0, b"MM\x00*", _media("image/tiff", "picture")),
    (0, b"\xff\x0a", _media("image/jxl", "picture")),
    (0, b"\x00\x00\x00\x0cJXL ", _media("image/jxl", "picture")),
    (0, b"\x00\x00\x00\x0cjP  ", _media("image/jp2", "picture")),
    (0, b".RMF", _media("application/vnd.rn-realmedia", "video")),
    (0, b"riff\x2e\x91\xcf\x11", _media("audio/x-w64", "sound", "w64")),
    (0, b"%PDF-", _other("application/pdf")),
    (0, b"PK\x03\x04", _other("application/zip")),
    (0, b"PK\x05\x06", _other("application/zip")),
    (0, b"\x1f\x8b", _other("application/gzip")),
    (0, b"7z\xbc\xaf\x27\x1c", _other("application/x-7z-compressed")),
    (0, b"Rar!\x1a\x07", _other("application/vnd.rar")),
    (0, b"\xfd7zXZ\x00", _other("application/x-xz")),
    (0, b"BZh", _other("application/x-bzip2")),
    (0, b"\x28\xb5\x2f\xfd", _other("application/zstd")),
    (257, b"ustar", _other("application/x-tar")),
    (0, b"\x7fELF", _other("application/x-executable")),
    (0, b"MZ", _other("application/vnd.microsoft.portable-executable")),
    (0, b"SQLite format 3\x00", _other("application/vnd.sqlite3")),
)
_RIFF = {
    b"AVI ": _media("video/x-msvideo", "video", "avi"),
    b"WAVE": _media("audio/wav", "sound", "wav"),
    b"WEBP": _media("image/webp", "picture", "webp_pipe"),
}
# Texts that some demuxer would follow to other files, and texts that pages and servers answer with.
_TEXTS: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (re.compile(rb"#EXTM3U"), "application/vnd.apple.mpegurl"),
    (re.compile(rb"ffconcat\s+version"), "text/x-ffconcat"),
    (re.compile(rb"(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*(<!DOCTYPE\s+svg|<svg)", re.IGNORECASE | re.DOTALL),
     "image/svg+xml"),
    (re.compile(rb"(<!--.*?-->\s*)*<(!DOCTYPE\s+html|html|head|body|script|iframe|table|div|p|a|h1|br)[\s>]",
                re.IGNORECASE | re.DOTALL), "text/html"),
    (re.compile(rb"<(\?xml|[A-Za-z])"), "application/xml"),
    (re.compile(rb"[\[{]"), "application/json"),
    (re.compile(rb"v=0\r?\n"), "application/sdp"),
)  # fmt: skip
_TEXT_BYTES = frozenset(range(0x20, 0x100)) | {0x09, 0x0A, 0x0C, 0x0D}


def sniff(head: bytes) -> Magic:
    """What these first bytes (`HEAD_BYTES` of them are enough) belong to."""
    for offset, signature, found in _SIGNATURES:
        if head[offset : offset + len(signature)] == signature:
            return found
    return _boxes(head) or _riff(head) or _matroska(head) or _streams(head) or _text(head) or UNKNOWN


def _boxes(head: bytes) -> Magic | None:
    # ISO base media files begin with a box: its length, then its type (ISO/IEC 14496-12, 4.2).
    box = head[4:8]
    if box == b"ftyp":
        brand = head[8:12]
        media_type, kind = _BRANDS.get(brand) or _BRANDS.get(brand[:3]) or ("video/mp4", "video")
        return Magic(media_type=media_type, kind=kind, demuxers=_MOV)
    if box in {b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"}:
        return _media("video/quicktime", "video", *_MOV)
    if box in {b"styp", b"moof", b"sidx"}:
        return _media("video/iso.segment", "video", *_MOV)
    return None


def _riff(head: bytes) -> Magic | None:
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12])
    if head[:4] == b"FORM" and head[8:12] in {b"AIFF", b"AIFC"}:
        return _media("audio/aiff", "sound", "aiff")
    if head[:2] == b"BM" and head[6:10] == b"\x00\x00\x00\x00":
        return _media("image/bmp", "picture", "bmp_pipe")
    return None


def _matroska(head: bytes) -> Magic | None:
    if head[:4] != b"\x1a\x45\xdf\xa3":
        return None
    if b"webm" in head[:64]:
        return _media("video/webm", "video", "matroska", "webm")
    return _media("video/x-matroska", "video", "matroska", "webm")


def _streams(head: bytes) -> Magic | None:
    # Streams without a header: transport packets of 188 or 192 bytes, sound frames, video start codes.
    for size, first in ((188, 0), (192, 4)):
        if len(head) > size * 4 and all(head[first + size * n] == 0x47 for n in range(4)):
            return _media("video/mp2t", "video", "mpegts")
    if len(head) > 4 and head[0] == 0xFF and head[1] & 0xF6 == 0xF0:
        return _media("audio/aac", "sound", "aac")
    if len(head) > 4 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0 and head[1] & 0x06:
        return _media("audio/mpeg", "sound", "mp3")
    start = next((len(code) for code in (b"\x00\x00\x00\x01", b"\x00\x00\x01") if head.startswith(code)), None)
    if start and len(head) > start:
        if head[start] in {0x40, 0x42, 0x46}:  # parameter sets of Rec. ITU-T H.265, 7.4.2.2
            return _media("video/h265", "video", "hevc")
        if head[start] & 0x1F in {6, 7, 9}:  # parameter sets and delimiters of Rec. ITU-T H.264, 7.4.1
            return _media("video/h264", "video", "h264")
    return None


def _text(head: bytes) -> Magic | None:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip(b"\x09\x0a\x0c\x0d\x20")
    for pattern, media_type in _TEXTS:
        if pattern.match(text):
            return _other(media_type)
    if not head:
        return _other("application/x-empty")
    if _TEXT_BYTES.issuperset(head):
        return _other("text/plain")
    return None
