"""What bytes are, by their first bytes alone."""

from __future__ import annotations

import gzip
import io
import zipfile
from fractions import Fraction

import PIL.Image
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made import Clip, ordinal_picture, write

from probata.media import magic

_MUXERS = {"wmv": "asf", "mpg": "mpeg", "ts": "mpegts"}
EVIL = b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n/etc/hostname\n#EXT-X-ENDLIST\n"


def _zipped() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("a", "b")
    return held.getvalue()


@pytest.mark.parametrize(
    ("head", "media_type"),
    [
        (EVIL, "application/vnd.apple.mpegurl"),
        (b"ffconcat version 1.0\nfile secret.mp4\n", "text/x-ffconcat"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
        (b"<?xml version='1.0'?>\n<!-- made -->\n<svg/>", "image/svg+xml"),
        (b"\xef\xbb\xbf\n <!DOCTYPE html><title>Log in</title>", "text/html"),
        (b"<HTML><body>", "text/html"),
        (b"<?xml version='1.0'?><MPD/>", "application/xml"),
        (b"%PDF-1.7\n", "application/pdf"),
        (_zipped(), "application/zip"),
        (gzip.compress(b"x", mtime=0), "application/gzip"),
        (b'{"error": "not logged in"}', "application/json"),
        (b"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\n", "application/sdp"),
        (b"\x7fELF\x02\x01\x01", "application/x-executable"),
        (b"just words, with a second line\n", "text/plain"),
        (b"", "application/x-empty"),
    ],
)
def test_what_is_no_footage_is_named(head, media_type):
    """Playlists, pages, archives and texts are told by name and reach no decoder, whatever their file is called."""
    found = magic.sniff(head)

    assert found.media_type == media_type
    assert not found.is_media
    assert not found.demuxers


@pytest.mark.parametrize(
    ("name", "codec", "media_type"),
    [
        ("a.mp4", "libx264", "video/mp4"),
        ("a.mov", "libx264", "video/quicktime"),
        ("a.mkv", "libx264", "video/x-matroska"),
        ("a.webm", "libvpx-vp9", "video/webm"),
        ("a.avi", "mpeg4", "video/x-msvideo"),
        ("a.ts", "libx264", "video/mp2t"),
        ("a.flv", "flv", "video/x-flv"),
        ("a.wmv", "wmv2", "video/x-ms-asf"),
        ("a.h264", "libx264", "video/h264"),
        ("a.hevc", "libx265", "video/h265"),
        ("a.mpg", "mpeg2video", "video/mpeg"),
        ("a.3gp", "h263", "video/3gpp"),
        ("a.gif", "gif", "image/gif"),
    ],
)
def test_footage_is_told_by_its_bytes(folder, name, codec, media_type):
    """Each container that we write is found for what it is under a name that says nothing."""
    size = {"width": 176, "height": 144} if codec == "h263" else {}
    file = write(
        folder / f"magic-{name}",
        Clip(
            pts=range(6),
            time_base=Fraction(1, 30),
            picture=lambda ordinal: ordinal_picture(ordinal, **size),
            codec=codec,
            pixel_format="rgb8" if codec == "gif" else "yuv420p",
            container=_MUXERS.get(name.rpartition(".")[2]),
        ),
    )

    found = magic.sniff(file.read_bytes()[: magic.HEAD_BYTES])

    assert found.media_type == media_type
    assert found.is_media


@pytest.mark.parametrize(
    ("kind", "media_type"), [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("WEBP", "image/webp"), ("BMP", "image/bmp")]
)
def test_pictures_are_told_by_their_bytes(kind, media_type):
    """Still pictures too."""
    held = io.BytesIO()
    PIL.Image.new("RGB", (8, 8)).save(held, kind)

    assert magic.sniff(held.getvalue()).media_type == media_type


@given(st.binary(max_size=512))
def test_any_bytes_have_an_answer(head):
    """No bytes make it raise, and what is not media names no demuxer."""
    found = magic.sniff(head)

    assert found.is_media or not found.demuxers
