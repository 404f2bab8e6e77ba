"""How far everybody is who looks: items done, items that they could not look at, items left."""

from __future__ import annotations

from attrs import frozen

from probata.analysis.models import Look
from probata.preservation import selectors as preservation

_kept: dict[tuple[str, int, int], list[Progress]] = {}
"""The newest answer, kept until somebody looks or something comes in."""


@frozen(kw_only=True)
class Progress:
    """How far one analyser is among all items: at how many it could look, at how many not, and how many are left."""

    analyser: str
    done: int
    could_not: int
    left: int


def progress() -> list[Progress]:
    """How far everybody is who ever looked here, in whatever version, by name.

    What is left is what nobody of that name has tried: whether a newer version would look again is told by what is due.
    """
    newest = Look.objects.order_by("-id").values_list("id", flat=True).first()
    key = (str(preservation.store().root), newest or 0, preservation.plain().count())
    if key not in _kept:
        _kept.clear()
        _kept[key] = [_of(name, key[2]) for name in _names()]
    return _kept[key]


def _names() -> list[str]:
    return list(Look.objects.order_by("analyser").values_list("analyser", flat=True).distinct())


def _of(name: str, items: int) -> Progress:
    looks = Look.objects.filter(analyser=name).order_by()
    tried = looks.values("item").distinct().count()
    done = looks.exclude(outcome="could_not_look").values("item").distinct().count()
    return Progress(analyser=name, done=done, could_not=tried - done, left=max(0, items - tried))
