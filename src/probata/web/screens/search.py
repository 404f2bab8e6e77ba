"""Searching words: what holds them, how they match, and how far the search could see; every hit leads to its frame."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from attrs import frozen
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from probata.access.roles import Permission
from probata.analysis import selectors as analysis
from probata.preservation import selectors as preservation
from probata.search import selectors as search_selectors
from probata.search.selectors import Hit
from probata.search.sources import CLAIMS, NAMES, OBSERVATIONS, READS_WORDS
from probata.terms.errors import ProbataError
from probata.web.gate import sight
from probata.web.gate.permission import require

MOST = 100
_HOW = {
    "as written": _("as written"),
    "inflected": _("inflected"),
    "spelled otherwise": _("spelled otherwise"),
}
_WHERE = {
    "speech": _("speech"),
    "screen_text": _("screen text"),
    OBSERVATIONS: _("observations"),
    CLAIMS: _("claims"),
    NAMES: _("names"),
}


@frozen(kw_only=True)
class Found:
    """A hit as its row shows it; `address` leads to the frame, where all is veiled."""

    hit: Hit
    name: str
    start_s: float | None
    address: str
    how: Any

    @property
    def shape(self) -> str:
        """Which shape stands beside it: a claim, an observation, or a machine's candidate as people left it."""
        if self.hit.analyser == CLAIMS:
            return "claimed"
        return "accepted" if self.hit.analyser == OBSERVATIONS else self.hit.state or "candidate"

    @property
    def language(self) -> str:
        """The likeliest language, for the reader's fonts and voice; empty where nothing is likely."""
        return max(self.hit.languages, key=lambda code: self.hit.languages[code], default="")


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """What holds the words that were typed, or an empty page that says how to ask."""
    require(request, Permission.LIST_ITEMS)
    untrusted_query = request.GET.get("q", "").strip()
    untrusted_source = request.GET.get("in", "")
    context: dict[str, Any] = {
        "query": untrusted_query,
        "source": untrusted_source,
        "sources": [(name, _WHERE.get(name, name)) for name in (*READS_WORDS, OBSERVATIONS, CLAIMS, NAMES)],
        "refused": None,
    }
    if untrusted_query:
        try:
            sources = (untrusted_source,) if untrusted_source else ()
            answer = search_selectors.hits(untrusted_query, sources=sources, limit=MOST, sight=sight.of(request))
        except ProbataError as error:
            # A search that cannot be made is no reason to leave the page on which it is mended.
            context["refused"] = error
        else:
            found = {hit.item for hit in answer.hits if hit.item}
            names = dict(preservation.items().filter(pk__in=found).values_list("sha256", "name"))
            # The item's page shows the look of each analyser that counts, unless told otherwise.
            counting = {look.track_sha256 for item in found for look in analysis.current_looks(item).values()}
            rows = [_found(hit, names.get(hit.item) or "", counting) for hit in answer.hits]
            context |= {"answer": answer, "found": rows}
    return render(request, "web/search.html", context, status=400 if context["refused"] else 200)


def _found(hit: Hit, name: str, counting: Collection[str]) -> Found:
    start_s = None if hit.shown_s is None else float(hit.shown_s)
    if not hit.item:
        return Found(hit=hit, name="", start_s=None, address="", how=_HOW.get(hit.how.told, hit.how.told))
    place: dict[str, str | int] = {}
    if hit.frame is not None:
        place["frame"] = hit.frame
    elif start_s is not None:
        place["s"] = f"{start_s:.3f}"
    if hit.entry is not None:
        place["candidate"] = f"{hit.track_sha256}:{hit.entry}"
    address = reverse("item", args=[hit.item])
    if hit.track_sha256 and hit.track_sha256 not in counting:
        address += f"?{urlencode({'look': hit.track_sha256})}"
    return Found(
        hit=hit,
        name=name,
        start_s=start_s,
        address=address + (f"#{urlencode(place)}" if place else ""),
        how=_HOW.get(hit.how.told, hit.how.told),
    )
