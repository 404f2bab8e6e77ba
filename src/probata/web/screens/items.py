"""The list of items: rows without pictures, so that looking for an item shows nobody anything."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from attrs import frozen
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from probata.access.roles import Permission
from probata.analysis import selectors as analysis
from probata.analysis.services import FRAMES
from probata.custody import selectors as custody
from probata.preservation import selectors as preservation
from probata.web.gate import sight
from probata.web.gate.permission import decision, require
from probata.web.served import renditions

ROWS = 50
_QUERY_LENGTH = 200


@frozen(kw_only=True)
class LookSummary:
    """One analyser's newest answer, in as few words as a row allows."""

    analyser: str
    outcome: str
    why: str
    entry_count: int


@frozen(kw_only=True)
class Row:
    """An item as a row of the list."""

    sha256: str
    name: str
    media_type: str
    size_bytes: int
    duration_s: Fraction | None
    completeness: str
    graphic: str
    looks: tuple[LookSummary, ...]
    at: object
    acquisition_count: int


@require_safe
def items(request: HttpRequest) -> HttpResponse:
    """What the workspace holds, newest first; filtered by the words typed."""
    require(request, Permission.LIST_ITEMS)
    query = request.GET.get("q", "").strip()[:_QUERY_LENGTH]
    hidden = sight.of(request).items
    pages = Paginator(preservation.search(query).exclude(pk__in=hidden), ROWS)
    page = pages.get_page(request.GET.get("page"))
    context = {
        "query": query,
        "page": page,
        "rows": rows_of(page.object_list),
        "total": preservation.items().exclude(pk__in=hidden).count() if query else pages.count,
        "failed": preservation.failed_attempts() if sight.of(request).whole else [],
        "unsigned": unsigned_entries(),
        "may_seal": decision(request, Permission.SEAL),
    }
    return render(request, "web/items.html", context)


def rows_of(found: Iterable[Any]) -> list[Row]:
    """A page of items as rows, each with what its newest looks say; asked for together."""
    page = list(found)
    digests = [item.sha256 for item in page]
    lengths, looks = renditions.durations_s(digests), analysis.newest_looks_of(digests)
    return [_row(item, lengths.get(item.sha256), looks.get(item.sha256, {})) for item in page]


def _row(item: Any, duration_s: Fraction | None, looks: Mapping[str, Any]) -> Row:  # noqa: ANN401  rows of other rooms
    return Row(
        sha256=item.sha256,
        name=item.name or "",
        media_type=item.media_type,
        size_bytes=item.size_bytes,
        duration_s=duration_s,
        completeness=item.completeness,
        graphic=item.graphic,
        looks=tuple(
            LookSummary(analyser=name, outcome=look.outcome, why=look.why, entry_count=look.entry_count)
            for name, look in looks.items()
            # That the frames were counted is told by the length.
            if name != FRAMES or look.outcome != "found"
        ),
        at=item.at,
        acquisition_count=item.acquisition_count,
    )


def unsigned_entries() -> int:
    """How many entries of the ledger no signed checkpoint covers yet."""
    size, _last = custody.size_and_time()
    checkpoint = custody.last_checkpoint()
    return size - (checkpoint.size if checkpoint else 0)
