"""The index of words: one SQLite file with a full-text table (FTS5), made of what looks and people say.

None of it is evidence, and all of it can be made again. Each word stands in it as written, as its stems and as how it
sounds; the table proposes, and `probata.search.query` says of each proposed text whether and how it holds what was
looked for. What one source says of one item is written in one transaction or not at all, so that a power cut leaves
the old or the new. What is taken out or replaced is overwritten in the file, which its owner alone may read.
"""

from __future__ import annotations

import json
import os
import sqlite3
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from fractions import Fraction
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from attrs import field, frozen

from probata.search import spellings
from probata.search.folding import words
from probata.search.query import Forms, How, Mark, Query, Row, find, forms
from probata.search.stems import made_by
from probata.terms.errors import StorageError
from probata.terms.spans import Moment

_FILE = "words.sqlite3"
_PATIENCE_S = 30.0
_TABLES = ("word", "passage", "held", "about")
_SCHEMA = (
    "CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    """
    CREATE TABLE held (
        id INTEGER PRIMARY KEY, item TEXT NOT NULL, source TEXT NOT NULL, edition TEXT NOT NULL, outcome TEXT NOT NULL,
        UNIQUE (item, source)
    )
    """,
    """
    CREATE TABLE passage (
        id INTEGER PRIMARY KEY, held INTEGER NOT NULL REFERENCES held (id), kind TEXT NOT NULL, text TEXT NOT NULL,
        start_pts INTEGER, end_pts INTEGER, time_base TEXT, languages TEXT NOT NULL, doubtful INTEGER NOT NULL,
        state TEXT NOT NULL, superseded INTEGER NOT NULL, track TEXT NOT NULL, entry INTEGER,
        record TEXT NOT NULL
    )
    """,
    "CREATE INDEX passage_of ON passage (held)",
    "CREATE VIRTUAL TABLE word USING fts5 (written, stems, sounds, tokenize = 'ascii')",
)
# The table cuts words at ASCII signs; ours hold letters, figures and marks alone, so each stays whole.
_WEIGHTS = "4.0, 2.0, 1.0"
# Deleted words stay in the full-text table's segments until these are merged, unless the table is told otherwise
# (sqlite.org/fts5.html, section 6.11), which SQLite can since this version.
_SECURE_DELETE_SINCE = (3, 42, 0)
LIKELY = 0.1
"""How likely a text must be in a language for a search in that language to look at it."""


class WordsUnavailable(StorageError):
    """The index of words cannot be read or written."""

    code = "words_unavailable"
    template = "The index of words cannot be used: {why}."
    advice = "Try again; if it stays so, delete the folder `index/words` of the workspace: it is made anew."


@frozen(kw_only=True)
class Passage:
    """A few words that somebody said, wrote or was called, and where they stand.

    Times are None where the words belong to the item as a whole. `doubtful` where nobody vouches for them: a guess
    that failed a guard, a translation that is disputed or of other words than the entry has today. `state` is what
    people made of them; `superseded` where they made it of a look that a later one replaced. `track` and `entry` name
    the candidate that they come from, `record` the assertion or the observation.
    """

    kind: str
    text: str
    start_pts: int | None = None
    end_pts: int | None = None
    time_base: Fraction | None = None
    languages: Mapping[str, float] = field(factory=dict)
    doubtful: bool = False
    state: str = ""
    superseded: bool = False
    track: str = ""
    entry: int | None = None
    record: str = ""

    @property
    def start(self) -> Moment | None:
        """The moment at which it begins; None where it belongs to the item as a whole."""
        if self.start_pts is None or self.time_base is None:
            return None
        return Moment(pts=self.start_pts, time_base=self.time_base)

    @property
    def language_known(self) -> bool:
        """Whether it is likely to be in any language at all; short texts, figures and foreign scripts are not."""
        return any(share >= LIKELY for share in self.languages.values())


@frozen(kw_only=True)
class Edition:
    """What one source says of one item, named so that another saying has another name; and whether it could look."""

    item: str
    source: str
    edition: str
    outcome: str


@frozen(kw_only=True)
class Match:
    """A passage that holds what was looked for, with the source that tells it."""

    item: str
    source: str
    passage: Passage
    how: How
    marks: tuple[Mark, ...]
    score: float


@frozen(kw_only=True)
class Wanted:
    """Where to look: sources, one item, a language that the words may be in; everywhere unless told.

    A text of which no language is known may be in any, and is looked at.
    """

    sources: tuple[str, ...] = ()
    item: str = ""
    language: str = ""


class WordIndex:
    """The index in a folder; open it as a context. A file that is damaged or of another form is made anew."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / _FILE
        self._open: sqlite3.Connection | None = None

    def __enter__(self) -> Self:
        _make_private(self._file)
        try:
            self._open = self._connected()
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise WordsUnavailable(why=error) from error
            self.discard()
            _make_private(self._file)
            self._open = self._connected()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        if self._open is not None:
            self._open.close()
            self._open = None

    def discard(self) -> None:
        """Delete the file: everything in it can be made again."""
        self.close()
        for suffix in ("", "-journal", "-wal", "-shm"):
            self._file.with_name(f"{_FILE}{suffix}").unlink(missing_ok=True)

    def held(self, item: str = "") -> dict[tuple[str, str], str]:
        """The editions that are in it, by item and source; of one item or of all."""
        rows = self._ask("SELECT item, source, edition FROM held WHERE ? IN ('', item)", (item,))
        return {(one, source): edition for one, source, edition in rows}

    def put(self, edition: Edition, passages: Iterable[Passage], *, merge: bool = True) -> None:
        """Hold what a source says of an item, in place of what it said before; at once or not at all.

        No word of what it said before stays in the file; whoever puts many may leave that to `saw`.
        """
        rows = [(_told(one), _tokens(one.text)) for one in passages]
        with self._writing() as file:
            if self._take_out(file, "item = ? AND source = ?", (edition.item, edition.source)):
                self._wipe(file, now=merge)
            named = (edition.item, edition.source, edition.edition, edition.outcome)
            held = file.execute(
                "INSERT INTO held (item, source, edition, outcome) VALUES (?, ?, ?, ?)", named
            ).lastrowid
            for told, tokens in rows:
                made = file.execute(
                    "INSERT INTO passage (held, kind, text, start_pts, end_pts, time_base, languages, doubtful, state,"
                    " superseded, track, entry, record) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (held, *told),
                ).lastrowid
                file.execute("INSERT INTO word (rowid, written, stems, sounds) VALUES (?, ?, ?, ?)", (made, *tokens))

    def remove(self, item: str, source: str = "", *, merge: bool = True) -> None:
        """Take out what is said of an item, by one source or all; what it said is overwritten in the file.

        Whoever removes many may leave the latter to `saw`.
        """
        where, named = ("item = ? AND source = ?", (item, source)) if source else ("item = ?", (item,))
        with self._writing() as file:
            if self._take_out(file, where, named):
                self._wipe(file, now=merge)

    def seen(self) -> tuple[int, str]:
        """How many entries of which ledger, by its root, were looked through when it was last brought up to date."""
        rows = self._ask("SELECT value FROM about WHERE name = 'seen'")
        size, _, root = (str(rows[0][0]) if rows else "0:").partition(":")
        return int(size), root

    def saw(self, size: int, root: str) -> None:
        """Everything that the first `size` entries of the ledger with this root tell is in it, and nothing else."""
        with self._writing() as file:
            if file.execute("DELETE FROM about WHERE name = 'unmerged'").rowcount:
                self._wipe(file, now=True)
            file.execute("INSERT OR REPLACE INTO about VALUES ('seen', ?)", (f"{size}:{root}",))

    def count(self, sources: Collection[str] = (), item: str = "") -> int:
        """How many passages there are."""
        where, named = _where(Wanted(sources=tuple(sources), item=item))
        rows = self._ask(f"SELECT count(*) FROM passage JOIN held ON held.id = passage.held WHERE {where}", named)  # noqa: S608  placeholders
        return int(rows[0][0])

    def count_of(self, items: Collection[str], records: Collection[str], wanted: Wanted) -> int:
        """How many of the passages wanted are of these items, or tell one of these records."""
        where, named = _where(wanted)
        told = self._ask(
            f"SELECT held.item, passage.record FROM passage JOIN held ON held.id = passage.held WHERE {where}",  # noqa: S608  placeholders
            named,
        )
        return sum(row["item"] in items or row["record"] in records for row in told)

    def outcomes(self, source: str) -> dict[str, str]:
        """What came of a source's look at each item that it looked at."""
        rows = self._ask("SELECT item, outcome FROM held WHERE source = ?", (source,))
        return {str(row["item"]): str(row["outcome"]) for row in rows}

    def search(self, query: Query, wanted: Wanted) -> Iterator[Match]:
        """What holds the words: plain before doubtful; as written, then inflected, then spelled otherwise."""
        for doubtful in (False, True):
            for how in How:
                yield from self._holding(query, wanted, how, doubtful=doubtful)

    def _holding(self, query: Query, wanted: Wanted, how: How, *, doubtful: bool) -> Iterator[Match]:
        where, named = _where(wanted)
        rows = self._connection.execute(
            f"SELECT held.item, held.source, passage.*, -bm25(word, {_WEIGHTS}) AS score FROM word"  # noqa: S608  same
            " JOIN passage ON passage.id = word.rowid JOIN held ON held.id = passage.held"
            f" WHERE word MATCH ? AND passage.doubtful = ? AND {where}"
            " ORDER BY score DESC, held.item, passage.id",
            (expression(query, how), int(doubtful), *named),
        )
        for row in rows:
            found = find(query, row["text"])
            if found is None or found.how != how or not _may_be_in(passage := _read(row), wanted):
                continue
            # Ways of matching never overlap in score, and what is doubtful stands below all that is not.
            best = float(row["score"])
            score = ((0 if doubtful else 3) + (2 - how) + best / (1 + best)) / 6
            yield Match(
                item=row["item"],
                source=row["source"],
                passage=passage,
                how=how,
                marks=found.marks,
                score=round(score, 6),
            )

    @property
    def _connection(self) -> sqlite3.Connection:
        assert self._open is not None, "the index is not open"
        return self._open

    def _connected(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._file, timeout=_PATIENCE_S, isolation_level=None)
        try:
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA secure_delete = ON")
            if _form_of(connection) != form():
                _make_anew(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _ask(self, statement: str, named: tuple[Any, ...] = ()) -> list[sqlite3.Row]:
        return self._connection.execute(statement, named).fetchall()

    def _writing(self) -> _Writing:
        return _Writing(self._connection)

    @staticmethod
    def _take_out(file: sqlite3.Connection, where: str, named: tuple[str, ...]) -> int:
        ids = [row[0] for row in file.execute(f"SELECT id FROM held WHERE {where}", named)]  # noqa: S608  same
        for held in ids:
            file.execute("DELETE FROM word WHERE rowid IN (SELECT id FROM passage WHERE held = ?)", (held,))
            file.execute("DELETE FROM passage WHERE held = ?", (held,))
            file.execute("DELETE FROM held WHERE id = ?", (held,))
        return len(ids)

    @staticmethod
    def _wipe(file: sqlite3.Connection, *, now: bool) -> None:
        """Let nothing of what was deleted stay in the full-text table: at once, or when `saw` comes."""
        if _wipes_by_itself():
            return
        if now:
            file.execute("INSERT INTO word (word) VALUES ('optimize')")
        else:
            file.execute("INSERT OR REPLACE INTO about VALUES ('unmerged', '')")


class _Writing:
    """One transaction, taken for writing at once, so that two who write wait for each other instead of failing."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def __enter__(self) -> sqlite3.Connection:
        try:
            self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            raise WordsUnavailable(why=error) from error
        return self._connection

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self._connection.execute("COMMIT")
        else:
            with suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")


def expression(query: Query, how: How) -> str:
    """The question to the full-text table: every text that may hold the words in this way or a nearer one.

    Words in a row are asked for one by one; that they stand in a row is seen in the text.
    """
    groups = [f"({' OR '.join(_row(row, how) for row in group)})" for group in query.groups]
    return " AND ".join(groups)


def _row(row: Row, how: How) -> str:
    return f"({' AND '.join(_word(one, how) for one in row)})"


def _word(one: Forms, how: How) -> str:
    ways = [f'written : "{one.folded}"']
    if how >= How.INFLECTED:
        ways += [f'stems : "{_bare(stem)}"' for stem in sorted(one.stems)]
    if how >= How.SPELLED:
        ways += [f'sounds : "{token}"' for token in sorted(_asked_sounds(one))]
    return f"({' OR '.join(ways)})"


def _tokens(text: str) -> tuple[str, str, str]:
    held = [forms(word) for word in words(text)]
    return (
        " ".join(one.folded for one in held),
        " ".join(_bare(stem) for one in held for stem in sorted(one.stems)),
        " ".join(token for one in held for token in sorted(_kept_sounds(one))),
    )


def _kept_sounds(one: Forms) -> set[str]:
    script = "a" if one.arabic else "o"
    return {f"s{sound}" for sound in one.sounds} | {f"{script}{bones}" for bones in one.bones}


def _asked_sounds(one: Forms) -> set[str]:
    script = "o" if one.arabic else "a"
    return {f"s{sound}" for sound in one.sounds} | {f"{script}{bones}" for bones in one.bones}


def _bare(stem: str) -> str:
    return stem.replace(":", "")


def _told(one: Passage) -> tuple[Any, ...]:
    time_base = None if one.time_base is None else f"{one.time_base.numerator}/{one.time_base.denominator}"
    languages = json.dumps(dict(one.languages), sort_keys=True)
    return (
        *(one.kind, one.text, one.start_pts, one.end_pts, time_base, languages, int(one.doubtful)),
        *(one.state, int(one.superseded), one.track, one.entry, one.record),
    )


def _read(row: sqlite3.Row) -> Passage:
    return Passage(
        kind=row["kind"],
        text=row["text"],
        start_pts=row["start_pts"],
        end_pts=row["end_pts"],
        time_base=None if row["time_base"] is None else Fraction(row["time_base"]),
        languages=json.loads(row["languages"]),
        doubtful=bool(row["doubtful"]),
        state=row["state"],
        superseded=bool(row["superseded"]),
        track=row["track"],
        entry=row["entry"],
        record=row["record"],
    )


def _where(wanted: Wanted) -> tuple[str, tuple[str, ...]]:
    parts, named = ["1"], list(wanted.sources)
    if wanted.sources:
        parts.append(f"held.source IN ({', '.join('?' * len(wanted.sources))})")
    if wanted.item:
        parts.append("held.item = ?")
        named.append(wanted.item)
    return " AND ".join(parts), tuple(named)


def _may_be_in(passage: Passage, wanted: Wanted) -> bool:
    if not wanted.language or not passage.language_known:
        return True
    return passage.languages.get(wanted.language, 0.0) >= LIKELY


@cache
def form() -> str:
    """How words are kept today, and which sources tell them; what was kept otherwise is made anew."""
    wiped = "wiped" if _wipes_by_itself() else "merged"
    return f"probata/words/3+{made_by()}+{spellings.VERSION}+unicode/{unicodedata.unidata_version}+{wiped}"


def _wipes_by_itself() -> bool:
    return sqlite3.sqlite_version_info >= _SECURE_DELETE_SINCE


def _make_private(file: Path) -> None:
    """A folder and a file that their owner alone may read: what is said in footage is nobody else's business."""
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # SQLite gives what it writes beside the file the mode of the file.
        os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        file.parent.chmod(0o700)
        file.chmod(0o600)
    except OSError as error:
        raise WordsUnavailable(why=error.strerror or "it cannot be written") from error


def _form_of(connection: sqlite3.Connection) -> str:
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'about'").fetchone():
        return ""
    row = connection.execute("SELECT value FROM about WHERE name = 'form'").fetchone()
    return str(row[0]) if row else ""


def _make_anew(connection: sqlite3.Connection) -> None:
    with _Writing(connection) as file:
        if _form_of(connection) == form():
            return  # somebody else did, while this one waited
        for table in _TABLES:
            file.execute(f"DROP TABLE IF EXISTS {table}")
        for statement in _SCHEMA:
            file.execute(statement)
        if _wipes_by_itself():
            file.execute("INSERT INTO word (word, rank) VALUES ('secure-delete', 1)")
        file.execute("INSERT INTO about VALUES ('form', ?)", (form(),))
