"""How hard a stretch is to look at, as a person says who has looked: a forewarning for whoever comes after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from attrs import frozen

from probata.access import selectors as access
from probata.analysis.models import SeverityMark
from probata.terms.errors import NotFound
from probata.terms.spans import Span


class MarkNotFound(NotFound):
    """No mark of severity has that id."""

    code = "mark_not_found"
    template = "No mark of severity of this workspace has the id {mark}."
    advice = "The item's page lists the marks of its stretches."


class Degree(StrEnum):
    """The degrees in order. `none` says that somebody looked and found nothing hard to see."""

    NONE = "none"
    MILD = "mild"
    MODERATE = "moderate"
    SEVERE = "severe"

    @property
    def rank(self) -> int:
        """Its place in the order, from 0."""
        return list(Degree).index(self)


WARNED_OF = frozenset({Degree.MODERATE, Degree.SEVERE})
"""What is counted down to, and skipped over."""


@frozen(kw_only=True)
class KnownMark:
    """One mark of a stretch, with who made it and when."""

    id: str
    item: str
    segment: Span
    degree: Degree
    by: str
    by_key: str
    at: datetime
    stands: bool


def marks(item: str) -> list[KnownMark]:
    """The marks of an item that stand, in the order of its time."""
    rows = SeverityMark.objects.filter(item=item, withdrawn=False, superseded_by__isnull=True).order_by("seq")
    names = access.names()
    return sorted((_known(row, names) for row in rows), key=lambda one: one.segment.start.seconds)


def mark(mark_id: str) -> KnownMark:
    """One mark by its id; raises `MarkNotFound`."""
    row = SeverityMark.objects.filter(id=mark_id).first()
    if row is None:
        raise MarkNotFound(mark=mark_id)
    return _known(row, access.names())


def worst(item: str) -> Degree | None:
    """The highest degree that any standing mark of an item says; None where nobody marked a stretch."""
    degrees = SeverityMark.objects.filter(item=item, withdrawn=False, superseded_by__isnull=True)
    found = {Degree(degree) for degree in degrees.values_list("degree", flat=True)}
    return max(found, key=lambda one: one.rank, default=None)


def worst_of(items: Sequence[str]) -> dict[str, Degree]:
    """The same of each of these items, in one query; items that nobody marked are left out."""
    rows = SeverityMark.objects.filter(item__in=items, withdrawn=False, superseded_by__isnull=True)
    found: dict[str, Degree] = {}
    for item, told in rows.values_list("item", "degree"):
        found[item] = max(found.get(item, Degree.NONE), Degree(told), key=lambda one: one.rank)
    return found


def _known(row: SeverityMark, names: Mapping[str, str]) -> KnownMark:
    after = SeverityMark.objects.filter(supersedes=row.pk).exists()
    return KnownMark(
        id=row.id,
        item=row.item,
        segment=Span.from_json(row.segment),
        degree=Degree(row.degree),
        by=names.get(row.marked_by, "unknown"),
        by_key=row.marked_by,
        at=row.at,
        stands=not row.withdrawn and not after,
    )
