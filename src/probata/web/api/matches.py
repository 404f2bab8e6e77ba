"""What items share footage, and what people decide about it; and words, wherever they stand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from probata.access.roles import Permission
from probata.copies import selectors, services
from probata.preservation import selectors as preservation
from probata.search import selectors as search_selectors
from probata.terms.digests import Sha256
from probata.web.api.door import actor
from probata.web.api.saying import Given, Line, Name, Whole, Words, answer, item_named, told
from probata.web.gate import sight

router = Router(tags=["search and copies"])
MOST_HITS = 500


class Asked(Schema):
    """Which words are asked for, and where."""

    q: Annotated[Line, Field(description="words, all of them; a OR b, -a, «a b» in a row")]
    sources: Annotated[Line, Field(alias="in", description="speech, screen_text, names … with commas")] = ""
    item: Name = ""
    language: Name = ""
    limit: Annotated[int, Field(ge=1, le=MOST_HITS)] = 50


class Decision(Given):
    """What is decided about a relation, and why; `seen` is the `decided_seq` that the caller knew of."""

    decision: Literal["confirmed", "rejected"]
    reason: Words
    seen: Whole | None = None


@router.get("/search", **told("search", Permission.LIST_ITEMS))
def search(request: HttpRequest, asked: Annotated[Asked, Query()]) -> Any:
    """What holds the words, best first, and among how much was looked."""
    found = search_selectors.hits(
        asked.q,
        sources=tuple(name for name in asked.sources.split(",") if name),
        item=item_named(request, asked.item) if asked.item else "",
        language=asked.language,
        limit=asked.limit,
        sight=sight.of(request),
    )
    return answer("search", found.as_json())


@router.get("/items/{item}/relations", **told("copies", Permission.LIST_ITEMS))
def relations(request: HttpRequest, item: Name) -> Any:
    """What is on record of what shares footage with an item; nothing is compared anew."""
    digest = preservation.item(item).sha256
    if not selectors.searches(digest):
        return answer("copies", _unsearched(request, digest))
    looked = services.recorded(Sha256(digest))
    matches = _matches(request, looked.relations)
    return answer(
        "copies",
        {
            "asked": {"item": digest},
            # That something was found is told only with what was found.
            "outcome": "nothing_found" if looked.outcome == "found" and not matches else looked.outcome,
            "why": looked.why,
            "matches": matches,
            "searched": {
                "items": looked.searched_items,
                "frames": looked.searched_frames,
                "seconds": looked.searched_seconds,
            },
            "could_not_look": [{"item": other, "why": why} for other, why in looked.could_not_compare.items()],
        },
    )


def _unsearched(request: HttpRequest, item: str) -> dict[str, Any]:
    """What searches for others found of an item for which nobody searched itself."""
    matches = _matches(request, [one.seen_from(item) for one in selectors.relations_of(item)])
    return {
        "asked": {"item": item},
        "outcome": "found" if matches else "could_not_look",
        "why": "nobody has looked for copies of it yet",
        "matches": matches,
        "searched": {"items": 0, "frames": 0, "seconds": 0},
    }


def _matches(request: HttpRequest, relations: Iterable[selectors.KnownRelation]) -> list[dict[str, Any]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for one in relations:
        if not sight.of(request).hides(one.b):
            found.setdefault(one.b, []).append(one.as_json())
    return [{"item": other, "relations": related} for other, related in found.items()]


@router.get("/relations/{relation}", **told("copies", Permission.LIST_ITEMS))
def relation(request: HttpRequest, relation: Name) -> Any:
    """One relation: which stretch of the one is which of the other, and why a machine says so."""
    return _told(selectors.relation(relation))


@router.post("/relations/{relation}/decide", **told("copies", Permission.DECIDE))
def decide(request: HttpRequest, relation: Name, given: Decision) -> Any:
    """Confirm or reject what a machine proposes of two items."""
    known = selectors.relation(relation)
    services.decide(known.id, actor=actor(request), decision=given.decision, reason=given.reason, seen=given.seen)
    return _told(selectors.relation(known.id))


def _told(known: selectors.KnownRelation) -> dict[str, Any]:
    return answer(
        "copies",
        {
            "asked": {"item": known.a},
            "outcome": "found",
            "why": "",
            "matches": [{"item": known.b, "relations": [known.as_json()]}],
            "searched": {"items": 0, "frames": 0, "seconds": 0},
        },
    )
