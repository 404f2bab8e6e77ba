"""Bounds in time that the archive itself knows: by when footage existed at the latest, and when somebody spoke."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from attrs import frozen

from probata.claims import selectors as claims
from probata.claims.assertions import Assertion
from probata.copies import selectors as copies
from probata.engines import clock
from probata.preservation import selectors as preservation

Bound = dict[str, Any]


@frozen(kw_only=True)
class KnownBounds:
    """Bounds as a document of `probata when` holds them, and the names of those that nobody has vouched for.

    What rests on the word of an origin, or on a relation of copies that no person has confirmed, is `unconfirmed`: it
    stands in the list, and whoever solves it sets it aside or takes it in.
    """

    bounds: tuple[Bound, ...]
    unconfirmed: tuple[str, ...]


def _nothing(*_names: str | None) -> bool:
    return False


def of_item(untrusted_digest: str, *, hides: Callable[..., bool] = _nothing) -> KnownBounds:
    """What bounds the making of an item, and the statements whose words stand in it; raises as `preservation.item`.

    `hides` says which items and records whoever asks may not know of: they bound nothing here, and an item that is
    hidden is not found.
    """
    item = str(preservation.item(untrusted_digest).sha256)
    if hides(item):
        raise preservation.ItemNotFound(digest=untrusted_digest)
    bounds: list[Bound] = []
    unconfirmed = []
    for bound in _since(item, hides):
        name = f"{item[:8]}-seen-{len(bounds) + 1}"
        kind = "document" if bound.stated else "first_seen"
        source = {"kind": kind, "text": bound.statement, "ref": f"item:{bound.item}"}
        ends = ["open", clock.rfc3339(bound.at)]
        bounds.append({"id": name, "subject": f"making of item {item[:8]}", "imprecise": ends, "source": source})
        if bound.stated or not bound.confirmed:
            unconfirmed.append(name)
    told = [one for one in claims.assertions_in(item) if not hides(one.id, one.thing.proposition)]
    return KnownBounds(bounds=(*bounds, *_statements(told)), unconfirmed=tuple(unconfirmed))


def _since(item: str, hides: Callable[..., bool]) -> list[copies.Bound]:
    """The bounds of its copies that may be known of; its own acquisition is one of them always."""
    seen = copies.first_seen(item)
    kept = [one for one in (*seen.bounds, *seen.stated) if not hides(one.item)]
    if len(kept) < len(seen.bounds) + len(seen.stated) and not any(one.whole and not one.stated for one in kept):
        # An earlier copy stood for it, which must not be known of.
        own = preservation.acquisitions(item)[0]
        first = copies.Bound(
            at=own.at, item=item, source="acquisition", stated=False, seq=own.seq, whole=True, by="both", spans=(),
            rests_on=(), confirmed=True,
        )  # fmt: skip
        kept.insert(0, first)
    return kept


def _statements(known: Iterable[claims.Known[Assertion]]) -> Iterator[Bound]:
    for one in known:
        made_at = one.thing.made_at
        if made_at is None:
            continue
        ranges = {"precise": made_at.precise, "imprecise": made_at.imprecise}
        told = {name: given.as_json() for name, given in ranges.items() if given is not None}
        if told:
            source = {"kind": "statement", "text": made_at.derivation, "ref": f"assertion:{one.id}"}
            yield {"id": f"{one.id[:8]}-said", "subject": f"statement {one.id[:8]}", **told, "source": source}


def added(document: Mapping[str, Any], known: KnownBounds) -> dict[str, Any]:
    """The document with these bounds after its own; one that stands there already, by its id, is not added again."""
    own = list(document.get("bounds", []))
    names = {one.get("id") for one in own if isinstance(one, dict)}
    return {**document, "bounds": [*own, *(one for one in known.bounds if one["id"] not in names)]}
