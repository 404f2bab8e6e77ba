"""Reports as they come in, one at a time or as a table of comma-separated values: read whole, or refused whole."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from attrs import field, frozen

from probata.cases.outcomes import NEEDS_TARGET, Outcome
from probata.cases.wording import line, passage
from probata.terms.digests import sha256
from probata.terms.errors import InvalidValue, UsageError
from probata.terms.text import SafeText
from probata.terms.times import read_instant

if TYPE_CHECKING:
    from _csv import Reader

MOST_BYTES = 8 * 1024 * 1024
MOST_ROWS = 10_000
COLUMNS = ("summary", "origin", "came_at", "items", "outcome", "target", "reason")
"""The columns that are read; `summary` is needed, `items` are digests with spaces between them."""
_SHOWN = 10


class ReportsUnreadable(UsageError):
    """A table of reports has faults; nothing of it was taken."""

    code = "reports_unreadable"
    template = "Nothing of {file} was taken: {faults}"
    advice = "Put it right and give it again. Columns: summary, origin, came_at, items, outcome, target, reason."


def _as_summary(untrusted: str) -> SafeText:
    return passage(untrusted, "The summary")


@frozen(kw_only=True)
class Incoming:
    """What somebody reports: a summary, where it comes from, when it came (if known), which items it is about."""

    summary: SafeText = field(converter=_as_summary)
    origin: str = field(default="")
    came_at: datetime | None = field(default=None)
    items: tuple[str, ...] = field(default=())

    @origin.validator
    def _a_passage(self, _attribute: object, value: str) -> None:
        if value:
            passage(value, "The origin")

    @came_at.validator
    def _an_instant(self, _attribute: object, value: datetime | None) -> None:
        if value is not None and value.utcoffset() is None:
            raise InvalidValue(what=f"The time {value.isoformat()}", why="it does not say its offset from UTC")

    @items.validator
    def _digests(self, _attribute: object, value: tuple[str, ...]) -> None:
        for one in value:
            sha256(one)


def _as_reason(untrusted: str) -> SafeText:
    return passage(untrusted, "The reason for the outcome")


@frozen(kw_only=True)
class Answer:
    """What became of a report and why; `target` says of what, or to whom, where the outcome asks for it."""

    outcome: Outcome
    target: str = field(default="")
    reason: SafeText = field(converter=_as_reason)

    @target.validator
    def _where_it_is_asked_for(self, _attribute: object, value: str) -> None:
        if value:
            line(value, "The target of the outcome")
        elif self.outcome in NEEDS_TARGET:
            raise InvalidValue(what=f"The outcome {self.outcome.words}", why="it needs a target: of what, or to whom")


def outcome(untrusted_word: str) -> Outcome:
    """The outcome of that word; raises `InvalidValue` that names them all."""
    for one in Outcome:
        if one.value == untrusted_word.strip().lower().replace(" ", "_").replace("-", "_"):
            return one
    known = ", ".join(one.value for one in Outcome)
    raise InvalidValue(what=f"The outcome {untrusted_word[:40]!r}", why=f"it must be one of: {known}")


def read_table(untrusted: bytes, *, file: str) -> list[tuple[Incoming, Answer | None]]:
    """Every report of a table in UTF-8 (commas, semicolons or tabs) under its columns, each with its outcome, if given.

    Raises `ReportsUnreadable` with the faults of all lines together (the first ten in full): a table is taken whole or
    not at all, so that nobody has to find out which half came in.
    """
    read, faults = examined(untrusted)
    if faults:
        more = f" And {len(faults) - _SHOWN} faults more." if len(faults) > _SHOWN else ""
        raise ReportsUnreadable(file=file, faults=" ".join(faults[:_SHOWN]) + more)
    return read


def examined(untrusted: bytes) -> tuple[list[tuple[Incoming, Answer | None]], list[str]]:
    """What of a table can be read, and every fault of it, each with its line; with a fault nothing of it is taken."""
    faults: list[str] = []
    read: list[tuple[Incoming, Answer | None]] = []
    try:
        for number, row in _rows(untrusted):
            try:
                read.append(_report(row))
            except InvalidValue as error:
                faults.append(f"line {number}: {error}")
    except InvalidValue as error:
        faults.append(str(error))
    if not faults and not read:
        faults.append("it holds no report")
    return read, faults


def _rows(untrusted: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    yield from table_rows(untrusted, _must_be_columns)


def table_rows(untrusted: bytes, must_be_columns: Callable[[list[str]], None]) -> Iterator[tuple[int, dict[str, str]]]:
    """The lines of a table with their numbers, by the names of its columns in small letters; blank lines are left out.

    Raises `InvalidValue` where it is no table; a line of another width has its fault under the name "".
    """
    if len(untrusted) > MOST_BYTES:
        raise InvalidValue(what="The table", why=f"it is larger than {MOST_BYTES // 1024 // 1024} MiB")
    try:
        text = untrusted.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidValue(what="The table", why=f"byte {error.start} is not UTF-8") from error
    # Spreadsheets of many languages write semicolons or tabs; none of the three stands in the name of a column.
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    table = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    names = [name.strip().lower() for name in next(_each(table), [])]
    must_be_columns(names)
    for row in _each(table):
        if not any(cell.strip() for cell in row):
            continue
        if table.line_num > MOST_ROWS + 1:
            raise InvalidValue(what="The table", why=f"it has more than {MOST_ROWS:,} lines")
        if len(row) != len(names):
            yield table.line_num, {"summary": "", "": f"{len(row)} cells where there are {len(names)} columns"}
            continue
        yield table.line_num, dict(zip(names, row, strict=True))


def _each(table: Reader) -> Iterator[list[str]]:
    try:
        yield from table
    except csv.Error as error:
        raise InvalidValue(what=f"Line {table.line_num}", why=f"it is no comma-separated values ({error})") from error


def _must_be_columns(names: list[str]) -> None:
    strange = [name for name in names if name not in COLUMNS]
    if strange:
        raise InvalidValue(what=f"The column {strange[0][:40]!r}", why=f"it must be one of: {', '.join(COLUMNS)}")
    if "summary" not in names:
        raise InvalidValue(what="The table", why="it lacks the column summary")
    if len(set(names)) != len(names):
        raise InvalidValue(what="The table", why="a column stands twice")


def _report(row: dict[str, str]) -> tuple[Incoming, Answer | None]:
    if "" in row:
        raise InvalidValue(what="The line", why=row[""])
    given = {name: row.get(name, "").strip() for name in COLUMNS}
    incoming = Incoming(
        summary=given["summary"],
        origin=given["origin"],
        came_at=read_instant(given["came_at"]) if given["came_at"] else None,
        items=tuple(given["items"].lower().split()),
    )
    if not given["outcome"]:
        if given["reason"] or given["target"]:
            raise InvalidValue(what="The line", why="it gives a reason or a target without an outcome")
        return incoming, None
    return incoming, Answer(outcome=outcome(given["outcome"]), target=given["target"], reason=given["reason"])
