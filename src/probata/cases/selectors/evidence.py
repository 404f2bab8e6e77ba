"""Whether what is named is on the record of this workspace, and whether it still stands."""

from __future__ import annotations

from collections.abc import Iterable

from probata.analysis import selectors as analysis
from probata.cases.elements import EvidenceKind
from probata.cases.wording import line
from probata.claims import selectors as claims
from probata.custody import selectors as custody
from probata.preservation import selectors as preservation
from probata.terms.errors import InvalidValue, NotFound
from probata.verification import selectors as verification

_NAMED = {kind.value for kind in EvidenceKind} | {
    "item",
    "incident",
    "case",
    "question",
    "report",
    "elements",
    "review",
}


class EvidenceUnknown(NotFound):
    """Something was to be cited that is not on the record."""

    code = "evidence_unknown"
    template = "{name} is not on the record of this workspace."
    advice = "Name a record by kind and whole id, such as proposition:… or finding:…, as its own list gives them."


def must_be_on_record(untrusted_name: str) -> str:
    """The name of a record, `kind:id`, if the ledger tells of it; an item may be named by the beginning of its digest.

    Asked of the ledger, since every record has an entry under its name; observations are kept under the item that they
    are of. Raises `EvidenceUnknown`, `ObservationNotFound`, `ItemNotFound`, and `InvalidValue` for another kind.
    """
    name = line(untrusted_name, "The name of a record", most=80)
    kind, _colon, known = name.partition(":")
    if kind not in _NAMED:
        raise InvalidValue(what=f"The record {name!r}", why=f"its kind must be one of {', '.join(sorted(_NAMED))}")
    if kind == "item":
        return f"item:{preservation.item(known).sha256}"
    if kind == EvidenceKind.OBSERVATION.value:
        analysis.observation(known)
    elif not custody.seqs_about({name}):
        raise EvidenceUnknown(name=name)
    return name


def superseded(names: Iterable[str]) -> tuple[str, ...]:
    """Those of these records that something stands instead of today; a table that cites them cites what was."""
    wanted = sorted(set(names))
    standing: dict[str, set[str]] = {}
    for kind in {name.partition(":")[0] for name in wanted}:
        if kind in {EvidenceKind.PROPOSITION.value, EvidenceKind.ASSERTION.value}:
            everything = claims.claims()
            standing["proposition"], standing["assertion"] = set(everything.propositions), set(everything.assertions)
        elif kind == EvidenceKind.FINDING.value:
            standing[kind] = {one.id for one in verification.findings()}
    pairs = [(name, *name.partition(":")[::2]) for name in wanted]
    return tuple(name for name, kind, known in pairs if kind in standing and known not in standing[kind])
