"""How far everybody is who looks: items done, items that they could not look at, items left."""

from __future__ import annotations

from attrs import frozen

from probata.analysis.models import Look
from probata.preservation import selectors as preservation

_unseen_kept: dict[tuple[str, int, int], int] = {}
_kept: dict[tuple[str, int, int], list[Progress]] = {}
"""The newest answer for those from whom nothing is kept, until somebody looks or something comes in."""


@frozen(kw_only=True)
class Progress:
    """How far one analyser is among all items: at how many it could look, at how many not, and how many are left."""

    analyser: str
    done: int
    could_not: int
    left: int


def progress(hidden: frozenset[str] = frozenset()) -> list[Progress]:
    """How far everybody is who ever looked here, in whatever version, by name; `hidden` items are not counted.

    What is left is what nobody of that name has tried: whether a newer version would look again is told by what is due.
    """
    if hidden:
        return _counted(hidden)
    key = _now()
    if key not in _kept:
        _kept.clear()
        _kept[key] = _counted(hidden)
    return _kept[key]


def unseen(hidden: frozenset[str] = frozenset()) -> int:
    """At how many items that may be footage nobody has looked at all; `hidden` items are not counted."""
    if hidden:
        return _unseen(hidden)
    key = _now()
    if key not in _unseen_kept:
        _unseen_kept.clear()
        _unseen_kept[key] = _unseen(hidden)
    return _unseen_kept[key]


def _unseen(hidden: frozenset[str]) -> int:
    maybe = preservation.plain().exclude(completeness="not_media").exclude(pk__in=hidden)
    return maybe.exclude(pk__in=Look.objects.values("item")).count()


def _now() -> tuple[str, int, int]:
    newest = Look.objects.order_by("-id").values_list("id", flat=True).first()
    return str(preservation.store().root), newest or 0, preservation.plain().count()


def _counted(hidden: frozenset[str]) -> list[Progress]:
    looks, items = Look.objects.exclude(item__in=hidden).order_by(), preservation.plain().exclude(pk__in=hidden).count()
    counted = []
    for name in looks.order_by("analyser").values_list("analyser", flat=True).distinct():
        by_name = looks.filter(analyser=name)
        tried = by_name.values("item").distinct().count()
        done = by_name.exclude(outcome="could_not_look").values("item").distinct().count()
        counted.append(Progress(analyser=name, done=done, could_not=tried - done, left=max(0, items - tried)))
    return counted
