"""Records given to a verb as JSON: one object, a list, or one a line; every fault of all of them told at once."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from probata.terms.errors import ProbataError, UsageError

_MOST_BYTES = 64 << 20
_T = TypeVar("_T")


class RecordsUnreadable(UsageError):
    """A file of records could not be read as such."""

    code = "records_unreadable"
    template = "{path} holds no records: {why}."
    advice = "Give one JSON object, a list of them, or one a line; docs/verbs.md shows an example of each kind."


class RecordsFaulty(UsageError):
    """Some records of a file say what cannot be."""

    code = "records_faulty"
    template = "{count} of {of} records cannot be taken; none was. {faults}"
    advice = "Mend them all, then give the file again: nothing was written."


def superseding(options: argparse.Namespace, documents: Sequence[object]) -> str | None:
    """The id that `--supersede` names, if any; raises `UsageError` where not one record is given, or no reason."""
    if options.supersede is None:
        return None
    if len(documents) != 1:
        raise UsageError(what=f"--supersede takes one record that stands instead; {len(documents)} are given.")
    if not options.reason.strip():
        raise UsageError(what="What stands instead of a record needs a reason: give --reason.")
    return str(options.supersede)


def read_documents(path: Path) -> list[dict[str, Any]]:
    """The objects of a JSON file, or of standard input for `-`; raises `RecordsUnreadable`."""
    try:
        raw = sys.stdin.buffer.read(_MOST_BYTES + 1) if str(path) == "-" else _read(path)
        if len(raw) > _MOST_BYTES:
            raise RecordsUnreadable(path=path, why="it is larger than 64 MiB")
        text = raw.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise RecordsUnreadable(path=path, why=error) from error
    documents = _parsed(text, path)
    if not documents or not all(isinstance(one, dict) for one in documents):
        raise RecordsUnreadable(path=path, why="it must hold objects with named fields")
    return documents


def each_read(documents: Sequence[dict[str, Any]], read: Callable[[object], _T]) -> list[_T]:
    """Every document as the value it stands for; raises `RecordsFaulty` with all faults where there is one."""
    values, faults = [], []
    for number, document in enumerate(documents, start=1):
        try:
            values.append(read(document))
        except ProbataError as error:
            faults.append(f"Record {number}: {error.message}")
    if len(faults) == 1 == len(documents):
        read(documents[0])
    if faults:
        raise RecordsFaulty(count=len(faults), of=len(documents), faults=" ".join(faults))
    return values


def _read(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(_MOST_BYTES + 1)


def _parsed(text: str, path: Path) -> list[Any]:
    try:
        whole = json.loads(text)
        return whole if isinstance(whole, list) else [whole]
    except (ValueError, RecursionError) as error:
        try:
            return [json.loads(line) for line in text.splitlines() if line.strip()]
        except (ValueError, RecursionError):
            raise RecordsUnreadable(path=path, why=error) from error
