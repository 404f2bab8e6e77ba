"""What may go wrong in reading an article, and what to do then."""

from __future__ import annotations

from probata.terms.errors import FootageError


class NotAText(FootageError):
    """The file holds no text that could be read."""

    code = "not_a_text"
    template = "The file cannot be read as an article: {why}."
    advice = "Give a saved page (HTML) or a plain text file. For a picture or a PDF, save its text to a file first."


class TooLarge(FootageError):
    """The file is larger than any article."""

    code = "article_too_large"
    template = "The file has {size} bytes; an article of more than {most} bytes is not read."
    advice = "Save the page without its pictures, or cut the text that matters into a file of its own."
