"""Readers of exact stills, kept warm: the next frame on is quick, and each item is decoded in a jail of its own."""

from __future__ import annotations

import atexit
from collections import OrderedDict
from threading import Lock

from attrs import define, field
from django.conf import settings

from probata.media.stills import Still, StillReader
from probata.media.table import PtsTable
from probata.preservation import selectors as preservation

MOST_READERS = 3
"""A reader holds a process and a decoder's pictures in memory; somebody compares two or three items at most."""


@define(kw_only=True)
class _Warm:
    """A reader, and the lock that lets one thread at a time ask it."""

    reader: StillReader
    lock: Lock = field(factory=Lock)


_warm: OrderedDict[tuple[str, str], _Warm] = OrderedDict()
_guard = Lock()


def still(item: str, table: PtsTable, ordinal: int) -> Still:
    """The exact still of a frame, its digest checked against the table; raises what `StillReader.still` raises."""
    warm = _reader(item, table)
    with warm.lock:
        return warm.reader.still(ordinal)


def close_all() -> None:
    """Let every reader go."""
    with _guard:
        readers = list(_warm.values())
        _warm.clear()
    for one in readers:
        with one.lock:
            one.reader.close()


def _reader(item: str, table: PtsTable) -> _Warm:
    key = (str(preservation.original(item)), table.content_digest)
    cooled: list[_Warm] = []
    with _guard:
        warm = _warm.get(key)
        if warm is None:
            # On one machine bytes cost nothing; who comes through a proxy may sit behind a narrow line.
            reader = StillReader(
                preservation.original(item),
                table,
                policy=settings.PROBATA.jail_policy,
                packed=not settings.FOLDERS_OF_THIS_MACHINE,
            )
            warm = _warm[key] = _Warm(reader=reader)
        _warm.move_to_end(key)
        while len(_warm) > MOST_READERS:
            cooled.append(_warm.popitem(last=False)[1])
    for one in cooled:
        # Whoever still waits for it gets the picture: a closed reader opens again when asked.
        with one.lock:
            one.reader.close()
    return warm


atexit.register(close_all)
