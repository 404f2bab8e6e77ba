"""What a page says, as it is read: one text, in blocks, every character with the bytes that it was read from."""

from __future__ import annotations

from attrs import field, frozen

from probata.terms.errors import InvalidValue


@frozen(kw_only=True)
class Span:
    """From one character of the text as read up to another, which is not included."""

    start: int
    end: int = field()

    @end.validator
    def _forward(self, _attribute: object, value: int) -> None:
        if not 0 <= self.start < value:
            raise InvalidValue(what=f"The stretch {self.start} to {value}", why="it must hold at least one character")


@frozen(kw_only=True)
class Block:
    """One paragraph, heading, caption or item of a list.

    `linked` is the share of its letters that lie in links; `furniture_because` is empty where it is the article's own.
    """

    start: int
    end: int
    tag: str
    linked: float = 0.0
    furniture_because: str = ""


@frozen(kw_only=True)
class Page:
    """The text as read; character `i` was read from the bytes `starts[i]` up to `ends[i]` of the stored file."""

    text: str = field(repr=False)
    starts: tuple[int, ...] = field(repr=False)
    ends: tuple[int, ...] = field(repr=False)
    blocks: tuple[Block, ...] = field(repr=False)
    form: str
    encoding: str
    encoding_because: str
    title: str = ""
    outlet: str = ""
    published: str = ""
    published_because: str = ""
    declared_language: str = ""
    unread: tuple[str, ...] = ()

    def bytes_of(self, span: Span) -> tuple[int, int]:
        """The bytes of the stored file from which this stretch was read: first, and one past the last."""
        return self.starts[span.start], self.ends[span.end - 1]
