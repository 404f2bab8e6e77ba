"""Everything that is read about looks."""

from __future__ import annotations

from typing import Any

import msgspec

from probata.analysis.models import Look
from probata.preservation import selectors as preservation
from probata.terms.digests import Sha256


def looks(item: str) -> list[Look]:
    """Every look at an item, newest first within an analyser; the first of each analyser is the current one."""
    return list(Look.objects.filter(item=item).order_by("analyser", "-seq"))


def current_looks(item: str) -> dict[str, Look]:
    """The newest look of each analyser at an item; older ones stay readable and citable."""
    newest: dict[str, Look] = {}
    for look in looks(item):
        newest.setdefault(look.analyser, look)
    return newest


def look_under(item: str, analyser: str, recipe: str) -> Look | None:
    """The look of an analyser under exactly this recipe that could look, or None."""
    return Look.objects.filter(item=item, analyser=analyser, recipe=recipe).exclude(outcome="could_not_look").first()


def looked_under(item: str, analyser: str, recipe: str) -> bool:
    """Whether there is a look of an analyser under exactly this recipe, whatever came of it."""
    return Look.objects.filter(item=item, analyser=analyser, recipe=recipe).exists()


def track(look: Look) -> dict[str, Any]:
    """A look's track, as the JSON contract of `analyse` has it."""
    with preservation.store().open(Sha256(look.track_sha256)) as stream:
        read: dict[str, Any] = msgspec.json.decode(stream.read())
    return read
