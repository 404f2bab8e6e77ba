"""What a file's name says it is, held against what its bytes say: a name is a statement, never a fact."""

from __future__ import annotations

import mimetypes
from pathlib import PurePath

# One family of containers carries several names in honest use; anything outside its family is said aloud.
_FAMILIES = (
    frozenset(
        {
            "video/mp4",
            "video/quicktime",
            "audio/mp4",
            "audio/x-m4a",
            "video/x-m4v",
            "video/3gpp",
            "video/3gpp2",
            "audio/3gpp",
            "audio/3gpp2",
        }
    ),
    frozenset({"video/x-matroska", "video/webm", "audio/webm", "audio/x-matroska", "video/matroska"}),
    frozenset({"video/x-ms-asf", "video/x-ms-wmv", "audio/x-ms-wma"}),
    frozenset({"video/x-msvideo", "video/avi"}),
    frozenset({"video/ogg", "audio/ogg", "application/ogg", "audio/opus"}),
    frozenset({"video/mp2t", "video/mpeg"}),
    frozenset({"audio/wav", "audio/x-wav", "audio/vnd.wave"}),
    frozenset({"audio/flac", "audio/x-flac"}),
    frozenset({"audio/aiff", "audio/x-aiff"}),
)
# The tables of the standard library differ between machines; these are the names footage comes under.
_SUFFIXES = {
    ".mkv": "video/x-matroska", ".mka": "audio/x-matroska", ".webm": "video/webm", ".wmv": "video/x-ms-wmv",
    ".wma": "audio/x-ms-wma", ".flv": "video/x-flv", ".m4v": "video/x-m4v", ".m4a": "audio/mp4", ".ts": "video/mp2t",
    ".m2ts": "video/mp2t", ".mts": "video/mp2t", ".flac": "audio/flac", ".opus": "audio/ogg", ".avi": "video/x-msvideo",
    ".3gp": "video/3gpp", ".3g2": "video/3gpp2", ".webp": "image/webp", ".avif": "image/avif", ".heic": "image/heic",
}  # fmt: skip

_USUAL = {
    "video/mp4": ".mp4", "video/quicktime": ".mov", "video/mpeg": ".mpg", "video/ogg": ".ogv", "audio/mpeg": ".mp3",
    "audio/ogg": ".ogg", "audio/wav": ".wav", "audio/aac": ".aac", "image/png": ".png", "image/jpeg": ".jpg",
    "image/gif": ".gif", "image/bmp": ".bmp", "text/html": ".html", "application/pdf": ".pdf",
    "application/zip": ".zip",
}  # fmt: skip


def name_agrees(untrusted_name: str, media_type: str) -> bool:
    """Whether a name's ending fits the media type found in the bytes; a name that says nothing never disagrees."""
    suffix = PurePath(untrusted_name).suffix.lower()
    said = _SUFFIXES.get(suffix) or mimetypes.guess_type(f"x{suffix}", strict=False)[0]
    if said in (None, "application/octet-stream", media_type):
        return True
    return any(said in family and media_type in family for family in _FAMILIES)


def suffix_of(media_type: str) -> str:
    """An ending for a file of this media type, the same on every machine; `.bin` where none is usual."""
    for suffix, known in _SUFFIXES.items():
        if known == media_type:
            return suffix
    return _USUAL.get(media_type, ".bin")
