"""A stored file as characters: each knows the bytes it came from, whatever the encoding; what is no text is refused."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probata.claims.reading.errors import NotAText, TooLarge
from probata.claims.reading.stored import MOST_BYTES, stored

LETTERS = st.text(alphabet="abc xyz.“”«»—їєґжщыэё中文😀\n", min_size=30, max_size=80).filter(str.strip)


@given(LETTERS)
def test_every_character_of_utf_8_is_its_bytes(text):
    """The bytes between two starts decode to the one character that stands there."""
    untrusted = text.encode()
    read = stored(untrusted)
    assert read.text == text
    for place, character in enumerate(read.text):
        assert untrusted[read.starts[place] : read.starts[place + 1]].decode() == character


@pytest.mark.parametrize("encoding", ["windows-1251", "koi8-u", "gb18030", "shift_jis", "euc-kr", "iso-8859-5"])
def test_the_declared_encoding_is_read_and_keeps_places(encoding):
    """A declared encoding of one or of several bytes a character maps back to exactly the bytes of each word."""
    words = "село" if encoding in {"windows-1251", "koi8-u", "iso-8859-5"} else "world"
    untrusted = b'<meta charset="' + encoding.encode() + b'"><p>' + words.encode(encoding) + b"</p>"
    read = stored(untrusted)
    at = read.text.index(words)
    assert untrusted[read.starts[at] : read.starts[at + len(words)]] == words.encode(encoding)
    assert read.encoding == codecs.lookup(encoding).name


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [(codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"), (b"\xef\xbb\xbf", "utf-8")],
)
def test_a_byte_order_mark_decides_and_is_no_character(mark, encoding):
    """The mark is skipped, astral characters keep their four bytes."""
    untrusted = mark + "a😀b says".encode(encoding)
    read = stored(untrusted)
    assert read.text == "a😀b says"
    assert untrusted[read.starts[1] : read.starts[2]].decode(encoding) == "😀"


def test_bytes_that_fit_no_encoding_stay_in_step():
    """Each byte that UTF-8 cannot hold is one replacement character; what follows keeps its place."""
    untrusted = b'<meta charset="utf-8"> some words before \xff\xfe\xc3 and then the army said so'
    read = stored(untrusted)
    at = read.text.index("army")
    assert untrusted[read.starts[at] : read.starts[at + 4]] == b"army"
    assert read.unread_bytes == 3


def test_utf_8_with_an_old_declaration_is_read_as_utf_8():
    """A page that was rewritten by whoever saved it is read as what it is, and the reason says so."""
    read = stored('<meta charset="windows-1251"><p>Мешканці розповіли про постріли біля млина'.encode())
    assert "Мешканці" in read.text
    assert "all of it is UTF-8" in read.why


@pytest.mark.parametrize(
    "untrusted",
    [
        b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(range(256)),
        b"\x89PNG\r\n\x1a\n" + b"\0" * 40,
        b"%PDF-1.7 text text",
        b"PK\x03\x04 document",
        b"",
        b" \n\t ",
        bytes(range(256)) * 8,
        b"\0" * 300,
    ],
)
def test_what_is_no_text_is_refused_with_a_reason(untrusted):
    """A picture, a PDF, an archive, nothing and noise are told apart from an article that says nothing."""
    with pytest.raises(NotAText):
        stored(untrusted)


def test_more_than_any_article_is_refused():
    """The size is judged before anything is read."""
    with pytest.raises(TooLarge):
        stored(b"a" * (MOST_BYTES + 1))


@pytest.mark.parametrize("name", ["idna", "rot13", "base64", "unicode_escape", "utf-7", "nonsense"])
def test_a_declaration_cannot_choose_a_codec_that_is_no_encoding(name):
    """What the page declares is taken only if it is an encoding of text."""
    read = stored(f'<meta charset="{name}"><p>The army said it was false.'.encode())
    assert read.encoding == "utf-8"
