"""A stored file as characters, each of which knows the bytes it was read from."""

from __future__ import annotations

import codecs
import re
from itertools import accumulate

from attrs import field, frozen

from probata.claims.reading.errors import NotAText, TooLarge

MOST_BYTES = 32 * 1024 * 1024
"""More than any article: what is larger is refused before it is looked at."""

# What begins so is a picture, a film, an archive or a program, whatever its name says.
_NO_TEXT = (
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"\x89PNG", "a PNG picture"),
    (b"GIF8", "a GIF picture"),
    (b"RIFF", "a RIFF file, such as a picture, sound or film"),
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a zip archive or an office document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x7fELF", "a program"),
    (b"\x1a\x45\xdf\xa3", "a Matroska film"),
    (b"OggS", "an Ogg sound"),
    (b"ID3", "an MP3 sound"),
    (b"SQLite format 3", "a database"),
)
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
# WHATWG HTML, section 13.2.3.2: the declaration is looked for in the first 1,024 bytes.
_DECLARED = re.compile(rb"""charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,40})""", re.IGNORECASE)
# The same standard reads what calls itself Latin-1 or ASCII as windows-1252.
_READ_AS = {"iso8859-1": "cp1252", "ascii": "cp1252", "latin-1": "cp1252"}
_SINGLE_BYTE = re.compile(r"cp125\d|cp866|koi8-[rut]|iso8859-\d+|mac-.*|cp437|cp85\d|kz1048|ptcp154")
# Codecs that are no encodings of text, or run far beyond their input (`idna`), are never taken from a declaration.
_TEXT_ENCODINGS = re.compile(
    r"utf-8|utf-16(-[lb]e)?|cp\d+|koi8-[rut]|iso8859-\d+|mac-[a-z]+|gb\w+|big5\w*|shift_jis\w*|euc_\w+|kz1048|ptcp154"
)
_FEWEST_PRINTABLE = 0.9

# Embeddings, overrides and isolates (UAX #9) turn the order of what is shown; they are no part of any word.
ACTING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Soft hyphens, zero-width marks: writing them or not leaves the words the same.
_SILENT = ACTING | frozenset("\0\u00ad\u200b\u200e\u200f\u2060\ufeff")


def is_silent(character: str) -> bool:
    """Whether the character is left out of the text as read: it writes nothing, and would hide a word from a rule."""
    return character in _SILENT or (character < " " and not character.isspace())


def told_of_acting(count: int) -> list[str]:
    """What is said to the reader where such characters were left out."""
    return [f"{count} characters that turn the direction of writing were left out of the text as read"] if count else []


@frozen(kw_only=True)
class Stored:
    """The characters of a stored file: `starts[i]` is the byte at which character `i` begins.

    `starts` has one entry more than there are characters: where the last one ends. `unread_bytes` counts what the
    encoding could not read; each stands as U+FFFD.
    """

    text: str = field(repr=False)
    starts: tuple[int, ...] | range = field(repr=False)
    encoding: str
    why: str
    unread_bytes: int


def stored(untrusted: bytes) -> Stored:
    """The file as characters with their bytes, by its declared encoding; what cannot be read becomes U+FFFD.

    Raises `TooLarge` above 32 MiB and `NotAText` for what is no text: a picture, an empty file, noise.
    """
    if len(untrusted) > MOST_BYTES:
        raise TooLarge(size=len(untrusted), most=MOST_BYTES)
    for start, kind in _NO_TEXT:
        if untrusted.startswith(start):
            raise NotAText(why=f"it is {kind}")
    if not untrusted.strip():
        raise NotAText(why="it is empty")
    name, why, skip = _encoding(untrusted)
    read = _decoded(untrusted, name, why, skip)
    _must_be_text(read)
    return read


def _encoding(untrusted: bytes) -> tuple[str, str, int]:
    for mark, name in _MARKS:
        if untrusted.startswith(mark):
            return name, "its byte order mark", len(mark)
    head = untrusted[:1024]
    declared = _DECLARED.search(head)
    if declared:
        known = _known(declared[1].decode("ascii"))
        # A page that could be searched for its declaration byte by byte is not in UTF-16, whatever it says.
        if known and not known.startswith("utf-16"):
            return _or_utf_8(untrusted, known)
    if _is_utf_8(untrusted):
        return "utf-8", "nothing declared; every byte fits UTF-8", 0
    if untrusted[1:64:2].count(0) > 16:
        return "utf-16-le", "nothing declared; every second byte is zero", 0
    return _by_letters(untrusted), "nothing declared and not UTF-8: by its letters", 0


def _known(declared: str) -> str | None:
    try:
        name = codecs.lookup(declared).name
    except LookupError:
        return None
    name = _READ_AS.get(name, name)
    return name if _TEXT_ENCODINGS.fullmatch(name) else None


def _or_utf_8(untrusted: bytes, name: str) -> tuple[str, str, int]:
    # Saved pages are often rewritten to UTF-8 with their old declaration left in; much text that is valid UTF-8
    # beyond ASCII is no accident.
    if name != "utf-8" and _is_utf_8(untrusted) and sum(byte > 0x7F for byte in untrusted[:65536]) > 20:
        return "utf-8", f"it declares {name}, but all of it is UTF-8", 0
    return name, "declared in the page", 0


def _is_utf_8(untrusted: bytes) -> bool:
    try:
        untrusted.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _by_letters(untrusted: bytes) -> str:
    # Lower-case Cyrillic lies at E0-FF in windows-1251 and at C0-DF in KOI8-U; Western text has few such bytes.
    sample = untrusted[:65536]
    upper, lower = sum(byte >= 0xE0 for byte in sample), sum(0xC0 <= byte < 0xE0 for byte in sample)
    if upper + lower < len(sample) * 0.2:
        return "cp1252"
    return "cp1251" if upper >= lower else "koi8-u"


def _decoded(untrusted: bytes, name: str, why: str, skip: int) -> Stored:
    starts: tuple[int, ...] | range
    if name == "utf-8":
        # Each byte that does not fit becomes one lone surrogate, so that characters and bytes stay in step.
        text = untrusted[skip:].decode("utf-8", errors="surrogateescape")
        starts = range(skip, skip + len(text) + 1) if text.isascii() else tuple(accumulate(_utf_8(text), initial=skip))
        text = text if text.isascii() else _SURROGATE.sub("\ufffd", text)
    elif _SINGLE_BYTE.fullmatch(name):
        text = untrusted.decode(name, errors="replace")
        starts = range(len(text) + 1)
    else:
        text, starts = _byte_by_byte(untrusted, name, skip)
    return Stored(text=text, starts=starts, encoding=name, why=why, unread_bytes=text.count("\ufffd"))


_SURROGATE = re.compile("[\ud800-\udfff]")


def _utf_8(text: str) -> list[int]:
    return [
        1 if c < "\x80" else 2 if c < "\u0800" else 1 if "\udc80" <= c <= "\udcff" else 3 if c < "\U00010000" else 4
        for c in text
    ]


def _byte_by_byte(untrusted: bytes, name: str, skip: int) -> tuple[str, tuple[int, ...]]:
    # Encodings of several bytes a character that are not UTF-8 are rare here: slow and exact.
    decoder = codecs.getincrementaldecoder(name)(errors="replace")
    characters: list[str] = []
    starts: list[int] = []
    begun = skip
    for position in range(skip, len(untrusted)):
        got = decoder.decode(untrusted[position : position + 1])
        for character in got:
            characters.append("\ufffd" if "\ud800" <= character <= "\udfff" else character)
            starts.append(begun)
        if got:
            begun = position + 1
    return "".join(characters), (*starts, begun)


def _must_be_text(read: Stored) -> None:
    sample = read.text[:200_000]
    strange = sum(c == "\ufffd" or (c < " " and c not in "\t\n\r\f\0") for c in sample) + sample.count("\0")
    if strange > (1 - _FEWEST_PRINTABLE) * len(sample):
        raise NotAText(why=f"{strange} of its first {len(sample)} characters are no writing (read as {read.encoding})")
