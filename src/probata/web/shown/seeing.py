"""Seeing less: the ways of looking as a page offers them, marks of severity for its axis, and time as people say it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import frozen
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from probata.access import exposure
from probata.access.roles import Permission
from probata.access.ways import Way
from probata.analysis import selectors as analysis
from probata.analysis import severity
from probata.analysis.severity import WARNED_OF, Degree, KnownMark
from probata.preservation import selectors as preservation
from probata.web.gate import presence
from probata.web.gate.permission import decision
from probata.web.served import renditions
from probata.web.served.originals import Original
from probata.web.shown import observed

WAYS: Mapping[Way, tuple[Promise, Promise]] = {
    Way.VEILED: (_("text and tracks"), _("no picture at all")),
    Way.STILL: (_("stills"), _("exact stills, one at a time; nothing plays")),
    Way.DRAWING: (_("drawing"), _("edges alone, drawn from brightness")),
    Way.GREY: (_("grey and small"), _("without colour, at half the size")),
    Way.FULL: (_("full"), _("as it is")),
}
"""Each way in words: its name, and what is shown."""

DEGREES: Mapping[Degree, Promise] = {
    Degree.NONE: pgettext_lazy("how graphic", "none"),
    Degree.MILD: pgettext_lazy("how graphic", "mild"),
    Degree.MODERATE: pgettext_lazy("how graphic", "moderate"),
    Degree.SEVERE: pgettext_lazy("how graphic", "severe"),
}


@frozen(kw_only=True)
class Choice:
    """Something to choose, with its words; one of all is chosen."""

    value: str
    words: str
    told: str
    chosen: bool


@frozen(kw_only=True)
class Severity:
    """How hard an item is to look at, as far as it is known: the worst mark in words, and what is observed besides.

    `warned_of` is how many observations forewarn of a stretch though nobody marked it. `stated` is what the item itself
    is said to be, which stands only where nothing else is known.
    """

    worst: str | None
    warned_of: int
    stated: str


@frozen(kw_only=True)
class Mark:
    """A mark of severity on the player's clock; `ordinal` is the frame shown at its start."""

    id: str
    degree: str
    words: str
    warns: bool
    start_s: float
    end_s: float
    ordinal: int | None
    by: str

    def as_json(self) -> dict[str, Any]:
        """The mark for a script to draw and to count down to."""
        names = ("id", "degree", "words", "warns", "start_s", "end_s", "ordinal", "by")
        return {name: getattr(self, name) for name in names}


def ways(chosen: Way) -> list[Choice]:
    """The ways of looking, the mildest first."""
    return [
        Choice(value=way.value, words=str(words), told=str(told), chosen=way is chosen)
        for way, (words, told) in WAYS.items()
    ]


def in_page(request: HttpRequest, *items: str) -> dict[str, Any]:
    """What a page with a stage needs: the ways and the one that this person takes, and who waits for another viewer."""
    assert request.user.is_authenticated
    way = exposure.habits(request.user.person).way
    return {
        "ways": ways(way),
        "way": way.value,
        "waits_for_another": any(exposure.waits_for_another(item) for item in items),
    }


def about(item: str) -> dict[str, Any]:
    """What an item's page needs besides: its marks, the degrees to choose from, and how hard it is to look at."""
    return {
        "severity_marks": marks(item),
        "degrees": [
            Choice(value=one.value, words=str(words), told="", chosen=one is Degree.SEVERE)
            for one, words in DEGREES.items()
        ],
        "severity": known(item),
    }


def known(item: str) -> Severity:
    """How hard an item is to look at, from the same that whoever plays it is forewarned by."""
    standing = analysis.observations(item)
    return Severity(
        worst=worst(item),
        warned_of=sum(one.observation.kind in observed.WARNED_OF for one in standing),
        stated=preservation.item(item).graphic,
    )


def worst(item: str) -> str | None:
    """The worst that somebody marked of an item, in words; None where nobody marked a stretch."""
    degree = severity.worst(item)
    return None if degree is None else str(DEGREES[degree])


def marks(item: str) -> list[Mark]:
    """The marks of severity that stand, in the order of the item's time."""
    table, origin_s = renditions.frames(item), renditions.origin_s(item)

    def shown(one: KnownMark) -> Mark:
        start_s, end_s = one.segment.start.seconds, one.segment.end.seconds
        return Mark(
            id=one.id,
            degree=one.degree.value,
            words=str(DEGREES[one.degree]),
            warns=one.degree in WARNED_OF,
            start_s=float(start_s - origin_s),
            end_s=float(end_s - origin_s),
            ordinal=renditions.shown_at(table, start_s),
            by=one.by,
        )

    return [shown(one) for one in severity.marks(item)]


def may_have_looked(request: HttpRequest, sha256: str) -> Original | None:
    """The item, where this person may view footage and asked to in this session; None where they did not."""
    if not decision(request, Permission.VIEW_FOOTAGE).allowed:
        return None
    item = preservation.item(sha256)
    here = presence.of(request)
    return item if item.sha256 in here.revealed or item.sha256 in here.narrowed else None


def lasting(lasted_ms: int) -> str:
    """A time before footage as people say it: seconds below a minute, else whole minutes."""
    if lasted_ms < 60_000:
        return gettext("%(n)s s") % {"n": round(lasted_ms / 1000)}
    return gettext("%(n)s min") % {"n": round(lasted_ms / 60_000)}
