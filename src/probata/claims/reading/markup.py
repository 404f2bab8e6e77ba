"""A saved page as text and blocks: a scanner that follows no link, runs no script, and keeps every byte's place.

Written for hostile pages: no recursion, no tree, one pass; the depth that is remembered and the number of blocks
have limits, and what lies beyond them is told rather than dropped in silence.
"""

from __future__ import annotations

import html
import re

from attrs import define, field

from probata.claims.reading.furniture import element_is_furniture, marked
from probata.claims.reading.metadata import Metadata
from probata.claims.reading.page import Block, Page
from probata.claims.reading.rows import sets
from probata.claims.reading.stored import ACTING, Stored, is_silent, told_of_acting

MOST_DEPTH = 512
MOST_BLOCKS = 50_000
_LONGEST_DECLARATION = 65_536
_MOST_ATTRIBUTES = 64

_NAME = re.compile(r"[A-Za-z][^\s/>]{0,64}")
_ATTRIBUTE = re.compile(r"""([^\s"'<>/=]{1,200})(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]{1,2000})))?""")
# A `>` inside a quoted value ends no tag; a quotation mark that stands behind no `=` quotes nothing (WHATWG HTML,
# section 13.2.5.32 and the following). Possessive, so that what does not match is given up at once.
_TAG_REST = re.compile(r"""(?:[^>"'=]++|=\s*+(?:"[^"]*+"|'[^']*+')?+|["'])*+>""")
_LONGEST_TAG_THEN = 256
_ENTITY = re.compile(r"&(?:#\d{1,8}|#[xX][0-9A-Fa-f]{1,7}|[A-Za-z][A-Za-z0-9]{1,31});?")
_KINDS = sets("markup.txt")
_SILENT, _RAW, _VOID, _BLOCKS = (_KINDS[kind] for kind in ("silent", "raw", "void", "blocks"))
_ENDS_ITS_LIKE = frozenset({"li", "tr", "td", "th", "dd", "dt"})
_MARKUP = re.compile(
    r"<!doctype\s+html|<(?:html|head|body|div|p|article|main|section|span|meta|h[1-6]|ul|table|script|nav|br)[\s/>]",
    re.IGNORECASE,
)


def is_markup(untrusted: Stored) -> bool:
    """Whether the file is a page rather than plain text: a known tag stands within its first 4,096 characters."""
    return _MARKUP.search(untrusted.text, 0, 4096) is not None


@define
class Element:
    """An element that is open: its name, what marks it as furniture, and how much text it holds so far."""

    tag: str
    mark: int = -1


@define
class _Scanner:
    source: Stored
    text: list[str] = field(factory=list)
    starts: list[int] = field(factory=list)
    ends: list[int] = field(factory=list)
    blocks: list[Block] = field(factory=list)
    block_marks: list[tuple[int, ...]] = field(factory=list)
    open: list[Element] = field(factory=list)
    open_count: dict[str, int] = field(factory=dict)
    marks: list[str] = field(factory=list)
    mark_letters: list[int] = field(factory=list)
    metadata: Metadata = field(factory=Metadata)
    silent_until: str = ""
    link_depth: int = 0
    linked: int = 0
    begun: int = 0
    block_tag: str = "body"
    too_deep: int = 0
    too_many: bool = False
    unread: list[str] = field(factory=list)
    unclosed: int = 0
    silenced: int = 0

    def run(self) -> None:
        text, end, position = self.source.text, len(self.source.text), 0
        while position < end:
            if self.silent_until in _RAW:
                position = self._leave_raw(position)
                continue
            here = text.find("<", position)
            here = end if here < 0 else here
            if here > position:
                self._write(position, here)
            if here >= end:
                break
            position = self._markup(here)
        self._close_block()

    def _markup(self, here: int) -> int:
        """Read what begins with `<` at `here`; the position after it."""
        text = self.source.text
        if text.startswith("<!--", here):
            # An unclosed comment swallows the rest, as in a browser.
            close = text.find("-->", here + 4)
            if close < 0:
                self.unread.append("a comment that never ends hides the rest of the page")
                return len(text)
            return close + 3
        if text.startswith(("<!", "<?"), here):
            close = text.find(">", here, here + _LONGEST_DECLARATION)
            return close + 1 if close >= 0 else here + 2
        closing = text.startswith("</", here)
        name = _NAME.match(text, here + 1 + closing)
        close = self._tag_end(name.end()) if name else -1
        if name is None or close < 0:
            self._write(here, here + 1)
            return here + 1
        if closing:
            self._end(name[0].lower())
        else:
            self._start(name[0].lower(), text[name.end() : close])
        return close + 1

    def _tag_end(self, position: int) -> int:
        # A tag that never ends is text. After two of them the page is not given the pleasure of being scanned to its
        # end for every further one.
        end = len(self.source.text)
        limit = end if self.unclosed < 2 else min(end, position + _LONGEST_TAG_THEN)
        match = _TAG_REST.match(self.source.text, position, limit)
        if match is None:
            self.unclosed += 1
            return -1
        return match.end() - 1

    def _leave_raw(self, position: int) -> int:
        tag = self.silent_until
        match = re.compile(rf"</{tag}(?=[\s/>])", re.IGNORECASE).search(self.source.text, position)
        stop = match.start() if match else len(self.source.text)
        self.metadata.content(tag, self.source.text[position : min(stop, position + 262_144)])
        self.silent_until = ""
        if match is None:
            self.unread.append(f"a <{tag}> that never ends hides the rest of the page")
        return stop

    def _start(self, tag: str, untrusted_attributes: str) -> None:
        attributes = _attributes(untrusted_attributes)
        self.metadata.start(tag, attributes)
        if self.silent_until:
            return
        if tag == "br" and self.text and self.begun < len(self.text):
            self._space(" ")
        if tag in _BLOCKS:
            self._close_block()
            self.block_tag = tag
            self._close_implied(tag)
        if tag in _VOID:
            return
        if tag in _SILENT:
            if tag in _RAW or not untrusted_attributes.rstrip().endswith("/"):
                self.silent_until = tag
            if tag == "script":
                self.metadata.script_type = attributes.get("type", "")
            return
        if len(self.open) >= MOST_DEPTH:
            self.too_deep += 1
            return
        self.open.append(Element(tag=tag, mark=self._mark(tag, attributes)))
        self.open_count[tag] = self.open_count.get(tag, 0) + 1
        self.link_depth += tag == "a"

    def _close_implied(self, tag: str) -> None:
        # A paragraph ends where the next block begins, an item of a list where the next one does: pages of old leave
        # out their end tags (WHATWG HTML, section 13.1.2.4).
        last = self.open[-1].tag if self.open else ""
        if last == "p" or (last == tag and tag in _ENDS_ITS_LIKE):
            self.open_count[last] -= 1
            self.open.pop()

    def _mark(self, tag: str, attributes: dict[str, str]) -> int:
        because = element_is_furniture(tag, attributes)
        if not because:
            return -1
        self.marks.append(because)
        self.mark_letters.append(0)
        return len(self.marks) - 1

    def _end(self, tag: str) -> None:
        if self.silent_until:
            if tag == self.silent_until or tag in {"body", "html"}:
                self.silent_until = ""
            return
        if tag in _BLOCKS:
            self._close_block()
            self.block_tag = "body"
        # An end tag that closes nothing is passed over without a search: a page may hold a million of them.
        while self.open and self.open_count.get(tag, 0):
            closed = self.open.pop()
            self.open_count[closed.tag] -= 1
            self.link_depth -= closed.tag == "a"
            if closed.tag == tag:
                break

    def _write(self, start: int, end: int) -> None:
        if self.silent_until:
            return
        text, starts = self.source.text, self.source.starts
        position = start
        while position < end:
            character = text[position]
            length, read = 1, character
            if character == "&":
                entity = _ENTITY.match(text, position, min(end, position + 40))
                if entity:
                    decoded = html.unescape(entity[0])
                    if decoded != entity[0]:
                        length, read = len(entity[0]), decoded
            for one in read:
                self._put(one, starts[position], starts[position + length])
            position += length

    def _put(self, character: str, start: int, end: int) -> None:
        if character.isspace():
            if self.begun < len(self.text) and self.text[-1] != " ":
                self._place(" ", start, end)
            return
        if is_silent(character):
            self.silenced += character in ACTING
            return
        self._place(character, start, end)
        if self.link_depth > 0:
            self.linked += 1

    def _space(self, character: str) -> None:
        if self.text[-1] not in " \n":
            self._place(character, self.ends[-1], self.ends[-1])

    def _place(self, character: str, start: int, end: int) -> None:
        self.text.append(character)
        self.starts.append(start)
        self.ends.append(end)

    def _close_block(self) -> None:
        while self.begun < len(self.text) and self.text[-1] == " ":
            for row in (self.text, self.starts, self.ends):
                row.pop()
        length = len(self.text) - self.begun
        if length > 0 and len(self.blocks) < MOST_BLOCKS:
            marks = tuple(element.mark for element in self.open if element.mark >= 0)[-8:]
            for mark in marks:
                self.mark_letters[mark] += length
            self.blocks.append(
                Block(start=self.begun, end=len(self.text), tag=self.block_tag, linked=self.linked / length)
            )
            self.block_marks.append(marks)
            for _ in "\n\n":
                self._place("\n", self.ends[-1], self.ends[-1])
        elif length > 0:
            for row in (self.text, self.starts, self.ends):
                del row[self.begun :]
            self.too_many = True
        self.begun, self.linked = len(self.text), 0


def _attributes(untrusted: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(untrusted):
        if len(found) >= _MOST_ATTRIBUTES:
            break
        value = match[2] or match[3] or match[4] or ""
        found.setdefault(match[1].lower(), html.unescape(value[:4096]))
    return found


def read_markup(untrusted: Stored) -> Page:
    """The page as text in blocks, with the metadata that its head gives; menus and the like are marked as furniture."""
    scanner = _Scanner(source=untrusted)
    scanner.run()
    if scanner.too_deep:
        scanner.unread.append(f"{scanner.too_deep} elements lie deeper than {MOST_DEPTH}: read as text, their kind not")
    if scanner.too_many:
        scanner.unread.append(f"more than {MOST_BLOCKS} blocks: the rest was not read")
    scanner.unread += told_of_acting(scanner.silenced)
    meta = scanner.metadata
    blocks = marked(
        "".join(scanner.text), scanner.blocks, scanner.block_marks, dict(enumerate(scanner.marks)), scanner.mark_letters
    )
    return Page(
        text="".join(scanner.text),
        starts=tuple(scanner.starts),
        ends=tuple(scanner.ends),
        blocks=blocks,
        form="html",
        encoding=untrusted.encoding,
        encoding_because=untrusted.why,
        title=meta.title,
        outlet=meta.outlet,
        published=meta.published,
        published_because=meta.published_because,
        declared_language=meta.language,
        unread=tuple(dict.fromkeys(scanner.unread)),
    )
