"""Keeping the index of words as the record is: what is due is found by asking, and what is gone is taken out."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings

from probata.claims import selectors as claims
from probata.custody import selectors as custody
from probata.preservation import selectors as preservation
from probata.search.index import WordIndex, WordsUnavailable
from probata.search.sources import NOWHERE, SOURCES

__all__ = ["WordsUnavailable", "bring_up_to_date", "forget", "word_index"]

Counted = Callable[[int, int], None]
_FOLDER = "words"
_MOST_ENTRIES, _ASKED_AT_ONCE = 5_000, 500
_ABOUT = ("item", "candidates", "claims")
"""Of what an entry of the ledger may be so that it changes what is said of an item."""
_SAID = ("claims", "assertion")
"""Of what an entry is that records, supersedes or ends what somebody said, in an item or in none."""

_one_at_a_time = threading.Lock()


@contextmanager
def word_index() -> Iterator[WordIndex]:
    """The workspace's index of words; a damaged file is made anew, once."""
    with WordIndex(settings.PROBATA.index / _FOLDER) as index:
        try:
            yield index
        except sqlite3.OperationalError as error:
            raise WordsUnavailable(why=error) from error
        except sqlite3.DatabaseError as error:
            index.discard()
            raise WordsUnavailable(why=f"{error}; it was deleted, and is made anew when somebody searches") from error


def bring_up_to_date(index: WordIndex, *, progress: Counted | None = None) -> None:
    """Hold what every source says today of every item, and nothing else.

    Only items that entries of the ledger speak of since the last time are asked about; where the ledger is another, or
    nothing is held yet, all are. Of many who search at once one does it, and the others find it done.
    """
    with _one_at_a_time:
        _bring_up_to_date(index, progress)


def _bring_up_to_date(index: WordIndex, progress: Counted | None) -> None:
    size, _at = custody.size_and_time()
    seen, root = index.seen()
    grown = 0 < seen <= size and custody.root(seen).hex() == root
    if grown and seen == size:
        return
    there = {item.sha256 for item in preservation.items()} | {NOWHERE}
    for gone in {item for item, _source in index.held()} - there:
        index.remove(gone, merge=False)
    touched = sorted(there & _spoken_of(seen, size) if grown and size - seen <= _MOST_ENTRIES else there)
    for number, item in enumerate(touched):
        if progress is not None:
            progress(number, len(touched))
        _bring_item(index, item)
    index.saw(size, custody.root(size).hex())


def forget(item: str) -> None:
    """Take an item's words out; they come back when something is recorded of it, or the index is made anew."""
    with word_index() as index:
        index.remove(item)


def _bring_item(index: WordIndex, item: str) -> None:
    held = index.held(item)
    wanted = {edition.source: (source, edition) for source in SOURCES for edition in source.editions(item)}
    for _item, name in held:
        if name not in wanted:
            index.remove(item, name, merge=False)
    for name, (source, edition) in wanted.items():
        if held.get((item, name)) != edition.edition:
            index.put(edition, source.passages(edition), merge=False)


def _spoken_of(seen: int, size: int) -> set[str]:
    """The items that entries since then speak of."""
    found: set[str] = set()
    for start in range(seen, size, _ASKED_AT_ONCE):
        for openings in custody.subjects_of(range(start, min(size, start + _ASKED_AT_ONCE))).values():
            for opening in openings:
                kind, _, name = opening.subject.partition(":")
                if kind in _ABOUT:
                    found.add(name)
                if kind in _SAID:
                    # What it supersedes may have stood in another item, or in none.
                    found |= {NOWHERE, *claims.places_of(opening.record)}
    return found
