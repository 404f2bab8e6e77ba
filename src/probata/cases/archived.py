"""What an auto-archiver left: its sheet as comma-separated values, and the folder of files that it archived.

The sheet is what github.com/bellingcat/auto-archiver writes: a link a row, with `Archive status`, `Archive location`,
`Archive date`, `Upload title`, `Upload timestamp`, `Text content` and `Hash`; other columns are somebody's own and
left alone. `Archive location` and `Hash` are of the page that it made of an archived post, in which the files of the
post are named. Nothing of it is trusted: what it states of times and origins stays a statement, and a hash counts only
once it has been calculated again from the bytes.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import PurePosixPath
from typing import IO

from attrs import field, frozen

from probata.cases.incoming import Incoming, table_rows
from probata.cases.wording import PASSAGE
from probata.terms.errors import InvalidValue
from probata.terms.showing import shown_in_a_line
from probata.terms.text import made_safe, safe_text
from probata.terms.times import read_instant

COLUMNS = (
    "link",
    "archive status",
    "archive location",
    "archive date",
    "upload title",
    "upload timestamp",
    "text content",
    "hash",
)
"""The columns that are read; `link` is needed."""
MOST_PAGE_BYTES = 16 * 1024 * 1024
_MOST_LINK = 2_000
_MOST_TOLD = 300
_HASH = re.compile(r"(?:(sha-?256|sha3-?512):)?([0-9a-fA-F]{64}|[0-9a-fA-F]{128})", re.IGNORECASE)
_NAMES = re.compile(rb"[^\s\"'<>()/\\?&=#]{1,200}\.[A-Za-z0-9]{1,8}")
_OFFSET = re.compile(r"([+-][0-9]{2})([0-9]{2})$")
_ADDRESS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://[^/?#]*([^?#]*)")
_ESCAPED = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_NOT_CALCULATED = ("", "not-calculated")


@frozen(kw_only=True)
class Stated:
    """A hash as the sheet states it: by which method, and its digits."""

    method: str
    digits: str

    @property
    def words(self) -> str:
        """The hash as it stands in a sentence."""
        return f"{self.method} {self.digits[:16]}…"


@frozen(kw_only=True)
class ArchivedRow:
    """One row of the sheet: a link and what is stated of how it was archived."""

    line: int
    link: str
    status: str = ""
    locations: tuple[str, ...] = ()
    archived_at: str = ""
    title: str = ""
    uploaded_at: str = ""
    text: str = ""
    stated: Stated | None = None
    remarks: tuple[str, ...] = ()


@frozen(kw_only=True)
class Matched:
    """The files of one row: the page that was made of it, and what belongs to that; by their paths in the folder."""

    row: ArchivedRow
    page: str = ""
    files: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


@frozen(kw_only=True)
class Matching:
    """The files of every row, and those of which no row speaks."""

    rows: tuple[Matched, ...]
    others: tuple[str, ...] = field(default=())


def read_sheet(untrusted: bytes) -> tuple[list[ArchivedRow], list[str]]:
    """The rows of a sheet, and every fault of it, each with its line; with a fault nothing of it is taken."""
    faults: list[str] = []
    read: list[ArchivedRow] = []
    try:
        for number, cells in table_rows(untrusted, _must_have_a_link):
            try:
                read.append(_row(number, cells))
            except InvalidValue as error:
                faults.append(f"line {number}: {error}")
    except InvalidValue as error:
        faults.append(str(error))
    if not faults and not read:
        faults.append("it holds no link")
    return read, faults


def _must_have_a_link(names: list[str]) -> None:
    if "link" not in names:
        raise InvalidValue(what="The sheet", why="it lacks the column Link")
    twice = sorted({name for name in names if name in COLUMNS and names.count(name) > 1})
    if twice:
        raise InvalidValue(what="The sheet", why=f"the column {twice[0]} stands twice")


def _row(number: int, cells: Mapping[str, str]) -> ArchivedRow:
    if "link" not in cells:
        raise InvalidValue(what="The line", why=cells[""])
    told = {name: " ".join(cells.get(name, "").split()) for name in COLUMNS}
    link = told["link"]
    if not link:
        raise InvalidValue(what="The link", why="it is empty")
    if len(link) > _MOST_LINK:
        raise InvalidValue(what="The link", why=f"it has {len(link):,} characters, and may have {_MOST_LINK:,}")
    if _scheme(link) not in ("http", "https"):
        raise InvalidValue(what=f"The link {shown_in_a_line(link)[:80]!r}", why="it begins with neither http nor https")
    safe_text(link)
    stated, remark = _hash(told["hash"])
    return ArchivedRow(
        line=number,
        link=link,
        status=_said(told["archive status"]),
        locations=tuple(cells.get("archive location", "").split()),
        archived_at=_said(told["archive date"]),
        title=_said(told["upload title"]),
        uploaded_at=_said(told["upload timestamp"]),
        text=_said(told["text content"]),
        stated=stated,
        remarks=(remark,) if remark else (),
    )


def _scheme(untrusted_link: str) -> str:
    """The scheme of an address in small letters; empty where it is none."""
    found = _ADDRESS.match(untrusted_link)
    return found[1].lower() if found else ""


def _plain(untrusted: str) -> str:
    """The same with its %XX read as UTF-8 (RFC 3986, 2.1); what is none stays as it is."""
    return _ESCAPED.sub(lambda found: bytes.fromhex(found[0].replace("%", "")).decode("utf-8", "replace"), untrusted)


def _said(untrusted: str) -> str:
    """What a cell says, with what is invisible written out, cut to a length that a person reads."""
    return shown_in_a_line(untrusted)[:_MOST_TOLD]


def _hash(untrusted: str) -> tuple[Stated | None, str]:
    if untrusted.lower() in _NOT_CALCULATED:
        return None, ""
    found = _HASH.fullmatch(untrusted)
    if found is None:
        return None, "its stated hash is of no kind that can be compared"
    method = "SHA-256" if len(found[2]) == 64 else "SHA3-512"
    named = (found[1] or method).upper().replace("SHA256", "SHA-256").replace("SHA3512", "SHA3-512")
    if named != method:
        return None, "its stated hash has not the length of its kind"
    return Stated(method=method, digits=found[2].lower()), ""


def match(
    rows: Sequence[ArchivedRow], files: Iterable[str], *, named_in: Mapping[str, frozenset[str]] | None = None
) -> Matching:
    """Which files belong to which row, by their paths under one folder.

    A row's page is the file whose path ends as an archive location does, the longest end that fits one file alone.
    To it belong the files that the page names (`named_in`: what `names_in` found in it), and the rest of its own
    folder where that holds the page of no other row.
    """
    every = sorted(dict.fromkeys(files))
    pages = {row.line: _page(row, every) for row in rows}
    taken = [page for page in pages.values() if page]
    found = tuple(_files(row, pages[row.line], every, taken, named_in or {}) for row in rows)
    spoken_of = {path for one in found for path in (one.page, *one.files)}
    return Matching(rows=found, others=tuple(path for path in every if path not in spoken_of))


def names_in(stream: IO[bytes]) -> frozenset[str]:
    """Everything in a page that may be the name of a file; of its first 16 MiB."""
    found = {one.decode("utf-8", "replace") for one in _NAMES.findall(stream.read(MOST_PAGE_BYTES))}
    return frozenset(found | {_plain(one) for one in found})


def _page(row: ArchivedRow, every: Sequence[str]) -> str:
    for location in row.locations:
        address = _ADDRESS.match(location)
        path = PurePosixPath(_plain(address[2] if address else location))
        parts = tuple(part for part in path.parts if part not in ("/", ".", ".."))
        for start in range(len(parts)):
            fits = [path for path in every if PurePosixPath(path).parts[-len(parts) + start :] == parts[start:]]
            if len(fits) == 1:
                return fits[0]
            if len(fits) > 1:
                break
    return ""


def _files(
    row: ArchivedRow, page: str, every: Sequence[str], pages: Sequence[str], named_in: Mapping[str, frozenset[str]]
) -> Matched:
    if not page:
        lacking = "none of its files was found in the folder" if row.locations else "it says of no place where it is"
        return Matched(row=row, remarks=(*row.remarks, lacking))
    own = PurePosixPath(page).parent
    alone = own != PurePosixPath(".") and sum(PurePosixPath(one).parent == own for one in pages) == 1
    named = named_in.get(page, frozenset())
    files = tuple(
        path
        for path in every
        if path not in pages and (PurePosixPath(path).name in named or (alone and own in PurePosixPath(path).parents))
    )
    twice = pages.count(page) > 1
    remarks = (*row.remarks, "another row names the same page") if twice else row.remarks
    return Matched(row=row, page=page, files=files, remarks=remarks)


def fits(stated: Stated, *, sha256: str, stream: IO[bytes] | None = None) -> bool | None:
    """Whether bytes have the stated hash, calculated again; None where it cannot be calculated without the bytes."""
    if stated.method == "SHA-256":
        return stated.digits == sha256
    if stream is None:
        return None
    calculated = hashlib.sha3_512()
    while block := stream.read(1 << 20):
        calculated.update(block)
    return calculated.hexdigest() == stated.digits


def incoming(found: Matched, *, items: Sequence[str], agrees: bool | None) -> Incoming:
    """A row as a report: what it is called, where it says it comes from, and every doubt of it in the origin.

    `agrees` is what `fits` said of the page; None where nothing was compared.
    """
    row = found.row
    told = [f"auto-archiver: {row.link}"]
    told += [f"status: {row.status}"] if row.status else []
    told += [f"says that it was archived {row.archived_at}"] if row.archived_at else []
    told += [f"says that it was put up {row.uploaded_at}"] if row.uploaded_at else []
    if row.stated is not None:
        words = {True: "fits the page's bytes", False: "DOES NOT FIT the page's bytes", None: "was not compared"}
        told.append(f"stated {row.stated.words} {words[agrees]}")
    told += found.remarks
    return Incoming(
        summary=made_safe((row.title or row.text or row.link)[:_MOST_TOLD]),
        origin="; ".join(told)[:PASSAGE],
        came_at=_instant(row.archived_at),
        items=tuple(dict.fromkeys(items)),
    )


def _instant(untrusted: str) -> datetime | None:
    try:
        # Python's %z writes an offset without its colon.
        return read_instant(_OFFSET.sub(r"\1:\2", untrusted))
    except InvalidValue:
        return None
