"""Items: which there are, all that is known of one, its tracks, and its custody with every proof verified."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from probata.access.roles import Permission
from probata.analysis import selectors as analysis
from probata.analysis.exports import export
from probata.analysis.exports.lines import decision
from probata.copies import selectors as copies
from probata.custody import selectors as custody
from probata.engines.clock import rfc3339
from probata.preservation import selectors as preservation
from probata.terms.reading import written_ratio
from probata.web.api.saying import Line, Name, Paged, answer, told
from probata.web.gate import sight
from probata.web.shown import proofs

if TYPE_CHECKING:
    from django.db.models import Model

router = Router(tags=["items"])


class Asked(Paged):
    """Which items are asked for."""

    q: Annotated[Line, Field(description="words, all of them")] = ""


class Form(Schema):
    """As what tracks are asked for, and of which analyser."""

    form: Annotated[Name, Field(alias="as", description="vtt, srt, json, eaf or labelstudio")]
    only: Name = ""


@router.get("/items", **told("items", Permission.LIST_ITEMS))
def items(request: HttpRequest, asked: Annotated[Asked, Query()]) -> Any:
    """The items whose digest, name or type contains each word, newest first."""
    found = preservation.search(asked.q).exclude(pk__in=sight.of(request).items)
    total, start = found.count(), (asked.page - 1) * asked.rows
    rows = list(found[start : start + asked.rows])
    looks = analysis.current_looks_of([str(row.sha256) for row in rows])
    return answer(
        "items",
        {
            "items": [_item(row, looks.get(row.sha256, {})) for row in rows],
            "total": total,
            "next": asked.page + 1 if start + len(rows) < total else None,
        },
    )


def _item(row: preservation.ItemRow, looks: dict[str, Any]) -> dict[str, Any]:
    return {
        "item": row.sha256,
        "name": row.name,
        "size_bytes": row.size_bytes,
        "media_type": row.media_type,
        "completeness": row.completeness,
        "generation": row.generation,
        "graphic": row.graphic,
        "acquired_at": row.at.isoformat(),
        "acquisitions": row.acquisition_count,
        "looks": {name: look.outcome for name, look in looks.items()},
    }


@router.get("/items/{item}", **told("show", Permission.LIST_ITEMS))
def item(request: HttpRequest, item: Name) -> Any:
    """All that is known about one item: where it came from, what was made of it, what it is to others, its entries."""
    row = preservation.item(item)
    digest = row.sha256
    hidden = sight.of(request)
    related = [one for one in copies.relations_of(digest) if not hidden.hides(one.other(digest))]
    return answer(
        "show",
        {
            "item": digest,
            **_columns(row, "size_bytes chunk_root media_type completeness generation graphic"),
            "acquisitions": [
                _columns(one, "seq at name name_agrees acquired_from method")
                for one in preservation.acquisitions(digest)
            ],
            "renditions": [_columns(one, "seq kind sha256 recipe_digest") for one in preservation.renditions(digest)],
            "looks": [
                {**_columns(one, "seq analyser version recipe outcome why"), "entries": one.entry_count}
                for one in analysis.looks(digest)
            ],
            "relations": [{"other": one.other(digest), **one.seen_from(digest).as_json()} for one in related],
            "circulates": _circulates(digest, whole=hidden.whole),
            "first_seen": _first_seen(digest),
            "searches": [_columns(one, "seq at recipe outcome why searched_items") for one in copies.searches(digest)],
            "fixity": [_columns(one, "seq at result sha512") for one in preservation.fixity_runs(digest)],
            "history": [
                {
                    "seq": line.seq,
                    "at": rfc3339(line.at),
                    "actor": line.actor_name,
                    "action": line.action,
                    "reason": line.reason,
                    "via": line.via,
                }
                for line in custody.history(f"item:{digest}")
            ],
        },
    )


def _columns(row: Model, names: str) -> dict[str, Any]:
    """Some columns of a row, times as RFC 3339."""
    told_ = {name: getattr(row, name) for name in names.split()}
    if "at" in told_:
        told_["at"] = rfc3339(told_["at"])
    return told_


def _circulates(digest: str, *, whole: bool) -> dict[str, Any]:
    """In how many items it circulates; nothing of the kind is told to somebody from whom some are kept."""
    if not whole:
        return {"items": 0, "confirmed": 0, "rejected": 0, "statement": "not told: you may not know of every item"}
    found = copies.circulates(digest)
    return {
        "items": found.items,
        "confirmed": found.confirmed,
        "rejected": found.rejected,
        "statement": found.statement,
    }


def _first_seen(digest: str) -> list[dict[str, Any]]:
    seen = copies.first_seen(digest)
    return [
        {
            "at": rfc3339(bound.at),
            "item": bound.item,
            "source": bound.source,
            "rests_on": list(bound.rests_on),
            "confirmed": bound.confirmed,
            "statement": bound.statement,
        }
        for bound in (*seen.bounds, *seen.stated)
    ]


@router.get("/items/{item}/tracks", **told("analyse", Permission.LIST_ITEMS))
def tracks(request: HttpRequest, item: Name, only: Name = "") -> Any:
    """The current track of every analyser, or of one, as `probata analyse` prints them."""
    digest = preservation.item(item).sha256
    looks = sorted(analysis.current_looks(digest).items())
    found = [{"item": digest, **analysis.track(look)} for name, look in looks if only in ("", name)]
    return answer("analyse", {"tracks": found})


@router.get("/items/{item}/exports", **told("tracks", Permission.LIST_ITEMS))
def exports(request: HttpRequest, item: Name, asked: Annotated[Form, Query()]) -> Any:
    """The tracks that found something as files for other tools, each as text."""
    row = preservation.item(item)
    origin_s = preservation.origin_s(row.sha256)
    files = []
    for name, look in sorted(analysis.current_looks(row.sha256).items()):
        track = analysis.track(look)
        if asked.only not in ("", name) or not (asked.only or track["entries"]):
            continue
        decided = [decision(one.as_json()) for one in analysis.candidates(row.sha256, look)]
        suffix, media_type, content = export(
            track,
            asked.form,
            media_name=row.name or row.sha256,
            decisions=[one for one in decided if one is not None],
            origin_s=origin_s,
        )
        files.append(
            {
                **{key: track[key] for key in ("analyser", "version", "outcome", "why")},
                "entries": len(track["entries"]),
                "media_type": media_type,
                "suffix": suffix,
                "origin_s": None if origin_s is None else written_ratio(origin_s),
                "size_bytes": len(content),
                "text": content.decode("utf-8"),
            }
        )
    return answer("tracks", {"files": files})


@router.get("/items/{item}/custody", **told("custody", Permission.LIST_ITEMS))
def custody_of(request: HttpRequest, item: Name) -> Any:
    """The item's entries in the ledger, each with its proof verified as this is asked: PASS, FAIL or NOT CHECKED."""
    digest = preservation.item(item).sha256
    anchored = proofs.anchor()
    history = proofs.history(f"item:{digest}", anchored)
    return answer(
        "custody",
        {
            "item": digest,
            "checkpoint": None
            if anchored is None
            else {
                "note": anchored.note,
                "at": rfc3339(anchored.at),
                "size": anchored.size,
                "root": anchored.root,
                "signature": _verdict(anchored.signature),
                "cosignatures": list(anchored.cosignatures),
                "timestamps": list(anchored.timestamps),
            },
            "entries": [
                {
                    "seq": one.seq,
                    "at": rfc3339(one.at),
                    "actor": one.actor_name,
                    "key_id": one.actor,
                    "action": one.action,
                    "reason": one.reason,
                    "via": one.via,
                    "leaf_hash": one.leaf_hash,
                    "path": list(one.path),
                    "included": _verdict(one.included),
                    "signed": _verdict(one.signed),
                    "opened": _verdict(one.opened),
                    "verdict": one.verdict,
                }
                for one in history
            ],
        },
    )


def _verdict(told_: proofs.Verdict) -> dict[str, str]:
    return {"word": told_.word, "why": told_.why}
