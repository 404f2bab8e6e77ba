"""Sound for screens, from the original in a warm jail: spectrograms, the last ones kept, and stretches cut out."""

from __future__ import annotations

import atexit
from collections import OrderedDict
from fractions import Fraction
from threading import Lock

from django.conf import settings

from probata.engines.sandbox import Jail
from probata.media.heard import Heard, heard
from probata.media.spectrogram import Spectrogram, spectrogram
from probata.media.wire import CELL_PROGRAM, CELL_TOOLS
from probata.preservation import selectors as preservation

MOST_KEPT = 64

_kept: OrderedDict[tuple[str, Fraction, Fraction, int], Spectrogram | None] = OrderedDict()
_guard = Lock()
_jails: list[Jail] = []


def drawn(item: str, start_s: Fraction, end_s: Fraction, *, columns: int) -> Spectrogram | None:
    """The spectrogram of a stretch of an item, in the file's own time; raises what `spectrogram` raises."""
    file = preservation.original(item)
    key = (str(file), start_s, end_s, columns)
    with _guard:
        if key not in _kept:
            _kept[key] = spectrogram(file, start_s, end_s, columns=columns, jail=_jail())
            while len(_kept) > MOST_KEPT:
                _kept.popitem(last=False)
        _kept.move_to_end(key)
        return _kept[key]


def cut(item: str, start_s: Fraction, end_s: Fraction) -> Heard | None:
    """The sound of a stretch of an item and nothing around it, in the file's own time; raises what `heard` raises."""
    file = preservation.original(item)
    with _guard:
        return heard(file, start_s, end_s, jail=_jail())


def close_all() -> None:
    """Let the jail go, and what was drawn."""
    with _guard:
        _kept.clear()
        while _jails:
            _jails.pop().close()


def _jail() -> Jail:
    if not _jails:
        _jails.append(Jail(run=CELL_PROGRAM, tools=CELL_TOOLS, policy=settings.PROBATA.jail_policy))
    return _jails[0]


atexit.register(close_all)
