"""The way of an article: bytes → characters → page → sentences → acts of speech → proposals."""

from __future__ import annotations

from probata.claims.reading.dateline import published_in
from probata.claims.reading.dates import Published, published
from probata.claims.reading.english_who import Parser
from probata.claims.reading.markup import is_markup, read_markup
from probata.claims.reading.page import Page
from probata.claims.reading.plain import read_plain
from probata.claims.reading.proposals import Reading, propose
from probata.claims.reading.stored import stored
from probata.terms.errors import InvalidValue


def page_of(untrusted: bytes) -> Page:
    """The stored file as a page; raises `NotAText` and `TooLarge`."""
    characters = stored(untrusted)
    return read_markup(characters) if is_markup(characters) else read_plain(characters)


def read_article(untrusted: bytes, *, published_on: str = "", parser: Parser | None = None) -> Reading:
    """Propose what the article says that somebody said; `published_on` is taken before what the page itself gives.

    Reads nothing but these bytes: no link is followed, no script is run. Raises `NotAText`, `TooLarge`, and
    `InvalidValue` for a date that is none.
    """
    page = page_of(untrusted)
    return propose(page, _publication(page, published_on), parser)


def publication_of(untrusted: bytes) -> Published | None:
    """When an article says itself that it was published; None where it does not. Its sentences are not read.

    Raises `NotAText` and `TooLarge`.
    """
    return _publication(page_of(untrusted), "")


def _publication(page: Page, given: str) -> Published | None:
    if given:
        return published(given, "given by you")
    if not page.published:
        return published_in(page)
    try:
        return published(page.published, page.published_because)
    except InvalidValue:
        return published_in(page)
